"""The tables themselves: what must hold of every row."""

from __future__ import annotations

import re
from collections import Counter
from importlib.resources import files

import pytest
import yaml

from kg_build import gazetteers
from kg_build.errors import InputError
from kg_build.gazetteers import tables

PLACES = gazetteers.places(former=True)
ZONES = gazetteers.zones()
LEVELS = {"province", "prefecture", "county"}
KIND_NAME = re.compile(r"^[A-Z][A-Za-z]+$")


def _twice(values: list[object]) -> list[object]:
    return [value for value, count in Counter(values).items() if count > 1]


def test_place_codes_have_six_digits_that_fit_the_level() -> None:
    endings = {"province": r"\d\d0000", "prefecture": r"\d\d(?!00)\d\d00", "county": r"\d{4}(?!00)\d\d"}
    wrong = [p for p in PLACES if p.level not in LEVELS or not re.fullmatch(endings[p.level], p.code)]
    assert wrong == []


def test_every_parent_exists_and_is_of_a_higher_level() -> None:
    order = ["province", "prefecture", "county"]
    for place in PLACES:
        if place.level == "province":
            assert place.parent is None, place
            continue
        assert place.parent is not None, place
        parent = gazetteers.place(place.parent)
        assert parent is not None, place
        assert order.index(parent.level) < order.index(place.level), place


def test_todays_codes_and_names_within_a_parent_are_unique() -> None:
    today = gazetteers.places()
    assert _twice([p.code for p in today]) == []
    assert _twice([(p.parent, p.name) for p in today]) == []


def test_former_names_are_unique_within_a_province_and_gone_from_today() -> None:
    today = {(p.code[:2], p.name) for p in gazetteers.places()}
    former = [(p.code[:2], p.name) for p in PLACES if p.valid_until is not None]
    assert _twice(list(former)) == []
    assert today.isdisjoint(former)


def test_numbers_of_todays_divisions() -> None:
    count = Counter(p.level for p in gazetteers.places())
    assert count["province"] == 34
    assert 330 <= count["prefecture"] <= 345
    assert 2840 <= count["county"] <= 2860


def test_short_forms_are_parts_of_the_name_of_two_characters_or_more() -> None:
    wrong = [p for p in PLACES if len(p.short) < 2 or not p.name.startswith(p.short)]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "short", "other"),
    [
        ("河南省", "河南", None),
        ("三门峡市", "三门峡", None),
        ("恩施土家族苗族自治州", "恩施", "恩施州"),
        ("长阳土家族自治县", "长阳", "长阳县"),
        ("新疆维吾尔自治区", "新疆", None),
        ("东乡族自治县", "东乡", "东乡县"),
        ("管城回族区", "管城", None),
        ("万柏林区", "万柏林", None),
        ("神农架林区", "神农架", None),
        ("城区", "城区", None),
        ("锡林郭勒盟", "锡林郭勒", None),
        ("鄂温克族自治旗", "鄂温克", "鄂温克旗"),
    ],
)
def test_short_form(name: str, short: str, other: str | None) -> None:
    place = gazetteers.place_by_name(name, former=False)[0]
    assert place.short == short
    assert other is None or other in place.aliases


def test_zone_rows() -> None:
    for zone in ZONES:
        assert gazetteers.place(zone.place) is not None, zone
        assert zone.code is None or re.fullmatch(r"\d{6}|\d{12}", zone.code), zone
        assert zone.level in {None, "national"}, zone
        assert KIND_NAME.match(zone.kind), zone
        assert zone.name not in zone.aliases, zone
        assert all(form == re.sub(r"\s", "", form) and form for form in zone.forms), zone
        assert _twice(list(zone.forms)) == [], zone


def test_zone_names_within_a_place_and_codes_are_unique() -> None:
    assert _twice([(z.place, z.name) for z in ZONES]) == []
    assert _twice([z.code for z in ZONES if z.code]) == []


def test_zone_codes_of_six_digits_are_no_division() -> None:
    today = {p.code for p in gazetteers.places()}
    assert {z.code for z in ZONES if z.code}.isdisjoint(today)


def test_every_kind_of_zone_is_a_class_of_the_ontology() -> None:
    from ontology.terms import ZONE

    assert [row.kind for row in gazetteers.zone_kinds() if row.kind not in ZONE] == ["OtherZone"]


def test_kinds_of_zones_are_those_of_the_table() -> None:
    known = {row.kind for row in gazetteers.zone_kinds()}
    assert {z.kind for z in ZONES} <= known
    suffixes = [suffix for row in gazetteers.zone_kinds() for suffix in row.suffixes]
    assert _twice(list(suffixes)) == []


def test_industry_classes() -> None:
    rows = gazetteers.industries()
    assert Counter(r.level for r in rows) == {"section": 20, "division": 97, "group": 473}
    level = {r.code: r.level for r in rows}
    assert len(level) == len(rows)
    above = {"section": None, "division": "section", "group": "division"}
    for row in rows:
        assert re.fullmatch({"section": r"[A-T]", "division": r"\d\d", "group": r"\d\d\d"}[row.level], row.code), row
        assert level.get(row.parent or "") == above[row.level], row
        assert row.level != "group" or row.code[:2] == row.parent, row
        assert re.fullmatch(r"[一-鿿、（）]+", row.name), row


def test_groups_of_each_section_are_as_many_as_the_standard_has() -> None:
    """Table of the structure in GB/T 4754-2017, section 4."""
    rows = {r.code: r for r in gazetteers.industries()}
    found = Counter(rows[r.parent or ""].parent for r in rows.values() if r.level == "group")
    counts = (24, 19, 179, 9, 18, 18, 27, 10, 17, 26, 5, 12, 19, 18, 16, 6, 6, 27, 16, 1)
    assert found == dict(zip("ABCDEFGHIJKLMNOPQRST", counts, strict=True))
    assert {r.code for r in rows.values() if r.level == "division"} == {r.parent for r in rows.values() if r.level == "group"}


def test_fields_are_unique_and_mapped_to_known_classes() -> None:
    rows = gazetteers.fields()
    assert len(rows) > 300
    assert _twice([form for row in rows for form in row.forms]) == []
    codes = {r.code for r in gazetteers.industries()}
    assert {code for row in rows for code in row.gb} <= codes
    names = {form for row in rows for form in row.forms if form.endswith("产业")}
    assert names == {"未来产业", "环保产业", "茶产业"}


def test_surnames() -> None:
    names = gazetteers.surnames()
    assert {"王", "欧阳", "司马", "肖", "闫"} <= names
    assert all(1 <= len(name) <= 4 and re.fullmatch(r"[一-鿿]+", name) for name in names)


def test_titles_have_one_role_each() -> None:
    rows = gazetteers.titles()
    assert _twice([row.name for row in rows]) == []
    assert {row.role for row in rows} == {"official", "executive", "expert", "staff"}
    role = {row.name: row.role for row in rows}
    assert role["党工委书记"] == role["管委会副主任"] == role["市长"] == "official"
    assert role["董事长"] == role["总经理"] == "executive"


def test_institution_suffixes_come_longest_first_and_once() -> None:
    rows = gazetteers.institution_suffixes()
    assert [len(r.suffix) for r in rows] == sorted((len(r.suffix) for r in rows), reverse=True)
    assert _twice([r.suffix for r in rows]) == []
    assert {r.type for r in rows} == {"Institution", "Enterprise", "Park"}


def test_every_table_has_a_source_with_a_licence() -> None:
    folder = files("kg_build.gazetteers")
    sources = yaml.safe_load(folder.joinpath("sources.yaml").read_text(encoding="utf-8"))["sources"]
    named = {table for source in sources.values() for table in source["tables"]}
    shipped = {f.name for f in folder.iterdir() if f.name.endswith((".csv", ".yaml", ".txt")) and f.name != "sources.yaml"}
    assert shipped == named
    assert all(source["licence"] and source["title"] for source in sources.values())


def test_wrong_columns_are_one_clear_line() -> None:
    with pytest.raises(InputError, match=r"surnames\.csv: columns are surname, kind, not name"):
        list(tables._rows("surnames.csv", "name"))
