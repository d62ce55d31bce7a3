"""What the pages of uploads show: a frozen record each, with what is said in words already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.bulk.keeping import Bulk, Counts
from web.cataloguing.choices import Choice
from web.cataloguing.pages import Button


@dataclass(frozen=True, slots=True)
class BulkLine:
    """An upload in a list; `takes` says that the reader may decide on it now."""

    bulk: Bulk
    owner: str
    state: str
    entries: int
    takes: bool


@dataclass(frozen=True, slots=True)
class BulkDesk:
    """Where a catalogue is taken out and sent back.

    `owners` are the departments whose catalogue the reader may take out, `writes` those for which
    they may send one; `fault` is why a file was refused.
    """

    owners: tuple[Choice, ...]
    writes: tuple[Choice, ...]
    owner: str
    lines: tuple[BulkLine, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class CellLine:
    """One cell that differs: its address, label, old and new values; `theirs` what others made of it."""

    address: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    theirs: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row that differs."""

    where: str
    kind: str
    title: str
    change: str
    cells: tuple[CellLine, ...]


@dataclass(frozen=True, slots=True)
class FaultLine:
    """What is wrong: where, in which column, the sentence; `advice` may stay."""

    where: str
    label: str
    words: str
    advice: bool


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry: whether it is chosen, may be chosen, what would change; `more` rows are not shown."""

    place: int
    title: str
    code: str
    kind: str
    action: str
    href: str
    chosen: bool
    faulty: bool
    conflict: bool
    reason: str
    rows: tuple[RowLine, ...]
    more: int
    faults: tuple[FaultLine, ...]


@dataclass(frozen=True, slots=True)
class BulkStep:
    """One step of an upload in words."""

    at: datetime
    actor: str
    words: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class BulkReview:
    """An upload to be looked at, chosen from and decided on.

    `tabs` are the sorts of entries: words, address, count, whether it is shown; `undo` is why the
    whole may not be taken back, "" where it may, None where it is not asked.
    """

    bulk: Bulk
    owner: str
    state: str
    counts: Counts
    tabs: tuple[tuple[str, str, int, bool], ...]
    show: str
    lines: tuple[EntryLine, ...]
    first: int
    total: int
    before: str
    after: str
    notices: tuple[FaultLine, ...]
    buttons: tuple[Button, ...]
    steps: tuple[BulkStep, ...]
    writable: bool
    undo: str | None
