"""Tell running text from a page's furniture: navigation, mastheads, date and editors' lines, bylines, end marks."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from kg_build.model import Role, Span
from kg_build.reading.layout.captions import mark_captions, photo_credits
from kg_build.reading.layout.datelines import mark_datelines
from kg_build.reading.layout.dates import date_line, find_date
from kg_build.reading.layout.lines import Block, Credit, Kind, ends_sentence, split_lines, squeeze
from kg_build.reading.layout.names import is_name, parse_byline
from kg_build.reading.layout.patterns import HAN, SPACE, Patterns, load_patterns

_PAGE_NUMBER = re.compile(
    r"[-—–·]*\d{1,3}[-—–·]*|第?[0-9]{1,3}[版页](?:共\d{1,3}[版页])?|第?[A-Z]?\d{1,3}版|[A-Z]\d{1,3}|\d{1,3}/\d{1,3}|第[一二三四五六七八九十]{1,3}版"
)
_TAIL = re.compile(rf"(?P<final>[。！？!?…][”’」』)）]*)(?P<space>{SPACE}*)(?P<rest>[^。！？!?…]{{2,80}})$")
_YEAR = re.compile(r"(?:19|20)\d{2}(?:年|[-/.])?(?:\d{1,2}月?)?")
_KEY_ROLES = {"记者": Role.REPORTER, "通讯员": Role.CORRESPONDENT}
MAX_META = 200
MAX_HEADLINE = 45


@dataclass(frozen=True, slots=True)
class Page:
    """A page's blocks with what its furniture says."""

    blocks: tuple[Block, ...]
    published: date | None
    publisher: str | None


def classify(source: str, *, author_line: str | None = None) -> Page:
    """Divide a text into lines and say what each is; what is left as TEXT is headline, heading or body.

    Args:
        source: The text of a source document.
        author_line: A line that is a byline for certain, without white space (a table's author column).
    """
    patterns = load_patterns()
    published: date | None = None
    publisher: str | None = None
    blocks: list[Block] = []
    lines = split_lines(source)
    dated = _scattered_dates(lines, source)
    for index, line in enumerate(lines):
        if index in dated:
            published = published or dated[index]
            blocks.append(replace(line, kind=Kind.DATE))
            continue
        raw = source[line.start : line.ranges[0].end]
        if author_line and line.dense == author_line:
            blocks.append(replace(line, kind=Kind.BYLINE, credits=parse_byline(raw, line.start, bare=Role.AUTHOR)))
            continue
        if len(line.dense) > MAX_META:
            blocks += _split_tail(line, raw, patterns)
            continue
        if found := date_line(raw, line.dense):
            published = published or found[0]
            blocks.append(replace(line, kind=Kind.DATE))
            publisher = publisher or _paper_in(found[1], patterns)
            continue
        if both := _dated_byline(line, raw):
            published = published or both[0]
            blocks += both[1]
            continue
        if meta := _meta_line(line, raw, patterns):
            for block, day, paper in meta:
                blocks.append(block)
                published, publisher = published or day, publisher or paper
            continue
        kind = _furniture(line.dense, raw, patterns)
        if kind is not None:
            blocks.append(replace(line, kind=kind))
            if kind in {Kind.MASTHEAD, Kind.NAVIGATION}:
                publisher = publisher or _paper_in(line.dense, patterns)
            continue
        blocks += _split_tail(line, raw, patterns)
    blocks = _mark_sections(blocks, patterns)
    blocks = mark_captions(blocks, source)
    blocks = _mark_bylines(blocks, source)
    return Page(tuple(mark_datelines(blocks, source, patterns)), published, publisher)


def _dated_byline(line: Block, raw: str) -> tuple[date, list[Block]] | None:
    """The pieces of a line that holds a date and a byline (2024年5月20日 本报记者 张三), in either order; or nothing."""
    for gap in re.finditer(rf"{SPACE}+|[|｜]", raw):
        pieces = [(0, gap.start()), (gap.end(), len(raw))]
        for dated, named in (pieces, pieces[::-1]):
            found = date_line(raw[slice(*dated)], squeeze(raw[slice(*dated)]))
            people = parse_byline(raw[slice(*named)], line.start + named[0]) if found else ()
            if found and people:
                blocks = {dated: _cut(line, raw, *dated, Kind.DATE), named: _cut(line, raw, *named, Kind.BYLINE)}
                blocks[named] = replace(blocks[named], credits=people)
                return found[0], [blocks[piece] for piece in pieces]
    return None


def _scattered_dates(lines: list[Block], source: str) -> dict[int, date]:
    """Lines that only together make a date line (2024年 / 11月 / 1日 / 星期五), by index."""
    found: dict[int, date] = {}
    for index, line in enumerate(lines):
        if index in found or not _YEAR.fullmatch(line.dense):
            continue
        for end in range(min(index + 6, len(lines)), index + 1, -1):
            group = lines[index:end]
            dense = "".join(one.dense for one in group)
            if all(len(one.dense) <= 12 for one in group) and (day := date_line(source[line.start : line.start + 80], dense)):
                found.update(dict.fromkeys(range(index, end), day[0]))
                break
    return found


def _paper_in(dense: str, patterns: Patterns) -> str | None:
    for piece in re.split(r"[>›»＞\s|｜/]+", dense):
        if patterns.paper.fullmatch(piece):
            return piece
    return None


def _furniture(dense: str, raw: str, patterns: Patterns) -> Kind | None:
    """The kind of a line that is a page's furniture by its own words."""
    words = [squeeze(word) for word in re.split(rf"{SPACE}+|[|｜]", raw) if squeeze(word)]
    if dense in patterns.navigation_words or (words and all(word in patterns.navigation_words for word in words)):
        return Kind.NAVIGATION
    if patterns.navigation.match(raw) or patterns.jump.fullmatch(raw):
        return Kind.NAVIGATION
    if patterns.navigation_arrow.search(raw) and len(dense) <= 60 and not ends_sentence(dense):
        return Kind.NAVIGATION
    if len(dense) <= 60 and patterns.author_note.match(dense) and (dense[0] in "(（【[" or "：" in dense or ":" in dense):
        return Kind.EDITOR
    if _PAGE_NUMBER.fullmatch(dense):
        return Kind.PAGE_NUMBER
    if patterns.paper.fullmatch(dense):
        return Kind.MASTHEAD
    editor = patterns.editor.match(raw) if len(dense) <= 60 and "。" not in dense else None
    if editor and _names_editors(raw[editor.end() :], patterns):
        return Kind.EDITOR
    if all(patterns.end_mark.match(char) for char in dense):
        return Kind.END_MARK
    return None


def _names_editors(rest: str, patterns: Patterns) -> bool:
    """Whether after 责编 there stand names, other such words and nothing else."""
    if not re.match(rf"{SPACE}|[:：|/]", rest):
        return False
    words = [word for word in re.split(rf"(?:{SPACE}|[:：|/、,，])+", patterns.editor.sub(" ", rest)) if word]
    joined = "".join(words)
    plain = all(len(word) <= 4 and not re.search(rf"[^{HAN}A-Za-z]", word) for word in words)
    return 0 < len(words) <= 12 and plain and (any(is_name(word) for word in words) or is_name(joined))


def _meta_line(line: Block, raw: str, patterns: Patterns) -> list[tuple[Block, date | None, str | None]]:
    """The pieces of a web page's line about the story (2025-03-05 09:30 来源：某某日报 作者：张三), or nothing."""
    keys = list(patterns.key.finditer(raw))
    if not keys or "。" in raw:
        return []
    head = raw[: keys[0].start()]
    dense_head = squeeze(head).strip("|｜()（）[]【】")
    day = date_line(head, dense_head) if dense_head else None
    is_site = keys[0].lastgroup == "date" and bool(patterns.site.search(dense_head))
    if dense_head and day is None and not is_site:
        return []
    found: list[tuple[Block, date | None, str | None]] = []

    def add(
        kind: Kind, start: int, end: int, people: tuple[Credit, ...] = (), when: date | None = None, who: str | None = None
    ) -> None:
        while end > start and raw[end - 1].isspace():
            end -= 1
        span = Span(line.start + start, line.start + end)
        found.append((replace(line, kind=kind, ranges=(span,), dense=squeeze(raw[start:end]), credits=people), when, who))

    if dense_head:
        add(Kind.DATE if day else Kind.MASTHEAD, 0, keys[0].start(), when=day[0] if day else None)
    for index, key in enumerate(keys):
        start = key.start() if index or dense_head else 0
        end = keys[index + 1].start() if index + 1 < len(keys) else len(raw)
        value = raw[key.end() : end]
        kind = key.lastgroup
        if kind == "date":
            when = find_date(squeeze(value))
            add(Kind.DATE, start, end, when=when[0] if when else None)
        elif kind == "publisher":
            # 来源: 某某日报 2025-03-05 09:30
            when = find_date(squeeze(value))
            words = value.split()
            paper = words[0] if words and len(words[0]) <= 20 else None
            add(Kind.MASTHEAD, start, end, when=when[0] if when else None, who=paper)
        elif kind == "author":
            role = next((role for word, role in _KEY_ROLES.items() if word in key.group()), Role.AUTHOR)
            names = parse_byline(value, line.start + key.end(), bare=role)
            add(Kind.BYLINE if names else Kind.EDITOR, start, end, people=names)
        elif kind == "editor":
            if len(squeeze(value)) > 30:
                return []
            add(Kind.EDITOR, start, end)
        elif len(squeeze(value)) > 60 or (squeeze(value) and ends_sentence(squeeze(value))):
            return []
        else:
            add(Kind.NAVIGATION, start, end)
    return found


def _split_tail(line: Block, raw: str, patterns: Patterns) -> list[Block]:
    """Take jumps to other pages off a line's ends, end marks and a trailing author off its end, as blocks of their own.

    End mark and author close the story.
    """
    front = patterns.jump.match(raw)
    start, end = 0, len(raw)
    before: list[Block] = []
    after: list[Block] = []
    if front and front.end() < len(raw) and (front.group()[0] in "(（【[" or raw[front.end()].isspace()):
        start = front.end()
        before.append(_cut(line, raw, 0, start, Kind.NAVIGATION))
    for back in patterns.jump.finditer(raw, max(start, len(raw) - 24)):
        if back.start() > start and back.end() == len(raw) and back.group()[0] in "(（【[":
            end = back.start()
            after.append(_cut(line, raw, end, len(raw), Kind.NAVIGATION))
    rest = _cut(line, raw, start, end, Kind.TEXT) if before or after else line
    if not rest.dense:
        return before + after
    return before + _split_author(rest, raw[rest.start - line.start : rest.ranges[0].end - line.start], patterns) + after


def _split_author(line: Block, raw: str, patterns: Patterns) -> list[Block]:
    """Take end marks and a trailing author off a line's end."""
    found: list[Block] = []
    end = len(raw)
    while end and (patterns.end_mark.match(raw[end - 1]) or (raw[end - 1].isspace() and found)):
        if not raw[end - 1].isspace():
            span = Span(line.start + end - 1, line.start + end)
            found.insert(0, replace(line, kind=Kind.END_MARK, ranges=(span,), dense=raw[end - 1], closes=True))
        end -= 1
    if found and not (squeeze(raw[:end]) and ends_sentence(squeeze(raw[:end])[-8:])):
        found, end = [], len(raw)
    tail_from = max(0, end - 120)
    tail = _TAIL.search(raw[tail_from:end].rstrip())
    if tail and tail_from + tail.start("rest") > 0:
        at = tail_from + tail.start("rest")
        rest = tail["rest"].rstrip()
        wrapped_in = rest[0] in "(（[【"
        names = parse_byline(rest, line.start + at, bare=Role.AUTHOR)
        if names and not wrapped_in and not tail["space"] and all(one.role is Role.AUTHOR for one in names):
            # 。张三 with nothing between may as well be the next sentence's first word.
            names = names if len(names) == 1 and is_name(squeeze(rest)) and len(squeeze(rest)) >= 2 else ()
        if names and photo_credits(rest, 0) is None:
            span = Span(line.start + at, line.start + at + len(rest))
            glued = not wrapped_in and not tail["space"]
            byline = replace(line, kind=Kind.BYLINE, ranges=(span,), dense=squeeze(rest), credits=names, closes=True)
            byline = replace(byline, gap=-1 if glued else 0)
            found.insert(0, byline)
            end = at
    head = raw[:end].rstrip()
    if head == raw:
        return [line]
    span = Span(line.start, line.start + len(head))
    return ([replace(line, ranges=(span,), dense=squeeze(head))] if squeeze(head) else []) + found


def _cut(line: Block, raw: str, start: int, end: int, kind: Kind) -> Block:
    """A block of a part of a line, without outer white space."""
    while start < end and raw[start].isspace():
        start += 1
    while end > start and raw[end - 1].isspace():
        end -= 1
    return replace(line, kind=kind, ranges=(Span(line.start + start, line.start + end),), dense=squeeze(raw[start:end]))


def _mark_sections(blocks: list[Block], patterns: Patterns) -> list[Block]:
    """A section's name (某某新闻) is a masthead only at the page's head and beside a date, a paper's name or a page number."""
    head = next((index for index, block in enumerate(blocks) if block.kind is Kind.TEXT and len(block.dense) > 30), len(blocks))
    furniture = {Kind.DATE, Kind.MASTHEAD, Kind.PAGE_NUMBER, Kind.EDITOR}
    for index in range(min(head, len(blocks))):
        block = blocks[index]
        beside = blocks[max(0, index - 1) : index] + blocks[index + 1 : index + 2]
        if (
            block.kind is Kind.TEXT
            and len(block.dense) <= 10
            and patterns.section.fullmatch(block.dense)
            and any(one.kind in furniture for one in beside)
        ):
            blocks[index] = replace(block, kind=Kind.MASTHEAD)
    return blocks


class _Around:
    """The nearest blocks above and below each block that matter for bare names."""

    def __init__(self, blocks: list[Block]) -> None:
        self.above: list[Block | None] = []
        self.above_text: list[Block | None] = []
        self.only_short_above: list[bool] = []
        self.below: list[Block | None] = [None] * len(blocks)
        self.below_any: list[Block | None] = [None] * len(blocks)
        last = last_text = None
        short = True
        for block in blocks:
            self.above.append(last)
            self.above_text.append(last_text)
            self.only_short_above.append(short)
            if block.kind is Kind.TEXT:
                last = last_text = block
                short = short and len(block.dense) <= MAX_HEADLINE
            elif block.kind is Kind.BYLINE:
                last = block
        upcoming = upcoming_any = None
        for index in range(len(blocks) - 1, -1, -1):
            self.below[index], self.below_any[index] = upcoming, upcoming_any
            if blocks[index].kind is Kind.TEXT:
                upcoming = upcoming_any = blocks[index]
            elif blocks[index].kind is Kind.CAPTION:
                upcoming_any = blocks[index]

    def ends_story(self, index: int) -> bool:
        """Whether a line may close a story: a finished sentence above; nothing, a headline or a new report below."""
        above, below = self.above[index], self.below[index]
        if above is None or above.kind is not Kind.TEXT or not ends_sentence(above.dense):
            return False
        if below is None:
            return True
        headline = len(below.dense) <= MAX_HEADLINE and not ends_sentence(below.dense)
        return headline or load_patterns().dateline.match(below.dense[:120]) is not None

    def heads_story(self, index: int) -> bool:
        """Whether a headline stands above a line and running text below it."""
        above, below = self.above_text[index], self.below_any[index]
        if above is None or below is None or not self.only_short_above[index]:
            return False
        return not ends_sentence(above.dense) and len(below.dense) > 30


def _mark_bylines(blocks: list[Block], source: str) -> list[Block]:
    """Lines that are bylines through and through; a bare name only where the lines around make it one."""
    found: list[Block] = []
    around = _Around(blocks)
    for index, block in enumerate(blocks):
        if block.kind is Kind.BYLINE and block.gap == -1:
            # 。张三 with nothing between is the text's own unless the story can end there.
            if found and found[-1].kind is Kind.TEXT and not around.ends_story(index):
                last = found.pop()
                span = Span(last.start, block.ranges[0].end)
                found.append(replace(last, ranges=(span,), dense=squeeze(source[span.start : span.end])))
            else:
                found.append(replace(block, gap=0))
            continue
        if block.kind is not Kind.TEXT or len(block.dense) > 120:
            found.append(block)
            continue
        span = block.ranges[0]
        raw = source[span.start : span.end]
        names = parse_byline(raw, span.start)
        closes = bool(names) and raw[0] in "(（[【"
        if not names and len(block.dense) <= 16 and (around.ends_story(index) or around.heads_story(index)):
            # Below a page's last sentence hardly anything but names stands alone.
            at_foot = around.below[index] is None and around.ends_story(index)
            names = parse_byline(raw, span.start, bare=Role.AUTHOR, loose=at_foot)
            closes = bool(names) and around.ends_story(index)
        unnamed = not names and block.dense[0] == "本" and load_patterns().role.fullmatch(block.dense) is not None
        found.append(replace(block, kind=Kind.BYLINE, credits=names, closes=closes) if names or unnamed else block)
    return found
