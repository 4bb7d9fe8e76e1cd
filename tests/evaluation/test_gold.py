"""Annotation files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg_build.errors import InputError
from kg_build.evaluation import load_gold
from kg_build.evaluation.figures import Figure
from kg_build.evaluation.gold import GoldEntity

ZONE = {"id": "z", "type": "Zone", "names": ["湖畔开发区"], "generic": ["该区"]}


def written(tmp_path: Path, **changes: object) -> Path:
    path = tmp_path / "a.json"
    table = {"article": "a", "entities": [ZONE], "relations": [], "observations": [], **changes}
    path.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    return path


def test_what_a_file_holds(tmp_path: Path) -> None:
    row = {
        "of": "z",
        "indicator": "税收",
        "value": 5,
        "unit": "元",
        "growth": 1.5,
        "from": "2024",
        "to": "2024-02",
        "target": True,
    }
    gold = load_gold(written(tmp_path, observations=[row]))
    assert gold is not None
    assert gold.entities == {"z": GoldEntity("z", "Zone", ("湖畔开发区",), ("该区",))}
    assert gold.observations == (Figure("z", "税收", 5.0, "元", 1.5, "2024-01-01", "2024-02-29", is_target=True),)


def test_general_words_count_where_there_are_no_others(tmp_path: Path) -> None:
    gold = load_gold(written(tmp_path, entities=[{**ZONE, "names": []}]))
    assert gold is not None
    assert gold.entities["z"].names == ("该区",)


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
        load_gold(written(tmp_path, **change))
    assert "\n" not in str(error.value)


def test_other_json_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text('{"segments": []}')
    assert load_gold(tmp_path / "b.json") is None
