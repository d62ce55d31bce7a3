"""The keeper: the one process that applies the ledger, in order, and publishes what came of it.

It holds a store and an index of its own for each clearance, copied at the start from the newest
snapshot; whatever a crash left half done is thrown away with the old copies, and the ledger's rows
after the snapshot are laid again. So a `kill -9` at any moment loses nothing that was written down.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import IO, TypeVar
from uuid import uuid4

from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.heap import seldom_collected
from graph.home import Home
from graph.ledger.audit import Audit
from graph.ledger.ledger import Ledger, Recorded
from graph.ledger.patch import Files, Section
from graph.search.document import dependents, documents, sources_of
from graph.search.fields import Filled
from graph.search.folding import ends_in, folds
from graph.search.hands import MANY, Large, filled_by_hands, hands_here
from graph.search.snapshot import snapshot
from graph.search.told import Told
from graph.views.bell import Bell
from graph.views.exact import copy_mark, opened
from graph.views.live import Live, copied
from graph.views.settling import MANIFEST, is_settled, settle
from graph.views.snapshots import Published, Snapshots, point, publish
from graph.views.stores import BULK, copy_store, holds_exact, is_bulk, lay_text
from ontology.clearance import Clearance
from ontology.errors import Conflict, Unavailable

GROUP = 200  # changes laid before a snapshot is published
POLL = 0.03  # seconds between two looks at the ledger, where nobody rings
CALM = timedelta(seconds=0.3)  # without a change, before the last snapshot settles
LONGEST = timedelta(seconds=5)  # that a snapshot waits to settle while changes keep coming
KEPT_BEHIND = 3  # snapshots kept whatever their age

# Kinds whose names no other thing's document shows: nothing else is indexed again with them.
UNNAMED = frozenset({"dataset", "layer", "service", "system", "element", "library", "term"})

T = TypeVar("T")

Progress = Callable[[str, int, int], None]  # what is being done, how much of it, of how much


@dataclass(frozen=True, slots=True)
class Beside:
    """A large section that the default graph holds, while it is laid in its named graph."""

    large: Large
    laid: Future[None]


def sourced(store: Store, filled: Iterable[Filled], beside: Beside | None) -> Iterator[Filled]:
    """Give filled fields with their sources, where need be as the store has them in the end."""
    for each in filled:
        if "source" not in each and beside:
            beside.laid.result()
            each["source"] = list(sources_of(store, NamedNode(each["iri"])))
        yield each


def silent(_what: str, _done: int, _total: int) -> None:
    """Report progress to nobody."""


class Keeper:
    """Applies the ledger of one instance to its views."""

    def __init__(self, home: Home, ledger: Ledger, *, progress: Progress = silent) -> None:
        """Take the instance's keeper's place; raise Conflict where another process holds it."""
        self.home = home
        self.ledger = ledger
        self.audit = Audit(ledger)
        self.files = Files(home.files)
        self.snapshots = Snapshots(home.snapshots)
        self.progress = progress
        self._lock = take_place(home.path / "keeper.lock")
        self.applied = 0
        self.published = 0
        self._mended = False  # whether an index differs from what was published of it
        self.views: list[Live] = []
        self._unsettled: list[tuple[Path, datetime]] = []
        self._crew = ThreadPoolExecutor(len(Clearance), "view")
        self._copying = Lock()  # two views that begin as copies of one do not lay it out at once

    def close(self) -> None:
        """See what was published onto the disk, and give the place back."""
        try:
            self.settle()
        finally:
            self._crew.shutdown()
            self.views.clear()
            self._lock.close()

    def start(self, *, afresh: bool = False) -> None:
        """Lay out the live stores: from the newest snapshot, or empty when `afresh`.

        A snapshot that cannot be read (a release with another index, a damaged disk) is left
        where it is, and everything is laid again from the ledger.
        """
        shutil.rmtree(self.home.live, ignore_errors=True)
        for leftover in (*self.home.snapshots.glob("partial-*"), *self.home.path.glob("check-*")):
            shutil.rmtree(leftover, ignore_errors=True)
        self._drop_unsettled()
        base = self._newest_settled()
        self.published = self._shown(base)
        if base and not base.exact:
            self._mended = not (afresh := afresh or self._holds_exact())
        if base and not afresh:
            try:
                self._begin_from(base)
            except (Unavailable, OSError):
                afresh = True
        if base is None or afresh:
            self._open(self.home.live / uuid4().hex, 0)

    def _holds_exact(self) -> bool:
        """Look through the ledger for numbers whose type views of an older release did not keep."""
        sections = (each for row in self._all_up_to(self.ledger.last()) for each in row.sections)
        return any(holds_exact(each, self.files) for each in sections)

    def _begin_from(self, base: Published) -> None:
        """Begin with copies of a snapshot."""
        # A folder of its own each time: an engine may let go of its files later than we of it.
        folder = self.home.live / uuid4().hex
        for clearance in Clearance:
            source = base.path / clearance.value
            target = folder / clearance.value
            copy_store(source / "store", target / "store")
            copy_mark(source, target)
            snapshot(source / "index", target / "index")
        self._open(folder, base.seq)
        for live in self.views:  # a release that knew no merges left documents of merged entries
            stale = [each for each in folds(live.store).kept_of if live.index.holds(each)]
            self._index(live, dict.fromkeys(stale, "dataset"))
            self._mended = self._mended or bool(stale)

    def _open(self, folder: Path, applied: int) -> None:
        """Open the live stores in a folder, which hold the ledger up to a number."""
        self.applied = applied
        self.views = [Live.open(folder / each.value, each) for each in Clearance]

    def _newest(self) -> Published | None:
        """Give the newest snapshot, None where there is none."""
        try:
            return self.snapshots.current()
        except Unavailable:
            return None

    def _newest_settled(self) -> Published | None:
        """Give the newest snapshot that has settled on the disk, None where there is none."""
        names = sorted(path.name for path in self.home.snapshots.glob("[0-9]*"))
        settled = (each for each in reversed(names) if is_settled(self.home.snapshots / each))
        found = next(settled, None)
        return self.snapshots.named(found) if found else None

    def _drop_unsettled(self) -> None:
        """Remove what was published and had not settled when the last keeper ended.

        What readers have now stays, until it is made again.
        """
        newest = self._newest()
        for path in self.home.snapshots.glob("[0-9]*"):
            if not is_settled(path) and (newest is None or path != newest.path):
                shutil.rmtree(path, ignore_errors=True)

    def _shown(self, base: Published | None) -> int:
        """Give the number that readers have seen; show them `base` where that is no older."""
        newest = self._newest()
        if newest and (base is None or newest.seq > base.seq):
            return newest.seq
        if base and (newest is None or newest.path != base.path):
            point(self.home.snapshots, base.path.name)
        return base.seq if base else 0

    def step(self, now: datetime, *, up_to: int | None = None) -> bool:
        """Apply what is pending, at most a group, and publish; say whether there was anything."""
        rows = self.ledger.since(self.applied, GROUP)
        if up_to is not None:
            rows = [row for row in rows if row.seq <= up_to]
        if not rows:
            if self._mended:
                self.publish(now)
            return False
        large = self._take_in(rows)
        if self.applied >= self.published:  # readers never go back while all is laid again
            self.publish(now)
            if large or now - self._unsettled[0][1] > LONGEST:
                self.settle()
        return True

    def _take_in(self, rows: list[Recorded]) -> bool:
        """Apply some changes to every view, and say whether they were large."""
        touched = self._crew.submit(self._touched, rows)
        large = is_large(rows) or len(touched.result()) >= MANY
        if large:  # the open one first: the others derive from it
            with seldom_collected():
                first, *others = self.views
                self._apply(first, rows, touched)
                if all(self._derivable(live, rows) for live in others):
                    self._each(others, lambda live: self._apply(live, rows, touched))
                else:
                    for live in others:
                        self._apply(live, rows, touched)
        else:
            self._each(self.views, lambda live: self._apply(live, rows, touched))
        self.applied = rows[-1].seq
        return large

    def catch_up(self, now: datetime) -> None:
        """Apply everything that is pending."""
        while self.step(now):
            pass

    def _each(self, views: Iterable[Live], work: Callable[[Live], None]) -> None:
        """Do something with several views at once: most of it is waiting for the disk."""
        for _ in self._crew.map(work, views):
            pass

    def _apply(self, live: Live, rows: list[Recorded], touched: Future[dict[str, str]]) -> None:
        """Lay some changes into one view and bring its index up to them."""
        if self._derivable(live, rows):
            self._derive(live, rows[-1].seq)
            return
        sections = [each for row in rows for each in row.sections]
        sections = [each for each in sections if live.clearance.covers(each.clearance)]
        if not sections:
            return  # nothing that this view holds moved, so no document of it did
        last = sections.pop() if is_bulk(sections[-1]) else None
        for section in sections:
            self._lay(live, section)
        if last is None:
            self._index(live, touched.result())
            return
        live.prepare(last, self.files)
        with (
            self.files.unpacked(last.file, live.path) as text,
            copied(live) as before,
            ThreadPoolExecutor(1, "graph") as beside,
        ):
            laid = beside.submit(self._lay_text, live, last, text, NamedNode(last.graph))
            self._lay_text(live, last, text, DefaultGraph())
            told = Told(str(text), str(before), last.graph)
            large = Large(told, self._brought(live, last, rows))
            self._index(live, touched.result(), Beside(large, laid))
            laid.result()

    def _lay(self, live: Live, section: Section) -> None:
        """Lay one section into a view."""
        self.progress(f"view {live.clearance}", section.count, section.count)
        live.lay(section, self.files)

    def _lay_text(
        self, live: Live, section: Section, text: Path, graph: NamedNode | DefaultGraph
    ) -> None:
        """Lay the text of a large section into one graph of a view."""
        self.progress(f"view {live.clearance}", section.count, section.count)
        lay_text(live.store, text, graph)

    def _brought(self, live: Live, section: Section, rows: list[Recorded]) -> frozenset[str]:
        """Give the entries of which a section says all that the change it is of brings a view."""
        row = next(each for each in reversed(rows) if section in each.sections)
        added = (each for each in row.sections if each.added)
        alone = [each for each in added if live.clearance.covers(each.clearance)] == [section]
        return frozenset(self.ledger.brought_by(row.seq) if alone and section.entries else ())

    def _touched(self, rows: Iterable[Recorded]) -> dict[str, str]:
        """Give the roots of the entries that these changes touched, each with its kind."""
        touched: dict[str, str] = {}
        for row in rows:
            touched.update(self.ledger.touched_by(row.seq))
            for section in row.sections:
                touched.update(dict.fromkeys(self._services(section), "service"))
                touched.update(dict.fromkeys(ends_in(section.lines), "dataset"))
        return touched

    def _services(self, section: Section) -> Iterator[str]:
        """Give the services that a section says anything of.

        A service lives in the entry of the dataset it serves, and has a document of its own.
        """
        head = f"<{self.home.settings.base}/id/service/"
        if section.file:
            lines: Iterable[str] = self.files.holding(section.file, head)
        else:
            lines = (each for each in section.lines if each.startswith(head))
        yield from (line[1 : line.index(">")] for line in lines)

    def _index(self, live: Live, touched: dict[str, str], beside: Beside | None = None) -> None:
        """Write the documents of these roots, and of what shows their names, anew.

        `beside` lays in its named graph what the default graph has already.
        """
        wanted = dict.fromkeys(touched)
        merges = folds(live.store, standing=False)
        known = opened(beside.large.told.before) if beside and beside.large.told else None
        for root, kind in touched.items():
            wanted.update(dict.fromkeys(merges.others(root)))
            if kind not in UNNAMED:
                wanted.update(dict.fromkeys(dependents(live.store, root, known)))
        hands = hands_here() if len(wanted) >= MANY else 1
        told = self._telling(f"index {live.clearance}", len(wanted))
        if hands > 1:
            large = beside.large if beside else Large()
            rest = (each for each in wanted if each not in large.fresh)
            with filled_by_hands(live.store, live.path, rest, hands, large) as filled:
                live.index.write_filled(sourced(live.store, told(filled), beside), wanted)
            return
        if beside:
            beside.laid.result()
        if wanted:
            live.index.write(told(documents(live.store, wanted)), wanted)

    def _telling(self, what: str, total: int) -> Callable[[Iterable[T]], Iterator[T]]:
        """Give an iterator's wrapper that reports how far it is."""

        def wrapped(items: Iterable[T]) -> Iterator[T]:
            for number, item in enumerate(items):
                if number % 500 == 0:
                    self.progress(what, number, total)
                yield item

        return wrapped

    def _derivable(self, live: Live, rows: list[Recorded]) -> bool:
        """Say whether a stricter view is made faster from the open one than by laying again."""
        if live.clearance is Clearance.OPEN:
            return False
        added = [section for row in rows for section in row.sections if section.added]
        bulk = sum(s.count for s in added if s.clearance is Clearance.OPEN and s.count > BULK)
        others = sum(s.count for s in added if s.clearance is not Clearance.OPEN)
        return bulk > 0 and others < bulk

    def _derive(self, live: Live, seq: int) -> None:
        """Begin a stricter view as a copy of the open one, then lay what only it may hold."""
        opened = self.views[0]
        place = self.views.index(live)
        clearance = live.clearance
        target = live.path.with_name(f"{clearance}-{uuid4().hex}")
        with self._copying:
            opened.copy(target)
        fresh = Live.open(target, clearance)
        self.views[place] = fresh
        touched = self._stricter(clearance)
        for row in self._all_up_to(seq):
            for section in row.sections:
                if section.clearance is not Clearance.OPEN and clearance.covers(section.clearance):
                    fresh.lay(section, self.files)
                    touched.update(dict.fromkeys(self._services(section), "service"))
                    touched.update(dict.fromkeys(ends_in(section.lines), "dataset"))
        self._index(fresh, touched)

    def _stricter(self, clearance: Clearance) -> dict[str, str]:
        """Give the roots that a stricter view sees otherwise than everyone does, with their kinds."""
        return dict(self.ledger.mixed(clearance))

    def _all_up_to(self, seq: int) -> Iterable[Recorded]:
        """Give all changes up to number `seq`."""
        at = 0
        while at < seq and (rows := self.ledger.since(at, GROUP)):
            yield from (row for row in rows if row.seq <= seq)
            at = rows[-1].seq

    def publish(self, now: datetime) -> None:
        """Publish the live stores as a snapshot and drop those that nobody needs any more."""
        folder = self.home.snapshots
        folder.mkdir(exist_ok=True)
        name = unused_name(folder, self.applied)
        partial = folder / f"partial-{name}"
        shutil.rmtree(partial, ignore_errors=True)
        self._each(self.views, lambda live: live.copy(partial / live.clearance.value))
        partial.rename(folder / name)
        regraded = self.ledger.regraded(self.applied)
        publish(folder, name, self.applied, now, self.audit.anchor(), regraded=regraded)
        self.published, self._mended = self.applied, False
        self._unsettled.append((folder / name, now))
        self._sweep(name, now)

    def settle(self) -> None:
        """See all that was published onto the disk."""
        for path, _ in self._unsettled:
            if path.exists():
                settle(path)
        self._unsettled.clear()

    def _sweep(self, current: str, now: datetime) -> None:
        """Remove snapshots that are superseded and were not asked for lately.

        The newest that has settled stays: a keeper would begin from it.
        """
        folder = self.home.snapshots
        numbered = sorted(path for path in folder.iterdir() if path.name[0].isdigit())
        base = self._newest_settled()
        for path in numbered[:-KEPT_BEHIND]:
            manifest = path / MANIFEST
            asked = manifest.stat().st_mtime if manifest.exists() else 0.0
            if (
                path.name != current
                and (base is None or path != base.path)
                and now.timestamp() - asked > self.home.settings.snapshot_seconds
            ):
                shutil.rmtree(path, ignore_errors=True)

    def run(self, clock: Callable[[], datetime], stopped: Callable[[], bool]) -> None:
        """Apply and publish until told to stop."""
        if self._newest() is None:
            self.publish(clock())
        self._each(self.views, lambda live: live.index.prepare())
        with Bell(self.home.live) as bell:
            while not stopped():
                if not self.step(clock()):
                    bell.wait(POLL)
                    self._rest(clock())

    def _rest(self, now: datetime) -> None:
        """Do what could wait, once nothing came for a while."""
        if self._unsettled and now - self._unsettled[-1][1] > CALM:
            self.settle()


def is_large(rows: Iterable[Recorded]) -> bool:
    """Say whether some changes say so much that views are made one from the other."""
    return any(section.count > BULK for row in rows for section in row.sections)


def unused_name(folder: Path, seq: int) -> str:
    """Give a snapshot name that nobody has: the number, and a letter where it was rebuilt."""
    taken = {path.name for path in folder.glob(f"{seq:012d}*")}
    names = (f"{seq:012d}{f'-{turn}' if turn else ''}" for turn in range(len(taken) + 1))
    return next(name for name in names if name not in taken)


def is_kept(home: Home) -> bool:
    """Say whether another process keeps an instance now."""
    try:
        take_place(home.path / "keeper.lock").close()
    except Conflict:
        return True
    return False


def take_place(path: Path) -> IO[str]:
    """Take the keeper's lock; it goes with the process, however that ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise Conflict(
            f"Another process keeps this instance ({path.parent}). Stop it first.",
            f"另一个进程正在维护此实例（{path.parent}），请先停止它。",
        ) from None
    return file
