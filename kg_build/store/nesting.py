"""How deep a document is nested, told before its parser sees it.

Oxigraph's parsers of JSON-LD and RDF/XML take a time that grows with the square of the depth, so that a few hundred
kilobytes take minutes. Triple terms of Turtle and its kin (RDF 1.2) end the process when there are so many in each other that
its stack is full. People's documents, and ours, stay below ten. Only brackets and tags are looked at; whether the document is a
good one is the parser's to say. What a document leaves open reaches to its end.
"""

from __future__ import annotations

import mmap
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from kg_build.store.entities import stand_for_too_much

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

MAX_DEPTH: Final = 128
"""What may be open at once, in documents and in queries."""
CHUNK: Final = 1 << 18
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_BRACKETS: Final = b"[]{}"
_NO_BRACKETS: Final = bytes(code for code in range(256) if code not in _BRACKETS)
_STEPS: Final = [1 if code in b"[{" else -1 for code in range(256)]
_TAG: Final = re.compile(
    rb"""<!--.*?(?:-->|\Z) | <!\[CDATA\[.*?(?:\]\]>|\Z) | <\?.*?(?:\?>|\Z)
    | < (?: "[^"]*+(?:"|\Z) | '[^']*+(?:'|\Z) | [^"'>] )*+ (?:>|\Z)""",
    re.DOTALL | re.VERBOSE,
)
_TERM: Final = re.compile(
    rb"""(?P<open><<\() | (?P<close>\)>>) | <<
    | \#[^\n\r]*+ | <[^<>"{}|^`\x00-\x20]*+>? | \\.
    | \"\"\"(?:"{0,2}(?:[^"\\]|\\.))*+(?:\"\"\"|"{0,2}\\?) | '''(?:'{0,2}(?:[^'\\]|\\.))*+(?:'''|'{0,2}\\?)
    | "(?:[^"\\\n\r]|\\.)*+(?:"|\\?) | '(?:[^'\\\n\r]|\\.)*+(?:'|\\?)""",
    re.DOTALL | re.VERBOSE,
)
"""Triple terms, and what may look like them inside (RDF 1.2 Turtle, section 6.5)."""


def objection(file: BinaryIO, form: ox.RdfFormat) -> str | None:
    """Why a document isn't to be given to a parser, in a few words; None: it may be.

    The file, one with a descriptor, is read from its beginning.
    """
    if form == ox.RdfFormat.RDF_XML and stand_for_too_much(file):
        return "its entities stand for far more than it holds"
    return f"nested more than {MAX_DEPTH} deep" if is_too_deep(file, form) else None


def overlong(error: MemoryError) -> str:
    """What is wrong where a parser gives up with this, in a few words; raises it again where the memory was short indeed.

    Oxigraph's parsers hold no more than 16 MiB of a document at a time: no term may be longer.
    """
    if "buffer maximal size" not in str(error):
        raise error
    return "a term in it is longer than can be read (16 MiB)"


def is_too_deep(file: BinaryIO, form: ox.RdfFormat) -> bool:
    """Whether more than `MAX_DEPTH` brackets of JSON-LD, elements of RDF/XML or triple terms of others are open at once.

    The file, one with a descriptor, is read from its beginning.
    """
    depths = _DEPTHS.get(form, _terms)
    file.seek(0)
    return any(depth > MAX_DEPTH for depth in depths(file))


def _json(file: BinaryIO) -> Iterator[int]:
    """The greatest depth of each piece of a file."""
    depth, is_inside, held = 0, False, b""
    while piece := file.read(CHUNK):
        text = held + piece
        held = b"\\" if (len(text) - len(text.rstrip(b"\\"))) % 2 else b""
        text = _STRING.sub(b"", (b'"' if is_inside else b"") + text.removesuffix(held))
        text, quote, _ = text.partition(b'"')
        is_inside = bool(quote)
        depths = list(accumulate((_STEPS[code] for code in text.translate(None, _NO_BRACKETS)), initial=depth))
        depth = depths[-1]
        yield max(depths)


def _xml(file: BinaryIO) -> Iterator[int]:
    """The depth at each tag of a file."""
    if not file.seek(0, 2):
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        depth = 0
        for match in _TAG.finditer(text):
            tag = match.group()
            if tag.startswith((b"<!", b"<?")):
                continue
            if tag.startswith(b"</"):
                depth -= 1
                continue
            yield depth + 1
            depth += not tag.endswith(b"/>")


def _terms(file: BinaryIO) -> Iterator[int]:
    """The depth at each triple term of a file, if it has many; most have none."""
    if not file.seek(0, 2):
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        depth = 0
        for found, _ in zip(re.finditer(rb"<<\(", text), range(MAX_DEPTH + 1), strict=False):
            depth += bool(found)
        if depth <= MAX_DEPTH:
            return
        depth = 0
        for match in _TERM.finditer(text):
            depth += (match.lastgroup == "open") - (match.lastgroup == "close")
            yield depth


_DEPTHS: Final[dict[ox.RdfFormat, Callable[[BinaryIO], Iterator[int]]]] = {
    ox.RdfFormat.JSON_LD: _json,
    ox.RdfFormat.RDF_XML: _xml,
}
