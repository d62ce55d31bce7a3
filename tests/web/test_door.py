"""The door before the application answers strangers as the application would, and no one else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from pyoxigraph import DefaultGraph
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Response

from graph.views.counts import Counting
from ontology.clearance import Clearance
from ontology.terms import DCAT, GOV, RDF
from tests.access import Access, access_to
from web.accounts.people import stranger
from web.app import create_app
from web.query.door import Door, door_of

DATASETS = "SELECT ?s { ?s a <http://www.w3.org/ns/dcat#Dataset> } LIMIT 3"
SLOW = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ADDRESSES = f"SELECT ?s ?o {{ ?s {GOV.internalAddress} ?o }} LIMIT 100"
TYPE = RDF.type
NAMED = re.compile(r"service-description#name> <([^>]+)>")
FORM = "application/x-www-form-urlencoded"
JSON = {"Accept": "application/sparql-results+json"}


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("door"), pool=True)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


@pytest.fixture
def door(access: Access) -> Door:
    found = access.app.wsgi_app
    assert isinstance(found, Door)
    return found


def get(query: str = "", head: dict[str, str] | None = None, **fields: str) -> dict[str, Any]:
    pairs = {"query": query} | fields if query else fields
    return {"path": "/sparql", "query_string": urlencode(pairs), "headers": head or JSON}


def post(body: str, media: str, **more: Any) -> dict[str, Any]:
    asked = {"path": "/sparql", "method": "POST", "data": body, "content_type": media}
    return {**asked, "headers": JSON} | more


def asked(application: Any, request: dict[str, Any]) -> Response:
    return Client(application, Response).open(EnvironBuilder(**request))


def told(answer: Response) -> dict[str, Any]:
    """Give what an answer says, with what it varies by as a set."""
    heads: dict[str, Any] = {name.lower(): value for name, value in answer.headers.items()}
    heads["vary"] = {each.strip() for each in str(heads.get("vary", "")).split(",")}
    return heads


SAME = {
    "a look-up": get(DATASETS),
    "a query": get(SLOW),
    "as CSV": get(DATASETS, {"Accept": "text/csv"}),
    "as Turtle": get("CONSTRUCT WHERE { ?s a ?o } LIMIT 1", {"Accept": "text/turtle"}),
    "anything": get(DATASETS, {"Accept": "*/*"}),
    "a format": get(DATASETS, format="tsv"),
    "the description": get(head={"Accept": "text/turtle"}),
    "a form": post(urlencode({"query": DATASETS}), FORM),
    "as it is": post(DATASETS, "application/sparql-query"),
    "a graph": get(DATASETS, **{"default-graph-uri": "http://e/none"}),
    "malformed": get("SELECT * { ?s ?p"),
    "an update": get("DELETE WHERE { ?s ?p ?o }"),
    "nothing": post("", FORM),
    "no UTF-8": {"path": "/sparql", "query_string": "query=%ff", "headers": JSON},
    "no such form": get(DATASETS, {"Accept": "image/png"}),
    "another media type": post("<a/>", "text/xml"),
    "a service": get("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }"),
    "another timeout": get(SLOW, timeout="never"),
}


@pytest.mark.parametrize("name", SAME)
def test_the_door_answers_as_the_house_does(door: Door, name: str) -> None:
    """Status, headers and body are those of the application behind it."""
    before, behind = asked(door, SAME[name]), asked(door.inside, SAME[name])

    assert before.status == behind.status
    assert told(before) == told(behind)
    assert before.data == behind.data


INSIDE = {
    "a session": get(DATASETS, {**JSON, "Cookie": "session=none"}),
    "a token": get(DATASETS, {**JSON, "Authorization": "Bearer gov_none"}),
    "a browser": get(DATASETS, {"Accept": "text/html"}),
    "a day": get(DATASETS, at="2026-08-20"),
    "a day, written otherwise": {
        "path": "/sparql",
        "query_string": "%61t=2026-08-20&" + urlencode({"query": DATASETS}),
        "headers": JSON,
    },
    "a day of a form": post(urlencode({"query": DATASETS}), FORM, query_string="at=2026-08-20"),
    "a language": get(DATASETS, lang="zh"),
    "HEAD": {**get(DATASETS), "method": "HEAD"},
    "OPTIONS": {**get(), "method": "OPTIONS"},
    "DELETE": {**get(), "method": "DELETE"},
    "an update": get(update="CLEAR ALL"),
    "an update as it is": post("CLEAR ALL", "application/sparql-update"),
    "another address": {"path": "/sparql/", "headers": JSON},
}


@pytest.mark.parametrize("name", INSIDE)
def test_whatever_is_not_a_strangers_plain_question_goes_in(door: Door, name: str) -> None:
    """Sessions, tokens, days, pages and other methods are the application's to judge."""
    environment = EnvironBuilder(**INSIDE[name]).get_environ()

    assert environment["PATH_INFO"] != "/sparql" or not door.answers(environment)


def head_of(request: dict[str, Any]) -> tuple[bytes, list[tuple[bytes, bytes]], str]:
    """Give a request as the server's connection shows it to the door."""
    told = {"host": "localhost", **request["headers"]}
    pairs = [(name.lower().encode(), value.encode()) for name, value in told.items()]
    return f"{request['path']}?{request['query_string']}".encode(), pairs, "127.0.0.1"


def as_response(answer: bytes) -> Response:
    """Read what follows the status of an answer that was given at once."""
    head, _, body = answer.partition(b"\r\n\r\n")
    pairs = [each.partition(": ")[::2] for each in head.decode("latin-1").split("\r\n")]
    return Response(body, 200, pairs)


AT_ONCE = (
    "SELECT ?p ?o {{ <{iri}> ?p ?o }}",
    "PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT ?file {{ <{iri}> dcat:distribution ?file }}",
    "SELECT ?file ?o {{ <{iri}> <http://www.w3.org/ns/dcat#distribution> ?file . ?file ?p ?o }}",
    "ASK {{ <{iri}> a <http://www.w3.org/ns/dcat#Dataset> }}",
    "ASK {{ <{iri}/none> ?p ?o }}",
)


@pytest.mark.parametrize("query", AT_ONCE)
def test_what_is_answered_at_once_is_what_the_house_answers(
    access: Access, door: Door, query: str
) -> None:
    """Each header of it, every time: those that are kept, and those of one answer alone."""
    store = access.instance.snapshots.view(Clearance.OPEN).store
    known = store.quads_for_pattern(None, TYPE, DCAT.Dataset, DefaultGraph())
    for iri in [quad.subject.value for quad in known][:3]:
        request = get(query.format(iri=iri))
        answer = door.at_once(*head_of(request))
        assert answer is not None
        before, behind = as_response(answer), asked(door.inside, request)

        assert told(before) == told(behind)
        assert sorted(before.data) == sorted(behind.data)
        assert before.data == behind.data or " . ?file" in query


@pytest.mark.parametrize(
    "request_",
    [
        *(each for each in INSIDE.values() if "method" not in each and "query_string" in each),
        get(DATASETS, {**JSON, "If-None-Match": "*"}),
        get(DATASETS, {"Accept": "text/csv"}),
        get(DATASETS, {"Accept": "image/png"}),
        get(DATASETS, format="json"),
        get(SLOW),
        get("SELECT * { ?s ?p"),
        {"path": "/sparql", "query_string": "query=%ff", "headers": JSON},
        {"path": "/sparql", "query_string": "", "headers": JSON},
        {"path": "/search", "query_string": "query=x", "headers": JSON},
    ],
)
def test_whatever_is_not_a_look_up_in_json_is_not_answered_at_once(
    door: Door, request_: dict[str, Any]
) -> None:
    """All of it is answered, or refused, by the house."""
    assert door.at_once(*head_of(request_)) is None


@pytest.mark.parametrize(
    ("proxies", "payer"), [(0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")]
)
def test_who_asks_through_servers_in_front_pays_alone(door: Door, proxies: int, payer: str) -> None:
    """As many as the house has are believed, as the application believes them."""
    house = replace(door.house, settings=replace(door.house.settings, proxies=proxies))
    claimed = {**JSON, "X-Forwarded-For": "192.0.2.1, 203.0.113.9, 198.51.100.7"}
    meter = door.endpoint.answers.meter
    allowed, meter.allowed = meter.allowed, 100.0
    try:
        meter.spend(stranger(payer), 1000.0)
        assert replace(door, house=house).at_once(*head_of(get(DATASETS, claimed))) is None
        meter.spend(stranger(payer), -1000.0)
        assert replace(door, house=house).at_once(*head_of(get(DATASETS, claimed))) is not None
    finally:
        meter.allowed = allowed


def test_the_door_is_found_behind_whatever_stands_before_it(access: Access, door: Door) -> None:
    """Servers in front are taken off before it; where nobody runs queries there is none."""
    settings = replace(door.house.settings, proxies=1)
    app = create_app(site=replace(door.house, settings=settings))
    found = door_of(app)

    assert door_of(access.app) is door
    assert found is not None
    assert app.wsgi_app is not found
    assert found.at_once(*head_of(get(DATASETS))) is not None
    assert door_of(create_app(site=replace(door.house, pool=None))) is None


def test_who_has_spent_the_share_is_not_answered_at_once(door: Door) -> None:
    """The house tells them when to come again."""
    meter = door.endpoint.answers.meter
    allowed, meter.allowed = meter.allowed, 0.001
    try:
        meter.spend(stranger("203.0.113.5"), 1.0)
        address, pairs, _ = head_of(get(DATASETS))
        assert door.at_once(address, pairs, "203.0.113.5") is None
        assert door.at_once(address, pairs, "203.0.113.6") is not None
    finally:
        meter.allowed = allowed


def test_an_answer_that_is_known_is_not_sent_again(door: Door) -> None:
    """A 304 at the door, with the tag that was given."""
    first = asked(door, get(DATASETS))
    again = asked(door, get(DATASETS, {**JSON, "If-None-Match": first.headers["ETag"]}))

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_head_tells_what_a_get_would(door: Door) -> None:
    """HEAD is answered inside, and says the same."""
    got, head = asked(door, get(DATASETS)), asked(door, {**get(DATASETS), "method": "HEAD"})

    assert head.data == b""
    assert told(head) == told(got)


def test_everyone_gets_the_view_of_their_own(access: Access, door: Door) -> None:
    """The same look-up: a stranger finds no internal address, who may see them does."""
    stranger = asked(door, get(ADDRESSES))
    assert stranger.headers["X-Govgraph-Rows"] == "0"

    auditor = access.signed_in_or_anyone("auditor").get(
        f"/sparql?{urlencode({'query': ADDRESSES})}", headers=JSON
    )
    assert int(auditor.headers["X-Govgraph-Rows"]) > 0
    assert "no-store" in auditor.headers["Cache-Control"]


def test_the_past_is_not_answered_with_the_present(access: Access) -> None:
    """A question for a day before there was anything finds nothing."""
    client = access.app.test_client()
    answer = client.get(f"/sparql?at=1990-01-01&{urlencode({'query': DATASETS})}", headers=JSON)

    assert answer.status_code != 200 or answer.headers["X-Govgraph-Rows"] == "0"


def test_an_update_in_a_form_is_the_houses_to_answer(door: Door) -> None:
    """The body is read to see that, and is there to be read again."""
    request = post(urlencode({"update": "CLEAR ALL"}), FORM)
    environment = EnvironBuilder(**request).get_environ()

    assert door.answers(environment)
    assert door.asked(environment) is None
    assert environment["wsgi.input"].read() == b"update=CLEAR+ALL"


@pytest.mark.parametrize("length", ["", "-1", "1e3", "99999999"])
def test_a_body_of_no_stated_length_goes_in(door: Door, length: str) -> None:
    """The door reads no body but one that says how long it is, and is worth reading."""
    environment = EnvironBuilder(**post(DATASETS, "application/sparql-query")).get_environ()

    assert not door.answers({**environment, "CONTENT_LENGTH": length})


# The description ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def counted(access: Access) -> None:
    """Have the counts kept, as the counter beside the house does."""
    Counting(access.instance.home, access.instance.ledger).step()


@pytest.mark.usefixtures("counted")
def test_everyone_is_told_of_the_view_of_their_own(access: Access) -> None:
    """Named graphs, classes and counts: a stranger's are those of the open view, at either address."""
    head = {"Accept": "application/n-triples"}
    auditor = access.signed_in_or_anyone("auditor")
    for path in ("/sparql", "/.well-known/void"):
        stranger = access.app.test_client().get(path, headers=head)
        insider = auditor.get(path, headers=head)
        for answer, clearance in ((stranger, Clearance.OPEN), (insider, Clearance.GOVERNANCE)):
            store = access.instance.snapshots.view(clearance).store
            merge = store.quads_for_pattern(None, None, None, DefaultGraph())
            assert f'#triples> "{sum(1 for _ in merge)}"' in answer.text
            named = {each.value for each in store.named_graphs()}
            assert named == set(NAMED.findall(answer.text))
        assert GOV.internalAddress.value in insider.text
        assert GOV.internalAddress.value not in stranger.text
        assert "no-store" in insider.headers["Cache-Control"]


def test_the_description_is_had_in_every_form(access: Access) -> None:
    """By Accept and by `format`; HEAD; 406 for a form there is not."""
    client = access.app.test_client()
    assert client.get("/.well-known/void").mimetype == "text/turtle"
    assert client.get("/.well-known/void?format=jsonld").mimetype == "application/ld+json"
    assert client.head("/.well-known/void").status_code == 200
    assert client.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406
