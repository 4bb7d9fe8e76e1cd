"""What a gazetteer is to the rest of linking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kg_build.linking.model import Candidate, Thing

Progress = Callable[[str, int, int], None]
"""Told what is asked, how many things are done and how many there are."""


def quiet(_stage: str, _done: int, _of: int) -> None:
    """The progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the records come from, as SSSOM and the docs tell it."""

    name: str
    """Short: ``divisions``, ``geonames``; what ``--gazetteer`` takes."""
    title: str
    iri: str
    """Of the source as a whole (SSSOM ``object_source``)."""
    version: str = ""
    licence: str = ""
    predicate: str = "skos:exactMatch"
    """Property of its links: exactMatch where its records are the same things, closeMatch where they are near (a seat)."""
    shared: bool = False
    """Whether a thing may come under several records (a field under several classes); each that isn't the same is linked."""


class Gazetteer(Protocol):
    """Records that things of some classes may be."""

    @property
    def source(self) -> Source:
        """Where its records come from."""

    @property
    def types(self) -> frozenset[str]:
        """Classes (local names) whose things it may know."""

    def candidates(self, things: Sequence[Thing], progress: Progress = quiet) -> Sequence[Sequence[Candidate]]:
        """For each thing the records worth scoring (blocking), in an order that is always the same.

        Raises `kg_build.errors.GazetteerError` where it can't be read or reached.
        """
