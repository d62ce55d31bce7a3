"""The ledger: the only way in. A change is one row of one SQL transaction, numbered, never altered.

Beside the changes stand two tables that let a writer work without reading any store: `entry`, what
the ledger knows of each catalogue entry, and `touch`, which entries a change touched and how. All
three are written in the same transaction, so nothing acknowledged can be half there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
import zstandard

from graph.entries import Entry
from graph.patch import Section, inverse
from ontology.clearance import Clearance
from ontology.errors import Conflict, NotFound

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


def kept_of(entry: Entry, source: str, digest: str) -> Kept:
    """Give what the ledger will know of a delivered entry; its number comes with the change."""
    held = [each for each in Clearance if entry.lines.get(each)]
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
        clearance=held[0] if held else Clearance.GOVERNANCE,
        mixed=len(held) > 1,
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


class Ledger:
    """The ledger of one instance, in any database that SQLAlchemy reaches (SQLite by default)."""

    def __init__(self, url: str) -> None:
        """Open the ledger and make its tables where they are not."""
        self.engine = sa.create_engine(url)
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", prepare_sqlite)
            sa.event.listen(self.engine, "begin", begin_immediately)
        self.writing = self.engine.execution_options(writing=True)
        METADATA.create_all(self.writing)

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def append(
        self, change: Change, sections: Sequence[Section], touches: Iterable[Touch] = ()
    ) -> int:
        """Write one change for good and give its number.

        Raises Conflict, and writes nothing, when an entry is no longer as `Touch.before` says.
        """
        touches = list(touches)
        with self.writing.begin() as connection:
            check_unmoved(connection, touches)
            seq = insert_change(connection, change, sections)
            insert_touches(connection, seq, touches)
            upsert_entries(connection, seq, touches)
        return seq

    def last(self) -> int:
        """Give the number of the last change, 0 for none."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.max(CHANGES.c.seq))).scalar() or 0

    def since(self, seq: int, limit: int = 100) -> list[Recorded]:
        """Give the changes after number `seq`, in order."""
        query = sa.select(CHANGES).where(CHANGES.c.seq > seq).order_by(CHANGES.c.seq).limit(limit)
        with self.engine.connect() as connection:
            return [recorded(row) for row in connection.execute(query).mappings()]

    def change(self, seq: int) -> Recorded:
        """Give one change; raise NotFound where there is none of that number."""
        found = self.since(seq - 1, 1)
        if not found or found[0].seq != seq:
            raise NotFound(f"There is no change number {seq}.", f"没有编号为 {seq} 的变更。")
        return found[0]

    def heads(self, limit: int = 50, before: int | None = None) -> list[Recorded]:
        """Give the latest changes, newest first, without their patches."""
        columns = [column for column in CHANGES.c if column is not CHANGES.c.patch]
        query = sa.select(*columns).order_by(CHANGES.c.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(CHANGES.c.seq < before)
        with self.engine.connect() as connection:
            rows = connection.execute(query).mappings()
            return [recorded({**row, "patch": NOTHING}) for row in rows]

    def touch_counts(self, seq: int, clearance: Clearance) -> dict[str, int]:
        """Give how many visible entries a change touched, by action."""
        seen = [each.value for each in Clearance if clearance.covers(each)]
        query = (
            sa.select(TOUCHES.c.action, sa.func.count())
            .where((TOUCHES.c.seq == seq) & TOUCHES.c.clearance.in_(seen) & (TOUCHES.c.key != OWN))
            .group_by(TOUCHES.c.action)
        )
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def touch_examples(self, seq: int, clearance: Clearance, limit: int) -> list[Touched]:
        """Give a few of the visible entries that a change touched."""
        seen = [each.value for each in Clearance if clearance.covers(each)]
        query = history_query().where(
            (TOUCHES.c.seq == seq) & TOUCHES.c.clearance.in_(seen) & (TOUCHES.c.key != OWN)
        )
        with self.engine.connect() as connection:
            rows = connection.execute(query.limit(limit)).mappings()
            return [touched(row, clearance) for row in rows]

    def files(self) -> set[str]:
        """Give the names of all files that the changes' patches point at."""
        with self.engine.connect() as connection:
            patches = connection.execute(sa.select(CHANGES.c.patch)).scalars()
            return {each["file"] for patch in patches for each in unpacked(patch) if each["file"]}

    def touched_by(self, seq: int) -> Iterator[tuple[str, str]]:
        """Give the IRI and kind of each entry that a change touched."""
        query = (
            sa.select(TOUCHES.c.iri, ENTRIES.c.kind)
            .join(ENTRIES, (ENTRIES.c.source == TOUCHES.c.source) & (ENTRIES.c.key == TOUCHES.c.key))
            .where(TOUCHES.c.seq == seq)
        )
        with self.engine.connect() as connection:
            for row in connection.execute(query):
                yield row.iri, row.kind

    def touches_of(self, seq: int) -> Iterator[tuple[Touched, Kept | None]]:
        """Give what a change did to each entry, with the entry as it was before."""
        query = history_query().where(TOUCHES.c.seq == seq)
        with self.engine.connect() as connection:
            for row in connection.execute(query).mappings():
                before = row["before"]
                yield touched(row), Kept.from_row(before) if before else None

    def entry(self, source: str, key: str) -> Kept | None:
        """Give what is known of one entry by its source and key."""
        where = (ENTRIES.c.source == source) & (ENTRIES.c.key == key)
        return next(iter(self._entries(where)), None)

    def entries_of(self, source: str) -> dict[str, Kept]:
        """Give all entries of a source, live and removed, by key."""
        return {kept.key: kept for kept in self._entries(ENTRIES.c.source == source)}

    def moved(self, source: str) -> int:
        """Give the number of the last change that touched an entry of a source, -1 for none."""
        query = sa.select(sa.func.max(ENTRIES.c.seq)).where(ENTRIES.c.source == source)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar() or -1

    def held_elsewhere(self, source: str, kinds: Iterable[str]) -> dict[str, str]:
        """Give the IRIs of live entries of these kinds that other sources hold, and which."""
        query = sa.select(ENTRIES.c.iri, ENTRIES.c.source).where(
            (ENTRIES.c.source != source) & ENTRIES.c.live & ENTRIES.c.kind.in_(list(kinds))
        )
        with self.engine.connect() as connection:
            return {row.iri: row.source for row in connection.execute(query)}

    def entries_named(self, iris: Sequence[str]) -> list[Kept]:
        """Give the entries of these root IRIs, from whatever source."""
        return self._entries(ENTRIES.c.iri.in_(iris)) if iris else []

    def entries_coded(self, kind: str, code: str) -> list[Kept]:
        """Give the entries with that page kind and code, from whatever source."""
        return self._entries((ENTRIES.c.kind == kind) & (ENTRIES.c.code == code))

    def mixed(self, clearance: Clearance) -> Iterator[tuple[str, str]]:
        """Give IRI and kind of live entries that `clearance` sees otherwise than everyone does."""
        seen = [each.value for each in Clearance if clearance.covers(each)][1:]
        where = ENTRIES.c.live & (ENTRIES.c.mixed | ENTRIES.c.clearance.in_(seen))
        with self.engine.connect() as connection:
            for row in connection.execute(sa.select(ENTRIES.c.iri, ENTRIES.c.kind).where(where)):
                yield row.iri, row.kind

    def live_counts(self) -> dict[str, int]:
        """Give the number of live entries by kind."""
        query = (
            sa.select(ENTRIES.c.kind, sa.func.count())
            .where(ENTRIES.c.live)
            .group_by(ENTRIES.c.kind)
        )
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def _entries(self, where: sa.ColumnElement[bool]) -> list[Kept]:
        """Give the entries that fit."""
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(ENTRIES).where(where)).mappings()
            return [Kept.from_row(row) for row in rows]

    def history(
        self,
        *,
        iri: str | None = None,
        source: str | None = None,
        clearance: Clearance,
        limit: int = 20,
        before: int | None = None,
    ) -> list[Touched]:
        """Give what happened to an entry (or to a source, or to all), newest first.

        Only what a reader of `clearance` may see: entries of a stricter clearance do not exist,
        and differences hold only their visible statements.
        """
        seen = [each.value for each in Clearance if clearance.covers(each)]
        query = history_query().where(TOUCHES.c.clearance.in_(seen))
        if iri is not None:
            query = query.where(TOUCHES.c.iri == iri)
        if source is not None:
            query = query.where(TOUCHES.c.source == source)
        if before is not None:
            query = query.where(TOUCHES.c.seq < before)
        query = query.order_by(TOUCHES.c.seq.desc()).limit(limit)
        with self.engine.connect() as connection:
            return [touched(row, clearance) for row in connection.execute(query).mappings()]


def prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DB-API connection
    """Make commits durable and readers free of writers."""
    connection.isolation_level = None  # SQLAlchemy's begin is ours: see begin_immediately
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=30000")
    cursor.close()


def begin_immediately(connection: sa.Connection) -> None:
    """Take the write lock at once where something will be written, so that no commit can fail."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def check_unmoved(connection: sa.Connection, touches: list[Touch]) -> None:
    """Raise Conflict when an entry moved since it was read."""
    expected = {(t.kept.source, t.kept.key): t.before.seq if t.before else 0 for t in touches}
    for source in {source for source, _ in expected}:
        keys = [key for each, key in expected if each == source]
        moved = [
            row.title
            for part in in_parts(keys)
            for row in connection.execute(
                sa.select(ENTRIES.c.key, ENTRIES.c.seq, ENTRIES.c.title).where(
                    (ENTRIES.c.source == source) & ENTRIES.c.key.in_(part)
                )
            )
            if row.seq != expected[(source, row.key)]
        ]
        if moved:
            raise Conflict(
                f"{len(moved)} entries were changed by someone else meanwhile "
                f"(first: {moved[0]}). Nothing was written.",
                f"有 {len(moved)} 条目录在此期间被他人修改（例如：{moved[0]}）。本次未写入任何内容。",
            )


def in_parts(keys: list[str], size: int = 500) -> Iterator[list[str]]:
    """Give the keys in parts that one SQL statement can hold."""
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def insert_change(connection: sa.Connection, change: Change, sections: Sequence[Section]) -> int:
    """Write the row of a change and give its number."""
    result = connection.execute(
        CHANGES.insert().values(
            at=change.at.isoformat(),
            actor=change.actor,
            kind=change.kind,
            source=change.source,
            reason=change.reason,
            undoes=change.undoes,
            note=change.note,
            patch=packed([section.to_json() for section in sections]),
        )
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def insert_touches(connection: sa.Connection, seq: int, touches: list[Touch]) -> None:
    """Write which entries the change touched."""
    if touches:
        connection.execute(TOUCHES.insert(), [touch_row(seq, touch) for touch in touches])


def touch_row(seq: int, touch: Touch) -> dict[str, Any]:
    """Give a touch as its table keeps it."""
    return {
        "iri": touch.kept.iri,
        "seq": seq,
        "source": touch.kept.source,
        "key": touch.kept.key,
        "action": touch.action,
        "clearance": touch.kept.clearance.value,
        "before": touch.before.to_row() if touch.before else None,
        "diff": packed({"added": touch.diff.added, "removed": touch.diff.removed})
        if touch.diff
        else None,
    }


def upsert_entries(connection: sa.Connection, seq: int, touches: list[Touch]) -> None:
    """Write how the touched entries stand now."""
    rows = [{**touch.kept.to_row(), "seq": seq} for touch in touches]
    if not rows:
        return
    known = [{"s": t.kept.source, "k": t.kept.key} for t in touches if t.before]
    if known:
        same = (ENTRIES.c.source == sa.bindparam("s")) & (ENTRIES.c.key == sa.bindparam("k"))
        connection.execute(ENTRIES.delete().where(same), known)
    connection.execute(ENTRIES.insert(), rows)


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
        .join(ENTRIES, (ENTRIES.c.source == TOUCHES.c.source) & (ENTRIES.c.key == TOUCHES.c.key))
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


def undo(ledger: Ledger, seq: int, *, at: datetime, actor: str, reason: str) -> int:
    """Take a whole change back by a new one, and give the new number.

    Raises Conflict when any entry it touched was changed again since: those changes have to be
    taken back first, so that nobody's later work is lost without being seen.
    """
    old = ledger.change(seq)
    touches = [undone(ledger, touch, before) for touch, before in ledger.touches_of(seq)]
    later = [t.before.title for t in touches if t.before and t.before.seq != seq]
    if later:
        raise Conflict(
            f"{len(later)} entries of change {seq} were changed again since (first: {later[0]}). "
            "Undo the later changes first.",
            f"变更 {seq} 涉及的 {len(later)} 条目录之后又被修改（例如：{later[0]}）。请先撤销后来的变更。",
        )
    change = Change(at=at, actor=actor, kind="undo", source=old.source, reason=reason, undoes=seq)
    return ledger.append(change, inverse(old.sections), touches)


def undone(ledger: Ledger, touch: Touched, before: Kept | None) -> Touch:
    """Give the touch that takes one touch back."""
    now = ledger.entry(touch.source, touch.key)
    assert now is not None
    diff = touch.diff.inverse() if touch.diff else None
    if touch.action == "new":
        gone = Kept(**{**kept_fields(now), "live": False, "digest": ""})
        return Touch(gone, "removed", now, diff)
    assert before is not None
    action = {"changed": "changed", "removed": "new"}[touch.action]
    return Touch(before, action, now, diff)


def kept_fields(kept: Kept) -> dict[str, Any]:
    """Give the fields of an entry by name."""
    return {name: getattr(kept, name) for name in Kept.__dataclass_fields__}
