"""OpenLineage events: what is refused and why, what is taken, once, and what becomes of edges."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph.editing import statements_now
from graph.instance import Instance
from graph.lineage.edges import Edge, edges_of
from graph.lineage.events import take
from graph.lineage.flows import flows_of
from graph.lineage.merging import Account, merged
from graph.lineage.openlineage import BadEvent, read_event
from graph.lineage.taking import Taken, Teller, lineage_key
from ontology.clearance import Clearance
from ontology.lineage import transformation
from tests.catalogue import BASE, NOON, Load, dataset

ZONE = ZoneInfo("Asia/Shanghai")
RUN = "41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7"
INVALID = {
    "fluentd_event_invalid_dataset_facet.json": "outputs[0].facets.ownership.owners[0].name",
    "fluentd_event_invalid_job_facet.json": "job.facets.ownership.owners[0].name",
    "fluentd_event_invalid_run_facet.json": "run.facets.parent.run.runId",
    "fluentd_event_no_run_id.json": "run.runId",
}
VALID = (
    "example_full_event.json", "fluentd_event_full.json", "fluentd_event_simple.json",
    "marquez_event_large.json.gz", "marquez_event_unicode.json", "marquez_null_nominal_end_time.json",
    "serde_dataset.json", "serde_job.json", "serde_run.json",
)  # fmt: skip
HOLE = re.compile(r"\{\{.*?\}\}")
Tell = Callable[..., Taken]


def opened(path: Path) -> str:
    return (
        gzip.open(path, "rt", encoding="utf-8").read()
        if path.suffix == ".gz"
        else path.read_text("utf-8")
    )


def filled(value: Any) -> Any:
    """Fill what the templates of the real files leave to their tests: times and run ids."""
    text = json.dumps(value)
    return json.loads(HOLE.sub("2026-09-01T00:00:00Z", text.replace("{{ any(result) }}", RUN)))


def event(
    state: str = "COMPLETE", at: str = "2026-09-01T10:00:00+08:00", **more: Any
) -> dict[str, Any]:
    return {
        "eventType": state, "eventTime": at, "producer": "https://example.org/etl", "schemaURL": "x",
        "run": {"runId": more.pop("run", RUN)}, "job": {"namespace": "etl", "name": "nightly"},
        "inputs": [named(each) for each in more.pop("inputs", ())],
        "outputs": [named(each) for each in more.pop("outputs", ())], **more,
    }  # fmt: skip


def named(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {"namespace": "db", "name": value}


@pytest.fixture
def tell(instance: Instance, load: Load) -> Tell:
    """Give a function that takes events in, as a department's program does."""
    load(dataset("a", "路灯"), dataset("b", "灯杆"))

    def told(*events: dict[str, Any], minutes: int = 1) -> Taken:
        view = instance.snapshots.view(Clearance.SHARED)
        at = NOON + timedelta(minutes=minutes)
        teller = Teller("lineage-jtw", ("Told", "登记"), "etl", at, "test", view)
        return take(instance, [read_event(each, ZONE) for each in events], teller)

    return told


@pytest.mark.parametrize(("name", "field"), INVALID.items())
def test_an_event_that_breaks_the_specification_is_refused_with_the_field(
    shared_data: Path, name: str, field: str
):
    with pytest.raises(BadEvent) as refused:
        read_event(json.loads(opened(shared_data / "lineage" / name)), UTC)

    assert refused.value.field == field


@pytest.mark.parametrize("name", VALID)
def test_every_valid_event_is_read(shared_data: Path, name: str):
    found = read_event(json.loads(opened(shared_data / "lineage" / name)), UTC)

    assert found.at.tzinfo is UTC
    assert found.raw


def test_a_large_real_event_keeps_every_field_of_its_schema(shared_data: Path):
    raw = json.loads(opened(shared_data / "lineage/marquez_event_large.json.gz"))

    found = read_event(raw, UTC)

    told = raw["outputs"][0]["facets"]["schema"]["fields"]
    assert [each.name for each in found.outputs[0].fields] == [each["name"] for each in told]


def test_real_runs_of_a_tool_are_taken_once(shared_data: Path, tell: Tell):
    events = filled(json.loads(opened(shared_data / "lineage/marquez_food_delivery_seed.json")))

    first, again = tell(*events), tell(*events, minutes=2)

    assert first.seq
    assert first.opened > 50
    assert "public.menus" in {name for _, name in first.stubs}
    assert (again.seq, again.stubs, again.opened, again.ended) == (None, (), 0, 0)


@pytest.mark.parametrize("name", ["dbt_build_ol_events.json.gz", "dbt_run_ol_events.json.gz"])
def test_real_runs_of_dbt_are_taken(shared_data: Path, tell: Tell, name: str):
    events = filled(json.loads(opened(shared_data / "lineage" / name)))

    assert tell(*events).opened > 3


def test_an_unknown_dataset_becomes_a_stub_and_a_known_one_does_not(tell: Tell, instance: Instance):
    known = {"namespace": BASE, "name": "dataset/a"}

    taken = tell(event(inputs=[known], outputs=["report"]))

    assert [name for _, name in taken.stubs] == ["report"]
    flows = flows_of(instance.snapshots.view(Clearance.SHARED).store)
    assert flows.numbers.keys() == {f"{BASE}/id/dataset/a", taken.stubs[0][0]}


def edges(instance: Instance, iri: str) -> list[Edge]:
    kept = instance.ledger.entry("lineage-jtw", lineage_key(iri))
    assert kept
    return edges_of(statements_now(instance, kept))


def test_a_complete_run_ends_what_its_job_no_longer_reads(tell: Tell, instance: Instance):
    out = {"namespace": BASE, "name": "dataset/b"}
    tell(event(inputs=["x", "y"], outputs=[out]))

    taken = tell(
        event(at="2026-09-05T10:00:00+08:00", run="1d8f4596-b3f2-4ebb-9e75-8ecc955b834a",
              inputs=["x"], outputs=[out]), minutes=2)  # fmt: skip

    assert (taken.opened, taken.ended) == (0, 1)
    found = edges(instance, f"{BASE}/id/dataset/b")
    assert sorted(each.held_to[:10] for each in found) == ["", "2026-09-05"]
    store = instance.snapshots.view(Clearance.SHARED).store
    assert len(flows_of(store).iris) == 2
    assert len(flows_of(store, "2026-09-03").iris) == 3


def test_a_failed_run_tells_no_edges_and_a_started_one_does(tell: Tell):
    assert tell(event("FAIL", inputs=["x"], outputs=["y"])).opened == 0
    assert tell(event("START", run="1d8f4596-b3f2-4ebb-9e75-8ecc955b834a",
                      inputs=["x"], outputs=["z"]), minutes=2).opened == 1  # fmt: skip


def test_the_column_facet_becomes_steps_between_items_with_masking(tell: Tell, instance: Instance):
    facet = {
        "_producer": "x", "_schemaURL": "x",
        "fields": {"card": {"inputFields": [{
            "namespace": "db", "name": "people", "field": "id_card",
            "transformations": [{"type": "DIRECT", "subtype": "TRANSFORMATION", "masking": True}],
        }]}},
    }  # fmt: skip
    out = {"namespace": BASE, "name": "dataset/b", "facets": {"columnLineage": facet}}

    tell(event(inputs=["people"], outputs=[out]))

    found = [each for each in edges(instance, f"{BASE}/id/dataset/b") if "/id/item/" in each.target]
    changed = transformation("direct", "transformation")
    assert changed
    assert [(each.masking, each.transformations) for each in found] == [(True, (changed.iri,))]


def test_an_edge_is_as_strict_as_its_strictest_end(tell: Tell, instance: Instance, load: Load):
    load(dataset("c", "应急", clearance=Clearance.GOVERNANCE), source="secret")
    secret = {"namespace": BASE, "name": "dataset/c"}
    a, b = ({"namespace": BASE, "name": f"dataset/{each}"} for each in "ab")

    tell(event(inputs=[a], outputs=[b]))
    taken = tell(event(run="1d8f4596-b3f2-4ebb-9e75-8ecc955b834a", inputs=[secret], outputs=[b]),
                 minutes=2)  # fmt: skip

    assert [name for _, name in taken.stubs] == ["dataset/c"], (
        "what the teller cannot see is not found"
    )
    open_flows = flows_of(instance.snapshots.view(Clearance.OPEN).store)
    assert open_flows.numbers.keys() <= {f"{BASE}/id/dataset/{each}" for each in "ab"}


def test_unknown_facets_are_kept_for_the_office_alone(tell: Tell, instance: Instance):
    tell(event(inputs=["x"], outputs=["y"], custom={"colour": "teal"}))

    texts = {
        level: "teal" in "".join(str(quad.object) for quad in instance.snapshots.view(level).store)
        for level in Clearance
    }
    assert texts == {Clearance.OPEN: False, Clearance.SHARED: False, Clearance.GOVERNANCE: True}


DAY = datetime(2026, 9, 1, tzinfo=UTC)


def test_old_news_ends_nothing_that_was_told_since():
    new = Account((Edge("s", "t", "j"),), "2026-09-05T00:00:00+08:00", "j", whole=True)
    old = Account((Edge("r", "t", "j"),), "2026-09-01T00:00:00+08:00", "j", whole=True)

    found = merged(merged([], new), old)

    assert {(each.source, each.held_to) for each in found} == {("s", ""), ("r", "")}
