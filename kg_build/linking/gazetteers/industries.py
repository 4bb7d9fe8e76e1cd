"""GB/T 4754-2017: sections, divisions and groups, and the names that the press has for fields within them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from kg_build.gazetteers import IndustryClass, fields, industries
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.model import Candidate, Thing
from kg_build.resolution.names import industry_key
from ontology.terms import GBT, ZONE

MAKING = "制造"
"""What the press leaves out of a class's name: 乳制品 for 乳制品制造."""
_RANK = {"division": 0, "section": 1, "group": 2}


class Industries:
    """The classes of the standard; concepts of the ontology."""

    types = frozenset({"Industry"})
    source = Source(
        name="industries",
        title="GB/T 4754-2017 国民经济行业分类",
        iri=ZONE.gbt4754,
        version="2017",
        licence="names and codes of a national standard",
        shared=True,
    )

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> list[list[Candidate]]:
        """The class of that name, else the near one (乳制品 for 乳制品制造), else those that a field of that name comes under.

        A name that a division and a group share, or that a group's longer-named division begins with (造纸 of 造纸和纸制品业),
        tells no class: the candidates are then rivals, for review. A field of that name goes before them.
        """
        del progress
        return [_of(thing) for thing in things]


@cache
def class_by_code() -> dict[str, IndustryClass]:
    """Every class by its code."""
    return {row.code: row for row in industries()}


@cache
def _classes() -> dict[str, tuple[IndustryClass, ...]]:
    """Key of a name → the classes that it may mean; one where it is certain.

    A division goes before a section (农业 is 01, not A) and before its only group, which is the same (国际组织).
    """
    named: dict[str, list[IndustryClass]] = defaultdict(list)
    children: dict[str, list[str]] = defaultdict(list)
    for row in sorted(industries(), key=lambda r: (_RANK[r.level], r.code)):
        named[industry_key(row.name)].append(row)
        children[row.parent or ""].append(row.code)
    found = {}
    for name, rows in named.items():
        first, *others = rows
        if first.level == "group":
            division = class_by_code()[first.parent or ""]
            rivals = [division] if industry_key(division.name).startswith(name) else []
            found[name] = (*rivals, *rows)
        else:
            found[name] = (first, *(r for r in others if r.level == "group" and len(children[r.parent or ""]) > 1))
    return found


@cache
def _near(name: str) -> IndustryClass | None:
    """The group that makes what the name says, where no other class's name begins with these words."""
    begun = [row for row in industries() if row.name.startswith(name)]
    return begun[0] if len(begun) == 1 and begun[0].level == "group" and begun[0].name == name + MAKING else None


@cache
def _fields() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in fields():
        for form in row.forms:
            found[industry_key(form)].extend(code for code in row.gb if code not in found[industry_key(form)])
    return {name: tuple(codes) for name, codes in found.items()}


def _of(thing: Thing) -> list[Candidate]:
    named = [(name, found) for name in thing.names if (found := _classes().get(industry_key(name)))]
    for name, found in named:
        if len(found) == 1:
            return [_candidate(found[0], name)]
    for name in thing.names:
        if (near := _near(industry_key(name))) is not None:
            return [_candidate(near, name, "skos:closeMatch")]
    for name in thing.names:
        codes = _fields().get(industry_key(name), ())
        if codes:
            # A field lies in a class; one that cuts across several is only related to each.
            predicate = "skos:broadMatch" if len(codes) == 1 else "skos:relatedMatch"
            return [_candidate(class_by_code()[code], name, predicate) for code in codes]
    return [_candidate(row, name) for name, found in named[:1] for row in found]


def _candidate(row: IndustryClass, name: str, predicate: str = "") -> Candidate:
    """A class under a name of the thing; without a predicate it is said to be the same."""
    return Candidate(
        iri=f"{GBT}{row.code}", names=(row.name,), aliases=(name,), type="Industry", code=row.code, predicate=predicate
    )
