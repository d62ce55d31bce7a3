"""The figures of a benchmark run: each with its target, and the table they make."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HEADS = ("figure", "target", "measured", "against", "ratio", "met")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    `against` is what ran beside it, `ratio` the two compared. `met` is None where nothing was
    asked of the figure, or where it could not be measured (then `measured` says why).
    """

    name: str
    target: str
    measured: str
    against: str = ""
    ratio: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """Give the line of the table."""
        met = {True: "yes", False: "NO", None: "–"}[self.met]
        return (self.name, self.target, self.measured, self.against, self.ratio, met)


def at_most(name: str, values: Sequence[float], limit: float, unit: str = "ms") -> Figure:
    """Make the figure of a time whose 95th percentile may not pass a limit."""
    high = percentile(values, 95)
    told = f"p95 {high:.3g} {unit}, median {percentile(values, 50):.3g} {unit} of {len(values)}"
    return Figure(name, f"p95 ≤ {limit:g} {unit}", told, met=high <= limit)


def at_least(name: str, ratio: float, limit: float, *, measured: str, against: str) -> Figure:
    """Make the figure of a ratio that may not fall below a limit."""
    told = f"{ratio:.2f}"
    return Figure(name, f"≥ {limit:g}×", measured, against, told, met=ratio >= limit)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that `share` percent of the values do not pass."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share / 100) - 1)]


def table(figures: Iterable[Figure]) -> str:
    """Draw the figures for a terminal."""
    rows = [HEADS, *(figure.cells for figure in figures)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(padded, row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "─" * width(max(lines, key=width)), *lines[1:]])


def markdown(figures: Iterable[Figure], about: Iterable[str]) -> str:
    """Write the figures as a page, with what they were measured on."""
    rows = [HEADS, ("---",) * len(HEADS), *(figure.cells for figure in figures)]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(["# Figures", "", *(f"- {each}" for each in about), "", *lines, ""])


def write(folder: Path, figures: Sequence[Figure], about: Sequence[str]) -> None:
    """Write the table as `figures.md` and `figures.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "figures.md").write_text(markdown(figures, about), "utf-8")
    told = {"about": list(about), "figures": [asdict(each) for each in figures]}
    (folder / "figures.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")


def width(text: str) -> int:
    """Give the columns a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def padded(text: str, columns: int) -> str:
    """Give a text filled up to so many columns."""
    return text + " " * (columns - width(text))
