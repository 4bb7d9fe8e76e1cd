from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.errors import PipelineError
from kg_build.language import annotate, encode, load_pipeline, pipeline, pipeline_id
from kg_build.model import Article, EntityType, OffsetMap

TEXT = (
    "云岭高新区传来喜讯\n赛川新材料有限公司投资12.5亿元,建设锂电池隔膜项目。项目位于云岭高新区，由远山集团承建！\n“真好。”他说。"
)
MakeArticle = Callable[[str], Article]


@Language.component("stand_in_tagger")
def stand_in_tagger(doc: Doc) -> Doc:
    for token in doc:
        token.tag_ = "NN"
    return doc


@Language.component("stand_in_parser")
def stand_in_parser(doc: Doc) -> Doc:
    starts = [token.is_sent_start for token in doc]
    for sentence in list(doc.sents):
        for token in sentence:
            token.head, token.dep_ = sentence[0], "dep"
    assert starts == [token.is_sent_start for token in doc]
    return doc


def stand_in(folder: Path, *pipes: str, lang: str = "zh") -> str:
    nlp = spacy.blank(lang)
    for pipe in pipes:
        nlp.add_pipe(f"stand_in_{pipe}", name=pipe)
    nlp.meta.update({"name": "stand_in", "version": "1.2.3"})
    nlp.to_disk(folder)
    return str(folder)


def test_the_pipeline_that_ships_has_everything_in_order(nlp: Language) -> None:
    assert nlp.pipe_names == [
        "zonekg_boundaries",
        "zonekg_sentences",
        "encoder",
        "parser",
        "pairs",
        "entity_ruler",
    ]
    assert pipeline_id(nlp).startswith("zh_zone_news ")


def test_a_document_has_the_articles_text_sentences_tags_and_parse(nlp: Language, article: MakeArticle) -> None:
    doc = annotate(nlp, article(TEXT))
    assert doc.text == TEXT
    assert [s.text.strip() for s in doc.sents] == [
        "云岭高新区传来喜讯",
        "赛川新材料有限公司投资12.5亿元,建设锂电池隔膜项目。",
        "项目位于云岭高新区，由远山集团承建！",
        "“真好。”",
        "他说。",
    ]
    assert all(token.tag_ for token in doc)
    assert all(token.dep_ for token in doc)
    assert all(token.head in token.sent for token in doc)
    assert {token.tag_ for token in doc if token.text == "\n"} <= {"_SP"}


def test_the_parser_uses_the_labels_of_spacys_own_chinese_pipelines(nlp: Language) -> None:
    labels = set(nlp.pipe_labels["parser"])
    assert {"nsubj", "dobj", "nmod:prep", "nmod:assmod", "compound:nn", "conj", "case", "mark", "mark:clf"} <= labels
    assert "KILL" not in labels
    assert set(nlp.pipe_labels["encoder"]) == {kind.value for kind in EntityType} | {
        "Generic",
        "Amount",
        "Date",
        "Indicator",
        "Percent",
    }


def test_the_names_of_an_article_are_seen(nlp: Language, article: MakeArticle) -> None:
    given = encode(nlp, article(TEXT))
    assert given is not None
    assert given[0].text == TEXT
    seen = {(TEXT[name.start : name.end], name.label) for name in given[1]}
    assert {("云岭高新区", "Zone"), ("赛川新材料有限公司", "Enterprise"), ("12.5亿元", "Amount")} <= seen


def test_a_pipeline_without_an_encoder_sees_no_names(tmp_path: Path, article: MakeArticle) -> None:
    nlp = load_pipeline(stand_in(tmp_path / "pipeline", "tagger", "parser"))
    assert encode(nlp, article(TEXT)) is None
    nlp.rename_pipe("tagger", "encoder")
    assert encode(nlp, article(TEXT)) is None


def test_a_given_word_is_one_token(tmp_path: Path, article: MakeArticle) -> None:
    nlp = load_pipeline(stand_in(tmp_path / "pipeline", "tagger", "parser"))
    text = "会后，欧阳凡说：“好。”"
    doc = annotate(nlp, article(text), [(0, 2)], words=[(3, 6)])
    assert [token.text for token in doc][:5] == ["会", "后", "，", "欧阳凡", "说"]
    assert doc.user_data == {"zonekg_names": ((0, 2),), "zonekg_words": ((3, 6),)}


def test_words_are_joined_in_every_piece_of_a_long_article(
    tmp_path: Path, article: MakeArticle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "LONGEST_PIECE", 12)
    nlp = load_pipeline(stand_in(tmp_path / "pipeline", "tagger", "parser"))
    text = "会后，王凡说好。\n" * 5
    words = [(start, start + 2) for start in range(3, len(text), 9)]
    doc = annotate(nlp, article(text), words=words)
    assert doc.text == text
    assert [(t.idx, t.idx + len(t)) for t in doc if len(t) == 2] == words
    assert doc.user_data == {"zonekg_names": (), "zonekg_words": tuple(words)}


def test_no_name_edge_lies_inside_a_token(nlp: Language, article: MakeArticle) -> None:
    start = TEXT.index("川新材")
    doc = annotate(nlp, article(TEXT), [(start, start + 3)])
    edges = {token.idx for token in doc}
    assert {start, start + 3} <= edges
    assert doc.text == TEXT


def test_names_may_be_any_sequence_and_reach_the_document(nlp: Language, article: MakeArticle) -> None:
    doc = annotate(nlp, article("远山集团签约。"), ((0, 4),))
    assert doc.user_data["zonekg_names"] == ((0, 4),)


def test_the_same_text_gives_the_same_document(nlp: Language, article: MakeArticle) -> None:
    first, second, other = annotate(nlp, article(TEXT)), annotate(nlp, article(TEXT)), load_pipeline()
    annotate(other, article("别的文章。" * 30))
    third = annotate(other, article(TEXT))
    attributes: list[int | str] = ["ORTH", "TAG", "HEAD", "DEP", "ENT_TYPE", "ENT_IOB", "SENT_START"]
    assert first.to_array(attributes).tolist() == second.to_array(attributes).tolist()
    assert first.to_array(attributes).tolist() == third.to_array(attributes).tolist()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40), names=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 45)), max_size=3))
def test_any_text_stays_as_it_is(nlp: Language, text: str, names: list[tuple[int, int]]) -> None:
    article = Article("page.txt", 1, "", text, (), OffsetMap(()))
    assert annotate(nlp, article, [(a, b) for a, b in names if a <= b]).text == text


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text("项目开工。！ \n", max_size=80), longest=st.integers(1, 12))
def test_pieces_cover_a_long_text(monkeypatch: pytest.MonkeyPatch, text: str, longest: int) -> None:
    monkeypatch.setattr(pipeline, "LONGEST_PIECE", longest)
    pieces = pipeline._pieces(text)
    assert "".join(text[a:b] for a, b in pieces) == text
    assert all(b - a <= longest for a, b in pieces)
    assert all(b > a for a, b in pieces) or not text


def test_a_long_article_is_one_document(nlp: Language, article: MakeArticle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "LONGEST_PIECE", 60)
    text = "\n".join([TEXT] * 4)
    position = text.rindex("川新材")
    doc = annotate(nlp, article(text), [(position, position + 3)])
    assert doc.text == text
    assert len(list(doc.sents)) == 20
    assert position in {token.idx for token in doc}
    assert doc.user_data["zonekg_names"] == ((position, position + 3),)
    assert any(ent.start_char > 100 for ent in doc.ents)
    assert all(token.head in token.sent for token in doc)


def test_a_foreign_pipeline_is_taken_with_our_components_around_it(tmp_path: Path, article: MakeArticle) -> None:
    nlp = load_pipeline(stand_in(tmp_path / "zh_stand_in", "tagger", "parser"))
    assert nlp.pipe_names == ["zonekg_boundaries", "zonekg_sentences", "tagger", "parser", "entity_ruler"]
    assert pipeline_id(nlp) == "zh_stand_in 1.2.3"
    doc = annotate(nlp, article(TEXT), [(0, 5)])
    assert doc.text == TEXT
    assert next(s.text.strip() for s in doc.sents) == "云岭高新区传来喜讯"


@pytest.mark.parametrize(
    ("pipes", "lang", "message"),
    [
        (("tagger",), "zh", r"the pipeline has no parser, which the rules need$"),
        ((), "zh", r"the pipeline has no tagger and no parser, which the rules need$"),
        (("tagger", "parser"), "xx", r"a pipeline for 'xx', not for Chinese$"),
    ],
)
def test_a_pipeline_that_lacks_something_is_refused_in_one_line(
    tmp_path: Path, pipes: tuple[str, ...], lang: str, message: str
) -> None:
    with pytest.raises(PipelineError, match=message) as caught:
        load_pipeline(stand_in(tmp_path / "pipeline", *pipes, lang=lang))
    assert "\n" not in str(caught.value)


def test_a_pipeline_that_is_not_installed_is_refused_in_one_line() -> None:
    with pytest.raises(PipelineError, match=r"^zh_core_web_none: can't be loaded as a spaCy pipeline: ") as caught:
        load_pipeline("zh_core_web_none")
    assert "\n" not in str(caught.value)


def test_a_tokenizer_that_changes_the_text_is_refused(tmp_path: Path, article: MakeArticle) -> None:
    nlp = load_pipeline(stand_in(tmp_path / "pipeline", "tagger", "parser"))
    nlp.tokenizer = lambda text: Doc(nlp.vocab, words=[text.strip() or "x"], spaces=[False])
    with pytest.raises(PipelineError, match=r"zh_stand_in 1\.2\.3: its tokenizer changes the text of page\.txt"):
        annotate(nlp, article(" 开工。 "))
