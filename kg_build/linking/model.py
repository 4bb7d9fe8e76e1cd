"""What travels through linking: things of the store, candidates of gazetteers, and what was decided about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Thing:
    """A node of the store with what helps to tell which one it is."""

    iri: str
    type: str
    """Local name of its class: Place, Zone, Park, Industry, Enterprise, Institution."""
    names: tuple[str, ...]
    """The canonical name, then the other forms."""
    inside: tuple[str, ...] = ()
    """Names of what the text or its IRI says that it lies in, nearest first."""
    beside: tuple[str, ...] = ()
    """Names of places in the same articles, and of the places in papers' names."""
    years: tuple[int, ...] = ()
    """Years of these articles."""
    industries: tuple[str, ...] = ()
    """Names of its industries."""
    code: str | None = None
    """GB/T 2260 code where the node is the gazetteer's own place (its IRI is made from it)."""

    @property
    def name(self) -> str:
        """The canonical name."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of a gazetteer that a thing may be."""

    iri: str
    names: tuple[str, ...]
    """Names in full, the one to show first."""
    aliases: tuple[str, ...] = ()
    """Short and other forms."""
    weak: tuple[str, ...] = ()
    """Forms that mislead: everyday words, short forms of districts."""
    old: tuple[str, ...] = ()
    """Names in full that it bears no more."""
    type: str = ""
    """Local name of a class; empty where the gazetteer doesn't say."""
    level: str = ""
    """A division's: ``province``, ``city``, ``prefecture``, ``county``."""
    inside: tuple[str, ...] = ()
    """GB/T 2260 codes of the divisions that it is or lies in, nearest first."""
    place: str = ""
    """The words for where it lies, where no code is known."""
    industries: tuple[str, ...] = ()
    until: int | None = None
    """The last year in which it was there; None for today."""
    code: str = ""
    """What the gazetteer numbers it by."""
    point: tuple[str, str] | None = None
    """Latitude and longitude, WGS 84, decimal degrees as the source writes them."""
    population: int | None = None
    distance: float | None = None
    """Kilometres from the seat of the division that the thing lies in; None where that isn't known."""
    identity: str = ""
    """A number that only this one bears in its country (a Unified Social Credit Code), checked."""
    trust: float | None = None
    """0..1: how sure the gazetteer itself is (a reconciliation service's score)."""
    predicate: str = ""
    """Property of a link to it, where it isn't the gazetteer's usual one (``skos:broadMatch``)."""
    successors: tuple[tuple[str, str], ...] = ()
    """IRI and name of the records that came after it."""


class Status(StrEnum):
    """What became of a thing in a gazetteer."""

    LINKED = "linked"
    REVIEW = "review"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its points and why."""

    candidate: Candidate
    points: float
    parts: tuple[tuple[str, float], ...]
    """Name of each feature that counted and its points."""
    matched: str
    """The form of the thing's name that matched best."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one thing in one gazetteer."""

    thing: Thing
    gazetteer: str
    status: Status
    ranked: tuple[Scored, ...]
    """Best first. The first is the link where the status is LINKED."""
    confidence: float = 0.0
    """Of the first: its share among all candidates and "none of them"."""
    judged: bool = False
    """Whether a person said so."""
    certain: bool = False
    """Whether identity is certain (owl:sameAs)."""


@dataclass(frozen=True, slots=True)
class Link:
    """A mapping as it is written: to SSSOM and, but for those between records, to the links' graph."""

    subject: str
    predicate: str
    """CURIE: ``skos:exactMatch``, ``skos:closeMatch``, ``skos:broadMatch``, ``skos:relatedMatch``, ``owl:sameAs``."""
    object: str
    confidence: float
    justification: str
    """CURIE of the Semantic Mapping Vocabulary: ``semapv:CompositeMatching`` …"""
    gazetteer: str
    subject_label: str
    subject_type: str
    object_label: str
    match: str = ""
    """The form that matched."""
    why: str = ""
    """The features that decided."""
    reviewer: str = ""
    reviewed: str = ""
    """Who judged it and on which day, where a person did."""
