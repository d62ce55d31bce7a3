"""A version side by side with what is published: field by field, row by row, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from graph.cataloguing.typed import NAME, Row, Typed, same
from web.cataloguing.asks import Ask, file_asks, form_of, item_asks
from web.cataloguing.checking import Told
from web.cataloguing.choices import shown
from web.cataloguing.composing import said
from web.cataloguing.pages import Difference, RowDifference

CAME, WENT, CHANGED, STAYED = "came", "went", "changed", "stayed"


def fields_of(
    kind: str,
    before: Typed,
    after: Typed,
    told: Mapping[str, Sequence[Told]],
    remarks: Mapping[str, str],
) -> tuple[Difference, ...]:
    """Give every field of a form that says something before or after, in the form's order."""
    asks = (each for group in form_of(kind) for each in group.asks)
    found = (
        difference(
            one,
            one.name,
            before.fields.get(one.name, ()),
            after.fields.get(one.name, ()),
            told,
            remarks,
        )
        for one in asks
    )
    return tuple(each for each in found if each.before or each.after or each.told or each.remark)


def difference(  # noqa: PLR0913, PLR0917 - two states and what is said of them
    one: Ask,
    name: str,
    before: Iterable[str],
    after: Iterable[str],
    told: Mapping[str, Sequence[Told]],
    remarks: Mapping[str, str],
) -> Difference:
    """Give one field side by side."""
    was, now = tuple(before), tuple(after)
    return Difference(
        name=name,
        label=said(one.label),
        before=tuple(shown(one.name, each) for each in was),
        after=tuple(shown(one.name, each) for each in now),
        same=same(one.name, was, now),
        remark=remarks.get(name, ""),
        told=tuple(told.get(name, ())),
    )


def rows_of(
    kind: str,
    before: Sequence[Row],
    after: Sequence[Row],
    told: Mapping[str, Sequence[Told]],
    remarks: Mapping[str, str],
) -> tuple[RowDifference, ...]:
    """Give the items (or files) that are there after, then those that went."""
    asks = item_asks() if kind == "items" else file_asks()
    was = {row[NAME]: row for row in before if NAME in row}
    found = [
        _row(f"{kind}.{at}.", asks, was.get(row.get(NAME, ""), {}), row, told, remarks)
        for at, row in enumerate(after)
    ]
    present = {row.get(NAME) for row in after}
    gone = [row for name, row in was.items() if name not in present]
    return (*found, *(_row("", asks, row, {}, {}, {}) for row in gone))


def _row(  # noqa: PLR0913, PLR0917 - two states and what is said of them
    head: str,
    asks: Sequence[Ask],
    before: Row,
    after: Row,
    told: Mapping[str, Sequence[Told]],
    remarks: Mapping[str, str],
) -> RowDifference:
    """Give one row side by side."""
    fields = tuple(
        each
        for one in asks
        if (
            each := difference(
                one,
                f"{head}{one.name}",
                _one(before, one.name),
                _one(after, one.name),
                told,
                remarks,
            )
        )
        and (each.before or each.after or each.told or each.remark)
    )
    cells = tuple((f"{head}{one.name}", said(one.label)) for one in asks if head)
    moved = any(not each.same for each in fields)
    change = WENT if not after else CAME if not before else CHANGED if moved else STAYED
    return RowDifference(head, _title(after or before), change, fields, cells)


def _one(row: Row, name: str) -> tuple[str, ...]:
    return (row[name],) if row.get(name) else ()


def _title(row: Row) -> str:
    names = ("csvw:title@zh", "dct:title@zh", "csvw:name", "csvw:title@en", "dcat:downloadURL")
    return next((row[name] for name in names if row.get(name)), "—")
