"""Two lanes: look-ups are never kept waiting by long queries.

Every query begins in the quick lane. One that is not done within `brief` seconds, or whose answer
is long, moves to the long lane and frees its place. The long lane has its own number of places;
one that finds none is stopped where it is (SIGSTOP) until a place is free, and when too many wait,
or it has waited too long, it is refused. So the number of children is bounded, and so is what they
may hold in memory.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ontology.errors import Unavailable
from sparql.leaving import LOOK, left


class Busy(Unavailable):
    """Too many queries at once (HTTP 503); come back after `retry_after` seconds."""

    retry_after = 5


@dataclass(frozen=True, slots=True)
class Places:
    """How many queries run and wait in one process."""

    quick: int = 2
    long: int = 2
    queue: int = 32  # requests that may wait for a quick place
    stopped: int = 4  # long queries that may wait for a long place
    brief: float = 0.25  # seconds after which a query is long
    wait: float = 5.0  # seconds that anyone waits


@dataclass(slots=True)
class Lane:
    """A number of places, and a bounded number of those who wait for one."""

    places: int
    queue: int
    taken: int = 0
    waiting: int = 0
    _freed: threading.Condition = field(default_factory=threading.Condition)

    def enter(self, seconds: float, gone: Callable[[], bool] = lambda: False) -> None:
        """Take a place, waiting for one; raises Busy when the queue is full or the wait too long.

        Raises Left when who waits has gone.
        """
        with self._freed:
            if self.taken < self.places:
                self.taken += 1
                return
            if self.waiting >= self.queue:
                raise _busy()
            self.waiting += 1
            try:
                self._wait(time.monotonic() + seconds, gone)
                self.taken += 1
            finally:
                self.waiting -= 1

    def _wait(self, end: float, gone: Callable[[], bool]) -> None:
        """Wait until a place is free."""
        while not self._freed.wait_for(lambda: self.taken < self.places, LOOK):
            if gone():
                raise left()
            if time.monotonic() >= end:
                raise _busy()

    def try_enter(self) -> bool:
        """Take a place if one is free now."""
        with self._freed:
            free = self.taken < self.places
            self.taken += free
            return free

    def leave(self) -> None:
        """Give the place back."""
        with self._freed:
            self.taken -= 1
            self._freed.notify()


@contextmanager
def leaving(lane: Lane) -> Iterator[None]:
    """Give the place back when the block fails."""
    try:
        yield
    except BaseException:
        lane.leave()
        raise


def _busy() -> Busy:
    return Busy(
        "Too many queries are running at once. Try again in a few seconds.",
        "同时运行的查询过多，请几秒后再试。",
    )
