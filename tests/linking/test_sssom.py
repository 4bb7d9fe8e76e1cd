"""The table of mappings."""

from __future__ import annotations

import csv
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from kg_build.linking.judgements import Judgement, Judgements, Row
from kg_build.linking.run import Plan, link
from kg_build.linking.sssom import write_sssom
from kg_build.settings import Settings

BASE = "https://w3id.org/zonekg/id/"


@pytest.fixture
def text(chosen: Settings, plan: Plan) -> str:
    denied = Row(f"{BASE}place/鼓楼区", f"{BASE}catalogue/gbt2260/320302", Judgement.NEGATIVE, "me", date(2024, 1, 1))
    report = link(chosen, replace(plan, judgements=Judgements([denied])), dry_run=True)
    return write_sssom(report.links, report.denials, report.sources, BASE, "1.0")


def parts(text: str) -> tuple[dict[str, object], list[dict[str, str]]]:
    lines = text.splitlines()
    head = [line.removeprefix("#") for line in lines if line.startswith("#")]
    return yaml.safe_load("\n".join(head)), list(csv.DictReader(lines[len(head) :], delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_metadata_say_what_set_it_is(text: str) -> None:
    head, _ = parts(text)
    assert head["mapping_set_id"] == "https://w3id.org/zonekg/graph/links"
    assert head["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert head["mapping_tool_version"] == "1.0"
    assert "GeoNames" in str(head["mapping_set_description"])


def test_every_reference_has_a_prefix_that_is_declared_and_is_a_uri(text: str) -> None:
    head, rows = parts(text)
    assert rows
    for row in rows:
        for column in ("subject_id", "predicate_id", "object_id", "mapping_justification", "subject_category"):
            prefix, _, local = row[column].partition(":")
            assert prefix in head["curie_map"], row[column]
            assert local.isascii()


def test_a_row_says_how_sure_and_why(text: str) -> None:
    _, rows = parts(text)
    row = next(r for r in rows if r["subject_label"] == "三门峡经开区")
    assert row["object_id"] == "zones:411271"
    assert row["predicate_id"] == "skos:exactMatch"
    assert 0.9 < float(row["confidence"]) <= 1
    assert row["mapping_justification"] == "semapv:CompositeMatching"
    assert "name alias" in row["comment"]


def test_what_a_person_denied_is_a_negative_mapping(text: str) -> None:
    _, rows = parts(text)
    (row,) = [r for r in rows if r["predicate_modifier"]]
    assert (row["predicate_modifier"], row["object_id"], row["reviewer_label"]) == ("Not", "gbt2260:320302", "me")


@pytest.mark.slow
def test_the_standards_own_tool_finds_it_valid(text: str, tmp_path: Path, tools) -> None:
    path = tmp_path / "links.sssom.tsv"
    path.write_text(text, encoding="utf-8")
    sssom = tools("sssom>=0.4.15") / "sssom"
    done = subprocess.run([sssom, "validate", path], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "not well-formed" not in done.stdout + done.stderr
    bad = tmp_path / "bad.sssom.tsv"
    bad.write_text(text.replace("semapv:CompositeMatching", "nothing"), encoding="utf-8")
    done = subprocess.run([sssom, "validate", bad], capture_output=True, text=True, check=False, timeout=300)
    assert "not well-formed" in done.stdout + done.stderr or done.returncode != 0
