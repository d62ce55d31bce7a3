"""Texts of one shape are planned once, and each is answered with the IRIs that it names itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from sparql.lookups import read
from sparql.noting import iris, parted
from sparql.shapes import shape_of, shaped
from tests.sparql.test_lookups import small_queries

PREFIX = "PREFIX ex: <http://example.org/> "


def test_texts_that_differ_in_their_iris_alone_are_planned_once() -> None:
    one = shaped("SELECT ?o { <http://e/a> <http://e/p> ?o }")
    other = shaped("SELECT ?o { <urn:b#> <http://e/q> ?o }")
    assert one is not None
    assert other is not None

    assert one.shape is other.shape
    assert one.named() == ("http://e/a", "http://e/p")
    assert other.named() == ("urn:b#", "http://e/q")


def test_a_prefix_belongs_to_the_text_and_its_local_names_to_the_shape() -> None:
    text = "PREFIX {0}: <{1}> ASK {{ {0}:a {0}:p ?o }}"
    one, other = (shaped(text.format("ex", iri)) for iri in ("http://e/", "http://f/"))
    assert one is not None
    assert other is not None

    assert one.shape is other.shape
    assert other.named() == ("http://f/a", "http://f/p")


@pytest.mark.parametrize(
    "text",
    [
        'ASK { <http://e/a> <http://e/p> "<http://e/x>" }',
        'ASK { <http://e/a> <http://e/p> "x", "<slot:0>" }',
        "ASK { <http://e/a> <relative> ?o }",
        "ASK { <http://e/a> <http://e/ p> ?o }",
        "ASK { <http://e/a> ex:p ?o }",
        "SELECT ?s { ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?o . ?x ?y ?z }",
        "SELECT ?o { <http://e/a> ?p ?o FILTER(?o < 1 || ?o > 2) }",
        "",
        "<http://e/a>",
        "<" * 1000,
        "SELECT ?o { <http://e/a> ?p ?o }" + " " * 2048,
    ],
)
def test_what_cannot_be_solved_has_no_shape(text: str) -> None:
    assert shaped(text) is None


def test_a_text_may_name_what_stands_for_the_iris_of_others() -> None:
    found = shaped("SELECT ?o { <slot:1> <slot:0> ?o }")
    assert found is not None

    assert found.named() == ("slot:1", "slot:0")


@settings(max_examples=300, deadline=None)
@given(text=small_queries())
def test_a_shape_is_read_where_the_grammar_reads_a_plain_look_up_that_hangs_together(
    text: str,
) -> None:
    lookup, found = read(text), shaped(text)
    if found is not None:
        assert lookup is not None
        assert lookup.plain
        assert (found.shape.form, found.shape.alone) == (lookup.form, lookup.alone)
        assert parted(set(found.named())) == iris(text)  # what is noted of it
    elif lookup is not None and lookup.plain:
        assert not lookup.alone


def test_the_plans_that_are_kept_are_bounded() -> None:
    for number in range(shape_of.cache_info().maxsize or 0):
        shaped(f"{PREFIX}SELECT ?v{number} {{ ex:a ex:p ?v{number} }}")
    shaped("SELECT ?one_more { <http://e/a> ?p ?one_more }")

    assert shape_of.cache_info().currsize == shape_of.cache_info().maxsize
