"""Starts the parts of a serving instance, restarts one that dies, and stops all of them.

Each part is a process of its own session, so that Ctrl-C reaches the supervisor alone, and asks
the kernel to be ended with it, so that even `kill -9` of the supervisor leaves nothing behind.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
WATCH = 0.1  # seconds between two looks at the parts
PATIENCE = 8.0  # seconds a part has to stop by itself
QUICK = 2.0  # a part that lived shorter than that is restarted more slowly
SLOWEST = 10.0


@dataclass
class Part:
    """One process that has to be there: its command, what it inherits, and how its last start went."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    descriptors: Sequence[int] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start the process."""
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            self.command,
            env={**os.environ, **self.environment},
            start_new_session=True,
            pass_fds=self.descriptors,
        )

    def look(self, tell: Callable[[str], None]) -> None:
        """Restart the process if it died; more slowly each time it dies at once."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.due:
                self.start()
        elif (code := self.process.poll()) is not None:
            lived = now - self.started
            self.pause = min(SLOWEST, max(0.2, self.pause * 2)) if lived < QUICK else 0.0
            self.due = now + self.pause
            self.process = None
            tell(f"{self.name} ended ({code}); starting it again")

    def stop(self, how: signal.Signals) -> None:
        """Send the process's whole group a signal."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)


class Supervisor:
    """Keeps some parts running until it is told to stop."""

    def __init__(self, parts: Sequence[Part], tell: Callable[[str], None]) -> None:
        """Supervise these parts; `tell` is given a line when one is restarted."""
        self.parts = parts
        self.tell = tell
        self.stopping = False

    def run(self, each_look: Callable[[], None] = lambda: None) -> None:
        """Run until SIGINT or SIGTERM, then stop every part."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                for part in self.parts:
                    part.look(self.tell)
                each_look()
                time.sleep(WATCH)
        finally:
            self.shut()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        """Note that it is time to stop."""
        self.stopping = True

    def shut(self) -> None:
        """Ask every part to stop, wait, and end what is still there."""
        for part in self.parts:
            part.stop(signal.SIGTERM)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and any(running(part) for part in self.parts):
            time.sleep(0.02)
        for part in self.parts:
            part.stop(signal.SIGKILL)


def running(part: Part) -> bool:
    """Say whether a part's process is still there."""
    return part.process is not None and part.process.poll() is None


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends (Linux; elsewhere nothing)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() == 1:
            sys.exit(0)


LAST, LATER = 19, 5  # how far a process gives way: it hardly runs beside others, or with a third


def give_way(level: int = LAST) -> None:
    """Have the kernel run this process where no other wants the processor, or with a smaller share."""
    os.nice(level)
    if sys.platform == "linux":
        with suppress(OSError):  # a session of its own is weighed as one: lower that weight too
            Path("/proc/self/autogroup").write_text(str(level))
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
