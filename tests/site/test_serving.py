"""A serving instance restarts what dies, and leaves nothing behind when it stops."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from graph.check import check
from graph.home import Settings, create_home
from graph.instance import Instance
from graph.loading.load import Order
from graph.views.columns import path_in, release
from ontology.clearance import Clearance
from sparql.cards.file import NAME
from sparql.workers.pool import NICE
from tests.catalogue import dataset

PATIENCE = 150.0  # a busy machine takes more than a minute to start everyone


class Serving:
    """A serving instance in processes of its own."""

    def __init__(self, folder: Path, command: str = "serve") -> None:
        """Make an instance with one dataset and serve it at a free port, by a command."""
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        settings = Settings(base=self.base, port=self.port, web_workers=1, web_threads=2)
        self.home = create_home(folder / "home", settings)
        self.instance = Instance.of(self.home)
        self.write("a", "路灯")
        self.instance.settle(datetime.now(UTC))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web", command, "--home", str(self.home.path)]
            + (["--port", str(self.port)] if command == "demo" else []),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def write(self, code: str, title: str) -> int | None:
        """Write one dataset into the ledger, as a form would."""
        now = datetime.now(UTC)
        order = Order(source="lamps", actor="a test", at=now, base=self.base, origin="a test")
        given = self.instance.load([dataset(code, title)], order)
        return given.seq

    def get(self, path: str) -> httpx.Response | None:
        """GET a page, None where nothing answers."""
        try:
            return httpx.get(self.base + path, timeout=10, trust_env=False)
        except httpx.TransportError:
            return None

    def answers(self, path: str = "/healthz") -> bool:
        """Say whether a page is there."""
        found = self.get(path)
        return found is not None and found.status_code == 200

    def snapshot(self) -> int:
        """Give the number of the snapshot that the instance serves."""
        found = self.get("/healthz")
        return int(found.json().get("snapshot", -1)) if found else -1

    def counts_in_columns(self) -> bool:
        """Say whether the newest snapshot has columns of what everyone may see."""
        view = self.instance.snapshots.view(Clearance.OPEN)
        return path_in(view.path, release()).exists()

    def has_cards(self) -> bool:
        """Say whether the newest snapshot has cards of what everyone may see."""
        return (self.instance.snapshots.view(Clearance.OPEN).path / NAME).exists()

    def parts(self, word: str) -> list[int]:
        """Give the processes of this instance whose command says `word`."""
        return [pid for pid, line in processes() if word in line.split("\0") and self.mine(pid)]

    def mine(self, pid: int) -> bool:
        """Say whether a process belongs to this instance."""
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False
        return f"GOVGRAPH_HOME={self.home.path}\0".encode() in environment

    def everyone(self) -> list[int]:
        """Give all processes of this instance but the supervisor."""
        return [pid for pid, _ in processes() if self.mine(pid)]

    def stop(self) -> None:
        """Stop it as Ctrl-C would, and end what is left."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(PATIENCE)
        self.instance.close()


def processes() -> Iterator[tuple[int, str]]:
    """Give all processes with their command lines."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                yield int(folder.name), (folder / "cmdline").read_text()
            except OSError:
                continue


def free_port() -> int:
    """Give a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], bool]) -> bool:
    """Wait until something is true, for a while."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def serving(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Serving]:
    """Give a serving instance that answers."""
    if sys.platform != "linux":
        pytest.skip("processes are looked for in /proc")
    started = Serving(tmp_path, getattr(request, "param", "serve"))
    try:
        assert until(started.answers)
        yield started
    finally:
        started.stop()
        for pid in started.everyone():
            os.kill(pid, signal.SIGKILL)


def test_what_is_written_is_served_and_a_killed_part_comes_back(serving: Serving) -> None:
    assert until(lambda: serving.answers("/dataset/a"))

    for part in ("keeper", "web", "feed-writer"):
        assert until(lambda part=part: serving.parts(part))  # type: ignore[misc]
        for pid in serving.parts(part):
            os.kill(pid, signal.SIGKILL)
        seq = serving.write(f"after-{part}", f"灯 {part}")
        assert seq
        assert until(lambda seq=seq: serving.snapshot() >= seq)  # type: ignore[misc]
        assert until(lambda part=part: serving.answers(f"/dataset/after-{part}"))  # type: ignore[misc]
    assert until(serving.counts_in_columns), "soon after it stands still"
    assert until(serving.has_cards)


PAIRS = " . ".join(f"?s{n} ?p{n} ?o{n}" for n in range(8))
SLOW = f"SELECT (COUNT(*) AS ?n) {{ {PAIRS} }}"


def hung_up(serving: Serving, head: str) -> float:
    """Ask what takes long, hang up, and give the seconds until the child that was at it has gone."""
    query = urlencode({"query": SLOW})
    with socket.create_connection(("127.0.0.1", serving.port)) as line:
        line.sendall(f"GET /sparql?{query} HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
        assert until(lambda: bool(long_queries(serving)))
        (busy,) = long_queries(serving)
    began = time.monotonic()
    assert until(lambda: busy not in long_queries(serving))
    return time.monotonic() - began


def long_queries(serving: Serving) -> list[int]:
    """Give the children of queries that take long: they give way to all others."""
    return [
        pid
        for pid, line in processes()
        if "nursery" in line and serving.mine(pid) and niceness(pid) >= NICE
    ]


def niceness(pid: int) -> int:
    """Give how far a process that lives gives way."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] == "Z" else int(fields[16])


def test_who_hangs_up_before_the_first_byte_ends_the_query(serving: Serving) -> None:
    """At the door for strangers and in the house alike; another caller's query goes on."""
    with socket.create_connection(("127.0.0.1", serving.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(1000)
        time.sleep(0.3)
        for head in ("", "Cookie: a=b\r\n"):
            # On a machine that others work on too everyone waits for their turn.
            turns = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
            assert hung_up(serving, head) < 0.3 * turns


@pytest.mark.parametrize("serving", ["serve", "demo"], indirect=True)
def test_ctrl_c_stops_every_process(serving: Serving) -> None:
    assert len(serving.everyone()) >= 2
    # What made a demo's city is not held while it is served.
    assert b"serve" in Path(f"/proc/{serving.process.pid}/cmdline").read_bytes().split(b"\0")
    serving.process.send_signal(signal.SIGINT)

    assert serving.process.wait(PATIENCE) == 0
    assert until(lambda: not serving.everyone())
    assert not serving.answers()


def test_a_killed_supervisor_takes_everyone_along_and_nothing_is_lost(serving: Serving) -> None:
    seq = serving.write("b", "新灯")
    serving.process.kill()
    serving.process.wait(PATIENCE)

    assert until(lambda: not serving.everyone())
    serving.instance.settle(datetime.now(UTC))
    assert serving.instance.published() == seq
    assert check(serving.instance, datetime.now(UTC)).faults == ()
