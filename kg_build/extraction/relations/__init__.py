"""Statements between the mentions of an article, found by rules that are data.

The rules stand in ``kg_build/extraction/rules``, one YAML file per property; five small engines run them over one merged
view of the text (`view`): `tokens` and `dependency` (spaCy's matchers), `names`, `posts`, `topic` and `story`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from spacy.tokens import Doc

from kg_build.extraction.relations import dependency, names, near, near_trees, posts, story, surface
from kg_build.extraction.relations.emit import Context, Firing, fits
from kg_build.extraction.relations.rules import Example, Rule, literals, load_cues, load_rules
from kg_build.extraction.relations.view import View, build_view
from kg_build.extraction.relations.whereabouts import Whereabouts
from kg_build.extraction.trace import NearMiss, Trace
from kg_build.model import Article, EntityType, Mention, Statement

__all__ = ["Example", "Firing", "Rule", "explain", "find_statements", "load_rules"]


def find_statements(
    article: Article, doc: Doc, mentions: tuple[Mention, ...], implicit: Callable[[int], int], *, trace: Trace | None = None
) -> tuple[Statement, ...]:
    """All statements that the shipped rules find in an article.

    Args:
        article: The article; positions count in its text.
        doc: The annotated text; a parse and tags make more rules speak but aren't needed.
        mentions: Every mention, ``mentions[i].id == i``; names within names beside the outer ones, and the implicit zones.
        implicit: Position → id of the implicit mention of the zone whose story the position is in.
        trace: Takes the rules that nearly fired.

    Returns:
        Statements in the order of their evidence, none twice.
    """
    firings = explain(article, doc, mentions, implicit, trace=trace)
    found = _unique(firing.statement for firing in firings)
    if trace is not None:
        _note_lost(trace, mentions, firings, found)
    return found


def explain(
    article: Article,
    doc: Doc,
    mentions: tuple[Mention, ...],
    implicit: Callable[[int], int],
    rules: Sequence[Rule] | None = None,
    folder: Path | None = None,
    trace: Trace | None = None,
) -> list[Firing]:
    """Every firing of every rule: the rule's id, the tokens it matched, the statement.

    Args:
        article: As for `find_statements`.
        doc: As for `find_statements`.
        mentions: As for `find_statements`.
        implicit: As for `find_statements`.
        rules: Only these rules; all of the folder if None.
        folder: Where rules and cue words come from; those that ship if None.
        trace: Takes the rules that nearly fired.
    """
    chosen = load_rules(folder) if rules is None else rules
    view = build_view(article, doc, mentions, load_cues(folder), literals(chosen))
    context = Context(view, implicit, Whereabouts(article, mentions), trace)
    every = list(_direct(context, chosen))
    direct = [firing for firing in every if fits(firing.statement, mentions)]
    firings = _yielded(direct, chosen)
    firings += story.find_defaults(context, _of(chosen, "story"), [firing.statement for firing in firings])
    kept = _without_lead_repeated(firings, mentions)
    if trace is not None:
        near.find_near(context, _of(chosen, "tokens"), direct)
        near_trees.find_near(context, _of(chosen, "dependency"), direct)
        _note_misfits(trace, mentions, every)
        _note_yielded(context, trace, chosen, direct, kept)
    return kept


def view_of(article: Article, doc: Doc, mentions: tuple[Mention, ...]) -> View:
    """The merged text that the rules see, for those who write rules."""
    return build_view(article, doc, mentions, load_cues(), literals(load_rules()))


def _direct(context: Context, rules: Sequence[Rule]) -> Iterator[Firing]:
    yield from surface.find(context, _of(rules, "tokens"))
    yield from dependency.find(context, _of(rules, "dependency"))
    yield from names.find(context, _of(rules, "names"))
    yield from posts.find(context, _of(rules, "posts"))
    yield from story.find_topics(context, _of(rules, "topic"))


def _of(rules: Sequence[Rule], engine: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules if rule.engine == engine)


def _yielded(firings: list[Firing], rules: Sequence[Rule]) -> list[Firing]:
    """Without the firings that give way to a surer rule's on the same words."""
    stronger = {rule.id: frozenset(rule.yields_to) for rule in rules}

    def gives_way(firing: Firing) -> bool:
        mine = firing.statement
        return any(
            other.rule in stronger[firing.rule]
            and other.statement.evidence.overlaps(mine.evidence)
            and (other.statement.subject == mine.subject or other.statement.object == mine.object)
            for other in firings
        )

    return [f for f in firings if not stronger[f.rule] or not gives_way(f)]


def _without_lead_repeated(firings: list[Firing], mentions: Sequence[Mention]) -> list[Firing]:
    """What a zone leads with it develops as well: the weaker statement is left out (a park's own stays)."""

    def industry(statement: Statement) -> str:
        return mentions[statement.object].name.removesuffix("产业") if isinstance(statement.object, int) else ""

    zones = (EntityType.ZONE,)
    lead = {
        industry(f.statement)
        for f in firings
        if f.statement.predicate == "leadIndustry" and mentions[f.statement.subject].type in zones
    }
    return [
        f
        for f in firings
        if not (
            f.statement.predicate == "developsIndustry"
            and mentions[f.statement.subject].type in zones
            and industry(f.statement) in lead
        )
    ]


def _note_misfits(trace: Trace, mentions: Sequence[Mention], firings: Sequence[Firing]) -> None:
    """Note the firings whose ends the ontology doesn't have for the property."""
    for firing in firings:
        said = firing.statement
        if not fits(said, mentions):
            ends = " and ".join(mentions[end].type.value for end in (said.subject, said.object) if isinstance(end, int))
            why = f"the ontology has no {said.predicate} between {ends}"
            trace.add(NearMiss(firing.rule, said.evidence, why, near.told(mentions, said), taken=True))


def _note_yielded(
    context: Context, trace: Trace, rules: Sequence[Rule], direct: Sequence[Firing], kept: Sequence[Firing]
) -> None:
    """Note the firings that gave way to others."""
    stays = {id(firing) for firing in kept}
    stronger = {rule.id: rule.yields_to for rule in rules}
    for firing in direct:
        if id(firing) in stays:
            continue
        evidence = firing.statement.evidence
        others = [f.rule for f in kept if f.rule in stronger[firing.rule] and f.statement.evidence.overlaps(evidence)]
        why = f"it gives way to {', '.join(dict.fromkeys(others))} (yields_to)" if others else "the zone is said to lead in it"
        trace.add(NearMiss(firing.rule, evidence, why, near.told(context.view.mentions, firing.statement), taken=True))


def _note_lost(trace: Trace, mentions: Sequence[Mention], firings: Sequence[Firing], found: Sequence[Statement]) -> None:
    """Note the rules of which another says the same in the same words with more confidence."""
    stays = {(s.subject, s.predicate, s.object, s.title, s.former, s.evidence): s for s in found}
    for firing in firings:
        said = firing.statement
        best = stays[said.subject, said.predicate, said.object, said.title, said.former, said.evidence]
        if best.rule != said.rule:
            why = f"{best.rule} says the same with confidence {best.confidence:.2f}, this rule has {said.confidence:.2f}"
            trace.add(NearMiss(said.rule, said.evidence, why, near.told(mentions, said), taken=True))


def _unique(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The surest of the statements that say the same of the same mentions in the same words."""
    best: dict[tuple[object, ...], Statement] = {}
    for statement in statements:
        key = (
            statement.subject,
            statement.predicate,
            statement.object,
            statement.title,
            statement.former,
            statement.evidence,
        )
        known = best.get(key)
        if known is None or (statement.confidence, known.rule) > (known.confidence, statement.rule):
            best[key] = statement
    return tuple(
        sorted(
            best.values(),
            key=lambda s: (s.evidence.start, s.evidence.end, s.subject, s.predicate, str(s.object), s.title or "", s.rule),
        )
    )
