"""A report as lines for a terminal, as JSON (`report.schema.json` tells its shape) and as a page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

from kg_build.evaluation.judgements import FIGURES, SUMS, Cause, Score, Verdict
from kg_build.evaluation.report import OTHER, Error, Evidence, Report
from kg_build.evaluation.rules import WIDTH, Tally

VERSION = 1
"""Of the JSON's shape; a name may be added without a new one."""
SHORT = 18
"""Characters beside what is marked in a terminal's line."""
CAUSES = {
    Cause.AGAIN.value: "a second node for what another node stands for",
    Cause.OTHER_CLASS.value: "the name is there with another class",
    Cause.END.value: "an end was not found, or is not annotated: the entity is the error",
    Cause.TITLE.value: "person and place agree, the title doesn't",
    Cause.OTHER_PROPERTY.value: "the same two things, another property",
    Cause.OTHER_END.value: "the same subject and property, another object",
    Cause.OWNER.value: "the same figure, of another",
    Cause.INDICATOR.value: "the same figure of the same thing, another indicator",
    OTHER: "nothing beside it tells",
}


def as_table(report: Report, *, errors: bool = False) -> str:
    """Lines: the errors if wanted, the rules with something wrong, and last the rows."""
    lines: list[str] = []
    if errors:
        lines += [f"{article}: the store has no article of this file" for article in report.evaluation.lacking]
        for error in report.errors:
            lines += [str(error.judgement), *dict.fromkeys(_evidence_lines(error))]
    lines += _rule_lines(report)
    for name, r in report.rows.items():
        least = f"  < {report.floors[name]}" if name in report.fallen else ""
        lines.append(
            f"{name:26} P {r.precision:.3f}  R {r.recall:.3f}  F {r.f:.3f}   "
            f"({r.right} right of {r.said} said, {r.gold} in gold){least}"
        )
    return "".join(f"{_printable(line)}\n" for line in lines or ["nothing said and nothing in gold"])


def _evidence_lines(error: Error) -> Iterator[str]:
    for one in error.evidence:
        by = f"{one.rule} {one.confidence:.2f}" if one.confidence is not None else ""
        words = one.sentence.brief(SHORT) if one.sentence is not None else ""
        if by or words:
            yield f"    {': '.join(part for part in (by, words) if part)}"


def _rule_lines(report: Report) -> Iterator[str]:
    fine = Tally()
    count = 0
    for rule, tally in report.tallies.rules.items():
        if not tally.wrong:
            fine, count = fine + tally, count + 1
            continue
        over = f"  over-confident by {tally.excess:.2f}" if tally.is_over else ""
        yield f"rule {rule:26} P {tally.precision:.3f}  confidence {tally.confidence:.2f}   {_counts(tally)}{over}"
    if count:
        name = f"{count} rules with nothing wrong"
        yield f"{name:31} P {fine.precision:.3f}  confidence {fine.confidence:.2f}   {_counts(fine)}"


def _counts(tally: Tally) -> str:
    allowed = f", {tally.allowed} allowed" if tally.allowed else ""
    return f"({tally.right} right, {tally.wrong} wrong{allowed})"


def _printable(line: str) -> str:
    """Without what would steer a terminal."""
    return "".join(char if char.isprintable() else " " for char in line)


def as_json(report: Report) -> str:
    """The report for other programs."""
    return json.dumps(as_object(report), ensure_ascii=False, indent=1) + "\n"


def as_object(report: Report) -> dict[str, Any]:
    """The report as JSON's types."""
    evaluation, tallies = report.evaluation, report.tallies
    return {
        "version": VERSION,
        "rows": {name: _score(score) for name, score in report.rows.items()},
        "articles": {
            article: {name: _score(score) for name, score in rows.items() if score.said or score.gold}
            for article, rows in evaluation.articles.items()
        },
        "lacking": list(evaluation.lacking),
        "rules": {
            rule: {**_tally(tally), "rows": {row: _tally(of_row) for row, of_row in tallies.rows[rule].items()}}
            for rule, tally in tallies.rules.items()
        },
        "confidence": [{"from": low, "to": round(low + 1 / WIDTH, 6), **_tally(tally)} for low, tally in tallies.bands.items()],
        "causes": report.causes,
        "floors": dict(report.floors),
        "fallen": {name: round(f, 6) for name, f in report.fallen.items()},
        "errors": [_error(error) for error in report.errors],
    }


def _score(score: Score) -> dict[str, float]:
    measures = {"precision": score.precision, "recall": score.recall, "f": score.f}
    return {**{name: round(value, 6) for name, value in measures.items()}, **_score_counts(score)}


def _score_counts(score: Score) -> dict[str, int]:
    return {"right": score.right, "said": score.said, "gold": score.gold}


def _tally(tally: Tally) -> dict[str, float]:
    counts = {"right": tally.right, "wrong": tally.wrong, "allowed": tally.allowed}
    return {"precision": round(tally.precision, 6), "confidence": round(tally.confidence, 6), **counts}


def _error(error: Error) -> dict[str, Any]:
    one = error.judgement
    return {
        "article": one.article,
        "row": one.row,
        "verdict": one.verdict.value,
        "words": list(one.words),
        "cause": one.cause.value if one.cause else None,
        "detail": one.detail,
        "said": [list(statement) for statement in one.said],
        "evidence": [_evidence(evidence) for evidence in error.evidence],
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if evidence.confidence is not None:
        found |= {"rule": evidence.rule, "confidence": evidence.confidence}
    if (sentence := evidence.sentence) is not None:
        found["text"] = sentence.text
        found |= {
            name: [[span.start, span.end] for span in spans]
            for name, spans in (("quote", sentence.quote), ("names", sentence.names))
        }
    return found


def as_html(report: Report) -> str:
    """The report as one page that needs nothing else: no script, no request."""
    from jinja2 import Environment, StrictUndefined  # noqa: PLC0415 - only this format needs it

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    environment.filters["share"] = "{:.3f}".format
    groups: dict[str, list[Error]] = {}
    for error in report.errors:
        groups.setdefault(error.judgement.row, []).append(error)
    order = {name: number for number, name in enumerate(report.evaluation.rows)}
    tables = {
        "Classes": [name for name in report.rows if name.startswith("entity ")],
        "Properties": [name for name in report.rows if name.startswith("relation ")],
        "Figures": [name for name in report.rows if name.startswith(FIGURES)],
    }
    return environment.from_string(_data("report.html")).render(
        report=report,
        css=_data("report.css"),
        sums=[name for name in (*SUMS, FIGURES) if name in report.rows],
        tables={title: names for title, names in tables.items() if names},
        groups=[(name, _sorted(groups[name])) for name in sorted(groups, key=lambda name: order.get(name, len(order)))],
        short=short,
        anchor=anchor,
        counts=_counts_of(groups),
        causes=_causes(report),
        wrong_rules={rule: tally for rule, tally in report.tallies.rules.items() if tally.wrong},
        fine_rules={rule: tally for rule, tally in report.tallies.rules.items() if not tally.wrong},
        width=1 / WIDTH,
    )


def short(row: str) -> str:
    """A row's name where its table tells the rest: ``entity Zone`` → ``Zone``."""
    return row.removeprefix("entity ").removeprefix("relation ").replace(FIGURES, "figures")


def anchor(row: str) -> str:
    """A row's name as the end of an address."""
    return "-".join(row.replace(",", "").split())


def _sorted(errors: list[Error]) -> list[Error]:
    """What is wrong first, then what is missing; each in the order of the articles."""
    return sorted(errors, key=lambda error: error.judgement.verdict is Verdict.MISSING)


def _counts_of(groups: dict[str, list[Error]]) -> Callable[[str], str]:
    def counts(row: str) -> str:
        verdicts = [error.judgement.verdict for error in groups.get(row, ())]
        told = ((verdicts.count(verdict), verdict.value) for verdict in (Verdict.WRONG, Verdict.MISSING))
        return ", ".join(f"{number} {word}" for number, word in told if number)

    return counts


def _data(name: str) -> str:
    return files("kg_build.evaluation").joinpath("data", name).read_text(encoding="utf-8")


def _causes(report: Report) -> list[tuple[str, int, str]]:
    """Cause, errors of all rows, and what it means; the most frequent first."""
    found: Counter[str] = Counter()
    for counts in report.causes.values():
        found.update(counts)
    return [(cause, number, CAUSES.get(cause, "")) for cause, number in sorted(found.items(), key=lambda c: (-c[1], c[0]))]


FORMATS: dict[str, Callable[[Report], str]] = {"table": as_table, "json": as_json, "html": as_html}
