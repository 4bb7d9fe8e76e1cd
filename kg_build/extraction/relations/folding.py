"""Full-width punctuation and digits as their ASCII twins, character for character, so that positions stay."""

from __future__ import annotations

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""U+FF01..U+FF5E are U+0021..U+007E moved by U+FEE0 (Unicode, Halfwidth and Fullwidth Forms)."""


def fold(text: str) -> str:
    """The text with full-width forms folded; same length."""
    return text.translate(_WIDE)
