"""The generated reference names everything and is the same each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from ontology import terms
from ontology.reference import render_markdown

PAGE = render_markdown()


def row(name: str) -> list[str]:
    [line] = [line for line in PAGE.splitlines() if f'<a id="{name}"></a>' in line]
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_every_name_has_one_row() -> None:
    anchors = re.findall(r'<a id="(\w+)">', PAGE)
    assert sorted(anchors) == sorted(terms.ZONE)


def test_row_of_a_class() -> None:
    cells = row("Zone")
    assert cells[1:3] == ["开发区", "development zone"]
    assert "zone:Park" in cells[3]
    assert cells[4] == "`org:Organization`, `schema:Place`"
    assert "青岚经济开发区" in cells[5]


def test_row_of_an_object_property_lists_unions() -> None:
    cells = row("locatedIn")
    assert cells[4] == "`zone:Enterprise`, `zone:Institution`, `zone:Park`, `zone:Project`, `zone:Zone`"
    assert cells[5] == "`zone:Park`, `zone:Place`, `zone:Zone`"


def test_kinds_and_superproperties_are_shown() -> None:
    assert row("cooperatesWith")[6] == "symmetric"
    assert row("leadIndustry")[6] == "subproperty of `zone:developsIndustry`"
    assert row("within")[6].startswith("transitive, subproperty of `geo:sfWithin`")


def test_row_of_a_datatype_property() -> None:
    cells = row("totalInvestment")
    assert cells[4:6] == ["`zone:Project`", "`xsd:decimal`"]
    assert row("periodEnd")[5] == "date or text"


def test_tables_are_even() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, flags=re.MULTILINE):
        widths = {len(re.split(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1


def test_page_is_the_same_whatever_the_hash_seed() -> None:
    code = "import sys; from ontology.reference import render_markdown as r; sys.stdout.buffer.write(r().encode())"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        assert done.stdout.decode() == PAGE
