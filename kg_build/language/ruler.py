"""The entity ruler: names that their last word gives away, beside what the statistical recogniser finds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from spacy.language import Language
from spacy.pipeline import SpanRuler

from kg_build.errors import PipelineError
from kg_build.yamlfiles import load_yaml

ENTITIES = "entities.yaml"
RULER = "entity_ruler"
KEYS = {"patterns", "never", "words"}
PATTERN_KEYS = {"id", "label", "first", "more", "most", "heads"}
WORD_KEYS = {"id", "label", "words"}
LABELS = {"ORG", "LOC", "GPE", "PERSON", "FAC"}


@cache
def entity_data() -> Mapping[str, Any]:
    """``data/entities.yaml``, checked."""
    text = files("kg_build.language").joinpath("data", ENTITIES).read_text(encoding="utf-8")
    table = load_yaml(text)
    check(table)
    return table  # type: ignore[no-any-return]


def check(table: Mapping[str, Any]) -> None:
    """Raise `PipelineError` where the table breaks the schema."""
    if set(table) != KEYS:
        raise PipelineError(f"{ENTITIES}: keys must be {', '.join(sorted(KEYS))}")
    for rows, keys in ((table["patterns"], PATTERN_KEYS), (table["words"], WORD_KEYS)):
        for row in rows:
            if set(row) != keys or row["label"] not in LABELS:
                raise PipelineError(f"{ENTITIES}: not a valid pattern: {row}")


def token_patterns(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The table as patterns of spaCy's ``span_ruler``."""
    never = {"NOT_IN": table["never"]}
    patterns: list[dict[str, Any]] = []
    for row in table["patterns"]:
        tokens: list[dict[str, Any]] = [{"TAG": {"IN": row["first"]}, "TEXT": never}]
        if row["most"]:
            tokens.append({"TAG": {"IN": row["more"]}, "TEXT": never, "OP": f"{{0,{row['most']}}}"})
        heads = [head.split() for head in row["heads"]]
        singles = [head[0] for head in heads if len(head) == 1]
        ends: list[list[dict[str, Any]]] = [[{"TEXT": word} for word in head] for head in heads if len(head) > 1]
        ends.append([{"TEXT": {"IN": singles}}])
        patterns.extend({"label": row["label"], "id": row["id"], "pattern": tokens + end} for end in ends)
    patterns.extend(
        {"label": row["label"], "id": row["id"], "pattern": [{"TEXT": {"IN": row["words"]}}]} for row in table["words"]
    )
    return patterns


def add_ruler(nlp: Language) -> None:
    """Put the ruler last; of overlapping names the longest stays, whoever found it."""
    ruler = nlp.add_pipe(
        "span_ruler",
        name=RULER,
        config={"spans_key": None, "annotate_ents": True, "overwrite": False},
    )
    if not isinstance(ruler, SpanRuler):  # add_pipe's type says Callable
        raise PipelineError(f"{RULER}: spaCy gave a {type(ruler).__name__}")
    ruler.add_patterns(token_patterns(entity_data()))
