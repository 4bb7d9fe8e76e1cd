"""Where in a query what stands: the statements with a property that means something else than a property, and SERVICE.

A parser of the structure only (SPARQL 1.1, section 19.8, rules 1 to 83): groups, statements, subqueries, and the groups in
expressions; what else stands in an expression is passed over by its brackets. Texts that it takes may still be wrong: whoever
changes a query has Oxigraph parse the result.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kg_build.sparql.tokens import Token, significant, unescape

DEEPEST: Final = 128
"""Brackets that may be open at once."""
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+)")
_LANGUAGE: Final = re.compile(r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}


class OutlineError(Exception):
    """The structure of a query can't be read; ``position`` is the place in its text."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(what)
        self.position = position

    def place(self, query: str) -> tuple[int, int]:
        """Line and column, from 1, in the text of the query."""
        return query.count("\n", 0, self.position) + 1, self.position - query.rfind("\n", 0, self.position)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a statement. ``kind``: variable, iri, literal, number, list or other.

    ``value`` is the name of the variable, the IRI (None where its prefix isn't declared), or the text of the literal.
    """

    kind: str
    start: int
    end: int
    value: str | None = None
    items: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A property (None: a path or a variable) and its objects."""

    start: int
    end: int
    verb: str | None
    objects: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A subject with its properties; the dot behind it is no part of it."""

    start: int
    end: int
    subject: Term
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Service:
    """``SERVICE SILENT? target { body }``; the body is given with its brackets."""

    start: int
    end: int
    is_silent: bool
    target: Term
    body: tuple[int, int]
    is_inside: bool
    """Whether it stands in the body of another one."""


@dataclass(slots=True)
class Outline:
    """What was found, in the order of the text; the prologue is everything before the query's first keyword."""

    prologue: str = ""
    statements: list[Statement] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)


def outline(query: str, wanted: str = "", prefixes: dict[str, str] | None = None) -> Outline:
    """Read a query (not an update).

    Args:
        query: The text.
        wanted: The property whose statements are told, but for those that another server is to answer.
        prefixes: Prefixes that needn't be declared.

    Raises `OutlineError`, also where the property stands in square brackets or in a path: there it can't be replaced.
    """
    reader = _Reader(query, wanted, dict(prefixes or {}))
    reader.query()
    return reader.found


class _Reader:
    def __init__(self, text: str, wanted: str, prefixes: dict[str, str]) -> None:
        self._text = text
        self._wanted = wanted
        self._prefixes = prefixes
        self._tokens = [*significant(text), Token("end", "", len(text))]
        self._at = 0
        self._depth = 0
        self._services = 0
        self.found = Outline()

    # What comes next.

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        if token.kind == "end":
            raise OutlineError(token.start, "the query ends too early")
        self._at += 1
        return token

    def _is(self, text: str) -> bool:
        return self._next.kind == "other" and self._next.text == text

    def _takes(self, text: str) -> bool:
        if self._is(text):
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> Token:
        if not self._is(text):
            raise OutlineError(self._next.start, f"{text} is expected")
        return self._take()

    def _go_to(self, position: int) -> None:
        while self._next.start < position:
            self._take()

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise OutlineError(self._next.start, f"more than {DEEPEST} brackets inside each other")

    def _balanced(self, opening: str, inner: Callable[[], None] | None = None) -> None:
        """Pass over a bracket and what is in it; ``inner`` reads a group."""
        self._enter()
        self._expect(opening)
        while not self._takes(_CLOSING[opening]):
            if self._is("{") and inner is not None:
                inner()
            elif self._next.kind == "other" and self._next.text in _CLOSING:
                self._balanced(self._next.text, inner)
            else:
                self._take()
        self._depth -= 1

    # Rules 2 to 28: a query.

    def query(self) -> None:
        """Read it all."""
        self._prologue()
        self.found.prologue = self._text[: self._next.start]
        form = self._take()
        if form.word not in {"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"}:
            raise OutlineError(form.start, "a query is expected")
        if form.word == "CONSTRUCT" and self._is("{"):
            self._balanced("{")
        self._head()
        if self._is("{"):
            self._group()
        self._modifiers()

    def _prologue(self) -> None:
        while self._next.word in {"PREFIX", "BASE", "VERSION"}:
            keyword, value = self._take().word, self._take()
            if keyword == "PREFIX":
                self._prefixes[value.text.removesuffix(":")] = unescape(self._take().text[1:-1])

    def _head(self) -> None:
        """What stands between a query's keyword and its group: projection, dataset, WHERE."""
        while self._next.kind != "end" and not self._is("{"):
            if self._is("("):
                self._expression()
            else:
                self._take()

    def _modifiers(self) -> None:
        while self._next.kind != "end" and not self._is("}"):
            if self._is("("):
                self._expression()
            elif self._is("{"):
                self._balanced("{")  # VALUES
            else:
                self._take()

    def _expression(self) -> None:
        self._balanced("(", self._group)

    # Rules 53 to 74: a group.

    def _group(self) -> None:
        self._enter()
        self._expect("{")
        if self._next.word == "SELECT":
            self._take()
            self._head()
            self._group()
            self._modifiers()
        while not self._takes("}"):
            self._element()
        self._depth -= 1

    def _element(self) -> None:
        word = self._next.word
        if self._is("{"):
            self._group()
        elif self._takes("."):
            pass
        elif word in {"OPTIONAL", "MINUS", "UNION", "LATERAL"}:
            self._take()
        elif word == "GRAPH":
            self._take()
            self._term()
        elif word == "SERVICE":
            self._service()
        elif word == "FILTER":
            self._take()
            while not self._is("(") and not self._is("{"):
                self._take()
            if self._is("("):
                self._expression()
            else:
                self._group()
        elif word == "BIND":
            self._take()
            self._expression()
        elif word == "VALUES":
            self._take()
            self._balanced("(") if self._is("(") else self._take()
            self._balanced("{")
        else:
            self._statement()

    def _service(self) -> None:
        start = self._take().start
        is_silent = self._next.word == "SILENT"
        if is_silent:
            self._take()
        target = self._term()
        first = self._next.start
        place = len(self.found.services)
        self._services += 1
        self._group()
        self._services -= 1
        end = self._tokens[self._at - 1].end
        self.found.services.insert(place, Service(start, end, is_silent, target, (first, end), self._services > 0))

    # Rules 75 to 111: statements.

    def _statement(self) -> None:
        start = self._next.start
        subject = self._term()
        pairs = self._pairs()
        if any(pair.verb == self._wanted for pair in pairs) and not self._services:
            self.found.statements.append(Statement(start, self._tokens[self._at - 1].end, subject, pairs))

    def _pairs(self) -> tuple[Pair, ...]:
        pairs: list[Pair] = []
        while self._begins_verb():
            start = self._next.start
            verb = self._verb()
            objects = [self._term()]
            while self._takes(","):
                objects.append(self._term())
            pairs.append(Pair(start, objects[-1].end, verb, tuple(objects)))
            if not self._is(";"):
                break
            while self._takes(";"):
                pass
        return tuple(pairs)

    def _begins_verb(self) -> bool:
        token = self._next
        return token.kind in {"variable", "iri", "name"} or token.text in {"a", "^", "!", "("}

    def _verb(self) -> str | None:
        if self._next.kind == "variable":
            self._take()
            return None
        start = self._at
        while True:
            self._path_element()
            if not any(map(self._takes, "/|")):
                break
        tokens = self._tokens[start : self._at]
        if len(tokens) == 1:
            return self._iri(tokens[0])
        for token in tokens:
            if self._wanted and token.kind in {"iri", "name"} and self._iri(token) == self._wanted and not self._services:
                raise OutlineError(token.start, f"<{self._wanted}> can't be a part of a path")
        return None

    def _path_element(self) -> None:
        while any(map(self._takes, "^!")):
            pass
        if self._is("("):
            self._balanced("(")
        elif self._next.kind in {"iri", "name"} or self._next.text == "a":
            self._take()
        else:
            raise OutlineError(self._next.start, "a property is expected")
        # A sign before a number belongs to the number.
        while self._is("*") or self._is("?") or (self._is("+") and not self._text[self._next.end : self._next.end + 1].isdigit()):
            self._take()

    def _iri(self, token: Token) -> str | None:
        if token.kind == "iri":
            return unescape(token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        return self._prefixes[prefix] + unescape(local) if prefix in self._prefixes else None

    def _term(self) -> Term:
        token = self._next
        if token.kind == "variable":
            return self._simple("variable", token.text[1:])
        if token.kind in {"iri", "name"}:
            return self._simple("iri", self._iri(token))
        if token.kind == "string":
            return self._literal()
        if token.word in {"TRUE", "FALSE"}:
            return self._simple("other", None)
        if token.text == "_":
            self._take()
            return Term("other", token.start, self._take().end)
        if number := _NUMBER.match(self._text, token.start):
            self._go_to(number.end())
            return Term("number", token.start, number.end(), number.group())
        if self._is("("):
            return self._list()
        if self._is("["):
            return self._blank()
        raise OutlineError(token.start, "a term is expected")

    def _simple(self, kind: str, value: str | None) -> Term:
        token = self._take()
        return Term(kind, token.start, token.end, value)

    def _literal(self) -> Term:
        token = self._take()
        quotes = 3 if token.text[:3] in {"'''", '"""'} and len(token.text) >= 6 else 1
        value, end = unescape(token.text[quotes:-quotes]), token.end
        if language := _LANGUAGE.match(self._text, end):
            end = language.end()
            self._go_to(end)
        elif self._takes("^"):
            self._expect("^")
            end = self._take().end
        return Term("literal", token.start, end, value)

    def _list(self) -> Term:
        self._enter()
        start = self._expect("(").start
        items: list[Term] = []
        while not self._is(")"):
            items.append(self._term())
        self._depth -= 1
        return Term("list", start, self._take().end, items=tuple(items))

    def _blank(self) -> Term:
        self._enter()
        start = self._expect("[").start
        for pair in self._pairs():
            if self._wanted and pair.verb == self._wanted and not self._services:
                raise OutlineError(pair.start, f"<{self._wanted}> can't stand in square brackets")
        self._depth -= 1
        return Term("other", start, self._expect("]").end)
