"""Administrative divisions by GB/T 2260 code: today's, and those that were renamed, upgraded or merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg_build.linking.divisions import index, successors
from kg_build.linking.gazetteers.base import Progress, Source, quiet
from kg_build.linking.model import Candidate, Thing
from kg_build.linking.names import split_places
from kg_build.resolution.names import normal


class Divisions:
    """The table of places that ships, a code a record."""

    types = frozenset({"Place"})

    def __init__(self, base_iri: str) -> None:
        self._base = base_iri
        self.source = Source(
            name="divisions",
            title="GB/T 2260 administrative divisions, today's and former",
            iri=catalogue(base_iri, "gbt2260"),
            version="2023-06-30",
            licence="MIT",
        )

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> list[list[Candidate]]:
        """Every division of one of a thing's names, by code."""
        del progress
        return [
            # A node whose IRI is made from a division is that division.
            [replace(self.record(thing.code), trust=1.0)] if thing.code else [self.record(code) for code in sorted(_codes(thing))]
            for thing in things
        ]

    def record(self, code: str) -> Candidate:
        """The record of a code. Raises `KeyError` for one that no table has."""
        row = index().by_code[code]
        return Candidate(
            iri=self.iri(code),
            names=(row.name,),
            aliases=row.aliases,
            weak=row.weak,
            old=row.old,
            type="Place",
            level=row.level,
            inside=index().chain(code),
            until=row.until,
            code=code,
            successors=tuple((self.iri(other), index().by_code[other].name) for other in successors(code)),
        )

    def iri(self, code: str) -> str:
        """The IRI of a code's record."""
        return f"{self.source.iri}/{code}"


def catalogue(base_iri: str, name: str) -> str:
    """The IRI of a public list that ships; its records have IRIs below it."""
    return f"{base_iri}catalogue/{name}"


def _codes(thing: Thing) -> set[str]:
    forms = {form for name in thing.names for form in (normal(name), split_places(name)[1])}
    return {code for form in forms for code in index().by_form.get(form, ())}
