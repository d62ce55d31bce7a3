"""Reads an uploaded workbook, in the child that may die: cells as text, formulas as what they are.

Nothing is evaluated. Workbooks with macros, bombs and sheets beyond all measure are refused with a
sentence (`graph.harvest.tables.workbooks` looks at the packing before anything is unpacked).
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl

from graph.bulk.sheets import (
    FORMAT,
    HEAD,
    LABEL_ROW,
    LISTS_SHEET,
    MACHINE_SHEET,
    MOST_COLUMNS,
    MOST_ROWS,
)
from graph.harvest.tables.workbooks import BROKEN, cell_text, checked
from ontology.errors import Unreadable

MOST_TEXT = 64 << 20  # characters of all cells together
MOST_EMPTY = 1_000  # empty rows in a run: after them nothing more is looked for
MACROS = ("vbaproject", "macrosheets/", "activex/")
Cells = dict[str, list[Any]]  # column letters -> [text] or [text, "f"] for a formula


def read(path: Path) -> dict[str, Any]:
    """Give what a workbook says, as JSON; raises Unreadable where it is none of ours."""
    _no_macros(path)
    with checked(path) as packed:
        try:
            with closing(openpyxl.load_workbook(packed, read_only=True)) as book:
                return _book(path, book)
        except BROKEN as error:
            raise Unreadable(
                "This workbook is broken or cut short; nothing of it was read.",
                "工作簿已损坏或不完整，未读取任何内容。",
            ) from error


def _no_macros(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as parts:
            names = [each.casefold() for each in parts.namelist()]
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise Unreadable(
            "This is no XLSX workbook. Save it as .xlsx and send it again.",
            "这不是 XLSX 工作簿，请另存为 .xlsx 后重新上传。",
        ) from error
    if any(mark in name for name in names for mark in MACROS):
        raise Unreadable(
            "The workbook holds macros. Save it as .xlsx, without macros, and send it again.",
            "工作簿含有宏。请另存为不含宏的 .xlsx 后重新上传。",
        )


def _book(path: Path, book: Any) -> dict[str, Any]:  # noqa: ANN401 - a read-only workbook
    del path
    if MACHINE_SHEET not in book.sheetnames:
        raise Unreadable(
            "This workbook was not downloaded here: download your catalogue, edit that, upload it.",
            "此工作簿不是从这里下载的：请先下载本部门目录，修改后再上传。",
        )
    about = {
        cell_text(row[0]): cell_text(row[1])
        for row in book[MACHINE_SHEET].iter_rows(values_only=True, max_row=20, max_col=2)
        if len(row) > 1
    }
    if about.get("format") != FORMAT:
        raise Unreadable(
            "This workbook has another form than those made here now: download it again.",
            "此工作簿的格式与现行格式不同，请重新下载。",
        )
    measure = Measure()
    sheets = [
        found
        for name in book.sheetnames
        if name not in {MACHINE_SHEET, LISTS_SHEET}
        and (found := _sheet(book[name], measure)) is not None
    ]
    ours = {each["title"] for each in sheets}
    strange = [each for each in book.sheetnames[1:] if each not in ours]
    strange = [each for each in strange if each not in {MACHINE_SHEET, LISTS_SHEET}]
    return {"about": about, "sheets": sheets, "strange": strange}


class Measure:
    """How much was read of a workbook; raises Unreadable where it is too much."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.rows = 0
        self.text = 0

    def take(self, texts: Iterable[str]) -> None:
        """Count one row."""
        self.rows += 1
        self.text += sum(map(len, texts))
        if self.rows > MOST_ROWS:
            raise Unreadable(
                f"The workbook has more than {MOST_ROWS} rows: send it in parts.",
                f"工作簿超过 {MOST_ROWS} 行，请分批上传。",
            )
        if self.text > MOST_TEXT:
            raise Unreadable(
                "The workbook holds more text than any catalogue.",
                "工作簿中的文字超出限额。",
            )


def _sheet(sheet: Any, measure: Measure) -> dict[str, Any] | None:  # noqa: ANN401
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS)
    heads = [cell_text(each.value) for each in next(rows, ())]
    if not heads or not heads[0].startswith(HEAD):
        return None
    kind, _, first = heads[0].removeprefix(HEAD).partition(" ")
    heads[0] = first
    labels = [cell_text(each.value) for each in next(rows, ())]
    return {
        "title": sheet.title,
        "kind": kind,
        "heads": heads,
        "labels": labels,
        "rows": list(_rows(rows, measure)),
    }


def _rows(rows: Iterator[Sequence[Any]], measure: Measure) -> Iterator[list[Any]]:
    """Yield number and cells of each filled row; a formula has a second part."""
    empty = 0
    for number, cells in enumerate(rows, LABEL_ROW + 1):
        found: list[Any] = []
        for cell in cells:
            value = cell.value
            if value is None:
                found.append("")
            elif cell.data_type == "f":
                found.append([str(value)])
            else:
                found.append(value if type(value) is str else cell_text(value))
        while found and not found[-1]:
            found.pop()
        empty = 0 if found else empty + 1
        if empty > MOST_EMPTY:
            return
        if found:
            measure.take(each for each in found if isinstance(each, str))
            yield [number, found]
