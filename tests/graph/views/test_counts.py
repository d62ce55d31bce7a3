"""Counts that are kept are those of counting anew, whatever was loaded, changed and taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.home import Settings, create_home
from graph.instance import Instance
from graph.views import counts
from graph.views.counts import Counting, Counts, Kept, counted
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT
from tests import town
from tests.catalogue import BASE, NOON, dataset


class City:
    """An instance with a counter that works when it is told to."""

    def __init__(self, folder: Path) -> None:
        self.instance = Instance.of(create_home(folder / "home", Settings(base=BASE)))
        self.counting = Counting(self.instance.home, self.instance.ledger)
        self.kept = Kept(self.instance.home.counts)
        self.turn = 0

    def load(self, source: str, *codes: str) -> None:
        """Have a source hold these datasets and no others."""
        self.turn += 1
        entries = [dataset(code, f"资源{code}") for code in codes]
        town.load(self.instance, source, entries, NOON + timedelta(seconds=self.turn))
        self.instance.settle(NOON + timedelta(seconds=self.turn))

    def store(self, clearance: Clearance) -> Store:
        return self.instance.snapshots.view(clearance).store

    def told(self, clearance: Clearance = Clearance.OPEN) -> Counts:
        found = self.kept.of(clearance, seq=self.instance.snapshots.reached())
        assert found
        return found


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    made = City(tmp_path)
    yield made
    made.instance.close()


def agree(city: City) -> None:
    """Hold the kept counts of every view to a count from end to end."""
    for clearance in Clearance:
        seq = city.instance.snapshots.reached()
        assert city.told(clearance) == counted(city.store(clearance), seq)


def test_counts_follow_what_comes_changes_and_goes(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sources say the same of one thing: it is counted once, and as long as one says it."""
    city.load("one", "a", "b", "c")
    assert city.counting.step()
    agree(city)
    assert city.told().classes[DCAT.Dataset.value] == 3

    monkeypatch.setattr(counts, "counted", None)  # from here on nothing is counted anew
    for loads in (("two", "b", "c", "d"), ("one", "a"), ("two", "d", "e"), ("two",)):
        city.load(*loads)
        assert city.counting.step()
        monkeypatch.undo()
        agree(city)
        monkeypatch.setattr(counts, "counted", None)
    assert city.told().classes[DCAT.Dataset.value] == 1
    assert not city.counting.step()


def test_a_large_change_is_counted_anew(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so is everything by a counter that has just begun."""
    monkeypatch.setattr(counts, "MANY", 3)
    city.load("one", "a", "b", "c")
    city.counting.step()
    city.load("two", "d", "e", "f")
    city.counting.step()
    agree(city)


def test_who_may_see_less_is_told_less(city: City) -> None:
    """Each clearance has counts of its own, none from before something became stricter."""
    city.load("one", "a")
    city.counting.step()
    seq = city.instance.snapshots.reached()

    assert DCT.title.value in city.told().properties
    assert city.kept.of(Clearance.OPEN, seq=seq, regraded=seq + 1) is None
    assert city.kept.of(Clearance.OPEN, seq=seq - 1) is None  # a view of the past


def test_what_is_hidden_changes_no_count_of_who_may_not_see_it(city: City) -> None:
    """Neither its graph, nor what it leads to, nor its properties."""
    city.load("one", "a")
    city.counting.step()
    before = city.told()
    iri = f"{BASE}/id/dataset/hidden"
    away = f"<{iri}> <{DCT.spatial.value}> <http://www.wikidata.org/entity/Q8686> ."
    held = [dataset("a", "资源a"), dataset("hidden", clearance=Clearance.GOVERNANCE, extra=(away,))]
    town.load(city.instance, "one", held, NOON + timedelta(seconds=9))
    city.instance.settle(NOON + timedelta(seconds=9))
    city.counting.step()
    agree(city)

    assert replace(city.told(), seq=before.seq) == before
    office = city.told(Clearance.GOVERNANCE)
    assert office.graphs[f"{BASE}/id/source/one"] > before.graphs[f"{BASE}/id/source/one"]
    assert (DCT.spatial.value, "http://www.wikidata.org/entity/") in office.outward
