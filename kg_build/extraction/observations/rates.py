"""Ranks, growth rates, shares and degrees of completion."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from kg_build.extraction.observations import naming
from kg_build.extraction.observations.clauses import SIGNS
from kg_build.extraction.observations.governing import governed
from kg_build.extraction.observations.holdings import read_holding
from kg_build.extraction.observations.lexicon import words
from kg_build.extraction.observations.reader import Reader, Told, is_running
from kg_build.extraction.observations.scene import Draft
from kg_build.model import EntityType
from kg_build.quantities import PeriodKind, Quantity

_SCOPE_HEAD = re.compile(
    r"^(?:在)?(?:全[国省市县区州]|(?:我|该)[省市区县])的?|^(?:同类|国家级|省级)?(?:经?开发区|经开区|高新区)$"
)
_SCOPE_TAIL = re.compile(
    r"[一二三四五六七八九十]{1,3}[区县市]$|[县市]区?$|^.{0,6}[省市州县](?:各|所辖|所有)?(?:县|市|区|县区|县市区|开发区|经开区)?$"
)
_AMONG = re.compile(
    r"(?:区|市|省|县|国|州|板块|园|企业|行业|业|同类|区域|市场|各地|榜|榜单|强|前列|系统|范围|领域)(?:中|内|里|上)?$"
)
"""Ends of the words for those among whom a rank is held; no indicator."""
_ANAPHORA = re.compile(r"^(?:上述|以上)?(?:[两三四五六七八九十]项)?(?:主要)?(?:经济)?指标(?:增速|分别)*$")
_PART_OF = re.compile(
    r"^(?P<left>.*?)(?<!市场)(?:占(?:到|比|据|了|着|去)?|贡献了?)(?P<whole>[^,]{2,20}?)(?:的)?(?P<word>比重|比例|份额)?$"
)
_ADVERB_END = re.compile("(?:合计|合|共|便|也|约|已|还|只|仅|却|就|至今|目前)+$")
_GATHERED = re.compile("(?<=.)[两三四五六七八九十]大(?:主导|支柱|特色|优势)?(?:产业|支柱|板块|行业|集群)?$")
"""…两大支柱产业 behind the names that it sums up."""
_GATHERING = re.compile("^[两三四五六七八九十]大(?:主导|支柱|特色|优势)?(?:产业|支柱|板块|行业|集群)(?=.{2})")
_SUMS = {"总量", "总额", "规模", "金额"}
"""Nouns that alone mean what was told before."""
MOST_FIELDS = 3
"""Fields of industry in one sentence that a figure behind them can still be told of together."""
_DEGREE = re.compile(
    r"^(?P<left>.*?)(?:已|分别|超额)?(?:完成|[为是](?=年度?(?:计划|任务|目标)|全年))(?P<plan>(?:了|全年|年度|年(?=计划|任务|目标)|年初|预定|省定|市定|时序|序时|目标|任务|计划|预算|投资|总|既定){1,6})$"
)
_SIGNED = re.compile(rf"\(?(?:同比|比上年)?(?P<sign>[{re.escape(''.join(SIGNS))}])[—-]*$")
_CONTEST = re.compile(
    "在[^,。;]{0,20}?(?P<name>(?:综合|年度|绩效|发展|目标)*(?:考评|考核|评价|评估|评比|测评)(?:评价|考核)?)(?:中|里)?,?$"
)
"""A contest named in the clause before the rank that was held in it."""
_ITEMS_AGAIN = re.compile(
    "^(?:上述|以上|该|这些|这批)(?=(?:项目|工程|企业).)|^(?:上述|以上|该|这些|这批)?(?:项目|工程)(?=.{2,}率$)"
)
"""上述项目←开工率: items told before, meant again."""
_SPEEDS = {"增速", "增幅"}
_HANDLED = {"项", "件", "宗"}
"""Units of things that are worked off, of which a 完成率 is told."""
MOST_DOUBLINGS = 5
"""翻N番 with a greater N is no growth rate that a newspaper tells."""


def read_rank(reader: Reader, told: Told) -> list[Draft] | None:
    """The observations of a rank (or several: 两项指标分别居全市第二名和第四名); None for one held before (由第九位)."""
    figure, last = told.figure, reader.scene.last
    if told.before.endswith(("由", "从")):
        reader.pass_by("it is what a rank was before (由, 从)")
        return None
    inner = re.sub(
        "^.*?(?:排名|排在|排|位次|居|列|评为|评比|获评|获|取得)", "", reader.page.words(figure.span.start, figure.core.start)
    )
    inner = _SCOPE_TAIL.sub("", _SCOPE_HEAD.sub("", _SCOPE_HEAD.sub("", inner)))
    if _AMONG.search(inner):
        inner = ""
    outer = naming.strip_tail(naming.strip_head(told.before))
    outer = _SCOPE_HEAD.sub("", _HOW_LONG.sub("", re.sub("(?:全[国省市县区州]|中?跃|中)$", "", outer)))
    if last and _AMONG.search(outer) and re.match("在|全|各", told.before):
        outer = ""
    outer = re.sub("(?<=.{4})县$", "", outer)  # 获评…工作县(区)第二名
    if re.match("中[让有]|名次", outer):
        return reader.silent("it is no rank that anybody holds")
    if len(told.group) > 1 or _ANAPHORA.search(outer):
        names = naming.split_list(outer)
        if _ANAPHORA.search(outer):
            names = [d.indicator for d in reader.found[-len(told.group) :]]
        if len(names) != len(told.group):
            return reader.silent(f"{len(told.group)} ranks in a row, but {len(names)} names: {outer}")
        return [_ranked(reader, told, n, q) for n, q in zip(names, told.group, strict=True)]
    if len(inner) >= 2:
        name = naming.tidy(inner)
    elif outer in _SPEEDS and (rate := _last_rate(reader)):
        return [_ranked(reader, told, rate.indicator + outer, figure, of=rate.of)]
    elif len(outer) < 2 and (contest := _CONTEST.search(reader.page.words(reader.sentence, told.clause.span.start))):
        name = contest["name"]
    elif (
        last
        and not _has_own_subject(reader, told)
        and (len(outer) < 2 or outer in {"增速", "增幅", "总量", "占比", "均", "规模"})
    ):
        suffix = "" if last[-1].indicator.endswith(outer) else outer
        return [_ranked(reader, told, last[-1].indicator + suffix, figure, of=last[-1].of)]
    else:
        name = naming.level_name(outer, "count")[0]
    if not 2 <= len(name) <= naming.MAX_NAME or name.endswith("赛"):
        return reader.silent(f"no words say in what it ranks: {told.before or '(nothing)'}")
    return [_ranked(reader, told, name, figure)]


def _has_own_subject(reader: Reader, told: Told) -> bool:
    """Whether the clause names a zone or firm that ranks, itself and not with what was told before it."""
    start, end = told.clause.span.start, told.figure.span.start
    return any(reader.subjects.named(kind, start, end) for kind in (EntityType.ZONE, EntityType.ENTERPRISE, EntityType.PARK))


def _last_rate(reader: Reader) -> Draft | None:
    """The growth rate without a level that was told last in the sentence."""
    return next((d for d in reader.found[-1:] if d.kind == "growth" and reader.sentence <= d.evidence.start), None)


def _ranked(reader: Reader, told: Told, name: str, figure: Quantity, of: tuple[int, ...] | None = None) -> Draft:
    return reader.draft(told.clause, name, figure, "rank", of=of, rank=int(figure.value))


def read_times(reader: Reader, told: Told) -> list[Draft]:
    """增长1.5倍 and 翻一番 as growth rates."""
    figure, before = told.figure, told.before
    if figure.unit == "番":
        doubled = re.search("(?:实现)?翻(?:了)?$", before)
        if not doubled or figure.value > MOST_DOUBLINGS:
            return reader.silent("no 翻 stands before it, or too many doublings")
        return _growth(reader, told, [Decimal(100) * (2 ** int(figure.value) - 1)], before[: doubled.start()])
    if match := re.search(rf"(?:{words('rise')})了?$", before):
        return _growth(reader, told, [figure.value * 100], before[: match.start()])
    return reader.silent(f"no word of rise stands before it: {before or '(nothing)'}")


def read_percent(reader: Reader, told: Told) -> list[Draft] | None:
    """Growth rates, shares, rates and degrees of completion; None for what a rate was before (由96%提高到98%)."""
    if re.search("[由从][^,]{0,6}$", told.before):
        reader.pass_by("it is what a rate was before (由, 从)")
        return None
    if re.match("(?:以上)?的?目标", told.behind):
        reader.is_refused = True
        return reader.silent("it is told of an aim as such (的目标)")
    if sign := _SIGNED.search(told.before):
        rate = SIGNS[sign["sign"]] * told.figure.value
        return _growth(reader, told, [rate], told.before[: sign.start()])
    if match := _growth_pattern().search(told.before):
        if re.fullmatch("(?:至|不|缺|多|减|更){1,2}[多少]", told.before):
            return reader.silent("it says at most or at least how much", "growth")
        signs = _signs(reader, told, -1 if match["fall"] else 1)
        return _growth(reader, told, [s * q.value for s, q in zip(signs, told.group, strict=True)], told.before[: match.start()])
    holding = read_holding(reader, told)
    if holding is not None:
        return holding
    text = re.sub(rf"(?:{words('percent-verb')})+$", "", told.before)
    if re.search(rf"(?:{words('terms')})$", text):
        reader.is_refused = True
        return reader.silent("it is what a contract or a law asks (terms)")
    for read in (_part_of, _part, _degree):
        found = read(reader, told, text)
        if found is not None:
            return found
    return _rate(reader, told, text)


def _signs(reader: Reader, told: Told, first: int) -> list[int]:
    """The signs of several rates in a row, each with its own word or the one before it (增长12%和下降5%)."""
    signs = [first]
    for before, rate in zip(told.group, told.group[1:], strict=False):
        between = reader.page.words(before.span.end, rate.span.start)
        if re.search(rf"{words('fall', 'fall-short')}", between):
            signs.append(-1)
        else:
            signs.append(1 if re.search(rf"{words('rise', 'rise-short')}", between) else signs[-1])
    return signs


def _growth(reader: Reader, told: Told, rates: list[Decimal], before: str) -> list[Draft]:
    scene = reader.scene
    place = told.group[-1].span
    name = naming.strip_tail(naming.strip_head(_comparison().sub("", before)))
    name = _HOW_LONG.sub("", name)
    name = _comparison().sub("", name)
    if re.fullmatch(rf"(?:{words('anaphor')})", name):
        name = ""
    if name in _ORDER and len(scene.recent) > 1:
        scene.recent[_ORDER[name]].growth = rates[0]
        return []
    if len(name) < 2:
        levels = scene.recent if len(rates) > 1 else scene.last
        targets = [d for d in levels if d.growth is None and d.kind == "level" and not d.is_share]
        if len(rates) == 1 and targets and "年均" in before:
            name = targets[-1].indicator + "年均增长"
            return [reader.draft(told.clause, name, None, "growth", of=targets[-1].of, growth=rates[0], span=place)]
        if len(rates) == 1 and targets and _other_time(told, targets[-1]):
            return [
                reader.draft(told.clause, targets[-1].indicator, None, "growth", of=targets[-1].of, growth=rates[0], span=place)
            ]
        for draft, rate in zip(targets[-len(rates) :], rates, strict=False):
            draft.growth = rate
        return []
    name, _ = naming.level_name(name, "money")
    names = naming.split_list(name) if len(rates) > 1 else [name]
    owners = scene.each(len(rates)) if len(names) == 1 else []
    names *= len(owners) or 1
    if len(names) != len(rates) or any(not 2 <= len(n) <= naming.MAX_NAME for n in names):
        return reader.silent(f"{len(rates)} rates, but {len(names)} names that fit: {'、'.join(names)}", "growth")
    if scene.single_project and not (scene.single_project == "running" and is_running(names[0])):
        return reader.silent(f"{names[0]} is one project's own here (running)", "growth")
    before_it = _last_rate(reader)
    part_of = [before_it] if before_it else scene.last
    fields = reader.subjects.named(EntityType.INDUSTRY, told.clause.span.start, told.figure.span.start)
    names[0] = _GATHERING.sub("", names[0])
    if len(names) == 1 and owners == []:
        names[0] = governed(reader, told, names[0])
    if part_of and (before.startswith("其中") or all(n.endswith("业") or n in fields for n in names)):
        names = [_completed(n, part_of[0].indicator) for n in names]
    return [
        reader.draft(told.clause, n, None, "growth", of=of, growth=r, span=place)
        for n, r, of in zip(names, rates, owners or [None] * len(names), strict=True)
    ]


def _other_time(told: Told, level: Draft) -> bool:
    """Whether a rate without a name has a time of its own (去年销售额9亿元;今年前8个月又涨了两成)."""
    spans = [p for p in told.clause.periods if p.kind is PeriodKind.SPAN and p.start and p.end]
    return bool(spans) and (spans[0].start, spans[0].end) != (level.start, level.end) and level.start is not None


def _completed(name: str, whole: str) -> str:
    """A part of what was told before, with its measure (规模以上工业增加值…其中高新技术产业 → 高新技术产业增加值)."""
    if naming.has_head(name, "money"):
        return name
    heads = re.search(rf"(?:{words('money-head')})$", whole)
    return name + heads[0] if heads else name


def _shares(reader: Reader, told: Told, names: list[str], rule: str) -> list[Draft]:
    if len(names) != len(told.group) or any(not 2 <= len(name) <= naming.MAX_NAME for name in names):
        return reader.silent(f"{len(told.group)} percentages, but {len(names)} names that fit: {'、'.join(names)}", rule)
    return [reader.draft(told.clause, n, q, rule, share=True) for n, q in zip(names, told.group, strict=True)]


def _last_name(reader: Reader) -> str:
    return reader.scene.last[-1].indicator if reader.scene.last else ""


def _last_whole(reader: Reader) -> str:
    """What was told last in the sentence, of which 其中…占 gives a part."""
    levels = [d for d in reader.scene.last if d.kind == "level" and not d.is_share]
    return naming.base_name(levels[-1].indicator) if levels else ""


def _part_of(reader: Reader, told: Told, text: str) -> list[Draft] | None:
    """X占Y(的比重)N%."""
    part = _PART_OF.search(text)
    if not part or part["whole"].startswith(("比", "地")):
        return None
    left = naming.strip_tail(naming.strip_head(part["left"]), "money")
    left = naming.level_name(left, "money")[0] if left else ""
    left = _part_name(reader, told, left)
    if not left:
        return reader.silent(f"nothing says what has this part of {part['whole']}", "share")
    whole = re.sub(rf"^(?:{words('own-whole')})的?(?=.{{2}})", "", part["whole"])
    return _shares(reader, told, [left + "占" + whole + (part["word"] or "")], "share")


def _part_name(reader: Reader, told: Told, left: str) -> str:
    """What is a part of something: named, or what was told before; a bare 产值 takes the fields that the sentence tells of."""
    left = _GATHERED.sub("", _ADVERB_END.sub("", left))
    if not left or left in _SUMS:
        left = _last_name(reader)
    if not re.fullmatch(rf"(?:{words('running')}|增加值|总量|产能|产量)", left):
        return left
    if reader.subjects.kind(reader.scene.subject or ()) is EntityType.ENTERPRISE:
        return left
    if who := governed(reader, told, left).removesuffix(left):
        return who + left
    fields = reader.subjects.named(EntityType.INDUSTRY, reader.sentence, told.figure.span.start)
    return "、".join(fields) + left if 0 < len(fields) <= MOST_FIELDS else left


def _part(reader: Reader, told: Told, text: str) -> list[Draft] | None:
    """X占比N%; X what was told before, where it is left out."""
    if not (re.search("占(?:比)?(?:到|了|达|据|近|约|仅|为)*$", told.before) or text.endswith("占比")):
        return None
    name = naming.zone_free(naming.strip_head(re.sub("(?:便|仅|只|也|约|就|还|却)*占(?:比|了|到)?$", "", text)))
    name = _part_name(reader, told, naming.tidy(name)) if name else ""
    whole = _last_whole(reader)
    if name and whole and not text.endswith("占比") and "其中" in told.before:
        return _shares(reader, told, [name + "占" + whole], "share")
    names = [name or _last_name(reader)]
    names = naming.split_list(names[0]) if len(told.group) > 1 else names
    return _shares(reader, told, [n + "占比" for n in names if n], "share")


def _degree(reader: Reader, told: Told, text: str) -> list[Draft] | None:
    """X完成全年目标的N%."""
    degree = _DEGREE.search(text)
    if not degree:
        return None
    left = naming.level_name(degree["left"], "money")[0] or _last_name(reader)
    names = naming.split_list(left) if len(told.group) > 1 else [left]
    plan = degree["plan"].removeprefix("了")
    return _shares(reader, told, [f"{n}完成{plan}" for n in names if n], "degree")


def _rate(reader: Reader, told: Told, text: str) -> list[Draft]:
    """X率N%."""
    scene = reader.scene
    name = naming.zone_free(text)
    if scene.single_project and not scene.topic:
        return reader.silent("it is one project's own here")
    if not re.search(rf"(?:{words('rate-tail')})$", name) or name.endswith(("增长率", "增幅", "增速")):
        return reader.silent(f"no word of rate-tail, rise or fall ends the words before it: {text or '(nothing)'}")
    name = _ITEMS_AGAIN.sub("", naming.level_name(name, "money")[0])
    if re.fullmatch(rf"(?:{words('dependent')})", name) or (len(name) <= 3 and name.endswith("率")):
        name = _items(reader, name) + name
    name = governed(reader, told, name)
    return _shares(reader, told, naming.split_list(name) if len(told.group) > 1 else [name], "rate")


def _items(reader: Reader, name: str) -> str:
    """The items of which a bare degree is told: those counted last; 开工项目 have no 开工率, but projects as such have."""
    scene = reader.scene
    counted = [d.indicator for d in scene.last if d.kind == "level" and d.unit in _HANDLED and not d.is_share]
    items = counted[-1] if counted else scene.topic or ""
    return "项目" if items.endswith("项目") and items.startswith(name[:2]) else items


@cache
def _growth_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?P<rise>{words('rise', 'rise-short')})|(?P<fall>{words('fall', 'fall-short')}))(?:率|幅度|幅|速度|速)?"
        r"(?:分别|依次|均|已|却|仅)?(?:达到|达|为|了|超过|超|约|近|突破|在|高达|有){0,3}$"
    )


@cache
def _comparison() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{words('comparison')}|(?:与|同|比|较)[^,]{{0,8}}?(?:年度?|月份?|[年月季]?[末底初]|期|季度|年前|疫情前)(?:相比|同期|同比)?"
        r"|与.{0,6}相比|,)+$"
    )


_HOW_LONG = re.compile("^(?:头|前|近|持续|连续)?[一二三四五六七八九十两\\d]{1,3}个?(?:年|月|季度)$")
_ORDER = {"前者": -2, "后者": -1}
"""前者增长…,后者…: which of the last two levels is meant."""
