"""A row of the audit that is missing or altered is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from graph.ledger.audit import AUDIT, DONE, REFUSED, Audit, Event, Search
from graph.ledger.ledger import Ledger
from tests.catalogue import NOON


@pytest.fixture
def audit(tmp_path: Path) -> Iterator[Audit]:
    """Give an audit with five rows."""
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    kept = Audit(ledger)
    for number in range(1, 6):
        outcome = REFUSED if number == 3 else DONE
        moment = NOON + timedelta(minutes=number)
        kept.add(Event(moment, f"p{number % 2}", "edit", outcome, thing=f"/dataset/{number}"))
    yield kept
    ledger.close()


def test_an_untouched_chain_has_no_fault(audit: Audit):
    assert audit.faults(audit.anchor()) == []
    assert audit.anchor().seq == 5


@pytest.mark.parametrize("column", ["actor", "at", "why", "outcome", "thing", "place"])
def test_an_altered_row_is_found(audit: Audit, column: str):
    with audit.ledger.writing.begin() as connection:
        connection.execute(AUDIT.update().where(AUDIT.c.seq == 2).values(**{column: "2020-01-01"}))
    assert [en for en, _ in audit.faults()] == ["Audit row 2 was altered."]


def test_a_row_taken_out_is_found(audit: Audit):
    with audit.ledger.writing.begin() as connection:
        connection.execute(AUDIT.delete().where(AUDIT.c.seq == 3))
    assert [en for en, _ in audit.faults()] == ["Audit rows 3 to 3 are missing."]


def test_rows_taken_from_the_end_are_found_by_the_anchor(audit: Audit):
    anchor = audit.anchor()
    with audit.ledger.writing.begin() as connection:
        connection.execute(AUDIT.delete().where(AUDIT.c.seq >= 4))
    assert audit.faults() == []
    assert [en for en, _ in audit.faults(anchor)] == ["Audit rows 4 to 5 are missing."]


def test_a_whole_chain_written_anew_is_found_by_the_anchor(audit: Audit):
    anchor = audit.anchor()
    with audit.ledger.writing.begin() as connection:
        connection.execute(sa.delete(AUDIT))
    for number in range(1, 6):
        audit.add(Event(NOON, "forger", "edit", DONE, thing=str(number)))
    assert [en for en, _ in audit.faults(anchor)] == ["Audit row 5 was altered."]


def test_the_audit_is_searched_by_who_what_and_when(audit: Audit):
    assert [row.seq for row in audit.find(Search(outcome=REFUSED))] == [3]
    assert [row.seq for row in audit.find(Search(actor="p0"))] == [4, 2]
    assert [row.seq for row in audit.find(Search(thing="/dataset/5"))] == [5]
    since = (NOON + timedelta(minutes=4)).isoformat()
    assert [row.seq for row in audit.find(Search(since=since))] == [5, 4]
    assert [row.seq for row in audit.find(Search(), limit=2, before=4)] == [3, 2]


def test_a_percent_sign_is_no_wildcard(audit: Audit):
    assert audit.find(Search(thing="%")) == []
