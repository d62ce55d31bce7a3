"""Names of terms, and the sentences of refusals."""

from __future__ import annotations

import pytest

from ontology.errors import GovgraphError, NotFound
from ontology.terms import CSVW, DCAT, GOV, PREFIXES, code_iri, shortened


def test_a_term_is_its_namespace_and_its_name() -> None:
    assert DCAT.Dataset.value == PREFIXES["dcat"] + "Dataset"
    assert CSVW["column"].value == PREFIXES["csvw"] + "column"
    assert GOV.iri == PREFIXES["gov"]


def test_what_python_asks_of_every_object_is_no_term() -> None:
    with pytest.raises(AttributeError):
        _ = GOV.__wrapped__


def test_a_concept_of_ours_has_its_list_and_notation_in_its_name() -> None:
    assert code_iri("theme", "transport").value == "https://w3id.org/govgraph/theme/transport"


@pytest.mark.parametrize(
    ("iri", "short"),
    [
        (PREFIXES["gov"] + "feeds", "gov:feeds"),
        ("http://data.europa.eu/r5r/availability", "dcatap:availability"),
        ("http://schema.org/a/b", "http://schema.org/a/b"),
        ("http://example.org/x", "http://example.org/x"),
    ],
)
def test_an_iri_is_shortened_where_a_prefix_fits(iri: str, short: str) -> None:
    assert shortened(iri) == short


def test_a_refusal_speaks_the_language_of_its_reader() -> None:
    refusal: GovgraphError = NotFound("Nothing here.", "这里没有。")

    assert refusal.sentence("zh-Hans") == "这里没有。"
    assert refusal.sentence("en") == refusal.sentence("fr") == str(refusal) == "Nothing here."
