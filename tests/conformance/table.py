"""The counts in ``docs/conformance.md``: ``python tests/conformance/table.py`` writes them anew.

They follow from the manifests and from the table of expected failures, as a run passes only where both agree with it.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from conformance.manifest import TABLE, Case, cases, kinds, reason

PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
BEGIN, END = "<!-- counts -->\n", "<!-- end of counts -->\n"
GROUPS = {
    "QueryEvaluationTest": "Query evaluation",
    "CSVResultFormatTest": "Query evaluation",
    "PositiveSyntaxTest11": "Query syntax",
    "NegativeSyntaxTest11": "Query syntax",
    "UpdateEvaluationTest": "Update evaluation",
    "PositiveUpdateSyntaxTest11": "Update syntax",
    "NegativeUpdateSyntaxTest11": "Update syntax",
    "ProtocolTest": "Protocol",
    "GraphStoreProtocolTest": "Graph Store HTTP Protocol",
    "ServiceDescriptionTest": "Service description",
}


def group(case: Case) -> str:
    """The row that a case is counted in: results in CSV, TSV and JSON have rows of their own."""
    return {"csv-tsv-res": "CSV and TSV results", "json-res": "JSON results"}.get(case.suite, GROUPS[case.kind])


def counts() -> str:
    """The tables of the page."""
    names = kinds()
    rows: dict[str, Counter[str]] = {}
    for case in cases():
        row = rows.setdefault(group(case), Counter())
        row["tests"] += 1
        row["passed" if reason(case) is None else names[reason(case) or ""]] += 1
    order = [*dict.fromkeys(GROUPS.values()), "CSV and TSV results", "JSON results"]
    columns = ["tests", "passed", *dict.fromkeys(names.values())]
    lines = ["| | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    total: Counter[str] = Counter()
    for name in sorted(rows, key=order.index):
        total += rows[name]
        lines.append(f"| {name} | " + " | ".join(str(rows[name][column]) for column in columns) + " |")
    lines.append("| together | " + " | ".join(str(total[column]) for column in columns) + " |")
    lines += ["", "| failing | why |", "| --- | --- |"]
    for entry in yaml.safe_load(TABLE.read_text(encoding="utf-8"))["failures"]:
        listed = ", ".join(f"`{name}`" for name in entry["cases"])
        why = " ".join(entry["reason"].split()).replace("|", "\\|").replace("<", "&lt;")
        lines.append(f"| {listed} | {why} |")
    return "\n".join(lines) + "\n"


def written(text: str) -> str:
    """The page with the counts of now."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{counts()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
