"""A whole graph as a view holds it: whether there is any, its lines, and the text of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, Triple, serialize

PIECE = 64 * 1024
IN_MEMORY = 4 * 1024 * 1024  # bytes of a text, beyond which it lies in a file


def node_of(graph: str) -> NamedNode | DefaultGraph:
    """Give the name of a graph; "" is the default graph."""
    return NamedNode(graph) if graph else DefaultGraph()


def triples_in(store: Store, graph: str) -> Iterator[Triple]:
    """Give the triples of a graph one by one."""
    for quad in store.quads_for_pattern(None, None, None, node_of(graph)):
        yield quad.triple


def has_graph(store: Store, graph: str) -> bool:
    """Say whether anything stands in a graph; what may not be seen is not there."""
    return not graph or next(triples_in(store, graph), None) is not None


def lines_in(store: Store, graph: str) -> set[str]:
    """Give the statements of a graph as N-Triples lines."""
    return {f"{each} ." for each in triples_in(store, graph)}


def written(store: Store, graph: str, form: RdfFormat) -> Iterator[bytes]:
    """Write a whole graph, piece by piece; nothing of it is left out, however large it is."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        serialize(triples_in(store, graph), file, format=form)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece
