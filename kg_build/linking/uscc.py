"""The Unified Social Credit Code (统一社会信用代码): eighteen characters, the last one a check (GB 32100-2015).

The ninth to seventeenth are the organisation code with a check of its own (GB 11714-1997).
"""

from __future__ import annotations

CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and letters but I, O, S, V and Z; the place of each is its value (GB 32100-2015, table A.1)."""
MODULUS = 31
WEIGHTS = tuple(pow(3, place, MODULUS) for place in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_character(code: str) -> str:
    """The eighteenth character for the first seventeen (GB 32100-2015, annex A). Raises `ValueError` for others than these.

    >>> check_character("91350100M000100Y4")
    '3'
    """
    if len(code) != len(WEIGHTS):
        raise ValueError(f"{len(code)} characters, not {len(WEIGHTS)}")
    total = sum(CHARACTERS.index(c) * weight for c, weight in zip(code, WEIGHTS, strict=True))
    return CHARACTERS[-total % MODULUS]


def organisation_check(code: str) -> str:
    """The check of an organisation code's eight characters: a digit or X (GB 11714-1997)."""
    values = [int(c, 36) for c in code]
    rest = 11 - sum(v * w for v, w in zip(values, ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def problem(code: str) -> str | None:
    """What is wrong with a code, in words; None for one that is well formed.

    >>> problem("91350100M000100Y43") is None
    True
    >>> problem("91350100M000100Y44")
    'the check character should be 3'
    """
    if len(code) != len(WEIGHTS) + 1:
        return f"{len(code)} characters, not {len(WEIGHTS) + 1}"
    if wrong := sorted(set(code) - set(CHARACTERS)):
        return f"may not have {', '.join(wrong)}"
    if not code[2:8].isdecimal():
        return "the third to eighth character must be a division's code"
    if (check := check_character(code[:-1])) != code[-1]:
        return f"the check character should be {check}"
    return None
