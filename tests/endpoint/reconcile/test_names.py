from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.reconcile.names import PlaceNames, compare, fold, table
from kg_build.gazetteers import company_words

PLACES = PlaceNames({"云岭市": frozenset({"东州省"}), "南溪市": frozenset({"东州省"}), "东州省": frozenset()})
CHARACTERS = "云岭青禾制药有限公司集团股份（）() ＡＢab12一二三期项目经济开发区市省Ⅲ㈱"


def likeness(one, other):
    return compare(PLACES.parts(one), PLACES.parts(other))


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("青禾制药（集团）有限公司", "青禾制药集团有限公司"),
        ("青禾制药(集团)有限公司", "青禾制药集团有限公司"),
        ("ＡＢＣ　科技１２３", "abc科技123"),
        ("華龍香料", "华龙香料"),
        ("“青禾” 制药·二厂", "青禾制药二厂"),
    ],
)
def test_what_print_adds_is_folded(printed, plain):
    assert fold(printed) == plain


@pytest.mark.parametrize(
    ("name", "core", "places", "kind"),
    [
        ("云岭青禾制药有限公司", "青禾制药", {"云岭"}, "limited"),
        ("青禾制药（云岭）股份有限公司", "青禾制药", {"云岭"}, "shares"),
        ("河南省三门峡市青禾制药集团", "青禾制药", {"河南", "三门峡"}, "group"),
        ("河南投资集团", "河南投资", set(), "group"),
        ("三门峡经开区", "三门峡", set(), "EconomicDevelopmentZone"),
        ("河南三门峡经济技术开发区", "三门峡", {"河南"}, "EconomicDevelopmentZone"),
        ("云岭市", "云岭", set(), "city"),
        ("有限公司", "有限公司", set(), ""),
    ],
)
def test_a_name_is_taken_apart(name, core, places, kind):
    parts = PLACES.parts(name)
    assert (parts.core, parts.places, parts.kind) == (core, places, kind)


def test_the_very_same_name_is_the_best():
    assert likeness("华龙香料（集团）", "華龍香料集团").score == 1
    assert likeness("三门峡经开区", "三门峡经济开发区").score == table().factors["most"] < 1


@pytest.mark.parametrize(
    ("name", "closer", "farther"),
    [
        ("云岭青禾制药", "云岭青禾制药有限公司", "南溪青禾制药有限公司"),
        ("云岭青禾制药有限公司", "云岭青禾制药股份有限公司", "云岭青禾制药集团有限公司"),
        ("青禾制药", "云岭青禾制药有限公司", "云岭青禾制药二厂有限公司"),
        ("云岭青禾制药有限公司", "云岭青和制药有限公司", "云岭清和食品有限公司"),
        ("东州青禾制药有限公司", "云岭青禾制药有限公司", "河南青禾制药有限公司"),
        ("云岭经开区", "云岭经济技术开发区", "云岭高新区"),
        ("二期项目", "二期工程", "三期项目"),
    ],
)
def test_what_is_closer(name, closer, farther):
    assert likeness(name, closer).score > likeness(name, farther).score


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青禾制药", "云岭青禾制药有限公司"),
        ("云岭青禾制药有限公司", "青禾制药（云岭）有限责任公司"),
        ("雲嶺青禾製藥有限公司", "云岭青禾制药有限公司"),
        ("云岭青禾制药有限公可", "云岭青禾制药有限公司"),
        ("云岭青禾制药", "云岭市青禾制药股份有限公司"),
    ],
)
def test_forms_of_one_name_are_near_enough_for_a_match(one, other):
    assert 100 * likeness(one, other).score >= table().least


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("南溪青禾制药有限公司", "云岭青禾制药有限公司"),
        ("云岭青禾制药有限公司", "云岭青禾制药有限公司二分公司"),
        ("云岭青禾", "云岭青禾制药有限公司"),
        ("三门峡投资集团", "河南投资集团"),
        ("一号厂房", "二号厂房"),
        ("云岭市", "云岭县"),
        ("云岭", "云岭经济开发区"),
    ],
)
def test_names_of_two_things_are_not(one, other):
    assert 100 * likeness(one, other).score < table().least


@given(st.text(CHARACTERS, max_size=20), st.text(CHARACTERS, max_size=20))
def test_likeness_is_between_none_and_all_and_the_same_from_both_sides(one, other):
    there, back = likeness(one, other).score, likeness(other, one).score
    assert 0 <= there <= 1
    assert there == pytest.approx(back)


@given(st.text(CHARACTERS, min_size=1, max_size=20))
def test_nothing_is_more_like_a_name_than_itself(name):
    assert likeness(name, name).score == 1


def test_every_ending_is_as_folding_leaves_it():
    assert [words for words in table().endings if fold(words) != words] == []


def test_every_legal_form_that_a_build_knows_is_one_here():
    known = {ending for ending, (family, _) in table().endings.items() if family == "legal"}
    assert {fold(form) for form in company_words().legal} <= known
