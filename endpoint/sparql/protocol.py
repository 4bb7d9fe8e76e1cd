"""``/sparql``: queries by GET and by POST, as a form or directly (SPARQL 1.1 Protocol, section 2.1)."""

from __future__ import annotations

import re
import time
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import parse_qsl

import pyoxigraph as ox
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.wsgi import ClosingIterator

from endpoint import clients
from endpoint.compression import coded
from endpoint.errors import Problem
from endpoint.execution import (
    BusyError,
    ClientGoneError,
    MemoryLimitError,
    QueryOptions,
    QueryTimeoutError,
    TooManyError,
    UnservedKindError,
    WorkerLostError,
)
from endpoint.limits import check_parameters
from endpoint.negotiation import GRAPH_OFFERS, RESULT_OFFERS, not_acceptable
from endpoint.operation.records import note, query_form
from endpoint.services import services, tag
from endpoint.sparql import description, page
from endpoint.sparql.asking import KIND_OFFERS, Requested, agree, bad, formats_of, one, read_only, requested
from endpoint.sparql.federation import ServiceFailedError
from endpoint.sparql.guard import Guarded, ServiceRefusedError, TooDeepError
from endpoint.sparql.xml import FORMS as XML_FORMS
from endpoint.sparql.xml import UnsayableError, XmlChunks
from kg_build.exchange import FORMATS
from kg_build.store.nesting import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from endpoint.execution import Answer, Chunks, Kind, ResultFormat
    from endpoint.negotiation import Choice
    from kg_build.store import Reader

T = TypeVar("T")
blueprint = Blueprint("sparql", __name__)

FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
RETRY = {"Retry-After": "5"}
REUSABLE = "zonekg.reusable"
"""Under this name the environment gets the snapshot that an answer was made from, if the same request to it will always be
answered so."""
BEGUN = "zonekg.begun"
"""Under this name it may have the query already begun (`endpoint.workers.loop`), for this to read on."""
MOST_COLLECTED = 16_000_000
"""Bytes of an answer to a client that speaks HTTP/1.0 only."""
_PLACE = re.compile(r"error at (\d+):(\d+): *(.*)", re.DOTALL)


class Begun(Protocol):
    """A query that has been begun before the app was entered."""

    reader: Reader

    def answer(self) -> Answer:
        """See `Executor.run`."""
        ...


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query; without one, describe the service."""
    asked = _read()
    agreed = agree(request.headers.get("Accept", ""))
    wants_html = agreed.is_html
    if asked.query is None:
        return page.empty() if wants_html else description.describe()
    query = asked.query
    note(form="other", query=query)
    asked_at = time.monotonic()
    guarded = _check(query, asked.timeout)
    note(form=query_form(guarded.text))
    begun: Begun | None = request.environ.get(BEGUN)
    reader = services().source.current() if begun is None else begun.reader
    response = Response()
    response.vary.add("Accept")
    if guarded.is_constant:
        # Which of the formats it will be is known only when the query has run.
        response.set_etag(coded(tag(reader, asked.query, asked.default_graphs, asked.named_graphs, agreed)))
        response.headers["Cache-Control"] = "no-cache"
        request.environ[REUSABLE] = reader.snapshot
        if request.method != "POST" and request.if_none_match.contains_weak(response.get_etag()[0] or ""):
            response.status_code = 304
            return response
    else:
        response.headers["Cache-Control"] = "no-store"
    options = QueryOptions(
        # What other servers took is taken off; a query whose time is up is given up in its worker like any other.
        timeout=max(0.001, asked.timeout - (time.monotonic() - asked_at)),
        union_default_graph=services().settings.union_default_graph,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        base_iri=services().settings.base_iri,
        client=clients.name(request.remote_addr),
        is_gone=clients.departure(request.environ),
    )
    choices = {} if wants_html else agreed.choices()
    formats = page.FORMATS if wants_html else formats_of(choices)
    run = partial(services().executor.run, reader, guarded.text, options, formats) if begun is None else begun.answer
    answer = _run(run, guarded.text)
    note(waited=answer.waited)
    if wants_html:
        content = _run(lambda: page.result(query, answer))
        response.content_type = "text/html; charset=utf-8"
        response.set_data(content)
        return response
    response.content_type = choices[answer.kind].content_type
    _send(response, answer, choices[answer.kind].name)
    return response


def _read() -> Requested:
    """The query and its dataset from the request (section 2.1, table of the three forms)."""
    if request.method == "POST":
        media_type = request.mimetype
        if media_type == FORM:
            check_parameters(_data())
            values: MultiDict[str, str] = MultiDict([*request.args.items(multi=True), *_form()])
            query = one(values, "query")
            if query is None and "update" not in values:
                raise bad("The form has no field called query.")
        elif media_type == DIRECT:
            values, query = request.args, _body()
        elif media_type == UPDATE:
            raise read_only()
        else:
            detail = f"A query is posted as {FORM} or as {DIRECT}, not as {media_type or 'something unnamed'}."
            raise Problem(415, "Unsupported Media Type", detail, kind="media-type", headers={"Accept": f"{FORM}, {DIRECT}"})
    else:
        values = request.args
        query = one(values, "query")
    return requested(values, query, services().settings)


def _form() -> list[tuple[str, str]]:
    """The fields of a form, as `request.form` has them, without its machinery for files."""
    try:
        return parse_qsl(_data().decode(), keep_blank_values=True, errors="werkzeug.url_quote")
    except UnicodeDecodeError as error:
        raise bad(f"The form is not UTF-8 (byte {error.start}).") from None


def _data() -> bytes:
    """The body. A query is UTF-8 (section 2.1.3), whatever else its header says; packed, it might be of any length."""
    if (request.content_encoding or "identity").lower() != "identity":
        detail = f"A query is sent as it is, not packed as {request.content_encoding[:40]}."
        raise Problem(415, "Unsupported Media Type", detail, kind="content-coding", headers={"Accept-Encoding": "identity"})
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        detail = f"A query is sent in UTF-8, not in {charset[:40]}."
        raise Problem(415, "Unsupported Media Type", detail, kind="media-type", headers={"Accept": f"{FORM}, {DIRECT}"})
    return request.get_data()


def _body() -> str:
    try:
        return _data().decode("utf-8")
    except UnicodeDecodeError as error:
        raise bad(f"The query is not UTF-8 (byte {error.start}).") from None


def _check(query: str, seconds: float) -> Guarded:
    federation = services().federation
    try:
        query.encode()
        return federation.guard(query, seconds)
    except UnicodeEncodeError:
        raise bad("The query has half a surrogate pair in it, which is no character.") from None
    except ServiceRefusedError:
        if federation.is_on:
            detail = "It can't be told where SERVICE stands in the query."
            raise Problem(403, "SERVICE is refused", detail, kind="service") from None
        raise refused("service", "query") from None
    except SyntaxError as error:
        raise malformed(str(error), query) from None
    except ServiceFailedError as error:
        raise Problem(502, "SERVICE failed", str(error), kind="service-failed") from None
    except TooDeepError:
        raise refused("nesting", "query") from None


def refused(kind: str, what: str) -> Problem:
    """The answer to a query or an update that the guard doesn't let pass."""
    if kind == "nesting":
        detail = f"The {what} opens more than {MAX_DEPTH} brackets inside each other."
        return Problem(400, f"{what.capitalize()} nested too deeply", detail, kind=kind, limit=MAX_DEPTH)
    asker = "An update" if what == "update" else "This server"
    detail = f"{asker} asks no other server: SERVICE is switched off, and names that begin like it can't be told from it."
    return Problem(403, "SERVICE is switched off", detail, kind=kind)


def send_graph(response: Response, reader: Reader, query: str, choice: Choice) -> None:
    """Put the graph that a query of ours constructs into a response, without a union of graphs."""
    options = QueryOptions(
        timeout=services().settings.query_timeout,
        union_default_graph=False,
        client=clients.name(request.remote_addr),
        is_gone=clients.departure(request.environ),
    )
    formats: dict[Kind, ResultFormat] = {"graph": FORMATS[choice.name].rdf_format}
    note(form="graph", query=query)
    _send(response, _run(lambda: services().executor.run(reader, query, options, formats)), choice.name)


def select(reader: Reader, query: str) -> list[ox.QuerySolution]:
    """The rows of a SELECT query of ours over the union of all graphs, run as users' queries are."""
    options = QueryOptions(
        timeout=services().settings.query_timeout,
        client=clients.name(request.remote_addr),
        is_gone=clients.departure(request.environ),
    )
    formats: dict[Kind, ResultFormat] = {"solutions": ox.QueryResultsFormat.JSON}
    answer = _run(lambda: services().executor.run(reader, query, options, formats))
    solutions = ox.parse_query_results(_run(lambda: b"".join(answer.chunks)), ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101
    return list(solutions)


def _run(run: Callable[[], T], query: str = "") -> T:
    """Run a query or fetch more of its answer; what goes wrong becomes a problem."""
    try:
        return run()
    except SyntaxError as error:
        raise malformed(str(error), query) from None
    except UnservedKindError as error:
        raise not_acceptable(KIND_OFFERS[error.kind]) from None
    except UnsayableError as error:
        detail = "XML can't hold this: it has control characters or, as a graph, a property whose IRI ends in no name."
        offers = GRAPH_OFFERS if error.form == "rdfxml" else RESULT_OFFERS
        available = [offer.media_type for offer in offers if offer.name != error.form]
        raise Problem(406, "Not Acceptable", detail, kind="unsayable", headers={"Vary": "Accept"}, available=available) from None
    except QueryTimeoutError:
        detail = "The query was given up at its deadline."
        raise Problem(503, "Query timed out", detail, kind="timeout", headers=RETRY) from None
    except BusyError:
        detail = "As many queries are running as may run at once."
        raise Problem(503, "Busy", detail, kind="busy", headers=RETRY) from None
    except TooManyError:
        detail = "As many long queries from your address are running as may run at once."
        raise Problem(429, "Too Many Requests", detail, kind="too-many", headers=RETRY) from None
    except MemoryLimitError:
        detail = "The query needed more memory than a query may have, and was given up."
        raise Problem(503, "Query too large", detail, kind="memory", headers=RETRY) from None
    except WorkerLostError:
        detail = "What ran the query ended before the query was through."
        raise Problem(503, "Query lost", detail, kind="lost", headers=RETRY) from None
    except ClientGoneError:
        raise Problem(503, "Client left", "The client left before its answer.", kind="left") from None  # Nobody reads it.
    except (ValueError, RuntimeError) as error:
        raise Problem(400, "Query can't be evaluated", shorten(str(error)), kind="evaluation") from None


def malformed(message: str, query: str, what_it_is: str = "query") -> Problem:
    """A parser's message as a problem: where, and what stands there where the list of what might is too long to help."""
    title = f"Malformed {what_it_is}"
    match = _PLACE.match(message)
    if match is None:
        return Problem(400, title, shorten(message), kind="query-syntax")
    line, column, what = int(match[1]), int(match[2]), match[3]
    what = " ".join(what.split())
    if len(what) > 120:
        rest = "\n".join(query.split("\n")[line - 1 :])[column - 1 :].strip()
        what = f"can't be understood from here on: {shorten(rest, 60)}" if rest else f"the {what_it_is} ends too early"
    detail = f"Line {line}, column {column}: {what}"
    return Problem(400, title, detail, kind="query-syntax", line=line, column=column)


def shorten(text: str, length: int = 300) -> str:
    """A message on one line, and not too long."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[:length] + " …"


def _send(response: Response, answer: Answer, form: str) -> None:
    """Put the answer's bytes into the response: at once where they are one chunk, else as they come.

    HTTP/1.0 knows no chunks: there an answer that breaks off would look whole, so it is collected first.
    """
    chunks = XmlChunks(answer.chunks, form) if form in XML_FORMS else answer.chunks
    if request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0":
        response.set_data(_run(lambda: _collect(chunks)))
        return
    begun = [_run(lambda: next(chunks, b""))]
    is_long = answer.is_long and form not in XML_FORMS  # XML is looked through before it is sent.
    if not is_long:
        begun.append(_run(lambda: next(chunks, b"")))
    if begun[-1] or is_long:
        # When the client leaves, the query ends, too, even if nothing of it was asked for (HEAD).
        response.response = ClosingIterator(chain(begun, chunks), chunks.close)
    else:
        chunks.close()
        response.set_data(begun[0])


def _collect(chunks: Chunks) -> bytes:
    data = bytearray()
    for chunk in chunks:
        data += chunk
        if len(data) > MOST_COLLECTED:
            chunks.close()
            detail = f"Answers of more than {MOST_COLLECTED} bytes are sent in chunks, which HTTP/1.0 doesn't know."
            raise Problem(505, "HTTP Version Not Supported", detail, kind="http-version")
    return bytes(data)
