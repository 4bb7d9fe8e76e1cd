"""The day that a page was printed: only lines, file names and columns that give a date of their own count."""

from __future__ import annotations

import re
from datetime import date

from kg_build.reading.layout.lines import squeeze
from kg_build.reading.layout.patterns import load_patterns

_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d{2})(?:年|[-/.])(?P<m>\d{1,2})(?:月|[-/.])(?P<d>\d{1,2})(?:日|号|T(?=\d)|(?!\d)|(?=\d{2}:\d{2}))"
)
_HAN_DATE = re.compile(
    r"(?P<y>[一二][〇○零一二三四五六七八九]{3})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日"
)
_FILE_DATE = re.compile(
    r"(?<![0-9A-Za-z])(?P<y>(?:19|20)\d{2})"
    r"(?:(?P<s>[-_./]?)(?P<m>\d{2})(?P=s)(?P<d>\d{2})|年(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日)(?![0-9A-Za-z])"
)
_PATH_DATE = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})[-_/]?(?P<m>\d{2})[-_/](?P<d>\d{2})(?!\d)")
_FURNITURE = re.compile(r"(?:星期|周|礼拜)[一二三四五六日天]|第[0-9A-Z一二三四五六七八九十]{1,4}版")
_SECTION_NAME = re.compile(r"[\u4e00-\u9fff·]{2,8}")
MAX_DATE_LINE = 80


def _small(text: str) -> int:
    """A number below a hundred in Chinese figures (十一, 二十, 三十一)."""
    tens, ten, ones = text.rpartition("十")
    value = int(_DIGITS.get(ones, "0")) if ones else 0
    return value + (10 * int(_DIGITS.get(tens, "1") if tens else "1") if ten else 0)


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_date(text: str) -> tuple[date, int, int] | None:
    """The first full date of a short text without white space, with its range."""
    for match in _DATE.finditer(text):
        if day := _make(int(match["y"]), int(match["m"]), int(match["d"])):
            return day, match.start(), match.end()
    for match in _HAN_DATE.finditer(text):
        year = int("".join(_DIGITS[char] for char in match["y"]))
        if day := _make(year, _small(match["m"]), _small(match["d"])):
            return day, match.start(), match.end()
    return None


def date_line(raw: str, dense: str) -> tuple[date, str] | None:
    """The date of a line that holds nothing but a date and a page's furniture, and what else it holds.

    Weekday, hour, lunar date, edition number, a section's or paper's name may stand beside the date.
    """
    if len(dense) > MAX_DATE_LINE or "。" in dense:
        return None
    found = find_date(dense)
    if found is None:
        return None
    # The hour may have run into the date once white space is gone, so the words around it are read from the dense line.
    patterns = load_patterns()
    day, start, end = found
    rest = _without_editors(f"{dense[:start]} {dense[end:]}")
    words = [word for word in patterns.date_filler.sub(" ", rest).split() if word]
    strange = [word for word in words if not (patterns.section.fullmatch(word) or patterns.paper.fullmatch(word))]
    # Beside a weekday or a page's number a section may have any name.
    beside = _FURNITURE.search(rest) is not None
    if not strange or (beside and len(strange) == 1 and _SECTION_NAME.fullmatch(strange[0])):
        return day, " ".join(words) or squeeze(raw)
    return None


def _without_editors(rest: str) -> str:
    """The rest of a page's head line without 责编 and the names behind it, which end the line or stand before its date."""
    patterns = load_patterns()
    kept = []
    for piece in rest.split(" "):
        editor = patterns.editor.search(piece)
        kept.append(piece[: editor.start()] if editor and len(piece) - editor.start() <= 40 else piece)
    return " ".join(kept)


def parse_date(text: str) -> date | None:
    """A date that stands alone in a cell or a tag (2024-11-01, 2024/11/1, 20241101, 2024年11月1日, with or without hour)."""
    dense = squeeze(text)
    if re.fullmatch(r"(?:19|20)\d{6}", dense):
        return _make(int(dense[:4]), int(dense[4:6]), int(dense[6:]))
    found = find_date(dense)
    return found[0] if found and found[1] == 0 else None


def date_of_file(source_file: str) -> date | None:
    """The date in a file's name, else in the folders above it; the last one of several."""
    folders, _, name = source_file.rpartition("/")
    for text, pattern in ((name, _FILE_DATE), (source_file if folders else "", _PATH_DATE)):
        found: date | None = None
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month, day = parts["m"] or parts.get("m2"), parts["d"] or parts.get("d2")
            found = _make(int(parts["y"]), int(month or 0), int(day or 0)) or found
        if found:
            return found
    return None
