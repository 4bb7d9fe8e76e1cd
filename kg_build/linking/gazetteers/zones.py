"""Development zones and parks of the public lists that ship, with their statistical codes as far as these give them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kg_build.gazetteers import Zone, zones
from kg_build.linking.divisions import index
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.gazetteers.divisions import catalogue
from kg_build.linking.model import Candidate, Thing
from kg_build.linking.names import key, zone_head
from kg_build.resolution.names import iri_name, normal, zone_name
from kg_build.yamlfiles import load_yaml


@dataclass(frozen=True, slots=True)
class _Row:
    zone: Zone
    aliases: tuple[str, ...]
    twins: tuple[str, ...] = ()
    """Names of other rows that are the same zone."""


class Zones:
    """The table of zones that ships."""

    types = frozenset({"Zone", "Park"})

    def __init__(self, base_iri: str) -> None:
        self.source = Source(
            name="zones",
            title="Development zones by statistical codes and official lists",
            iri=catalogue(base_iri, "zones"),
            version="2023-06-30",
            licence="MIT; bare names of official lists",
        )

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> list[list[Candidate]]:
        """Every zone of one of a thing's names, of the same distinctive part and kind, or known by the same words before 区."""
        del progress
        return [[self._record(row) for row in _without_twins(_rows(thing))] for thing in things]

    def _record(self, row: _Row) -> Candidate:
        zone = row.zone
        return Candidate(
            iri=f"{self.source.iri}/{zone_id(zone)}",
            names=(zone.name, *row.twins),
            aliases=row.aliases,
            type="Park" if zone.is_park else "Zone",
            inside=index().chain(zone.place),
            code=zone.code or "",
        )


def zone_id(zone: Zone) -> str:
    """The statistical code, else the place's code and the name."""
    return zone.code or f"{zone.place}-{iri_name(zone.name)}"


@cache
def zone_by_id() -> dict[str, Zone]:
    """Every zone by what its record's IRI ends in."""
    return {zone_id(zone): zone for zone in zones()}


@cache
def _known_as() -> dict[str, tuple[str, ...]]:
    text = files("kg_build.linking").joinpath("data", "zone_names.yaml").read_text(encoding="utf-8")
    return {row["zone"]: tuple(row["known_as"]) for row in load_yaml(text)}


@cache
def _blocks() -> dict[str, tuple[_Row, ...]]:
    found: dict[str, dict[str, _Row]] = defaultdict(dict)
    for zone in zones():
        row = _Row(zone, (*zone.aliases, *_known_as().get(zone.name, ())))
        for block in {b for form in (zone.name, *row.aliases) for b in _keys(form)}:
            found[block][zone_id(zone)] = row
    return {block: tuple(rows[i] for i in sorted(rows)) for block, rows in found.items()}


def _keys(name: str) -> set[str]:
    head = zone_head(name)
    return {f"={normal(name)}", *([f"#{key(name, 'Zone')}"] if key(name, "Zone") else ()), *([f"<{head}"] if head else ())}


def _rows(thing: Thing) -> list[_Row]:
    # A name that tells its kind is not compared by the words before it alone.
    blocks = {b for name in thing.names for b in _keys(name) if not b.startswith("<") or not zone_name(name).kind}
    found = {zone_id(row.zone): row for block in blocks for row in _blocks().get(block, ())}
    return [found[i] for i in sorted(found)]


def _without_twins(rows: list[_Row]) -> list[_Row]:
    """The rows, those of one zone (同一县区、同名干、同类) as one: the lists and the statistical codes often both have it."""
    groups: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        groups[_same(row.zone), row.zone.place].append(row)
    found = []
    for group in groups.values():
        first, *twins = sorted(group, key=lambda r: (not r.zone.code, zone_id(r.zone)))
        aliases = dict.fromkeys(alias for row in group for alias in row.aliases)
        found.append(_Row(first.zone, tuple(aliases), tuple(row.zone.name for row in twins)))
    return found


def _same(zone: Zone) -> str:
    """What the rows of one zone share; a bare 开发区 in a name stands for 经济技术开发区 (昆山开发区)."""
    parts = zone_name(zone.name)
    kind = "EconomicDevelopmentZone" if parts.kind == "OtherZone" else parts.kind
    return f"{parts.stem} {kind}" if parts.stem and parts.kind else zone.name
