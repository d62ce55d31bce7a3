"""The records that the catalogue's templates show, one a page; every field says what it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from graph.search.question import Runs
from web.page import Link, Pager, Text


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property: its text, language and datatype, and where it leads ("" nowhere)."""

    text: str
    lang: str = ""
    href: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A property (its name for people, its IRI, its short form) and its values."""

    label: str
    iri: str
    curie: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the facts that decide whether a thing is the right one.

    `key` says which; `values` what (links where they lead on; none: nobody said); `mark` a meaning
    with a shape of its own: on-time, due-soon, overdue, static, unknown of freshness,
    unconditional, conditional, none of the two axes; `note` an aside ("12 days late"), `detail`
    the reckoning behind it.
    """

    key: str
    name: str
    values: tuple[Link, ...]
    mark: str = ""
    note: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing in a list of results: two lines say all that is needed to choose it.

    `title`, `other` (another name, shown where it was hit), `excerpt` and `items` (the data items
    that matched) are texts in parts, the hits marked; `freshness`, `openness` and `sharing` are
    the words of the marks, "" where nobody said.
    """

    iri: str
    kind: str
    kind_name: str
    code: str
    url: str
    title: Runs
    lang: str
    other: Runs
    excerpt: Runs
    excerpt_lang: str
    keeper: Runs
    keeper_url: str
    modified: str
    freshness: str
    openness: str
    sharing: str
    formats: tuple[str, ...]
    items: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a facet: how many there are, and the address that adds or takes it."""

    value: str
    label: str
    lang: str
    count: int
    href: str
    active: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One way of narrowing; `shown` options stand open, the others behind a fold."""

    key: str
    label: str
    options: tuple[Option, ...]
    shown: int
    active: int


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter and the address without it."""

    facet: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few ways (of sorting, of what to look among), its address; `count` where counted."""

    label: str
    href: str
    active: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Results. `hidden` are the form's fields that keep the filters when the words change.

    `scopes` are the kinds of things that the words find; `suggestion` asks "did you mean", and
    `dropped` are words that had to be left out; `begin` are searches to begin with where nothing
    was found.
    """

    title: str
    words: str
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    chips: tuple[Chip, ...]
    reset: str
    sorts: tuple[Choice, ...]
    scopes: tuple[Choice, ...]
    pager: Pager
    hidden: tuple[tuple[str, str], ...]
    instead: str
    dropped: tuple[str, ...]
    notices: tuple[str, ...]
    begin: tuple[Link, ...]
    took: float
    json_url: str
    indexable: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a small drawing, which leads to what it counts."""

    label: Text
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One data item in a table of a dataset."""

    url: str
    position: str
    title: Text
    name: str
    type: str
    length: str
    description: Text | None
    element: Link | None
    sharing: str
    openness: str


@dataclass(frozen=True, slots=True)
class ItemTable:
    """The data items of a dataset; `words` is what the reader searches them for."""

    form: ClassVar[str] = "items"
    id: str
    title: str
    total: int
    found: int
    rows: tuple[ItemRow, ...]
    words: str
    action: str
    pager: Pager | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file or interface of a dataset: where to get it, in what form, under what licence."""

    title: Text
    format: str
    url: str
    access: str
    licence: Link | None
    size: int | None
    modified: str
    page: str
    service: bool
    documentation: str


@dataclass(frozen=True, slots=True)
class Files:
    """The files and interfaces of a dataset; `none` says what it means that there are none."""

    form: ClassVar[str] = "files"
    id: str
    title: str
    rows: tuple[FileRow, ...]
    none: str
    contact: tuple[Row, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """A box of a picture: where it stands (in user units), its name, whether cut, and address."""

    x: int
    y: int
    width: int
    height: int
    text: str
    full: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A small drawing of what flows where: boxes and the curves between them."""

    width: int
    height: int
    nodes: tuple[Node, ...]
    curves: tuple[str, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Flow:
    """Where data come from and go to; the two lists say in words what the picture draws."""

    form: ClassVar[str] = "flow"
    id: str
    title: str
    upstream: tuple[Link, ...]
    downstream: tuple[Link, ...]
    picture: Picture | None
    none: str
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Some links under one heading; `cut` says that there are more of them."""

    title: str
    links: tuple[Link, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """Other things, in groups."""

    form: ClassVar[str] = "links"
    id: str
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """The datasets of something, as the search finds them; `all_url` is that search."""

    form: ClassVar[str] = "hits"
    id: str
    title: str
    total: int
    hits: tuple[Hit, ...]
    all_url: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """What there is, counted: small drawings whose rows lead to the search."""

    form: ClassVar[str] = "numbers"
    id: str
    title: str
    drawings: tuple[tuple[str, tuple[Bar, ...]], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One property that a change touched: what went and what came."""

    label: str
    removed: tuple[Text, ...]
    added: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One change of the ledger as a person reads it; `more` counts differences not shown.

    `things` are the first few entries it touched, where the page is not one entry's own; `cut`
    says that it touched more.
    """

    number: int
    when: datetime
    title: str
    who: str
    reason: str
    href: str = ""
    changes: tuple[Difference, ...] = ()
    more: int = 0
    things: tuple[Link, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """Who changed what, the latest first; `url` leads to every version of it."""

    form: ClassVar[str] = "story"
    id: str
    title: str
    events: tuple[Event, ...]
    none: str
    cut: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Statements:
    """Everything the graph says of a thing, and everything that points at it."""

    form: ClassVar[str] = "statements"
    id: str
    title: str
    rows: tuple[Row, ...]
    pager: Pager | None
    incoming: tuple[Row, ...]
    incoming_pager: Pager | None


Section = ItemTable | Files | Flow | Links | Hits | Numbers | Story | Statements


@dataclass(frozen=True, slots=True)
class Download:
    """The thing in another form: its name, media type and address."""

    name: str
    media_type: str
    url: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What a thing is called for good, and its entry's own life.

    `sources` are the catalogues it stands in; `catalogued` and `changed` when the entry was made
    and last touched, `status` how it stands, `origin` where it was read from; `qr` draws the IRI.
    """

    iri: str
    code: str
    identifiers: tuple[str, ...]
    downloads: tuple[Download, ...]
    cite: str
    sources: tuple[Link, ...]
    status: str
    catalogued: str
    changed: str
    origin: str
    qr: str


@dataclass(frozen=True, slots=True)
class ThingPage:
    """One thing: what a person needs first, then everything known.

    `title` is in the reader's language if there is one, `other` the name in the other language;
    `sentence` opens the description, `description` is all of it (None if the sentence was all);
    `about` are properties worth reading in full; `json_ld` is schema.org for crawlers, as text
    that is safe inside a script element.
    """

    kind: str
    kind_name: str
    code: str
    path: str
    title: Text
    other: Text | None
    sentence: Text | None
    description: Text | None
    facts: tuple[Fact, ...]
    about: tuple[Row, ...]
    keywords: tuple[Link, ...]
    sections: tuple[Section, ...]
    identity: Identity
    crumbs: tuple[Link, ...]
    json_ld: str
    indexable: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that leads to what it counts."""

    label: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Question:
    """A real question with its answer drawn, as bars or as a picture, and where the rest is.

    `upstream` and `downstream` say in words what the picture draws.
    """

    text: str
    bars: tuple[Bar, ...]
    picture: Picture | None
    url: str
    link: str
    upstream: tuple[Link, ...] = ()
    downstream: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page. `examples` are searches to begin with; `empty` that nothing is loaded yet."""

    title: str
    question: str
    examples: tuple[Link, ...]
    figures: tuple[Figure, ...]
    themes: tuple[Bar, ...]
    departments: tuple[Bar, ...]
    more_departments: int
    districts: tuple[Bar, ...]
    recent: tuple[Event, ...]
    questions: tuple[Question, ...]
    empty: bool


@dataclass(frozen=True, slots=True)
class GonePage:
    """What was here and was removed: when, by whom, why; `near` are things with like names.

    `past` leads to its versions.
    """

    title: str
    kind_name: str
    iri: str
    past: str
    number: int
    when: datetime
    who: str
    reason: str
    near: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class MissingPage:
    """Nothing stands under this name; `near` are things with like names."""

    title: str
    kind_name: str
    code: str
    near: tuple[Link, ...]
