"""Words that point back."""

from __future__ import annotations

from collections.abc import Callable

Says = Callable[..., tuple[str, ...]]


def test_gongsi_means_the_subject_not_the_firm_named_last(says: Says) -> None:
    text = "[海川集团|Enterprise]与[青禾科技|Enterprise]谈妥供货。公司主营[医药中间体|Industry]。"
    assert says(text, "industry-made") == ("海川集团 | inIndustry | 医药中间体",)


def test_it_means_a_firm_only_if_a_firm_was_the_subject(says: Says) -> None:
    firm = "[海川集团|Enterprise]入区三年。它主营[医药中间体|Industry]。"
    zone = "[海川集团|Enterprise]入区三年。[云台经开区|Zone]很大,它主营[医药中间体|Industry]。"
    assert says(firm, "industry-made") == ("海川集团 | inIndustry | 医药中间体",)
    assert says(zone, "industry-made") == ()


def test_firms_in_general_are_nobody(says: Says) -> None:
    assert says("[海川集团|Enterprise]入区三年。企业2010年获评[绿色工厂|Honour]。", "honour-awarded") == (
        "海川集团 | honouredAs | 绿色工厂",
    )
    assert says("[海川集团|Enterprise]入区三年。企业纷纷获评[绿色工厂|Honour]。", "honour-awarded") == ()


def test_a_firm_two_paragraphs_back_is_out_of_reach(says: Says) -> None:
    text = "[海川集团|Enterprise]入区三年。\n天晴。\n雨停。\n公司主营[医药中间体|Industry]。"
    assert says(text, "industry-made") == ()
