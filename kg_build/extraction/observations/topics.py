"""The subject of a clause: named in it, meant by a general word, or left out because the paragraph still tells of it."""

from __future__ import annotations

import re
from functools import cache

from kg_build.extraction.observations.clauses import Clause
from kg_build.extraction.observations.lexicon import words
from kg_build.extraction.observations.reader import Reader
from kg_build.extraction.observations.scene import is_single_project
from kg_build.model import EntityType, Mention

NAMED = {EntityType.ENTERPRISE, EntityType.PARK, EntityType.ZONE}
KEPT = {EntityType.ENTERPRISE, EntityType.PARK, EntityType.INSTITUTION}
"""Of these a paragraph goes on to tell without naming them again; what has no subject otherwise is the zone's."""
_LEADS_TO_NAME = re.compile(
    r"(?:^|的是|的|(?<!家)企业|民企|公司|厂家|老厂|商|独资|合资|日资|德资|台资|外资|其中|旗下|隔壁|同期|邻居|本地|当地|知名|龙头|另一家)$"
)
"""What may stand before a name that is the subject: nothing, a modifier, the trade."""
_WITH_OTHERS = re.compile(
    r"(?:全市|全县)?“?[一两二三四五]区[一二三四五六七八九十多]园"
    r"|[^,]{0,12}[区园城][和与及](?:其他|其余)?[一二三四五六七八九十两\d]{1,3}个[^,]{0,8}(?:园区|开发区|高新区|经开区|乡镇|县)"
)
"""A zone together with others without a name, whose figures are no single one's (“一区四园”, 经开区和三个县级园区)."""
_OTHER_FIRMS = re.compile(r"(?:另有|还有|另外|此外)[^,]{0,6}?[一二三四五六七八九十两几\d]{1,4}家")
"""Others than the firm told of (另有3家企业在谈)."""
_WE = re.compile("(?:我们|咱们)(?![区园县市镇]|[高新经开]{2}区|开发区|管委会)")
_NOT_SUBJECT = re.compile(r"^(?:等|、|和|与|及|以及)?(?:项目|工程|[一二三]期|\d+个|[两三四五六七八九十]家)")
_HEAD_OF = re.compile(r"^(?:原|现任|副|常务)?(?:董事长|总经理|经理|创始人|创办人|负责人|老板|总裁|厂长|总工|掌门人)")


def find_subject(reader: Reader, clause: Clause, first: int, *, has_figures: bool) -> int:
    """Sets the clause's subject in the scene; gives the position behind its words.

    Args:
        reader: the state of the reading.
        clause: the clause.
        first: where its first figure begins, its end if it has none.
        has_figures: whether it has any.
    """
    scene = reader.scene
    scene.earlier = scene.kept
    scene.is_kept = scene.is_kept and scene.subject == scene.kept
    head = reader.page.words(clause.span.start, first)
    whole = reader.page.words(clause.span.start, clause.span.end)
    if _WITH_OTHERS.match(whole):
        scene.foreign = True
        return clause.span.start
    if _OTHER_FIRMS.match(whole):
        scene.subject, scene.kept, scene.is_kept = None, (), False
    subject = reader.subjects.subject(clause.span, first)
    if subject is not None:
        scene.subject, scene.foreign = subject.of, False
        scene.single_project = "running" if subject.is_project else None
        _keep(reader, reader.subjects.kind(subject.of))
        return subject.end
    if (end := _general(reader, clause, first, head)) is not None:
        return end
    if project := is_single_project(head, whole=not has_figures):
        scene.single_project = scene.single_project or project
        return clause.span.start
    if re.match(
        rf"(?:其中|而|目前)?(?:{words('foreign-subject')})(?!唯一|首|排|\d|第|前|领先|居|名列|率先|最|市场|份额|销量|出货)", whole
    ):
        scene.foreign = True
        return clause.span.start
    named = _named_later(reader, clause, first)
    if named is not None:
        scene.subject, scene.foreign, scene.single_project = (named.id,), False, None
        _keep(reader, named.type)
        return named.span.end
    if (speaker := reader.subjects.speaker(clause.span.start, clause.span.end)) is not None:
        scene.subject = None
        scene.kept = () if speaker.type is EntityType.OFFICIAL else scene.kept
    if scene.subject is None and scene.kept and not scene.topic:
        scene.subject, scene.is_kept = scene.kept, True
    return clause.span.start


def _keep(reader: Reader, kind: EntityType | None) -> None:
    subject = reader.scene.subject or ()
    reader.scene.kept = subject if kind in KEPT and len(subject) == 1 and not reader.scene.single_project else ()


def _general(reader: Reader, clause: Clause, first: int, head: str) -> int | None:
    """A general word at the head of the clause (公司, 园区, 全区)."""
    scene, page = reader.scene, reader.page
    for name, kind in (("firm-subject", EntityType.ENTERPRISE), ("park-subject", EntityType.PARK)):
        found = _word(name).match(head)
        if not found:
            continue
        known = reader.subjects.latest(kind, reader.paragraph, clause.span.start, scene.kept)
        if known is None and kind is EntityType.PARK:
            break  # 园区 is the zone
        if known is None:
            known = reader.subjects.latest(kind, 0, clause.span.start, ())
        scene.single_project = None
        scene.subject, scene.foreign = ((known,), False) if known is not None else (None, True)
        scene.kept = scene.subject or ()
        at = page.masked.find(found["kind"], clause.span.start, first)
        return at + len(found["kind"]) if at >= 0 else clause.span.start
    if own := re.match(rf"(?:[^,]{{0,6}}?说)?(?P<who>{words('own-subject')})", head):
        firm = _speaking_firm(reader, clause) if _WE.match(head, own.start("who")) else None
        if firm is not None:
            scene.single_project, scene.foreign, scene.subject = None, False, (firm,)
            scene.kept = scene.subject
            return clause.span.start
        scene.foreign, scene.subject, scene.kept = False, (), ()
        return clause.span.start
    return None


def _speaking_firm(reader: Reader, clause: Clause) -> int | None:
    """The firm whose people say 我们 in a quote (远禾公司经理某某说:“我们产值…”); None where an official of the zone speaks."""
    start, end = reader.paragraph, clause.span.start
    said = reader.page.text[start:end]
    if said.count("“") <= said.count("”"):
        return None
    if any(m.type is EntityType.OFFICIAL for m in reader.subjects.within(start, end)):
        return None
    return reader.subjects.latest(EntityType.ENTERPRISE, start, end, reader.scene.kept)


@cache
def _word(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"[^,占的在]{{0,4}}?(?<!上市)(?<![子分母总家])(?P<kind>{words(name)}|(?:这|该)家[^,]{{0,14}}?(?:企业|公司|老厂|厂))"
        if name == "firm-subject"
        else rf"(?P<kind>{words(name)})"
    )


def _named_later(reader: Reader, clause: Clause, first: int) -> Mention | None:
    """A firm, park or zone that is the subject behind a modifier (做包装的远禾; 隔壁远禾)."""
    for mention in reader.subjects.within(clause.span.start, first):
        if mention.type not in NAMED or mention.span.end > first:
            continue
        before = reader.page.words(clause.span.start, mention.span.start)
        behind = reader.page.text[mention.span.end : mention.span.end + 8]
        if _LEADS_TO_NAME.search(before) and not _NOT_SUBJECT.match(behind):
            return mention
        if mention.type is EntityType.ENTERPRISE and _HEAD_OF.match(behind):
            return mention
        return None
    return None
