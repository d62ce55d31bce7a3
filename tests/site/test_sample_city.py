"""The sample city, loaded as the demo loads it: its views are what the ledger makes again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.asking.saved import Reader, SavedQueries
from graph.bulk.bulks import Bulks
from graph.bulk.keeping import Bulk
from graph.cataloguing.cases import Cases
from graph.cataloguing.drafts import UNDER_WAY, Draft, Wanted
from graph.cataloguing.reported import Reported, ReportedChanges
from graph.check import check
from graph.home import Settings, create_home
from graph.instance import Instance
from graph.sample import TOWN, city
from graph.sample.past import as_it_was
from ontology.clearance import Clearance
from ontology.states import State
from ontology.workflows import due_in
from web.cataloguing.demo import make_work
from web.commands import loading

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEED = 2017


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Give a town loaded as it was and as it is."""
    home = create_home(tmp_path_factory.mktemp("town") / "home", Settings())
    instance = Instance.of(home)
    loading.load_reference(instance, NOW)
    sources: dict[str, list] = {}
    for source, delivery in city(seed=SEED, today=NOW.date(), base=home.settings.base, size=TOWN):
        sources.setdefault(source, []).append(delivery)
    was = {name: list(as_it_was(found, SEED)) for name, found in sources.items()}
    for state, moment in ((was, NOW - loading.BEFORE), (sources, NOW)):
        loading.load_sources(instance, state, moment, "a test", lambda *_: None)
        instance.settle(moment)
    yield instance
    instance.close()


def test_a_town_with_a_past_is_kept_as_it_would_be_rebuilt(town: Instance):
    assert check(town, NOW).faults == ()
    history = town.ledger.history(clearance=Clearance.GOVERNANCE, limit=10_000)
    assert {each.action for each in history} == {"new", "changed", "removed"}


def work_in(home: Path) -> tuple[list[Draft], list[Reported], list[Bulk], list[str]]:
    """Make the demo's work in an instance, and give what lies on its desks."""
    instance = Instance.open(home)
    make_work(instance, NOW)
    drafts = Cases(instance).drafts.find(Wanted(states=frozenset(State)))
    found = (
        drafts,
        ReportedChanges(instance.ledger).open(),
        Bulks(instance).keeping.find(None),
        [
            each.said.title("en")
            for each in SavedQueries(instance.ledger).find(Reader("cataloguer"))
        ],
    )
    # What was told is published, and nothing is left to tell.
    assert Cases(instance).settle(NOW) == 0
    assert instance.published() == instance.ledger.last()
    instance.close()
    return found


def test_the_demo_has_work_in_every_state_the_same_twice(town: Instance, tmp_path: Path):
    for name in ("one", "two"):
        shutil.copytree(town.home.path, tmp_path / name, ignore=shutil.ignore_patterns("live"))
    drafts, clocks, uploads, questions = work_in(tmp_path / "one")

    assert {each.state for each in drafts} == UNDER_WAY | {State.WITHDRAWN}
    waiting = {each.state: each for each in drafts if each.subject.begun}
    assert {State.SUBMITTED, State.APPROVED, State.REGISTERED, State.RETURNED} <= set(waiting)
    dues = [due_in(each.state, each.since.date()) for each in drafts]
    late = {
        each.state for each, due in zip(drafts, dues, strict=True) if due and due.day < NOW.date()
    }
    assert {State.SUBMITTED, State.APPROVED} <= late
    assert [each.due >= NOW.date() for each in clocks] == [True]
    assert [(each.state, each.rows) for each in uploads] == [(State.SUBMITTED, 3)]
    assert len(questions) == len(set(questions)) == 2

    assert work_in(tmp_path / "two")[:2] == (drafts, clocks)
