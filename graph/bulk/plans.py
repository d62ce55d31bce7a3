"""What an upload would do, entry by entry: every difference with its cell, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graph.cataloguing.typed import Typed
from ontology.sentences import Sentence
from ontology.workflows import not_small

Values = tuple[str, ...]


class Action(StrEnum):
    """What becomes of an entry."""

    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class CellPlan:
    """One cell that differs: where it is, its field, what it was and is to be.

    `theirs` is what somebody else made of it since the download, None where nobody did; both differ
    from one another then.
    """

    address: str
    name: str
    before: Values
    after: Values
    theirs: Values | None = None


@dataclass(frozen=True, slots=True)
class RowPlan:
    """One row that differs: its sheet and number, its kind, what it is called."""

    sheet: str
    number: int
    kind: str
    code: str
    title: str
    action: Action
    cells: tuple[CellPlan, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, with its cell ("" for the whole row or sheet)."""

    sheet: str
    address: str
    name: str
    sentence: Sentence
    advice: bool = False


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """What an upload would do to one entry.

    `code` is "" for a new one; `begun` the change it was compared with; `typed` what it would say;
    `changed` the properties that differ, as the law of small corrections names them.
    """

    kind: str
    code: str
    iri: str
    source: str
    key: str
    begun: int
    title: str
    action: Action
    rows: tuple[RowPlan, ...]
    faults: tuple[Fault, ...] = ()
    typed: Typed = field(default_factory=Typed)
    changed: tuple[str, ...] = ()
    reason: str = ""

    @property
    def faulty(self) -> bool:
        """Say whether it cannot land."""
        return any(not each.advice for each in self.faults)

    @property
    def small(self) -> bool:
        """Say whether it is a small correction of an entry that is there."""
        return self.action is Action.CHANGED and not_small(self.changed) is None

    @property
    def conflict(self) -> bool:
        """Say whether somebody else changed since what is changed here."""
        return any(cell.theirs is not None for row in self.rows for cell in row.cells)

    def to_json(self) -> dict[str, Any]:
        """Give it as its table keeps it."""
        return {
            **_fields(self),
            "rows": [_row_json(each) for each in self.rows],
            "faults": [_fields(each) for each in self.faults],
            "typed": self.typed.to_json(),
        }

    @staticmethod
    def from_json(value: dict[str, Any]) -> EntryPlan:
        """Read it as its table keeps it."""
        return EntryPlan(
            **{
                **value,
                "action": Action(value["action"]),
                "rows": tuple(_row(each) for each in value["rows"]),
                "faults": tuple(fault_from(each) for each in value["faults"]),
                "typed": Typed.from_json(value["typed"]),
                "changed": tuple(value["changed"]),
            }
        )


def _fields(record: EntryPlan | RowPlan | CellPlan | Fault) -> dict[str, Any]:
    """Give a record's fields as they are: nothing is copied, as thousands are kept at once."""
    return {name: getattr(record, name) for name in record.__slots__}


def _row_json(row: RowPlan) -> dict[str, Any]:
    return {**_fields(row), "cells": [_fields(each) for each in row.cells]}


def _row(value: dict[str, Any]) -> RowPlan:
    cells = tuple(_cell(each) for each in value["cells"])
    return RowPlan(**{**value, "action": Action(value["action"]), "cells": cells})


def _cell(value: dict[str, Any]) -> CellPlan:
    theirs = value["theirs"]
    return CellPlan(
        value["address"],
        value["name"],
        tuple(value["before"]),
        tuple(value["after"]),
        None if theirs is None else tuple(theirs),
    )


def fault_from(value: dict[str, Any]) -> Fault:
    """Read a fault as its table keeps it."""
    return Fault(**{**value, "sentence": tuple(value["sentence"])})


@dataclass(frozen=True, slots=True)
class Plan:
    """What a whole upload would do; `notices` concern no single entry, `unchanged` counts rows."""

    entries: tuple[EntryPlan, ...]
    notices: tuple[Fault, ...]
    rows: int
    unchanged: int

    @property
    def faults(self) -> Iterable[Fault]:
        """Give everything that is wrong."""
        yield from self.notices
        for each in self.entries:
            yield from each.faults
