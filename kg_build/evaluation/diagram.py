"""A reliability diagram as SVG (DeGroot and Fienberg 1983): confidence across, the share that is right upwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

SIDE, LEFT, BELOW, GAP = 260, 46, 44, 40
"""Pixels: a plot's side, room for its numbers, room between two."""
LARGEST = 13.0
"""Radius of the dot of the band with most statements; areas are as the counts."""
STYLE = """text{font:12px system-ui,sans-serif;fill:#333}line{stroke:#bbb}.even{stroke:#888;stroke-dasharray:4 3}
circle{fill:#2563eb;fill-opacity:.75}
@media (prefers-color-scheme:dark){text{fill:#ddd}line{stroke:#555}circle{fill:#7aa2ff}}"""


class Bar(NamedTuple):
    """A band of confidence: how many statements, their mean confidence, the share of them that is right."""

    size: int
    confidence: float
    share: float


def diagram(plots: Mapping[str, Sequence[Bar]]) -> str:
    """One plot a name, side by side; a dot a band, its area the number of statements, on the dashed line what is calibrated."""
    width = len(plots) * (SIDE + LEFT + GAP)
    height = SIDE + BELOW + 30
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">', f"<style>{STYLE}</style>"]
    parts += ["<title>Share of statements that are right, by confidence</title>"]
    for number, (name, bars) in enumerate(plots.items()):
        parts += _plot(name, bars, number * (SIDE + LEFT + GAP) + LEFT, 24)
    return "\n".join([*parts, "</svg>", ""])


def _plot(name: str, bars: Sequence[Bar], left: int, top: int) -> list[str]:
    def x(value: float) -> str:
        return f"{left + value * SIDE:.1f}"

    def y(value: float) -> str:
        return f"{top + (1 - value) * SIDE:.1f}"

    parts = [f'<text x="{left}" y="{top - 10}">{escape(name)}</text>']
    for value in (0, 0.5, 1):
        parts += [
            f'<line x1="{x(0)}" y1="{y(value)}" x2="{x(1)}" y2="{y(value)}"/>',
            f'<line x1="{x(value)}" y1="{y(0)}" x2="{x(value)}" y2="{y(1)}"/>',
            f'<text x="{left - 8}" y="{float(y(value)) + 4:.1f}" text-anchor="end">{value:g}</text>',
            f'<text x="{x(value)}" y="{top + SIDE + 16}" text-anchor="middle">{value:g}</text>',
        ]
    parts.append(f'<line class="even" x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}"/>')
    most = max((bar.size for bar in bars), default=1)
    for bar in bars:
        radius = max(1.5, LARGEST * (bar.size / most) ** 0.5)
        words = f"{bar.size} statements, confidence {bar.confidence:.2f}, right {bar.share:.2f}"
        parts.append(f'<circle cx="{x(bar.confidence)}" cy="{y(bar.share)}" r="{radius:.1f}"><title>{words}</title></circle>')
    parts.append(f'<text x="{x(0.5)}" y="{top + SIDE + 34}" text-anchor="middle">confidence</text>')
    return parts
