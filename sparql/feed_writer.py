"""The feed writer: makes parts of feed pages beforehand, when nobody else has work.

It follows the published snapshots as any reader does. First it ends every part that a change
touched, then it makes what is missing, what was touched last before all else. Nothing waits for it:
a page whose parts are not there yet is made from the store.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from pyoxigraph import NamedNode

from graph.home import Home
from graph.ledger.ledger import Ledger, Recorded
from graph.ledger.patch import Files, Section
from graph.search.index import SearchIndex
from graph.views.keeper import take_place
from graph.views.snapshots import Published, Snapshots, View
from graph.views.stores import triples
from ontology.clearance import Clearance
from ontology.errors import NotFound, Unavailable
from ontology.terms import DCAT
from sparql.describing import Reading
from sparql.feeds import KINDS, part
from sparql.parts import Known, Made, Parts, PartsFile, number, thing

BATCH = 200  # parts made before looking whether somebody else has work
GROUP = 100  # changes read at once
CHUNK = 50_000  # touched things looked for at once
STEP = 1000  # datasets of a walk read at once
LOOK = 0.1  # seconds between two looks at the snapshots
REST = 5.0  # seconds to wait after the disk refused
FREE = 1 << 30  # bytes of the disk that are left to others
FRESH = 60.0  # seconds after which a file being written is one that was left behind
SERVES = f"<{DCAT.servesDataset.value}>"


class FeedWriter:
    """Keeps the parts of one instance's open view."""

    def __init__(self, home: Home, ledger: Ledger) -> None:
        """Take the writer's place; raises Conflict where another process holds it."""
        self.home = home
        self.ledger = ledger
        self.files = Files(home.files)
        self.snapshots = Snapshots(home.snapshots)
        self.parts = Parts(home)
        self._lock = take_place(home.feed / "writer.lock")
        self._file: PartsFile | None = None
        self._view: View | None = None
        self._clear()

    def close(self) -> None:
        """Give the place back."""
        if self._file:
            self._file.close()
        self._lock.close()

    def run(self, stopped: Callable[[], bool]) -> None:
        """Follow the snapshots until told to stop."""
        while not stopped():
            try:
                busy = self.step()
            except sqlite3.OperationalError:  # the disk is full, or refuses
                pause(REST, stopped)
            except sqlite3.DatabaseError:  # the file is damaged
                self._afresh()
                pause(REST, stopped)
            except (Unavailable, OSError):  # nothing is published, or it was just taken away
                pause(LOOK, stopped)
            else:
                pause(0.0 if busy else LOOK, stopped)

    def step(self) -> bool:
        """Come a little nearer to the newest snapshot; say whether there was anything to do."""
        published = self.snapshots.current()
        file = self._file or self._opened()
        known = file.known(self.parts.form) if file else None
        # Of another ledger of the same length, as after a backup was restored, it knows nothing.
        if file is None or known is None or known.at != self._written(known.seq):
            self._begin(published)
            return True
        if known.seq < published.seq:
            self._advance(file, known, published)
            return True
        asked = file.wanted(BATCH)
        if not asked or self._others_work(published):
            return False
        self._make(file, asked, self._newest(published))
        return True

    def _opened(self) -> PartsFile | None:
        """Give the file that counts, None where there is none."""
        path = self.parts.file()
        self._file = PartsFile(path) if path else None
        return self._file

    def _begin(self, published: Published) -> None:
        """Begin a file anew with what is in a snapshot."""
        index = SearchIndex.open(published.path / Clearance.OPEN.value / "index")
        known = Known(published.seq, self._written(published.seq))
        file = self._file if self._file and self._file.is_new() else self._afresh()
        file.begin(self.parts.form, known, walk(index))

    def _clear(self) -> None:
        """Throw away all files but the one that counts."""
        counts = self.parts.file()
        for each in self.home.feed.glob("parts-*.sqlite*"):
            if counts and not each.name.startswith(counts.name):
                each.unlink(missing_ok=True)

    def _afresh(self) -> PartsFile:
        """Go on with a new file; the old one is left to those who are reading it."""
        if self._file:
            with suppress(sqlite3.Error):
                self._file.close()
        self._clear()
        last = self.parts.file()
        name = f"parts-{number(last) + 1 if last else 1}.sqlite"
        self._file = PartsFile(self.home.feed / name)
        return self._file

    def _written(self, seq: int) -> str:
        """Give when a change was written; "" for one that the ledger does not hold."""
        try:
            return self.ledger.change(seq).at.isoformat() if seq else ""
        except NotFound:
            return ""

    def _newest(self, published: Published) -> View:
        """Give the open view of a snapshot."""
        path = published.path / Clearance.OPEN.value
        if self._view is None or self._view.path != path:
            self._view = View(published.seq, published.at, Clearance.OPEN, path)
        return self._view

    def _others_work(self, published: Published) -> bool:
        """Say whether a load is being written or laid, or the disk is wanted by others."""
        now = time.time()
        return (
            self.ledger.last() > published.seq
            or any(is_fresh(each, now) for each in self.home.files.glob("partial-*"))
            or shutil.disk_usage(self.home.path).free < FREE
        )

    def _advance(self, file: PartsFile, known: Known, published: Published) -> None:
        """End what was touched since, in one transaction: half of it would be a lie."""
        numbers = [int(path.name[:12]) for path in self.home.snapshots.glob("[0-9]*")]
        with file.writing() as connection:
            for row in self._changes(known.seq, published.seq):
                things = () if file.is_empty() else self._touched(row.sections)
                for some in chunks(things, CHUNK):
                    file.close_touched(connection, some, row.seq)
                roots = (iri for iri, kind in self.ledger.touched_by(row.seq) if kind in KINDS)
                file.want(connection, roots)
                known = Known(row.seq, row.at.isoformat())
            file.know(connection, known)
            file.forget(connection, min(numbers, default=0))

    def _changes(self, after: int, last: int) -> Iterator[Recorded]:
        """Give the changes after a number, up to another."""
        while after < last and (rows := self.ledger.since(after, GROUP)):
            yield from (row for row in rows if row.seq <= last)
            after = rows[-1].seq

    def _touched(self, sections: Iterable[Section]) -> Iterator[int]:
        """Give the things of which these sections say anything that everyone may see."""
        for section in sections:
            if section.clearance is Clearance.OPEN:
                lines = self.files.lines(section.file) if section.file else section.lines
                yield from touched(lines)

    def _make(self, file: PartsFile, asked: list[str], view: View) -> None:
        """Make the parts of some datasets."""
        reading = Reading(view.store, self.home.settings.base)
        made = (made_of(reading, each) for each in asked)
        file.put(asked, [each for each in made if each], view.seq)


def made_of(reading: Reading, dataset: str) -> Made | None:
    """Make a dataset's part, None where the view has no such dataset."""
    reading.used.clear()
    node = NamedNode(dataset)
    if not reading.about(node):
        return None
    text = part(reading, node)
    return Made(dataset, text, frozenset(each.value for each in reading.used))


def touched(lines: Iterable[str]) -> Iterator[int]:
    """Give the things of which lines of N-Triples say something, and the datasets served."""
    last = ""
    for line in lines:
        subject = line[: line.index(">")]
        if subject != last:
            last = subject
            yield from (thing(each) for each in names_in(line) if "\\" in subject)
            yield thing(subject[1:])
        if SERVES in line:
            yield from map(thing, names_in(line))


def names_in(line: str) -> Iterator[str]:
    """Give the names of subject and object of a line."""
    for triple in triples([line]):
        for term in (triple.subject, triple.object):
            if isinstance(term, NamedNode):
                yield term.value


def walk(index: SearchIndex) -> Iterator[str]:
    """Give all datasets of an index in the order of the feed."""
    after: int | None = None
    while found := index.walk(KINDS, after, STEP):
        yield from (iri for _, iri in found)
        after = found[-1][0]


def chunks(things: Iterable[int], size: int) -> Iterator[set[int]]:
    """Give things in sets of at most `size`."""
    rest = iter(things)
    while some := set(islice(rest, size)):
        yield some


def is_fresh(path: Path, now: float) -> bool:
    """Say whether a file was written to lately."""
    try:
        return now - path.stat().st_mtime < FRESH
    except OSError:
        return False


def pause(seconds: float, stopped: Callable[[], bool]) -> None:
    """Wait, but not for long once told to stop."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0 and not stopped():
        time.sleep(min(left, LOOK))
