"""Types and properties that clients can name: ``schema.yaml`` and what the ontology says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from kg_build.yamlfiles import load_yaml
from ontology.documents import ontology_triples
from ontology.terms import PREFIXES, RDFS, SKOS, ZONE, ZONE_SUBCLASSES

LANGUAGES: Final = ("zh", "en")
Texts = Mapping[str, Mapping[str, str]]
"""By IRI and language."""
_SAYS: Final = "GRAPH ?article {{ ?entity zone:{} ?value }}"


@dataclass(frozen=True, slots=True)
class Type:
    """A class of things."""

    id: str
    """Its local name in the ontology."""
    names: Mapping[str, str]
    """By language."""
    notes: Mapping[str, str]
    bit: int
    """A bit of its own, in what a thing's types are kept as."""
    broader: str | None = None

    @property
    def iri(self) -> str:
        """The class."""
        return ZONE[self.id]

    @property
    def name(self) -> str:
        """As lists show it."""
        return f"{self.names['zh']} {self.names['en']}"


@dataclass(frozen=True, slots=True)
class Property:
    """Something to be asked of a thing."""

    id: str
    names: Mapping[str, str]
    notes: Mapping[str, str]
    of: frozenset[str]
    """Types that it is proposed for."""
    to: str | None
    """The type of its values."""
    pattern: str
    """SPARQL between ``?entity`` and ``?value``."""

    @property
    def name(self) -> str:
        """As lists show it."""
        return f"{self.names['zh']} {self.names['en']}"


@dataclass(frozen=True, slots=True)
class Schema:
    """All types and properties, by their ids, in the order of the lists."""

    types: Mapping[str, Type]
    properties: Mapping[str, Property]
    preview: tuple[str, ...]
    labels: Texts
    """Names by IRI and language of all that the ontology defines."""

    def type(self, name: str) -> Type | None:
        """The type of an id, an IRI or ``zone:…``."""
        return self.types.get(local(name))

    def property(self, name: str) -> Property | None:
        """The property of an id, an IRI or ``zone:…``."""
        return self.properties.get(local(name))

    def mask(self, found: Type) -> int:
        """The bits of a type and of those below it."""
        return found.bit | sum(one.bit for one in self.types.values() if one.broader == found.id)

    def masks(self, names: Iterable[str]) -> int:
        """The bits of several types; unknown ones have none."""
        found = 0
        for name in names:
            one = self.type(name)
            found |= 0 if one is None else self.mask(one)
        return found


def local(name: str) -> str:
    """An id from what a client may send instead: the full IRI, or the name with a prefix."""
    return name.removeprefix(ZONE.iri).removeprefix("zone:")


@cache
def schema() -> Schema:
    """The types and properties."""
    data: dict[str, Any] = load_yaml(files(__package__).joinpath("schema.yaml").read_text(encoding="utf-8"))
    labels, notes = _texts(RDFS.label), _texts(SKOS.definition)
    listed = [(name, None) for name in data["types"]] + [(name, "Zone") for name in ZONE_SUBCLASSES]
    types = {
        name: Type(name, labels[ZONE[name]], notes.get(ZONE[name], {}), 1 << number, broader)
        for number, (name, broader) in enumerate(listed)
    }
    properties = {row["id"]: _property(row, labels, notes) for row in data["properties"]}
    return Schema(types, properties, tuple(data["preview"]), labels)


def _property(row: Mapping[str, Any], labels: Texts, notes: Texts) -> Property:
    name = row["id"]
    own = bool(row.get("own"))
    return Property(
        name,
        labels[ZONE[name]] if own else {language: row[language] for language in LANGUAGES},
        notes.get(ZONE[name], {}) if own else row["note"],
        frozenset(row["of"]),
        row.get("to"),
        row.get("pattern") or _SAYS.format(name),
    )


def _texts(predicate: str) -> Texts:
    """What the ontology says of its terms with a property, by IRI and language."""
    found: dict[str, dict[str, str]] = {}
    for triple in ontology_triples(("zone.ttl",)):
        if triple.predicate.value == predicate and isinstance(triple.subject, NamedNode) and isinstance(triple.object, Literal):
            found.setdefault(triple.subject.value, {})[triple.object.language or ""] = triple.object.value
    return found


PROLOGUE: Final = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
