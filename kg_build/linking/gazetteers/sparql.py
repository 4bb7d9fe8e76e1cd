"""Any SPARQL endpoint by a query of the user's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pyoxigraph import Literal

from kg_build.errors import GazetteerError, InputError
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.gazetteers.table import inside
from kg_build.linking.model import Candidate, Thing
from kg_build.linking.things import LINKED
from kg_build.linking.web import Web

BATCH = 50
"""Names asked for together."""
NAMES = "%names%"
"""What the names stand for in the query, for ``VALUES ?name { %names% }``."""
RESULTS = "application/sparql-results+json"


class Endpoint:
    """What a query finds by name.

    The query selects ``?name`` (the one asked for) and ``?item``, and any of ``?label``, ``?alias``, ``?type`` (an IRI whose
    last part is the class's local name), ``?place`` (words), ``?code``, ``?lat`` and ``?long``. ``%names%`` in it is replaced
    by the names as literals, with and without ``@zh``.
    """

    types = frozenset(LINKED)

    def __init__(self, url: str, query: Path, web: Web) -> None:
        """Read the query. Raises `InputError` where it can't be read or has no place for the names."""
        try:
            self._query = query.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(query, f"can't be read: {error}") from error
        if NAMES not in self._query:
            raise InputError(query, f"has no {NAMES}, where the names shall stand")
        self._url, self._web = url, web
        host = urlsplit(url).hostname or url
        self.source = Source(name=f"{query.stem}", title=f"{query.stem} at {host}", iri=url)

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> list[list[Candidate]]:
        """The items of each thing's names, fifty names at a time."""
        names = sorted({name for thing in things for name in thing.names})
        found: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        for start in range(0, len(names), BATCH):
            progress(self.source.name, start, len(names))
            for row in self._rows(names[start : start + BATCH]):
                for key, value in row.items():
                    found[row["name"]][row["item"]][key].append(value)
        progress(self.source.name, len(names), len(names))
        return [_of(thing, found) for thing in things]

    def _rows(self, names: Sequence[str]) -> list[dict[str, str]]:
        literals = " ".join(str(term) for name in names for term in (Literal(name, language="zh"), Literal(name)))
        answer = self._web.post(self._url, {"query": self._query.replace(NAMES, literals)}, accept=RESULTS)
        try:
            rows = answer["results"]["bindings"]
            found = [{key: str(cell["value"]) for key, cell in row.items()} for row in rows]
        except (KeyError, TypeError, AttributeError) as error:
            raise GazetteerError(f"{self._url}: its answer is no SPARQL result") from error
        if any(not {"name", "item"} <= row.keys() for row in found):
            raise GazetteerError(f"{self._url}: the query must give ?name and ?item")
        return found


def _of(thing: Thing, found: Mapping[str, Mapping[str, Mapping[str, list[str]]]]) -> list[Candidate]:
    items: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in thing.names:
        for item, cells in found.get(name, {}).items():
            for key, values in cells.items():
                items[item][key].extend(values)
    return [_candidate(item, items[item]) for item in sorted(items) if item != thing.iri]


def _candidate(item: str, cells: Mapping[str, Any]) -> Candidate:
    labels = tuple(sorted(set(cells.get("label", cells["name"]))))
    kinds = sorted({value.replace("#", "/").rsplit("/", 1)[-1] for value in cells.get("type", ())} & set(LINKED))
    places = sorted(set(cells.get("place", ())))
    lat, long = cells.get("lat", ()), cells.get("long", ())
    return Candidate(
        iri=item,
        names=labels,
        aliases=tuple(sorted({*cells.get("alias", ()), *cells["name"]} - set(labels))),
        type=kinds[0] if kinds else "",
        inside=next((codes for place in places if (codes := inside(place))), ()),
        place=places[0] if places else "",
        code=next(iter(sorted(cells.get("code", ()))), ""),
        point=(min(lat), min(long)) if lat and long else None,
    )
