"""Published views: immutable, numbered by the last change they hold; `current` names the newest.

A reader is handed a `View` of its clearance and never anything else: what is not in the view's
store cannot be asked for.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Thread
from typing import Any

from pyoxigraph import Store

from graph.ledger.audit import BEGINNING, Anchor
from graph.search.index import SearchIndex
from graph.views import settling
from graph.views.exact import opened
from graph.views.settling import MARK, write
from ontology.clearance import Clearance
from ontology.errors import Gone, GovgraphError, Unavailable

POINTER = "current"
MANIFEST = settling.MANIFEST
NO_ANCHOR = Anchor(0, BEGINNING)
HELD_OPEN = 12  # views a process keeps open at once


@dataclass(frozen=True, slots=True)
class Published:
    """One snapshot: `seq` the last change it holds, `at` when it was published.

    `anchor` is how far the audit's chain was by then, so that rows taken from its end are missed.
    `regraded` is the last change it holds that moved the clearance of anything. `exact` says whether
    its views keep the types of numbers (`graph.views.exact`): those of older releases did not.
    """

    seq: int
    at: datetime
    path: Path
    anchor: Anchor = NO_ANCHOR
    regraded: int = 0
    exact: bool = True


@dataclass(frozen=True)
class View:
    """What a reader is handed: the store and the search index of one clearance at one number."""

    seq: int
    at: datetime
    clearance: Clearance
    path: Path = field(repr=False)

    @cached_property
    def store(self) -> Store:
        """Open the store, for reading only."""
        return opened(str(self.path / "store"))

    @cached_property
    def index(self) -> SearchIndex:
        """Open the search index, for reading only."""
        return SearchIndex.open(self.path / "index")


class Snapshots:
    """The published snapshots of an instance, as one reading process sees them."""

    def __init__(self, folder: Path) -> None:
        """Read the snapshots in `folder`."""
        self.folder = folder
        self._place = str(folder / POINTER)
        self._views: OrderedDict[tuple[str, Clearance], View] = OrderedDict()
        self._lock = threading.Lock()
        self._pointer: tuple[int, Published] | None = None

    def current(self) -> Published:
        """Give the newest snapshot; raise Unavailable where none was published yet."""
        try:
            stamp = os.stat(self._place).st_mtime_ns  # noqa: PTH116 - asked for with every request
        except FileNotFoundError:
            raise Unavailable(
                "Nothing has been published yet: the keeper is still at its first snapshot. "
                "Try again in a few seconds.",
                "尚未发布任何内容：系统正在生成第一个快照，请稍候几秒再试。",
            ) from None
        known = self._pointer
        if known is None or known[0] != stamp:
            known = (stamp, self.named((self.folder / POINTER).read_text().strip()))
            self._pointer = known
        return known[1]

    def named(self, name: str) -> Published:
        """Read the manifest of a snapshot."""
        path = self.folder / name
        try:
            manifest = json.loads((path / MANIFEST).read_text())
        except (OSError, ValueError):  # a power cut took it before it settled
            raise Unavailable(
                "The newest snapshot is being made again. Try again in a few seconds.",
                "正在重新生成最新快照，请稍候几秒再试。",
            ) from None
        at = datetime.fromisoformat(manifest["at"])
        regraded = manifest.get("regraded", 0)
        exact = manifest.get("exact", False)
        return Published(manifest["seq"], at, path, anchor_of(manifest), regraded, exact=exact)

    def reached(self) -> int:
        """Give the last published change, 0 where nothing was published yet."""
        try:
            return self.current().seq
        except Unavailable:
            return 0

    def regraded(self) -> int:
        """Give the last published change that moved the clearance of anything, 0 for none."""
        try:
            return self.current().regraded
        except Unavailable:
            return 0

    def numbered(self, seq: int) -> Published:
        """Give the snapshot of that number; raise Gone where it is no longer kept."""
        names = sorted(path.name for path in self.folder.glob(f"{seq:012d}*"))
        if not names:
            raise no_longer_kept(seq)
        return self.named(names[-1])

    def view(self, clearance: Clearance, seq: int | None = None) -> View:
        """Give the view of that clearance, of the newest snapshot or of the one numbered `seq`.

        Raises Gone for one from before anything became stricter: it may hold what is hidden now.
        """
        published = self.current() if seq is None else self.numbered(seq)
        old = seq is not None and published.seq < self.regraded()
        if old and clearance is not Clearance.GOVERNANCE:
            raise no_longer_kept(published.seq)
        key = (published.path.name, clearance)
        with self._lock:
            view = self._views.get(key)
            if view is None:
                path = published.path / clearance.value
                view = View(published.seq, published.at, clearance, path)
                self._views[key] = view
                while len(self._views) > HELD_OPEN:
                    self._views.popitem(last=False)
            self._views.move_to_end(key)
        return view

    def open_ahead(self) -> Thread:
        """Open what was just published while who wrote it is answered: they look at it next."""
        opening = Thread(target=self._open_all, name="ahead", daemon=True)
        opening.start()
        return opening

    def _open_all(self) -> None:
        """Open the newest views, the strictest first: those who write read them."""
        with suppress(GovgraphError, OSError):  # who needs one is told
            for clearance in reversed(Clearance):
                view = self.view(clearance)
                _ = view.store, view.index

    def pin(self, seq: int) -> None:
        """Keep a snapshot for a paging reader: it stays as long as it is asked for now and then."""
        os.utime(self.numbered(seq).path / MANIFEST)


def no_longer_kept(seq: int) -> Gone:
    """Say that a snapshot is not to be had any more."""
    return Gone(
        f"Snapshot {seq} is no longer kept. Begin again from the first page.",
        f"快照 {seq} 已不再保留，请从第一页重新开始。",
    )


def publish(  # noqa: PLR0913 - what a manifest says, each by name
    folder: Path,
    name: str,
    seq: int,
    at: datetime,
    anchor: Anchor = NO_ANCHOR,
    *,
    regraded: int = 0,
) -> None:
    """Write a snapshot's manifest and make it the current one; the pointer moves at once or not.

    It has not settled yet: see `graph.views.settling`.

    Of the audit's anchors the longest stays: a chain that was cut does not pass for a whole one.
    """
    longest = max(anchor, last_anchor(folder), key=lambda each: each.seq)
    manifest: dict[str, Any] = {"seq": seq, "at": at.astimezone(UTC).isoformat()}
    manifest["regraded"] = regraded
    manifest["exact"] = True
    manifest["audit"] = {"seq": longest.seq, "digest": longest.digest}
    manifest[MARK] = False
    write(folder / name / MANIFEST, json.dumps(manifest))
    point(folder, name)


def point(folder: Path, name: str) -> None:
    """Make a snapshot the current one."""
    write(folder / POINTER, name)


def last_anchor(folder: Path) -> Anchor:
    """Give the anchor that the newest snapshot remembers; none where it cannot be read."""
    try:
        name = (folder / POINTER).read_text().strip()
        return anchor_of(json.loads((folder / name / MANIFEST).read_text()))
    except (OSError, ValueError):
        return NO_ANCHOR


def anchor_of(manifest: dict[str, Any]) -> Anchor:
    """Read the audit's anchor from a manifest; older ones have none."""
    told = manifest.get("audit")
    return Anchor(told["seq"], told["digest"]) if told else NO_ANCHOR
