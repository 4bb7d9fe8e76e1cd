"""An account of a small made-up article, without a pipeline."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import spacy
from spacy.tokens import Doc

from kg_build.explaining import Account, give_account
from kg_build.extraction import Trace
from kg_build.extraction.relations import find_statements
from kg_build.extraction.relations.examples import read_marked
from kg_build.model import Extraction

MARKED = (
    "[[云台|Place]经开区|Zone]\n[海川集团|Enterprise]荣获[绿色工厂|Honour]。[青禾生物|Enterprise]有望获评[绿色工厂|Honour]<b>&。"
)
WORDS = ["云台", "经开区", "\n", "海川集团", "荣获", "绿色工厂", "。", "青禾生物", "有望", "获评", "绿色工厂", "<b>", "&", "。"]
HEADS = [1, 1, 2, 4, 4, 4, 4, 9, 9, 9, 9, 10, 10, 9]
DEPS = ["compound:nn", "ROOT", "ROOT", "nsubj", "ROOT", "dobj", "punct", "nsubj", "advmod", "ROOT", "dobj", "dep", "dep", "punct"]
STARTS = (0, 2, 3, 7)

Make = Callable[..., Account]


def account(*, near: bool = True, containing: str | None = None) -> Account:
    """The account; ``near`` and ``containing`` as asked."""
    read = read_marked(MARKED)
    doc = Doc(
        spacy.blank("zh").vocab,
        words=WORDS,
        spaces=[False] * len(WORDS),
        heads=HEADS,
        deps=DEPS,
        tags=["NN"] * len(WORDS),
        sent_starts=[i in STARTS for i in range(len(WORDS))],
    )
    trace = Trace() if near else None
    said = find_statements(read.article, doc, read.mentions, read.implicit, trace=trace)
    return give_account(Extraction(read.article, read.mentions, said, ()), doc, trace=trace, containing=containing)


@pytest.fixture
def make() -> Make:
    """Makes the account."""
    return account
