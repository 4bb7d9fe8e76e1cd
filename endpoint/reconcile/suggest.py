"""Suggestions while someone types (section 6): things, types and properties whose name, id or IRI begins so, then like ones."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from endpoint.reconcile.matching import likeness_of
from endpoint.reconcile.names import fold
from endpoint.reconcile.schema import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from endpoint.reconcile.catalogue import Catalogue, Thing
    from endpoint.reconcile.schema import Property, Type

MOST: Final = 1000
"""Suggestions that can be paged through."""
LIKE: Final = 0.4
"""Likeness that a name needs to be suggested without beginning so."""

KINDS: Final = ("entity", "property", "type")
"""What there are suggestions for."""

Item = dict[str, object]


def things(catalogue: Catalogue, prefix: str, types: Sequence[str], first: int, count: int) -> list[Item]:
    """Things, those first of whose names one begins so and is shortest."""
    mask = schema().masks(types) if types else None
    if not fold(prefix) or mask == 0:
        return []
    named = catalogue.thing(prefix)
    start = fold(prefix)

    def rank(number: int) -> tuple[int, str, str]:
        thing = catalogue.things[number]
        return min(len(name) for name in map(fold, catalogue.names(number)) if name.startswith(start)), thing.name, thing.id

    begin = sorted(set(islice(catalogue.beginning(prefix, mask), MOST)), key=rank)
    like = catalogue.like(prefix, count + first + 20, mask) if len(begin) < first + count else []
    near = [number for number in like if _is_near(catalogue, number, prefix)]
    found = list(dict.fromkeys([*([] if named is None else [named]), *begin, *near]))
    return [_thing(catalogue.things[number]) for number in found[first : first + count]]


def _is_near(catalogue: Catalogue, number: int, text: str) -> bool:
    """Whether a thing's name holds a text or is like it."""
    return fold(text) in fold(catalogue.things[number].name) or likeness_of(catalogue, number, text).score >= LIKE


def types(prefix: str, first: int, count: int) -> list[Item]:
    """Types; with nothing typed, all."""
    found = [one for one in schema().types.values() if _begins(prefix, one.id, one.iri, one.names.values())]
    return [type_item(one) for one in found[first : first + count]]


def properties(prefix: str, of: Sequence[str], first: int, count: int) -> list[Item]:
    """Properties, those first that belong to the types; with nothing typed, all."""
    kinds = {name for one in of if (kind := schema().type(one)) is not None for name in (kind.id, kind.broader)}
    found = [one for one in schema().properties.values() if _begins(prefix, one.id, "", one.names.values())]
    found.sort(key=lambda one: not kinds & one.of)
    return [property_item(one) for one in found[first : first + count]]


def type_item(one: Type) -> Item:
    """A type as clients get it, with the one above it."""
    found: Item = {"id": one.id, "name": one.name, "description": one.notes.get("zh", "")}
    if one.broader is not None:
        above = schema().types[one.broader]
        found["broader"] = [{"id": above.id, "name": above.name}]
    return found


def property_item(one: Property) -> Item:
    """A property as clients get it."""
    return {"id": one.id, "name": one.name, "description": one.notes.get("zh", "")}


def type_list(thing: Thing) -> list[Item]:
    """A thing's types as clients get them."""
    return [{"id": one.id, "name": one.name} for one in thing.type_list()]


def _thing(thing: Thing) -> Item:
    return {"id": thing.id, "name": thing.name, "description": thing.description, "notable": type_list(thing)}


def _begins(prefix: str, name: str, iri: str, labels: Iterable[str]) -> bool:
    """Whether it is this id or IRI, or an id or name has this in it."""
    return prefix == iri or any(fold(prefix) in fold(text) for text in (name, *labels))
