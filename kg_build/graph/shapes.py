"""SHACL: what breaks a shape of ``ontology/shapes.ttl`` stays out of the store and is reported (W3C SHACL, section 3.6)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Quad, RdfFormat, serialize

from kg_build.graph.right_claims import without_right_claims
from ontology.terms import load_text

_LITERAL = re.compile(r'"(.*)"(?:@\S+|\^\^\S+)?', re.DOTALL)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
_ENGLISH = re.compile(r'"((?:[^"\\]|\\.)*)"@en')


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One result of the check."""

    shape: str
    """IRI of the shape (of its nearest named ancestor where it has no name)."""
    focus: str
    """IRI of the node that breaks it."""
    path: str | None
    value: str | None
    message: str

    def __str__(self) -> str:
        where = f" {self.path.rsplit('#', 1)[-1].rsplit('/', 1)[-1]}" if self.path else ""
        value = f" = {self.value}" if self.value else ""
        return f"{self.shape.rsplit('#', 1)[-1]}: {self.focus}{where}{value}: {self.message}"


def violations(quads: Iterable[Quad]) -> tuple[Violation, ...]:
    """Check quads (as one graph) against the shapes; sorted.

    The engine is Rudof, some thirty times faster here than pySHACL, which the tests hold it against. Claims that plainly conform
    are spared it (`right_claims`), since there are so many.
    """
    from pyrudof import RDFFormat, ReaderMode, Rudof, RudofConfig, ShaclFormat  # noqa: PLC0415 - loads a large library

    triples = without_right_claims(dict.fromkeys(quad.triple for quad in quads))
    data = serialize(triples, format=RdfFormat.N_TRIPLES)
    if not data:
        return ()  # The engine takes no empty input.
    session = Rudof(RudofConfig())
    session.read_shacl(load_text("shapes.ttl"), ShaclFormat.Turtle)
    session.read_data(data.decode(), RDFFormat.NTriples, reader_mode=ReaderMode.Strict)
    found = {
        Violation(
            shape=str(entry.source_shape),
            focus=_plain(str(entry.focus_node)) or "",
            path=None if entry.path is None else str(entry.path),
            value=_plain(entry.value),
            message=_message(entry.message or ""),
        )
        for entry in session.validate_shacl()
    }
    return tuple(sorted(found, key=lambda v: (v.shape, v.focus, v.path or "", v.value is not None, v.value or "", v.message)))


def _plain(term: object) -> str | None:
    """A term of the report as its bare value: the words of a literal, the IRI without brackets."""
    if term is None:
        return None
    text = str(term)
    if literal := _LITERAL.fullmatch(text):
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), literal[1])
    return text.removeprefix("<").removesuffix(">")


def _message(messages: str) -> str:
    """The English message of those that a report joins."""
    match = _ENGLISH.search(messages)
    return (match[1] if match else messages.strip('"')).replace('\\"', '"')
