"""An account as lines of text."""

from __future__ import annotations

from collections.abc import Iterator

from kg_build.explaining.account import Account, Said
from kg_build.extraction import NearMiss
from kg_build.model import Mention


def lines(account: Account, *, tokens: bool = False) -> Iterator[str]:
    """The lines of an article: each sentence, its names in brackets, ``⇒`` taken, ``✗`` overruled, ``~`` nearly said.

    Args:
        account: What was read.
        tokens: Whether to show tokens, tags and parse, too.
    """
    for sentence in account.sentences:
        yield f"\n{sentence.text}"
        if tokens:
            yield "  " + " ".join(f"{t.text}/{t.tag_}/{t.dep_}→{t.head.text}" for t in sentence.tokens if not t.is_space)
        yield from (f"  {mention_line(m)}" for m in sentence.mentions)
        yield from (f"  ⇒ {said_line(s)}" for s in sentence.said)
        yield from (f"  ✗ {said_line(s)}" for s in sentence.overruled)
        yield from (f"  ~ {near_line(n)}" for n in sentence.near)


def mention_line(mention: Mention) -> str:
    """A name with what is known of it."""
    more = f" = {mention.expansion}" if mention.expansion else ""
    return f"[{mention.name}]{more} {mention.type} {mention.form} {mention.confidence:.2f} ({mention.rule})"


def said_line(said: Said) -> str:
    """A statement or figure with its rule."""
    return f"{said.what}{f' {said.how}' if said.how else ''} ({said.rule})"


def near_line(near: NearMiss) -> str:
    """A rule that nearly fired, what it would have said, and what was missing."""
    about = f" {near.about}" if near.about else ""
    would = f" {near.would_say}" if near.would_say else ""
    return f"({near.rule}){about}{would}: {near.missing}"
