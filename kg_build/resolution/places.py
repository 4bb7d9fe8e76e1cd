"""Administrative places as the gazetteer knows them: which a name means beside others, and names in front of a name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

from kg_build.gazetteers import Place, places

MIN_NAME = 2
"""Shortest form, in characters, that is taken for a place."""


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """The gazetteer by code and by every form of a name."""

    by_code: dict[str, Place]
    by_form: dict[str, tuple[Place, ...]]
    longest: int

    def chain(self, place: Place) -> tuple[Place, ...]:
        """The place and all that it lies in, nearest first."""
        found = [place]
        while (parent := self.by_code.get(found[-1].parent or "")) is not None and parent not in found:
            found.append(parent)
        return tuple(found)

    def at_level(self, place: Place, level: str) -> Place | None:
        """The place of a level (province, prefecture, county) that a place is or lies in."""
        return next((p for p in self.chain(place) if p.level == level), None)

    def candidates(self, name: str) -> tuple[Place, ...]:
        """Every place of that full or short name, those of today first, by code; levels from the top."""
        return self.by_form.get(name, ())

    def choose(self, name: str, near: frozenset[str]) -> Place | None:
        """The place that a name means in a text in which places with the codes ``near`` are at hand.

        A full name before a short one; then those that lie in a place at hand, or hold one; then the highest level.
        None where two are equally good.
        """
        found = self.candidates(name)
        if not found:
            return None
        near_chain = {c.code for code in near if (p := self.by_code.get(code)) for c in self.chain(p)}

        def rank(place: Place) -> tuple[int, int, int]:
            own = {p.code for p in self.chain(place)}
            related = len(own & near) * 2 + (place.code in near_chain) + len(own & near_chain)
            level = {"province": 3, "prefecture": 2, "county": 1}.get(place.level, 0)
            return related, level, place.name == name

        ranked = sorted(found, key=lambda p: (rank(p), p.code), reverse=True)
        if len(ranked) > 1 and rank(ranked[0]) == rank(ranked[1]):
            return None
        return ranked[0]


@cache
def place_index() -> PlaceIndex:
    """The index over the gazetteer that ships."""
    by_form: dict[str, list[Place]] = {}
    for place in places():
        for form in place.forms:
            if len(form) >= MIN_NAME:
                by_form.setdefault(form, []).append(place)
    return PlaceIndex(
        by_code={p.code: p for p in places()},
        by_form={form: tuple(found) for form, found in by_form.items()},
        longest=max(map(len, by_form), default=0),
    )


def place_path(place: Place) -> tuple[str, ...]:
    """What identifies a place by names: its own, after the one it lies in where others have the same name."""
    index = place_index()
    same = [p for p in index.candidates(place.name) if p.name == place.name]
    chain = index.chain(place)
    return (chain[1].name, place.name) if len(same) > 1 and len(chain) > 1 else (place.name,)


@lru_cache(maxsize=65536)
def strip_places(text: str) -> tuple[tuple[str, ...], str]:
    """Take the places off a name's beginning: 安徽马鞍山雨山某某 → ((安徽, 马鞍山, 雨山), 某某); full names give short ones."""
    index = place_index()
    found: list[str] = []
    rest = text
    while True:
        for length in range(min(index.longest, len(rest)), MIN_NAME - 1, -1):
            candidates = index.by_form.get(rest[:length])
            if candidates:
                found.append(candidates[0].short if len(candidates[0].short) >= MIN_NAME else candidates[0].name)
                rest = rest[length:]
                break
        else:
            return tuple(found), rest
