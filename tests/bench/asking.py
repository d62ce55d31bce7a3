"""Asks a server over kept-alive connections and measures each answer; a process of its own.

`python -m tests.bench.asking` takes its order as JSON on standard input and gives JSON back. It
does little for each request (about 20 µs), so that what is measured is the server.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
PIECE = 1 << 18
SILENCE = 120.0  # seconds without any answer after which the server counts as stuck


@dataclass(frozen=True, slots=True)
class Answered:
    """What came back: milliseconds of each answer, answers by status, and the seconds in all."""

    times: list[float]
    statuses: dict[str, int]
    seconds: float

    @property
    def rate(self) -> float:
        """Give the answers with status 200 in a second."""
        return self.statuses.get("200", 0) / self.seconds


@dataclass(slots=True)
class Line:
    """One connection and the answer that is coming in on it."""

    pipe: socket.socket
    began: float = 0.0
    taken: bytearray = field(default_factory=bytearray)
    head: int = -1
    ends: int | None = None  # bytes of the whole answer; None while unknown or for chunks

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self.taken.clear()
        self.head, self.ends = -1, None
        self.began = time.perf_counter()
        self.pipe.sendall(request)

    def whole(self) -> bool:
        """Take what has come; say whether the answer is whole."""
        piece = self.pipe.recv(PIECE)
        if not piece:
            raise ConnectionError("the server closed a connection")
        self.taken += piece
        if self.head < 0:
            self.head = self.taken.find(b"\r\n\r\n") + 4
            if self.head < 4:
                self.head = -1
                return False
            self.ends = self._length()
        if self.ends is None:
            return self.taken.endswith(b"0\r\n\r\n")
        return len(self.taken) >= self.ends

    def _length(self) -> int | None:
        """Give the bytes of the answer where its head says so."""
        head = bytes(self.taken[: self.head]).lower()
        place = head.find(b"content-length:")
        if place < 0:
            return None if b"transfer-encoding" in head else self.head
        return self.head + int(head[place + 15 : head.index(b"\r\n", place)])

    @property
    def status(self) -> str:
        """Give the status of the answer."""
        return self.taken[9:12].decode()


def request(path: str, host: str, accept: str = "*/*") -> bytes:
    """Write a GET."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n"
        "Accept-Language: zh\r\nUser-Agent: govgraph-bench\r\n\r\n"
    ).encode()


def asked(
    port: int,
    paths: Sequence[str],
    *,
    connections: int = 1,
    seconds: float | None = None,
    accept: str = "*/*",
) -> Answered:
    """Ask in another process: each path once, or over and over for so many seconds."""
    order = {
        "port": port,
        "paths": list(paths),
        "connections": connections,
        "seconds": seconds,
        "accept": accept,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.asking"],
        cwd=ROOT,
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    return Answered(**json.loads(done.stdout))


def main(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order."""
    turns = requests(order, f"{HOST}:{order['port']}")
    pipes = (socket.create_connection((HOST, order["port"])) for _ in range(order["connections"]))
    return exchange([Line(each) for each in pipes], turns)


def requests(order: dict[str, Any], host: str) -> Iterator[bytes]:
    """Give the requests in order, until they or the seconds are over."""
    written = [request(path, host, order["accept"]) for path in order["paths"]]
    if order["seconds"] is None:
        yield from written
        return
    until = time.perf_counter() + order["seconds"]
    while True:
        for each in written:
            if time.perf_counter() > until:
                return
            yield each


def exchange(lines: list[Line], turns: Iterator[bytes]) -> dict[str, Any]:
    """Keep every connection busy until the requests are over."""
    times: list[float] = []
    statuses: Counter[str] = Counter()
    watch = selectors.DefaultSelector()
    began = time.perf_counter()
    busy = 0
    for line in lines:
        if following := next(turns, None):
            watch.register(line.pipe, selectors.EVENT_READ, line)
            line.send(following)
            busy += 1
    while busy:
        ready = watch.select(SILENCE)
        if not ready:
            raise TimeoutError(f"no answer in {SILENCE:g} s")
        for key, _ in ready:
            line = key.data
            if not line.whole():
                continue
            times.append((time.perf_counter() - line.began) * 1e3)
            statuses[line.status] += 1
            if following := next(turns, None):
                line.send(following)
            else:
                watch.unregister(line.pipe)
                busy -= 1
    return {"times": times, "statuses": statuses, "seconds": time.perf_counter() - began}


if __name__ == "__main__":
    json.dump(main(json.load(sys.stdin)), sys.stdout)
