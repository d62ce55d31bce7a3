"""Walks over flows: everything up or down, level by level, the way to each, circles, differences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from graph.lineage.flows import Flows


@dataclass(frozen=True, slots=True)
class Reach:
    """What a walk reached: numbers by level, the start alone in the first; `via` the step before.

    `parents` holds for each number but the starts the one it was first reached from.
    """

    levels: tuple[tuple[int, ...], ...]
    parents: dict[int, int]

    @property
    def total(self) -> int:
        """Count what was reached, without where it began."""
        return len(self.parents)

    def way(self, number: int) -> list[int]:
        """Give the shortest way from the start to a thing, both included."""
        found = [number]
        while found[-1] in self.parents:
            found.append(self.parents[found[-1]])
        return found[::-1]


def reach(
    flows: Flows,
    starts: Iterable[int],
    *,
    downstream: bool,
    deepest: int | None = None,
) -> Reach:
    """Walk from some things to everything that follows them (or that they come from)."""
    beside = flows.after if downstream else flows.before
    level = list(dict.fromkeys(starts))
    seen = bytearray(len(flows.iris))
    for number in level:
        seen[number] = 1
    levels, parents = [tuple(level)], {}
    while level and (deepest is None or len(levels) <= deepest):
        following: list[int] = []
        for number in level:
            for other in beside[number]:
                if not seen[other]:
                    seen[other] = 1
                    parents[other] = number
                    following.append(other)
        level = following
        if level:
            levels.append(tuple(level))
    return Reach(tuple(levels), parents)


def circles(flows: Flows, numbers: Iterable[int], most: int = 20) -> list[list[int]]:
    """Give the circles among some things: sets whose members flow into one another."""
    within = peeled(flows, set(numbers))
    part: nx.DiGraph[int] = nx.DiGraph()
    part.add_edges_from(
        (one, other) for one in within for other in flows.after[one] if other in within
    )
    rings = (sorted(each) for each in nx.strongly_connected_components(part))
    return sorted(each for each in rings if len(each) > 1)[:most]


def peeled(flows: Flows, within: set[int]) -> set[int]:
    """Take away what stands in no circle for want of anything before it, or after it, again and again."""
    for before, after in ((flows.before, flows.after), (flows.after, flows.before)):
        open_ = {n: sum(m in within for m in before[n]) for n in within}
        ends = [n for n, count in open_.items() if not count]
        for number in ends:  # grows while it is gone through
            for other in after[number]:
                if other in within:
                    open_[other] -= 1
                    if not open_[other]:
                        ends.append(other)
        within = within.difference(ends)
    return within


def ways(flows: Flows, one: int, other: int, *, most: int, longest: int) -> list[list[int]]:
    """Give some ways downstream from one thing to another, the shortest first."""
    down = reach(flows, [one], downstream=True, deepest=longest)
    up = reach(flows, [other], downstream=False, deepest=longest)
    between = {n for level in down.levels for n in level} & {
        n for level in up.levels for n in level
    }
    if other not in between:
        return []
    part: nx.DiGraph[int] = nx.DiGraph()
    part.add_edges_from((n, m) for n in sorted(between) for m in flows.after[n] if m in between)
    found: list[list[int]] = []
    for each in nx.shortest_simple_paths(part, one, other):
        if len(found) == most or len(each) > longest + 1:
            break
        found.append(list(each))
    return found


Pair = tuple[str, str]


def difference(was: Iterable[Pair], now: Iterable[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Give the steps that came and those that went between two days."""
    before, after = set(was), set(now)
    return sorted(after - before), sorted(before - after)


def pairs(flows: Flows, numbers: Iterable[int]) -> list[Pair]:
    """Give the steps among some things."""
    within = set(numbers)
    return [
        (flows.iris[one], flows.iris[other])
        for one in within
        for other in flows.after[one]
        if other in within
    ]
