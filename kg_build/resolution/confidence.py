"""Confidence that means something: of what is said with 0.8, about eight in ten are right.

Rules bring a number that their author gave them, networks their odds; both are only ranks. ``data/confidence.yaml`` makes shares
of them, measured on pages that neither was made from (`kg_build.evaluation.calibration`):

- A thing has one number, which a rising curve turns into the share that was right (isotonic regression: Zadrozny and Elkan 2002);
  rules and networks have a curve each.
- A statement or figure has several `Signs`. Their log-odds are added with weights (logistic regression: Platt 1999): how sure
  the rule is, what the scorer of pairs makes of it, and for a statement how surely its ends are things at all.

What is said doesn't change by it, only how sure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml

from kg_build.errors import RuleError
from kg_build.model import ResolvedArticle, ResolvedStatement, Signs, from_log_odds, log_odds
from kg_build.resolution.settling import RULE
from kg_build.yamlfiles import load_yaml

TABLE = Path(__file__).with_name("data") / "confidence.yaml"
THING, STATEMENT, FIGURE = "thing", "statement", "figure"
LEARNT = frozenset({"encoder", "pairs", "figure.pairs"})
"""Rules whose confidence is a network's."""
ENDS = "ends"
"""The sign of a statement that its ends are things: the product of their confidences."""

Curve = tuple[tuple[float, ...], tuple[float, ...]]
"""Confidences as they come, rising, and for each the share that is right."""


class Weight(NamedTuple):
    """What a sign counts."""

    weight: float
    """By how much a step of its log-odds changes the log-odds of being right."""
    usual: float
    """The confidence at which it changes nothing; it stands for a sign that isn't known."""


class Weights(NamedTuple):
    """What the signs of one kind count."""

    usual: float
    """The share that is right where every sign is as usual."""
    signs: Mapping[str, Weight]


class Table(NamedTuple):
    """How confidences become shares."""

    curves: Mapping[str, Curve] = {}
    """By group."""
    weights: Mapping[str, Weights] = {}
    """By kind."""


def group(kind: str, rule: str) -> str:
    """Which curve a rule's statements of a kind (thing, statement, figure) have."""
    return f"{kind}.{'learnt' if rule in LEARNT else 'rules'}"


@cache
def shares() -> Table:
    """The table that ships.

    Raises:
        RuleError: It is broken.
    """
    try:
        table = load_yaml(TABLE.read_text(encoding="utf-8"))
        curves = {str(name): _curve(rows) for name, rows in table["curves"].items()}
        return Table(curves, {str(name): _weights(row) for name, row in table["weights"].items()})
    except (OSError, AttributeError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise RuleError(f"resolution/data/{TABLE.name}: {error!r}") from error


def _curve(rows: list[list[float]]) -> Curve:
    given, right = (tuple(float(value) for value in column) for column in zip(*rows, strict=True))
    if list(given) != sorted(set(given)) or list(right) != sorted(right) or not all(0 <= v <= 1 for v in (*given, *right)):
        raise ValueError(f"both columns rise from 0 to 1, not {rows}")
    return given, right


def _weights(row: Mapping[str, Any]) -> Weights:
    signs = {str(name): Weight(float(one["weight"]), float(one["usual"])) for name, one in row["signs"].items()}
    found = Weights(float(row["usual"]), signs)
    numbers = (found.usual, *(number for sign in signs.values() for number in sign))
    if not all(map(math.isfinite, numbers)) or not all(
        0 < usual < 1 for usual in (found.usual, *(s.usual for s in signs.values()))
    ):
        raise ValueError(f"weights are numbers, what is usual lies between 0 and 1, not {row}")
    return found


def calibrate(article: ResolvedArticle) -> ResolvedArticle:
    """The article with confidences that are shares of what is right; those that the table has nothing for stay as they are."""
    table = shares()
    entities = tuple(replace(u, confidence=share(table, THING, u.rule, u.confidence)) for u in article.entities)
    belief = {use.entity.iri: use.confidence for use in entities}

    def surely(statement: ResolvedStatement) -> float:
        ends = [belief[end] for end in (statement.subject, str(statement.object)) if end in belief]
        return share(table, STATEMENT, statement.rule, statement.confidence, with_ends(statement.signs, ends))

    return replace(
        article,
        entities=entities,
        statements=tuple(replace(s, confidence=surely(s)) for s in article.statements),
        observations=tuple(
            replace(o, figure=replace(f, confidence=share(table, FIGURE, f.rule, f.confidence, f.signs)))
            for o in article.observations
            for f in (o.figure,)
        ),
    )


def with_ends(signs: Signs, ends: Iterable[float]) -> Signs:
    """A statement's signs and how surely its ends are things, from the confidence of each."""
    return (*signs, (ENDS, math.prod(ends)))


def share(table: Table, kind: str, rule: str, confidence: float, signs: Signs = ()) -> float:
    """What share is right of what a rule says with a confidence and such signs; the confidence where the table has nothing."""
    weights = table.weights.get(kind)
    if weights is not None:
        return added(weights, dict(((RULE, confidence), *signs)))
    curve = table.curves.get(group(kind, rule))
    return confidence if curve is None else at(curve, confidence)


def added(weights: Weights, signs: Mapping[str, float]) -> float:
    """What the weights make of signs."""
    total = log_odds(weights.usual)
    for name, (weight, usual) in weights.signs.items():
        if name in signs:
            total += weight * (log_odds(signs[name]) - log_odds(usual))
    return from_log_odds(total)


def at(curve: Curve, confidence: float) -> float:
    """What a curve makes of a confidence: in a straight line between its points, level beyond them."""
    return round(float(np.interp(confidence, curve[0], curve[1])), 3)
