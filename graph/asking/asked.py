"""What was asked of the catalogue, as facts: who, when, of which datasets, with what end. No texts.

The facts stand beside the ledger in a small SQL file of their own, and in no view: a query of the
graph cannot reach them whatever its clearance, and thousands a second of them do not become changes.
Strangers are written down as nobody in particular: no address is kept.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import DefaultGraph, NamedNode, Store

from ontology.terms import DCT, GOV

MOST = 1_000_000  # queries that are kept; the oldest go first
PATIENCE = 10.0  # seconds to wait for another worker's batch
DATASET, PREDICATE = "dataset", "predicate"
MADE = """
CREATE TABLE IF NOT EXISTS asked (
  seq INTEGER PRIMARY KEY, at TEXT, who TEXT, clearance TEXT, outcome TEXT, seconds REAL, rows INTEGER
);
CREATE TABLE IF NOT EXISTS touched (
  seq INTEGER, kind TEXT, iri TEXT, PRIMARY KEY (seq, kind, iri)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS asked_at ON asked (at);
"""
WRITTEN = "INSERT INTO asked VALUES (?, ?, ?, ?, ?, ?, ?)"
LATEST = """
SELECT * FROM asked WHERE seq < :before AND (:who IS NULL OR who = :who) AND (:outcome = '' OR outcome = :outcome)
ORDER BY seq DESC LIMIT :limit
"""
ASKERS = """
SELECT who, count(*), sum(seconds), sum(outcome NOT IN ('done', 'cut', 'left'))
FROM asked WHERE at >= ? GROUP BY who ORDER BY 2 DESC, 1
"""
OF_ONE = "SELECT kind, iri FROM touched WHERE seq = ? ORDER BY iri"
ENDS = "SELECT outcome, count(*) FROM asked WHERE at >= ? GROUP BY outcome ORDER BY 2 DESC, 1"
MOST_ASKED = """
SELECT iri, count(*) FROM touched JOIN asked USING (seq)
WHERE kind = ? AND at >= ? GROUP BY iri ORDER BY 2 DESC, 1
"""


class Asked(NamedTuple):
    """One query: `at` an ISO time, `who` a person's name or "", `seconds` how long it took."""

    at: str
    who: str
    clearance: str
    outcome: str  # done, cut, refused, stopped, busy, left
    seconds: float
    rows: int = 0
    datasets: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    seq: int = 0


class Asker(NamedTuple):
    """Who asked ("" for strangers together), how often, for how long, and how often in vain."""

    who: str
    times: int
    seconds: float
    unanswered: int


@dataclass(slots=True)
class QueryLog:
    """The facts of one instance; many processes write to them in batches."""

    path: Path
    _held: threading.local = field(default_factory=threading.local)

    def _line(self) -> sqlite3.Connection:
        """Give this thread's connection."""
        line: sqlite3.Connection | None = getattr(self._held, "line", None)
        if line is None:
            line = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            line.execute("PRAGMA journal_mode = WAL")
            line.execute("PRAGMA synchronous = NORMAL")
            line.executescript(MADE)
            self._held.line = line
        return line

    def add(self, batch: Iterable[Asked]) -> None:
        """Write some queries down in one transaction, and let go of the oldest."""
        line = self._line()
        line.execute("BEGIN IMMEDIATE")
        last = line.execute("SELECT max(seq) FROM asked").fetchone()[0] or 0
        queries, touched = [], []
        for last, each in enumerate(batch, last + 1):  # noqa: B020 - the last number that was given
            said = (each.at, each.who, each.clearance, each.outcome, each.seconds, each.rows)
            queries.append((last, *said))
            touched += [(last, DATASET, iri) for iri in each.datasets]
            touched += [(last, PREDICATE, iri) for iri in each.predicates]
        line.executemany(WRITTEN, queries)
        line.executemany("INSERT OR IGNORE INTO touched VALUES (?, ?, ?)", touched)
        line.execute("DELETE FROM asked WHERE seq <= ?", (last - MOST,))
        line.execute("DELETE FROM touched WHERE seq <= ?", (last - MOST,))
        line.execute("COMMIT")

    def latest(
        self, limit: int, *, before: int | None = None, who: str | None = None, outcome: str = ""
    ) -> list[Asked]:
        """Give the latest queries, or those before one; of one person ("" for strangers), of one end."""
        line = self._line()
        wished = {"before": before or 1 << 62, "limit": limit, "who": who, "outcome": outcome}
        found = line.execute(LATEST, wished).fetchall()
        return [self._read(line, row) for row in found]

    @staticmethod
    def _read(line: sqlite3.Connection, row: tuple[int, str, str, str, str, float, int]) -> Asked:
        seq, at, who, clearance, outcome, seconds, rows = row
        touched: dict[str, list[str]] = {DATASET: [], PREDICATE: []}
        for kind, iri in line.execute(OF_ONE, (seq,)):
            touched[kind].append(iri)
        iris = (tuple(touched[DATASET]), tuple(touched[PREDICATE]))
        return Asked(at, who, clearance, outcome, seconds, rows, *iris, seq=seq)

    def ends(self, since: str) -> dict[str, int]:
        """Count the queries since a moment by how they ended."""
        return dict(self._line().execute(ENDS, (since,)).fetchall())

    def askers(self, since: str) -> list[Asker]:
        """Add up the queries since a moment by who asked, those who asked most first."""
        return [Asker(*row) for row in self._line().execute(ASKERS, (since,))]

    def used(self, kind: str, since: str) -> dict[str, int]:
        """Count the queries since a moment that named each dataset, or used each predicate."""
        return dict(self._line().execute(MOST_ASKED, (kind, since)).fetchall())


def by_keeper(store: Store, datasets: dict[str, int]) -> dict[str, int]:
    """Add up the use of datasets by the department that keeps each, as a view knows it."""
    found: Counter[str] = Counter()
    for iri, times in datasets.items():
        keepers = (
            quad.object.value
            for verb in (GOV.provider, DCT.publisher)
            for quad in store.quads_for_pattern(NamedNode(iri), verb, None, DefaultGraph())
            if isinstance(quad.object, NamedNode)
        )
        if keeper := next(keepers, ""):
            found[keeper] += times
    return dict(found.most_common())
