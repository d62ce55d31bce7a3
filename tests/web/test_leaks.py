"""Unreadable is the same as absent: sixty forms of query and every other door, asked of both.

For each question about a thing that is there but not for the reader, the same is asked of one that
is nowhere. Once the names are taken out, status, headers and body have to be the same, and no text
of a stricter view may stand in either.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode
from werkzeug.test import TestResponse

from graph.views.column_writer import ColumnWriter
from graph.views.counts import Counting
from ontology.clearance import Clearance
from sparql.cards.keeping import CardWriter
from tests import town
from tests.access import Access, access_to
from tests.web.test_clearance_doors import codes, leaked, secrets

OPEN, SHARED, GOVERNANCE = Clearance
READERS = {"": OPEN, "steward": SHARED}
NS = (
    "PREFIX gov: <https://w3id.org/govgraph/ns#> PREFIX dct: <http://purl.org/dc/terms/> "
    "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX foaf: <http://xmlns.com/foaf/0.1/> "
)
# What is asked of a thing (<IRI>), of a text that stands at it ("TEXT") or of its graph (<GRAPH>).
FORMS = (
    "SELECT ?p ?o { <IRI> ?p ?o }",
    "SELECT ?s ?p { ?s ?p <IRI> }",
    "SELECT ?p { <IRI> ?p ?o . ?o ?q ?v }",
    "SELECT ?p ?o { <IRI> ?p ?o } ORDER BY ?o ?p",
    "SELECT ?p ?o { <IRI> ?p ?o } ORDER BY DESC(?p) ?o LIMIT 2 OFFSET 1",
    "SELECT * { VALUES ?s { <IRI> } LATERAL { SELECT * { ?s ?p ?o } ORDER BY ?p ?o LIMIT 1 } }",
    "SELECT * { GRAPH <GRAPH> { SELECT * { <IRI> ?p ?o } ORDER BY ?p ?o LIMIT 1 } }",
    "ASK { <IRI> ?p ?o }",
    "ASK { ?s ?p <IRI> }",
    "ASK { GRAPH ?g { <IRI> ?p ?o } }",
    "DESCRIBE <IRI>",
    "DESCRIBE ?x { VALUES ?x { <IRI> } ?x ?p ?o }",
    "CONSTRUCT { <IRI> ?p ?o } WHERE { <IRI> ?p ?o }",
    "CONSTRUCT WHERE { <IRI> ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } WHERE { { SELECT ?s { ?s ?q <IRI> } LIMIT 9 } ?s ?p ?o }",
    "SELECT * { GRAPH ?g { <IRI> ?p ?o } }",
    "SELECT * { GRAPH <GRAPH> { <IRI> ?p ?o } }",
    "SELECT * FROM <GRAPH> { <IRI> ?p ?o }",
    "SELECT * FROM NAMED <GRAPH> { GRAPH ?g { <IRI> ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) FROM <GRAPH> FROM <http://nowhere.example/> { <IRI> ?p ?o }",
    "SELECT (COUNT(*) AS ?n) { <IRI> ?p ?o }",
    "SELECT (COUNT(?x) AS ?n) { ?x ?p <IRI> }",
    "SELECT (COUNT(DISTINCT ?p) AS ?n) { <IRI> ?p ?o }",
    "SELECT ?p (COUNT(*) AS ?n) { <IRI> ?p ?o } GROUP BY ?p",
    "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?s = <IRI>) } GROUP BY ?p HAVING (COUNT(*) > 0)",
    "SELECT (MAX(?o) AS ?m) (MIN(?o) AS ?l) { <IRI> ?p ?o }",
    "SELECT (SAMPLE(?o) AS ?m) { <IRI> ?p ?o }",
    "SELECT (GROUP_CONCAT(STR(?o)) AS ?m) { <IRI> ?p ?o }",
    "SELECT (SUM(STRLEN(STR(?o))) AS ?m) { <IRI> ?p ?o }",
    "SELECT DISTINCT ?o { <IRI> (<x:a>|!<x:a>) ?o }",
    "SELECT ?o { <IRI> !<x:a> ?o }",
    "SELECT ?o { <IRI> (!<x:a>)* ?o FILTER(?o != <IRI>) }",
    "SELECT ?o { <IRI> (!<x:a>)+ ?o }",
    "SELECT ?o { <IRI> ^(!<x:a>) ?o }",
    "SELECT ?o { <IRI> dct:title/^dct:title ?o }",
    "SELECT ?o { <IRI> (dct:publisher|^dcat:dataset)? ?o FILTER(?o != <IRI>) }",
    "SELECT ?o { <IRI> dct:publisher/foaf:name ?o }",
    "SELECT ?o { OPTIONAL { <IRI> dct:title ?o } }",
    "SELECT ?o { <IRI> dct:title ?o OPTIONAL { <IRI> gov:riskNote ?note } }",
    "SELECT ?x { VALUES ?x { <IRI> } MINUS { ?x ?p ?o } }",
    "SELECT ?x { VALUES ?x { <IRI> } FILTER EXISTS { ?x ?p ?o } }",
    "SELECT ?x { VALUES ?x { <IRI> } FILTER NOT EXISTS { ?x ?p ?o } }",
    "SELECT ?y { BIND(<IRI> AS ?x) ?x ?p ?y }",
    "SELECT ?o { { <IRI> dct:title ?o } UNION { <IRI> dct:description ?o } }",
    "SELECT ?n { { SELECT (COUNT(*) AS ?n) { <IRI> ?p ?o } } }",
    "SELECT ?o { { SELECT ?x { VALUES ?x { <IRI> } } LIMIT 1 } ?x ?p ?o }",
    "SELECT DISTINCT ?s { ?s ?p ?o FILTER(STR(?s) = 'IRI') }",
    "SELECT ?s { ?s dct:identifier ?o FILTER(STRSTARTS(STR(?s), 'IRI')) }",
    "SELECT ?s { ?s dct:identifier ?o FILTER(?s IN (<IRI>)) }",
    "SELECT ?s { ?s dct:title ?o FILTER(sameTerm(?s, <IRI>)) } ORDER BY ?o LIMIT 5",
    "SELECT (IF(EXISTS { <IRI> ?p ?o }, 'there', 'not') AS ?told) {}",
    "SELECT (COALESCE(?o, 'nothing') AS ?told) { OPTIONAL { <IRI> dct:title ?o } }",
    "SELECT (SHA256(STR(?o)) AS ?told) { <IRI> ?p ?o }",
    "SELECT (ENCODE_FOR_URI(STR(?o)) AS ?told) { <IRI> ?p ?o }",
    "SELECT (CONCAT(STR(?p), STR(?o)) AS ?told) { <IRI> ?p ?o }",
    "SELECT (1/COUNT(*) AS ?told) { <IRI> ?p ?o }",
    "SELECT (xsd:integer(?o) AS ?told) { <IRI> ?p ?o }",
    "SELECT ?p { <IRI> ?p ?o } ORDER BY DESC(?o) LIMIT 1 OFFSET 1",
    "SELECT REDUCED ?g { GRAPH ?g { <IRI> ?p ?o } }",
    "SELECT ?t { <IRI> ?p ?o BIND(<<( <IRI> ?p ?o )>> AS ?t) }",
    'SELECT ?s ?p { ?s ?p "TEXT" }',
    'SELECT ?s ?p { ?s ?p "TEXT"@zh }',
    'ASK { ?s ?p ?o FILTER(STR(?o) = "TEXT") }',
    'SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(CONTAINS(STR(?o), "TEXT")) }',
    'SELECT ?s { ?s gov:internalAddress ?o FILTER(REGEX(?o, "TEXT", "i")) }',
    'SELECT ?s { ?s ?p ?o FILTER(STRSTARTS(?o, "TEXT") || STRENDS(?o, "TEXT")) }',
    'SELECT ?s { ?s ?p ?o FILTER(LANG(?o) = "zh" && STR(?o) IN ("TEXT", "x")) }',
    'SELECT (COUNT(?s) AS ?n) { ?s dct:title ?o } GROUP BY ?o HAVING (STR(?o) = "TEXT")',
    'SELECT (REPLACE(?o, "TEXT", "found") AS ?told) { ?s dct:identifier ?o } ORDER BY ?told LIMIT 3',
    'SELECT ?s { VALUES ?o { "TEXT" "TEXT"@zh } ?s ?p ?o }',
    "SELECT ?s { <IRI> ?p ?o",
    "SELECT ?s { <IRI> ?p ?o } LIMIT -1",
)
WAYS = ("get", "form", "direct", "graphs")


@dataclass(frozen=True)
class Asked:
    """A thing that is asked about, real or made up, by all that names it."""

    kind: str
    code: str
    text: str
    graph: str
    seq: int  # a change of the real one

    @property
    def iri(self) -> str:
        return f"{town.BASE}/id/{self.kind}/{self.code}"

    def put(self, form: str) -> str:
        """Put it into a question."""
        found = form.replace("GRAPH>", f"{self.graph}>").replace("IRI", self.iri)
        return found.replace("TEXT", self.text)

    def taken_out(self, told: str) -> str:
        """Take its names out of an answer, however they are written there."""
        for number, each in enumerate((self.iri, self.graph, self.code, self.text)):
            for said in (each, quote(each, safe=""), quote(each), json.dumps(each)[1:-1]):
                told = told.replace(said, f"[{number}]")
        return re.sub(rf"\b{self.code.rpartition('-')[2]}\b", "[last]", told)


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("leaks"), pool=True)
    for writer in (ColumnWriter, CardWriter):
        assert writer(made.instance.home, made.instance.ledger).step(
            made.clock().replace(year=2100)
        )
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


@pytest.fixture(scope="module")
def pair(access: Access) -> tuple[Asked, Asked]:
    """Give an entry that only the city's office may see, and one that nobody has."""
    store = access.instance.snapshots.view(GOVERNANCE).store
    hidden = secrets(access, SHARED)
    for kind, code in codes(access, GOVERNANCE):
        iri = NamedNode(f"{town.BASE}/id/{kind}/{code}")
        quads = list(store.quads_for_pattern(iri, None, None, None))
        texts = [q.object.value for q in quads if isinstance(q.object, Literal)]
        graphs = [q.graph_name for q in quads if isinstance(q.graph_name, NamedNode)]
        text = next((each for each in texts if each in hidden and is_plain(each, code)), None)
        if kind == "dataset" and text and graphs:
            graph = graphs[0].value
            history = access.instance.ledger.history(iri=iri.value, clearance=GOVERNANCE)
            return (
                Asked(kind, code, text, graph, history[0].seq),
                Asked(kind, f"{code[:-2]}97", text[::-1], graph, history[0].seq),
            )
    raise AssertionError("the town hides nothing")


def is_plain(text: str, code: str) -> bool:
    """Say whether a text can stand in a query as it is, and is not the code once more."""
    return text.isprintable() and code not in text and not set(text) & set("\"\\'")


def sent(client: FlaskClient, way: str, text: str, graph: str) -> TestResponse:
    """Ask `/sparql` in one of the ways that the protocol knows."""
    head = {"Accept": "application/sparql-results+json, text/turtle", "Origin": "http://localhost"}
    if way == "get":
        return client.get(f"/sparql?{urlencode({'query': text})}", headers=head)
    if way == "form":
        return client.post("/sparql", data={"query": text}, headers=head)
    if way == "graphs":
        named = urlencode({"query": text, "named-graph-uri": graph, "default-graph-uri": graph})
        return client.get(f"/sparql?{named}", headers=head)
    return client.post(
        "/sparql", data=text.encode(), content_type="application/sparql-query", headers=head
    )


CHANGING = {"Date", "Etag", "ETag", "Set-Cookie", "Content-Length", "Last-Modified"}
NONCE = re.compile(r'(nonce-|nonce="|csrf_token" value="|name="csrf-token" content=")[\w.\-]+')
TOOK = re.compile(r"\d+(?:[.,]\d+)?(?=\s*(?:秒|毫秒|s\b|ms\b|seconds?))")  # how long it took


def told(answer: TestResponse, asked: Asked) -> tuple[int, dict[str, str], str]:
    """Give status, headers and body without the names of what was asked."""
    head = {
        name: NONCE.sub("", asked.taken_out(value))
        for name, value in answer.headers.items()
        if name not in CHANGING
    }
    body = NONCE.sub("", asked.taken_out(answer.get_data(as_text=True)))
    return answer.status_code, head, TOOK.sub("", body)


def test_there_are_sixty_forms_and_one_secret_to_ask_for(
    access: Access, pair: tuple[Asked, Asked]
) -> None:
    """The same questions, asked by who may know, do find it: they are not blind."""
    real, none = pair
    office = access.signed_in("reviewer").browser
    found = 0
    for form in FORMS:
        with_it, without = (
            told(sent(office, "get", NS + each.put(form), each.graph), each) for each in pair
        )
        found += with_it != without

    assert len(FORMS) >= 60
    assert found > 45, "a question that tells nothing to anyone tests nothing"
    assert real.iri != none.iri
    assert len(real.code) == len(none.code)


@pytest.mark.parametrize("name", READERS)
def test_no_form_of_query_tells_the_unreadable_from_the_absent(
    access: Access, pair: tuple[Asked, Asked], name: str
) -> None:
    client = access.signed_in_or_anyone(name).browser
    hidden = secrets(access, READERS[name])
    for number, form in enumerate(FORMS):
        for way in {WAYS[number % 4], WAYS[(number + len(name)) % 4], "get"}:
            answers = [sent(client, way, NS + each.put(form), each.graph) for each in pair]
            first, second = (told(*both) for both in zip(answers, pair, strict=True))

            assert first == second, (way, form)
            assert leaked(first[2] + str(first[1]), hidden, pair[0].put(form)) == set(), (way, form)


DOORS = (
    "/{kind}/{code}",
    "/{kind}/{code}.ttl",
    "/{kind}/{code}.jsonld",
    "/{kind}/{code}.json",
    "/{kind}/{code}?at={day}",
    "/{kind}/{code}/history",
    "/{kind}/{code}/history/{seq}",
    "/{kind}/{code}/history/compare?from={seq}&to={seq}",
    "/{kind}/{code}/history/origins",
    "/id/{kind}/{code}",
    "/thing?iri={iri}",
    "/thing?iri={iri}&as=ttl",
    "/search?q={code}",
    "/search.json?q={code}",
    "/search?q={code}&at={day}",
    "/api/suggest?q={code}",
    "/api/query/things?q={code}",
    "/api/query/things?q={code}&of=prov:wasDerivedFrom",
    "/query?query=SELECT+*+%7B+%3C{iri}%3E+%3Fp+%3Fo+%7D",
    "/query?query=SELECT+*+%7B+%3C{iri}%3E+%3Fp+%7D",
    "/query/builder?class=dcat:Dataset&is.dct:relation={iri}",
    "/sparql?query=DESCRIBE+%3C{iri}%3E&at={day}",
    "/store?graph={graph}",
    "/store/{graph}",
    "/lineage/{kind}/{code}",
    "/lineage/{kind}/{code}/view.json",
    "/lineage/{kind}/{code}/view.csv",
    "/lineage/{kind}/{code}/view.ttl",
    "/lineage/{kind}/{code}/view.svg",
    "/lineage/impact/{kind}/{code}",
    "/lineage/impact/{kind}/{code}.txt",
    "/lineage?q={code}",
    "/associate/{kind}/{code}",
    "/associate?from={iri}&to={iri}",
    "/associate.csv?owner={code}",
    "/explore?n={iri}",
    "/explore?n={kind}/{code}&hide={iri}",
    "/explore?of={iri}",
    "/explore/view.jsonld?of={iri}",
    "/explore/links.csv?of={iri}",
    "/catalog.ttl?after={iri}",
)
ACCEPT = {"Accept": "text/html, text/turtle;q=0.5"}
# What even who may know is refused, for a reason that does not hang on the thing.
REFUSED = {"/query?query=SELECT+*+%7B+%3C{iri}%3E+%3Fp+%7D": 400}  # its fault is shown


def addressed(door: str, asked: Asked) -> str:
    """Put a thing into an address."""
    iri, graph = quote(asked.iri, safe=""), quote(asked.graph, safe="")
    day = town.NOON.date().isoformat()
    code = quote(asked.code)
    return door.format(kind=asked.kind, code=code, iri=iri, graph=graph, seq=asked.seq, day=day)


def test_every_door_answers_who_may_know(access: Access, pair: tuple[Asked, Asked]) -> None:
    """An address that refuses everyone (400) tells nothing of anything: it would test nothing."""
    office = access.signed_in("reviewer").browser
    answers = {
        door: office.get(addressed(door, pair[0]), headers=ACCEPT).status_code for door in DOORS
    }
    refused = {door: status for door, status in answers.items() if status >= 400}

    assert refused == REFUSED, sorted(refused)


def test_an_answer_says_which_engine_counted(access: Access) -> None:
    """The columns, which the town has, or the store."""
    client = access.client().browser
    head = {"Accept": "text/csv"}
    counted = {"query": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"}
    added = {"query": "SELECT (SUM(1) AS ?n) { ?s ?p ?o }"}

    first, second = (client.get("/sparql", query_string=q, headers=head) for q in (counted, added))
    assert first.headers["X-Govgraph-Engine"] == "columns"
    assert second.headers["X-Govgraph-Engine"] == "store"
    page = client.get("/query", query_string={**counted, "lang": "en"}).text
    assert "counted in columns" in page
    assert (
        "worked out by the store" in client.get("/query", query_string={**added, "lang": "en"}).text
    )


@pytest.mark.parametrize("name", READERS)
def test_no_other_door_tells_the_unreadable_from_the_absent(
    access: Access, pair: tuple[Asked, Asked], name: str
) -> None:
    client = access.signed_in_or_anyone(name).browser
    hidden = secrets(access, READERS[name])
    for door in DOORS:
        answers = [client.get(addressed(door, each), headers=ACCEPT) for each in pair]
        first, second = (told(*both) for both in zip(answers, pair, strict=True))

        assert first == second, door
        assert leaked(first[2] + str(first[1]), hidden, "") == set(), door


@pytest.mark.parametrize("name", READERS)
def test_names_and_checks_tell_no_more(
    access: Access, pair: tuple[Asked, Asked], name: str
) -> None:
    client = access.signed_in_or_anyone(name).browser
    head = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    for path, bodies in (
        ("/api/query/names", [json.dumps({"iris": [each.iri]}) for each in pair]),
        ("/api/query/check", [f"SELECT * {{ <{each.iri}> ?p ?o }}" for each in pair]),
        ("/api/query/check", [f"SELECT * {{ <{each.iri}> ?p }}" for each in pair]),
        ("/api/query/explain", [f"SELECT * {{ <{each.iri}> ?p ?o }}" for each in pair]),
    ):
        kind = "application/json" if path.endswith("names") else "text/plain"
        answers = [client.post(path, data=each, content_type=kind, headers=head) for each in bodies]
        first, second = (told(*both) for both in zip(answers, pair, strict=True))
        assert first == second, path
        assert first[0] == 200, f"{path} is asked from the page, with no seal"


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "path", ["/sparql", "/.well-known/void", "/catalog.nt", "/api/query/terms"]
)
def test_descriptions_count_what_the_reader_may_see(access: Access, name: str, path: str) -> None:
    Counting(access.instance.home, access.instance.ledger).step()
    client = access.signed_in_or_anyone(name).browser
    answer = client.get(path, headers={"Accept": "text/turtle, application/json"})

    assert answer.status_code == 200
    if path in {"/sparql", "/.well-known/void"}:
        assert "void:linkPredicate" in answer.get_data(as_text=True), "counts are told, of its view"
    assert leaked(answer.get_data(as_text=True), secrets(access, READERS[name]), "") == set()
