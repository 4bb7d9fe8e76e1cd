"""What things have for properties, asked of the store in SPARQL by the same executor that runs users' queries."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from endpoint.errors import Problem
from endpoint.reconcile.schema import PROLOGUE
from endpoint.sparql.protocol import select

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from endpoint.reconcile.schema import Property
    from kg_build.store import Reader

MAX_VALUES: Final = 20_000
"""Values that a request may gather."""

Term = ox.NamedNode | ox.Literal
Values = dict[tuple[str, str], list[Term]]
"""(IRI of the thing, id of the property) → values, those of the newest articles first."""


def values(reader: Reader, things: Iterable[str], properties: Sequence[Property]) -> Values:
    """The values of properties for things, given by their IRIs."""
    nodes = " ".join(sorted(str(ox.NamedNode(iri)) for iri in set(things)))
    if not nodes or not properties:
        return {}
    branches = "\nUNION ".join(_branch(one, nodes) for one in properties)
    query = (
        f"{PROLOGUE}SELECT ?entity ?property ?value (MAX(?date) AS ?newest) {{\n{branches}\n}}\n"
        f"GROUP BY ?entity ?property ?value LIMIT {MAX_VALUES + 1}"
    )
    found: dict[tuple[str, str], list[tuple[str, Term]]] = defaultdict(list)
    rows = select(reader, query)
    if len(rows) > MAX_VALUES:
        detail = f"There are more than {MAX_VALUES} values. Ask for fewer things or properties at a time."
        raise Problem(413, "Too many values", detail, kind="values", limit=MAX_VALUES)
    for entity, name, value, newest in rows:
        if isinstance(value, ox.NamedNode | ox.Literal) and isinstance(entity, ox.NamedNode) and isinstance(name, ox.Literal):
            date = newest.value if isinstance(newest, ox.Literal) else ""
            found[entity.value, name.value].append((date, value))
    return {key: _newest_first(pairs) for key, pairs in found.items()}


def _branch(one: Property, nodes: str) -> str:
    """The part of the query for a property, with the things named in it, so that it isn't evaluated for all of the store."""
    dated = "OPTIONAL { ?article schema:datePublished ?date }" if "?article" in one.pattern else ""
    return f'{{ VALUES ?entity {{ {nodes} }} {one.pattern} {dated} BIND("{one.id}" AS ?property) }}'


def having(reader: Reader, one: Property, wanted: Iterable[Term], most: int) -> list[str]:
    """IRIs of things that have one of some values, in order; at most so many."""
    terms = " ".join(sorted(map(str, wanted)))
    if not terms:
        return []
    query = f"{PROLOGUE}SELECT DISTINCT ?entity {{ VALUES ?value {{ {terms} }} {one.pattern} }} ORDER BY ?entity LIMIT {most}"
    return [row[0].value for row in select(reader, query) if isinstance(row[0], ox.NamedNode)]


def _newest_first(pairs: Sequence[tuple[str, Term]]) -> list[Term]:
    by_text = sorted(pairs, key=lambda pair: pair[1].value)
    return [term for _, term in sorted(by_text, key=lambda pair: pair[0], reverse=True)]


def of(found: Mapping[tuple[str, str], list[Term]], iri: str, name: str) -> list[Term]:
    """The values of one property of one thing."""
    return found.get((iri, name), [])
