"""Linked, for review or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kg_build.linking.deciding import decide
from kg_build.linking.gazetteers.base import Source
from kg_build.linking.gazetteers.divisions import Divisions
from kg_build.linking.judgements import Judgement, Judgements, Row
from kg_build.linking.model import Candidate, Decision, Status, Thing
from kg_build.linking.rules import rules
from kg_build.linking.scoring import score

GAZETTEER = Divisions("https://w3id.org/zonekg/id/")
THING = Thing("urn:x", "Place", ("鼓楼区",))
FIRMS = Source("firms", "Firms", "urn:firms")


def ask(thing: Thing, judgements: Judgements | None = None) -> Decision:
    return decide(thing, GAZETTEER.candidates([thing])[0], GAZETTEER.source, rules(), judgements)


def judged(*pairs: tuple[str, Judgement]) -> Judgements:
    return Judgements([Row("urn:x", GAZETTEER.iri(code), judgement, "me", date(2024, 1, 1)) for code, judgement in pairs])


def test_several_that_are_equally_good_are_for_review() -> None:
    found = ask(THING)
    assert found.status is Status.REVIEW
    assert {s.candidate.code for s in found.ranked} >= {"320106", "320302", "350102", "410204"}
    assert found.confidence < 0.5


def test_what_it_lies_in_decides_and_raises_the_confidence() -> None:
    found = ask(replace(THING, inside=("徐州市",)))
    assert found.status is Status.LINKED
    assert found.ranked[0].candidate.code == "320302"
    assert found.confidence > 0.95


def test_the_nearest_container_goes_before_a_wider_one() -> None:
    found = ask(replace(THING, inside=("徐州市", "江苏省")))
    assert found.ranked[0].candidate.code == "320302"


def test_two_cities_at_hand_are_no_reason_for_either() -> None:
    assert ask(replace(THING, beside=("南京", "徐州"))).status is Status.REVIEW


def test_a_name_that_no_record_has_is_none() -> None:
    assert ask(replace(THING, names=("青岚市",))).status is Status.NONE


def test_people_go_over_points() -> None:
    inside = replace(THING, inside=("徐州市",))
    yes = ask(inside, judged(("320106", Judgement.POSITIVE)))
    assert (yes.status, yes.ranked[0].candidate.code, yes.confidence, yes.judged) == (Status.LINKED, "320106", 1.0, True)
    no = ask(inside, judged(("320302", Judgement.NEGATIVE)))
    assert "320302" not in {s.candidate.code for s in no.ranked}
    assert no.status is not Status.LINKED
    unsure = ask(inside, judged(("320302", Judgement.UNSURE)))
    assert unsure.status is Status.REVIEW


def test_a_short_name_means_what_is_there_in_its_time() -> None:
    thing = Thing("urn:x", "Place", ("淮阳",), beside=("周口", "川汇区"), years=(2024,))
    assert ask(thing).ranked[0].candidate.code == "411603"
    assert ask(replace(thing, names=("淮阳县",))).ranked[0].candidate.code == "411626"


def test_the_same_is_certain_only_with_a_number_of_its_own() -> None:
    thing = Thing("urn:x", "Enterprise", ("三门峡华辰制药有限公司",))
    with_number = Candidate("urn:a", ("三门峡华辰制药有限公司",), type="Enterprise", identity="91411200MA00000000")
    assert decide(thing, [with_number], FIRMS, rules()).certain
    assert not decide(thing, [replace(with_number, identity="")], FIRMS, rules()).certain


def test_another_class_is_not_it() -> None:
    thing = Thing("urn:x", "Enterprise", ("华辰制药",))
    assert decide(thing, [Candidate("urn:a", ("华辰制药",), type="Industry")], FIRMS, rules()).status is not Status.LINKED


@pytest.mark.parametrize(("place", "better"), [("三门峡市", True), ("洛阳市", False)])
def test_words_for_a_place_count_where_no_code_is_known(place: str, better: bool) -> None:
    thing = Thing("urn:x", "Enterprise", ("华辰制药有限公司",), inside=("三门峡经济开发区", "三门峡市"))
    plain, placed = Candidate("urn:a", ("华辰制药有限公司",)), Candidate("urn:a", ("华辰制药有限公司",), place=place)
    one, other = score(thing, placed, rules()), score(thing, plain, rules())
    assert one is not None
    assert other is not None
    assert (one.points > other.points) is better
