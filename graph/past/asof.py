"""The catalogue as it was: views as of a number of the ledger, laid again from it when asked for.

A view of the past is what a fresh instance would be that was fed the ledger up to that number and
no further, less what is stricter today (`graph.past.veil`). It lies in `past/{number}-{as of}` of the
instance's folder, in the form of a snapshot; the second number says by which state of the catalogue
it was judged what is stricter. One that was judged before anything became so is never read again.
One is made at a time, by a keeper of its own (`graph.past.historian`), and the few that were asked for
last are kept.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from graph.home import Home
from graph.instance import Instance
from graph.ledger.ledger import CHANGES, Ledger, Touched
from graph.past.history import Departed, Happened, History, departed
from graph.views.snapshots import MANIFEST, Snapshots, View, no_longer_kept
from ontology.clearance import Clearance

FOLDER = "past"
MAKING = "making"  # the folder within, where the one that is being made lies


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
        """Say whether the view as of a number is there, and hides what is to be hidden by now."""
        return any(number(path) == seq for path in fresh(self.home))

    def view(self, seq: int, clearance: Clearance) -> View:
        """Give the view as of a number, kept a while longer; raise Gone where it is not there."""
        if not self.ready(seq):
            raise no_longer_kept(seq)
        view = self._snapshots.view(clearance, seq)
        self._snapshots.pin(seq)
        return view


def fresh(home: Home) -> Iterator[Path]:
    """Give the views of the past that may be read: nothing was regraded since they were judged."""
    regraded = Snapshots(home.snapshots).regraded()
    for path in (home.path / FOLDER).glob("[0-9]*-[0-9]*"):
        if int(path.name.partition("-")[2]) >= regraded and (path / MANIFEST).exists():
            yield path


def number(path: Path) -> int:
    """Give the number of the ledger that a view is as of."""
    return int(path.name.partition("-")[0])


class HistoryThen(History):
    """The ledger as readers saw it at a number: what came later did not happen yet."""

    def __init__(self, ledger: Ledger, seq: int, instance: Instance | None = None) -> None:
        """Read this ledger up to a number."""
        super().__init__(ledger, instance)
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
