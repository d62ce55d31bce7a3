"""A change is seen before the disk has it all; a power cut then takes nothing that was acknowledged."""

from __future__ import annotations

import os
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.check import check
from graph.instance import Instance
from graph.loading.load import Order
from graph.views.bell import Bell, ring
from graph.views.frozen import JOURNAL, freeze
from graph.views.keeper import CALM, Keeper
from graph.views.settling import is_settled
from graph.views.snapshots import POINTER
from ontology.clearance import Clearance
from tests.catalogue import BASE, NOON, dataset, titles

LATER = NOON + timedelta(hours=1)
A, P = NamedNode(f"{BASE}/a"), NamedNode(f"{BASE}/p")


def write(instance: Instance, key: str, title: str) -> None:
    """Write a dataset down without publishing it."""
    order = Order(source="lamps", actor="a test", at=NOON, base=BASE, origin="a test")
    instance.load([dataset(key, title)], order)


def published_and_killed(instance: Instance) -> Path:
    """Publish what is pending as a keeper does that ends before anything settled."""
    keeper = Keeper(instance.home, instance.ledger)
    keeper.start()
    keeper.catch_up(NOON)
    keeper._unsettled.clear()  # as if its process were no more
    keeper.close()
    return instance.snapshots.current().path


@pytest.fixture
def cut(instance: Instance) -> Path:
    """Give the newest snapshot of an instance whose last change has not settled."""
    write(instance, "a", "旧")
    instance.settle(NOON)
    assert is_settled(instance.snapshots.current().path)
    write(instance, "b", "新")
    path = published_and_killed(instance)
    assert not is_settled(path)
    return path


def test_what_a_power_cut_took_from_a_snapshot_is_laid_again(instance: Instance, cut: Path) -> None:
    """The engine's log is empty, as a disk leaves a file that it was never told to keep."""
    for journal in cut.glob(f"*/store/*{JOURNAL}"):
        os.truncate(journal, 0)
    assert titles(Instance.of(instance.home), Clearance.OPEN) == {"旧"}

    instance.settle(LATER)
    assert titles(instance, Clearance.OPEN) == {"旧", "新"}
    assert is_settled(instance.snapshots.current().path)
    assert check(instance, LATER).faults == ()


@pytest.mark.usefixtures("cut")
def test_a_pointer_that_a_power_cut_emptied_is_set_again(instance: Instance) -> None:
    (instance.home.snapshots / POINTER).write_text("")
    instance.settle(LATER)
    assert titles(Instance.of(instance.home), Clearance.OPEN) == {"旧", "新"}


def test_readers_keep_what_they_saw_when_the_keeper_is_killed(
    instance: Instance, cut: Path
) -> None:
    keeper = Keeper(instance.home, instance.ledger)
    keeper.start()
    assert instance.snapshots.current().path == cut
    keeper.catch_up(LATER)
    assert instance.snapshots.current().seq == 2
    keeper.close()
    assert titles(instance, Clearance.OPEN) == {"旧", "新"}


def test_a_snapshot_settles_once_nothing_comes(instance: Instance) -> None:
    write(instance, "a", "灯")
    moment = [NOON]
    looks = iter(range(6))

    def clock() -> object:
        moment[0] += CALM / 2 + timedelta(milliseconds=1)
        return moment[0]

    keeper = Keeper(instance.home, instance.ledger)
    keeper.start()
    keeper.run(clock, lambda: next(looks, None) is None)  # type: ignore[arg-type]
    assert is_settled(instance.snapshots.current().path)
    keeper.close()


def test_a_copy_of_an_open_store_holds_all_that_was_written_and_nothing_later(
    tmp_path: Path,
) -> None:
    """Also while the engine writes its memory out and puts tables together."""
    store = Store(str(tmp_path / "store"))
    stop = threading.Event()

    def tidy() -> None:
        while not stop.is_set():
            store.flush()
            store.optimize()

    tidying = threading.Thread(target=tidy)
    tidying.start()
    try:
        for turn in range(25):
            store.extend(Quad(A, P, Literal(f"{turn} {n}")) for n in range(20))
            freeze(store, tmp_path / "store", tmp_path / f"copy-{turn}")
    finally:
        stop.set()
        tidying.join()
    counts = [len(Store.read_only(str(tmp_path / f"copy-{turn}"))) for turn in range(25)]
    assert counts == [20 * (turn + 1) for turn in range(25)]


def test_the_bell_wakes_at_once_and_nobody_rings_in_vain(tmp_path: Path) -> None:
    assert not ring(tmp_path)
    with Bell(tmp_path) as bell:
        threading.Timer(0.05, ring, (tmp_path,)).start()
        began = time.monotonic()
        bell.wait(20)
        assert time.monotonic() - began < 10
        assert ring(tmp_path)
    assert not ring(tmp_path)
