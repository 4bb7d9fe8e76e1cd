"""Where relations go wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg_build.evaluation import Gold, evaluate, origins
from kg_build.evaluation.judgements import Cause, Judgement, Verdict

Row = dict[str, Any]


def row(text: str, name: str) -> list[int]:
    """The numbers of a row of the table."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {name} |")]
    return [int(cell) for cell in line.strip("| ").split(" | ")[1:]]


def test_each_cause_has_its_column() -> None:
    causes = (None, Cause.END, Cause.TITLE, Cause.OTHER_END, Cause.OTHER_PROPERTY)
    judged = [Judgement("a", "relation officialOf", Verdict.MISSING, (), cause=cause) for cause in causes]
    judged += [Judgement("a", "relation officialOf", Verdict.WRONG, (), cause=cause) for cause in causes[:2]]
    judged += [Judgement("a", "relation status", verdict, ()) for verdict in (Verdict.RIGHT, Verdict.ALLOWED)]
    judged += [Judgement("a", "entity Zone", Verdict.WRONG, ()), Judgement("a", "observations", Verdict.MISSING, ())]
    text = origins.table(judged)
    assert row(text, "officialOf") == [5, 0, 1, 1, 2, 1, 1, 1, 0, 0]
    assert row(text, "status") == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert row(text, "**all**") == [6, 1, 1, 1, 2, 1, 1, 1, 0, 0]
    assert "entity Zone" not in text


def test_the_rows_are_those_of_the_scores(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row]) -> None:
    relations[0]["title"] = "管委会主任"
    found = evaluate(case().database, [gold(relations=relations)])
    text = origins.table(found.judgements)
    for name in ("officialOf", "locatedIn", "cooperatesWith"):
        score, (wanted, right, *errors) = found.rows[f"relation {name}"], row(text, name)
        assert (wanted, right, right + sum(errors[4:])) == (score.gold, score.right, score.said)
    assert row(text, "officialOf") == [1, 0, 0, 0, 1, 0, 0, 0, 1, 0]


def test_a_store_that_is_not_there_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert origins.main([str(tmp_path / "store"), str(tmp_path)]) != 0
    assert str(tmp_path / "store") in capsys.readouterr().err
