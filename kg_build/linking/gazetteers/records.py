"""Blocking over records that are held in memory: by form, by distinctive part, by shared pairs of characters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from kg_build.linking.model import Candidate, Thing
from kg_build.linking.names import bigrams, key
from kg_build.resolution.names import normal

MOST = 20
"""Records that are scored for one thing, at most, beside those of its very name."""
SHARED = 0.6
"""Part of a name's pairs of characters that a record has to share."""
COMMON = 2000
"""A pair of characters that more records have (公司) finds nothing."""


class Records:
    """Records by what their names share with a thing's."""

    def __init__(self, records: Iterable[Candidate]) -> None:
        self._records = sorted(records, key=lambda r: r.iri)
        self._forms: dict[str, list[int]] = defaultdict(list)
        self._pairs: dict[str, list[int]] = defaultdict(list)
        for number, record in enumerate(self._records):
            names = (*record.names, *record.old, *record.aliases)
            for block in {b for name in names for b in _blocks(name, record.type)}:
                self._forms[block].append(number)
            for pair in {p for name in names for p in bigrams(name)}:
                self._pairs[pair].append(number)

    def __len__(self) -> int:
        return len(self._records)

    def find(self, thing: Thing) -> list[Candidate]:
        """The records worth scoring, by IRI."""
        found = {n for name in thing.names for block in _blocks(name, thing.type) for n in self._forms.get(block, ())}
        for name in thing.names:
            pairs = bigrams(name)
            shared: Counter[int] = Counter()
            for pair in pairs:
                numbers = self._pairs.get(pair, ())
                if len(numbers) <= COMMON:
                    shared.update(numbers)
            near = sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:MOST]
            found.update(number for number, count in near if count >= SHARED * len(pairs))
        return [self._records[n] for n in sorted(found)]


def _blocks(name: str, kind: str) -> set[str]:
    own = key(name, kind) if kind else ""
    return {f"={normal(name)}", *([f"#{own}"] if own else ())}
