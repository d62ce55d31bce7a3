"""Lineage on a graph of many datasets: everything downstream, beside the engine's own path.

A catalogue of steps alone, on disk: one tree of 5,000 datasets, and one thing from which everything
follows. What is measured is what a page asks: flows are made once for a snapshot, then walked.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.lineage.days import days_of
from graph.lineage.flows import flows_of
from graph.lineage.holding import Held, renewed
from graph.lineage.part import Wish, part_of
from graph.lineage.walking import reach
from graph.lineage.writing import days_text, kept_in, text_of
from graph.views.snapshots import Published
from ontology.clearance import Clearance
from ontology.terms import DCAT, GOV, PROV, RDF, XSD
from sparql.query import ask
from tests.bench.figures import Figure, at_most
from tests.bench.town import Town
from web.front.worker import SELDOM

BASE = "http://127.0.0.1:8000/id/dataset/"
PART = 5_000  # datasets below the thing from which a part follows
ROUNDS = 9
FANNED = 3  # datasets that are made of each
SYSTEMS = 500
DATED = 20_000  # steps that say when they held


def lineage(town: Town, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Measure closures and the first picture on so many datasets as the town has."""
    total, part = town.datasets, min(PART, town.datasets // 2)
    store = filled(town.folder / f"lineage-{total}", total, part)
    started = time.perf_counter()
    flows = flows_of(store)
    made = time.perf_counter() - started
    tell(f"{len(flows.iris):,} things, {sum(map(len, flows.after)):,} steps in {made:.2f} s")
    for name, start, limit in (
        (f"everything below one thing ({part:,})", iri(1), 50.0),
        (f"everything below everything ({total:,})", iri(0), 1000.0),
    ):
        number = flows.numbers[start]
        own = [timed(lambda n=number: reach(flows, [n], downstream=True)) for _ in range(ROUNDS)]  # type: ignore[misc]
        engine = timed(lambda s=start: list(ask(store, path(s))))  # type: ignore[misc]
        found = at_most(name, own, limit)
        yield Figure(
            found.name, found.target, found.measured, f"SPARQL's own +: {engine:.3g} ms",
            f"{engine / max(own):.0f}×", found.met,
        )  # fmt: skip
    touched = [iri(number) for number in range(1, 200)]
    pictures = [
        timed(lambda: part_of(renewed(flows, store, touched), iri(1), Wish(up=1, down=2)))
        for _ in range(ROUNDS)
    ]
    yield at_most("first picture after a change of 200 things", pictures, 1000)
    yield Figure("reading all steps, once for the writer in the background", "", f"{made:.2f} s")
    folder = town.folder / f"flows-{total}"
    folder.mkdir(exist_ok=True)
    published = Published(1, datetime.now(UTC), folder)
    (folder / f"{Clearance.OPEN}.json").write_text(text_of(published, flows))
    (folder / f"{Clearance.OPEN}.days.json").write_text(days_text(published, days_of(store)))
    gc.set_threshold(*SELDOM)  # as a worker does
    gc.freeze()
    for name, day in (
        ("first picture of a fresh worker", None),
        (f"first picture as of a day, {dated(total):,} steps having times", "2026-06-15"),
    ):
        pictures = [timed(lambda day=day: begun(store, folder, day)) for _ in range(ROUNDS)]  # type: ignore[misc]
        yield at_most(name, pictures, 1000)


def begun(store: Store, folder: Path, day: str | None) -> None:
    """Begin as a fresh worker does: with the flows that were written, and one picture."""
    view = Looked(store, folder)
    flows = Held().of(view, day, lambda *_: set(), lambda each: kept_in(folder, each))
    part_of(flows, iri(1), Wish(up=1, down=2))


@dataclass(frozen=True, slots=True)
class Looked:
    """The view of a fresh worker."""

    store: Store
    path: Path
    seq: int = 1
    clearance: Clearance = Clearance.OPEN


def filled(folder: Path, total: int, part: int) -> Store:
    """Give a store of steps: 1 to `part` is a tree below 1, all stand below 0."""
    if folder.exists():
        return Store.read_only(str(folder))
    store = Store(str(folder))
    store.bulk_extend(quads(total, part))
    store.flush()
    return store


def quads(total: int, part: int) -> Iterator[Quad]:
    """Give the statements."""
    graph = DefaultGraph()
    for number in range(total):
        node = NamedNode(iri(number))
        yield Quad(node, RDF.type, DCAT.Dataset, graph)
        system = NamedNode(iri(f"system-{number % SYSTEMS}"))
        yield Quad(node, GOV.sourceSystem, system, graph)
        if number:
            first = 1 if number <= part else part + 1
            above = 0 if number == first else first + (number - first - 1) // FANNED
            yield Quad(node, PROV.wasDerivedFrom, NamedNode(iri(above)), graph)
            if number <= dated(total):
                yield from times(number, NamedNode(iri(above)))
    for number in range(SYSTEMS):
        yield Quad(NamedNode(iri(f"system-{number}")), RDF.type, GOV.InformationSystem, graph)


def dated(total: int) -> int:
    """Give how many steps say from when they hold: half of them since the day that is asked for."""
    return min(DATED, total - 1)


def times(number: int, above: NamedNode) -> Iterator[Quad]:
    """Say from when a step holds."""
    graph, node = DefaultGraph(), NamedNode(f"{iri(number)}#derived-1")
    since = Literal(f"2026-{5 + number % 3:02d}-20", datatype=XSD.date)
    yield Quad(NamedNode(iri(number)), PROV.qualifiedDerivation, node, graph)
    yield Quad(node, PROV.entity, above, graph)
    yield Quad(node, GOV.heldFrom, since, graph)


def iri(name: object) -> str:
    """Give the name of a thing."""
    return f"{BASE}{name}"


def path(start: str) -> str:
    """Ask the engine for everything below a thing."""
    return f"SELECT DISTINCT ?x WHERE {{ ?x <{PROV.wasDerivedFrom.value}>+ <{start}> }}"


def timed(act: Callable[[], object]) -> float:
    """Give how long something takes, in ms."""
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000
