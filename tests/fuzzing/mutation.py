"""Queries that nobody would write, made from those that somebody wrote: a seeded mutation fuzzer.

The same seed gives the same queries on every machine.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator

SETTING = "ZONEKG_CONFORMANCE"
LONGEST = 20_000
"""Characters that a query may grow to; longer ones are refused before anything looks at them."""
_TOKEN = re.compile(r"""<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[?$]?\w+(?::\w*)?|\s+|.""", re.DOTALL)
_ODD = (
    "?\u0301x",
    "\u200b",
    "\ufeff",
    "\u202e",
    "\U0001f600",
    "\\u0000",
    "\\uD800",
    "\\U00110000",
    "\ud800",
    "\x00",
    "\x85",
    "\u2028",
)
_PHRASES = ("<< ?s ?p ?o >>", "<<( ?s ?p ?o )>>", "{| ?p ?o |}", "LATERAL { }", "?s ?p ?o .", "(1 AS ?x)", "FILTER EXISTS {")
WORDS = (*(Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split(), *_PHRASES, *_ODD)


def folder() -> Path | None:
    """Where the W3C's suites lie; None where they don't."""
    value = os.environ.get(SETTING, "")
    path = Path(value) / "sparql" / "sparql11"
    return path if value and path.is_dir() else None


def seeds(where: Path) -> list[str]:
    """The queries of the suites, those that are to be refused among them, in the order of their names."""
    return [path.read_text(encoding="utf-8", errors="replace") for path in sorted(where.rglob("*.rq"))]


def mutants(written: list[str], randomness: random.Random) -> Iterator[str]:
    """Queries without end, each one to eight changes away from a written one."""
    while True:
        tokens = _TOKEN.findall(randomness.choice(written))
        for _ in range(randomness.choice((1, 1, 1, 2, 3, 5, 8))):
            tokens = randomness.choice(_CHANGES)(tokens or [" "], written, randomness)
        yield "".join(tokens)[:LONGEST]


def _drop(tokens: list[str], _: list[str], randomness: random.Random) -> list[str]:
    first = randomness.randrange(len(tokens))
    return tokens[:first] + tokens[first + randomness.randint(1, 4) :]


def _repeat(tokens: list[str], _: list[str], randomness: random.Random) -> list[str]:
    first = randomness.randrange(len(tokens))
    last = first + randomness.randint(1, 6)
    return tokens[:last] + tokens[first:last] * randomness.choice((1, 2, 10, 200)) + tokens[last:]


def _swap(tokens: list[str], _: list[str], randomness: random.Random) -> list[str]:
    one, other = randomness.randrange(len(tokens)), randomness.randrange(len(tokens))
    tokens = list(tokens)
    tokens[one], tokens[other] = tokens[other], tokens[one]
    return tokens


def _insert(tokens: list[str], _: list[str], randomness: random.Random) -> list[str]:
    place = randomness.randrange(len(tokens) + 1)
    return [*tokens[:place], " ", randomness.choice(WORDS), " ", *tokens[place:]]


def _replace(tokens: list[str], _: list[str], randomness: random.Random) -> list[str]:
    tokens = list(tokens)
    tokens[randomness.randrange(len(tokens))] = randomness.choice(WORDS)
    return tokens


def _substitute(tokens: list[str], written: list[str], randomness: random.Random) -> list[str]:
    """Put something of the same kind in a token's place: the query stays well-formed, mostly."""
    place = randomness.randrange(len(tokens))
    others = [t for t in _TOKEN.findall(randomness.choice(written)) if _kind(t) == _kind(tokens[place])]
    return [*tokens[:place], randomness.choice(others), *tokens[place + 1 :]] if others else tokens


def _kind(token: str) -> str:
    first = token[:1]
    if first.isspace():
        return " "
    if first.isalnum():
        return "name" if ":" in token else "number" if first.isdigit() else "word"
    return {"$": "?", '"': "'"}.get(first, first)


def _splice(tokens: list[str], written: list[str], randomness: random.Random) -> list[str]:
    other = _TOKEN.findall(randomness.choice(written)) or [" "]
    return tokens[: randomness.randrange(len(tokens))] + other[randomness.randrange(len(other)) :]


def _nest(tokens: list[str], _: list[str], randomness: random.Random) -> list[str]:
    left, right = randomness.choice((("{", "}"), ("(", ")"), ("[", "]"), ("OPTIONAL {", "}"), ("<<(", ")>>"), ("!", "")))
    first = randomness.randrange(len(tokens))
    last = randomness.randrange(first, len(tokens)) + 1
    times = randomness.choice((1, 3, 50, 200))
    return [*tokens[:first], f"{left} " * times, *tokens[first:last], f" {right}" * times, *tokens[last:]]


def _scramble(tokens: list[str], _: list[str], randomness: random.Random) -> list[str]:
    characters = list("".join(tokens))
    for _turn in range(randomness.randint(1, 5)):
        if characters:
            characters[randomness.randrange(len(characters))] = chr(
                randomness.choice((randomness.randrange(128), randomness.randrange(0x110000)))
            )
    return characters


_CHANGES: tuple[Callable[[list[str], list[str], random.Random], list[str]], ...] = (
    _substitute, _substitute, _substitute, _substitute, _substitute, _substitute,
    _drop, _repeat, _swap, _insert, _replace, _splice, _nest, _scramble,
)  # fmt: skip
