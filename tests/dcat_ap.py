"""The second opinion on a feed page: two SHACL engines, and a harvester of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyshacl
import rdflib
import shacl
from rdflib.namespace import DCAT, RDF

SHAPES = Path(__file__).parent / "suites" / "dcat-ap" / "dcat-ap-3.0.0.ttl"
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
NT = "application/n-triples"


@cache
def shapes() -> shacl.Shapes:
    return shacl.Shapes.from_turtle(SHAPES.read_text("utf-8"))


@cache
def shapes_graph() -> rdflib.Graph:
    return rdflib.Graph().parse(SHAPES)


def faults(turtle: str) -> list[str]:
    """Give what is wrong with a page by the fast engine."""
    report = shapes().validate_turtle(turtle)
    return [f"{each.focus_node} {each.path} {each.value}" for each in report.results]


def conforms_for_both(turtle: str) -> tuple[bool, bool]:
    """Give the verdicts of both engines."""
    graph = rdflib.Graph().parse(data=turtle, format="turtle")
    other, _, _ = pyshacl.validate(graph, shacl_graph=shapes_graph())
    return not faults(turtle), bool(other)


def harvested(get: Callable[[str], str], first: str) -> Iterator[rdflib.Graph]:
    """Give the pages of a feed as a harvester meets them: by the paging node's next, to the end."""
    url: str | None = first
    seen: set[str] = set()
    while url is not None:
        assert url not in seen, "the feed goes in circles"
        seen.add(url)
        graph = rdflib.Graph().parse(data=get(url), format="nt")
        yield graph
        (node,) = graph.subjects(RDF.type, HYDRA.PagedCollection)
        following = graph.value(node, HYDRA.next)
        assert following == graph.value(node, HYDRA.nextPage)
        url = None if following is None else str(following)


def datasets(graph: rdflib.Graph) -> list[str]:
    """Give the datasets that a page describes."""
    return sorted(map(str, graph.subjects(RDF.type, DCAT.Dataset)))
