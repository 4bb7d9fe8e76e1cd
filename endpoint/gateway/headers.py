"""Headers of an answer as they are sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Headers = tuple[tuple[bytes, bytes], ...]
"""Names in lower case, and values."""


def rendered(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Headers as they are sent. Raises `ValueError` for what would end a line."""
    lines = b"".join([part for name, value in headers for part in (name, b": ", value, b"\r\n")])
    if lines.count(b"\n") != lines.count(b"\r\n") or lines.count(b"\r") != len(headers) or b"\0" in lines:
        raise ValueError("a header has the end of a line in it")
    return lines


def read(lines: bytes) -> Headers:
    """The inverse of `rendered`."""
    pairs = (line.partition(b": ") for line in lines.split(b"\r\n") if line)
    return tuple((name, value) for name, _, value in pairs)
