"""Precision, recall and F per class, property and for figures.

An entity is found when a node of its type bears one of its names; each counts once. A statement is right when its ends
are found and gold has it between them; a place farther up the chain of places is no error. A post is right when person,
organisation and title agree, the organisation's own words being allowed in either. A figure is right when entity, value,
unit and a like indicator agree; growth, period and target are scored among the right ones.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping

import pyoxigraph as ox

from kg_build.evaluation.causes import UNKNOWN, Because, Causes, Option
from kg_build.evaluation.figures import Figure, alike, amount, close, number, same_amount
from kg_build.evaluation.figures import plain as plain_name
from kg_build.evaluation.gold import VALUES, Gold, GoldEntity, GoldRelation
from kg_build.evaluation.judgements import FIGURES, PROPERTIES, Cause, Evaluation, Judgement, Score, Verdict
from kg_build.evaluation.said import Said, Statement, figure_of, mention_of, said_of, stems
from kg_build.model import SYMMETRIC, EntityType
from kg_build.resolution.names import normal

__all__ = ["Evaluation", "Score", "compare", "evaluate", "plain"]

_INDUSTRY_END = re.compile(r"(产业|行业|业)$")
_MORE_EXACT = {"Person": "Official", "Park": "Zone"}


def evaluate(database: ox.Store, golds: Iterable[Gold]) -> Evaluation:
    """Score all that the store says of the gold's files. Files that the store doesn't have count as nothing said."""
    golds = tuple(golds)
    have = stems(database)
    total = compare((gold, said_of(database, gold.article)) for gold in golds)
    total.lacking = tuple(dict.fromkeys(gold.article for gold in golds if gold.article not in have))
    return total


def compare(pairs: Iterable[tuple[Gold, Said]]) -> Evaluation:
    """Score what is said of each article, by whomever, against its gold."""
    total = Evaluation()
    for gold, said in pairs:
        total.add_article(gold.article, _File(gold, said).score())
    total.add_sums()
    return total


def plain(name: str, kind: str) -> str:
    """A name as it is compared."""
    text = plain_name(name)
    return (_INDUSTRY_END.sub("", text) or text) if kind == EntityType.INDUSTRY.value else text


class _File:
    def __init__(self, gold: Gold, said: Said) -> None:
        self.gold, self.said = gold, said
        self.found = Evaluation()
        self.meant: dict[str, set[str]] = defaultdict(set)
        """Gold entities that a node stands for."""
        self.causes = Causes(gold, said, self.meant)

    def score(self) -> Evaluation:
        for kind in EntityType:
            self._entities(kind.value)
        for name in PROPERTIES:
            self._relations(name)
        self._figures()
        return self.found

    def _judge(
        self,
        row: str,
        verdict: Verdict,
        words: Iterable[str],
        said: Iterable[Statement] = (),
        gold: GoldEntity | GoldRelation | Figure | None = None,
        because: Because = UNKNOWN,
    ) -> None:
        statements = tuple(sorted(said, key=str))
        self.found.judgements.append(Judgement(self.gold.article, row, verdict, tuple(words), statements, gold, *because))

    # entities

    def _nodes(self, kind: str) -> list[str]:
        return sorted(n for n, types in self.said.types.items() if kind in types and _MORE_EXACT.get(kind) not in types)

    def _entities(self, kind: str) -> None:
        row = f"entity {kind}"
        wanted = {plain(n, kind): e.id for e in self.gold.entities.values() if e.type == kind for n in reversed(e.names)}
        size = sum(e.type == kind for e in self.gold.entities.values())
        nodes = self._nodes(kind)
        matches = {n: {wanted[p] for name in self.said.names[n] if (p := plain(name, kind)) in wanted} for n in nodes}
        taken: set[str] = set()
        for node in sorted(nodes, key=lambda n: (len(matches[n]), n)):
            words, said = (self.said.name(node),), (mention_of(node),)
            free = sorted(matches[node] - taken)
            if free:
                taken.add(free[0])
                self.meant[node].add(free[0])
                self._judge(row, Verdict.RIGHT, words, said)
            else:
                self.meant[node].update(sorted(matches[node])[:1])
                self._judge(row, Verdict.WRONG, words, said, because=self.causes.of_wrong_entity(node, kind))
        for entity in self.gold.entities.values():
            if entity.type == kind and entity.id not in taken:
                because = self.causes.of_missing_entity(entity)
                self._judge(row, Verdict.MISSING, (self.causes.label(entity.id),), gold=entity, because=because)
        self.found.add(row, Score(len(taken), len(nodes), size))

    # relations

    def _ends(self, node: str | float) -> list[str]:
        if node == "article":
            return ["article"]
        return sorted(self.meant.get(str(node), ())) or [f"?{node}"]

    def _said(self, name: str, gold: Container[Option]) -> dict[Option, set[Statement]]:
        """What is said with a property, by what gold calls it; statements of two nodes for one thing fall together."""
        said: dict[Option, set[Statement]] = defaultdict(set)
        for statement in self.said.statements:
            s, p, o, title = statement
            if p != name:
                continue
            objects: list[str | float] = [_value(o)] if name in VALUES else list(self._ends(o))
            options = [(a, b, normal(title)) for a in self._ends(s) for b in objects]
            if name in SYMMETRIC:
                options = [_sorted(option) for option in options]
            for option in [option for option in options if option in gold] or options[:1]:
                said[option].add(statement)
        return said

    def _relations(self, name: str) -> None:
        row = f"relation {name}"
        relations: dict[Option, GoldRelation] = {}
        for r in self.gold.relations:
            if r.predicate == name:
                option = (r.subject, _value(r.object), normal(r.title))
                relations.setdefault(_sorted(option) if name in SYMMETRIC else option, r)
        made = self._said(name, relations)
        gold, said = set(relations), set(made)
        if name == "locatedIn":
            said -= _farther(gold) - gold
        elif name == "developsIndustry":
            lead = {(s, self._ends(o)[0]) for n, p, o, _ in self.said.statements if p == "leadIndustry" for s in self._ends(n)}
            said = {x for x in said if (x[0], x[1]) not in lead or x in gold}
        renamed = self._posts(gold, said) if name == "officialOf" else {}
        right = (said & gold) | set(renamed.values())
        wrong = said - gold - renamed.keys()
        missing = gold - right
        for option in sorted(made, key=str):
            if option in wrong:
                because = self.causes.of_wrong_relation(option, name, sorted(missing, key=str))
                self._judge(row, Verdict.WRONG, self._words(option), made[option], because=because)
            else:
                verdict = Verdict.RIGHT if option in said else Verdict.ALLOWED
                self._judge(row, verdict, self._words(option), made[option])
        for option in sorted(missing, key=str):
            because = self.causes.of_missing_relation(option, name, sorted(wrong, key=str))
            self._judge(row, Verdict.MISSING, self._words(option), gold=relations[option], because=because)
        self.found.add(row, Score(len(right), len(right) + len(wrong), len(gold)))

    def _words(self, option: Option) -> tuple[str, ...]:
        value = number(option[1]) if isinstance(option[1], float) else self.causes.label(option[1])
        return tuple(word for word in (self.causes.label(option[0]), value, option[2]) if word)

    def _posts(self, gold: set[Option], said: set[Option]) -> dict[Option, Option]:
        """Which post of gold each one that is said in other words stands for."""
        found: dict[Option, Option] = {}
        right = said & gold
        for one in sorted(said - right, key=str):
            for other in sorted(gold - right, key=str):
                if one[0] == other[0] and self._same_post(one, other):
                    found[one] = other
                    right.add(other)
                    break
        return found

    def _same_post(self, said: Option, gold: Option) -> bool:
        if not said[2] or not gold[2]:
            return False
        if said[1] == gold[1]:
            return said[2] in gold[2] or gold[2] in said[2]

        def whole(post: Option) -> set[str]:
            end = str(post[1])
            entity = self.gold.entities.get(end)
            names = (*entity.names, *entity.generic) if entity else self.said.names.get(end.removeprefix("?"), frozenset())
            return {normal(name) + post[2] for name in names}

        return any(a in b or b in a for a in whole(said) for b in whole(gold))

    # figures

    def _figures(self) -> None:
        free = dict(self.said.observations)
        right: list[tuple[Figure, str]] = []
        missing: list[Figure] = []
        for gold in self.gold.observations:
            fits = {node: _fit(gold, said) for node, said in free.items() if self._is_same(gold, said)}
            if fits:
                best = max(fits, key=fits.__getitem__)  # the first of those that fit as well
                right.append((gold, best))
                del free[best]
            else:
                missing.append(gold)
        for gold in missing:
            because = self.causes.of_missing_figure(gold, free.values())
            self._judge(FIGURES, Verdict.MISSING, self._told(gold), gold=gold, because=because)
        for node, said in free.items():
            because = self.causes.of_wrong_figure(said, missing)
            self._judge(FIGURES, Verdict.WRONG, self._told(said), [figure_of(node)], because=because)
        for gold, node in right:
            self._judge(FIGURES, Verdict.RIGHT, self._told(gold), [figure_of(node)])
        self.found.add(FIGURES, Score(len(right), len(self.said.observations), len(self.gold.observations)))
        self._parts(right, self.said.observations)

    def _parts(self, right: list[tuple[Figure, str]], said: Mapping[str, Figure]) -> None:
        """Score growth, period and target of the figures that are right."""
        for part in ("growth", "start", "end", "is_target"):
            row = f"{FIGURES}, {part.removeprefix('is_')}"
            score = Score()
            for gold, node in right:
                want, have = getattr(gold, part), getattr(said[node], part)
                same = _like(want, have)
                score += Score(int(_is(want) and same), int(_is(have)), int(_is(want)))
                if not same:
                    verdict = Verdict.WRONG if _is(have) else Verdict.MISSING
                    because = (Cause.PART, f"said: {_shown(have)}; in the annotation: {_shown(want)}")
                    self._judge(row, verdict, self._told(gold), [figure_of(node)], gold, because)
            self.found.add(row, score)

    def _told(self, figure: Figure) -> tuple[str, ...]:
        of = self.causes.label(figure.of) if figure.of in self.gold.entities else self.said.name(figure.of)
        return of, figure.indicator, amount(figure.value, figure.unit, figure.growth)

    def _is_same(self, gold: Figure, said: Figure) -> bool:
        return gold.of in self.meant.get(said.of, ()) and alike(gold.indicator, said.indicator) and same_amount(gold, said)


def _fit(gold: Figure, said: Figure) -> int:
    return sum(
        (
            gold.start == said.start,
            gold.end == said.end,
            gold.is_target == said.is_target,
            _like(gold.growth, said.growth),
            (gold.value is None) == (said.value is None),
            normal(gold.indicator) == normal(said.indicator),
        )
    )


def _is(part: object) -> bool:
    """Whether a figure has the part; that it is no target is told of every one."""
    return part is not None and part != ""


def _like(want: object, have: object) -> bool:
    if isinstance(want, float | int) and isinstance(have, float | int):
        return close(have, want)
    return want == have


def _shown(part: object) -> str:
    if isinstance(part, bool):
        return "a target" if part else "no target"
    return amount(None, "", part) if isinstance(part, int | float) else str(part or "none")


def _value(value: str | float) -> str | float:
    """Amounts agree when they do in whole yuan."""
    return value if isinstance(value, str) else float(round(value))


def _sorted(option: Option) -> Option:
    a, b = sorted((option[0], str(option[1])))
    return a, b, option[2]


def _farther(statements: set[Option]) -> set[Option]:
    """The statements that follow from a transitive property."""
    found = set(statements)
    while True:
        more = {(a, d, "") for a, b, _ in found for c, d, _ in found if b == c and a != d} - found
        if not more:
            return found
        found |= more
