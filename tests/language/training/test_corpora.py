from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.language.segmentation import Lexicon
from kg_build.language.training.corpora import Sentence, read_corpora, read_iob2


def test_all_parts_are_read(corpora_folder: Path) -> None:
    pytest.importorskip("opencc", reason="the training extra is not installed")
    data = read_corpora(corpora_folder)
    assert (len(data.train), len(data.dev), len(data.test), len(data.news)) == (48, 12, 12, 5)
    assert data.train[0].words == ("赛川", "集团", "投资", "项目", "。")


def test_news_come_in_simplified_characters(corpora_folder: Path) -> None:
    pytest.importorskip("opencc", reason="the training extra is not installed")
    assert read_corpora(corpora_folder).news[0] == Sentence(("总统", "说", "话", "。"))


def test_what_is_missing_is_named_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not there: .*-train\.iob2, .*-dev\.iob2, .*zh_pud-ud-test\.conllu") as caught:
        read_corpora(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "bad.iob2"
    path.write_text("1 赛川 O\n\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bad\.iob2: "):
        list(read_iob2(path))


def test_words_are_adjusted() -> None:
    assert Sentence(("投资", "12.5", "亿", "元")).adjusted(Lexicon()) == Sentence(("投资", "12.5亿", "元"))
