"""Administrative divisions of today and of yesterday by code and by every form of a name: what lies in what, what came after.

The gazetteer that ships (`kg_build.gazetteers`) has one row a name; here a code is one record with all the names that it
has borne (420600: 襄樊市, then 襄阳市).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kg_build.errors import InputError
from kg_build.gazetteers import Place, places

MUNICIPALITIES = ("11", "12", "31", "50")
"""Provinces that are cities: 北京, 天津, 上海, 重庆."""
SHORTEST = 2
"""Characters of the shortest form that is taken for a place."""


@dataclass(frozen=True, slots=True)
class Division:
    """A code with its names."""

    code: str
    name: str
    """Today's, or the last one."""
    old: tuple[str, ...]
    """Names in full that it bears no more."""
    aliases: tuple[str, ...]
    weak: tuple[str, ...]
    level: str
    """``province``, ``city`` (a prefecture that is a city), ``prefecture`` (自治州, 地区, 盟) or ``county``."""
    parent: str
    """Code of the division above; empty for a province."""
    until: int | None
    """Last year of the code; None today."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form, once."""
        return tuple(dict.fromkeys((self.name, *self.old, *self.aliases, *self.weak)))


@dataclass(frozen=True, slots=True)
class Index:
    """All divisions."""

    by_code: dict[str, Division]
    by_form: dict[str, tuple[str, ...]]
    """Form → codes."""
    longest: int

    def chain(self, code: str) -> tuple[str, ...]:
        """The code and those of all that it lies in, nearest first."""
        found: list[str] = []
        while code and code not in found:
            found.append(code)
            row = self.by_code.get(code)
            code = row.parent if row is not None else ""
        return tuple(found)

    def path(self, code: str) -> str:
        """The names from the province down: 河南省/三门峡市/陕州区."""
        return "/".join(self.by_code[c].name for c in reversed(self.chain(code)) if c in self.by_code)


@cache
def index() -> Index:
    """The index over the tables that ship."""
    rows: dict[str, list[Place]] = defaultdict(list)
    for row in (*places(former=True), *_former()):
        rows[row.code].append(row)
    by_code = {code: _division(code, found) for code, found in rows.items()}
    by_form: dict[str, list[str]] = defaultdict(list)
    for code, division in sorted(by_code.items()):
        for form in division.forms:
            if len(form) >= SHORTEST:
                by_form[form].append(code)
    return Index(by_code, {form: tuple(codes) for form, codes in by_form.items()}, max(map(len, by_form)))


def _division(code: str, rows: list[Place]) -> Division:
    rows = sorted(rows, key=lambda r: (r.valid_until is not None, -(r.valid_until or 0)))
    last = rows[0]
    forms = [(form, row.short_is_word and form == row.short) for row in rows for form in (row.short, *row.aliases)]
    names = [row.name for row in rows]
    return Division(
        code=code,
        name=last.name,
        old=tuple(dict.fromkeys(n for n in names if n != last.name)),
        aliases=tuple(dict.fromkeys(form for form, weak in forms if not weak and form not in names)),
        weak=tuple(dict.fromkeys(form for form, weak in forms if weak and form not in names)),
        level="city" if last.level == "prefecture" and last.name.endswith("市") else last.level,
        parent=last.parent or "",
        until=last.valid_until,
    )


def _former() -> Iterator[Place]:
    lines = table("former.csv", "code", "name", "parent", "until")
    for code, name, parent, until in lines:
        level = "prefecture" if code.endswith("00") else "county"
        # Short forms of what is gone, where the name goes on elsewhere, mislead more than they tell.
        yield Place(code, name, name, "", level, parent or None, int(until), False, ())


def table(name: str, *columns: str) -> Iterator[list[str]]:
    """The rows of one of linking's tables; `InputError` where its header isn't ``columns``."""
    reader = csv.reader(files("kg_build.linking").joinpath("data", name).read_text(encoding="utf-8").splitlines())
    if tuple(next(reader, ())) != columns:
        raise InputError(name, f"columns are not {', '.join(columns)}")
    yield from reader


@cache
def _named_successors() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code, _, successor, _, _ in table("successors.csv", "code", "name", "successor", "successor_name", "year"):
        found[code].append(successor)
    return {code: tuple(codes) for code, codes in found.items()}


def successors(code: str) -> tuple[str, ...]:
    """Codes of today's divisions that came after one that is gone: as ``successors.csv`` says, else by the same short name.

    The same short name counts within the city, else within the province where only one has it: 淮阳县 → 淮阳区,
    莱芜市 → 济南市莱芜区. None where that isn't clear.
    """
    known = index()
    row = known.by_code.get(code)
    if row is None or row.until is None:
        return ()
    if code in _named_successors():
        return _named_successors()[code]
    short = {form for form in (*row.aliases, *row.weak) if len(form) >= SHORTEST}
    found = [
        other
        for form in sorted(short)
        for other in known.by_form.get(form, ())
        if known.by_code[other].until is None and other[:2] == code[:2] and _same_rank(row.level, known.by_code[other].level)
    ]
    near = [other for other in found if other[:4] == code[:4]]
    best = dict.fromkeys(near or found)
    return tuple(best) if len(best) == 1 else ()


def _same_rank(one: str, other: str) -> bool:
    return one == other or "province" not in (one, other)
