"""What RDF/XML asks for beyond RDF: properties with a name of XML, and no characters that XML can't hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_build.errors import ZonekgError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# NameStartChar and NameChar of XML 1.0 (fifth edition), section 2.3, without the colon.
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL_NAME = re.compile(f"[{_START}][{_START}.0-9\u00b7\u0300-\u036f\u203f-\u2040-]*$")
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sayable_in_xml(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """The triples as they are; `ZonekgError` at the first that RDF/XML can't say."""
    checked: set[str] = set()
    for triple in triples:
        predicate, value = triple.predicate.value, triple.object
        if predicate not in checked:
            if not _LOCAL_NAME.search(predicate):
                raise ZonekgError(f"RDF/XML can't write the property <{predicate}>: its end is no XML name; use Turtle")
            checked.add(predicate)
        if isinstance(value, ox.Literal) and _FORBIDDEN.search(value.value):
            raise ZonekgError(
                f"RDF/XML can't write a value of {triple.subject} {triple.predicate}: it has a control character; use Turtle"
            )
        if isinstance(value, ox.Triple):
            raise ZonekgError(f"RDF/XML can't write the triple term at {triple.subject}; use Turtle")
        yield triple
