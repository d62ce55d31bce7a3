"""Rows as a workbook and as Parquet: read back by other people's software, whole or saying it is not."""

from __future__ import annotations

import json
from datetime import date, datetime
from io import BytesIO

import openpyxl
import pyarrow.parquet as pq
import pytest
from pyoxigraph import Literal, NamedNode

from ontology.terms import XSD
from sparql import tables
from sparql.protocol import Endpoint, Request, Response, respond
from sparql.query import Term
from sparql.tables import Ended
from tests.sparql.conftest import DiskView

ROWS: list[tuple[Term | None, ...]] = [
    (Literal("=1+1"), Literal(3), Literal("2026-11-29", datatype=XSD.date), NamedNode("urn:a")),
    (Literal("a\x01<&>\n"), Literal(-7), Literal("1899-01-01", datatype=XSD.date), None),
]
NAMES = ["text", "number", "day", "thing"]


def asked(endpoint: Endpoint, view: DiskView, text: str, form: str) -> Response:
    from urllib.parse import urlencode  # noqa: PLC0415 - told beside its one use

    return respond(Request("GET", urlencode({"query": text, "format": form})), view, endpoint)


def body(response: Response) -> bytes:
    try:
        return b"".join(response.body)
    finally:
        response.close()


def test_a_workbook_is_read_by_another_s_software() -> None:
    """Numbers and days as such, a text never as a formula, what XML forbids left out."""
    sheet = openpyxl.load_workbook(BytesIO(tables.workbook(NAMES, ROWS, Ended(2)))).active
    assert sheet is not None
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]

    assert values[0] == NAMES
    assert values[1] == ["=1+1", 3, datetime(2026, 11, 29), "urn:a"]  # noqa: DTZ001 - a bare day
    assert values[2] == ["a<&>\n", -7, "1899-01-01", None]
    assert sheet["A2"].data_type == "s"


def test_a_column_of_parquet_has_the_type_that_all_its_values_have() -> None:
    table = pq.read_table(BytesIO(tables.parquet(NAMES, ROWS, Ended(2))))

    assert [str(each.type) for each in table.schema] == ["string", "int64", "date32[day]", "string"]
    assert table.column("number").to_pylist() == [3, -7]
    assert table.column("day").to_pylist()[0] == date(2026, 11, 29)
    assert table.schema.metadata == {b"govgraph.rows": b"2"}


@pytest.mark.parametrize("value", ["1.5", "INF", "99999999999999999999", "x"])
def test_a_number_that_a_column_cannot_hold_makes_it_one_of_texts_or_fractions(value: str) -> None:
    rows = [(Literal("1", datatype=XSD.integer),), (Literal(value, datatype=XSD.decimal),)]
    kind = str(pq.read_table(BytesIO(tables.parquet(["n"], rows, Ended(2)))).schema.field("n").type)

    assert kind == ("string" if value in {"INF", "x"} else "double")


def test_a_long_text_of_a_workbook_is_shortened_and_a_second_sheet_says_so() -> None:
    book = openpyxl.load_workbook(
        BytesIO(tables.workbook(["a"], [(Literal("长" * 40_000),)], Ended(1)))
    )

    assert len(str(book.worksheets[0]["A2"].value)) == tables.LONGEST
    assert "1 cells had more than" in str(book.worksheets[1]["A2"].value)


def test_both_files_come_from_the_endpoint(endpoint: Endpoint, view: DiskView) -> None:
    text = "SELECT ?s ?size { ?s <http://example.org/size> ?size } ORDER BY ?size"
    book = asked(endpoint, view, text, "xlsx")
    frame = asked(endpoint, view, text, "parquet")

    assert book.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert book.headers["Content-Disposition"] == 'attachment; filename="govgraph.xlsx"'
    sheet = openpyxl.load_workbook(BytesIO(body(book))).active
    assert sheet is not None
    assert [cell.value for cell in sheet["B"]] == ["size", 3.5, 12]
    assert pq.read_table(BytesIO(body(frame))).column("size").to_pylist() == [3.5, 12.0]


@pytest.mark.parametrize("form", ["xlsx", "parquet", "csv", "tsv", "json", "xml"])
def test_a_cut_is_told_in_the_file_or_in_its_name(
    endpoint: Endpoint, large: DiskView, form: str
) -> None:
    answer = asked(endpoint, large, "SELECT ?o { ?s ?p ?o }", form)
    file = body(answer)
    rows = endpoint.answers.limits.rows

    if form == "xlsx":
        note = openpyxl.load_workbook(BytesIO(file), read_only=True).worksheets[1]
        assert f"the first {rows} rows" in str([row[0].value for row in note.iter_rows()])
    elif form == "parquet":
        said = pq.read_schema(BytesIO(file)).metadata[b"govgraph.truncated"]
        assert said == b"rows=50000 limit=rows"
    elif form in {"csv", "tsv"}:
        assert answer.headers["Content-Disposition"].endswith(f'"govgraph-first-{rows}.{form}"')
    elif form == "json":
        assert json.loads(file)["truncated"]["rows"] == rows
    else:
        assert b"truncated: rows=50000" in file
