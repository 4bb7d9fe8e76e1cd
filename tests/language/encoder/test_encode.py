from pathlib import Path

import numpy as np
import pytest

from kg_build.errors import PipelineError
from kg_build.language.encoder import CHARACTERS, ENCODER, PARSER, SUBWORDS
from kg_build.language.encoder.characters import Characters
from kg_build.language.encoder.encode import BATCH, LONGEST_NAME, Encoded, Encoder, Network, Scored, alike
from kg_build.language.encoder.subwords import Subwords
from tests.language.encoder.tiny import KNOWN, LABELS, SURE, WIDTH, WORDS

NONE = Subwords({})
TEXT = "云岭高新区管委会王凡说明。"
NAMES = (
    Scored(0, 5, "Zone", 2 * SURE),
    Scored(0, 8, "Institution", 2 * SURE),
    Scored(8, 10, "Person", 2 * SURE),
)


@pytest.fixture(name="encoder")
def encoder_fixture(folder: Path) -> Encoder:
    return Encoder(folder / ENCODER, Characters.load(folder / CHARACTERS), Subwords.load(folder / SUBWORDS), LABELS)


def test_each_character_has_a_vector_and_names_have_their_scores(encoder: Encoder) -> None:
    encoded = encoder.encode(TEXT)
    assert encoded.text == TEXT
    assert encoded.vectors.shape == (len(TEXT), WIDTH)
    assert encoded.vectors.dtype == np.float32
    assert encoded.spans == NAMES
    assert encoded.scores[0, 5, "Zone"] == 2 * SURE
    assert (0, 5, "Person") not in encoded.scores


def test_vectors_lie_where_their_characters_are(encoder: Encoder) -> None:
    vectors = encoder.encode("项目。\n目项𠮷" * 100).vectors
    one = encoder.encode("项").vectors[0]
    assert (vectors[0::7] == one).all()
    assert (vectors[5::7] == one).all()
    assert not (vectors[1::7] == one).all(axis=1).any()


def test_a_vector_is_that_of_the_character_in_its_word(encoder: Encoder, folder: Path) -> None:
    alone = Encoder(folder / ENCODER, Characters.load(folder / CHARACTERS), NONE, LABELS)
    texts = ["云岭高新区", "管委会。", "新\n委会高" * 100]
    for text in texts:
        brought = (encoder.encode(text).vectors - alone.encode(text).vectors)[:, 0]
        assert brought == pytest.approx(Subwords(WORDS).numbers(text), abs=1e-5)


@pytest.mark.parametrize("between", ["。", "\n", "高" * 190 + "。", "高" * 1000], ids=["mark", "break", "sentence", "line"])
def test_names_of_all_windows_are_counted_in_the_whole_text(encoder: Encoder, between: str) -> None:
    text = (TEXT + between) * (3 * BATCH)
    step = len(TEXT + between)
    found = [span for span in encoder.encode(text).spans if span.end - span.start <= 8]
    assert found == [s._replace(start=s.start + i, end=s.end + i) for i in range(0, len(text), step) for s in NAMES]


def test_a_score_moves_towards_those_of_the_same_words() -> None:
    text = "北辰签约。北辰、青岚。青岚"
    spans = (
        Scored(0, 2, "Enterprise", 3.0),
        Scored(0, 2, "Person", -2.0),
        Scored(5, 7, "Enterprise", -1.0),
        Scored(8, 10, "Enterprise", 1.0),
    )
    assert [span.score for span in alike(text, spans, 0.5)] == [2.0, -2.0, 0.0, 1.0]
    assert tuple(alike(text, spans, 0)) == spans
    assert [span.score for span in alike(text, spans, 1)] == [1.0, -2.0, 1.0, 1.0]
    assert not list(alike("", ()))


def test_the_encoder_hears_the_same_words_elsewhere(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    def spans(_starts: object, _ends: object, offset: int) -> list[Scored]:
        return [Scored(offset, offset + 2, "Person", SURE if offset else 2 * SURE)]

    monkeypatch.setattr(encoder, "_spans", spans)
    page = "王凡" + "高" * 1000 + "\n"
    scores = encoder.encode(page * 2).scores
    assert (scores[0, 2, "Person"], scores[len(page), len(page) + 2, "Person"]) == (1.75 * SURE, 1.25 * SURE)


@pytest.mark.parametrize(("length", "found"), [(LONGEST_NAME, 1), (LONGEST_NAME + 1, 0)])
def test_a_name_is_no_longer_than_names_are(encoder: Encoder, length: int, found: int) -> None:
    assert len(encoder.encode("王" + "高" * (length - 2) + "凡").spans) == found


def test_a_name_does_not_end_before_it_begins(encoder: Encoder) -> None:
    assert encoder.encode("凡王").spans == ()


def test_texts_without_anything(encoder: Encoder) -> None:
    assert encoder.encode("").vectors.shape == (0, WIDTH)
    assert encoder.encode("").spans == ()
    assert encoder.encode("\n\n").vectors.shape == (2, WIDTH)


def test_a_part_counts_from_its_own_beginning(encoder: Encoder) -> None:
    encoded = encoder.encode(TEXT)
    part = encoded.part(5, 12)
    assert part.text == TEXT[5:12]
    assert (part.vectors == encoded.vectors[5:12]).all()
    assert part.spans == (Scored(3, 5, "Person", 2 * SURE),)
    assert part.scores == {(3, 5, "Person"): 2 * SURE}
    assert encoded.part(0, len(TEXT)).spans == encoded.spans


def test_a_cut_through_a_name_leaves_none() -> None:
    encoded = Encoded(TEXT, np.zeros((len(TEXT), WIDTH), dtype=np.float32), NAMES)
    assert encoded.part(0, 6).spans == (NAMES[0],)
    assert encoded.part(1, 9).spans == ()


@pytest.mark.parametrize("content", [None, b"", b"not a network"], ids=["missing", "empty", "other"])
def test_a_network_that_cannot_be_opened_is_one_line(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / ENCODER
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(PipelineError, match=r"encoder\.onnx: ") as caught:
        Network(path, "characters")
    assert "\n" not in str(caught.value)


def test_another_network_is_named(folder: Path) -> None:
    with pytest.raises(PipelineError, match=r"parser\.onnx: the network reads words, not characters, subwords$"):
        Encoder(folder / PARSER, Characters(KNOWN), NONE, LABELS)


def test_labels_that_are_not_the_networks_are_refused(folder: Path) -> None:
    with pytest.raises(PipelineError, match=r"encoder\.onnx: the network scores 3 labels, not 1$"):
        Encoder(folder / ENCODER, Characters(KNOWN), NONE, ("Zone",)).encode("园")


def test_words_that_are_not_the_networks_are_one_line(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    more = Subwords({**WORDS, "云岭": -9.0})
    with pytest.raises(PipelineError, match=r"encoder\.onnx: .*out of") as caught:
        Encoder(folder / ENCODER, Characters(KNOWN), more, LABELS).encode("云岭")
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""


def test_characters_that_are_not_the_networks_are_one_line(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(PipelineError, match=r"encoder\.onnx: .*out of") as caught:
        Encoder(folder / ENCODER, Characters([*KNOWN, "夏"]), NONE, LABELS).encode("夏")
    assert "\n" not in str(caught.value)
    assert capfd.readouterr().err == ""
