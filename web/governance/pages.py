"""What the pages of governance show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from web.page import Link, Pager


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands to its day: a mark (on-time, due-soon, overdue, …) and words for it.

    `reckoning` says how the day was found, "" where nothing is reckoned.
    """

    mark: str
    words: str
    due: date | None = None
    reckoning: str = ""


@dataclass(frozen=True, slots=True)
class SystemRow:
    """One information system of the inventory; `report` leads to the form, where one may."""

    name: Link
    code: str
    owner: Link | None
    funding: str
    year: str
    status: str
    datasets: int
    layers: int
    standing: Standing
    report: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a department's systems is catalogued; `missing` are funded and have nothing."""

    department: Link
    systems: int
    covered: int
    missing: int
    missing_url: str

    @property
    def share(self) -> int:
        """Give the share that is catalogued, in whole per cent, never rounded up to all."""
        return 100 * self.covered // self.systems if self.systems else 0


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter of the inventory: its name in the address, for people, and its values."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan's deadline: the duty, what it rests on, its day, and how today stands to it."""

    duty: str
    basis: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class SystemsPage:
    """The inventory of information systems; `whole` counts all, `found` those that fit.

    `query` are the filters as an address has them, from its question mark on.
    """

    whole: Coverage
    plan: Plan
    choices: tuple[Choice, ...]
    chosen: bool
    rows: tuple[SystemRow, ...]
    found: int
    pager: Pager
    coverage: tuple[Coverage, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """How a department's datasets stand to their promised updates, in numbers; links to overdue."""

    department: Link
    datasets: int
    on_time: int
    due_soon: int
    overdue: int
    other: int


@dataclass(frozen=True, slots=True)
class Clock:
    """One reported change: what changed, by when its entries are due, how far they are."""

    number: int
    about: Link
    what: str
    department: Link
    who: str
    day: date
    standing: Standing
    done: int
    of: int
    waiting: tuple[Link, ...]
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class Load:
    """One load and its report; the figures are None for a reader who sees only what is open.

    `touched` says what it did to the entries that the reader may see.
    """

    number: int
    when: datetime
    source: Link
    who: str
    reason: str
    touched: str
    read: int | None = None
    new: int | None = None
    changed: int | None = None
    removed: int | None = None
    repaired: int | None = None
    quarantined: int | None = None


@dataclass(frozen=True, slots=True)
class Waited:
    """How long versions waited in one state until the decision, in working days."""

    state: str
    steps: int
    mean: float
    longest: int
    slow: int


@dataclass(frozen=True, slots=True)
class GovernancePage:
    """The start page; `staff` says that the reader belongs to a department or the city's office.

    `reviews` is None for who may not read cases.
    """

    staff: bool
    whole: Coverage
    plan: Plan
    worst: tuple[Coverage, ...]
    total: Freshness
    freshness: tuple[Freshness, ...]
    clocks: tuple[Clock, ...]
    closed: tuple[Clock, ...]
    loads: tuple[Load, ...]
    reviews: tuple[Waited, ...] | None = None


@dataclass(frozen=True, slots=True)
class Affected:
    """An entry that may have to be updated, as the form offers it."""

    iri: str
    link: Link
    chosen: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form that reports a change; `fault` says what was wrong with what was sent."""

    about: Link
    kind_name: str
    iri: str
    due: Standing
    affected: tuple[Affected, ...]
    what: str
    fault: str
