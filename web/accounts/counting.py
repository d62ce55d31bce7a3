"""Attempts counted for all web workers alike, and over a restart: one small SQLite file in the home.

It holds nothing that is worth keeping: whoever deletes it forgives what was counted.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limits.storage import MovingWindowSupport, Storage

SCHEME = "govgraph-counts"
PATIENCE = 5.0  # seconds to wait for another worker's count
MADE = "CREATE TABLE IF NOT EXISTS hit (key TEXT, at REAL, until REAL)"
FOUND = "CREATE INDEX IF NOT EXISTS hit_key ON hit (key, at)"


class Counts(Storage, MovingWindowSupport):
    """Attempts by key, each with its moment; what is over is forgotten as its key is counted."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - the library's

    def __init__(self, uri: str, *, wrap_exceptions: bool = False, **_options: object) -> None:
        """Count in the file that stands behind the scheme of `uri`."""
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self.uri = uri
        self.path = Path(uri.removeprefix(f"{SCHEME}://"))
        self._held = threading.local()

    @property
    def base_exceptions(self) -> type[Exception]:
        """Give what can go wrong."""
        return sqlite3.Error

    def _line(self) -> sqlite3.Connection:
        """Give this thread's connection."""
        line: sqlite3.Connection | None = getattr(self._held, "line", None)
        if line is None:
            line = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
            line.execute("PRAGMA journal_mode = WAL")
            line.execute("PRAGMA synchronous = OFF")
            line.execute(MADE)
            line.execute(FOUND)
            self._held.line = line
        return line

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock from the beginning: two workers never count the same place twice."""
        line = self._line()
        line.execute("BEGIN IMMEDIATE")
        try:
            yield line
        except BaseException:
            line.execute("ROLLBACK")
            raise
        line.execute("COMMIT")

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count an attempt unless there were `limit` of them in the last `expiry` seconds."""
        now = time.time()
        with self._writing() as line:
            line.execute("DELETE FROM hit WHERE until <= ?", (now,))
            if counted(line, key, now - expiry) + amount > limit:
                return False
            line.executemany(
                "INSERT INTO hit VALUES (?, ?, ?)", [(key, now, now + expiry)] * amount
            )
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002
        """Give when the first attempt of the window was, and how many there are."""
        now = time.time()
        asked = "SELECT min(at), count(*) FROM hit WHERE key = ? AND at > ?"
        first, many = self._line().execute(asked, (key, now - expiry)).fetchone()
        return first or now, many

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count an attempt and give how many there are until the first of them is over."""
        now = time.time()
        with self._writing() as line:
            line.execute("DELETE FROM hit WHERE until <= ?", (now,))
            until = line.execute("SELECT min(until) FROM hit WHERE key = ?", (key,)).fetchone()[0]
            row = (key, now, until or now + expiry)
            line.executemany("INSERT INTO hit VALUES (?, ?, ?)", [row] * amount)
            return counted(line, key)

    def get(self, key: str) -> int:
        """Give how many attempts there are."""
        return counted(self._line(), key)

    def get_expiry(self, key: str) -> float:
        """Give when the first attempt is over."""
        asked = "SELECT min(until) FROM hit WHERE key = ? AND until > ?"
        first: float | None = self._line().execute(asked, (key, time.time())).fetchone()[0]
        return first or time.time()

    def check(self) -> bool:
        """Say whether the file can be read."""
        return counted(self._line(), "") == 0

    def reset(self) -> int:
        """Forget everything."""
        with self._writing() as line:
            return line.execute("DELETE FROM hit").rowcount

    def clear(self, key: str) -> None:
        """Forget what was counted for a key."""
        with self._writing() as line:
            line.execute("DELETE FROM hit WHERE key = ?", (key,))


def counted(line: sqlite3.Connection, key: str, since: float = 0.0) -> int:
    """Give how many attempts of a key there are that are not over."""
    asked = "SELECT count(*) FROM hit WHERE key = ? AND at > ? AND until > ?"
    return int(line.execute(asked, (key, since, time.time())).fetchone()[0])


def counts_in(folder: Path) -> Counts:
    """Give the counts of an instance."""
    return Counts(f"{SCHEME}://{folder / 'counts.sqlite'}")
