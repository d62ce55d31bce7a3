"""Keeps the cards of the view that everyone may see: made when it stands still, carried while little moves.

Of one change after another only few things are said otherwise. So a newer snapshot gets the same file,
with the names of all that moved since it was made: of those the store tells. When they are many, or
a change is large, cards are made anew.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from graph.home import Home
from graph.ledger.ledger import Ledger
from graph.ledger.patch import Files, Section
from graph.views.snapshots import Published, Snapshots, View
from ontology.people import ANYONE
from ontology.permissions import clearance_of
from sparql.cards.file import MOVED, NAME
from sparql.cards.writing import Stopped, write

SHELF: Final = "cards"  # the folder in the home where they are made, and the newest stay
QUIET: Final = 5.0  # seconds that a snapshot has to stand before cards are made of it
GROUP: Final = 200  # changes looked through at once
LARGE: Final = 50_000  # statements of a section after which cards are made anew
MOST: Final = 5_000  # things that may have moved since cards were made
FREE: Final = 1 << 30  # bytes of the disk that are left to others


class TooMany(Exception):
    """More moved than is worth naming."""


class CardWriter:
    """Keeps the cards of one instance."""

    def __init__(self, home: Home, ledger: Ledger) -> None:
        """Look at the snapshots of a home; the ledger says what moved between two of them."""
        self.snapshots = Snapshots(home.snapshots)
        self.shelf = home.path / SHELF
        self.files = Files(home.files)
        self.ledger = ledger
        self.clearance = clearance_of(ANYONE)
        self._beyond: Path | None = None  # the view of which cards cannot be made
        self._moved = Moved()

    def step(self, now: datetime, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Give the newest snapshot its cards, if it lacks them; say whether it got them."""
        published, view = self.snapshots.current(), self.snapshots.view(self.clearance)
        here = view.path.parent == published.path
        if not here or (view.path / NAME).exists() or view.path == self._beyond:
            return False
        if self._carried(view):
            return True
        if (now - published.at).total_seconds() < QUIET:
            return False
        return self._made(view, published, stopped)

    def _made(self, view: View, published: Published, stopped: Callable[[], bool]) -> bool:
        """Make cards of a view, and keep them for snapshots to come, and no earlier ones."""
        self.shelf.mkdir(exist_ok=True)
        kept = self.shelf / f"{view.seq:012d}-{NAME}"
        try:
            free = shutil.disk_usage(self.shelf).free > FREE
            fits = free and write(view.store, kept, partial(self._stands, published, stopped))
        except Stopped:
            return False
        if not fits:
            self._beyond = view.path
            return False
        for each in self.shelf.iterdir():
            if each != kept:
                each.unlink()
        self._moved = Moved(view.seq, view.seq)
        self._lay(view, kept)
        return True

    def _carried(self, view: View) -> bool:
        """Give a view the cards of an earlier one, with the names of what moved since."""
        kept = max(self.shelf.glob(f"*-{NAME}"), default=None)
        if kept is None or (number := int(kept.name.partition("-")[0])) > view.seq:
            return False
        if self._moved.since != number:
            self._moved = Moved(number, number)
        try:
            self._follow(view.seq)
        except TooMany:
            return False
        self._lay(view, kept)
        return True

    def _lay(self, view: View, kept: Path) -> None:
        """Put cards beside a view; the names first, so that no card is read without them."""
        names = self.shelf / MOVED
        with names.open("wb") as out:
            out.write("\n".join(sorted(self._moved.names)).encode())
            out.flush()
            os.fsync(out.fileno())
        names.rename(view.path / MOVED)
        with contextlib.suppress(FileExistsError):
            (view.path / NAME).hardlink_to(kept)

    def _follow(self, last: int) -> None:
        """Note what moved up to a change; raises TooMany."""
        moved = self._moved
        while moved.known < last and (rows := self.ledger.since(moved.known, GROUP)):
            rows = [row for row in rows if row.seq <= last]
            for section in (each for row in rows for each in row.sections):
                if self.clearance.covers(section.clearance):
                    moved.take(section, self.files)
            if not rows:
                break
            moved.known = rows[-1].seq

    def _stands(self, published: Published, stopped: Callable[[], bool]) -> bool:
        return self.snapshots.current().path == published.path and not stopped()


class Moved:
    """What was said otherwise since one change, up to another."""

    def __init__(self, since: int = -1, known: int = -1) -> None:
        """Begin with nothing."""
        self.since, self.known = since, known
        self.names: set[str] = set()
        self.many = False

    def take(self, section: Section, files: Files) -> None:
        """Note the things that a section says anything of; raises TooMany, from then on always."""
        self.many = self.many or section.count > LARGE
        if not self.many:
            lines = files.lines(section.file) if section.file else section.lines
            self.many = not self._noted(lines)
        if self.many:
            raise TooMany

    def _noted(self, lines: Iterable[str]) -> bool:
        for line in lines:
            if line.startswith("<"):
                self.names.add(line[1 : line.index(">")])
            if len(self.names) > MOST or "\\" in line.partition(">")[0]:
                return False
        return True
