"""Programs run and measured: their time on the clock, and the memory of all their processes."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOOK = 0.1  # seconds between two looks at the memory
START = 300.0  # seconds that a server has to answer
PAGE = os.sysconf("SC_PAGE_SIZE")
OWN = (sys.executable, "-m", "web")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as where people run it


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a program: seconds, the most bytes that it and its children held at once, and
    the seconds of processor time of them all.
    """

    seconds: float
    memory: int
    processor: float


def oxigraph() -> str:
    """Give the native program of the PyPI package `oxigraph` (dependency group `bench`)."""
    beside = Path(sys.executable).with_name("oxigraph")
    found = str(beside) if beside.exists() else shutil.which("oxigraph")
    if not found:
        raise SystemExit("There is no oxigraph here: uv run --group bench python -m tests.bench")
    return found


def run(command: Sequence[str]) -> Run:
    """Run a program to its end; raises CalledProcessError where it fails."""
    began, spent = time.perf_counter(), processor_time()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        memory = Memory(process.pid)
        output, _ = process.communicate()
        seconds = time.perf_counter() - began
        peak = memory.stop()
    if process.returncode:
        sys.stderr.write(output)
        raise subprocess.CalledProcessError(process.returncode, command)
    return Run(seconds, peak, processor_time() - spent)


def processor_time() -> float:
    """Give the processor time of all children that have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Memory:
    """Looks at the memory of a process and all its descendants, and remembers the most."""

    def __init__(self, pid: int) -> None:
        """Begin to look."""
        self.pid = pid
        self.most = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        while not self._over.wait(LOOK):
            self.most = max(self.most, sum(map(resident, family(self.pid))))

    def stop(self) -> int:
        """Stop looking; give the most bytes."""
        self._over.set()
        self._thread.join()
        return self.most


def family(pid: int) -> Iterator[int]:
    """Give a process and all its descendants."""
    parents: dict[int, list[int]] = {}
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            parents.setdefault(parent(each), []).append(int(each.name))
    found = [pid]
    for member in found:
        yield member
        found.extend(parents.get(member, ()))


def parent(process: Path) -> int:
    """Give the parent of a process, 0 where it has just ended."""
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return 0


def resident(pid: int) -> int:
    """Give the bytes that a process holds of its own: pages it shares with files are not counted."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * PAGE


@contextmanager
def serving(command: Sequence[str], port: int, path: str) -> Iterator[int]:
    """Run a server until the block ends; gives its port once it answers at `path`."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}{path}", process)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server answers with 200."""
    until = time.monotonic() + START
    while process.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"Nothing answers at {url}.")


def free_port() -> int:
    """Give a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def about() -> list[str]:
    """Say what the figures were measured on."""
    memory = os.sysconf("SC_PHYS_PAGES") * PAGE >> 30
    parts = ", ".join(f"{each} {version(each)}" for each in ("pyoxigraph", "uvicorn", "tantivy"))
    return [
        f"{os.cpu_count()} processors ({platform.machine()}), {memory} GB, {platform.system()}",
        f"Python {platform.python_version()}, {parts}",
        f"load of the machine when it began: {os.getloadavg()[0]:.1f}",
    ]
