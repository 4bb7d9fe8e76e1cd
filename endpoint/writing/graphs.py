"""What the writing process does with a graph (SPARQL 1.1 Graph Store HTTP Protocol, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from kg_build.exchange import FORMATS
from kg_build.store.nesting import objection, overlong

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO

    from kg_build.store.updating import GraphName, Transaction

Method = Literal["PUT", "POST", "DELETE"]


class OtherGraphError(ValueError):
    """The body speaks of a graph that the request doesn't."""


class UnknownGraphError(Exception):
    """There is no such graph."""


@dataclass(frozen=True, slots=True)
class Document:
    """A body, or a part of one. ``form`` is a name of `kg_build.exchange.FORMATS`."""

    file: BinaryIO
    form: str
    base_iri: str


class UnreadableDocumentError(SyntaxError):
    """A body isn't what its media type says; ``lineno`` and ``offset`` where the parser knows them."""


def change(transaction: Transaction, method: Method, graph: GraphName, documents: Sequence[Document]) -> bool:
    """Replace, extend or remove a graph; returns whether it is new.

    Raises `UnreadableDocumentError` and `OtherGraphError`, before anything has changed, and `UnknownGraphError`.
    """
    is_new = not transaction.has_graph(graph)
    if method == "DELETE":
        if is_new:
            raise UnknownGraphError
        transaction.empty_graph(graph, drop=True)
        return False
    for document in documents:  # A first pass with nothing kept.
        checked(document)
        for _ in quads(document, graph):
            pass
    found = chain.from_iterable(quads(document, graph) for document in documents)
    if method == "PUT":
        transaction.replace(graph, found)
    else:
        transaction.add(found)
    transaction.add_graph(graph)
    return is_new


def checked(document: Document) -> None:
    """Raise `UnreadableDocumentError` where a document isn't to be given to a parser."""
    if (why := objection(document.file, FORMATS[document.form].rdf_format)) is not None:
        raise UnreadableDocumentError(why)


def quads(document: Document, graph: GraphName) -> Iterator[ox.Quad]:
    """A document's triples in the graph. Blank nodes get new labels, so those of two documents stay apart.

    Raises `UnreadableDocumentError` and `OtherGraphError`.
    """
    default = ox.DefaultGraph()
    document.file.seek(0)
    try:
        found = ox.parse(document.file, FORMATS[document.form].rdf_format, base_iri=document.base_iri, rename_blank_nodes=True)
        for quad in found:
            if quad.graph_name not in {default, graph}:
                raise OtherGraphError(str(quad.graph_name))
            yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
    except SyntaxError as error:
        place = (None, error.lineno, error.offset, None, error.end_lineno, error.end_offset)
        raise UnreadableDocumentError(str(error.args[0] if error.args else error), place) from None
    except MemoryError as error:
        raise UnreadableDocumentError(overlong(error)) from None
