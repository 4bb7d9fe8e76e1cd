"""Accounts as lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from kg_build.explaining import Account, Said, lines
from kg_build.explaining.plain import near_line, said_line
from kg_build.extraction import NearMiss
from kg_build.model import Span

Make = Callable[..., Account]


def test_lines_of_a_sentence(make: Make) -> None:
    found = list(lines(make(containing="青禾"), tokens=True))
    assert found[0] == "\n青禾生物有望获评绿色工厂<b>&。"
    assert found[1].startswith("  青禾生物/NN/nsubj→获评 有望/NN/advmod→获评")
    assert "  [青禾生物] Enterprise name 1.00 (example)" in found
    assert "  ⇒ 青禾生物 locatedIn (the story's zone) 0.70 assumed (located-told)" in found
    assert "  ~ (honour-awarded) 青禾生物 honouredAs 绿色工厂: 有望 stands there (unless: future)" in found


def test_without_tokens_and_near(make: Make) -> None:
    found = list(lines(make(near=False)))
    assert not [line for line in found if line.startswith("  ~") or "/NN/" in line]
    assert "  ⇒ 海川集团 honouredAs 绿色工厂 0.92 stated (honour-awarded)" in found


def test_a_figure_shows_no_strength_and_a_near_one_what_it_is_told_of() -> None:
    assert said_line(Said("甲: 产值 = 3 元", "", "figure.level", 0.8, "…")) == "甲: 产值 = 3 元 (figure.level)"
    assert near_line(NearMiss("figure.level", Span(0, 2), "no word", about="3条")) == "(figure.level) 3条: no word"


def test_figures_keep_period_growth_and_target(make: Make) -> None:
    from dataclasses import replace

    from kg_build.explaining import give_account
    from kg_build.model import Observation

    account = make()
    figure = Observation(
        0,
        "产值",
        Decimal(3),
        "元",
        Span(6, 11),
        "figure.level",
        0.8,
        Decimal("-1.5"),
        period_end=date(2024, 8, 31),
        is_target=True,
    )
    told = give_account(replace(account.extraction, observations=(figure,)), account.doc)
    assert "云台经开区: 产值 = 3 元 -1.5% [..2024-08-31] target" in {s.what for sentence in told.sentences for s in sentence.said}
