"""Look-ups through `/sparql` beside the native server of the `oxigraph` package, on the same data."""

from __future__ import annotations

import random
import shutil
import statistics
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import RdfFormat

from sparql.cards.file import NAME
from tests.bench.asking import Answered, asked
from tests.bench.figures import Figure, at_least, at_most, percentile
from tests.bench.loading import load_natively
from tests.bench.machine import free_port, oxigraph, serving
from tests.bench.town import Town

CLIENTS = 8
AGAIN, SOON = 100, 3.0  # answers to a query that was asked before; milliseconds that one may take
ACCEPT = "application/sparql-results+json"
SHARE = 0.8  # of the native server's answers in a second
PREFIX = "PREFIX dcat: <http://www.w3.org/ns/dcat#> "
QUERIES = (
    "SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }}",
    "SELECT ?title WHERE {{ <{iri}> <http://purl.org/dc/terms/title> ?title }}",
    "SELECT ?url WHERE {{ <{iri}> dcat:distribution ?file . ?file dcat:accessURL ?url }}",
    "ASK {{ <{iri}> a dcat:Dataset }}",
)
LARGE = """
SELECT ?office (COUNT(*) AS ?count) WHERE { ?dataset <http://purl.org/dc/terms/publisher> ?office }
GROUP BY ?office ORDER BY DESC(?count) ?office LIMIT 10"""

Tell = Callable[[str], None]


def lookups(town: Town, rounds: int, seconds: float, tell: Tell) -> Iterator[Figure]:
    """Ask both servers the same, in turn; no question comes twice, so nothing is remembered."""
    questions = asked_of(town)
    ours, native = [], []
    port = free_port()
    command = [oxigraph(), "serve-read-only", "--location", str(native_store(town))]
    command += ["--bind", f"127.0.0.1:{port}"]
    with town.served() as own, serving(command, port, "/query?query=ASK%7B%7D"):
        yield repeated(own)
        town.until_beside(NAME)
        turns = shares(questions, 2 * rounds + 2)
        for each, path in ((own, "/sparql"), (port, "/query")):
            ask(each, path, next(turns), min(seconds, 2.0))
        for number in range(rounds):
            native.append(ask(port, "/query", next(turns), seconds))
            ours.append(ask(own, "/sparql", next(turns), seconds))
            tell(f"look-ups {number + 1}: {ours[-1].rate:,.0f}/s, native {native[-1].rate:,.0f}/s")
    rates = [statistics.median(each.rate for each in found) for found in (ours, native)]
    yield at_least(
        f"look-ups through /sparql, {CLIENTS} clients",
        rates[0] / rates[1],
        SHARE,
        measured=f"{rates[0]:,.0f}/s, p95 {late(ours):.3g} ms",
        against=f"oxigraph serve {rates[1]:,.0f}/s, p95 {late(native):.3g} ms",
    )


def repeated(port: int) -> Figure:
    """Ask over and over what no look-up answers: a snapshot that has not moved tells it at once."""
    path = f"/sparql?query={quote(LARGE)}"
    asked(port, [path] * 8, connections=4, accept=ACCEPT)  # so that every worker knows it
    found = asked(port, [path] * AGAIN, accept=ACCEPT)
    if set(found.statuses) != {"200"}:
        raise SystemExit(f"{path} answered {found.statuses}")
    return at_most("a query asked again, the snapshot unmoved", found.times, SOON)


def late(found: Sequence[Answered]) -> float:
    """Give the 95th percentile of all answers."""
    return percentile([time for each in found for time in each.times], 95)


def ask(port: int, path: str, questions: Sequence[str], seconds: float) -> Answered:
    """Ask questions for some seconds with all clients; every answer must be one."""
    paths = [f"{path}?query={quote(each)}" for each in questions]
    found = asked(port, paths, connections=CLIENTS, seconds=seconds, accept=ACCEPT)
    if set(found.statuses) != {"200"}:
        raise SystemExit(f"{path} answered {found.statuses}")
    return found


def asked_of(town: Town) -> list[str]:
    """Give every kind of question about each dataset, in a random order: more than are answered."""
    named = town.named("dataset", town.datasets)
    questions = [PREFIX + query.format(iri=iri) for _, iri in named for query in QUERIES]
    random.Random(3).shuffle(questions)
    return questions


def shares(questions: list[str], count: int) -> Iterator[list[str]]:
    """Part the questions: each round has its own."""
    size = len(questions) // count
    return (questions[size * turn : size * (turn + 1)] for turn in range(count))


def native_store(town: Town) -> Path:
    """Load what everyone may see, graphs and merge, into a store of the native server."""
    dump, folder = town.folder / "open.nq", town.folder / "native-served"
    with town.view() as view:
        view.store.dump(str(dump), RdfFormat.N_QUADS)
    shutil.rmtree(folder, ignore_errors=True)
    load_natively(dump, folder)
    dump.unlink()
    return folder
