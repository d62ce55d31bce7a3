"""The table of the profile says what the standard's shapes say, no more and no less."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from ontology.terms import SH
from sparql.completing import COMPLETED
from sparql.profile import PROFILE, REQUIRED, Rule
from tests.dcat_ap import SHAPES, conforms_for_both

Facts = dict[tuple[ox.NamedNode, ox.NamedNode], Rule]


def demanded() -> Facts:
    store = ox.Store()
    store.load(path=str(SHAPES), format=ox.RdfFormat.TURTLE)

    def value(node: ox.NamedNode | ox.BlankNode, name: ox.NamedNode) -> ox.Term | None:
        return next((q.object for q in store.quads_for_pattern(node, name, None, None)), None)

    found: Facts = {}
    for quad in store.quads_for_pattern(None, SH.targetClass, None, None):
        for shape in store.quads_for_pattern(quad.subject, SH.property, None, None):
            least, most = value(shape.object, SH.minCount), value(shape.object, SH.maxCount)
            found[quad.object, value(shape.object, SH.path)] = Rule(
                int(least.value) if least else 0,
                int(most.value) if most else None,
                value(shape.object, SH["class"]),
                value(shape.object, SH.datatype),
            )
    return found


def test_the_table_is_the_standard() -> None:
    table = {(kind, name): rule for kind, rules in PROFILE.items() for name, rule in rules.items()}

    assert demanded() == table


def test_the_restatement_has_every_fact_of_the_standard() -> None:
    """The standard's file states 164 facts: one to a shape, counted when it was read."""
    rules = demanded().values()

    assert sum(bool(r.least) for r in rules) == 20
    assert sum(r.most is not None for r in rules) == 49
    assert sum(r.kind is not None for r in rules) == 89
    assert sum(r.datatype is not None for r in rules) == 6


def test_what_is_demanded_is_completed_or_the_thing_is_left_out() -> None:
    made_by_us = {"Catalog"}
    left_out = {"Checksum", "Relationship"}
    for kind, names in REQUIRED.items():
        word = kind.value.replace("#", "/").rsplit("/", 1)[-1]
        if word not in made_by_us | left_out:
            assert all((kind, name) in COMPLETED for name in names), word


BROKEN = {
    "dataset without a title": '<x:1> a dcat:Dataset ; dct:description "d" .',
    "two publishers": '<x:1> a dcat:Dataset ; dct:title "t" ; dct:description "d" ; '
    'dct:publisher <x:2>, <x:3> . <x:2> a foaf:Agent ; foaf:name "a" . '
    '<x:3> a foaf:Agent ; foaf:name "b" .',
    "publisher that is no agent": '<x:1> a dcat:Dataset ; dct:title "t" ; dct:description "d" ; '
    "dct:publisher <x:2> .",
    "concept without a label": "<x:1> a skos:Concept .",
    "distribution without an address": "<x:1> a dcat:Distribution .",
    "size in words": '<x:1> a dcat:Distribution ; dcat:accessURL <x:2> ; dcat:byteSize "big" . '
    "<x:2> a rdfs:Resource .",
}
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


@pytest.mark.parametrize("name", BROKEN)
def test_the_oracle_sees_a_fault(name: str) -> None:
    assert conforms_for_both(PREFIXES + BROKEN[name]) == (False, False)
