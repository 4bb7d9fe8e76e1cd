import json
import shutil
from pathlib import Path

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.errors import PipelineError
from kg_build.language import annotate, encode, load_pipeline
from kg_build.language import components as shared
from kg_build.language.encoder import components
from kg_build.language.encoder.components import ENCODED, SPANS, EncoderComponent, ParserComponent, nesting
from kg_build.model import Article, EntityType, OffsetMap
from tests.language.encoder.tiny import KNOWN, LABELS, RELATIONS, TAGS

TEXT = "云岭高新区管委会王凡说明。\n项目投产，高新园开工！"


def article(text: str) -> Article:
    return Article("page.txt", 1, "", text, (), OffsetMap(()))


def sentenced(nlp: Language) -> Language:
    nlp.add_pipe(shared.SENTENCES, first=True)
    return nlp


def check_trees(doc: Doc) -> None:
    """One root a sentence, its head's sentence for each token, no token without tag or relation."""
    for sentence in doc.sents:
        assert len([token for token in sentence if token.head is token or token.head == token]) == 1
    for token in doc:
        assert token.head in token.sent
        assert (token.tag_ == "_SP") == token.is_space
        assert token.tag_ in {*TAGS, "_SP"}
        assert token.dep_ in {*RELATIONS, "dep"}
        assert (token.dep_ == "ROOT") == (token.head == token and not token.is_space)


def test_names_are_spans_of_the_document(tiny: Language) -> None:
    doc = tiny(TEXT)
    assert [(name.text, name.label_) for name in doc.spans[SPANS]] == [
        ("云岭高新区管委会", "Institution"),
        ("云岭高新区", "Zone"),
        ("王凡", "Person"),
    ]


def test_persons_are_one_token_and_names_end_where_tokens_do(tiny: Language) -> None:
    assert "王凡" in [token.text for token in tiny(TEXT)]
    doc = Doc(tiny.vocab, words=["由云岭高", "新区", "管", "委会王凡说", "。"], spaces=[False] * 5)
    assert [token.text for token in tiny(doc)] == ["由", "云岭高", "新区", "管", "委会", "王凡", "说", "。"]


def test_names_that_somebody_gave_are_not_cut_again(tiny: Language) -> None:
    doc = tiny.make_doc(TEXT)
    doc.user_data[shared.NAMES] = ((0, 1),)
    doc = tiny(doc)
    assert [token.text for token in doc] == list(TEXT)
    assert len(doc.spans[SPANS]) == 3


def test_what_is_encoded_already_is_not_encoded_again(tiny: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    component = tiny.get_pipe("encoder")
    assert isinstance(component, EncoderComponent)
    doc = tiny.make_doc(TEXT)
    doc.user_data[ENCODED] = component.encode(TEXT)
    monkeypatch.setattr(component, "encode", None)
    assert ENCODED not in tiny(doc).user_data
    assert len(doc.spans[SPANS]) == 3


def test_the_trees_of_sentences(tiny: Language) -> None:
    doc = sentenced(tiny)(TEXT)
    check_trees(doc)
    assert [sentence.text.strip() for sentence in doc.sents] == TEXT.split("\n")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(f"{KNOWN} \n\t！𠮷", max_size=60) | st.text(max_size=30))
def test_any_text_has_its_trees(tiny: Language, text: str) -> None:
    if shared.SENTENCES not in tiny.pipe_names:
        sentenced(tiny)
    doc = tiny(text)
    check_trees(doc)
    assert doc.text == text


@pytest.mark.parametrize("text", [" \n项目", "\n\n", "项目 \n \n园区。 ", ""])
def test_white_space_belongs_to_the_word_before(tiny: Language, text: str) -> None:
    doc = sentenced(tiny)(text)
    check_trees(doc)
    assert all(token.head.i == token.i - 1 for token in doc if token.is_space and token.i)


def test_an_endless_sentence_is_parsed_in_pieces_and_stays_one(tiny: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    best_tree = components.best_tree
    monkeypatch.setattr(components, "LONGEST_SENTENCE", 7)
    monkeypatch.setattr(components, "best_tree", lambda arcs: (sizes.append(len(arcs)), best_tree(arcs))[1])
    doc = sentenced(tiny)("项目投产，" * 4 + "\n园区。")
    check_trees(doc)
    assert sizes == [7, 7, 6, 3]
    assert len(list(doc.sents)) == 2


def test_a_parser_without_an_encoder_says_so(tiny: Language) -> None:
    tiny.remove_pipe("encoder")
    with pytest.raises(PipelineError, match=r"^the parser needs the encoder before it$"):
        tiny("项目")


def test_components_without_a_network_say_so(tiny: Language) -> None:
    with pytest.raises(PipelineError, match=r"has not been loaded$"):
        EncoderComponent()(tiny.make_doc("项目"))
    doc = tiny.make_doc("项目")
    encoder = tiny.get_pipe("encoder")
    assert isinstance(encoder, EncoderComponent)
    with pytest.raises(PipelineError, match=r"has not been loaded$"):
        ParserComponent()(encoder(doc))


def test_a_pipeline_that_was_written_reads_the_same(tiny: Language, folder: Path, tmp_path: Path) -> None:
    tiny.to_disk(tmp_path / "model")
    shutil.rmtree(folder)
    nlp = load_pipeline(str(tmp_path / "model"))
    assert nlp.pipe_labels["encoder"] == list(LABELS)
    assert nlp.pipe_labels["parser"] == list(RELATIONS)
    again = spacy.load(tmp_path / "model")
    again.to_disk(tmp_path / "model")
    attributes: list[int | str] = ["ORTH", "TAG", "HEAD", "DEP"]
    assert again(TEXT).to_array(attributes).tolist() == tiny(TEXT).to_array(attributes).tolist()
    assert len(again(TEXT).spans[SPANS]) == 3


def without(key: str, path: Path) -> None:
    settings_ = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({k: v for k, v in settings_.items() if k != key}), encoding="utf-8")


@pytest.mark.parametrize(
    ("pipe", "file", "content", "message"),
    [
        ("encoder", "encoder.onnx", None, r"encoder\.onnx: .*No such file"),
        ("encoder", "characters.txt", None, r"characters\.txt: .*No such file"),
        ("encoder", "settings.json", None, r"settings\.json: FileNotFoundError"),
        ("encoder", "settings.json", "{", r"settings\.json: JSONDecodeError"),
        ("encoder", "settings.json", "[]", r"settings\.json: TypeError"),
        ("encoder", "settings.json", "{}", r"settings\.json: KeyError\('labels'\)"),
        ("parser", "parser.onnx", "", r"parser\.onnx: "),
        ("parser", "settings.json", '{"tags": ["NN"]}', r"settings\.json: KeyError\('relations'\)"),
        ("parser", "settings.json", '{"tags": ["NN"], "relations": ["dep"]}', r"settings\.json: the relations lack ROOT$"),
        ("parser", "settings.json", '{"tags": ["NN"], "relations": ["ROOT"]}', r"the network scores 4 labels, not 1$"),
    ],
)
def test_a_bad_model_folder_is_one_line(
    tiny: Language, tmp_path: Path, pipe: str, file: str, content: str | None, message: str
) -> None:
    tiny.to_disk(tmp_path / "model")
    path = tmp_path / "model" / pipe / file
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(PipelineError, match=message) as caught:
        load_pipeline(str(tmp_path / "model"))
    assert "\n" not in str(caught.value)


def test_the_table_of_nesting_knows_every_type() -> None:
    table = nesting()
    assert {kind.value for kind in EntityType} <= set(table)
    assert set().union(*table.values()) <= set(table)


@pytest.fixture(name="loaded")
def loaded_fixture(tiny: Language, tmp_path: Path) -> Language:
    tiny.to_disk(tmp_path / "model")
    return load_pipeline(str(tmp_path / "model"))


def test_an_articles_names_come_with_the_encoded_text(loaded: Language) -> None:
    given = encode(loaded, article(TEXT))
    assert given is not None
    encoded, names = given
    assert encoded.text == TEXT
    assert [(name.start, name.end, name.label) for name in names] == [(0, 8, "Institution"), (0, 5, "Zone"), (8, 10, "Person")]


def test_a_given_word_is_one_token(loaded: Language) -> None:
    doc = annotate(loaded, article(TEXT), [(0, 5)], words=[(8, 10)], encoded=(encode(loaded, article(TEXT)) or [None])[0])
    assert "王凡" in [token.text for token in doc]
    assert doc.user_data == {shared.NAMES: ((0, 5),), shared.WORDS: ((8, 10),)}
    check_trees(doc)


@pytest.mark.parametrize("line", [False, True], ids=["lines", "one line"])
def test_a_long_article_goes_through_in_pieces(loaded: Language, line: bool) -> None:
    text = ("王凡说明，高新项目投产。" + "\n" * (not line)) * 1700
    given = encode(loaded, article(text))
    assert given is not None
    people = [(name.start, name.end) for name in given[1] if name.label == "Person"]
    doc = annotate(loaded, article(text), words=people, encoded=given[0])
    assert len(text) > 20_000
    assert doc.text == text
    assert len(people) == 1700
    assert {(token.idx, token.idx + len(token)) for token in doc} >= set(people)
    assert [(name.start_char, name.end_char) for name in doc.spans[SPANS] if name.label_ == "Person"] == people
    assert set(doc.user_data) == {shared.NAMES, shared.WORDS}


@pytest.mark.parametrize("text", ["高新项目投产，" * 1000, "\n" * 30_000], ids=["a line", "breaks"])
def test_a_text_without_ends_goes_through(loaded: Language, text: str) -> None:
    doc = annotate(loaded, article(text))
    assert doc.text == text
    assert all(token.head in token.sent for token in list(doc)[::500])


def test_another_parser_behind_the_encoder_leaves_no_warning(loaded: Language) -> None:
    loaded.remove_pipe("parser")
    given = encode(loaded, article(TEXT * 1000))
    assert given is not None
    doc = annotate(loaded, article(TEXT * 1000), encoded=given[0])
    assert ENCODED not in doc.user_data


def test_blank_pipelines_have_no_encoder() -> None:
    nlp = spacy.blank("zh")
    assert encode(nlp, article(TEXT)) is None
    nlp.add_pipe("sentencizer", name="encoder")
    assert encode(nlp, article(TEXT)) is None
