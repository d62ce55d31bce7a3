"""Makes views of the past: by replaying the ledger, or by taking back what came later.

Whatever is shorter is done, from the nearest view there is: a snapshot, another view of the past,
or nothing at all, when the large sections go past the transaction log as in a load.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from graph.home import Home
from graph.ledger.ledger import Ledger, Recorded
from graph.ledger.patch import Files, Section, inverse
from graph.past.asof import FOLDER, MAKING, Pasts, fresh, number
from graph.past.levels import lines_of
from graph.past.veil import VIEWS, Veil, changes
from graph.search.document import dependents
from graph.views.keeper import GROUP, Keeper, Progress, silent
from graph.views.live import Live
from graph.views.snapshots import MANIFEST, Published, Snapshots
from graph.views.stores import canonical, is_bulk
from ontology.clearance import Clearance
from ontology.errors import Unavailable

LONG_AGO = datetime.min.replace(tzinfo=UTC)  # when a view was made does not matter here
KEPT = 3  # views of the past that are kept, each with its three clearances
LIGHT = 0.1  # what a statement costs that is loaded in bulk, against one that is laid by itself


def always() -> bool:
    """Say that it is still wanted."""
    return True


class Unwanted(Unavailable):
    """The view is wanted no more: whoever asked went away."""


class Historian(Keeper):
    """A keeper that makes the views as of one number and publishes once."""

    def __init__(
        self,
        home: Home,
        ledger: Ledger,
        present: Home,
        seq: int,
        *,
        progress: Progress = silent,
    ) -> None:
        """Make the views as of `seq` of the instance whose own home is `present`."""
        super().__init__(home, ledger, progress=progress)
        self.present = present
        self.seq = seq
        self.files = Files(present.files)

    def begin(self) -> None:
        """Begin from the view from which the way is the shortest, or from nothing."""
        shutil.rmtree(self.home.live, ignore_errors=True)
        shutil.rmtree(self.home.snapshots, ignore_errors=True)
        base = self._nearest()
        try:
            if base is None:
                self.start(afresh=True)
            else:
                self._begin_from(base)
        except (Unavailable, OSError, ValueError):  # swept while it was copied
            self.start(afresh=True)

    def lay_on(self) -> None:
        """Apply the next group of changes up to the wanted number."""
        rows = self.ledger.since(self.applied, GROUP)
        self._take_in([row for row in rows if row.seq <= self.seq])

    def _nearest(self) -> Published | None:
        """Give the view with the least left to do, None where that is nothing at all."""
        efforts = {each: self._effort(each.seq) for each in views(self.present)}
        base = min(efforts, key=lambda each: efforts[each], default=None)
        return base if base is not None and efforts[base] <= self._effort(0) else None

    def _effort(self, begin: int) -> float:
        """Give about how much there is to lay from one number to the one that is wanted."""
        after, up_to = sorted((begin, self.seq))
        back = begin > self.seq
        return sum(
            section.count * (LIGHT if is_bulk(section.inverse() if back else section) else 1)
            for row in changes(self.ledger, after)
            if row.seq <= up_to
            for section in row.sections
        )

    def _stricter(self, clearance: Clearance) -> dict[str, str]:
        """Give the roots that a stricter view sees otherwise, or ever did: more do no harm."""
        return {**super()._stricter(clearance), **dict(self.ledger.ever_mixed())}

    # Back -----------------------------------------------------------------------------------------

    def take_back(self) -> None:
        """Take back the changes after the wanted number, the last first."""
        rows = [row for row in changes(self.ledger, self.seq) if row.seq <= self.applied]
        touched = self._touched(rows)
        again = self._again(rows)
        for live in self.views:
            for row in reversed(rows):
                for section in inverse(row.sections):
                    if live.clearance.covers(section.clearance):
                        self._lay(live, section)
            for section in again[live.clearance]:
                live.lay(section, self.files)
            self._index(live, touched)
        self.applied = self.seq

    def _again(self, rows: Iterable[Recorded]) -> dict[Clearance, list[Section]]:
        """Give what entries that came later said, and others had said before.

        Laying a statement twice is laying it once, and taking it back takes it from both: what had
        been said of the same subjects before is laid again.
        """
        things = {
            (section.graph, line[: line.index(" ")])
            for row in rows
            if any(touched.action == "new" for touched, _ in self.ledger.touches_of(row.seq))
            for section in row.sections
            if section.added
            for line in lines_of(section, self.files)
        }
        told: dict[Clearance, dict[tuple[str, str], None]] = {each: {} for each in Clearance}
        for row in changes(self.ledger, 0) if things else ():
            if row.seq > self.seq:
                break
            for section in row.sections:
                self._retell(section, things, told)
        return {
            clearance: [Section(True, clearance, graph, 1, (line,)) for graph, line in lines]  # noqa: FBT003
            for clearance, lines in told.items()
        }

    def _retell(
        self,
        section: Section,
        things: set[tuple[str, str]],
        told: dict[Clearance, dict[tuple[str, str], None]],
    ) -> None:
        """Follow what a section says of some things, in every view."""
        said = (
            line
            for line in lines_of(section, self.files)
            if (section.graph, line[: line.index(" ")]) in things
        )
        for line in canonical(said):  # what is removed is named as the store gives it
            for clearance, lines in told.items():
                if not clearance.covers(section.clearance):
                    continue
                if section.added:
                    lines[section.graph, line] = None
                else:
                    lines.pop((section.graph, line), None)

    # The veil -------------------------------------------------------------------------------------

    def hide(self) -> None:
        """Take out of the views what is stricter today."""
        stores = {live.clearance: live.store for live in self.views}
        veil = Veil(self.ledger, self.files, Snapshots(self.present.snapshots), self.seq)
        hidden = veil.hidden(stores)
        subjects = {
            line[1 : line.index(">")]
            for graphs in hidden.values()
            for lines in graphs.values()
            for line in lines
        }
        if not subjects:
            return
        roots = self._roots(subjects)
        for live in self.views:
            if live.clearance in VIEWS:
                self._hide(live, hidden[live.clearance], roots)

    def _hide(self, live: Live, hidden: dict[str, list[str]], roots: dict[str, str]) -> None:
        """Take statements out of one view, and read the documents they were in anew."""
        wanted = dict(roots)
        for root, kind in roots.items():
            wanted.update(dict.fromkeys(dependents(live.store, root), kind))
        for graph, lines in hidden.items():
            section = Section(False, live.clearance, graph, len(lines), tuple(lines))  # noqa: FBT003
            self._lay(live, section)
            wanted.update(dict.fromkeys(self._services(section), "service"))
        self._index(live, wanted)

    def _roots(self, subjects: set[str]) -> dict[str, str]:
        """Give the entries that these subjects belonged to since, with their kinds."""
        found = dict.fromkeys(subjects, "thing")
        for kept in self.ledger.stood(self.seq):
            if not subjects.isdisjoint(kept.subjects):
                found[kept.iri] = kept.kind
        return found


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which view is wanted, by whom, and who is told how far it is."""

    home: Home
    ledger: Ledger
    seq: int
    now: datetime
    still: Callable[[], bool] = always
    progress: Progress = silent


def views(home: Home) -> Iterator[Published]:
    """Give the published views to begin from: snapshots, and others of the past."""
    snapshots = home.snapshots.glob("[0-9]*")
    for path in (*snapshots, *fresh(home)):
        if (path / MANIFEST).exists():
            yield Published(number(path), LONG_AGO, path)


def make(wanted: Wanted) -> bool:
    """Make the view as of a number, and say whether it is there; stop where it is wanted no more.

    Raises Conflict where another process makes one.
    """
    home = wanted.home
    folder = home.path / FOLDER
    settings = replace(home.settings, database=home.database)
    making = Home(folder / MAKING, settings)
    keeper = Historian(making, wanted.ledger, home, wanted.seq, progress=telling(wanted))
    try:
        if not Pasts(home, wanted.ledger).ready(wanted.seq):
            made(keeper, wanted)
    except Unwanted:
        return False
    else:
        sweep(home, but=wanted.seq)
        return True
    finally:
        keeper.close()
        shutil.rmtree(keeper.home.live, ignore_errors=True)
        shutil.rmtree(keeper.home.snapshots, ignore_errors=True)


def telling(wanted: Wanted) -> Progress:
    """Give what tells how far it is, and ends the work where it is wanted no more."""

    def told(what: str, done: int, total: int) -> None:
        if not wanted.still():
            raise Unwanted("Nobody waits for it any more.", "已无人等待。")
        wanted.progress(what, done, total)

    return told


def made(keeper: Historian, wanted: Wanted) -> None:
    """Lay the views as of a number and put them in their place."""
    judged = Snapshots(wanted.home.snapshots).reached()
    keeper.progress("begin", 0, 0)
    keeper.begin()
    if keeper.applied > wanted.seq:
        keeper.take_back()
    while keeper.applied < wanted.seq:
        keeper.progress("changes", keeper.applied, wanted.seq)
        keeper.lay_on()
    keeper.progress("hide", 0, 0)
    keeper.hide()
    keeper.publish(wanted.now)
    keeper.settle()
    path = keeper.snapshots.current().path
    path.rename(wanted.home.path / FOLDER / f"{wanted.seq:012d}-{judged:012d}")


def sweep(home: Home, *, but: int) -> None:
    """Remove the views that were not asked for lately or are judged no more; `but` stays."""
    readable = set(fresh(home))
    every = list((home.path / FOLDER).glob("[0-9]*"))
    others = [path for path in every if path in readable and number(path) != but]
    stale = [path for path in every if path not in readable]
    for path in (*stale, *sorted(others, key=asked_for, reverse=True)[KEPT - 1 :]):
        shutil.rmtree(path, ignore_errors=True)


def asked_for(path: Path) -> float:
    """Give when a view was last asked for, in seconds; 0 for what is none."""
    try:
        return os.stat(path / MANIFEST).st_mtime  # noqa: PTH116 - beside its os.utime
    except OSError:
        return 0.0
