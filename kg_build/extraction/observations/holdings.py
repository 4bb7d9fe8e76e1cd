"""Shares of a company in somebody's hands: 远禾重工占股51%, 认购青木化纤8%的股权, 中方出资七成."""

from __future__ import annotations

import re

from kg_build.extraction.observations import naming
from kg_build.extraction.observations.reader import Reader, Told
from kg_build.extraction.observations.scene import Draft
from kg_build.model import EntityType, Mention
from kg_build.quantities import Quantity

_HELD = re.compile(
    r"(?:合计|共|各)?(?P<verb>持股|占股|控股|参股|出资|入股|持有|认购|认缴|各出|占)(?:比例|比)?(?:约|占|为|达|近)*$"
)
_PRINTED = {"持股", "占股", "控股", "参股", "出资", "入股", "认缴"}
"""Words for a share that name it as they are printed; the others only tell that it is one."""
_BOUGHT = re.compile(r"(?:收购|买下|购入|认购|持有|转让|受让|拿下|出让)(?:了)?(?P<what>.{0,24})$")
_OF_STOCK = re.compile(r"^的?(?:股权|股份|股)")
_HOLDERS = {EntityType.ENTERPRISE, EntityType.INSTITUTION, EntityType.PERSON, EntityType.ZONE}
_PAIR = ("前者", "后者")
_JOINT = re.compile("合资|股东|出资|入股|参股|股权|股份|持股|占股|控股")
_SIDES = re.compile("[中外日德美韩法英意港台澳俄]{2}(?=双方)")
"""中外双方: what each side is called before 方."""
_COUPLE = 2
_EACH = re.compile("各自?(?:持股|占股|出资|持有|出|占)(?:约|近)?$")
"""甲与乙各持股→50%."""
_FOUNDED = re.compile(r"(?:成立|组建|设立|创办|注册|新设|合资|建立)(?:了|的)?$")
_OWNED = re.compile(r"^(?:的)?(?:股东|股权|由|注册|,?股比)")


def read_holding(reader: Reader, told: Told) -> list[Draft] | None:
    """The observation of a share in a company, told of the company; None where the percentage is no such share."""
    start = told.clause.span.start
    before = reader.page.words(start, told.figure.span.start)
    held = _HELD.search(before)
    of_stock = bool(_OF_STOCK.match(told.behind))
    if held and (held["verb"] != "占" or of_stock or _JOINT.search(reader.page.text[reader.sentence : told.figure.span.start])):
        name = naming.strip_head(before[: held.start()])
        verb = held["verb"] if held["verb"] in _PRINTED else "持股"
    elif of_stock and (bought := _BOUGHT.search(before)):
        name, verb = naming.strip_head(before[: bought.start()]), "持股"
    else:
        return None
    company = _company(reader, told)
    if len(told.group) > 1:
        holders = _holders(reader, told, company, len(told.group))
        return [_held_by(reader, told, h + verb, q, company) for h, q in zip(holders, told.group, strict=False) if company]
    if _EACH.search(told.before) and len(both := _holders(reader, told, company, _COUPLE)) == _COUPLE:
        return [_held_by(reader, told, h + verb, told.figure, company) for h in both if company]
    name = _holder(reader, told, name, company)
    if company is None or len(name) > naming.MAX_NAME:
        return []
    if len(name) < 2:
        holder = [
            m for m in reader.subjects.within(reader.sentence, start) if m.type is EntityType.ENTERPRISE and m.id != company.id
        ]
        name = holder[-1].name if holder else ""
    return [_held_by(reader, told, name + verb, told.figure, company)]


def _held_by(reader: Reader, told: Told, name: str, figure: Quantity, company: Mention) -> Draft:
    draft = reader.draft(told.clause, name, figure, "share", of=(company.id,), share=True)
    if not told.clause.periods:
        draft.start = draft.end = draft.period_text = None  # who holds what has no time of its own
    return draft


def _holders(reader: Reader, told: Told, company: Mention | None, count: int) -> list[str]:
    """Who holds the shares of a row (甲、乙分别持有30%和18%; 中外双方各占…): as many as are looked for, or none."""
    start, at = told.clause.span.start, told.figure.span.start
    if sides := _SIDES.search(reader.page.words(start, at)):
        return [side + "方" for side in sides[0]] if count == len(sides[0]) else []
    for begin in (start, reader.sentence):
        others = [m for m in reader.subjects.within(begin, at) if m.type in _HOLDERS and m.span.end <= at]
        names = list(dict.fromkeys(m.name for m in others if company is None or m.name != company.name))
        if len(names) == count:
            return names
    return []


def _holder(reader: Reader, told: Told, words_before: str, company: Mention | None) -> str:
    """Who holds the share: the name before the verb (大股东→远禾重工←因此), whom 前者 and 后者 mean, or the words."""
    start, at = told.clause.span.start, told.figure.span.start
    named = [m for m in reader.subjects.within(start, at) if m.type in _HOLDERS and m.span.end <= at and m is not company]
    if named and named[-1].name in words_before:
        return named[-1].name
    if order := re.search("前者|后者", words_before):
        pair = [m for m in reader.subjects.within(reader.sentence, start) if m.type in _HOLDERS and m is not company]
        return pair[0 if order[0] == "前者" else 1].name if len(pair) == len(_PAIR) else ""
    return re.sub(r"^(?:其中|另一方)|(?:为|已|将|以.{2,12})$", "", re.split("[:：和与、]", words_before)[-1])


def _company(reader: Reader, told: Told) -> Mention | None:
    """The company whose stock it is: bought, just founded, or told of in the paragraph."""
    at = told.figure.span.start
    firms = [m for m in reader.subjects.within(reader.paragraph, at) if m.type is EntityType.ENTERPRISE and m.span.end <= at]
    text = reader.page.text
    for firm in reversed(firms):
        if firm.span.end == at or _FOUNDED.search(text[max(0, firm.span.start - 6) : firm.span.start]):
            return firm
        if _OWNED.match(text[firm.span.end : firm.span.end + 6]):
            return firm
    here = told.clause.span.start
    known = (*reader.scene.kept, *reader.scene.earlier)
    kept = [m for m in firms if m.id in known and m.span.end <= here]
    return kept[-1] if kept else reader.subjects.firm_before(reader.sentence)
