"""An answer is cut between two rows, whatever stands in them and wherever chunks part."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, QueryResultsFormat, Store

from sparql.formats import SOLUTIONS
from sparql.query import ask
from sparql.workers.cutting import HARD, TooWide, cutter_for

ENGINE = {each.name: each.engine for each in SOLUTIONS}
NASTY = st.text(st.sampled_from('},{"\\[]<>/&\r\n\tresult道a '), max_size=12)


def written(rows: list[tuple[str, str]], form: str) -> bytes:
    values = " ".join(f"({Literal(a)} {Literal(b)})" for a, b in rows)
    found = ask(Store(), f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }}")
    engine = ENGINE[form]
    assert isinstance(engine, QueryResultsFormat)
    return found.serialize(format=engine)  # type: ignore[union-attr,return-value]


def cut(text: bytes, form: str, limit: int, piece: int) -> tuple[bytes, int, str]:
    cutter, out = cutter_for(form, limit, 10**9), b""
    for at in range(0, len(text), piece):
        out += cutter.passed(text[at : at + piece])
        if cutter.full:
            return out, cutter.rows, cutter.full
    return out + cutter.rest(), cutter.rows, ""


def read(text: bytes, form: str) -> list[tuple[str, str]]:
    if form == "json":
        rows = json.loads(text)["results"]["bindings"]
        return [(row["a"]["value"], row["b"]["value"]) for row in rows]
    if form == "xml":
        root = ET.fromstring(text.replace(b"\r", b"&#13;"))
        return [tuple(v.text or "" for v in row.iter() if v.tag.endswith("literal"))  # type: ignore[misc]
                for row in root.iter() if row.tag.endswith("}result")]  # fmt: skip
    if form == "csv":
        return [tuple(row) for row in csv.reader(io.StringIO(text.decode(), newline=""))][1:]  # type: ignore[misc]
    return [tuple(line.split("\t")) for line in text.decode().split("\n")[1:] if line]  # type: ignore[misc]


@pytest.mark.parametrize("form", list(ENGINE))
@given(
    rows=st.lists(st.tuples(NASTY, NASTY), max_size=8),
    limit=st.integers(1, 9),
    piece=st.integers(1, 64),
)
@settings(max_examples=150, deadline=None)
def test_the_first_rows_come_whole_and_are_counted(
    form: str, rows: list[tuple[str, str]], limit: int, piece: int
) -> None:
    text = written(rows, form)
    out, count, full = cut(text, form, limit, piece)

    assert count == min(len(rows), limit)
    assert full == ("rows" if len(rows) > limit else "")
    if form == "csv":  # the reader drops rows it takes for blank lines
        assert text.startswith(out)
        assert out == written(rows[:limit], form)
    else:
        assert read(out, form) == read(text, form)[:limit]
    if not full:
        assert out == text


@pytest.mark.parametrize("form", list(ENGINE))
def test_an_answer_that_is_too_large_ends_with_the_row_that_passes_the_limit(form: str) -> None:
    rows = [(f"row {n}", "x") for n in range(100)]
    text = written(rows, form)
    cutter = cutter_for(form, 1000, len(text) // 2)
    out = b""
    for at in range(0, len(text), 50):
        out += cutter.passed(text[at : at + 50])
        if cutter.full:
            break

    assert cutter.full == "size"
    assert read(out, form) == read(text, form)[: cutter.rows]
    assert 0 < cutter.rows < 100
    assert len(text) // 2 <= len(out) < len(text) // 2 + 400


def test_an_answer_without_a_place_to_cut_ends_hard() -> None:
    cutter = cutter_for("json", 10, 100)
    with pytest.raises(TooWide):
        for _ in range(HARD // 1000 + 10):
            cutter.passed(b"{}," * 400)
