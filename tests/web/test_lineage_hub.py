"""A thing of which ten thousand are made: counts come first, pages stay as they are, and cost no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.lineage.days import days_of, flows_on
from graph.lineage.flows import flows_of
from graph.lineage.part import HUB, Wish, part_of
from ontology.clearance import Clearance
from ontology.terms import DCAT, GOV, PROV, RDF
from web.lineage.details import told
from web.lineage.impacting import FEWEST, MOST, SHOWN, listed

MANY = 10_000
CENTRE = "http://e/hub"
GRAPH = NamedNode("http://e/source")


def made(number: int) -> str:
    return f"http://e/{number}"


def quads() -> Iterator[Quad]:
    for graph in (DefaultGraph(), GRAPH):
        yield Quad(NamedNode(CENTRE), RDF.type, DCAT.Dataset, graph)
        for number in range(MANY):
            one, step = NamedNode(made(number)), NamedNode(f"{made(number)}#derived-1")
            yield Quad(one, RDF.type, DCAT.Dataset, graph)
            yield Quad(one, PROV.wasDerivedFrom, NamedNode(CENTRE), graph)
            yield Quad(one, PROV.qualifiedDerivation, step, graph)
            yield Quad(step, PROV.entity, NamedNode(CENTRE), graph)
            yield Quad(step, GOV.heldFrom, Literal(f"2026-0{1 + number % 2}-01"), graph)


@pytest.fixture(scope="module")
def hub() -> Store:
    store = Store()
    store.bulk_extend(quads())
    return store


def cost(act: Callable[[], object]) -> float:
    """Give the processor time of something, in seconds; the least of three."""
    spent = []
    for _ in range(3):
        began = time.process_time()
        act()
        spent.append(time.process_time() - began)
    return min(spent)


def test_the_picture_of_a_hub_tells_how_many_and_draws_a_few(hub: Store) -> None:
    flows = flows_of(hub)

    part = part_of(flows, CENTRE, Wish())
    opened = part_of(flows, CENTRE, Wish(opened=frozenset({CENTRE})))

    assert (part.downstream, len(part.seen) - 1) == (MANY, HUB)
    assert len(opened.seen) < 500
    assert opened.cut
    assert cost(lambda: part_of(flows, CENTRE, Wish())) < 0.3


def test_what_is_told_of_steps_in_view_costs_no_more_for_all_the_others(hub: Store) -> None:
    """The engine reads the derivations of the things in view; of the whole catalogue it took 0.2 s."""
    view = SimpleNamespace(store=hub, seq=1, clearance=Clearance.OPEN, path=Path())
    targets = [CENTRE, *map(made, range(HUB))]

    assert len(told(view, targets)) == HUB
    assert cost(lambda: told(view, targets)) < 0.05


def test_a_day_of_a_hub_is_made_in_one_walk(hub: Store) -> None:
    now, days = flows_of(hub), days_of(hub)

    then = flows_on(now, days, hub, "2026-01-15")

    assert len(then.after[then.numbers[CENTRE]]) == MANY // 2
    assert len(now.after[now.numbers[CENTRE]]) == MANY
    assert cost(lambda: flows_on(now, days, hub, "2026-01-15")) < 0.5


def test_whom_to_tell_is_a_page_with_an_end_however_many_they_are() -> None:
    assert listed(1) == SHOWN
    assert listed(10_000) == FEWEST
    assert all(listed(n) * n <= MOST for n in range(1, MOST // FEWEST))
