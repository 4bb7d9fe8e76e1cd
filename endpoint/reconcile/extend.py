"""Data extension (section 7): the values of properties, as strings, numbers, dates or things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from endpoint.reconcile.requests import MAX_TEXT, Extension, bad
from endpoint.reconcile.schema import LANGUAGES, schema
from endpoint.reconcile.values import of, values
from ontology.terms import XSD

if TYPE_CHECKING:
    from endpoint.reconcile.catalogue import Catalogue
    from endpoint.reconcile.requests import Column
    from endpoint.reconcile.schema import Property
    from endpoint.reconcile.values import Term

MAX_INT: Final = 2**31 - 1
"""Clients read ``int`` into 32 bits (OpenRefine does); larger numbers go as ``float``."""
_NUMBERS: Final = {XSD.decimal, f"{XSD.iri}double", f"{XSD.iri}float"}
_INTEGERS: Final = {XSD.integer, XSD.nonNegativeInteger}
CONTENTS: Final = ("thing", "name", "iri")

SETTINGS: Final[list[dict[str, Any]]] = [
    {
        "name": "limit",
        "label": "数量上限 Limit",
        "type": "number",
        "default": 0,
        "help_text": "每格最多几个值，新的在前；0 为全部。Most values in a cell, those of the newest articles first; 0 for all.",
    },
    {
        "name": "content",
        "label": "形式 Content",
        "type": "select",
        "default": "thing",
        "choices": [
            {"value": "thing", "name": "实体 things, reconciled"},
            {"value": "name", "name": "名称 names only"},
            {"value": "iri", "name": "IRI"},
        ],
        "help_text": "值是实体时给什么。What to give where values are things.",
    },
    {
        "name": "language",
        "label": "语言 Language",
        "type": "select",
        "default": "zh",
        "choices": [{"value": "zh", "name": "中文"}, {"value": "en", "name": "English"}],
        "help_text": "状态等词的语言。The language of words such as a project's status.",
    },
]
"""What can be set for each property (section 7.1), for the manifest."""


def extend(catalogue: Catalogue, asked: Extension) -> dict[str, object]:
    """The response to a data extension query. Ids that are unknown get empty cells; unknown properties are a problem."""
    columns = [(column.property, _known(column), _Reading(catalogue, column)) for column in asked.columns]
    things = {id_: catalogue.things[found].iri for id_ in asked.ids if (found := catalogue.thing(id_)) is not None}
    known = values(catalogue.reader, things.values(), list({one.id: one for _, one, _ in columns}.values()))
    rows = {
        id_: {name: reading.cells(of(known, things[id_], one.id)) if id_ in things else [] for name, one, reading in columns}
        for id_ in asked.ids
    }
    return {"meta": [_meta(name, one, reading) for name, one, reading in columns], "rows": rows}


def _known(column: Column) -> Property:
    one = schema().property(column.property)
    if one is None:
        raise bad(f"There is no property {column.property[:80]!r}; there are {', '.join(schema().properties)}.")
    return one


def _meta(name: str, one: Property, reading: _Reading) -> dict[str, object]:
    found: dict[str, object] = {"id": name, "name": one.name}
    if one.to is not None and reading.content == "thing":
        kind = schema().types[one.to]
        found["type"] = {"id": kind.id, "name": kind.name}
    return found


class _Reading:
    """How one column's values are written, as its settings say."""

    def __init__(self, catalogue: Catalogue, column: Column) -> None:
        self._catalogue = catalogue
        self._limit = _limit(column)
        self.content = _choice(column, "content", CONTENTS)
        self._language = _choice(column, "language", LANGUAGES)

    def cells(self, terms: list[Term]) -> list[dict[str, object]]:
        """The values of one cell. Texts in two languages are there once, in the language wanted where there is one."""
        texts = [term for term in terms if isinstance(term, ox.Literal) and term.language]
        wanted = {term for term in texts if term.language == self._language}
        shown = [term for term in terms if not wanted or term not in texts or term in wanted]
        found: list[dict[str, object]] = []
        for term in shown:
            cell = self._cell(term)
            if cell not in found:
                found.append(cell)
        return found[: self._limit or None]

    def _cell(self, term: Term) -> dict[str, object]:
        if isinstance(term, ox.Literal):
            return _literal(term)
        if self.content == "iri":
            return {"str": term.value}
        number = self._catalogue.thing(term.value)
        if number is None:
            labels = schema().labels.get(term.value, {})
            return {"str": labels.get(self._language) or term.value}
        thing = self._catalogue.things[number]
        return {"id": thing.id, "name": thing.name} if self.content == "thing" else {"str": thing.name}


def _literal(term: ox.Literal) -> dict[str, object]:
    datatype = term.datatype.value
    try:
        if datatype in _INTEGERS and abs(int(term.value)) <= MAX_INT:
            return {"int": int(term.value)}
        if datatype in _INTEGERS | _NUMBERS:
            return {"float": float(term.value)}
    except ValueError:
        return {"str": term.value}
    if datatype == XSD.date and len(term.value) == len("2024-01-01"):
        return {"date": f"{term.value}T00:00:00Z"}
    return {"str": term.value}


def _limit(column: Column) -> int:
    given = column.settings.get("limit")
    try:
        limit = int(float(str(given).encode("ascii"))) if given not in (None, "") else 0
    except (ValueError, OverflowError):  # UnicodeError among them.
        limit = -1
    if limit < 0:
        raise bad(f"The setting limit of {column.property[:80]} is a whole number from 0.")
    return limit


def _choice(column: Column, name: str, choices: tuple[str, ...]) -> str:
    given = column.settings.get(name)
    if given in (None, ""):
        return choices[0]
    if given not in choices:
        raise bad(f"The setting {name} of {column.property[:80]} is one of {', '.join(choices)}.")
    return str(given)


def propose(type_name: str, limit: int | None) -> dict[str, object]:
    """The properties that are worth fetching for a type (section 7.2); for no type or an unknown one, all."""
    kind = schema().type(type_name)
    names = {kind.id, kind.broader} if kind is not None else set()
    fitting = [one for one in schema().properties.values() if not names or names & one.of]
    found: dict[str, object] = {"type": type_name[:MAX_TEXT]}
    if limit is not None:
        fitting, found["limit"] = fitting[:limit], limit
    found["properties"] = [{"id": one.id, "name": one.name, "description": one.notes.get("zh", "")} for one in fitting]
    return found
