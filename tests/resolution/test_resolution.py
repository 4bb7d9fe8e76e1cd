"""From mentions to entities."""

from __future__ import annotations

from datetime import date

import pytest
from marked import extraction

from kg_build.model import Extraction, ResolvedArticle
from kg_build.resolution import Known, resolve

BASE = "https://w3id.org/zonekg/id/"


def one(found: Extraction) -> ResolvedArticle:
    return resolve([found], BASE)[0]


def iris(resolved: ResolvedArticle) -> set[str]:
    return {use.entity.iri.removeprefix(BASE) for use in resolved.entities}


def said(resolved: ResolvedArticle) -> set[tuple[str, str, str]]:
    return {(s.subject.removeprefix(BASE), s.predicate, str(s.object).removeprefix(BASE)) for s in resolved.statements}


def names(resolved: ResolvedArticle, iri: str) -> tuple[str, ...]:
    return next(use.names for use in resolved.entities if use.entity.iri == BASE + iri)


def test_short_and_full_name_of_a_zone_are_one() -> None:
    got = one(extraction("[三门峡经济开发区|Zone]\n[三门峡经开区|Zone]发展。"))
    assert iris(got) == {"zone/三门峡经济开发区"}
    assert names(got, "zone/三门峡经济开发区") == ("三门峡经开区", "三门峡经济开发区")


def test_general_words_mean_the_storys_zone() -> None:
    got = one(
        extraction(
            "标题\n[三门峡经济开发区|Zone]发展。[该区|Zone:generic]引进[华辰有限公司|Enterprise]。",
            (("华辰有限公司", "locatedIn", "该区"),),
        )
    )
    assert said(got) == {("enterprise/华辰有限公司", "locatedIn", "zone/三门峡经济开发区")}


def test_a_page_that_never_names_its_zone_gets_it_from_its_places() -> None:
    got = one(extraction("[经开区|Zone:generic]新闻\n[经开区|Zone:generic]推进[濮阳软件园|Park]建设，[濮阳市|Place]领先。"))
    assert "zone/濮阳经济技术开发区" in iris(got)


def test_a_zone_that_is_only_to_be_served_is_not_the_storys() -> None:
    text = "[经济开发区|Zone:generic]动工[再生园|Park]，服务[雄安新区|Zone]建设。[经济开发区|Zone:generic]提速。"
    got = one(extraction(text, (("再生园", "locatedIn", "经济开发区"),)))
    assert all(value != "zone/雄安新区" for _, _, value in said(got))


def test_a_zone_named_as_anothers_is_the_storys_where_nothing_else_is() -> None:
    got = one(
        extraction(
            "各地支持[雄安新区|Zone]建设，[该区|Zone:generic]引进[华辰有限公司|Enterprise]。",
            (("华辰有限公司", "locatedIn", "该区"),),
        )
    )
    assert said(got) == {("enterprise/华辰有限公司", "locatedIn", "zone/雄安新区")}


def test_a_short_company_name_goes_to_its_full_name() -> None:
    got = one(extraction("[洛阳高新区|Zone]\n[洛阳华辰新材料科技有限公司|Enterprise]投产。[华辰|Enterprise]说。"))
    assert [i for i in iris(got) if i.startswith("enterprise/")] == ["enterprise/洛阳华辰新材料科技有限公司"]


def test_a_short_name_that_fits_two_companies_is_the_one_named_first() -> None:
    got = one(
        extraction(
            "标题\n[华辰电子有限公司|Enterprise]、[华辰制药有限公司|Enterprise]签约，[华辰|Enterprise]获评[省级绿色工厂|Honour]。",
            (("华辰", "honouredAs", "省级绿色工厂"),),
        )
    )
    assert said(got) == {("enterprise/华辰电子有限公司", "honouredAs", "honour/省级绿色工厂")}


def test_a_short_name_that_fits_two_projects_stays_by_itself() -> None:
    got = one(extraction("标题\n[甲公司扩产技改项目|Project]、[乙公司扩产技改项目|Project]、[扩产技改项目|Project]。"))
    assert sum(i.startswith("project/") for i in iris(got)) == 3


def test_this_company_is_the_one_named_last() -> None:
    got = one(
        extraction(
            "标题\n[甲光电有限公司|Enterprise]落户。[乙制药有限公司|Enterprise]投产，[该公司|Enterprise:generic]获评[省级绿色工厂|Honour]。",
            (("该公司", "honouredAs", "省级绿色工厂"),),
        )
    )
    assert said(got) == {("enterprise/乙制药有限公司", "honouredAs", "honour/省级绿色工厂")}


@pytest.mark.parametrize(("word", "place"), [("全市", "place/三门峡市"), ("全省", "place/河南省")])
def test_general_words_for_places_mean_the_zones(word: str, place: str) -> None:
    got = one(extraction(f"标题\n[三门峡经济开发区|Zone]居[{word}|Place:generic]前列。"))
    assert place in iris(got)


def test_bodies_get_the_name_of_their_zone_or_city() -> None:
    got = one(extraction("标题\n[濮阳经济技术开发区|Zone]的[管委会|Institution:generic]与[市政府|Institution]签约。"))
    assert {"institution/濮阳经济技术开发区管委会", "institution/濮阳市政府"} <= iris(got)


def test_an_official_of_the_bylines_name_is_one_person() -> None:
    got = one(
        extraction(
            "标题\n[三门峡经济开发区|Zone]主任[王某某|Official]说。[王某某|Person]还说。",
            (("王某某", "officialOf:主任", "三门峡经济开发区"),),
        )
    )
    assert [i for i in iris(got) if i.startswith("person/")] == ["person/三门峡经济开发区/王某某"]


def test_the_farthest_state_of_a_project_stands() -> None:
    got = one(
        extraction(
            "标题\n[洛阳高新区|Zone][甲数据中心项目|Project]签约，后来投产。",
            (("甲数据中心项目", "status", "signed"), ("甲数据中心项目", "status", "completed")),
        )
    )
    assert {(p, o) for _, p, o in said(got)} == {("status", "completed")}


def test_what_is_assumed_gives_way_to_what_is_said() -> None:
    got = one(
        extraction(
            "标题\n[洛阳高新区|Zone][甲有限公司|Enterprise]位于[周山科技园|Park]。",
            (("甲有限公司", "locatedIn?", ""), ("甲有限公司", "locatedIn", "周山科技园")),
        )
    )
    assert {o for _, _, o in said(got)} == {"park/洛阳高新区/周山科技园"} or {o for _, _, o in said(got)} == {
        "park/洛阳高新技术产业开发区/周山科技园"
    }


def test_a_symmetric_property_is_written_once() -> None:
    both = (("甲有限公司", "cooperatesWith", "乙大学"), ("乙大学", "cooperatesWith", "甲有限公司"))
    got = one(extraction("标题\n[洛阳高新区|Zone][甲有限公司|Enterprise]与[乙大学|Institution]合作。", both))
    assert len(got.statements) == 1


def test_the_photographer_is_no_author() -> None:
    got = one(extraction("标题\n[洛阳高新区|Zone]。[李某|Person]", reporters=("李某",), publisher="某报"))
    assert [a.rsplit("/", 1)[-1] for a in got.authors] == ["李某"]


def corpus() -> list[Extraction]:
    return [
        extraction("[三门峡经开区|Zone]签约\n[三门峡经开区|Zone]引进[华辰|Enterprise]。", source_file="a.txt"),
        extraction(
            "[三门峡经济开发区|Zone]纪事\n[三门峡华辰制药有限公司|Enterprise]投产[华辰异地技改项目|Project]。",
            source_file="b.txt",
            published=date(2024, 1, 1),
        ),
        extraction("[濮阳经济技术开发区|Zone]\n[华辰|Enterprise]参展。", source_file="c.txt"),
    ]


def test_across_articles_a_thing_is_one_node() -> None:
    a, b, c = resolve(corpus(), BASE)
    assert "zone/三门峡经济开发区" in iris(a) & iris(b)
    assert "enterprise/三门峡华辰制药有限公司" in iris(a) & iris(b)
    assert "enterprise/三门峡华辰制药有限公司" not in iris(c)


def test_the_order_of_the_articles_changes_nothing() -> None:
    forward = resolve(corpus(), BASE)
    backward = resolve(corpus()[::-1], BASE)
    assert {a.iri: a for a in forward} == {a.iri: a for a in backward}


def test_an_iri_once_handed_out_stays() -> None:
    first = resolve(corpus()[:1], BASE)[0]
    known = [Known(u.entity.iri, u.entity.type, u.entity.name, u.names) for u in first.entities]
    later = resolve(corpus()[1:2], BASE, known)[0]
    assert iris(first) & {i for i in iris(later) if i.startswith("zone/")} == {i for i in iris(first) if i.startswith("zone/")}


def test_two_zones_keep_their_own_projects() -> None:
    a, b = resolve(
        [
            extraction("[三门峡经济开发区|Zone]\n[数据中心项目|Project]开工。", source_file="a.txt"),
            extraction("[濮阳经济技术开发区|Zone]\n[数据中心项目|Project]开工。", source_file="b.txt"),
        ],
        BASE,
    )
    assert not {i for i in iris(a) & iris(b) if i.startswith("project/")}


def test_a_persons_post_tells_the_zone_though_the_story_be_anothers() -> None:
    own = extraction("[三门峡经济开发区|Zone]\n[王某某|Official]说。", source_file="a.txt")
    visit = extraction(
        "[濮阳经济技术开发区|Zone]迎来客人\n[三门峡经济开发区|Zone]主任[王某某|Official]到[濮阳经济技术开发区|Zone]考察。",
        (("王某某", "officialOf:主任", "三门峡经济开发区"),),
        source_file="b.txt",
    )
    for articles in ([own, visit], [visit, own]):
        people = {i for a in resolve(articles, BASE) for i in iris(a) if i.startswith("person/")}
        assert people == {"person/三门峡经济开发区/王某某"}


def test_a_firms_project_is_the_same_with_and_without_its_name() -> None:
    short = extraction(
        "[三门峡经济开发区|Zone]\n[华辰制药有限公司|Enterprise]的[年产千吨原料药项目|Project]投产。",
        (("年产千吨原料药项目", "undertakenBy", "华辰制药有限公司"),),
        source_file="a.txt",
    )
    full = extraction(
        "[三门峡经济开发区|Zone]\n[华辰制药有限公司|Enterprise]签约。[华辰制药有限公司年产千吨原料药项目|Project]开工。",
        source_file="b.txt",
    )
    projects = {i for a in resolve([short, full], BASE) for i in iris(a) if i.startswith("project/")}
    assert len(projects) == 1


def test_a_city_that_no_gazetteer_knows_is_known_by_its_name() -> None:
    got = one(extraction("标题\n[无名市|Place]的[三门峡经济开发区|Zone]。"))
    assert "place/无名市" in iris(got)


@pytest.mark.parametrize(
    ("zone", "kind"),
    [
        ("苏州工业园区", "EconomicDevelopmentZone"),
        ("青禾工业园区", None),
        ("青禾高新技术产业开发区", "HighTechZone"),
    ],
)
def test_a_zone_whose_name_ends_like_a_parks_is_no_park_beside(zone: str, kind: str | None) -> None:
    got = one(extraction(f"标题\n[{zone}|Zone]发展。"))
    (use,) = got.entities
    assert (use.entity.type, use.entity.subclass) == ("Zone", kind)
