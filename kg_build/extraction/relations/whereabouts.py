"""Where firms come from by their names and by who else is named, and the park that a story is set in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kg_build import gazetteers
from kg_build.extraction.relations.folding import fold
from kg_build.model import Article, EntityType, Mention, MentionForm, PartKind, Statement

_LONGEST, _SHORTEST = 8, 2
_OVERSEAS = ("香港", "台湾", "澳门")
_ENOUGH = 4
"""So many times a park must be named to be what the story is about, if the headline doesn't name it."""
_OWNERS = {"foundedBy": "object", "investsIn": "subject", "subsidiaryOf": "object"}
"""The end of each statement between firms that is the owner's."""


@lru_cache(maxsize=4096)
def codes_of(name: str) -> frozenset[str]:
    """Codes of the divisions that a name may begin with, without the zeros behind; the longest form counts."""
    text = fold(name)
    for length in range(min(_LONGEST, len(text) - 1), _SHORTEST - 1, -1):
        rows = gazetteers.place_by_name(text[:length], former=False)
        if rows:
            return frozenset(_significant(row.code) for row in rows)
    return frozenset()


def _significant(code: str) -> str:
    return code[:2] if code[2:] == "0000" else code[:4] if code[4:] == "00" else code


class Whereabouts:
    """What an article tells of where its firms are."""

    def __init__(self, article: Article, mentions: Sequence[Mention], statements: Iterable[Statement] = ()) -> None:
        names = {m.name for m in mentions if m.type is EntityType.ZONE and m.form is MentionForm.NAME}
        self._home = frozenset(code for name in names for code in codes_of(name))
        self._stems = frozenset(fold(n) for n in names)
        self._owners = frozenset(_owners(mentions, statements))
        self._heard: Counter[str] = Counter(m.name for m in mentions if m.type is EntityType.ENTERPRISE)
        self.park = _park(article, mentions)

    def is_elsewhere(self, mention: Mention) -> bool:
        """Whether a firm's name begins with a place other than those of the zones, or it only owns another that is told of."""
        if mention.name in self._owners and self._heard[mention.name] == 1:
            return True
        if mention.name.startswith(_OVERSEAS):
            return True
        codes = codes_of(mention.name)
        if not codes or not self._home:
            return False
        return not any(a.startswith(b) or b.startswith(a) for a in codes for b in self._home)

    def is_home(self, place: Mention) -> bool:
        """Whether a place is one that a zone of the article lies in or bears in its name."""
        name = fold(place.name)
        if any(name.rstrip("省市县区")[:_LONGEST] in stem for stem in self._stems):
            return True
        codes = {_significant(r.code) for r in gazetteers.place_by_name(name, former=False)}
        return any(home.startswith(code) for code in codes for home in self._home)


def _owners(mentions: Sequence[Mention], statements: Iterable[Statement]) -> Iterable[str]:
    for statement in statements:
        end = _OWNERS.get(statement.predicate)
        if end is None or not isinstance(statement.object, int):
            continue
        subject, other = mentions[statement.subject], mentions[statement.object]
        if subject.type is EntityType.ENTERPRISE and other.type is EntityType.ENTERPRISE:
            yield (subject if end == "subject" else other).name


def _park(article: Article, mentions: Sequence[Mention]) -> Mention | None:
    """The park that the headline names, or that is named more often than any zone."""
    parks = [m for m in mentions if m.type is EntityType.PARK and m.form is MentionForm.NAME]
    for mention in parks:
        part = article.part_at(mention.span.start)
        if part is not None and part.kind in (PartKind.TITLE, PartKind.SUBTITLE):
            return mention
    counts = Counter(m.name for m in mentions if m.type is EntityType.PARK)
    zones = sum(1 for m in mentions if m.type is EntityType.ZONE and m.form is not MentionForm.IMPLICIT)
    best = max(parks, key=lambda m: (counts[m.name], -m.span.start), default=None)
    if best is None:
        return None
    total = sum(1 for m in mentions if m.type is EntityType.PARK and (m.name == best.name or m.form is MentionForm.GENERIC))
    single = len({m.name for m in parks}) == 1
    return best if single and total >= _ENOUGH and total > zones else None
