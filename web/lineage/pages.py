"""What the pages of lineage hold: everything in words of the reader's language, no markup."""

from __future__ import annotations

from dataclasses import dataclass

from web.page import Link


@dataclass(frozen=True, slots=True)
class Fact:
    """What one step does, as it was stated.

    `kinds` are names of transformations; `job` and `source` links; `since` and `until` ISO days.
    """

    kinds: tuple[str, ...]
    masking: bool
    note: str
    job: Link | None
    source: Link | None
    since: str
    until: str
    author: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in view: its depth from the centre, its name, whose it is, and the step to it.

    `state` is "new" or "ended" in a difference. `more` counts what lies further on, `open_url`
    shows it, `hide_url` takes the row away, `here_url` begins from it, `focus_url` shows the way.
    """

    depth: int
    link: Link
    kind: str
    keeper: Link | None
    facts: tuple[Fact, ...]
    how: str
    more: int
    hub: bool
    open_url: str
    hide_url: str
    here_url: str
    focus_url: str
    state: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """Everything on one side: rows as a tree, how many there are in all, and its levels."""

    id: str
    title: str
    rows: tuple[Row, ...]
    total: int
    levels: int
    fewer_url: str
    more_url: str
    all_url: str
    none: str
    first: int  # of the first level, how many are not in view
    first_url: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to see the same: its name, its address, whether it is taken."""

    name: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Hidden:
    """A thing that is hidden, and the address that shows it again."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A step that came or went between two days."""

    state: str
    source: Link
    target: Link


@dataclass(frozen=True, slots=True)
class LineagePage:
    """The page of one thing's lineage."""

    title: Link
    kind: str
    sides: tuple[Side, ...]
    picture: str
    groups: tuple[Choice, ...]
    grain: tuple[Choice, ...]
    hidden: tuple[Hidden, ...]
    ways: tuple[tuple[Link, ...], ...]
    to: Link | None
    whole_url: str
    changed: tuple[Changed, ...]
    at: str
    since: str
    today: str
    kept: tuple[tuple[str, str], ...]
    cut: bool
    place: tuple[str, str]
    question: str
    impact_url: str
    tell_url: str
    path: str


@dataclass(frozen=True, slots=True)
class Start:
    """A thing to begin from: how much flows on from it, and what it is."""

    link: Link
    kind: str
    url: str
    downstream: int


@dataclass(frozen=True, slots=True)
class Apart:
    """Datasets of which no step is stated: how many, how many of whom, and the first of them."""

    total: int
    keepers: tuple[tuple[Link, int], ...]
    some: tuple[Start, ...]


@dataclass(frozen=True, slots=True)
class StartPage:
    """The first page of lineage: a search, what flows furthest, circles, how much there is.

    `alone` is None until it was first looked for.
    """

    words: str
    found: tuple[Start, ...]
    widest: tuple[Start, ...]
    circles: tuple[tuple[Link, ...], ...]
    things: int
    steps: int
    alone: Apart | None
