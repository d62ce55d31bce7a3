"""Every query is charged to who asked it, by all workers together; who has spent the share waits."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ontology.errors import GovgraphError
from sparql.answers import Answers, Question, Stopwatch
from sparql.formats import JSON, Kind
from sparql.lookups import read
from sparql.metering import MINUTE, Caller, Exhausted, Meter, asking
from sparql.protocol import Endpoint, Request, respond
from sparql.workers.pool import Pool, Running
from tests.sparql.conftest import DiskView

ONE, OTHER = Caller("from 192.0.2.1"), Caller("person wang", "wang")
LONG = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
LOOKUP = "SELECT ?p ?o { <http://example.org/1> ?p ?o } LIMIT 9"
PAGE = "http://127.0.0.1:8000/help/sparql"


def asked(text: str, **more: Any) -> Question:
    formats = {Kind.ROWS: JSON, Kind.TRUTH: JSON}
    return Question(text, formats, lookup=read(text), repeatable=False, **more)


@pytest.fixture
def meter(tmp_path: Path) -> Meter:
    return Meter(tmp_path / "spent.sqlite", 1.0)


@pytest.fixture
def metered(pool: Pool, meter: Meter) -> Answers:
    return Answers(pool, limits_page=PAGE, meter=meter)


def spent(meter: Meter, who: Caller) -> float:
    meter._add_up()
    return meter._told.get(who.key, 0.0)


def test_what_is_spent_is_forgotten_after_a_minute(
    meter: Meter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And Retry-After tells when: not before, and not long after."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    meter.spend(ONE, 1.5)
    with pytest.raises(Exhausted) as told:
        meter.admit(ONE)
    meter.admit(OTHER)

    wait = told.value.retry_after
    assert 0 < wait <= MINUTE + 5
    monkeypatch.setattr(time, "time", lambda: now + wait - 6)
    with pytest.raises(Exhausted):
        meter.admit(ONE)
    monkeypatch.setattr(time, "time", lambda: now + wait + 0.01)
    meter.admit(ONE)


def test_all_workers_add_to_one_sum(tmp_path: Path) -> None:
    """What one worker was asked, another holds against the caller within a second."""
    first, second = (Meter(tmp_path / "spent.sqlite", 1.0) for _ in range(2))
    second.admit(ONE)
    first.spend(ONE, 0.6)
    second.spend(ONE, 0.6)
    with pytest.raises(Exhausted):
        first.admit(ONE)
        first.spend(ONE, 0.3)
        first.admit(ONE)
    second._at = 0.0
    with pytest.raises(Exhausted):
        second.admit(ONE)


def test_no_limit_and_the_house_itself_pay_nothing(tmp_path: Path, meter: Meter) -> None:
    """The house's own questions are nobody's, and an instance may do without a limit."""
    free = Meter(tmp_path / "none.sqlite", 0)
    free.spend(ONE, 100.0)
    free.admit(ONE)
    meter.spend(Caller(), 100.0)
    meter.admit(Caller())
    assert not (tmp_path / "none.sqlite").exists()


@pytest.mark.parametrize("seconds", [2.0, None])  # long enough on a machine that others work on too
def test_a_query_is_charged_however_it_ends(
    metered: Answers, meter: Meter, large: DiskView, seconds: float | None
) -> None:
    """One that its clock ended is charged for about that long; one that was given up, at once."""
    with asking(ONE):
        if seconds is None:
            running: list[Any] = []
            ask = metered.pool.ask
            metered.pool.ask = lambda job: running.append(ask(job)) or running[-1]  # type: ignore[method-assign,func-returns-value]
            hand = threading.Thread(target=lambda: asked_to_die(metered, large))
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("sparql.answers.caller", lambda: ONE)
                hand.start()
                assert until(lambda: bool(running) and worked(running[0]) > 0.4)
                running[0].close()
                hand.join(5)
            del metered.pool.ask
        else:
            with pytest.raises(Exception, match="second"):
                metered.answer(large, asked(LONG, seconds=seconds))
    assert spent(meter, ONE) > 0.1  # of two seconds in which others may work before it


def test_of_look_ups_some_are_timed_and_all_are_charged() -> None:
    """The first of a few is timed; the others are charged what it took."""
    watch = Stopwatch(every=4)
    told = [(watch.begun() is not None, watch.since(None)) for _ in range(2)]
    watch = Stopwatch(every=4)
    began = watch.begun()
    while time.thread_time() - (began or 0.0) < 0.005:
        pass
    first = watch.since(began)
    others = [watch.since(watch.begun()) for _ in range(3)]

    assert [timed for timed, _ in told] == [True, False]
    assert first >= 0.005
    assert others == [first] * 3
    assert watch.begun() is not None


def worked(running: Running) -> float:
    """Give the processor time that a query has used: on a busy machine less than has gone by."""
    return running._worker.spent() - running._spent


def until(true: Callable[[], bool]) -> bool:
    """Wait until something is true, for a while."""
    end = time.monotonic() + 30
    while time.monotonic() < end and not true():
        time.sleep(0.01)
    return true()


def asked_to_die(metered: Answers, view: DiskView) -> None:
    """Ask what is given up meanwhile."""
    with contextlib.suppress(GovgraphError, OSError, EOFError):
        metered.answer(view, asked(LONG, seconds=30.0))


def test_look_ups_are_charged_too(metered: Answers, meter: Meter, large: DiskView) -> None:
    """They cost little, and are many."""
    with asking(ONE):
        for _ in range(200):
            metered.answer(large, asked(LOOKUP))
    assert 0.001 < spent(meter, ONE) < 1.0


def test_who_has_spent_the_share_is_told_when_to_ask_again(
    metered: Answers, meter: Meter, large: DiskView
) -> None:
    """429, with Retry-After and a sentence in both languages; others are answered."""
    endpoint = Endpoint("http://127.0.0.1:8000/sparql", metered)
    request = Request("GET", "query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D")
    meter.spend(ONE, 2.0)
    with asking(ONE):
        answer = respond(request, large, endpoint)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    told = json.loads(b"".join(answer.body))
    assert told["error"] == "Exhausted"
    assert told["sentence"]["zh"]
    with asking(OTHER):
        assert respond(request, large, endpoint).status == 200


def test_a_child_dies_with_its_connection(pool: Pool, large: DiskView) -> None:
    """An answer that is given up in the middle ends its child within 0.3 seconds."""
    answers = Answers(pool, limits_page=PAGE)
    everything = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    answer = answers.answer(large, asked(everything))
    assert answer.running
    child = answer.running._worker.pid
    assert alive(child)
    began = time.monotonic()
    answer.close()
    while alive(child) and time.monotonic() - began < 2:
        time.sleep(0.005)
    assert time.monotonic() - began < 0.3


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        return False
