"""Whether a text is a query, without asking it: measured here, parsed in a child on nothing.

The engine parses before it evaluates, so an empty store makes it a parser: whatever the text asks,
there is nothing to look through. That store is of the child's memory: nothing lies on the disk.
"""

from __future__ import annotations

from dataclasses import dataclass

from sparql.federating import blanked
from sparql.formats import JSON, N_TRIPLES, Kind
from sparql.guard import DEFAULT, Limits, measured
from sparql.workers.pool import Pool
from sparql.workers.wire import NOTHING, Job

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

    def check(self, text: str, *, services: bool = False) -> None:
        """Return where the text is a query; raise QueryRefused that says where it is none.

        `services` lets SERVICE pass: what stands in it is read, and nobody is asked.
        """
        known = measured(text, self.limits, services=services)
        if known.services:
            text = blanked(text)
        job = Job(NOTHING, SLOT, text, FORMATS, seconds=SECONDS, patience=SECONDS, rows=1)
        running = self.pool.ask(job)
        try:
            running.head()
            for _ in running.chunks():
                pass
        finally:
            running.close()
