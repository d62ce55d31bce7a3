"""What was asked is written down as facts, shown to who may read the audit, and in no view."""

from __future__ import annotations

import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from graph.asking.asked import DATASET, PREDICATE, Asked, QueryLog
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT, RDF
from sparql.noting import iris
from tests.access import Access, access_to
from tests.web.test_door import DATASETS, JSON

DEADLINE = 10.0


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
    assert {each.rows for each in found if not each.datasets} == {0, 3}
    assert log_of(access).used(DATASET, "") == {iri: 2}
    assert log_of(access).used(PREDICATE, "")[DCT.title.value] == 1

    for code, words in (("en", "Latest queries"), ("zh", "最近的查询")):
        shown = auditor.get(f"/query/log?lang={code}")
        assert shown.status_code == 200
        assert words in shown.text
        assert "dct:title" in shown.text
        assert "SELECT" not in shown.text


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
