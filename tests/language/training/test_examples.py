from pathlib import Path

import spacy

from kg_build.language.training.corpora import Sentence
from kg_build.language.training.examples import create_reader, labelled_doc, read_parses, write_docs

ROWS = [("赛川", "NR", 1, "compound:nn"), ("集团", "NN", 2, "nsubj"), ("签约", "VV", 2, "ROOT")]


def test_parses_are_read_and_kill_becomes_dep(tmp_path: Path) -> None:
    path = tmp_path / "p.conllu"
    path.write_text("1\t签约\t_\t_\tVV\t_\t0\troot\t_\t_\n2\t了\t_\t_\tAS\t_\t1\tKILL\t_\t_\n", encoding="utf-8")
    assert read_parses(path) == [[("签约", "VV", 0, "ROOT"), ("了", "AS", 0, "dep")]]


def test_a_name_with_an_edge_inside_a_word_takes_the_word() -> None:
    doc = labelled_doc(spacy.blank("zh").vocab, Sentence(("赛川", "集团", "签约"), ((0, 3, "ORG"),)), ROWS)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("赛川集团", "ORG")]


def test_the_reader_groups_sentences_and_tells_where_they_begin(tmp_path: Path) -> None:
    nlp = spacy.blank("zh")
    named = labelled_doc(nlp.vocab, Sentence(("赛川", "集团", "签约"), ((0, 4, "ORG"),)), ROWS)
    unnamed = labelled_doc(nlp.vocab, Sentence(("赛川", "集团", "签约")), ROWS)
    write_docs([named, unnamed] * 10, tmp_path / "docs.spacy")
    examples = list(create_reader(tmp_path / "docs.spacy", group=4, seed=1)(nlp))
    visible = [token for example in examples for token in example.reference if not token.is_space]
    assert len(visible) == 60
    assert len(examples) < 20
    assert any(token.is_space for example in examples for token in example.reference)
    for example in examples:
        assert [t.is_sent_start for t in example.predicted] == [t.is_sent_start for t in example.reference]
        assert not example.predicted.has_annotation("TAG")
    missing = [token for token in visible if token.ent_iob == 0]
    assert len(missing) == 30


def test_the_reader_for_measuring_keeps_order_and_single_sentences(tmp_path: Path) -> None:
    nlp = spacy.blank("zh")
    write_docs([labelled_doc(nlp.vocab, Sentence(("赛川", "集团", "签约"), ()), ROWS)] * 3, tmp_path / "docs.spacy")
    examples = list(create_reader(tmp_path / "docs.spacy")(nlp))
    assert [example.reference.text for example in examples] == ["赛川集团签约"] * 3
    assert [(t.tag_, t.dep_, t.head.i) for t in examples[0].reference] == [(t, d, h) for _, t, h, d in ROWS]
