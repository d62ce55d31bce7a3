"""A load lands whole or not at all, and says what happened to every record."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from graph.check import check
from graph.instance import Instance
from graph.ledger.ledger import undo
from ontology.clearance import Clearance
from ontology.errors import Braked, Conflict
from tests.catalogue import BASE, NOON, Load, dataset, titles

LATER = NOON + timedelta(days=1)


def test_what_is_loaded_stands_in_every_view_that_may_see_it(
    instance: Instance, load: Load
) -> None:
    report = load(dataset("a", "路灯"), dataset("b", "暗灯", clearance=Clearance.SHARED))

    assert report.outcomes == {"new": 2}
    assert titles(instance, Clearance.OPEN) == {"路灯"}
    assert titles(instance, Clearance.SHARED) == {"路灯", "暗灯"}
    assert titles(instance, Clearance.GOVERNANCE) == {"路灯", "暗灯"}


def test_loading_the_same_twice_changes_nothing_the_second_time(
    instance: Instance, load: Load
) -> None:
    load(dataset("a"), dataset("b"))
    last = instance.ledger.last()

    report = load(dataset("b"), dataset("a"), at=LATER)

    assert report.outcomes == {"unchanged": 2}
    assert report.seq is None
    assert instance.ledger.last() == last


def test_a_changed_entry_is_told_statement_by_statement(instance: Instance, load: Load) -> None:
    load(dataset("a", "路灯"))
    report = load(dataset("a", "路灯位置"), at=LATER)

    assert report.outcomes == {"changed": 1}
    last = instance.ledger.history(iri=f"{BASE}/id/dataset/a", clearance=Clearance.OPEN)[0]
    assert last.action == "changed"
    assert last.diff
    added = [line for _, line in last.diff.added if "/title" in line]
    removed = [line for _, line in last.diff.removed if "/title" in line]
    assert ('"路灯位置"@zh' in added[0], '"路灯"@zh' in removed[0]) == (True, True)
    assert titles(instance, Clearance.OPEN) == {"路灯位置"}


def test_the_first_cataloguing_date_survives_a_change(instance: Instance, load: Load) -> None:
    load(dataset("a", "路灯"))
    load(dataset("a", "路灯位置"), at=LATER)

    store = instance.snapshots.view(Clearance.OPEN).store
    dates = {
        quad.predicate.value.rsplit("/", 1)[-1]: quad.object.value
        for quad in store.quads_for_pattern(None, None, None, None)
        if quad.subject.value == f"{BASE}/id/record/a"
    }
    assert dates["issued"].startswith(NOON.date().isoformat())
    assert dates["modified"].startswith(LATER.date().isoformat())


def test_replacing_removes_what_the_source_no_longer_has(instance: Instance, load: Load) -> None:
    load(*(dataset(f"d{n}", f"灯{n}") for n in range(10)))
    report = load(*(dataset(f"d{n}", f"灯{n}") for n in range(9)), at=LATER, replace=True)

    assert (report.outcomes["removed"], report.outcomes["unchanged"]) == (1, 9)
    assert "灯9" not in titles(instance, Clearance.OPEN)


def test_the_brake_holds_when_more_than_a_fifth_would_go(instance: Instance, load: Load) -> None:
    load(*(dataset(f"d{n}") for n in range(10)))
    last = instance.ledger.last()
    with pytest.raises(Braked, match="8 of 10") as braked:
        load(dataset("d0"), dataset("d1"), at=LATER, replace=True)

    assert "--insist" in braked.value.en
    assert instance.ledger.last() == last
    report = load(dataset("d0"), dataset("d1"), at=LATER, replace=True, insist=True)
    assert report.outcomes["removed"] == 8


def test_an_empty_delivery_removes_nothing(load: Load) -> None:
    load(*(dataset(f"d{n}") for n in range(10)))
    with pytest.raises(Braked):
        load(at=LATER, replace=True)


def test_a_rehearsal_tells_all_and_changes_nothing(instance: Instance, load: Load) -> None:
    report = load(dataset("a"), dry_run=True)

    assert report.outcomes == {"new": 1}
    assert instance.ledger.last() == 0


def test_undoing_a_load_takes_it_back_whole_and_can_be_undone(
    instance: Instance, load: Load
) -> None:
    load(dataset("a", "路灯"), dataset("b", "暗灯"))
    second = load(dataset("a", "路灯位置"), dataset("c", "新灯"), at=LATER).seq
    assert second

    undo(instance.ledger, second, at=LATER, actor="a test", reason="wrong file")
    instance.settle(LATER)
    assert titles(instance, Clearance.OPEN) == {"路灯", "暗灯"}

    undo(
        instance.ledger, instance.ledger.last(), at=LATER, actor="a test", reason="right after all"
    )
    instance.settle(LATER)
    assert titles(instance, Clearance.OPEN) == {"路灯位置", "暗灯", "新灯"}
    assert check(instance, LATER).faults == ()


def test_undoing_what_was_changed_since_is_refused(instance: Instance, load: Load) -> None:
    first = load(dataset("a", "路灯")).seq
    load(dataset("a", "路灯位置"), at=LATER)
    assert first
    with pytest.raises(Conflict, match="changed again since"):
        undo(instance.ledger, first, at=LATER, actor="a test", reason="late")


def test_a_load_after_an_undo_lands_again(instance: Instance, load: Load) -> None:
    seq = load(dataset("a")).seq
    assert seq
    undo(instance.ledger, seq, at=LATER, actor="a test", reason="wrong")
    instance.settle(LATER)
    report = load(dataset("a"), at=LATER)

    assert report.outcomes == {"new": 1}
    assert titles(instance, Clearance.OPEN) == {"路灯"}


def test_one_key_twice_lands_once_and_the_other_is_kept_for_mending(
    load: Load,
) -> None:
    report = load(dataset("a", "一"), dataset("a", "二"))

    assert report.quarantined == {"duplicate-key": 1}
    assert report.folder
    assert '"二"@zh' in (report.folder / "quarantine.nt").read_text("utf-8")


def test_two_sources_do_not_fight_over_one_dataset(instance: Instance, load: Load) -> None:
    load(dataset("a", "路灯"))
    report = load(dataset("a", "别的"), source="others", at=LATER)

    assert report.quarantined == {"held-by-another-source": 1}
    assert titles(instance, Clearance.OPEN) == {"路灯"}


def test_a_reader_that_fails_in_the_middle_leaves_nothing(instance: Instance, load: Load) -> None:
    def failing() -> object:
        yield dataset("a")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        load(*failing())  # type: ignore[misc]
    assert instance.ledger.last() == 0


def test_the_report_on_disk_adds_up(load: Load) -> None:
    report = load(dataset("a"), dataset("b"), dataset("a", "二"))

    assert report.folder
    summary = json.loads((report.folder / "summary.json").read_text("utf-8"))
    lines = (report.folder / "items.jsonl").read_text("utf-8").splitlines()
    items = [json.loads(line) for line in lines]
    assert summary["read"] == 3
    assert summary["new"] + sum(summary["quarantined"].values()) == 3
    assert sorted(item["what"] for item in items) == ["new", "new", "quarantined"]


def test_a_statement_that_two_sources_make_stands_once_in_the_merge_until_both_let_go(
    instance: Instance, load: Load
) -> None:
    said = f'<{BASE}/id/theme/x> <http://www.w3.org/2000/01/rdf-schema#label> "同" .'
    load(dataset("a", extra=(said,)), source="one")
    load(dataset("b", extra=(said,)), source="two")

    def merged() -> int:
        store = instance.snapshots.view(Clearance.OPEN).store
        node = NamedNode(f"{BASE}/id/theme/x")
        return len(list(store.quads_for_pattern(node, None, None, DefaultGraph())))

    assert merged() == 1
    load(dataset("a"), source="one", at=LATER)
    assert merged() == 1
    load(dataset("b"), source="two", at=LATER)
    assert merged() == 0
