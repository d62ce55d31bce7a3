"""Reported changes: a system or a data structure changed, and its entries are due (rule D1).

A report starts a clock of two working days. It stops by itself when every entry the report names
was changed in the ledger after it: nobody closes a report by hand. Rows are SQL; each is told in
RDF too, in the graph of the source `governance`, for departments and the city's office.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from pyoxigraph import Literal, NamedNode

from graph.editing import Edit, put
from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.ledger.ledger import CHANGES, METADATA, TOUCHES, Ledger
from ontology.clearance import Clearance
from ontology.errors import Conflict
from ontology.terms import DCT, GOV, PROV, RDF, XSD

SOURCE = "governance"
ACTOR = "govgraph"  # who stops a clock
KIND = "reported-change"

REPORTED = sa.Table(
    "reported_change",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("day", sa.String(10), nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("department", sa.String(300), nullable=False, index=True),
    sa.Column("about", sa.JSON, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("affected", sa.JSON, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("due", sa.String(10), nullable=False),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("closed", sa.String(40), index=True),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A system or an entry as it was called when the change was reported."""

    iri: str
    kind: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Reported:
    """One reported change: `about` what changed, `affected` the entries to be updated by `due`.

    `seq` is the ledger's number when it was reported; `closed` when the last of them was updated.
    """

    number: int
    at: datetime
    day: date
    by: str
    department: str
    about: Named
    what: str
    affected: tuple[Named, ...]
    seq: int
    due: date
    provisional: bool
    closed: datetime | None = None


class ReportedChanges:
    """The reported changes of one instance, in the ledger's database."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep them beside this ledger."""
        self.ledger = ledger
        REPORTED.create(ledger.writing, checkfirst=True)

    def add(self, reported: Reported) -> Reported:
        """Write a report down and give it with its number; `reported.number` does not count."""
        row = row_of(reported)
        with self.ledger.writing.begin() as connection:
            key = connection.execute(REPORTED.insert().values(row)).inserted_primary_key
        assert key is not None
        return replace(reported, number=int(key[0]))

    def close(self, number: int, at: datetime) -> bool:
        """Write down when a clock stopped; say whether nobody had done so before."""
        query = REPORTED.update().where((REPORTED.c.number == number) & REPORTED.c.closed.is_(None))
        with self.ledger.writing.begin() as connection:
            return connection.execute(query.values(closed=at.isoformat())).rowcount > 0

    def open(self) -> list[Reported]:
        """Give the reports whose clock runs, the earliest due first."""
        return self._find(REPORTED.c.closed.is_(None), REPORTED.c.due, REPORTED.c.number)

    def closed(self, limit: int = 10) -> list[Reported]:
        """Give the reports whose clock stopped, the latest first."""
        where = REPORTED.c.closed.is_not(None)
        return self._find(where, REPORTED.c.closed.desc(), limit=limit)

    def updated(self, reported: Reported, up_to: int) -> dict[str, datetime]:
        """Give when each affected entry was first changed after the report, by IRI.

        Only changes up to number `up_to` count: those that are published.
        """
        query = (
            sa.select(TOUCHES.c.iri, CHANGES.c.at)
            .join(CHANGES, CHANGES.c.seq == TOUCHES.c.seq)
            .where(TOUCHES.c.iri.in_([each.iri for each in reported.affected]))
            .where((TOUCHES.c.seq > reported.seq) & (TOUCHES.c.seq <= up_to))
            .order_by(TOUCHES.c.seq.desc())
        )
        with self.ledger.engine.connect() as connection:
            return {row.iri: datetime.fromisoformat(row.at) for row in connection.execute(query)}

    def _find(
        self,
        where: sa.ColumnElement[bool],
        *order: Any,  # noqa: ANN401 - columns, either way round
        limit: int = 1000,
    ) -> list[Reported]:
        query = sa.select(REPORTED).where(where).order_by(*order).limit(limit)
        with self.ledger.engine.connect() as connection:
            return [reported_of(row) for row in connection.execute(query).mappings()]


def report(instance: Instance, reported: Reported) -> Reported:
    """Start a clock: write the report down, and tell of it in the graph."""
    made = ReportedChanges(instance.ledger).add(reported)
    tell(instance, made, made.by, made.at, made.what)
    return made


def settle(instance: Instance) -> list[Reported]:
    """Stop the clocks whose entries were all updated, and give those that were stopped now."""
    kept = ReportedChanges(instance.ledger)
    published = instance.published()
    stopped = []
    for each in kept.open():
        done = kept.updated(each, published)
        if len(done) < len(each.affected):
            continue
        closed = replace(each, closed=max(done.values()))
        assert closed.closed is not None
        if kept.close(each.number, closed.closed):
            tell(instance, closed, ACTOR, closed.closed, "Every entry it affects was updated.")
            stopped.append(closed)
    return stopped


def tell(instance: Instance, reported: Reported, actor: str, at: datetime, reason: str) -> None:
    """Say in the graph how a report stands; of two processes that do so at once one does."""
    entry = entry_of(reported, instance.home.settings.base)
    known = instance.ledger.entry(SOURCE, entry.key)
    try:
        put(instance, entry, Edit(SOURCE, actor, at, reason, known.seq if known else 0))
    except Conflict:
        return


def entry_of(reported: Reported, base: str) -> Entry:
    """Put a report into RDF."""
    code = str(reported.number)
    root = NamedNode(f"{base}/id/{KIND}/{code}")
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, GOV.ReportedChange),
        (GOV.code, Literal(code)),
        (DCT.title, Literal(f"{reported.about.title}：变化报告", language="zh")),
        (DCT.title, Literal(f"Reported change of {reported.about.title}", language="en")),
        (DCT.description, Literal(reported.what)),
        (DCT.subject, NamedNode(reported.about.iri)),
        (DCT.publisher, NamedNode(f"{base}/id/department/{reported.department}")),
        (DCT.issued, Literal(reported.at.isoformat(), datatype=XSD.dateTime)),
        (GOV.due, Literal(reported.due.isoformat(), datatype=XSD.date)),
        *((GOV.affects, NamedNode(each.iri)) for each in reported.affected),
    ]
    if reported.closed:
        facts.append(
            (PROV.endedAtTime, Literal(reported.closed.isoformat(), datatype=XSD.dateTime))
        )
    lines = tuple(f"{root} {name} {value} ." for name, value in facts)
    title = f"{reported.about.title}：变化报告"
    return Entry(KIND, code, root.value, code, title, (root.value,), {Clearance.SHARED: lines})


def row_of(reported: Reported) -> dict[str, Any]:
    """Give a report as its table keeps it, without its number."""
    return {
        "at": reported.at.isoformat(),
        "day": reported.day.isoformat(),
        "by": reported.by,
        "department": reported.department,
        "about": asdict(reported.about),
        "what": reported.what,
        "affected": [asdict(each) for each in reported.affected],
        "seq": reported.seq,
        "due": reported.due.isoformat(),
        "provisional": reported.provisional,
        "closed": reported.closed.isoformat() if reported.closed else None,
    }


def reported_of(row: Mapping[Any, Any]) -> Reported:
    """Read a report as its table keeps it."""
    return Reported(
        number=row["number"],
        at=datetime.fromisoformat(row["at"]),
        day=date.fromisoformat(row["day"]),
        by=row["by"],
        department=row["department"],
        about=Named(**row["about"]),
        what=row["what"],
        affected=tuple(named(row["affected"])),
        seq=row["seq"],
        due=date.fromisoformat(row["due"]),
        provisional=bool(row["provisional"]),
        closed=datetime.fromisoformat(row["closed"]) if row["closed"] else None,
    )


def named(values: Iterable[Mapping[str, str]]) -> Iterable[Named]:
    """Read named things as a row keeps them."""
    return (Named(**each) for each in values)
