"""Firms' names part by part."""

from __future__ import annotations

import pytest

from kg_build.linking.firms import fit


@pytest.mark.parametrize(
    ("name", "record", "how"),
    [
        ("宁德时代新能源科技", "宁德时代新能源科技股份有限公司", "same"),
        ("比亚迪股份", "比亚迪股份有限公司", "core"),
        ("华为技术", "华为技术有限公司", "core"),
        ("新乡宏达机械有限公司", "新乡市宏达机械有限公司", "same"),
        ("宏达机械", "新乡市宏达机械有限公司", "stem"),
        ("郑州宇通客车股份有限公司", "宇通客车股份有限公司", "place"),
        ("马鞍山钢铁", "马鞍山钢铁股份有限公司", "core"),
        ("恒力石化（大连）", "恒力石化（大连）有限公司", "same"),
        ("东方希望集团", "东方希望集团有限公司", "same"),
        ("华辰制药公司", "华辰制药有限公司", "core"),
    ],
)
def test_the_same_firm(name: str, record: str, how: str) -> None:
    assert fit(name, record) == how


@pytest.mark.parametrize(
    ("name", "record", "how"),
    [
        ("海尔", "海尔集团公司", "group"),
        ("宁德时代新能源科技有限公司", "宁德时代新能源科技股份有限公司", "form"),
        ("中国铝业公司", "中国铝业集团有限公司", "form"),
        ("洛阳华辰制药有限公司", "三门峡华辰制药有限公司", None),
        ("三门峡华辰制药厂", "三门峡华辰制药有限公司", None),
        ("一汽解放分公司", "一汽解放有限公司", None),
        ("平煤神马集团一矿", "平煤神马集团有限公司", None),
        ("华为", "华为终端有限公司", None),
    ],
)
def test_another_firm_or_perhaps_another(name: str, record: str, how: str | None) -> None:
    assert fit(name, record) == how


def test_a_place_within_a_name_counts_where_it_is_known_to_be_near() -> None:
    assert fit("恒力石化大连有限公司", "恒力石化（大连）有限公司") is None
    assert fit("恒力石化大连有限公司", "恒力石化（大连）有限公司", ["大连市", "大连"]) == "same"
    assert fit("美的制冷设备", "美的集团武汉制冷设备有限公司", ["武汉"]) == "stem"
