"""The word lists of ``data/layout.yaml`` and ``data/surnames.yaml``, checked and compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jsonschema
import yaml

from kg_build.errors import RuleError
from kg_build.model import Role
from kg_build.yamlfiles import load_yaml

HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff〇"
SPACE = r"[\s\u00ad\u200b-\u200f\u2060\ufeff]"
"""White space, and the invisible characters that stand for it on web pages."""
_WORDS = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
_GROUPS = {"type": "object", "minProperties": 1, "additionalProperties": _WORDS}


def _table(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


_TEXT = {"type": "string", "minLength": 1}
LAYOUT_SCHEMA = _table(
    papers=_WORDS, own_paper=_WORDS, agencies=_WORDS, dateline=_table(ends=_WORDS, not_after=_WORDS, not_before=_WORDS),
    roles={"type": "object", "additionalProperties": _table(stems=_WORDS), "propertyNames": {"enum": [r.value for r in Role]}},
    before_names_only=_GROUPS, after_names=_GROUPS, caption=_table(arrows=_TEXT, starts=_WORDS, credits=_WORDS), sections=_WORDS,
    editors=_WORDS, keys=_table(date=_WORDS, publisher=_WORDS, author=_WORDS, noise=_WORDS),
    jumps=_WORDS, author_notes=_WORDS,
    navigation=_table(whole=_WORDS, arrows=_WORDS, starts=_WORDS), end_marks=_TEXT, bullets=_TEXT, heading_numbers=_TEXT,
    lunar=_TEXT, not_final=_TEXT, verbal=_WORDS, openers=_TEXT, ordinals={"type": "array", "items": _WORDS}, columns=_GROUPS,
)  # fmt: skip
SURNAME_SCHEMA = _table(single=_TEXT, compound=_WORDS, words=_WORDS)


def load_checked(name: str, schema: Mapping[str, object]) -> dict[str, Any]:
    """A YAML file of ``reading/data`` that fits its schema; raises `RuleError` with file and place otherwise."""
    text = resources.files("kg_build.reading").joinpath("data", name).read_text(encoding="utf-8")
    try:
        table: dict[str, Any] = load_yaml(text)
        jsonschema.validate(table, schema)
    except yaml.YAMLError as error:
        raise RuleError(f"{name}: not YAML: {error}") from error
    except jsonschema.ValidationError as error:
        raise RuleError(f"{name}: {error.json_path}: {error.message}") from error
    return table


def any_of(words: Iterable[str]) -> str:
    """A regular expression for one of the words, the longest first."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=lambda w: (-len(w), w))) + ")"


@dataclass(frozen=True, slots=True)
class Patterns:
    """Everything compiled. Names say what a match is."""

    paper: re.Pattern[str]
    """A paper's, agency's or site's whole name."""
    dateline: re.Pattern[str]
    """The opening of a report: group ``paper``, group ``credit`` (between brackets, after or before)."""
    role: re.Pattern[str]
    """A role in a byline with the paper before it; the group that matched is the role."""
    after_names: re.Pattern[str]
    caption_start: re.Pattern[str]
    caption_credit: re.Pattern[str]
    """The end of a line that credits a photographer: group ``before`` is what stands before the word for it."""
    section: re.Pattern[str]
    editor: re.Pattern[str]
    key: re.Pattern[str]
    """A ``key:`` of a web page's line about the story; the group that matched tells its kind."""
    site: re.Pattern[str]
    """A web site's address."""
    navigation: re.Pattern[str]
    navigation_words: frozenset[str]
    navigation_arrow: re.Pattern[str]
    jump: re.Pattern[str]
    """下转第三版, in brackets or without."""
    author_note: re.Pattern[str]
    end_mark: re.Pattern[str]
    bullets: str
    heading_number: re.Pattern[str]
    date_filler: re.Pattern[str]
    not_final: frozenset[str]
    verbal: re.Pattern[str]
    """Words of whole sentences that headings hardly have (是, 了, 该区)."""
    openers: frozenset[str]
    ordinals: tuple[tuple[str, ...], ...]
    ordinal: re.Pattern[str]
    columns: Mapping[str, str]
    """Header of a table column, lower case → field of a source document."""
    surnames: frozenset[str]
    compound_surnames: frozenset[str]
    no_names: frozenset[str]


def _roles(table: Mapping[str, Any], paper: str) -> str:
    own = any_of(table["own_paper"])
    before = rf"(?:(?:{own}|{paper}|{any_of(table['papers'])}|[{HAN}]{{1,6}}报){SPACE}*)?(?:驻[{HAN}]{{1,4}})?"
    groups = [f"(?P<{role}>{before}{_set_apart(entry['stems'])})" for role, entry in table["roles"].items()]
    # A lone 文 or 图 counts with a stroke or colon only: 文/张三.
    groups += [f"(?P<{role}_short>{any_of(words)}(?={SPACE}*[/／:：]))" for role, words in table["before_names_only"].items()]
    return "|".join(groups)


def _set_apart(words: Iterable[str]) -> str:
    """One of the words, which may be printed with white space between its characters."""
    ranked = sorted(set(words), key=lambda word: (-len(word), word))
    return "(?:" + "|".join(f"{SPACE}*".join(map(re.escape, word)) for word in ranked) + ")"


@cache
def load_patterns() -> Patterns:
    """The reader's word lists; read from the package's data at the first call."""
    table = load_checked("layout.yaml", LAYOUT_SCHEMA)
    names = load_checked("surnames.yaml", SURNAME_SCHEMA)
    paper = rf"(?:{any_of(table['agencies'])}|[{HAN}A-Za-z0-9]{{1,8}}?{any_of(table['papers'])})"
    line = table["dateline"]
    credit, credit_before = (rf"(?:{SPACE}*[(（](?P<{name}>[^()（）]{{2,60}})[)）])?" for name in ("credit", "credit_before"))
    opening = (
        rf"{credit_before}{SPACE}*[【\[]?"
        rf"(?P<paper>{_set_apart(table['own_paper'])}|{paper}|[{HAN}]{{1,6}}[报网刊])"
        rf"(?P<place>[{HAN}]{{0,6}}?{SPACE}*(?:\d{{1,2}}{SPACE}*月{SPACE}*\d{{1,2}}{SPACE}*日)?{SPACE}*)"
        rf"(?<![{''.join(line['not_before'])}]){any_of(line['ends'])}(?!{any_of(line['not_after'])})[】\]]?{credit}"
    )
    keys = table["keys"]
    nav = table["navigation"]
    time = r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?"
    week = r"(?:星期|周|礼拜)[一二三四五六日天]"
    edition = r"第?\s*[0-9A-Z一二三四五六七八九十]{1,4}\s*版|总?第\s*\d+\s*[期号]|[A-Z]\d{1,2}|今日\s*\d+\s*版"
    return Patterns(
        paper=re.compile(rf"{paper}"),
        dateline=re.compile(opening),
        role=re.compile(_roles(table, paper)),
        after_names=re.compile(
            "|".join(rf"(?P<{kind}>[/／]?{SPACE}*{any_of(words)})" for kind, words in sorted(table["after_names"].items()))
        ),
        caption_start=re.compile(rf"[{re.escape(table['caption']['arrows'])}]|{any_of(table['caption']['starts'])}"),
        caption_credit=re.compile(
            rf"(?P<before>.*?){SPACE}*[/／]?{SPACE}*(?P<word>{any_of(table['caption']['credits'])})[)）\]】]?[。.]?$", re.DOTALL
        ),
        section=re.compile(rf"[{HAN}A-Za-z0-9·]{{0,8}}{any_of(table['sections'])}"),
        editor=re.compile(any_of(table["editors"])),
        key=re.compile(
            "|".join(rf"(?P<{kind}>{any_of(words)}){SPACE}*[:：]" for kind, words in sorted(keys.items()))
            + rf"|(?P<editor>{any_of(table['editors'])}){SPACE}*[:：]"
        ),
        site=re.compile(r"https?://|www\.", re.IGNORECASE),
        navigation=re.compile(rf"{any_of(nav['starts'])}|https?://\S+$|www\.\S+$"),
        navigation_words=frozenset(nav["whole"]),
        navigation_arrow=re.compile(any_of(nav["arrows"])),
        jump=re.compile(
            rf"[(（【\[]?{SPACE}*{any_of(table['jumps'])}{SPACE}*(?:第?{SPACE}*[A-Z0-9一二三四五六七八九十]{{1,4}}{SPACE}*[版页]|[头一二三四]版)"
            rf"{SPACE}*[)）】\]]?"
        ),
        author_note=re.compile(rf"[(（【\[]?{any_of(table['author_notes'])}"),
        end_mark=re.compile(rf"[{re.escape(table['end_marks'])}]"),
        bullets=table["bullets"],
        heading_number=re.compile(table["heading_numbers"]),
        date_filler=re.compile(rf"{time}|{week}|{table['lunar']}|{edition}|[\s,，|｜/·()（）\-—_]+"),
        not_final=frozenset(table["not_final"]),
        verbal=re.compile(any_of(table["verbal"])),
        openers=frozenset(table["openers"]),
        ordinals=tuple(tuple(series) for series in table["ordinals"]),
        ordinal=re.compile(any_of(word for series in table["ordinals"] for word in series)),
        columns={word.lower(): field for field, words in table["columns"].items() for word in words},
        surnames=frozenset("".join(names["single"].split())),
        compound_surnames=frozenset(names["compound"]),
        no_names=frozenset(names["words"]),
    )
