"""How things stand in what is in view: who is in the middle, what hangs together, and on whom.

All is reckoned by networkx on the picture at hand, links taken both ways round; nothing is read.
On a large picture the share of ways is estimated from some starts, and the answer says from how many.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

EXACT = 250  # things up to which every start counts
STARTS = 24  # starts of an estimate
SEED = 1
LISTED = 8  # rows of each table


@dataclass(frozen=True, slots=True)
class Middle:
    """One thing by its place: neighbours in view, and the share of shortest ways through it."""

    iri: str
    links: int
    between: float


@dataclass(frozen=True, slots=True)
class Hinge:
    """One thing without which the picture falls apart: into how many pieces, losing how many."""

    iri: str
    pieces: int
    hanging: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What was reckoned. `starts` is 0 where every start was counted; `bridges` are single links."""

    things: int
    links: int
    pieces: int
    middle: tuple[Middle, ...]
    groups: tuple[tuple[str, ...], ...]
    hinges: tuple[Hinge, ...]
    bridges: tuple[tuple[str, str], ...]
    starts: int


def standing(iris: Collection[str], pairs: Iterable[tuple[str, str]]) -> Standing:
    """Reckon how things stand to one another."""
    part: nx.Graph[str] = nx.Graph()
    part.add_nodes_from(sorted(iris))
    part.add_edges_from(sorted({(min(a, b), max(a, b)) for a, b in pairs if a != b}))
    starts = 0 if len(part) <= EXACT else STARTS
    return Standing(
        things=len(part),
        links=part.number_of_edges(),
        pieces=nx.number_connected_components(part),
        middle=middles(part, starts),
        groups=groups(part),
        hinges=tuple(sorted(hinges(part), key=lambda each: (-each.hanging, each.iri))[:LISTED]),
        bridges=bridges(part),
        starts=starts,
    )


def middles(part: nx.Graph[str], starts: int) -> tuple[Middle, ...]:
    """Give the things with most neighbours, and those through which most ways lead."""
    between: Mapping[str, float] = nx.betweenness_centrality(part, k=starts or None, seed=SEED)
    places = [Middle(iri, part.degree[iri], round(between[iri], 4)) for iri in part]
    shown = [each for each in places if each.links]
    return tuple(sorted(shown, key=lambda each: (-each.between, -each.links, each.iri))[:LISTED])


def groups(part: nx.Graph[str]) -> tuple[tuple[str, ...], ...]:
    """Give what hangs together more closely within than without, the largest first."""
    if not part.number_of_edges():
        return ()
    found = nx.community.louvain_communities(part, seed=SEED)
    closest = [
        tuple(sorted(each, key=lambda iri: (-part.degree[iri], iri)))
        for each in found
        if len(each) > 1
    ]
    return tuple(sorted(closest, key=lambda each: (-len(each), each))[:LISTED])


def hinges(part: nx.Graph[str]) -> list[Hinge]:
    """Say what falls off without each thing that holds pieces together: all but the largest.

    Pieces are counted along the tree of what hangs together twice over, once for all things.
    """
    blocks = [set(block) for block in pieces(part)]
    cuts = set(nx.articulation_points(part))
    tree: nx.Graph[str | int] = nx.Graph()
    tree.add_edges_from((place, iri) for place, block in enumerate(blocks) for iri in block & cuts)
    own = {place: len(block - cuts) for place, block in enumerate(blocks)}
    found: list[Hinge] = []
    for whole in nx.connected_components(tree):
        found += hinges_in(tree, own, min(each for each in whole if isinstance(each, int)))
    return found


def pieces(part: nx.Graph[str]) -> Iterable[Iterable[str]]:
    """Yield what hangs together twice over."""
    found: Iterable[Iterable[str]] = nx.biconnected_components(part)  # type: ignore[assignment]
    return found


def hinges_in(tree: nx.Graph[str | int], own: Mapping[int, int], root: int) -> Iterable[Hinge]:
    """Tell the hinges of one tree of blocks (numbers) and hinges (names) that begins at a block."""
    below: dict[str | int, int] = {}
    above = dict(nx.bfs_predecessors(tree, root))
    order = [root, *above]
    for each in reversed(order):
        here = own[each] if isinstance(each, int) else 1
        below[each] = here + sum(below[n] for n in tree[each] if n != above.get(each))
    for each in order:
        if isinstance(each, str):
            sizes = [below[n] for n in tree[each] if n != above[each]]
            sizes.append(below[root] - below[each])
            yield Hinge(each, len(sizes), sum(sizes) - max(sizes))


def bridges(part: nx.Graph[str]) -> tuple[tuple[str, str], ...]:
    """Give the single links that hold pieces of more than one thing together."""
    single: Iterable[tuple[str, str]] = nx.bridges(part)  # type: ignore[arg-type]
    found = [(min(pair), max(pair)) for pair in single]
    inner = [(a, b) for a, b in found if part.degree[a] > 1 and part.degree[b] > 1]
    return tuple(sorted(inner))[:LISTED]
