"""Figures of an article → observations: a grammar over clauses, with what a reader remembers between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from kg_build.extraction.compact import compact
from kg_build.extraction.likely import LikelyFigures
from kg_build.extraction.observations import naming
from kg_build.extraction.observations.clauses import Clause, read_page
from kg_build.extraction.observations.governing import hear_field
from kg_build.extraction.observations.levels import ONCE_DONE, in_scene, own_area, read_level
from kg_build.extraction.observations.lexicon import words
from kg_build.extraction.observations.merge import merge
from kg_build.extraction.observations.rates import read_percent, read_rank, read_times
from kg_build.extraction.observations.reader import Reader, Told, is_difference, is_running
from kg_build.extraction.observations.scene import Draft, Scene
from kg_build.extraction.observations.subjects import Subjects
from kg_build.extraction.observations.topics import find_subject
from kg_build.extraction.relations.whereabouts import Whereabouts
from kg_build.extraction.trace import NearMiss, Trace
from kg_build.model import Article, EntityType, Mention, MentionForm, Observation, PartKind
from kg_build.quantities import Anchor, Kind, Period, PeriodKind, Quantity, find_periods, make_anchor

if TYPE_CHECKING:
    from spacy.tokens import Doc

_FUND = re.compile("的(?:目标|速度|增|股权|股份|[^,]{0,10}(?:基金|专项资金|引导资金|贷款|债券|订单|合同)$)")
_BEFORE_CHANGE = re.compile(
    "[由从](?:[^,\\d]{0,6}的)?(?:目前的?)?第?[\\d.,零一二两三四五六七八九十百千万亿]+[^\\d,]{1,5}?(?=增|提|扩|发展|升|降|减|上升|下降|压|变|猛|做|拉|改|涨|掉)"
)
"""由N… in front of what it has become."""
_FROM = re.compile(r"[由从][^,\d]{0,16}$")
FROM_REACH = 16
"""Code points between 由 and its figure, a time among them (由去年底的→268家)."""
_BECAME = re.compile("[^,、]{0,8}(?:到|至|为|成)[^,、]{0,2}")
"""Words between what a figure was and what it is."""
_ASKED = {Kind.RANK: "rank", Kind.TIMES: "growth", Kind.PERCENT: "rate"}
"""The rule that figures of a kind are asked by, if it is not ``level``."""
_SORTS = {"level": {Kind.MONEY, Kind.MEASURE, Kind.COUNT}, "share": {Kind.PERCENT}, "rank": {Kind.RANK}}
"""What figures the scorer may call somebody's level, share or rank."""
NAMED, LIKELY_NAMED, RENAMED = 0.15, 0.5, 0.7
"""Odds from which the scorer's words name a figure that the grammar makes nothing of: with a noun that is counted or measured,
or whatever they are; and from which they put the grammar's name right."""


def find_observations(
    article: Article,
    doc: Doc,  # noqa: ARG001 - the stage's interface; this grammar needs characters only
    mentions: tuple[Mention, ...],
    implicit: Callable[[int], int],
    *,
    year: int | None = None,
    likely: LikelyFigures | None = None,
    trace: Trace | None = None,
) -> tuple[Observation, ...]:
    """The figures of ``article`` that a statistician would put into a table, in the order of the text.

    Args:
        article: the story; body and headings are read.
        doc: its annotated text.
        mentions: the names and generic forms found, whose ids ``of`` refers to.
        implicit: the id of the mention of the story's own zone for a position of the text.
        year: the year that the page around this story gives away (`infer_year` of the whole page), taken where the story has
            no date and tells none itself.
        likely: what the pipeline's scorer thinks of the figures; it names and owns those that the grammar makes nothing of, and
            puts a name right that it is sure of.
        trace: takes the figures that tell nothing, with the reason.

    Returns:
        Observations with values in base units and periods resolved against the article's date; a figure said twice is one.
    """
    text = article.text
    read = compact(article, mentions)
    article, mentions = read.article, read.mentions
    heading = (
        " ".join(article.text[p.span.start : p.span.end] for p in article.parts_of(PartKind.TITLE, PartKind.SUBTITLE))
        or article.title
    )
    anchor = make_anchor(article.text, article.published, heading, year)
    page = read_page(article, anchor)
    scene = Scene(anchor, default=_told_in(heading, anchor))
    subjects = Subjects(mentions, _own_park(article, mentions) or implicit, page.masked)
    reader = Reader(page, scene, subjects)
    if likely is not None:
        reader.owner_of = lambda figure: likely.owners.get(read.to_article(figure.core))
        reader.name_of = lambda figure: likely.name(text, read.to_article(figure.core))
    _read(reader)
    if trace is not None:
        for figure, asked, why in reader.passed:
            place = read.to_article(figure.span)
            trace.add(NearMiss(f"figure.{asked}", place, why, about=text[place.start : place.end]))
    return tuple(replace(o, evidence=read.to_article(o.evidence)) for o in merge(reader.found, subjects.same))


def _own_park(article: Article, mentions: tuple[Mention, ...]) -> Callable[[int], int] | None:
    """The park that the story is about where it names no zone; what it tells of nobody else is the park's."""
    if any(m.type is EntityType.ZONE and m.form is not MentionForm.IMPLICIT for m in mentions):
        return None
    park = Whereabouts(article, mentions).park
    return None if park is None else lambda _: park.id


def _told_in(heading: str, anchor: Anchor) -> tuple[date, date] | None:
    """The time that a headline gives to all figures below it (前三季度主要指标公布)."""
    if not re.search(r"指标|成绩单|统计|公报|数据|答卷|经济运行|盘点|综述", heading):
        return None
    spans = [(p.start, p.end) for p in find_periods(heading, anchor) if p.kind is PeriodKind.SPAN and p.start and p.end]
    return (spans[0][0], spans[0][1]) if len(spans) == 1 and spans[0][0] and spans[0][1] else None


def _read(reader: Reader) -> None:
    for sentence in reader.page.sentences:
        text = reader.page.text[sentence.span.start : sentence.span.end]
        if sentence.opens_paragraph:
            reader.scene.open_paragraph(text)
            reader.paragraph = sentence.span.start
        reader.sentence = sentence.span.start
        told = reader.scene.told
        reader.scene.open_sentence(text)
        for clause in sentence.clauses:
            _clause(reader, clause)
        if not any(clause.figures or clause.periods for clause in sentence.clauses):
            reader.scene.told = told  # 1至5月产值…。工厂开足马力。投资…: of the same months


def _clause(reader: Reader, clause: Clause) -> None:
    scene, page = reader.scene, reader.page
    if clause.fresh:
        scene.target = scene.bounded = scene.foreign = scene.once_done = False
        if scene.subject is not None and len(scene.subject) > 1:
            scene.several = scene.subject
            scene.subject = None
    figures = [q for q in clause.figures if not reader.subjects.blocks(q)]
    first = figures[0].span.start if figures else clause.span.end
    scene.hear(tuple(_times_before(reader, clause, first)), page.words(clause.span.start, clause.span.end))
    hear_field(reader, clause)
    cursor = find_subject(reader, clause, first, has_figures=bool(figures))
    if not figures:
        text = page.words(clause.span.start, clause.span.end)
        _without_figures(scene, text)
        scene.once_done = scene.once_done or _ends_once_done(text)
        return
    groups = list(_groups(page.masked, figures))
    for index, group in enumerate(groups):
        last = index + 1 == len(groups)
        limit = clause.span.end if last else groups[index + 1][0].span.start
        behind = page.words(group[-1].span.end, limit).rstrip("。!? \n")
        later = tuple(p for p in clause.periods if group[-1].span.end <= p.span.start < limit)
        scene.local = list(later) if behind else []
        before = page.words(cursor, group[0].span.start)
        scene.owner = None
        if owner := reader.subjects.owner(cursor, group[0].span.start):
            before = page.words(cursor, owner.span.start) + page.words(owner.span.end, group[0].span.start)
            scene.owner = owner.id
        before = _BEFORE_CHANGE.sub("", before)
        if _sets_target().search(before):
            scene.target = True
        known = len(reader.found)
        if _read_figure(reader, Told(group, before, behind, clause, last)):
            cursor = group[-1].span.end
        if index and len(reader.found) == known + 1:
            _add_what_was(reader, clause, groups[index - 1], group)
        if not last:
            scene.hear(later, "")
    scene.once_done = scene.once_done or _ends_once_done(page.words(clause.span.start, clause.span.end))


def _ends_once_done(text: str) -> bool:
    """Whether a clause ends in what must happen before the figures of the next ones come about (5个项目建成达产后)."""
    return any(match.end() == len(text) for match in ONCE_DONE.finditer(text))


def _times_before(reader: Reader, clause: Clause, first: int) -> Iterator[Period]:
    """The times told before a clause's first figure, with what was begun then.

    自2019年成立以来 is a time that began then; 改革自2021年启动 only tells since when something is there, not over what
    later clauses count.
    """
    for period in clause.periods:
        if period.span.start >= first:
            continue
        behind = reader.page.masked[period.span.end : clause.span.end]
        began = re.match(rf"[^,]{{0,4}}(?:{words('beginning')})+(?P<on>以来|至今)?", behind)
        if not began or period.kind is not PeriodKind.SPAN or not period.text.startswith(("自", "从")):
            yield period
        elif began["on"]:
            yield replace(period, kind=PeriodKind.SINCE, end=None)
        elif clause.figures:
            yield period


def _add_what_was(reader: Reader, clause: Clause, before: Sequence[Quantity], now: Sequence[Quantity]) -> None:
    """What a figure was before it became what it is (由5家增加到8家), a figure of its own; not what the scorer made of it."""
    page, draft = reader.page, reader.found[-1]
    was, became = before[-1], now[0]
    if len(before) + len(now) > 2 or (was.kind, was.unit) != (became.kind, became.unit) or draft.value != became.value:
        return
    start = max(clause.span.start, was.span.start - FROM_REACH)
    opened = _FROM.search(page.masked[start : was.span.start])
    if not opened or draft.kind == "growth" or not _BECAME.fullmatch(page.words(was.span.end, became.span.start)):
        return
    own = [p for p in clause.periods if start + opened.start() <= p.span.start < was.span.start]
    reader.scene.local = own
    begin, end, text = reader.scene.when(stock=False, target=False) if own else (None, None, None)
    reader.scene.local = []
    rank = None if draft.rank is None else int(was.value)
    reader.found = [d for d in reader.found if (d.rule, d.evidence, d.value) != ("pairs", clause.span, was.value)]
    reader.found.append(
        replace(
            draft, value=was.value, rank=rank, growth=None, is_target=False, start=begin, end=end, period_text=text, kind="was"
        )
    )


def _without_figures(scene: Scene, text: str) -> None:
    """What a clause without figures leaves behind: an aim, or the thing that the next clause counts."""
    if re.search(rf"(?:{words('target')})", text):
        scene.target = True
    elif re.search(rf"(?:{words('come-about')})", text):
        scene.target = False
    risen = re.search(rf"(?P<name>[^的]{{2,}})(?:{words('risen')})$", text)
    scene.awaiting = naming.level_name(risen["name"], "money")[0] if risen else ""
    if re.search("持平$|持平[,。]?$", text) and "后者" in text and len(scene.recent) > 1:
        scene.recent[-1].growth = Decimal(0)
    elif re.search("持平", text) and scene.last and scene.last[-1].growth is None:
        scene.last[-1].growth = Decimal(0)
    if aspect := re.fullmatch("(?:在)?(.{2,12}?)(?:建设)?(?:上|方面)", text):
        scene.aspect = aspect[1]
        scene.periods = [p for p in scene.periods if p.kind is not PeriodKind.NOW]  # another matter


@cache
def _sets_target() -> re.Pattern[str]:
    return re.compile(rf"(?:{words('target')})|(?<!年度)计划(?:{words('event-verb', 'built-verb')}|实施|完成(?!投资))")


def _read_figure(reader: Reader, told: Told) -> bool:
    """Adds a figure's observations; false where it is part of a name that goes on behind it."""
    scene = reader.scene
    reader.is_refused = False
    reader.why, reader.asked = "", _ASKED.get(told.figure.kind, "level")
    drafts = _observations(reader, told)
    trusted = [] if drafts and not scene.foreign else _trusted(reader, told)
    if drafts:
        _rename(reader, told, drafts)
    elif trusted:
        drafts = trusted
    is_level = told.figure.kind in {Kind.MONEY, Kind.MEASURE, Kind.COUNT}
    if not drafts and is_level and not is_difference(told.before) and (drafts is not None or told.last):
        scene.last = []  # a level that wasn't read: no growth behind it may go to another
    # Of others than the story's own only what the scorer is sure of: the grammar takes every figure for the story's.
    said = trusted if scene.foreign else drafts
    if not said:
        why = reader.why or ("it is told of others than the story's own (foreign-subject)" if scene.foreign else "")
        reader.passed += [(told.figure, reader.asked, why)] if why else []
    if drafts is None:
        return False
    reader.found.extend(said or ())
    scene.told = scene.told or bool(drafts)
    scene.bounded = scene.bounded and not drafts
    scene.recent.extend(d for d in drafts if d.kind == "level" and not d.is_share)
    return True


def _trusted(reader: Reader, told: Told) -> list[Draft]:
    """A figure whose owner the scorer is sure of, named by the scorer or, a level, by the words before it or behind it."""
    owner, sort = reader.owner_of(told.figure) or (0, "")
    if reader.is_refused or told.figure.kind not in _SORTS.get(sort, ()):
        return []
    if re.match(rf"[^,、]{{0,8}}(?:{words('merged')})", told.behind):
        return []  # 18个科室→并成6个
    given, odds = reader.name_of(told.figure)
    name = naming.given_name(given) if odds >= NAMED else ""
    if sort == "share" and re.search(rf"(?:{words('rise', 'saving')})[^,到至为]{{0,3}}$", told.before):
        return []  # 增速按→8%, 比别处省→12%: a change or a difference, no part
    if sort != "level":
        if odds < LIKELY_NAMED and not naming.is_rate(name):
            return []
        rank = int(told.figure.value) if sort == "rank" else None
        return (
            [reader.draft(told.clause, name, told.figure, "pairs", of=(owner,), share=rank is None, rank=rank)]
            if 2 <= len(name) <= naming.MAX_NAME
            else []
        )
    kind = naming.head_kind(told.figure.kind, told.figure.unit)
    verb = ""
    if len(name) < 2:
        name, verb = naming.level_name(told.before, kind)
    if odds < LIKELY_NAMED and not naming.has_head(name, kind):
        name = ""
    if len(name) < 2 and (behind := naming.phrase_behind(told.behind, kind)):
        name = naming.with_event(behind[0], behind[1]) if not verb else naming.tidy(verb + behind[0])
    if not 2 <= len(name) <= naming.MAX_NAME or _is_anothers(reader, told, name) or _is_to_come(reader, owner, name):
        return []
    return [reader.draft(told.clause, name, told.figure, "pairs", of=(owner,))]


def _is_to_come(reader: Reader, owner: int, name: str) -> bool:
    """Whether it is what one planned project will bring, which is no figure of the zone's."""
    of_area = reader.subjects.kind((owner,)) in {EntityType.ZONE, EntityType.PLACE}
    return of_area and reader.scene.single_project == "planned" and is_running(name)


def _is_anothers(reader: Reader, told: Told, name: str) -> bool:
    """Whether a name was given to another figure of the sentence, and no time sets the two apart."""
    told_before = (d for d in reader.found if d.evidence.start >= reader.sentence and d.kind == "level")
    same = [d for d in told_before if d.indicator == name and d.unit == told.figure.unit and d.value != told.figure.value]
    return bool(same) and not told.clause.periods and told.behind != ""


def _rename(reader: Reader, told: Told, drafts: list[Draft]) -> None:
    """Gives the level of a figure the name that the scorer is sure of, where the grammar's is another."""
    given, odds = reader.name_of(told.figure)
    name = naming.given_name(given)
    levels = [draft for draft in drafts if draft.kind == "level" and not draft.is_share]
    if odds < RENAMED or len(levels) != 1 or len(drafts) > 1 or not 2 <= len(name) <= naming.MAX_NAME:
        return
    if told.figure.kind is Kind.MONEY and naming.has_head(levels[0].indicator, "money") and not naming.has_head(name, "money"):
        return  # 规上企业实现利润→2亿元: it is no sum of 规上企业
    if name not in levels[0].indicator and levels[0].indicator not in name:
        levels[0].indicator = in_scene(reader, told, name) or name


def _observations(reader: Reader, told: Told) -> list[Draft] | None:
    """The observations of a figure; None where it is part of a name, empty where it tells nothing."""
    figure = told.figure
    if figure.kind is Kind.POINTS or re.search(rf"(?:{words('margin')})[^,]{{0,16}}$", told.before):
        reader.is_refused = True
        return reader.silent("it is a distance from something else (points, margin)")
    if area := own_area(reader, told):
        return [area]
    if _is_modifier(reader, told):
        _keep_sum(reader, told)
        reader.is_refused = figure.kind is not Kind.COUNT  # 10万名以上人才 may be a count
        reader.pass_by("it only says which things are meant (…的, …以上)")
        return None
    if figure.kind is Kind.RANK:
        return read_rank(reader, told)
    if figure.kind is Kind.TIMES:
        return read_times(reader, told)
    if figure.kind is Kind.PERCENT:
        return read_percent(reader, told)
    if is_difference(told.before):
        return reader.silent("it is a difference, no level (rise, fall)")  # 增加5家
    return read_level(reader, told)


def _is_modifier(reader: Reader, told: Told) -> bool:
    """Whether a figure only says which things are meant (亿元以上项目, 总投资1亿元的基地)."""
    figure, behind = told.figure, told.behind
    if behind.startswith(("级", "的以上")):
        return True
    if reader.tail(figure).endswith(("以上", "以下", "以内")) and re.match("[一-鿿“](?<!的)", behind):
        return True
    measured = figure.kind in {Kind.MONEY, Kind.MEASURE, Kind.PERCENT}
    if measured and behind.startswith("的") and not _FUND.match(behind):
        return True
    if figure.kind is Kind.MONEY and behind.startswith(("项目上", "项目中", "企业中")):
        return True  # 在20亿元项目上有了进展
    return figure.kind is Kind.MONEY and not told.last and behind.startswith(("企业", "项目", "工厂", "以上"))


def _keep_sum(reader: Reader, told: Told) -> None:
    """Remembers the sum of items that are counted next (签约总投资达9亿元的项目10个)."""
    match = re.search("(?P<verb>.{0,8}?)(?P<sum>总投资额?|协议投资额?)(?:达到|达|为|约|超)?$", told.before)
    if not match or told.figure.kind is not Kind.MONEY or reader.tail(told.figure):
        return
    if re.fullmatch("的.{0,12}项目", told.behind):
        reader.pending = (told.figure, match["sum"], match["verb"] + told.behind.removeprefix("的"))


def _groups(text: str, figures: Sequence[Quantity]) -> Iterator[list[Quantity]]:
    """Figures of one sort in a row (22.9%、25.8%) stand together."""
    group: list[Quantity] = []
    for figure in figures:
        if (
            group
            and figure.kind is group[-1].kind
            and figure.unit == group[-1].unit
            and _joins(text[group[-1].span.end : figure.span.start], figure.kind)
        ):
            group.append(figure)
            continue
        if group:
            yield group
        group = [figure]
    if group:
        yield group


def _joins(between: str, kind: Kind) -> bool:
    """Whether two figures stand in a row: 22.9%、25.8%; 增长12%和下降5%."""
    if re.fullmatch(r"[、和与及]", between):
        return True
    change = words("rise", "fall", "rise-short", "fall-short")
    return kind is Kind.PERCENT and bool(re.fullmatch(rf"[、和与及](?:{change})了?", between))
