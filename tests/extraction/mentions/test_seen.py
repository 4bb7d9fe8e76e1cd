from collections.abc import Iterable

import pytest

from kg_build.extraction.mentions import Seen, find_mentions, name_spans
from kg_build.extraction.mentions.found import Found
from kg_build.extraction.mentions.merge import merge
from kg_build.extraction.mentions.page import Page
from kg_build.extraction.mentions.seen import RULE
from kg_build.extraction.mentions.tables import table
from kg_build.model import EntityType, MentionForm, PartKind
from tests.extraction.mentions.conftest import make_article

TEXT = "赛川新材料落户云岭高新区，该区表示欢迎。"
NAMES = ((0, 5, "Enterprise"), (7, 12, "Zone"), (13, 15, "Zone"), (13, 15, "Generic"))
SCORES = {(0, 5, "Enterprise"): 3.0, (7, 12, "Zone"): 2.5, (13, 15, "Zone"): 2.0, (13, 15, "Generic"): 9.0}
SEEN = Seen(NAMES, SCORES)


def candidate(start: int, end: int, kind: EntityType, rule: str = "rule", confidence: float = 0.6) -> Found:
    return Found(start, end, kind, rule, confidence)


def kept(seen: Seen, *candidates: Found) -> list[Found]:
    return list(seen.settle(candidates))


def page(text: str = TEXT, *, byline: Iterable[int] = ()) -> Page:
    return Page(make_article(text, kinds=dict.fromkeys(byline, PartKind.BYLINE)))


def test_names_become_candidates_as_sure_as_their_odds() -> None:
    assert list(SEEN.found(page())) == [
        Found(0, 5, EntityType.ENTERPRISE, RULE, 0.953),
        Found(7, 12, EntityType.ZONE, RULE, 0.924),
        Found(13, 15, EntityType.ZONE, RULE, 0.881, MentionForm.GENERIC),
    ]


def test_figures_are_no_candidates() -> None:
    assert not list(Seen(((0, 2, "Amount"), (2, 4, "Date"), (4, 5, "Percent"))).found(page()))


def test_no_candidate_stands_in_a_byline_over_a_line_break_or_in_white_space() -> None:
    text = "记者王凡\n云岭\n高新区　　签约"
    names = ((2, 4, "Person"), (5, 11, "Zone"), (8, 11, "Zone"), (11, 13, "Park"))
    scores = dict.fromkeys(names, 9.0)
    assert [(f.start, f.end) for f in Seen(names, scores).found(page(text, byline=[0]))] == [(8, 11)]


def test_the_first_character_of_a_verb_is_no_end_of_a_persons_name() -> None:
    text = "县长王进出席开业礼。"
    found = list(Seen(((2, 5, "Official"),), {(2, 5, "Official"): 5.0}).found(page(text)))
    assert [text[f.start : f.end] for f in found] == ["王进"]


@pytest.mark.parametrize(
    ("text", "name", "kind", "stays"),
    [
        ("全区上下在县委的坚强领导下再出发。", "县委", EntityType.INSTITUTION, False),
        ("当天县委召开会议。", "县委", EntityType.INSTITUTION, True),
        ("贯彻市委、市政府决策部署。", "市委", EntityType.INSTITUTION, False),
        ("经县委研究决定，王凡任主任。", "县委", EntityType.INSTITUTION, True),
        ("会上宣布县委关于人事的决定。", "县委", EntityType.INSTITUTION, True),
        ("落实好县委关于安全生产的要求。", "县委", EntityType.INSTITUTION, False),
        ("该公司项目已开工。", "该公司项目", EntityType.PROJECT, False),
        ("本次校企签约。", "校企", EntityType.INSTITUTION, False),
        ("饮片生产区已封顶。", "饮片生产区", EntityType.ZONE, False),
        ("云岭出口加工区已封关。", "云岭出口加工区", EntityType.ZONE, True),
        ("谋划检测项目。", "检测", EntityType.INDUSTRY, False),
        ("谋划制药项目。", "制药", EntityType.INDUSTRY, True),
    ],
)
def test_what_is_no_name_stays_none(text: str, name: str, kind: EntityType, stays: bool) -> None:
    start = text.index(name)
    span = (start, start + len(name), kind.value)
    assert bool(list(Seen((span,), {span: 4.0}).found(page(text)))) is stays


def test_a_general_word_is_no_reason_to_lose_a_longer_name() -> None:
    text = "远禾集团投产。"
    seen = Seen(((2, 4, "Enterprise"), (2, 4, "Generic")), {(2, 4, "Enterprise"): 6.0, (0, 4, "Enterprise"): -1.0})
    found = [m for m in name_spans(make_article(text), seen) if m.type is EntityType.ENTERPRISE]
    assert [text[m.span.start : m.span.end] for m in found] == ["远禾集团"]


@pytest.mark.parametrize(("score", "name"), [(0.1, "赛川公司厂房扩建工程"), (-0.1, "厂房扩建工程")])
def test_the_longer_of_two_projects_with_one_end_is_taken_where_the_encoder_allows_it(score: float, name: str) -> None:
    rule, own = candidate(0, 10, EntityType.PROJECT), candidate(4, 10, EntityType.PROJECT, RULE)
    text = "赛川公司厂房扩建工程"
    seen = Seen((), {(0, 10, "Project"): score, (4, 10, "Project"): 5.0})
    first = {(f.start, f.end, f.type.value) for f in seen.going_first([own], [rule])}
    assert [text[f.start : f.end] for f in merge([rule, own], first)] == [name]


def test_a_quotation_mark_that_closes_in_a_name_opens_in_it() -> None:
    text = "公司获评“云岭名匠”企业。"
    found = list(Seen(((5, 12, "Honour"),), {(5, 12, "Honour"): 5.0}).found(page(text)))
    assert [text[f.start : f.end] for f in found] == ["“云岭名匠”企业"]


def test_a_part_of_a_project_is_no_end_of_its_name() -> None:
    text = "赛川制药项目厂房封顶。"
    found = list(Seen(((0, 8, "Project"),), {(0, 8, "Project"): 5.0}).found(page(text)))
    assert [text[f.start : f.end] for f in found] == ["赛川制药项目"]


def test_a_field_of_which_the_encoder_is_sure_may_be_a_wide_word() -> None:
    span = (2, 4, "Industry")
    assert list(Seen((span,), {span: 8.0}).found(page("发展检测产业。")))


def test_the_last_character_of_a_verb_is_no_beginning_of_a_name() -> None:
    text = "到厂里了解普川二期。"
    found = list(Seen(((4, 7, "Enterprise"),), {(4, 7, "Enterprise"): 5.0}).found(page(text)))
    assert [text[f.start : f.end] for f in found] == ["普川"]


def test_an_adverb_is_no_end_of_a_firms_name() -> None:
    text = "首辆车在远禾汽车成功下线。"
    found = list(Seen(((4, 10, "Enterprise"),), {(4, 10, "Enterprise"): 5.0}).found(page(text)))
    assert [text[f.start : f.end] for f in found] == ["远禾汽车"]


def test_nothing_is_cut_from_a_name_that_would_be_none_then() -> None:
    names = ((0, 2, "Enterprise"), (3, 5, "Person"))
    found = Seen(names, dict.fromkeys(names, 5.0)).found(page("成功，王出席。"))
    assert [(f.start, f.end) for f in found] == [(0, 2), (3, 5)]


@pytest.mark.parametrize(("name", "kind"), [("驿城区", EntityType.PLACE), ("浦东新区", EntityType.ZONE)])
def test_a_district_is_a_place_but_for_those_that_are_zones_too(name: str, kind: EntityType) -> None:
    span = (0, len(name), "Zone")
    assert [f.type for f in Seen((span,), {span: 5.0}).found(page(f"{name}发展。"))] == [kind]


def test_our_countys_zone_points_to_the_storys_own() -> None:
    found = list(Seen(((0, 5, "Zone"),), {(0, 5, "Zone"): 5.0}).found(page("我县经开区提速。")))
    assert [(f.start, f.end, f.form) for f in found] == [(0, 5, MentionForm.GENERIC)]


@pytest.mark.parametrize(("text", "count"), [("此次开工的项目总投资9亿元。", 0), ("该县项目总投资9亿元。", 1)])
def test_a_word_for_several_projects_stands_for_none(text: str, count: int) -> None:
    start = text.index("项目")
    names = ((start, start + 2, "Project"), (start, start + 2, "Generic"))
    assert len(list(Seen(names, dict.fromkeys(names, 5.0)).found(page(text)))) == count


def test_the_rules_word_on_a_name_stays_and_so_does_the_encoders() -> None:
    rule = candidate(0, 5, EntityType.ENTERPRISE)
    own = candidate(0, 5, EntityType.ENTERPRISE, RULE)
    assert kept(SEEN, rule, own) == [rule, own]


def least(kind: EntityType) -> float:
    return float(table("seen")["least"][kind.value])


@pytest.mark.parametrize("margin", [-0.1, 0.0, 0.1])
def test_a_rules_candidate_stays_from_the_least_score_of_its_type_on(margin: float) -> None:
    rule = candidate(0, 8, EntityType.ENTERPRISE)
    scores = {(0, 8, "Enterprise"): least(EntityType.ENTERPRISE) + margin}
    assert kept(Seen((), scores), rule) == ([rule] if margin >= 0 else [])


def test_a_span_that_the_encoder_has_forgotten_is_as_good_as_impossible() -> None:
    assert least(EntityType.ENTERPRISE) > -9 > least(EntityType.PARK)
    forgotten = [candidate(0, 8, EntityType.ENTERPRISE), candidate(0, 8, EntityType.PARK)]
    assert kept(Seen(), *forgotten) == forgotten[1:]


@pytest.mark.parametrize("margin", [-0.1, 0.0])
def test_a_name_of_the_encoders_own_must_score_enough(margin: float) -> None:
    scores = {(0, 5, "Enterprise"): table("seen")["enough"]["Enterprise"] + margin}
    found = list(Seen(NAMES[:1], scores).found(page()))
    assert [(f.start, f.end) for f in found] == ([(0, 5)] if margin >= 0 else [])


def names_of(seen: Seen, text: str) -> list[str]:
    return [text[f.start : f.end] for f in seen.found(page(text))]


def test_a_name_that_scores_less_is_taken_beside_one_of_its_type_in_a_list() -> None:
    text = "生产果酱、柚皮糖和香薰，也卖玻璃。"
    names = ((2, 4, "Industry"), (5, 8, "Industry"), (9, 11, "Industry"), (14, 16, "Industry"))
    enough, listed = (float(table("seen")[key]["Industry"]) for key in ("enough", "listed"))
    scores = dict.fromkeys(names, listed) | {names[0]: enough}
    assert names_of(Seen(names, scores), text) == ["果酱", "柚皮糖", "香薰"]
    assert names_of(Seen(names, scores | {names[1]: listed - 0.1}), text) == ["果酱"]
    assert names_of(Seen(names, dict.fromkeys(names, listed)), text) == []
    others = ((2, 4, "Enterprise"), *names[1:])
    assert names_of(Seen(others, scores | {others[0]: 9.0}), text) == ["果酱"]


def test_the_same_words_are_taken_again_though_they_score_less() -> None:
    text = "生产果酱。果酱畅销。"
    names = ((2, 4, "Industry"), (5, 7, "Industry"))
    assert names_of(Seen(names, {names[0]: 9.0, names[1]: 0.1}), text) == ["果酱", "果酱"]


def test_a_name_that_was_taken_for_what_stands_with_it_gives_way_to_the_rules_of_its_type() -> None:
    rule, own = candidate(0, 8, EntityType.INDUSTRY), candidate(2, 6, EntityType.INDUSTRY, RULE)
    weak, enough = (float(table("seen")[key]["Industry"]) for key in ("listed", "enough"))
    assert kept(Seen((), {(0, 8, "Industry"): 0.0, (2, 6, "Industry"): weak}), rule, own) == [rule]
    assert kept(Seen((), {(0, 8, "Industry"): 0.0, (2, 6, "Industry"): enough}), rule, own) == [rule, own]


def test_a_rules_candidate_goes_where_the_encoder_takes_the_words_for_something_else() -> None:
    park, project = candidate(0, 8, EntityType.PARK), candidate(0, 8, EntityType.PROJECT)
    otherwise = float(table("seen")["otherwise"])
    assert kept(Seen((), {(0, 8, "Park"): -0.1, (0, 8, "Honour"): otherwise}), park) == []
    assert kept(Seen((), {(0, 8, "Park"): -0.1, (0, 8, "Honour"): otherwise - 0.1}), park) == [park]
    assert kept(Seen((), {(0, 8, "Park"): 0.0, (0, 8, "Honour"): otherwise}), park) == [park]
    assert kept(Seen((), {(0, 8, "Project"): -0.1, (0, 8, "Park"): otherwise}), project) == [project]


def test_a_rule_may_have_a_least_score_of_its_own() -> None:
    least_of: dict[str, float] = table("seen")["least_of"]
    for rule, score in least_of.items():
        found = candidate(0, 8, EntityType.PLACE, rule)
        assert kept(Seen((), {(0, 8, "Place"): score}), found) == [found]
        assert kept(Seen((), {(0, 8, "Place"): score - 0.1}), found) == []


def test_a_word_that_is_no_name_by_itself_is_general_whatever_the_encoder_says() -> None:
    (found,) = Seen(((0, 3, "Park"),), {(0, 3, "Park"): 9.0}).found(page("产业园开园。"))
    assert found.form is MentionForm.GENERIC


@pytest.mark.parametrize(("start", "end", "kind"), [(3, 7, EntityType.HONOUR), (0, 5, EntityType.PARK)])
def test_of_two_that_conflict_the_rules_stays_unless_the_encoder_is_sure(start: int, end: int, kind: EntityType) -> None:
    rule, own = candidate(start, end, kind), candidate(0, 5, EntityType.ENTERPRISE, RULE)
    sure = table("seen")["sure"]
    scores = {(start, end, kind.value): 0.0}
    assert kept(Seen((), scores | {(0, 5, "Enterprise"): sure - 0.1}), rule, own) == [rule]
    assert kept(Seen((), scores | {(0, 5, "Enterprise"): sure}), rule, own) == [own]


@pytest.mark.parametrize(("start", "end"), [(0, 5), (1, 4), (0, 12), (5, 7)])
def test_one_inside_the_other_or_beside_it_is_no_conflict(start: int, end: int) -> None:
    rule, own = candidate(start, end, EntityType.PROJECT), candidate(0, 5, EntityType.ENTERPRISE, RULE)
    assert kept(Seen((), {(0, 5, "Enterprise"): 9.0, (start, end, "Project"): 0.0}), rule, own) == [rule, own]


def test_bylines_are_not_judged() -> None:
    byline = candidate(3, 7, EntityType.PERSON, "byline")
    assert kept(SEEN, byline, candidate(3, 7, EntityType.PERSON)) == [byline]


@pytest.mark.parametrize("name", ["least", "enough", "listed"])
def test_every_type_has_its_scores(name: str) -> None:
    assert set(table("seen")[name]) == {kind.value for kind in EntityType}


def described(seen: Seen | None, text: str = TEXT) -> list[tuple[str, str, str]]:
    return [(m.name, m.type.value, m.form.value) for m in name_spans(make_article(text), seen)]


def test_names_of_the_encoder_are_mentions_beside_the_rules() -> None:
    assert described(SEEN) == [
        ("赛川新材料", "Enterprise", "name"),
        ("云岭高新区", "Zone", "name"),
        ("该区", "Zone", "generic"),
    ]
    text = "三门峡霁光制药有限公司投产。"
    firm = ("三门峡霁光制药有限公司", "Enterprise", "name")
    assert firm not in described(Seen(), text)
    assert firm in described(None, text)


def test_a_firm_that_was_seen_once_is_found_again() -> None:
    text = "赛川新材料投产。会后，赛川新材料签约。"
    scores = {(0, 5, "Enterprise"): 3.0, (11, 16, "Enterprise"): -2.0}
    assert described(Seen(((0, 5, "Enterprise"),), scores), text) == [("赛川新材料", "Enterprise", "name")] * 2


def test_names_are_still_there_after_the_pipeline() -> None:
    import spacy

    article = make_article("三门峡霁光制药有限公司技改项目封顶。")
    names = name_spans(article, Seen(((3, 11, "Enterprise"),), {(3, 11, "Enterprise"): 2.0}))
    assert (3, 11) in {(m.span.start, m.span.end) for m in names}
    doc = spacy.blank("xx").make_doc(article.text)
    assert find_mentions(article, doc, names) == names


def test_fields_of_a_national_paper_are_nobodys_and_those_of_the_zones_own_report_are_its() -> None:
    for paper, kept_names in (("党的二十大报告指出", []), ("党的十九届五中全会提出", []), ("管委会工作报告指出", ["类脑智能"])):
        text = f"{paper}，要发展类脑智能。"
        start = text.index("类脑智能")
        name = (start, start + 4, "Industry")
        found = name_spans(make_article(text), Seen((name,), {name: 9.0}))
        assert [m.name for m in found if m.rule == RULE] == kept_names, paper
