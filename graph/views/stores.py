"""How a patch is laid into a view's store: every quad in its named graph and once in the default.

Laying is idempotent: after a crash the same changes are laid again over whatever was half laid, in
order, and the store comes out the same. That is why there is no marker inside the store.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, parse

from graph.ledger.exact import holds_any
from graph.ledger.patch import Files, Section
from graph.views.exact import HERE, exact_store

BATCH = 20_000  # quads written in one transaction
BULK = 50_000  # a section with more statements than that is loaded straight into the files


def lay(store: Store, section: Section, files: Files) -> None:
    """Apply one section to a store."""
    if is_bulk(section):
        for graph in (DefaultGraph(), NamedNode(section.graph)):
            with files.open(section.file) as stream:
                store.bulk_load(stream, RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
        return
    lines = files.lines(section.file) if section.file else iter(section.lines)
    apply = add if section.added else remove
    for part in batches(lines, BATCH):
        apply(store, list(triples(part)), NamedNode(section.graph))


def is_bulk(section: Section) -> bool:
    """Say whether a section is so large that it goes past the transaction log."""
    return section.added and section.count > BULK and bool(section.file)


def lay_text(store: Store, text: Path, graph: NamedNode | DefaultGraph) -> None:
    """Add all that a file of our own says to a graph, past the transaction log."""
    store.bulk_load(path=text, format=RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)


def holds_exact(section: Section, files: Files) -> bool:
    """Say whether a section holds numbers whose type a view has to keep (`graph.views.exact`)."""
    if section.file and section.exact is None:
        return files.hold_exact(section.file)
    return bool(section.exact) or holds_any(section.lines)


def batches(lines: Iterable[str], size: int) -> Iterator[list[str]]:
    """Give the lines in parts of at most `size`."""
    iterator = iter(lines)
    while part := list(islice(iterator, size)):
        yield part


def triples(lines: Iterable[str]) -> Iterator[Triple]:
    """Read N-Triples lines that the program itself wrote."""
    text = "\n".join(lines)
    for quad in parse(input=text, format=RdfFormat.N_TRIPLES, lenient=True):
        yield quad.triple


def canonical(lines: Iterable[str]) -> set[str]:
    """Give N-Triples lines as a store gives them back ("05" as an integer comes back as "5")."""
    said = list(lines)
    store = exact_store(Store(), HERE if holds_any(said) else None)
    store.extend([Quad(t.subject, t.predicate, t.object) for t in triples(said)])
    return {f"{quad.triple} ." for quad in store.quads_for_pattern(None, None, None, None)}


def add(store: Store, statements: list[Triple], graph: NamedNode) -> None:
    """Add statements to a graph and to the merge, in one transaction."""
    default = DefaultGraph()
    quads = [Quad(each.subject, each.predicate, each.object, graph) for each in statements]
    quads += [Quad(each.subject, each.predicate, each.object, default) for each in statements]
    store.extend(quads)


def remove(store: Store, statements: list[Triple], graph: NamedNode) -> None:
    """Remove statements from a graph, and from the merge where no other graph says the same."""
    default = DefaultGraph()
    for each in statements:
        store.remove(Quad(each.subject, each.predicate, each.object, graph))
        left = store.quads_for_pattern(each.subject, each.predicate, each.object, None)
        if all(quad.graph_name == default for quad in left):
            store.remove(Quad(each.subject, each.predicate, each.object, default))


def copy_store(source: Path, target: Path) -> None:
    """Copy a store that nobody writes to: its immutable files by hard link, the rest for real."""
    target.mkdir(parents=True)
    for file in source.iterdir():
        if file.suffix == ".sst":
            os.link(file, target / file.name)
        elif file.name != "LOCK":
            shutil.copyfile(file, target / file.name)
