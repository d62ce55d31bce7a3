"""What is found and written without the engine is what the engine finds and writes."""

from __future__ import annotations

import json

import pytest
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
)

from sparql.lookups import NotSmall, read
from sparql.query import ask
from sparql.shapes import shaped
from sparql.solving import solved
from sparql.stored import Unwritten

THING, SAYS = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")
XSD = "http://www.w3.org/2001/XMLSchema#"
QUERY = f"SELECT ?o WHERE {{ {THING} {SAYS} ?o }}"
WIDE = f"SELECT ?o ?p WHERE {{ {THING} ?p ?o }}"  # of which each row has two terms


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
    asked = shaped(QUERY)
    assert asked is not None

    assert solved(store, asked, 10) == (by_engine(store, QUERY), 1)


@pytest.mark.parametrize(
    "term", [BlankNode("b"), Literal("x", language="ar", direction=BaseDirection.RTL)]
)
def test_what_is_rare_is_left_to_the_engine(term: BlankNode | Literal) -> None:
    asked = shaped(QUERY)
    assert asked is not None

    with pytest.raises(Unwritten):
        solved(said(term), asked, 10)


@pytest.mark.parametrize(
    "text",
    [
        f'SELECT ?p {{ {THING} ?p "x" }}',
        f"SELECT * {{ {THING} {SAYS} {THING} }}",
        f"SELECT ?p ?else {{ {THING} ?p ?o }}",
        f"SELECT ?p ?p {{ {THING} ?p ?o }}",
        f"ASK {{ {THING} ?p ?o }} LIMIT 0",
    ],
)
def test_what_is_not_plain_is_left_to_the_engine(text: str) -> None:
    lookup = read(text)

    assert lookup is None or not lookup.plain
    assert shaped(text) is None


def rows(store: Store, text: str) -> list[dict[str, str]]:
    """Give the rows of an answer, each variable's term as its text."""
    asked = shaped(text)
    assert asked is not None
    found = json.loads(solved(store, asked, 100)[0])["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_quads_that_fit_several_patterns_join_in_every_way_and_none_that_contradicts() -> None:
    other, end = NamedNode("http://example.org/b"), NamedNode("http://example.org/c")
    store = Store()
    pairs = ((THING, other), (THING, end), (other, end), (end, end))
    store.extend([Quad(one, SAYS, two) for one, two in pairs])

    both = rows(store, f"SELECT ?x ?y {{ {THING} {SAYS} ?x . ?x {SAYS} ?y }}")
    assert sorted(each["x"] for each in both) == [other.value, end.value]
    assert {each["y"] for each in both} == {end.value}
    assert rows(store, f"SELECT ?x {{ {THING} {SAYS} ?x . ?x {SAYS} ?x }}") == [{"x": end.value}]
    assert rows(store, f"SELECT ?x {{ {THING} ?p ?x . ?x ?p {THING} }}") == []
    assert rows(store, f"SELECT ?x {{ {THING} {SAYS} ?x . ?x ?x ?y }}") == []


def test_a_literal_says_nothing_of_anything() -> None:
    store = said(Literal("x"), NamedNode("http://example.org/b"))
    store.add(Quad(NamedNode("http://example.org/b"), SAYS, Literal("end")))

    assert rows(store, f"SELECT ?o ?x {{ {THING} ?p ?o . ?o ?q ?x }}") == [
        {"o": "http://example.org/b", "x": "end"}
    ]
    assert rows(store, f"SELECT ?o {{ {THING} ?p ?o . ?s ?o ?x . ?s ?q ?o }}") == []


@pytest.mark.parametrize("rows_", [0, 1, 3, 10])
def test_rows_that_the_engine_wrote_are_counted(rows_: int) -> None:
    """Texts that look like the beginning of a row are none."""
    store = said(*(Literal(f'{{"o":{{"type": {number}') for number in range(rows_)))
    asked = shaped(WIDE)
    assert asked is not None

    assert solved(store, asked, 10) == (by_engine(store, WIDE), rows_)


@pytest.mark.parametrize("text", [QUERY, WIDE])
def test_long_rows_and_many_rows_are_not_small(text: str) -> None:
    asked = shaped(text)
    assert asked is not None

    with pytest.raises(NotSmall):
        solved(said(*(Literal(str(number)) for number in range(11))), asked, 10)
    with pytest.raises(NotSmall):
        solved(said(Literal("路" * 50_000)), asked, 10)
