"""Precision, recall and F per class, property and for figures.

An entity is found when a node of its type bears one of its names; each counts once. A statement is right when its ends
are found and gold has it between them; a place farther up the chain of places is no error. A post is right when person,
organisation and title agree, the organisation's own words being allowed in either. A figure is right when entity, value,
unit and a like indicator agree; growth, period and target are scored among the right ones.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg_build.evaluation.gold import Gold, GoldObservation
from kg_build.evaluation.said import Said, SaidObservation, said_of, stems
from kg_build.model import LINKS, EntityType
from kg_build.resolution.names import normal

CORE = ("Zone", "Enterprise", "Project", "Official", "Industry")
PROPERTIES = (*LINKS, "officialOf", "status", "totalInvestment", "author")
_MARKS = re.compile(r"[,，.。、]")
_INDUSTRY_END = re.compile(r"(产业|行业|业)$")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one row; the measures follow from them."""

    right: int = 0
    said: int = 0
    gold: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.said + other.said, self.gold + other.gold)

    @property
    def precision(self) -> float:
        """Of what is said, how much is right."""
        return self.right / self.said if self.said else 0.0

    @property
    def recall(self) -> float:
        """Of what gold has, how much is said."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(slots=True)
class Evaluation:
    """Rows by name, and the errors as lines that begin with ``+`` (said, not in gold) or ``-`` (in gold, not said)."""

    rows: dict[str, Score] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, row: str, score: Score) -> None:
        """Add to a row."""
        self.rows[row] = self.rows.get(row, Score()) + score


def evaluate(database: ox.Store, golds: Iterable[Gold]) -> Evaluation:
    """Score all that the store says of the gold's files. Files that the store doesn't have count as nothing said."""
    golds = tuple(golds)
    have = stems(database)
    total = compare((gold, said_of(database, gold.article)) for gold in golds)
    lacking = [f"{gold.article}: the store has no article of this file" for gold in golds if gold.article not in have]
    total.errors[:0] = lacking
    return total


def compare(pairs: Iterable[tuple[Gold, Said]]) -> Evaluation:
    """Score what is said of each article, by whomever, against its gold."""
    total = Evaluation()
    for gold, said in pairs:
        _File(gold, said, total).score()
    entity_rows = {t.value: total.rows.get(f"entity {t.value}", Score()) for t in EntityType}
    total.rows["ENTITIES core"] = sum((entity_rows[t] for t in CORE), Score())
    total.rows["ENTITIES all"] = sum(entity_rows.values(), Score())
    total.rows["RELATIONS all"] = sum((total.rows.get(f"relation {p}", Score()) for p in PROPERTIES), Score())
    return total


def plain(name: str, kind: str) -> str:
    """A name as it is compared."""
    text = _MARKS.sub("", normal(name))
    return (_INDUSTRY_END.sub("", text) or text) if kind == EntityType.INDUSTRY.value else text


class _File:
    def __init__(self, gold: Gold, said: Said, total: Evaluation) -> None:
        self.gold, self.said, self.total = gold, said, total
        self.meant: dict[str, set[str]] = defaultdict(set)
        """Gold entities that a node stands for."""

    def score(self) -> None:
        for kind in EntityType:
            self._entities(kind.value)
        for name in PROPERTIES:
            self._relations(name)
        self._observations()

    def _error(self, sign: str, *words: object) -> None:
        self.total.errors.append(" ".join((self.gold.article, sign, *map(str, words))))

    # entities

    def _nodes(self, kind: str) -> list[str]:
        more_exact = {"Person": "Official", "Park": "Zone"}.get(kind)
        return sorted(n for n, types in self.said.types.items() if kind in types and more_exact not in types)

    def _entities(self, kind: str) -> None:
        wanted = {plain(n, kind): e.id for e in self.gold.entities.values() if e.type == kind for n in reversed(e.names)}
        size = sum(e.type == kind for e in self.gold.entities.values())
        nodes = self._nodes(kind)
        matches = {n: {wanted[p] for name in self.said.names[n] if (p := plain(name, kind)) in wanted} for n in nodes}
        taken: set[str] = set()
        for node in sorted(nodes, key=lambda n: (len(matches[n]), n)):
            free = sorted(matches[node] - taken)
            if free:
                taken.add(free[0])
                self.meant[node].add(free[0])
            else:
                self.meant[node].update(sorted(matches[node])[:1])
                self._error("+", kind, min(self.said.names[node], default=node), "(again)" if matches[node] else "")
        for entity in self.gold.entities.values():
            if entity.type == kind and entity.id not in taken:
                self._error("-", kind, entity.names[0])
        self.total.add(f"entity {kind}", Score(len(taken), len(nodes), size))

    # relations

    def _ends(self, node: str | float) -> list[str]:
        if node == "article":
            return ["article"]
        return sorted(self.meant.get(str(node), ())) or [f"?{node}"]

    def _relations(self, name: str) -> None:
        gold = {(r.subject, r.object, normal(r.title)) for r in self.gold.relations if r.predicate == name}
        said: set[tuple[str, str | float, str]] = set()
        for s, p, o, title in self.said.statements:
            if p != name:
                continue
            objects: list[str | float] = [o] if name in ("status", "totalInvestment") else list(self._ends(o))
            options = [(a, b, normal(title)) for a in self._ends(s) for b in objects]
            said.update([x for x in options if x in gold or (x[1], x[0], x[2]) in gold] or options[:1])
        if name == "cooperatesWith":
            gold, said = {_sorted(x) for x in gold}, {_sorted(x) for x in said}
        elif name == "locatedIn":
            said -= _farther(gold) - gold
        elif name == "developsIndustry":
            lead = {(s, self._ends(o)[0]) for n, p, o, _ in self.said.statements if p == "leadIndustry" for s in self._ends(n)}
            said = {x for x in said if (x[0], x[1]) not in lead or x in gold}
        right = said & gold
        if name == "officialOf":
            right, said = self._posts(gold, said)
        for extra in sorted(map(str, said - right)):
            self._error("+", name, extra)
        for s, o, title in sorted(gold - right, key=str):
            self._error("-", name, self._label(s), self._label(str(o)), title)
        self.total.add(f"relation {name}", Score(len(right), len(said), len(gold)))

    def _label(self, identity: str) -> str:
        entity = self.gold.entities.get(identity)
        return entity.names[0] if entity else identity

    def _posts(
        self, gold: set[tuple[str, str | float, str]], said: set[tuple[str, str | float, str]]
    ) -> tuple[set[tuple[str, str | float, str]], set[tuple[str, str | float, str]]]:
        right = said & gold
        renamed = set(said)
        for one in sorted(said - right, key=str):
            for other in sorted(gold - right, key=str):
                if one[0] == other[0] and self._same_post(one, other):
                    renamed.discard(one)
                    renamed.add(other)
                    right.add(other)
                    break
        return right, renamed

    def _same_post(self, said: tuple[str, str | float, str], gold: tuple[str, str | float, str]) -> bool:
        if not said[2] or not gold[2]:
            return False
        if said[1] == gold[1]:
            return said[2] in gold[2] or gold[2] in said[2]

        def whole(post: tuple[str, str | float, str]) -> set[str]:
            names = set(self.gold.entities[str(post[1])].names) if post[1] in self.gold.entities else set()
            for node, meant in self.said.names.items():
                if str(post[1]) in self.meant.get(node, ()) or f"?{node}" == post[1]:
                    names |= meant
            return {normal(n) + post[2] for n in names}

        return any(a in b or b in a for a in whole(said) for b in whole(gold))

    # figures

    def _observations(self) -> None:
        free = dict(enumerate(self.said.observations))
        pairs: list[tuple[GoldObservation, SaidObservation]] = []
        for gold in self.gold.observations:
            fits = {i: _fit(gold, said) for i, said in free.items() if self._is_same(gold, said)}
            if not fits:
                self._error("- figure", self._label(gold.of), gold.indicator, gold.value, gold.unit, gold.growth or "")
                continue
            best = max(fits, key=lambda i: (fits[i], -i))
            pairs.append((gold, free.pop(best)))
        for said in free.values():
            self._error("+ figure", said.of.rsplit("/", 1)[-1], said.indicator, said.value, said.unit, said.growth or "")
        self.total.add("observations", Score(len(pairs), len(self.said.observations), len(self.gold.observations)))
        self.total.add("observations, growth", _among((g.growth, s.growth) for g, s in pairs))
        self.total.add("observations, start", _among((day(g.start), s.start or None) for g, s in pairs))
        self.total.add("observations, end", _among((day(g.end, last=True), s.end or None) for g, s in pairs))
        flags = sum(g.is_target == s.is_target for g, s in pairs)
        self.total.add("observations, target", Score(flags, len(pairs), len(pairs)))

    def _is_same(self, gold: GoldObservation, said: SaidObservation) -> bool:
        if gold.of not in self.meant.get(said.of, ()) or not alike(gold.indicator, said.indicator):
            return False
        if gold.value is None:
            return close(said.growth, gold.growth)
        return close(said.value, gold.value) and (not gold.unit or gold.unit == said.unit)


def _fit(gold: GoldObservation, said: SaidObservation) -> int:
    return sum(
        (
            (day(gold.start) or "") == said.start,
            (day(gold.end, last=True) or "") == said.end,
            gold.is_target == said.is_target,
            gold.growth == said.growth,
            (gold.value is None) == (said.value is None),
            normal(gold.indicator) == normal(said.indicator),
        )
    )


def _among(pairs: Iterable[tuple[object, object]]) -> Score:
    found = list(pairs)
    right = sum(a == b and a is not None for a, b in found)
    return Score(right, sum(b is not None for _, b in found), sum(a is not None for a, _ in found))


def _sorted(statement: tuple[str, str | float, str]) -> tuple[str, str | float, str]:
    a, b = sorted((statement[0], str(statement[1])))
    return a, b, statement[2]


def _farther(statements: set[tuple[str, str | float, str]]) -> set[tuple[str, str | float, str]]:
    """The statements that follow from a transitive property."""
    found = set(statements)
    while True:
        more = {(a, d, "") for a, b, _ in found for c, d, _ in found if b == c and a != d} - found
        if not more:
            return found
        found |= more


def alike(a: str, b: str) -> bool:
    """Whether two indicators' names can mean one: one within the other, or half of their character pairs in common."""
    x, y = _MARKS.sub("", normal(a)), _MARKS.sub("", normal(b))
    if min(len(x), len(y)) < 2:
        return x == y != ""
    if x in y or y in x:
        return True
    pairs_x, pairs_y = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (x, y))
    return len(pairs_x & pairs_y) * 2 >= len(pairs_x | pairs_y)


def close(a: float | None, b: float | None) -> bool:
    """Equal within a thousandth."""
    return a is not None and b is not None and abs(a - b) <= 1e-3 * max(1.0, abs(b))


def day(text: str, *, last: bool = False) -> str | None:
    """The first (or last) day of a year, a month or a day written YYYY, YYYY-MM, YYYY-MM-DD; None for no date."""
    parts = [int(p) for p in text.split("-") if p.isdigit()]
    if not parts or len(text) < 4:
        return None
    year = parts[0]
    month = parts[1] if len(parts) > 1 else (12 if last else 1)
    if not 1 <= month <= 12:
        return None
    of_month = parts[2] if len(parts) > 2 else (calendar.monthrange(year, month)[1] if last else 1)
    return f"{year:04}-{month:02}-{of_month:02}"
