"""Help in writing a query: the words there are, things of the caller's view, faults with their place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from graph.home import Settings
from ontology.terms import DCAT, PREFIXES
from sparql.metering import Exhausted, Meter
from sparql.workers.pool import create_pool
from tests import town
from web.app import create_app
from web.query import terms


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    house = town.house()
    pool = create_pool(house.snapshots, Settings())
    yield create_app(site=replace(house, pool=pool))
    pool.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_every_word_has_both_names_and_a_known_prefix(client: FlaskClient) -> None:
    told = client.get("/api/query/terms").json
    assert told["prefixes"] == PREFIXES
    for term in told["terms"]:
        assert term["zh"], term
        assert term["en"], term
        assert term["text"].partition(":")[0] in PREFIXES, term


@pytest.mark.parametrize("first", ["zh", "en"])
def test_words_have_both_names_whoever_asks_first(app: Flask, first: str) -> None:
    """They are written once for all; Chinese ones are found by sound."""
    terms.written.cache_clear()
    with app.test_request_context(headers={"Accept-Language": first}):
        told = terms.written()["terms"]
    keeper = next(each for each in told if each["text"] == "dct:publisher")
    assert (keeper["zh"], keeper["en"]) == ("负责部门", "Keeper")
    assert "bumen" in keeper["sound"].split()


def test_classes_are_called_what_they_are(client: FlaskClient) -> None:
    told = {term["text"]: term for term in client.get("/api/query/terms").json["terms"]}
    assert told["dcat:Dataset"]["zh"] == "数据集"
    assert told["gov:DataItem"]["zh"] == "数据项"
    assert "shujuji" in told["dcat:Dataset"]["sound"].split()
    assert "dct:publisher" in client.get("/api/query/terms").json["fields"]["dcat:Dataset"]


def test_values_of_a_list_are_offered_by_their_names(client: FlaskClient) -> None:
    values = client.get("/api/query/terms").json["values"]["dct:accrualPeriodicity"]
    daily = next(each for each in values if each["en"] == "Daily")
    assert daily["text"].startswith("<http://publications.europa.eu/")
    assert "meitian" in daily["sound"].split()


def test_words_are_sent_once_and_then_found_unchanged(client: FlaskClient) -> None:
    first = client.get("/api/query/terms")
    assert "max-age" in first.headers["Cache-Control"]
    again = client.get("/api/query/terms", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_department_is_found_by_its_initials_where_one_is_wanted(client: FlaskClient) -> None:
    offers = client.get("/api/query/things?q=jtw&of=dct:publisher").json["offers"]
    assert [each["label"] for each in offers] == ["上海市交通委员会"]
    assert offers[0]["text"].endswith("/id/department/jtw>")


def test_named_graphs_of_the_view_are_offered(client: FlaskClient) -> None:
    offers = client.get("/api/query/things?of=graph").json["offers"]
    assert any(each["text"].endswith("/id/source/reference>") for each in offers)


def test_a_right_query_is_right_whatever_it_would_cost(client: FlaskClient) -> None:
    """A cross product is never begun: it is read on nothing."""
    cross = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert client.post("/api/query/check", data=cross).json == {"right": True}


def test_a_fault_is_told_with_its_line_and_column(client: FlaskClient) -> None:
    told = client.post("/api/query/check?lang=en", data="SELECT *\nWHERE { ?s ?p }").json
    assert told["right"] is False
    assert (told["line"], told["column"]) == (2, 16)
    assert "line 2" in told["sentence"]


@pytest.mark.parametrize(
    "text",
    ["{" * 500, "SELECT * { SERVICE <http://x> { ?s ?p ?o } }", "INSERT DATA { <a> <b> <c> }"],
)
def test_what_is_refused_is_told_while_one_writes(client: FlaskClient, text: str) -> None:
    told = client.post("/api/query/check", data=text).json
    assert told["right"] is False
    assert told["sentence"]


def test_names_are_given_for_what_has_one(client: FlaskClient) -> None:
    iri = f"{town.house().settings.base}/id/department/jtw"
    iris = [iri, DCAT.Dataset.value, "http://example.org/unknown"]
    names = client.post("/api/query/names?lang=zh", json={"iris": iris}).json["names"]
    assert names[iri] == {"text": "上海市交通委员会", "lang": "zh", "url": "/department/jtw"}
    assert set(names) == set(iris)


@pytest.mark.parametrize("body", ["", "[]", '{"iris": "x"}', '{"iris": [1]}', "{" * 9])
def test_names_for_nothing_sensible_are_refused_with_a_sentence(
    client: FlaskClient, body: str
) -> None:
    answer = client.post("/api/query/names", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["detail"]


def test_a_query_is_explained_without_being_run(client: FlaskClient) -> None:
    """For programs as JSON in both languages; on the page in the reader's own, without a script."""
    text = "SELECT * { ?s ?p ?o . ?a ?b ?c }"
    told = client.post("/api/query/explain", data=text).json
    assert {each["part"] for each in told["steps"]} == {"?s ?p ?o", "?a ?b ?c"}
    assert {"everything", "cross-product"} == {each["kind"] for each in told["findings"]}
    assert all(each["hint"]["zh"] and each["hint"]["en"] for each in told["findings"])
    page = client.get("/query", query_string={"query": text, "explain": "1", "lang": "en"}).text
    assert "share no variable" in page
    assert 'id="result"' not in page
    wrong = client.post("/api/query/explain", data="SELECT * {")
    assert wrong.status_code == 400


def test_explaining_is_held_to_the_caller_s_quota(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(_meter: Meter, _who: object) -> None:
        raise Exhausted(60.0, 7)

    monkeypatch.setattr(Meter, "admit", spent)
    told = client.post("/api/query/explain", data="ASK {}")
    page = client.get("/query", query_string={"query": "ASK {}", "explain": "1"})

    assert (told.status_code, told.headers["Retry-After"]) == (429, "7")
    assert (page.status_code, page.headers["Retry-After"]) == (429, "7")
