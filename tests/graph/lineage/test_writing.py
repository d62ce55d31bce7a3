"""Flows written in the background: what a fresh process begins with is what it would have read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graph.home import Settings, create_home
from graph.instance import Instance
from graph.lineage import holding
from graph.lineage.flows import Flows, flows_of
from graph.lineage.holding import Held, touched_by
from graph.lineage.writing import QUIET, FlowWriter, alone_kept, kept_in
from ontology.clearance import Clearance
from ontology.terms import GOV, PROV, XSD
from tests import town
from tests.catalogue import BASE, NOON, dataset

LATER = NOON + timedelta(days=1)


class City:
    """An instance whose datasets are made of one another, and what writes their flows."""

    def __init__(self, folder: Path) -> None:
        self.instance = Instance.of(create_home(folder / "home", Settings(base=BASE)))
        self.writer = FlowWriter(self.instance.home, self.instance.ledger)
        self.turn = 0

    def load(self, *steps: str, level: Clearance = Clearance.OPEN) -> None:
        """Have a source hold these datasets: `b<a` is made of a, `b<a@2026-03-01` since that day."""
        self.turn += 1
        made = [
            dataset(code, clearance=level, extra=said(code, of))
            for code, _, of in map(parts, steps)
        ]
        at = NOON + timedelta(seconds=self.turn)
        town.load(self.instance, "jtw", made, at)
        self.instance.settle(at)

    def fresh(self, clearance: Clearance = Clearance.OPEN) -> Flows:
        """Give what a process that begins now holds."""
        return Held().of(
            self.instance.snapshots.view(clearance),
            None,
            lambda after, upto: touched_by(self.instance.ledger, after, upto),
            lambda level: kept_in(self.instance.home.flows, level),
        )


def parts(step: str) -> tuple[str, str, str]:
    return step.partition("<")


def said(code: str, of: str) -> tuple[str, ...]:
    of, _, since = of.partition("@")
    one, other = (f"<{BASE}/id/dataset/{each}>" for each in (code, of))
    step = f"<{BASE}/id/dataset/{code}#derived-1>"
    dated = (
        f"{one} {PROV.qualifiedDerivation} {step} .",
        f"{step} {PROV.entity} {other} .",
        f'{step} {GOV.heldFrom} "{since}"^^{XSD.date} .',
    )
    plain = (f"{one} {PROV.wasDerivedFrom} {other} .",) if of else ()
    return (*plain, *dated) if since else plain


def pairs(flows: Flows) -> set[tuple[str, str]]:
    return {
        (flows.iris[one][-1], flows.iris[other][-1])
        for one, others in enumerate(flows.after)
        for other in others
    }


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    made = City(tmp_path)
    yield made
    made.instance.close()


def test_a_process_that_begins_reads_no_steps_from_the_store(
    city: City, monkeypatch: pytest.MonkeyPatch
):
    city.load("a", "b<a", "c<b")
    assert city.writer.step(LATER) == len(Clearance)
    monkeypatch.setattr(holding, "flows_of", lambda *_: pytest.fail("everything was read"))
    assert pairs(city.fresh()) == {("a", "b"), ("b", "c")}

    city.load("a", "b<a", "c<a", "d<c")

    assert pairs(city.fresh()) == {("a", "b"), ("a", "c"), ("c", "d")}


def test_what_is_written_follows_a_snapshot_that_stands(city: City):
    city.load("a", "b<a")
    city.writer.step(LATER)
    city.load("a", "b<a", "c<b")
    at = city.instance.snapshots.current().at

    assert city.writer.step(at + timedelta(seconds=QUIET / 2)) == 0
    assert city.writer.step(at + timedelta(seconds=QUIET)) == len(Clearance)

    kept = kept_in(city.instance.home.flows, Clearance.OPEN)
    assert kept is not None
    assert pairs(kept.flows) == pairs(flows_of(city.instance.snapshots.view(Clearance.OPEN).store))


def test_a_writer_that_begins_again_goes_on_from_what_it_left_and_takes_another_s_away(city: City):
    city.load("a", "b<a")
    city.writer.step(LATER)
    assert FlowWriter(city.instance.home, city.instance.ledger).step(LATER) == 0

    place = city.instance.home.flows / f"{Clearance.OPEN}.json"
    place.write_text(place.read_text().replace('"seq": 1', '"seq": 0'))

    assert FlowWriter(city.instance.home, city.instance.ledger).step(LATER) == 1


def test_each_clearance_has_flows_of_its_own(city: City):
    city.load("a", "b<a", level=Clearance.SHARED)
    city.writer.step(LATER)

    assert pairs(city.fresh()) == set()
    assert pairs(city.fresh(Clearance.SHARED)) == {("a", "b")}


def test_datasets_in_no_step_are_told_and_not_to_who_may_no_longer_see_them(city: City):
    city.load("a", "b<a", "c", "d")
    city.writer.step(LATER)
    seq = city.instance.snapshots.reached()
    told = alone_kept(city.instance.home.flows, Clearance.OPEN, seq, 0)

    assert told is not None
    assert (told.total, [each[-1] for each in told.some]) == (2, ["c", "d"])
    assert alone_kept(city.instance.home.flows, Clearance.OPEN, seq, seq + 1) is None


def test_the_steps_of_a_past_day_are_read_once_while_nothing_is_said_of_steps(city: City) -> None:
    held, ledger = Held(), city.instance.ledger

    def then() -> Flows:
        view = city.instance.snapshots.view(Clearance.OPEN)
        return held.of(view, "2026-09-30", lambda one, other: touched_by(ledger, one, other))

    city.load("a", "b<a")
    first, seq = then(), city.instance.snapshots.current().seq
    renamed = [dataset("a", "另名"), dataset("b", extra=said("b", "a"))]
    town.load(city.instance, "jtw", renamed, NOON + timedelta(hours=1))
    city.instance.settle(NOON + timedelta(hours=1))
    assert city.instance.snapshots.current().seq > seq
    assert then() is first

    for loaded, told in (
        (("a", "b<a", "c<b"), {("a", "b"), ("b", "c")}),
        (("a", "b", "c<b"), {("b", "c")}),
    ):
        city.turn += 7200
        city.load(*loaded)
        assert pairs(then()) == told


def test_a_past_day_is_read_from_what_is_written_and_what_was_said_since(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that begins reads no steps for a day either; a step that is dated later is known."""

    def on(day: str) -> set[tuple[str, str]]:
        return pairs(
            Held().of(
                city.instance.snapshots.view(Clearance.OPEN),
                day,
                lambda after, upto: touched_by(city.instance.ledger, after, upto),
                lambda level: kept_in(city.instance.home.flows, level),
            )
        )

    city.load("a", "b<a@2026-03-01", "c<b")
    city.writer.step(LATER)
    monkeypatch.setattr(holding, "flows_of", lambda *_: pytest.fail("everything was read"))
    monkeypatch.setattr(holding, "days_of", lambda *_: pytest.fail("every time was read"))

    assert on("2026-02-28") == {("b", "c")}
    assert on("2026-03-01") == {("a", "b"), ("b", "c")}
    city.load("a", "b<a@2026-03-01", "c<b@2026-04-01")
    assert on("2026-03-15") == {("a", "b")}
    assert on("2026-04-15") == {("a", "b"), ("b", "c")}
