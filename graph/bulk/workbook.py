"""Writes a workbook: a sheet a kind, drop-downs of the code lists, and what identifies every cell.

What begins with = + - @ is written as text and marked as such, so that no program reads a formula
into it. Nothing of an upload is copied but texts: a workbook with errors marked in it is made anew.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from graph.bulk.sheets import (
    CODE,
    ENTRY,
    FIRST_ROW,
    HEAD,
    LABEL_ROW,
    LISTS_SHEET,
    MACHINE_ROW,
    MACHINE_SHEET,
    MARK,
    REMOVE,
    About,
    Column,
    Sheet,
    letter,
    mark_of,
)
from graph.bulk.values import YES, choices, list_of
from graph.cataloguing.typed import INTERNAL
from ontology.sentences import Sentence

Row = Mapping[str, str]
Sheets = Any  # a write-only sheet: the published types know only the other kind
LONGEST = 32_767  # characters that a cell holds
SPARE = 1_000  # rows below the last in which drop-downs work
DANGEROUS = re.compile(r"[=+\-@\t\r]")
WIDTHS = {"long": 48, "date": 13, "number": 11, "choice": 18, "choices": 24, "address": 30}
INK, ACCENT, PALE, LOCKED, WRONG = "FF1F2933", "FF0B5563", "FFE8EEF0", "FFF1F1EE", "FFFBE3DC"
FLAGS = frozenset({REMOVE, INTERNAL})


@dataclass(frozen=True, slots=True)
class Content:
    """The rows of one sheet, `None` for an empty one; `further` are columns that are not ours."""

    sheet: Sheet
    rows: Iterable[Row | None]
    further: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What is wrong with which cell of which sheet: (title, "B17") -> sentences."""

    cells: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)


def workbook(
    about: About, contents: Sequence[Content], guide: Sequence[Sentence], marks: Marks | None = None
) -> bytes:
    """Give a workbook as a file; `guide` are the paragraphs of its first sheet."""
    book = Workbook(write_only=True)
    _styles(book)
    _guide(book, guide, about.language)
    for each in contents:
        _sheet(book, each, about.language, marks or Marks())
    _lists(book, contents, about.language)
    hidden = book.create_sheet(MACHINE_SHEET)
    hidden.sheet_state = "veryHidden"
    for row in about.to_rows():
        hidden.append([_cell(hidden, text, "plain") for text in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _styles(book: Workbook) -> None:
    top = Alignment(vertical="top", wrap_text=True)
    for name, fill, font in (
        ("plain", None, Font(color=INK)),
        ("label", ACCENT, Font(color="FFFFFFFF", bold=True)),
        ("owed", ACCENT, Font(color="FFFFE9A8", bold=True)),
        ("locked", LOCKED, Font(color="FF6B6B63")),
        ("wrong", WRONG, Font(color="FF8A1C00")),
        ("heading", PALE, Font(color=ACCENT, bold=True, size=14)),
    ):
        style = NamedStyle(name=f"gov-{name}", font=font, alignment=top)
        if fill:
            style.fill = PatternFill("solid", fgColor=fill)
        book.add_named_style(style)


def _cell(sheet: Sheets, text: str | float | dt.date, style: str) -> Any:  # noqa: ANN401
    """Give a cell; a text is a text whatever it begins with."""
    if isinstance(text, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST]
    cell = WriteOnlyCell(sheet, value=text or None)  # type: ignore[arg-type]
    if isinstance(text, str) and text:
        cell.data_type = "s"
    cell.style = f"gov-{style}"
    if isinstance(text, dt.date):
        cell.number_format = "yyyy-mm-dd"
    if isinstance(text, str) and DANGEROUS.match(text):
        cell.quotePrefix = True
    return cell


def _guide(book: Workbook, guide: Sequence[Sentence], language: str) -> None:
    sheet = book.create_sheet("说明" if language == "zh" else "Read me")
    sheet.column_dimensions["A"].width = 60
    sheet.column_dimensions["B"].width = 80
    order = (1, 0) if language == "zh" else (0, 1)
    for at, sentence in enumerate(guide):
        sheet.append([_cell(sheet, sentence[i], "plain" if at else "heading") for i in order])


def _sheet(book: Workbook, content: Content, language: str, marks: Marks) -> None:
    sheet, columns = content.sheet, content.sheet.columns
    title = sheet.title[1] if language == "zh" else sheet.title[0]
    made = book.create_sheet(title)
    _look(made, columns)
    made.append(_machine(made, sheet))
    labels = [_label(made, each, language) for each in columns]
    made.append([*labels, *(_cell(made, each, "label") for each in content.further)])
    count = 0
    for number, row in enumerate(content.rows, FIRST_ROW):
        count = number
        made.append([] if row is None else list(_cells(made, content, row, number, marks)))
    _drop_downs(made, columns, max(count, FIRST_ROW) + SPARE)
    made.auto_filter.ref = f"A{LABEL_ROW}:{letter(len(columns))}{max(count, LABEL_ROW)}"


def _look(made: Sheets, columns: Sequence[Column]) -> None:
    names = [each.name for each in columns]
    fixed = 1 + max((names.index(each) for each in (CODE, ENTRY) if each in names), default=0)
    made.freeze_panes = f"{letter(fixed + 2)}{FIRST_ROW}"
    made.row_dimensions[MACHINE_ROW].hidden = True
    made.row_dimensions[LABEL_ROW].height = 32
    for at, each in enumerate(columns, 1):
        shape = made.column_dimensions[letter(at)]
        shape.width = 22 if each.name in {CODE, ENTRY} else WIDTHS.get(each.widget, 26)
        shape.hidden = each.name == MARK


def _machine(made: Sheets, sheet: Sheet) -> list[Any]:
    names = [each.name for each in sheet.columns]
    names[0] = f"{HEAD}{sheet.kind} {names[0]}"
    return [_cell(made, each, "plain") for each in names]


def _label(made: Sheets, column: Column, language: str) -> Any:  # noqa: ANN401
    words = column.label[1] if language == "zh" else column.label[0]
    cell = _cell(made, f"{words} *" if column.owed else words, "owed" if column.owed else "label")
    note = column.help[1] if language == "zh" else column.help[0]
    if note:
        cell.comment = _comment(note)
    return cell


def _comment(text: str) -> Comment:
    return Comment(text, "govgraph", width=320, height=90)


def _cells(made: Sheets, content: Content, row: Row, number: int, marks: Marks) -> Iterator[Any]:
    title = made.title
    said = [(each.name, row.get(each.name, "")) for each in content.sheet.columns]
    mark = row[MARK] if MARK in row else mark_of(pair for pair in said if pair[0] != MARK)
    for at, (column, (name, text)) in enumerate(zip(content.sheet.columns, said, strict=True), 1):
        wrong = marks.cells.get((title, f"{letter(at)}{number}"))
        style = "wrong" if wrong else "locked" if name in {CODE, ENTRY} else "plain"
        cell = _cell(made, mark if name == MARK else given(column, text), style)
        if wrong:
            cell.comment = _comment("\n".join(wrong))
        yield cell
    yield from (_cell(made, row.get(each, ""), "plain") for each in content.further)


def given(column: Column, text: str) -> str | int | dt.date:
    """Give a value as its cell holds it: a day as a date, a plain number as a number."""
    if column.widget == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return text
    if column.widget == "number" and re.fullmatch(r"0|[1-9]\d{0,14}", text):
        return int(text)
    return text


def _drop_downs(made: Sheets, columns: Sequence[Column], last: int) -> None:
    for at, each in enumerate(columns, 1):
        name = list_name(each.name)
        if not name:
            continue
        rule = DataValidation(type="list", formula1=f"={name}", allow_blank=True)
        rule.showErrorMessage = each.widget != "choices"
        rule.errorStyle = "warning"
        rule.add(f"{letter(at)}{FIRST_ROW}:{letter(at)}{last}")
        made.data_validations.append(rule)


def list_name(name: str) -> str:
    """Give the named range that a column chooses from, "" for none."""
    if name in FLAGS:
        return "list_yes"
    listed = list_of(name) if not name.startswith("@") else ""
    return f"list_{listed.replace('-', '_')}" if listed else ""


def _lists(book: Workbook, contents: Sequence[Content], language: str) -> None:
    """Write the code lists, a column each, and name their ranges."""
    names = {
        list_name(column.name): column.name for each in contents for column in each.sheet.columns
    }
    names.pop("", None)
    words = {
        label: [YES[1] if language == "zh" else YES[0]]
        if label == "list_yes"
        else list(choices(name, language))
        for label, name in names.items()
    }
    sheet = book.create_sheet(LISTS_SHEET)
    sheet.sheet_state = "hidden"
    for at in range(max(map(len, words.values()), default=0)):
        line = [each[at] if at < len(each) else "" for each in words.values()]
        sheet.append([_cell(sheet, text, "plain") for text in line])
    for at, (label, held) in enumerate(words.items(), 1):
        place = f"'{LISTS_SHEET}'!${letter(at)}$1:${letter(at)}${len(held)}"
        book.defined_names[label] = DefinedName(label, attr_text=place)
