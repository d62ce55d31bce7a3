"""What the explorer's pages hold: everything in words of the reader's language, no markup.

An `act` is what a button does: a verb and a name, read by `state.done`.
"""

from __future__ import annotations

from dataclasses import dataclass

from web.page import Link, Text


@dataclass(frozen=True, slots=True)
class Part:
    """Some links of a relation, by the class of the thing at the other end, and what opens them."""

    name: str
    number: int
    more: bool
    act: str


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of the thing looked at: its words, how many there are, how many are in view.

    `more` says that there are more than were counted; `open_act` opens it or brings the next page,
    `step` says how many that brings; `shut_act` closes it.
    """

    name: str
    curie: str
    inward: bool
    number: int
    more: bool
    seen: int
    step: int
    open_act: str
    shut_act: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """The thing looked at: what it is, what it is linked to, what can be done with it."""

    name: str
    link: Link
    kind: str
    keeper: Link | None
    day: str
    relations: tuple[Relation, ...]
    details: tuple[Relation, ...]
    here: bool
    pinned: bool
    note: str


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that can be chosen: its name in addresses, what it is called, and its kind."""

    name: str
    text: Text
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in view: whose it is, when it was changed, how many things it is linked to here."""

    name: str
    link: Link
    kind: str
    keeper: Link | None
    day: str
    links: int
    pinned: bool
    note: str


@dataclass(frozen=True, slots=True)
class Branch:
    """One thing of the tree with what was reached from it, by the words of the relation."""

    row: Named
    link: Link
    below: tuple[tuple[str, tuple[Branch, ...]], ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One link in view: what leads where, in words and by its short name, and who states it."""

    source: Link
    name: str
    curie: str
    target: Link
    graphs: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a way: what it leads to, and the statements that make it."""

    to: Link
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way between two things."""

    start: Link
    steps: tuple[Step, ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways between two things: hubs that were not walked through, whether it was cut."""

    one: Link
    other: Link
    found: tuple[Way, ...]
    hubs: tuple[Link, ...]
    cut: bool
    act: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter or a form: its name, how many things or links have it, if it is taken."""

    value: str
    name: str
    count: int
    here: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """One thing by its place in what is in view: a number and a share of ways (0 to 100)."""

    row: Named
    links: int
    share: float


@dataclass(frozen=True, slots=True)
class Hung:
    """One thing on which others hang: how many, in how many pieces."""

    row: Named
    pieces: int
    hanging: int
    department: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand to one another, and the sentences that say what it means."""

    sentences: tuple[str, ...]
    middle: tuple[Placed, ...]
    hung: tuple[Hung, ...]
    groups: tuple[tuple[Named, ...], ...]
    sizes: tuple[int, ...]
    bridges: tuple[tuple[Named, Named], ...]
    starts: int


@dataclass(frozen=True, slots=True)
class SidePage:
    """The panel beside the picture: the thing looked at, and things that a way may lead to."""

    looked: Looked | None
    choices: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class ExplorePage:
    """The page of what is in view."""

    state: tuple[tuple[str, str], ...]
    url: str
    words: str
    hits: tuple[Named, ...]
    looked: Looked | None
    rows: tuple[Row, ...]
    tree: tuple[Branch, ...]
    statements: tuple[Statement, ...]
    ways: tuple[Ways, ...]
    standing: Standing | None
    picture: str
    by: str
    layout: str
    kinds: tuple[Choice, ...]
    relations: tuple[Choice, ...]
    graphs: tuple[Choice, ...]
    since: str
    until: str
    hidden: tuple[Named, ...]
    missing: int
    left: int
    others: int
    cut: bool
    query: str
    choices: tuple[Named, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A class of the view: how many things it has, and what shows the first of them."""

    name: Text
    curie: str
    number: int
    act: str


@dataclass(frozen=True, slots=True)
class StartPage:
    """The first page: a search, the classes with their counts and links, examples, what was kept."""

    words: str
    hits: tuple[Named, ...]
    kinds: tuple[Kind, ...]
    picture: str
    counted: bool
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that somebody kept: the name in its link, what they call it, when it was kept."""

    token: str
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One's own pictures."""

    rows: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class EmbedPage:
    """What stands in another site's page: the picture, its whole address, the things by name."""

    picture: str
    url: str
    rows: tuple[Row, ...]
    base: str
