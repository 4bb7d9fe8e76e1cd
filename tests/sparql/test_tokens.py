from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.sparql.tokens import TOKEN


def tokens(text):
    return [(match.lastgroup, match.group()) for match in TOKEN.finditer(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a' 'b", ["'a'", " ", "'b"]),
        ("'a\n'b'", ["'a", "\n", "'b'"]),
        ("'\\'", ["'\\'"]),
        ("'a\\", ["'a\\"]),
        ("""\'\'\'a\'\'b\n""", ["'''a''b\n"]),
        ("""\'\'\'a\'\'""", ["'''a''"]),
        ("\"\"''", ['""', "''"]),
    ],
)
def test_a_string_that_is_not_closed_is_one_token(text, expected):
    assert [token for _, token in tokens(text)] == expected


def test_a_name_has_its_prefix():
    assert tokens("a.b-c:d.e") == [("name", "a.b-c:d.e")]
    assert tokens("a.:d")[-1] == ("name", ":d")


@given(st.text("'\"\\\n<>a:.?#_ \u00e9"))
def test_all_of_a_text_is_tokens(text):
    assert "".join(token for _, token in tokens(text)) == text
