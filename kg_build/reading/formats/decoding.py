"""Bytes to text: byte-order marks, strict UTF-8, then GB18030 where what comes out is plausible Chinese."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 65_536
_COMMON = (
    ("\t", "~"),
    ("\u4e00", "\u9fff"),
    ("\u3000", "\u303f"),
    ("\uff00", "\uffef"),
    ("\u2010", "\u2312"),
    ("\u2460", "\u25ff"),
)
"""ASCII, Chinese characters, Chinese and full-width marks, dashes and quotes, arrows, ringed numbers and blocks."""
_OTHERS = ["gb18030", "big5", "utf_16_le", "utf_16_be", "cp1252"]


class UndecodableError(ValueError):
    """Bytes that are no text; the message says why."""


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """Text and encoding of bytes, without the byte-order mark.

    Args:
        data: All bytes of a file.
        declared: An encoding that the file itself names; tried before any guess.

    Raises:
        UndecodableError: The bytes are binary or fit no encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding), encoding
    if declared and (name := _known(declared)):
        try:
            return _checked(data.decode(name)), name
        except UnicodeDecodeError:
            pass
    if b"\x00" in data[:_SAMPLE] and not _is_utf16(data):
        raise UndecodableError("binary data (zero bytes)")
    try:
        return _checked(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text and _plausible(text):
        return _checked(text), "gb18030"
    best = from_bytes(data[:_SAMPLE], cp_isolation=_OTHERS).best()
    if best is None or best.encoding == "cp1252":
        raise UndecodableError("neither UTF-8 nor GB18030 text (binary or damaged)")
    return _strict(data, best.encoding), best.encoding.replace("_", "-")


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name.strip().strip("\"'")).name
    except LookupError:
        return None
    # Pages that say GB2312 or GBK use characters of the larger set.
    return "gb18030" if found in {"gb2312", "gbk", "hz", "cp936"} else found


def _strict(data: bytes, encoding: str) -> str:
    try:
        return _checked(data.decode(encoding))
    except UnicodeDecodeError as error:
        raise UndecodableError(f"not {encoding} text: {error.reason} at byte {error.start}") from error


def _checked(text: str) -> str:
    if "\x00" in text:
        raise UndecodableError("binary data (zero bytes)")
    sample = text[:_SAMPLE]
    odd = sum((char < " " and char not in "\t\n\r\f\v") or char in "\x7f\ufffd" for char in sample)
    if odd > max(4, len(sample) // 50):
        raise UndecodableError("binary data (control characters)")
    return text


def _is_utf16(data: bytes) -> bool:
    """Whether bytes without a mark look like UTF-16: zero bytes only at one side of the pairs."""
    sample = data[:_SAMPLE]
    if len(data) % 2:
        return False
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    return min(even, odd) == 0 and max(even, odd) > 0


def _plausible(text: str) -> bool:
    """Whether decoded GB18030 reads like Chinese: nearly all its characters are of the common sets."""
    sample = [char for char in text[:_SAMPLE] if not char.isspace()]
    if not sample:
        return False
    common = sum(any(low <= char <= high for low, high in _COMMON) or char in "·×÷°±§" for char in sample)
    # The two thousand most used characters lie in GB 2312's first level: lead bytes B0 to D7.
    level_one = sum("\u4e00" <= char <= "\u9fff" and _is_level_one(char) for char in sample)
    han = sum("\u4e00" <= char <= "\u9fff" for char in sample)
    return common >= 0.95 * len(sample) and level_one >= 0.7 * han


def _is_level_one(char: str) -> bool:
    data = char.encode("gb18030")
    return len(data) == 2 and 0xB0 <= data[0] <= 0xD7 and data[1] >= 0xA1
