"""What the benchmark runs on: the stress catalogue as a file, and instances that hold it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from graph.home import Settings, open_home
from graph.instance import Instance
from graph.ledger.ledger import ENTRIES
from graph.views.snapshots import View
from ontology.clearance import Clearance
from tests.bench import stress
from tests.bench.machine import OWN, Run, free_port, run, serving

SOURCE = "stress"
SEED = 1
MAKING = 1800.0  # seconds that the shelf writer has


@dataclass(frozen=True)
class Town:
    """A stress catalogue of so many datasets, in a folder of the benchmark's."""

    folder: Path
    datasets: int

    @property
    def home(self) -> Path:
        """Give the instance that holds it."""
        return self.folder / f"home-{self.datasets}"

    @cached_property
    def file(self) -> Path:
        """Give the catalogue as N-Triples; it is written the first time."""
        path = self.folder / f"stress-{self.datasets}.nt"
        if not path.exists():
            partial = path.with_suffix(".partial.nt")
            stress.write(partial, self.datasets, SEED)
            partial.rename(path)
        return path

    @cached_property
    def triples(self) -> int:
        """Count the statements of the file."""
        with self.file.open("rb") as lines:
            return sum(1 for _ in lines)

    def load(self) -> Run:
        """Begin the instance anew and load the catalogue into it: read, laid, indexed, published."""
        shutil.rmtree(self.home, ignore_errors=True)
        run([*OWN, "init", "--home", str(self.home)])
        return self.load_again()

    def load_again(self) -> Run:
        """Load the catalogue into the instance as it is."""
        return run([*OWN, "load", "--home", str(self.home), "--source", SOURCE, str(self.file)])

    def loaded(self) -> Town:
        """See to it that the instance is there."""
        if not self.whole:
            self.load()
        return self

    @property
    def whole(self) -> bool:
        """Say whether the instance holds the catalogue, published."""
        if not (self.home / "snapshots" / "current").exists():
            return False
        with self.opened() as instance:
            return self.count(instance) >= self.datasets

    @staticmethod
    def count(instance: Instance) -> int:
        """Count the datasets that readers see."""
        return instance.snapshots.view(Clearance.OPEN).index.count()

    @contextmanager
    def opened(self) -> Iterator[Instance]:
        """Open the instance in this process."""
        instance = Instance.open(self.home)
        try:
            yield instance
        finally:
            instance.close()

    @contextmanager
    def view(self) -> Iterator[View]:
        """Open the view of everyone."""
        with self.opened() as instance:
            yield instance.snapshots.view(Clearance.OPEN)

    def until_beside(self, name: str) -> None:
        """Wait until a file of that name lies beside the view of everyone: the shelf writer makes it."""
        until = time.monotonic() + MAKING
        with self.opened() as instance:
            while not (instance.snapshots.view(Clearance.OPEN).path / name).exists():
                if time.monotonic() > until:
                    raise SystemExit(f"The shelf writer does not come to its end: {name}.")
                time.sleep(1)

    @property
    def settings(self) -> Settings:
        """Give the settings of the instance."""
        return open_home(self.home).settings

    @contextmanager
    def served(self, **environment: str) -> Iterator[int]:
        """Serve the instance as `govgraph serve` does; gives the port."""
        port = free_port()
        command = ["env", *(f"{name}={value}" for name, value in environment.items())]
        command += [*OWN, "serve", "--home", str(self.home), "--port", str(port)]
        with serving(command, port, "/healthz"):
            yield port

    def named(self, kind: str, count: int) -> list[tuple[str, str]]:
        """Give code and IRI of so many entries of a kind, evenly spread over the catalogue."""
        query = sa.select(ENTRIES.c.code, ENTRIES.c.iri).where(
            (ENTRIES.c.kind == kind) & (ENTRIES.c.source == SOURCE) & ENTRIES.c.live
        )
        with self.opened() as instance, instance.ledger.engine.connect() as connection:
            found = [(row.code, row.iri) for row in connection.execute(query)]
        step = max(1, len(found) // count)
        return found[::step][:count]
