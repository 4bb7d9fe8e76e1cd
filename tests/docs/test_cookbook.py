"""Every query of the cookbook is run on the graph of the project's own articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pyoxigraph as ox
import pytest

from kg_build.store import Reader, open_for_reading

QUERIES = sorted((Path(__file__).parents[2] / "docs" / "queries").glob("*.rq"))
NAMES = [path.stem for path in QUERIES]
DISPUTED = {"contradicting-figures"}
"""Asked of the store with the second report: the project's own articles don't contradict each other."""


@pytest.fixture(scope="module")
def reader(seeds_store: Path) -> Iterator[Reader]:
    with open_for_reading(seeds_store) as opened:
        yield opened


@pytest.fixture(scope="module")
def disputed(disputed_store: Path) -> Iterator[Reader]:
    with open_for_reading(disputed_store) as opened:
        yield opened


def ask(path: Path, reader: Reader) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    # No prefixes are lent: the files must stand on their own, as they are sent to any endpoint.
    return reader.query(path.read_text(encoding="utf-8"), union=False, use_default_graph_as_union=True)


def rows_of(path: Path, request: pytest.FixtureRequest) -> tuple[list[str], list[list[str]]]:
    result = ask(path, request.getfixturevalue("disputed" if path.stem in DISPUTED else "reader"))
    if isinstance(result, ox.QueryTriples):
        return ["s", "p", "o"], [[str(t.subject), str(t.predicate), str(t.object)] for t in result]
    assert isinstance(result, ox.QuerySolutions)
    return [v.value for v in result.variables], [["" if term is None else term.value for term in row] for row in result]


@pytest.mark.parametrize("path", QUERIES, ids=NAMES)
def test_has_answers(path: Path, request: pytest.FixtureRequest, generate: ModuleType) -> None:
    columns, rows = rows_of(path, request)
    assert rows
    text = generate.read_query(path).text
    if "SELECT" in text:
        assert columns == generate.variables(text)
        assert len({tuple(row) for row in rows}) == len(rows), "the same answer twice"
    for row in generate.expected().get(path.stem, ()):
        assert len(row) == len(columns)
        assert any(all(want in ("*", cell) for want, cell in zip(row, got, strict=True)) for got in rows), (row, rows)


def test_no_contradiction_within_our_own_articles(reader: Reader) -> None:
    [path] = [path for path in QUERIES if path.stem == "contradicting-figures"]
    assert list(ask(path, reader)) == []


def test_expected_answers_belong_to_queries(generate: ModuleType) -> None:
    assert set(generate.expected()) <= set(NAMES)
    assert len(generate.expected()) >= 20


def test_page_has_every_query_once(generate: ModuleType) -> None:
    listed = [name for names in generate.CHAPTERS.values() for name in names.split()]
    assert sorted(listed) == sorted(NAMES)


@pytest.mark.parametrize("path", QUERIES, ids=NAMES)
def test_questions_in_both_languages(path: Path, generate: ModuleType) -> None:
    query = generate.read_query(path)
    assert any("一" <= c <= "鿿" for c in query.zh)
    assert query.en[0].isupper()
    assert query.en[-1] in "?."
