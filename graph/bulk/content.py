"""What the sheets of a workbook hold: a department's catalogue, or an upload as it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from graph.bulk.catalogue import Catalogue
from graph.bulk.plans import Fault
from graph.bulk.sheets import (
    CODE,
    ENTRY,
    FIRST_ROW,
    MARK,
    PARTS,
    Sheet,
    Upload,
    has_parts,
    letter,
)
from graph.bulk.values import shown
from graph.bulk.workbook import Content, Marks, Row
from graph.cataloguing.typed import NAME, Typed
from graph.ledger.ledger import Kept


def of_catalogue(catalogue: Catalogue, sheets: Sequence[Sheet], language: str) -> list[Content]:
    """Give what a department keeps, as the rows of its sheets."""
    typed = {each.iri: catalogue.typed(each) for each in catalogue.kept.values()}
    found = []
    for sheet in sheets:
        parts = sheet.kind in PARTS
        kinds = ["dataset", "layer"] if parts else [sheet.kind]
        kept = [each for kind in kinds for each in catalogue.of_kind(kind)]
        rows = (row for each in kept for row in _rows(sheet, each, typed[each.iri]))
        found.append(Content(sheet, list(_shown(sheet, rows, language, catalogue.base))))
    return found


def _rows(sheet: Sheet, kept: Kept, typed: Typed) -> Iterator[dict[str, tuple[str, ...]]]:
    """Yield the rows of an entry on a sheet, values as they were typed."""
    if sheet.kind not in PARTS:
        yield {CODE: (kept.code,), **typed.fields}
        return
    if not has_parts(kept.kind):
        return
    for row in getattr(typed, PARTS[sheet.kind]):
        own = f"{kept.code}.{row[NAME]}" if NAME in row else ""
        values = {name: (text,) for name, text in row.items() if name != NAME}
        yield {ENTRY: (kept.code,), CODE: (own,), **values}


def _shown(
    sheet: Sheet, rows: Iterable[dict[str, tuple[str, ...]]], language: str, base: str
) -> Iterator[Row]:
    names = [each.name for each in sheet.columns]
    for row in rows:
        yield {
            name: row[name][0] if name in {CODE, ENTRY} else shown(name, row[name], language, base)
            for name in names
            if row.get(name)
        }


def of_upload(
    upload: Upload, sheets: Sequence[Sheet], faults: Iterable[Fault], language: str
) -> tuple[list[Content], Marks]:
    """Give an upload as it was sent, and its faults as marks in the same cells.

    Rows keep their numbers, marks of untouched rows stay; columns stand in our order.
    """
    by_kind = {each.kind: each for each in sheets}
    contents: list[Content] = []
    letters: dict[str, tuple[str, Mapping[str, str], list[str]]] = {}
    for sent in upload.sheets:
        sheet = by_kind[sent.kind]
        rows: list[Row | None] = []
        for row in sent.rows:
            rows += [None] * (row.number - FIRST_ROW - len(rows))
            said = {name: cell.text for name, cell in row.cells.items()}
            rows.append({**said, MARK: row.mark})
        contents.append(Content(sheet, rows))
        title = sheet.title[1] if language == "zh" else sheet.title[0]
        letters[sent.title] = (title, sent.letters, [each.name for each in sheet.columns])
    return contents, Marks(dict(_marks(letters, faults, language)))


def _marks(
    letters: dict[str, tuple[str, Mapping[str, str], list[str]]],
    faults: Iterable[Fault],
    language: str,
) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """Yield the marks of each cell, where it stands in the workbook that is made anew."""
    found: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        place = letters.get(fault.sheet)
        if place is None or not fault.address or fault.advice:
            continue
        title, was, names = place
        column = fault.address.rstrip("0123456789")
        number = fault.address[len(column) :]
        name = next((each for each, at in was.items() if at == column), "")
        if name in names:
            now = letter(names.index(name) + 1)
            found.setdefault((title, f"{now}{number}"), []).append(
                fault.sentence[1] if language == "zh" else fault.sentence[0]
            )
    yield from found.items()
