"""Lands what was chosen of an upload as one change of the ledger, and takes it back as a whole.

Each entry is compared again with what is published: where one moved since it was looked at, nothing
lands and all that moved are named. What lands is kept as a version of each entry beside those that
were drafted one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pyoxigraph import NamedNode

from graph.bulk.catalogue import Catalogue, Owner
from graph.bulk.plans import Action, EntryPlan
from graph.bulk.preparing import leveled
from graph.cataloguing.drafts import DRAFTS, REVISIONS, Drafts, Saving, Subject
from graph.cataloguing.typed import Typed
from graph.cataloguing.writing import Target, linked, write
from graph.editing import subjects_of
from graph.instance import Instance
from graph.ledger.changes import packed
from graph.ledger.entries import Entry
from graph.ledger.ledger import (
    CHANGES,
    ENTRIES,
    OWN,
    TOUCHES,
    Change,
    Diff,
    Kept,
    Ledger,
    Touch,
    kept_of,
    undo,
)
from graph.ledger.patch import Files, Section, Spool
from graph.loading.load import (
    RECORDED,
    Order,
    Statement,
    by_clearance,
    issued_line,
    record_lines,
    source_entry,
)
from ontology.clearance import Clearance
from ontology.errors import Conflict
from ontology.states import State

LANDING_PATIENCE = 60.0  # seconds to wait for a change of thousands of entries
NAMED = 5  # entries that a refusal names
PART = 500


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote, who decides, when and why."""

    author: str
    hands: tuple[str, ...]
    approver: str | None
    actor: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Landed:
    """One entry that landed: as what, and what it says."""

    subject: Subject
    typed: Typed
    state: State


def land(
    instance: Instance, catalogue: Catalogue, plans: Sequence[EntryPlan], by: Author, number: int
) -> int | None:
    """Write the plans as one change and give its number, None where nothing differs.

    Raises Conflict, with nothing written, where an entry moved since it was compared. Returns when
    it is published.
    """
    _unmoved(catalogue, plans)
    order = Order(
        catalogue.owner.code,
        by.actor,
        by.at,
        catalogue.base,
        "",
        "district" if catalogue.owner.district else "department",
        (catalogue.owner.code, catalogue.owner.code),
    )
    writing = Writing(instance, catalogue, order)
    try:
        for plan in plans:
            writing.take(plan)
        seq = writing.append(by, number)
    finally:
        writing.discard()
    if seq is None:
        return None
    _keep_versions(instance.ledger, writing.landed, by, seq)
    instance.wait_or_keep(seq, by.at, LANDING_PATIENCE)
    return seq


def _unmoved(catalogue: Catalogue, plans: Iterable[EntryPlan]) -> None:
    moved = [
        plan.title
        for plan in plans
        if plan.begun
        and ((kept := catalogue.kept.get((plan.kind, plan.code))) is None or kept.seq != plan.begun)
    ]
    if moved:
        raise _moved(moved, ("since they were compared", "自比较以来"))


def _moved(titles: Sequence[str], since: tuple[str, str]) -> Conflict:
    named = titles[:NAMED]
    more = len(titles) - len(named)
    return Conflict(
        f"{len(titles)} entries were changed {since[0]}: {', '.join(named)}"
        + (f" and {more} more" if more else "")
        + ". Nothing was written: compare again.",
        f"{since[1]}有 {len(titles)} 个条目已被修改：{'、'.join(named)}"
        + (f"等，另有 {more} 个" if more else "")
        + "。未写入任何内容，请重新比较。",
    )


class Writing:
    """One change being written."""

    def __init__(self, instance: Instance, catalogue: Catalogue, order: Order) -> None:
        """Begin with nothing written."""
        self.instance = instance
        self.catalogue = catalogue
        self.order = order
        self.files: Files = instance.files
        self.spools: dict[tuple[bool, Clearance, str], Spool] = {}
        self.touches: list[Touch] = []
        self.landed: list[Landed] = []
        self.drafts = Drafts(instance.ledger)
        self.codes: dict[str, str] = {}  # kind -> the last new code

    def take(self, plan: EntryPlan) -> None:
        """Write one entry."""
        kept = self.catalogue.kept.get((plan.kind, plan.code)) if plan.begun else None
        if kept is None:
            self._new(plan)
        elif plan.action is Action.REMOVED:
            self._remove(kept, plan)
        else:
            self._change(kept, plan)

    def _new(self, plan: EntryPlan) -> None:
        code = self._next_code(plan.kind)
        target = self.catalogue.new_target(plan.kind, code)
        entry = self._entry(plan.typed, target)
        own = self.catalogue.owner
        subject = Subject(plan.kind, code, target.iri, own.code, code, own.code, own.district)
        before = self.instance.ledger.entry(own.code, code)
        new = self._statements(entry, target)
        kept = replace(kept_of(entry, own.code, entry.digest()), subjects=subjects_of(new, entry))
        self._write(Diff(tuple(sorted(new)), ()), own.code)
        self.touches.append(Touch(kept, "new", before))
        self.landed.append(Landed(subject, plan.typed, State.PUBLISHED))

    def _change(self, kept: Kept, plan: EntryPlan) -> None:
        target = self.catalogue.target(kept)
        entry = self._entry(plan.typed, target)
        new, old = self._statements(entry, target), target.now
        diff = Diff(tuple(sorted(new - old)), tuple(sorted(old - new)))
        record = f"<{target.record}> "
        if all(line.startswith(record) for _, line in (*diff.added, *diff.removed)):
            return
        now = replace(kept_of(entry, kept.source, entry.digest()), subjects=subjects_of(new, entry))
        self._write(diff, kept.source)
        self.touches.append(Touch(now, "changed", kept, diff))
        self.landed.append(Landed(self._subject(kept), plan.typed, State.PUBLISHED))

    def _remove(self, kept: Kept, plan: EntryPlan) -> None:
        self._write(Diff((), tuple(sorted(self.catalogue.target(kept).now))), kept.source)
        self.touches.append(Touch(replace(kept, live=False, digest=""), "removed", kept))
        self.landed.append(Landed(self._subject(kept), plan.typed, State.WITHDRAWN))

    def _subject(self, kept: Kept) -> Subject:
        own: Owner = self.catalogue.owner
        return Subject(
            kept.kind, kept.code, kept.iri, kept.source, kept.key, own.code, own.district, kept.seq
        )

    def _entry(self, typed: Typed, target: Target) -> Entry:
        named = list(linked(typed, target.base)) if target.kind == "service" else []
        there = {each.iri: each for each in self.instance.ledger.entries_named(named) if each.live}
        return write(typed, leveled(target, typed, there)).entry

    def _statements(self, entry: Entry, target: Target) -> set[Statement]:
        """Give what an entry shall say, its catalogue record with it."""
        found = {(clearance, line) for clearance, lines in entry.lines.items() for line in lines}
        if entry.kind in RECORDED:
            record = NamedNode(target.record)
            issued = issued_line(record, set(target.now))
            level = kept_of(entry, "", "").clearance
            lines = record_lines(record, entry, self.order, issued)
            found |= {(level, line) for line in lines}
        return found

    def _next_code(self, kind: str) -> str:
        last = self.codes.get(kind)
        if last is None:
            found = self.drafts.next_code(kind, self.catalogue.owner.code)
        else:
            head, _, tail = last.rpartition("-")
            found = f"{head}-{int(tail) + 1:04d}"
        self.codes[kind] = found
        return found

    def _write(self, diff: Diff, source: str) -> None:
        graph = f"{self.catalogue.base}/id/source/{source}"
        for added, statements in ((False, diff.removed), (True, diff.added)):
            for clearance, lines in by_clearance(statements).items():
                key = added, clearance, graph
                if key not in self.spools:
                    section = Section(added, clearance, graph, 0)
                    self.spools[key] = Spool(self.files, section)
                self.spools[key].add(lines)

    def _source(self) -> None:
        """Describe the department's own catalogue before its first entry."""
        own = self.order.source
        known = self.instance.ledger.entry(own, OWN)
        if (known and known.live) or all(each.kept.source != own for each in self.touches):
            return
        entry = source_entry(self.order, f"{self.catalogue.base}/id/source/{own}")
        lines = tuple((Clearance.OPEN, line) for line in entry.lines[Clearance.OPEN])
        self._write(Diff(lines, ()), own)
        self.touches.append(Touch(kept_of(entry, own, entry.digest()), "new", known))

    def append(self, by: Author, number: int) -> int | None:
        """Write the change into the ledger; None where nothing moves."""
        if not self.touches:
            return None
        self._source()
        ordered = sorted(self.spools.items(), key=lambda each: each[0][0])
        sections = [spool.finish() for _, spool in ordered if spool.count]
        change = Change(
            by.at, by.actor, "bulk", self.order.source, by.reason, note={"bulk": number}
        )
        return self.instance.ledger.append(change, sections, self.touches)

    def discard(self) -> None:
        """Drop what was written to files and not finished."""
        for spool in self.spools.values():
            spool.discard()


def landed_as(ledger: Ledger, owner: str, number: int) -> int | None:
    """Give the change by which an upload landed already, None where it did not."""
    query = sa.select(CHANGES.c.seq, CHANGES.c.note).where(
        (CHANGES.c.kind == "bulk") & (CHANGES.c.source == owner)
    )
    with ledger.engine.connect() as connection:
        rows = connection.execute(query).all()
    return next((row.seq for row in rows if row.note.get("bulk") == number), None)


# Versions -------------------------------------------------------------------------------------------


def _keep_versions(ledger: Ledger, landed: Sequence[Landed], by: Author, seq: int) -> None:
    """Keep what landed as versions of the entries; the ones before are overtaken."""
    iris = [each.subject.iri for each in landed]
    with ledger.writing.begin() as connection:
        for part in _parts(iris):
            before = DRAFTS.c.iri.in_(part) & DRAFTS.c.state.in_(["published", "withdrawn"])
            connection.execute(DRAFTS.update().where(before).values(state=State.SUPERSEDED.value))
        first = (connection.execute(sa.select(sa.func.max(DRAFTS.c.id))).scalar() or 0) + 1
        rows = [_version(first + at, each, by, seq) for at, each in enumerate(landed)]
        connection.execute(DRAFTS.insert(), rows)
        connection.execute(
            REVISIONS.insert(),
            [_revision(first + at, each, by) for at, each in enumerate(landed)],
        )


def _version(number: int, landed: Landed, by: Author, seq: int) -> dict[str, Any]:
    subject, stamp = landed.subject, by.at.isoformat()
    names = ("kind", "code", "iri", "source", "key", "owner", "district", "begun")
    return {
        **{name: getattr(subject, name) for name in names},
        "id": number,
        "title": landed.typed.title or subject.code,
        "number": landed.typed.one("dct:identifier"),
        "state": landed.state.value,
        "since": stamp,
        "revision": 1,
        "author": by.author,
        "hands": list(by.hands),
        "approver": by.approver,
        "changed": stamp,
        "changed_by": by.author,
        "seq": seq,
    }


def _revision(number: int, landed: Landed, by: Author) -> dict[str, Any]:
    saving = Saving(by.author, by.at, 1)
    return {
        "draft": number,
        "revision": saving.revision,
        "at": saving.at.isoformat(),
        "by": saving.by,
        "typed": packed(landed.typed.to_json()),
    }


# Taking back ------------------------------------------------------------------------------------------


def take_back(instance: Instance, seq: int, *, at: datetime, actor: str, reason: str) -> int:
    """Take a landed upload back as a whole and give the number of the change that does it.

    Raises Conflict, with nothing written, where entries were changed since; all are named.
    """
    later = changed_since(instance.ledger, seq)
    if later:
        raise Conflict(
            f"{len(later)} entries were changed again since: {', '.join(later[:NAMED])}. "
            "Nothing was taken back: those later changes would be lost.",
            f"有 {len(later)} 个条目之后又被修改：{'、'.join(later[:NAMED])}。"
            "未撤回任何内容，否则后来的修改会丢失。",
        )
    undone = undo(instance.ledger, seq, at=at, actor=actor, reason=reason)
    _fall_back(instance.ledger, seq, at)
    instance.wait_or_keep(undone, at, LANDING_PATIENCE)
    return undone


def changed_since(ledger: Ledger, seq: int) -> list[str]:
    """Give the titles of the entries of a change that were changed again since."""
    same = (ENTRIES.c.source == TOUCHES.c.source) & (ENTRIES.c.key == TOUCHES.c.key)
    query = (
        sa.select(ENTRIES.c.title)
        .join(TOUCHES, same)
        .where((TOUCHES.c.seq == seq) & (ENTRIES.c.seq != seq))
        .order_by(ENTRIES.c.title)
    )
    with ledger.engine.connect() as connection:
        return list(connection.execute(query).scalars())


def _fall_back(ledger: Ledger, seq: int, at: datetime) -> None:
    """Let the versions that landed be overtaken, and those before them stand again."""
    landed = DRAFTS.alias()
    before = (
        sa.select(sa.func.max(DRAFTS.c.id))
        .join(landed, landed.c.iri == DRAFTS.c.iri)
        .where((landed.c.seq == seq) & (DRAFTS.c.id < landed.c.id))
        .where(DRAFTS.c.state == State.SUPERSEDED.value)
        .group_by(DRAFTS.c.iri)
    )
    with ledger.writing.begin() as connection:
        stood = list(connection.execute(before).scalars())
        fallen = {"state": State.SUPERSEDED.value, "since": at.isoformat()}
        fresh = {"state": State.WITHDRAWN.value, "since": at.isoformat()}
        mine = DRAFTS.c.seq == seq
        connection.execute(DRAFTS.update().where(mine & (DRAFTS.c.begun != 0)).values(**fallen))
        connection.execute(DRAFTS.update().where(mine & (DRAFTS.c.begun == 0)).values(**fresh))
        for part in _parts(stood):
            again = {"state": State.PUBLISHED.value}
            connection.execute(DRAFTS.update().where(DRAFTS.c.id.in_(part)).values(**again))


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), PART):
        yield values[start : start + PART]
