"""Every normative point of the protocols and formats, with the test that holds it (`points.csv`).

Beside the table stand the tests that no other place had.
"""

from __future__ import annotations

import ast
import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from sparql.formats import BY_NAME
from sparql.protocol import Endpoint, Request, respond

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("points.csv").read_text("utf-8").splitlines()
POINTS = list(csv.DictReader(line for line in TABLE if not line.startswith("#")))
FIRST, SECOND = "http://example.org/source/first", "http://example.org/source/second"
NOTES = "SELECT ?o { ?s <http://example.org/note> ?o }"
TERMS = (
    "SELECT ?iri ?plain ?said ?number ?none { VALUES (?iri ?plain ?said ?number ?none) "
    '{ (<http://e/a> "a,\\"b\\"\\r\\nc" "x"@zh-hans "1"^^<http://e/type> UNDEF) } }'
)
BLANK = "SELECT ?b { BIND(BNODE() AS ?b) }"
XML = "{http://www.w3.org/2005/sparql-results#}"


class Asker:
    """Asks one endpoint of one view."""

    def __init__(self, view: Any, endpoint: Endpoint) -> None:
        self.view, self.endpoint = view, endpoint

    def __call__(self, request: Request) -> tuple[int, dict[str, str], bytes]:
        response = respond(request, self.view, self.endpoint)
        body = b"".join(response.body)
        response.close()
        return response.status, dict(response.headers), body

    def get(self, text: str, form: str = "json", *more: tuple[str, str]) -> bytes:
        query = urlencode([("query", text), ("format", form), *more])
        status, _, body = self(Request("GET", query))
        assert status == 200, body
        return body


@pytest.fixture
def ask(view: Any, endpoint: Endpoint) -> Asker:
    return Asker(view, endpoint)


def test_every_point_names_a_test_that_is_there() -> None:
    """A table that promises more than is tested is worse than none."""
    functions = {
        path: {
            each.name
            for each in ast.walk(ast.parse((ROOT / path).read_text("utf-8")))
            if isinstance(each, ast.FunctionDef)
        }
        for path in {point["test"].partition("::")[0] for point in POINTS}
    }
    stray = [
        point["test"]
        for point in POINTS
        for path, _, name in (point["test"].partition("::"),)
        if name != "*" and name not in functions[path]
    ]

    assert stray == []
    assert len(POINTS) > 40
    assert all(all(point.values()) for point in POINTS)


# The protocol ------------------------------------------------------------------------------------


def test_a_posted_query_takes_its_dataset_from_the_address(ask: Asker) -> None:
    def posted(graph: str) -> int:
        where = f"default-graph-uri={quote(graph, safe='')}"
        status, _, body = ask(Request("POST", where, "application/sparql-query", NOTES.encode()))
        assert status == 200
        return len(json.loads(body)["results"]["bindings"])

    assert (posted(SECOND), posted(FIRST)) == (1, 0)


def test_several_graphs_are_merged_or_told_apart(ask: Asker) -> None:
    every = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"

    def count(*graphs: str) -> int:
        body = ask.get(every, "json", *(("default-graph-uri", each) for each in graphs))
        return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])

    def names(*graphs: str) -> set[str]:
        body = ask.get(named, "json", *(("named-graph-uri", each) for each in graphs))
        return {row["g"]["value"] for row in json.loads(body)["results"]["bindings"]}

    assert count(FIRST, SECOND) == count(FIRST) + count(SECOND) - 1, "one stands in both"
    told = every.replace("{", f"FROM <{FIRST}> FROM <{SECOND}> {{", 1)
    prefixed = told.replace(f"<{SECOND}>", "e:second")
    for text in (told, f"PREFIX e: <{SECOND.removesuffix('second')}> {prefixed}"):
        body = json.loads(ask.get(text))
        assert int(body["results"]["bindings"][0]["n"]["value"]) == count(FIRST, SECOND)
    assert names(FIRST, SECOND) == {FIRST, SECOND}
    assert names(SECOND) == {SECOND}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM",
        "SELECT * FROM FROM",
        "SELECT * FROM NAMED",
        "SELECT * FROM e:a FROM e:b { ?s ?p ?o }",
        "SELECT * FROM <a b> FROM <c> { ?s ?p ?o }",
    ],
)
def test_a_dataset_that_cannot_be_read_is_a_fault_of_the_text(ask: Asker, text: str) -> None:
    status, _, body = ask(Request("GET", f"query={quote(text)}"))

    assert status == 400
    assert json.loads(body)["error"] == "Malformed"


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("SELECT * { ?s ?p ?o }", "application/sparql-results+json"),
        ("ASK {}", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle"),
        ("DESCRIBE <http://example.org/parks>", "text/turtle"),
    ],
)
def test_each_form_of_query_has_its_kind_of_answer(ask: Asker, text: str, media: str) -> None:
    status, headers, _ = ask(Request("GET", f"query={quote(text)}", accept="*/*"))

    assert status == 200
    assert headers["Content-Type"].split(";")[0] == media


def test_a_relative_iri_needs_a_base(ask: Asker) -> None:
    text = "SELECT ?o { <parks> <http://example.org/note> ?o }"
    status, _, _ = ask(Request("GET", f"query={quote(text)}"))

    assert status == 400
    body = ask.get(f"BASE <http://example.org/> {text}")
    assert len(json.loads(body)["results"]["bindings"]) == 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_told_which_there_are(ask: Asker, method: str) -> None:
    status, headers, _ = ask(Request(method, "query=ASK%20%7B%7D"))

    assert status == 405
    assert {"GET", "POST", "HEAD", "OPTIONS"} <= set(headers["Allow"].split(", "))


# The formats -------------------------------------------------------------------------------------


def test_json_writes_every_kind_of_term_as_the_standard_has_it(ask: Asker) -> None:
    told = json.loads(ask.get(TERMS))
    (row,) = told["results"]["bindings"]
    (blank,) = json.loads(ask.get(BLANK))["results"]["bindings"]

    assert told["head"]["vars"] == ["iri", "plain", "said", "number", "none"]
    assert row == {
        "iri": {"type": "uri", "value": "http://e/a"},
        "plain": {"type": "literal", "value": 'a,"b"\r\nc'},
        "said": {"type": "literal", "value": "x", "xml:lang": "zh-hans"},
        "number": {"type": "literal", "value": "1", "datatype": "http://e/type"},
    }
    assert blank["b"]["type"] == "bnode"


def test_xml_writes_every_kind_of_term_as_the_standard_has_it(ask: Asker) -> None:
    told = ET.fromstring(ask.get(TERMS, "xml"))
    heads = [each.attrib["name"] for each in told.iter(f"{XML}variable")]
    found = {each.attrib["name"]: each[0] for each in told.iter(f"{XML}binding")}
    blank = ET.fromstring(ask.get(BLANK, "xml"))

    assert heads == ["iri", "plain", "said", "number", "none"]
    assert set(found) == set(heads) - {"none"}
    assert (found["iri"].tag, found["iri"].text) == (f"{XML}uri", "http://e/a")
    assert found["plain"].tag == f"{XML}literal"
    assert found["said"].attrib == {"{http://www.w3.org/XML/1998/namespace}lang": "zh-hans"}
    assert found["number"].attrib == {"datatype": "http://e/type"}
    assert next(blank.iter(f"{XML}bnode")).text


def test_csv_is_as_rfc_4180_has_it(ask: Asker) -> None:
    body = ask.get(TERMS, "csv")

    assert body.startswith(b"iri,plain,said,number,none\r\n")
    assert body.endswith(b"\r\n")
    assert b'"a,""b""\r\nc"' in body
    assert list(csv.reader(StringIO(body.decode(), newline=""))) == [
        ["iri", "plain", "said", "number", "none"],
        ["http://e/a", 'a,"b"\r\nc', "x", "1", ""],
    ]


def test_tsv_is_terms_as_turtle_writes_them(ask: Asker) -> None:
    head, row = ask.get(TERMS, "tsv").decode().splitlines()

    assert head.split("\t") == ["?iri", "?plain", "?said", "?number", "?none"]
    assert row.split("\t") == [
        "<http://e/a>",
        '"a,\\"b\\"\\r\\nc"',
        '"x"@zh-hans',
        '"1"^^<http://e/type>',
        "",
    ]


# What the store's own encoding keeps of a literal, and what it gives back in its place. The derived
# types are kept beside it (`sparql.exact`); no writer can restore the rest: what is written down here is
# what decision 0023 and the help tell.
DERIVED = (
    *("negativeInteger", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger"),
    *("byte", "short", "int", "long"),
    *("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
)
SHORTENED = (
    ("05", "integer", "5"), ("+5", "integer", "5"), ("1.50", "decimal", "1.5"), ("1.0", "decimal", "1"),
    ("1.0E0", "double", "1"), ("1.10", "float", "1.1"), ("1", "boolean", "true"),
    ("12:00:00.0", "time", "12:00:00"), ("P12M", "yearMonthDuration", "P1Y"),
    ("PT60S", "dayTimeDuration", "PT1M"), ("2026-01-01T00:00:00.000+00:00", "dateTime", "2026-01-01T00:00:00Z"),
)  # fmt: skip
KEPT = (
    ("5", "integer"), ("-0.1234567890123456", "decimal"), ("true", "boolean"), ("2026-01-01", "date"),
    ("2026-01-01T00:00:00+08:00", "dateTime"), ("2026", "gYear"), ("P1Y2M3DT4H", "duration"),
    ("0aFF", "hexBinary"), ("zh", "language"), (" a", "token"), ("many", "negativeInteger"),
    ("-99999999999999999999", "negativeInteger"), ("99999999999999999999", "unsignedLong"),
)  # fmt: skip


def literal(value: str, kind: str) -> Literal:
    return Literal(value, datatype=NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}"))


FOLDED = [
    *(literal("3", kind) for kind in DERIVED),
    *(literal("-3", kind) for kind in DERIVED if "egat" in kind),
    *(literal("+03", kind) for kind in DERIVED),
]
GIVEN_BACK = [
    *((literal(value, kind), literal(value, kind)) for value, kind in KEPT),
    *((literal(value, kind), literal(shorter, kind)) for value, kind, shorter in SHORTENED),
    (literal("2026-01-01T00:00:00Z", "dateTimeStamp"), literal("2026-01-01T00:00:00Z", "dateTime")),
]


@pytest.mark.parametrize(("sent", "kept"), GIVEN_BACK, ids=str)
def test_a_literal_is_given_as_the_store_keeps_it(ask: Asker, sent: Literal, kept: Literal) -> None:
    """Every form writes the very value and type that the store holds."""
    assert laid(sent) == kept
    assert_given(ask, sent, kept)


@pytest.mark.parametrize("sent", FOLDED, ids=str)
def test_a_number_of_a_derived_type_is_given_as_it_was_sent(ask: Asker, sent: Literal) -> None:
    """The engine alone would make an integer of it."""
    assert laid(sent) == literal(str(int(sent.value)), "integer")
    assert_given(ask, sent, sent)


def laid(sent: Literal) -> Literal:
    """Give a literal as the engine's store gives it back."""
    store = Store()
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:b"), sent))
    (quad,) = store
    assert isinstance(quad.object, Literal)
    return quad.object


def assert_given(ask: Asker, sent: Literal, kept: Literal) -> None:
    """Say that every form of an answer gives that for what was sent."""
    text = f"SELECT ?o {{ VALUES ?o {{ {sent} }} }}"
    for form in ("json", "tsv", "xml"):
        engine = BY_NAME[form].engine
        assert isinstance(engine, QueryResultsFormat)
        rows = parse_query_results(ask.get(text, form), engine)
        assert isinstance(rows, QuerySolutions)
        assert [row["o"] for row in rows] == [kept], form
    told = parse(ask.get(text, "ttl"), RdfFormat.TURTLE)
    assert [each.object for each in told if each.predicate.value.endswith("#value")] == [kept]
