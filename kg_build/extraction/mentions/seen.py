"""Names that the pipeline's encoder saw, and its word on those that the rules found.

The encoder gives every span a score for every type, so it can judge a rule's candidate that it would not have proposed itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from kg_build.extraction.mentions.bodies import in_slogan
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.industries import is_no_field
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.places import place_words
from kg_build.extraction.mentions.tables import table
from kg_build.language.encoder import GENERIC
from kg_build.model import EntityType, Mention, MentionForm, both

RULE = "encoder"
NOWHERE = -9.0
"""Score of a span that the encoder has forgotten, being as good as impossible."""
PEOPLE = (EntityType.PERSON, EntityType.OFFICIAL)
PROJECT = "项目"
IN_LISTS = frozenset("、和与及")
_TYPES = {kind.value: kind for kind in EntityType}


@dataclass(frozen=True)
class Seen:
    """What the encoder says about a text."""

    names: tuple[tuple[int, int, str], ...] = ()
    """(start, end, label) of names that stand together; a general word has the label ``Generic`` beside its type."""

    scores: Mapping[tuple[int, int, str], float] = field(default_factory=dict)
    """Log-odds of spans; one that isn't there is as good as impossible."""

    def found(self, page: Page) -> Iterator[Found]:
        """The names that score enough for their type (``seen.yaml``), as candidates; none in a byline or over a line break.

        One that scores less is taken where the same words score enough elsewhere in the text, or where it stands in a list
        (A、B和C) with one of its type that is taken.
        """
        rules = table("seen")
        general = {(start, end) for start, end, label in self.names if label == GENERIC}
        names = [
            (start, end, label)
            for start, end, label in self.names
            if label in _TYPES and "\n" not in page.text[start:end] and page.text[start:end].strip()
        ]
        for start, end, label in self._enough(page.text, names):
            words = page.text[start:end]
            form = MentionForm.GENERIC if (start, end) in general or words in _general() else MentionForm.NAME
            kind = _TYPES[label]
            if _is_none(page.text, start, end, kind, self.scores.get((start, end, label), 0.0)):
                continue
            is_project = form is MentionForm.GENERIC and kind is EntityType.PROJECT
            if is_project and page.text[:start].endswith(tuple(rules["not_one_project"])):
                continue
            if kind is EntityType.ZONE and words in place_words() and not words.endswith(tuple(rules["zones_too"])):
                kind = EntityType.PLACE  # 驿城区
            if kind is EntityType.ZONE and words.startswith(tuple(rules["not_in_zones"])):
                form = MentionForm.GENERIC  # 我县经开区
            cut = int(kind in PEOPLE and page.text[end - 1 : end + 1] in rules["over_names"])
            if kind is EntityType.ENTERPRISE:
                cut = next((len(word) for word in rules["behind_firms"] if page.text[start:end].endswith(word)), 0)
            if kind is EntityType.PROJECT:
                cut = next((len(word) for word in rules["behind_projects"] if words.endswith(f"{PROJECT}{word}")), 0)
            cut = cut if len(words) - cut > 1 else 0  # What is left must be a name still.
            shift = int(start > 0 and len(words) > 2 and page.text[start - 1 : start + 1] in rules["under_names"])  # 了解|远禾
            if words.count("”") > words.count("“") and page.text[start - 1 : start] == "“":
                shift = -1  # “云岭名品”企业
            yield Found(start + shift, end - cut, kind, RULE, _odds(self.scores.get((start, end, label), 0.0)), form)

    def _enough(self, text: str, names: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
        """The names that score enough, alone or by what stands with them; in their order."""
        rules = table("seen")
        taken = {name for name in names if self.scores.get(name, 0.0) >= rules["enough"][name[2]]}
        words = {(text[start:end], label) for start, end, label in taken}
        taken |= {name for name in names if (text[name[0] : name[1]], name[2]) in words}
        may = [name for name in names if self.scores.get(name, 0.0) >= rules["listed"][name[2]]]
        while more := _listed(text, may, taken) - taken:
            taken |= more
        return (name for name in names if name in taken)

    def settle(self, candidates: Iterable[Found]) -> Iterator[Found]:
        """Candidates of the rules and of the encoder, without those that the other side is surer are none (``seen.yaml``).

        A rule's candidate stays if its score isn't below the least of its rule or type, unless the encoder takes the same words
        for something else, or a name that the encoder is sure of crosses it. A name of the encoder's own gives way to a rule's
        candidate that it crosses, or that has its range with another type, unless the encoder is sure; a weak one to any of its
        type that it overlaps.
        """
        rules = table("seen")
        least, free = rules["least"], frozenset(rules["unjudged"])
        own: list[Found] = []
        kept: list[Found] = []
        for found in candidates:
            score = self._score(found)
            if found.rule == RULE:
                own.append(found)
            elif found.rule in free or (
                score >= rules["least_of"].get(found.rule, least[found.type.value]) and not self._outvoted(found, score)
            ):
                kept.append(found)
        sure = _by_position(found for found in own if self._score(found) >= rules["sure"])
        kept = [found for found in kept if not any(_conflict(found, other) for other in _near(found, sure))]
        ruled = _by_position(kept)
        yield from kept
        for found in own:
            near = _near(found, ruled)
            if not any(_conflict(found, other) or (found.type is other.type and self.is_weak(found)) for other in near):
                yield found

    def judge(self, mentions: Iterable[Mention]) -> tuple[Mention, ...]:
        """The mentions, those of rules with what the encoder thinks of them in their confidence."""
        own = {RULE, *table("seen")["unjudged"]}
        return tuple(
            m
            if m.rule in own
            else replace(
                m, confidence=both(m.confidence, _odds(self.scores.get((m.span.start, m.span.end, m.type.value), NOWHERE)))
            )
            for m in mentions
        )

    def _outvoted(self, found: Found, score: float) -> bool:
        """Whether the encoder takes a candidate's words for something else, and not for what the rule says."""
        rules = table("seen")
        if score >= 0 or found.expansion is not None or found.type in PEOPLE:
            return False
        rivals = (label for label in _TYPES if label != found.type.value and {label, found.type.value} not in _both())
        return any(self.scores.get((found.start, found.end, label), NOWHERE) >= rules["otherwise"] for label in rivals)

    def going_first(self, own: Iterable[Found], ruled: Iterable[Found]) -> Iterator[Found]:
        """Names of the encoder's own that go before all others: those that score enough by themselves.

        A firm's general word doesn't (集团 in 甲集团), nor does the end of a rule's longer project that the encoder finds likely,
        too (厂房扩建 in 甲公司厂房扩建).
        """
        longer = {(f.end, f.start) for f in ruled if f.type is EntityType.PROJECT and self._score(f) >= 0}
        for found in own:
            is_end = found.type is EntityType.PROJECT and any(end == found.end and start < found.start for end, start in longer)
            is_general = found.type is EntityType.ENTERPRISE and found.form is MentionForm.GENERIC
            if not self.is_weak(found) and not is_end and not is_general:
                yield found

    def is_weak(self, found: Found) -> bool:
        """Whether the encoder's own name is there for what stands with it, not for its score."""
        enough: float = table("seen")["enough"][found.type.value]
        return self._score(found) < enough

    def _score(self, found: Found) -> float:
        return self.scores.get((found.start, found.end, found.type.value), NOWHERE)


def _is_none(text: str, start: int, end: int, kind: EntityType, score: float) -> bool:
    """Whether words are no name of a type, whatever the encoder says; for a field that depends on how sure it is."""
    rules, words = table("seen"), text[start:end]
    if kind is EntityType.INSTITUTION and in_slogan(text, start, end):
        return True
    if kind is EntityType.INDUSTRY and score < rules["sure"] and is_no_field(words):
        return True
    if kind is EntityType.PROJECT and words.startswith(tuple(rules["not_in_projects"])):
        return True
    return words in rules["no_names"] or (kind is EntityType.ZONE and words.endswith(tuple(rules["parts_of_zones"])))


def _odds(score: float) -> float:
    return round(1 / (1 + math.exp(-score)), 3)


def _listed(text: str, names: Iterable[tuple[int, int, str]], taken: Iterable[tuple[int, int, str]]) -> set[tuple[int, int, str]]:
    """The names that stand right beside a taken one of their type in a list."""
    begun, ended = {(start, label) for start, _, label in taken}, {(end, label) for _, end, label in taken}
    return {
        (start, end, label)
        for start, end, label in names
        if (text[start - 1 : start] in IN_LISTS and (start - 1, label) in ended)
        or (text[end : end + 1] in IN_LISTS and (end + 1, label) in begun)
    }


def _by_position(names: Iterable[Found]) -> dict[int, list[Found]]:
    at: dict[int, list[Found]] = {}
    for found in names:
        for position in range(found.start, found.end):
            at.setdefault(position, []).append(found)
    return at


def _near(found: Found, at: Mapping[int, list[Found]]) -> Iterable[Found]:
    return {id(other): other for position in range(found.start, found.end) for other in at.get(position, ())}.values()


def _conflict(one: Found, other: Found) -> bool:
    """Whether two that share a character can't both be names: each reaches out of the other, or one range has two types."""
    if (one.start, one.end) == (other.start, other.end):
        return one.type is not other.type and {one.type.value, other.type.value} not in _both()
    return (one.start < other.start and one.end < other.end) or (other.start < one.start and other.end < one.end)


@cache
def _both() -> tuple[set[str], ...]:
    return tuple(set(pair) for pair in table("seen")["both"])


@cache
def _general() -> frozenset[str]:
    """Words that are no name by themselves (产业园, 该项目)."""
    return frozenset(word for kind in table("heads")["classes"] for word in kind.get("generic", ()))
