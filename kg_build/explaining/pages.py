"""Accounts as one HTML page that needs nothing else: no script, nothing fetched, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from kg_build.explaining import drawing
from kg_build.explaining.account import Account, SentenceAccount
from kg_build.extraction.relations import view_of
from kg_build.extraction.relations.view import View
from kg_build.model import Mention, Span

FEW = 6
"""So many sentences show their parse at once; of more each is opened by a click, so that a long page stays quick."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A sentence as the template takes it."""

    anchor: str
    told: SentenceAccount
    names: Markup
    parse: Markup
    words: list[dict[str, str]]


def html_page(accounts: Sequence[Account], title: str) -> str:
    """The page of some articles.

    Args:
        accounts: What was read, in order.
        title: Of the page: the file, say.
    """
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined).from_string(
        resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    )
    shown = [_article(account, number) for number, account in enumerate(accounts, start=1)]
    count = sum(len(account.sentences) for account in accounts)
    colours = [(kind.value, colour) for kind, colour in drawing.COLOURS.items()]
    return template.render(title=title, articles=shown, count=count, open=count <= FEW, colours=colours) + "\n"


def _article(account: Account, number: int) -> dict[str, Any]:
    article = account.article
    view = view_of(article, account.doc, account.extraction.mentions)
    return {
        "anchor": f"a{number}",
        "article": article,
        "parts": list(_parts(account)),
        "sentences": [_sentence(view, account, sentence, f"a{number}s{sentence.number}") for sentence in account.sentences],
    }


def _parts(account: Account) -> Iterator[tuple[str, Markup]]:
    """Kind and marked text of the parts that hold a sentence that is shown."""
    text = account.article.text
    for part in account.article.parts:
        if any(part.span.overlaps(sentence.span) for sentence in account.sentences):
            mentions = _moved(account.extraction.mentions, part.span)
            # the renderer escapes the text; the labels are the classes' names
            yield part.kind.value, Markup(drawing.names_in_text(text[part.span.start : part.span.end], mentions))  # noqa: S704


def _sentence(view: View, account: Account, told: SentenceAccount, anchor: str) -> _Shown:
    text = account.article.text[told.span.start : told.span.end]
    span = Span(told.span.start + len(text) - len(text.lstrip()), told.span.end - len(text) + len(text.rstrip()))
    names = drawing.names_within_names(account.article.text[span.start : span.end], _moved(account.extraction.mentions, span))
    words = [
        {
            "text": view.doc[i].text,
            "classes": " ".join(drawing.classes_of(view, i)),
            "tag": view.doc[i].tag_,
            "dep": view.doc[i].dep_,
            "head": view.doc[i].head.text if view.parsed and view.doc[i].head.i != i else "",
        }
        for i in drawing.within(view, told.span)
    ]
    return _Shown(anchor, told, Markup(names), Markup(drawing.parse(view, told.span, f"{anchor}-parse")), words)  # noqa: S704 - as above


def _moved(mentions: Sequence[Mention], within: Span) -> list[Mention]:
    """The names within a range, counted from its start."""
    return [
        replace(m, span=Span(m.span.start - within.start, m.span.end - within.start))
        for m in mentions
        if len(m.span) and within.contains(m.span)
    ]
