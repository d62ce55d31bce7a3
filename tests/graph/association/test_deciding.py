"""Decisions on matches: through the ledger, in the item's own source, learned from, reversible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.association.deciding import ACCEPTED, OPEN, REJECTED, Decider, Wish, decide
from graph.association.matching import Matching, matching, renewed
from graph.association.sources import SOURCE
from graph.ledger.entries import Entry
from graph.ledger.ledger import undo
from ontology.clearance import Clearance
from ontology.errors import Conflict, Invalid
from ontology.terms import GOV
from tests.access import Access, access_to
from tests.town import BASE, NOON, load, sources


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("deciding"))
    yield made
    made.accounts.close()
    made.instance.close()


def store(access: Access, clearance: Clearance = Clearance.GOVERNANCE) -> Store:
    return access.instance.snapshots.view(clearance).store


def elements_in(access: Access, item: str, graph: str = "") -> list[str]:
    where = NamedNode(f"{BASE}/id/source/{graph}") if graph else DefaultGraph()
    quads = store(access).quads_for_pattern(NamedNode(item), GOV.element, None, where)
    return [str(each.object)[1:-1] for each in quads]


def wish(found: Matching, item: str, outcome: str) -> Wish:
    own = next(each for each in found.proposals if each.item == f"{BASE}/id/item/{item}")
    return Wish(own.item, own.dataset, own.best.element.iri, own.name, outcome)


def decided(access: Access, *wishes: Wish) -> int | None:
    access.clock.pass_by(minutes=1)
    return decide(access.instance, wishes, Decider("steward", access.clock(), "对照"))


def delivered(access: Access, change: str = "") -> None:
    """Let the transport commission's catalogue come again, one description changed or none."""
    access.clock.pass_by(minutes=1)
    deliveries = sources(NOON.date())["jtw"]
    load(
        access.instance,
        "jtw",
        [
            replace(each, entry=redescribed(each.entry, change)) if each.entry and change else each
            for each in deliveries
        ],
        access.clock(),
    )
    access.instance.settle(access.clock())


def redescribed(entry: Entry, text: str) -> Entry:
    line = f'<{entry.iri}> <http://purl.org/dc/terms/description> "{text}"@zh .'
    least = next(iter(entry.lines))
    return replace(entry, lines={**entry.lines, least: (*entry.lines[least], line)})


def test_an_accepted_match_stands_in_the_source_of_the_item(access: Access) -> None:
    found = matching(store(access))
    one = wish(found, "jtw-0002.8", ACCEPTED)

    seq = decided(access, one)

    assert seq
    assert elements_in(access, one.item, "jtw") == elements_in(access, one.item) == [one.element]
    now = matching(store(access))
    assert one.item not in now.items
    assert [each.outcome for each in now.decided if each.item == one.item] == [ACCEPTED]
    history = access.instance.ledger.history(iri=one.dataset, clearance=Clearance.OPEN, limit=1)
    assert [(each.seq, each.actor) for each in history] == [(seq, "steward")]


def test_a_delivery_that_says_nothing_of_it_leaves_it_and_one_that_changes_keeps_it(
    access: Access,
) -> None:
    one = wish(matching(store(access)), "jtw-0004.5", ACCEPTED)
    decided(access, one)
    before = access.instance.ledger.entry("jtw", one.dataset.rpartition("/")[2])

    delivered(access)
    assert access.instance.ledger.entry("jtw", one.dataset.rpartition("/")[2]) == before
    delivered(access, "又一句话。")

    assert elements_in(access, one.item, "jtw") == [one.element]


def test_a_match_that_was_taken_back_is_open_again_and_not_kept_by_deliveries(
    access: Access,
) -> None:
    one = wish(matching(store(access)), "gaj-0003.3", ACCEPTED)
    decided(access, one)
    decided(access, replace(one, outcome=OPEN))

    assert elements_in(access, one.item) == []
    now = matching(store(access))
    assert one.item in now.items
    assert all(each.item != one.item for each in now.decided)


def test_a_rejected_match_is_not_suggested_again_and_weighs_on_others(access: Access) -> None:
    found = matching(store(access))
    one = wish(found, "huangpu-0001.5", REJECTED)
    alike = [each for each in found.proposals if each.name == one.name and each.item != one.item]
    assert alike

    decided(access, one)

    now = matching(store(access))
    assert all(
        each.element.iri != one.element
        for proposal in now.proposals
        if proposal.item == one.item
        for each in proposal.suggestions
    )
    score = {each.item: each.best.score for each in now.proposals}
    assert all(score.get(each.item, 0) < each.best.score for each in alike)


def test_what_is_read_again_is_what_is_read_anew(access: Access) -> None:
    before = matching(store(access))
    one = next(each for each in before.proposals)

    decided(access, Wish(one.item, one.dataset, one.best.element.iri, one.name, ACCEPTED))

    told = renewed(before, store(access), [one.dataset])
    anew = matching(store(access))
    assert (dict(told.items), dict(told.matches)) == (dict(anew.items), dict(anew.matches))
    assert told.proposals == anew.proposals


def test_a_decision_is_undone_as_every_change_is(access: Access) -> None:
    one = wish(matching(store(access)), "gaj-0005.6", ACCEPTED)
    seq = decided(access, one)
    assert seq is not None

    undo(access.instance.ledger, seq, at=access.clock(), actor="steward", reason="wrong")
    access.instance.settle(access.clock() + timedelta(minutes=1))

    assert elements_in(access, one.item) == []
    assert one.item in matching(store(access)).items


def test_nothing_is_written_where_nothing_differs_or_two_are_accepted(access: Access) -> None:
    found = matching(store(access))
    one = wish(found, "gaj-0008.3", ACCEPTED)
    other = next(each for each in found.elements if each != one.element)
    last = access.instance.ledger.last()

    with pytest.raises(Invalid):
        decided(access, one, replace(one, element=other))
    with pytest.raises(Conflict):
        decided(access, replace(one, item=f"{BASE}/id/item/none"))
    assert access.instance.ledger.last() == last
    assert decided(access, one)
    assert access.instance.ledger.entry(SOURCE, "@source")


def test_who_may_not_see_an_item_sees_no_decision_on_it(access: Access) -> None:
    hidden = matching(store(access)).items.keys() - matching(store(access, Clearance.SHARED)).items
    found = matching(store(access))
    item = min(hidden)
    kept = found.items[item]
    one = Wish(item, kept.dataset, min(found.elements), kept.item.name, REJECTED)

    decided(access, one)

    assert item in {each.item for each in matching(store(access)).decided}
    for clearance in (Clearance.OPEN, Clearance.SHARED):
        seen = matching(store(access, clearance)).decided
        assert item not in {each.item for each in seen}
    assert not matching(store(access, Clearance.OPEN)).decided
