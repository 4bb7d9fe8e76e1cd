from __future__ import annotations

import os
import signal
import threading

import pyoxigraph as ox
import pytest
from serving import PATIENCE, stop

from endpoint.execution import (
    BusyError,
    ClientGoneError,
    MemoryLimitError,
    QueryOptions,
    QueryTimeoutError,
    ThreadExecutor,
    UnservedKindError,
    WorkerLostError,
)
from endpoint.services import Source
from endpoint.workers import executor as module
from endpoint.workers.executor import LEAST_MEMORY, MOST_MEMORY, ProcessExecutor, share_of_memory
from kg_build.errors import StoreError
from kg_build.settings import Settings
from kg_build.store import Snapshot, open_for_build, open_for_reading

from .conftest import COUNT, FORMATS, ROWS, eventually, lives

GROUPS = """SELECT (GROUP_CONCAT(?x) AS ?y) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l
  BIND(CONCAT(STR(?a), STR(?b), STR(?d), STR(?e), STR(?g), STR(?h), STR(?j), STR(?k)) AS ?w)
  BIND(CONCAT(?w, ?w, ?w, ?w) AS ?x) }"""


def ask(executor, reader, query="ASK {}", timeout=PATIENCE, **options):
    return executor.run(reader, query, QueryOptions(timeout, **options), FORMATS)


def data(answer) -> bytes:
    return b"".join(answer.chunks)


def begun(executor, reader):
    """An answer without end of which the first bytes are there before its deadline, however busy the machine is."""
    for seconds in (0.2, 1, 5, 25, PATIENCE):
        try:
            answer = ask(executor, reader, ROWS, seconds)
            next(answer.chunks)
        except QueryTimeoutError:
            continue
        return answer
    raise AssertionError("no answer was ever begun")


def pid(answer) -> int:
    return answer.chunks._worker.pid


def is_back(executor) -> bool:
    """Whether all is as it was before: nobody runs or waits, and as many workers stand ready as should."""
    numbers = executor.statistics()
    return (numbers["idle"], numbers["busy"], numbers["short"], numbers["long"], numbers["waiting"]) == (3, 0, 0, 0, 0)


class Background(threading.Thread):
    """A query in a thread of its own; what becomes of it stands in ``outcome``."""

    def __init__(self, *arguments, **options):
        super().__init__(daemon=True)
        self.arguments, self.options = arguments, options
        self.outcome = None
        self.start()

    def run(self):
        try:
            self.outcome = data(ask(*self.arguments, **self.options))
        except Exception as error:  # noqa: BLE001
            self.outcome = error


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("ASK {}", {}),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", {}),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", {"union_default_graph": False}),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o", {"default_graphs": ("https://w3id.org/zonekg/id/article/甲报道",)}),
        (
            "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
            {"named_graphs": ("https://w3id.org/zonekg/id/article/乙报道",)},
        ),
        ("SELECT * { BIND(<x> AS ?s) }", {"base_iri": "http://e/"}),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", {}),
        ("CONSTRUCT WHERE { ?s <http://purl.org/dc/terms/title> ?o }", {}),
    ],
)
def test_processes_answer_as_threads_do(executor, reader, query, options):
    expected = ask(ThreadExecutor(1), reader, query, **options)
    answer = ask(executor, reader, query, **options)
    assert answer.kind == expected.kind
    assert data(answer) == data(expected)


def test_errors_reach_the_caller_and_cost_no_worker(executor, reader):
    eventually(lambda: is_back(executor))
    before = executor.statistics()["forked"]
    with pytest.raises(SyntaxError, match="error at 1:7"):
        ask(executor, reader, "SELECT")
    with pytest.raises(ValueError, match="IRI"):
        ask(executor, reader, default_graphs=("no iri",))
    with pytest.raises(UnservedKindError) as caught:
        executor.run(reader, "SELECT * { ?s ?p ?o }", QueryOptions(10), {"boolean": ox.QueryResultsFormat.JSON})
    assert caught.value.kind == "solutions"
    assert executor.statistics()["forked"] == before


def test_a_runaway_is_killed_at_its_deadline_and_replaced(executor, reader):
    eventually(lambda: is_back(executor))
    before = {worker.pid for worker in executor._pool._idle}
    with pytest.raises(QueryTimeoutError):
        ask(executor, reader, COUNT, 1)
    eventually(lambda: is_back(executor))
    after = {worker.pid for worker in executor._pool._idle}
    assert len(after - before) == 1
    eventually(lambda: not any(map(lives, before - after)))
    assert b"true" in data(ask(executor, reader))


def test_a_deadline_in_mid_answer_is_an_error_not_an_end(executor, reader):
    answer = begun(executor, reader)
    with pytest.raises(QueryTimeoutError):
        data(answer)
    with pytest.raises(QueryTimeoutError):
        next(answer.chunks)
    eventually(lambda: is_back(executor))


def test_an_answer_that_nobody_reads_ends_at_its_deadline(executor, reader, monkeypatch):
    monkeypatch.setattr(module, "GRACE", 0.1)
    answer = begun(executor, reader)
    worker = pid(answer)
    eventually(lambda: not lives(worker))
    eventually(lambda: is_back(executor))
    with pytest.raises(QueryTimeoutError):
        data(answer)


def test_queries_end_while_the_process_that_forks_stands_still(executor, reader):
    answer = ask(executor, reader, ROWS)
    next(answer.chunks)
    nursery = executor._pool._nursery
    os.kill(nursery.pid, signal.SIGSTOP)
    try:
        with pytest.raises(QueryTimeoutError):
            ask(executor, reader, COUNT, 0.2)
        eventually(nursery._lock.locked)  # Somebody waits for another worker.
        answer.chunks.deadline = 0.0
        worker = pid(answer)
        eventually(lambda: not lives(worker))  # Nobody read it.
        with pytest.raises(QueryTimeoutError):
            data(answer)
        assert b"true" in data(ask(executor, reader))
    finally:
        os.kill(nursery.pid, signal.SIGCONT)
    eventually(lambda: is_back(executor))


def test_ten_runaways_at_once_leave_room_for_others(executor, reader):
    gone = threading.Event()
    runaways = [Background(executor, reader, COUNT, PATIENCE, client="runaway", is_gone=gone.is_set) for _ in range(10)]
    eventually(lambda: executor.statistics()["waiting"] == 8)
    for _ in range(10):
        assert b"true" in data(ask(executor, reader, client="other"))
    assert b"true" in data(ask(executor, reader, client="runaway"))
    assert [thread.outcome for thread in runaways if not thread.is_alive()] == []
    gone.set()
    for thread in runaways:
        thread.join()
    assert {type(thread.outcome) for thread in runaways} == {ClientGoneError}
    eventually(lambda: is_back(executor))


def test_closing_an_answer_frees_its_worker_at_once(executor, reader):
    answer = ask(executor, reader, ROWS)
    worker = pid(answer)
    answer.chunks.close()
    eventually(lambda: not lives(worker))
    eventually(lambda: is_back(executor))
    with pytest.raises(ClientGoneError):  # Whatever is asked of it now must not look like the end of an answer.
        list(answer.chunks)[1:]


def test_a_client_that_leaves_before_its_answer_frees_its_worker(executor, reader):
    gone = threading.Event()
    waiting = Background(executor, reader, COUNT, is_gone=gone.is_set)
    eventually(lambda: executor.statistics()["busy"] == 1)
    gone.set()
    waiting.join(PATIENCE)
    assert isinstance(waiting.outcome, ClientGoneError)
    eventually(lambda: is_back(executor))


def at_work(executor, waiting=None) -> int:
    """The worker of the one query that runs, that of ``waiting``."""
    eventually(lambda: (waiting and waiting.outcome) or (executor.statistics()["busy"] == 1 and executor._runs))
    assert waiting is None or waiting.outcome is None, waiting.outcome
    return next(iter(executor._runs))._worker.pid


@pytest.mark.parametrize(("number", "error"), [(signal.SIGSEGV, WorkerLostError), (signal.SIGABRT, MemoryLimitError)])
def test_a_worker_that_dies_over_a_query_is_one_clear_error(executor, reader, number, error):
    eventually(lambda: is_back(executor))
    before = executor.statistics()["forked"]
    waiting = Background(executor, reader, COUNT)
    os.kill(at_work(executor), number)
    waiting.join(PATIENCE)
    assert type(waiting.outcome) is error
    eventually(lambda: is_back(executor))
    assert executor.statistics()["forked"] == before + 1  # No other one was given the query.
    assert b"true" in data(ask(executor, reader))


def test_a_query_of_a_worker_that_is_killed_from_outside_is_given_to_another(executor, reader):
    eventually(lambda: is_back(executor))
    idle = [worker.pid for worker in executor._pool._idle]
    for worker in idle:
        stop(worker)
    waiting = Background(executor, reader)
    victim = at_work(executor, waiting)
    for worker in idle:
        os.kill(worker, signal.SIGKILL if worker == victim else signal.SIGCONT)
    waiting.join(PATIENCE)
    assert b"true" in waiting.outcome
    eventually(lambda: is_back(executor))


def test_it_is_given_to_one_other_and_no_third(executor, reader):
    waiting = Background(executor, reader, COUNT)
    first = at_work(executor)
    os.kill(first, signal.SIGKILL)
    eventually(lambda: executor._runs and at_work(executor) != first)
    os.kill(at_work(executor), signal.SIGKILL)
    waiting.join(PATIENCE)
    assert type(waiting.outcome) is WorkerLostError
    eventually(lambda: is_back(executor))


def test_an_answer_that_has_begun_is_not_begun_again(executor, reader):
    answer = begun(executor, reader)
    os.kill(pid(answer), signal.SIGKILL)
    with pytest.raises(WorkerLostError):
        data(answer)
    eventually(lambda: is_back(executor))


def test_no_worker_in_time_for_a_second_try_is_the_deadline(executor, reader, monkeypatch):
    waiting = Background(executor, reader, COUNT)
    victim = at_work(executor)

    def take(*_):
        raise BusyError

    monkeypatch.setattr(executor._pool, "take", take)
    os.kill(victim, signal.SIGKILL)
    waiting.join(PATIENCE)
    assert type(waiting.outcome) is QueryTimeoutError
    eventually(lambda: is_back(executor))


def test_a_query_that_is_ended_while_another_worker_is_sought_keeps_none(executor, reader, monkeypatch):
    waiting = Background(executor, reader, COUNT)
    victim = at_work(executor)
    (run,) = executor._runs
    take = executor._pool.take

    def take_late(*arguments):
        run.end("timeout")
        return take(*arguments)

    monkeypatch.setattr(executor._pool, "take", take_late)
    os.kill(victim, signal.SIGKILL)
    waiting.join(PATIENCE)
    assert type(waiting.outcome) is QueryTimeoutError
    eventually(lambda: is_back(executor))


def test_queries_of_a_nursery_that_is_killed_are_given_to_another(executor, reader):
    gone = threading.Event()
    runaways = [Background(executor, reader, COUNT, PATIENCE, client="runaway", is_gone=gone.is_set) for _ in range(2)]
    eventually(lambda: executor.statistics()["busy"] == len(executor._runs) == 2)
    before = {run._worker.pid for run in executor._runs}
    os.kill(executor._pool._nursery.pid, signal.SIGKILL)
    eventually(lambda: not before & {run._worker.pid for run in executor._runs})
    assert b"true" in data(ask(executor, reader, client="other"))
    gone.set()
    for thread in runaways:
        thread.join()
    assert {type(thread.outcome) for thread in runaways} == {ClientGoneError}
    eventually(lambda: is_back(executor))


def test_workers_killed_while_idle_cost_no_request(executor, reader):
    for _ in range(3):
        eventually(lambda: is_back(executor))
        victims = [worker.pid for worker in executor._pool._idle]
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        eventually(lambda: not any(map(lives, victims)))  # noqa: B023
        assert b"true" in data(ask(executor, reader))
    eventually(lambda: is_back(executor))


def test_the_process_that_forks_may_be_killed_too(executor, reader):
    eventually(lambda: is_back(executor))
    before = [worker.pid for worker in executor._pool._idle]
    os.kill(executor._pool._nursery.pid, signal.SIGKILL)
    eventually(lambda: not any(map(lives, before)))
    assert b"true" in data(ask(executor, reader))
    eventually(lambda: is_back(executor))


def test_a_query_that_takes_too_much_memory_ends_alone(reader):
    executor = ProcessExecutor(2, memory=64 << 20)
    try:
        for query in (f"{ROWS} ORDER BY ?i ?a", GROUPS):
            with pytest.raises(MemoryLimitError):
                ask(executor, reader, query)
        assert b"true" in data(ask(executor, reader))
        eventually(lambda: is_back(executor))
    finally:
        executor.close()


def test_long_chains_do_not_cost_a_worker(executor, reader):
    eventually(lambda: is_back(executor))
    before = executor.statistics()["forked"]
    query = "SELECT * {" + "{}" + "UNION{}" * 3000 + " FILTER(" + "!" * 20_000 + "true) }"
    assert data(ask(executor, reader, query))
    assert executor.statistics()["forked"] == before


def test_a_client_with_too_many_long_queries_loses_one_when_another_waits(reader):
    executor = ProcessExecutor(1, long=2, per_client=1, wait=PATIENCE)
    gone = threading.Event()
    try:
        runaways = [Background(executor, reader, COUNT, PATIENCE, client="a", is_gone=gone.is_set) for _ in range(3)]
        eventually(lambda: executor.statistics()["waiting"] == 2)
        assert b"true" in data(ask(executor, reader, client="b"))
        eventually(lambda: (executor.statistics()["short"], executor.statistics()["long"]) == (1, 1))
        assert b"true" in data(ask(executor, reader, client="b"))
        gone.set()
        for thread in runaways:
            thread.join()
        assert sorted(type(thread.outcome).__name__ for thread in runaways) == ["ClientGoneError"] * 2 + ["TooManyError"]
    finally:
        executor.close()


def test_each_request_is_answered_from_its_own_version(tmp_path):
    folder = tmp_path / "s"

    def build(value):
        with open_for_build(folder, fresh=True) as b:
            b.extend(
                [ox.Quad(*(ox.NamedNode(f"http://e/{x}") for x in "sp"), ox.Literal(str(value)), ox.NamedNode("http://e/g"))]
            )
        return open_for_reading(folder)

    versions = [build(0)]
    executor = ProcessExecutor(2)
    ends, wrong, count = threading.Event(), [], [0, 0]

    def use(number):
        while not ends.is_set():
            value = len(versions) - 1 - (number if len(versions) > 1 else 0)
            try:
                got = data(ask(executor, versions[value], "SELECT ?o { ?s ?p ?o }"))
            except Exception as error:  # noqa: BLE001
                wrong.append(error)
                return
            count[number] += 1
            if got != f'?o\n"{value}"\n'.encode():
                wrong.append((value, got))

    threads = [threading.Thread(target=use, args=(number,)) for number in range(2)]
    try:
        for thread in threads:
            thread.start()
        for value in range(1, 3):
            versions.append(build(value))
            reached = [n + 3 for n in count]
            eventually(lambda r=reached: wrong or all(n >= m for n, m in zip(count, r, strict=True)))
        ends.set()
        for thread in threads:
            thread.join()
        assert wrong == []
        # Idle workers have moved on by themselves, so that the old versions can go.
        assert b'"2"' in data(ask(executor, versions[2], "SELECT ?o { ?s ?p ?o }"))
        eventually(lambda: {worker.snapshot for worker in executor._pool._idle} == {versions[2].snapshot})
    finally:
        ends.set()
        executor.close()


def test_texts_that_are_not_served_are_out_of_reach(store, executor):
    source = Source(Settings(store=store, texts=False))
    query = "SELECT ?n { ?c <https://w3id.org/zonekg/ontology#quote> ?n }"
    assert data(ask(executor, source.current(), query)) == b"?n\n"
    assert data(ask(executor, source.current(), query, union_default_graph=False)) == b"?n\n"
    assert data(ask(executor, Source(Settings(store=store)).current(), query)) != b"?n\n"


def test_a_version_that_is_gone_is_a_store_error(executor, reader, monkeypatch):
    class Gone:
        snapshot = Snapshot("/nowhere/db", "/nowhere/union", 1)

    with pytest.raises(StoreError):
        ask(executor, Gone)
    assert b"true" in data(ask(executor, reader))


def test_nothing_is_left_after_the_end(reader):
    executor = ProcessExecutor(2)
    running = Background(executor, reader, COUNT)
    eventually(lambda: executor.statistics()["busy"] == 1 and executor.statistics()["idle"] == 2)
    pids = [executor._pool._nursery.pid, *(worker.pid for worker in executor._pool._idle)]
    pids += [run._worker.pid for run in executor._runs]
    executor.close()
    executor.close()
    running.join(PATIENCE)
    assert isinstance(running.outcome, BusyError)
    eventually(lambda: not any(map(lives, pids)))
    with pytest.raises(BusyError):
        ask(executor, reader)


def test_an_executor_that_was_never_used_starts_nothing(reader):
    executor = ProcessExecutor(2)
    assert executor.statistics()["forked"] == 0
    executor.close()


def test_shares_of_memory_are_within_bounds():
    assert LEAST_MEMORY <= share_of_memory(1000) <= share_of_memory(10) <= share_of_memory(1) <= MOST_MEMORY
