"""What each caller's queries cost, all web workers together; who has spent the minute's share waits.

Processor time is charged when a query ends, however it ends: what its child used, and what was done
for it in the web worker. Each worker keeps small sums to itself for a moment and then adds them to
one small SQLite file, which tells it what the others added; so a look-up pays for no disk. The file
holds nothing that is worth keeping: whoever deletes it forgives what was spent.
"""

from __future__ import annotations

import math
import sqlite3
import threading
import time
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from pathlib import Path

from ontology.errors import QueryRefused

MINUTE = 60
SLOT = 5  # seconds whose spending is forgotten together
SOON = 0.25  # seconds of processor time that a worker keeps to itself at most
AGAIN = 1.0  # seconds after which a worker asks what the others have added
PATIENCE = 5.0  # seconds to wait for another worker's sum
MADE = """
CREATE TABLE IF NOT EXISTS spent (
  caller TEXT, slot INTEGER, seconds REAL, PRIMARY KEY (caller, slot)
) WITHOUT ROWID
"""
ADDED = """
INSERT INTO spent VALUES (?, ?, ?)
ON CONFLICT (caller, slot) DO UPDATE SET seconds = seconds + excluded.seconds
"""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `key` is whose share is spent ("" for the house itself), `name` a person's name."""

    key: str = ""
    name: str = ""


HOUSE = Caller()
_caller: ContextVar[Caller] = ContextVar("caller", default=HOUSE)


def caller() -> Caller:
    """Give who asks now."""
    return _caller.get()


def asks(who: Caller) -> None:
    """Say who asks from here on in this context."""
    _caller.set(who)


@dataclass(slots=True)
class asking:  # noqa: N801 - read as a statement; a generator would cost a look-up five times that
    """Say who asks inside the block."""

    who: Caller
    _token: Token[Caller] | None = None

    def __enter__(self) -> None:
        """Say it."""
        self._token = _caller.set(self.who)

    def __exit__(self, *_: object) -> None:
        """Say what was said before."""
        assert self._token is not None
        _caller.reset(self._token)


class Exhausted(QueryRefused):
    """The caller has spent the minute's share (HTTP 429); come back after `retry_after` seconds."""

    def __init__(self, allowed: float, retry_after: int) -> None:
        """Say how much there is, and when there is some again."""
        super().__init__(
            f"Your queries have used the {allowed:g} seconds of processor time that one caller has "
            f"in a minute. Ask again in {retry_after} seconds.",
            f"您的查询已用完每分钟 {allowed:g} 秒的处理器时间，请在 {retry_after} 秒后再试。",
        )
        self.retry_after = retry_after


@dataclass(slots=True)
class Meter:
    """What was spent in the last minute, by caller; `allowed` seconds each, 0 for no limit."""

    path: Path | None = None
    allowed: float = 0.0
    _own: dict[str, float] = field(default_factory=dict)
    _told: dict[str, float] = field(default_factory=dict)
    _at: float = 0.0
    _line: sqlite3.Connection | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admit(self, who: Caller) -> None:
        """Let a caller ask; raises Exhausted when the minute's share is spent."""
        if not (self.allowed and who.key):
            return
        with self._lock:
            if time.time() - self._at > AGAIN:
                self._add_up()
            known = self._told.get(who.key, 0.0) + self._own.get(who.key, 0.0)
            if known >= self.allowed:
                self._add_up()
                wait = self._wait(who.key)
                if wait:
                    raise Exhausted(self.allowed, wait)

    def spend(self, who: Caller, seconds: float) -> None:
        """Charge a caller for processor time."""
        if not (self.allowed and who.key):
            return
        with self._lock:
            kept = self._own[who.key] = self._own.get(who.key, 0.0) + seconds
            if kept > SOON:
                self._add_up()

    def _add_up(self) -> None:
        """Add what this worker knows to the sums of all, and learn those."""
        now = time.time()
        line = self._opened()
        line.execute("BEGIN IMMEDIATE")
        line.execute("DELETE FROM spent WHERE slot <= ?", (slot(now - MINUTE),))
        line.executemany(ADDED, [(each, slot(now), more) for each, more in self._own.items()])
        told = line.execute("SELECT caller, sum(seconds) FROM spent GROUP BY caller").fetchall()
        line.execute("COMMIT")
        self._own.clear()
        self._told, self._at = dict(told), now

    def _wait(self, key: str) -> int:
        """Give the seconds until a caller has some of the share again; 0 where it has."""
        rows = self._opened().execute(
            "SELECT slot, seconds FROM spent WHERE caller = ? ORDER BY slot", (key,)
        )
        slots: list[tuple[int, float]] = rows.fetchall()
        left, now = sum(seconds for _, seconds in slots), time.time()
        for number, seconds in slots:
            if left < self.allowed:
                break
            left -= seconds
            over = (number + 1) * SLOT + MINUTE
            if left < self.allowed:
                return max(1, math.ceil(over - now))
        return 0

    def _opened(self) -> sqlite3.Connection:
        """Give the connection to the sums of all; those of this process alone without a file."""
        if self._line is None:
            place = str(self.path) if self.path else ":memory:"
            line = sqlite3.connect(
                place, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            line.execute("PRAGMA journal_mode = WAL")
            line.execute("PRAGMA synchronous = OFF")
            line.execute(MADE)
            self._line = line
        return self._line


def slot(moment: float) -> int:
    """Give the number of the slot that a moment lies in."""
    return int(moment // SLOT)
