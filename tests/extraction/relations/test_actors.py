"""What words are about."""

from __future__ import annotations

from collections.abc import Callable

Says = Callable[..., tuple[str, ...]]


def test_words_are_about_the_name_before_them_in_an_earlier_clause(says: Says) -> None:
    assert says("[甲项目|Project]占地百亩,历时两年建成。", "status-completed-about") == ("甲项目 | status | completed",)


def test_a_semicolon_opens_another_item(says: Says) -> None:
    assert says("[甲项目|Project]占地百亩;历时两年建成。", "status-completed-about") == ()


def test_another_subject_takes_the_words(says: Says) -> None:
    assert says("[甲项目|Project]占地百亩,[海川集团|Enterprise]历时两年建成。", "status-completed-about") == ()


def test_the_sentence_before_counts_if_it_names_one_alone(says: Says) -> None:
    assert says("[甲项目|Project]占地百亩。上月投产。", "status-completed-about") == ("甲项目 | status | completed",)
    assert says("[甲项目|Project]大,[乙项目|Project]小。上月投产。", "status-completed-about") == ()
    assert says("[甲项目|Project]占地百亩。\n上月投产。", "status-completed-about") == ()


def test_sums_of_a_list_go_one_to_each(says: Says) -> None:
    text = "[甲项目|Project]、[乙项目|Project]开工,投资分别为3亿元、5亿元。"
    assert says(text, "investment-each") == ("乙项目 | totalInvestment | 500000000", "甲项目 | totalInvestment | 300000000")
    assert says(text.replace("、5亿元", "、5亿元、6亿元"), "investment-each") == ()
