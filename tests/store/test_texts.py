from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.errors import StoreError
from kg_build.store.texts import TextIndex, decode, digest, encode


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_comes_back(text):
    assert decode(encode(text)) == text


def test_equal_texts_have_equal_hashes():
    assert digest("区") == digest("区") != digest("区 ")


def test_the_table_is_written_in_order(tmp_path):
    paths = [tmp_path / "1", tmp_path / "2"]
    entries = [("b", 2, "x"), ("b", None, "y"), ("b", 10, "z"), ("a\n区", 1, "x")]
    for path, order in zip(paths, (entries, entries[::-1]), strict=True):
        index = TextIndex()
        for entry in order:
            index.set(*entry)
        index.write(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert [key for key, _ in TextIndex.read(paths[0]).items()] == [("a\n区", 1), ("b", None), ("b", 2), ("b", 10)]


def test_a_damaged_table_is_said(tmp_path):
    (tmp_path / "t").write_text('["a", null]\n')
    with pytest.raises(StoreError, match="damaged table"):
        TextIndex.read(tmp_path / "t")
