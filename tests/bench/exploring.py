"""The explorer on a large catalogue: what a hub costs to look at, to open, and to find ways past.

What is asked for hangs on what is in view, not on how much there is; so the largest keeper and the
theme that most datasets stand under are what is looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.exploring import links, scene
from graph.exploring.links import Relation
from graph.exploring.scene import Opening
from graph.exploring.standing import standing
from graph.exploring.ways import ways
from ontology.terms import DCAT, DCT
from tests.bench.figures import Figure, at_most
from tests.bench.town import Town

ROUNDS = 15
KEPT = Relation(DCT.publisher.value, inward=True)
UNDER = Relation(DCAT.theme.value, inward=True)


def exploring(town: Town) -> Iterator[Figure]:
    """Measure what the explorer asks of the view of everyone."""
    named = [iri for _, iri in town.named("dataset", 2 * ROUNDS)]
    with town.view() as view:
        yield from figures(view.store, named)


def figures(store: Store, named: list[str]) -> Iterator[Figure]:
    """Measure on a store, beginning from some of its datasets."""
    first = NamedNode(named[0])
    keeper, theme = one(store, first, DCT.publisher), one(store, first, DCAT.theme)
    told = {each.relation: each for each in links.counts(store, theme)}
    size = f"{told[UNDER].number:,}{'+' if told[UNDER].more else ''}"
    yield at_most(
        f"relations of a theme with {size} datasets", times(lambda: links.counts(store, theme)), 250
    )
    opened = Opening(keeper, KEPT, 1)
    yield at_most(
        "open a relation: 25 things and all links among them",
        times(lambda: shown(store, opened)),
        50,
    )
    pairs = list(zip(named[::2], named[1::2], strict=False))
    found = [timed(lambda a=a, b=b: ways(store, a, b)) for a, b in pairs]  # type: ignore[misc]
    yield at_most("ways between two datasets, at most 6 steps", found, 1000)
    large = scene.gather(store, [], [Opening(theme, UNDER, 40)])
    arcs = scene.arcs(store, large.parents)
    pairs = [(each.source, each.target) for each in arcs]
    yield at_most(
        f"{len(large.parents):,} things with {len(arcs):,} links brought into view",
        times(lambda: shown(store, Opening(theme, UNDER, 40)), 5),
        1000,
    )
    yield at_most(
        f"how {len(large.parents):,} things stand to one another",
        times(lambda: standing(large.parents.keys(), pairs), 5),
        2000,
    )


def shown(store: Store, opening: Opening) -> object:
    """Bring what is opened into view, as the page does: things, links, and what sorts them."""
    gathered = scene.gather(store, [], [opening])
    sorts = [scene.facts(store, iri) for iri in gathered.parents]
    return sorts, scene.arcs(store, gathered.parents)


def one(store: Store, node: NamedNode, term: NamedNode) -> str:
    """Give the first thing that a property leads to."""
    quad = next(store.quads_for_pattern(node, term, None, DefaultGraph()))
    assert isinstance(quad.object, NamedNode)
    return quad.object.value


def times(act: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Give how long something takes, so many times, in ms."""
    return [timed(act) for _ in range(rounds)]


def timed(act: Callable[[], object]) -> float:
    """Give how long something takes, in ms."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
