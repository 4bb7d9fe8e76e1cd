"""Public lists that ship with the program: places, development zones, industries, surnames, titles, kinds of bodies.

Nothing is read before the first call; each table is then read once and kept. Sources and licences: ``README.md`` and
``sources.yaml`` beside this file.

>>> [p.code for p in place_by_name("三门峡")]
['411200']
>>> [z.code for z in zone_by_name("三门峡经开区")]
['411271']
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from kg_build.gazetteers import tables
from kg_build.gazetteers.model import CompanyWords, Field, IndustryClass, InstitutionSuffix, Place, Title, Zone, ZoneKind

__all__ = [
    "CompanyWords",
    "Field",
    "IndustryClass",
    "InstitutionSuffix",
    "Place",
    "Title",
    "Zone",
    "ZoneKind",
    "ancestors",
    "company_words",
    "field_by_name",
    "fields",
    "industries",
    "institution_suffixes",
    "is_trade",
    "place",
    "place_by_name",
    "places",
    "surnames",
    "titles",
    "zone_by_name",
    "zone_kind",
    "zone_kinds",
    "zones",
    "zones_in",
]


@cache
def places(*, former: bool = False) -> tuple[Place, ...]:
    """Administrative divisions by code; with ``former`` the abolished and renamed ones as well."""
    return tables.all_places() if former else tuple(p for p in tables.all_places() if p.valid_until is None)


@cache
def _places_by_form() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = defaultdict(list)
    for row in tables.all_places():
        for form in row.forms:
            found[form].append(row)
    return {form: tuple(sorted(rows, key=_order)) for form, rows in found.items()}


def _order(row: Place) -> tuple[bool, int, bool, str]:
    rank = {"province": 0, "prefecture": 1, "county": 2}[row.level]
    return row.valid_until is not None, rank, row.short_is_word, row.code


def place_by_name(name: str, *, former: bool = True) -> tuple[Place, ...]:
    """Divisions of that full, short or other name: today's before former ones, the higher level first; often several."""
    rows = _places_by_form().get(name, ())
    return rows if former else tuple(row for row in rows if row.valid_until is None)


@cache
def _places_by_code() -> dict[str, Place]:
    found: dict[str, Place] = {}
    for row in tables.all_places():
        found.setdefault(row.code, row)
    return found


def place(code: str) -> Place | None:
    """The division of a six-digit code, today's if there is one."""
    return _places_by_code().get(code)


def ancestors(code: str) -> tuple[Place, ...]:
    """The divisions that a division lies in, nearest first: 411202 → 三门峡市, 河南省."""
    found: list[Place] = []
    row = place(code)
    while row is not None and row.parent is not None:
        row = place(row.parent)
        if row is not None:
            found.append(row)
    return tuple(found)


def zones() -> tuple[Zone, ...]:
    """Development zones and named parks of the official lists."""
    return tables.all_zones()


@cache
def _zones_by_form() -> dict[str, tuple[Zone, ...]]:
    found: dict[str, list[Zone]] = defaultdict(list)
    for row in tables.all_zones():
        for form in row.forms:
            found[form].append(row)
    return {form: tuple(rows) for form, rows in found.items()}


def zone_by_name(name: str) -> tuple[Zone, ...]:
    """Zones of that name or other form."""
    return _zones_by_form().get(name, ())


@cache
def zones_in(place_code: str) -> tuple[Zone, ...]:
    """Zones that lie in a place or in a place of it."""
    prefix = place_code.removesuffix("00").removesuffix("00")
    return tuple(row for row in tables.all_zones() if row.place.startswith(prefix))


def zone_kinds() -> tuple[ZoneKind, ...]:
    """Kinds of zones with the words that their names end in and those words' short forms."""
    return tables.all_zone_kinds()


@cache
def _kind_by_suffix() -> tuple[tuple[str, str], ...]:
    pairs = {(words, row.kind) for row in tables.all_zone_kinds() for words in (*row.suffixes, *row.short)}
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))


def zone_kind(name: str) -> str | None:
    """The kind that the end of a zone's name says, short forms as well; None for no known ending.

    >>> zone_kind("平顶山高新区")
    'HighTechZone'
    """
    return next((kind for suffix, kind in _kind_by_suffix() if name.endswith(suffix)), None)


def company_words() -> CompanyWords:
    """Legal forms and words of trade that companies' names end in."""
    return tables.all_company_words()


def is_trade(text: str) -> bool:
    """Whether a part of a company's name is nothing but words of trade, which tell it from no other."""
    trade = company_words().trade
    while text.startswith(trade):
        text = text[len(next(word for word in trade if text.startswith(word))) :]
    return not text


def industries() -> tuple[IndustryClass, ...]:
    """Sections, divisions and groups of GB/T 4754-2017."""
    return tables.all_industries()


def fields() -> tuple[Field, ...]:
    """Names of industry and product fields in the press, without 产业 or 行业 at their end."""
    return tables.all_fields()


@cache
def _fields_by_form() -> dict[str, Field]:
    return {form: row for row in tables.all_fields() for form in row.forms}


def field_by_name(name: str) -> Field | None:
    """The field of that name or other form."""
    return _fields_by_form().get(name)


def surnames() -> frozenset[str]:
    """Chinese surnames, compound ones (欧阳) among them."""
    return tables.all_surnames()


def titles() -> tuple[Title, ...]:
    """Titles of posts with what kind of person bears them; longest-first matching is the caller's."""
    return tables.all_titles()


def institution_suffixes() -> tuple[InstitutionSuffix, ...]:
    """Endings of names of bodies and firms, longest first."""
    return tables.all_institution_suffixes()
