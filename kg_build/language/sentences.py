"""Sentence ends by Chinese punctuation, computed on characters, so that any tokenizer gets the same ones."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from spacy.attrs import SENT_START  # type: ignore[import-not-found]  # a Cython module
from spacy.tokens import Doc

from kg_build.errors import PipelineError
from kg_build.yamlfiles import load_yaml

RULES = "sentences.yaml"
KEYS = {"enders", "closers", "continuations", "whole", "quotes", "quote_length"}


@dataclass(frozen=True, slots=True)
class SentenceRules:
    """What ends a sentence; see ``data/sentences.yaml``."""

    enders: frozenset[str]
    closers: frozenset[str]
    continuations: frozenset[str]
    whole: dict[str, str]
    quotes: dict[str, str]
    quote_length: int

    @classmethod
    def of(cls, table: dict[str, Any]) -> SentenceRules:
        """Make rules of the table read from the file; raises `PipelineError` where it breaks the schema."""
        if set(table) != KEYS:
            raise PipelineError(f"{RULES}: keys must be {', '.join(sorted(KEYS))}")
        pairs = [*table["whole"], *table["quotes"]]
        if any(not isinstance(pair, str) or len(pair) != 2 for pair in pairs):
            raise PipelineError(f"{RULES}: a pair is two characters: {pairs}")
        return cls(
            frozenset(table["enders"]),
            frozenset(table["closers"]),
            frozenset(table["continuations"]),
            {pair[0]: pair[1] for pair in table["whole"]},
            {pair[0]: pair[1] for pair in table["quotes"]},
            int(table["quote_length"]),
        )

    @classmethod
    @cache
    def load(cls) -> SentenceRules:
        """The rules that ship."""
        text = files("kg_build.language").joinpath("data", RULES).read_text(encoding="utf-8")
        return cls.of(load_yaml(text))


def sentence_starts(text: str, rules: SentenceRules | None = None) -> list[int]:
    """Positions at which sentences begin, ascending; each is a character that is not white space.

    A line break always ends a sentence. An ender (with the same or other enders and closing marks after it) ends one
    unless it stands in brackets, a title or a short quotation, or the quotation that it closes is part of a longer sentence.
    """
    rules = rules or SentenceRules.load()
    starts: list[int] = []
    position = 0
    for line in text.splitlines(keepends=True):
        starts.extend(position + start for start in _line_starts(line, rules))
        position += len(line)
    return starts


def _line_starts(line: str, rules: SentenceRules) -> list[int]:
    shut = _shut(line, rules)
    starts: list[int] = []
    fresh = True
    i = 0
    while i < len(line):
        if line[i].isspace():
            i += 1
            continue
        if fresh:
            starts.append(i)
            fresh = False
        if line[i] not in rules.enders or shut[i]:
            i += 1
            continue
        end = i + 1
        while end < len(line) and line[end] in rules.enders:
            end += 1
        closed = end
        while closed < len(line) and line[closed] in rules.closers:
            closed += 1
        goes_on = closed > end and closed < len(line) and line[closed] in rules.continuations
        fresh = not goes_on
        i = closed
    return starts


def _shut(line: str, rules: SentenceRules) -> bytearray:
    """For each character of a line whether it stands where nothing ends a sentence."""
    shut = bytearray(len(line))
    for pairs, longest in ((rules.whole, len(line)), (rules.quotes, rules.quote_length)):
        opened = ""
        start = 0
        for i, character in enumerate(line):
            if character in pairs:
                # An opening mark that is never closed gives way to the next one.
                opened, start = character, i
            elif opened and character == pairs[opened]:
                # A quotation's last ender may still end the sentence around it: “……！”
                last = i - 1 if pairs is rules.quotes else i
                if i - start <= longest:
                    for j in range(start, last):
                        shut[j] = 1
                opened = ""
    return shut


def set_sentence_starts(doc: Doc) -> Doc:
    """Set ``is_sent_start`` of every token, so that a parser keeps to these sentences."""
    starts = sentence_starts(doc.text)
    following = 0
    marks: list[int] = []
    for token in doc:
        begins = token.i == 0
        # A beginning inside a token (a foreign tokenizer joined 。” and what follows) counts for the next token.
        while following < len(starts) and starts[following] <= token.idx:
            begins = True
            following += 1
        marks.append(1 if begins else -1)
    # One write for all: setting a token's own is_sent_start looks through the whole document each time.
    doc.from_array([SENT_START], np.array(marks, dtype=np.int64).astype(np.uint64).reshape(-1, 1))  # type: ignore[arg-type]
    return doc
