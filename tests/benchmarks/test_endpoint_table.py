from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "endpoint" / "table.py"


@pytest.fixture(scope="module")
def table():
    import sys

    spec = importlib.util.spec_from_file_location("endpoint_table", FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def line(name, rps, query="q02_star", clients=8, **more):
    return {
        "name": name,
        "query": query,
        "clients": clients,
        "rps": rps,
        "first_byte_ms": 2.0,
        "pss_mb": 50,
        "sizes": [3, 4, 5],
        **more,
    }


@pytest.fixture
def runs(table):
    lines = [
        *(line("zonekg", rate) for rate in (50, 900, 100, 90, 110)),
        *(line("oxigraph", rate) for rate in (200, 210, 190)),
        line("zonekg", 2.0, "q11_big", clients=1, first_byte_ms=7.25),
        {"name": "slow", "query": "q02_star", "clients": 8, "sizes": ["HTTP 500"], "error": "HTTP 500"},
    ]
    return [table.Run.read(one) for one in lines]


def test_medians_are_compared_with_the_base(table, runs):
    assert table.rates(runs, 8)["zonekg", "q02_star"] == 100
    assert table.ratios(runs, 8, "zonekg") == {"q02_star": 0.5}


def test_the_table_has_a_row_a_query_and_says_what_failed(table, runs):
    rows = table.render(runs, ["zonekg", "oxigraph", "slow"], 8).splitlines()
    assert "| q02 star | 100 (0.50) | 200 | – |" in rows
    assert "| first byte of 100,000 rows, ms | 7.2 | – | – |" in rows
    assert "| memory (PSS), MB | 50 | 50 | – |" in rows


def test_servers_that_differ_in_their_answers_are_told(table, runs):
    (told,) = table.differing(runs)
    assert told == "q02_star: slow: ['HTTP 500']; oxigraph, zonekg: [3, 4, 5]"


def test_the_table_goes_between_its_marks_in_the_page(table, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures 9: begin -->\nold\n<!-- figures 9: end -->\nafter\n", encoding="utf-8")
    table.write(page, "9", "new\n")
    assert page.read_text(encoding="utf-8") == "before\n<!-- figures 9: begin -->\nnew\n<!-- figures 9: end -->\nafter\n"
    with pytest.raises(ValueError, match="no marks"):
        table.write(page, "10", "new\n")
