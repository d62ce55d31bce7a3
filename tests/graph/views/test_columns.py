"""Each view has columns of its own, of the newest snapshot that stood still, and of no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph

from graph.home import Settings, create_home
from graph.instance import Instance
from graph.ledger.ledger import Change
from graph.ledger.patch import Section
from graph.views.column_writer import ColumnWriter, Moved, write
from graph.views.columns import Columns, path_in, release
from graph.views.keeper import Keeper
from ontology.clearance import Clearance
from ontology.terms import RDF
from tests import town
from tests.catalogue import BASE, NOON, dataset

STOOD = timedelta(minutes=1)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    made = Instance.of(create_home(tmp_path / "home", Settings(base=BASE)))
    yield made
    made.close()


def load(instance: Instance, turn: int, *codes: str) -> None:
    moment = NOON + timedelta(seconds=turn)
    town.load(instance, "jtw", [dataset(code, f"资源{code}") for code in codes], moment)
    instance.settle(moment)


def place(instance: Instance, clearance: Clearance) -> Path:
    return path_in(instance.snapshots.view(clearance).path, release())


def agree(instance: Instance) -> None:
    """Hold the columns of every view to the store that they stand beside."""
    for clearance in Clearance:
        store = instance.snapshots.view(clearance).store
        columns = Columns(place(instance, clearance), 64 << 20)
        merged = list(store.quads_for_pattern(None, None, None, DefaultGraph()))
        assert sum(columns.predicates.values()) == len(merged)
        assert columns.predicates[columns.number(str(RDF.type))] == sum(
            1 for each in merged if each.predicate == RDF.type
        )
        terms = {str(term) for each in merged for term in (each.subject, each.object)}
        assert all(columns.number(each) >= 0 for each in terms)


def test_columns_are_made_of_what_stood_and_go_with_it(instance: Instance) -> None:
    writer = ColumnWriter(instance.home, instance.ledger)
    load(instance, 1, "a", "b")
    published = instance.snapshots.current()

    assert writer.step(published.at) == 0, "it has just been published"
    assert writer.step(published.at + STOOD) == 3
    assert writer.step(published.at + STOOD) == 0
    agree(instance)
    load(instance, 2, "a", "b", "c")
    assert not place(instance, Clearance.OPEN).exists(), "a newer snapshot has none"
    assert writer.step(instance.snapshots.current().at + STOOD) == 3
    agree(instance)


def test_columns_are_carried_where_nothing_moved(instance: Instance) -> None:
    """At once, without standing: published anew all are; after a secret change the open view's."""
    load(instance, 1, "a", "b")
    writer = ColumnWriter(instance.home, instance.ledger)
    assert writer.step(instance.snapshots.current().at + STOOD) == 3
    made = {each: place(instance, each).stat().st_ino for each in Clearance}

    keeper = Keeper(instance.home, instance.ledger)
    keeper.start()
    keeper.publish(NOON)
    keeper.close()
    again = ColumnWriter(instance.home, instance.ledger)
    assert again.step(instance.snapshots.current().at) == 3
    assert {each: place(instance, each).stat().st_ino for each in Clearance} == made

    secret = Section(
        added=True, clearance=Clearance.GOVERNANCE, graph=f"{BASE}/id/source/jtw", count=1,
        lines=(f"<{BASE}/id/x> <{RDF.type.value}> <{BASE}/id/y> .",),
    )  # fmt: skip
    moment = NOON + timedelta(seconds=2)
    instance.ledger.append(Change(moment, "test", "update", "jtw", "test"), [secret])
    instance.settle(moment)
    published = instance.snapshots.current()
    assert again.step(published.at) == 2, "the view for all and the departments' are as they were"
    assert place(instance, Clearance.OPEN).stat().st_ino == made[Clearance.OPEN]
    assert again.step(published.at + STOOD) == 1
    agree(instance)
    load(instance, 3, "a", "b", "c")
    assert again.step(instance.snapshots.current().at) == 0, "all of them moved"


def test_what_a_stricter_view_holds_is_not_in_the_columns_of_another() -> None:
    """The town has secrets: no number of theirs is to be had in the columns of everyone."""
    held = town.instance().snapshots
    folder = town.instance().home.path.parent
    made = {}
    for clearance in Clearance:
        path = folder / f"columns-of-{clearance}"
        assert write(held.view(clearance).store, path, folder / "shelf")
        made[clearance] = {
            text for (text,) in Columns(path, 64 << 20).asked("SELECT text FROM terms")
        }
        path.unlink()

    assert made[Clearance.OPEN] < made[Clearance.SHARED] < made[Clearance.GOVERNANCE]
    for clearance, terms in made.items():
        quads = held.view(clearance).store.quads_for_pattern(None, None, None, DefaultGraph())
        assert terms == {str(each) for q in quads for each in (q.subject, q.predicate, q.object)}


def test_a_writer_that_is_stopped_leaves_nothing(instance: Instance) -> None:
    load(instance, 1, "a")
    writer = ColumnWriter(instance.home, instance.ledger)

    assert writer.step(instance.snapshots.current().at + STOOD, lambda: True) == 0
    assert not place(instance, Clearance.OPEN).exists()
    with pytest.raises(Moved):
        writer_of_nothing(instance)


def writer_of_nothing(instance: Instance) -> None:
    store = instance.snapshots.view(Clearance.OPEN).store
    write(store, instance.home.path / "columns-x", instance.home.path / "columns", lambda: False)


def test_where_the_machine_refuses_the_view_has_no_columns_and_nothing_is_left(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk looks so too: it must not end the writer, which would begin again without end."""
    monkeypatch.setattr("graph.views.column_writer.WRITING", "100KB")
    writer = ColumnWriter(instance.home, instance.ledger)
    load(instance, 1, "a", "b")

    assert writer.step(NOON + STOOD) == 0
    assert not any(place(instance, each).exists() for each in Clearance)
    assert not [each for each in writer.shelf.iterdir() if each.is_file()]
