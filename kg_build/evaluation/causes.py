"""Why a statement is wrong or missing, as far as another statement beside it tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from kg_build.evaluation.figures import Figure, alike, number, plain, same_amount
from kg_build.evaluation.gold import Gold, GoldEntity
from kg_build.evaluation.judgements import Cause
from kg_build.evaluation.said import Said
from kg_build.model import EntityType

Option = tuple[str, str | float, str]
"""Subject, object and title; ends by the ids of gold, ``?`` and the IRI where gold has none."""
Because = tuple[Cause | None, str]
UNKNOWN: Because = (None, "")


class Causes:
    """The causes of the errors of one article. ``meant`` is what gold entities each node was found to stand for."""

    def __init__(self, gold: Gold, said: Said, meant: Mapping[str, set[str]]) -> None:
        self._gold, self._said, self._meant = gold, said, meant
        self._kinds: dict[str, set[str]] = defaultdict(set)
        for entity in gold.entities.values():
            for name in entity.names:
                self._kinds[plain(name)].add(entity.type)

    # entities

    def of_wrong_entity(self, node: str, kind: str) -> Because:
        """A node that gold has not."""
        if self._meant.get(node):
            return Cause.AGAIN, "again"
        kinds = {k for name in self._said.names[node] for k in self._kinds.get(plain(name), ())} - {kind}
        return (Cause.OTHER_CLASS, f"in the annotation: {', '.join(sorted(kinds))}") if kinds else UNKNOWN

    def of_missing_entity(self, entity: GoldEntity) -> Because:
        """An entity that no node stands for."""
        names = {plain(name) for name in entity.names}
        nodes = [node for node, forms in self._said.names.items() if any(plain(form) in names for form in forms)]
        kinds = {kind for node in nodes for kind in self._said.types[node] if kind in _CLASSES} - {entity.type}
        return (Cause.OTHER_CLASS, f"said: {', '.join(sorted(kinds))}") if kinds else UNKNOWN

    # relations

    def of_wrong_relation(self, option: Option, name: str, missing: Iterable[Option]) -> Because:
        """A statement that gold has not; ``missing`` are those of the property that are not said."""
        unknown = [self.label(str(end)) for end in option[:2] if str(end).startswith("?")]
        if unknown:
            return Cause.END, f"not in the annotation: {', '.join(unknown)}"
        if name == "officialOf" and (titles := [m[2] for m in missing if m[:2] == option[:2]]):
            return Cause.TITLE, f"in the annotation: {titles[0]}"
        others = {r.predicate for r in self._gold.relations if {r.subject, r.object} == set(option[:2])} - {name}
        if others:
            return Cause.OTHER_PROPERTY, f"in the annotation: {', '.join(sorted(others))}"
        return self._other_end(option, missing, "in the annotation")

    def of_missing_relation(self, option: Option, name: str, wrong: Iterable[Option]) -> Because:
        """A statement of gold that is not said; ``wrong`` are those of the property that are said and wrong."""
        ends = dict.fromkeys(end for end in option[:2] if end in self._gold.entities)
        lost = [self.label(str(end)) for end in ends if not self._found(str(end))]
        if lost:
            return Cause.END, f"not found: {', '.join(lost)}"
        if name == "officialOf" and (titles := [w[2] for w in wrong if w[:2] == option[:2]]):
            return Cause.TITLE, f"said: {titles[0] or 'no title'}"
        others = {p for s, p, o, _ in self._said.statements if self._joins(s, o, option)} - {name}
        if others:
            return Cause.OTHER_PROPERTY, f"said: {', '.join(sorted(others))}"
        return self._other_end(option, wrong, "said")

    def _other_end(self, option: Option, others: Iterable[Option], where: str) -> Because:
        values = [number(o) if isinstance(o, float) else self.label(o) for s, o, _ in others if s == option[0]]
        return (Cause.OTHER_END, f"{where}: {', '.join(values)}") if values else UNKNOWN

    # figures

    def of_wrong_figure(self, said: Figure, missing: Iterable[Figure]) -> Because:
        """A figure that gold has not; ``missing`` are those of gold that are not said."""
        owners = self._meant.get(said.of, set())
        if not owners:
            return Cause.END, f"not in the annotation: {self._said.name(said.of)}"
        return _mixed_up(
            [gold for gold in missing if same_amount(gold, said)],
            lambda gold: gold.of in owners,
            lambda gold: alike(gold.indicator, said.indicator),
            lambda gold: (self.label(gold.of), gold.indicator),
            "in the annotation",
        )

    def of_missing_figure(self, gold: Figure, wrong: Iterable[Figure]) -> Because:
        """A figure of gold that is not said; ``wrong`` are those that are said and wrong."""
        if gold.of in self._gold.entities and not self._found(gold.of):
            return Cause.END, f"not found: {self.label(gold.of)}"
        return _mixed_up(
            [said for said in wrong if same_amount(gold, said)],
            lambda said: gold.of in self._meant.get(said.of, ()),
            lambda said: alike(gold.indicator, said.indicator),
            lambda said: (self._said.name(said.of), said.indicator),
            "said",
        )

    # names

    def label(self, end: str) -> str:
        """An end for people: the first name of gold, or the node's."""
        entity = self._gold.entities.get(end)
        if entity is not None:
            return next(iter(entity.names), end)
        return self._said.name(end[1:]) if end.startswith("?") else end

    def _found(self, identity: str) -> bool:
        return any(identity in meant for meant in self._meant.values())

    def _joins(self, subject: str, value: str | float, option: Option) -> bool:
        one, other = self._meant.get(subject, set()), self._meant.get(str(value), set())
        a, b = option[0], str(option[1])
        return (a in one and b in other) or (b in one and a in other)


_CLASSES = frozenset(kind.value for kind in EntityType)


def _mixed_up(
    like: list[Figure],
    has_owner: Callable[[Figure], bool],
    has_indicator: Callable[[Figure], bool],
    told: Callable[[Figure], tuple[str, str]],
    where: str,
) -> Because:
    """Among figures of one amount on the other side the one that differs only in owner, or only in indicator."""
    for figure in like:
        if has_indicator(figure) and not has_owner(figure):
            return Cause.OWNER, f"{where}: {told(figure)[0]}"
    for figure in like:
        if has_owner(figure) and not has_indicator(figure):
            return Cause.INDICATOR, f"{where}: {told(figure)[1]}"
    return UNKNOWN
