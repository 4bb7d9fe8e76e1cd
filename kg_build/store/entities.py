"""What the entities of an XML document stand for, told before its parser sees it.

Oxigraph's parser of RDF/XML puts in what entities stand for, those of a declaration when it is declared. Ten declarations of ten
references each to the one before stand for gigabytes, and so do thousands of references to one long entity. People's
documents, and Protégé's, have entities for the beginnings of IRIs. External ones are the parser's to refuse.
"""

from __future__ import annotations

import mmap
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

MOST: Final = 8 << 20
"""Bytes that the entities of a document may stand for in all, whatever its length; as many as expat lets pass unquestioned."""
TIMES: Final = 4
"""Times the document's length by which they may stand for more."""
_DECLARED: Final = re.compile(rb'<!ENTITY\s*+%?\s*+([^\s"]++)\s++"([^"]*+)"')
"""XML 1.0, section 4.2, as far as the parser reads it."""
_REFERENCE: Final = re.compile(rb"&([^;&<>\s]++);")


def stand_for_too_much(file: BinaryIO) -> bool:
    """Whether the entities of an XML document, a file with a descriptor, stand for more than they may."""
    size = file.seek(0, 2)
    if not size:
        return False
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text.find(b"<!ENTITY") < 0:
            return False
        left = MOST + TIMES * size
        lengths: dict[bytes, int] = {}
        for declared in _DECLARED.finditer(text):
            name, value = declared.groups()
            # Which of two of one name counts is the parser's business; here it is the longer one.
            lengths[name] = max(lengths.get(name, 0), len(value) + _stood_for(value, lengths))
            left -= lengths[name]
            if left < 0:
                return True
        for reference in _REFERENCE.finditer(text):
            left -= lengths.get(reference.group(1), 0)
            if left < 0:
                return True
    return False


def _stood_for(value: bytes, lengths: Mapping[bytes, int]) -> int:
    return sum(lengths.get(name, 0) for name in _REFERENCE.findall(value))
