import json
from itertools import count
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg_build.evaluation.language.pages import Page, Read
from kg_build.language.training.annotated import part_of
from kg_build.model import Article, OffsetMap

SENTENCE = "北辰新材料公司落户该区。"
PAGE = """\
zone: {zone}
place: 湖畔
desk: signing
date: 2024-05-06
writer: a
reader: -
---
[湖畔经济开发区|Zone#z1]签约

　　[北辰新材料公司|Enterprise#e1]落户[该区|Zone#z1!]。
===
e1 locatedIn z1
"""
ROWS = [("北辰", "NR", 3), ("新材料", "NN", 3), ("公司", "NN", 4), ("落户", "VV", 0), ("该区", "NN", 4), ("。", "PU", 4)]
RELATIONS = ["compound:nn", "compound:nn", "nsubj", "ROOT", "dobj", "punct"]


def zone_of(part: str) -> str:
    return next(zone for n in count() if part_of(zone := f"湖畔{n}开发区") == part)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A page of the part look-only with a tree and two arcs, and a page of the part develop."""
    folder = tmp_path / "corpus"
    for stem, part in (("hupan-2024-01", "look-only"), ("hupan-2024-02", "develop")):
        path = folder / "east" / f"{stem}.page"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PAGE.format(zone=zone_of(part)), encoding="utf-8")
    lines = [
        f"{i}\t{form}\t_\t_\t{tag}\t_\t{head}\t{relation}\t_\t_\n"
        for i, ((form, tag, head), relation) in enumerate(zip(ROWS, RELATIONS, strict=True), 1)
    ]
    trees = folder / "trees"
    trees.mkdir()
    text = f"# page = hupan-2024-01\n# text = {SENTENCE}\n{''.join(lines)}\n"
    (trees / "look-only-01.conllu").write_text(text, encoding="utf-8")
    arcs = [
        {"dependent": "公司", "at": 5, "head": "落户", "head_at": 7, "label": "nsubj"},
        {"dependent": "北辰", "at": 0, "head": "公司", "head_at": 5, "label": "nmod:assmod"},
    ]
    row = {"page": "hupan-2024-01", "text": SENTENCE, "arcs": arcs}
    (trees / "arcs.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def vocab() -> Language:
    """An empty pipeline, for its vocabulary."""
    return spacy.blank("zh")


@pytest.fixture
def make_read(vocab: Language):
    """Makes what was read of a text: its tokens (with heads and relations, if given), marks and names."""

    def make(
        words: list[str],
        heads: list[int] | None = None,
        deps: list[str] | None = None,
        marks: frozenset[tuple[int, int, str]] = frozenset(),
        general: frozenset[tuple[int, int]] = frozenset(),
        said: frozenset[tuple[int, int, str]] = frozenset(),
        encoder: frozenset[tuple[int, int, str]] | None = None,
    ) -> Read:
        doc = Doc(
            vocab.vocab,
            words=words,
            spaces=[False] * len(words),
            heads=heads or list(range(len(words))),
            deps=deps or ["dep"] * len(words),
            tags=["NN"] * len(words),
        )
        page = Page("page", Article("page.txt", 1, "", doc.text, (), OffsetMap(())), marks, general)
        return Read(page, doc, encoder, said, frozenset())

    return make
