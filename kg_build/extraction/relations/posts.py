"""Engine `posts`: the posts that stand before a name (某开发区党工委副书记、管委会主任某某) or after it (某某任该区管委会主任).

A post is an organisation or place, an organ (党工委, 管委会, 市委) and a rank (副主任); the title is organ and rank. A
post without organisation of its own has that of the post before it, and where there is none, the zone of the story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg_build.extraction.relations.emit import Context, Firing
from kg_build.extraction.relations.rules import Rule
from kg_build.extraction.trace import UNKNOWN, NearMiss
from kg_build.model import EntityType, Mention, MentionForm, Span, Statement

_PEOPLE = frozenset({EntityType.OFFICIAL, EntityType.PERSON})
_PLACES = frozenset({EntityType.ZONE, EntityType.PLACE, EntityType.PARK})
_HOLDERS = _PLACES | {EntityType.INSTITUTION, EntityType.ENTERPRISE}
_WINDOW = 24
"""Longest title, in characters."""
_STRETCH = re.compile(r"[^,。;\n]*")
_OFFICE = re.compile(r"(?:职务|一职)$")
_DEPARTMENT = "[\u4e00-\u9fff]{1,8}?(?:局|处|科|室|办|部|中心)"
"""A body that no list has (科技局, 保税业务处), between what it belongs to and the rank."""
_IN = re.compile(r"(?:此前|之前|早年|原|曾|原先)?(?:曾)?在")
_SERVED = re.compile(r"(?:任|担任|当|做)(?:过|了)?(?:[^,。;\n]{1,3}年)?")
_HELD = re.compile(r"(?:此前|之前|早年|原先|曾|原|现)*(?:担任|任)")
_LATELY = re.compile(r"(?:现任|现|新任|首任)$")
_MARKS = "、,。;:!?“”《》()的"
_DEGREE = re.compile("^(?:常务|第一)?(?:副|代)")
_ELSEWHERE = re.compile("(?:政协|人大|街道|镇|乡|机关|教育|纪检|政法|地区)[^、,。;]{0,6}$")
"""Before 工委 these make it another body's than the zone's (政协某地区|工委, 人大|工委)."""
_LEVELS = {"省": "省", "市": "市", "县": "县", "区": "区"}


@dataclass(frozen=True, slots=True)
class _Post:
    title: str
    span: Span
    holder: Mention | int | None
    """The mention of where it is held; an implicit zone's id; None: as the post before it."""
    former: bool


@dataclass(frozen=True, slots=True)
class _Grammar:
    title: re.Pattern[str]
    """Organ and rank, at the end of a stretch."""
    organs: re.Pattern[str]
    zone_organs: frozenset[str]
    departments: frozenset[str]
    former: re.Pattern[str]
    lately: frozenset[str]
    """Words of a post that is held, between organ and rank."""
    takes: re.Pattern[str]
    leaves: re.Pattern[str]


def find(context: Context, rules: Sequence[Rule]) -> Iterator[Firing]:
    """The posts of every person named, in the order of the text."""
    for rule in rules:
        grammar = _grammar(rule)
        previous: tuple[Mention, list[_Post]] | None = None
        people = sorted({m.span: m for m in context.view.mentions if m.type in _PEOPLE and len(m.span)}.items())
        for _, person in people:
            posts = (
                _before(context, grammar, person, previous)
                if rule.match["side"] == "before"
                else _after(context, grammar, person)
            )
            yield from _firings(context, rule, person, posts)
            if context.trace is not None and not posts and (why := _why_none(context, grammar, rule, person, previous)):
                says = f"{person.name} {rule.property} {UNKNOWN}"
                context.trace.add(NearMiss(rule.id, person.span, why, says))
            previous = (person, posts)


def _why_none(
    context: Context, grammar: _Grammar, rule: Rule, person: Mention, previous: tuple[Mention, list[_Post]] | None
) -> str:
    """Why a person has no post by a rule, where a title stands near the name; empty where none does."""
    text = context.view.text
    if rule.match["side"] == "before":
        end = person.span.start
        if _of_another(context, grammar, end, previous):
            return f"the title before it follows {previous[0].name if previous else ''}, whose it is"
        if post := _post_ending(context, grammar, end):
            return f"nobody says where one is {post.title}"
        ranks = [text.rfind(rank, max(0, end - _WINDOW), end) for rank in rule.match["ranks"]]
        low = max(ranks)
        between = text[low:end]
        near = low >= 0 and not re.search(rf"[{re.escape(_MARKS)}\n]", between)
        return f"a title must end right before the name; {between} stands there" if near else ""
    if takes := grammar.takes.match(text, person.span.end) or grammar.leaves.match(text, person.span.end):
        stretch = _STRETCH.match(text, takes.end())
        behind = stretch.group() if stretch else ""
        if any(rank in behind for rank in rule.match["ranks"]):
            return f"behind {takes.group()} no title that is listed ends the words {behind[:_WINDOW]}"
    return ""


@lru_cache(maxsize=8)
def _grammar(rule: Rule) -> _Grammar:
    match = rule.match
    organs = _alternatives(match["zone_organs"] + match["organs"] + match["departments"])
    degrees, ranks = _alternatives(match["degrees"]), _alternatives(match["ranks"])
    lately = _alternatives([*match["former"], *match["lately"]])
    title = rf"(?:(?P<organ>{organs}|{_DEPARTMENT})(?P<past>原|{lately})?)?(?:{degrees})*(?:{ranks})"
    soon = rf"(?:同志)?[,]?(?:{_alternatives(match.get('when', ['已']))}){{0,2}}"
    return _Grammar(
        title=re.compile(rf"{title}$"),
        organs=re.compile(organs),
        zone_organs=frozenset(match["zone_organs"]),
        departments=frozenset(match["departments"]),
        former=re.compile(rf"(?<![此之])(?:{_alternatives(match['former'])})$"),  # 此前任 is no 前任
        lately=frozenset(match["lately"]),
        takes=re.compile(rf"{soon}(?:{_alternatives(match.get('takes', ['任']))})"),
        leaves=re.compile(rf"{soon}(?:{_alternatives(match.get('leaves', ['卸任']))})"),
    )


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def _before(context: Context, grammar: _Grammar, person: Mention, previous: tuple[Mention, list[_Post]] | None) -> list[_Post]:
    text = context.view.text
    end = person.span.start
    if previous is not None and previous[1] and text[previous[0].span.end : end] in {"、", "和"}:
        return previous[1]
    while end > 0 and text[end - 1] in ":“ 的":
        end -= 1
    posts: list[_Post] = []
    if _of_another(context, grammar, end, previous):
        return []
    while post := _post_ending(context, grammar, end):
        posts.append(post)
        start = post.span.start
        if lately := _LATELY.search(text, max(0, start - 2), start):
            start = lately.start()
        if start > 0 and text[start - 1] in "、兼,":
            end = start - 1
            while end > 0 and text[end - 1] in "、兼,":
                end -= 1
            if _of_another(context, grammar, end, previous):
                break
            continue
        break
    if posts and previous is not None and posts[-1].holder is None:
        gap = text[previous[0].span.end : posts[-1].span.start]
        if previous[1] and gap in {"、", ","}:
            posts.append(previous[1][-1])
            return _inherited(context, grammar, list(reversed(posts)))[1:]
    return _inherited(context, grammar, list(reversed(posts)))


def _of_another(context: Context, grammar: _Grammar, end: int, previous: tuple[Mention, list[_Post]] | None) -> bool:
    """Whether the posts that end here follow somebody else's name (甲任党工委书记 before 乙)."""
    if previous is None or previous[0].span.end >= end:
        return False
    between = context.view.text[previous[0].span.end : end]
    return bool(grammar.takes.match(between) or _HELD.match(between)) and not re.search(r"[,。;、\n]", between)


def _after(context: Context, grammar: _Grammar, person: Mention) -> list[_Post]:
    view = context.view
    text = view.text
    leaves = grammar.leaves.match(text, person.span.end)
    takes = leaves or grammar.takes.match(text, person.span.end)
    if takes is None:
        return _served(context, grammar, person)
    token = view.token_at(max(takes.end() - 1, person.span.end))
    stretch = _STRETCH.match(text, takes.end())
    limit = stretch.end() if stretch else view.units[token].span.end
    following = [m.span.start for m in view.mentions if m.type in _PEOPLE and person.span.end < m.span.start < limit]
    limit = min(following, default=limit)
    posts: list[_Post] = []
    position = takes.end()
    while position < limit:
        mark = text.find("、", position, limit)
        stop = mark if mark >= 0 else limit
        stop -= _office(text, position, stop)
        post = _post_ending(context, grammar, stop)
        if post is None or post.span.start < position or text[position : post.span.start].strip("了为"):
            break
        posts.append(_Post(post.title, post.span, post.holder, post.former or leaves is not None))
        position = mark + 1 if mark >= 0 else limit
    return _inherited(context, grammar, posts) + _given_up(context, grammar, posts, limit)


def _served(context: Context, grammar: _Grammar, person: Mention) -> list[_Post]:
    """A post that somebody held with the organisation before the verb (某某曾在市科技局任副局长)."""
    view = context.view
    lead = _IN.match(view.text, person.span.end)
    if lead is None:
        return []
    bodies = [m for m in view.mentions if m.type in _HOLDERS and m.span.start == lead.end()]
    for body in sorted(bodies, key=lambda m: (-len(m.span), m.id)):
        stretch = _STRETCH.match(view.text, body.span.end)
        verb = _SERVED.match(view.text, body.span.end)
        post = _post_ending(context, grammar, stretch.end()) if stretch else None
        if verb is not None and post is not None and post.span.start >= verb.end():
            return [_Post(post.title, Span(body.span.start, post.span.end), body, former=True)]
    return []


def _office(text: str, start: int, end: int) -> int:
    """How many characters 职务 or 一职 take at the end of a stretch."""
    match = _OFFICE.search(text[start:end])
    return len(match.group()) if match else 0


def _given_up(context: Context, grammar: _Grammar, posts: Sequence[_Post], start: int) -> list[_Post]:
    """A post that the next clause says is no longer held (…任党工委书记,不再担任管委会主任职务)."""
    text = context.view.text
    leaves = grammar.leaves.match(text, start)
    if leaves is None or not posts:
        return []
    stretch = _STRETCH.match(text, leaves.end())
    end = stretch.end() if stretch else leaves.end()
    post = _post_ending(context, grammar, end - _office(text, leaves.end(), end))
    if post is None or post.span.start < leaves.end():
        return []
    left = _Post(post.title, post.span, post.holder or posts[-1].holder, former=True)
    return _inherited(context, grammar, [left])


def _post_ending(context: Context, grammar: _Grammar, end: int) -> _Post | None:
    """The post whose title ends at a position, with its organisation if that stands directly before it."""
    text = context.view.text
    low = max(0, end - _WINDOW, text.rfind("\n", 0, end) + 1)
    low = max(low, *(text.rfind(mark, low, end) + 1 for mark in _MARKS))
    match = grammar.title.search(text[low:end])
    if match is None:
        return None
    if match["organ"] and not grammar.organs.fullmatch(match["organ"]):
        low = _behind_names(context, low, end)
        match = grammar.title.search(text[low:end])
        if match is None:
            return None
    start = low + match.start()
    organ = match["organ"]
    past = match["past"] or ""
    former = bool(past) and past not in grammar.lately
    organ_end = start + len(organ or "")
    if organ in grammar.departments and (body := _body(context, organ_end)):
        return _Post(text[organ_end:end].removeprefix(past), Span(body.span.start, end), body, former)
    if organ in grammar.zone_organs and (own := _park_body(context, start, start + len(organ))):
        return _Post(text[start + len(organ) : end].removeprefix(past), Span(own.span.start, end), own, former)
    if former_match := grammar.former.search(text[low:start]):
        former = True
        start = low + former_match.start()
    title_start = low + match.start()
    title = text[title_start:end].replace(past, "", 1) if past else text[title_start:end]
    holder = _holder(context, start, title_start + len(organ or ""), organ)
    if holder is not None and holder.type is EntityType.PARK and organ in grammar.zone_organs:
        return _Post(title, Span(holder.span.start, end), None, former)  # 园区 with no park named: the zone of the story
    if holder is not None:
        begin = holder.span.start
        if former_match := grammar.former.search(text[max(0, begin - 4) : begin]):
            former = True
            begin -= len(former_match.group())
        return _Post(title, Span(begin, end), holder, former)
    if organ and organ not in grammar.zone_organs and (body := _body(context, organ_end)) and body.span.start < title_start:
        return _Post(text[organ_end:end].removeprefix(past), Span(body.span.start, end), body, former)  # 济宁市政府 + 副市长
    return _Post(title, Span(start, end), None, former)


def _body(context: Context, end: int) -> Mention | None:
    """The institution whose name ends at a position, the longest."""
    bodies = [m for m in context.view.mentions if m.type is EntityType.INSTITUTION and m.span.end == end]
    return max(bodies, key=lambda m: (len(m.span), -m.id), default=None)


def _park_body(context: Context, start: int, end: int) -> Mention | None:
    """The body that an organ of a park is (a zone's organ isn't one: its posts are the zone's)."""
    parks = {m.name for m in context.view.mentions if m.type is EntityType.PARK and m.form is MentionForm.NAME}
    organ = context.view.text[start:end]
    for mention in context.view.mentions:
        if mention.type is EntityType.INSTITUTION and mention.span.end == end:
            name = mention.expansion or mention.name
            if name.endswith(organ) and name.removesuffix(organ) in parks:
                return mention
    return None


def _behind_names(context: Context, low: int, end: int) -> int:
    """Where the last name between two positions ends: a department that no list has begins behind it."""
    names = (m.span.end for m in context.view.mentions if m.type in _HOLDERS and len(m.span))
    return max((stop for stop in names if low < stop < end), default=low)


def _holder(context: Context, start: int, organ_end: int, organ: str | None) -> Mention | None:
    """The mention that ends where a title begins, or that reaches into its organ (雨山区 and 区委 share a character)."""
    fitting = [
        m for m in context.view.mentions if m.type in _HOLDERS and len(m.span) and m.span.start < start <= m.span.end <= organ_end
    ]
    exact = [m for m in fitting if m.span.end == start]
    if organ is not None:  # an organ belongs to a place or zone, not to the institution that it is itself
        places = [m for m in exact or fitting if m.type in _PLACES] or [m for m in fitting if m.type in _PLACES]
        if places:
            return max(places, key=lambda m: (m.span.end == start, len(m.span), -m.id))
    candidates = exact if organ is None or exact else []
    return max(candidates, key=lambda m: (len(m.span), -m.id), default=None)


def _inherited(context: Context, grammar: _Grammar, posts: Sequence[_Post]) -> list[_Post]:
    """Posts in text order with a holder each; those whose holder nobody can know left out."""
    found: list[_Post] = []
    holder: Mention | int | None = None
    former = False
    for post in posts:
        former = former or post.former
        here = post.holder
        if here is None:
            organ = grammar.organs.match(post.title)
            of_zone = organ is not None and organ.group() in grammar.zone_organs
            inherits = holder is not None and (of_zone or organ is None or _has_organs(holder))
            here = holder if inherits else _by_organ(context, post, organ.group() if organ else "", of_zone)
        if here is not None:
            holder = here
            found.append(_Post(post.title, post.span, here, former))
    return found


def _has_organs(holder: Mention | int) -> bool:
    """Whether a holder may have a 市委 or 县政府: no zone, and no body beside it (市政协主席甲,市委常委乙)."""
    return not isinstance(holder, int) and holder.type is EntityType.PLACE


def _by_organ(context: Context, post: _Post, organ: str, of_zone: bool) -> Mention | int | None:
    """Whose organ it is when nobody says: the story's zone for 党工委; for 省委 a province that the article names."""
    if of_zone:
        stretch = context.view.text[max(0, post.span.start - _WINDOW) : post.span.start]
        return None if _ELSEWHERE.search(stretch) else context.implicit(post.span.start)
    level = _LEVELS.get((organ or _DEGREE.sub("", post.title))[:1])
    if level is None:
        return None
    places = [m for m in context.view.mentions if m.type is EntityType.PLACE and len(m.span) and _is_of(m.name, level)]
    if not places and post.title == "区领导":
        return context.implicit(post.span.start)
    return min(places, key=lambda m: (m.form is not MentionForm.NAME, abs(m.span.start - post.span.start)), default=None)


def _is_of(name: str, level: str) -> bool:
    """Whether a place is a 市, 县, 区 or 省 (a 地区 is no 区), or the article's own by a general word (全市)."""
    return (name.endswith(level) and not name.endswith("地区")) or name == f"全{level}"


def _firings(context: Context, rule: Rule, person: Mention, posts: Sequence[_Post]) -> Iterator[Firing]:
    for post in posts:
        if post.holder is None:
            continue
        first, last = sorted((post.span.start, person.span.start))
        evidence = context.view.evidence(context.view.token_at(first), context.view.token_at(last))
        holder = post.holder if isinstance(post.holder, int) else post.holder.id
        yield Firing(
            rule.id,
            (post.title, person.name),
            Statement(
                subject=person.id,
                predicate=rule.property,
                object=holder,
                evidence=evidence,
                rule=rule.id,
                confidence=rule.confidence,
                strength=rule.strength,
                title=post.title,
                former=post.former,
            ),
        )
