"""How deep a document is nested, told before its parser sees it.

Oxigraph's parsers of JSON-LD and RDF/XML take a time that grows with the square of the depth, so that a body of a few hundred
kilobytes holds the writing process up until its deadline. People's documents, and ours, stay below ten. Only brackets and
tags are looked at; whether the document is a good one is the parser's to say. What a document leaves open reaches to its end.
"""

from __future__ import annotations

import mmap
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from endpoint.sparql.guard import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

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


def is_too_deep(file: BinaryIO, form: str) -> bool:
    """Whether more than `MAX_DEPTH` brackets of JSON-LD, or elements of RDF/XML, are open at once.

    ``form`` is a name of `kg_build.exchange.FORMATS`; other forms are never too deep. The file is read from its beginning.
    """
    depths = _DEPTHS.get(form)
    if depths is None:
        return False
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


_DEPTHS: Final[dict[str, Callable[[BinaryIO], Iterator[int]]]] = {"jsonld": _json, "rdfxml": _xml}
