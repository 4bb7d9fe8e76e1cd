"""The example articles and their gold: well-formed, and true to the text."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg_build.model import EntityType

SEEDS = Path(__file__).parents[2] / "seeds"
ARTICLES = {path.stem: path for path in (SEEDS / "articles").iterdir()}
GOLD = sorted((SEEDS / "gold").glob("*.json"))
ENDS = {
    "locatedIn": ("Zone Park Enterprise Project Institution", "Zone Park Place"),
    "undertakenBy": ("Project", "Enterprise Institution"),
    "investsIn": ("Enterprise Institution Zone", "Enterprise Project"),
    "foundedBy": ("Enterprise Institution Park", "Enterprise Institution Zone"),
    "subsidiaryOf": ("Enterprise", "Enterprise"),
    "cooperatesWith": ("Enterprise Institution Zone", "Enterprise Institution Zone"),
    "leadIndustry": ("Zone Park", "Industry"),
    "developsIndustry": ("Zone Park", "Industry"),
    "inIndustry": ("Enterprise Project", "Industry"),
    "officialOf": ("Official", "Zone Institution Place"),
    "honouredAs": ("Zone Park Enterprise Institution Project", "Honour"),
}
STATUSES = {"planned", "signed", "underConstruction", "completed", "stalled"}
UNITS = {"元", "美元", "亩", "平方米", "吨", "人", "%", "名", "家", "个", "项", "户", "件", "套", "单"}


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return re.sub(r"\s", "", text)


def _load(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return data


def _period(text: str) -> tuple[int, int, int]:
    year, month, day = ([int(part) for part in text.split("-")] + [1, 1])[:3]
    date(year, month, day)
    return year, month, day


def test_there_are_articles_of_every_form() -> None:
    assert len(ARTICLES) >= 16
    assert {path.suffix for path in ARTICLES.values()} == {".txt", ".html", ".jsonl"}
    assert len(GOLD) >= 8


@pytest.mark.parametrize("path", ARTICLES.values(), ids=lambda path: path.name)
def test_an_article_has_a_length_and_a_date_in_its_name(path: Path) -> None:
    assert 400 <= len(_text(path)) <= 1500
    assert re.fullmatch(r"(\d{4}-\d\d-\d\d|\d{4})_[a-z]+_[a-z_]+", path.stem)


def test_one_article_is_in_gbk() -> None:
    data = [path.read_bytes() for path in ARTICLES.values()]
    assert sum(b"\xc7\xf8" in d and not d.isascii() and _not_utf8(d) for d in data) == 1


def _not_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_entities_are_known_types_with_names_that_stand_in_the_text(path: Path) -> None:
    gold = _load(path)
    assert gold["article"] == path.stem
    text = _text(ARTICLES[path.stem])
    types = set(EntityType)
    for entity in gold["entities"]:
        assert entity["type"] in types, entity
        assert entity["names"], entity
        for name in [*entity["names"], *entity.get("generic", [])]:
            assert re.sub(r"\s", "", name) in text, name
    assert [n for n, c in Counter(e["id"] for e in gold["entities"]).items() if c > 1] == []
    named = Counter((e["type"], name) for e in gold["entities"] for name in e["names"])
    assert [n for n, c in named.items() if c > 1] == []


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_relations_join_entities_of_the_right_types(path: Path) -> None:
    gold = _load(path)
    type_of = {e["id"]: e["type"] for e in gold["entities"]}
    for row in gold["relations"]:
        match row["p"]:
            case "author":
                assert row["s"] == "article"
                assert type_of[row["o"]] == "Person", row
            case "status":
                assert type_of[row["s"]] == "Project", row
                assert row["o"] in STATUSES, row
            case "totalInvestment":
                assert type_of[row["s"]] == "Project", row
                assert row["o"] > 0, row
            case predicate:
                subjects, objects = ENDS[predicate]
                assert type_of[row["s"]] in subjects.split(), row
                assert type_of[row["o"]] in objects.split(), row
                assert ("title" in row) == (predicate == "officialOf"), row
    keys = Counter(json.dumps(row, sort_keys=True) for row in gold["relations"])
    assert [key for key, count in keys.items() if count > 1] == []
    one_status = Counter(row["s"] for row in gold["relations"] if row["p"] == "status")
    assert all(count == 1 for count in one_status.values())
    lead = {(r["s"], r["o"]) for r in gold["relations"] if r["p"] == "leadIndustry"}
    assert lead.isdisjoint((r["s"], r["o"]) for r in gold["relations"] if r["p"] == "developsIndustry")


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_observations_are_in_base_units_with_periods_in_order(path: Path) -> None:
    gold = _load(path)
    type_of = {e["id"]: e["type"] for e in gold["entities"]}
    for row in gold["observations"]:
        assert set(row) <= {"of", "indicator", "value", "unit", "growth", "share", "rank", "from", "to", "target"}, row
        assert type_of[row["of"]] in {"Zone", "Park", "Enterprise", "Institution", "Place"}, row
        assert ("value" in row) == ("unit" in row), row
        assert "value" in row or "growth" in row, row
        assert row.get("unit", "元") in UNITS, row
        assert (row.get("unit") == "名") == ("rank" in row), row
        assert "share" not in row or (row["unit"] == "%" and row["share"] == row["value"]), row
        start, end = (_period(row[key]) if key in row else None for key in ("from", "to"))
        assert start is None or end is None or start <= end, row


def test_every_official_of_the_gold_has_a_post() -> None:
    for path in GOLD:
        gold = _load(path)
        holders = {row["s"] for row in gold["relations"] if row["p"] == "officialOf"}
        assert {e["id"] for e in gold["entities"] if e["type"] == "Official"} == holders, path


def test_things_come_back_across_articles() -> None:
    count = Counter(name for path in GOLD for e in _load(path)["entities"] for name in set(e["names"]))
    assert all(count[name] >= 3 for name in ("澄砚电子", "虞青禾", "青岚经开区"))
