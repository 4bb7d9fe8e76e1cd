"""Each figure once: what is told again is joined to what was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kg_build.extraction.observations.scene import Draft
from kg_build.model import Observation


def merge(drafts: list[Draft], same_entity: Callable[[tuple[int, ...], tuple[int, ...]], bool]) -> tuple[Observation, ...]:
    """Observations, each figure once: told again with a like name, the fuller telling stays."""
    kept: list[Draft] = []
    for draft in drafts:
        for index, other in enumerate(kept):
            if _same(draft, other) and same_entity(draft.of, other.of):
                kept[index] = _fuller(other, draft)
                break
        else:
            kept.append(draft)
    return tuple(
        Observation(
            of, d.indicator, d.value, d.unit, d.evidence, f"figure.{d.rule}", d.confidence, d.growth, d.is_share, d.rank,
            d.start, d.end, d.period_text, d.is_target,
        )
        for d in kept
        for of in d.of
    )  # fmt: skip


def _same(a: Draft, b: Draft) -> bool:
    if a.value != b.value or a.unit != b.unit or a.is_target != b.is_target or a.rank != b.rank:
        return False
    if a.value is None and a.growth != b.growth:
        return False
    if None not in (a.growth, b.growth) and a.growth != b.growth:
        return False
    return a.indicator == b.indicator or a.indicator in b.indicator or b.indicator in a.indicator


def _fuller(first: Draft, again: Draft) -> Draft:
    best = first
    if first.value is None:
        best = max((first, again), key=lambda d: ((d.start is not None) + (d.end is not None), len(d.indicator), d is first))
    other = again if best is first else first
    return replace(best, growth=best.growth if best.growth is not None else other.growth)
