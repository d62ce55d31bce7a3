"""Association on a catalogue of many data items: the matrix, joins, suggestions and duplicates.

Twelve items to a dataset, five of them matched with an element; the names of the others are those
of a real catalogue's kind. What is measured is what a page asks after a change of 200 datasets.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import TypeVar

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.association import duplicates, holdings, matching
from graph.association.joining import MOST_JOINS, paths
from graph.sample.reading import content
from ontology.terms import CSVW, DCAT, DCT, GOV, RDF, SKOS
from tests.bench.figures import Figure, at_most
from tests.bench.lineage import timed
from tests.bench.town import Town

BASE = "http://127.0.0.1:8000/id"
ITEMS, MATCHED, DEPARTMENTS, TOUCHED, ROUNDS, WAYS = 12, 5, 90, 200, 7, 200
Result = TypeVar("Result")
WORDS = ("许可", "登记", "检查", "处罚", "企业", "学校", "停车", "泊位", "医院", "工程")


def association(town: Town, tell: Callable[[str], None]) -> Iterator[Figure]:
    """Measure on twice as many data items as the town has datasets."""
    total = 2 * town.datasets // ITEMS
    store = filled(town.folder / f"association-{total}", total)
    touched = [iri("dataset", number) for number in range(TOUCHED)]
    held, read = once(lambda: holdings.holdings(store))
    tell(
        f"{sum(map(len, held.held.values())):,} matched items of {total:,} datasets in {read:.2f} s"
    )
    size = f"{total * ITEMS:,} data items"
    yield at_most(
        f"matrix of departments and keys, {size}",
        [timed(lambda: holdings.renewed(held, store, touched).matrix) for _ in range(ROUNDS)],
        500,
    )
    chance, names = Random(7), sorted(held.held)
    pairs = [chance.sample(names, 2) for _ in range(WAYS)]
    held.bridges  # noqa: B018 - made once for a snapshot
    yield at_most(
        f"ways of up to {MOST_JOINS} joins between two of {total:,} datasets",
        [timed(lambda p=pair: paths(held, *p)) for pair in pairs],  # type: ignore[misc]
        500,
    )
    yield from read_and_renewed(store, touched)
    yield Figure("reading who holds what, once for a worker", "", f"{read:.2f} s")


def read_and_renewed(store: Store, touched: list[str]) -> Iterator[Figure]:
    """Measure suggestions and duplicates: read once, and after a change."""
    found, read = once(lambda: matching.matching(store))
    _, judged = once(lambda: found.proposals)
    again = [
        timed(lambda: matching.renewed(found, store, touched).proposals) for _ in range(ROUNDS)
    ]
    yield at_most(f"suggestions for {len(found.items):,} open items after a change", again, 5000)
    yield Figure("suggestions, once for a worker", "", f"{read + judged:.2f} s")
    entries, read = once(lambda: duplicates.duplicates(store))
    pairs, judged = once(lambda: entries.pairs)
    again = [
        timed(lambda: duplicates.renewed(entries, store, touched).pairs) for _ in range(ROUNDS)
    ]
    yield at_most(f"duplicates among {len(entries.sketches):,} entries after a change", again, 5000)
    told = f"{read + judged:.2f} s, {len(pairs):,} pairs"
    yield Figure("duplicates, once for a worker", "", told)


def once(act: Callable[[], Result]) -> tuple[Result, float]:
    """Give a result and how many seconds it took."""
    started = time.perf_counter()
    result = act()
    return result, time.perf_counter() - started


def filled(folder: Path, total: int) -> Store:
    """Give a store of so many datasets with their items."""
    if folder.exists():
        return Store.read_only(str(folder))
    store = Store(str(folder))
    store.bulk_extend(quads(total))
    store.flush()
    return store


def iri(kind: str, name: object) -> str:
    """Give the name of a thing."""
    return f"{BASE}/{kind}/{name}"


def quads(total: int) -> Iterator[Quad]:
    """Give the statements: elements as the sample city has them, then datasets with their items."""
    chance, graph = Random(3), DefaultGraph()
    tables = content()
    elements = sorted(tables.elements.values(), key=lambda each: each.code)
    for each in elements:
        node = NamedNode(iri("element", each.code))
        yield Quad(node, RDF.type, GOV.DataElement, graph)
        yield Quad(node, GOV.code, Literal(each.code), graph)
        yield Quad(node, SKOS.prefLabel, Literal(each.zh, language="zh"), graph)
        library = NamedNode(iri("library", each.library))
        yield Quad(node, GOV.baseLibrary, library, graph)
        if each.key:
            yield Quad(library, GOV.keyElement, node, graph)
    names = sorted({item.zh for each in tables.datasets.values() for item in each.items})
    codes = [each.code for each in elements]
    for number in range(total):
        yield from dataset(number, codes, names, chance)


def dataset(number: int, codes: list[str], names: list[str], chance: Random) -> Iterator[Quad]:
    """Give one dataset with its items."""
    graph, node = DefaultGraph(), NamedNode(iri("dataset", number))
    title = "".join(chance.sample(WORDS, 3)) + str(number % 4_000)
    yield Quad(node, RDF.type, DCAT.Dataset, graph)
    yield Quad(node, DCT.title, Literal(title, language="zh"), graph)
    owner = NamedNode(iri("department", number % DEPARTMENTS))
    yield Quad(node, DCT.publisher, owner, graph)
    matched = chance.sample(codes, MATCHED)
    for place, name in enumerate(chance.sample(names, ITEMS)):
        item = NamedNode(iri("item", f"{number}.{place}"))
        yield Quad(item, DCT.isPartOf, node, graph)
        yield Quad(item, CSVW.title, Literal(name, language="zh"), graph)
        if place < MATCHED:
            yield Quad(item, GOV.element, NamedNode(iri("element", matched[place])), graph)
