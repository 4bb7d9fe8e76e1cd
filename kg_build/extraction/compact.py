"""An article as the figure grammar reads it: no spaces between figures and words, no lines broken inside a sentence.

Pages set in columns leave ``1 3 5辆``, ``4. 2万平方米``, and lines that end in mid-sentence. Positions are led back by
`Compact.to_article`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, replace

from kg_build.model import Article, Mention, Part, PartKind, Span

_SPACE = re.compile(r"(?<![A-Za-z])[ \u3000]+|[ \u3000]+(?![A-Za-z])")
_READ = {PartKind.BODY, PartKind.HEADING}
_ENDED = re.compile(r"[。！？!?…：:”」』）)】\]﹞〕’;；]$")
_GOES_ON = re.compile(r"^[，,、。；;%％０-９\d]")

LINE = 200
"""Code points at the end of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class Compact:
    """A compacted article with its mentions, and where each of its code points stood."""

    article: Article
    mentions: tuple[Mention, ...]
    kept: tuple[int, ...]

    def to_article(self, span: Span) -> Span:
        """The range of the article as it was that a range of the compacted text stands for."""
        if not len(span):
            return span
        return Span(self.kept[span.start], self.kept[span.end - 1] + 1)


def compact(article: Article, mentions: tuple[Mention, ...]) -> Compact:
    """Drop what stands inside sentences without meaning: spaces beside figures and Chinese words, breaks of a line."""
    dropped = {at for match in _SPACE.finditer(article.text) for at in range(*match.span())}
    parts: list[Part] = []
    for part in article.parts:
        if parts and _is_broken(article, parts[-1], part):
            dropped.update(range(parts[-1].span.end, part.span.start))
            parts[-1] = Part(PartKind.BODY, Span(parts[-1].span.start, part.span.end))
        else:
            parts.append(part)
    kept = tuple(at for at in range(len(article.text)) if at not in dropped)

    def moved(span: Span) -> Span:
        return Span(bisect_left(kept, span.start), bisect_left(kept, span.end))

    text = "".join(article.text[at] for at in kept)
    shorter = replace(article, text=text, parts=tuple(Part(p.kind, moved(p.span)) for p in parts))
    return Compact(shorter, tuple(replace(m, span=moved(m.span)) for m in mentions), kept)


def _is_broken(article: Article, part: Part, following: Part) -> bool:
    """Whether a line ends in mid-sentence, so that the next one goes on with it."""
    if not {part.kind, following.kind} <= _READ:
        return False
    line = article.text[max(part.span.start, part.span.end - LINE) : part.span.end].rstrip()
    if not line or _ENDED.search(line):
        return False
    return bool(re.search("[，、；。]", line)) or bool(_GOES_ON.match(article.text[following.span.start : following.span.end]))
