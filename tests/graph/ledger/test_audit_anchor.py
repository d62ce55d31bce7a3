"""Each snapshot remembers how long the audit was: rows taken from its end are missed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from graph.check import check
from graph.home import Settings, create_home
from graph.instance import Instance
from graph.ledger.audit import AUDIT, DONE, Audit, Event
from graph.views.keeper import Keeper

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_rows_taken_from_the_end_are_missed_by_the_check(tmp_path: Path) -> None:
    """Also when a later snapshot was published from the cut chain."""
    instance = Instance.of(create_home(tmp_path, Settings()))
    audit = Audit(instance.ledger)
    for number in range(5):
        audit.add(Event(NOON, f"person-{number}", "sign-in", DONE))
    publish(instance)
    assert instance.snapshots.current().anchor == audit.anchor()
    with instance.ledger.writing.begin() as connection:
        connection.execute(AUDIT.delete().where(AUDIT.c.seq > 3))
    publish(instance)
    faults = check(instance, NOON).faults
    instance.close()

    assert [en for en, _zh in faults] == ["Audit rows 4 to 5 are missing."]


def publish(instance: Instance) -> None:
    keeper = Keeper(instance.home, instance.ledger)
    keeper.start()
    keeper.publish(NOON)
    keeper.close()
