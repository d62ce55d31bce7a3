"""What the pages of association show."""

from __future__ import annotations

from dataclasses import dataclass

from web.page import Link, Pager


@dataclass(frozen=True, slots=True)
class Cell:
    """How many datasets of a department hold a key; `level` 0 to 4 how many beside the others."""

    count: int
    url: str
    level: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One department: a cell for each key."""

    department: Link
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """A key element at the head of a column; `departments` and `datasets` hold it."""

    name: Link
    datasets: int
    departments: int
    url: str


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """Departments and the keys that they hold."""

    keys: tuple[Key, ...]
    rows: tuple[MatrixRow, ...]
    datasets: int
    items: int


@dataclass(frozen=True, slots=True)
class Holder:
    """A dataset that holds a key, in which item, and of whom it is."""

    dataset: Link
    item: Link
    department: Link
    joins: str


@dataclass(frozen=True, slots=True)
class KeyPage:
    """The datasets that hold one key, of one department or of all."""

    key: Key
    department: Link | None
    rows: tuple[Holder, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """What joins with a dataset by one key: `sure` in per cent; `item` is its own item."""

    key: Link
    item: Link
    sure: int
    count: int
    departments: tuple[Link, ...]
    more: int
    examples: tuple[tuple[Link, str], ...]
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One dataset on a path, and the key by which the next one joins (None at the end)."""

    dataset: Link
    key: Link | None
    others: int


@dataclass(frozen=True, slots=True)
class PathRow:
    """One way to join two datasets."""

    steps: tuple[Step, ...]
    joins: int
    sure: int
    risks: tuple[Link, ...]
    sparql: str
    sql: str
    query: str


@dataclass(frozen=True, slots=True)
class JoinPage:
    """What joins with a dataset, and the ways to one other dataset where that is asked."""

    dataset: Link
    partners: tuple[PartnerRow, ...]
    address: str
    wanted: str
    other: Link | None
    fault: str
    paths: tuple[PathRow, ...]
