"""Every example that ships answers something of the town, and runs as it stands."""

from __future__ import annotations

import pytest
from pyoxigraph import QueryBoolean

from graph.views.snapshots import View
from ontology.clearance import Clearance
from sparql.query import ask
from sparql.texts import names, text_of
from tests import town


@pytest.fixture(scope="module")
def view() -> View:
    return town.town(Clearance.OPEN)


def test_there_are_examples_enough_to_learn_from() -> None:
    assert len(names("examples")) >= 30


@pytest.mark.parametrize("name", names("examples"))
def test_an_example_answers_something(view: View, name: str) -> None:
    """A question with no answer teaches nothing: its names would not be those of the data."""
    found = ask(view.store, text_of(name).text)
    assert not isinstance(found, QueryBoolean)
    assert next(iter(found), None) is not None
