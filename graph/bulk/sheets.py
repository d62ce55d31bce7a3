"""What a workbook of a department's catalogue has: sheets, columns, cells. Labels come from outside.

A sheet holds one kind; its first row, hidden, names the columns in words that no language changes,
its second row is for people. A column's machine name is the field's own ("dct:title@zh") or one of
those here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.cataloguing.typed import FIELDS, WITH_ROWS
from ontology.sentences import Sentence

CODE = "@code"  # of the entry, item or file; empty or "new 1" for one that is not there yet
ENTRY = "@entry"  # of the entry that an item or a file belongs to
REMOVE = "@remove"
REASON = "@reason"
MARK = "@mark"  # what the row said when it was written: tells at once that nobody touched it
OWN_COLUMNS = frozenset({CODE, ENTRY, REMOVE, REASON, MARK})
ITEM, FILE = "item", "file"
PARTS = {ITEM: "items", FILE: "files"}  # the kinds of rows of an entry, as fields name them
KINDS = (*FIELDS, ITEM, FILE)
HEAD = "govgraph:"  # before the kind in the first cell of a sheet
MACHINE_ROW, LABEL_ROW, FIRST_ROW = 1, 2, 3
MACHINE_SHEET, LISTS_SHEET = "_govgraph", "_lists"
FORMAT = "1"
MOST_ROWS = 100_000  # of all sheets together: the largest department's, items and files with it
MOST_COLUMNS = 120
ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # what no cell can hold


@dataclass(frozen=True, slots=True)
class Column:
    """One column: machine name, label and help in both languages, and how it is given.

    `widget` is a form's (text, long, date, number, choice, choices, ...); `owed` that an entry
    cannot do without it.
    """

    name: str
    label: Sentence
    help: Sentence = ("", "")
    widget: str = "text"
    owed: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the kind of its rows, its name in both languages, its columns in order."""

    kind: str
    title: Sentence
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class About:
    """What a workbook says of itself: whose it is, in which language, as of which change."""

    owner: str
    language: str
    seq: int
    base: str
    made: str = ""

    def to_rows(self) -> list[tuple[str, str]]:
        """Give it as its hidden sheet keeps it."""
        return [
            ("format", FORMAT),
            ("owner", self.owner),
            ("language", self.language),
            ("change", str(self.seq)),
            ("base", self.base),
            ("made", self.made),
        ]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an upload: its text, its address, and whether a formula stands in it."""

    text: str
    address: str
    formula: bool = False


@dataclass(frozen=True, slots=True)
class SentRow:
    """One row of an upload: its number and its cells by machine name."""

    number: int
    cells: Mapping[str, Cell]
    mark: str = ""

    def text(self, name: str) -> str:
        """Give the text of a column, "" where there is none."""
        cell = self.cells.get(name)
        return cell.text if cell else ""


@dataclass(frozen=True, slots=True)
class SentSheet:
    """One sheet of an upload; `unknown` are columns that nobody reads, `columns` the known ones."""

    kind: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[SentRow, ...]
    unknown: tuple[str, ...] = ()
    letters: Mapping[str, str] = field(default_factory=dict)  # machine name -> "B"


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook as it was sent; `strange` are sheets that are not ours."""

    about: About
    sheets: tuple[SentSheet, ...]
    strange: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Count its rows."""
        return sum(len(each.rows) for each in self.sheets)


def mark_of(pairs: Iterable[tuple[str, str]]) -> str:
    """Give the mark of a row that says this, whatever the order of its columns."""
    text = "\x1f".join(f"{name}\x1e{said}" for name, said in sorted(pairs) if said)
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=9).hexdigest()


def plain(text: str) -> str:
    """Give text without what spreadsheets change on their own: ends of lines, spaces at the ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "")
    return ILLEGAL.sub("", text).strip()


def letter(column: int) -> str:
    """Give the letters of a column, 1 for A."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def has_parts(kind: str) -> bool:
    """Say whether entries of a kind have items and files."""
    return kind in WITH_ROWS
