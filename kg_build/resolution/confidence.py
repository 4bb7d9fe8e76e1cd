"""Confidence that means something: of what is said with 0.8, about eight in ten are right.

Rules bring a number that their author gave them, networks their odds; both are only ranks. ``data/confidence.yaml`` has, for
things, statements and figures, and apart for those of rules and of networks, which share was right on pages that neither was
made from (`kg_build.evaluation.calibration` measures it, isotonic regression: Zadrozny and Elkan 2002).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from kg_build.errors import RuleError
from kg_build.model import ResolvedArticle
from kg_build.yamlfiles import load_yaml

TABLE = Path(__file__).with_name("data") / "confidence.yaml"
THING, STATEMENT, FIGURE = "thing", "statement", "figure"
LEARNT = frozenset({"encoder", "pairs", "figure.pairs"})
"""Rules whose confidence is a network's."""

Curve = tuple[tuple[float, ...], tuple[float, ...]]
"""Confidences as they come, rising, and for each the share that is right."""


def group(kind: str, rule: str) -> str:
    """Which curve a rule's statements of a kind (thing, statement, figure) have."""
    return f"{kind}.{'learnt' if rule in LEARNT else 'rules'}"


@cache
def curves() -> dict[str, Curve]:
    """By group.

    Raises:
        RuleError: The table is broken.
    """
    try:
        table = load_yaml(TABLE.read_text(encoding="utf-8"))
        return {str(name): _curve(rows) for name, rows in table.items()}
    except (OSError, AttributeError, TypeError, ValueError, yaml.YAMLError) as error:
        raise RuleError(f"resolution/data/{TABLE.name}: {error!r}") from error


def _curve(rows: list[list[float]]) -> Curve:
    given, right = (tuple(float(value) for value in column) for column in zip(*rows, strict=True))
    if list(given) != sorted(set(given)) or list(right) != sorted(right) or not all(0 <= v <= 1 for v in (*given, *right)):
        raise ValueError(f"both columns rise from 0 to 1, not {rows}")
    return given, right


def calibrate(article: ResolvedArticle) -> ResolvedArticle:
    """The article with confidences that are shares of what is right; one whose group has no curve stays as it is."""
    return replace(
        article,
        entities=tuple(replace(use, confidence=_share(THING, use.rule, use.confidence)) for use in article.entities),
        statements=tuple(replace(s, confidence=_share(STATEMENT, s.rule, s.confidence)) for s in article.statements),
        observations=tuple(
            replace(o, figure=replace(o.figure, confidence=_share(FIGURE, o.figure.rule, o.figure.confidence)))
            for o in article.observations
        ),
    )


def _share(kind: str, rule: str, confidence: float) -> float:
    curve = curves().get(group(kind, rule))
    return confidence if curve is None else at(curve, confidence)


def at(curve: Curve, confidence: float) -> float:
    """What a curve makes of a confidence: in a straight line between its points, level beyond them."""
    return round(float(np.interp(confidence, curve[0], curve[1])), 3)
