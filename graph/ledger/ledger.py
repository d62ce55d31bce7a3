"""The ledger: the only way in. A change is one row of one SQL transaction, numbered, never altered.

Beside the changes stand two tables that let a writer work without reading any store: `entry`, what
the ledger knows of each catalogue entry, and `touch`, which entries a change touched and how. All
three are written in the same transaction, so nothing acknowledged can be half there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from graph.ledger.changes import (
    CHANGES,
    ENTRIES,
    METADATA,
    NOTHING,
    OWN,
    TOUCHES,
    Change,
    Diff,
    Kept,
    Recorded,
    Touch,
    Touched,
    history_query,
    kept_of,
    packed,
    recorded,
    same,
    seen,
    touched,
    unpacked,
)
from graph.ledger.patch import Section, inverse
from graph.ledger.regrading import REGRADED, note_regrading
from ontology.clearance import Clearance
from ontology.errors import Conflict, NotFound

__all__ = [
    "CHANGES",
    "ENTRIES",
    "METADATA",
    "OWN",
    "TOUCHES",
    "Change",
    "Diff",
    "Kept",
    "Ledger",
    "Recorded",
    "Touch",
    "Touched",
    "kept_of",
    "undo",
]


class Ledger:
    """The ledger of one instance, in any database that SQLAlchemy reaches (SQLite by default)."""

    def __init__(self, url: str) -> None:
        """Open the ledger and make its tables where they are not."""
        # JSON stays as SQLAlchemy writes it, in ASCII: it is searched as text (`entries_about`).
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
            note_regrading(connection, seq, touches)
            upsert_entries(connection, seq, touches)
        return seq

    def last(self) -> int:
        """Give the number of the last change, 0 for none."""
        with self.engine.connect() as connection:
            return connection.execute(sa.select(sa.func.max(CHANGES.c.seq))).scalar() or 0

    def regraded(self, up_to: int) -> int:
        """Give the last change up to a number that moved the clearance of anything, 0 for none."""
        query = sa.select(sa.func.max(REGRADED.c.seq)).where(REGRADED.c.seq <= up_to)
        with self.engine.connect() as connection:
            return connection.execute(query).scalar() or 0

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
        query = (
            sa.select(TOUCHES.c.action, sa.func.count())
            .join(ENTRIES, same())
            .where((TOUCHES.c.seq == seq) & (TOUCHES.c.key != OWN) & seen(clearance))
            .group_by(TOUCHES.c.action)
        )
        with self.engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def touch_examples(self, seq: int, clearance: Clearance, limit: int) -> list[Touched]:
        """Give a few of the visible entries that a change touched."""
        query = history_query().where(
            (TOUCHES.c.seq == seq) & (TOUCHES.c.key != OWN) & seen(clearance)
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
            .join(
                ENTRIES, (ENTRIES.c.source == TOUCHES.c.source) & (ENTRIES.c.key == TOUCHES.c.key)
            )
            .where(TOUCHES.c.seq == seq)
        )
        with self.engine.connect() as connection:
            for row in connection.execute(query):
                yield row.iri, row.kind

    def brought_by(self, seq: int) -> Iterator[str]:
        """Give the IRI of each entry that a change brought."""
        query = sa.select(TOUCHES.c.iri).where((TOUCHES.c.seq == seq) & (TOUCHES.c.action == "new"))
        with self.engine.connect() as connection:
            yield from connection.execute(query).scalars()

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

    def entries_about(self, kind: str, iri: str) -> list[Kept]:
        """Give the entries of a kind, live and removed, that state something of this IRI."""
        named = sa.cast(ENTRIES.c.subjects, sa.Text).contains(json.dumps(iri), autoescape=True)
        return self._entries((ENTRIES.c.kind == kind) & named)

    def mixed(self, clearance: Clearance) -> Iterator[tuple[str, str]]:
        """Give IRI and kind of live entries that `clearance` sees otherwise than everyone does."""
        seen = [each.value for each in Clearance if clearance.covers(each)][1:]
        where = ENTRIES.c.live & (ENTRIES.c.mixed | ENTRIES.c.clearance.in_(seen))
        with self.engine.connect() as connection:
            for row in connection.execute(sa.select(ENTRIES.c.iri, ENTRIES.c.kind).where(where)):
                yield row.iri, row.kind

    def ever_mixed(self) -> Iterator[tuple[str, str]]:
        """Give IRI and kind of entries that, now or ever, were not the same for everyone."""
        before = TOUCHES.c.before["mixed"].as_boolean()
        strict = (TOUCHES.c.clearance != Clearance.OPEN.value) | before
        for where in (ENTRIES.c.mixed, ENTRIES.c.iri.in_(sa.select(TOUCHES.c.iri).where(strict))):
            with self.engine.connect() as connection:
                query = sa.select(ENTRIES.c.iri, ENTRIES.c.kind).where(where)
                for row in connection.execute(query):
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

    def stood(self, seq: int) -> Iterator[Kept]:
        """Give entries as they stood before each change after number `seq` that touched them."""
        query = sa.select(TOUCHES.c.before).where(TOUCHES.c.seq > seq)
        with self.engine.connect() as connection:
            for before in connection.execute(query).scalars():
                if before:
                    yield Kept.from_row(before)

    def clearances_now(self, seq: int) -> dict[str, Clearance]:
        """Give the present clearance of what was touched after number `seq`, by IRI.

        Of several sources the least counts, of those that were removed the last.
        """
        touched = sa.select(TOUCHES.c.iri).where(TOUCHES.c.seq > seq)
        query = (
            sa.select(ENTRIES.c.iri, ENTRIES.c.live, ENTRIES.c.seq, ENTRIES.c.clearance)
            .where(ENTRIES.c.iri.in_(touched))
            .order_by(ENTRIES.c.iri)
        )
        found: dict[str, tuple[tuple[bool, int, int], Clearance]] = {}
        with self.engine.connect() as connection:
            for row in connection.execute(query):
                level = Clearance(row.clearance)
                weight = (row.live, -level.rank if row.live else 0, row.seq)
                if row.iri not in found or weight > found[row.iri][0]:
                    found[row.iri] = (weight, level)
        return {iri: level for iri, (_, level) in found.items()}

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

        Only what a reader of `clearance` may see: entries that were stricter then, or are now, do
        not exist, and differences hold only the statements that were visible then. What of those
        is stricter now is for `graph.past.veil`.
        """
        query = history_query().where(seen(clearance))
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
        insert_many(connection, TOUCHES, [touch_row(seq, touch) for touch in touches])


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
    insert_many(connection, ENTRIES, rows)


def insert_many(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert rows of the same columns, of which a load brings a hundred thousand.

    SQLAlchemy's own way makes each row a dictionary of parameters, and that a tuple: as long as
    SQLite takes to keep it. Where the database numbers its parameters, the tuples are made here.
    """
    dialect = connection.dialect
    compiled = table.insert().compile(dialect=dialect, column_keys=list(rows[0]))
    names = compiled.positiontup
    if names is None:
        connection.execute(table.insert(), rows)
        return
    types = (table.c[name].type.dialect_impl(dialect) for name in names)
    makers = [each.bind_processor(dialect) or unmade for each in types]
    tuples = [
        tuple([make(row[name]) for name, make in zip(names, makers, strict=True)]) for row in rows
    ]
    connection.exec_driver_sql(str(compiled), tuples)


def unmade(value: object) -> object:
    """Give what needs no making."""
    return value


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
