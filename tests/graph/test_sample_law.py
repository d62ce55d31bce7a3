"""The sample city beside the law: its two axes and its resource codes, read by the forms' own rules."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graph.sample import TOWN, city
from ontology.axes import Axes, as_strict, faults, faults_with_items, unsaid
from ontology.resource_codes import fault, unknown_class
from ontology.resource_codes import parse as read
from ontology.terms import DCAT, DCT, GOV, RDF

AXES = (
    GOV.sharingType,
    GOV.opennessType,
    GOV.sharingCondition,
    GOV.opennessCondition,
    GOV.refusalClass,
    GOV.legalBasis,
)
Said = dict[NamedNode, dict[NamedNode, list[NamedNode | Literal]]]


@pytest.fixture(scope="module")
def town() -> Said:
    """Give what the small city says of each subject."""
    said: Said = defaultdict(lambda: defaultdict(list))
    made = city(seed=1, today=date(2026, 11, 23), base="http://127.0.0.1:8000", size=TOWN)
    entries = [each.entry for _, each in made if each.entry]
    text = "\n".join(line for each in entries for lines in each.lines.values() for line in lines)
    for quad in parse(text, format=RdfFormat.N_TRIPLES):
        said[quad.subject][quad.predicate].append(quad.object)  # type: ignore[index, arg-type]
    return said


def axes_of(about: dict[NamedNode, list[NamedNode | Literal]]) -> Axes:
    """Read the axes as a form would hold them: notations, and the first text."""
    first = (next((each.value for each in about[name]), "") for name in AXES)
    sharing, openness, condition, opening, refusal, basis = first
    kinds = (each.rpartition("/")[2] for each in (sharing, openness, refusal))
    shared, opened, refused = kinds
    return Axes(shared, opened, condition, opening, refused, basis)


def test_no_entry_and_no_item_of_the_city_breaks_an_invariant(town: Said) -> None:
    items: dict[object, list[Axes]] = defaultdict(list)
    for about in town.values():
        if GOV.DataItem in about[RDF.type]:
            items[about[DCT.isPartOf][0]].append(axes_of(about))
    datasets = [each for each, about in town.items() if DCAT.Dataset in about[RDF.type]]

    assert len(datasets) > 10
    assert sum(map(len, items.values())) > 100
    for dataset in datasets:
        entry = axes_of(town[dataset])
        assert unsaid(entry) == ()
        assert faults_with_items(entry, items[dataset]) == ()
        assert as_strict(entry, items[dataset]) == entry
        assert all(faults(each) == () for each in items[dataset])


def test_every_resource_code_of_the_city_is_read_and_its_class_known(town: Said) -> None:
    codes = [
        about[DCT.identifier][0].value for about in town.values() if DCAT.Dataset in about[RDF.type]
    ]

    assert [each for each in codes if fault(each)] == []
    assert [each for each in codes if unknown_class(read(each))] == []
