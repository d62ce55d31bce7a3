"""Long answers beside the native server's, the same question again, and what is offered while one types."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.bench.asking import asked
from tests.bench.figures import Figure, at_least, at_most
from tests.bench.lookups import native_store
from tests.bench.machine import family, free_port, oxigraph, serving
from tests.bench.town import Town

AS_FAST = 0.7  # of the native server's bytes in a second
PIECE = 1 << 20
LONG = {
    "a long answer": (
        "SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {rows} #{turn}",
        "application/sparql-results+json",
    ),
    "a long CONSTRUCT": ("CONSTRUCT WHERE {{ ?s ?p ?o }}", "application/n-triples"),
    "a long CONSTRUCT of a template": (
        "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER(isIRI(?s)) }} LIMIT {rows} #{turn}",
        "application/n-triples",
    ),
}
AGAIN = 200  # times that a question is asked again
REPEATED = "SELECT ?p (COUNT(*) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p ORDER BY DESC(?n)"
TYPED = (
    ("", "公交"),
    ("", "kqzl"),
    ("dct:publisher", "区"),
    ("dct:publisher", "hpq"),
    ("prov:wasDerivedFrom", "医疗"),
    ("", "Bus"),
    ("graph", ""),
)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Streamed:
    """One long answer: its bytes, its seconds, and how much the process that wrote it grew.

    `grown` is by the kernel's own mark of the most that a process held (VmHWM), so nothing between
    two looks is missed.
    """

    size: int
    seconds: float
    grown: int

    @property
    def rate(self) -> float:
        """Give the bytes in a second."""
        return self.size / self.seconds


def streaming(town: Town, rounds: int, tell: Tell) -> Iterator[Figure]:
    """Read long answers from both servers in turn."""
    port = free_port()
    command = [oxigraph(), "serve-read-only", "--location", str(native_store(town))]
    command += ["--bind", f"127.0.0.1:{port}"]
    rows = min(town.triples, 1_000_000)
    with town.served() as own, serving(command, port, "/query?query=ASK%7B%7D"):
        for name, (form, accept) in LONG.items():
            ours, native = [], []
            for turn in range(rounds + 1):
                text = form.format(rows=rows, turn=turn)
                native.append(read(port, "/query", text, accept))
                ours.append(read(own, "/sparql", text, accept))
                tell(f"{ours[-1].rate / 1e6:.1f} MB/s, native {native[-1].rate / 1e6:.1f} MB/s")
            yield streamed(name, ours[1:], native[1:])
        again = [f"/sparql?query={quote(REPEATED)}"] * AGAIN
        asked(own, again[:20], accept="text/csv")  # each web worker keeps its own
        yield at_most("a question asked again", asked(own, again, accept="text/csv").times, 3)
        yield at_most("offers while one types", offered(own), 80)


def streamed(name: str, ours: list[Streamed], native: list[Streamed]) -> Figure:
    """Make the figure of a long answer: of some, the quickest; of the memory, the most."""
    best, other = (max(found, key=lambda each: each.rate) for found in (ours, native))
    most, theirs = (max(each.grown for each in found) for found in (ours, native))
    return at_least(
        f"{name} ({best.size / 1e6:.0f} MB) through /sparql",
        best.rate / other.rate,
        AS_FAST,
        measured=f"{best.rate / 1e6:.1f} MB/s, child +{most / 1e6:.0f} MB",
        against=f"oxigraph {other.rate / 1e6:.1f} MB/s, +{theirs / 1e6:.0f} MB",
    )


def offered(port: int) -> list[float]:
    """Ask for offers as an editor does."""
    paths = [f"/api/query/things?{urlencode({'of': of, 'q': typed})}" for of, typed in TYPED] * 30
    random.Random(5).shuffle(paths)
    asked(port, paths[:20])
    return asked(port, paths).times


def read(port: int, path: str, text: str, accept: str) -> Streamed:
    """Read one answer without keeping it; looks at the processes of whoever listens at the port."""
    peaks = Peaks(answering(listening(port)))
    size = 0
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    began = time.perf_counter()
    line.request("GET", f"{path}?query={quote(text)}", headers={"Accept": accept})
    answer = line.getresponse()
    while piece := answer.read(PIECE):
        size += len(piece)
        peaks.look()
    seconds = time.perf_counter() - began
    line.close()
    return Streamed(size, seconds, peaks.grown)


class Peaks:
    """How much the processes of a server have held at most since the first look, each by itself."""

    def __init__(self, server: int) -> None:
        """Have the kernel begin its marks anew."""
        self.server = server
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        for each in family(server):
            with suppress(OSError):
                (Path("/proc") / str(each) / "clear_refs").write_text("5")
        self.look()

    def look(self) -> None:
        """Read the marks: a process keeps its own until it ends."""
        for each in family(self.server):
            if mark := peak(each):
                self.first.setdefault(each, mark)
                self.last[each] = mark

    @property
    def grown(self) -> int:
        """Give the bytes by which the one that grew most has grown."""
        return max((self.last[each] - mark for each, mark in self.first.items()), default=0)


def peak(pid: int) -> int:
    """Give the most bytes that a process has held; 0 for one that has ended."""
    try:
        lines = (Path("/proc") / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024


def answering(server: int) -> int:
    """Give the part of a server that answers: ours has others beside it, with work of their own."""
    parts = [each for each in family(server) if said_by(each)[-2:] == [b"web", b""]]
    return parts[0] if parts else server


def said_by(pid: int) -> list[bytes]:
    """Give the words of the command that a process was started with."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def listening(port: int) -> int:
    """Give the process that was started to listen at a port: the one whose command names it."""
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            said = said_by(int(each.name))
            if str(port).encode() in said or f"127.0.0.1:{port}".encode() in said:
                return int(each.name)
    raise SystemExit(f"Nobody listens at {port}.")
