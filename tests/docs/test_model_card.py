"""The figures of the model card are those of the tables that they are taken from."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
SHARE = r"(0\.\d{3})"


def test_names_by_type_are_those_of_the_encoder_in_the_table() -> None:
    table = (DOCS / "language.md").read_text(encoding="utf-8")
    row = re.compile(rf"^\| ([A-Z]\w+) \| \d+ \| {SHARE} \| {SHARE} \| {SHARE} \| (?:0\.\d{{3}} \| ?){{6}}$", re.MULTILINE)
    said = {name: shares for name, *shares in row.findall(table)}
    card = (DOCS / "model-card.md").read_text(encoding="utf-8")
    found = {name: shares for name, *shares in re.findall(rf"\| ([A-Z]\w+) \| {SHARE} \| {SHARE} \| {SHARE} (?=\|)", card)}
    assert len(said) == 10
    assert found == said
