"""Two annotations of one page compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.evaluation.agreement import agreement, main, pairs_in
from kg_build.evaluation.judgements import Evaluation, Score

ROOT = Path(__file__).parents[2]
HEAD = "zone: 湖畔经济开发区\nplace: 湖畔\ndesk: signing\ndate: 2024-05-06\nwriter: a\nreader: -\n---\n"
PAGE = (
    "[湖畔经济开发区|Zone#z1]签约\n[[北辰新材料|Enterprise#e1][碳纤维|Industry#n1]项目|Project#p1]落户[该区|Zone#z1!]，"
    "与[龙湖大学|Institution#i1]合作。\n===\n"
)
SAID = (
    "e1 locatedIn z1\np1 undertakenBy e1\np1 status signed\np1 totalInvestment 240000000\ne1 cooperatesWith i1\n"
    "obs z1 固定资产投资 value=620000000 unit=元 growth=8.5 from=2024-01 to=2024-04\n"
)


def compared(tmp_path: Path, page: str = PAGE, said: str = SAID) -> Evaluation:
    for folder, text in (("first", PAGE + SAID), ("second", page + said)):
        (tmp_path / folder / "east").mkdir(parents=True)
        (tmp_path / folder / "east" / "hupan-2024-01.page").write_text(HEAD + text, encoding="utf-8")
    return agreement(pairs_in(tmp_path / "first", tmp_path / "second"))


def test_the_same_twice_agrees_in_everything(tmp_path: Path) -> None:
    result = compared(tmp_path)
    assert result.errors == []
    assert result.rows["mentions all"] == Score(6, 6, 6)
    assert result.rows["mentions named"] == Score(5, 5, 5)
    assert result.rows["ENTITIES all"] == Score(5, 5, 5)
    assert result.rows["RELATIONS all"] == Score(5, 5, 5)
    assert result.rows["observations"] == result.rows["observations, end"] == Score(1, 1, 1)


def test_ids_are_an_annotators_own(tmp_path: Path) -> None:
    renamed = (PAGE + SAID).replace("z1", "x").replace("e1", "z1").replace("x", "e1")
    page, said = renamed.split("===\n")
    assert compared(tmp_path, page + "===\n", said).rows["RELATIONS all"] == Score(5, 5, 5)


def test_a_range_of_another_type_is_in_neither(tmp_path: Path) -> None:
    rows = compared(tmp_path, PAGE.replace("龙湖大学|Institution#i1", "龙湖大学|Enterprise#i1")).rows
    assert rows["mentions all"] == Score(5, 6, 6)
    assert rows["mentions unlabelled"] == Score(6, 6, 6)
    assert rows["mention Institution"] == Score(0, 0, 1)
    assert rows["entity Enterprise"] == Score(1, 2, 1)
    assert rows["relation cooperatesWith"] == Score(0, 1, 1)


def test_a_general_word_of_either_is_left_out_of_the_named(tmp_path: Path) -> None:
    rows = compared(tmp_path, PAGE.replace("[该区|Zone#z1!]", "该区").replace("Institution#i1]", "Institution#i1!]")).rows
    assert rows["mentions all"] == Score(5, 5, 6)
    assert rows["mentions named"] == Score(4, 4, 4)


def test_cooperation_counts_either_way_and_values_must_be_equal(tmp_path: Path) -> None:
    changed = SAID.replace("e1 cooperatesWith i1", "i1 cooperatesWith e1").replace("status signed", "status planned")
    rows = compared(tmp_path, said=changed.replace("240000000", "250000000")).rows
    assert rows["relation cooperatesWith"] == Score(1, 1, 1)
    assert rows["relation status"] == Score(0, 1, 1)
    assert rows["relation totalInvestment"] == Score(0, 1, 1)


@pytest.mark.parametrize(
    ("old", "new", "right"),
    [("固定资产投资", "全区固定资产投资", 1), ("固定资产投资", "税收", 0), ("obs z1", "obs e1", 0), ("unit=元", "unit=美元", 0)],
)
def test_figures(tmp_path: Path, old: str, new: str, right: int) -> None:
    assert compared(tmp_path, said=SAID.replace(old, new)).rows["observations"] == Score(right, 1, 1)


def test_what_only_one_has_is_listed(tmp_path: Path) -> None:
    errors = compared(tmp_path, PAGE.replace("[该区|Zone#z1!]", "该区"), SAID.replace("p1 status signed\n", "")).errors
    assert errors == ["hupan-2024-01 - mention Zone 该区 (22..24)", "hupan-2024-01 - status 北辰新材料碳纤维项目 signed"]


def test_pages_of_another_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not that of"):
        compared(tmp_path, PAGE.replace("落户", "进驻"))


def test_two_pages_of_one_name_are_refused(tmp_path: Path) -> None:
    compared(tmp_path)
    (tmp_path / "first" / "hupan-2024-01.page").write_text(HEAD + PAGE, encoding="utf-8")
    with pytest.raises(InputError, match="a second page of the name"):
        list(pairs_in(tmp_path / "first", tmp_path / "second"))


def test_the_command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compared(tmp_path, PAGE.replace("[该区|Zone#z1!]", "该区"))
    monkeypatch.setattr("sys.argv", ["agreement", str(tmp_path / "first"), str(tmp_path / "second"), "--errors"])
    assert main() == 0
    printed = capsys.readouterr().out
    assert "- mention Zone 该区" in printed
    assert "1 pages" in printed
    assert "(5 in both, 5 in the second, 6 in the first)" in printed


def test_folders_without_a_common_page_are_one_clear_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("sys.argv", ["agreement", str(tmp_path), str(tmp_path)])
    assert main() == InputError.exit_code
    assert capsys.readouterr().err.count("\n") == 1


def test_the_second_annotation_still_goes_with_the_corpus() -> None:
    pairs = list(pairs_in(ROOT / "seeds" / "corpus", ROOT / "seeds" / "blind"))
    assert len(pairs) == 20
    assert agreement(pairs).rows["ENTITIES all"].f > 0.9
