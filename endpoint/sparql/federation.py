"""SERVICE, for servers that the operator lists: each is asked before the query runs, and VALUES stand where it stood.

SPARQL 1.1 Federated Query evaluates SERVICE by itself and joins what comes back with what stands beside it (section 2.4), and
VALUES in the same place are joined in the same way; so it may stand wherever a group may: in OPTIONAL, in a subquery, in
EXISTS. The text that Oxigraph gets has no SERVICE left, which `guard` makes sure of: its own HTTP client is never used.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from endpoint.outside import Outside, OutsideError
from endpoint.sparql.guard import Guarded, ServiceRefusedError, guard
from kg_build.sparql.outline import OutlineError, outline

if TYPE_CHECKING:
    from endpoint.outside import Fetched
    from kg_build.settings import Settings
    from kg_build.sparql.outline import Outline, Service

MOST_BYTES: Final = 10_000_000
"""The longest answer of another server."""
MOST_ROWS: Final = 10_000
"""Solutions that another server may give."""
MOST_SERVICES: Final = 8
"""SERVICE clauses of one query."""
LONGEST_ADDRESS: Final = 2_000
"""Characters of an address; longer queries are posted."""
ACCEPT: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
_NOTHING: Final = "VALUES () { () }"
"""One solution that binds nothing: what a silent SERVICE that fails gives (section 2.3)."""
_VARIABLE: Final = re.compile(r"\w+")


class ServiceFailedError(Exception):
    """Another server wasn't asked or didn't answer, and the query didn't say SILENT."""


class Federation:
    """What makes queries with SERVICE into queries without."""

    def __init__(self, outside: Outside, seconds: float, base_iri: str | None = None) -> None:
        self._outside = outside
        self._seconds = seconds
        self._base_iri = base_iri

    @classmethod
    def from_settings(cls, settings: Settings) -> Federation:
        """As the settings say. Raises `SettingsError`."""
        outside = Outside(settings.service_hosts.split(), most_bytes=MOST_BYTES)
        return cls(outside, settings.service_timeout, settings.base_iri)

    @property
    def is_on(self) -> bool:
        """Whether there are servers that may be asked."""
        return bool(self._outside)

    def guard(self, query: str, seconds: float) -> Guarded:
        """What `endpoint.sparql.guard.guard` does, with the other servers asked, for which there are so many seconds.

        Raises what that raises, `ServiceFailedError` where one doesn't answer, and `SyntaxError` (as `Executor.run` says) where
        it can't be read where SERVICE stands.
        """
        if not self._outside:
            return guard(query)
        try:
            return guard(query)
        except ServiceRefusedError:
            return self._resolve(query, time.monotonic() + seconds)

    def _resolve(self, query: str, end: float) -> Guarded:
        try:
            found = outline(query)
        except OutlineError as error:
            raise SyntaxError("error at {}:{}: {}".format(*error.place(query), error)) from None
        services = [service for service in found.services if not service.is_inside]
        if len(services) < len(found.services):
            raise ServiceFailedError("SERVICE can't stand inside of SERVICE here.")
        if len(services) > MOST_SERVICES:
            raise ServiceFailedError(f"A query has {MOST_SERVICES} SERVICE clauses at most, this one has {len(services)}.")
        guard(_with(query, services, [_NOTHING] * len(services)))  # Before anybody is asked.
        asked = [self._query(query, found, service) for service in services]
        values = [
            self._values(service, text, number, end) for number, (service, text) in enumerate(zip(services, asked, strict=True))
        ]
        return Guarded(guard(_with(query, services, values)).text, is_constant=False)

    def _query(self, query: str, found: Outline, service: Service) -> str:
        """What the other server is asked."""
        base = f"BASE <{self._base_iri}> " if self._base_iri else ""
        return guard(f"{base}{found.prologue} SELECT * WHERE {query[slice(*service.body)]}").text

    def _values(self, service: Service, text: str, number: int, end: float) -> str:
        try:
            if service.target.kind != "iri" or service.target.value is None:
                raise OutsideError("the server stands in the query by its IRI, no variable can")
            seconds = min(self._seconds, end - time.monotonic())
            return _written(self._ask(service.target.value, text, seconds), number)
        except OutsideError as error:
            if service.is_silent:
                return _NOTHING
            raise ServiceFailedError(f"SERVICE: {error}.") from None

    def _ask(self, address: str, text: str, seconds: float) -> Fetched:
        encoded = urlencode({"query": text})
        url = f"{address.partition('#')[0]}{'&' if '?' in address else '?'}{encoded}"
        if len(url) <= LONGEST_ADDRESS:
            return self._outside.fetch(url, ACCEPT, seconds)
        return self._outside.fetch(address, ACCEPT, seconds, form=encoded.encode())


def _with(query: str, services: list[Service], texts: list[str]) -> str:
    """The query with something else in place of each SERVICE; lines stay what they were."""
    parts: list[str] = []
    at = 0
    for service, text in zip(services, texts, strict=True):
        parts += [query[at : service.start], text, "\n" * query.count("\n", service.start, service.end)]
        at = service.end
    return "".join([*parts, query[at:]])


def _written(answer: Fetched, number: int) -> str:
    """The solutions as VALUES. Blank nodes get IRIs of their own: no query can name those of another server."""
    form = ox.QueryResultsFormat.from_media_type(answer.media_type)
    try:
        solutions = None if form is None else ox.parse_query_results(answer.content, form)
        if not isinstance(solutions, ox.QuerySolutions):
            raise OutsideError("the other server's answer is no table of solutions")
        names = [variable.value for variable in solutions.variables]
        if not all(map(_VARIABLE.fullmatch, names)):
            raise OutsideError("the other server's answer has variables that are none")
        blanks: dict[str, ox.NamedNode] = {}
        rows: list[str] = []
        for solution in solutions:
            rows.append(f"({' '.join(_term(solution[name], blanks, number) for name in names)})")
            if len(rows) > MOST_ROWS:
                raise OutsideError(f"the other server gives more than {MOST_ROWS} solutions")
    except (SyntaxError, ValueError) as error:
        raise OutsideError("the other server's answer can't be read") from error
    return f"VALUES ({' '.join('?' + name for name in names)}) {{ {' '.join(rows)} }}"


def _term(term: object, blanks: dict[str, ox.NamedNode], number: int) -> str:
    match term:
        case None:
            return "UNDEF"
        case ox.BlankNode():
            return str(blanks.setdefault(term.value, ox.NamedNode(f"urn:zonekg:blank:{number}:{len(blanks)}")))
        case ox.NamedNode() | ox.Literal():
            return str(term)
        case _:
            raise OutsideError("the other server's answer has terms that are statements")
