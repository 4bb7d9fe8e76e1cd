from __future__ import annotations

from datetime import date

import pytest

from kg_build.quantities import Anchor, infer_year, make_anchor


@pytest.mark.parametrize(
    ("text", "title", "year"),
    [
        ("今年以来，我们喜迎新中国成立70周年。", "", 2019),
        ("新中国成立70周年纪念册出版。", "", None),  # no 今年: the book may be older
        ("2022年5月6日，协议签订。去年开工。", "", 2022),
        ("今年前三季度完成投资8亿元。", "2021年发展纪实", 2021),
        ("2020年，实施项目9个。截至7月底完成投资3亿元。今年以来势头良好。", "", 2020),
        ("2020年固定资产投资完成3亿元。今年再接再厉。", "", None),  # the year before, most likely
        ("到2030年，建成千亿产业。今年打基础。", "", None),
        ("今年以来成效明显。", "", None),
    ],
)
def test_the_year_that_a_text_gives_away(text: str, title: str, year: int | None) -> None:
    assert infer_year(text, title) == year


def test_print_is_what_now_means() -> None:
    assert make_anchor("截至8月底", date(2023, 10, 2)).now == date(2023, 10, 2)


def test_else_the_latest_month_told_as_past() -> None:
    anchor = make_anchor("截至6月底，完成3亿元。今年计划10月底竣工，力争11月投产。", None, "2021年纪实")
    assert anchor.latest == date(2021, 6, 30)
    assert anchor.now == date(2021, 6, 30)


def test_else_the_year_s_end() -> None:
    assert make_anchor("今年平稳。", None, page_year=2020).now == date(2020, 12, 31)
    assert Anchor().now is None
