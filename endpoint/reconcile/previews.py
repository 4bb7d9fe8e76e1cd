"""What a thing looks like at a glance: for previews (section 5) and flyouts (section 6.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from endpoint.reconcile.schema import schema
from endpoint.reconcile.values import of, values

if TYPE_CHECKING:
    from endpoint.reconcile.catalogue import Catalogue, Thing
    from endpoint.reconcile.values import Term

MOST: Final = 6
"""Values of a property that are shown."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A thing with some of its properties: names in Chinese and English, values as text, whether there are more."""

    thing: Thing
    kinds: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, tuple[str, ...], bool], ...]


def glance(catalogue: Catalogue, number: int) -> Glance:
    """What to show of a thing."""
    thing = catalogue.things[number]
    kinds = thing.type_list()
    # The narrower of two kinds says what the broader one says.
    broader = {one.broader for one in kinds}
    names = {name for one in kinds for name in (one.id, one.broader)}
    shown = [one for name in schema().preview if (one := schema().properties[name]).of & names]
    known = values(catalogue.reader, [thing.iri], shown)
    rows = []
    for one in shown:
        texts = list(dict.fromkeys(text for term in of(known, thing.iri, one.id) if (text := _text(catalogue, term))))
        if texts:
            rows.append((one.names["zh"], one.names["en"], tuple(texts[:MOST]), len(texts) > MOST))
    return Glance(thing, tuple((one.names["zh"], one.names["en"]) for one in kinds if one.id not in broader), tuple(rows))


def _text(catalogue: Catalogue, term: Term) -> str:
    if isinstance(term, ox.Literal):
        return term.value
    number = catalogue.thing(term.value)
    if number is not None:
        return catalogue.things[number].name
    return schema().labels.get(term.value, {}).get("zh") or term.value
