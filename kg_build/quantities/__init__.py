"""Numbers, amounts and periods in Chinese news text, normalised, with their places."""

from kg_build.quantities.amounts import Amount, find_amounts
from kg_build.quantities.anchors import infer_year, make_anchor
from kg_build.quantities.find import Qualifier, Quantity, find_quantities
from kg_build.quantities.fold import fold
from kg_build.quantities.numerals import parse_number
from kg_build.quantities.periods import Anchor, Period, PeriodKind, find_periods
from kg_build.quantities.units import Kind

__all__ = [
    "Amount",
    "Anchor",
    "Kind",
    "Period",
    "PeriodKind",
    "Qualifier",
    "Quantity",
    "find_amounts",
    "find_periods",
    "find_quantities",
    "fold",
    "infer_year",
    "make_anchor",
    "parse_number",
]
