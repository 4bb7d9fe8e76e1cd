"""Reading the tables: strict, cached, once a process."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from kg_build.errors import InputError
from kg_build.gazetteers.model import CompanyWords, Field, IndustryClass, InstitutionSuffix, Place, Title, Zone, ZoneKind
from kg_build.yamlfiles import load_yaml

PACKAGE = "kg_build.gazetteers"


def _rows(name: str, *columns: str) -> Iterator[list[str]]:
    """The rows of a table, after its header has been compared with ``columns``."""
    reader = csv.reader(files(PACKAGE).joinpath(name).read_text(encoding="utf-8").splitlines())
    header = next(reader, [])
    if tuple(header) != columns:
        raise InputError(name, f"columns are {', '.join(header)}, not {', '.join(columns)}")
    for row in reader:
        if len(row) != len(columns):
            raise InputError(name, f"line {reader.line_num}: {len(row)} fields, not {len(columns)}")
        yield row


def _many(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _yaml(name: str) -> Mapping[str, Any]:
    with files(PACKAGE).joinpath(name).open(encoding="utf-8") as file:
        data = load_yaml(file)
    if not isinstance(data, dict):
        raise InputError(name, "not a mapping")
    return data


@cache
def all_places() -> tuple[Place, ...]:
    """Every division, today's first by code, then the former ones."""
    columns = ("code", "name", "short", "kind", "level", "parent", "valid_until", "word", "aliases")
    return tuple(
        Place(code, name, short, kind, level, parent or None, int(until) if until else None, word == "1", _many(aliases))
        for code, name, short, kind, level, parent, until, word, aliases in _rows("places.csv", *columns)
    )


@cache
def all_zones() -> tuple[Zone, ...]:
    """Every zone, by the code of its place and by name."""
    return tuple(
        Zone(name, kind, level or None, place, code or None, _many(aliases))
        for name, kind, level, place, code, aliases in _rows("zones.csv", "name", "kind", "level", "place", "code", "aliases")
    )


@cache
def all_zone_kinds() -> tuple[ZoneKind, ...]:
    """Kinds of zones with the ends of their names, as in ``zone_kinds.yaml``."""
    return tuple(ZoneKind(row["kind"], tuple(row["suffixes"]), tuple(row["short"])) for row in _yaml("zone_kinds.yaml")["kinds"])


@cache
def all_company_words() -> CompanyWords:
    """Legal forms and words of trade, as in ``company_words.yaml``."""
    rows = _yaml("company_words.yaml")
    longest = {key: tuple(sorted(rows[key], key=lambda words: (-len(words), words))) for key in ("legal", "trade")}
    return CompanyWords(longest["legal"], longest["trade"])


@cache
def all_industries() -> tuple[IndustryClass, ...]:
    """GB/T 4754-2017, by code."""
    return tuple(
        IndustryClass(code, name, level, parent or None)
        for code, name, level, parent in _rows("industries.csv", "code", "name", "level", "parent")
    )


@cache
def all_fields() -> tuple[Field, ...]:
    """Names of industry and product fields, in the order of the table."""
    return tuple(
        Field(name, _many(aliases), _many(gb), source)
        for name, aliases, gb, source in _rows("fields.csv", "name", "aliases", "gb", "source")
    )


@cache
def all_surnames() -> frozenset[str]:
    """Surnames of one and of two characters."""
    return frozenset(name for name, _ in _rows("surnames.csv", "surname", "kind"))


@cache
def all_titles() -> tuple[Title, ...]:
    """Titles of posts, in the order of ``titles.yaml``."""
    return tuple(Title(name, role) for role, names in _yaml("titles.yaml")["titles"].items() for name in names)


@cache
def all_institution_suffixes() -> tuple[InstitutionSuffix, ...]:
    """Endings of names of bodies, longest first so that the first match is the right one."""
    found = [
        InstitutionSuffix(suffix, group["type"], name)
        for name, group in _yaml("institutions.yaml")["groups"].items()
        for suffix in group["suffixes"]
    ]
    return tuple(sorted(found, key=lambda s: (-len(s.suffix), s.suffix)))
