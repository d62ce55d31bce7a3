"""Joins are found through keys: the shortest way first, and none through what is not there."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from graph.association.holdings import Holdings, holdings, renewed, risky
from graph.association.joining import MOST_JOINS, partners, paths, sql
from graph.association.suggesting import Element
from ontology.terms import DCT, GOV, RDF, SKOS
from tests.catalogue import BASE
from tests.town import town

KEYS = {name: Element(name, name, name, (), key=True) for name in "abcdef"}
HELD = st.dictionaries(
    st.sampled_from([f"d{number}" for number in range(8)]),
    st.sets(st.sampled_from(sorted(KEYS)), min_size=1, max_size=3),
    min_size=2,
)


def made(held: dict[str, set[str]]) -> Holdings:
    return Holdings(
        KEYS,
        {each: {key: f"{each}.{key}" for key in sorted(keys)} for each, keys in held.items()},
        dict.fromkeys(held, "office"),
    )


@given(held=HELD)
def test_every_step_of_a_way_joins_by_a_key_that_both_hold(held: dict[str, set[str]]) -> None:
    one, other = sorted(held)[:2]
    for path in paths(made(held), one, other):
        assert (path.datasets[0], path.datasets[-1]) == (one, other)
        assert len(path.keys) == len(path.datasets) - 1 <= MOST_JOINS
        assert len(set(path.datasets)) == len(path.datasets)
        for (left, right), key in zip(pairwise(path.datasets), path.keys, strict=True):
            assert key.iri in held[left] & held[right]


@given(held=HELD)
def test_the_shortest_way_is_as_short_as_a_plain_search_finds(held: dict[str, set[str]]) -> None:
    """A second opinion: breadth first over datasets that share a key."""
    one, other = sorted(held)[:2]
    reached, at, steps = {one}, {one}, 0
    while other not in reached and at and steps < MOST_JOINS:
        at = {each for each in held for near in at if held[each] & held[near]} - reached
        reached |= at
        steps += 1
    found = paths(made(held), one, other)

    assert bool(found) is (other in reached)
    assert not found or len(found[0].keys) == steps


def test_partners_are_counted_without_oneself() -> None:
    found = partners(made({"d0": {"a"}, "d1": {"a"}, "d2": {"a", "b"}, "d3": {"b"}}), "d0")

    assert [(each.key.iri, each.count) for each in found] == [("a", 2)]


def test_a_name_with_quotes_stays_one_name_in_the_sketch() -> None:
    held = made({"d0": {"a"}, "d1": {"a"}})
    path = paths(held, "d0", "d1")[0]
    tables = {"d0": '灯"; DROP TABLE x; --', "d1": "桥"}
    columns = {(each, "a"): "码" for each in tables}

    assert '"灯""; DROP TABLE x; --"' in sql(path, tables, columns)


def test_quasi_identifiers_are_a_risk_only_together() -> None:
    name, birth = (
        Element(each, each, each, (), library="population", sensitive=True) for each in "nb"
    )

    assert risky([name]) == ()
    assert risky([name, birth]) == (name, birth)


def test_what_is_renewed_is_what_is_read_anew() -> None:
    store = Store(), town().store
    memory = store[0]
    memory.extend(store[1])
    before = holdings(memory)
    element = next(iter(before.elements))
    changed = sorted(before.held)[:2]
    item = NamedNode(next(iter(before.held[changed[0]].values())))
    for quad in list(memory.quads_for_pattern(item, GOV.element, None, None)):
        memory.remove(quad)
    fresh = NamedNode(f"{BASE}/id/item/fresh.1")
    memory.add(Quad(fresh, DCT.isPartOf, NamedNode(changed[1]), DefaultGraph()))
    memory.add(Quad(fresh, GOV.element, NamedNode(element), DefaultGraph()))

    now = renewed(before, memory, changed)

    assert (now.held, now.owners) == (holdings(memory).held, holdings(memory).owners)
    assert now.held != before.held


def test_an_item_without_a_dataset_or_with_an_unknown_element_is_no_holding() -> None:
    store = Store()
    store.add(Quad(NamedNode("urn:e"), RDF.type, GOV.DataElement, DefaultGraph()))
    store.add(Quad(NamedNode("urn:i"), GOV.element, NamedNode("urn:e"), DefaultGraph()))
    store.add(Quad(NamedNode("urn:j"), GOV.element, NamedNode("urn:x"), DefaultGraph()))
    store.add(Quad(NamedNode("urn:j"), DCT.isPartOf, NamedNode("urn:d"), DefaultGraph()))
    store.add(Quad(NamedNode("urn:j"), SKOS.prefLabel, NamedNode("urn:d"), DefaultGraph()))

    assert holdings(store).held == {}
