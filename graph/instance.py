"""One instance with all its parts: what commands and pages open first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from graph.home import Home, open_home
from graph.ledger.entries import Delivery
from graph.ledger.ledger import Ledger
from graph.ledger.patch import Files
from graph.loading.load import Order, load
from graph.loading.report import Report
from graph.views.bell import ring
from graph.views.keeper import Keeper, Progress, is_kept, silent
from graph.views.settling import is_settled
from graph.views.snapshots import Snapshots
from ontology.errors import Conflict, Unavailable

PATIENCE = 600.0  # seconds to wait for another process's keeper
LOOK = 0.003  # seconds between two looks at what is published


@dataclass(frozen=True)
class Instance:
    """The parts of one instance: its folder, ledger, files and published snapshots."""

    home: Home
    ledger: Ledger
    files: Files
    snapshots: Snapshots

    @staticmethod
    def open(path: Path) -> Instance:
        """Open the instance in a folder; raise NotFound where there is none."""
        return Instance.of(open_home(path))

    @staticmethod
    def of(home: Home) -> Instance:
        """Open the instance of a home."""
        return Instance(home, Ledger(home.database), Files(home.files), Snapshots(home.snapshots))

    def close(self) -> None:
        """Give back connections."""
        self.ledger.close()

    def settle(self, now: datetime, progress: Progress = silent) -> None:
        """See to it that everything written down is published.

        Where no process keeps the instance, this one does it; where one does, wait for it.
        """
        target = self.ledger.last()
        if self.published() >= target > 0 and is_settled(self.snapshots.current().path):
            return
        try:
            keeper = Keeper(self.home, self.ledger, progress=progress)
        except Conflict:
            ring(self.home.live)
            self.wait_for(target, PATIENCE)
            return
        try:
            keeper.start()
            keeper.catch_up(now)
            if self.published() < 0:
                keeper.publish(now)
        finally:
            keeper.close()

    def published(self) -> int:
        """Give the number of the newest snapshot, -1 where there is none."""
        try:
            return self.snapshots.current().seq
        except Unavailable:
            return -1

    def wait_for(self, seq: int, patience: float) -> None:
        """Wait until a change is published, at most `patience` seconds; raise Unavailable then."""
        until = time.monotonic() + patience
        while self.published() < seq:
            if time.monotonic() > until:
                raise Unavailable(
                    f"Change {seq} is written down but was not published within {patience:g} s. "
                    "It will appear when the keeper has caught up.",
                    f"变更 {seq} 已登记，但 {patience:g} 秒内尚未发布；系统赶上后即会出现。",
                )
            time.sleep(LOOK)

    def wait_or_keep(self, seq: int, now: datetime, patience: float) -> None:
        """See a change published: by the process that keeps the instance, or else by this one."""
        if self.wakes_keeper():
            self.wait_for(seq, patience)
            self.snapshots.open_ahead()
        else:
            self.settle(now)

    def wakes_keeper(self) -> bool:
        """Have the process that keeps the instance look at the ledger at once, if there is one."""
        return ring(self.home.live) or is_kept(self.home)

    def load(
        self,
        deliveries: Iterable[Delivery],
        order: Order,
        progress: Callable[[int], None] = lambda _read: None,
    ) -> Report:
        """Load deliveries as one change, which is not yet published; see `graph.loading.load.load`.

        What the source holds is published first, since changed entries are compared with it.
        """
        if self.ledger.moved(order.source) > self.published():
            self.settle(order.at)
        return load(
            deliveries,
            order,
            ledger=self.ledger,
            files=self.files,
            snapshots=self.snapshots,
            reports=self.home.reports,
            progress=progress,
        )
