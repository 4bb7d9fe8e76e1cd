"""What a query must pass before the parser sees it: no way out of the machine, no nesting that takes the process down.

Oxigraph can't be told to leave SERVICE alone, and its parser knows the keyword wherever it expects one, in any case of
letters and with no space behind it. So the text is cut into comments, strings, IRIs, names and the rest (SPARQL 1.1,
section 19.8, terminals), and:

- the keyword outside of strings, IRIs and names is refused;
- comments become blanks;
- inside strings and IRIs the word is respelt with an escape, which means the same there and nothing anywhere else. Where
  the parser should cut the text in another way than we do, it meets the escape and gives up: it errs on the safe side.

Nesting is counted likewise: brackets, and triples quoted in each other (``<< … >>``, SPARQL 1.2).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kg_build.sparql.tokens import TOKEN
from kg_build.store.nesting import MAX_DEPTH

# Case is ignored by Unicode's rules, so that no odd letter folds into the keyword behind our back.
_SERVICE = re.compile("service", re.IGNORECASE)
_VARYING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_MAY_VARY = re.compile("|".join(_VARYING), re.IGNORECASE)
_PLAIN_LOCAL = re.compile(r"(?:\w[\w-]*)?$")
_OPENING: Final = {"(", "[", "{"}
_CLOSING: Final = {")", "]", "}"}
_QUOTING: Final = "<<"
_BRACKETS = re.compile(r"[][(){}]")
_MARKS = re.compile(r"[][(){}<>]")


class ServiceRefusedError(Exception):
    """The query asks another server, or can't be told from one that does."""


class TooDeepError(Exception):
    """More brackets or quoted triples open at once than `MAX_DEPTH`."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """A query that may be run."""

    text: str
    is_constant: bool
    """Whether the same data always give the same answer (no NOW, RAND, UUID …)."""


def guard(query: str) -> Guarded:
    """Check a query and make it safe to run.

    Lines stay what they were and, but in lines with an escape put in, columns too. Raises `ServiceRefusedError` and
    `TooDeepError`.
    """
    suspicious = _SERVICE.search(query) is not None
    deep = sum(map(query.count, _OPENING)) + query.count(_QUOTING) > MAX_DEPTH
    if not suspicious and not deep and _MAY_VARY.search(query) is None:
        return Guarded(query, is_constant=True)  # Most queries: nothing in them could be what is looked for.
    parts: list[str] = []
    words: set[str] = set()
    depth = _Depth()
    before = ""
    for kind, text in tokens(query):
        written = text
        match kind:
            case "comment":
                written = " " * len(text)
            case "string" | "iri":
                if suspicious:
                    written = _SERVICE.sub(lambda m: f"\\u{ord(m.group()[0]):04X}{m.group()[1:]}", written)
                if deep:
                    marks = _MARKS if kind == "string" else _BRACKETS
                    written = marks.sub(lambda m: f"\\u{ord(m.group()):04X}", written)
            case "word":
                words.add(text.upper())
            case _:
                pass
        depth.follow(kind, text)
        if suspicious and kind not in {"comment", "string", "iri"} and _SERVICE.search(text) and not _is_safe(kind, text, before):
            raise ServiceRefusedError
        parts.append(written)
        before = text[-1]
    text = "".join(parts)
    if suspicious and not _joined_safely(text):
        raise ServiceRefusedError
    return Guarded(text, words.isdisjoint(_VARYING))


class _Depth:
    """Counts what is open along the tokens of a text."""

    def __init__(self) -> None:
        self._open = 0
        self._angle = ""

    def follow(self, kind: str, text: str) -> None:
        """Take the next token. Raises `TooDeepError`.

        A pair ``<<`` opens one and ``>>`` closes it; of ``<<(`` and ``)>>`` the pair is counted beside the bracket.
        """
        if kind != "other":
            self._angle = ""
            return
        if text in "<>":
            is_pair = self._angle == text
            self._open += is_pair * (1 if text == "<" else -1)
            self._angle = "" if is_pair else text
        else:
            self._angle = ""
            self._open += (text in _OPENING) - (text in _CLOSING)
        if self._open > MAX_DEPTH:
            raise TooDeepError


def tokens(query: str) -> Iterator[tuple[str, str]]:
    """Kind and text of every token, blanks and comments too: together they are the text again."""
    for match in TOKEN.finditer(query):
        yield match.lastgroup or "other", match.group()


def _is_safe(kind: str, text: str, before: str) -> bool:
    """Whether a name with the word in it can only be that name: ``?service``, ``ex:serviceArea``."""
    if kind == "variable":
        # Behind a path, ? is an operator and what follows no variable.
        return before in set(" \t\n\r({,.;=!&|<>-")
    if kind == "name":
        prefix, _, local = text.partition(":")
        # _:service is a blank node's label, cut in two here.
        return before != "_" and not _SERVICE.search(prefix) and _PLAIN_LOCAL.match(local) is not None
    return False


def _joined_safely(text: str) -> bool:
    """Whether every word that is left stands in a variable or a name of the text as it will be parsed."""
    safe = [
        match.span()
        for match in TOKEN.finditer(text)
        if match.lastgroup in {"variable", "name"} and _SERVICE.search(match.group())
    ]

    def is_inside(start: int, end: int) -> bool:
        place = bisect_right(safe, (start, len(text))) - 1
        return place >= 0 and end <= safe[place][1]

    return all(is_inside(*match.span()) for match in _SERVICE.finditer(text))
