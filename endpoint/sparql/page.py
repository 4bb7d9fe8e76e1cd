"""``/sparql`` for people: a form, and results as a table."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
from flask import Response, render_template

from endpoint.services import local_path, services
from ontology.terms import PREFIXES

if TYPE_CHECKING:
    from endpoint.execution import Answer, Kind, ResultFormat

FORMATS: dict[Kind, ResultFormat] = {
    "solutions": ox.QueryResultsFormat.TSV,
    "boolean": ox.QueryResultsFormat.JSON,
    "graph": ox.RdfFormat.N_TRIPLES,
}
"""Formats of which a part can be read, too: one row a line."""
MAX_ROWS = 1000
MAX_BYTES = 4_000_000
EXAMPLE = """PREFIX zone: <https://w3id.org/zonekg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?zone ?name WHERE {
  ?zone a zone:Zone ; skos:prefLabel ?name .
}
ORDER BY ?name
LIMIT 20
"""


def empty() -> Response:
    """The form alone."""
    return Response(render_template("query.html", query=EXAMPLE, answered=False), content_type="text/html; charset=utf-8")


def result(query: str, answer: Answer) -> str:
    """The form with the query and its answer; of long answers the first rows."""
    data, cut = _first_lines(answer)
    columns: list[str] = []
    rows: list[list[dict[str, str | None]]] = []
    boolean: bool | None = None
    if answer.kind == "boolean":
        boolean = bool(json.loads(data)["boolean"])
    elif answer.kind == "solutions":
        solutions = ox.parse_query_results(data, format=ox.QueryResultsFormat.TSV)
        assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101
        columns = [variable.value for variable in solutions.variables]
        rows = [[cell(term) for term in solution] for solution in solutions]
    else:
        columns = ["s", "p", "o"]
        rows = [[cell(q.subject), cell(q.predicate), cell(q.object)] for q in ox.parse(data, ox.RdfFormat.N_TRIPLES)]
    return render_template(
        "query.html", query=query, answered=True, kind=answer.kind, boolean=boolean, columns=columns, rows=rows, cut=cut
    )


def cell(term: object) -> dict[str, str | None]:
    """A term as the page shows it: text, where it links to, and its language or datatype."""
    if term is None:
        return {"text": "", "link": None, "note": None}
    if isinstance(term, ox.NamedNode):
        return {"text": short(term.value), "link": link(term.value), "note": None}
    if isinstance(term, ox.Literal):
        datatype = term.datatype.value.rpartition("#")[2]
        note = term.language or (datatype if datatype not in {"string", "langString"} else None)
        return {"text": term.value, "link": None, "note": note}
    return {"text": str(term), "link": None, "note": None}


def short(iri: str) -> str:
    """An IRI as people like to read it: with a prefix, or without the base."""
    base = services().settings.base_iri
    if iri.startswith(base) and len(iri) > len(base):
        return iri[len(base) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def link(iri: str) -> str | None:
    """Where a link to a thing leads: to its page here, else to its own address; nowhere for odd schemes."""
    return local_path(iri) or (iri if iri.startswith(("http://", "https://")) else None)


def _first_lines(answer: Answer) -> tuple[bytes, bool]:
    """The first rows, in whole lines, and whether there are more. Gives the query up then."""
    chunks = answer.chunks
    data = bytearray()
    lines, cut = 0, False
    for chunk in chunks:
        data += chunk
        lines += chunk.count(b"\n")
        if lines > MAX_ROWS + 1 or len(data) > MAX_BYTES:
            cut = True
            break
    chunks.close()
    if not cut:
        return bytes(data), False
    whole = bytes(data).split(b"\n")[:-1]
    return b"\n".join(whole[: MAX_ROWS + 1]) + b"\n", True
