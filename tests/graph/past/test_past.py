"""The catalogue as of a number of the ledger is what a fresh instance fed so far would be."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal

from graph.check import census
from graph.home import Settings, create_home
from graph.instance import Instance
from graph.ledger.entries import Delivery
from graph.loading.load import Order
from graph.past.asof import FOLDER, MAKING, HistoryThen, Pasts, Times
from graph.past.historian import KEPT, Wanted
from graph.past.historian import make as make_wanted
from graph.views.keeper import take_place
from ontology.clearance import Clearance
from ontology.errors import Conflict, Gone
from ontology.exact import XSD
from tests.catalogue import BASE, NOON, Load, dataset, titles

SECRET = f'<{BASE}/id/dataset/a> <https://w3id.org/govgraph/ns#riskNote> "near a school" .'
# What one load may hold: which datasets, of which clearance, under which title.
STATES = st.dictionaries(
    st.sampled_from("abc"), st.tuples(st.sampled_from(list(Clearance)), st.sampled_from("路灯桥"))
)


def make(instance: Instance, seq: int, **more: object) -> bool:
    """Make the view as of a number."""
    return make_wanted(Wanted(instance.home, instance.ledger, seq, NOON, **more))  # type: ignore[arg-type]


def numbered(code: str, title: str) -> tuple[str, ...]:
    """Give a number whose type a view has to keep."""
    kind = "byte" if code == "b" else "unsignedLong"
    return (f'<{BASE}/id/dataset/{code}> <http://e/n> "+{len(title)}"^^<{XSD}{kind}> .',)


def deliveries(state: dict[str, tuple[Clearance, str]]) -> list[Delivery]:
    return [
        dataset(
            code,
            title,
            clearance=clearance,
            extra=numbered(code, title) if code != "a" else (),
            private=(SECRET,) if code == "a" else (),
        )
        for code, (clearance, title) in sorted(state.items())
    ]


def fed(folder: Path, states: list[dict[str, tuple[Clearance, str]]]) -> Instance:
    """Give an instance that was fed these states of one source, one after another."""
    instance = Instance.of(create_home(folder, Settings(base=BASE)))
    for number, state in enumerate(states):
        order = Order(
            source="lamps",
            actor="a test",
            at=NOON + timedelta(days=number),
            base=BASE,
            origin="a test",
            replace=True,
            insist=True,
        )
        instance.load(deliveries(state), order)
        instance.settle(order.at)
    return instance


def regraded(states: list[dict[str, tuple[Clearance, str]]]) -> bool:
    """Say whether any dataset of the first of these states had another clearance later."""
    first, *later = states
    return any(
        code in state and state[code][0] is not clearance
        for code, (clearance, _) in first.items()
        for state in later
    )


def stricter(instance: Instance, clearance: Clearance) -> set[str]:
    """Give the datasets that a reader of a clearance may not know of today."""
    kept = (instance.ledger.entry("lamps", code) for code in "abc")
    return {each.iri for each in kept if each and not clearance.covers(each.clearance)}


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow])
@given(states=st.lists(STATES, min_size=1, max_size=4), data=st.data())
def test_a_view_of_the_past_equals_a_fresh_instance_fed_so_far(
    states: list[dict[str, tuple[Clearance, str]]], data: st.DataObject
) -> None:
    """Quads and documents of every clearance, whatever came, changed or went since.

    Of what was made stricter since, the open views hold nothing that is not theirs today.
    """
    folder = Path(tempfile.mkdtemp(prefix="past-"))
    then = data.draw(st.integers(1, len(states)))
    whole, prefix = fed(folder / "whole", states), fed(folder / "prefix", states[:then])
    seq = prefix.ledger.last()
    if seq < whole.ledger.last():
        shutil.rmtree(whole.home.snapshots / f"{seq:012d}", ignore_errors=True)  # from nothing

    assert make(whole, seq)
    pasts = Pasts(whole.home, whole.ledger)
    for clearance in Clearance:
        view, was = pasts.view(seq, clearance), prefix.snapshots.view(clearance)
        if regraded(states[then - 1 :]) and clearance is not Clearance.GOVERNANCE:
            assert not {each.subject.value for each in view.store} & stricter(whole, clearance)
            assert set(view.store) <= set(was.store)
        else:
            assert census(view) == census(was)
    whole.close()
    prefix.close()
    shutil.rmtree(folder)


def seen_then(instance: Instance, seq: int, clearance: Clearance) -> set[str]:
    """Give the values that the view as of a number holds for a reader."""
    make(instance, seq)
    view = Pasts(instance.home, instance.ledger).view(seq, clearance)
    return {quad.object.value for quad in view.store if isinstance(quad.object, Literal)}


@pytest.mark.parametrize("now", [Clearance.SHARED, Clearance.GOVERNANCE])
def test_what_was_made_stricter_since_is_not_open_in_the_past(
    instance: Instance, load: Load, now: Clearance
) -> None:
    """It was open to everyone then; who must not see it today does not see it as of then."""
    load(dataset("a", "泵站"), dataset("b", "路灯"))
    assert "泵站" in seen_then(instance, 1, Clearance.OPEN)  # a view made while it was open

    load(dataset("a", "泵站", clearance=now), at=NOON + timedelta(days=1))

    assert "泵站" not in seen_then(instance, 1, Clearance.OPEN)
    assert "路灯" in seen_then(instance, 1, Clearance.OPEN)
    assert ("泵站" in seen_then(instance, 1, Clearance.SHARED)) is (now is Clearance.SHARED)
    assert "泵站" in seen_then(instance, 1, Clearance.GOVERNANCE)


def test_what_was_made_stricter_and_then_removed_stays_hidden(
    instance: Instance, load: Load
) -> None:
    load(dataset("a", "泵站"), dataset("b", "路灯"))
    load(dataset("a", "泵站", clearance=Clearance.GOVERNANCE), at=NOON + timedelta(days=1))
    load(dataset("b", "路灯"), at=NOON + timedelta(days=2), replace=True, insist=True)

    assert "泵站" not in seen_then(instance, 1, Clearance.OPEN)


def test_what_was_only_removed_is_still_seen_as_of_then(instance: Instance, load: Load) -> None:
    load(dataset("a", "泵站"), dataset("b", "路灯"))
    load(dataset("b", "路灯"), at=NOON + timedelta(days=2), replace=True, insist=True)

    assert "泵站" in seen_then(instance, 1, Clearance.OPEN)


def test_a_property_that_is_internal_now_is_hidden_in_the_past(
    instance: Instance, load: Load
) -> None:
    floor = f'<{BASE}/id/dataset/a> <http://purl.org/dc/terms/description> "near the school" .'
    load(dataset("a", "泵站", extra=(floor,)))
    load(dataset("a", "泵站", private=(floor,)), at=NOON + timedelta(days=1))

    assert "near the school" not in seen_then(instance, 1, Clearance.OPEN)
    assert "near the school" in seen_then(instance, 1, Clearance.GOVERNANCE)


def test_an_open_snapshot_from_before_something_was_made_stricter_is_gone(
    instance: Instance, load: Load
) -> None:
    """Who pages through a feed on a pinned snapshot does not page on through what is hidden now."""
    load(dataset("a", "泵站"))
    assert instance.snapshots.view(Clearance.OPEN, 1)
    load(dataset("a", "泵站", clearance=Clearance.GOVERNANCE), at=NOON + timedelta(days=1))

    with pytest.raises(Gone):
        instance.snapshots.view(Clearance.OPEN, 1)
    assert instance.snapshots.view(Clearance.GOVERNANCE, 1)


def test_one_that_begins_from_a_snapshot_is_the_same(instance: Instance, load: Load) -> None:
    for number, title in enumerate("一二三"):
        load(dataset("a", title), at=NOON + timedelta(days=number))
    assert (instance.home.snapshots / f"{2:012d}").exists()

    make(instance, 2)

    store = Pasts(instance.home, instance.ledger).view(2, Clearance.OPEN).store
    assert any(quad.object.value == "二" for quad in store)
    assert titles(instance, Clearance.OPEN) == {"三"}


def test_a_day_shows_nothing_dated_after_it(instance: Instance, load: Load) -> None:
    for title, days in (("一", 0), ("二", 9), ("三", 3), ("四", 12)):
        load(dataset("a", title), at=NOON + timedelta(days=days))
    times = Times(instance.ledger)

    assert times.first() == NOON
    assert [times.number(NOON + timedelta(days=days)) for days in (0, 1, 9, 10, 13)] == [
        0,
        1,
        1,
        3,
        4,
    ]
    load(dataset("a", "五"), at=NOON + timedelta(days=20))
    assert times.number(NOON + timedelta(days=21)) == 5


def test_the_views_asked_for_last_are_kept_and_no_more(instance: Instance, load: Load) -> None:
    for number in range(KEPT + 2):
        load(dataset("a", str(number)), at=NOON + timedelta(days=number))
    pasts = Pasts(instance.home, instance.ledger)
    for seq in range(1, KEPT + 1):
        make(instance, seq)
    pasts.view(1, Clearance.OPEN)

    make(instance, KEPT + 1)

    assert [pasts.ready(seq) for seq in range(1, KEPT + 2)] == [True, False, True, True]
    with pytest.raises(Gone):
        pasts.view(2, Clearance.OPEN)


def test_one_is_made_at_a_time(instance: Instance, load: Load) -> None:
    load(dataset("a"))
    place = take_place(instance.home.path / FOLDER / MAKING / "keeper.lock")

    with pytest.raises(Conflict):
        make(instance, 1)
    place.close()
    assert make(instance, 1)


def test_what_is_wanted_no_more_leaves_nothing(instance: Instance, load: Load) -> None:
    load(dataset("a"))
    shutil.rmtree(instance.home.snapshots)

    assert not make(instance, 1, still=lambda: False)
    left = [path.name for path in (instance.home.path / FOLDER).iterdir()]
    assert left == [MAKING]
    assert not Pasts(instance.home, instance.ledger).ready(1)


def test_what_happened_later_is_not_told_of_then(instance: Instance, load: Load) -> None:
    load(dataset("a"), dataset("b"))
    load(dataset("b"), replace=True, insist=True)
    load(dataset("a"), dataset("b"))
    a = f"{BASE}/id/dataset/a"

    def then(seq: int) -> HistoryThen:
        return HistoryThen(instance.ledger, seq)

    assert [len(then(seq).of(a, Clearance.OPEN)) for seq in (1, 2, 3)] == [1, 2, 3]
    assert [len(then(seq).recent(Clearance.OPEN)) for seq in (1, 2, 3)] == [1, 2, 3]
    gone = [then(seq).gone("dataset", "a", Clearance.OPEN) for seq in (1, 2, 3)]
    assert [bool(each) for each in gone] == [False, True, False]


def test_the_first_moment_of_an_empty_ledger_is_none(instance: Instance) -> None:
    assert Times(instance.ledger).first() is None
    assert Times(instance.ledger).number(datetime(2100, 1, 1, tzinfo=UTC)) == 0
