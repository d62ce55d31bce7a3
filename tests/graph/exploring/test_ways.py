"""Ways between two things: as networkx finds them on the whole graph, past hubs, and within the view."""

from __future__ import annotations

import random
from itertools import islice

import networkx as nx
import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.exploring.ways import Limits, price, ways
from ontology.terms import DCT, RDF, SKOS

LINKS = (DCT.relation, DCT.isPartOf, DCT.publisher)
SOURCE = NamedNode("http://example.org/source")


def node(number: int) -> NamedNode:
    return NamedNode(f"http://example.org/{number}")


def store_of(pairs: set[tuple[int, int]], things: int) -> Store:
    """Give a store in which every thing is described and the pairs are linked, each way at random."""
    chance = random.Random(len(pairs))
    store = Store()
    for number in range(things):
        store.add(Quad(node(number), RDF.type, SKOS.Concept, DefaultGraph()))
    for one, other in sorted(pairs):
        ends = (one, other) if chance.random() < 0.5 else (other, one)
        triple = (node(ends[0]), chance.choice(LINKS), node(ends[1]))
        store.add(Quad(*triple, DefaultGraph()))
        store.add(Quad(*triple, SOURCE))
    return store


def whole(pairs: set[tuple[int, int]], things: int) -> nx.Graph[str]:
    """Give the same as a graph of networkx, with the price of each step."""
    found: nx.Graph[str] = nx.Graph()
    found.add_nodes_from(node(number).value for number in range(things))
    found.add_edges_from((node(a).value, node(b).value) for a, b in pairs)
    for a, b in found.edges:
        found[a][b]["weight"] = 1 + (price(found.degree[a]) + price(found.degree[b])) / 2
    return found


@pytest.mark.parametrize("seed", range(25))
def test_ways_cost_what_networkx_says_on_the_whole_graph(seed: int) -> None:
    chance = random.Random(seed)
    things = 40
    drawn = nx.gnm_random_graph(things, chance.randint(30, 80), seed=seed)
    pairs = {(min(pair), max(pair)) for pair in drawn.edges}
    store, known = store_of(pairs, things), whole(pairs, things)
    one, other = node(0).value, node(1).value

    found = ways(store, one, other, limits=Limits(longest=6, most=4))

    wanted: list[float] = []
    if nx.has_path(known, one, other):
        all_ways = nx.shortest_simple_paths(known, one, other, weight="weight")
        short = (each for each in islice(all_ways, 60) if len(each) <= 7)
        wanted = [round(nx.path_weight(known, each, "weight"), 6) for each in islice(short, 4)]
    assert [each.cost for each in found.ways] == pytest.approx(wanted)
    assert not found.cut
    for way in found.ways:
        assert nx.is_path(known, list(way.things))


def test_each_step_of_a_way_is_proved_by_its_statements_and_their_source() -> None:
    store = store_of({(0, 2), (1, 2)}, 3)

    (way,) = ways(store, node(0).value, node(1).value).ways

    for (a, b), arcs in zip(zip(way.things, way.things[1:], strict=False), way.steps, strict=True):
        assert arcs
        for arc in arcs:
            assert {arc.source, arc.target} == {a, b}
            assert (
                Quad(NamedNode(arc.source), NamedNode(arc.term), NamedNode(arc.target), SOURCE)
                in store
            )
            assert arc.graphs == (SOURCE.value,)


def test_a_hub_is_arrived_at_and_not_walked_through() -> None:
    """Two things meet at a hub; a third behind it is not looked for through it."""
    pairs = {(0, 9), (1, 9), *((9, number) for number in range(10, 60))}
    store = store_of(pairs, 60)
    limits = Limits(hub=20)

    found = ways(store, node(0).value, node(1).value, limits=limits)

    assert [each.things for each in found.ways] == [(node(0).value, node(9).value, node(1).value)]
    assert found.hubs == (node(9).value,)
    assert found.ways[0].cost > 2 + price(limits.hub) / 2


def test_what_the_limits_kept_from_being_looked_at_is_told() -> None:
    pairs = {(number, number + 1) for number in range(6)}

    assert ways(store_of(pairs, 7), node(0).value, node(6).value).ways
    assert ways(store_of(pairs, 7), node(0).value, node(6).value, limits=Limits(walked=2)).cut
    assert not ways(store_of(pairs, 7), node(0).value, node(6).value, limits=Limits(longest=5)).ways


def test_no_way_leads_over_what_the_view_does_not_describe() -> None:
    """Both things name a third, of which the view says nothing: it does not join them."""
    store = Store()
    for number in (0, 1):
        store.add(Quad(node(number), RDF.type, SKOS.Concept, DefaultGraph()))
        store.add(Quad(node(number), DCT.relation, node(2), DefaultGraph()))

    assert ways(store, node(0).value, node(1).value).ways == ()
    assert ways(store, node(0).value, node(2).value).ways == ()

    store.add(Quad(node(2), RDF.type, SKOS.Concept, DefaultGraph()))
    assert len(ways(store, node(0).value, node(1).value).ways) == 1


def test_no_way_leads_over_details_and_what_is_left_out() -> None:
    store = Store()
    for number in (0, 1, 2):
        store.add(Quad(node(number), RDF.type, SKOS.Concept, DefaultGraph()))
    for number in (0, 1):
        store.add(Quad(node(number), DCT.language, node(2), DefaultGraph()))
    assert ways(store, node(0).value, node(1).value).ways == ()

    for number in (0, 1):
        store.add(Quad(node(number), DCT.relation, node(2), DefaultGraph()))
    assert ways(store, node(0).value, node(1).value).ways
    left = frozenset({DCT.relation.value})
    assert ways(store, node(0).value, node(1).value, without=left).ways == ()
