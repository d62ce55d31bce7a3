"""SERVICE for staff: asked of endpoints on the catalogue's list by our own code, joined as the standard has it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from pyoxigraph import RdfFormat, Store
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from graph.asking.asked import QueryLog
from ontology.clearance import Clearance
from sparql import federation, remote
from sparql.leaving import Staying
from tests import town
from tests.access import Access, access_to
from tests.sparql.conftest import DiskView
from web.app import frame
from web.query import blueprint
from web.site import Site

JSON = {"Accept": "application/sparql-results+json"}
THERE = """
@prefix e: <http://e/> .
e:a e:name "A" ; e:part _:x . _:x e:of "blank" .
e:b e:name "B" ; e:size 2 .
e:c e:name "C" ; e:tag "说"@zh .
"""
OTHER = "PREFIX e: <http://e/> "


class OneSnapshot:
    """Snapshots with one view, for every clearance that is asked for."""

    def __init__(self, view: DiskView) -> None:
        self.only = view

    def view(self, _clearance: object, _seq: object = None) -> DiskView:
        return self.only


class Gone(Staying):
    """A caller who has hung up."""

    def gone(self) -> bool:
        return True


class Evil(BaseHTTPRequestHandler):
    """Endpoints that do not answer as they should, one for each path; they note what they were asked."""

    asked: list[str] = []  # noqa: RUF012 - shared on purpose

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.asked.append(parse_qs(self.rfile.read(length).decode())["query"][0])
        with suppress(OSError):
            getattr(self, self.path.strip("/").replace("-", "_"))()

    def say(
        self, body: bytes, media: str = "application/sparql-results+json", more: int = 0
    ) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body) + more))
        self.end_headers()
        self.wfile.write(body)

    def slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b" ")
            time.sleep(0.1)

    def slow_head(self) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100:
            self.wfile.write(bytes([letter]))
            time.sleep(0.1)

    def broken(self) -> None:
        self.say(b'{"head":{"vars":["s"]},', more=500)

    def page(self) -> None:
        self.say(b"<html>", "text/html")

    def no_json(self) -> None:
        self.say(b"{")

    def deep(self) -> None:
        self.say(b"[" * 200_000)

    def huge(self) -> None:
        row = b'{"s":{"type":"uri","value":"http://e/a"}}'
        self.say(
            b'{"head":{"vars":["s"]},"results":{"bindings":[' + b",".join([row] * 10_001) + b"]}}"
        )

    def wide(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        for _ in range(200):
            self.wfile.write(b" " * 65536)

    def no_iri(self) -> None:
        self.row({"type": "uri", "value": "http://e/a> } DROP ALL # "})

    def another_variable(self) -> None:
        body = {"head": {"vars": ["s", "secret"]}, "results": {"bindings": [
            {"s": {"type": "uri", "value": "http://e/a"}, "secret": {"type": "literal", "value": "x"}}
        ]}}  # fmt: skip
        self.say(json.dumps(body).encode())

    def quote(self) -> None:
        self.row({"type": "literal", "value": '") } } INSERT { "'})

    def row(self, term: dict[str, str]) -> None:
        body = {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": term}]}}
        self.say(json.dumps(body).encode())

    def failing(self) -> None:
        self.send_response(500)
        self.end_headers()

    def away(self) -> None:
        self.moved("/elsewhere")

    def home(self) -> None:
        self.moved("/quote")

    def moved(self, path: str) -> None:
        self.send_response(307)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}{path}")
        self.end_headers()

    def elsewhere(self) -> None:
        self.quote()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


WRONG = (
    "slow",
    "slow-head",
    "broken",
    "page",
    "no-json",
    "deep",
    "huge",
    "wide",
    "no-iri",
    "failing",
    "away",
)
ODD = ("another-variable", "quote", "home")


class Pair:
    """Two catalogues: ours, with people, and another one that it may ask; and bad ones."""

    def __init__(self, access: Access, other: str, evil: str) -> None:
        self.access = access
        self.other = other
        self.evil = evil

    def ask(self, text: str, who: str = "cataloguer", path: str = "/sparql") -> TestResponse:
        hand = self.access.signed_in_or_anyone(who)
        return hand.browser.get(path, query_string={"query": OTHER + text}, headers=JSON)

    def rows(self, text: str) -> list[dict[str, str]]:
        answer = self.ask(text)
        assert answer.status_code == 200, answer.text
        found = answer.get_json(force=True)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]


def disk_view(folder: Path) -> DiskView:
    live = Store(str(folder / "live"))
    live.bulk_load(THERE.encode(), RdfFormat.TURTLE)
    live.flush()
    (folder / "open").mkdir()
    live.backup(str(folder / "open" / "store"))
    return DiskView(1, Clearance.OPEN, folder / "open")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    access = access_to(tmp_path_factory.mktemp("here"), pool=True)
    pool = access.app.extensions["govgraph"].pool
    house = Site(snapshots=OneSnapshot(disk_view(tmp_path_factory.mktemp("there"))), pool=pool)
    there = frame(replace(house))
    there.register_blueprint(blueprint)
    other = make_server("127.0.0.1", 0, there, threaded=True)
    evil = ThreadingHTTPServer(("127.0.0.1", 0), Evil)
    for each in (other, evil):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    made = Pair(
        access,
        f"http://127.0.0.1:{other.server_port}/sparql",
        f"http://127.0.0.1:{evil.server_address[1]}",
    )
    listed(made)
    yield made
    for each in (other, evil):
        each.shutdown()
        each.server_close()
    pool.close()
    access.instance.close()


def listed(pair: Pair) -> None:
    """Put the endpoints on the list, as the administrator does."""
    services = [pair.other, *(f"{pair.evil}/{name}" for name in (*WRONG, *ODD))]
    facts = "\n".join(
        f'<{each}#it> a <http://www.w3.org/ns/dcat#DataService> ; <http://www.w3.org/ns/dcat#endpointURL> <{each}> ; '
        f'<http://purl.org/dc/terms/title> "区平台"@zh .'
        for each in services
    )  # fmt: skip
    graph = f"{town.BASE}/id/source/federation"
    headers = pair.access.token("administrator", "update", "read:shared")
    answer = pair.access.app.test_client().post(
        "/sparql",
        data=f"INSERT DATA {{ GRAPH <{graph}> {{ {facts} }} }}",
        content_type="application/sparql-update",
        headers=headers,
    )
    assert answer.status_code == 200, answer.text


# As the standard has it --------------------------------------------------------------------------


def test_what_another_endpoint_says_is_joined(pair: Pair) -> None:
    """Text, numbers, languages and blank nodes come as they are; the header says who was heard."""
    s = f"SERVICE <{pair.other}>"
    assert pair.rows(f"SELECT ?n {{ {s} {{ ?x e:name ?n }} }} ORDER BY ?n") == [
        {"n": "A"},
        {"n": "B"},
        {"n": "C"},
    ]
    joined = f"SELECT ?of {{ {s} {{ e:a e:part ?p }} {s} {{ ?p e:of ?of }} }}"
    assert pair.ask(joined).headers["X-Govgraph-Federated"].count("rows=1") >= 1
    assert pair.rows(f"SELECT (SUM(?z) AS ?sum) {{ {s} {{ ?x e:size ?z }} }}") == [{"sum": "2"}]
    assert pair.rows(
        f'ASK {{ {s} {{ ?x e:tag "说"@zh }} }}'.replace("ASK", "SELECT (1 AS ?yes)")
    ) == [{"yes": "1"}]


def test_what_is_known_here_is_sent_along_and_nothing_is_lost(pair: Pair) -> None:
    """Before a SERVICE and before an OPTIONAL with one; the answer is that of asking for everything."""
    known = "VALUES ?x { e:a e:b e:z }"
    for form in (
        "{known} SERVICE <{to}> {{ ?x e:name ?n }}",
        "{known} OPTIONAL {{ SERVICE <{to}> {{ ?x e:name ?n }} }}",
    ):
        Evil.asked.clear()
        text = form.format(known=known, to=pair.other)
        told = pair.rows(f"SELECT ?x ?n {{ {text} }} ORDER BY ?x")
        whole = pair.rows(
            f"SELECT ?x ?n {{ {{ {known} }} {text.removeprefix(known)} }} ORDER BY ?x"
        )
        assert told == whole
        assert len(told) == (3 if "OPTIONAL" in text else 2)
        pair.ask(
            f"SELECT * {{ {form.format(known=known, to=f'{pair.evil}/quote')} }}".replace(
                "?x", "?s"
            )
        )
        assert Evil.asked
        assert "VALUES (?s) { (<http://e/a>) (<http://e/b>) (<http://e/z>) }" in Evil.asked[0]
    assert (
        pair.rows(f"SELECT * {{ ?x e:nowhere ?y . SERVICE <{pair.other}> {{ ?x e:name ?n }} }}")
        == []
    )


def test_a_service_stands_in_union_exists_and_a_sub_select(pair: Pair) -> None:
    s = f"SERVICE <{pair.other}> {{ ?x e:name ?n }}"
    union = f'SELECT ?n {{ {{ {s} }} UNION {{ BIND("D" AS ?n) }} }} ORDER BY ?n'
    assert [row["n"] for row in pair.rows(union)] == ["A", "B", "C", "D"]
    exists = f"SELECT ?x {{ VALUES ?x {{ e:a e:z }} FILTER EXISTS {{ {s} }} }}"
    assert pair.rows(exists) == [{"x": "http://e/a"}]
    inner = f"SELECT ?x {{ {{ SELECT ?x {{ {s} }} ORDER BY DESC(?n) LIMIT 1 }} }}"
    assert pair.rows(inner) == [{"x": "http://e/c"}]


def test_silent_passes_over_what_fails_and_says_so_in_the_header(pair: Pair) -> None:
    """One empty solution: the other rows stay."""
    text = f"SELECT ?x ?s {{ VALUES ?x {{ e:a }} SERVICE SILENT <{pair.evil}/failing> {{ ?s e:name ?n }} }}"
    assert pair.rows(text) == [{"x": "http://e/a"}]
    assert pair.ask(text).headers["X-Govgraph-Federated"].endswith("/failing failed")


# Who, and whom ----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["", "developer"])
def test_who_is_no_staff_is_told_so(pair: Pair, who: str) -> None:
    """And nobody is asked."""
    Evil.asked.clear()
    answer = pair.ask(f"SELECT * {{ SERVICE <{pair.evil}/quote> {{ ?s ?p ?o }} }}", who)
    assert answer.status_code == 403
    assert "SERVICE" in answer.text
    assert Evil.asked == []


def test_a_token_is_not_for_this_whatever_its_scopes(pair: Pair) -> None:
    Evil.asked.clear()
    headers = {**JSON, **pair.access.token("steward", "query", "read:shared", "update")}
    text = f"SELECT * {{ SERVICE <{pair.evil}/quote> {{ ?s ?p ?o }} }}"
    answer = pair.access.app.test_client().get(
        "/sparql", query_string={"query": text}, headers=headers
    )
    assert answer.status_code == 403
    assert "token" in answer.text
    assert Evil.asked == []


def test_the_description_offers_it_to_who_may(pair: Pair) -> None:
    turtle = {"Accept": "text/turtle"}
    staff = pair.access.signed_in("cataloguer").browser.get("/sparql", headers=turtle).text
    stranger = pair.access.app.test_client().get("/sparql", headers=turtle).text
    assert "BasicFederatedQuery" in staff
    assert "BasicFederatedQuery" not in stranger


def test_the_list_is_the_administrators_to_write(pair: Pair) -> None:
    graph = f"{town.BASE}/id/source/federation"
    text = f"INSERT DATA {{ GRAPH <{graph}> {{ <http://e/x> a <http://www.w3.org/ns/dcat#DataService> }} }}"
    headers = pair.access.token("steward", "update", "read:shared")
    answer = pair.access.app.test_client().post(
        "/sparql", data=text, content_type="application/sparql-update", headers=headers
    )
    assert answer.status_code == 403


REFUSED = {
    "not on the list": "SERVICE <http://127.0.0.1:1/> { ?s ?p ?o }",
    "a variable": "?s ?p ?where . SERVICE ?where { ?s ?p ?o }",
    "one within another": "SERVICE <{other}> {{ SERVICE <http://127.0.0.1:1/> {{ ?s ?p ?o }} }}",
    "too many": "SERVICE <{other}> {{ ?s ?p ?o }}" * 6,
    "malformed within": "SERVICE <{other}> {{ ?s ?p }}",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_asked_is_refused_with_a_sentence(pair: Pair, name: str) -> None:
    body = REFUSED[name].replace("{{", "{").replace("}}", "}").replace("{other}", pair.other)
    answer = pair.ask(f"SELECT * {{ {body} }}")
    assert answer.status_code in {400, 502}
    assert answer.get_json(force=True)["sentence"]["zh"]


# Whom one cannot trust --------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRONG)
def test_who_answers_wrongly_is_named_and_nothing_of_it_is_taken(
    pair: Pair, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Too late, too much, broken off, of another kind, led astray: 502 within the clock."""
    monkeypatch.setattr(remote, "SECONDS", 1.0)
    began = time.monotonic()
    answer = pair.ask(f"SELECT * {{ SERVICE <{pair.evil}/{name}> {{ ?s ?p ?o }} }}")
    assert answer.status_code == 502, answer.text
    assert f"/{name}" in answer.text
    assert time.monotonic() - began < 8


def test_odd_answers_can_be_no_more_than_values(pair: Pair) -> None:
    """A variable that was not asked for is left out; a text stays a text; a redirection on the list is followed."""
    assert pair.rows(f"SELECT * {{ SERVICE <{pair.evil}/another-variable> {{ ?s ?p ?o }} }}") == [
        {"s": "http://e/a"}
    ]
    for name in ("quote", "home"):
        found = pair.rows(f"SELECT * {{ SERVICE <{pair.evil}/{name}> {{ ?s ?p ?o }} }}")
        assert found == [{"s": '") } } INSERT { "'}]


def test_nobody_is_asked_for_a_caller_who_has_gone(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What drips for ten seconds is hung up on, and that the caller left is noted; SILENT is no reason to go on."""
    log = QueryLog(pair.access.instance.home.path / "asked.sqlite")
    before = sum(each.outcome == "left" for each in log.latest(99))
    monkeypatch.setattr("web.query.views.ear_of", lambda _: Gone)
    began = time.monotonic()
    text = f"SERVICE SILENT <{pair.evil}/slow-head> {{ ?s ?p ?o }}" * 2
    answer = pair.ask(f"SELECT * {{ {text} }}")
    assert answer.status_code != 200
    assert time.monotonic() - began < 3
    until = time.monotonic() + 20
    while sum(each.outcome == "left" for each in log.latest(99)) == before:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_all_services_of_a_query_have_one_clock(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(federation, "SECONDS", 1.5)
    text = f"SERVICE SILENT <{pair.evil}/slow> {{ ?s ?p ?o }}" * 5
    began = time.monotonic()
    assert pair.ask(f"SELECT * {{ {text} }}").status_code == 200
    assert time.monotonic() - began < 10


def test_the_page_asks_along_and_checks_without_asking(pair: Pair) -> None:
    """The editor underlines what is wrong within a SERVICE and asks nobody."""
    hand = pair.access.signed_in("cataloguer")
    text = f"{OTHER}SELECT ?n {{ SERVICE <{pair.other}> {{ ?x e:name ?n }} }}"
    page = hand.get("/query", query_string={"query": text}).text
    assert ">A<" in page
    assert f"SERVICE &lt;{pair.other}&gt;" in page
    Evil.asked.clear()
    right = f"SELECT * {{ SERVICE <{pair.evil}/quote> {{ ?s ?p ?o }} }}"
    assert hand.browser.post("/api/query/check", data=right).json == {"right": True}
    wrong = hand.browser.post(
        "/api/query/check", data=f"SELECT * {{\nSERVICE <{pair.other}> {{ ?s ?p }} }}"
    ).json
    assert wrong["line"] == 2
    assert Evil.asked == []
