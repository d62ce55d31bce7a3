"""Values are made to fit the profile only where their meaning is certain."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode

from ontology.terms import DCT, FOAF, XSD
from sparql.completing import Gap, catalogued, last_segment, topic
from sparql.fitting import kept, part_name, things, typed
from sparql.profile import Rule

NODE = NamedNode("http://example.org/a")
ZH, EN, BARE = Literal("甲", language="zh"), Literal("A", language="en"), Literal("A")


@pytest.mark.parametrize(
    ("text", "datatype", "expected"),
    [
        ("12", XSD.nonNegativeInteger, "12"),
        (" 12 ", XSD.nonNegativeInteger, "12"),
        ("1.2E3", XSD.nonNegativeInteger, "1200"),
        ("12.5", XSD.nonNegativeInteger, None),
        ("-1", XSD.nonNegativeInteger, None),
        ("3 MB", XSD.nonNegativeInteger, None),
        ("1E999999", XSD.nonNegativeInteger, None),
        ("NaN", XSD.decimal, None),
        ("1.5E1", XSD.decimal, "15"),
        ("0.250", XSD.decimal, "0.250"),
        ("about 5", XSD.decimal, None),
        ("P1Y2M", XSD.duration, "P1Y2M"),
        ("PT", XSD.duration, None),
        ("P1DT", XSD.duration, None),
        ("daily", XSD.duration, None),
        ("00ff", XSD.hexBinary, "00ff"),
        ("00f", XSD.hexBinary, None),
    ],
)
def test_a_value_is_read_in_its_datatype_or_left_out(
    text: str, datatype: NamedNode, expected: str | None
) -> None:
    wanted = None if expected is None else Literal(expected, datatype=datatype)

    assert typed(Literal(text), datatype) == wanted


def test_a_name_is_no_number() -> None:
    assert typed(NODE, XSD.decimal) is None


def test_of_too_many_values_the_same_ones_stay_in_any_order() -> None:
    rule = Rule(0, 1)
    days = [Literal("2024-01-01"), Literal("2023-01-01"), Literal("2025-01-01")]

    assert kept(DCT.issued, rule, days) == kept(DCT.issued, rule, days[::-1]) == [days[1]]
    assert kept(DCT.modified, rule, days) == kept(DCT.modified, rule, days[::-1]) == [days[2]]


def test_a_text_in_two_languages_is_one_thing_and_two_texts_are_two() -> None:
    assert things([ZH, EN]) == [[ZH, EN]]
    assert things([BARE, EN]) == [[BARE], [EN]]
    assert things([]) == []


def test_the_thing_behind_a_text_is_named_the_same_each_time() -> None:
    name = part_name(NODE, DCT.license, [ZH, EN])

    assert name == part_name(NODE, DCT.license, [EN, ZH])
    assert name.value.startswith("http://example.org/a#license-")
    assert part_name(name, FOAF.name, [ZH]).value.count("#") == 1


def test_a_record_says_its_own_dataset_and_at_least_when_it_was_made() -> None:
    gap = Gap(NODE, {DCT.issued: [BARE]}, FOAF.Agent, FOAF.Person)

    assert topic(gap) == [FOAF.Agent]
    assert catalogued(gap) == [BARE]


@pytest.mark.parametrize(
    ("iri", "name"),
    [("http://x.example/a/b/", "b"), ("http://x.example/a#b", "b"), ("urn:x:y", "urn:x:y")],
)
def test_a_nameless_thing_is_called_as_its_iri_ends(iri: str, name: str) -> None:
    assert last_segment(iri) == name
