"""Whose a bare sum is: the counted items, the firms or the field of industry that the sentence told of before it.

国有企业资产规模达5亿元,融资7亿元 tells what these firms borrowed, not the zone; 投产项目6个,年产值3亿元 what six projects bring.
"""

from __future__ import annotations

import re
from functools import cache

from kg_build.extraction.observations.clauses import Clause
from kg_build.extraction.observations.lexicon import words
from kg_build.extraction.observations.naming import MAX_NAME, strip_head, zone_free
from kg_build.extraction.observations.reader import Reader, Told
from kg_build.extraction.observations.scene import RUN
from kg_build.model import EntityType
from kg_build.quantities import Kind

_ITEMS = re.compile(r"(?:项目|工程|企业|公司|工厂|单位|商户)$")
_SIZED = re.compile(r"^(?P<who>.{0,14}?)(?P<size>年?(?:营业收入|营收|产值|销售额|销售收入|税收|纳税)(?:超过|超|过|达|在).*企业)$")
"""Firms told apart by size (现代服务业|年营收超亿元企业)."""
_NEAR = 40
"""Characters before a sum's name in which its doer and the verb between them stand."""


def hear_field(reader: Reader, clause: Clause) -> None:
    """Remembers the field of industry that a clause opens with as what is told of; another name there, or a new part, ends it."""
    start = clause.span.start
    if own := re.match(rf"(?:{words('own-subject', 'park-subject')})", reader.page.masked[start : clause.span.end]):
        start += own.end()
    heads = reader.subjects.heads(start, clause.span.end)
    if len(heads) == 1 and heads[0].type is EntityType.ZONE:  # 经开区的|光电线缆…
        heads = reader.subjects.heads(heads[0].span.end, clause.span.end) or heads
    if heads and all(m.type is EntityType.INDUSTRY for m in heads):
        behind = reader.page.words(heads[-1].span.end, clause.span.end)
        fares = "(?:产业|行业)" if not clause.figures else "(?!)"  # 光电产业受益于…,实现产值…
        told = re.match(rf"{fares}|(?:产业|行业)?(?:{words('field-topic')}|$)", behind)
        reader.scene.industry = "、".join(dict.fromkeys(m.name for m in heads)) if told else ""
    elif heads or clause.fresh:
        reader.scene.industry = ""


def governed(reader: Reader, told: Told, name: str) -> str:
    """The name of a sum or count, with whose it is or what happens to it in front where only the words before told that."""
    if RUN.search(told.before) and told.figure.kind in {Kind.MONEY, Kind.COUNT} and not name.startswith("年"):
        return "年" + name  # 签约额连续三年突破→100亿元: in each of them
    if topic := _to_be_done(reader, told, name):
        return topic + name if len(topic + name) <= MAX_NAME else name
    if (doer := _doer(told, name)) and len(doer + name) <= MAX_NAME:
        return doer + name
    if re.search(rf"(?:{words('own-subject', 'own-whole', 'foreign-subject', 'firm-subject', 'park-subject')})", told.before):
        return name
    who = _size(reader, name) or _listed(reader, told, name)
    if not who and is_bare(name):
        who = _group(reader) or _counted(reader)
    if not who and (is_bare(name) or re.fullmatch(rf"(?:{words('field-sum')})", name)):
        who = field_of(reader)
    return who + name if len(who + name) <= MAX_NAME else name


def _to_be_done(reader: Reader, told: Told, name: str) -> str:
    """The projects whose sum the sentence told before, of what they will bring (总投资9亿元,建成后税收→1亿元)."""
    scene, topic = reader.scene, reader.scene.topic
    if not scene.once_done or not topic or told.figure.kind is not Kind.MONEY or re.search("项目|工程", name):
        return ""
    return topic if any(d.unit == "元" and re.search("项目|工程", d.indicator) for d in scene.recent) else ""


def _doer(told: Told, name: str) -> str:
    """The trade or kind of firms that brought a sum about, which the verb cuts off from it (零售业完成|销售额→3亿元)."""
    if told.figure.kind is not Kind.MONEY:
        return ""
    done = re.compile(rf"(?P<who>[^,、:;的“”\d]{{1,14}}业)(?:{words('adverb')})*(?:完成|实现|创造|取得)了?$")
    places = (place for place in range(len(told.before)) if told.before.startswith(name, place))
    before = (told.before[max(0, place - _NEAR) : place] for place in places)
    match = next(filter(None, map(done.search, before)), None)
    who = zone_free(strip_head(match["who"])) if match else ""
    own = re.match(rf"(?:{words('own-subject', 'own-whole', 'park-subject', 'foreign-subject')})*", who)
    who = who[own.end() :] if own else who
    return "" if who in {"企业", "产业", "行业"} else who


def is_bare(name: str) -> bool:
    """Whether a name is a sum or part that many have and that says nothing of whose it is (产值, 市场占有率)."""
    return bool(re.fullmatch(rf"(?:累计|合计)?(?:{words('bare-sum')})", name))


def field_of(reader: Reader) -> str:
    """The field of industry that is told of (石化是当家产业,产值→612亿元); none where a firm or park is the subject."""
    scene = reader.scene
    others = {EntityType.ENTERPRISE, EntityType.PARK, EntityType.INSTITUTION}
    return "" if scene.owner is not None or reader.subjects.kind(scene.subject or ()) in others else scene.industry


def _group(reader: Reader) -> str:
    """The firms of which another sum was told last (国有企业|资产规模达5亿元,融资→2亿元)."""
    last = reader.scene.last
    if not last or last[-1].is_share or (reader.scene.subject and last[-1].of != reader.scene.subject):
        return ""
    match = re.match(rf"(?P<who>.{{2,14}}?(?:企业|公司|商户))(?:{_sum()})$", last[-1].indicator)
    return match["who"] if match else ""


@cache
def _sum() -> str:
    return rf"(?:累计|实现|资产|年|总)*(?:{words('bare-sum', 'money-head')})+"


def _counted(reader: Reader) -> str:
    """The items counted before in the sentence (投产项目6个,年产值→30亿元); only 项目 where several sorts of them were."""
    if reader.subjects.kind(reader.scene.subject or ()) is EntityType.ENTERPRISE:
        return ""
    items = [d.indicator for d in reader.scene.recent if d.kind == "level" and _ITEMS.search(d.indicator)]
    sums = [d.indicator for d in reader.scene.last[-1:] if d.unit == "元" and not d.is_share]
    if items and sums and not sums[0].startswith((*items, "项目")):
        return ""  # 入驻项目6个,完成投资4亿元、主营业务收入→9亿元: the zone's, like the sum before it
    if len(set(items)) < 2:
        return items[0] if items else ""
    return "项目" if all(name.endswith("项目") for name in items) else ""


def _size(reader: Reader, name: str) -> str:
    """Which firms are told apart by size, where only the first of the sizes says so."""
    last, size = reader.scene.last, _SIZED.match(name)
    first = _SIZED.match(last[-1].indicator) if last and size and not size["who"] else None
    return first["who"] if first else ""


def _listed(reader: Reader, told: Told, name: str) -> str:
    """What happens to the items of a list, where only its first says so (签约亿元以上项目6个、制造业项目→4个)."""
    last, start = reader.scene.last, told.clause.span.start
    if (
        told.figure.kind is not Kind.COUNT
        or not last
        or last[-1].unit != told.figure.unit
        or reader.page.text[start - 1 : start] != "、"
    ):
        return ""
    verb = re.match(rf"(?:{words('event-verb')})+(?=.{{2}})", last[-1].indicator)
    own = re.match(rf"(?:{words('event-verb', 'built-verb', 'action-verb', 'cut-verb')})", name)
    return verb[0] if verb and not own else ""
