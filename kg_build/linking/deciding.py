"""Deciding: linked, for review or none, by the share of the best candidate and its margin over the second. Never a guess."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from kg_build.linking.gazetteers.base import Source
from kg_build.linking.judgements import Judgement, Judgements
from kg_build.linking.model import Candidate, Decision, Scored, Status, Thing
from kg_build.linking.rules import Rules
from kg_build.linking.scoring import score


def decide(
    thing: Thing, candidates: Sequence[Candidate], source: Source, rules: Rules, judgements: Judgements | None = None
) -> Decision:
    """What becomes of a thing among the candidates of one gazetteer. People's judgements go over the points."""
    judged = judgements.of(thing.iri) if judgements is not None else {}
    scored = [s for c in candidates if judged.get(c.iri) is not Judgement.NEGATIVE and (s := score(thing, c, rules)) is not None]
    ranked = tuple(sorted(scored, key=lambda s: (-s.points, s.candidate.iri)))
    yes = next((s for s in ranked if judged.get(s.candidate.iri) is Judgement.POSITIVE), None)
    if yes is not None:
        rest = tuple(s for s in ranked if s is not yes)
        return Decision(thing, source.name, Status.LINKED, (yes, *rest), 1.0, judged=True)
    if not ranked:
        return Decision(thing, source.name, Status.NONE, ())
    if source.shared:
        # Several classes may hold of one field, so each stands for itself; but only one can be the same.
        sure = _share(ranked[:1], rules)
        if sum(not s.candidate.predicate for s in ranked) > 1:
            return Decision(thing, source.name, Status.REVIEW, ranked, sure)
        status = Status.LINKED if sure >= rules.accept["confidence"] else Status.NONE
        return Decision(thing, source.name, status, ranked, sure)
    sure = _share(ranked, rules)
    margin = ranked[0].points - ranked[1].points if len(ranked) > 1 else float("inf")
    if judged.get(ranked[0].candidate.iri) is Judgement.UNSURE:
        status = Status.REVIEW
    elif sure >= rules.accept["confidence"] and margin >= rules.accept["margin"]:
        status = Status.LINKED
    else:
        # Two that are equally good share the confidence: what counts here is whether it may be any of them.
        any_of_them = 1 - 1 / (1 + sum(exp(s.points - rules.none) for s in ranked))
        status = Status.REVIEW if any_of_them >= rules.review["confidence"] else Status.NONE
    return Decision(thing, source.name, status, ranked, sure, certain=_certain(ranked[0], sure, rules))


def _share(ranked: Sequence[Scored], rules: Rules) -> float:
    """The first one's part of exp(points), among all and none of them."""
    top = max(ranked[0].points, rules.none)
    weights = [exp(s.points - top) for s in ranked]
    return round(weights[0] / (sum(weights) + exp(rules.none - top)), 3)


def _certain(best: Scored, sure: float, rules: Rules) -> bool:
    """Whether it is the very same: its name in full, and a number that only one bears."""
    in_full = any(name == "name full" for name, _ in best.parts)
    return bool(best.candidate.identity) and in_full and sure >= rules.certain["confidence"]
