"""SPARQL 1.1 Update, cut into its operations.

Oxigraph runs a request as a whole. It is cut here, since what an operation touches must be known for the union of all graphs
to follow, since USING of the protocol (section 2.2.3) has to be written into each, and since Oxigraph 0.5.13 takes no
prologue behind a semicolon (``… ; PREFIX a: <b> …``). Whether the text is good SPARQL is the parser's to say: each
operation is parsed, alone and in its place, before the first one is run.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from endpoint.sparql.guard import tokens
from kg_build.sparql.tokens import significant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kg_build.sparql.tokens import Token

NOWHERE: Final = "urn:uuid:7a9f2e6c-52b1-4c0e-9b76-0e5a4f7d1c3b"
"""A graph that no store has; see `check`."""
LONGEST_PATTERN: Final = 100_000
"""Characters that a pattern (WHERE) may have, however long an update may be: as many as a query by default, since Oxigraph's
parser and evaluator recurse along chains (`endpoint.execution.STACK`). The data of INSERT DATA have no such chains."""
LONGEST_READ: Final = 50_000_000
"""Characters of declarations that may be read in all: each operation is read with all that stand before it. That takes the
parser a second; a thousand operations behind twenty prefixes have one million."""
DECLARATIONS: Final = {"BASE", "PREFIX", "VERSION"}
_NO_UPDATE: Final = "this is no update that can be understood"
_STOP: Final = f"DROP GRAPH <{NOWHERE}> ; "
_EXPONENT = re.compile(r"[eE]\d*$")
_LOAD = re.compile("load", re.IGNORECASE)
_PLACE = re.compile(r"error at (\d+):(\d+):")


class Kind(StrEnum):
    """What an operation does (SPARQL 1.1 Update, section 3)."""

    INSERT_DATA = "INSERT DATA"
    DELETE_DATA = "DELETE DATA"
    DELETE_WHERE = "DELETE WHERE"
    MODIFY = "MODIFY"
    LOAD = "LOAD"
    CLEAR = "CLEAR"
    DROP = "DROP"
    CREATE = "CREATE"
    ADD = "ADD"
    MOVE = "MOVE"
    COPY = "COPY"


_MANAGING: Final = {kind.value: kind for kind in (Kind.LOAD, Kind.CLEAR, Kind.DROP, Kind.CREATE, Kind.ADD, Kind.MOVE, Kind.COPY)}


class UnreadableError(ValueError):
    """The text can't be cut. Most often the parser says better what is wrong with it."""


class PatternTooLongError(Exception):
    """A pattern is longer than `LONGEST_PATTERN`."""

    def __init__(self) -> None:
        super().__init__(f"A pattern may have {LONGEST_PATTERN} characters at most.")


class DeclaredTooOftenError(Exception):
    """There are too many operations behind too many declarations (`LONGEST_READ`)."""

    def __init__(self) -> None:
        super().__init__("There are too many operations behind so many declarations (PREFIX, BASE). Send it in several parts.")


class UsingConflictError(ValueError):
    """The request names a dataset and an operation does, too (SPARQL 1.1 Protocol, section 2.2.3)."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of an update."""

    kind: Kind
    source: str
    """The whole update."""
    start: int
    end: int
    prologue: tuple[tuple[int, int], ...]
    """Where in the whole the declarations that it sees stand."""
    parts: dict[str, tuple[Token, ...]] = field(default_factory=dict)
    """INSERT, DELETE, WHERE: the tokens between the braces; WITH, USING: the clauses; TARGET: what follows the keyword."""

    @property
    def text(self) -> str:
        """The operation alone."""
        return self.source[self.start : self.end]

    @property
    def head(self) -> str:
        """The declarations that it sees."""
        return "".join(self.source[low:high] + "\n" for low, high in self.prologue)

    @property
    def runnable(self) -> str:
        """The operation with its declarations."""
        return self.head + self.text

    def part(self, name: str) -> str:
        """The text of a part; empty where there is none."""
        found = self.parts.get(name, ())
        return self.source[found[0].start : found[-1].end] if found else ""

    def with_using(self, using: Sequence[str], named: Sequence[str]) -> Operation:
        """The same over a dataset of the request's; operations that ask no pattern stay what they are."""
        if self.kind not in {Kind.MODIFY, Kind.DELETE_WHERE}:
            return self
        if self.parts.get("WITH") or self.parts.get("USING"):
            raise UsingConflictError
        clauses = "".join([*(f" USING <{iri}>" for iri in using), *(f" USING NAMED <{iri}>" for iri in named)]) + " "
        if self.kind is Kind.DELETE_WHERE:
            text = f"DELETE {{ {self.part('WHERE')} }}{clauses}WHERE {{ {self.part('WHERE')} }}"
        else:
            cut = self.parts["GATE"][0].start
            text = self.source[self.start : cut] + clauses + self.source[cut : self.end]
        return cut_up(self.head + text)[0]


def cut_up(text: str) -> tuple[Operation, ...]:
    """The operations of an update that `guard` has let pass. Raises `UnreadableError` and `DeclaredTooOftenError`."""
    found = tuple(significant(text))
    operations: list[Operation] = []
    prologue: list[tuple[int, int]] = []
    before: list[str] = []
    position = 0
    length, read = 0, 0
    while position < len(found):
        begin = position
        while position < len(found) and found[position].word in DECLARATIONS:
            position = _declaration(found, position)
        declared = [token.text for token in found[begin:position]]
        if declared and declared != before:  # Said again and again it would be read as often for each operation.
            prologue.append((found[begin].start, found[position - 1].end))
            length += prologue[-1][1] - prologue[-1][0]
            before = declared
        if position == len(found):
            break
        read += length
        if read > LONGEST_READ:
            raise DeclaredTooOftenError
        end = _end(found, position)
        if end == position:
            raise UnreadableError
        operations.append(_operation(text, found[position:end], tuple(prologue)))
        position = end + 1
    return tuple(operations)


def respell(text: str) -> tuple[str, bool]:
    """An update that `guard` has let pass, safe to be parsed, and whether it loads anything.

    As in `guard`, the word is respelt where we take it for a part of a string or an IRI: a parser that should cut the text
    in another way meets an escape there.
    """
    if _LOAD.search(text) is None:
        return text, False
    pieces: list[str] = []
    loads = False
    for kind, piece in tokens(text):
        loads = loads or (kind == "word" and piece.upper() == Kind.LOAD)
        respelt = _LOAD.sub(lambda m: f"\\u{ord(m.group()[0]):04X}{m.group()[1:]}", piece)
        pieces.append(respelt if kind in {"string", "iri"} else piece)
    return "".join(pieces), loads


def check_whole(text: str) -> None:
    """Let the parser say what is wrong with an update that can't be cut, running nothing. Raises `SyntaxError`.

    What is longer than a pattern may be is not shown to the parser.
    """
    if len(text) > LONGEST_PATTERN:
        raise SyntaxError(_NO_UPDATE)
    found = tuple(significant(text))
    position = 0
    with contextlib.suppress(UnreadableError):
        while position < len(found) and found[position].word in DECLARATIONS:
            position = _declaration(found, position)
    start = found[position].start if position < len(found) else len(text)
    _parse(Operation(Kind.MODIFY, text, start, len(text), ((0, start),)))
    raise SyntaxError(_NO_UPDATE)


def check(operations: Sequence[Operation]) -> None:
    """Let the parser read each operation, running none.

    Raises `PatternTooLongError`, and `SyntaxError` with the place in the whole text, as `pyoxigraph` does.
    """
    if any(len(operation.part("WHERE")) > LONGEST_PATTERN for operation in operations):
        raise PatternTooLongError
    labels: dict[str, int] = {}
    for number, operation in enumerate(operations):
        _parse(operation)
        if operation.kind is Kind.INSERT_DATA:
            # A blank node belongs to one operation (SPARQL 1.1 Update, section 3.1.1, and note 11 of its grammar).
            for label in _labels(operation.parts["INSERT"]):
                if labels.setdefault(label, number) != number:
                    raise SyntaxError(f"the blank node _{label} stands in two operations")


def _parse(operation: Operation) -> None:
    """In front of the operation stands one that fails when it is run, so the parser's word is all that comes of it."""
    try:
        _show(f"{operation.head}{_STOP}{operation.text}")
    except SyntaxError:
        _parse_in_place(operation)
        raise


def _show(text: str) -> None:
    """Let the parser read a text. Raises `SyntaxError`."""
    with contextlib.suppress(RuntimeError):
        ox.Store().update(text, base_iri="urn:base:/")


def _parse_in_place(operation: Operation) -> None:
    """All of the text is blanked but the operation and what it declares, so places stay what they are.

    For the one operation that is wrong: to do so with each of many takes a time that grows with their square.
    """
    kept = [*operation.prologue, (operation.start, operation.end)]
    pieces: list[str] = []
    position = 0
    for low, high in kept:
        pieces.append(re.sub(r"[^\n]", " ", operation.source[position:low]))
        pieces.append(_STOP if low == operation.start else "")
        pieces.append(operation.source[low:high])
        position = high
    try:
        _show("".join(pieces))
    except SyntaxError as error:
        raise SyntaxError(_moved_back(str(error), operation)) from None


def _moved_back(message: str, operation: Operation) -> str:
    match = _PLACE.match(message)
    if match is None:
        return message
    line, column = int(match[1]), int(match[2])
    before = operation.source[: operation.start]
    own_line, own_column = before.count("\n") + 1, operation.start - (before.rfind("\n") + 1) + 1
    if line == own_line and column >= own_column:
        column = max(own_column, column - len(_STOP))
    return f"error at {line}:{column}:{message[match.end() :]}"


def _declaration(found: Sequence[Token], position: int) -> int:
    """Where a declaration ends: BASE <iri>, PREFIX name: <iri>, VERSION "1.2"."""
    end = position + (3 if found[position].word == "PREFIX" else 2)
    if end > len(found):
        raise UnreadableError
    return end


def _end(found: Sequence[Token], position: int) -> int:
    """Where the semicolon behind an operation stands, or the end of the text."""
    depth = 0
    for number in range(position, len(found)):
        text = found[number].text
        depth += (text == "{") - (text == "}")
        if text == ";" and depth == 0:
            return number
    return len(found)


def _operation(source: str, found: Sequence[Token], prologue: tuple[tuple[int, int], ...]) -> Operation:
    first, second = found[0].word, found[1].word if len(found) > 1 else ""
    start, end = found[0].start, found[-1].end
    if first in _MANAGING:
        return Operation(_MANAGING[first], source, start, end, prologue, {"TARGET": tuple(found[1:])})
    if first in {"INSERT", "DELETE"} and second in {"DATA", "WHERE"} and (first, second) != ("INSERT", "WHERE"):
        parts = {"INSERT" if first == "INSERT" else "WHERE" if second == "WHERE" else "DELETE": _block(found, 2)[0]}
        return Operation(Kind(f"{first} {second}"), source, start, end, prologue, parts)
    return Operation(Kind.MODIFY, source, start, end, prologue, _clauses(found))


def _clauses(found: Sequence[Token]) -> dict[str, tuple[Token, ...]]:
    """The parts of WITH … DELETE {…} INSERT {…} USING … WHERE {…} (rule Modify of the grammar)."""
    parts: dict[str, tuple[Token, ...]] = {"USING": ()}
    position = 0
    while position < len(found):
        word = found[position].word
        if word == "WITH":
            parts["WITH"] = tuple(found[position + 1 : position + 2])
            position += 2
        elif word in {"DELETE", "INSERT"}:
            parts[word], position = _block(found, position + 1)
        elif word == "USING":
            length = 3 if position + 1 < len(found) and found[position + 1].word == "NAMED" else 2
            parts["USING"] += tuple(found[position : position + length])
            position += length
        elif word == "WHERE" or (found[position].text == "{" and "WHERE" not in parts):
            parts["GATE"] = (found[position],)
            parts["WHERE"], position = _block(found, position + (word == "WHERE"))
        else:
            raise UnreadableError
    if "WHERE" not in parts:
        raise UnreadableError
    return parts


def _block(found: Sequence[Token], position: int) -> tuple[tuple[Token, ...], int]:
    """What stands between the braces that open here, and where it goes on behind them."""
    if position >= len(found) or found[position].text != "{":
        raise UnreadableError
    depth = 0
    for number in range(position, len(found)):
        depth += (found[number].text == "{") - (found[number].text == "}")
        if depth == 0:
            return tuple(found[position + 1 : number]), number + 1
    raise UnreadableError


def _labels(found: Sequence[Token]) -> Iterator[str]:
    for before, token in pairwise(found):
        if before.text == "_" and before.end == token.start and token.text.startswith(":"):
            yield token.text


def has_blank_nodes(found: Sequence[Token]) -> bool:
    """Whether a template may make blank nodes: by labels, by brackets, as lists, or as reifiers of triples."""
    return any(token.kind in {"word", "other"} and token.text in {"_", "[", "(", "~", "<", "|"} for token in found)


def as_triples(operation: Operation, name: str) -> str:
    """A template without its graphs: ``a b c . GRAPH ?g { d e f }`` → ``a b c . d e f``."""
    pieces: list[str] = []
    depth = 0
    skip = 0
    found = operation.parts.get(name, ())
    for number, token in enumerate(found):
        if skip:
            skip -= 1
            continue
        if token.word == "GRAPH":
            skip = 2  # The graph's name and the brace.
            depth += 1
            _divide(pieces)
        elif token.text == "}" and depth:
            depth -= 1
            _divide(pieces)
        elif token.text == "." and not _is_in_number(found, number):
            _divide(pieces)
        else:
            glued = number > 0 and found[number - 1].end == token.start
            pieces.append(("" if glued and pieces and pieces[-1] != " . " else " ") + token.text)
    return "".join(pieces)


def _is_in_number(found: Sequence[Token], number: int) -> bool:
    """Whether a dot is a part of 1.5, .5 or 1.e5."""
    dot = found[number]
    after = found[number + 1] if number + 1 < len(found) else None
    if after is None or after.start != dot.end:
        return False
    return after.text.isdecimal() or (
        number > 0 and found[number - 1].text.isdecimal() and _EXPONENT.match(after.text) is not None
    )


def _divide(pieces: list[str]) -> None:
    if pieces and pieces[-1] != " . ":
        pieces.append(" . ")
