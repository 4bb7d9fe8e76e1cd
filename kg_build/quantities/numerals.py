"""Written numbers → `Decimal`: Arabic digits, Chinese numerals, and both mixed (3000余万, 1.2万, 三十五, 1亿2000万)."""

from __future__ import annotations

import re
from decimal import Decimal, localcontext
from functools import lru_cache

import cn2an

SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}

ARABIC = r"(?:(?<![\d,.])\d{1,3}(?:,\d{3}){1,4}(?![\d])|\d{1,15})(?:\.\d{1,6})?"
"""Digits, with commas between thousands and a decimal point or not."""

HAN = r"[零一二两三四五六七八九十百千万亿廿]{1,24}(?:点[零一二三四五六七八九]{1,6})?"
"""Chinese numerals (as `fold` leaves them: 〇 is 零)."""

ABOUT = "[余多来]"
"""What stands inside a number to say that it is rounded down: 3000余万, 二十多."""

NUMBER = rf"(?:{ARABIC}亿{ARABIC}万|{ARABIC}{ABOUT}?[十百千万亿]{{0,3}}|{HAN}(?:{ABOUT}[万亿]{{1,2}})?)"
"""A written number, for use inside larger patterns on folded text."""

_COMPOUND = re.compile(rf"({ARABIC})亿({ARABIC})万")
_ARABIC = re.compile(rf"({ARABIC}){ABOUT}?([十百千万亿]{{0,3}})")
_HAN = re.compile(rf"({HAN})(?:{ABOUT}([万亿]{{1,2}}))?")


def scale_of(marks: str) -> int:
    """The product of scale characters: 千万 → 10000000, 万亿 → 10**12, nothing → 1."""
    product = 1
    for mark in marks:
        product *= SCALES[mark]
    return product


@lru_cache(maxsize=4096)
def parse_number(text: str) -> Decimal | None:
    """The value of a written number, exact; None when the words are no number (两三, 十四五).

    Digits are read as decimals, never through binary floats; Chinese numerals are read by cn2an, which refuses a bare scale
    (百, 千万), reads 万亿 wrongly and knows no 余: these are put into words that it knows first.
    """
    text = text.strip()
    if match := _COMPOUND.fullmatch(text):
        return _digits(match[1]) * SCALES["亿"] + _digits(match[2]) * SCALES["万"]
    if match := _ARABIC.fullmatch(text):
        return trim(_digits(match[1]) * scale_of(match[2]))
    if match := _HAN.fullmatch(text):
        whole = _han(match[1])
        return None if whole is None else trim(whole * scale_of(match[2] or ""))
    return None


def _digits(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _han(text: str) -> Decimal | None:
    scale = 1
    if text.endswith("万亿"):
        text, scale = text[:-2], 10**12
    if text == "" or (text[0] in "百千万亿"):
        text = "一" + text
    if "点" in text:
        whole, _, part = text.partition("点")
        tail = "".join(str("零一二三四五六七八九".index(mark)) for mark in part)
        head = _han(whole)
        return None if head is None else (head + Decimal(f"0.{tail}")) * scale
    if len(text) > 1 and not set(text) & set(SCALES) and "廿" not in text and "零" not in text and len(text) < 4:
        return None  # 两三家, 四五: a guess between two numbers; 一九四九 and 二零二四 are years
    try:
        value = cn2an.cn2an(text, "normal")
    except (ValueError, KeyError):  # it looks 〇 up among the scales: 亿〇
        return None
    return Decimal(str(value)) * scale


def trim(value: Decimal) -> Decimal:
    """Without trailing zeros and without exponent, so that equal numbers print alike."""
    with localcontext() as context:
        context.prec = 40
        value = value.normalize()
        return value.quantize(Decimal(1)) if value == value.to_integral_value() else value
