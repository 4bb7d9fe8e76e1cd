from collections.abc import Callable

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span

from kg_build.errors import PipelineError
from kg_build.language.ruler import RULER, add_ruler, check, entity_data


def ruled(words: str, tags: str, ents: list[tuple[int, int, str]] | None = None) -> list[tuple[str, str]]:
    nlp = spacy.blank("zh")
    add_ruler(nlp)
    doc = Doc(nlp.vocab, words=words.split(), spaces=[False] * len(words.split()), tags=tags.split())
    doc.set_ents([Span(doc, a, b, label) for a, b, label in ents or []])
    return [(ent.text, ent.label_) for ent in nlp.get_pipe(RULER)(doc).ents]


def test_a_firm_is_told_by_its_last_word() -> None:
    assert ruled("由 赛川 新材料 有限 公司 承建", "P NR NN JJ NN VV") == [("赛川新材料有限公司", "ORG")]


def test_a_generic_word_before_the_head_makes_no_name() -> None:
    assert ruled("全区 产业园 增加", "NN NN VV") == []


def test_the_longer_name_wins_whoever_found_it() -> None:
    words, tags = "赛川 新材料 有限 公司 王凡", "NR NN JJ NN NR"
    assert ruled(words, tags, [(0, 1, "PERSON")]) == [("赛川新材料有限公司", "ORG")]
    assert ruled(words, tags, [(0, 5, "ORG")]) == [("赛川新材料有限公司王凡", "ORG")]


def test_provinces(nlp: Language, article: Callable[[str], object]) -> None:
    assert ("河南", "GPE") in ruled("在 河南 设厂", "P NR VV")


def test_a_table_of_another_shape_is_refused() -> None:
    with pytest.raises(PipelineError, match=r"^entities\.yaml: keys must be"):
        check({"patterns": []})
    broken = dict(entity_data()) | {"words": [{"id": "x", "label": "THING", "words": []}]}
    with pytest.raises(PipelineError, match="not a valid pattern"):
        check(broken)
