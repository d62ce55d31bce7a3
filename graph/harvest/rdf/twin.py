"""A copy of the reading process that does a part of its work, with all that it gave up, and dies with it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from graph.confine import die_with
from graph.harvest.rdf.frames import widened


def two_here() -> bool:
    """Say whether this machine has processors for two."""
    return len(os.sched_getaffinity(0)) > 1


@contextmanager
def twin(work: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """Have a copy of this process do some work; gives the pipe into which the work writes.

    Where the copy ends early the pipe just ends: what is written says when it is whole.
    """
    reading, writing = os.pipe()
    widened(reading)
    parent, child = os.getpid(), os.fork()
    if child == 0:
        try:
            die_with(parent)
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                work(pipe)
        finally:
            os._exit(0)  # without tidying up for the first
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        try:
            yield pipe
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
