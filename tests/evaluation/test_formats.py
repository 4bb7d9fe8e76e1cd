"""Reports as lines, JSON and a page."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pyoxigraph as ox
import pytest

from kg_build.evaluation import Gold
from kg_build.evaluation.formats import FORMATS, as_html, as_json, as_table
from kg_build.evaluation.report import Report, make_report

Row = dict[str, Any]
HOSTILE = "</style><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'"
SCHEMA = json.loads(files("kg_build.evaluation").joinpath("data", "report.schema.json").read_text(encoding="utf-8"))
SHOWN = (
    "    test.cooperatesWith 0.80: "
    "…峡市的三门峡经济开发区书记王某某说，[华辰制药有限公司]与[龙湖大学]合作。今年投资6.2亿元，增长8.5…"
)
VOID = {"meta", "img", "br", "link", "input"}


@pytest.fixture
def report(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row], entities: list[Row]) -> Report:
    """One wrong statement, one missing entity, one missing figure."""
    made = case()
    entities.append({"id": "n", "type": "Industry", "names": ["合作"]})
    wanted = [{"of": "z", "indicator": "投资", "value": 620000000, "unit": "元"}]
    annotation = gold(entities=entities, relations=relations[:3], observations=wanted)
    return make_report(made.database, [annotation], made.texts, {"observations": 0.9})


class Page(HTMLParser):
    """The elements of a page with their attributes, its text, and whether it is well-formed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def words(self) -> str:
        return "".join(self.texts)


# lines


def test_lines_end_with_the_rows_after_the_rules(report: Report) -> None:
    lines = as_table(report).splitlines()
    assert lines[0] == "rule test.cooperatesWith        P 0.000  confidence 0.80   (0 right, 1 wrong)"
    assert lines[1] == "3 rules with nothing wrong      P 1.000  confidence 0.86   (8 right, 0 wrong)"
    assert lines[2] == "entity Zone                P 1.000  R 1.000  F 1.000   (1 right of 1 said, 1 in gold)"
    assert lines[-1] == "RELATIONS all              P 0.750  R 1.000  F 0.857   (3 right of 4 said, 3 in gold)"
    assert any(line.startswith("observations ") and line.endswith("< 0.9") for line in lines)


def test_errors_stand_first_with_their_words(report: Report) -> None:
    lines = as_table(report, errors=True).splitlines()
    assert lines[:7] == [
        "a - Industry 合作",
        "    …王某某说，华辰制药有限公司与龙湖大学[合作]。",
        "a + cooperatesWith 华辰制药有限公司 龙湖大学",
        SHOWN,
        "a - figure 三门峡经济开发区 投资 620000000 元",
        "    三门峡市的[三门峡经济开发区]书记王某某说，华辰制药有限公司与龙湖…",
        "    今年[投资6.2亿元]，增长8.5%。",
    ]


def test_what_steers_a_terminal_is_left_out(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    made = case("标题\n[华\x1b[2J辰\x07公司|Enterprise]落户。", ())
    printed = as_table(make_report(made.database, [gold()], made.texts), errors=True)
    assert all(char.isprintable() or char == "\n" for char in printed)


def test_nothing_at_all_is_said_so(gold: Callable[..., Gold]) -> None:
    empty = make_report(ox.Store(), [gold(article="x", entities=[], relations=[])])
    assert as_table(empty) == "nothing said and nothing in gold\n"


# JSON


def test_json_has_the_shape_of_its_schema(report: Report) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    table = json.loads(as_json(report))
    jsonschema.validate(table, SCHEMA)
    assert table["rows"]["ENTITIES all"] == {
        "precision": 1.0, "recall": 0.833333, "f": 0.909091, "right": 5, "said": 5, "gold": 6,
    }  # fmt: skip
    assert list(table["rules"]) == ["test.cooperatesWith", "test", "test.locatedIn", "test.officialOf"]
    assert table["fallen"] == {"observations": 0.0}
    wrong = next(e for e in table["errors"] if e["verdict"] == "wrong")
    assert wrong["words"] == ["华辰制药有限公司", "龙湖大学"]
    [(subject, predicate, _, title)] = wrong["said"]
    assert (subject.rsplit("/", 1)[-1], predicate, title) == ("华辰制药有限公司", "cooperatesWith", "")
    [evidence] = wrong["evidence"]
    assert [evidence["text"][a:b] for a, b in evidence["names"]] == ["华辰制药有限公司", "龙湖大学"]


def test_json_of_nothing(gold: Callable[..., Gold]) -> None:
    table = json.loads(as_json(make_report(ox.Store(), [gold(entities=[], relations=[])])))
    jsonschema.validate(table, SCHEMA)
    assert (table["rows"], table["errors"], table["lacking"]) == ({}, [], ["a"])


def test_the_example_of_the_documentation_has_the_shape() -> None:
    text = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text(encoding="utf-8")
    examples = [json.loads(body) for body in re.findall(r"^```json\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)]
    [example] = [one for one in examples if "version" in one]
    jsonschema.validate(example, SCHEMA)


def test_json_without_texts_tells_rules_alone(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    table = json.loads(as_json(make_report(case().database, [gold(relations=[])])))
    jsonschema.validate(table, SCHEMA)
    assert {tuple(one) for error in table["errors"] for one in error["evidence"]} == {("rule", "confidence")}


# the page


def test_the_page_is_whole_and_asks_for_nothing(report: Report) -> None:
    page = Page(as_html(report))
    assert page.open == []
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "link", "img", "iframe", "object"})
    addresses = [a[name] for _, a in page.tags for name in ("href", "src", "action") if name in a]
    assert addresses
    assert all(str(address).startswith("#") for address in addresses)
    policy = next(a["content"] for tag, a in page.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert "url(" not in as_html(report)
    assert "@import" not in as_html(report)


def test_links_lead_somewhere_and_no_name_is_given_twice(report: Report) -> None:
    page = Page(as_html(report))
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for tag, a in page.tags if tag == "a"} <= set(ids)


def test_the_page_shows_errors_in_their_sentences(report: Report) -> None:
    html = as_html(report)
    assert "<b>华辰制药有限公司</b>" in html
    assert "华辰制药有限公司 → 龙湖大学" in html
    assert "1 wrong" in html
    assert "Below the floor" in html
    assert "今年<b>投资6.2亿元</b>，增长8.5%。" in html


def test_hostile_words_are_only_words(case: Callable[..., Any], gold: Callable[..., Gold]) -> None:
    made = case(f"标题{HOSTILE}\n[华辰{HOSTILE}公司|Enterprise]与[龙湖大学|Institution]{HOSTILE}合作。", ())
    names = [{"id": "x", "type": "Park", "names": [HOSTILE]}, {"id": "i", "type": "Zone", "names": ["龙湖大学"]}]
    annotation = gold(article="a", entities=names, relations=[{"s": "x", "p": "locatedIn", "o": "i"}])
    lacking = gold(article=HOSTILE, entities=names, relations=[])
    html = as_html(make_report(made.database, [annotation, lacking], made.texts, {HOSTILE: 1.0}))
    page = Page(html)
    assert page.open == []
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img"})
    assert html.count("</style>") == 1
    assert page.words.count("alert(1)") >= 5
    assert not [a for _, a in page.tags for name in a if name.startswith("on")]


def test_a_page_without_texts_has_the_quotes(case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row]) -> None:
    html = as_html(make_report(case().database, [gold(relations=relations[:3])], lambda _: ()))
    assert "<mark>标题 三门峡市" in html
    assert Page(html).open == []


def test_a_page_of_texts_that_may_not_be_shown_has_none(
    case: Callable[..., Any], gold: Callable[..., Gold], relations: list[Row]
) -> None:
    html = as_html(make_report(case().database, [gold(relations=relations[:3])]))
    assert "今年投资" not in html
    assert "test.cooperatesWith</a>, confidence 0.80" in html


def test_a_page_of_nothing(gold: Callable[..., Gold]) -> None:
    page = Page(as_html(make_report(ox.Store(), [gold(entities=[], relations=[])])))
    assert page.open == []
    assert "Nothing said and nothing in gold." in page.words


IN_A_PROCESS = """
import runpy, sys
sys.path.insert(0, "tests")
made = runpy.run_path("tests/evaluation/conftest.py", run_name="made")
from kg_build.evaluation.formats import FORMATS
from kg_build.evaluation.report import make_report
case = made["make_case"]()
report = make_report(case.database, [made["make_gold"](relations=made["RELATIONS"][2:])], case.texts)
sys.stdout.buffer.write("".join(write(report) for write in FORMATS.values()).encode())
"""


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    found = {
        subprocess.run(
            [sys.executable, "-c", IN_A_PROCESS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(found) == 1
    assert len(found.pop()) > 5000


def test_every_format_has_its_name() -> None:
    from kg_build.cli.evaluate import NAMES, SUFFIXES

    assert tuple(FORMATS) == NAMES
    assert set(SUFFIXES.values()) <= set(NAMES)
