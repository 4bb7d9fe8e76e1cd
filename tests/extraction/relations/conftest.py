"""What the tests of the relation rules share."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import spacy
from spacy.language import Language

from kg_build.extraction.relations import Rule, explain, load_rules
from kg_build.extraction.relations.examples import read_marked, said

Says = Callable[..., tuple[str, ...]]


@pytest.fixture(scope="session")
def blank() -> Language:
    """One token a character, no tags, no parse: the least that a pipeline can give."""
    return spacy.blank("zh")


@pytest.fixture(scope="session")
def says(blank: Language) -> Says:
    """Marked sentence → what the rules (all, or those with the given ids) say of it, in the notation of examples."""

    def run(marked: str, *ids: str) -> tuple[str, ...]:
        chosen: Sequence[Rule] = [rule for rule in load_rules() if not ids or rule.id in ids]
        read = read_marked(marked)
        firings = explain(read.article, blank(read.article.text), read.mentions, read.implicit, rules=chosen)
        return said([firing.statement for firing in firings], read.mentions)

    return run
