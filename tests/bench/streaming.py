"""Long answers beside the native server's, the same question again, and what is offered while one types."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Iterator
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
LONG = "SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {rows} #{turn}"
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
    """One long answer: its bytes, the seconds it took, and how much memory grew meanwhile."""

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
    ours, native = [], []
    with town.served() as own, serving(command, port, "/query?query=ASK%7B%7D"):
        for turn in range(rounds + 1):
            text = LONG.format(rows=rows, turn=turn)
            native.append(read(port, "/query", text))
            ours.append(read(own, "/sparql", text))
            tell(f"{ours[-1].rate / 1e6:.1f} MB/s, native {native[-1].rate / 1e6:.1f} MB/s")
        best, other = (max(found[1:], key=lambda each: each.rate) for found in (ours, native))
        yield at_least(
            f"a long answer ({best.size / 1e6:.0f} MB) through /sparql",
            best.rate / other.rate,
            AS_FAST,
            measured=f"{best.rate / 1e6:.1f} MB/s, memory +{best.grown / 1e6:.0f} MB",
            against=f"oxigraph {other.rate / 1e6:.1f} MB/s, +{other.grown / 1e6:.0f} MB",
        )
        again = [f"/sparql?query={quote(REPEATED)}"] * AGAIN
        asked(own, again[:20], accept="text/csv")  # each web worker keeps its own
        yield at_most("a question asked again", asked(own, again, accept="text/csv").times, 3)
        yield at_most("offers while one types", offered(own), 80)


def offered(port: int) -> list[float]:
    """Ask for offers as an editor does."""
    paths = [f"/api/query/things?{urlencode({'of': of, 'q': typed})}" for of, typed in TYPED] * 30
    random.Random(5).shuffle(paths)
    asked(port, paths[:20])
    return asked(port, paths).times


def read(port: int, path: str, text: str) -> Streamed:
    """Read one answer without keeping it; looks at the memory of whoever listens at the port."""
    server = listening(port)
    before, most, size = held(server), 0, 0
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    began = time.perf_counter()
    line.request(
        "GET", f"{path}?query={quote(text)}", headers={"Accept": "application/sparql-results+json"}
    )
    answer = line.getresponse()
    looked = began
    while piece := answer.read(PIECE):
        size += len(piece)
        if time.perf_counter() - looked > 0.5:
            looked = time.perf_counter()
            most = max(most, held(server))
    seconds = time.perf_counter() - began
    line.close()
    return Streamed(size, seconds, max(most - before, 0))


def held(server: int) -> int:
    """Give the bytes that those processes of a server hold that answer questions."""
    return sum(map(share, family(answering(server))))


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


def share(pid: int) -> int:
    """Give the bytes that a process holds; of what forks hold together, each has its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss_Anon:")) * 1024


def listening(port: int) -> int:
    """Give the process that was started to listen at a port: the one whose command names it."""
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            said = said_by(int(each.name))
            if str(port).encode() in said or f"127.0.0.1:{port}".encode() in said:
                return int(each.name)
    raise SystemExit(f"Nobody listens at {port}.")
