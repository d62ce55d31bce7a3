"""A load: what a source delivers, compared with what the ledger knows of it, as one change.

Source and key are an entry's identity, never its title and never its IRI alone. A load lands whole
or not at all; one that changes nothing writes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from graph.heap import seldom_collected
from graph.ledger.changes import least_clearance
from graph.ledger.entries import Delivery, Entry, Quarantined
from graph.ledger.ledger import OWN, Change, Diff, Kept, Ledger, Touch, kept_of
from graph.ledger.patch import Files, Section, Spool
from graph.loading.report import Report, ReportWriter, load_statements
from graph.views.snapshots import Snapshots
from graph.views.stores import canonical
from ontology.clearance import Clearance, strictest
from ontology.errors import Braked
from ontology.terms import ADMS, DCAT, DCT, FOAF, GOV, RDF, XSD, code_iri

BRAKE = 0.2  # the share of a source's entries above which a removal has to be insisted on
BRAKE_FROM = 5  # a source with fewer entries than that has no brake
RECORDED = frozenset({"dataset", "layer", "service", "series"})  # kinds with a catalogue record
TICK = 200  # deliveries between two reports of progress

# What each line of a catalogue record says after its subject.
_A_RECORD = f" {RDF.type} {DCAT.CatalogRecord} ."
_STANDS = f" {ADMS.status} {code_iri('record-status', 'published')} ."
_OF, _MODIFIED, _ISSUED = (f" {each} " for each in (FOAF.primaryTopic, DCT.modified, DCT.issued))

Statement = tuple[Clearance, str]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be loaded, by whom and how.

    `origin` says where it came from (a file name or URL). `replace` removes what the source no
    longer has; `insist` lifts the brake on that. `record` is False for a city's own register,
    whose things are not catalogue entries.
    """

    source: str
    actor: str
    at: datetime
    base: str
    origin: str
    source_kind: str = "harvested"
    titles: tuple[str, str] = ("", "")  # en, zh
    replace: bool = False
    insist: bool = False
    dry_run: bool = False
    reason: str = ""


class Loading:
    """One load under way."""

    def __init__(
        self, order: Order, ledger: Ledger, files: Files, snapshots: Snapshots, reports: Path
    ) -> None:
        """Prepare; nothing is written but the report until `finish`."""
        self.order = order
        self.ledger = ledger
        self.snapshots = snapshots
        self.report = Report(order.source, order.at, dry_run=order.dry_run)
        self.writer = ReportWriter(unused_folder(reports, order), self.report)
        self.known = ledger.entries_of(order.source)
        self.elsewhere = ledger.held_elsewhere(order.source, RECORDED)
        self.seen: set[str] = set()
        self.touches: list[Touch] = []
        self.graph = f"{order.base}/id/source/{order.source}"
        self.spools = {
            (added, clearance): Spool(files, Section(added, clearance, self.graph, 0))
            for added in (False, True)
            for clearance in Clearance
        }

    def take(self, delivery: Delivery) -> None:
        """Take one record in."""
        self.writer.delivery(delivery)
        if delivery.entry is None:
            return
        refusal = self._refusal(delivery.entry)
        if refusal:
            self.writer.quarantine(refusal)
            return
        self.seen.add(delivery.entry.key)
        self._land(delivery.entry)

    def _refusal(self, entry: Entry) -> Quarantined | None:
        """Say why an entry may not land beside what is there, None where it may."""
        if entry.key in self.seen:
            why = (
                "The same source delivers this key twice; the first one landed.",
                "同一来源重复提供了相同的键，已采用第一条。",
            )
            return quarantined(entry, "duplicate-key", why)
        holder = self.elsewhere.get(entry.iri)
        if holder is not None:
            why = (
                f"Source {holder} already holds an entry with this IRI; two sources would fight.",
                f"来源 {holder} 已有同一 IRI 的目录条目，两个来源会相互覆盖。",
            )
            return quarantined(entry, "held-by-another-source", why)
        return None

    def _land(self, entry: Entry) -> None:
        """Find out whether an entry is new, changed or as it was, and write down what moves."""
        digest = entry.digest()
        before = self.known.get(entry.key)
        if before and before.live and before.digest == digest:
            self._outcome("unchanged", entry)
            return
        if before and before.live:
            self._change_entry(entry, digest, before)
        else:
            self._bring(entry, digest, before)

    def _bring(self, entry: Entry, digest: str, before: Kept | None) -> None:
        """Write an entry that was not there: all it says comes, so there is nothing to compare."""
        entry = self._with_record(entry, set())
        for clearance, lines in entry.lines.items():
            self.spools[True, clearance].add(dict.fromkeys(lines))
        self.touches.append(Touch(kept_of(entry, self.order.source, digest), "new", before))
        self._outcome("new", entry)

    def _change_entry(self, entry: Entry, digest: str, before: Kept) -> None:
        """Write how an entry differs from what the newest snapshot says of it."""
        old = self._statements_now(before)
        entry = self._with_record(entry, old)
        new = {
            (clearance, line)
            for clearance, lines in entry.lines.items()
            for line in canonical(lines)
        }
        new |= self._decided(old, new)
        diff = Diff(tuple(sorted(new - old)), tuple(sorted(old - new)))
        self._write(diff)
        kept = kept_of(entry, self.order.source, digest)
        self.touches.append(Touch(kept, "changed", before, diff))
        self._outcome("changed", entry)

    def _decided(self, old: set[Statement], new: set[Statement]) -> set[Statement]:
        """Give what stewards decided that items of the entry are, where the delivery is silent."""
        store = self.snapshots.view(Clearance.GOVERNANCE).store
        found: set[Statement] = set()
        for clearance, line in old - new:
            item, name, element = line.removesuffix(" .").split(" ", 2)
            if name != str(GOV.element) or any(
                each.startswith(f"{item} {name} ") for _, each in new
            ):
                continue
            levels = [level for level, each in new if each.startswith(f"{item} ")]
            node, other = NamedNode(item[1:-1]), NamedNode(element[1:-1])
            if levels and decided(store, node, other):
                found.add((strictest(clearance, min(levels, key=lambda one: one.rank)), line))
        return found

    def _outcome(self, what: str, entry: Entry) -> None:
        """Report what became of an entry."""
        self.writer.outcome(what, entry.kind, entry.key, entry.iri, entry.title)

    def _write(self, diff: Diff) -> None:
        """Write a difference into the sections of the patch."""
        for added, statements in ((True, diff.added), (False, diff.removed)):
            for clearance, lines in by_clearance(statements).items():
                self.spools[added, clearance].add(lines)

    def _statements_now(self, kept: Kept) -> set[Statement]:
        """Give an entry's statements as the newest snapshot has them, with their clearances."""
        return statements_of(self.snapshots, self.graph, kept.subjects)

    def _with_record(self, entry: Entry, old: set[Statement]) -> Entry:
        """Give the entry with its catalogue record: when it was first and last catalogued here."""
        if entry.kind not in RECORDED:
            return entry
        record = NamedNode(f"{self.order.base}/id/record/{entry.code}")
        lines = record_lines(record, entry, self.order, issued_line(record, old))
        least = least_clearance(entry)
        level = entry.lines.get(least, ())
        return Entry(
            entry.kind,
            entry.key,
            entry.iri,
            entry.code,
            entry.title,
            (*entry.subjects, record.value),
            {**entry.lines, least: (*level, *lines)},
        )

    def finish(self) -> Report:
        """Write the change, if there is one, and close the report.

        Raises Braked, with nothing written, when too much of the source would go.
        """
        try:
            self._remove_missing()
            self._land_source()
            self._append()
        except BaseException:
            self.abandon()
            raise
        return self.report

    def abandon(self) -> None:
        """Drop everything but the report."""
        for spool in self.spools.values():
            spool.discard()
        self.writer.close()

    def _remove_missing(self) -> None:
        """Remove what the source no longer has, where that was ordered."""
        live = [k for k in self.known.values() if k.live and k.key != OWN]
        missing = [kept for kept in live if kept.key not in self.seen]
        if not self.order.replace or not missing:
            return
        share = len(missing) / len(live)
        if share > BRAKE and len(live) >= BRAKE_FROM and not self.order.insist:
            raise Braked(
                f"{len(missing)} of {len(live)} entries of {self.order.source} would be removed "
                "(more than a fifth): nothing was changed. If that is meant, add --insist.",
                f"来源 {self.order.source} 的 {len(live)} 条目录中将有 {len(missing)} 条被移除"
                "（超过五分之一），因此未作任何更改。若确需如此，请加上 --insist。",
            )
        for kept in missing:
            self._remove(kept)

    def _remove(self, kept: Kept) -> None:
        """Remove one entry with all its statements."""
        self._write(Diff((), tuple(sorted(self._statements_now(kept)))))
        gone = replace(kept, live=False, digest="")
        self.touches.append(Touch(gone, "removed", kept))
        self.writer.outcome("removed", kept.kind, kept.key, kept.iri, kept.title)

    def _land_source(self) -> None:
        """Describe the source itself, once, when its first entry lands."""
        known = self.known.get(OWN)
        if self.touches and not (known and known.live):
            entry = source_entry(self.order, self.graph)
            kept = kept_of(entry, self.order.source, entry.digest())
            self.spools[True, Clearance.OPEN].add(entry.lines[Clearance.OPEN])
            self.touches.append(Touch(kept, "new", known))

    def _append(self) -> None:
        """Write the change into the ledger, unless this is a rehearsal or nothing moved."""
        self._count_statements()
        if self.touches and not self.order.dry_run:
            node = NamedNode(f"{self.order.base}/id/load/{self.writer.folder.name}")
            self.spools[True, Clearance.SHARED].add(load_statements(node, self.report))
            sections = [spool.finish() for spool in self.spools.values() if spool.count]
            self.report.seq = self.ledger.append(self._change(), sections, self.touches)
        self.abandon()

    def _count_statements(self) -> None:
        """Count what the patch adds and removes."""
        for (added, _), spool in self.spools.items():
            if added:
                self.report.statements_added += spool.count
            else:
                self.report.statements_removed += spool.count

    def _change(self) -> Change:
        """Give the change of this load."""
        return Change(
            at=self.order.at,
            actor=self.order.actor,
            kind="load",
            source=self.order.source,
            reason=self.order.reason or self.order.origin,
            note=self.report.summary(),
        )


def load(  # noqa: PLR0913 - the parts of an instance, each by name
    deliveries: Iterable[Delivery],
    order: Order,
    *,
    ledger: Ledger,
    files: Files,
    snapshots: Snapshots,
    reports: Path,
    progress: Callable[[int], None] = lambda _read: None,
) -> Report:
    """Take everything in and write it down as one change.

    Every change written before must be published (`Instance.settle`), since changed entries are
    compared with the newest snapshot. Raises Braked and whatever the reader raises; then nothing
    was written but the report.
    """
    started = time.monotonic()
    loading = Loading(order, ledger, files, snapshots, reports)
    try:
        with seldom_collected():
            for number, delivery in enumerate(deliveries):
                loading.take(delivery)
                if number % TICK == 0:
                    progress(loading.report.read)
    except BaseException:
        loading.abandon()
        raise
    loading.report.seconds = time.monotonic() - started
    with seldom_collected():
        return loading.finish()


def decided(store: Store, item: NamedNode, element: NamedNode) -> bool:
    """Say whether a steward decided that an item is an element."""
    said = ((GOV.matchedElement, element), (GOV.outcome, Literal("accepted")))
    merge = DefaultGraph()
    return any(
        all(Quad(each.subject, name, value, merge) in store for name, value in said)
        for each in store.quads_for_pattern(None, GOV.matchedItem, item, merge)
    )


def unused_folder(reports: Path, order: Order) -> Path:
    """Give a folder for the report that is not there yet."""
    name = f"{order.at:%Y%m%dT%H%M%S}-{order.source}"
    turns: Iterator[str] = (f"{name}{f'-{turn}' if turn else ''}" for turn in range(1_000))
    return next(reports / each for each in turns if not (reports / each).exists())


def by_clearance(statements: Iterable[Statement]) -> dict[Clearance, list[str]]:
    """Give statements as lines, those of each clearance together."""
    found: dict[Clearance, list[str]] = {}
    for clearance, line in statements:
        found.setdefault(clearance, []).append(line)
    return found


def quarantined(entry: Entry, rule: str, why: tuple[str, str]) -> Quarantined:
    """Give a whole entry that may not land."""
    lines = [line for each in Clearance for line in entry.lines.get(each, ())]
    original = "\n".join(lines) + "\n"
    return Quarantined(entry.iri, entry.title, rule, why, original, "nt")


def statements_of(snapshots: Snapshots, graph: str, subjects: Iterable[str]) -> set[Statement]:
    """Give what the newest snapshot says of some subjects in one graph, with clearances."""
    found: set[Statement] = set()
    told: set[str] = set()
    for clearance in Clearance:
        store = snapshots.view(clearance).store
        for subject in subjects:
            quads = store.quads_for_pattern(NamedNode(subject), None, None, NamedNode(graph))
            lines = {f"{quad.triple} ." for quad in quads} - told
            found.update((clearance, line) for line in lines)
            told |= lines
    return found


def issued_line(record: NamedNode, old: set[Statement]) -> str | None:
    """Give the statement of when the entry was first catalogued, None for a new one."""
    head = f"{record} {DCT.issued} "
    return next((line for _, line in old if line.startswith(head)), None)


def record_lines(node: NamedNode, entry: Entry, order: Order, issued: str | None) -> list[str]:
    """Give the statements of an entry's catalogue record (DCAT-AP 3: modified 1..1)."""
    record, now = str(node), _written_day(order.at)
    lines = [
        f"{record}{_A_RECORD}",
        f"{record}{_OF}<{entry.iri}> .",
        f"{record}{_MODIFIED}{now} .",
        f"{record}{_STANDS}",
    ]
    return [*lines, issued or f"{record}{_ISSUED}{now} ."]


@lru_cache(1)  # a hundred thousand entries have the same
def _written_day(at: datetime) -> str:
    """Give the moment of a load as a value of a line."""
    return str(Literal(at.isoformat(), datatype=XSD.dateTime))


def source_entry(order: Order, graph: str) -> Entry:
    """Give the entry that describes a source as a catalogue of its own."""
    node = NamedNode(graph)
    en, zh = order.titles
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, DCAT.Catalog),
        (GOV.code, Literal(order.source)),
        (GOV.sourceKind, code_iri("source-kind", order.source_kind)),
        (DCT.title, Literal(zh or order.source, language="zh")),
        (DCT.title, Literal(en or order.source, language="en")),
    ]
    lines = tuple(f"{Triple(node, term, value)} ." for term, value in facts)
    return Entry(
        kind="source",
        key=OWN,
        iri=graph,
        code=order.source,
        title=zh or order.source,
        subjects=(graph,),
        lines={Clearance.OPEN: lines},
    )
