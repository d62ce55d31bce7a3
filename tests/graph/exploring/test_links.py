"""Links of one thing: counted before they are fetched, at a cost that has an end."""

from __future__ import annotations

from collections import Counter

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.exploring import links, scene
from graph.exploring.links import Relation
from graph.exploring.outline import leads
from graph.exploring.scene import STEP, Opening
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT, FOAF, GOV, ORG, PROV, RDF
from tests.town import BASE, town

HUB = NamedNode("http://example.org/hub")
KEEPS = Relation(DCT.publisher.value, inward=True)


def thing(number: int) -> NamedNode:
    return NamedNode(f"http://example.org/{number}")


@pytest.fixture(scope="module")
def hub() -> Store:
    """A department with 12,000 datasets, 30 of which are layers, and one contact."""
    store, merge = Store(), DefaultGraph()
    quads = [Quad(HUB, RDF.type, FOAF.Agent, merge)]
    for number in range(12_000):
        of_class = GOV.MapLayer if number % 400 == 0 else DCAT.Dataset
        quads.append(Quad(thing(number), RDF.type, of_class, merge))
        quads.append(Quad(thing(number), DCT.publisher, HUB, merge))
    quads += [Quad(thing(n), DCT.creator, HUB, merge) for n in range(12_000)]
    quads.append(Quad(thing(1), PROV.wasDerivedFrom, HUB, merge))
    store.bulk_extend(quads)
    return store


def test_a_hub_tells_how_many_and_that_there_are_more(hub: Store) -> None:
    told = {each.relation: each for each in links.counts(hub, HUB.value)}

    assert (told[KEEPS].number, told[KEEPS].more) == (links.COUNTED, True)
    rare = told[Relation(PROV.wasDerivedFrom.value, inward=True)]
    assert (rare.number, rare.more) == (1, False), "no relation is passed over"


def test_a_hub_gives_a_page_and_those_of_a_class(hub: Store) -> None:
    page = links.page(hub, HUB.value, KEEPS, STEP)
    layers = links.page(hub, HUB.value, KEEPS, 100, GOV.MapLayer.value)
    numbers, more = links.classes(hub, HUB.value, KEEPS)

    assert (len(page.iris), page.more) == (STEP, True)
    assert all(links.is_a(hub, each, GOV.MapLayer.value) for each in layers.iris)
    assert 20 <= len(layers.iris) <= 30
    assert sum(numbers.values()) == links.SORTED
    assert more


def test_counts_are_those_of_the_view() -> None:
    """Every department of the town: what is counted is what the merge states of it."""
    view = town()
    typed = view.store.quads_for_pattern(None, RDF.type, ORG.FormalOrganization, DefaultGraph())
    departments = [quad.subject for quad in typed]
    assert departments
    for node in departments:
        assert isinstance(node, NamedNode)
        told = links.counts(view.store, node.value)
        inner = Counter(
            each.predicate.value
            for each in view.store.quads_for_pattern(None, None, node, DefaultGraph())
        )
        assert {e.relation.term: e.number for e in told if e.relation.inward} == inner


def test_what_a_view_does_not_describe_is_in_no_count_and_no_page() -> None:
    store, merge = Store(), DefaultGraph()
    store.add(Quad(thing(1), RDF.type, DCAT.Dataset, merge))
    store.add(Quad(thing(1), GOV.sourceSystem, thing(2), merge))

    relation = Relation(GOV.sourceSystem.value, inward=False)
    assert [each for each in links.counts(store, thing(1).value) if each.relation == relation] == []
    assert links.page(store, thing(1).value, relation, 5).iris == ()
    gathered = scene.gather(store, [thing(2).value, thing(3).value], [])
    assert gathered.parents == {}
    assert len(gathered.missing) == 2


def test_links_in_view_are_those_of_sparql_with_the_sources_that_state_them() -> None:
    view = town(Clearance.OPEN)
    iri = f"{BASE}/id/department/jtw"
    found = scene.gather(view.store, [], [Opening(iri, KEEPS, 2)])

    told = scene.arcs(view.store, found.parents)

    within = set(found.parents)
    wanted = {
        (quad.subject.value, quad.predicate.value, quad.object.value)
        for each in within
        for quad in view.store.quads_for_pattern(NamedNode(each), None, None, DefaultGraph())
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
        if quad.object.value in within and quad.subject != quad.object
    }
    assert {(each.source, each.term, each.target) for each in told} == wanted
    assert all(each.graphs for each in told)


def test_a_thing_that_leads_to_very_much_is_asked_only_for_what_is_in_view() -> None:
    store, merge = Store(), DefaultGraph()
    for number in range(scene.WIDE + 200):
        store.add(Quad(HUB, DCT.hasPart, thing(number), merge))
        store.add(Quad(thing(number), RDF.type, DCAT.Dataset, merge))
    last = [thing(number).value for number in range(scene.WIDE, scene.WIDE + 5)]

    assert {each.target for each in scene.arcs(store, [HUB.value, *last])} == set(last)


def test_more_than_fits_is_cut_and_told() -> None:
    store, merge = Store(), DefaultGraph()
    for number in range(scene.MOST + 100):
        store.add(Quad(thing(number), RDF.type, DCAT.Dataset, merge))
        store.add(Quad(thing(number), DCT.publisher, HUB, merge))
    found = scene.gather(
        store,
        [],
        [
            Opening(HUB.value, KEEPS, 50),
            Opening(DCAT.Dataset.value, Relation(RDF.type.value, inward=True), 50),
        ],
    )

    assert found.cut
    assert len(found.parents) == scene.MOST


def test_kinds_lead_to_one_another_as_their_first_things_do() -> None:
    told = leads(town().store, [DCAT.Dataset.value, ORG.FormalOrganization.value])

    assert (DCAT.Dataset.value, DCT.publisher.value, ORG.FormalOrganization.value) in {
        (each.source, each.term, each.target) for each in told
    }
