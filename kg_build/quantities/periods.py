"""Dates and periods in running text, resolved against the article's date."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import jsonschema

from kg_build.errors import RuleError
from kg_build.model import Span
from kg_build.quantities.fold import fold
from kg_build.quantities.numerals import parse_number
from kg_build.yamlfiles import load_yaml

WORDS = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["words", "said", "now", "past_year", "vague", "compared_before", "compared_behind", "anniversaries", "plans"],
    "additionalProperties": False,
    "properties": {
        "words": {"type": "object", "additionalProperties": {"type": "string"}},
        "said": {"type": "object", "additionalProperties": {"type": "integer"}},
        "now": WORDS,
        "past_year": WORDS,
        "vague": WORDS,
        "compared_before": WORDS,
        "compared_behind": WORDS,
        "anniversaries": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pattern", "year"],
                "properties": {"pattern": {"type": "string"}, "year": {"type": "integer"}},
            },
        },
        "plans": {"type": "object", "required": ["third_began"]},
    },
}


UNTIL_TAILS = {"前", "之前", "以前"}
SINCE_TAILS = {"以来", "起", "至今"}


class PeriodKind(StrEnum):
    """How a time is told."""

    SPAN = "span"
    """A year, month, quarter …: both ends."""
    UNTIL = "until"
    """截至8月底, 年底前: only an end."""
    SINCE = "since"
    """今年以来: only a start."""
    NOW = "now"
    """目前: an end, the article's own time."""
    VAGUE = "vague"
    """近年来: words only."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time that the text names; what can't be resolved has text only."""

    span: Span
    text: str
    kind: PeriodKind
    start: date | None = None
    end: date | None = None
    explicit_year: bool = False
    """Whether the words name the year (2024年, 去年), so that later months in the sentence mean it too."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What is known of an article's own time."""

    published: date | None = None
    year: int | None = None
    """The printed year, or the one that the text itself gives away."""
    latest: date | None = None
    """Last day of the latest month that the article tells as past (used where no date is printed)."""

    @property
    def now(self) -> date | None:
        """The day that 目前 stands for: printed date, else the latest month told as past, else the year's end."""
        if self.published or self.latest:
            return self.published or self.latest
        return date(self.year, 12, 31) if self.year else None


@cache
def rules() -> Mapping[str, Any]:
    """The rule file, checked.

    Raises:
        RuleError: it breaks its schema.
    """
    data: dict[str, Any] = load_yaml(resources.files(__package__).joinpath("periods.yaml").read_text(encoding="utf-8"))
    try:
        jsonschema.validate(data, SCHEMA)
    except jsonschema.ValidationError as error:
        raise RuleError(f"periods: {error.message}") from error
    return data


def _words(name: str) -> str:
    return "|".join(sorted(rules()[name], key=lambda word: (-len(word), word)))


_NUM = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})"
_DASH = r"[-—～至到]{1,2}"


@cache
def _pattern() -> re.Pattern[str]:
    words = rules()["words"]
    year, said = words["year"], words["said"]
    inner = (
        rf"(?P<m1>{_NUM})(?:月份?)?{_DASH}(?P<m2>{_NUM})月份?"
        rf"|[前头](?P<quarters>[一二三四])个?季度|第?(?P<quarter>[一二三四])季度|(?P<half>[上下])半年|[前头](?P<months>{_NUM})个?月(?!日)"
        rf"|(?P<month>{_NUM})月(?P<day>{_NUM})[日号]|(?P<month2>{_NUM})月(?P<ten>[上中下]旬|底|末|初|份)?"
    )
    years = rf"(?P<y1>(?:19|20)\d\d)年?{_DASH}(?P<y2>(?:19|20)\d\d)年"
    plan = r"[“\"](?P<plan>十?[一二三四五六七八九十])五[”\"](?P<plan_part>期间|时期|以来|末)"
    return re.compile(
        rf"(?P<until>截至|截止到?|截止至|(?<![\d月年日])到)?(?:(?P<since>自从?|从))?"
        rf"(?:{years}|{plan}|(?P<now>{_words('now')})|(?P<past>{_words('past_year')})|(?P<vague>{_words('vague')}|近[两三四五几\d]{{1,2}}年(?:来|间)?)"
        rf"|(?P<whole>(?<![一二三四五六七八九十两\d])全年|(?<![年底初中])年内|本年度)"
        rf"|(?:{year.replace('度?', '').replace('?P<year>', '?P<year3>').replace('年', '')}(?P<part2>年[底末初]))"
        rf"|(?:{said.replace('?P<said>', '?P<said3>')}(?P<part3>[底末初](?![一-鿿]*级)))"
        rf"|(?:(?:{year}|{said})的?)?(?P<part>年初|年中|年底|年末|岁末)"
        rf"|(?:{year.replace('?P<year>', '?P<year2>')}|{said.replace('?P<said>', '?P<said2>')})的?,?(?:{inner})?(?P<all>全年)?"
        rf"|(?<![\d.第近年年])(?:{_rename(inner)}))"
        rf"(?P<tail>,?(?:以来|起|至今|之?前|以前)?)"
    )


def _rename(pattern: str) -> str:
    return re.sub(r"\?P<(\w+)>", r"?P<\1_b>", pattern)


def find_periods(text: str, anchor: Anchor | None = None) -> tuple[Period, ...]:
    """All times that ``text`` names, in order.

    ``text`` should be a sentence or more: a month without a year (截至8月底) takes the last year named before it in the same
    sentence, else the article's own. A time that a figure is compared with (比去年同期) is left out.
    """
    anchor = anchor or Anchor()
    folded = fold(text)
    found: list[Period] = []
    year: int | None = None
    last = 0
    for match in _pattern().finditer(folded):
        if any(mark in folded[last : match.start()] for mark in "。;!?\n"):
            year = None
        last = match.start()
        period, named = _resolve(folded, match, anchor, year)
        if period is None:
            continue
        if period.kind is PeriodKind.SPAN and named is not None:
            year = named
        if _is_compared(folded, period):
            continue
        found.append(replace(period, text=text[period.span.start : period.span.end]))
    return tuple(found)


def _is_compared(text: str, period: Period) -> bool:
    table = rules()
    before, behind = text[max(0, period.span.start - 3) : period.span.start], text[period.span.end : period.span.end + 3]
    return before.endswith(tuple(table["compared_before"])) or behind.startswith(tuple(table["compared_behind"]))


def _group(match: re.Match[str], *names: str) -> str | None:
    return next((match[name] for name in names if match[name]), None)


def _resolve(text: str, match: re.Match[str], anchor: Anchor, context: int | None) -> tuple[Period | None, int | None]:
    """The period, and the year that its words name for what follows; (None, None) where the words are no time after all."""
    tail = match["tail"].strip(",")
    span = Span(match.start(), match.end() - (0 if tail else len(match["tail"])))
    told = text[span.start : span.end]
    if match["vague"]:
        return Period(span, told, PeriodKind.VAGUE), None
    if match["now"]:
        return Period(span, told, PeriodKind.NOW, None, anchor.now), None
    year, explicit = _year(match, anchor, context)
    ends, explicit = _long(match) if match["plan"] or match["y1"] else (_ends(match, year), explicit)
    if ends is None:
        return None, None
    first, last = ends
    if first is None or last is None:
        return Period(span, told, PeriodKind.VAGUE, explicit_year=explicit), None
    kind = PeriodKind.SPAN
    if match["until"] or tail in UNTIL_TAILS:
        kind = PeriodKind.UNTIL
    elif tail in SINCE_TAILS or match["plan_part"] == "以来":
        kind = PeriodKind.SINCE
    period = Period(
        span, told, kind, None if kind is PeriodKind.UNTIL else first, None if kind is PeriodKind.SINCE else last, explicit
    )
    return period, last.year if explicit and not match["plan"] else None


def _year(match: re.Match[str], anchor: Anchor, context: int | None) -> tuple[int | None, bool]:
    """The year meant, and whether the words name it."""
    written = _group(match, "year", "year2", "year3")
    said = _group(match, "said", "said2", "said3")
    if written:
        digits = written if written.isdigit() else "".join(str("零一二三四五六七八九".index(c)) for c in written)
        return int(digits), True
    if said == "当年":
        return context or anchor.year, True
    if said:
        return None if anchor.year is None else anchor.year + rules()["said"][said], True
    if match["past"]:
        return None if anchor.year is None else anchor.year - 1, False
    year = context or anchor.year
    return (_earlier_year(match, anchor, year) if year is not None and year == anchor.year else year), False


def _long(match: re.Match[str]) -> tuple[tuple[date, date] | None, bool]:
    """First and last day of several years: a five-year plan, 2021年至2023年."""
    if match["plan"]:
        return _plan(match["plan"]), True
    low, high = int(match["y1"]), int(match["y2"])
    return ((date(low, 1, 1), date(high, 12, 31)) if low <= high else None), True


def _earlier_year(match: re.Match[str], anchor: Anchor, year: int) -> int:
    """A month that is still far off when the article is printed was last year's (1—12月 in a January paper)."""
    month = _group(match, "m2", "m2_b", "month", "month_b", "month2", "month2_b")
    number = parse_number(month) if month else None
    if (
        anchor.published
        and number is not None
        and number - anchor.published.month >= 6
        and match["tail"].strip(",") not in {"前", "之前"}
    ):
        return year - 1
    return year


def _plan(number: str) -> tuple[date, date]:
    """First and last day of a five-year plan (十四五 → 2021..2025)."""
    value = parse_number(number)
    if value is None:
        raise ValueError(number)
    began = rules()["plans"]["third_began"] + 5 * (int(value) - 3)
    return date(began, 1, 1), date(began + 4, 12, 31)


def _ends(match: re.Match[str], year: int | None) -> tuple[date | None, date | None] | None:
    """First and last day within ``year``; None where the words are no date (13月)."""

    def g(*names: str) -> str | None:
        return _group(match, *[form for name in names for form in (name, f"{name}_b")])

    low, high = 1, 12
    day = None
    if months := g("m1"):
        low, high = _int(months), _int(g("m2"))
    elif quarters := g("quarters"):
        high = 3 * _int(quarters)
    elif quarter := g("quarter"):
        high = 3 * _int(quarter)
        low = high - 2
    elif half := g("half"):
        low, high = (1, 6) if half == "上" else (7, 12)
    elif count := g("months"):
        high = _int(count)
    elif month := g("month", "month2"):
        low = high = _int(month)
        day = _int(g("day")) if g("day") else None
    if not 1 <= low <= high <= 12:
        return None
    if year is None:
        return None, None
    longest = calendar.monthrange(year, high)[1]
    if day is not None:
        return (date(year, low, day), date(year, low, day)) if 1 <= day <= longest else None
    return date(year, low, 1), date(year, high, longest)


def _int(text: str | None) -> int:
    value = parse_number(text or "")
    return 0 if value is None else int(value)
