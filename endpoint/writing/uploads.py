"""Bodies of requests that write: to a file on disk, unpacked, and never more than may be."""

from __future__ import annotations

import tempfile
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from endpoint.errors import Problem
from endpoint.limits import check_parameters
from endpoint.negotiation import GRAPH_OFFERS
from endpoint.services import services
from endpoint.writing.wire import MOST_FILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.datastructures import FileStorage

CHUNK: Final = 1 << 18
MULTIPART: Final = "multipart/form-data"
CODINGS: Final = ("gzip", "x-gzip", "deflate", "identity")
FORMS: Final = {media_type: offer.name for offer in GRAPH_OFFERS for media_type in offer.media_types}
"""Media type → name of the format. What can be asked for can be sent."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A body, or a part of one, on disk; ``form`` is a name of `kg_build.exchange.FORMATS`."""

    file: IO[bytes]
    form: str
    size: int


def limit_body() -> int:
    """Let this request have as long a body as the setting ``max_upload`` says; returns that."""
    limit = services().settings.max_upload
    request.max_content_length = limit
    return limit


def receive(stack: ExitStack) -> list[Upload]:
    """The documents of a request's body: one, or the files of a form. They are deleted when the stack is left."""
    limit = limit_body()
    if request.mimetype == MULTIPART:
        return _parts(stack, limit)
    form = _form(request.mimetype, request.mimetype_params.get("charset"))
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed with the stack
    return [Upload(file, form, _store(_decoded(_chunks(limit)), file, limit))]


def text() -> str:
    """The body as text, for what is read whole: an update sent directly."""
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8", "us-ascii"}:
        raise _unsupported(f"An update is sent in UTF-8, not in {charset[:40]}.")
    return _text(services().settings.max_update_length * 4)


def fields() -> list[tuple[str, str]]:
    """The fields of a form that isn't one of files. To write what it doesn't say is worse than to refuse it: all is UTF-8."""
    # A character takes up to twelve bytes in a form.
    encoded = _text(12 * services().settings.max_update_length + 65_536)
    check_parameters(encoded.encode())
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Problem(400, "Bad Request", "The form holds bytes that are not UTF-8.", kind="request") from None


def _text(limit: int) -> str:
    request.max_content_length = limit
    data = bytearray()
    for piece in _decoded(_chunks(limit)):
        data += piece
        _check(len(data), limit)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"The update is not UTF-8 (byte {error.start})."
        raise Problem(400, "Bad Request", detail, kind="request") from None


def _parts(stack: ExitStack, limit: int) -> list[Upload]:
    """The files of a form, each in its own format (section 5.5 of the Graph Store HTTP Protocol)."""
    if _coding() != "identity":
        raise _unsupported("A form of files is sent unpacked.", **{"Accept-Encoding": "identity"})
    parser = FormDataParser(
        # A part without a file's name counts as one, too: both are met.
        stream_factory=lambda *_, **__: stack.enter_context(tempfile.TemporaryFile()),  # noqa: SIM115 - as below
        max_content_length=limit,
        max_form_memory_size=limit,
        max_form_parts=MOST_FILES,
        silent=False,
    )
    try:
        _, fields, files = parser.parse(request.stream, MULTIPART, request.content_length, dict(request.mimetype_params))
    except RequestEntityTooLarge:  # Or too many parts: which of them, the parser doesn't tell.
        detail = f"The form has more than {limit} bytes, or more than {MOST_FILES} files; these are the most."
        raise Problem(413, "Content Too Large", detail, kind="upload", limit=limit) from None
    except ValueError:
        raise Problem(400, "Bad Request", "The form can't be read.", kind="request") from None
    if fields or not files:
        raise Problem(400, "Bad Request", "A form holds files, each with a name and a media type.", kind="request")
    return [_part(file) for _, file in files.items(multi=True)]


def _part(file: FileStorage) -> Upload:
    form = _form(file.mimetype, file.mimetype_params.get("charset"))
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    return Upload(file.stream, form, size)


def _form(media_type: str, charset: str | None) -> str:
    form = FORMS.get(media_type.lower())
    if form is None:
        raise _unsupported(f"RDF is sent as {', '.join(FORMS)}, not as {media_type[:80] or 'something unnamed'}.")
    if charset is not None and charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise _unsupported(f"RDF is sent in UTF-8, not in {charset[:40]}.")
    return form


def _coding() -> str:
    coding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if coding not in CODINGS:
        raise _unsupported(f"Bodies come as {', '.join(CODINGS)}, not as {coding[:40]}.", **{"Accept-Encoding": "gzip, deflate"})
    return coding


def _chunks(limit: int) -> Iterator[bytes]:
    try:
        while piece := request.stream.read(CHUNK):
            yield piece
    except RequestEntityTooLarge:
        raise _too_large(limit) from None


def _decoded(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Unpack what comes, a little at a time: a small body that would unpack to a very large one is met in time."""
    coding = _coding()
    if coding == "identity":
        yield from pieces
        return
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS + 32)  # gzip or zlib, as the first bytes say.
    try:
        for piece in pieces:
            data = piece
            while data:
                if unpacker.eof:  # gzip may be several files in a row.
                    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS + 32)
                yield unpacker.decompress(data, CHUNK)
                data = unpacker.unconsumed_tail or unpacker.unused_data
        yield unpacker.flush()
    except zlib.error as error:
        raise Problem(400, "Bad Request", f"The body is not {coding}: {error}.", kind="request") from None
    if not unpacker.eof:
        raise Problem(400, "Bad Request", f"The body ends in the middle of its {coding}.", kind="request")


def _store(pieces: Iterator[bytes], file: IO[bytes], limit: int) -> int:
    size = 0
    for piece in pieces:
        size += len(piece)
        _check(size, limit)
        file.write(piece)
    file.flush()
    return size


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise _too_large(limit)


def _too_large(limit: int) -> Problem:
    detail = f"The body has more than {limit} bytes, unpacked; these are the most."
    return Problem(413, "Content Too Large", detail, kind="upload", limit=limit)


def _unsupported(detail: str, **headers: str) -> Problem:
    return Problem(415, "Unsupported Media Type", detail, kind="media-type", headers=headers or {"Accept": ", ".join(FORMS)})
