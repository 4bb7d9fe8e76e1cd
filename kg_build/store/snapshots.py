"""A version of a store as another process reads it: only its databases, each opened when it is first asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pyoxigraph as ox

from kg_build.geo import GEOF
from kg_build.search import SearchError, SearchIndex, expand
from kg_build.store.layout import SEARCH

if TYPE_CHECKING:
    from collections.abc import Mapping

Result = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class HasDatabases(Protocol):
    """What a query needs."""

    @property
    def database(self) -> ox.Store:
        """The named graphs as they were built."""
        ...

    @property
    def union(self) -> ox.Store:
        """The same with the union of them all in the default graph."""
        ...

    @property
    def search(self) -> SearchIndex:
        """The names and the quotes by their words."""
        ...


def run_query(databases: HasDatabases, query: str, *, union: bool, **options: Any) -> Result:
    """Run a SPARQL query, whichever process asks; options are those of `pyoxigraph.Store.query`.

    Searches (`kg_build.search`) are done first; functions on geometries (`kg_build.geo`) are there. Raises `SyntaxError`,
    `ValueError` (`SearchError` among them).
    """
    if GEOF in query or GEOF in (options.get("prefixes") or {}).values():
        from kg_build.geo.functions import FUNCTIONS  # noqa: PLC0415 - costs more than most queries

        options["custom_functions"] = {**FUNCTIONS, **(options.get("custom_functions") or {})}
    store = databases.union if union else databases.database
    expanded = ""
    try:
        expanded = expand(query, databases.search.find, options.get("prefixes"))
        return store.query(expanded, **options)
    except (SyntaxError, SearchError):
        if expanded is not query:
            # What is wrong with the text that was written is told first, and with its place in that text.
            ox.Store().query(query, base_iri=options.get("base_iri"), prefixes=options.get("prefixes"))
        raise


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where a version's databases lie. Good as long as the `Reader` that it comes from is held.

    Equal ones have the same content: ``made`` tells versions of the same number apart in a folder that was made anew.
    """

    database: str
    union: str
    made: int

    @property
    def search(self) -> Path:
        """Where the index lies that names and quotes are searched in."""
        return Path(self.union).with_name(SEARCH)

    def to_json(self) -> dict[str, str | int]:
        """Its fields, for `from_json`."""
        return {"database": self.database, "union": self.union, "made": self.made}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Snapshot:
        """The inverse of `to_json`."""
        return cls(str(fields["database"]), str(fields["union"]), int(fields["made"]))

    def open(self) -> Databases:
        """Read it in this process."""
        return Databases(self)


class Databases:
    """The databases of a snapshot, read-only. Raises `OSError` or `RuntimeError` where one can't be opened."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.search = SearchIndex(snapshot.search)

    @cached_property
    def database(self) -> ox.Store:
        """See `HasDatabases`."""
        return ox.Store.read_only(self.snapshot.database)

    @cached_property
    def union(self) -> ox.Store:
        """See `HasDatabases`."""
        return ox.Store.read_only(self.snapshot.union)

    def query(self, query: str, *, union: bool = True, **options: Any) -> Result:
        """See `Reader.query`."""
        return run_query(self, query, union=union, **options)
