"""A view of the past is made in a process of its own, at low priority: `python -m web.asof.making`.

A web worker begins one at a time; another worker's is waited for too, since whoever makes one holds
the lock of `past/making`. The process ends when the worker that began it does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph.home import open_home
from graph.ledger.ledger import Ledger
from graph.past.asof import FOLDER, MAKING
from graph.past.historian import Wanted, make
from ontology.errors import Conflict, Unavailable

GENTLE = 15  # niceness: readers of the present come first
PROGRESS = "progress.json"  # in the folder of what is being made
OFTEN = 0.5  # seconds between two words about how far it is


@dataclass(frozen=True, slots=True)
class Step:
    """How far the making of the view as of a number is: what is being done, how much, of how much.

    `seconds` is how long it has taken so far; `total` 0 says that the end is not known.
    """

    seq: int
    what: str
    done: int
    total: int
    seconds: float


class Telling:
    """Writes down how far it is, where every web worker can read it."""

    def __init__(self, home: Path, seq: int) -> None:
        """Tell of the view as of a number."""
        self.file = home / FOLDER / MAKING / PROGRESS
        self.seq = seq
        self.began = time.monotonic()
        self._last = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Write it down, if it was not done a moment ago."""
        now = time.monotonic()
        if now - self._last < OFTEN:
            return
        self._last = now
        step = Step(self.seq, what, done, total, now - self.began)
        partial = self.file.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(step)))
        partial.rename(self.file)


def how_far(home: Path) -> Step | None:
    """Give how far the view is that is being made; None where none is."""
    try:
        return Step(**json.loads((home / FOLDER / MAKING / PROGRESS).read_text()))
    except (OSError, ValueError, TypeError):
        return None


class Maker:
    """Begins the making of views of the past, one at a time."""

    def __init__(self, home: Path) -> None:
        """Make views of the instance in this folder."""
        self.home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def begin(self, seq: int) -> None:
        """See to it that a view is being made; raise Unavailable where the last try broke."""
        with self._lock:
            if self._process is None:
                command = [sys.executable, "-m", "web.asof.making", str(self.home), str(seq)]
                self._process = subprocess.Popen(command)  # noqa: S603 - our own command
            elif (code := self._process.poll()) is not None:
                self._process = None
                if code:
                    raise Unavailable(
                        "The catalogue of that day could not be made; the log of the server says "
                        "why. It is tried again with the next request.",
                        "未能生成该日的目录，原因见服务器日志。下次请求时将重试。",
                    )

    def wait(self, seconds: float) -> None:
        """Wait until what was begun is done."""
        if self._process is not None:
            self._process.wait(seconds)
            self._process = None


def main(home_path: str, number: str) -> None:
    """Make one view, unless another process makes one."""
    os.nice(GENTLE)
    parent = os.getppid()
    home = open_home(Path(home_path))
    ledger = Ledger(home.database)
    try:
        wanted = Wanted(
            home,
            ledger,
            int(number),
            datetime.now(UTC),
            still=lambda: os.getppid() == parent,
            progress=Telling(home.path, int(number)),
        )
        make(wanted)
        (home.path / FOLDER / MAKING / PROGRESS).unlink(missing_ok=True)
    except Conflict:
        return  # who asked asks again
    finally:
        ledger.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
