"""The real pages beside a checkout, where they are: what is read of them must not fall below what was reached once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import folder_of

from kg_build.build import BuildReport, build
from kg_build.evaluation import evaluate, load_gold
from kg_build.settings import Settings
from kg_build.store import open_for_reading

FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text(encoding="utf-8"))
"""The least F of each row, a little below what `docs/quality.md` reports."""

pytestmark = pytest.mark.slow


def build_of(pages: Path, folder: Path) -> tuple[Settings, BuildReport]:
    settings = Settings(store=folder / "store")
    return settings, build([pages], settings)


@pytest.mark.parametrize("case", ["real", "seeds"])
def test_scores_have_not_fallen(case: str, seeds: Path, tmp_path: Path) -> None:
    pages, gold = (
        (folder_of("ZONEKG_PAGES"), folder_of("ZONEKG_GOLD")) if case == "real" else (seeds / "articles", seeds / "gold")
    )
    settings, report = build_of(pages, tmp_path)
    assert report.errors == []
    assert report.violations == []
    with open_for_reading(settings.store) as reader:
        rows = evaluate(reader.database, [g for p in sorted(gold.glob("*.json")) if (g := load_gold(p))]).rows
    fallen = {row: (round(rows[row].f, 3), least) for row, least in FLOORS[case].items() if rows[row].f < least}
    assert fallen == {}


def test_every_quote_of_the_real_pages_stands_where_its_claim_says(tmp_path: Path) -> None:
    settings, _ = build_of(folder_of("ZONEKG_PAGES"), tmp_path)
    query = """
        PREFIX zone: <https://w3id.org/zonekg/ontology#> PREFIX oa: <http://www.w3.org/ns/oa#>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?claim ?quote ?file ?start ?end {
          ?claim zone:quote ?quote ; prov:wasDerivedFrom/zone:sourceFile ?file ; oa:hasSelector ?s .
          ?s oa:start ?start ; oa:end ?end . }"""
    with open_for_reading(settings.store) as reader:
        places: dict[tuple[str, str, str], list[str]] = {}
        for row in reader.query(query):
            text = reader.text(row["file"].value)
            assert text is not None
            key = (row["claim"].value, row["quote"].value, row["file"].value)
            places.setdefault(key, []).append(text[int(row["start"].value) : int(row["end"].value)])
    assert len(places) > 500
    for (claim, quote, _), pieces in places.items():
        found = sorted("".join("".join(pieces).split()))
        assert sorted("".join(quote.split())) == found, claim
