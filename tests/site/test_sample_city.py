"""The sample city, loaded as the demo loads it: its views are what the ledger makes again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from graph.check import check
from graph.home import Settings, create_home
from graph.instance import Instance
from graph.sample import TOWN, city
from graph.sample.past import as_it_was
from ontology.clearance import Clearance
from web import loading

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEED = 2017


def test_a_town_with_a_past_is_kept_as_it_would_be_rebuilt(tmp_path: Path):
    instance = Instance.of(create_home(tmp_path / "home", Settings()))
    loading.load_reference(instance, NOW)
    sources: dict[str, list] = {}
    base = instance.home.settings.base
    for source, delivery in city(seed=SEED, today=NOW.date(), base=base, size=TOWN):
        sources.setdefault(source, []).append(delivery)
    was = {name: list(as_it_was(found, SEED)) for name, found in sources.items()}
    for state, moment in ((was, NOW - loading.BEFORE), (sources, NOW)):
        loading.load_sources(instance, state, moment, "a test", lambda *_: None)
        instance.settle(moment)

    assert check(instance, NOW).faults == ()
    history = instance.ledger.history(clearance=Clearance.GOVERNANCE, limit=10_000)
    assert {each.action for each in history} == {"new", "changed", "removed"}
    instance.close()
