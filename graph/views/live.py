"""The keeper's own store and index of one clearance, which it lays changes into."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pyoxigraph import Store

from graph.ledger.patch import Files, Section
from graph.search.index import SearchIndex
from graph.search.snapshot import snapshot
from graph.views.exact import Exact, copy_mark, exact_of, exact_store
from graph.views.frozen import freeze
from graph.views.stores import holds_exact, lay
from ontology.clearance import Clearance


@dataclass
class Live:
    """The keeper's own store and index of one clearance."""

    clearance: Clearance
    path: Path
    store: Store
    index: SearchIndex

    @staticmethod
    def open(path: Path, clearance: Clearance) -> Live:
        """Open what lies in `path`, or begin empty."""
        path.mkdir(parents=True, exist_ok=True)
        index = path / "index"
        return Live(
            clearance,
            path,
            exact_store(Store(str(path / "store")), Exact.of(path)),
            SearchIndex.open(index) if index.exists() else SearchIndex.create(index),
        )

    def copy(self, target: Path) -> None:
        """Lay out in `target` what is there now; nothing that comes later changes it."""
        target.mkdir(parents=True)
        freeze(self.store, self.path / "store", target / "store")
        copy_mark(self.path, target)
        snapshot(self.path / "index", target / "index")

    def lay(self, section: Section, files: Files) -> None:
        """Lay a section."""
        self.prepare(section, files)
        lay(self.store, section, files)

    def prepare(self, section: Section, files: Files) -> None:
        """See that the store keeps the types of what a section holds."""
        if exact_of(self.store) is None and holds_exact(section, files):
            exact = Exact.drawn()
            exact.note(self.path)
            self.store = exact_store(self.store, exact)


@contextmanager
def copied(live: Live) -> Iterator[Path]:
    """Give a copy of a live store as it is now, which goes again."""
    folder = live.path / f"before-{uuid4().hex}"
    live.store.backup(str(folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
