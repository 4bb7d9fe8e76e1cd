"""``?thing text:query ("经开区" 10)`` → the things that were found, as VALUES in the same place.

The syntax is that of Apache Jena's text index (https://jena.apache.org/documentation/query/text-query.html): the subject is
what is found, or a list of it, its score and the text that fits; the object is what to search for, or a list of
properties, what to search for, and how many at most. Since a group's parts are joined in their order, VALUES
in the statement's place mean what the statement means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg_build.search.index import Search
from kg_build.search.language import SearchError
from kg_build.sparql.outline import OutlineError, Statement, Term, outline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kg_build.search.index import Hit
    from kg_build.sparql.outline import Pair

TEXT: Final = "http://jena.apache.org/text#"
TEXT_QUERY: Final = f"{TEXT}query"
MOST: Final = 10_000
"""Things that a search finds, where nothing less is asked for."""
MOST_SEARCHES: Final = 8
"""Searches of one query."""
_FORM: Final = '?thing text:query "…" or (?thing ?score ?text) text:query (property … "…" limit)'


def expand(query: str, find: Callable[[Search], list[Hit]], prefixes: Mapping[str, str] | None = None) -> str:
    """A query with its searches done; one without any comes back as it is, unread.

    Lines stay what they were. Raises `SearchError` for a search that can't be understood, and where the query's structure
    can't be read.
    """
    if TEXT not in query and TEXT not in (prefixes or {}).values():
        return query
    try:
        statements = outline(query, TEXT_QUERY, dict(prefixes or {})).statements
    except OutlineError as error:
        raise SearchError("line {}, column {}: {}".format(*error.place(query), error)) from None
    if len(statements) > MOST_SEARCHES:
        raise SearchError(f"a query has {MOST_SEARCHES} searches at most, this one has {len(statements)}")
    parts: list[str] = []
    at = 0
    for statement in statements:
        written = _replacement(query, statement, find)
        lost = query.count("\n", statement.start, statement.end) - written.count("\n")
        parts += [query[at : statement.start], written, "\n" * lost]
        at = statement.end
    return "".join([*parts, query[at:]])


def _replacement(query: str, statement: Statement, find: Callable[[Search], list[Hit]]) -> str:
    searches = [pair for pair in statement.pairs if pair.verb == TEXT_QUERY]
    others = [query[pair.start : pair.end] for pair in statement.pairs if pair.verb != TEXT_QUERY]
    wanted = statement.subject.items if statement.subject.kind == "list" else (statement.subject,)
    _check(statement, wanted, has_others=bool(others))
    kept = f"{query[statement.subject.start : statement.subject.end]} {' ; '.join(others)} . " if others else ""
    return kept + " ".join(_values(query, wanted, pair, find) for pair in searches)


def _check(statement: Statement, wanted: tuple[Term, ...], *, has_others: bool) -> None:
    names = [term.value for term in wanted[1:]]
    if (
        not 1 <= len(wanted) <= 3
        or wanted[0].kind not in {"variable", "iri"}
        or any(term.kind != "variable" for term in wanted[1:])
        or len({*names, wanted[0].value}) < len(wanted)
    ):
        raise SearchError(f"a search is written {_FORM}")
    if has_others and statement.subject.kind == "list":
        raise SearchError("what is said of a list of variables is its search alone; say the rest of ?thing in another statement")


def _values(query: str, wanted: tuple[Term, ...], pair: Pair, find: Callable[[Search], list[Hit]]) -> str:
    thing = wanted[0]
    if thing.kind == "iri" and thing.value is None:
        raise SearchError(f"{query[thing.start : thing.end]} has a prefix that isn't declared")
    search = _search(query, pair, thing.value if thing.kind == "iri" and thing.value else "")
    shown = wanted[1:] if search.subject else wanted
    rows = []
    for hit in find(search):
        terms = [ox.NamedNode(hit.subject), ox.Literal(hit.score), hit.literal()]
        rows.append(f"({' '.join(map(str, terms[len(wanted) - len(shown) : len(wanted)]))})")
    names = " ".join(query[term.start : term.end] for term in shown)
    return f"VALUES ({names}) {{ {' '.join(rows)} }}"


def _search(query: str, pair: Pair, subject: str) -> Search:
    if len(pair.objects) > 1:
        raise SearchError(f"a search has one object: {_FORM}")
    given = list(pair.objects[0].items if pair.objects[0].kind == "list" else pair.objects)
    properties: list[str] = []
    while given and given[0].kind == "iri":
        term = given.pop(0)
        if term.value is None:
            raise SearchError(f"{query[term.start : term.end]} has a prefix that isn't declared")
        properties.append(term.value)
    if not given or given[0].kind != "literal":
        raise SearchError(f"the text to search for stands in the query as it is, no variable can: {_FORM}")
    text = given.pop(0).value or ""
    limit = _limit(given.pop(0)) if given else MOST
    if given:
        raise SearchError(f"a search takes no more than a limit behind its text: {_FORM}")
    return Search(text, limit, tuple(properties), subject)


def _limit(term: Term) -> int:
    value = term.value or ""
    if term.kind != "number" or not value.isdigit() or not 1 <= int(value[:9]) <= MOST:
        raise SearchError(f"a search's limit is a whole number from 1 to {MOST}")
    return int(value)
