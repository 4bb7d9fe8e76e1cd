"""The tokens of SPARQL (SPARQL 1.1, section 19.8), and what they say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN: Final = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*+)
  | (?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*+(?:'''|'{0,2}\\?) | \"""(?:"{0,2}(?:[^"\\]|\\.))*+(?:\"""|"{0,2}\\?)
             | '(?:[^'\\\n\r]|\\.)*+(?:'|\\?) | "(?:[^"\\\n\r]|\\.)*+(?:"|\\?))
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)
  | (?P<variable>[?$]\w++)
  | (?P<name>(?:[^\W\d_](?:[\w.-]{0,250}+(?<!\.))?)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)
  | (?P<word>[^\W\d]\w*+)
  | (?P<space>\s++)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
"""One token, whatever it is: every text is made of them. A dot that ends a name belongs to the statement, not to the name.

The time is in proportion to the text, whatever it is: a string that isn't closed goes on to the end of its line (a long one, of
the text), and nobody looks for a prefix's colon further than 250 characters on.
"""
_ESCAPE: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\(.)", re.DOTALL)
_LETTERS: Final = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Token:
    """A token that is neither blank nor comment, and where it begins in the text; ``kind`` is a group of `TOKEN`."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """Where the text goes on behind it."""
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """A keyword in capitals; empty for what is no word."""
        return self.text.upper() if self.kind == "word" else ""


def significant(text: str) -> Iterator[Token]:
    """The tokens of a text but for blanks and comments. A dot may stand in a name, but not end it: it is one of its own."""
    for match in TOKEN.finditer(text):
        kind, token, start = match.lastgroup or "other", match.group(), match.start()
        if kind in {"space", "comment"}:
            continue
        if kind == "name" and token.endswith(".") and not token.endswith("\\."):
            name = token.rstrip(".")
            yield Token(kind, name, start)
            for at in range(len(name), len(token)):
                yield Token("other", ".", start + at)
        else:
            yield Token(kind, token, start)


def unescape(text: str) -> str:
    """Text with its escapes replaced (sections 19.2 and 19.8, ECHAR, PN_LOCAL_ESC)."""

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        if code is None:
            return _LETTERS.get(match[3], match[3])
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\ufffd"

    return _ESCAPE.sub(character, text)
