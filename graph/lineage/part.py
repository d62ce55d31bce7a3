"""The part of lineage that is in view: some levels up and down from one thing, hubs kept shut.

A thing with many neighbours on one side shows how many, and opens on demand; what is hidden takes
with it what is reached through it alone. Counts are told before anything is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.lineage.flows import Flows
from graph.lineage.walking import reach

HUB = 12  # neighbours on one side that are shown without asking
MOST = 400  # things in one picture


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be in view: levels `up` and `down`, hubs `opened` and things `hidden` (IRIs)."""

    up: int = 1
    down: int = 1
    opened: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing in view: its level (up below 0), what it was reached from, and what lies beyond.

    `more` counts neighbours further on that are not in view; `hub` says that they are too many to
    be shown unasked.
    """

    iri: str
    level: int
    parent: str
    more: int
    hub: bool
    more_before: int = 0  # of the centre: neighbours upstream that are not in view


@dataclass(frozen=True, slots=True)
class Part:
    """What is in view: things in the order of a tree, the steps among them, and whole counts.

    `upstream` and `downstream` count everything, however far; `cut` says that more was asked for
    than a picture holds.
    """

    centre: str
    seen: tuple[Seen, ...]
    steps: tuple[tuple[str, str], ...]
    upstream: int
    downstream: int
    cut: bool


@dataclass(slots=True)
class Unfolding:
    """One side being unfolded."""

    flows: Flows
    wish: Wish
    downstream: bool
    room: int
    found: dict[int, Seen] = field(default_factory=dict)
    cut: bool = False

    def unfold(self, centre: int) -> list[Seen]:
        """Give the things of this side, in the order of a tree."""
        hidden = {n for each in self.wish.hidden if (n := self.flows.number(each)) is not None}
        depth = self.wish.down if self.downstream else self.wish.up
        seen, level, children = {centre, *hidden}, [centre], dict[int, list[int]]()
        for _ in range(depth):
            following: list[int] = []
            for number in level:
                fresh = [n for n in self.beside(number) if n not in seen]
                shown = self.shown(number, fresh)
                seen.update(shown)
                children[number] = shown
                following += shown
            level = following
        return list(self.told(centre, children, seen))

    def beside(self, number: int) -> list[int]:
        """Give the neighbours of a thing on this side."""
        return self.flows.beside(number, downstream=self.downstream)

    def shown(self, number: int, fresh: list[int]) -> list[int]:
        """Give the neighbours that are shown: a hub's only where it was opened, the first few."""
        fresh = list(dict.fromkeys(fresh))
        if self.flows.iris[number] not in self.wish.opened:
            fresh = fresh[:HUB]
        if len(fresh) > self.room:
            self.cut = True
            fresh = fresh[: self.room]
        self.room -= len(fresh)
        return fresh

    def told(self, centre: int, children: dict[int, list[int]], seen: set[int]) -> Iterable[Seen]:
        """Tell the tree, each thing before what lies beyond it."""
        sign = 1 if self.downstream else -1
        stack = [(n, 1, centre) for n in reversed(children.get(centre, []))]
        while stack:
            number, depth, parent = stack.pop()
            below = children.get(number, [])
            yield self.one(number, sign * depth, parent, seen)
            stack += [(n, depth + 1, number) for n in reversed(below)]

    def one(self, number: int, level: int, parent: int, seen: set[int]) -> Seen:
        """Tell one thing."""
        iris = self.flows.iris
        more = sum(n not in seen for n in set(self.beside(number)))
        hub = more > 0 and len(self.beside(number)) > HUB
        return Seen(iris[number], level, iris[parent], more, hub)


def part_of(flows: Flows, iri: str, wish: Wish) -> Part:
    """Give the part of lineage about one thing; the thing alone where it stands in no step."""
    centre = flows.number(iri)
    if centre is None:
        return Part(iri, (Seen(iri, 0, "", 0, hub=False),), (), 0, 0, cut=False)
    up = Unfolding(flows, wish, downstream=False, room=MOST // 2)
    down = Unfolding(flows, wish, downstream=True, room=MOST // 2)
    before, after = up.unfold(centre), down.unfold(centre)
    shown = {flows.numbers[each.iri] for each in (*before, *after)} | {centre}
    beyond = (len(set(each[centre]) - shown) for each in (flows.after, flows.before))
    here = Seen(
        iri, 0, "", next(beyond), hub=len(flows.after[centre]) > HUB, more_before=next(beyond)
    )
    return Part(
        centre=iri,
        seen=(*before, here, *after),
        steps=tuple(
            (flows.iris[one], flows.iris[other])
            for one in sorted(shown)
            for other in flows.after[one]
            if other in shown
        ),
        upstream=reach(flows, [centre], downstream=False).total,
        downstream=reach(flows, [centre], downstream=True).total,
        cut=up.cut or down.cut,
    )
