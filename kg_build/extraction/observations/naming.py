"""The indicator's name: the noun phrase around a figure, freed of verbs, subjects and adverbs."""

from __future__ import annotations

import re
from functools import cache

from kg_build.extraction.observations.lexicon import classes, words
from kg_build.quantities import Kind

MAX_NAME = 32
"""Code points; longer phrases are no names but clauses."""

HEADS = {
    "count": ("count-head", "people-head"),
    "people": ("people-head",),
    "money": ("money-head",),
    "measure": ("measure-head",),
}
"""Lists of nouns that may end the name, by the class of heads that a figure needs."""
_CLAUSE = "实行|用于|与|为主|是|将|把|在|被|发起|联名|联合|参加|来自|组成|(?<!已)完成(?!率)"
"""Words of a clause that no name of what is counted holds."""
_TALLY = r"(?:数量|总数|总量|数|个数)"


@cache
def _fronts() -> str:
    """Words of an aim that end in an event verb, without it (争取|签约): what is to happen stays in the name."""
    verbs = classes()["event-verb"].words
    aims = (*classes()["target"].words, *classes()["target-local"].words)
    fronts = {(w[: -len(v)], v) for w in aims for v in verbs if w.endswith(v) and len(w) > len(v)}
    return "|".join(f"{re.escape(front)}(?={re.escape(verb)})" for front, verb in sorted(fronts))


@cache
def _head_strip() -> re.Pattern[str]:
    return re.compile(
        rf"^(?:(?:{_fronts()})"
        r"|(?:支柱|主导|首位|特色|当家)产业(?!产值|总产值|营收|增加值|集群|税收|投资|项目|企业|实现|完成)(?=.{4})"
        r"|(?:首年|全年|年度|今年|明年)?目标[为是]"
        rf"|[、“”]?(?:{words('adverb', 'own-subject', 'target', 'target-local')})"
        f"|园区(?={words('event-verb', 'built-verb', 'light-verb')}|到位|共|已|现|累计)"
        r"|可(?=新增|实现|形成|带来|增加)|(?:头|前|近|这|过去)?[一二三四五六七八九十两几\d]{1,3}个?(?:多?年来?|月|季度)(?=.{2})|半年(?:多来)?(?=.{2})|月(?=[一-鿿]{2})"
        r"|(?:比|较)(?:上年|去年|年初|上月|前年|同期|\d{4}年)?(?:同期|末|底)?(?=净增|净减|新增|多|少|.{4})|最终|首届|此番|把|区里|这种模式|反而|但(?=.{2})"
        "|[的、和及与,:]|在(?![建谈库岗校研册孵营区])|对(?![外接口])|将|把|以(?!上))"
    )


@cache
def _tail_strip() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{words('light-verb', 'target', 'target-local', 'reached')}|累计|已|共|总计|合计|(?<!签)约|近|就|仅|均|"
        "分别|总数|数量|超|超过|突破"
        "|增至|增加到|增长到|发展到|升至|扩大到|提高到|提升到|猛增到|减少到|减到|降到|升到|做到|变成|扩到|扩至|改成|凑满|占了|占到|再做|做|此番|现有|现|却|也|仍|仍旧|依然|则|又|再|还|要|可|能|将|会|另|连续.{1,3}年|在基础上|为|了|的|在|至|各|到|:)$"
    )


@cache
def _zone_strip() -> re.Pattern[str]:
    return re.compile(
        r"^[^“”,、\d]{0,16}?(?:(?:经济技术|经济|高新技术产业|高新技术)?开发区|高新区|经开区|产业集聚区|综保区|新区|全区)(?![内外里数])"
    )


def strip_head(text: str) -> str:
    """Without adverbs, conjunctions and the words for the story's own subject at the start."""
    while True:
        shorter = _head_strip().sub("", text, count=1)
        if shorter == text or (len(shorter) < 2 and shorter not in {"", text}):
            return shorter if len(shorter) >= 2 or not shorter else text
        text = shorter


def zone_free(text: str) -> str:
    """Without a zone's name at the start, where something is left behind it."""
    shorter = strip_head(_zone_strip().sub("", text, count=1))
    return shorter if len(shorter) >= 2 or text.endswith("区") is False else text


def strip_tail(text: str, kind: str | None = None) -> str:
    """Without the verbs and adverbs that bring a figure at the end; as soon as a head noun of ``kind`` ends it, it is left so."""
    while (kind is None or not has_head(text, kind)) and (shorter := _tail_strip().sub("", text, count=1)) != text:
        text = shorter
    return text


@cache
def _light_head() -> re.Pattern[str]:
    return re.compile(rf"^(?:(?:{words('light-verb')})(?!投资)(?:了|过|好)?)(?=.{{2}})")


@cache
def event_tail() -> re.Pattern[str]:
    """Event verbs at the end of what stands before a figure (新签约→39个项目)."""
    return re.compile(rf"(?P<verb>(?:{words('event-verb', 'built-verb')}){{1,2}})(?:了|过|的|成功)?$")


@cache
def _inner_verb() -> re.Pattern[str]:
    """A verb inside a longer stretch, after which the name begins."""
    return re.compile(rf"(?:{words('cut-verb')})(?:了|过)?|(?<=[,为对向给的已内])(?:{words('event-verb', 'built-verb')})")


@cache
def _heads(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words(*HEADS[kind])})[”’]?{_TALLY}?$")


def head_kind(kind: Kind, unit: str) -> str:
    """Which class of heads a figure of this sort needs."""
    if unit in {"人", "人次"}:
        return "people"
    if unit.startswith("元/"):
        return "money"
    return {Kind.MONEY: "money", Kind.MEASURE: "measure"}.get(kind, "count")


def has_head(name: str, kind: str) -> bool:
    """Whether a phrase ends in a noun that statisticians count or sum up."""
    return bool(_heads(kind).search(name)) or (kind != "people" and len(name) > 1 and bool(_suffix().search(name)))


@cache
def _suffix() -> re.Pattern[str]:
    return re.compile(rf"(?:{words('suffix-head')})$")


@cache
def _phrase(kind: str) -> re.Pattern[str]:
    heads = words(*HEADS[kind])
    return re.compile(rf"^(?:的)?(?P<name>[^,。;:]{{0,22}}?(?:{heads})(?:{heads})*[”’]?)(?P<rest>.*)$")


def phrase_behind(text: str, kind: str) -> tuple[str, str] | None:
    """The noun phrase that directly follows a classifier (个|省市重点项目|稳步推进), and what follows it."""
    match = _phrase(kind).match(text)
    if not match:
        return None
    name = match["name"]
    if re.search(rf"(?:{words('honour-verb')}|{_CLAUSE})", name):
        return None
    return name, match["rest"]


def tidy(name: str) -> str:
    """A name without stray marks, vague modifiers and tally words."""
    name = re.sub("已(?=累计|完成)", "", name)
    name = re.sub(r"^.{0,6}?\d+[家名户个](?:企业|公司|单位|项目)?(?:里|中)?(?=.{2})", "", name.strip("、,:;的和及与…·( "))
    if "的" in name[1:-2]:
        head, _, tail = name.rpartition("的")
        tail = head + tail if re.fullmatch(r"[^的,]{0,8}\d[^的,]*以[上下]", head) else tail
        verb = re.match(rf"(?:{words('event-verb', 'built-verb')})", head)
        name = (verb[0] if verb and not tail.startswith(verb[0]) else "") + tail
    if "等" in name:
        tail = name.rsplit("等", 1)[1]
        if len(tail) >= 2:
            verb = re.match(rf"(?:{words('event-verb')})", name)
            name = (verb[0] if verb else "") + tail
    name = re.sub(rf"(?<!第)(?:{words('vague-modifier')})(?=.{{2}})", "", name) if not name.startswith("等") else name[1:]
    name = (
        re.sub(rf"(?<=.)(?<![率次人工])(?:{_TALLY})$", "", name)
        if re.search(rf"(?:企业|项目|平台|公司|机构|主体|户){_TALLY}$", name)
        else name
    )
    if name.count("“") != name.count("”"):
        name = name.strip("“”") if name.count("“") + name.count("”") == 1 else name
    if name.count("“") < name.count("”"):
        name = "“" + name
    return name.strip("、,:;的和及与 ")


def level_name(before: str, kind: str) -> tuple[str, str]:
    """``(name, bare verb)`` from the words before a figure; a bare verb where no noun is there (培育1家)."""
    text = strip_tail(strip_head(before), kind)
    text = zone_free(text)
    if re.fullmatch(rf"(?:{words('light-verb')})(?:了|过)?", text):
        return "", ""
    cut: re.Match[str] | None = None
    for match in _inner_verb().finditer(text):
        if len(text) - match.end() >= 2:
            cut = match
    if cut is not None:
        verb = "" if re.fullmatch(rf"(?:{words('cut-verb', 'light-verb')})(?:了|过)?", text[cut.start() : cut.end()]) else cut[0]
        text = verb + text[cut.end() :]
    text = _light_head().sub("", strip_head(text), count=1)
    text = re.sub(r"^(?:了|过)", "", text)
    built = re.match(rf"(?P<built>{words('built-verb')})了?(?P<name>.+)$", text)
    if built and kind in {"money", "measure"}:
        text = built["name"]
    text = re.sub(rf"^((?:{words('event-verb', 'built-verb')}))[了过](?=.)", r"\1", text)
    if re.fullmatch(rf"(?:{words('event-verb', 'built-verb')}){{0,3}}(?:了|过)?", text):
        return "", text.rstrip("了过")
    trailing = re.match(
        rf"(?P<name>.{{2,}}?)(?:已|已经|均|共|累计)(?P<verb>(?:{words('event-verb', 'built-verb')}){{1,2}})$", text
    )
    if not trailing and (new := re.match(r"(?P<name>.{2,}?)(?:又添|再添|新添|增添)了?$", text)) and has_head(new["name"], kind):
        return tidy("新增" + new["name"]), ""
    if trailing and has_head(trailing["name"], kind):
        return tidy(trailing["verb"] + trailing["name"]), ""
    return tidy(text), ""


@cache
def _base() -> re.Pattern[str]:
    return re.compile(rf"^(?:{words('event-verb', 'built-verb')}|新(?!能源|材料|兴|型|质)|已)+(?=.{{2}})")


def base_name(name: str) -> str:
    """What is counted, without the verb in front (新增省级专精特新企业 → 省级专精特新企业)."""
    return re.sub(r"(?<=.)(?:在建|续建|新开工)(?=项目)", "", _base().sub("", name))


def split_list(name: str) -> list[str]:
    """The items of a coordination, with what they share put to each.

    国家级、省级绿色工厂 → 国家级绿色工厂, 省级绿色工厂; 产值超8亿、3亿企业 → 产值超8亿企业, 产值超3亿企业.
    """
    items = [item for item in re.split(r"[、和与及]", name) if item]
    if len(items) < 2:
        return items
    last = items[-1]
    number = re.match(r"\d[\d.]*[万亿]?(?:元)?", last)
    first_number = re.search(r"\d[\d.]*[万亿]?(?:元)?$", items[0])
    if number and first_number:
        front, tail = items[0][: first_number.start()], last[number.end() :]
        return [items[0] + tail, *[front + item + tail for item in items[1:-1]], front + last]
    level = re.match(r"(?:国家|省|市|县|区)级?", last)
    if level and all(re.fullmatch(r"(?:新增)?(?:国家|省|市|县|区)级?", item) for item in items[:-1]):
        tail = last[level.end() :]
        return [item + tail for item in items[:-1]] + [last]
    return items


@cache
def _counted_event() -> re.Pattern[str]:
    verb = words("event-verb", "event-plain", "built-verb")
    return re.compile(rf"^(?P<noun>.*?(?:项目|工程|企业|公司|园区))(?:{words('event-manner')})*(?P<verb>{verb})$")


def given_name(text: str) -> str:
    """What the scorer's words name: 项目集中签约 → 签约项目; empty where they are a clause or the rest of a list."""
    if re.search("等$|、.*等|^(?:占|贡献|卖往|来自|要|就|再)", text):
        return ""
    text = re.sub(rf"^.*、(?=(?:{words('dependent')})$)", "", text)
    if match := _counted_event().match(text):
        return with_event(match["noun"], match["verb"])
    return tidy(text)


def with_event(noun: str, rest: str) -> str:
    """A counted noun with what is said to happen to it put in front, the manner left out (项目, 同期开工 → 开工项目)."""
    predicate = _event().match(rest)
    if predicate is None:
        return tidy(noun)
    verb = _plain_events().get(predicate["verb"], predicate["verb"])
    return tidy(verb + noun)


@cache
def _event() -> re.Pattern[str]:
    manner, verb = words("event-manner", "adverb"), words("event-verb", "event-plain", "built-verb")
    return re.compile(rf"(?:{manner})*(?P<verb>{verb})(?:了|仪式)?$")


@cache
def _plain_events() -> dict[str, str]:
    """Words for an event that newspapers put in a table under another name (破土动工 → 开工)."""
    return dict.fromkeys(classes()["event-plain"].words, "开工")


def is_rate(name: str) -> bool:
    """Whether a phrase ends in a noun for a part or a degree (率, 比重)."""
    return bool(re.search(rf"(?:{words('rate-tail')})$", name))
