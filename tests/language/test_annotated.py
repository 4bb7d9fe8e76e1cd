"""Annotated articles: marks, statements, parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.language.training.annotated import annotated_files, export, part_of, read_annotated

HEAD = "zone: 湖畔经济开发区\nplace: 湖畔\ndesk: signing\ndate: 2024-05-06\nwriter: a\nreader: -\n---\n"
PAGE = (
    "[湖畔经济开发区|Zone#z1]签约\n[[北辰新材料|Enterprise#e1]碳纤维项目|Project#p1]落户[该区|Zone#z1!]，"
    "[柏川|Project#p2=柏川项目]等6个项\n目开工。\n===\n"
)
CORPUS = Path(__file__).parents[2] / "seeds" / "corpus"


def write(folder: Path, text: str) -> Path:
    path = folder / "hupan-2024-01.page"
    path.write_text(text, encoding="utf-8")
    return path


def test_marks_come_off_and_positions_stay(tmp_path: Path) -> None:
    article = read_annotated(write(tmp_path, HEAD + PAGE + "p1 undertakenBy e1\n"))
    assert article.text == "湖畔经济开发区签约\n北辰新材料碳纤维项目落户该区，柏川等6个项\n目开工。"
    assert [(article.text[m.start : m.end], m.type, m.id, m.is_generic) for m in article.mentions] == [
        ("湖畔经济开发区", "Zone", "z1", False),
        ("北辰新材料碳纤维项目", "Project", "p1", False),
        ("北辰新材料", "Enterprise", "e1", False),
        ("该区", "Zone", "z1", True),
        ("柏川", "Project", "p2", False),
    ]


def test_the_gold_follows_from_marks_and_lines(tmp_path: Path) -> None:
    said = "p1 undertakenBy e1\np1 totalInvestment 240000000\nobs z1 开工项目 value=6 unit=个 to=2024-05-06\n"
    gold = read_annotated(write(tmp_path, HEAD + PAGE + said)).gold
    assert gold["relations"] == [
        {"s": "p1", "p": "undertakenBy", "o": "e1"},
        {"s": "p1", "p": "totalInvestment", "o": 240000000},
    ]
    assert gold["observations"] == [{"of": "z1", "indicator": "开工项目", "value": 6.0, "unit": "个", "to": "2024-05-06"}]
    assert {"id": "p2", "type": "Project", "names": ["柏川项目", "柏川"]} in gold["entities"]  # type: ignore[operator]
    assert {"id": "z1", "type": "Zone", "names": ["湖畔经济开发区"], "generic": ["该区"]} in gold["entities"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("zone: a\n---\n页\n===\n", "the head lacks"),
        (HEAD + "没有结尾", "no line ==="),
        (HEAD + "[湖畔|Zone#z1\n===\n", "a label is wrong"),
        (HEAD + "[湖畔\n===\n", "a mark is not closed"),
        (HEAD + "湖畔|Zone#z1]\n===\n", "not opened"),
        (HEAD + "[湖|Zone#z1]和[畔|Park#z1]\n===\n", "is marked as Zone and as Park"),
        (HEAD + "[湖|Zone#z1]\n===\nz1 locatedIn z2\n", "nothing is marked as z2"),
        (HEAD + "[湖|Zone#z1]\n===\nz1 likes z1\n", "not a statement"),
        (HEAD + "[湖|Zone#z1]\n===\nobs z1 产值\n", "without value and growth"),
    ],
)
def test_what_is_wrong_is_one_line_with_the_file(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as error:
        read_annotated(write(tmp_path, text))
    assert "hupan-2024-01.page" in str(error.value)
    assert "\n" not in str(error.value)


def test_an_export_carries_the_papers_date_in_the_files_name(tmp_path: Path) -> None:
    export(read_annotated(write(tmp_path, HEAD + PAGE)), tmp_path)
    assert (tmp_path / "pages" / "2024-05-06_hupan-2024-01.txt").is_file()
    assert '"article": "2024-05-06_hupan-2024-01"' in (tmp_path / "gold" / "2024-05-06_hupan-2024-01.json").read_text()


def test_a_zone_is_in_one_part_for_good() -> None:
    zones = ("洛阳高新技术产业开发区", "苏州工业园区", "上海漕河泾新兴技术开发区")
    assert [part_of(zone) for zone in zones] == ["develop", "develop", "train"]
    parts = [part_of(f"第{n}经济开发区") for n in range(2000)]
    assert 0.66 < parts.count("train") / 2000 < 0.74
    assert 0.12 < parts.count("look-only") / 2000 < 0.18


def test_every_page_of_the_corpus_is_well_formed() -> None:
    files = list(annotated_files(CORPUS))
    assert len(files) >= 100
    for path in files:
        article = read_annotated(path)
        assert article.mentions, path
        assert article.head["zone"], path
