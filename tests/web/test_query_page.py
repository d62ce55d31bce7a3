"""The page to ask on: it reads well without a script, and says plainly what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, Store

from graph.home import Settings
from ontology.clearance import Clearance
from sparql.query import counting
from sparql.workers.lanes import Places
from sparql.workers.pool import AnswerLimits, Pool, PoolSettings
from web.app import frame
from web.query import blueprint
from web.site import Site

DATA = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix gov: <https://w3id.org/govgraph/ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <http://127.0.0.1:8000/id/> .
<dataset/roads> a dcat:Dataset ; gov:code "roads" ; dct:title "道路"@zh, "Roads"@en ;
  dct:publisher <department/transport> ; dct:modified "2026-11-01T00:00:00Z"^^xsd:dateTime .
<dataset/evil> a dcat:Dataset ; gov:code "evil" ; dct:title "<script>alert(1)</script>"@zh .
"""


@dataclass(frozen=True)
class DiskView:
    seq: int
    clearance: Clearance
    path: Path

    @cached_property
    def store(self) -> Store:
        return Store.read_only(str(self.path / "store"))

    def view(self, _clearance: Clearance, _seq: int | None = None) -> DiskView:
        return self


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder = tmp_path_factory.mktemp("house")
    live = Store(str(folder / "live"))
    more = "".join(f"<many/{n}> <p> {n} .\n" for n in range(700))
    live.bulk_load((DATA + more).encode(), RdfFormat.TURTLE, base_iri="http://127.0.0.1:8000/")
    live.flush()
    live.backup(str(folder / "store"))
    pool = Pool(PoolSettings(1 << 30, Places(), AnswerLimits(seconds=2.0)))
    site = Site(settings=Settings(), snapshots=DiskView(41, Clearance.OPEN, folder), pool=pool)
    made = frame(site)
    made.register_blueprint(blueprint)
    yield made
    pool.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def text_of(page: str) -> str:
    """The words of a page, without its marks."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)))


def ask(client: FlaskClient, query: str, status: int = 200, **more: str) -> str:
    answer = client.get("/query", query_string={"query": query, "lang": "en"} | more)
    assert answer.status_code == status
    return answer.text


def test_the_page_begins_with_a_question_and_offers_others(client: FlaskClient) -> None:
    page = client.get("/query?lang=en").text

    assert "SELECT ?dataset ?title" in unescape(page)
    assert page.count("/query?example=") >= 8
    assert '<form id="query-form" class="query-form" action="/query" method="get">' in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_example_opens_and_runs_in_both_languages(client: FlaskClient, language: str) -> None:
    page = client.get(f"/query?lang={language}").text
    for link in re.findall(r'href="(/query\?example=[^"]+)"', page):
        box = client.get(f"{unescape(link)}&lang={language}").text
        query = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", box, re.DOTALL)[1])
        assert query.startswith("# ")
        assert client.get("/query", query_string={"query": query}).status_code == 200


def test_rows_are_a_table_with_names_that_lead_to_pages(client: FlaskClient) -> None:
    page = ask(
        client,
        "SELECT ?d ?t { ?d a <http://www.w3.org/ns/dcat#Dataset> ; "
        "<http://purl.org/dc/terms/title> ?t } ORDER BY ?d ?t",
    )

    assert 'href="/dataset/roads"' in page
    assert re.search(r'href="/dataset/roads"[^>]*>\s*Roads\s*<', page)
    assert "3 rows in" in text_of(page)
    assert "from snapshot 41" in text_of(page)
    assert "<script>alert" not in page
    for form in ("json", "xml", "csv", "tsv"):
        assert f"format={form}" in page


def test_a_page_asks_for_all_names_at_once(client: FlaskClient) -> None:
    with counting() as few:
        ask(client, "SELECT * { ?s <http://127.0.0.1:8000/id/p> ?o } LIMIT 2")
    with counting() as many:
        ask(client, "SELECT * { ?s <http://127.0.0.1:8000/id/p> ?o } LIMIT 400")

    assert few.total() == many.total() == 1


def test_a_cut_result_says_so(client: FlaskClient) -> None:
    page = text_of(ask(client, "SELECT * { ?s ?p ?o }"))

    assert "Only the first 500 are shown" in page
    assert "Only the first" not in text_of(ask(client, "SELECT * { ?s ?p ?o } LIMIT 3"))


def test_a_fault_is_shown_in_its_line(client: FlaskClient) -> None:
    page = ask(client, "SELECT * {\n ?s ?p ?o\n FILTER(<b>) }\n}", status=400)

    assert "line" in text_of(page)
    assert re.search(r'class="wrong"[^>]*><mark>', page)
    assert "<b>" not in page.split("<textarea")[1]
    assert 'aria-invalid="true"' in page


def test_an_empty_result_a_truth_and_triples_have_their_own_forms(client: FlaskClient) -> None:
    assert "Nothing that you may see fits" in text_of(
        ask(client, "SELECT * { <http://no/> ?p ?o }")
    )
    assert "Yes" in text_of(ask(client, "ASK {}"))
    assert "No" in text_of(ask(client, "ASK { <http://no/> ?p ?o }"))
    turtle = text_of(
        ask(
            client,
            "CONSTRUCT { <http://a/> <http://b/> ?o } { <http://127.0.0.1:8000/id/many/1> ?p ?o }",
        )
    )
    assert "<http://a/> <http://b/> 1 ." in turtle
    assert "format=ttl" in ask(client, "CONSTRUCT WHERE { ?s <http://no/> ?o }")


def test_a_slow_query_a_service_and_an_update_are_told_why_not(client: FlaskClient) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    page = text_of(ask(client, slow, status=503))
    assert "stopped after 2 seconds" in page, page[300:1500]
    assert "SERVICE is not offered" in text_of(ask(client, "ASK { SERVICE <http://x/> {} }", 400))
    assert "update" in text_of(ask(client, "CLEAR ALL", 400))
    assert client.get("/query?example=../../home/flows").status_code == 400


def test_the_endpoint_answers_beside_the_page(client: FlaskClient) -> None:
    bare = client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.1"})
    described = client.get("/sparql")
    wrong = client.put("/sparql", data="x")
    options = client.options("/sparql")
    head = client.head("/sparql?query=ASK%20%7B%7D")

    assert (bare.status_code, bare.headers["Location"]) == (303, "/query")
    assert described.mimetype == "text/turtle"
    assert (wrong.status_code, wrong.headers["Allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    assert (options.status_code, options.data) == (204, b"")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Type"] == "application/sparql-results+json"


def test_a_house_without_a_pool_says_that_it_answers_no_queries() -> None:
    bare = frame(Site(settings=Settings()))
    bare.register_blueprint(blueprint)

    assert bare.test_client().get("/sparql").status_code == 503
