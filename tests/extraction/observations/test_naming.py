from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.extraction.observations import naming
from kg_build.quantities import Kind


@pytest.mark.parametrize(
    ("before", "kind", "name", "verb"),
    [
        ("全区固定资产投资累计完成", "money", "固定资产投资", ""),
        ("为辖区企业争取信用贷款", "money", "信用贷款", ""),
        ("已培育", "count", "", "培育"),
        ("“四上”企业已入库", "count", "入库“四上”企业", ""),
        ("累计建成标准化厂房面积", "measure", "标准化厂房面积", ""),
        ("新签约云图科技、远山药业等重大项目", "count", "新签约重大项目", ""),
        ("云溪经济技术开发区实施省、市重点项目", "count", "省、市重点项目", ""),
        ("高新技术企业数量", "count", "高新技术企业", ""),
        ("现代服务业企业", "count", "现代服务业企业", ""),
        ("新能源企业", "count", "新能源企业", ""),
        ("在建亿元以上项目", "count", "在建亿元以上项目", ""),
        ("企业研发投入", "money", "企业研发投入", ""),
        ("预计可新增销售", "money", "新增销售", ""),
    ],
)
def test_the_name_before_a_figure(before: str, kind: str, name: str, verb: str) -> None:
    assert naming.level_name(before, kind) == (name, verb)


def test_so_much_a_year_is_a_sum() -> None:
    assert naming.head_kind(Kind.MEASURE, "元/年") == "money"
    assert naming.head_kind(Kind.MEASURE, "吨/年") == "measure"


@pytest.mark.parametrize(
    ("name", "items"),
    [
        ("国家级、省级绿色工厂", ["国家级绿色工厂", "省级绿色工厂"]),
        ("省、市重点项目", ["省重点项目", "市重点项目"]),
        ("产值超8亿、3亿企业", ["产值超8亿企业", "产值超3亿企业"]),
        ("出口和进口", ["出口", "进口"]),
        ("税收", ["税收"]),
    ],
)
def test_items_of_a_coordination_share_their_words(name: str, items: list[str]) -> None:
    assert naming.split_list(name) == items


def test_the_phrase_behind_a_classifier_ends_with_its_head_noun() -> None:
    assert naming.phrase_behind("省市重点项目稳步推进", "count") == ("省市重点项目", "稳步推进")
    assert naming.phrase_behind("方面发力", "count") is None


@given(st.text(max_size=40))
def test_stripping_only_takes_away(text: str) -> None:
    assert naming.strip_head(text) in text
    assert naming.strip_tail(text) in text
    assert naming.zone_free(text) in text


@pytest.mark.parametrize(
    ("name", "base"), [("新增规上企业", "规上企业"), ("新能源企业", "新能源企业"), ("亿元以上在建项目", "亿元以上项目")]
)
def test_what_is_counted_without_its_verb(name: str, base: str) -> None:
    assert naming.base_name(name) == base


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("项目集中签约", "签约项目"),
        ("项目破土动工", "开工项目"),
        ("高新技术企业", "高新技术企业"),
        ("引进各类人才", "引进人才"),
        ("鲜奶加工等", ""),
        ("占工业总产值", ""),
    ],
)
def test_the_scorers_words_become_a_name_or_none(given: str, name: str) -> None:
    assert naming.given_name(given) == name


def test_the_manner_of_an_event_is_left_out() -> None:
    assert naming.with_event("工业项目", "同期奠基") == "开工工业项目"
    assert naming.with_event("工业项目", "占了大头") == "工业项目"
