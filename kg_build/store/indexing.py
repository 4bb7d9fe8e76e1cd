"""Which texts that are searched an update has touched, and the index of the version that it makes."""

from __future__ import annotations

import contextlib
import os
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_build.search import Text, change_index, make_index

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST = 100_000
"""Texts that are kept in memory; where more are touched, the index is made anew."""


class TouchedTexts:
    """The texts that may have come or gone; what has become of them is asked when all is done."""

    def __init__(self) -> None:
        self._touched: set[Text] = set()
        self._are_known = True

    def note(self, quads: Iterable[ox.Quad]) -> None:
        """Take note of quads that were added or taken out, in whichever graph; what holds no text is passed over."""
        if self._are_known:
            self._touched.update(text for quad in quads if (text := Text.of(quad)) is not None)
            if len(self._touched) > MOST:
                self.forget()

    def forget(self) -> None:
        """Any text may have come or gone from now on."""
        self._are_known = False
        self._touched.clear()

    def write(self, union: ox.Store, previous: Path, target: Path, work: Path) -> None:
        """Write the index of a version.

        Args:
            union: Its union, with all changes.
            previous: The index of the version before; there may be none.
            target: Where to write, on the same file system.
            work: A file for what is sorted meanwhile.

        Raises `OSError` where it can't be written.
        """
        if self._are_known and not self._touched:
            with contextlib.suppress(FileNotFoundError):
                os.link(previous, target)
            return
        if self._are_known:
            there = self._there(union)
            if change_index(previous, target, there, self._touched - there):
                return
        make_index(union, work, target)

    def _there(self, union: ox.Store) -> set[Text]:
        """Those that the union has. Literals of several datatypes may say the same text, so it is looked for by its thing."""
        found: set[Text] = set()
        place = attrgetter("subject", "property")
        for (subject, iri), texts in groupby(sorted(self._touched, key=place), place):
            quads = union.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(iri), None, ox.DefaultGraph())
            found |= {text for quad in quads if (text := Text.of(quad)) is not None} & set(texts)
        return found
