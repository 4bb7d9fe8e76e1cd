"""After the language pipeline: what its entities add to the names that the characters show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.people import is_person_name, speaks
from kg_build.extraction.mentions.places import in_quote, place_words
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Doc


def refine(page: Page, doc: Doc, names: Iterable[Found]) -> Iterator[Found]:
    """The names, and people and places that the entity recogniser saw where the characters agree.

    A person must be followed by a word of speaking; a county's short name must not stand inside a catchword.
    """
    rules = table("pipeline")
    kept = list(names)
    yield from kept
    taken = {position for found in kept for position in range(found.start, found.end)}
    text = page.text
    for entity in doc.ents:
        start, end = entity.start_char, entity.end_char
        if end > len(text) or not taken.isdisjoint(range(start, end)):
            continue
        words = text[start:end]
        if entity.label_ in rules["person_labels"] and is_person_name(words) and speaks(text, end):
            yield Found(start, end, EntityType.PERSON, "ner-person", rules["confidence"]["person"])
        elif entity.label_ in rules["place_labels"] and words in place_words() and not in_quote(text, start, end):
            yield Found(start, end, EntityType.PLACE, "ner-place", rules["confidence"]["place"])
