"""One entry at a time: put, remove, as it was, restored. Two who edit one entry: the second is told.

An edit names the change it was begun from; where the entry moved since, Conflict is raised with
nothing written, and the caller shows both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pyoxigraph import NamedNode

from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.ledger.ledger import Change, Diff, Kept, Touch, Touched, kept_of
from graph.ledger.patch import Section
from graph.loading.load import RECORDED, Order, Statement, issued_line, record_lines, statements_of
from graph.past.levels import taken_out
from graph.views.stores import canonical
from ontology.clearance import Clearance
from ontology.errors import Conflict, NotFound

ALL = 1 << 30  # changes of one entry: every one of them
PATIENCE = 10.0  # seconds that an author waits to see the own change


@dataclass(frozen=True, slots=True)
class Edit:
    """Who edits what, when and why; `begun` is the number of the change that was looked at.

    `begun` 0 stands for an entry that is not there yet.
    """

    source: str
    actor: str
    at: datetime
    reason: str
    begun: int


def put(instance: Instance, entry: Entry, edit: Edit) -> int | None:
    """Write one entry as it shall be; give the change's number, None where nothing differs.

    Raises Conflict where the entry moved since `edit.begun`. Returns when it is published, so
    that its author reads the own write.
    """
    before = unmoved(instance, edit.source, entry.key, edit.begun)
    found = difference(instance, entry, edit, before)
    return None if found is None else write(instance, edit, *found, "edit")


def difference(
    instance: Instance, entry: Entry, edit: Edit, before: Kept | None
) -> tuple[Diff, Touch] | None:
    """Give how an entry shall differ from `before`, what the ledger knows; None where it does not."""
    live = before is not None and before.live
    old = statements_now(instance, before) if before and live else set()
    new = landing(instance, entry, edit, old)
    diff = Diff(tuple(sorted(new - old)), tuple(sorted(old - new)))
    if not differs(diff, instance, entry):
        return None
    kept = replace(kept_of(entry, edit.source, entry.digest()), subjects=subjects_of(new, entry))
    return diff, Touch(kept, "changed" if live else "new", before, diff if live else None)


def remove(instance: Instance, key: str, edit: Edit) -> int:
    """Remove one entry; its address answers 410 from then on."""
    before = unmoved(instance, edit.source, key, edit.begun)
    if before is None or not before.live:
        raise NotFound("There is no such entry.", "没有这个目录条目。")
    diff = Diff((), tuple(sorted(statements_now(instance, before))))
    gone = replace(before, live=False, digest="")
    return write(instance, edit, diff, Touch(gone, "removed", before), "edit")


def restore(instance: Instance, key: str, seq: int, edit: Edit) -> int | None:
    """Put an entry back as it was after change number `seq`."""
    before = unmoved(instance, edit.source, key, edit.begun)
    was = as_it_was(instance, edit.source, key, seq)
    if before is None or was is None:
        raise NotFound(f"The entry did not exist at change {seq}.", f"变更 {seq} 时该条目不存在。")
    old = statements_now(instance, before) if before.live else set()
    diff = Diff(tuple(sorted(was - old)), tuple(sorted(old - was)))
    if not diff.added and not diff.removed:
        return None
    kept = replace(before, live=True, digest="", subjects=tuple(dict.fromkeys(map(subject, was))))
    action = "changed" if before.live else "new"
    return write(instance, edit, diff, Touch(kept, action, before, diff), "restore")


def unmoved(instance: Instance, source: str, key: str, begun: int) -> Kept | None:
    """Give an entry as the ledger knows it; raise Conflict where it is not as the editor saw it."""
    known = instance.ledger.entry(source, key)
    if (known.seq if known else 0) != begun:
        assert known is not None or begun
        number = known.seq if known else 0
        raise Conflict(
            f"Someone else changed this entry meanwhile (change {number}). "
            "Nothing of yours is lost: compare, and save again.",
            f"此条目已被他人修改（变更 {number}）。您的内容没有丢失，请比较后再保存。",
        )
    return known


def statements_now(instance: Instance, kept: Kept) -> set[Statement]:
    """Give an entry's statements now, after everything the ledger holds of it is published."""
    if kept.seq > instance.published():
        instance.wait_for(kept.seq, PATIENCE)
    return statements_of(instance.snapshots, graph_of(instance, kept.source), kept.subjects)


def graph_of(instance: Instance, source: str) -> str:
    """Give the named graph of a source."""
    return f"{instance.home.settings.base}/id/source/{source}"


def landing(instance: Instance, entry: Entry, edit: Edit, old: set[Statement]) -> set[Statement]:
    """Give the statements an entry shall have, its catalogue record with them."""
    found = {
        (clearance, line) for clearance, lines in entry.lines.items() for line in canonical(lines)
    }
    if entry.kind in RECORDED:
        base = instance.home.settings.base
        record = NamedNode(f"{base}/id/record/{entry.code}")
        order = Order(edit.source, edit.actor, edit.at, base, edit.reason)
        lines = record_lines(record, entry, order, issued_line(record, old))
        level = kept_of(entry, edit.source, "").clearance
        found |= {(level, line) for line in canonical(lines)}
    return found


def differs(diff: Diff, instance: Instance, entry: Entry) -> bool:
    """Say whether anything but the record's own dates differs."""
    record = f"<{instance.home.settings.base}/id/record/{entry.code}> "
    return any(not line.startswith(record) for _, line in (*diff.added, *diff.removed))


def subjects_of(statements: Iterable[Statement], entry: Entry) -> tuple[str, ...]:
    """Give the subjects of an entry's statements, the root first."""
    return tuple(dict.fromkeys((entry.iri, *sorted(subject(each) for each in statements))))


def subject(statement: Statement) -> str:
    """Give the subject of an N-Triples line."""
    line = statement[1]
    return line[1 : line.index(">")]


def write(instance: Instance, edit: Edit, diff: Diff, touch: Touch, kind: str) -> int:
    """Write the change of one entry and wait until its author can see it."""
    sections = patched(instance, [(edit.source, diff)])
    change = Change(edit.at, edit.actor, kind, edit.source, edit.reason)
    seq = instance.ledger.append(change, sections, [touch])
    instance.wait_or_keep(seq, edit.at, PATIENCE)
    return seq


def sections_of(statements: Iterable[Statement], graph: str, *, added: bool) -> Iterable[Section]:
    """Give the sections of a patch that add or remove these statements."""
    by_clearance: dict[Clearance, list[str]] = {}
    for clearance, line in statements:
        by_clearance.setdefault(clearance, []).append(line)
    for clearance, lines in by_clearance.items():
        yield Section(added, clearance, graph, len(lines), tuple(lines))


def patched(instance: Instance, diffs: Iterable[tuple[str, Diff]]) -> list[Section]:
    """Give the patch of differences in several sources: what goes first, then what comes."""
    gone: dict[str, list[Statement]] = {}
    come: dict[str, list[Statement]] = {}
    for source, diff in diffs:
        gone.setdefault(source, []).extend(diff.removed)
        come.setdefault(source, []).extend(diff.added)
    return [
        section
        for added, by_source in ((False, gone), (True, come))
        for source, statements in by_source.items()
        for section in sections_of(statements, graph_of(instance, source), added=added)
    ]


def as_it_was(instance: Instance, source: str, key: str, seq: int) -> set[Statement] | None:
    """Give an entry's statements after change number `seq`, None where it was not there then.

    Goes back from what is now, difference by difference; what came or went whole is read from the
    patch of its change.
    """
    known = instance.ledger.entry(source, key)
    if known is None:
        return None
    state = statements_now(instance, known) if known.live else None
    for touched in instance.ledger.history(
        iri=known.iri, source=source, clearance=Clearance.GOVERNANCE, limit=1_000_000
    ):
        if touched.seq <= seq:
            break
        state = stepped_back(instance, state, touched, known)
    return state


def stepped_back(
    instance: Instance, state: set[Statement] | None, touched: Touched, known: Kept
) -> set[Statement] | None:
    """Give an entry's statements before one of its changes."""
    if touched.action == "new":
        return None
    if touched.action == "removed":
        return taken_out(instance.ledger.change(touched.seq), instance.files, known.subjects)
    assert touched.diff is not None
    assert state is not None
    return (state - set(touched.diff.added)) | set(touched.diff.removed)
