"""The audit: every change and every refusal, who, when, from where, why; chained by digests.

Each row's digest covers the row and the digest before it, so a row that was altered, taken out or
put in is found by walking the chain. Rows taken from the end are found by `Anchor`: each published
snapshot remembers how long the chain was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from graph.ledger.ledger import METADATA, Ledger

AUDIT = sa.Table(
    "audit",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False, index=True),
    sa.Column("action", sa.String(60), nullable=False, index=True),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("thing", sa.Text, nullable=False, index=True),
    sa.Column("place", sa.String(100), nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
)
BEGINNING = "0" * 64
DONE, REFUSED, FAILED = "done", "refused", "failed"


@dataclass(frozen=True, slots=True)
class Event:
    """What happened: `place` is the network address it came from, `thing` an IRI or a route."""

    at: datetime
    actor: str
    action: str
    outcome: str
    thing: str = ""
    place: str = ""
    why: str = ""
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audited:
    """A row of the audit."""

    seq: int
    event: Event
    digest: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """How far the chain was at some moment: the number and digest of its last row."""

    seq: int
    digest: str


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for in the audit; empty fields look for anything. Times are ISO texts."""

    actor: str = ""
    action: str = ""
    outcome: str = ""
    thing: str = ""
    since: str = ""
    until: str = ""

    def where(self) -> list[sa.ColumnElement[bool]]:
        """Give the conditions."""
        exact = {
            AUDIT.c.actor: self.actor,
            AUDIT.c.action: self.action,
            AUDIT.c.outcome: self.outcome,
        }
        found = [column == value for column, value in exact.items() if value]
        if self.thing:
            found.append(AUDIT.c.thing.contains(self.thing, autoescape=True))
        if self.since:
            found.append(AUDIT.c.at >= self.since)
        if self.until:
            found.append(AUDIT.c.at <= self.until)
        return found


class Audit:
    """The audit of one instance, in the ledger's database."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep the audit beside this ledger."""
        self.ledger = ledger
        AUDIT.create(ledger.writing, checkfirst=True)

    def add(self, event: Event) -> int:
        """Write down what happened, and give its number."""
        with self.ledger.writing.begin() as connection:
            last = connection.execute(last_row()).first()
            seq = last.seq + 1 if last else 1
            values = row_of(seq, event)
            digest = digest_of(last.digest if last else BEGINNING, values)
            connection.execute(AUDIT.insert().values(**values, digest=digest))
        return int(seq)

    def anchor(self) -> Anchor:
        """Give how far the chain is."""
        with self.ledger.engine.connect() as connection:
            last = connection.execute(last_row()).first()
        return Anchor(last.seq, last.digest) if last else Anchor(0, BEGINNING)

    def find(self, search: Search, *, limit: int = 100, before: int | None = None) -> list[Audited]:
        """Give the rows that fit, newest first."""
        query = sa.select(AUDIT).where(*search.where()).order_by(AUDIT.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(AUDIT.c.seq < before)
        with self.ledger.engine.connect() as connection:
            return [audited(row) for row in connection.execute(query).mappings()]

    def actions(self) -> list[str]:
        """Give every action of which there is a row."""
        query = sa.select(AUDIT.c.action).distinct().order_by(AUDIT.c.action)
        with self.ledger.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def all(self) -> Iterator[Audited]:
        """Give every row, oldest first."""
        with self.ledger.engine.connect() as connection:
            for row in connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq)).mappings():
                yield audited(row)

    def faults(self, anchor: Anchor | None = None) -> list[tuple[str, str]]:
        """Walk the chain and say (en, zh) where a row is missing or was altered."""
        found = []
        before, expected, anchored = BEGINNING, 1, anchor is None or anchor.seq == 0
        for row in self.all():
            if row.seq != expected:
                found.append(missing(expected, row.seq))
            elif digest_of(before, row_of(row.seq, row.event)) != row.digest:
                found.append(altered(row.seq))
            anchored = anchored or (anchor is not None and anchor == Anchor(row.seq, row.digest))
            before, expected = row.digest, row.seq + 1
        if not anchored and anchor is not None:
            found.append(
                missing(expected, anchor.seq + 1) if expected <= anchor.seq else altered(anchor.seq)
            )
        return found


def last_row() -> sa.Select[tuple[int, str]]:
    """Give the query of the chain's last row."""
    return sa.select(AUDIT.c.seq, AUDIT.c.digest).order_by(AUDIT.c.seq.desc()).limit(1)


def row_of(seq: int, event: Event) -> dict[str, Any]:
    """Give a row as its table keeps it, without its digest."""
    return {
        "seq": seq,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "action": event.action,
        "outcome": event.outcome,
        "thing": event.thing,
        "place": event.place,
        "why": event.why,
        "details": event.details,
    }


def digest_of(before: str, values: dict[str, Any]) -> str:
    """Give the digest of a row that stands after one with digest `before`."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def audited(row: Any) -> Audited:  # noqa: ANN401 - a mapping of the audit table
    """Read a row as its table keeps it."""
    names = ("actor", "action", "outcome", "thing", "place", "why", "details")
    event = Event(datetime.fromisoformat(row["at"]), **{name: row[name] for name in names})
    return Audited(row["seq"], event, row["digest"])


def missing(first: int, after: int) -> tuple[str, str]:
    """Say that rows are missing."""
    return (
        f"Audit rows {first} to {after - 1} are missing.",
        f"审计记录 {first} 至 {after - 1} 缺失。",
    )


def altered(seq: int) -> tuple[str, str]:
    """Say that a row was altered."""
    return f"Audit row {seq} was altered.", f"审计记录 {seq} 被改动。"
