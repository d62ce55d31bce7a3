"""What is found and written without the engine is what the engine finds and writes."""

from __future__ import annotations

import pytest
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
)

from sparql.lookups import read, solved
from sparql.query import ask
from sparql.solving import Unwritten, joined

THING, SAYS = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")
XSD = "http://www.w3.org/2001/XMLSchema#"
QUERY = f"SELECT ?o ?p WHERE {{ {THING} ?p ?o }}"


def said(*objects: NamedNode | BlankNode | Literal) -> Store:
    store = Store()
    store.extend([Quad(THING, SAYS, each) for each in objects])
    return store


def by_engine(store: Store, text: str) -> bytes:
    found = ask(store, text)
    assert isinstance(found, QuerySolutions)
    written = found.serialize(format=QueryResultsFormat.JSON)
    assert written is not None
    return written


@pytest.mark.parametrize(
    "term",
    [
        THING,
        NamedNode("http://example.org/%20?q=人口#é"),
        Literal("x"),
        Literal(""),
        Literal('q"\\/\b\f\n\r\t\x01\x1f\x7f é 路 \u2028 \U0001f3d9'),
        Literal("道路", language="zh"),
        Literal("Road", language="en-GB"),
        Literal("05", datatype=NamedNode(f"{XSD}integer")),
        Literal("2026-11-29", datatype=NamedNode(f"{XSD}date")),
        Literal("x", datatype=NamedNode(f"{XSD}string")),
        Literal("1", datatype=NamedNode("http://example.org/int")),
    ],
)
def test_a_term_is_written_as_the_engine_writes_it(term: NamedNode | Literal) -> None:
    store = said(term)
    lookup = read(QUERY)
    assert lookup is not None
    assert lookup.plain

    assert solved(store, lookup, 10) == (by_engine(store, QUERY), 1)


@pytest.mark.parametrize(
    "term", [BlankNode("b"), Literal("x", language="ar", direction=BaseDirection.RTL)]
)
def test_what_is_rare_is_left_to_the_engine(term: BlankNode | Literal) -> None:
    lookup = read(QUERY)
    assert lookup is not None

    with pytest.raises(Unwritten):
        solved(said(term), lookup, 10)


@pytest.mark.parametrize(
    "text",
    [
        f'SELECT ?p {{ {THING} ?p "x" }}',
        f"SELECT * {{ {THING} ?p ?o }}",
        f"SELECT ?p ?else {{ {THING} ?p ?o }}",
        f"SELECT ?p ?p {{ {THING} ?p ?o }}",
        f"ASK {{ {THING} ?p ?o }} LIMIT 0",
    ],
)
def test_what_is_not_plain_is_left_to_the_engine(text: str) -> None:
    lookup = read(text)

    assert lookup is None or not lookup.plain


def test_quads_that_fit_several_patterns_join_in_every_way_and_none_that_contradicts() -> None:
    other, end = NamedNode("http://example.org/b"), NamedNode("http://example.org/c")
    graph = DefaultGraph()
    quads = [
        Quad(*each, graph)
        for each in ((THING, SAYS, other), (THING, SAYS, end), (other, SAYS, end), (end, SAYS, end))
    ]

    assert joined([(THING, SAYS, "x"), ("x", SAYS, "y")], quads) == [
        {"x": other, "y": end},
        {"x": end, "y": end},
    ]
    assert joined([("x", SAYS, "x")], quads) == [{"x": end}]
    assert joined([(THING, SAYS, end)], quads) == [{}]
    assert joined([(end, SAYS, THING)], quads) == []
