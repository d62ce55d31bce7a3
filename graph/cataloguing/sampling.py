"""Data items guessed from a sample of the data: names from its header, types from its values.

A type is guessed only where every value of the sample agrees; otherwise the item is text. What is
guessed is typed into the form for a person to look at, never published unseen. A pasted table whose
header names what a form asks of items (name, type, length, ...) is read as the items themselves.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from graph.cataloguing.typed import Row
from graph.harvest.tables.rows import Rows, read_rows
from graph.harvest.tables.values import Way, is_filler, read_date
from ontology.code_lists import code_list, folded
from ontology.terms import XSD

LOOKED_AT = 2_000  # rows of a sample that are read
LONG = 255  # characters from which a text is a long one
ROUND = 10  # lengths of texts are rounded up to a multiple of that
WIDEST = 18  # digits of a whole number that is a number; longer ones are codes

YES_OR_NO = frozenset({"是", "否", "true", "false", "y", "n", "yes", "no"})
INTEGER = re.compile(r"[+-]?(0|[1-9]\d*)")
DECIMAL = re.compile(r"[+-]?(0|[1-9]\d*)\.\d+")
LATIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

# What columns of a pasted table of items are called (folded), and the field they fill.
COLUMN_NAMES: dict[str, str] = {
    "csvw:title@zh": "数据项名称 信息项名称 数据项 信息项 名称 中文名称 item title name",
    "csvw:title@en": "英文名称",
    "csvw:name": "字段名 字段名称 英文名 列名 字段 field column fieldname",
    "gov:dataType": "数据类型 类型 字段类型 datatype type",
    "gov:length": "长度 字段长度 数据长度 length",
    "dct:description@zh": "说明 描述 备注 定义说明 description note",
    "gov:sharingType": "共享类型 共享属性 sharing sharingtype",
    "gov:opennessType": "开放类型 开放属性 公开属性 openness opennesstype",
    "gov:element": "数据元 对应数据元 element dataelement",
}
COLUMNS = {folded(word): name for name, words in COLUMN_NAMES.items() for word in words.split()}
LISTED = {"gov:dataType": "item-type", "gov:sharingType": "sharing", "gov:opennessType": "openness"}


@dataclass(frozen=True, slots=True)
class Shown:
    """An item that a sample shows, with its values: to be looked at, and kept nowhere."""

    row: Row
    values: tuple[str, ...] = field(default=(), repr=False)


def shown_in(data: bytes, name: str) -> list[Shown]:
    """Give the items that a file of a sample, or of a table of items, shows.

    Raises Unreadable where the file is no table.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sample{Path(name).suffix[:8]}"
        path.write_bytes(data)
        return shown_by(read_rows(path))


def items_in(data: bytes, name: str) -> list[Row]:
    """Give the items that a file shows, without values."""
    return [each.row for each in shown_in(data, name)]


def shown_by(rows: Rows) -> list[Shown]:
    """Give the items that a table shows: its rows, where its header says so, else its columns."""
    named = {column: COLUMNS[folded(column)] for column in rows.header if folded(column) in COLUMNS}
    cells = [row.cells for row in islice(rows, LOOKED_AT) if row.fault is None]
    if "csvw:title@zh" in named.values() and len(named) > 1:
        return [Shown(_stated(named, each)) for each in cells]
    columns = {column: [each.get(column, "") for each in cells] for column in rows.header}
    return [Shown(_guessed(column, values), _said(values)) for column, values in columns.items()]


def _stated(named: dict[str, str], cells: dict[str, str]) -> Row:
    """Give the item that a row of a table of items states; words of lists become their concepts."""
    return {name: _meant(name, cells.get(column, "")) for column, name in named.items()}


def _meant(name: str, text: str) -> str:
    listed = LISTED.get(name)
    found = code_list(listed).match(text) if listed and text.strip() else None
    return found.iri if found else text.strip()


def _guessed(column: str, values: Sequence[str]) -> Row:
    """Give the item of one column of a sample."""
    kind, length = _type(_said(values))
    row = {"csvw:title@zh": column, "gov:dataType": _iri(kind)}
    if LATIN.fullmatch(column):
        row["csvw:name"] = column
    if length:
        row["gov:length"] = str(length)
    return row


def _said(values: Iterable[str]) -> tuple[str, ...]:
    """Give the values that say something."""
    return tuple(value.strip() for value in values if value.strip() and not is_filler(value))


def _type(values: Sequence[str]) -> tuple[str, int]:
    """Give the notation of the type and the length that all values agree on."""
    longest = max(map(len, values), default=0)
    for notation, holds in TYPES:
        if values and all(map(holds, values)):
            return notation, longest if notation in {"I", "N"} else 0
    return ("M", 0) if longest > LONG else ("C", -(-longest // ROUND) * ROUND)


def _whole(value: str) -> bool:
    return bool(INTEGER.fullmatch(value)) and len(value) <= WIDEST


def _dated(kind: object) -> Callable[[str], bool]:
    way = Way()
    return lambda value: getattr(read_date(value, way).term, "datatype", None) == kind


TYPES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("L", lambda value: value.lower() in YES_OR_NO),
    ("I", _whole),
    ("N", lambda value: _whole(value) or bool(DECIMAL.fullmatch(value))),
    ("D", _dated(XSD.date)),
    ("T", _dated(XSD.dateTime)),
)


def _iri(notation: str) -> str:
    found = code_list("item-type").by_notation(notation)
    assert found is not None
    return found.iri


def joined(before: Iterable[Row], found: Iterable[Row]) -> list[Row]:
    """Give the items with those that were found; what a person typed already is not overwritten."""
    rows = [dict(each) for each in before]
    by_name = {folded(_named(row)): row for row in rows}
    for each in found:
        known = by_name.get(folded(_named(each)))
        if known is None:
            rows.append(dict(each))
        else:
            known.update({name: text for name, text in each.items() if not known.get(name)})
    return rows


def _named(row: Row) -> str:
    return row.get("csvw:title@zh") or row.get("csvw:name") or ""
