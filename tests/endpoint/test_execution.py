from __future__ import annotations

import gc
import threading
import time

import pyoxigraph as ox
import pytest
from serving import PATIENCE

from endpoint.execution import (
    BusyError,
    QueryOptions,
    QueryTimeoutError,
    ThreadExecutor,
    UnservedKindError,
)
from kg_build.store import open_for_reading

FORMATS = {"solutions": ox.QueryResultsFormat.TSV, "boolean": ox.QueryResultsFormat.JSON, "graph": ox.RdfFormat.N_TRIPLES}
PRODUCT = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


@pytest.fixture
def reader(store):
    return open_for_reading(store)


def wait_for_places(executor, places):
    end = time.monotonic() + PATIENCE
    while executor._places._value < places:
        assert time.monotonic() < end
        time.sleep(0.02)


def test_an_answer_comes_with_its_kind(reader):
    executor = ThreadExecutor(1)
    for query, kind in (("ASK {}", "boolean"), ("SELECT * {}", "solutions"), ("CONSTRUCT WHERE { ?s ?p ?o }", "graph")):
        answer = executor.run(reader, query, QueryOptions(PATIENCE), FORMATS)
        assert answer.kind == kind
        assert b"".join(answer.chunks)


def test_errors_reach_the_caller(reader):
    executor = ThreadExecutor(1)
    with pytest.raises(SyntaxError):
        executor.run(reader, "SELECT", QueryOptions(PATIENCE), FORMATS)
    with pytest.raises(ValueError, match="IRI"):
        executor.run(reader, "ASK {}", QueryOptions(PATIENCE, default_graphs=("no iri",)), FORMATS)
    with pytest.raises(UnservedKindError):
        executor.run(reader, "SELECT * { ?s ?p ?o }", QueryOptions(PATIENCE), {"boolean": ox.QueryResultsFormat.JSON})
    gc.collect()
    wait_for_places(executor, 1)


def test_the_deadline_ends_a_query_that_gives_rows(reader):
    executor = ThreadExecutor(1)
    chunks = 0
    for seconds in (0.3, 1, 5, 25, PATIENCE):  # A busy machine may need longer for its first rows.
        with pytest.raises(QueryTimeoutError):  # noqa: PT012
            for _ in executor.run(reader, PRODUCT, QueryOptions(seconds), FORMATS).chunks:
                chunks += 1
                time.sleep(0.01)
        wait_for_places(executor, 1)
        if chunks:
            break
    assert chunks


def test_leaving_ends_a_query_that_gives_rows(reader):
    executor = ThreadExecutor(1)
    answer = executor.run(reader, PRODUCT, QueryOptions(PATIENCE), FORMATS)
    next(answer.chunks)
    answer.chunks.close()
    wait_for_places(executor, 1)


def test_no_more_run_at_once_than_may(reader, monkeypatch):
    monkeypatch.setattr("endpoint.execution.WAIT", 0.05)
    executor = ThreadExecutor(1)
    first = executor.run(reader, PRODUCT, QueryOptions(PATIENCE), FORMATS)
    with pytest.raises(BusyError):
        executor.run(reader, "ASK {}", QueryOptions(PATIENCE), FORMATS)
    first.chunks.close()
    wait_for_places(executor, 1)
    assert b"true" in b"".join(executor.run(reader, "ASK {}", QueryOptions(PATIENCE), FORMATS).chunks)


def test_long_chains_do_not_take_the_process_down(reader):
    query = "SELECT * {" + "{}" + "UNION{}" * 3000 + " FILTER(" + "!" * 20_000 + "true) }"
    assert b"".join(ThreadExecutor(1).run(reader, query, QueryOptions(PATIENCE), FORMATS).chunks)


def test_other_threads_keep_their_size_of_stack(reader):
    before = threading.stack_size()
    list(ThreadExecutor(1).run(reader, "ASK {}", QueryOptions(PATIENCE), FORMATS).chunks)
    assert threading.stack_size() == before
