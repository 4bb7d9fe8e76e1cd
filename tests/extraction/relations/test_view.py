"""The merged text: the same under every segmentation, and a tree where there was one."""

from __future__ import annotations

import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg_build.extraction.relations.examples import read_marked
from kg_build.extraction.relations.view import build_view

VOCAB: Vocab = spacy.blank("zh").vocab
CUES = {"done": ("建成投产", "建成", "投产"), "neutral": ("建成区",)}
MARKED = "目前,[海川项目|Project]、[云台项目|Project]等14个项目已顺利建成投产\uff0c总投资3.2亿元。建成区扩大。"
READ = read_marked(MARKED)


def segmented(text: str, cuts: set[int], heads: list[int] | None = None) -> Doc:
    """A document whose words end at the given places."""
    ends = sorted({cut for cut in cuts if 0 < cut < len(text)} | {len(text)})
    words = [text[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    if heads is None:
        return Doc(VOCAB, words=words, spaces=[False] * len(words))
    return Doc(VOCAB, words=words, spaces=[False] * len(words), heads=heads[: len(words)], deps=["dep"] * len(words))


def test_chunks_cues_and_sums_are_single_tokens() -> None:
    text = READ.article.text
    view = build_view(READ.article, segmented(text, set(range(len(text)))), READ.mentions, CUES)
    words = [token.text for token in view.doc]
    assert "海川项目、云台项目等14个项目" in words
    assert "建成投产" in words
    assert "3.2亿元" in words
    assert "建成区" in words
    assert "," in words, "full-width marks are folded"
    assert len(view.sentences) == 2
    assert [m.name for m in view.units[words.index("海川项目、云台项目等14个项目")].members] == ["海川项目", "云台项目"]
    assert view.units[words.index("建成投产")].cues == {"done"}


@given(st.sets(st.integers(1, 60)))
def test_units_tile_the_text_whatever_the_segmentation(cuts: set[int]) -> None:
    text = READ.article.text
    view = build_view(READ.article, segmented(text, cuts), READ.mentions, CUES)
    assert view.units[0].span.start == 0
    assert view.units[-1].span.end == len(text)
    assert all(a.span.end == b.span.start for a, b in zip(view.units, view.units[1:], strict=False))
    marked = [(u.span.start, u.span.end) for u in view.units if u.members or u.money or u.cues]
    whole = build_view(READ.article, segmented(text, set()), READ.mentions, CUES)
    assert marked == [(u.span.start, u.span.end) for u in whole.units if u.members or u.money or u.cues]


@given(st.data())
def test_a_tree_stays_a_tree(data: st.DataObject) -> None:
    text = READ.article.text
    cuts = data.draw(st.sets(st.integers(1, len(text) - 1)))
    number = len(segmented(text, cuts))
    order = data.draw(st.permutations(range(number)))
    heads = list(range(number))
    for place in range(1, number):
        heads[order[place]] = order[data.draw(st.integers(0, place - 1))]
    view = build_view(READ.article, segmented(text, cuts, heads), READ.mentions, CUES)
    assert view.parsed
    for token in view.doc:
        steps, here = 0, token
        while here.head.i != here.i:
            here = here.head
            steps += 1
            assert steps <= len(view.doc), "a circle"


def test_evidence_is_the_clause_without_its_mark() -> None:
    text = READ.article.text
    view = build_view(READ.article, segmented(text, set(range(len(text)))), READ.mentions, CUES)
    token = view.token_at(text.index("投产"))
    span = view.evidence(token, token)
    assert text[span.start : span.end] == "海川项目、云台项目等14个项目已顺利建成投产"
