"""Folding of full-width and typographic variants, one code point for one, so that positions stay."""

from __future__ import annotations

WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width ASCII (％, ，, ０, Ａ) to ASCII."""

VARIANTS = {
    code: ord(to)
    for to, forms in {
        "%": (0xFE6A,),
        "零": (0x3007, 0x25CB),
        "—": (0x2013, 0x2015, 0x2212),
        "～": (0x7E, 0x223C, 0x301C, 0xFF5E),
    }.items()
    for code in forms
}
"""Percent signs, zeros (〇, ○), dashes and tildes that mean one thing."""

TABLE = WIDE | VARIANTS


def fold(text: str) -> str:
    """``text`` with width and dash variants made one; the result has the same length."""
    return text.translate(TABLE)
