"""One set of mentions out of all candidates: what may nest, what gives way."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.tables import table
from kg_build.model import MentionForm


@cache
def _rank() -> dict[str, int]:
    return {name: index for index, name in enumerate(table("merge")["order"])}


def merge(candidates: Iterable[Found]) -> tuple[Found, ...]:
    """The candidates that stay, in text order, outer before inner.

    Longer ones are taken first. A candidate inside a taken one stays where ``merge.yaml`` lets its type nest there; one
    that crosses a taken one goes; of two with the same range both stay only where the types may nest.
    """
    rules = table("merge")
    nested = {outer: frozenset(inner) for outer, inner in rules["nested"].items()}
    strong: dict[tuple[int, int, str], Found] = {}
    for found in candidates:
        key = (found.start, found.end, found.type.value)
        if found.end > found.start and (key not in strong or _better(found, strong[key])):
            strong[key] = found
    ordered = sorted(strong.values(), key=lambda f: (-len(f), -round(f.confidence, 3), _rank()[f.type.value], f.start, f.rule))
    taken: list[Found] = []
    at: dict[int, list[Found]] = {}
    for found in ordered:
        # Those taken are at least as long: one that overlaps this one covers its first or its last character.
        near = [*at.get(found.start, ()), *at.get(found.end - 1, ())]
        if all(_stands_with(other, found, nested) for other in near):
            taken.append(found)
            for position in range(found.start, found.end):
                at.setdefault(position, []).append(found)
    return tuple(sorted(taken, key=lambda f: (f.start, -f.end, _rank()[f.type.value])))


def _better(one: Found, other: Found) -> bool:
    return (one.confidence, one.expansion or "", one.rule) > (other.confidence, other.expansion or "", other.rule)


def _stands_with(taken: Found, found: Found, nested: dict[str, frozenset[str]]) -> bool:
    if not taken.contains(found):
        return False
    if found.form is MentionForm.GENERIC and found.type.value not in table("merge")["generic_nested"]:
        return False
    same = found.contains(taken)
    return _may_nest(taken, found, nested) or (same and _may_nest(found, taken, nested))


def _may_nest(outer: Found, inner: Found, nested: dict[str, frozenset[str]]) -> bool:
    if inner.type is outer.type:
        return len(inner) < len(outer) and inner.type.value in nested[outer.type.value]
    return inner.type.value in nested[outer.type.value]
