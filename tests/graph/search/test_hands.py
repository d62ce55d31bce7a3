"""Documents made by several processes are the documents made by one."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from graph.search import hands
from graph.search.document import documents
from graph.search.fields import Filled, filled
from graph.search.index import SearchIndex
from ontology.terms import DCAT, DCT, GOV, RDF

BASE = "http://city.example/id"
COUNT = 1_000


@pytest.fixture(name="city")
def _city(tmp_path: Path) -> Store:
    """Hold a thousand datasets as a view does."""
    store = Store(str(tmp_path / "live"))
    source = NamedNode(f"{BASE}/source/register")
    for number in range(COUNT):
        node = NamedNode(f"{BASE}/dataset/{number}")
        for key, value in (
            (RDF.type, DCAT.Dataset),
            (GOV.code, Literal(str(number))),
            (DCT.title, Literal(f"公共停车场信息{number}", language="zh")),
        ):
            for graph in (source, DefaultGraph()):
                store.add(Quad(node, key, value, graph))
    return store


def wanted() -> list[str]:
    """Name every dataset, and one that the view has not."""
    return [*(f"{BASE}/dataset/{number}" for number in range(COUNT)), f"{BASE}/dataset/absent"]


def by_one(store: Store) -> list[Filled]:
    """Fill the documents in this process."""
    return [filled(each) for each in documents(store, wanted())]


def test_several_hands_make_what_one_process_makes(city: Store, tmp_path: Path):
    """The same fields, in the order they were named, and nothing is left on the disk."""
    folder = tmp_path / "view"
    with hands.filled_by_hands(city, folder, wanted(), 2) as made:
        found = list(made)

    assert found == by_one(city)
    assert list(folder.iterdir()) == []


def test_what_a_dead_hand_left_is_done_by_the_keeper(
    city: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A killed process costs time and no document."""
    start = hands.start

    def start_and_kill(place: Path, turn: int, of: int):
        hand = start(place, turn, of)
        if turn == 0:
            os.kill(hand.process.pid, signal.SIGKILL)
            hand.process.wait()
        return hand

    monkeypatch.setattr(hands, "start", start_and_kill)
    with hands.filled_by_hands(city, tmp_path / "view", wanted(), 2) as made:
        found = list(made)

    assert found == by_one(city)


def test_an_index_takes_what_hands_filled(city: Store, tmp_path: Path):
    """It answers as if it had read the view itself."""
    own, shared = (SearchIndex.create(tmp_path / name) for name in ("own", "shared"))
    own.write(documents(city, wanted()))
    with hands.filled_by_hands(city, tmp_path / "view", wanted(), 2) as made:
        shared.write_filled(made)

    assert sorted(shared.contents()) == sorted(own.contents())
