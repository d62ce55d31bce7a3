"""What a form sent, as what was typed. Names that the form does not ask for are not read at all."""

from __future__ import annotations

import re

from werkzeug.datastructures import MultiDict

from graph.cataloguing.typed import FIELDS, NAME, Row, Typed, reading, tidy
from web.cataloguing.asks import ask

CELL = re.compile(r"(items|files)\.(\d{1,4})\.(.{1,60})")
ORDER = "@order"
REMOVED = "@removed"
PARTED = re.compile(r"[\n;；、]")


def typed_from(kind: str, form: MultiDict[str, str]) -> Typed:
    """Give what was typed into a form of that kind."""
    fields = {name: _values(kind, name, form.getlist(name)) for name in FIELDS[kind]}
    rows = _rows(form)
    return tidy(kind, fields, _ordered(rows["items"]), _ordered(rows["files"]))


def _values(kind: str, name: str, given: list[str]) -> list[str]:
    """Give the values of a field; several keywords are typed into one box, a line each."""
    if ask(kind, name).widget == "lines" and reading(name).many:
        return [part for text in given for part in PARTED.split(text)]
    return given


def _rows(form: MultiDict[str, str]) -> dict[str, dict[int, Row]]:
    found: dict[str, dict[int, Row]] = {"items": {}, "files": {}}
    for name, text in form.items():
        cell = CELL.fullmatch(name)
        if cell:
            found[cell[1]].setdefault(int(cell[2]), {})[cell[3]] = text
    return found


def _ordered(rows: dict[int, Row]) -> list[Row]:
    """Give the rows in the order that their numbers say, without those that are to go."""
    kept = [(place, row) for place, row in sorted(rows.items()) if not row.get(REMOVED)]
    return [row for _, row in sorted(kept, key=lambda each: (_number(each[1], each[0]), each[0]))]


def _number(row: Row, place: int) -> float:
    said = row.get(ORDER, "").strip()
    return float(said) if re.fullmatch(r"\d{1,5}(\.\d)?", said) else place + 1


__all__ = ["NAME", "typed_from"]
