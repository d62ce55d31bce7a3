"""Slow, huge, broken and hostile clients at once: whoever asks for little is served meanwhile."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from tests import town
from tests.bench.figures import percentile
from tests.bench.machine import family, free_port, resident, serving
from tests.hostile import besieged

LOOKUP = f"SELECT ?p ?o {{ <{town.BASE}/id/dataset/jtw-0001> ?p ?o }}"
SMALL = ("/", "/dataset/jtw-0001", "/help/sparql", f"/sparql?query={quote(LOOKUP + ' #')}")
ASKED = 24
ROOM = 3 << 30  # bytes: every child that may run at once, at its limit, would be more
AS_IT_WAS = 8.0  # times as long as alone that a small answer may take where all of them are at it
WAITING = 1.0  # seconds beside that: on two processors, for its turn
PATIENCE = 6.0  # seconds that the slowest small answer may take on a machine with all of them at it


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    home = tmp_path_factory.mktemp("besieged") / "home"
    shutil.copytree(
        town.instance().home.path, home, symlinks=True, ignore=shutil.ignore_patterns("live")
    )
    found = free_port()
    settings = {"QUERY_QUOTA": "0", "FEED_PARTS": "no", "COLUMNS": "no", "QUERY_MEMORY": 700 << 20}
    command = ["env", *(f"GOVGRAPH_{name}={value}" for name, value in settings.items())]
    command += [sys.executable, "-m", "web", "serve", "--home", str(home), "--port", str(found)]
    with serving(command, found, "/healthz"):
        yield found


def asked(port: int) -> list[float]:
    """Ask for small things, one after the other; every one has to be answered."""
    times = []
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        for turn in range(ASKED):
            path = SMALL[turn % len(SMALL)]
            began = time.perf_counter()
            answer = client.get(f"{path}{time.time_ns()}" if "query=" in path else path)
            times.append(time.perf_counter() - began)
            assert answer.status_code == 200, (path, answer.status_code)
    return times


@pytest.mark.slow
def test_whoever_asks_for_little_is_served_meanwhile(port: int) -> None:
    asked(port)
    alone = percentile(asked(port), 95)
    with besieged(port):
        time.sleep(1.0)
        among = percentile(asked(port), 95)
        held = sum(map(resident, family(server_of(port))))

    print(f"p95 {alone * 1e3:.0f} ms alone, {among * 1e3:.0f} ms among them, {held >> 20} MB")  # noqa: T201
    assert among < min(PATIENCE, alone * AS_IT_WAS + WAITING)
    assert held < ROOM
    after = percentile(asked(port), 95)
    assert after < PATIENCE
    told = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=10, trust_env=False)
    assert told.status_code == 200


def server_of(port: int) -> int:
    """Give the process that was started to serve at a port."""
    for each in Path("/proc").iterdir():
        with suppress(OSError):
            if (
                each.name.isdigit()
                and f"--port\0{port}\0".encode() in (each / "cmdline").read_bytes()
            ):
                return int(each.name)
    raise subprocess.SubprocessError(port)
