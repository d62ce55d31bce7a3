"""Rows and truths as RDF, triples as a table: read back by other people's software, and last of what is chosen."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO
from urllib.parse import urlencode

import openpyxl
import pyarrow.parquet as pq
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib import Graph
from rdflib.plugins.sparql.results.rdfresults import RDFResultParser
from rdflib.query import Result

from sparql import otherwise
from sparql.protocol import Endpoint, Request, Response, respond
from tests.sparql.conftest import DiskView

ROWS = """PREFIX ex: <http://example.org/>
SELECT ?s ?t ?n { ?s <http://purl.org/dc/terms/title> ?t OPTIONAL { ?s ex:note ?n } } ORDER BY ?t"""
COPY = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"


def asked(
    endpoint: Endpoint, view: DiskView, text: str, form: str = "", accept: str | None = None
) -> tuple[Response, bytes]:
    fields = {"query": text} | ({"format": form} if form else {})
    response = respond(Request("GET", urlencode(fields), accept=accept), view, endpoint)
    try:
        return response, b"".join(response.body)
    finally:
        response.close()


def read(text: bytes) -> Result:
    return RDFResultParser().parse(Graph().parse(data=text, format="turtle"))


def test_rows_in_turtle_are_the_rows_in_json_to_another_s_reader(
    endpoint: Endpoint, view: DiskView
) -> None:
    response, text = asked(endpoint, view, ROWS, "ttl")
    found = read(text)
    wanted = Result.parse(BytesIO(asked(endpoint, view, ROWS, "json")[1]), format="json")

    assert response.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert response.headers["X-Govgraph-Rows"] == "4"
    assert found.type == "SELECT"
    assert set(map(str, found.vars or ())) == {"s", "t", "n"}
    rows = [dict(row.items()) for row in found.bindings]
    assert len(rows) == 4
    assert all(dict(row) in rows for row in wanted.bindings)


def test_the_places_of_rows_are_told_since_a_graph_has_no_order(
    endpoint: Endpoint, view: DiskView
) -> None:
    _, text = asked(endpoint, view, ROWS, "ttl")
    graph = Graph().parse(data=text, format="turtle")
    placed = graph.query(
        f"""PREFIX rs: <{otherwise.RESULT_SET}> SELECT ?text {{
        ?row rs:index ?place ; rs:binding [ rs:variable "t" ; rs:value ?text ] }} ORDER BY ?place"""
    )
    told = json.loads(asked(endpoint, view, ROWS, "json")[1])["results"]["bindings"]

    assert [str(text) for (text,) in placed] == [row["t"]["value"] for row in told]  # type: ignore[misc]


@pytest.mark.parametrize(("text", "truth"), [("ASK {}", True), ("ASK { <urn:a> ?p ?o }", False)])
def test_a_truth_comes_in_every_form(
    endpoint: Endpoint, view: DiskView, text: str, *, truth: bool
) -> None:
    assert read(asked(endpoint, view, text, "ttl")[1]).askAnswer is truth
    book = openpyxl.load_workbook(BytesIO(asked(endpoint, view, text, "xlsx")[1])).active
    assert book is not None
    assert [cell.value for cell in book["A"]] == ["boolean", truth]
    frame = pq.read_table(BytesIO(asked(endpoint, view, text, "parquet")[1]))
    assert frame.to_pylist() == [{"boolean": truth}]


def test_triples_are_rows_of_three_columns(endpoint: Endpoint, view: DiskView) -> None:
    count = len(list(parse(asked(endpoint, view, COPY, "nt")[1], RdfFormat.N_TRIPLES)))
    lines = list(csv.reader(StringIO(asked(endpoint, view, COPY, "csv")[1].decode(), newline="")))
    tabbed = asked(endpoint, view, COPY, "tsv")[1].decode().splitlines()
    book = openpyxl.load_workbook(BytesIO(asked(endpoint, view, COPY, "xlsx")[1])).active
    frame = pq.read_table(BytesIO(asked(endpoint, view, COPY, "parquet")[1]))

    assert tuple(lines[0]) == otherwise.PLACES
    assert ["http://example.org/parks", "http://purl.org/dc/terms/title", "公园"] in lines
    assert any(line[2] == 'Parks, "green"\nand \\ more' for line in lines)
    assert tabbed[0] == "?subject\t?predicate\t?object"
    assert all(
        len(list(parse(f"{' '.join(each.split(chr(9)))} .", RdfFormat.TURTLE))) == 1
        for each in tabbed[1:]
    )
    assert book is not None
    assert {len(lines), len(tabbed), book.max_row, frame.num_rows + 1} == {count + 1}


def test_limits_hold_and_are_told(endpoint: Endpoint, large: DiskView) -> None:
    rows, turtle = asked(endpoint, large, "SELECT * { ?s ?p ?o }", "ttl")
    _, table = asked(endpoint, large, COPY, "csv")
    response, _ = asked(endpoint, large, COPY, "csv")

    assert rows.status == 200
    assert turtle.count(b"rs:solution") == 50_000
    assert turtle.endswith(b" .\n\n# truncated: rows=50000 limit=rows\n")
    assert table.count(b"\r\n") == 50_001
    assert response.headers["X-Govgraph-Truncated"] == "rows=50000"
    assert response.headers["Content-Disposition"].endswith('"govgraph-first-50000.csv"')


@pytest.mark.parametrize(
    ("text", "accept", "media"),
    [
        (ROWS, "text/turtle", "text/turtle"),
        (ROWS, "text/turtle, */*;q=0.1", "application/sparql-results+json"),
        (ROWS, "text/turtle, application/sparql-results+xml;q=0.5", "application/sparql-results+xml"),
        (ROWS, "text/turtle, text/csv;q=0", "text/turtle"),
        ("ASK {}", "application/turtle", "text/turtle"),
        (COPY, "text/csv", "text/csv"),
        (COPY, "text/csv, application/ld+json;q=0.1", "application/ld+json"),
        (COPY, "text/csv, */*;q=0.1", "text/turtle"),
    ],
)  # fmt: skip
def test_who_takes_what_is_made_for_the_answer_is_given_that(
    endpoint: Endpoint, view: DiskView, text: str, accept: str, media: str
) -> None:
    response, _ = asked(endpoint, view, text, accept=accept)

    assert response.headers["Content-Type"].partition(";")[0] == media


def test_terms_of_every_kind_are_written_as_they_are() -> None:
    quoted = Triple(NamedNode("urn:a"), NamedNode("urn:b"), Literal('"\t\n\\', language="en"))
    terms = [quoted, Literal("x"), BlankNode("b"), NamedNode("urn:道"), None, Literal(3)]
    text = "".join(otherwise.result_set(["v"], [(each,) for each in terms]))
    values = [
        each.object for each in parse(text, RdfFormat.TURTLE)
        if str(each.predicate).endswith("#value>")
    ]  # fmt: skip

    assert [type(each) for each in values] == [type(each) for each in terms if each is not None]
    assert set(map(str, values)) >= {str(each) for each in terms if isinstance(each, Literal)}
    assert quoted in values
    assert list(otherwise.separated_by_commas([(BlankNode("b"), None, quoted)]))[1].startswith(
        "_:b,,"
    )
    assert list(otherwise.separated_by_tabs([(None,)])) == ["?subject\t?predicate\t?object\n", "\n"]
    assert "rs:resultVariable" not in "".join(otherwise.result_set([], [()]))
