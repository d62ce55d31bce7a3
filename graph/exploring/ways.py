"""Ways between two things: the best few, each step with the statements that make it.

The walk begins at both ends and goes as far as `Limits` lets it. A hub (a thing with many links) can
be arrived at and is never walked through: what meets there is found, at a price that grows with how
many links it has, so that a way through a common register comes before one through "all datasets".
What the limits kept from being looked at is told with the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, pairwise
from math import log2

import networkx as nx
from pyoxigraph import NamedNode, Quad, Store

from graph.exploring.links import MERGE, exists
from graph.exploring.scene import Arc, stated_in
from ontology.edges import DETAILS


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search goes: steps of a way, things walked from, links read, those of a hub, ways."""

    longest: int = 6
    walked: int = 500
    read: int = 20_000
    hub: int = 200
    most: int = 5


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Way:
    """One way: the things on it from one end to the other, what it costs, the links of each step."""

    things: tuple[str, ...]
    cost: float
    steps: tuple[tuple[Arc, ...], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: ways, the cheapest first; hubs not walked through; whether it was cut."""

    ways: tuple[Way, ...]
    hubs: tuple[str, ...] = ()
    cut: bool = False


@dataclass(slots=True)
class Walk:
    """The links looked at so far, both ways round, by the thing they were looked at from."""

    store: Store
    limits: Limits
    without: frozenset[str]
    beside: dict[str, dict[str, list[tuple[str, str, str]]]] = field(default_factory=dict)
    hubs: dict[str, None] = field(default_factory=dict)
    there: dict[str, bool] = field(default_factory=dict)
    read: int = 0
    cut: bool = False

    def layers(self, start: str, depth: int) -> dict[str, int]:
        """Give how many steps away each thing is, up to a depth; walks from no hub but the start."""
        far, level = {start: 0}, [start]
        for distance in range(1, depth + 1):
            fresh: dict[str, None] = {}
            for iri in level:
                fresh.update(dict.fromkeys(self.walked(iri, first=iri == start)))
            level = [iri for iri in fresh if iri not in far]
            far.update(dict.fromkeys(level, distance))
        return far

    def walked(self, iri: str, *, first: bool = False) -> Iterable[str]:
        """Give the neighbours of a thing; none of a hub, and none when too many were looked at."""
        known = self.beside.get(iri)
        if known is not None:
            return known
        if len(self.beside) >= self.limits.walked or self.read >= self.limits.read:
            self.cut = True
            return ()
        links = self.links(iri)
        self.read += self.limits.hub if links is None else len(links)
        if links is None:
            self.hubs[iri] = None
            if not first:
                return ()
            links = list(islice(self.statements(iri), self.limits.hub))
            self.cut = True
        found: dict[str, list[tuple[str, str, str]]] = {}
        for one, term, other in links:
            found.setdefault(other if one == iri else one, []).append((one, term, other))
        self.beside[iri] = found
        return found

    def links(self, iri: str) -> list[tuple[str, str, str]] | None:
        """Give the links of a thing in both directions; None for a hub."""
        found = list(islice(self.statements(iri), self.limits.hub + 1))
        return found if len(found) <= self.limits.hub else None

    def statements(self, iri: str) -> Iterator[tuple[str, str, str]]:
        """Yield the links of a thing that a way may lead over."""
        node = NamedNode(iri)
        outer = self.store.quads_for_pattern(node, None, None, MERGE)
        inner = self.store.quads_for_pattern(None, None, node, MERGE)
        for quad in (*islice(outer, 5 * self.limits.hub), *islice(inner, 5 * self.limits.hub)):
            one, other = quad.subject, quad.object
            if not isinstance(one, NamedNode) or not isinstance(other, NamedNode) or one == other:
                continue
            if self.leads(quad.predicate.value) and self.exists(other):
                yield one.value, quad.predicate.value, other.value

    def exists(self, node: NamedNode) -> bool:
        """Say whether the view tells anything of a thing; asked once for each."""
        known = self.there.get(node.value)
        if known is None:
            known = self.there[node.value] = exists(self.store, node)
        return known

    def leads(self, term: str) -> bool:
        """Say whether a way may lead over a property: one that is no detail, and not left out."""
        return term not in DETAILS and term not in self.without


def price(links: int) -> float:
    """Give what it costs to pass through a thing with so many links: little where they are few."""
    return log2(max(links, 1)) / 2


def ways(
    store: Store,
    one: str,
    other: str,
    *,
    limits: Limits = LIMITS,
    without: frozenset[str] = frozenset(),
) -> Found:
    """Give the cheapest ways between two things: each step costs 1, and what it passes its price."""
    if one == other or not (exists(store, NamedNode(one)) and exists(store, NamedNode(other))):
        return Found(())
    walk = Walk(store, limits, without)
    near = walk.layers(one, (limits.longest + 1) // 2)
    far = walk.layers(other, limits.longest // 2)
    part = drawn(walk, between(walk, one, other, near, far))
    found = tuple(
        Way(tuple(each), length(part, each), steps(store, part, each))
        for each in islice(cheapest(part, one, other, limits.longest), limits.most)
    )
    return Found(found, tuple(walk.hubs), walk.cut)


def between(
    walk: Walk, one: str, other: str, near: Mapping[str, int], far: Mapping[str, int]
) -> dict[str, None]:
    """Give the things that may lie on a way: reached from both ends, or from one and on to both."""
    links: nx.Graph[str] = nx.Graph()
    links.add_nodes_from((one, other))
    links.add_edges_from((iri, end) for iri, ends in walk.beside.items() for end in ends)
    longest = walk.limits.longest
    there = nx.single_source_shortest_path_length(links, one, cutoff=longest)
    back = nx.single_source_shortest_path_length(links, other, cutoff=longest)
    reached = [*near, *far]
    fitting = (iri for iri in reached if there.get(iri, 99) + back.get(iri, 99) <= longest)
    return dict.fromkeys(fitting)


def drawn(walk: Walk, within: dict[str, None]) -> nx.Graph[str]:
    """Give the links among some things as a graph, each with its statements and its price."""
    part: nx.Graph[str] = nx.Graph()
    links: dict[tuple[str, str], dict[tuple[str, str, str], None]] = {}
    for iri in within:
        for end, stated in walk.beside.get(iri, {}).items():
            if end in within:
                links.setdefault((min(iri, end), max(iri, end)), {}).update(dict.fromkeys(stated))
    ends = dict.fromkeys(iri for pair in links for iri in pair)
    prices = {iri: price(degree(walk, iri)) for iri in ends}
    for (a, b), both in sorted(links.items()):
        part.add_edge(a, b, stated=tuple(both), weight=1 + (prices[a] + prices[b]) / 2)
    return part


def degree(walk: Walk, iri: str) -> int:
    """Give how many neighbours a thing has, as far as they are looked at; a hub has five times."""
    known = walk.beside.get(iri)
    if known is not None and iri not in walk.hubs:
        return len(known)
    found = None if iri in walk.hubs else walk.links(iri)
    if found is None:
        return 5 * walk.limits.hub
    return len({end for start, _, last in found for end in (start, last)} - {iri})


def cheapest(part: nx.Graph[str], one: str, other: str, longest: int) -> Iterator[list[str]]:
    """Yield ways of no more steps than `longest`, the cheapest first."""
    if one not in part or other not in part or not nx.has_path(part, one, other):
        return
    looked = islice(nx.shortest_simple_paths(part, one, other, weight="weight"), 60)
    yield from (each for each in looked if len(each) <= longest + 1)


def length(part: nx.Graph[str], things: list[str]) -> float:
    """Give what a way costs."""
    return round(sum(float(part[a][b]["weight"]) for a, b in pairwise(things)), 6)


def steps(store: Store, part: nx.Graph[str], things: list[str]) -> tuple[tuple[Arc, ...], ...]:
    """Give the statements of each step of a way, with the sources that make them."""
    return tuple(
        tuple(arc(store, *stated) for stated in part[a][b]["stated"]) for a, b in pairwise(things)
    )


def arc(store: Store, one: str, term: str, other: str) -> Arc:
    """Give a link with the sources that state it."""
    quad = Quad(NamedNode(one), NamedNode(term), NamedNode(other), MERGE)
    return Arc(one, term, other, stated_in(store, quad))
