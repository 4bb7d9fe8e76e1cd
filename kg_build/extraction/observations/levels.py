"""Levels: how many, how much, how large."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from kg_build.extraction.observations import naming
from kg_build.extraction.observations.governing import governed
from kg_build.extraction.observations.lexicon import words
from kg_build.extraction.observations.reader import Reader, Told, is_running
from kg_build.extraction.observations.scene import Draft
from kg_build.model import EntityType
from kg_build.quantities import Kind

ONCE_DONE = re.compile(
    r"达产(?=年?(?:产值|销售|营收|税收))"
    r"|(?:建成|达产|投产|投用|投运|竣工|完工)(?:投产|投运|投用|达产|达效|运营)?后,?"
)
_LEADS_TO_LEVEL = re.compile("(?:已|则|总额)?(?:为|达到?|至|到|增至|降至|减至|升至|完成|实现|只有|仅有|仅|仅为|只剩)")
"""Words between a growth rate and the level that it led to."""
_BATCH = re.compile(r"第[一二三四五]批(?:次)?")
_OFFER = re.compile("(?:最高|最低|每(?!年))[^,]{0,12}$")
"""What is offered or holds for each one: 最高可申请→500万元, 每引进一人补贴→30万元."""
_SPENT = re.compile("(?:投资|投|砸下|砸|斥资|增资|出资|拿出|获批|耗资|花费?|买下|造价)(?:了|约|近|超)?$")
_AIMING = re.compile(r"计划|将|要|力争|推动|争")
_HEADS_COUNTED = {"家", "户", "人", "件"}
"""Units of what is there on a day; without a verb of change a count in them is a level reached."""
_LISTED = {"个", "家", "项", "人"}
_TRAITS = re.compile("(?:明显|突出|主要|显著|鲜明|重要|重大|共同|新)*的?(?:特点|特征|方面|亮点|变化|阶段|转变|层面|原因)")
_OUTCOMES = {"亏": "亏损", "净亏": "净亏损", "赚": "盈利"}
"""Short words for how a year ended, and what they are called in a table."""
_TRADES = {"加工", "服务", "处理", "生产", "供应", "产"}
"""Verbs that are trades where things are counted right behind them."""
MAX_ROW = 14
"""Code points of the name of a row in a table."""
MAX_DOER = 8
"""Code points of the words for who did something that may go into the indicator's name."""
_ARTICLE_UNITS = {"家", "宗", "户"}
"""Classifiers with which 一 is a number; before others it is an article (一支队伍)."""
MOST_BETWEEN = 4
"""Characters between two figures that make no clause of their own."""
AIM_REACH = 40
"""Code points before a figure in which 将, 要, 计划 make N家以上 a target."""


@dataclass
class _Name:
    """The name of a level and how it was come by."""

    text: str
    rule: str
    aimed: bool = False


def read_level(reader: Reader, told: Told) -> list[Draft] | None:
    """The observations of a count, sum or measure; None where it is part of a name, empty where it tells nothing."""
    scene, figure = reader.scene, told.figure
    kind = naming.head_kind(figure.kind, figure.unit)
    if refused := _refused(reader, told, kind):
        return refused[0]
    before = reader.pending[2] if reader.pending and figure.kind is Kind.COUNT else told.before
    once_done = ONCE_DONE.search(before)
    if once_done or scene.once_done:
        scene.once_done = True
        if not scene.topic or scene.single_project:
            reader.is_refused = True
            return reader.silent("it is what one project will bring once it is done")  # 投产后预计年产值20亿元
        before = before[once_done.end() :] if once_done else before
    if _fills_growth(reader, told):
        return []
    name = _name(reader, told, before, kind)
    if name is None or not 2 <= len(name.text) <= naming.MAX_NAME:
        known = "of count-head, money-head, measure-head, people-head or suffix-head"
        around = f"{told.before or '(nothing)'} … {told.behind}".rstrip(" …")
        reader.pass_by(f"no word {known}, or verb of action-verb, names it: {around}")
        return None
    to_come = name.rule == "counted" and bool(re.match(rf"[^,]{{0,12}}?(?:{words('target-local')})", told.behind))
    target = scene.target or name.aimed or to_come or scene.once_done or _is_aimed(reader, told, name.text)
    if (text := in_scene(reader, told, name.text)) is None:
        return reader.silent(f"{name.text} is one project's own here, no figure of the zone's or a firm's (dependent, running)")
    _look_for_firm(reader, told, text)
    text = governed(reader, told, text)
    each = before.endswith("各")
    names = naming.split_list(text) if each or len(told.group) > 1 else [text]
    owners = scene.each(len(told.group)) if len(names) == 1 else []
    years = scene.years(len(told.group)) if len(names) == 1 and not owners and "分别" in told.before else []
    names *= len(owners) or len(years) or 1
    if len(told.group) > 1 and len(names) != len(told.group):
        return reader.silent(f"{len(told.group)} figures in a row, but {len(names)} names: {text}")
    if kind == "count" and _zones_counted().fullmatch(text):
        reader.is_refused = True
        return reader.silent("it counts zones, of which this is one")
    figures = [figure] * len(names) if each else list(told.group)
    if name.rule == "inherited":
        _drop_rounded(reader, told, text)
    stock = _is_stock(told, name, target=target)
    drafts = [
        reader.draft(told.clause, n, q, name.rule, of=of, target=target, stock=stock)
        for n, q, of in zip(names, figures, owners or [None] * len(names), strict=True)
    ]
    for draft, year in zip(drafts, years, strict=False):
        draft.start, draft.end, draft.period_text = date(year, 1, 1), date(year, 12, 31), f"{year}年"
    if figure.kind is Kind.COUNT and name.rule != "inherited" and (text.endswith(("项目", "工程")) or _firms_come().match(text)):
        scene.topic, scene.topic_unit, scene.single_project = text, figure.unit, None
    scene.last = drafts
    if reader.pending and figure.kind is Kind.COUNT:
        amount, word, _ = reader.pending
        reader.pending = None
        drafts = [*drafts, reader.draft(told.clause, text + word, amount, "level", target=target)]
    return drafts


@cache
def _zones_counted() -> re.Pattern[str]:
    return re.compile(rf"(?:全国|国内|全省|国家级|省级)*(?:{words('zone-kind')})(?:总体|中)?")


@cache
def _firms_come() -> re.Pattern[str]:
    """Firms that bring sums along like projects (签约落户企业9家,总投资2亿元)."""
    return re.compile("(?:新)?(?:签约|入驻|引进|落户|落地|招引)+.{0,12}企业$")


def _refused(reader: Reader, told: Told, kind: str) -> tuple[list[Draft] | None] | None:
    """``(None,)`` for part of a name, ``([],)`` for a figure that tells nothing; None where it is worth reading."""
    figure, before = told.figure, told.before
    counts = figure.kind is Kind.COUNT
    alone = naming.strip_tail(naming.strip_head(before)).removeprefix("企业").removeprefix("公司")
    is_price = bool(re.search(rf"(?:{words('skip-before')})(?:约|近|达|为)?$", before))
    if is_price or re.fullmatch(rf"(?:{words('skip-alone')})", alone):
        reader.is_refused = is_price
        return (_no_figure(reader, counts, "it is a price, a lot, an offer or an outlay (skip-before, skip-alone)"),)
    if re.search(rf"(?:{words('skip-of-project')})(?:约|近|达|为)?$", before) and not _stands(reader, alone):
        return (_no_figure(reader, counts, "it is a project's size (skip-of-project)"),)
    if _OFFER.search(before) or _is_outlay(told, alone) or before.endswith(("将", "把")):
        # 最高补贴…; 花…建设新线; 将23个机构整合为7个
        reader.is_refused = not before.endswith(("将", "把"))
        return (reader.silent("it is an offer, or spent on one thing, or about to change (spent-on)"),)
    if counts and _TRAITS.match(told.behind):
        reader.is_refused = True
        return (reader.silent("it counts traits of what is told of, no things"),)
    if counts and told.behind.startswith(("位次", "名次")):
        return (reader.silent("it is how many places were gained or lost"),)
    if before.endswith(("由", "从")) or (counts and _is_article(reader, told, kind)):
        reader.pass_by("it is what was before, or an article like the 一 of 一家企业")
        return (None,)  # 由3家增加到8家: what was; the name goes on to what is
    return None


def _no_figure(reader: Reader, counts: bool, why: str) -> list[Draft] | None:
    reader.pass_by(why)
    return None if counts else []


def _is_outlay(told: Told, alone: str) -> bool:
    """Whether a sum is spent by somebody on one thing (投资…建设新厂, 花…买下)."""
    if told.figure.kind is not Kind.MONEY or not _SPENT.search(told.before):
        return False
    return alone in {"增资", "造价"} or bool(re.match(rf"(?:的|{words('spent-on')})", told.behind))


def _is_article(reader: Reader, told: Told, kind: str) -> bool:
    """Whether a number of things is no count: 一家果汁企业, 远禾公司一家, 三项改革办理任务一宗."""
    figure, behind = told.figure, told.behind
    if reader.page.text[figure.core.start : figure.core.end] == "一" + figure.unit:
        if figure.unit not in _ARTICLE_UNITS:
            return True
        happens = re.match(rf"(?:{words('adverb')})*(?:{words('event-verb')})", behind)
        if figure.unit == "家" and ((behind and not happens) or told.before.endswith(("公司", "仅此", "集团"))):
            return True
    if told.last or not behind or re.search("[、和与及并]", behind):
        return False
    following = naming.phrase_behind(behind, "count")
    return bool(
        following and following[1] in {"", "任务"} and not naming.has_head(naming.level_name(told.before, kind)[0], kind)
    )  # part of the name of what is counted next


def _stands(reader: Reader, words_before: str) -> bool:
    """Whether the clause tells of a firm or park at work, or of a capacity that was cut, not of a project."""
    if re.match("(?:压减|淘汰|化解|退出|削减)", words_before):
        return True
    kind = reader.subjects.kind(reader.scene.subject or ())
    return kind in {EntityType.ENTERPRISE, EntityType.PARK} and not reader.scene.single_project


def _name(reader: Reader, told: Told, before: str, kind: str) -> _Name | None:
    figure, last = told.figure, reader.scene.last
    name, verb = naming.level_name(before, kind)
    of_fund = told.behind.startswith("的")  # 设立总规模10亿元的引导基金
    if (of_fund or not naming.has_head(name, kind)) and (after := naming.phrase_behind(told.behind, kind)):
        named = _named_behind(reader, after, before)
        bare = named is not None and re.fullmatch(rf"(?:{words('bare-noun')})", named)
        return None if named is None or bare else _Name(named, "counted")
    if verb and figure.kind is Kind.MEASURE and naming.has_head(verb, kind):
        return _Name(verb, "level")
    if len(name) == 1:
        action = _by_action(reader, told, before)
        return _Name(action, "action") if action else None
    if len(name) < 2:
        aimed = bool(re.search(rf"(?:{words('target-local')})", told.behind))
        return _Name(_inherited(reader, told, verb), "inherited", aimed)
    if _BATCH.fullmatch(name) and last and (earlier := _BATCH.match(last[-1].indicator)):
        return _Name(name + last[-1].indicator[earlier.end() :], "level")
    if not naming.has_head(name, kind):
        name = re.sub(rf"(?:通过审核|通过验收|通过认定|通过|{words('adverb')})$", "", name)
    if re.fullmatch("[(]?[+↑▲↓▼—-]+", told.behind) and len(name) <= MAX_ROW:
        return _Name(name, "level")  # a row of a table
    if not naming.has_head(name, kind) and (part := _part_of_sum(reader, told, name)):
        return _Name(part, "level")
    if not naming.has_head(name, kind):
        action = _by_action(reader, told, before)
        return _Name(action, "action") if action else None
    if re.fullmatch("完成(?:年度)?投资|融资", name) and re.search(r"累计[^,]{0,8}$", before):
        name = "累计" + name
    return _Name(name, "level")


def _part_of_sum(reader: Reader, told: Told, name: str) -> str:
    """A part of the sum told before, with its measure (销售收入5亿元,其中喷雾剂2亿元 → 喷雾剂销售收入)."""
    last = reader.scene.last
    if "其中" not in told.before or not last or last[-1].unit != told.figure.unit or told.figure.kind is Kind.COUNT:
        return ""
    heads = re.search(rf"(?:{words('money-head', 'measure-head')})+$", last[-1].indicator)
    return name + heads[0] if heads else ""


def _by_action(reader: Reader, told: Told, before: str) -> str:
    """What was done, or can be done, so many times (出货4.6万吨; 收简历843份; 年产浴缸32万只); empty where nothing is told so."""
    match = _action().search(before)
    if not match or not match["verb"]:
        return ""
    if match["rate"] and (reader.scene.single_project or reader.scene.subject is None):
        return ""  # a project's capacity
    if re.match(rf"(?:{words('spent-on')})", told.behind):
        return ""
    rate, verb, thing = match["rate"] or "", match["verb"], match["object"]
    if verb in _OUTCOMES and not thing:
        return _OUTCOMES[verb]
    if not thing and told.figure.unit in _LISTED and verb in _TRADES:
        return ""  # 装备制造、食品加工两个产业
    if told.behind.startswith(("“", "‘")):
        return ""  # 打通3个“最后一公里”: a slogan
    if thing:
        return naming.tidy(rate + verb + thing)
    doer = naming.strip_tail(naming.strip_head(match["doer"]))
    if re.search(r"[\d一二两三四五六七八九十][家个名条]", doer) or len(doer) > MAX_DOER:
        doer = ""
    name = naming.tidy(doer + rate + verb)
    return name if len(name) > 1 else ""


@cache
def _action() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<doer>[^,;:“”]{{0,14}}?)(?P<rate>(?<![个今去前后\d十])[年日月])?(?:可|能|共|已|又|再|就|可向市场)?(?P<verb>{words('action-verb')})"
        r"(?:了|着|掉|出|到|下|过|各类|近|超)?(?P<object>[^,;:的了]{0,10}?)$"
    )


def _is_aimed(reader: Reader, told: Told, name: str) -> bool:
    if "计划" in name:
        return True
    if re.search(rf"(?:{words('target-local')})", told.before) and not re.search("序时|超额", told.before):
        return True
    start = max(reader.sentence, told.clause.span.start - AIM_REACH)
    return reader.tail(told.figure).endswith("以上") and bool(_AIMING.search(reader.page.words(start, told.figure.span.start)))


def in_scene(reader: Reader, told: Told, name: str) -> str | None:
    """The name with the counted items put in front where it is theirs; None for what is one project's own."""
    scene = reader.scene
    name = re.sub(rf"^(?:该|上述|以上)?项目(?=(?:{words('dependent')})$)", "", name)
    if re.fullmatch(rf"(?:累计|协议|计划|年度|已|实际)?(?:{words('dependent')})", name):
        if scene.topic and not scene.single_project:
            return scene.topic + name
        return None if scene.single_project or not name.endswith("完成投资") else name
    if name.endswith("总投资") and not re.search("项目|工程|合同|签约|个|家", name):
        return None
    if scene.single_project and told.figure.kind is Kind.COUNT and name.endswith(("项目", "工程")):
        scene.single_project = None  # many again
    if scene.single_project and not (scene.single_project == "running" and is_running(name)):
        return None
    return name


def _fills_growth(reader: Reader, told: Told) -> bool:
    """Gives its level to the growth rate told just before (产值增长8%,为12亿元)."""
    if not reader.found or not _LEADS_TO_LEVEL.fullmatch(told.before):
        return False
    rate = reader.found[-1]
    if rate.kind != "growth" or rate.value is not None or rate.evidence.start < reader.sentence or len(told.group) > 1:
        return False
    rate.value, rate.unit, rate.kind, rate.rule = told.figure.value, told.figure.unit, "level", "level"
    reader.scene.last = [rate]
    return True


def own_area(reader: Reader, told: Told) -> Draft | None:
    """How large the zone is, where no noun says so: 全区353平方公里, 96平方公里的地盘."""
    figure = told.figure
    if "平方公里" not in reader.page.text[figure.core.start : figure.core.end] or len(told.group) > 1:
        return None
    if not told.before and not told.behind and reader.scene.subject is not None:
        return reader.draft(told.clause, "面积", figure, "level")
    if re.match(rf"的(?:{words('ground')})", told.behind):
        return reader.draft(told.clause, "面积", figure, "level", of=(reader.subjects.implicit(figure.span.start),))
    return None


def _look_for_firm(reader: Reader, told: Told, name: str) -> None:
    """What a plant brings in belongs to the firm named before it in the sentence, where nothing else is the subject."""
    scene = reader.scene
    if scene.subject is None and scene.owner is None and not scene.topic and told.figure.kind is Kind.MONEY and is_running(name):
        scene.owner = reader.subjects.firm(reader.sentence, told.figure.span.start)


def _is_stock(told: Told, name: _Name, *, target: bool) -> bool:
    """Whether a count is a level reached, not what came about in a time."""
    if told.figure.kind is not Kind.COUNT or name.rule == "counted":
        return False
    if re.search(rf"^(?:集中)?(?:{words('event-verb', 'built-verb', 'action-verb')})|新增|净增|净减|退|签|开工", name.text):
        return False
    if not target and told.figure.unit in _HEADS_COUNTED and name.rule == "level":
        return True
    return name.rule == "inherited" or bool(re.search("(?:达到|达|有|拥有|总数|突破|超过)$", told.before))


def _drop_rounded(reader: Reader, told: Told, name: str) -> None:
    """突破1亿元,达到1.02亿元: the exact figure takes the place of the round one."""
    if not reader.scene.last:
        return
    earlier, value = reader.scene.last[-1], told.figure.value
    if (earlier.indicator, earlier.unit) != (name, told.figure.unit) or earlier.value is None:
        return
    if earlier.value < value <= earlier.value * Decimal("1.2") and earlier in reader.found:
        reader.found.remove(earlier)


def _named_behind(reader: Reader, after: tuple[str, str], before: str) -> str | None:
    """The name where the noun follows the classifier: 新签约39个制造业项目; 18个项目投产; 3家企业获评…."""
    name, rest = after
    last = reader.scene.last
    if name.startswith(("以上", "以下")):
        return None
    honour = re.match(rf"(?:{words('adverb')})*(?:{words('honour-verb')})(?P<title>[^,。;]{{4,20}})$", rest)
    if honour and re.search("(?:企业|公司|单位|平台|园区)$", name):
        return naming.tidy(honour["title"])
    plain = re.sub(r"第[一二三四五六七八九十\d]{1,2}批(?:次)?$", "", before)  # 集中开工第二批→13个项目
    plain = re.sub(rf"(?:{words('target', 'target-local', 'adverb')})+$", "", plain)
    verb = naming.event_tail().search(before) or naming.event_tail().search(plain)
    if name in {"项目", "工程", "企业"} and last and last[-1].indicator.endswith(name):
        name = naming.base_name(last[-1].indicator)  # 20个技改项目,力争17个项目投产
    if verb:
        return naming.tidy(verb["verb"] + name)
    rest = naming.strip_head(rest)
    if re.match("并成|并为|整合为|精简为|压缩为|合并", rest):
        return None
    if predicate := re.match(rf"(?P<verb>(?:{words('event-verb', 'built-verb')}){{1,3}})(?:达效|了)?$", rest):
        return naming.tidy(predicate["verb"] + name)
    return naming.with_event(name, rest)


def _is_interrupted(reader: Reader, told: Told, last: Draft) -> bool:
    """Whether another clause stands between a figure and the one whose name it would take over (船舶修造掉得厉害,→38.5亿元)."""
    between = reader.page.words(last.evidence.end, told.clause.span.start)
    if told.figure.kind is Kind.COUNT or re.search(r"\d", between):
        return False
    return len(re.sub(r"[^一-鿿]", "", between)) > MOST_BETWEEN


def _inherited(reader: Reader, told: Told, verb: str) -> str:
    """A name taken over from the clause before or the last count of the same classifier (培育1家; 18个投产)."""
    scene, figure = reader.scene, told.figure
    if not verb and scene.awaiting and naming.has_head(scene.awaiting, naming.head_kind(figure.kind, figure.unit)):
        return scene.awaiting
    levels = [d for d in scene.last if d.kind == "level"]
    if levels and _is_interrupted(reader, told, levels[-1]):
        return ""
    if figure.kind is Kind.MONEY and levels and levels[-1].indicator == scene.topic and not scene.single_project:
        return scene.topic + "总投资"  # 108个项目、668亿元
    if figure.kind is not Kind.COUNT:
        return levels[-1].indicator if levels and levels[-1].unit == figure.unit else ""
    base = None
    if levels:
        base = next((d.indicator for d in reversed(reader.found[-6:]) if d.unit == figure.unit), None)
        base = scene.topic if scene.topic and scene.topic_unit == figure.unit else base
    if base is None and scene.aspect and naming.has_head(scene.aspect, "count"):
        base = scene.aspect
    if base is None:
        return ""
    base = naming.base_name(base)
    rest = naming.strip_head(re.sub(rf"^(?:{words('target-local')})", "", told.behind))
    predicate = re.match(rf"(?P<verb>(?:{words('event-verb', 'built-verb')}){{1,2}})", rest)
    if predicate and not verb:
        return predicate["verb"] + ("项目" if base.endswith("项目") else base)
    return verb + base
