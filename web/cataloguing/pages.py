"""What the pages of cataloguing show: a frozen record each, with what is said in words already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from graph.cataloguing.drafts import Draft
from graph.cataloguing.telling import Step
from web.cataloguing.asks import Ask
from web.cataloguing.checking import Told
from web.cataloguing.choices import Choice
from web.cataloguing.clock import Clock
from web.page import Pager


@dataclass(frozen=True, slots=True)
class Line:
    """A draft in a list: where it stands, its clock, and where it leads.

    `takes` says that the reader may decide on it now; `why_not` says why not.
    """

    draft: Draft
    kind: str
    owner: str
    state: str
    clock: Clock | None
    takes: bool = False
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A page of a list of drafts, and where its other pages are."""

    rows: tuple[Line, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class Begin:
    """What a new entry is begun with: kinds, and the departments that the reader writes for."""

    kinds: tuple[Choice, ...]
    owners: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The reader's desk: drafts of theirs to go on with, what waits elsewhere, what they may begin.

    `waiting` is how many drafts wait for the reader's own decision; `keeps` says that they may hand
    drafts of a department over.
    """

    mine: Lines
    elsewhere: Lines
    begin: Begin
    waiting: int
    decides: bool
    keeps: bool


@dataclass(frozen=True, slots=True)
class Given:
    """One field as it is shown: what is asked, what was typed, what is said of it.

    `name` is the input's own name ("items.3.gov:length" in a row); `id` names it for labels;
    `remark` is a reviewer's, `theirs` what another editor saved meanwhile (None: the same).
    """

    ask: Ask
    name: str
    id: str
    label: str
    help: str
    values: tuple[str, ...]
    choices: tuple[Choice, ...]
    told: tuple[Told, ...]
    remark: str = ""
    theirs: str | None = None
    suggestions: tuple[Choice, ...] = ()
    must: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One group of fields."""

    id: str
    label: str
    fields: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One row of a table: its place from 0, its own name, the cells, and what is said of the row."""

    at: int
    own: str
    cells: tuple[Given, ...]
    more: tuple[Given, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Button:
    """A step that leads on: the action, what the button says, and why it may not be taken."""

    action: str
    words: str
    why_not: str = ""
    reason: bool = False
    remarks: bool = False
    first: bool = False
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a draft.

    `remarks` are the reviewer's, each where its field or cell stands now; `faults` are all that
    keep it from being handed in, each with its field's label; `conflict` says that somebody saved
    meanwhile; `classes` are those a resource code may begin with.
    """

    draft: Draft
    kind: str
    owner: str
    state: str
    title: str
    parts: tuple[Part, ...]
    items: tuple[ItemRow, ...]
    files: tuple[ItemRow, ...]
    with_rows: bool
    faults: tuple[tuple[str, Told], ...]
    advice: int
    buttons: tuple[Button, ...]
    returned: Step | None
    remarks: tuple[tuple[str, Told], ...]
    conflict: str
    classes: tuple[Choice, ...]
    systems: tuple[Choice, ...]
    looser: bool
    checked: bool
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One field side by side: before and after, each as lines in words; `same` where nothing moved."""

    name: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    same: bool
    remark: str = ""
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class RowDifference:
    """One item or file side by side: came, went, changed or stayed; its fields that differ.

    `cells` are all that can be remarked on, each with its name and label.
    """

    name: str
    title: str
    change: str
    fields: tuple[Difference, ...]
    cells: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """One step of a case in words: who, when, what it became, why, on which fields."""

    step: Step
    words: str
    state: str
    remarks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Review:
    """A draft to be decided on, or just looked at."""

    draft: Draft
    kind: str
    owner: str
    state: str
    title: str
    new: bool
    fields: tuple[Difference, ...]
    items: tuple[RowDifference, ...]
    files: tuple[RowDifference, ...]
    untouched: int
    faults: tuple[tuple[str, Told], ...]
    advice: tuple[tuple[str, Told], ...]
    buttons: tuple[Button, ...]
    steps: tuple[Past, ...]
    clock: Clock | None
    queue: tuple[Line, ...]
    editable: bool
    whole: bool
    small: str
    published: str


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for the reader's decision; `outcome` is what became of a decision on many.

    `owner` is the department that is looked at alone, "" for all of `owners`.
    """

    lines: tuple[Line, ...]
    pager: Pager
    outcome: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    owner: str = ""
    owners: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody in whose hands drafts are: how many, and why they will not go on with them ("")."""

    name: str
    count: int
    gone: str


@dataclass(frozen=True, slots=True)
class Hands:
    """The drafts of the departments whose steward the reader is, and who has them in hand.

    `by` is the one person that is looked at, "" for all of `holders`; `takers` are who may take
    over; `outcome` is what became of a wish.
    """

    lines: tuple[Line, ...]
    pager: Pager
    by: str
    holders: tuple[Holding, ...]
    takers: tuple[Choice, ...]
    gone: dict[str, str]
    outcome: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an entry, with its steps."""

    draft: Draft
    state: str
    steps: tuple[Past, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A published entry in a list."""

    kind: str
    code: str
    title: str
    owner: str


@dataclass(frozen=True, slots=True)
class Entries:
    """The published entries of the reader's departments, as searched for."""

    words: str
    owner: str
    owners: tuple[Choice, ...]
    found: tuple[Found, ...]
    pager: Pager


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A published (or withdrawn) entry as its department keeps it: versions and what may be done."""

    kind: str
    kind_word: str
    code: str
    title: str
    owner: str
    state: str
    live: bool
    seq: int
    at: datetime | None
    versions: tuple[Version, ...]
    buttons: tuple[Button, ...]
    under_way: Draft | None


@dataclass(frozen=True, slots=True)
class Sample:
    """The page on which items are read from a sample or a pasted table."""

    draft: Draft
    title: str
    fault: str = ""
