"""Runs of the harness as a table: medians over the rounds, and ratios to Oxigraph's own server."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BASE = "oxigraph"
"""The server that others are compared with."""


@dataclass(frozen=True, slots=True)
class Run:
    """One query asked of one server for a while in one round.

    ``rate`` is in requests a second (None: it failed), ``memory`` the PSS of its processes in MB, ``sizes`` the numbers of rows
    of the first three variants.
    """

    peer: str
    query: str
    clients: int
    rate: float | None
    first_byte: float | None
    memory: int | None
    sizes: tuple[object, ...]
    errors: int

    @classmethod
    def read(cls, line: Mapping[str, object]) -> Run:
        """From a line of the harness."""
        value: dict[str, object] = dict(line)
        return cls(
            str(value["name"]),
            str(value["query"]),
            int(str(value["clients"])),
            None if value.get("rps") is None else float(str(value["rps"])),
            None if value.get("first_byte_ms") is None else float(str(value["first_byte_ms"])),
            None if value.get("pss_mb") is None else int(str(value["pss_mb"])),
            tuple(value.get("sizes") or ()),  # type: ignore[arg-type]
            int(str(value.get("errors") or 0)),
        )


def rates(runs: Iterable[Run], clients: int) -> dict[tuple[str, str], float]:
    """(Server, query) → median requests a second."""
    found: dict[tuple[str, str], list[float]] = {}
    for run in runs:
        if run.clients == clients and run.rate is not None:
            found.setdefault((run.peer, run.query), []).append(run.rate)
    return {key: statistics.median(values) for key, values in found.items()}


def ratios(runs: Sequence[Run], clients: int, peer: str) -> dict[str, float]:
    """Query → median over the rounds' medians of a server, divided by the base's."""
    medians = rates(runs, clients)
    return {
        query: medians[peer, query] / medians[BASE, query]
        for name, query in medians
        if name == peer and medians.get((BASE, query))
    }


def differing(runs: Iterable[Run]) -> list[str]:
    """Where servers don't agree on how many rows there are, in words."""
    sizes: dict[str, dict[tuple[object, ...], set[str]]] = {}
    for run in runs:
        if run.sizes:
            sizes.setdefault(run.query, {}).setdefault(run.sizes, set()).add(run.peer)
    return [
        f"{query}: " + "; ".join(f"{', '.join(sorted(peers))}: {list(found)}" for found, peers in sorted(by.items(), key=str))
        for query, by in sorted(sizes.items())
        if len(by) > 1
    ]


def render(runs: Sequence[Run], peers: Sequence[str], clients: int) -> str:
    """The table in Markdown."""
    medians = rates(runs, clients)
    queries = sorted({run.query for run in runs})
    lines = [f"| requests a second | {' | '.join(peers)} |", f"| --- |{' ---: |' * len(peers)}"]
    for query in queries:
        cells = [_cell(medians.get((peer, query)), medians.get((BASE, query)), peer) for peer in peers]
        lines.append(f"| {query.replace('_', ' ')} | {' | '.join(cells)} |")
    first = [_median(run.first_byte for run in runs if run.peer == peer and run.clients == 1) for peer in peers]
    memory = [max((run.memory or 0 for run in runs if run.peer == peer), default=0) for peer in peers]
    lines.append(
        f"| first byte of 100,000 rows, ms | {' | '.join('–' if value is None else f'{value:.1f}' for value in first)} |"
    )
    lines.append(f"| memory (PSS), MB | {' | '.join(str(value or '–') for value in memory)} |")
    return "\n".join(lines) + "\n"


def _cell(rate: float | None, base: float | None, peer: str) -> str:
    if rate is None:
        return "–"
    shown = f"{rate:.0f}" if rate >= 20 else f"{rate:.1f}"
    return shown if peer == BASE or not base else f"{shown} ({rate / base:.2f})"


def _median(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def write(page: Path, name: str, text: str) -> None:
    """Put a text between its two marks in a page. Raises `ValueError` where the page hasn't got them."""
    begin, end = f"<!-- figures {name}: begin -->", f"<!-- figures {name}: end -->"
    content = page.read_text(encoding="utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(content):
        raise ValueError(f"{page} has no marks for {name}")
    page.write_text(pattern.sub(lambda _: f"{begin}\n{text}{end}", content), encoding="utf-8")
