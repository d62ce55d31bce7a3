"""Lineage as a drawing, in layers: no step runs behind a box, each ends at its target's border with a head.

Things stand in columns, each after everything that it is made of. A step over several columns has a
place of its own in every column between (Sugiyama's way), so it passes beside the boxes; columns are
ordered by where their neighbours stand. A step back, in a circle, is led round below, dashed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from statistics import median

import networkx as nx

BOX, HEIGHT, GAP, BETWEEN = 220, 30, 14, 90  # px
LINE = 10  # of the height of a column that a step passing through takes
EDGE = 12  # about the whole
SWEEPS = 6
FITS = 45  # bytes of a name: about the width of a box

Step = tuple[str, str]
Place = tuple[str, str, int]  # a step passing through a column
Slot = str | Place


@dataclass(slots=True)
class Plan:
    """What stands in which column, and where."""

    columns: list[list[Slot]]
    runs: dict[Step, list[Slot]]
    back: list[Step]
    tops: dict[Slot, float] = field(default_factory=dict)

    @property
    def bottom(self) -> float:
        """Give where the lowest thing ends."""
        return max(
            (self.tops[each] + tall(each) for one in self.columns for each in one), default=0
        )

    def middle(self, slot: Slot) -> float:
        """Give the height at which steps meet a thing."""
        return self.tops[slot] + tall(slot) / 2


def tall(slot: Slot) -> int:
    """Give how much of a column something takes."""
    return HEIGHT if isinstance(slot, str) else LINE


def drawing(
    levels: Mapping[str, int],
    names: Mapping[str, str],
    steps: Iterable[Step],
    centre: str = "",
) -> str:
    """Draw things, by their levels from the one asked about, as SVG with the names as text."""
    plan = planned(levels, sorted({(a, b) for a, b in steps if a != b and {a, b} <= levels.keys()}))
    at = {
        each: (number * (BOX + BETWEEN) + EDGE, plan.tops[each] + EDGE)
        for number, column in enumerate(plan.columns)
        for each in column
    }
    lines = [path(run, at) for run in plan.runs.values()]
    below = [round_about(each, at, plan.bottom + EDGE, n) for n, each in enumerate(plan.back, 1)]
    boxes = [box(at[iri], names.get(iri, iri), chosen=iri == centre) for iri in levels]
    width = max(len(plan.columns), 1) * (BOX + BETWEEN) - BETWEEN + 2 * EDGE
    width += 2 * EDGE if below else 0
    height = plan.bottom + 2 * EDGE + LINE * (len(below) + 1) * bool(below)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" '
        f'width="{width}" height="{height:.0f}" font-family="system-ui, sans-serif" font-size="12">'
        '<defs><marker id="head" markerWidth="8" markerHeight="8" refX="7.5" refY="4" orient="auto" '
        'markerUnits="userSpaceOnUse"><path d="M0 0.5L8 4L0 7.5Z" fill="#667"/></marker></defs>'
        '<rect width="100%" height="100%" fill="#fff"/>'
        f'<g fill="none" stroke="#889">{wrapped(lines)}</g>'
        f'<g fill="none" stroke="#889" stroke-dasharray="4 3">{wrapped(below)}</g>'
        f"{''.join(boxes)}</svg>"
    )


def wrapped(paths: Iterable[str]) -> str:
    """Give paths as elements, with heads."""
    return "".join(f'<path d="{each}" marker-end="url(#head)"/>' for each in paths)


def planned(levels: Mapping[str, int], steps: Sequence[Step]) -> Plan:
    """Say in which column and how high everything stands."""
    back = turned(levels, steps)
    onward = [each for each in steps if each not in back]
    ranks = ranked(levels, onward)
    first = min(ranks.values(), default=0)
    columns: list[list[Slot]] = [[] for _ in range(max(ranks.values(), default=-1) - first + 1)]
    for iri in levels:
        columns[ranks[iri] - first].append(iri)
    runs: dict[Step, list[Slot]] = {}
    for one, other in onward:
        between: list[Slot] = [(one, other, n) for n in range(ranks[one] + 1, ranks[other])]
        for slot, rank in zip(between, range(ranks[one] + 1, ranks[other]), strict=True):
            columns[rank - first].append(slot)
        runs[one, other] = [one, *between, other]
    plan = Plan(columns, runs, sorted(back))
    arrange(plan)
    return plan


def turned(levels: Mapping[str, int], steps: Iterable[Step]) -> set[Step]:
    """Give the steps that lead back within a circle; without them there is none."""
    graph: nx.DiGraph[str] = nx.DiGraph(steps)
    ring = {
        iri: number
        for number, each in enumerate(nx.strongly_connected_components(graph))
        for iri in each
    }
    return {(a, b) for a, b in graph.edges if ring[a] == ring[b] and levels[b] <= levels[a]}


def ranked(levels: Mapping[str, int], steps: Iterable[Step]) -> dict[str, int]:
    """Give each thing a column: as near to the middle as stands after all it is made of."""
    graph: nx.DiGraph[str] = nx.DiGraph(steps)
    graph.add_nodes_from(levels)
    order = list(nx.topological_sort(graph))
    ranks: dict[str, int] = {}
    for iri in reversed(order):
        if levels[iri] <= 0:
            after = [ranks[each] - 1 for each in graph.successors(iri) if each in ranks]
            ranks[iri] = min([*after, 0 if not levels[iri] else -1])
    for iri in order:
        if levels[iri] > 0:
            ranks[iri] = max([*(ranks[each] + 1 for each in graph.predecessors(iri)), 1])
    return ranks


def arrange(plan: Plan) -> None:
    """Order the columns so that steps cross little, and give everything its height."""
    before: dict[Slot, list[Slot]] = {}
    after: dict[Slot, list[Slot]] = {}
    for run in plan.runs.values():
        for one, other in pairwise(run):
            after.setdefault(one, []).append(other)
            before.setdefault(other, []).append(one)
    for column in plan.columns:
        stack(plan, column, lambda _slot: 0.0)
    for sweep in range(SWEEPS):
        columns, beside = (plan.columns, before) if sweep % 2 == 0 else (plan.columns[::-1], after)
        for column in columns:
            heights = {
                slot: median([plan.middle(each) for each in beside[slot]])
                if slot in beside
                else plan.middle(slot)
                for slot in column
            }
            column.sort(key=heights.__getitem__)
            stack(plan, column, lambda slot, held=heights: held[slot] - tall(slot) / 2)  # type: ignore[misc]
    least = min((plan.tops[slot] for column in plan.columns for slot in column), default=0)
    plan.tops = {slot: top - least for slot, top in plan.tops.items()}


def stack(plan: Plan, column: Collection[Slot], wish: Callable[[Slot], float]) -> None:
    """Put a column's things one below the other, each as near to where it would stand as can be."""
    blocks: list[
        tuple[list[Slot], float, float]
    ] = []  # things, where the first would stand, height
    for slot in column:
        held, at, high = [slot], wish(slot), float(tall(slot) + GAP)
        while blocks and blocks[-1][1] + blocks[-1][2] > at:
            above, top, taken = blocks.pop()
            share = len(above) / (len(above) + len(held))
            at = top * share + (at - taken) * (1 - share)
            held, high = above + held, taken + high
        blocks.append((held, at, high))
    for held, at, _ in blocks:
        for slot in held:
            plan.tops[slot] = at
            at += tall(slot) + GAP  # noqa: PLW2901 - the next one's place


def path(run: Sequence[Slot], at: Mapping[Slot, tuple[float, float]]) -> str:
    """Lead a step from border to border, level past the boxes of the columns between."""
    x, y = at[run[0]][0] + BOX, at[run[0]][1] + tall(run[0]) / 2
    found = f"M{x:.0f} {y:.1f}"
    for slot in run[1:]:
        left, high = at[slot][0], at[slot][1] + tall(slot) / 2
        bend = (x + left) / 2
        found += f"C{bend:.0f} {y:.1f} {bend:.0f} {high:.1f} {left:.0f} {high:.1f}"
        x, y = left, high
        if slot != run[-1]:
            x += BOX
            found += f"H{x:.0f}"
    return found


def round_about(
    step: Step, at: Mapping[Slot, tuple[float, float]], bottom: float, number: int
) -> str:
    """Lead a step back below everything, down and up between the columns."""
    (x1, y1), (x2, y2) = at[step[0]], at[step[1]]
    out, into, low = x1 + BOX + EDGE, max(x2 - EDGE, 2), bottom + number * LINE
    return (
        f"M{x1 + BOX:.0f} {y1 + HEIGHT / 2:.1f}H{out:.0f}V{low:.1f}H{into:.0f}"
        f"V{y2 + HEIGHT / 2:.1f}H{x2:.0f}"
    )


def box(place: tuple[float, float], name: str, *, chosen: bool) -> str:
    """Draw a thing; the whole of a name that does not fit stands in its title."""
    x, y = place
    fits = name if len(name.encode()) <= FITS else cut(name)
    fill, ink = ("#1f5f66", "#fff") if chosen else ("#fff", "#111")
    return (
        f'<rect x="{x:.0f}" y="{y:.1f}" width="{BOX}" height="{HEIGHT}" rx="4" fill="{fill}" '
        f'stroke="#1f5f66"/><text x="{x + BOX / 2:.0f}" y="{y + 19:.1f}" text-anchor="middle" '
        f'fill="{ink}"><title>{escape(name)}</title>{escape(fits)}</text>'
    )


def cut(name: str) -> str:
    """Give as much of a name as fits into a box."""
    return f"{name.encode()[: FITS - 3].decode(errors='ignore').rstrip()}…"
