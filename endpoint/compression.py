"""Answers made smaller on their way (RFC 9110, sections 8.4 and 12.5.3): zstd, br or gzip, as the client likes.

Only the bytes on the wire change, so an answer's entity tag gets the coding as an ending (section 8.8.3.3): `coded` gives the
tag that the answer to the present request has, whether to send it or to compare it with ``If-None-Match``.
"""

from __future__ import annotations

import sys
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

import brotli
from flask import request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask import Flask, Response

SMALL = 1400
"""Bytes that fit into a packet anyhow."""
CODINGS = ("zstd", "br", "gzip")
"""The server's favourite first."""
_PACKED = ("image/", "application/gzip")


class _Packer(Protocol):
    def pack(self, data: bytes) -> bytes: ...

    def flush(self) -> bytes:
        """All that was given so far, so that it can be read at the other end."""
        ...

    def finish(self) -> bytes: ...


class _Zstd:
    def __init__(self) -> None:
        self._compressor = zstd.ZstdCompressor(level=3)

    def pack(self, data: bytes) -> bytes:
        return self._compressor.compress(data)

    def flush(self) -> bytes:
        return self._compressor.flush(zstd.ZstdCompressor.FLUSH_BLOCK)

    def finish(self) -> bytes:
        return self._compressor.flush(zstd.ZstdCompressor.FLUSH_FRAME)


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=4)

    def pack(self, data: bytes) -> bytes:
        return bytes(self._compressor.process(data))

    def flush(self) -> bytes:
        return bytes(self._compressor.flush())

    def finish(self) -> bytes:
        return bytes(self._compressor.finish())


class _Gzip:
    def __init__(self) -> None:
        self._compressor = zlib.compressobj(5, zlib.DEFLATED, zlib.MAX_WBITS | 16)

    def pack(self, data: bytes) -> bytes:
        return self._compressor.compress(data)

    def flush(self) -> bytes:
        return self._compressor.flush(zlib.Z_SYNC_FLUSH)

    def finish(self) -> bytes:
        return self._compressor.flush(zlib.Z_FINISH)


_PACKERS: dict[str, type[_Packer]] = {"zstd": _Zstd, "br": _Brotli, "gzip": _Gzip}


def register(app: Flask) -> None:
    """Let every answer of the app be compressed."""
    app.after_request(_compress)


def coding() -> str | None:
    """The coding that the client of the present request likes best; None for bytes as they are."""
    return coding_of(request.headers.get("Accept-Encoding", ""))


@lru_cache(maxsize=256)
def coding_of(header: str) -> str | None:
    """The coding that a client with this header likes best. Clients send few different ones, so they are remembered."""
    qualities: dict[str, float] = {}
    for given, quality in parse_accept_header(header, Accept):
        name = {"x-gzip": "gzip"}.get(given.lower(), given.lower())
        qualities[name] = min(quality, qualities.get(name, quality))
    others = qualities.get("*", 0.0)
    best = max(CODINGS, key=lambda name: qualities.get(name, others))
    quality = qualities.get(best, others)
    # No coding at all is welcome unless it is ruled out, but preferred only where the client says so.
    return best if quality > 0 and quality >= qualities.get("identity", 0.0) else None


def coded(etag: str) -> str:
    """The tag of an answer in the coding of the present request."""
    return coded_as(etag, coding())


def coded_as(etag: str, chosen: str | None) -> str:
    """The tag of an answer in a coding."""
    return f"{etag}-{chosen}" if chosen else etag


def packed(body: bytes, chosen: str) -> bytes:
    """A whole body in a coding."""
    packer = _PACKERS[chosen]()
    return packer.pack(body) + packer.finish()


class _Stream:
    """A body, packed piece by piece; the first piece leaves at once. An object, so that one never begun can be closed."""

    def __init__(self, body: Iterable[bytes], packer: _Packer) -> None:
        self._body = body
        self._pieces = self._pack(iter(body), packer)

    @staticmethod
    def _pack(body: Iterator[bytes], packer: _Packer) -> Iterator[bytes]:
        yield packer.pack(next(body, b"")) + packer.flush()
        for data in body:
            if packed := packer.pack(data):
                yield packed
        # Not reached when the body breaks off: what was sent can't be taken for the whole then.
        yield packer.finish()

    def __iter__(self) -> _Stream:
        return self

    def __next__(self) -> bytes:
        return next(self._pieces)

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


def _compress(response: Response) -> Response:
    if response.direct_passthrough:  # A file, sent by the server as it lies there, and in parts.
        return response
    if response.status_code in {200, 304}:
        response.vary.add("Accept-Encoding")
    if response.status_code != 200:  # Headers of a request that is refused for its headers are not read.
        return response
    chosen = coding()
    if (
        chosen is None
        or "Content-Encoding" in response.headers
        or (response.mimetype or "").startswith(_PACKED)
        or (not response.is_streamed and len(response.get_data()) < SMALL)
    ):
        return response
    if response.is_streamed:
        response.response = _Stream(response.response, _PACKERS[chosen]())  # type: ignore[arg-type]
        response.headers.pop("Content-Length", None)
    else:
        response.set_data(packed(response.get_data(), chosen))
    response.content_encoding = chosen
    return response
