"""Queries written from wishes: right for each sort of value, and no value changes their shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as some
from pyoxigraph import Literal, QuerySolutions, Store

from ontology.errors import Invalid
from sparql.building import Condition, How, Sort, Wish, beyond, built, fields, sort_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def every() -> Iterator[tuple[str, str]]:
    """Give each property of each class."""
    return ((kind, name) for kind, names in fields().items() for name in names)


@pytest.mark.parametrize(("kind", "name"), list(every()))
def test_whatever_can_be_chosen_is_a_query(kind: str, name: str) -> None:
    """Shown, sorted, counted, wished for, and with what is one step further."""
    value = {Sort.NUMBER: "3", Sort.DATE: "2026-01-01", Sort.LISTED: "https://a.example/b"}
    wished = Condition(name, How.LEAST, value.get(sort_of(name), "x"))
    steps = tuple(f"{name}/{each}" for each in beyond(name))
    for wish in (
        Wish(kind, (name, *steps), order=name, falling=True),
        Wish(kind, (name,), (wished,), apart=True),
        Wish(kind, conditions=(wished,), count=name),
    ):
        assert isinstance(Store().query(built(wish, "zh")), QuerySolutions)


@given(some.text())
@example("xsd:0")
@example('" xsd:0')
def test_no_value_changes_the_shape(value: str) -> None:
    """Whatever is typed stands in the query as one literal, and is read back as it was."""
    for name, how in (
        ("dct:title", How.HOLDS),
        ("dct:title", How.EQUALS),
        ("dct:publisher", How.HOLDS),
    ):
        plain = built(Wish("dcat:Dataset", conditions=(Condition(name, how, "x"),)), "en")
        hostile = built(Wish("dcat:Dataset", conditions=(Condition(name, how, value),)), "en")
        assert hostile == plain.replace('"x"', str(Literal(value)))
        assert isinstance(Store().query(hostile), QuerySolutions)


@pytest.mark.parametrize(
    "wish",
    [
        Wish("dcat:Dataset } #"),
        Wish("dcat:Dataset", ("dct:title ?x . ?y",)),
        Wish("dcat:Dataset", ("dct:publisher/dct:nothing",)),
        Wish("dcat:Dataset", limit=0),
        Wish("dcat:Dataset", conditions=(Condition("dct:modified", How.LEAST, "2026"),)),
        Wish("dcat:Dataset", conditions=(Condition("dcat:theme", How.EQUALS, "a> } #"),)),
        Wish("dcat:Distribution", conditions=(Condition("dcat:byteSize", How.MOST, "1) #"),)),
    ],
)
def test_what_no_shape_knows_is_refused(wish: Wish) -> None:
    with pytest.raises(Invalid):
        built(wish, "en")
