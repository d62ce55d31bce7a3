"""What the ledger holds: its three tables, and the records that are written to and read from them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import zstandard

from graph.ledger.entries import Entry
from graph.ledger.patch import Section
from ontology.clearance import Clearance

METADATA = sa.MetaData()

CHANGES = sa.Table(
    "change",
    METADATA,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("source", sa.String(100), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("undoes", sa.Integer),
    sa.Column("note", sa.JSON, nullable=False),
    sa.Column("patch", sa.LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
ENTRIES = sa.Table(
    "entry",
    METADATA,
    sa.Column("source", sa.String(100), primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("iri", sa.Text, nullable=False, index=True),
    sa.Column("code", sa.String(300), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("clearance", sa.String(20), nullable=False),
    sa.Column("mixed", sa.Boolean, nullable=False),
    sa.Column("subjects", sa.JSON, nullable=False),
    sa.Index("entry_code", "kind", "code"),
)
TOUCHES = sa.Table(
    "touch",
    METADATA,
    sa.Column("iri", sa.Text, primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, index=True),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("action", sa.String(10), nullable=False),
    sa.Column("clearance", sa.String(20), nullable=False),
    sa.Column("before", sa.JSON),
    sa.Column("diff", sa.LargeBinary),
)

OWN = "@source"  # the key of the entry that describes a source itself


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger knows of one entry: where it stands after its last change.

    `clearance` is the least that sees any of it; `mixed` says that some of its statements need
    more; `live` is False once it was removed.
    """

    source: str
    key: str
    kind: str
    iri: str
    code: str
    title: str
    digest: str
    live: bool
    seq: int
    clearance: Clearance
    mixed: bool
    subjects: tuple[str, ...]

    def to_row(self) -> dict[str, Any]:
        """Give it as its table keeps it."""
        return {
            "source": self.source,
            "key": self.key,
            "kind": self.kind,
            "iri": self.iri,
            "code": self.code,
            "title": self.title,
            "digest": self.digest,
            "live": self.live,
            "seq": self.seq,
            "clearance": self.clearance.value,
            "mixed": self.mixed,
            "subjects": list(self.subjects),
        }

    @staticmethod
    def from_row(row: Any) -> Kept:  # noqa: ANN401 - a row or a mapping of either kind
        """Read it as its table keeps it."""
        return Kept(
            source=row["source"],
            key=row["key"],
            kind=row["kind"],
            iri=row["iri"],
            code=row["code"],
            title=row["title"],
            digest=row["digest"],
            live=bool(row["live"]),
            seq=row["seq"],
            clearance=Clearance(row["clearance"]),
            mixed=bool(row["mixed"]),
            subjects=tuple(row["subjects"]),
        )


def least_clearance(entry: Entry) -> Clearance:
    """Give the least clearance that sees any of an entry."""
    return next((each for each in Clearance if entry.lines.get(each)), Clearance.GOVERNANCE)


def kept_of(entry: Entry, source: str, digest: str) -> Kept:
    """Give what the ledger will know of a delivered entry; its number comes with the change."""
    held = sum(bool(each) for each in entry.lines.values())
    return Kept(
        source=source,
        key=entry.key,
        kind=entry.kind,
        iri=entry.iri,
        code=entry.code,
        title=entry.title,
        digest=digest,
        live=True,
        seq=0,
        clearance=least_clearance(entry),
        mixed=held > 1,
        subjects=entry.subjects,
    )


@dataclass(frozen=True, slots=True)
class Diff:
    """How one entry's statements changed: (clearance, N-Triples line) added and removed."""

    added: tuple[tuple[Clearance, str], ...]
    removed: tuple[tuple[Clearance, str], ...]

    def visible(self, clearance: Clearance) -> Diff:
        """Give the part that a reader of that clearance may see."""
        return Diff(
            tuple(each for each in self.added if clearance.covers(each[0])),
            tuple(each for each in self.removed if clearance.covers(each[0])),
        )

    def inverse(self) -> Diff:
        """Give the difference the other way round."""
        return Diff(self.removed, self.added)


@dataclass(frozen=True, slots=True)
class Touch:
    """What one change did to one entry: `action` is "new", "changed" or "removed".

    `kept` is the entry after the change, `before` as it was (None when new). `diff` is there for
    changed entries; for new and removed ones all their statements came or went.
    """

    kept: Kept
    action: str
    before: Kept | None = None
    diff: Diff | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the ledger before it has its number.

    `kind` is "load", "undo", "edit", "restore"; `reason` a sentence by the actor or the program.
    `note` is JSON for reports and pages.
    """

    at: datetime
    actor: str
    kind: str
    source: str
    reason: str
    undoes: int | None = None
    note: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A change as the ledger holds it."""

    seq: int
    at: datetime
    actor: str
    kind: str
    source: str
    reason: str
    undoes: int | None
    note: dict[str, Any]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """One line of an entry's history."""

    seq: int
    at: datetime
    actor: str
    kind: str
    source: str
    reason: str
    iri: str
    key: str
    action: str
    clearance: Clearance
    diff: Diff | None
    title: str
    entry_kind: str
    code: str


def same() -> sa.ColumnElement[bool]:
    """Give the condition that a touch is of an entry."""
    return (ENTRIES.c.source == TOUCHES.c.source) & (ENTRIES.c.key == TOUCHES.c.key)


def seen(clearance: Clearance) -> sa.ColumnElement[bool]:
    """Give the condition that a reader may know of a touch: by its clearance then, and by today's.

    An entry that another source took over has the clearance it has there. Of the governance nothing
    is hidden.
    """
    levels = [each.value for each in Clearance if clearance.covers(each)]
    held = ENTRIES.alias("held")
    others = sa.select(held.c.iri).where((held.c.iri == ENTRIES.c.iri) & held.c.live)
    if clearance is Clearance.GOVERNANCE:
        return sa.true()
    return (
        TOUCHES.c.clearance.in_(levels)
        & ENTRIES.c.clearance.in_(levels)
        & (ENTRIES.c.live | ~others.exists() | others.where(held.c.clearance.in_(levels)).exists())
    )


def history_query() -> sa.Select[Any]:
    """Give the query of touches with their changes and entries."""
    return (
        sa.select(
            TOUCHES,
            CHANGES.c.at,
            CHANGES.c.actor,
            CHANGES.c.kind,
            CHANGES.c.reason,
            ENTRIES.c.title,
            ENTRIES.c.code,
            ENTRIES.c.kind.label("entry_kind"),
        )
        .join(CHANGES, CHANGES.c.seq == TOUCHES.c.seq)
        .join(ENTRIES, same())
    )


def recorded(row: Any) -> Recorded:  # noqa: ANN401 - a mapping of the change table
    """Read a change as its table keeps it."""
    return Recorded(
        seq=row["seq"],
        at=datetime.fromisoformat(row["at"]),
        actor=row["actor"],
        kind=row["kind"],
        source=row["source"],
        reason=row["reason"],
        undoes=row["undoes"],
        note=row["note"],
        sections=tuple(Section.from_json(each) for each in unpacked(row["patch"])),
    )


def touched(row: Any, clearance: Clearance = Clearance.GOVERNANCE) -> Touched:  # noqa: ANN401
    """Read a line of history as its tables keep it."""
    return Touched(
        seq=row["seq"],
        at=datetime.fromisoformat(row["at"]),
        actor=row["actor"],
        kind=row["kind"],
        source=row["source"],
        reason=row["reason"],
        iri=row["iri"],
        key=row["key"],
        action=row["action"],
        clearance=Clearance(row["clearance"]),
        diff=diff_of(row["diff"], clearance),
        title=row["title"],
        entry_kind=row["entry_kind"],
        code=row["code"],
    )


def diff_of(packed_diff: bytes | None, clearance: Clearance) -> Diff | None:
    """Read a difference, as far as that clearance may see it."""
    if packed_diff is None:
        return None
    value = unpacked(packed_diff)
    whole = Diff(
        tuple((Clearance(each), line) for each, line in value["added"]),
        tuple((Clearance(each), line) for each, line in value["removed"]),
    )
    return whole.visible(clearance)


def packed(value: object) -> bytes:
    """Give a JSON value compressed."""
    return zstandard.compress(json.dumps(value, ensure_ascii=False).encode())


def unpacked(value: bytes) -> Any:  # noqa: ANN401 - whatever was packed
    """Give back what `packed` was given."""
    return json.loads(zstandard.decompress(value))


NOTHING = packed([])
