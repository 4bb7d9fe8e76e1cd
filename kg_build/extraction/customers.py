"""Firms that a story names only as customers of those it tells of."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from kg_build.model import Span
from kg_build.yamlfiles import load_yaml

WORDS = Path(__file__).with_name("customers.yaml")
"""What stands around a customer's name; each row with an example and a counter-example."""
REACH = 40
"""Code points beside a name that are looked at."""
_LIST_BEFORE = r"(?:[^,，。;；:：、]{2,16}[、和与]){0,4}$"
_LIST_BEHIND = r"(?:[、和与][^,，。;；、等]{2,16}){0,4}"
"""Bounded, as 和 may stand in a name, too: words of nothing else can be cut in millions of ways."""


@cache
def _rows() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    rows = load_yaml(WORDS.read_text(encoding="utf-8"))
    return tuple((re.compile(row["before"] + _LIST_BEFORE), re.compile(_LIST_BEHIND + row["behind"])) for row in rows)


def is_customer(text: str, name: Span) -> bool:
    """Whether the words around a firm's name say that it buys from others (给甲、乙等主机厂配套座椅)."""
    before, behind = text[max(0, name.start - REACH) : name.start], text[name.end : name.end + REACH]
    return any(first.search(before) and second.match(behind) for first, second in _rows())
