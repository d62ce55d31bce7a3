"""The processes of a serving instance: each is a hidden command that its supervisor starts."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import click

from graph.home import Home, open_home
from graph.instance import Instance
from graph.ledger.ledger import Ledger
from graph.lineage.writing import FlowWriter
from graph.views.column_writer import ColumnWriter
from graph.views.columns import release
from graph.views.counts import Counting
from graph.views.keeper import Keeper
from ontology.errors import Unavailable
from sparql.cards.keeping import CardWriter
from sparql.feed_writer import FeedWriter
from web.commands.shared import home_option
from web.supervisor import LATER, die_with_parent, give_way

COUNT_AGAIN, LOOK = 0.5, 1.0  # seconds between two looks at the snapshots


@click.command("keeper", hidden=True)
@home_option
def keeper(home_path: Path) -> None:
    """Apply the ledger and publish, until told to stop (a part of `serve`)."""
    home = open_home(home_path)
    die_with_parent()
    stop = Stop()
    instance = Instance.of(home)
    one = Keeper(home, instance.ledger)
    one.start()
    one.run(lambda: datetime.now(UTC), stop)
    one.close()


@click.command("feed-writer", hidden=True)
@home_option
def feed_writer(home_path: Path) -> None:
    """Make parts of feed pages in idle time, until told to stop (a part of `serve`)."""
    home = open_home(home_path)
    die_with_parent()
    give_way()
    stop = Stop()
    instance = Instance.of(home)
    counting = threading.Thread(target=keep_counts, args=(home, stop), daemon=True)
    counting.start()
    writer = FeedWriter(home, instance.ledger)
    writer.run(stop)
    writer.close()
    counting.join(5)
    instance.close()


def keep_counts(home: Home, stop: Callable[[], bool]) -> None:
    """Keep how much each view holds, and what flows into what in it, until told to stop."""
    ledger = Ledger(home.database)
    flows = FlowWriter(home, ledger)

    def write_flows() -> None:
        with contextlib.suppress(Unavailable, OSError):  # nothing is published, or just taken away
            flows.step(datetime.now(UTC), stop)

    def rest() -> None:
        write_flows()
        time.sleep(COUNT_AGAIN)

    write_flows()
    Counting(home, ledger).run(stop, rest)
    ledger.close()


@click.command("counter", hidden=True)
@home_option
def counter(home_path: Path) -> None:
    """Keep how much each view holds, until told to stop (a part of `serve`)."""
    home = open_home(home_path)
    die_with_parent()
    give_way()
    keep_counts(home, Stop())


@click.command("shelf-writer", hidden=True)
@home_option
def shelf_writer(home_path: Path) -> None:
    """Make cards and columns of snapshots that stand still, until told to stop (a part of `serve`).

    It is seconds of work that ends, and analysts wait for it: where it gave way to all, a machine
    that was busy for other reasons never came to it.
    """
    home = open_home(home_path)
    die_with_parent()
    give_way(LATER)
    ledger = Ledger(home.database)
    writers: list[ColumnWriter | CardWriter] = []
    if home.settings.cards:
        writers.append(CardWriter(home, ledger))
    if home.settings.columns and release():
        writers.append(ColumnWriter(home, ledger))
    stop = Stop()
    while not stop():
        for each in writers:
            with contextlib.suppress(
                Unavailable, OSError
            ):  # nothing is published, or just taken away
                each.step(datetime.now(UTC), stop)
        time.sleep(LOOK)
    ledger.close()


class Stop:
    """True once the process was asked to stop."""

    def __init__(self) -> None:
        """Listen for SIGTERM and SIGINT."""
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        """Note that it is time to stop."""
        self.asked = True

    def __call__(self) -> bool:
        """Say whether it is time to stop."""
        return self.asked
