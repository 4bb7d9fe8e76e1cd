"""What people search for → an expression of FTS5.

Words beside each other must all be there; ``"…"`` (or “…”) must stand so, one after the other; ``AND``, ``OR``, ``NOT`` in
capitals, ``-word`` for what must not be there, brackets; ``dev*`` for words that begin so. A stretch of Chinese is found
wherever it stands, so it needs no asterisk.

Nothing of the text but letters and digits gets into the expression, so there is none that FTS5 could stumble over.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from kg_build.search.words import searched

LONGEST: Final = 500
"""Characters of a search."""
MOST_WORDS: Final = 32
"""Words and phrases of a search."""
DEEPEST: Final = 16
"""Brackets of a search that are open at once."""
_TOKEN: Final = re.compile(
    r'\s*(?:(?P<bracket>[()])|(?P<minus>-(?=[^\s()]))|"(?P<phrase>[^"]*)"|(?P<word>[^\s()"]+)|(?P<rest>\S))'
)
_QUOTES: Final = str.maketrans("“”„‟", '""""')


class SearchError(ValueError):
    """A search that can't be understood or carried out; the message says why, to whoever wrote it."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def to_fts5(text: str) -> str:
    """The expression that FTS5's ``MATCH`` takes (https://sqlite.org/fts5.html, section 3). Raises `SearchError`."""
    if len(text) > LONGEST:
        raise SearchError(f"a search has {LONGEST} characters at most, this one has {len(text)}")
    reader = _Reader(_tokens(unicodedata.normalize("NFKC", text).translate(_QUOTES)))
    expression = reader.alternatives()
    if reader.next is not None:
        raise SearchError("a search has a closing bracket too many")
    return expression


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "rest"
        if kind == "rest":
            raise SearchError("a search has a quotation mark that isn't closed")
        if kind == "word" and match[kind] in {"AND", "OR", "NOT"}:
            kind = match[kind]
        found.append(_Token("minus" if kind == "NOT" else kind, match[match.lastgroup or "rest"]))
    if sum(token.kind in {"word", "phrase"} for token in found) > MOST_WORDS:
        raise SearchError(f"a search has {MOST_WORDS} words at most")
    return found


class _Reader:
    """alternatives: both ("OR" both)*; both: one ("AND"? one)*; one: "NOT"? (word | phrase | "(" alternatives ")")."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _takes(self, kind: str, text: str | None = None) -> bool:
        token = self.next
        if token is None or token.kind != kind or (text is not None and token.text != text):
            return False
        self._at += 1
        return True

    def alternatives(self) -> str:
        found = [self._both()]
        while self._takes("OR"):
            found.append(self._both())
        return found[0] if len(found) == 1 else f"({' OR '.join(found)})"

    def _both(self) -> str:
        wanted: list[str] = []
        unwanted: list[str] = []
        while True:
            is_unwanted = self._takes("minus")
            (unwanted if is_unwanted else wanted).append(self._one())
            if self._takes("AND"):
                continue
            token = self.next
            if token is None or token.kind == "OR" or (token.kind == "bracket" and token.text == ")"):
                break
        if not wanted:
            raise SearchError("a search says what to find, not only what to leave out")
        expression = wanted[0] if len(wanted) == 1 else f"({' AND '.join(wanted)})"
        return f"({expression} NOT ({' OR '.join(unwanted)}))" if unwanted else expression

    def _one(self) -> str:
        token = self.next
        if token is None:
            raise SearchError("a search ends where a word is expected" if self._tokens else "a search for nothing")
        if self._takes("bracket", "("):
            self._depth += 1
            if self._depth > DEEPEST:
                raise SearchError(f"a search has {DEEPEST} brackets inside each other at most")
            inner = self.alternatives()
            if not self._takes("bracket", ")"):
                raise SearchError("a search has a bracket that isn't closed")
            self._depth -= 1
            return inner
        if token.kind not in {"word", "phrase"}:
            raise SearchError(f"a search has {token.text} where a word is expected")
        self._at += 1
        return _phrase(token)


def _phrase(token: _Token) -> str:
    words, is_beginning = searched(token.text)
    if not words:
        raise SearchError(f"a search for something without letters or digits: {token.text[:20]}")
    is_beginning |= token.kind == "word" and token.text.endswith("*") and words[-1].isascii()
    return f'"{" ".join(words)}"{" *" if is_beginning else ""}'
