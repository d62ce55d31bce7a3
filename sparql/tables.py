"""Rows as files that offices and analysts read: a workbook (XLSX) and a Parquet file.

Both are written in the child that runs the query, under its clock and its memory. Numbers, truths
and dates are written as such where the whole column (Parquet) or the cell (XLSX) holds them;
everything else is text, an IRI its address. Nothing is cut silently: a workbook then has a second
sheet that says so, a Parquet file says it in its metadata.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from pyoxigraph import Literal

from ontology.exact import TYPES
from ontology.terms import XSD
from sparql.portable import portable_text
from sparql.query import Term, value_of

Rows = Iterable[Sequence[Term | None]]

INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
EXACT = 10**15  # a workbook keeps fifteen digits of a number
LONGEST = 32_767  # characters of one cell of a workbook
HIGHEST = 1_048_575  # rows of one sheet, under its headings
WIDEST = 16_384  # columns of one sheet
WHOLE = frozenset({XSD.integer, *(XSD[local] for local in TYPES)})
NUMBERS = WHOLE | {XSD.decimal, XSD.double, XSD.float}
FIRST_DAY = date(1899, 12, 30)  # day 0 of a workbook's dates
RIGHT_FROM = date(1900, 3, 1)  # before it, workbooks count a day that never was


@dataclass(slots=True)
class Ended:
    """How many rows were written, and which limit cut them ("" for none); filled in at the end."""

    rows: int = 0
    cut: str = ""
    size: int = 0


class TooWide(ValueError):
    """There are more columns than the file can hold."""


def number_of(term: Literal) -> int | float | None:
    """Give the number that a literal is, None where it is none that both files can hold."""
    if term.datatype not in NUMBERS:
        return None
    if INTEGER.fullmatch(term.value):
        return int(term.value)
    try:
        found = float(term.value)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None


def date_of(term: Literal) -> date | None:
    """Give the day that a literal is, None where it is none."""
    if term.datatype != XSD.date:
        return None
    try:
        return date.fromisoformat(term.value)
    except ValueError:
        return None


# A workbook ----------------------------------------------------------------------------------------

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name '
    'val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf fontId="1" '
    'applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle '
    'name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
BOLD, DAY = 1, 2
FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15" defaultColWidth="26"/>'
)
PLAIN = '<sheetFormatPr defaultRowHeight="15" defaultColWidth="100"/>'


@dataclass(slots=True)
class Cells:
    """Writes cells, and counts the texts that were too long for one."""

    shortened: int = 0

    def line(self, row: Sequence[Term | None]) -> str:
        """Write one row."""
        return f"<row>{''.join(map(self.cell, row))}</row>"

    def cell(self, term: Term | None) -> str:
        """Write one cell; an unbound one is empty."""
        if term is None:
            return "<c/>"
        if isinstance(term, Literal):
            number, day = number_of(term), date_of(term)
            if number is not None and abs(number) < EXACT:
                return f"<c><v>{number!r}</v></c>"
            if day is not None and day >= RIGHT_FROM:
                return f'<c s="{DAY}"><v>{(day - FIRST_DAY).days}</v></c>'
            if term.datatype == XSD.boolean and term.value in {"true", "false"}:
                return f'<c t="b"><v>{int(term.value == "true")}</v></c>'
        return self.text(value_of(term))

    def text(self, value: str, style: int = 0) -> str:
        """Write a text as it is: never a formula, whatever it begins with."""
        told = portable_text(value)
        if len(told) > LONGEST:
            told, self.shortened = told[:LONGEST], self.shortened + 1
        return (
            f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(told)}</t></is></c>'
        )


def workbook(variables: Sequence[str], rows: Rows, ended: Ended) -> bytes:
    """Write rows as a workbook of one sheet, and a second where something was cut."""
    if len(variables) > WIDEST:
        raise TooWide
    file, cells = BytesIO(), Cells()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}">{FROZEN}<sheetData>'.encode())
            names = "".join(cells.text(each, BOLD) for each in variables)
            sheet.write(f"<row>{names}</row>".encode())
            for row in rows:
                sheet.write(cells.line(row).encode())
            sheet.write(b"</sheetData></worksheet>")
        notes = notes_of(ended, cells.shortened)
        if notes:
            lines = "".join(f"<row>{cells.text(each)}</row>" for each in notes)
            text = (
                f'{HEAD}<worksheet xmlns="{MAIN}">{PLAIN}<sheetData>{lines}</sheetData></worksheet>'
            )
            book.writestr("xl/worksheets/sheet2.xml", text)
        for name, text in frame_of(2 if notes else 1).items():
            book.writestr(name, text)
    return file.getvalue()


def notes_of(ended: Ended, shortened: int) -> list[str]:
    """Give what a reader of a workbook has to know, in both languages."""
    notes = []
    if ended.cut:
        notes += [
            f"结果未完：此文件只有前 {ended.rows} 行（限制：{ended.cut}）。",
            f"Not everything: this file has the first {ended.rows} rows (limit: {ended.cut}).",
        ]
    if shortened:
        notes += [
            f"{shortened} 个单元格的文字超过 {LONGEST} 字，已截短。",
            f"{shortened} cells had more than {LONGEST} characters and were shortened.",
        ]
    return notes


def frame_of(sheets: int) -> dict[str, str]:
    """Give the files that hold a workbook of so many sheets together."""
    numbers = range(1, sheets + 1)
    titles = {1: "结果 Answer", 2: "说明 Note"}
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>'
        for n in numbers
    )
    listed = "".join(f'<sheet name="{titles[n]}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    ties = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/><Override '
        f'PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}'
        "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{ties}'
        f'<Relationship Id="s1" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": STYLES,
    }


# A Parquet file ------------------------------------------------------------------------------------


@dataclass(slots=True)
class Column:
    """The values of one variable, and the types that all of them fit."""

    values: list[Term | None] = field(default_factory=list)

    def kind(self) -> str:
        """Name the type of the column: the narrowest that keeps every value as it is."""
        bound = [each for each in self.values if each is not None]
        literals = [each for each in bound if isinstance(each, Literal)]
        if not bound or len(literals) < len(bound):
            return "string"
        if all(each.datatype in WHOLE and INTEGER.fullmatch(each.value) for each in literals):
            return "int64"
        if all(number_of(each) is not None for each in literals):
            return "float64"
        if all(date_of(each) is not None for each in literals):
            return "date32"
        truths = {"true", "false"}
        if all(each.datatype == XSD.boolean and each.value in truths for each in literals):
            return "bool"
        return "string"

    def read(self, kind: str) -> list[Any]:
        """Give the values as that type has them."""
        reads = READS[kind]
        return [None if each is None else reads(each) for each in self.values]


READS: MappingProxyType[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "string": value_of,
        "int64": lambda term: int(term.value),
        "float64": lambda term: float(term.value),
        "date32": lambda term: date.fromisoformat(term.value),
        "bool": lambda term: term.value == "true",
    }
)


def parquet(variables: Sequence[str], rows: Rows, ended: Ended) -> bytes:
    """Write rows as a Parquet file, whose metadata say how many they are and whether all."""
    import pyarrow as pa  # noqa: PLC0415 - 60 MB that only a child which writes Parquet needs
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = [Column() for _ in variables]
    for row in rows:
        for column, term in zip(columns, row, strict=True):
            column.values.append(term)
    kinds = [each.kind() for each in columns]
    arrays = [
        pa.array(each.read(kind), type=getattr(pa, MAKERS.get(kind, kind))())
        for each, kind in zip(columns, kinds, strict=True)
    ]
    said = {"govgraph.rows": str(ended.rows)}
    if ended.cut:
        said["govgraph.truncated"] = f"rows={ended.rows} limit={ended.cut}"
    table = pa.Table.from_arrays(arrays, names=list(variables)).replace_schema_metadata(said)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="snappy")
    written: bytes = sink.getvalue().to_pybytes()
    return written


MAKERS = {"bool": "bool_"}
WRITERS: MappingProxyType[str, Callable[[Sequence[str], Rows, Ended], bytes]] = MappingProxyType(
    {"xlsx": workbook, "parquet": parquet}
)
