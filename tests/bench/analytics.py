"""What analysts ask, beside the native server and Virtuoso, all over HTTP and on the same data; and maplib.

No text is asked twice (a number stands in its comment), so nothing is remembered anywhere.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

from graph.views.columns import path_in, release
from tests.bench import in_memory, virtuoso
from tests.bench.asking import asked
from tests.bench.figures import Figure, at_least
from tests.bench.lookups import native_store
from tests.bench.machine import free_port, oxigraph, serving
from tests.bench.town import Town

AHEAD = 1.0  # times as fast as Virtuoso
TIMES = 7
PREFIX = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/> "
PAGE = "SELECT ?d WHERE {{ ?d a dcat:Dataset }} ORDER BY ?d LIMIT 100 OFFSET {offset}"
QUESTIONS = {
    "GROUP BY theme": "SELECT ?t (COUNT(?d) AS ?n) WHERE {{ ?d a dcat:Dataset ; dcat:theme ?t }} GROUP BY ?t",
    "GROUP BY over three patterns": "SELECT ?t ?f (COUNT(*) AS ?n) WHERE {{ ?d dcat:theme ?t ; "
    "dcat:distribution ?file . ?file dct:format ?f }} GROUP BY ?t ?f",
    "ten largest by COUNT DISTINCT": "SELECT ?o (COUNT(DISTINCT ?d) AS ?n) WHERE {{ ?d a dcat:Dataset ; "
    "dct:publisher ?o }} GROUP BY ?o ORDER BY DESC(?n) LIMIT 10",
    "what is not there": "SELECT (COUNT(?d) AS ?n) WHERE {{ ?d a dcat:Dataset "
    "FILTER NOT EXISTS {{ ?d dct:license ?l }} }}",
    "a page of a sub-select, described": "CONSTRUCT {{ ?d ?p ?o }} WHERE {{ {{ "
    + PAGE
    + " }} ?d ?p ?o }}",
}

Tell = Callable[[str], None]


def analytics(town: Town, tell: Tell) -> Iterator[Figure]:
    """Ask each question of all servers, in turn."""
    with ExitStack() as stack:
        native = free_port()
        command = [oxigraph(), "serve-read-only", "--location", str(native_store(town))]
        command += ["--bind", f"127.0.0.1:{native}"]
        servers = {"ours": (stack.enter_context(town.served()), "/sparql")}
        if release():
            town.until_beside(path_in(Path(), release()).name)
        stack.enter_context(serving(command, native, "/query?query=ASK%7B%7D"))
        servers["oxigraph"] = (native, "/query")
        if virtuoso.is_installed():
            folder = town.folder / f"virtuoso-{town.datasets}"
            port = stack.enter_context(virtuoso.served(folder, town.file))
            servers["Virtuoso"] = (port, "/sparql")
        maplib = beside_in_memory(town)
        for name, text in QUESTIONS.items():
            found: dict[str, float | None] = {
                each: times(port, path, text, town.datasets, slow=each == "oxigraph")
                for each, (port, path) in servers.items()
            }
            found |= {"maplib": maplib[name]} if maplib else {}
            told = ", ".join(f"{each} {said(spent)}" for each, spent in found.items())
            tell(f"{name}: {told}")
            yield compared(name, found)


def said(spent: float | None) -> str:
    """Tell a time; None for a server that refused."""
    return "refuses" if spent is None else f"{spent:.1f} ms"


def compared(name: str, found: dict[str, float | None]) -> Figure:
    """Make the figure of a question."""
    ours, other = found["ours"], found.get("Virtuoso")
    against = ", ".join(f"{each} {said(spent)}" for each, spent in found.items() if each != "ours")
    if ours is None:
        raise SystemExit(f"{name}: not answered")
    if other is None:
        return Figure(name, "", said(ours), against, f"{(found['oxigraph'] or 0) / ours:.1f}")
    return at_least(name, other / ours, AHEAD, measured=said(ours), against=against)


def times(port: int, path: str, text: str, datasets: int, *, slow: bool) -> float | None:
    """Ask a question some times; gives the median in milliseconds, None where it is refused.

    Virtuoso sorts no more than 10,000 rows for a page.
    """
    texts = texts_of(text, datasets, 2 if slow else TIMES)
    accept = "text/turtle" if "CONSTRUCT" in text else "application/sparql-results+json"
    found = asked(port, [f"{path}?query={quote(each)}" for each in texts], accept=accept)
    if set(found.statuses) != {"200"}:
        return None
    return statistics.median(found.times[1:])


def texts_of(text: str, datasets: int, count: int) -> list[str]:
    """Give a question so many times and once more, never in the same words."""
    return [
        f"{PREFIX}{text.format(offset=datasets // 2 + turn)} #{turn} {time.time_ns()}"
        for turn in range(count + 1)
    ]


def beside_in_memory(town: Town) -> dict[str, float | None]:
    """Ask maplib everything, in its own process; nothing where it is not there."""
    if not in_memory.is_installed():
        return {}
    asked_of_it = {name: texts_of(text, town.datasets, TIMES) for name, text in QUESTIONS.items()}
    return in_memory.times(town.file, asked_of_it)
