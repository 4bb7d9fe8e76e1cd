"""Gold annotations and scores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from marked import extraction

from kg_build.errors import InputError
from kg_build.evaluation import Gold, evaluate, load_gold
from kg_build.evaluation.scores import Score, alike, close, day
from kg_build.graph.mapping import article_quads
from kg_build.resolution import resolve

BASE = "https://w3id.org/zonekg/id/"
STORY = (
    "标题\n[三门峡市|Place]的[三门峡经济开发区|Zone]书记[王某某|Official]说，[华辰制药有限公司|Enterprise]与[龙湖大学|Institution]合作。",
    (
        ("王某某", "officialOf:党工委书记", "三门峡经济开发区"),
        ("华辰制药有限公司", "locatedIn", "三门峡经济开发区"),
        ("三门峡经济开发区", "locatedIn", "三门峡市"),
        ("华辰制药有限公司", "cooperatesWith", "龙湖大学"),
    ),
)
ENTITIES = [
    {"id": "z", "type": "Zone", "names": ["三门峡经济开发区"], "generic": ["该区"]},
    {"id": "o", "type": "Official", "names": ["王某某"]},
    {"id": "e", "type": "Enterprise", "names": ["华辰制药有限公司", "华辰"]},
    {"id": "i", "type": "Institution", "names": ["龙湖大学"]},
    {"id": "l", "type": "Place", "names": ["三门峡市"]},
]
RELATIONS = [
    {"s": "o", "p": "officialOf", "o": "z", "title": "党工委书记"},
    {"s": "e", "p": "locatedIn", "o": "z"},
    {"s": "z", "p": "locatedIn", "o": "l"},
    {"s": "i", "p": "cooperatesWith", "o": "e"},
]


def gold(tmp_path: Path, **changes: object) -> Gold:
    table = {"article": "a", "entities": ENTITIES, "relations": RELATIONS, "observations": [], **changes}
    path = tmp_path / "a.json"
    path.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    found = load_gold(path)
    assert found is not None
    return found


def scores(annotation: Gold, marked: str = STORY[0], statements: tuple[tuple[str, str, str], ...] = STORY[1]) -> dict[str, Score]:
    import pyoxigraph as ox

    store = ox.Store()
    for article in resolve([extraction(marked, statements)], BASE):
        store.extend(article_quads(article, BASE))
    return evaluate(store, [annotation]).rows


def test_all_right(tmp_path: Path) -> None:
    rows = scores(gold(tmp_path))
    assert rows["ENTITIES all"] == Score(5, 5, 5)
    assert rows["RELATIONS all"] == Score(4, 4, 4)
    assert rows["RELATIONS all"].f == 1.0


def test_a_symmetric_statement_counts_in_either_direction(tmp_path: Path) -> None:
    assert scores(gold(tmp_path))["relation cooperatesWith"] == Score(1, 1, 1)


def test_the_organisations_words_may_stand_in_the_title(tmp_path: Path) -> None:
    changed = [{**RELATIONS[0], "title": "三门峡经济开发区党工委书记"}, *RELATIONS[1:]]
    assert scores(gold(tmp_path, relations=changed))["relation officialOf"] == Score(1, 1, 1)


def test_another_title_is_another_post(tmp_path: Path) -> None:
    changed = [{**RELATIONS[0], "title": "管委会主任"}, *RELATIONS[1:]]
    assert scores(gold(tmp_path, relations=changed))["relation officialOf"] == Score(0, 1, 1)


def test_a_place_farther_up_is_no_error(tmp_path: Path) -> None:
    more = (*STORY[1], ("华辰制药有限公司", "locatedIn", "三门峡市"))
    assert scores(gold(tmp_path), STORY[0], more)["relation locatedIn"] == Score(2, 2, 2)


def test_what_is_missing_and_what_is_wrong_count(tmp_path: Path) -> None:
    marked = STORY[0].replace("[龙湖大学|Institution]", "[龙湖大学|Enterprise]")
    rows = scores(gold(tmp_path), marked, STORY[1][:3])
    assert rows["entity Institution"] == Score(0, 0, 1)
    assert rows["entity Enterprise"] == Score(1, 2, 1)
    assert rows["relation cooperatesWith"] == Score(0, 0, 1)


def test_a_file_that_the_store_lacks_counts_as_nothing_said(tmp_path: Path) -> None:
    assert scores(gold(tmp_path, article="other"))["ENTITIES all"] == Score(0, 0, 5)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"relations": [{"s": "x", "p": "locatedIn", "o": "z"}]}, "no such entity"),
        ({"entities": [{"id": "z", "type": "Planet", "names": ["地球"]}], "relations": []}, "Planet"),
        ({"observations": [{"indicator": "产值"}]}, "of"),
    ],
)
def test_a_bad_annotation_is_one_clear_line(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    with pytest.raises(InputError, match=reason) as error:
        gold(tmp_path, **change)
    assert "\n" not in str(error.value)


def test_other_json_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"segments": []}')
    assert load_gold(tmp_path / "b.json") is None


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("固定资产投资", "全区固定资产投资", True),
        ("财政收入", "一般公共预算收入", False),
        ("税收", "税收", True),
        ("a", "b", False),
    ],
)
def test_indicators_alike(a: str, b: str, expected: bool) -> None:
    assert alike(a, b) is expected


def test_days_of_a_period() -> None:
    assert [day("2024"), day("2024", last=True), day("2024-02", last=True), day("2024-02-03"), day("")] == [
        "2024-01-01",
        "2024-12-31",
        "2024-02-29",
        "2024-02-03",
        None,
    ]


def test_close_is_within_a_thousandth() -> None:
    assert close(1000.5, 1000)
    assert not close(1002, 1000)
    assert not close(None, 1)
