"""Negotiation by Accept, as RFC 9110 has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparql.formats import GRAPHS, JSON, N_TRIPLES, SOLUTIONS, TURTLE, XML, chosen, negotiate

OFFERED = ("text/turtle", "application/rdf+xml", "application/ld+json")


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "text/turtle"),
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("*", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("APPLICATION/RDF+XML", "application/rdf+xml"),
        ("application/*", "application/rdf+xml"),
        ("application/ld+json, text/turtle;q=0.9", "application/ld+json"),
        ("text/turtle;q=0.1, application/ld+json;q=0.2", "application/ld+json"),
        ("*/*;q=0.5, text/turtle;q=0", "application/rdf+xml"),
        ("text/turtle;q=0, */*;q=0", None),
        ("image/png", None),
        ("text/turtle;q=nonsense", None),
        ("text/turtle; charset=utf-8; q=0.3, application/*;q=0.2", "text/turtle"),
        (", ,;,/,text/", None),
        ("application/rdf+xml;q=0.8, text/*;q=0.8", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/turtle"),
    ],
)
def test_the_closest_range_decides_and_then_the_order_offered(
    accept: str | None, expected: str | None
) -> None:
    assert negotiate(accept, OFFERED) == expected


@given(st.text(max_size=200))
def test_any_header_is_read_without_fault(accept: str) -> None:
    assert negotiate(accept, OFFERED) in {*OFFERED, None}


def test_nothing_offered_is_nothing_chosen() -> None:
    assert negotiate("*/*", ()) is None
    assert negotiate(None, ()) is None


def test_formats_answer_to_their_other_names() -> None:
    assert chosen("application/json", SOLUTIONS) is JSON
    assert chosen("application/xml", SOLUTIONS) is XML
    assert chosen("text/plain", GRAPHS) is N_TRIPLES
    assert chosen(None, GRAPHS) is TURTLE
    assert chosen("text/plain", SOLUTIONS) is None
    assert TURTLE.content_type == "text/turtle; charset=utf-8"
    assert JSON.content_type == "application/sparql-results+json"
