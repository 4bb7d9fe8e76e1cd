"""One set of mentions out of all candidates: what may nest, what gives way."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from functools import cache

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.tables import table
from kg_build.model import MentionForm


@cache
def _rank() -> dict[str, int]:
    return {name: index for index, name in enumerate(table("merge")["order"])}


def merge(candidates: Iterable[Found], first: Container[tuple[int, int, str]] = ()) -> tuple[Found, ...]:
    """The candidates that stay, in text order, outer before inner.

    Longer ones are taken first. A candidate inside or around a taken one stays where ``merge.yaml`` lets the one's type nest in
    the other's; one that crosses a taken one goes; of two with the same range both stay only where the types may nest. The full
    form that a list gives an item holds whoever found the name.

    Args:
        candidates: Any number, in any order.
        first: (start, end, type) of those that are taken before all others.
    """
    rules = table("merge")
    nested = {outer: frozenset(inner) for outer, inner in rules["nested"].items()}
    strong: dict[tuple[int, int, str], Found] = {}
    full: dict[tuple[int, int, str], Found] = {}
    for found in candidates:
        key = (found.start, found.end, found.type.value)
        if found.end > found.start and (key not in strong or _better(found, strong[key])):
            strong[key] = found
        if found.expansion is not None and (key not in full or _better(found, full[key])):
            full[key] = found
    for key in strong.keys() & full.keys():
        strong[key] = replace(strong[key], expansion=strong[key].expansion or full[key].expansion)
    ordered = sorted(
        strong.items(),
        key=lambda item: (
            item[0] not in first,
            -len(item[1]),
            -round(item[1].confidence, 3),
            _rank()[item[1].type.value],
            item[1].start,
            item[1].rule,
        ),
    )
    taken: list[Found] = []
    at: dict[int, list[Found]] = {}
    for _, found in ordered:
        near = {id(other): other for position in range(found.start, found.end) for other in at.get(position, ())}
        if all(_stands_with(other, found, nested) for other in near.values()):
            taken.append(found)
            for position in range(found.start, found.end):
                at.setdefault(position, []).append(found)
    return tuple(sorted(taken, key=lambda f: (f.start, -f.end, _rank()[f.type.value])))


def _better(one: Found, other: Found) -> bool:
    """Whether one of two candidates of the same range and type is taken before the other, in whatever order they come."""
    return (one.confidence, one.expansion or "", one.rule, one.form) > (
        other.confidence,
        other.expansion or "",
        other.rule,
        other.form,
    )


def _stands_with(one: Found, other: Found, nested: dict[str, frozenset[str]]) -> bool:
    """Whether two candidates that overlap may both stay."""
    return (one.contains(other) and _nests(one, other, nested)) or (other.contains(one) and _nests(other, one, nested))


def _nests(outer: Found, inner: Found, nested: dict[str, frozenset[str]]) -> bool:
    if inner.form is MentionForm.GENERIC and inner.type.value not in table("merge")["generic_nested"]:
        return False
    if inner.type is outer.type:
        return len(inner) < len(outer) and inner.type.value in nested[outer.type.value]
    return inner.type.value in nested[outer.type.value]
