"""The file of judgements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.linking.judgements import Judgement, Judgements, Row

OLD = Row("urn:b", "urn:1", Judgement.NEGATIVE, "me", date(2024, 1, 1))
NEW = Row("urn:b", "urn:1", Judgement.POSITIVE, "you", date(2024, 2, 1), "looked again")
OTHER = Row("urn:a", "urn:1", Judgement.UNSURE, "me", date(2024, 1, 1))


def test_what_is_written_is_read_again_sorted_one_line_each(tmp_path: Path) -> None:
    path = tmp_path / "j.tsv"
    Judgements([NEW, OTHER]).write(path)
    assert [line.split("\t")[0] for line in path.read_text(encoding="utf-8").splitlines()] == ["subject", "urn:a", "urn:b"]
    assert Judgements.read(path).rows() == [OTHER, NEW]


@pytest.mark.parametrize("rows", [[OLD, NEW], [NEW, OLD]])
def test_the_newest_counts_in_any_order(rows: list[Row]) -> None:
    assert Judgements(rows).of("urn:b") == {"urn:1": Judgement.POSITIVE}


def test_no_file_is_no_judgement(tmp_path: Path) -> None:
    assert Judgements.read(tmp_path / "none.tsv").rows() == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\tb\n", "first line"),
        ("subject\tobject\tjudgement\twho\twhen\tnote\nurn:a\turn:b\tmaybe\tme\t2024-01-01\t\n", "line 2: 'maybe'"),
        ("subject\tobject\tjudgement\twho\twhen\tnote\nurn:a\turn:b\tpositive\tme\tyesterday\t\n", "line 2"),
        ("subject\tobject\tjudgement\twho\twhen\tnote\nurn:a\n", "line 2"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "j.tsv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        Judgements.read(path)
