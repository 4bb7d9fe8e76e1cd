"""What the writing process does with an update."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from endpoint.sparql.guard import guard
from endpoint.writing.operations import (
    Kind,
    Operation,
    UnreadableError,
    as_triples,
    check,
    check_whole,
    cut_up,
    has_blank_nodes,
    respell,
)
from kg_build.geo import GEOF
from kg_build.store.updating import FOLLOWED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kg_build.sparql.tokens import Token
    from kg_build.store.updating import GraphName, Transaction

DEFAULT: Final = ox.DefaultGraph()
Touched = tuple["Iterable[ox.Triple] | None", "GraphName | None"]


class LoadRefusedError(Exception):
    """The update fetches a document from somewhere else."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update that may be run."""

    operations: tuple[Operation, ...]
    options: dict[str, Any]
    """Of `pyoxigraph.Store.update`: what relative IRIs are taken against; functions on geometries where they are called."""
    is_constant: bool
    """Whether its patterns have the same solutions each time that they are asked."""


def prepare(text: str, base_iri: str, using: Sequence[str] = (), named: Sequence[str] = ()) -> Update:
    """Read an update without touching a store.

    Raises `SyntaxError`, `UsingConflictError`, `PatternTooLongError`, `DeclaredTooOftenError`, `LoadRefusedError` and what
    `endpoint.sparql.guard.guard` raises.
    """
    guarded = guard(text)
    safe, loads = respell(guarded.text)
    try:
        operations = cut_up(safe)
    except UnreadableError:
        check_whole(safe)
        raise
    check(operations)
    if loads:
        raise LoadRefusedError
    if using or named:
        operations = tuple(operation.with_using(using, named) for operation in operations)
    options: dict[str, Any] = {"base_iri": base_iri}
    if GEOF in text:
        from kg_build.geo.functions import FUNCTIONS  # noqa: PLC0415 - costs more than most updates

        options["custom_functions"] = FUNCTIONS
    return Update(operations, options, guarded.is_constant)


def run(update: Update, transaction: Transaction) -> None:
    """Run the operations one after the other. Raises `RuntimeError`, `ValueError` where one can't be evaluated."""
    for operation in update.operations:
        match operation.kind:
            case Kind.INSERT_DATA:
                transaction.add(_data(update, operation))
            case Kind.DELETE_DATA:
                transaction.remove(_data(update, operation))
            case _:
                touched, graph = _touched(update, operation, transaction)
                transaction.run(operation.runnable, touched, graph, **update.options)


def _data(update: Update, operation: Operation) -> list[ox.Quad]:
    """The quads of INSERT DATA or DELETE DATA: what there is in an empty store when they have been inserted."""
    scratch = ox.Store()
    (name,) = operation.parts
    scratch.update(f"{operation.head}INSERT DATA {{ {operation.part(name)} }}", **update.options)
    return list(scratch)


def _touched(update: Update, operation: Operation, transaction: Transaction) -> Touched:
    """See `Transaction.run`."""
    match operation.kind:
        case Kind.MODIFY | Kind.DELETE_WHERE:
            return _matched(update, operation, transaction), None
        case Kind.CREATE:
            return (), _graphs(update, operation)[-1]
        case Kind.CLEAR | Kind.DROP:
            return _contents(transaction, target := _graphs(update, operation)[-1:]), target[0] if target else None
        case Kind.ADD | Kind.COPY:
            graphs = _graphs(update, operation)
            return _contents(transaction, graphs), graphs[-1]
        case _:
            return None, None  # MOVE may make a graph known and forget another one.


def _matched(update: Update, operation: Operation, transaction: Transaction) -> Iterable[ox.Triple] | None:
    """All triples that an operation's templates give, asked for as a query; None where a second asking gives others."""
    names = ("WHERE",) if operation.kind is Kind.DELETE_WHERE else ("DELETE", "INSERT")
    if not update.is_constant or has_blank_nodes(operation.parts.get("INSERT", ())):
        return None
    template = " . ".join(text for name in names if (text := as_triples(operation, name).strip(" .")))
    dataset = " ".join("FROM" if token.word == "USING" else token.text for token in operation.parts.get("USING", ()))
    query = f"{operation.head}CONSTRUCT {{ {template} }} {dataset} WHERE {{ {operation.part('WHERE')} }}"
    own = operation.parts.get("WITH", ())
    arguments = dict(update.options)
    if own and not dataset:
        arguments["default_graph"] = [_resolve(update, operation, own[0])]
    try:
        found = transaction.database.query(query, **arguments)
    except SyntaxError:
        return None
    assert isinstance(found, ox.QueryTriples)  # noqa: S101 - it is a CONSTRUCT
    return found


def _contents(transaction: Transaction, graphs: Sequence[GraphName]) -> Iterable[ox.Triple] | None:
    """What stands in some graphs; None where that is too much, or where they are all of the store."""
    found: list[set[ox.Triple]] = []
    for graph in graphs:
        triples = transaction.triples(graph)
        if triples is None:
            return None
        found.append(triples)
    return chain.from_iterable(found) if found and sum(map(len, found)) <= FOLLOWED else None


def _graphs(update: Update, operation: Operation) -> list[GraphName]:
    """The graphs that an operation names; none for ALL and NAMED."""
    found: list[GraphName] = []
    for token in operation.parts["TARGET"]:
        if token.word == "DEFAULT":
            found.append(DEFAULT)
        elif token.kind in {"iri", "name"}:
            found.append(_resolve(update, operation, token))
    return found


def _resolve(update: Update, operation: Operation, name: Token) -> ox.NamedNode:
    """A graph's IRI, however it is written."""
    scratch = ox.Store()
    scratch.update(f"{operation.head}CREATE GRAPH {name.text}", **update.options)
    (found,) = scratch.named_graphs()
    assert isinstance(found, ox.NamedNode)  # noqa: S101 - a graph that was named so
    return found
