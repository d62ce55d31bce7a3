"""The catalogue as it was: views as of a number of the ledger, laid again from it when asked for.

A view of the past is what a fresh instance would be that was fed the ledger up to that number and
no further. It lies in `past/{number}` of the instance's folder, in the form of a snapshot; one is
made at a time, by a keeper of its own, and the few that were asked for last are kept.
"""

from __future__ import annotations

import os
import shutil
import threading
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from graph.history import Departed, Happened, History, departed
from graph.home import Home
from graph.keeper import Keeper, Live
from graph.ledger import CHANGES, Ledger, Recorded, Touched
from graph.patch import Files
from graph.snapshots import MANIFEST, Published, Snapshots, View
from ontology.clearance import Clearance
from ontology.errors import Unavailable

FOLDER = "past"
MAKING = "making"  # the folder within, where the one that is being made lies
LONG_AGO = datetime.min.replace(tzinfo=UTC)  # when a view was made does not matter here
KEPT = 3  # views of the past that are kept, each with its three clearances


def always() -> bool:
    """Say that it is still wanted."""
    return True


class Times:
    """When changes were written: which of them a day had seen.

    A moment's number is that of the last change before the first that came later: nothing is ever
    shown that is dated after the day asked for, however a clock once went.
    """

    def __init__(self, ledger: Ledger) -> None:
        """Read the times of this ledger, each once."""
        self.ledger = ledger
        self._numbers: list[int] = []
        self._latest: list[datetime] = []  # the latest time of this change and all before
        self._lock = threading.Lock()

    def number(self, before: datetime) -> int:
        """Give the number of the last change earlier than a moment; 0 where there is none."""
        self._read_on()
        with self._lock:
            seen = bisect_right(self._latest, before)
            while seen and self._latest[seen - 1] == before:
                seen -= 1
            return self._numbers[seen - 1] if seen else 0

    def at(self, number: int) -> datetime:
        """Give the latest time of a change and all before it, one that `number` gave."""
        with self._lock:
            return self._latest[bisect_right(self._numbers, number) - 1]

    def first(self) -> datetime | None:
        """Give when the first change was written, None for an empty ledger."""
        self._read_on()
        return self._latest[0] if self._latest else None

    def _read_on(self) -> None:
        """Read what was written since the last look."""
        with self._lock:
            last = self._numbers[-1] if self._numbers else 0
            query = sa.select(CHANGES.c.seq, CHANGES.c.at).where(CHANGES.c.seq > last)
            with self.ledger.engine.connect() as connection:
                for row in connection.execute(query.order_by(CHANGES.c.seq)):
                    at = datetime.fromisoformat(row.at)
                    self._numbers.append(row.seq)
                    self._latest.append(max(at, self._latest[-1]) if self._latest else at)


class Pasts:
    """The views of the past of one instance, as a reading process sees them."""

    def __init__(self, home: Home, ledger: Ledger) -> None:
        """Read the past of the instance in this home."""
        self.home = home
        self.folder = home.path / FOLDER
        self.times = Times(ledger)
        self._snapshots = Snapshots(self.folder)

    def ready(self, seq: int) -> bool:
        """Say whether the view as of a number is there."""
        return (self.folder / f"{seq:012d}" / MANIFEST).exists()

    def view(self, seq: int, clearance: Clearance) -> View:
        """Give the view as of a number, kept a while longer; raise Gone where it is not there."""
        view = self._snapshots.view(clearance, seq)
        self._snapshots.pin(seq)
        return view


class Historian(Keeper):
    """A keeper that lays the ledger up to a number and publishes once."""

    def begin(self, home: Home, seq: int) -> None:
        """Begin from the nearest view that is not later, or from nothing."""
        shutil.rmtree(self.home.live, ignore_errors=True)
        shutil.rmtree(self.home.snapshots, ignore_errors=True)
        self.files = Files(home.files)
        try:
            self._begin_from(max(earlier(home, seq), key=lambda each: each.seq))
        except (Unavailable, OSError, ValueError):  # swept while it was copied, or there is none
            self.start(afresh=True)
        self.published = seq  # so that nothing is published before

    def _derivable(self, live: Live, rows: list[Recorded]) -> bool:  # noqa: ARG002
        """Lay every view by itself: what the ledger knows of entries today is not what it knew."""
        return False


def earlier(home: Home, seq: int) -> Iterator[Published]:
    """Give the published views up to a number: snapshots, and others of the past."""
    for folder in (home.snapshots, home.path / FOLDER):
        for path in folder.glob("[0-9]*"):
            number = int(path.name.partition("-")[0])
            if number <= seq and (path / MANIFEST).exists():
                yield Published(number, LONG_AGO, path)


def make(
    home: Home, ledger: Ledger, seq: int, now: datetime, wanted: Callable[[], bool] = always
) -> bool:
    """Make the view as of a number, and say whether it is there; stop where it is wanted no more.

    Raises Conflict where another process makes one.
    """
    folder = home.path / FOLDER
    settings = replace(home.settings, database=home.database)
    keeper = Historian(Home(folder / MAKING, settings), ledger)
    try:
        if not Pasts(home, ledger).ready(seq) and not laid(keeper, home, seq, now, wanted):
            return False
        sweep(folder, but=seq)
        return True
    finally:
        keeper.close()
        shutil.rmtree(keeper.home.live, ignore_errors=True)
        shutil.rmtree(keeper.home.snapshots, ignore_errors=True)


def laid(
    keeper: Historian, home: Home, seq: int, now: datetime, wanted: Callable[[], bool]
) -> bool:
    """Lay the ledger up to a number and put the view in its place."""
    keeper.begin(home, seq)
    if keeper.applied == seq:
        keeper.publish(now)
    while keeper.applied < seq:
        if not wanted() or not keeper.step(now, up_to=seq):
            return False
    made = keeper.snapshots.current().path
    made.rename(home.path / FOLDER / f"{seq:012d}")
    return True


def sweep(folder: Path, *, but: int) -> None:
    """Remove the views that were not asked for lately; `but` stays, as it was just made."""
    here = f"{but:012d}"
    others = [path for path in folder.glob("[0-9]*") if path.name != here]
    for path in sorted(others, key=asked_for, reverse=True)[KEPT - 1 :]:
        shutil.rmtree(path, ignore_errors=True)


def asked_for(path: Path) -> float:
    """Give when a view was last asked for, in seconds; 0 for what is none."""
    try:
        return os.stat(path / MANIFEST).st_mtime  # noqa: PTH116 - beside its os.utime
    except OSError:
        return 0.0


class HistoryThen(History):
    """The ledger as readers saw it at a number: what came later did not happen yet."""

    def __init__(self, ledger: Ledger, seq: int) -> None:
        """Read this ledger up to a number."""
        super().__init__(ledger)
        self.seq = seq

    def of(
        self, iri: str, clearance: Clearance, *, limit: int = 20, before: int | None = None
    ) -> list[Touched]:
        """Give what had happened to one entry, newest first."""
        return super().of(
            iri, clearance, limit=limit, before=min(before or self.seq + 1, self.seq + 1)
        )

    def recent(
        self, clearance: Clearance, limit: int = 10, before: int | None = None
    ) -> list[Happened]:
        """Give the latest changes then, newest first."""
        return super().recent(clearance, limit, min(before or self.seq + 1, self.seq + 1))

    def gone(self, kind: str, code: str, clearance: Clearance) -> Departed | None:
        """Give an entry that had been removed by then, and had not come back."""
        for kept in self.ledger.entries_coded(kind, code):
            last = self.of(kept.iri, clearance, limit=1)
            if clearance.covers(kept.clearance) and last and last[0].action == "removed":
                return departed(last[0])
        return None
