from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language

from kg_build.extraction.likely import LikelyFigures
from kg_build.extraction.observations import find_observations
from kg_build.extraction.trace import Trace
from kg_build.model import Article, Mention, Observation, OffsetMap, Part, PartKind, Span

CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_figures_of_a_text(
    case: dict[str, Any], read: Callable[..., list[Observation]], line: Callable[[Observation], str]
) -> None:
    found = read(case["text"], case.get("date"))
    assert [line(o) for o in found] == case["expect"]
    for key, told in (("from", lambda o: o.period_start), ("to", lambda o: o.period_end)):
        if key in case:
            assert {told(o) for o in found} == {case[key]}


FIRMS = {"远禾重工": "Enterprise", "青木化纤": "Enterprise"}
PARKS = {"云溪科技园": "Park", "南坪产业园": "Park"}
SCHOOL = {"云溪中学": "Institution"}


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        (
            "远禾重工和青木化纤产值分别为9亿元和4亿元，出口分别下降12%和4.5%。",
            FIRMS,
            [
                ("远禾重工", "产值|900000000|元"),
                ("青木化纤", "产值|400000000|元"),
                ("远禾重工", "出口|-12%"),
                ("青木化纤", "出口|-4.5%"),
            ],
        ),
        (
            "远禾重工经理说：“我们年产值超过3000万，销售额是1.5个亿，目标是出口额在去年基础上增长5%。”",
            FIRMS,
            [("远禾重工", "年产值|30000000|元"), ("远禾重工", "销售额|150000000|元"), ("远禾重工", "出口额|+5%|!target")],
        ),
        (
            "云溪科技园、南坪产业园产值分别为9亿元和4亿元；税收分别为6000万元、3000万元。",
            PARKS,
            [
                ("云溪科技园", "产值|900000000|元"),
                ("南坪产业园", "产值|400000000|元"),
                ("云溪科技园", "税收|60000000|元"),
                ("南坪产业园", "税收|30000000|元"),
            ],
        ),
        ("远禾重工等骨干企业稳步发展，产值同比增长12%。", FIRMS, [("远禾重工", "产值|+12%")]),
        ("远禾重工、青木化纤等5家企业获评省级绿色工厂。", FIRMS, [("", "省级绿色工厂|5|家")]),
        ("远禾重工和青木化纤两家企业获批国家级绿色工厂。", FIRMS, [("", "国家级绿色工厂|2|家")]),
        ("盘活云溪科技园闲置厂房2万平方米。", PARKS, [("云溪科技园", "盘活闲置厂房|20000|平方米")]),
        ("云溪科技园、南坪产业园企业入驻率达到98%。", PARKS, [(name, "企业入驻率|98|%|!share") for name in PARKS]),
        ("年产20万吨精炼铜项目总投资30亿元，占地90亩。", {"年产20万吨精炼铜项目": "Project"}, []),
        ("远禾重工成立于2001年。去年公司营业收入达到4.4亿元。", FIRMS, [("远禾重工", "营业收入|440000000|元")]),
        ("全市高新技术企业达到900家。", {"全市": "Place"}, [("全市", "高新技术企业|900|家")]),
        ("云溪经开区管委会兑现惠企资金2600万元。", {"云溪经开区管委会": "Institution"}, [("", "惠企资金|26000000|元")]),
        ("工业总产值突破90亿元，云溪科技园稳居全省第17位。", PARKS, [("", "工业总产值|9000000000|元")]),
        (
            "云溪科技园热闹，云溪科技园忙碌，云溪科技园宽敞，云溪科技园整洁。\n今年集中签约项目6个，总投资9亿元。",
            PARKS,
            [("云溪科技园", "签约项目|6|个"), ("云溪科技园", "签约项目总投资|900000000|元")],
        ),
        ("云溪中学升学率达99%，全市排名第一。", SCHOOL, [("云溪中学", "升学率|99|%|!share"), ("云溪中学", "升学率|1|名|!rank")]),
    ],
)  # fmt: skip
def test_whom_a_figure_is_about(
    text: str,
    names: dict[str, str],
    expected: list[tuple[str, str]],
    read: Callable[..., list[Observation]],
    line: Callable[[Observation], str],
    make_mentions: Callable[..., tuple[Mention, ...]],
) -> None:
    known = {m.id: m.name for m in make_mentions(text, names)}
    found = read(text, None, names)
    assert [(known.get(o.of, ""), line(o)) for o in found] == expected


def test_a_year_of_the_page_dates_a_story_without_one(blank: Language, make_article: Callable[..., Article]) -> None:
    article = make_article("今年1—9月，全区完成产值15亿元。")
    (found,) = find_observations(article, blank(article.text), (), lambda _: 0, year=2019)
    assert (found.period_start, found.period_end) == (date(2019, 1, 1), date(2019, 9, 30))
    assert found.period_text == "今年1—9月"


def test_headline_of_a_report_gives_the_time(read: Callable[..., list[Observation]]) -> None:
    (found,) = read("全年完成地区生产总值88亿元。", date(2024, 1, 22), title="2023年主要经济指标公布")
    assert (found.period_start, found.period_end) == (date(2023, 1, 1), date(2023, 12, 31))


def test_titles_captions_and_bylines_are_not_read(blank: Language) -> None:
    text = "全区产值9亿元\n园区一角，厂房3万平方米。\n全区产值增长8%。"
    kinds = (PartKind.TITLE, PartKind.CAPTION, PartKind.BODY)
    parts, at = [], 0
    for kind, words in zip(kinds, text.split("\n"), strict=True):
        parts.append(Part(kind, Span(at, at + len(words))))
        at += len(words) + 1
    article = Article("a.txt", 1, "t", text, tuple(parts), OffsetMap(()))
    (found,) = find_observations(article, blank(text), (), lambda _: 0)
    assert (found.value, found.growth) == (None, 8)
    assert text[found.evidence.start : found.evidence.end].startswith("全区产值增长8%")


WORDS = [
    "全区",
    "今年",
    "截至8月底，",
    "新增",
    "高新技术企业",
    "3家",
    "，",
    "。",
    "总投资",
    "5亿元",
    "、",
    "增长",
    "8%",
    "分别",
    "占",
    "各",
    "项目",
    "其中",
    "“",
    "”",
    "(",
    ")",
    "居全市第一",
    "力争",
    "的",
    "\n",
    "；",
    "12个",
    "以上",
    "达",
]


@given(text=st.lists(st.sampled_from(WORDS), max_size=40).map("".join))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_soup_of_words_is_read_and_evidence_lies_in_the_text(text: str, read: Callable[..., list[Observation]]) -> None:
    for o in read(text, date(2024, 9, 1)):
        assert 0 <= o.evidence.start < o.evidence.end <= len(text)
        assert len(o.indicator) >= 2
        assert (o.value is None) == (o.unit is None)
        assert o.value is not None or o.growth is not None
        assert o.rule.startswith("figure.")
        assert o.rank is None or o.unit == "名"
        assert not o.is_share or o.unit == "%"


@pytest.mark.slow
def test_the_same_text_gives_the_same_observations_whatever_the_hash_seed() -> None:
    code = (
        "import yaml\n"
        "from kg_build.model import *\n"
        "from kg_build.extraction.observations import find_observations\n"
        f"cases = yaml.safe_load(open({str(Path(__file__).with_name('cases.yaml'))!r}, encoding='utf-8'))\n"
        "for case in cases:\n"
        "    text = case['text']\n"
        "    article = Article('a', 1, '', text, (), OffsetMap(()), published=case.get('date'))\n"
        "    print(find_observations(article, None, (), lambda _: 0))\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "4242")
    }
    assert len(runs) == 1
    assert runs.pop().count(b"Observation(") > 20


def test_a_long_page_takes_no_long_time(read: Callable[..., list[Observation]]) -> None:
    text = "".join(case["text"] for case in CASES) * 20
    start = time.perf_counter()
    assert read(text, date(2024, 1, 1))
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize(
    ("text", "rule", "figure", "why"),
    [
        ("全区增加5家企业，街上来了3条小狗。", "figure.level", "3条", "no word of count-head"),
        ("对企业最高奖励50万元。", "figure.level", "50万元", "skip-before"),
        ("二期占地627亩。", "figure.level", "627亩", "it is a project's size (skip-of-project)"),
        ("总投资1亿元的基地开园。", "figure.level", "1亿元", "it only says which things are meant"),
        ("企业较上年增加6家。", "figure.level", "6家", "it is a difference, no level (rise, fall)"),
        ("出口占比提高3个百分点。", "figure.level", "3个百分点", "it is a distance from something else"),
        ("剩下的大约30%。", "figure.rate", "大约30%", "no word of rate-tail, rise or fall ends the words before it"),
        ("全市高新技术企业达到900家。", "figure.level", "900家", "foreign-subject"),
    ],
)
def test_a_figure_that_tells_nothing_has_a_reason(
    blank: Language, make_article: Callable[..., Article], text: str, rule: str, figure: str, why: str
) -> None:
    trace = Trace()
    assert not [o for o in find_observations(make_article(text), blank(text), (), lambda _: 0, trace=trace) if o.value == 3]
    found = {miss.about: miss for miss in trace.misses}
    assert found[figure].rule == rule
    assert why in found[figure].missing
    assert text[found[figure].span.start : found[figure].span.end] == figure


def test_a_figure_that_is_read_is_no_near_miss(blank: Language, make_article: Callable[..., Article]) -> None:
    text, trace = "全区完成固定资产投资3.1亿元，同比增长9%。", Trace()
    found = find_observations(make_article(text), blank(text), (), lambda _: 0, trace=trace)
    assert len(found) == 1
    assert trace.misses == ()


def likely(text: str, figure: str, owner: tuple[int, str] | None, name: str = "", odds: float = 1.0) -> LikelyFigures:
    """What a scorer says of one figure."""

    def place(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    return LikelyFigures({place(figure): owner} if owner else {}, {place(figure): (place(name), odds)} if name else {})


def lines_of(text: str, said: LikelyFigures, make_article: Callable[..., Article], blank: Language) -> list[tuple[str, int, str]]:
    found = find_observations(make_article(text), blank(text), (), lambda _: 7, likely=said)
    return [(o.indicator, o.of, o.rule) for o in found]


def test_a_figure_that_the_grammar_passes_over_is_named_by_the_scorer(
    make_article: Callable[..., Article], blank: Language
) -> None:
    text = "在这里扎堆的制药厂，一数有41家。"
    assert lines_of(text, LikelyFigures(), make_article, blank) != [("制药厂", 3, "figure.pairs")]
    assert lines_of(text, likely(text, "41家", (3, "level"), "制药厂"), make_article, blank) == [("制药厂", 3, "figure.pairs")]
    assert lines_of(text, likely(text, "41家", None, "制药厂"), make_article, blank) == lines_of(
        text, LikelyFigures(), make_article, blank
    )


def test_the_scorer_puts_a_name_right_only_where_it_is_sure(make_article: Callable[..., Article], blank: Language) -> None:
    text = "出口喜人实现产值5亿元。"
    assert lines_of(text, LikelyFigures(), make_article, blank) == [("产值", 7, "figure.level")]
    for odds, name in ((0.5, "产值"), (0.99, "出口")):
        assert lines_of(text, likely(text, "5亿元", None, "出口", odds), make_article, blank) == [(name, 7, "figure.level")]


def test_shares_and_ranks_need_words_that_name_them(make_article: Callable[..., Article], blank: Language) -> None:
    text = "说起本地配套，28%。"
    named = likely(text, "28%", (3, "share"), "本地配套")
    (found,) = find_observations(make_article(text), blank(text), (), lambda _: 7, likely=named)
    assert (found.indicator, found.is_share, found.of) == ("本地配套", True, 3)
    nameless = likely(text, "28%", (3, "share"))
    assert lines_of(text, nameless, make_article, blank) == lines_of(text, LikelyFigures(), make_article, blank)


def test_a_figure_behind_a_strange_subject_is_the_thing_s_that_the_scorer_is_sure_of(
    make_article: Callable[..., Article], blank: Language
) -> None:
    text = "全市高新技术企业达到900家，上市企业13家。"
    assert lines_of(text, LikelyFigures(), make_article, blank) == []
    assert lines_of(text, likely(text, "13家", (3, "level"), "上市企业"), make_article, blank) == [
        ("上市企业", 3, "figure.pairs")
    ]
    trace = Trace()
    find_observations(
        make_article(text), blank(text), (), lambda _: 7, trace=trace, likely=likely(text, "13家", (3, "level"), "上市企业")
    )
    assert [miss.about for miss in trace.misses] == ["900家"]


def test_an_offer_stays_none_whatever_the_scorer_says(make_article: Callable[..., Article], blank: Language) -> None:
    text = "对入选企业最高奖励50万元。"
    assert lines_of(text, likely(text, "50万元", (3, "level"), "入选企业"), make_article, blank) == []


def test_doubtful_words_need_a_noun_that_is_counted(make_article: Callable[..., Article], blank: Language) -> None:
    text = "制药企业在此扎堆，数到41家。"
    for name, odds, found in (("扎堆", 0.3, []), ("制药企业", 0.7, ["制药企业"]), ("扎堆", 1.0, ["扎堆"])):
        lines = lines_of(text, likely(text, "41家", (3, "level"), name, odds), make_article, blank)
        assert [line[0] for line in lines] == found
