"""Whether two answers are the same but for the names of their blank nodes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

Term = tuple[str, ...] | None
"""``("iri", value)``, ``("blank", label)``, ``("literal", value, language, datatype)``, or None for an unbound variable."""
Row = tuple[Term, ...]


def isomorphic(left: Sequence[Row], right: Sequence[Row], *, ordered: bool = False) -> bool:
    """Whether a renaming of blank nodes, one to one, makes the rows of one the rows of the other, as often each.

    Rows are solutions (their terms in the same order of variables) or triples. With ``ordered`` they must come in the
    same order, too.
    """
    if len(left) != len(right):
        return False
    if ordered:
        # A number in front of each row leaves one way to order them.
        left, right = ([(("row", str(number)), *row) for number, row in enumerate(rows)] for rows in (left, right))
    colours_left, colours_right = _colours(left), _colours(right)
    if Counter(colours_left.values()) != Counter(colours_right.values()):
        return False
    target = Counter(right)
    return any(Counter(_renamed(left, names)) == target for names in _renamings(colours_left, colours_right))


def _blanks(rows: Sequence[Row]) -> set[Term]:
    return {term for row in rows for term in row if term is not None and term[0] == "blank"}


def _colours(rows: Sequence[Row]) -> dict[Term, Hashable]:
    """What sets blank nodes apart: the rows in which they stand, refined until nothing more is told apart."""
    colours: dict[Term, Hashable] = dict.fromkeys(_blanks(rows), 0)
    kinds = 1 if colours else 0
    while colours:
        seen: dict[Term, list[object]] = {blank: [] for blank in colours}
        for row in rows:
            painted = tuple(("colour", colours[term]) if term in colours else term for term in row)
            for position, term in enumerate(row):
                if term in colours:
                    own = tuple(place for place, other in enumerate(row) if other == term)
                    seen[term].append(repr((position, own, painted)))
        colours = {blank: hash(tuple(sorted(map(str, found)))) for blank, found in seen.items()}
        if len(set(colours.values())) == kinds:
            break
        kinds = len(set(colours.values()))
    return colours


def _renamings(left: dict[Term, Hashable], right: dict[Term, Hashable]) -> Iterator[dict[Term, Term]]:
    blanks = sorted(left, key=str)

    def extend(names: dict[Term, Term]) -> Iterator[dict[Term, Term]]:
        if len(names) == len(blanks):
            yield dict(names)
            return
        blank = blanks[len(names)]
        for candidate, colour in right.items():
            if colour == left[blank] and candidate not in names.values():
                yield from extend({**names, blank: candidate})

    yield from extend({})


def _renamed(rows: Sequence[Row], names: dict[Term, Term]) -> list[Row]:
    return [tuple(names.get(term, term) for term in row) for row in rows]
