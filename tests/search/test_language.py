from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.search.language import DEEPEST, LONGEST, MOST_WORDS, SearchError, to_fts5


@pytest.mark.parametrize(
    ("search", "expression"),
    [
        ("经开区", '"经开 开区"'),
        ("经开区 投资", '("经开 开区" AND "投资")'),
        ("经开区 AND 投资", '("经开 开区" AND "投资")'),
        ("税收 OR 投资", '("税收" OR "投资")'),
        ("a b OR c", '(("a" AND "b") OR "c")'),
        ("产业 -投资", '("产业" NOT ("投资"))'),
        ("产业 NOT 投资 AND NOT 税收", '("产业" NOT ("投资" OR "税收"))'),
        ("(a OR b) c", '(("a" OR "b") AND "c")'),
        ('"high tech"', '"high tech"'),
        ("“税收 增长”", '"税收 收 增长"'),
        ("dev*", '"dev" *'),
        ('"dev*"', '"dev"'),
        ("经开*", '"经开"'),
        ("区", '"区" *'),
        ("高新-技术", '"高新 新 技术"'),
        ("（ａ　ＯＲ　ｂ）", '("a" OR "b")'),
        ("or", '"or"'),
        ("NEAR(a b)", '("near" AND ("a" AND "b"))'),
    ],
)
def test_a_search_becomes_an_expression(search, expression):
    assert to_fts5(search) == expression


@pytest.mark.parametrize(
    ("search", "reason"),
    [
        ("", "a search for nothing"),
        ("   ", "a search for nothing"),
        ("-经开", "not only what to leave out"),
        ("NOT 经开", "not only what to leave out"),
        ("经开 OR", "ends where a word is expected"),
        ("OR 经开", "OR where a word is expected"),
        ("(经开", "isn't closed"),
        ("经开)", "closing bracket too many"),
        ("()", "where a word is expected"),
        ('"经开', "quotation mark"),
        ("！？", "without letters or digits"),
        ("*", "without letters or digits"),
        ("a " * (MOST_WORDS + 1), "words at most"),
        ("a" * (LONGEST + 1), "characters at most"),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), "brackets inside each other"),
    ],
)
def test_what_cant_be_understood_is_told(search, reason):
    with pytest.raises(SearchError, match=reason):
        to_fts5(search)


HOSTILE = st.lists(
    st.sampled_from(['"', "'", "(", ")", "*", "^", "{", "}", ":", "+", "-", "AND", "OR", "NOT", "NEAR", "NEAR/2", "words", " ",
                     "经开", "a", "\\", "\0", ";", "--", "DROP TABLE word", ",", "“", "\ud800", "\ufdfa"])
).map("".join)  # fmt: skip


@pytest.fixture(scope="module")
def table():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE word USING fts5(words, content='', tokenize='ascii')")
    yield database
    database.close()


@given(search=HOSTILE | st.text())
def test_no_search_breaks_fts5(table, search):
    try:
        expression = to_fts5(search)
    except SearchError:
        return
    if "\ud800" not in expression:
        table.execute("SELECT rowid FROM word WHERE word MATCH ?", (expression,)).fetchall()
