"""Figures in running text: number, unit, qualifier, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache

from kg_build.model import Span
from kg_build.quantities.fold import fold
from kg_build.quantities.numerals import NUMBER, SCALES, parse_number, scale_of, trim
from kg_build.quantities.units import Kind, unit_pattern, units


class Qualifier(StrEnum):
    """How exact a figure is said to be."""

    ABOUT = "about"
    MORE = "more"
    LESS = "less"
    AT_LEAST = "at least"
    AT_MOST = "at most"


BEFORE = {
    "近": Qualifier.LESS, "接近": Qualifier.LESS, "将近": Qualifier.LESS, "不到": Qualifier.LESS, "不足": Qualifier.LESS,
    "约": Qualifier.ABOUT, "大约": Qualifier.ABOUT, "约为": Qualifier.ABOUT,
    "超过": Qualifier.MORE, "超": Qualifier.MORE, "突破": Qualifier.MORE, "逾": Qualifier.MORE, "破": Qualifier.MORE,
    "过": Qualifier.MORE, "上": Qualifier.MORE, "多达": Qualifier.MORE,
    "不低于": Qualifier.AT_LEAST, "不少于": Qualifier.AT_LEAST, "至少": Qualifier.AT_LEAST,
    "不超过": Qualifier.AT_MOST, "不高于": Qualifier.AT_MOST, "最多": Qualifier.AT_MOST,
}  # fmt: skip
AFTER = {
    "余": Qualifier.MORE, "多": Qualifier.MORE, "以上": Qualifier.AT_LEAST, "及以上": Qualifier.AT_LEAST,
    "左右": Qualifier.ABOUT, "上下": Qualifier.ABOUT, "以下": Qualifier.AT_MOST, "以内": Qualifier.AT_MOST,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure of the text in its base unit."""

    span: Span
    """With the qualifiers before and behind: 超过25%, 5家以上."""
    core: Span
    """Number and unit alone."""
    value: Decimal
    """In base units; of a range the lower end."""
    unit: str
    """Base unit (元, 亩, 平方米, 吨, %, 人, 名 …), the text's classifier, or a currency as printed (美元)."""
    kind: Kind
    qualifier: Qualifier | None = None
    high: Decimal | None = None
    """Upper end of a range (3—5%)."""
    scope: str | None = None
    """Of a rank: among whom (全市)."""

    @property
    def is_foreign(self) -> bool:
        """Whether it is money in another currency than yuan."""
        return self.kind is Kind.MONEY and self.unit != "元"


def _any_of(words: dict[str, Qualifier]) -> str:
    scaled = {"上": "上(?=[百千万亿])"}  # 上百家, but 规模以上17家
    return "|".join(scaled.get(word, word) for word in sorted(words, key=lambda word: (-len(word), word)))


_ORDINAL = re.compile(
    r"第(?P<n>[一二三四五六七八九十]{1,3}|\d{1,3})(?P<mark>[名位]?)"
    r"(?=$|[,。;:、!?()\"”’…—]|的|并|和|与|及|,|[名位]|成绩|佳绩|方位|名次)"
    r"|(?P<first>首位|榜首|鳌头)"
)
_CUE = re.compile(
    r"(?:排名|排在|排|位次|[位名稳]?(?<![定迁入旧新])居(?!民|住|家)|[名位并]?列(?!入|为)|评为|评比|荣?获评?|取得)[^,。;:!?]{0,24}$"
)
_SCOPE = re.compile(r"(?:全[国省市县区州盟]|[一二三四五六七八九十两]{1,3}[区县市]|全[国省市县]?(?:开发区|高新区|经开区))")
RANK_REACH = 28
"""Code points before an ordinal in which the word that makes it a rank is looked for."""


@cache
def _pattern() -> re.Pattern[str]:
    unit = unit_pattern()
    return re.compile(
        r"(?P<hundredth>(?P<before3>超过|超|近|约)?百分之(?P<n3>[零一二三四五六七八九十百点]{1,8}))"
        r"|(?P<before5>超过|超|近|约|逾|不足|过)?(?:(?P<parts>[二三四五六七八九十])分之(?P<part>[一二两三四五六七八九])"
        r"|(?P<half_of>(?<![另前后上下对])一半|半数(?=[以的,。;]|$)))(?P<after5>以上|多|左右)?"
        rf"|(?P<before>{_any_of(BEFORE)})?"
        rf"(?:(?<![A-Za-z\d第])(?<!\d\.)|(?<=GDP))(?:(?<![几数])|(?=\d))(?:人民币)?(?P<n>{NUMBER})(?:(?P<u1>{unit})?(?P<to>[-—～至到]{{1,2}})(?P<n2>{NUMBER}))?"
        rf"(?P<about>[余多来]?)(?P<unit>{unit})(?P<per>/(?:吨|亩|人|平方米|年|月|户|度|千瓦时)|每(?:吨|亩|平方米))?(?P<after>(?!上下[游级])(?:{_any_of(AFTER)}))?"
        r"|(?P<before4>超过|超|近|约|逾|不足)?(?P<tenth>[一二两三四五六七八九]|(?<![\d.])[1-9])成(?P<half>[半一二三四五六七八九])?(?P<after4>以上|多|左右)?(?![为立长本员果熟功效交品就群都型不])"
        r"|翻了?(?P<doubled>番|倍)"
    )


_SUM = re.compile(
    r"(?:产值|销售额|销售收入|销售|营业额|营收|收入|税收|利税|利润|投资|投入|资金|成本|贷款|融资)[^,。;:!?、\d]{0,10}?"
    rf"(?<!第)(?P<core>(?P<n>{NUMBER})(?P<about>[余多])?)(?P<after>以上|左右)?(?=[,。;!?”’)\n]|$)"
)
"""A sum without its 元, as people say it (产值超过3000万)."""
_TENTHS = {mark: number for number, mark in enumerate("零一二三四五六七八九")} | {"半": 5}
"""What follows 成: 三成半 and 三成六."""
_BORROW = re.compile(rf"(?<![A-Za-z\d第几数.])(?P<n>{NUMBER})(?P<sep>[、和与及])$")
_BARE = set(SCALES) - {"十"}


def find_quantities(text: str) -> tuple[Quantity, ...]:
    """All figures of ``text``, in order, not overlapping.

    No figures are: numbers without a unit, ordinals (第一批), a bare scale without a qualifier (百亿级, 亿元以上), 数十 and
    几百. Units of time are found as `Kind.DURATION` so that nothing else is read into them.
    """
    folded = fold(text)
    found: list[Quantity] = []
    position = 0
    pattern = _pattern()
    while match := pattern.search(folded, position):
        quantity = _read(folded, match)
        if quantity is None:
            position = max(match.start() + 1, match.start("n") + 1 if match["n"] else 0)
            continue
        found.extend(_borrowed(folded, quantity, position))
        found.append(quantity)
        position = quantity.span.end
    taken = {place for quantity in found for place in range(quantity.span.start, quantity.span.end)}
    for more in (_sums, _ranks):
        found.extend(one for one in more(folded) if taken.isdisjoint(range(one.core.start, one.core.end)))
    return tuple(sorted(found, key=lambda quantity: (quantity.span.start, quantity.span.end)))


def _read(text: str, match: re.Match[str]) -> Quantity | None:
    span = Span(match.start(), match.end())
    if match["hundredth"]:
        value = parse_number(match["n3"])
        if value is None:
            return None
        start = match.end("before3") if match["before3"] else match.start()
        return Quantity(span, Span(start, match.end()), value, "%", Kind.PERCENT, BEFORE.get(match["before3"] or ""))
    if match["tenth"]:
        value = parse_number(match["tenth"])
        if value is None:
            return None
        value = value * 10 + (_TENTHS[match["half"]] if match["half"] else 0)
        qualifier = BEFORE.get(match["before4"] or "") or AFTER.get(match["after4"] or "")
        return Quantity(span, Span(match.start("tenth"), match.end()), value, "%", Kind.PERCENT, qualifier)
    if match["parts"] or match["half_of"]:
        return _fraction(match, span)
    if match["doubled"]:
        place = Span(match.start("doubled"), match.end())
        return Quantity(place, place, Decimal(1), "番", Kind.TIMES)
    return _read_number(text, match, span)


def _fraction(match: re.Match[str], span: Span) -> Quantity | None:
    """三分之一 and 一半 as percent, to a tenth as newspapers give them."""
    whole, part = parse_number(match["parts"] or "二"), parse_number(match["part"] or "一")
    if not whole or part is None or part >= whole:
        return None
    begin = match.end("before5") if match["before5"] else match.start()
    end = match.start("after5") if match["after5"] else match.end()
    qualifier = BEFORE.get(match["before5"] or "") or AFTER.get(match["after5"] or "")
    value = trim((part / whole * 100).quantize(Decimal("0.1")))
    return Quantity(span, Span(begin, end), value, "%", Kind.PERCENT, qualifier)


def _read_number(text: str, match: re.Match[str], span: Span) -> Quantity | None:
    written = match["n"]
    start = match.start("n")
    if start and text[start - 1] in "零一二两三四五六七八九十百千万亿统唯" and written[0] not in "0123456789":
        return None
    words = text[start : match.end("unit")]
    if written[0] in "一两" and (text.startswith(words, start + len(words)) or text[:start].endswith(words)):
        return None  # 一家一家
    low = parse_number(written)
    high = parse_number(match["n2"]) if match["n2"] else None
    if low is None or (match["n2"] and high is None):
        return None
    if match["u1"] and units()[match["u1"]].kind is not units()[match["unit"]].kind:
        first = units()[match["u1"]]  # 241亿元-8.8%: no range, but a sum and its fall
        core = Span(start, match.end("u1"))
        return Quantity(Span(span.start, core.end), core, trim(low * first.factor), first.base, first.kind)
    bare = written[0] in _BARE
    qualifier = (
        AFTER.get(match["after"] or "")
        or (Qualifier.MORE if match["about"] or re.search("[余多来]", written) else None)
        or BEFORE.get(match["before"] or "")
    )
    if bare and (qualifier is None or qualifier is Qualifier.AT_LEAST):
        return None  # 百亿级, 亿元以上, 万元: a class of size, no figure
    unit = units()[match["unit"]]
    if unit.form == "度" and re.search("[万亿]$", written):
        unit = units()["千瓦时"]  # 发电800万度; nothing else comes in so many degrees
    if high is not None:
        mark = re.search(r"[十百千万亿]+$", match["n2"])
        if mark and not match["u1"] and not re.search(r"[十百千万亿]", written):
            low *= scale_of(mark[0])
        if high < low:
            return None
    kind, base = unit.kind, unit.base
    if match["per"]:
        kind, base = Kind.MEASURE, base + match["per"].replace("每", "/")
    core = Span(start, match.end("per") if match["per"] else match.end("unit"))
    if (
        qualifier is not None
        and match["before"]
        and qualifier is not BEFORE.get(match["before"])
        and match["before"] in {"上", "过"}
    ):
        span = Span(start, span.end)
    return Quantity(
        span, core, trim(low * unit.factor), base, kind, qualifier, None if high is None else trim(high * unit.factor)
    )


def _borrowed(text: str, last: Quantity, since: int) -> list[Quantity]:
    """Numbers before ``last`` that share its unit: 3.5、2.6亿元; 22.9和25.8%."""
    if last.kind is Kind.DURATION:
        return []
    found: list[Quantity] = []
    start = last.span.start
    unit_text = text[last.core.start : last.core.end]
    scale = re.search(r"[十百千万亿]+(?=[^十百千万亿]*$)", unit_text)
    while match := _BORROW.search(text, since, start):
        value = parse_number(match["n"])
        if value is None or match["n"][0] not in "0123456789":
            break
        if scale and not re.search(r"[十百千万亿]", match["n"]):
            value *= scale_of(scale[0])
        span = Span(match.start("n"), match.end("n"))
        factor = next((u.factor for u in units().values() if u.base == last.unit and unit_text.endswith(u.form)), Decimal(1))
        found.append(replace(last, span=span, core=span, value=trim(value * factor), high=None, qualifier=None))
        start = match.start("n")
    return found[::-1]


def _sums(text: str) -> list[Quantity]:
    """Sums in 万 or 亿 without a unit, behind a word for what is summed up."""
    found: list[Quantity] = []
    for match in _SUM.finditer(text):
        value = parse_number(match["n"])
        if value is None or match["n"][-1] not in "万亿" or match["n"][0] in _BARE:
            continue
        core = Span(match.start("core"), match.end("core"))
        about = Qualifier.MORE if match["about"] else AFTER.get(match["after"] or "")
        found.append(Quantity(Span(core.start, match.end()), core, trim(value), "元", Kind.MONEY, about))
    return found


def _ranks(text: str) -> list[Quantity]:
    found: list[Quantity] = []
    for match in _ORDINAL.finditer(text):
        value = Decimal(1) if match["first"] else parse_number(match["n"])
        start = max(found[-1].span.end if found else 0, match.start() - RANK_REACH)
        cue = _CUE.search(text[start : match.start()])
        listed = bool(found) and bool(re.fullmatch("[、和与及,]", text[start : match.start()]))
        if value is None or not (cue or listed or match["mark"]):
            continue
        begin = start + cue.start() if cue else match.start()
        scopes = _SCOPE.findall(text[begin : match.start()]) or _SCOPE.findall(text[max(0, begin - 2) : begin])
        scope = scopes[-1] if scopes else None
        if cue is None and text.endswith(tuple(_SCOPES), 0, match.start()):
            begin = match.start() - 2
            scope = text[begin : match.start()]
        found.append(Quantity(Span(begin, match.end()), Span(match.start(), match.end()), value, "名", Kind.RANK, scope=scope))
    return found


_SCOPES = ("全国", "全省", "全市", "全县", "全区", "全州")
