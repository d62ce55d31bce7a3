"""One entry at a time: the second editor is told, the past can be read and brought back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph.check import check
from graph.editing import Edit, as_it_was, put, remove, restore
from graph.instance import Instance
from ontology.clearance import Clearance
from ontology.errors import Conflict, NotFound
from tests.catalogue import NOON, Load, dataset, titles


def edit(begun: int, *, minutes: int = 1) -> Edit:
    return Edit("lamps", "li", NOON + timedelta(minutes=minutes), "a test", begun)


def entry(code: str, title: str, **more: object):
    found = dataset(code, title, **more).entry  # type: ignore[arg-type]
    assert found
    return found


def title_then(instance: Instance, seq: int) -> str | None:
    state = as_it_was(instance, "lamps", "a", seq)
    if state is None:
        return None
    return next(
        line.split('"')[1]
        for _, line in state
        if "/dataset/a> <http://purl.org/dc/terms/title>" in line
    )


def test_a_new_entry_is_there_for_its_author_at_once(instance: Instance):
    seq = put(instance, entry("a", "路灯"), edit(0))

    assert seq == 1
    assert titles(instance, Clearance.OPEN) == {"路灯"}


def test_saving_without_a_difference_writes_nothing(instance: Instance):
    seq = put(instance, entry("a", "路灯"), edit(0))
    assert seq
    assert put(instance, entry("a", "路灯"), edit(seq, minutes=9)) is None
    assert instance.ledger.last() == seq


def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(instance: Instance):
    begun = put(instance, entry("a", "路灯"), edit(0))
    assert begun
    put(instance, entry("a", "路灯一"), edit(begun))

    with pytest.raises(Conflict, match="Someone else changed this entry"):
        put(instance, entry("a", "路灯二"), edit(begun))
    assert titles(instance, Clearance.OPEN) == {"路灯一"}


def test_a_removed_entry_is_gone_and_can_be_brought_back(instance: Instance):
    first = put(instance, entry("a", "路灯"), edit(0))
    assert first
    gone = remove(instance, "a", edit(first))
    assert titles(instance, Clearance.OPEN) == set()

    restore(instance, "a", first, edit(gone))
    assert titles(instance, Clearance.OPEN) == {"路灯"}
    assert check(instance, NOON).faults == ()


def test_an_entry_can_be_read_as_it_was_at_any_change(instance: Instance):
    first = put(instance, entry("a", "一"), edit(0))
    second = put(instance, entry("a", "二"), edit(first or 0))
    gone = remove(instance, "a", edit(second or 0))
    last = put(instance, entry("a", "三"), edit(gone))
    assert first
    assert second
    assert last

    states = [title_then(instance, seq) for seq in (0, first, second, gone, last)]
    assert states == [None, "一", "二", None, "三"]


def test_a_load_is_part_of_the_past_like_any_edit(instance: Instance, load: Load):
    first = load(dataset("a", "载入")).seq
    assert first
    put(instance, entry("a", "编辑"), edit(first))

    assert title_then(instance, first) == "载入"


def test_what_is_restored_to_where_it_never_was_is_refused(instance: Instance):
    first = put(instance, entry("a", "一"), edit(0))
    assert first
    with pytest.raises(NotFound, match="did not exist at change 0"):
        restore(instance, "a", 0, edit(first))


def test_removing_what_is_not_there_is_refused(instance: Instance):
    with pytest.raises(NotFound):
        remove(instance, "nothing", edit(0))


def test_a_statement_that_becomes_less_visible_leaves_the_open_view(instance: Instance):
    first = put(instance, entry("a", "路灯"), edit(0))
    assert first
    put(instance, entry("a", "路灯", clearance=Clearance.SHARED), edit(first))

    assert titles(instance, Clearance.OPEN) == set()
    assert titles(instance, Clearance.SHARED) == {"路灯"}
    assert check(instance, NOON).faults == ()
