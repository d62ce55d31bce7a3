"""XLSX workbooks as rows of text, read row by row and never unpacked beyond a limit.

A workbook is a zip of XML parts (ECMA-376). What its directory says of the unpacked size is added
up before anything is unpacked; a part with a DOCTYPE is refused. Cells that were merged down a
column all say what the first of them says, as a person reads them.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import openpyxl
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from graph.harvest.tables.files import chunks, unreadable

MOST_UNPACKED = 1 << 29  # bytes of all parts together
MOST_PACKED = 1 << 28
MOST_SHARED = 1 << 27  # the shared texts, which must be held whole
MOST_EMPTY = 10_000  # empty rows in a run: after them nothing more is looked for
TOP = 10
MERGED = re.compile(rb'<mergeCell\s+ref="([A-Z]+\d+:[A-Z]+\d+)"')
MOST_MERGED = 100_000
TOO_BIG = (
    "unpacked this workbook is too large; save it as CSV",
    "该工作簿解压后过大；请另存为 CSV",
)
BROKEN = (KeyError, ValueError, zipfile.BadZipFile, InvalidFileException, EOFError, OSError)

# A sheet opened to be read row by row: the published types know only the other kind.
OpenSheet = Any
Spans = dict[int, list[tuple[int, int, int]]]  # column -> [(first row, last row, its width)]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that holds a table: its name, its first filled rows and their numbers."""

    name: str
    top: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]


def first_table(path: Path) -> Sheet:
    """Give the first sheet with at least two filled rows, else the first with any.

    Raises Unreadable where the file is no workbook, is broken, or would unpack beyond the limits.
    """
    found = [sheet for sheet in _sheets(path) if sheet.top]
    if not found:
        return Sheet("", (), ())
    return next((sheet for sheet in found if len(sheet.top) > 1), found[0])


def _sheets(path: Path) -> Iterator[Sheet]:
    """Yield the sheets with their first rows."""
    for name in _with_workbook(path, lambda book, _: [each.title for each in book.worksheets]):
        top: list[tuple[int, tuple[str, ...]]] = []
        for number, cells in _rows(path, name):
            if any(cells):
                top.append((number, cells))
            if len(top) == TOP:
                break
        yield Sheet(name, tuple(cells for _, cells in top), tuple(number for number, _ in top))


def table_rows(path: Path, sheet: Sheet) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the rows of a sheet with their numbers; empty rows too."""
    return _rows(path, sheet.name)


def _with_workbook(path: Path, use: Any) -> Any:  # noqa: ANN401 - what `use` gives
    """Open the workbook, hand it to `use`, and close it."""
    with _packed(path) as packed:
        _check(path, packed)
        try:
            with closing(openpyxl.load_workbook(packed, read_only=True, data_only=True)) as book:
                return use(book, packed)
        except BROKEN as error:
            raise _broken(path) from error


def _rows(path: Path, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield number and text of each row of the sheet of that name."""
    with _packed(path) as packed:
        _check(path, packed)
        try:
            with closing(openpyxl.load_workbook(packed, read_only=True, data_only=True)) as book:
                sheet = book[name]
                sheet.reset_dimensions()
                yield from _filled(sheet, _spans(packed, sheet))
        except BROKEN as error:
            raise _broken(path) from error


def _filled(sheet: OpenSheet, spans: Spans) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the rows with merged cells filled in, until a long run of empty ones."""
    held: dict[int, str] = {}
    empty = 0
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = [cell_text(value) for value in values]
        for column, ranges in spans.items():
            _fill(cells, held, column, ranges, number)
        empty = 0 if any(cells) else empty + 1
        if empty > MOST_EMPTY:
            return
        yield number, tuple(cells)


def _fill(
    cells: list[str],
    held: dict[int, str],
    column: int,
    ranges: list[tuple[int, int, int]],
    number: int,
) -> None:
    """Write a merged range's text in each of its rows; ranges stand in order, the next first."""
    while ranges and ranges[0][1] < number:
        ranges.pop(0)
    if not ranges or ranges[0][0] > number:
        return
    cells.extend([""] * (column - len(cells)))
    if ranges[0][0] == number:
        held[column] = cells[column - 1]
    else:
        cells[column - 1] = cells[column - 1] or held.get(column, "")


def _spans(packed: IO[bytes], sheet: OpenSheet) -> Spans:
    """Give the ranges merged down one column. They stand after the rows, so the part is scanned."""
    spans: Spans = {}
    with zipfile.ZipFile(packed) as parts, parts.open(_part(sheet)) as part:
        for reference in _merged(part):
            left, first, right, last = range_boundaries(reference.decode())
            if left == right and first is not None and last is not None and left is not None:
                spans.setdefault(left, []).append((first, last, 1))
    for ranges in spans.values():
        ranges.sort()
    return spans


def _part(sheet: OpenSheet) -> str:
    """Give the name of the sheet's part in the zip."""
    return str(sheet._worksheet_path).lstrip("/")  # noqa: SLF001 - nothing public names the part


def _merged(part: IO[bytes]) -> Iterator[bytes]:
    """Yield references of merged ranges in a sheet's XML."""
    carry, count = b"", 0
    while chunk := part.read(1 << 20):
        text = carry + chunk
        end = 0
        for found in MERGED.finditer(text):
            yield found.group(1)
            end = found.end()
            count += 1
            if count > MOST_MERGED:
                return
        carry = text[max(end, len(text) - 100) :]


def cell_text(value: object) -> str:
    """Give a cell's value as a person reads it: whole numbers without a point, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def checked(path: Path) -> IO[bytes]:
    """Open a workbook's bytes after a look at its packing; raises Unreadable as `first_table` does."""
    packed = _packed(path)
    try:
        _check(path, packed)
    except BaseException:
        packed.close()
        raise
    return packed


def _packed(path: Path) -> IO[bytes]:
    """Open the workbook's bytes, out of gzip where it is."""
    with path.open("rb") as file:
        if file.read(2) != b"\x1f\x8b":
            return path.open("rb")
    held: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    size = 0
    for chunk in chunks(path):
        size += len(chunk)
        if size > MOST_PACKED:
            held.close()
            raise unreadable(path, *TOO_BIG)
        held.write(chunk)
    held.seek(0)
    return held


def _check(path: Path, packed: IO[bytes]) -> None:
    """Refuse what is no workbook, and what would unpack beyond the limits."""
    try:
        with zipfile.ZipFile(packed) as parts:
            listed = parts.infolist()
            if "xl/workbook.xml" not in {part.filename for part in listed}:
                raise unreadable(
                    path,
                    "this zip archive is not an XLSX workbook; unpack it first",
                    "这个 zip 压缩包不是 XLSX 工作簿；请先解压",
                )
            _check_sizes(path, listed)
            _check_parts(path, parts, listed)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise _broken(path) from error
    packed.seek(0)


def _check_sizes(path: Path, listed: list[zipfile.ZipInfo]) -> None:
    """Refuse a workbook whose parts unpack to too much."""
    shared = sum(part.file_size for part in listed if part.filename.endswith("sharedStrings.xml"))
    if sum(part.file_size for part in listed) > MOST_UNPACKED or shared > MOST_SHARED:
        raise unreadable(path, *TOO_BIG)


def _check_parts(path: Path, parts: zipfile.ZipFile, listed: list[zipfile.ZipInfo]) -> None:
    """Refuse a part with a DOCTYPE: no writer of workbooks makes one, a bomb needs one."""
    for part in listed:
        if part.filename.endswith((".xml", ".rels")):
            with parts.open(part) as opened:
                if b"<!DOCTYPE" in opened.read(4096):
                    raise unreadable(path, "it holds an XML DOCTYPE", "其中含有 XML DOCTYPE")


def _broken(path: Path) -> Exception:
    """Give the refusal of a workbook that does not open."""
    return unreadable(
        path,
        "this workbook is broken or cut short; nothing of it was read",
        "工作簿已损坏或不完整，未读取任何内容",
    )
