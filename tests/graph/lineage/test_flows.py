"""Walks over lineage: as SPARQL's own paths go, as the ledger replays, and never past the reader's view."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.lineage.days import Days, days_of, flows_on, renewed_days
from graph.lineage.edges import Edge, edges_of, lines_of, triples_of
from graph.lineage.flows import Flows, flows_of
from graph.lineage.holding import renewed, subjects
from graph.lineage.merging import Account, merged
from graph.lineage.part import HUB, Wish, part_of
from graph.lineage.walking import circles, reach, ways
from ontology.clearance import Clearance
from ontology.terms import DCAT, GOV, PROV, RDF
from sparql.query import ask

BASE = "http://127.0.0.1:8000/id/dataset/"
SEEDS = range(25)


def iri(number: object) -> str:
    return f"{BASE}{number}"


def store_of(pairs: set[tuple[int, int]], hidden: frozenset[int] = frozenset()) -> Store:
    """Give a store in which some things are not described."""
    store = Store()
    for one, other in pairs:
        store.add(
            Quad(NamedNode(iri(other)), PROV.wasDerivedFrom, NamedNode(iri(one)), DefaultGraph())
        )
        for end in {one, other} - hidden:
            store.add(Quad(NamedNode(iri(end)), RDF.type, DCAT.Dataset, DefaultGraph()))
    return store


def drawn(seed: int, things: int = 30, steps: int = 60) -> set[tuple[int, int]]:
    chance = random.Random(seed)
    pairs = ((chance.randrange(things), chance.randrange(things)) for _ in range(steps))
    return {(one, other) for one, other in pairs if one != other}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_follows_is_what_sparql_finds_by_its_own_path(seed: int):
    store = store_of(drawn(seed))
    flows = flows_of(store)
    for start in flows.iris[:8]:
        text = f"SELECT DISTINCT ?x {{ ?x <{PROV.wasDerivedFrom.value}>+ <{start}> }}"
        found = {row["x"].value for row in ask(store, text)} - {start}

        walked = reach(flows, [flows.numbers[start]], downstream=True)

        assert {flows.iris[n] for n in walked.parents} == found


@pytest.mark.parametrize("seed", SEEDS)
def test_what_cannot_be_seen_joins_nothing(seed: int):
    """The walk is that of a catalogue in which the hidden things never were."""
    pairs, hidden = drawn(seed), frozenset(random.Random(seed).sample(range(30), 8))
    seen = flows_of(store_of(pairs, hidden))
    bare = flows_of(store_of({pair for pair in pairs if not hidden & set(pair)}))

    assert not {iri(each) for each in hidden} & seen.numbers.keys()
    for start in bare.iris:
        one, other = seen.numbers.get(start), bare.numbers[start]
        for downstream in (True, False):
            mine = reach(seen, [one], downstream=downstream) if one is not None else None
            theirs = reach(bare, [other], downstream=downstream)
            told = {seen.iris[n] for n in mine.parents} if mine else set()
            assert told == {bare.iris[n] for n in theirs.parents}


@pytest.mark.parametrize("seed", SEEDS)
def test_lineage_as_of_a_day_is_what_was_told_by_then(seed: int):
    """Told day by day and asked today as of each day: the same as asked on that day."""
    chance, known = random.Random(seed), list[Edge]()
    replay: dict[str, set[tuple[str, str]]] = {}
    for number in range(12):
        day = (date(2026, 1, 1) + timedelta(days=2 * number)).isoformat()
        sources = chance.sample(range(6), chance.randrange(1, 5))
        told = tuple(Edge(iri(each), iri("t"), iri("job")) for each in sources)
        known = merged(known, Account(told, day, iri("job"), whole=True))
        replay[day] = {(each.source, each.target) for each in known if not each.held_to}
    store = Store()
    for name in [*map(iri, range(6)), iri("t")]:
        store.add(Quad(NamedNode(name), RDF.type, DCAT.Dataset, DefaultGraph()))
    for edge in known:
        for _, triple in triples_of(edge):
            store.add(Quad(*triple, DefaultGraph()))

    for day, pairs in replay.items():
        then = flows_of(store, day)
        found = {(then.iris[a], then.iris[b]) for a, after in enumerate(then.after) for b in after}
        assert found == pairs
        assert {(e.source, e.target) for e in known if e.holds(day)} == pairs
    now = flows_of(store)
    assert sum(map(len, now.after)) == len(replay[day])


def test_edges_are_read_back_as_they_were_written():
    edge = Edge(iri(1), iri(2), iri("job"), ("https://w3id.org/govgraph/transformation/direct",),
                masking=True, note='哈希 "x"', held_from="2026-01-01", author="li")  # fmt: skip
    ended = Edge(iri(3), iri(2), held_from="2026-01-01", held_to="2026-02-01")

    lines = lines_of([edge, ended], dict.fromkeys(map(iri, [1, 2, 3, "job"]), Clearance.OPEN))

    said = [(level, line) for level, each in lines.items() for line in each]
    assert edges_of(said) == sorted([edge, ended], key=lambda each: (each.key, each.held_from))


def test_an_end_of_which_nothing_is_known_counts_as_for_the_office_alone():
    assert lines_of([Edge(iri(1), iri(2))], {iri(1): Clearance.OPEN}).keys() == {
        Clearance.GOVERNANCE
    }


def test_a_hub_shows_the_first_few_and_opens_on_demand():
    flows = flows_of(store_of({(0, n) for n in range(1, 41)}))

    shut = part_of(flows, iri(0), Wish())
    opened = part_of(flows, iri(0), Wish(opened=frozenset({iri(0)})))

    assert (len(shut.seen) - 1, shut.downstream) == (HUB, 40)
    assert next(each for each in shut.seen if not each.level).more == 40 - HUB
    assert len(opened.seen) - 1 == 40


def test_what_is_hidden_takes_with_it_what_is_reached_through_it_alone():
    flows = flows_of(store_of({(0, 1), (1, 2), (0, 3)}))

    part = part_of(flows, iri(0), Wish(down=5, hidden=frozenset({iri(1)})))

    assert {each.iri for each in part.seen} == {iri(0), iri(3)}


def test_circles_are_found_and_walks_end_in_them():
    flows = flows_of(store_of({(0, 1), (1, 2), (2, 0), (2, 3)}))

    ring = circles(flows, range(4))

    assert [{flows.iris[n] for n in each} for each in ring] == [{iri(0), iri(1), iri(2)}]
    assert reach(flows, [flows.numbers[iri(0)]], downstream=True).total == 3


def test_the_shortest_way_comes_first():
    flows = flows_of(store_of({(0, 1), (1, 2), (2, 3), (0, 3)}))

    found = ways(flows, flows.numbers[iri(0)], flows.numbers[iri(3)], most=5, longest=6)

    assert [len(each) for each in found] == [2, 4]


@pytest.mark.parametrize("seed", SEEDS)
def test_flows_brought_up_to_a_change_are_those_made_anew(seed: int):
    """Steps come and go, things are shown and hidden: only what was touched is read again."""
    was, now = drawn(seed), drawn(seed) ^ drawn(seed + 1000, steps=8)
    chance = random.Random(seed)
    hidden = [frozenset(chance.sample(range(30), 4)) for _ in range(2)]
    before, after = store_of(was, hidden[0]), store_of(now, hidden[1])
    lines = [str(quad.triple) for quad in {*before} ^ {*after}]

    found = renewed(flows_of(before), after, subjects(lines))

    fresh = flows_of(after)
    assert told(found) == told(fresh)
    assert {each for each in found.iris if found.number(each) is not None} == set(fresh.iris)


@pytest.mark.parametrize("seed", SEEDS)
def test_flows_of_a_day_made_from_those_of_now_are_those_read_for_it(seed: int):
    """Steps with times and without, that hold and that ended, beside what systems say; things hidden."""
    was, now = timed(seed), timed(seed, moved=seed + 1000)
    lines = [str(quad.triple) for quad in {*was} ^ {*now}]
    days = renewed_days(days_of(was), now, subjects(lines))
    kept = renewed(flows_of(was), now, subjects(lines))

    assert pruned(days) == pruned(days_of(now))
    for day in ("2025-12-31", "2026-01-05", "2026-01-10", "2026-01-15", "2026-03-01"):
        then = flows_on(kept, days, now, day)
        fresh = flows_of(now, day)
        assert told(then) == told(fresh)
        assert named_kinds(then) == named_kinds(fresh)
    assert told(kept) == told(flows_of(now))  # what is of now was left alone


def timed(seed: int, moved: int | None = None) -> Store:
    """Give a store with steps of every sort; `moved` changes some of them by another chance."""
    chance, other = random.Random(seed), random.Random(moved)
    store = Store()

    def say(one: str, term: NamedNode, end: NamedNode | Literal) -> None:
        store.add(Quad(NamedNode(one), term, end, DefaultGraph()))

    for number in range(60):
        source, target = chance.sample(range(16), 2)
        sort, begin, end = chance.randrange(4), chance.randrange(1, 20), chance.randrange(1, 30)
        if moved is not None and other.random() < 0.2:
            sort, end = other.randrange(4), other.randrange(1, 30)
        if sort == 0:
            say(iri(source), GOV.feeds, NamedNode(iri(target)))
        if sort in {0, 1, 2}:
            say(iri(target), PROV.wasDerivedFrom, NamedNode(iri(source)))
        if sort in {2, 3}:
            node = f"{iri(target)}#derived-{number}"
            say(iri(target), PROV.qualifiedDerivation, NamedNode(node))
            say(node, PROV.entity, NamedNode(iri(source)))
            say(node, GOV.heldFrom, Literal(f"2026-01-{begin:02d}"))
            if sort == 3:
                say(node, GOV.heldTo, Literal(f"2026-01-{end:02d}"))
    hidden = other.randrange(16) if moved is not None else 99
    for number in range(16):
        if number != hidden:
            say(iri(number), RDF.type, DCAT.Dataset)
    return store


def pruned(days: Days) -> dict[str, dict[str, tuple[int, list[tuple[str, str]]]]]:
    return {
        one: {two: (times.otherwise, sorted(times.spans)) for two, times in of.items()}
        for one, of in days.items()
    }


def named_kinds(flows: Flows) -> dict[tuple[str, str], int]:
    return {(flows.iris[one], flows.iris[two]): kind for (one, two), kind in flows.kinds.items()}


def told(flows: Flows) -> tuple[set[tuple[str, str]], ...]:
    """Give the steps as both sides tell them."""
    return tuple(
        {
            (flows.iris[one], flows.iris[other])
            if side is flows.after
            else (flows.iris[other], flows.iris[one])
            for one, others in enumerate(side)
            for other in others
        }
        for side in (flows.after, flows.before)
    )
