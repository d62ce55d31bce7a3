"""What is said of a query before it is run: the order, what it reads, and what may be mended."""

from __future__ import annotations

import pytest

from graph.views.counts import Counts
from ontology.errors import QueryRefused
from ontology.terms import CSVW, DCAT, DCT, RDF
from sparql.explaining import Explanation, explained
from sparql.outline import outline_of, outlined

COUNTS = Counts(
    7,
    10_000,
    {DCAT.Dataset.value: 500, CSVW.Column.value: 4_000},
    {DCT.title.value: 900, DCT.publisher.value: 500, RDF.type.value: 5_000},
)
PREFIXES = f"PREFIX dct: <{DCT.iri}> PREFIX dcat: <{DCAT.iri}> PREFIX csvw: <{CSVW.iri}> "


def told(text: str, counts: Counts | None = COUNTS) -> Explanation:
    return explained(outline_of(PREFIXES + text), counts)


def test_the_cheapest_pattern_comes_first_and_the_rest_hangs_on_it() -> None:
    """The class is read with its count; the others are looked up row by row."""
    found = told("SELECT ?d ?t { ?d dct:title ?t ; dct:publisher ?p . ?d a dcat:Dataset }")
    assert found.steps[0].part == "?d rdf:type dcat:Dataset"
    assert found.steps[0].reads == 500
    assert "500" in found.steps[0].words[0]
    assert [each.reads for each in found.steps[1:]] == [None, None]
    assert found.findings == []


FINDINGS = {
    "cross-product": "SELECT * { ?d a dcat:Dataset . ?c a csvw:Column }",
    "everything": "SELECT * { ?s ?p ?o }",
    "nothing": "SELECT * { ?s dct:issued ?o }",
    "text": 'SELECT * { ?s dct:title ?t FILTER(CONTAINS(LCASE(?t), "a")) }',
    "equal": "SELECT * { ?d a dcat:Dataset . ?e a dcat:Dataset FILTER(?d = ?e) }",
    "endless-path": "ASK { ?a dct:publisher+ ?b }",
    "minus-apart": "SELECT * { ?d a dcat:Dataset MINUS { ?e dct:title ?t } }",
    "optional-first": "SELECT * { OPTIONAL { ?d dct:title ?t } ?d a dcat:Dataset }",
    "optional-apart": "SELECT * { ?d a dcat:Dataset OPTIONAL { ?e dct:title ?t } }",
    "unbound": "SELECT ?d ?titel { ?d dct:title ?title }",
    "test-unbound": "SELECT * { ?d a dcat:Dataset FILTER(?day > 3) }",
    "offset": "SELECT * { ?d a dcat:Dataset } OFFSET 5000 LIMIT 10",
    "sorted": "SELECT * { ?c a csvw:Column } ORDER BY ?c LIMIT 10",
}


@pytest.mark.parametrize("kind", FINDINGS)
def test_what_costs_or_is_a_slip_is_told_with_a_way_out(kind: str) -> None:
    """In both languages."""
    found = {each.kind: each for each in told(FINDINGS[kind]).findings}
    assert kind in found
    assert all((*found[kind].words, *found[kind].hint))


QUIET = {
    "a constant": "SELECT * { <http://e/a> ?p ?o }",
    "joined by one variable": "SELECT * { ?c a csvw:Column . ?c dct:title ?t }",
    "rows of the text": "SELECT * { VALUES ?d { <http://e/a> } ?d dct:title ?t }",
    "a path from a constant": "SELECT * { <http://e/a> dct:publisher+ ?b }",
    "a sub-select": "SELECT * { { SELECT ?d { ?d a dcat:Dataset } LIMIT 3 } ?d dct:title ?t }",
    "exists": "SELECT * { ?d a dcat:Dataset FILTER NOT EXISTS { ?d dct:title ?t } }",
    "grouped": "SELECT ?p (COUNT(?d) AS ?n) { ?d dct:publisher ?p } GROUP BY ?p",
    "of groups": "SELECT ?p (COUNT(?d) AS ?n) { ?d dct:publisher ?p } GROUP BY ?p HAVING(COUNT(?d) > 3)",
    "a blank node": "SELECT ?s { ?s dct:title 1 ; dct:publisher [] }",
    "described": "DESCRIBE <http://e/a>",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_well_written_is_left_alone(name: str) -> None:
    assert told(QUIET[name]).findings == []


def test_the_product_of_what_is_not_joined_is_told() -> None:
    (found,) = told(FINDINGS["cross-product"]).findings
    assert "= 2,000,000" in found.words[0]


def test_without_counts_no_figure_is_told() -> None:
    found = told("SELECT * { ?s dct:issued ?o }", None)
    assert found.findings == []
    assert [each.reads for each in found.steps] == [None]


def test_a_text_is_read_in_a_process_of_its_own_that_ends_with_what_it_cannot_read() -> None:
    """Forms of SPARQL 1.2 are the engine's alone: that is told, and nothing is shown."""
    assert outlined("ASK { ?s ?p ?o }")["form"] == "ASK"
    with pytest.raises(QueryRefused):
        outlined("SELECT * { << ?s ?p ?o >> ?q ?r }")
