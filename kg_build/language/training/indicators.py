"""Where a page has the words that name its figures.

The annotation gives an indicator's name, not its place, and not always in the page's own words (存活企业
for 活下来的企业).
So the words are looked for around the figure: the name as it is, else the stretch most like it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from kg_build.language.sentences import sentence_starts
from kg_build.quantities import find_quantities

LIKE = 0.5
"""Share of the pairs of characters that a stretch and the name have in common (Jaccard 1901), at least."""
LONGER = 6
"""Characters by which a stretch may be longer than the name."""
_STRETCH = re.compile(r"[^,，。;；:：!！?？\s\d]{2,}")


class Indicator(NamedTuple):
    """The words (code points of the text), the annotated name, and the size of the figure that they name."""

    start: int
    end: int
    name: str
    value: float


def indicators(text: str, observations: Sequence[Mapping[str, Any]]) -> Iterator[Indicator]:
    """The indicators' words, for each annotated observation and each figure of its size in the text.

    Args:
        text: The article.
        observations: Rows of the annotation (``indicator``, ``value`` or ``growth``).
    """
    starts = sentence_starts(text)
    sentences = list(pairwise([*starts, len(text)]))
    places: dict[float, list[int]] = {}
    for figure in find_quantities(text):
        places.setdefault(abs(float(figure.value)), []).append(figure.core.start)
    for row in observations:
        value, name = abs(float(row["value"] if "value" in row else row["growth"])), row["indicator"]
        for place in places.get(value, ()):
            number = bisect_right(starts, place) - 1
            before = sentences[number - 1] if number else None
            found = _exact(text, name, sentences[number], place) or _like(text, name, sentences[number], place)
            found = found or (before and _exact(text, name, before, place))
            if found:
                yield Indicator(*found, name, value)


def _exact(text: str, name: str, sentence: tuple[int, int], place: int) -> tuple[int, int] | None:
    """The name itself, nearest to the figure."""
    found = [match.start() for match in re.finditer(re.escape(name), text[sentence[0] : sentence[1]])]
    nearest = min((sentence[0] + start for start in found), key=lambda start: (abs(place - start), start), default=None)
    return None if nearest is None else (nearest, nearest + len(name))


def _like(text: str, name: str, sentence: tuple[int, int], place: int) -> tuple[int, int] | None:
    """The stretch that is most like the name; of equal ones the shorter, then the nearer."""
    wanted = _pairs(name)
    best: tuple[float, int, int, int, int] | None = None
    for match in _STRETCH.finditer(text, *sentence):
        for start in range(match.start(), match.end() - 1):
            for end in range(start + 2, min(match.end(), start + len(name) + LONGER) + 1):
                found = _pairs(text[start:end])
                like = len(wanted & found) / len(wanted | found)
                rank = (like, start - end, -abs(place - start), start, end)
                if like >= LIKE and (best is None or rank > best):
                    best = rank
    return None if best is None else best[3:]


def _pairs(text: str) -> frozenset[str]:
    return frozenset(a + b for a, b in pairwise(text)) or frozenset([text])
