"""A table in a stranger's file, as rows of text: CSV, TSV, XLSX, JSON rows, each also gzip.

`read_rows` looks at the whole file once (packing, encoding) and refuses what cannot be read at
all; its `Rows` can be gone through any number of times. A row that does not read is handed on with
its fault and its original text, so that the caller can set it aside and the rest lands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from graph.harvest.tables import json_rows, workbooks
from graph.harvest.tables.delimited import Record, delimiter_of, records
from graph.harvest.tables.files import (
    ZIP,
    Line,
    encoding_of,
    head,
    lines,
    refuse_others,
    unreadable,
)

TOP = 10  # records among which the header is looked for
Sentences = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row does not read: a word for counting, and the sentence (en, zh)."""

    rule: str
    why: Sentences


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its text by column.

    `fault` says why it cannot be used; `original` is then its text in the file's own form.
    `mended` is the original text where a stray quote was read around.
    """

    number: int
    cells: dict[str, str]
    fault: Fault | None = None
    original: str = ""
    mended: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: its columns, how it is written, and its rows as often as they are asked for."""

    path: Path
    header: tuple[str, ...]
    encoding: str
    delimiter: str
    format: str
    _read: Callable[[], Iterator[Row]] = field(repr=False, compare=False)

    def __iter__(self) -> Iterator[Row]:
        """Go through the rows from the first."""
        return self._read()

    def original(self, row: Row) -> str:
        """Give the row as it stood, under its header, so that it can be mended and loaded again."""
        if row.fault and self.format == "json":
            return row.original
        body = row.original or csv_line([row.cells.get(name, "") for name in self.header])
        mark = self.delimiter if row.original else ","
        return csv_line(self.header, mark) + body.rstrip("\r\n") + "\n"


def csv_line(cells: Iterable[str], delimiter: str = ",") -> str:
    """Give one line of delimited text, with its end."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(list(cells))
    return out.getvalue()


def read_rows(path: Path, *, encoding: str | None = None) -> Rows:
    """Open a table. `encoding` overrules what the file seems to be written in.

    Raises Unreadable for an empty file, a file of another kind, a broken or cut packing, and
    text in an encoding that cannot be told for certain.
    """
    path = Path(path)
    if not path.is_file():
        raise unreadable(path, "there is no such file", "没有这个文件")
    first = head(path)
    if first.startswith(ZIP):
        return _workbook(path)
    refuse_others(path, first)
    written = encoding or encoding_of(path)
    if json_rows.looks_like_json(first):
        return _json(path, written)
    return _delimited(path, written)


def names_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Give the columns' names: trimmed, never empty, never twice the same."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(cell.replace("\ufeff", "").split()) or f"column {place}"
        again = sum(1 for other in names if other == name or other.startswith(f"{name} ("))
        names.append(f"{name} ({again + 1})" if again else name)
    return tuple(names)


def header_place(top: Sequence[Sequence[str]]) -> int:
    """Give the place of the header among the first records: titles above it fill fewer cells."""
    filled = [sum(bool(cell.strip()) for cell in cells) for cells in top]
    enough = max(filled, default=0) / 2
    return next((at for at, count in enumerate(filled) if count and count >= enough), 0)


def _trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """Leave out empty cells at the end."""
    size = next((at for at in range(len(cells), 0, -1) if cells[at - 1].strip()), 0)
    return tuple(cells[:size])


def _delimited(path: Path, encoding: str) -> Rows:
    """Give the rows of delimited text."""
    start = list(islice(lines(path, encoding), TOP * 20))
    marked = _separator_line(start)
    body = start[1:] if marked else start
    delimiter = marked or delimiter_of(body, TOP)
    top = list(islice(records(body, delimiter, None), TOP))
    at = header_place([record.cells for record in top])
    skipped = bool(marked) + at
    header = names_of(_trimmed(top[at].cells))
    if not header:
        raise unreadable(path, "it has no header row", "没有表头行")

    def read() -> Iterator[Row]:
        source = lines(path, encoding)
        for number, record in enumerate(
            _after(source, delimiter, len(header), skipped), skipped + 2
        ):
            if any(cell.strip() for cell in record.cells) or record.state != "whole":
                yield _row(number, record, header)

    return Rows(path, header, encoding, delimiter, "csv", read)


def _after(source: Iterator[Line], delimiter: str, width: int, skipped: int) -> Iterator[Record]:
    """Yield the records below the header, `skipped` records standing above it."""
    above = records(source, delimiter, None)
    for _ in range(skipped + 1):
        next(above, None)
    return records(source, delimiter, width)


def _separator_line(start: Sequence[Line]) -> str:
    """Give the delimiter that a first line `sep=;` names, as Excel writes it; else nothing."""
    first = start[0].text.strip("\r\n").lower() if start else ""
    return first[4:] if first.startswith("sep=") and len(first) == len("sep=,") else ""


def _row(number: int, record: Record, header: tuple[str, ...]) -> Row:
    """Give one record as a row, or as a row with its fault."""
    cells = record.cells[: len(header)]
    fault = _fault(record, len(header))
    if fault:
        return Row(number, dict(zip(header, cells, strict=False)), fault, record.text)
    mended = record.text if record.state == "mended" else ""
    return Row(number, dict(zip(header, cells, strict=True)), mended=mended)


def _fault(record: Record, width: int) -> Fault | None:
    """Say what keeps a record from being used."""
    if record.state == "bytes":
        return Fault(
            "encoding",
            ("holds bytes that are no text in the file's encoding", "含有无法按文件编码读取的字节"),
        )
    if record.state == "unclosed":
        return Fault(
            "quote",
            ("a quoted cell is opened and not closed here", "有引号没有闭合，无法分清单元格"),
        )
    return ragged(len(_trimmed(record.cells)), len(record.cells), width)


def ragged(filled: int, present: int, width: int) -> Fault | None:
    """Say whether a row has too many or too few cells for its header."""
    count = present if present < width else filled
    if present >= width >= filled:
        return None
    return Fault(
        "cells",
        (
            f"has {count} cells where the header has {width}",
            f"有 {count} 个单元格，而表头有 {width} 列",
        ),
    )


def _workbook(path: Path) -> Rows:
    """Give the rows of an XLSX workbook's first sheet that holds a table."""
    sheet = workbooks.first_table(path)
    at = header_place(sheet.top)
    header = names_of(_trimmed(sheet.top[at])) if sheet.top else ()
    if not header:
        raise unreadable(path, "no sheet of it holds a table", "其中没有任何含有表格的工作表")
    above = sheet.numbers[at]

    def read() -> Iterator[Row]:
        for number, cells in workbooks.table_rows(path, sheet):
            if number > above and any(cells):
                yield _sheet_row(number, cells, header)

    return Rows(path, header, "xlsx", "", "xlsx", read)


def _sheet_row(number: int, cells: tuple[str, ...], header: tuple[str, ...]) -> Row:
    """Give one row of a sheet; cells beyond the header are a fault, missing ones are empty."""
    full = cells + ("",) * (len(header) - len(cells))
    named = dict(zip(header, full, strict=False))
    fault = ragged(len(_trimmed(full)), len(full), len(header))
    return Row(number, named, fault, csv_line(full).rstrip("\n") if fault else "")


def _json(path: Path, encoding: str) -> Rows:
    """Give the rows of JSON: an array of objects, JSON lines, or objects within objects."""
    first = list(islice(json_rows.objects(path, encoding), 1000))
    names: dict[str, None] = {}
    for each in first:
        names.update(dict.fromkeys(each.cells))
    if not names:
        raise unreadable(path, "this JSON holds no rows (objects)", "该 JSON 中没有任何行（对象）")
    header = tuple(names)

    def read() -> Iterator[Row]:
        for each in json_rows.objects(path, encoding):
            cells = dict.fromkeys(header, "") | each.cells
            fault = Fault("json", each.why) if each.why else None
            yield Row(each.number, cells, fault, each.original if fault else "")

    return Rows(path, header, encoding, "", "json", read)
