"""Hand-decided cases: what linking says of them, held against what a person says."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg_build.errors import InputError
from kg_build.linking.deciding import decide
from kg_build.linking.divisions import index
from kg_build.linking.gazetteers.base import Gazetteer
from kg_build.linking.gazetteers.divisions import Divisions
from kg_build.linking.gazetteers.industries import Industries
from kg_build.linking.gazetteers.zones import Zones
from kg_build.linking.model import Decision, Status, Thing
from kg_build.linking.rules import Rules

COLUMNS = ("type", "name", "inside", "beside", "date", "expected", "note")
NOTHING = "-"
"""``expected`` of a case that no record answers, or several as well."""
_RELATIONS = {"": "exact", "skos:closeMatch": "near", "skos:broadMatch": "broad", "skos:relatedMatch": "related"}


@dataclass(frozen=True, slots=True)
class Case:
    """A name in a context, and the records that are right for it (none: it must not be linked)."""

    thing: Thing
    expected: tuple[str, ...]
    """A division as its path (河南省/三门峡市/陕州区), a zone as its name, where two share it with ``@`` and its place's code, a
    class of industries as the relation and its code (``exact 384``, ``near``, ``broad``, ``related``), a firm as its name."""
    line: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A case with what linking said."""

    case: Case
    linked: tuple[str, ...]
    """What each gazetteer linked, in the words of ``expected``."""
    decisions: tuple[Decision, ...]

    @property
    def right(self) -> bool:
        """Whether something was linked and all of it is right."""
        return bool(self.linked) and all(found in self.case.expected for found in self.linked)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over cases."""

    cases: int
    answerable: int
    linked: int
    right: int

    @property
    def precision(self) -> float:
        """Right links of all links."""
        return self.right / self.linked if self.linked else 1.0

    @property
    def recall(self) -> float:
        """Right links of the cases that have an answer."""
        return self.right / self.answerable if self.answerable else 1.0


def read_cases(path: Path) -> list[Case]:
    """The cases of a file. Raises `InputError` with the line of a mistake."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != COLUMNS:
                raise InputError(path, f"columns are not {', '.join(COLUMNS)}")
            return [_case(row, reader.line_num) for row in reader]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(path, f"can't be read: {error}") from error


def _case(row: dict[str, str], line: int) -> Case:
    thing = Thing(
        iri=f"urn:case:{line}",
        type=row["type"],
        names=(row["name"],),
        inside=_many(row["inside"]),
        beside=_many(row["beside"]),
        years=(int(row["date"]),) if row["date"] else (),
    )
    return Case(thing, () if row["expected"] == NOTHING else _many(row["expected"]), line)


def _many(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def answer(cases: Iterable[Case], base_iri: str, rules: Rules, tables: Sequence[Gazetteer] = ()) -> list[Answer]:
    """What linking says of each case, with the gazetteers of divisions, zones and industries, and with tables of the user's."""
    gazetteers: tuple[Gazetteer, ...] = (Divisions(base_iri), Zones(base_iri), Industries())
    found = []
    for case in cases:
        # A table knows things of any class; those of the lists that ship are measured by these lists alone.
        asked = [g for g in gazetteers if case.thing.type in g.types] or tables
        decisions = [decide(case.thing, g.candidates([case.thing])[0], g.source, rules) for g in asked]
        linked = tuple(said for d in decisions if d.status is Status.LINKED for said in _said(d, case))
        found.append(Answer(case, linked, tuple(decisions)))
    return found


def _said(decision: Decision, case: Case) -> list[str]:
    """The records in the words of the expected ones."""
    candidate = decision.ranked[0].candidate
    if decision.gazetteer == "industries":
        return [f"{_RELATIONS[s.candidate.predicate]} {s.candidate.code}" for s in decision.ranked]
    if decision.gazetteer == "divisions":
        same = [path for path in case.expected if code_of(path) == candidate.code]
        return [same[0] if same else index().path(candidate.code)]
    place = candidate.inside[0] if candidate.inside else ""
    said = [form for name in candidate.names for form in (f"{name}@{place}", name)]
    return [next((form for form in said if form in case.expected), candidate.names[0])]


def code_of(path: str) -> str | None:
    """The code of a division by the names from the province down, old names too; None where it isn't one."""
    known = index()
    names = path.split("/")
    found = []
    for code in known.by_form.get(names[-1], ()):
        rows = [known.by_code.get(c) for c in reversed(known.chain(code))]
        if len(rows) == len(names) and all(r is not None and n in (r.name, *r.old) for n, r in zip(names, rows, strict=True)):
            found.append(code)
    return found[0] if len(found) == 1 else None


def count(answers: Iterable[Answer]) -> Score:
    """The counts over answers."""
    found = list(answers)
    return Score(
        cases=len(found),
        answerable=sum(bool(a.case.expected) for a in found),
        linked=sum(bool(a.linked) for a in found),
        right=sum(a.right for a in found),
    )


def wrong(answers: Iterable[Answer]) -> list[str]:
    """The cases that went wrong, a line each: linked where nothing was expected, to something else, or not at all."""
    found = []
    for one in answers:
        if one.right or not (one.linked or one.case.expected):
            continue
        expected = " or ".join(one.case.expected) or "nothing"
        linked = ", ".join(one.linked) or "nothing"
        found.append(f"line {one.case.line}: {one.case.thing.type} {one.case.thing.name}: expected {expected}, linked {linked}")
    return found
