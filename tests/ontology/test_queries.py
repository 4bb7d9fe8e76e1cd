"""The competency questions, asked of the good example, get the answers that stand beside them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, QueryResultsFormat, QuerySolutions, RdfFormat, Store

from ontology.documents import ontology_triples
from ontology.terms import ONTOLOGY, ontology_path

QUERIES = sorted(ontology_path("queries/zones-in-place.rq").parent.glob("*.rq"))


@cache
def store() -> Store:
    filled = Store()
    filled.load(path=str(ontology_path("examples/good.trig")), format=RdfFormat.TRIG)
    filled.extend(Quad(t.subject, t.predicate, t.object, NamedNode(ONTOLOGY)) for t in ontology_triples())
    return filled


def answer(query: str) -> str:
    results = store().query(query, use_default_graph_as_union=True)
    assert isinstance(results, QuerySolutions)
    written = results.serialize(format=QueryResultsFormat.CSV)
    assert written is not None
    return written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("path", QUERIES, ids=[path.stem for path in QUERIES])
def test_answer_is_the_expected_one(path: Path) -> None:
    assert answer(path.read_text(encoding="utf-8")) == path.with_suffix(".csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", QUERIES, ids=[path.stem for path in QUERIES])
def test_question_stands_above_the_query_in_both_languages(path: Path) -> None:
    zh, en, *_ = path.read_text(encoding="utf-8").splitlines()
    assert zh.startswith("# zh: ")
    assert zh.endswith(("？", "。", "）"))
    assert en.startswith("# en: ")
    assert "ORDER BY" in path.read_text(encoding="utf-8")


def test_there_are_enough_questions_and_no_stray_answers() -> None:
    assert len(QUERIES) >= 12
    assert {p.stem for p in QUERIES} == {p.stem for p in QUERIES[0].parent.glob("*.csv")}


def test_only_the_check_query_has_no_answer() -> None:
    empty = [p.stem for p in QUERIES if len(p.with_suffix(".csv").read_text(encoding="utf-8").splitlines()) == 1]
    assert empty == ["shortcut-without-post"]
