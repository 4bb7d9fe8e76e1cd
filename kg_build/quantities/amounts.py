"""Sums of money, for rules about investment."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kg_build.model import Span
from kg_build.quantities.find import Qualifier, find_quantities
from kg_build.quantities.units import Kind, currency


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money; ``value`` in whole ``currency`` units, not converted."""

    span: Span
    value: Decimal
    currency: str
    """ISO 4217; yuan is CNY."""
    qualifier: Qualifier | None = None
    high: Decimal | None = None


def find_amounts(text: str) -> tuple[Amount, ...]:
    """The sums of money in ``text``: 总投资3.5亿元 → 350000000 CNY; 5000万美元 → 50000000 USD."""
    return tuple(
        Amount(q.span, q.value, currency(q.unit), q.qualifier, q.high) for q in find_quantities(text) if q.kind is Kind.MONEY
    )
