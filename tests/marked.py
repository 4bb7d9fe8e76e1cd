"""Articles with marked-up mentions, so that tests say in one line what was found where.

``[三门峡经济开发区|Zone]今年…，[该区|Zone:generic]…`` — a title before the first line break.
"""

from __future__ import annotations

import re
from datetime import date

from kg_build.extraction.story import implicit_mentions
from kg_build.model import (
    Article,
    Contributor,
    EntityType,
    Extraction,
    Mention,
    MentionForm,
    OffsetMap,
    Part,
    PartKind,
    Piece,
    Role,
    Span,
    Statement,
    Strength,
)

_MARK = re.compile(r"\[([^\[\]|]+)\|(\w+)(?::(\w+))?(?:=([^\]]+))?\]")


def article(text: str, *, source_file: str = "a.txt", published: date | None = None, publisher: str | None = None) -> Article:
    """An article with the first line as its title and the others as body, its positions those of the source."""
    parts, start = [], 0
    for number, line in enumerate(text.split("\n")):
        kind = PartKind.TITLE if number == 0 else PartKind.BODY
        parts.append(Part(kind, Span(start, start + len(line))))
        start += len(line) + 1
    return Article(
        source_file=source_file,
        number=1,
        title=text.split("\n", maxsplit=1)[0],
        text=text,
        parts=tuple(parts),
        offsets=OffsetMap((Piece(0, 0, len(text)),)),
        published=published,
        publisher=publisher,
    )


def extraction(
    marked: str,
    statements: tuple[tuple[str, str, str], ...] = (),
    *,
    source_file: str = "a.txt",
    published: date | None = None,
    publisher: str | None = None,
    reporters: tuple[str, ...] = (),
) -> Extraction:
    """An extraction from marked-up text. A statement names its ends by the words of their first mention ("" the story's zone)."""
    text, mentions, last = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[last : match.start()]
        words, kind, form, expansion = match.groups()
        span = Span(len(text), len(text) + len(words))
        mention_form = MentionForm(form) if form else MentionForm.NAME
        mentions.append(Mention(len(mentions), span, EntityType(kind), words, mention_form, "test", 0.9, expansion))
        text += words
        last = match.end()
    text += marked[last:]
    made = article(text, source_file=source_file, published=published, publisher=publisher)
    if reporters:
        people = {m.name: m for m in mentions}
        made = Article(
            **{name: getattr(made, name) for name in made.__slots__ if name != "contributors"},
            contributors=tuple(Contributor(r, Role.REPORTER, people[r].span) for r in reporters),
        )
    every = (*mentions, *implicit_mentions(made, tuple(mentions)))
    first: dict[str, int] = {}
    for mention in every:
        first.setdefault(mention.name, mention.id)
    made_statements = []
    for subject, predicate, value in statements:
        strength = Strength.ASSUMED if predicate.endswith("?") else Strength.STATED
        name, _, title = predicate.rstrip("?").partition(":")
        target = first.get(value, value) if name not in ("status", "totalInvestment") else value
        made_statements.append(
            Statement(first[subject], name, target, Span(0, len(text)), f"test.{name}", 0.8, strength, title or None)
        )
    return Extraction(made, every, tuple(made_statements), ())
