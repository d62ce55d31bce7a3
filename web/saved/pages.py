"""What the pages of saved queries show."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.asking.saved import Saved, Version
from sparql.templates import Parameter
from web.page import Pager
from web.query.page import Download, Result
from web.saved.differing import Change, Line
from web.saved.highlighting import Run


@dataclass(frozen=True, slots=True)
class Row:
    """One query of a list: its title in the reader's language, and where it stands."""

    saved: Saved
    title: str
    about: str
    sharing: str
    keeper: str
    template: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list or a form: its words, its address or value, and whether it is taken."""

    words: str
    value: str
    taken: bool = False
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """The list: what was looked for, the ways to look, and one page of what was found."""

    words: str
    tag: str
    whose: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    tags: tuple[Choice, ...]
    rows: tuple[Row, ...]
    pager: Pager
    hidden: tuple[tuple[str, str], ...]
    may_save: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """One parameter on the form: what it is called, what was sent, and what is wrong with it."""

    parameter: Parameter
    words: str
    value: str
    hint: str
    choices: tuple[Choice, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """The form of a template, and the answer it gave: `address` is the same call for a program."""

    asks: tuple[Ask, ...]
    address: str
    downloads: tuple[Download, ...]
    result: Result | None = None
    fault: str = ""
    seconds: float = 0.0
    page: int = 1
    more: str = ""
    before: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class QueryPage:
    """One query: its text in parts, its form, its versions, and what the reader may do."""

    row: Row
    runs: tuple[Run, ...]
    trial: Trial | None
    versions: tuple[Version, ...]
    newest: bool
    links: dict[str, str]
    may_edit: bool
    why_not: str
    may_delete: bool
    may_star: bool
    service: str


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Two versions of a query: what differs in words, and line by line."""

    row: Row
    versions: tuple[Version, ...]
    earlier: int
    later: int
    changes: tuple[Change, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class FormPage:
    """The form: what is typed, what is wrong by field, and where it may be shared."""

    values: dict[str, str]
    faults: dict[str, str]
    sharings: tuple[Choice, ...]
    departments: tuple[Choice, ...]
    saved: Saved | None = None
    theirs: Saved | None = None
    theirs_lines: tuple[Line, ...] = field(default=())
