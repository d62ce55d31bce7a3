"""Whether a text is a query, without asking it: measured here, parsed in a child on nothing.

The engine parses before it evaluates, so an empty store makes it a parser: whatever the text asks,
there is nothing to look through.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Store

from sparql.federating import blanked
from sparql.formats import JSON, N_TRIPLES, Kind
from sparql.guard import DEFAULT, Limits, measured
from sparql.workers.pool import Pool
from sparql.workers.wire import Job

SLOT = "nothing"  # of a child's stores: beside those of the clearances
SECONDS = 2.0
FORMATS: dict[str, str] = {
    Kind.ROWS: JSON.name,
    Kind.TRUTH: JSON.name,
    Kind.TRIPLES: N_TRIPLES.name,
}


@dataclass
class Checker:
    """Reads texts as queries in the children of a pool."""

    pool: Pool
    limits: Limits = DEFAULT

    @cached_property
    def _nothing(self) -> str:
        """Lay an empty store that children can open."""
        folder = tempfile.mkdtemp(prefix="govgraph-nothing-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / "store"
        Store(str(path)).flush()
        return str(path)

    def check(self, text: str, *, services: bool = False) -> None:
        """Return where the text is a query; raise QueryRefused that says where it is none.

        `services` lets SERVICE pass: what stands in it is read, and nobody is asked.
        """
        known = measured(text, self.limits, services=services)
        if known.services:
            text = blanked(text)
        job = Job(self._nothing, SLOT, text, FORMATS, seconds=SECONDS, patience=SECONDS, rows=1)
        running = self.pool.ask(job)
        try:
            running.head()
            for _ in running.chunks():
                pass
        finally:
            running.close()
