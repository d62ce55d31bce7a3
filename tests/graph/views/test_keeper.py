"""The keeper loses nothing that was written down, whenever it is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph.check import check
from graph.home import Settings, create_home
from graph.instance import Instance
from graph.ledger.entries import Delivery, Entry
from graph.loading.load import Order
from graph.search.folding import Folds
from graph.search.question import Question
from graph.views.keeper import Keeper
from ontology.clearance import Clearance
from ontology.errors import Conflict, Gone, Unavailable
from ontology.terms import DCT, GOV, RDF, SKOS
from tests.catalogue import BASE, NOON, Load, dataset, titles

LATER = NOON + timedelta(days=1)

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from graph.instance import Instance
from graph.loading.load import Order
from tests.catalogue import BASE, dataset

instance = Instance.open(Path(sys.argv[1]))
first, size = int(sys.argv[2]), int(sys.argv[3])
now = datetime.now(UTC)
print("ready", flush=True)
for number in range(first, first + 1000):
    deliveries = [dataset(f"d{number}-{each}", f"灯 {number} {each}") for each in range(size)]
    order = Order(source="lamps", actor="writer", at=now, base=BASE, origin="test")
    report = instance.load(deliveries, order)
    print(number, report.seq, flush=True)
"""


def test_a_second_keeper_is_refused(instance: Instance) -> None:
    first = Keeper(instance.home, instance.ledger)
    try:
        with pytest.raises(Conflict, match="Another process keeps"):
            Keeper(instance.home, instance.ledger)
    finally:
        first.close()


def test_before_the_first_snapshot_a_reader_is_told_to_come_back(instance: Instance) -> None:
    with pytest.raises(Unavailable, match="Nothing has been published yet"):
        instance.snapshots.view(Clearance.OPEN)


def test_a_reader_keeps_what_it_opened_while_the_keeper_goes_on(
    instance: Instance, load: Load
) -> None:
    load(dataset("a", "旧"))
    old = instance.snapshots.view(Clearance.OPEN)
    assert old.store
    load(dataset("a", "新"), at=LATER)

    found = {quad.object.value for quad in old.store.quads_for_pattern(None, None, None, None)}
    assert "旧" in found
    assert titles(instance, Clearance.OPEN) == {"新"}


def test_what_was_just_published_is_opened_before_it_is_asked_for(
    instance: Instance, load: Load
) -> None:
    load(dataset("a", "灯"))
    instance.snapshots.open_ahead().join(10)

    views = [instance.snapshots.view(each) for each in Clearance]
    assert all({"store", "index"} <= set(vars(view)) for view in views)


def test_nothing_is_opened_ahead_where_nothing_was_published(instance: Instance) -> None:
    instance.snapshots.open_ahead().join(10)  # a warning here would be an error


def test_a_view_that_holds_nothing_of_a_change_writes_no_index_for_it(
    instance: Instance, load: Load
) -> None:
    def told(clearance: Clearance) -> bytes:
        return (instance.snapshots.view(clearance).path / "index" / "meta.json").read_bytes()

    load(dataset("a", "灯"))
    before = {each: told(each) for each in Clearance}
    load(dataset("b", "路", clearance=Clearance.GOVERNANCE), at=LATER)

    assert told(Clearance.OPEN) == before[Clearance.OPEN]
    assert told(Clearance.GOVERNANCE) != before[Clearance.GOVERNANCE]
    assert instance.snapshots.view(Clearance.GOVERNANCE).index.count() == 2


def test_old_snapshots_go_unless_a_paging_reader_asks_for_them(tmp_path: Path) -> None:
    home = create_home(tmp_path, Settings(base=BASE, snapshot_seconds=3600.0))
    instance = Instance.of(home)
    keeper = Keeper(home, instance.ledger)
    keeper.start()
    now = datetime.now(UTC)
    for number in range(6):
        keeper.applied = number
        keeper.publish(now)
    snapshots = instance.snapshots
    later = now + timedelta(hours=2)
    os.utime(snapshots.numbered(1).path / "manifest.json", (later.timestamp(), later.timestamp()))
    keeper.applied = 6
    keeper.publish(later)
    keeper.close()
    instance.close()

    assert snapshots.numbered(1).seq == 1
    with pytest.raises(Gone):
        snapshots.numbered(0)


def test_a_large_load_gives_stricter_views_the_same_as_laying_it_again(
    instance: Instance, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(
        dataset("x", "暗", clearance=Clearance.SHARED),
        dataset("y", "更暗", clearance=Clearance.GOVERNANCE),
    )
    monkeypatch.setattr("graph.views.keeper.BULK", 100)
    monkeypatch.setattr("graph.views.stores.BULK", 100)
    monkeypatch.setattr("graph.ledger.patch.INLINE_LINES", 50)
    secret = f'<{BASE}/id/dataset/d3> <https://w3id.org/govgraph/ns#riskNote> "秘" .'
    load(
        *(dataset(f"d{n}", f"灯{n}", private=(secret,) if n == 3 else ()) for n in range(200)),
        source="more",
        at=LATER,
    )

    assert len(titles(instance, Clearance.OPEN)) == 200
    assert len(titles(instance, Clearance.SHARED)) == 201
    assert len(titles(instance, Clearance.GOVERNANCE)) == 202
    monkeypatch.undo()
    assert check(instance, LATER).faults == ()


def test_what_was_there_before_shows_the_names_that_a_large_load_brings(
    instance: Instance, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = f"{BASE}/id/department/lamps"
    load(dataset("x", "旧", extra=(f"<{BASE}/id/dataset/x> {DCT.publisher} <{office}> .",)))
    monkeypatch.setattr("graph.views.keeper.BULK", 100)
    monkeypatch.setattr("graph.views.stores.BULK", 100)
    monkeypatch.setattr("graph.ledger.patch.INLINE_LINES", 50)
    lines = (
        f"<{office}> {RDF.type} {GOV.Department} .",
        f'<{office}> {GOV.code} "lamps" .',
        f'<{office}> {SKOS.prefLabel} "路灯管理处"@zh .',
    )
    brought = Entry(
        "department", "lamps", office, "lamps", "路灯管理处", (office,), {Clearance.OPEN: lines}
    )
    many = (dataset(f"d{n}", f"灯{n}") for n in range(200))
    load(Delivery(entry=brought), *many, source="more", at=LATER)

    index = instance.snapshots.view(Clearance.OPEN).index
    assert [hit.row.iri for hit in index.search(Question(text="路灯管理处")).hits][:1] == [
        f"{BASE}/id/dataset/x"
    ]
    monkeypatch.undo()
    assert check(instance, LATER).faults == ()


@pytest.mark.slow
def test_killed_at_any_moment_nothing_acknowledged_is_missing(tmp_path: Path) -> None:
    """Twenty times: writers and keeper are killed with -9 at a random moment, then checked."""
    home = create_home(tmp_path / "home", Settings(base=BASE))
    chance = random.Random(20170815)
    acknowledged: set[str] = set()
    for turn in range(20):
        size = chance.choice((1, 5, 400))
        acknowledged |= killed_writer(home.path, turn * 1000, size, chance.uniform(0.4, 1.6))
        instance = Instance.of(home)
        instance.settle(NOON)
        assert acknowledged <= titles(instance, Clearance.OPEN)
        assert len(titles(instance, Clearance.OPEN)) == instance.ledger.live_counts().get(
            "dataset", 0
        )
        instance.close()
    instance = Instance.of(home)
    assert acknowledged
    assert check(instance, NOON).faults == ()
    instance.close()


def killed_writer(home: Path, first: int, size: int, seconds: float) -> set[str]:
    """Let a process load and keep for some time, kill it, and give the titles it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home), str(first), str(size)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGKILL)
    output, _ = process.communicate()
    done = [int(line.split()[0]) for line in output.splitlines() if len(line.split()) == 2]
    return {f"灯 {number} {each}" for number in done for each in range(size)}


def test_a_snapshot_that_cannot_be_read_is_laid_again_without_going_back(
    instance: Instance, load: Load
) -> None:
    load(dataset("a", "旧"))
    load(dataset("b", "新"), at=LATER)
    before = instance.snapshots.current()
    for clearance in Clearance:
        (before.path / clearance.value / "index" / "meta.json").write_text("{}")

    keeper = Keeper(instance.home, instance.ledger)
    keeper.start()
    seen = []
    while keeper.step(LATER, up_to=keeper.applied + 1):
        seen.append(instance.snapshots.current().seq)
    keeper.close()

    assert set(seen) == {before.seq}
    assert instance.snapshots.current().path != before.path
    assert titles(instance, Clearance.OPEN) == {"旧", "新"}
    assert instance.snapshots.view(Clearance.OPEN).index.count() == 2


def test_a_service_within_a_dataset_comes_and_goes_with_it_in_the_index(
    instance: Instance, load: Load
) -> None:
    node = f"<{BASE}/id/service/a.api>"
    service = (
        f"{node} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#DataService> .",
        f'{node} <http://purl.org/dc/terms/title> "接口"@zh .',
        f'{node} <https://w3id.org/govgraph/ns#code> "a.api" .',
    )
    load(dataset("a", extra=service))
    index = instance.snapshots.view(Clearance.OPEN).index
    assert index.count(frozenset({"service"})) == 1
    assert check(instance, LATER).faults == ()

    load(dataset("a"), at=LATER)
    assert instance.snapshots.view(Clearance.OPEN).index.count(frozenset({"service"})) == 0
    assert check(instance, LATER).faults == ()


def test_what_an_older_release_indexed_of_merged_entries_is_taken_out_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge, kept, gone = (f"<{BASE}/id/{each}>" for each in ("merge/m", "dataset/a", "dataset/b"))
    said = (
        f"{merge} {GOV.keptEntry} {kept} .",
        f"{merge} {GOV.mergedEntry} {gone} .",
        f'{merge} {GOV.outcome} "accepted" .',
    )
    home = create_home(tmp_path, Settings(base=BASE))
    instance = Instance.of(home)
    with monkeypatch.context() as older:  # which knew no merges when it wrote the index
        older.setattr("graph.search.document.folds", lambda *_a, **_k: Folds())
        older.setattr("graph.views.keeper.folds", lambda *_a, **_k: Folds())
        order = Order(source="lamps", actor="test", at=NOON, base=BASE, origin="test")
        instance.load([dataset("a", "灯", extra=said), dataset("b", "路灯")], order)
        instance.settle(NOON)
    assert instance.snapshots.view(Clearance.OPEN).index.count() == 2

    keeper = Keeper(home, instance.ledger)
    keeper.start()
    assert not keeper.step(LATER)
    assert not keeper.step(LATER)
    keeper.close()

    found = instance.snapshots.view(Clearance.OPEN).index
    assert list(found.all_iris()) == [kept[1:-1]]
    assert len(list(home.snapshots.glob("[0-9]*"))) <= 2
    instance.close()
