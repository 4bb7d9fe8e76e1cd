"""GB/T 4754-2017: sections, divisions and manufacturing's groups, and the names that the press has for fields within them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from kg_build.gazetteers import fields, industries
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.model import Candidate, Thing
from kg_build.resolution.names import industry_key
from ontology.terms import GBT, ZONE


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
        """The class of that name, else those that a field of that name comes under."""
        del progress
        return [_of(thing) for thing in things]


@cache
def _classes() -> dict[str, tuple[str, str]]:
    """Key of a name → code and name; a division before a section (农业 is 01, not A)."""
    return {industry_key(row.name): (row.code, row.name) for row in sorted(industries(), key=lambda r: (-len(r.code), r.code))}


@cache
def _fields() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in fields():
        for form in row.forms:
            found[industry_key(form)].extend(code for code in row.gb if code not in found[industry_key(form)])
    return {name: tuple(codes) for name, codes in found.items()}


@cache
def _names() -> dict[str, str]:
    return {row.code: row.name for row in industries()}


def _of(thing: Thing) -> list[Candidate]:
    for name in thing.names:
        if (found := _classes().get(industry_key(name))) is not None:
            return [Candidate(iri=f"{GBT}{found[0]}", names=(found[1], name), type="Industry", code=found[0])]
    for name in thing.names:
        codes = _fields().get(industry_key(name), ())
        if codes:
            # A field lies in a class; one that cuts across several is only related to each.
            predicate = "skos:broadMatch" if len(codes) == 1 else "skos:relatedMatch"
            return [
                Candidate(
                    iri=f"{GBT}{code}", names=(_names()[code],), aliases=(name,), type="Industry", code=code, predicate=predicate
                )
                for code in codes
            ]
    return []
