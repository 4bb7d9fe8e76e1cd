"""displaCy drawings with nothing random in them: names in a text, names within names, the parse as the rules see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from spacy.displacy.render import DependencyRenderer, EntityRenderer, SpanRenderer

from kg_build.extraction.relations.view import View
from kg_build.model import EntityType, Mention, Span

COLOURS = {
    EntityType.ZONE: "#ffd6a5",
    EntityType.PARK: "#fdffb6",
    EntityType.ENTERPRISE: "#a0c4ff",
    EntityType.INSTITUTION: "#bdb2ff",
    EntityType.PROJECT: "#9bf6ff",
    EntityType.PERSON: "#ffc6ff",
    EntityType.OFFICIAL: "#ffadd2",
    EntityType.INDUSTRY: "#caffbf",
    EntityType.PLACE: "#e0d5c1",
    EntityType.HONOUR: "#ffe066",
}
"""Of the classes."""
FONT = "system-ui, 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
DISTANCE = 116
"""Pixels between two words of a drawing."""
OPTIONS = {
    "compact": True,
    "distance": DISTANCE,
    "offset_x": 64,
    "word_spacing": 30,
    "font": FONT,
    "bg": "none",
    "color": "currentColor",
}
NOTHING = "\u00a0"
"""Keeps the place of a word's classes where it has none."""
LONGEST = 6
"""Characters of a word that fit; the middle of a longer one is left out."""
CLASSES = 2
"""Cue classes of a word that fit."""


def names_in_text(text: str, mentions: Iterable[Mention]) -> str:
    """HTML of a text with its outermost names marked; the mentions' spans count in ``text``."""
    marks: list[dict[str, Any]] = []
    for mention in sorted(mentions, key=lambda m: (m.span.start, -m.span.end, m.id)):
        if not marks or mention.span.start >= marks[-1]["end"]:
            marks.append({"start": mention.span.start, "end": mention.span.end, "label": mention.type.value})
    return str(EntityRenderer({"colors": _colours()}).render_ents(text, marks, None))


def names_within_names(text: str, mentions: Sequence[Mention]) -> str:
    """HTML of a sentence with all its names underlined, names within names one below the other; spans count in ``text``."""
    cuts = sorted({0, len(text), *(m.span.start for m in mentions), *(m.span.end for m in mentions)})
    number = {cut: i for i, cut in enumerate(cuts)}
    pieces = [text[a:b] for a, b in pairwise(cuts)]
    spans = [
        {"start_token": number[m.span.start], "end_token": number[m.span.end], "label": m.type.value}
        for m in sorted(mentions, key=lambda m: (m.span.start, -m.span.end, m.type, m.id))
    ]
    return str(SpanRenderer({"colors": _colours()}).render_spans(pieces, spans, None))


def parse(view: View, sentence: Span, name: str) -> str:
    """SVG of the merged parse of a sentence: each word or name, its class or cue classes, its tag; empty without a parse.

    Args:
        view: The text as the rules see it.
        sentence: In the article's text.
        name: Of the drawing; unique on its page.
    """
    units = within(view, sentence)
    if not view.parsed or not units:
        return ""
    place = {unit: i for i, unit in enumerate(units)}
    words = [{"text": _short(view.doc[i].text), "tag": view.doc[i].tag_ or "-", "lemma": _below(view, i)} for i in units]
    renderer = DependencyRenderer(OPTIONS)
    drawn = str(renderer.render_svg(name, words, list(_arcs(view, place))))
    unused = round(DISTANCE * renderer.highest_level / 3)  # the renderer leaves room for arcs that compact ones don't need
    return f'<div style="margin-top: -{unused}px">{drawn}</div>'


def within(view: View, sentence: Span) -> list[int]:
    """The numbers of the words and names of a view that lie in a sentence, white space left out."""
    return [i for i, unit in enumerate(view.units) if sentence.contains(unit.span) and view.doc[i].text.strip()]


def classes_of(view: View, index: int) -> list[str]:
    """The classes of a name, ``Money`` for a sum, or the cue classes of a word."""
    unit = view.units[index]
    if unit.members:
        return list(dict.fromkeys(member.type.value for member in unit.members))
    return ["Money"] if unit.money is not None else sorted(unit.cues)


def _arcs(view: View, place: dict[int, int]) -> Iterator[dict[str, Any]]:
    for i, at in place.items():
        head = view.doc[i].head.i
        if head != i and head in place:
            start, end = sorted((at, place[head]))
            yield {"start": start, "end": end, "label": view.doc[i].dep_, "dir": "left" if at < place[head] else "right"}


def _below(view: View, index: int) -> str:
    found = classes_of(view, index)
    return " ".join(found[:CLASSES]) + (f" +{len(found) - CLASSES}" if len(found) > CLASSES else "") or NOTHING


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}…{text[-(LONGEST // 2 - 1) :]}"


def _colours() -> dict[str, str]:
    return {kind.value: colour for kind, colour in COLOURS.items()}
