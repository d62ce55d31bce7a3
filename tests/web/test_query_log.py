"""What was asked is written down as facts, shown to who may read the audit, and in no view."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from graph.asking.asked import DATASET, PREDICATE, Asked, QueryLog
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT, RDF
from sparql import noting
from sparql.answers import Ended
from sparql.noting import given_by, iris
from tests.access import Access, access_to
from tests.web.test_door import DATASETS, JSON

DEADLINE = 10.0
GIVEN = 3  # rows of the query that lists datasets


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("log"), pool=True)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


def log_of(access: Access) -> QueryLog:
    return QueryLog(access.instance.home.path / "asked.sqlite")


def noted(access: Access, count: int) -> list[Asked]:
    """Give the latest facts, once there are so many."""
    until = time.monotonic() + DEADLINE
    while len(found := log_of(access).latest(99)) < count and time.monotonic() < until:
        time.sleep(0.05)
    assert len(found) == count
    return found


def a_dataset(access: Access) -> str:
    store = access.instance.snapshots.view(Clearance.OPEN).store
    return next(
        quad.subject.value  # type: ignore[union-attr]
        for quad in store.quads_for_pattern(None, RDF.type, DCAT.Dataset)
    )


def test_a_text_tells_what_it_names_and_what_it_uses() -> None:
    """IRIs in full and with prefixes; a class and a string are no property."""
    text = """PREFIX ex: <http://example.org/> PREFIX d: <http://purl.org/dc/terms/>
    SELECT * { ex:one d:title ?t ; a dcat:Dataset ; <http://purl.org/dc/terms/publisher> <http://e/x> .
    FILTER(?t != "dct:issued") }  # dct:spatial"""
    things, verbs = iris(text)
    assert verbs == {DCT.title.value, DCT.publisher.value}
    assert things == {"http://example.org/one", "http://e/x", DCAT.Dataset.value}


def test_an_answer_tells_what_it_gives_in_every_form() -> None:
    """Things with an address, once each, and so many at most; no words of vocabularies."""
    one, two = "http://127.0.0.1:8000/id/dataset/a-1", "http://127.0.0.1:8000/id/dataset/数据"
    for text in (
        f'{{"type":"uri","value":"{one}"}},"value":"{two}","datatype":"http://www.w3.org/2001/XMLSchema#date"',
        f"<uri>{one}</uri><uri>{two}</uri>",
        f"{one},{two}\r\n{one},",
        f"<{one}>\t<{two}>\n",
        f"<{one}> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/relation> <{two}> .",
    ):
        assert given_by(text.encode()) == {one, two}
    assert len(given_by(b" ".join(b"http://e/%d" % n for n in range(999)))) == noting.GIVEN
    assert given_by(b"") == set()


def test_answers_that_are_held_to_be_read_have_little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noting, "SOON", 60.0)
    notes = noting.Notes(lambda _: None, lambda iris: iris, _room=100)
    for size in (60, 60, 10):
        ended = Ended("", Clearance.OPEN, "ASK {}", "done", 0.1, 1, shown=b"x" * size)
        notes.take(noting.Note(datetime(2026, 11, 29, tzinfo=UTC), ended))
    held = [len(each.ended.shown) for each in notes._held]
    assert notes._timer is not None
    notes._timer.cancel()

    assert held == [60, 0, 0]


def test_queries_are_noted_and_shown(access: Access) -> None:
    """Look-ups at the door, queries in children, of strangers and of people, and refusals."""
    iri = a_dataset(access)
    of_one = f"SELECT ?t {{ <{iri}> <{DCT.title.value}> ?t }}"
    counted = f"SELECT (COUNT(*) AS ?n) {{ <{iri}> ?p ?o }}"
    stranger, auditor = access.app.test_client(), access.signed_in_or_anyone("auditor")
    stranger.get(f"/sparql?{urlencode({'query': of_one})}", headers=JSON)
    stranger.get(f"/sparql?{urlencode({'query': 'SELECT * { ?s ?p'})}", headers=JSON)
    auditor.get(f"/sparql?{urlencode({'query': counted})}", headers=JSON)
    stranger.get(f"/query?{urlencode({'query': DATASETS})}", headers={"Accept": "text/html"})
    found = noted(access, 4)

    facts = {(each.who, each.clearance, each.outcome, each.datasets) for each in found}
    assert ("", "open", "done", (iri,)) in facts
    assert ("auditor", "governance", "done", (iri,)) in facts
    assert ("", "open", "refused", ()) in facts
    (given,) = (each for each in found if each.rows == GIVEN)
    assert len(given.datasets) == GIVEN, "the datasets of a short answer were asked of too"
    times = log_of(access).used(DATASET, "")
    assert times.pop(iri) == 2 + (iri in given.datasets)
    assert set(times) == set(given.datasets) - {iri}
    assert log_of(access).used(PREDICATE, "")[DCT.title.value] == 1

    for code, words in (("en", "Latest queries"), ("zh", "最近的查询")):
        shown = auditor.get(f"/query/log?lang={code}")
        assert shown.status_code == 200
        assert words in shown.text
        assert "dct:title" in shown.text
        assert "SELECT" not in shown.text

    askers = {each.who: (each.times, each.unanswered) for each in log_of(access).askers("")}
    assert askers == {"": (3, 1), "auditor": (1, 0)}
    only = auditor.get("/query/log?lang=en&outcome=refused&who=&days=7").text
    assert "Only: anyone; refused" in only
    assert only.count('role="rowheader"') == 1
    assert auditor.get("/query/log?lang=en&who=auditor").text.count('role="rowheader"') == 1
    assert "No query of this kind" in auditor.get("/query/log?lang=en&outcome=busy").text


def test_the_log_is_not_for_everyone(access: Access) -> None:
    """Strangers are asked to sign in, who may not read the audit is told why."""
    assert access.client().get("/query/log").status_code in {302, 401, 403}
    assert access.signed_in_or_anyone("cataloguer").get("/query/log").status_code == 403


def test_the_oldest_go_first(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file does not grow without end."""
    monkeypatch.setattr("graph.asking.asked.MOST", 3)
    log = QueryLog(access.instance.home.path / "other.sqlite")
    many = [
        Asked(f"2026-01-0{n}", "", "open", "done", 0.1, 1, (f"http://e/{n}",)) for n in range(9)
    ]
    log.add(many)
    assert [each.at for each in log.latest(9)] == ["2026-01-08", "2026-01-07", "2026-01-06"]
    assert len(log.used(DATASET, "")) == 3
