from __future__ import annotations

from decimal import Decimal

from kg_build.model import Span
from kg_build.quantities import Qualifier, find_amounts


def test_sums_with_currency_and_place() -> None:
    text = "项目总投资3.5亿元，其中外资超过2000万美元，占地80亩，税收15万元/亩。"
    yuan, dollars = find_amounts(text)
    assert (yuan.value, yuan.currency, yuan.qualifier) == (Decimal(350_000_000), "CNY", None)
    assert (dollars.value, dollars.currency, dollars.qualifier) == (Decimal(20_000_000), "USD", Qualifier.MORE)
    assert yuan.span == Span(5, 10)
    assert text[dollars.span.start : dollars.span.end] == "超过2000万美元"


def test_a_range_has_both_ends() -> None:
    (amount,) = find_amounts("投资3至5亿元")
    assert (amount.value, amount.high) == (Decimal(300_000_000), Decimal(500_000_000))
