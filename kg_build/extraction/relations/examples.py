"""Examples of rules: sentences with their mentions marked, run through one rule and compared with what it must say."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg_build.errors import RuleError
from kg_build.extraction.relations.rules import Example
from kg_build.model import (
    Article,
    EntityType,
    Mention,
    MentionForm,
    OffsetMap,
    Part,
    PartKind,
    Piece,
    Span,
    Statement,
)

IMPLICIT = "*"
"""Stands for the implicit zone in the statements of an example."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A marked sentence as the engines get it."""

    article: Article
    mentions: tuple[Mention, ...]
    """The last one is the implicit zone."""

    def implicit(self, position: int) -> int:
        """The implicit zone, wherever."""
        del position
        return len(self.mentions) - 1


def read_marked(marked: str) -> Marked:
    """Read ``[甲公司|Enterprise]落户[[乙|Place]经开区|Zone]。``.

    Types are joined with ``+`` where one range has several, and ``:generic`` after the type marks a generic form.

    Raises:
        RuleError: brackets that don't match or an unknown type.
    """
    text: list[str] = []
    opened: list[int] = []
    found: list[tuple[int, int, str, str]] = []
    position = 0
    while position < len(marked):
        char = marked[position]
        if char == "[":
            opened.append(len(text))
        elif char == "|" and opened:
            end = marked.find("]", position)
            if end < 0:
                raise RuleError(f"a mention is not closed: {marked}")
            types, _, form = marked[position + 1 : end].partition(":")
            start = opened.pop()
            found += [(start, len(text), type_, form or "name") for type_ in types.split("+")]
            position = end
        else:
            text.append(char)
        position += 1
    if opened:
        raise RuleError(f"a mention has no type: {marked}")
    body = "".join(text)
    mentions = [_mention(i, body, *item, marked) for i, item in enumerate(sorted(found, key=lambda f: (f[0], -f[1], f[2])))]
    mentions.append(Mention(len(mentions), Span(0, 0), EntityType.ZONE, "", MentionForm.IMPLICIT, "story", 1.0))
    return Marked(_article(body), tuple(mentions))


def parsed(example: Example, vocab: Vocab) -> Doc:
    """The document of an example that brings its own parse."""
    return Doc(
        vocab,
        words=list(example.words),
        spaces=[False] * len(example.words),
        heads=list(example.heads),
        deps=list(example.deps),
    )


def said(statements: list[Statement], mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    """Statements in the notation of examples, sorted, none twice."""

    def name(end: object) -> str:
        if isinstance(end, int):
            return mentions[end].name or IMPLICIT
        return format(end, "f") if not isinstance(end, str) else end

    lines = set()
    for statement in statements:
        parts = [name(statement.subject), statement.predicate, name(statement.object)]
        if statement.title is not None:
            parts.append(statement.title)
        lines.add(" | ".join(parts))
    return tuple(sorted(lines))


def _mention(index: int, text: str, start: int, end: int, type_: str, form: str, marked: str) -> Mention:
    try:
        return Mention(index, Span(start, end), EntityType(type_), text[start:end], MentionForm(form), "example", 1.0)
    except ValueError as error:
        raise RuleError(f"{error}: {marked}") from error


def _article(text: str) -> Article:
    whole = Span(0, len(text))
    return Article("-", 1, text[:8], text, (Part(PartKind.BODY, whole),), OffsetMap((Piece(0, 0, len(text)),)))
