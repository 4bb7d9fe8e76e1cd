from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language

from kg_build.language import load_pipeline
from kg_build.language.tokenizer import Tokenizer, normal_form
from kg_build.model import Article

PIPELINE = load_pipeline()


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("中国经开区12.5亿元,。“” \n\t\u3000", max_size=60))
def test_the_text_of_a_document_is_the_text(text: str) -> None:
    assert PIPELINE.make_doc(text).text == text


def test_figures_dates_and_terms(nlp: Language) -> None:
    words = [token.text for token in nlp.make_doc("2024年3月，云岭经开区管委会完成投资12.5亿元，增长7.2%。")]
    assert words[:3] == ["2024年", "3月", "，"]
    assert {"经开区", "管委会", "12.5亿", "元", "7.2%"} <= set(words)


def test_half_width_marks_change_no_cut(nlp: Language) -> None:
    wide = [token.text for token in nlp.make_doc("园区建成，（二期）开工；增长７％。")]
    half = [token.text for token in nlp.make_doc("园区建成,(二期)开工;增长7%。")]
    assert [normal_form(word) for word in wide] == [normal_form(word) for word in half]


def test_a_long_line_is_cut_in_pieces(nlp: Language) -> None:
    text = "经开区项目" * 2000
    assert nlp.make_doc(text).text == text


def test_the_model_sees_normal_forms(nlp: Language, article: Callable[[str], Article]) -> None:
    token = nlp.make_doc("12.5亿元")[0]
    assert (token.norm_, token.prefix_, token.suffix_, token.shape_) == ("0亿", "0", "亿", "number")


def test_without_a_model_it_says_so() -> None:
    nlp = spacy.blank("zh", config={"nlp": {"tokenizer": {"@tokenizers": "zonekg.tokenizer.v1"}}})
    with pytest.raises(ValueError, match="no model yet"):
        nlp("园区")


def test_a_written_tokenizer_cuts_like_the_first(nlp: Language, tmp_path: Path) -> None:
    assert isinstance(nlp.tokenizer, Tokenizer)
    nlp.tokenizer.to_disk(tmp_path / "tokenizer")
    again = Tokenizer(nlp.vocab).from_disk(tmp_path / "tokenizer")
    text = "赛川新材料有限公司落户云岭高新区。"
    assert [t.text for t in again(text)] == [t.text for t in nlp.make_doc(text)]
