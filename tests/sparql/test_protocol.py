"""SPARQL 1.1 Protocol, point by point; every answer read back by another library."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Dataset, Graph
from rdflib.compare import isomorphic
from rdflib.query import Result

from graph.views.counts import Counts
from ontology.errors import Unavailable
from sparql import protocol
from sparql.answers import Answers, Question
from sparql.formats import GRAPHS, JSON, SOLUTIONS, Kind
from sparql.guard import Limits
from sparql.protocol import Endpoint, Request, Response, fields_of, respond
from sparql.workers.pool import Pool

# rdflib warns of itself when it reads into a Dataset.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")

ALL = "SELECT ?s ?p ?o { ?s ?p ?o }"
TITLES = 'SELECT ?t { ?s <http://purl.org/dc/terms/title> ?t FILTER(LANG(?t) = "zh") }'
COPY = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
FORM = {"content_type": "application/x-www-form-urlencoded"}
DIRECT = {"content_type": "application/sparql-query"}
EX = "http://example.org/"
FIRST = "http://example.org/source/first"
SECOND = "http://example.org/source/second"


class Client:
    """Sends requests to one view through one endpoint, and reads whole answers."""

    def __init__(self, view: Any, endpoint: Endpoint) -> None:
        self.view = view
        self.endpoint = endpoint

    def send(self, request: Request) -> tuple[Response, bytes]:
        response = respond(request, self.view, self.endpoint)
        body = b"".join(response.body)
        response.close()
        return response, body

    def get(self, pairs: Any = (), **more: Any) -> tuple[Response, bytes]:
        return self.send(Request("GET", urlencode(pairs), **more))

    def rows(self, pairs: Any) -> list[dict[str, str]]:
        response, body = self.get(pairs)
        assert response.status == 200, body
        found = json.loads(body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]


@pytest.fixture
def client(view, endpoint: Endpoint) -> Client:
    return Client(view, endpoint)


# How a query comes ------------------------------------------------------------------------------


def test_a_query_comes_by_get_by_form_and_as_it_is(client: Client) -> None:
    by_get = client.send(Request("GET", "query=" + quote(TITLES)))
    by_form = client.send(Request("POST", "", body=urlencode({"query": TITLES}).encode(), **FORM))
    as_it_is = client.send(Request("POST", "", body=TITLES.encode(), **DIRECT))

    assert by_get[0].status == by_form[0].status == as_it_is[0].status == 200
    assert by_get[1] == by_form[1] == as_it_is[1]
    assert "公园".encode() in by_get[1]


@pytest.mark.parametrize(
    "sent",
    ["ASK%20%7B%7D", "a+b%2Bc=d", "", "%E4%BA%BA%e5%8f%a3", "%", "%4", "%zz+%", "a;b=%3D%26"],
)
def test_a_query_that_comes_alone_is_read_as_any_other(sent: str, endpoint: Endpoint) -> None:
    alone, beside = Request("GET", f"query={sent}"), Request("GET", f"timeout=1&query={sent}")

    assert fields_of(alone, endpoint) == fields_of(beside, endpoint)[1:]


def test_a_query_that_comes_alone_has_to_be_utf_8(client: Client) -> None:
    response, _ = client.send(Request("GET", "query=%ff"))

    assert response.status == 400


def test_a_charset_may_be_said_if_it_is_utf_8(client: Client) -> None:
    for charset, status in (
        ("; charset=UTF-8", 200),
        ('; charset="utf-8"', 200),
        ("; charset=gbk", 415),
    ):
        media = DIRECT["content_type"] + charset
        assert client.send(Request("POST", "", media, TITLES.encode()))[0].status == status  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (Request("GET", "query=" + quote("SELECT * {")), 400),
        (Request("GET", "query="), 400),
        (Request("GET", "query=ASK%20%7B%7D&query=ASK%20%7B%7D"), 400),
        (Request("GET", "query=" + quote("ASK {} ASK {}")), 400),
        (Request("GET", "query=" + quote("INSERT DATA {}")), 400),
        (Request("GET", "update=" + quote("CLEAR ALL")), 400),
        (Request("GET", "query=%FF%FE"), 400),
        (Request("GET", "query=%C3%28"), 400),
        (Request("GET", "default-graph-uri=" + quote(FIRST)), 400),
        (Request("GET", "query=ASK%20%7B%7D&default-graph-uri=not%20an%20iri"), 400),
        (Request("GET", "query=ASK%20%7B%7D&timeout=soon"), 400),
        (Request("GET", "query=ASK%20%7B%7D&timeout=-1"), 400),
        (Request("GET", "query=ASK%20%7B%7D&timeout=nan"), 400),
        (Request("GET", "&".join(["a=b"] * 100)), 400),
        (Request("GET", "query=" + quote("ASK { SERVICE <http://x/> {} }")), 400),
        (Request("POST", "", FORM["content_type"], b"query=%FF"), 400),
        (Request("POST", "", FORM["content_type"], b"\xff\xfe"), 400),
        (Request("POST", "", DIRECT["content_type"], b"ASK { \xff }"), 400),
        (Request("POST", "", FORM["content_type"], b""), 400),
        (Request("POST", "", FORM["content_type"], b"update=CLEAR+ALL"), 400),
        (Request("POST", "query=" + quote("ASK {}"), DIRECT["content_type"], b"ASK {}"), 400),
        (Request("POST", "", "application/sparql-update", b"CLEAR ALL"), 415),
        (Request("POST", "", "text/plain", b"ASK {}"), 415),
        (Request("POST", "", "", b"ASK {}"), 415),
        (Request("PUT"), 405),
        (Request("DELETE"), 405),
        (Request("BREW"), 405),
        (Request("GET", "query=ASK%20%7B%7D", accept="image/png"), 406),
        (Request("GET", "query=ASK%20%7B%7D", accept="text/turtle;q=0, image/png"), 406),
        (Request("GET", "query=ASK%20%7B%7D&format=nt"), 406),
        (Request("GET", "query=" + quote(COPY), accept="application/sparql-results+json"), 406),
        (Request("GET", "", accept="image/png"), 406),
        (Request("GET", "query=" + "a" * 70_000), 413),
        (Request("GET", "query=" + "a" * 300_000), 413),
        (Request("POST", "", DIRECT["content_type"], b"#" * 70_000), 413),
        (Request("POST", "", DIRECT["content_type"], b"#" * 300_000), 413),
    ],
    ids=lambda value: f"{value.method} {value.query_string[:50]}" if isinstance(value, Request) else str(value),
)  # fmt: skip
def test_what_is_wrong_gets_its_status_and_a_sentence_in_both_languages(
    client: Client, request_: Request, status: int
) -> None:
    response, body = client.send(request_)

    assert response.status == status
    told = json.loads(body)
    assert told["error"]
    assert told["sentence"]["zh"]
    assert told["sentence"]["en"]
    assert ("Allow" in response.headers) == (status == 405)
    assert response.headers["Cache-Control"] == "no-store"


def test_a_fault_of_syntax_has_its_line_and_column(client: Client) -> None:
    response, body = client.get({"query": "SELECT * {\n  ?s ?p ?o\n  FILTER(?x } }"})

    assert response.status == 400
    assert (json.loads(body)["line"], json.loads(body)["column"]) == (3, 16)


def test_an_error_is_text_for_those_who_ask_for_it(client: Client) -> None:
    response, body = client.get({"query": "nothing"}, accept="text/plain")

    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "查询".encode() in body


def test_head_has_the_headers_of_get_and_no_body(client: Client) -> None:
    got, body = client.get({"query": ALL})
    head, nothing = client.send(Request("HEAD", urlencode({"query": ALL})))

    assert head.headers == got.headers
    assert head.headers["Content-Type"] == "application/sparql-results+json"
    assert int(head.headers["Content-Length"]) == len(body)
    assert nothing == b""


def test_options_and_reading_from_other_sites(client: Client) -> None:
    options, body = client.send(Request("OPTIONS"))
    got, _ = client.get({"query": "ASK {}"})
    wrong, _ = client.get({"query": "x"})

    assert (options.status, body) == (204, b"")
    assert "POST" in options.headers["Access-Control-Allow-Methods"]
    assert options.headers["Allow"] == protocol.METHODS
    for response in (options, got, wrong):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


# The dataset ------------------------------------------------------------------------------------


def test_the_request_describes_the_whole_dataset_and_wins_over_from(client: Client) -> None:
    notes = "SELECT ?o {0} {{ ?s <http://example.org/note> ?o }}"
    named = "SELECT ?g ?o {0} {{ GRAPH ?g {{ ?s <http://example.org/note> ?o }} }}"
    in_first, in_second = ("default-graph-uri", FIRST), ("default-graph-uri", SECOND)

    assert len(client.rows([("query", notes.format(""))])) == 1
    assert client.rows([("query", notes.format("")), in_first]) == []
    assert len(client.rows([("query", notes.format("")), in_second])) == 1
    assert client.rows([("query", notes.format(f"FROM <{SECOND}>")), in_first]) == []
    assert len(client.rows([("query", notes.format(f"FROM <{FIRST}>")), in_second])) == 1
    assert client.rows([("query", named.format("")), in_second]) == []
    assert client.rows([("query", notes.format("")), ("named-graph-uri", SECOND)]) == []
    assert len(client.rows([("query", named.format("")), ("named-graph-uri", SECOND)])) == 1
    assert client.rows([("query", named.format("")), ("named-graph-uri", FIRST)]) == []


def test_the_querys_own_clauses_count_where_the_request_says_nothing(client: Client) -> None:
    assert (
        client.rows([("query", f"SELECT * FROM <{FIRST}> {{ ?s <http://example.org/note> ?o }}")])
        == []
    )
    assert len(client.rows([("query", f"SELECT * FROM <{SECOND}> {{ ?s ?p ?o }}")])) == 2  # fmt: skip


LEAKS = [
    "SELECT * { GRAPH <http://secret/> { ?s ?p ?o } }",
    "SELECT * FROM <http://secret/> { ?s ?p ?o }",
    "SELECT * FROM NAMED <http://secret/> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM <http://secret/> FROM NAMED <http://secret/> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { <http://secret/thing> (<http://a>|!<http://a>)+ ?o }",
    "SELECT * { <http://secret/thing> ?p ?o }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { GRAPH <http://secret/> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { GRAPH <http://secret/> { ?s ?p ?o } } } }",
]


@pytest.mark.parametrize("text", LEAKS)
@pytest.mark.parametrize("naming", ["", "default-graph-uri", "named-graph-uri"])
def test_what_is_not_in_the_view_is_as_if_it_were_nowhere(
    client: Client, text: str, naming: str
) -> None:
    """The same body and headers, but for the tag, as for a name nobody ever used."""
    graphs = [(naming, "http://secret/")] if naming else []
    secret, body = client.get([("query", text), *graphs])
    other = [
        (name, value.replace("secret", "nobody")) for name, value in [("query", text), *graphs]
    ]
    absent, nothing = client.get(other)

    assert json.loads(body)["results"]["bindings"] == []
    assert (secret.status, body) == (absent.status, nothing)
    drop = ("ETag",)
    assert {k: v for k, v in secret.headers.items() if k not in drop} == {
        k: v for k, v in absent.headers.items() if k not in drop
    }


def test_describe_of_what_is_not_there_is_empty(client: Client) -> None:
    _, body = client.get({"query": "DESCRIBE <http://secret/thing>", "format": "nt"})

    assert body == b""


# The forms of an answer -------------------------------------------------------------------------


@pytest.mark.parametrize("form", SOLUTIONS, ids=lambda form: form.name)
def test_rows_are_read_alike_by_rdflib(client: Client, form: Any) -> None:
    response, body = client.get({"query": ALL}, accept=form.media_type)

    assert response.headers["Content-Type"].split(";")[0] == form.media_type
    found = list(Result.parse(BytesIO(body), format=form.name))
    assert len(found) == 11
    assert int(response.headers["X-Govgraph-Rows"]) == 11
    if form.name != "csv":  # CSV keeps no types
        expected = Graph().parse(data=_turtle(client), format="turtle")
        again = Graph()
        for s, p, o in found:
            again.add((s, p, o))
        assert isomorphic(again, expected)


def _turtle(client: Client) -> bytes:
    return client.get({"query": COPY, "format": "ttl"})[1]


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_triples_are_read_alike_by_rdflib(client: Client, form: Any) -> None:
    response, body = client.get({"query": COPY}, accept=form.media_type)
    names = {"ttl": "turtle", "nq": "nquads", "rdf": "xml", "jsonld": "json-ld"}
    read = Dataset(default_union=True).parse(data=body, format=names.get(form.name, form.name))
    expected = Graph().parse(data=_turtle(client), format="turtle")

    assert response.headers["Content-Type"].split(";")[0] == form.media_type
    again = Graph()
    for s, p, o in read.triples((None, None, None)):
        again.add((s, p, o))
    assert isomorphic(again, expected)


@pytest.mark.parametrize("form", SOLUTIONS, ids=lambda form: form.name)
@pytest.mark.parametrize(
    ("text", "truth"), [("ASK {}", "true"), ("ASK { ?s a <http://no/> }", "false")]
)
def test_a_truth_has_all_the_forms_of_rows(
    client: Client, form: Any, text: str, truth: str
) -> None:
    response, body = client.get({"query": text, "format": form.name})

    assert response.status == 200
    assert truth.encode() in body
    assert {"true": b"false", "false": b"true"}[truth] not in body


def test_tsv_writes_numbers_and_strings_as_terms(client: Client) -> None:
    """The engine holds every integer as xsd:integer; what it gives, TSV must keep."""
    text = 'SELECT * { VALUES (?a ?b ?c ?d) { (-3 "a\\tb\\n\\"c\\"" 2.5e0 "x"@zh-hans) } }'
    _, body = client.get({"query": text, "format": "tsv"})

    (row,) = Result.parse(BytesIO(body), format="tsv")
    assert body.split(b"\n")[0] == b"?a\t?b\t?c\t?d"
    assert (int(row[0]), str(row[1]), float(row[2]), row[3].language) == (
        -3,
        'a\tb\n"c"',
        2.5,
        "zh-hans",
    )


def test_the_earlier_form_wins_when_all_will_do(client: Client) -> None:
    assert (
        client.get({"query": ALL})[0].headers["Content-Type"] == "application/sparql-results+json"
    )
    assert client.get({"query": COPY})[0].headers["Content-Type"].startswith("text/turtle")
    assert client.get({"query": ALL}, accept="application/json")[0].headers["Content-Type"] == (
        "application/sparql-results+json"
    )
    assert client.get({"query": ALL, "format": "application/sparql-results+xml"})[1][:5] == b"<?xml"


# Limits, memory, tags ---------------------------------------------------------------------------


def test_a_form_by_name_is_the_one_that_fits_the_kind_of_answer(client: Client) -> None:
    def form(text: str, name: str) -> str:
        return client.get({"query": text, "format": name})[0].headers["Content-Type"].split(";")[0]

    assert (form(ALL, "json"), form(COPY, "json")) == (
        "application/sparql-results+json",
        "application/ld+json",
    )
    assert (form(ALL, "xml"), form(COPY, "xml")) == (
        "application/sparql-results+xml",
        "application/rdf+xml",
    )
    assert form(COPY, "turtle") == "text/turtle"
    assert form(ALL, "docx") == "application/sparql-results+json"


def test_limits_are_announced_and_a_timeout_can_only_be_lowered(client: Client) -> None:
    plain, _ = client.get({"query": "ASK {}"})
    lower, _ = client.get({"query": "ASK {}", "timeout": "0.5"})
    higher, _ = client.get({"query": "ASK {}", "timeout": "500"})

    assert plain.headers["X-Govgraph-Limits"] == "rows=50000, bytes=268435456, seconds=20"
    assert lower.headers["X-Govgraph-Limits"].endswith("seconds=0.5")
    assert higher.headers["X-Govgraph-Limits"].endswith("seconds=20")
    assert plain.headers["X-Govgraph-Snapshot"] == "7"


def test_a_query_over_its_time_is_503_with_retry_after(large, endpoint: Endpoint) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"
    response, body = Client(large, endpoint).get({"query": text, "timeout": "0.4"})

    assert response.status == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "0.4 秒" in json.loads(body)["sentence"]["zh"]


def test_an_answer_is_tagged_by_snapshot_and_question(
    client: Client, large, endpoint: Endpoint
) -> None:
    got, _ = client.get({"query": ALL})
    tag = got.headers["ETag"]
    unchanged, nothing = client.get({"query": ALL}, if_none_match=f'"other", {tag}')
    tags = {
        client.get({"query": ALL, "format": "csv"})[0].headers["ETag"],
        client.get({"query": ALL + " "})[0].headers["ETag"],
        client.get([("query", ALL), ("default-graph-uri", FIRST)])[0].headers["ETag"],
        Client(large, endpoint).get({"query": ALL + " LIMIT 1"})[0].headers["ETag"],
        tag,
    }

    assert (unchanged.status, nothing, unchanged.headers["ETag"]) == (304, b"", tag)
    assert len(tags) == 5
    assert "ETag" not in client.get({"query": "SELECT (RAND() AS ?x) {}"})[0].headers


def test_a_repeated_question_is_answered_from_memory(client: Client) -> None:
    question = {"query": ALL + " # repeated"}
    first, body = client.get(question)
    before = client.endpoint.answers.pool.quick.taken
    started = time.perf_counter()
    again, same = client.get(question)
    spent = (time.perf_counter() - started) * 1000

    assert (first.headers, body, before) == (again.headers, same, 0)
    assert spent < 3
    random = [client.get({"query": "SELECT (UUID() AS ?x) {}"})[1] for _ in range(2)]
    assert random[0] != random[1]


def test_a_cut_answer_says_so_in_every_form(large, endpoint: Endpoint) -> None:
    """Short ones exactly in the header, long ones within; where a form cannot say it, in both."""
    client = Client(large, endpoint)
    for form in SOLUTIONS + GRAPHS:
        text = COPY if form in GRAPHS else ALL
        response, body = client.get({"query": text, "format": form.name})
        header = response.headers.get("X-Govgraph-Truncated")
        inside = b"truncated" in body[-200:]

        assert response.status == 200
        assert header == "rows=50000" or inside, form.name
        assert inside == (form.name not in {"csv", "tsv", "jsonld"}), form.name
        _readable(form.name, body)


def _readable(name: str, body: bytes) -> None:
    """Read all of a cut answer: it is well-formed and has exactly the rows it may have."""
    if name in {"json", "jsonld"}:
        told = json.loads(body)
        assert name == "jsonld" or (
            len(told["results"]["bindings"]),
            told["truncated"],
        ) == (50_000, {"rows": 50_000, "limit": "rows"})
    elif name == "xml":
        assert len(ET.fromstring(body)[1]) == 50_000
    elif name in {"csv", "tsv"}:
        assert body.count(b"\n") == 50_001
    elif name != "rdf":
        form = RdfFormat.from_extension(name)
        assert sum(1 for _ in parse(body, format=form)) == 50_000


def test_a_short_answer_that_is_cut_points_at_the_page_about_limits(view, pool: Pool) -> None:
    answers = Answers(pool, limits_page="http://x/limits")
    answer = answers.answer(view, Question(ALL, {Kind.ROWS: JSON}, rows=2))
    told = json.loads(b"".join(answer.body))

    assert told["head"] == {"link": ["http://x/limits"], "vars": ["s", "p", "o"]}
    assert told["truncated"] == {"rows": 2, "limit": "rows"}
    assert len(told["results"]["bindings"]) == 2
    assert answer.outcome == replace(answer.outcome, rows=2, cut="rows")


def test_leaving_a_long_answer_kills_its_child(large, endpoint: Endpoint) -> None:
    response = respond(Request("GET", urlencode({"query": ALL})), large, endpoint)
    next(iter(response.body))
    response.close()

    assert endpoint.answers.pool.long.taken == 0


def test_a_quota_is_asked_before_a_query_is_run(view, answers: Answers) -> None:
    def refuse(_: Request) -> None:
        raise Unavailable("Enough.", "够了。")

    guarded = Endpoint("http://x/sparql", answers, Limits(), refuse)
    assert Client(view, guarded).get({"query": "ASK {}"})[0].status == 503


# The description --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", GRAPHS, ids=lambda form: form.name)
def test_a_bare_get_describes_the_service(client: Client, form: Any) -> None:
    response, body = client.get(accept=form.media_type)
    names = {"ttl": "turtle", "nq": "nquads", "rdf": "xml", "jsonld": "json-ld"}
    read = Dataset(default_union=True).parse(data=body, format=names.get(form.name, form.name))
    told = {str(o) for _, _, o in read.triples((None, None, None))}

    assert response.status == 200
    assert {FIRST, SECOND, "http://127.0.0.1:8000/sparql"} <= told
    assert "http://www.w3.org/ns/formats/SPARQL_Results_JSON" in told


def test_the_description_tells_the_counts_that_are_kept(view: Any, endpoint: Endpoint) -> None:
    """VoID's partitions by class and property, from what is kept; nothing where nothing is."""
    kept = Counts(7, 12, {f"{EX}A": 3}, {f"{EX}p": 4, f"{EX}q": 8})
    counting = replace(endpoint, counts=lambda _: kept)
    _, body = Client(view, counting).get(accept="text/turtle")
    asked = """PREFIX void: <http://rdfs.org/ns/void#>
        SELECT ?what ?many { ?part void:class|void:property ?what ; void:entities|void:triples ?many }"""
    found = {(str(row.what), int(row.many)) for row in Graph().parse(data=body).query(asked)}
    assert found == {(f"{EX}A", 3), (f"{EX}p", 4), (f"{EX}q", 8)}
    assert b"void:triples 12" in body

    _, bare = Client(view, endpoint).get(accept="text/turtle")
    assert b"Partition" not in bare
