"""The text as the rules see it: one token per chunk of mentions, per cue word, per sum of money, and the words between.

The view is a spaCy ``Doc`` of its own, so `Matcher` and `DependencyMatcher` run over it. Cue words are cut out whatever
the segmenter made of them (建成投产 may have come as one word, as two or as four characters), so surface rules read the
same under every pipeline. Where the pipeline parsed, each token of the view takes the head, label and tag of the word in
it that stands highest in the tree.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from spacy.attrs import HEAD, IDX, LENGTH  # type: ignore[import-not-found]  # a Cython module
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan

from kg_build.extraction.relations.anaphors import Word, antecedents
from kg_build.extraction.relations.dates import DATE, FUTURE, days_to_come
from kg_build.extraction.relations.folding import fold
from kg_build.extraction.relations.lists import Chunk, chunks, nested
from kg_build.model import Article, EntityType, Mention, MentionForm, Span
from kg_build.quantities import Amount, find_amounts

MONEY = "Money"
"""Entity label of a sum of money in the view."""
JOINER = "+"
"""Between the types of a chunk that has several (``Enterprise+Park``)."""
_STAGES = ("plan", "sign", "start", "building", "done", "stall", "lead")
"""Cue classes that must stay visible in the closing words of a list (甲、乙等在谈项目)."""
_SENTENCE_END = frozenset("。!?\n")
_CLAUSE_END = _SENTENCE_END | frozenset(",;:—…")
_OPENING = frozenset("“‘「")
_BROKEN = re.compile(r"\d(?:[.]\s*|\s+)$")
"""Before a sum: the page tore the number apart (1. 7亿元), so what was read is only its end."""
_CLOSING = frozenset('”’"』」)》')


@dataclass(frozen=True, slots=True)
class Unit:
    """One token of the view."""

    span: Span
    """Where it stands in ``Article.text``; the token of the view holds the folded text."""
    members: tuple[Mention, ...]
    """The mentions of a chunk; empty for words."""
    money: Amount | None
    cues: frozenset[str]
    """The cue classes that the word belongs to."""
    clause: int
    sentence: int


@dataclass(frozen=True, slots=True)
class View:
    """The merged document with what the engines look up in it."""

    article: Article
    text: str
    """``Article.text`` with full-width punctuation folded; the same positions."""
    doc: Doc
    units: tuple[Unit, ...]
    sentences: tuple[range, ...]
    """Token ranges."""
    mentions: tuple[Mention, ...]
    nested: Mapping[int, tuple[Mention, ...]]
    """Mentions within a mention, by its id."""
    parsed: bool
    """Whether heads and labels are the pipeline's."""

    def clause_start(self, token: int) -> int:
        """The first token of the clause of a token."""
        clause = self.units[token].clause
        while token > 0 and self.units[token - 1].clause == clause:
            token -= 1
        return token

    def clause_end(self, token: int) -> int:
        """One past the last token of the clause of a token."""
        clause = self.units[token].clause
        while token < len(self.units) and self.units[token].clause == clause:
            token += 1
        return token

    def follows(self, token: int, classes: Collection[str]) -> bool:
        """Whether a cue of one of the classes stands directly before a token in its clause."""
        return token > self.clause_start(token) and not self.units[token - 1].cues.isdisjoint(classes)

    def evidence(self, first: int, last: int) -> Span:
        """The clauses from the first to the last of two tokens, closing mark left out."""
        start = self.units[self.clause_start(first)].span.start
        end_token = self.clause_end(last) - 1
        if end_token > last and not self.units[end_token].members and self.doc[end_token].text in _CLAUSE_END:
            end_token -= 1
        return Span(start, self.units[end_token].span.end)

    def token_at(self, position: int) -> int:
        """The token that holds a position of the text."""
        return max(0, bisect_right(self.units, position, key=lambda unit: unit.span.start) - 1)

    def cues_between(self, first: int, last: int) -> frozenset[str]:
        """All cue classes of the tokens from ``first`` up to but not including ``last``."""
        return frozenset().union(*(self.units[i].cues for i in range(first, last)))


def build_view(
    article: Article,
    doc: Doc,
    mentions: Sequence[Mention],
    cues: Mapping[str, Sequence[str]],
    words: Collection[str] = (),
) -> View:
    """Make the view of an article.

    Args:
        article: Its text is what positions count in.
        doc: The annotated text.
        mentions: Every mention.
        cues: The cue classes with their words.
        words: Words without a class that are cut out as well: those that rules name by themselves.
    """
    text = fold(article.text)
    classes: dict[str, set[str]] = {}
    for name, listed in cues.items():
        for word in listed:
            classes.setdefault(word, set()).add(name)
    for word in words:
        classes.setdefault(word, set())
    twins = _projects_by_name(mentions)
    kept = [word for name in _STAGES for word in cues.get(name, ())]
    found = [_with_twins(_without_builders(chunk), twins) for chunk in chunks(text, mentions, kept)]
    pieces = _pieces(text, doc, found, find_amounts(text), frozenset(classes))
    to_come = days_to_come(text, article.published)
    merged = _merged(doc, text, pieces)
    units: list[Unit] = []
    sentence = clause = 0
    breaks_sentence = breaks_clause = False
    for span, chunk, money in pieces:
        word = text[span.start : span.end]
        plain = chunk is None and money is None
        if breaks_clause and not (plain and word[0] in _CLOSING | _CLAUSE_END):
            clause += 1
            breaks_clause = False
            if breaks_sentence:
                sentence += 1
                breaks_sentence = False
        unit_cues = frozenset(classes.get(word, ())) if plain else frozenset()
        if plain and span.start in to_come:
            unit_cues |= {FUTURE}
        units.append(Unit(span, chunk.members if chunk else (), money, unit_cues, clause, sentence))
        if plain and word[-1] in _CLAUSE_END:
            breaks_clause = True
            breaks_sentence = breaks_sentence or word[-1] in _SENTENCE_END
    parsed = doc.has_annotation("DEP")
    within = nested(mentions)
    merged, units = _with_anaphors(merged, units, within)
    return View(article, text, merged, tuple(units), _sentence_ranges(units), tuple(mentions), within, parsed)


def _with_anaphors(doc: Doc, units: list[Unit], within: Mapping[int, tuple[Mention, ...]]) -> tuple[Doc, list[Unit]]:
    """Words that point back stand for what they mean."""
    words = [Word(token.text, u.members, u.cues, u.clause, u.sentence) for token, u in zip(doc, units, strict=True)]
    meant = antecedents(words, within, _OPENING)
    if not meant:
        return doc, units
    found = [replace(u, members=(meant[i],), cues=frozenset()) if i in meant else u for i, u in enumerate(units)]
    doc.set_ents([DocSpan(doc, i, i + 1, label=mention.type.value) for i, mention in meant.items()], default="unmodified")
    return doc, found


def _projects_by_name(mentions: Sequence[Mention]) -> dict[str, Mention]:
    """The first project of each name, with and without the closing 项目."""
    found: dict[str, Mention] = {}
    for mention in sorted(mentions, key=lambda m: (m.span.start, m.id)):
        if mention.type is EntityType.PROJECT and mention.form is MentionForm.NAME:
            for name in (mention.name, mention.expansion or mention.name):
                found.setdefault(name.removesuffix("项目"), mention)
    return found


def _without_builders(chunk: Chunk) -> Chunk:
    """A firm's name that is short for its project (甲、乙等4个储能项目) says nothing of the firm here."""
    short = {
        m.span
        for m in chunk.members
        if m.type is EntityType.PROJECT and m.expansion and m.expansion.removeprefix(m.name) not in {"", "项目"}
    }
    members = tuple(m for m in chunk.members if m.type is not EntityType.ENTERPRISE or m.span not in short)
    return Chunk(chunk.span, members)


def _with_twins(chunk: Chunk, projects: Mapping[str, Mention]) -> Chunk:
    """A park that the article speaks of as a project elsewhere is that project here too."""
    if EntityType.PROJECT in chunk.types:
        return chunk
    twins = [projects[m.name] for m in chunk.members if m.type is EntityType.PARK and m.name in projects]
    return Chunk(chunk.span, (*chunk.members, *twins)) if twins else chunk


_Piece = tuple[Span, Chunk | None, Amount | None]


@lru_cache(maxsize=4)
def _words(words: frozenset[str]) -> re.Pattern[str]:
    """Any of the words, of two that begin alike the longer one first."""
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda w: (-len(w), w))))) if words else re.compile(r"(?!)")


def _pieces(text: str, doc: Doc, found: Sequence[Chunk], money: Iterable[Amount], words: frozenset[str]) -> list[_Piece]:
    fixed: list[_Piece] = [(chunk.span, chunk, None) for chunk in found]
    taken = [chunk.span for chunk in found]
    amounts = [m for m in money if not _BROKEN.search(text[max(0, m.span.start - 4) : m.span.start])]
    fixed += [(m.span, None, m) for m in amounts if not any(m.span.overlaps(span) for span in taken)]
    fixed.sort(key=lambda piece: piece[0].start)
    pattern = _words(words)
    cuts = sorted({place for token in doc for place in (token.idx, token.idx + len(token.text))})
    pieces: list[_Piece] = []
    position = 0
    for piece in [*fixed, None]:
        end = piece[0].start if piece else len(text)
        pieces += [(span, None, None) for span in _plain(text, position, end, pattern, cuts)]
        if piece:
            pieces.append(piece)
            position = piece[0].end
    return pieces


def _plain(text: str, start: int, end: int, pattern: re.Pattern[str], cuts: Sequence[int]) -> list[Span]:
    """The words of a stretch without chunks: cue words, and between them what the segmenter said."""
    bounds = {start, end, *cuts[bisect_right(cuts, start) : bisect_left(cuts, end)]}
    for match in (*pattern.finditer(text, start, end), *DATE.finditer(text, start, end)):
        bounds.difference_update(range(match.start() + 1, match.end()))
        bounds |= {match.start(), match.end()}
    for index in range(start, end):
        if text[index] in _CLAUSE_END:
            bounds |= {index, index + 1}
    ordered = sorted(bounds)
    spans = [Span(a, b) for a, b in pairwise(ordered)]
    return [span for span in spans if text[span.start : span.end].strip() or "\n" in text[span.start : span.end]]


def _merged(doc: Doc, text: str, pieces: Sequence[_Piece]) -> Doc:
    words = [text[span.start : span.end] for span, _, _ in pieces]
    labels = [_label(chunk, money) for _, chunk, money in pieces]
    ents = [f"B-{label}" if label else "O" for label in labels]
    spaces = [False] * len(words)
    holder = _holders(doc, pieces)
    if not doc.has_annotation("DEP") or not pieces:
        tags = _tops(doc, pieces, holder)[1] if doc.has_annotation("TAG") else None
        return Doc(doc.vocab, words=words, spaces=spaces, ents=ents, tags=tags)
    tops, tags = _tops(doc, pieces, holder)
    heads, deps = [], []
    for index, top in enumerate(tops):
        token = doc[top]
        if holder[top] != index:  # the front part of a word that a cue cut in two hangs on the part behind
            heads.append(holder[top])
            deps.append("dep")
        elif token.head.i == token.i:
            heads.append(index)
            deps.append("ROOT")
        else:
            heads.append(holder[token.head.i])
            deps.append(token.dep_ or "dep")
    return Doc(doc.vocab, words=words, spaces=spaces, ents=ents, tags=tags, heads=heads, deps=deps)


def _label(chunk: Chunk | None, money: Amount | None) -> str:
    if chunk is not None:
        return JOINER.join(sorted(chunk.types))
    return MONEY if money is not None else ""


def _holders(doc: Doc, pieces: Sequence[_Piece]) -> list[int]:
    """For each word the piece that holds its last character."""
    starts = [span.start for span, _, _ in pieces]
    # As an array: a token that is looked at becomes an object of its own, which costs more than all that is done here with it.
    places = doc.to_array([IDX, LENGTH]).astype(int).tolist()
    return [max(0, bisect_right(starts, start + length - 1) - 1) for start, length in places]


def _tops(doc: Doc, pieces: Sequence[_Piece], holder: Sequence[int]) -> tuple[list[int], list[str]]:
    """For each piece the word in it that stands highest in the tree (or that it is a part of), and that word's tag.

    Words on equal height: the last, since Chinese noun phrases end in their head. Choosing the highest keeps the tree a
    tree: the head of a piece always stands higher than the piece.
    """
    starts, heads = doc.to_array([IDX, HEAD]).astype(int).T.tolist() if len(doc) else ([], [])
    depth = _depths([i + head for i, head in enumerate(heads)]) if doc.has_annotation("DEP") else [0] * len(doc)
    best: dict[int, int] = {}
    for word, index in enumerate(holder):
        if index not in best or depth[word] <= depth[best[index]]:
            best[index] = word
    tops = [best.get(i, max(0, bisect_right(starts, span.start) - 1)) for i, (span, _, _) in enumerate(pieces)]
    return tops, [doc[top].tag_ if len(doc) else "" for top in tops]


def _depths(heads: Sequence[int]) -> list[int]:
    """For each word how many steps it stands below the root of its tree."""
    depths: dict[int, int] = {}
    for word in range(len(heads)):
        path = [word]
        while path[-1] not in depths and heads[path[-1]] != path[-1]:
            path.append(heads[path[-1]])
        depths.setdefault(path[-1], 0)
        for below, above in zip(reversed(path[:-1]), reversed(path), strict=False):
            depths[below] = depths[above] + 1
    return [depths[word] for word in range(len(heads))]


def _sentence_ranges(units: Sequence[Unit]) -> tuple[range, ...]:
    ranges: list[range] = []
    start = 0
    for index in range(1, len(units) + 1):
        if index == len(units) or units[index].sentence != units[start].sentence:
            ranges.append(range(start, index))
            start = index
    return tuple(ranges)
