import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_build.errors import PipelineError
from kg_build.language.segmentation import Lexicon, adjust, widen

SMALL = Lexicon.of(
    [("经开区", "force"), ("园区", "join"), ("率", "suffix"), ("会", "bound")],
    {"委员会": 50, "委员": 90, "机遇": 80, "项目": 500, "项目部": 5, "争": 9},
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("投资 1 2 . 5 亿元", "投资 12.5亿 元"),
        ("投资 12.5 亿 元 ,", "投资 12.5亿 元 ,"),
        ("3 , 20 0 万 元", "3,200万 元"),
        ("202 4年3 月5 日", "2024年 3月 5日"),
        ("3 年 内", "3 年 内"),
        ("2024年 度", "2024 年 度"),
        ("增长 7.2 %", "增长 7.2%"),
        ("建设 5 G基站", "建设 5G 基站"),
        ("PM2.5 浓度", "PM2.5 浓度"),
        ("2025 - 03 - 05", "2025-03-05"),
        ("他说 ： “ 好！”", "他说 ： “ 好 ！ ”"),
        ("等 等…… 。", "等 等 …… 。"),
        ("经 开区管 委", "经开区 管 委"),
        ("园 区 好", "园区 好"),
        ("一园 区别", "一园 区别"),
        ("覆盖 率 高", "覆盖率 高"),
        ("委员 会 好", "委员会 好"),
        ("公司 会 好", "公司 会 好"),
        ("抢抓 机 遇争 项目", "抢抓 机遇 争 项目"),
        ("赛川 好", "赛川 好"),
    ],
)
def test_words_are_put_right(words: str, expected: str) -> None:
    assert adjust(words.split(" "), SMALL) == expected.split(" ")


@given(st.lists(st.text(alphabet="中经开区园管委员会率机遇1２5.,%万亿年月日aG。“…—-", min_size=1, max_size=5), max_size=12))
def test_no_character_is_lost_and_a_second_run_changes_no_number(words: list[str]) -> None:
    once = adjust(words, SMALL)
    assert "".join(once) == "".join(words)
    assert all(once)
    assert [w for w in adjust(once, SMALL) if w[0].isdigit()] == [w for w in once if w[0].isdigit()]


@given(st.text())
def test_widening_keeps_every_position(text: str) -> None:
    assert len(widen(text)) == len(text)


@pytest.mark.parametrize("row", [("区", "join2"), ("", "join"), ("率率", "suffix"), ("区", "force"), (" 区管", "join")])
def test_a_bad_entry_is_refused(row: tuple[str, str]) -> None:
    with pytest.raises(PipelineError, match=r"^lexicon\.csv: not a valid entry"):
        Lexicon.of([row])


def test_the_lexicon_that_ships_is_valid() -> None:
    lexicon = Lexicon.load()
    assert "管委会" in lexicon.force
    assert lexicon.knows("项目")
    assert not lexicon.knows("赛川")
