"""Wakes the keeper: who wrote to the ledger rings, and the keeper does not sleep to its next look.

A named pipe, for it needs no port and no server, and a ring that nobody hears costs nothing.
"""

from __future__ import annotations

import os
import select
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

NAME = "bell"
MANY = 4096  # rings taken at once


class Bell:
    """The keeper's end: heard by one process, rung by many."""

    def __init__(self, folder: Path) -> None:
        """Hang the bell up in a folder that belongs to the keeper alone."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / NAME
        self._path.unlink(missing_ok=True)
        os.mkfifo(self._path, 0o600)
        # Held for writing too: so it never reads as ended when the last who rang is gone.
        self._pipe = os.open(self._path, os.O_RDWR | os.O_NONBLOCK)
        self._rung = select.poll()  # not select(), which knows no file numbered above 1,023
        self._rung.register(self._pipe, select.POLLIN)

    def wait(self, seconds: float) -> None:
        """Wait until somebody rings, at most so long."""
        if self._rung.poll(seconds * 1000):
            os.read(self._pipe, MANY)

    def __enter__(self) -> Self:
        """Listen."""
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Take the bell down."""
        self._path.unlink(missing_ok=True)
        os.close(self._pipe)


def ring(folder: Path) -> bool:
    """Ring the bell in a folder; say whether anybody is there to hear it."""
    try:
        pipe = os.open(folder / NAME, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:  # no keeper, or one that ended
        return False
    with suppress(BlockingIOError):  # rung so often already that it will be heard
        os.write(pipe, b"!")
    os.close(pipe)
    return True
