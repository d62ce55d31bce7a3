"""What the pages of association show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from web.cataloguing.clock import Clock
from web.page import Link, Pager, Text


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


class Wished(Protocol):
    """The filters of a list, as they were asked for."""

    @property
    def department(self) -> str:
        """Give the IRI of a department, "" for all."""

    @property
    def library(self) -> str:
        """Give the code of a library, "" for all."""

    @property
    def least(self) -> int:
        """Give the least score in per cent."""

    @property
    def words(self) -> str:
        """Give what the name holds."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """An element that an item may be: how sure in per cent, why; `value` is what a form sends."""

    element: Link
    score: int
    why: tuple[str, ...]
    value: str
    sure: bool


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """An item that is no element yet: the surest suggestion, and others."""

    item: Link
    dataset: Link
    department: Link
    best: Suggested
    others: tuple[Suggested, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: `name` is what the item was called then."""

    item: Link
    element: Link
    name: str
    accepted: bool
    at: datetime
    value: str


@dataclass(frozen=True, slots=True)
class MatchingPage:
    """What items may be: `whole` all that wait for the reader, `found` those that fit the filters.

    `departments` and `libraries` are names with the values of the filters.
    """

    rows: tuple[ProposalRow, ...]
    found: int
    whole: int
    sure: int
    departments: tuple[tuple[str, str], ...]
    libraries: tuple[tuple[str, str], ...]
    scores: tuple[int, ...]
    asked: Wished
    decided: tuple[Decided, ...]
    pager: Pager
    fault: str


@dataclass(frozen=True, slots=True)
class Way:
    """One way of looking at the same: its name, its address, whether it is the one shown."""

    name: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Connection:
    """One system (or group of them) feeds another, by how many datasets, stated or only derived."""

    source: Link
    target: Link
    datasets: int
    stated: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many data items of how many datasets are elements, and which."""

    items: int
    datasets: int
    elements: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Reached:
    """What one body brings to a platform, by base library."""

    body: Link
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: how many systems feed it, what reaches it, what others have in common with it."""

    name: Link
    feeding: int
    rows: tuple[Reached, ...]
    total: tuple[Count, ...]
    common: tuple[tuple[Link, tuple[Link, ...]], ...]


@dataclass(frozen=True, slots=True)
class SystemsMapPage:
    """The map of systems: `picture` as JSON, "" for none; `of` the body it is narrowed to.

    `around` says that only what touches a platform is shown.
    """

    systems: int
    connections: int
    ways: tuple[Way, ...]
    of: str
    by: str
    bodies: tuple[tuple[str, str], ...]
    rows: tuple[Connection, ...]
    picture: str
    around: bool
    cut: bool
    platforms: tuple[Platform, ...]
    columns: tuple[tuple[str, str], ...]
    csv: str


@dataclass(frozen=True, slots=True)
class Field:
    """One field of two entries side by side, and how alike it is in words."""

    name: str
    one: tuple[Link, ...]
    other: tuple[Link, ...]
    alike: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Two entries that may be one: `values` are what a form sends; `may` says the reader decides."""

    one: Link
    other: Link
    sure: int
    fields: tuple[Field, ...]
    common: tuple[str, ...]
    only_one: tuple[str, ...]
    only_other: tuple[str, ...]
    values: tuple[str, str]
    may: bool


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A decision on two entries: `one` says that they were made one."""

    kept: Link
    merged: Link
    one: bool
    at: datetime
    values: tuple[str, str]
    may: bool


@dataclass(frozen=True, slots=True)
class DuplicatesPage:
    """The pairs of entries that may be one, of all or of one department."""

    rows: tuple[Compared, ...]
    found: int
    entries: int
    departments: tuple[tuple[str, str], ...]
    department: str
    decided: tuple[MergedRow, ...]
    pager: Pager
    fault: str


@dataclass(frozen=True, slots=True)
class LibraryCard:
    """A base library in numbers; `contested` elements have several sources and no decision."""

    name: Link
    url: str
    elements: int
    supplied: int
    departments: int
    contested: int


@dataclass(frozen=True, slots=True)
class LibrariesPage:
    """The base libraries."""

    cards: tuple[LibraryCard, ...]


@dataclass(frozen=True, slots=True)
class ElementRow:
    """One element of a library: who supplies it, how fresh, who is its source.

    `contested` is how many claim to be it where nobody decided, else 0; `newest` an ISO day.
    """

    name: Link
    key: bool
    sensitive: bool
    departments: int
    datasets: int
    overdue: int
    newest: str
    source: Link | None
    decided: bool
    contested: int
    url: str


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """One library: its elements, and those of its things that are listed and no persons.

    `asks_code` says that a thing is found by its code.
    """

    card: LibraryCard
    rows: tuple[ElementRow, ...]
    things: tuple[Link, ...]
    asks_code: bool


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """One dataset that supplies an element: collected by its department itself, or made of others'."""

    department: Link
    dataset: Link
    own: bool
    local: bool
    lead: bool
    modified: str
    mark: str


@dataclass(frozen=True, slots=True)
class Past:
    """A decision of the past: who became the source (None: taken back), why, by whom."""

    at: datetime
    lead: Link | None
    why: str
    who: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Said:
    """An objection to a decision: whose, why, and the answer.

    `clock` runs while it waits for one; None where it is answered, or of an earlier decision.
    """

    iri: str
    department: Link
    why: str
    at: datetime
    clock: Clock | None
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An objection that waits for an answer: on which element, of which department, until when."""

    element: Link
    department: Link
    clock: Clock


@dataclass(frozen=True, slots=True)
class Objecting:
    """What was said against decisions, for which departments the reader may object, until when."""

    said: tuple[Said, ...]
    choices: tuple[tuple[str, str], ...]
    until: str


@dataclass(frozen=True, slots=True)
class SupplyPage:
    """Who supplies one element, and the decision on its source with the form to decide.

    `seen` is the source as it was decided when the page was made.
    """

    name: Link
    library: Link
    rows: tuple[SupplierRow, ...]
    claiming: int
    contested: bool
    source: Link | None
    seen: str
    why: str
    at: datetime | None
    choices: tuple[tuple[str, str], ...]
    may: bool
    past: tuple[Past, ...]
    address: str
    holders: str
    fault: str
    reason: str
    objecting: Objecting


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a thing, with an aside."""

    name: str
    links: tuple[Link, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Appearance:
    """A dataset in which a thing may appear: by which keys and items, how sure in per cent.

    `risky` are the elements in it that, put together, tell who a person is; `away` says that it is
    about another district.
    """

    dataset: Link
    department: Link
    keys: tuple[tuple[Link, Link], ...]
    sure: int
    risky: tuple[str, ...]
    away: bool


@dataclass(frozen=True, slots=True)
class InstancePage:
    """A thing that is no person and the datasets in which it may appear; `listed` by a library.

    `checked` says that its code has a check character, which is right.
    """

    kind: str
    name: Text
    code: str
    checked: bool
    listed: bool
    facts: tuple[Fact, ...]
    rows: tuple[Appearance, ...]
    found: int
    departments: tuple[tuple[str, str], ...]
    department: str
    library: Link
    iri: str
    address: str
    pager: Pager
