"""Bylines: who is named in which role, read from a line by a small grammar of roles, names and separators."""

from __future__ import annotations

import re

from kg_build.model import Role, Span
from kg_build.reading.layout.lines import Credit
from kg_build.reading.layout.patterns import HAN, SPACE, load_patterns

_SEPARATORS = re.compile(rf"(?:{SPACE}|[、,，/／;；:：|｜&＆·□■◆])+")
_TOKEN = re.compile(rf"[{HAN}]+(?:[·•・][{HAN}]+)*")
_OUTER = re.compile(rf"^{SPACE}*[(（\[【](?P<inner>[^()（）]*)[)）\]】]{SPACE}*[。.]?{SPACE}*$", re.DOTALL)
_OFFICE = re.compile(
    rf"[{HAN}]{{2,20}}(?:区|会|局|办|办公室|部|院|社|台|中心|公司)(?:供稿)?(?:{SPACE}|[,，])+|供稿[:：][{HAN}]{{2,20}}{SPACE}+"
)
"""Whose people wrote it (某开发区管委会　张三), before bare names."""
_PICTURES = re.compile(rf"(?:{SPACE}|[,，;；])*(?:本文|本版)?(?:图片|照片)?由[^，。()（）]{{2,20}}(?:提供|供图)$")
MAX_NAMES = 10


def is_name(text: str, *, strict: bool = True) -> bool:
    """Whether two to four Chinese characters (or a name with ·) can be somebody's name.

    ``strict`` asks for a known family name too; without it any two to four characters will do.
    """
    patterns = load_patterns()
    if any(dot in text for dot in "·•・"):
        return 4 <= len(text) <= 20
    if not 2 <= len(text) <= 4 or text in patterns.no_names or not all(char >= "\u3400" for char in text):
        return False
    if patterns.editor.fullmatch(text):
        return False
    if strict and len(text) == 3 and text[:2] in patterns.no_names:
        return False
    if text[:2] in patterns.compound_surnames and len(text) in {3, 4}:
        return True
    return not strict or (text[0] in patterns.surnames and len(text) <= 3)


def split_names(token: str) -> list[str]:
    """Names run together without a separator (侯一二刘三): every piece begins with a family name, or nothing."""
    if is_name(token):
        return [token]
    best: list[list[str] | None] = [[]] + [None] * len(token)
    for end in range(2, len(token) + 1):
        for size in (3, 2, 4):
            before = best[end - size] if end >= size else None
            if before is not None and is_name(token[end - size : end]):
                found = [*before, token[end - size : end]]
                if best[end] is None or len(found) < len(best[end] or []):
                    best[end] = found
    return best[-1] or []


def parse_byline(text: str, base: int, *, bare: Role | None = None, loose: bool = False) -> tuple[Credit, ...]:
    """The people of a byline, or nothing if the text is no byline through and through.

    Args:
        text: A line, or the words after a story's last sentence.
        base: Where ``text`` begins in the source; spans are counted from there.
        bare: The role of names that no role stands before; None where names alone make no byline.
        loose: Whether bare names count without a known family name too.
    """
    if len(text) > 200:
        return ()
    patterns = load_patterns()
    lead = re.match(rf"(?:{SPACE}|[{re.escape(patterns.bullets)}—])*", text)
    if lead:
        text, base = text[lead.end() :], base + lead.end()
    if outer := _OUTER.match(text):
        base, text = base + outer.start("inner"), outer.group("inner")
    if pictures := _PICTURES.search(text):
        text = text[: pictures.start()]
    if editors := re.search(rf"{SPACE}(?:{patterns.editor.pattern})(?:{SPACE}|[:：/／])", text):
        text = text[: editors.start()]
    if bare is not None and (office := _OFFICE.match(text)):
        text, base = text[office.end() :], base + office.end()
    grammar = _Grammar(text, base, bare, loose)
    found = grammar.run()
    # One unknown family name may be a rare one; two of them are rather words.
    rare = grammar.certain and len(found) == 1
    if len(found) > MAX_NAMES or not (rare or any(is_name(one.name) for one in found)):
        return ()
    return found


class _Grammar:
    """Reads a byline from left to right: separators, roles, names, words after names."""

    def __init__(self, text: str, base: int, bare: Role | None, loose: bool) -> None:
        self.text = text
        self.base = base
        self.role = bare
        self.own_paper = False
        self.loose = loose
        """Whether any two to four characters are a name here: after 记者 and a space only names follow."""
        self.certain = loose
        self.names: list[tuple[str, int]] = []
        self.found: list[Credit] = []

    def run(self) -> tuple[Credit, ...]:
        """The credits; nothing unless the whole text was understood."""
        position = 0
        while position < len(self.text):
            after = self._step(position)
            if after is None:
                return ()
            position = after
        return tuple(self.found) if self._flush() else ()

    def _step(self, position: int) -> int | None:
        patterns = load_patterns()
        if separator := _SEPARATORS.match(self.text, position):
            return separator.end()
        tail = patterns.after_names.match(self.text, position) if self.found or self.names else None
        both = tail is not None and tail.lastgroup == "both" and tail.end() == len(self.text)
        if not both and (marker := patterns.role.match(self.text, position)) and marker.lastgroup:
            if not self._flush():
                return None
            self.role = Role(marker.lastgroup.removesuffix("_short"))
            self.own_paper = marker.group()[0] == "本" or patterns.paper.match(marker.group()) is not None
            parted = _SEPARATORS.match(self.text, marker.end()) is not None
            self.loose = parted or self.own_paper
            self.certain = self.certain or parted
            return marker.end()
        if tail and _at_edge(self.text, tail.end()):
            if tail.lastgroup == "photographer" and not self.own_paper:
                self.role = Role.PHOTOGRAPHER
            elif tail.lastgroup == "plain":
                self._closed_by(tail)
                if not self._flush():
                    return None
            elif tail.lastgroup == "both":
                self._closed_by(tail)
                self.role = self.role or Role.AUTHOR
            return tail.end() if self.role is not None else None
        token = _TOKEN.match(self.text, position)
        if token is None or self.role is None:
            return None
        next_role = patterns.role.search(self.text, position + 1, token.end())
        end = next_role.start() if next_role else token.end()
        for place in range(position + 2, end):
            # 张三文/图: the words after a name may touch it.
            glued = patterns.after_names.match(self.text, place)
            long = glued is not None and (glued.lastgroup == "both" or (glued.lastgroup == "plain" and len(glued.group()) > 1))
            if glued and long and _at_edge(self.text, glued.end()):
                end = place
                break
        self.names.append((self.text[position:end], position))
        return end

    def _closed_by(self, tail: re.Match[str]) -> None:
        """Short names that 整理 or 摄影报道 closes are names, of whatever family."""
        if tail.end() == len(self.text) and len(tail.group()) > 1 and all(len(name) < 4 for name, _ in self.names):
            self.loose = self.certain = True

    def _flush(self) -> bool:
        """Make credits of the names since the last role; False if they can't be names."""
        if not self.names:
            return True
        made = _names_of(self.names, self.role or Role.AUTHOR, self.base, strict=not self.loose)
        self.names.clear()
        self.found.extend(made)
        return bool(made)


def _at_edge(text: str, position: int) -> bool:
    return position >= len(text) or _SEPARATORS.match(text, position) is not None


def _names_of(tokens: list[tuple[str, int]], role: Role, base: int, *, strict: bool) -> list[Credit]:
    """Credits for tokens between two roles; nothing if one of them can't be a name."""
    found: list[Credit] = []
    index = 0
    while index < len(tokens):
        token, at = tokens[index]
        if len(token) == 1:
            run = index
            while run < len(tokens) and len(tokens[run][0]) == 1:
                run += 1
            if run - index > 1 and (run - index) % 2 and run < len(tokens) and len(tokens[run][0]) == 2:
                run -= 1  # 王 某 李 小二: the last one is the family name of what follows
            size = 2 if (run - index) % 2 == 0 else 3
            if run - index == 1:
                # 张　小三: the family name stands off.
                size, run = 2, index + 2
            group = tokens[index : index + size]
            name = "".join(part for part, _ in group)
            certain = strict or len(group[-1][0]) > 1 or name[0] in "图摄"
            if len(group) < size or not 2 <= len(name) <= 3 or not is_name(name, strict=certain):
                return []
            found.append(Credit(name, role, Span(base + at, base + group[-1][1] + len(group[-1][0]))))
            index += size
            continue
        behind = tokens[index + 1] if index + 1 < len(tokens) else None
        if token in load_patterns().compound_surnames and behind is not None and len(behind[0]) <= 2:
            end = behind[1] + len(behind[0])
            found.append(Credit(token + behind[0], role, Span(base + at, base + end)))
            index += 2
            continue
        names = [token] if is_name(token, strict=strict) and not (len(token) == 4 and split_names(token)) else split_names(token)
        if not names:
            return []
        for name in names:
            found.append(Credit(name, role, Span(base + at, base + at + len(name))))
            at += len(name)
        index += 1
    return found
