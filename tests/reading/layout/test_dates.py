from __future__ import annotations

from datetime import date

import pytest

from kg_build.reading.layout.dates import date_line, date_of_file, parse_date


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("20241101.txt", date(2024, 11, 1)),
        ("x/page_2024-11-01_a.txt", date(2024, 11, 1)),
        ("2024_11_01.html", date(2024, 11, 1)),
        ("清岚晚报2024年3月5日.txt", date(2024, 3, 5)),
        ("2024/11/01/a.txt", date(2024, 11, 1)),
        ("000_3f20241101b8.txt", None),
        ("20241341.txt", None),
        ("1234.txt", None),
    ],
)
def test_date_of_file(name: str, wanted: date | None) -> None:
    assert date_of_file(name) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-11-01", date(2024, 11, 1)),
        ("2024/1/2 09:30", date(2024, 1, 2)),
        ("2024年11月1日", date(2024, 11, 1)),
        ("20241101", date(2024, 11, 1)),
        ("二〇二四年三月二十五日", date(2024, 3, 25)),
        ("2024-11-01T09:30:00+08:00", date(2024, 11, 1)),
        ("2024-02-30", None),
        ("昨天", None),
        ("2024", None),
    ],
)
def test_parse_date(text: str, wanted: date | None) -> None:
    assert parse_date(text) == wanted


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("2023年6月18日 星期日", True),
        ("2024-10-31 09:30", True),
        ("2024年3月5日 星期二 农历甲辰年正月廿五 第3版", True),
        ("湖区要闻 2024年3月5日 责编 赵小雨", True),
        ("园区之窗 2024年3月5日 星期二 B3", True),
        ("园区之窗 2024年3月5日", False),
        ("2024年3月5日启动仪式", False),
        ("2024年3月5日，大桥通车。", False),
        ("今年8月底", False),
    ],
)
def test_date_line(line: str, is_one: bool) -> None:
    assert (date_line(line, "".join(line.split())) is not None) == is_one
