"""What the pages of an entry's past show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from web.catalogue.pages import Difference, Event, Row
from web.page import Link, Text


@dataclass(frozen=True, slots=True)
class Head:
    """What every page of an entry's past begins with.

    `path` is that of its history; `thing` leads to its page, which says that it is gone where
    `live` is False; `sources` are the other sources that hold an entry of the same name.
    """

    title: Text
    kind_name: str
    code: str
    path: str
    thing: str
    live: bool
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """The versions of an entry, newest first; `older` and `newest` lead to the others.

    `numbers` are those that can be compared, each with when it came; `merges` tell when the entry
    was merged into another, and parted again.
    """

    head: Head
    events: tuple[Event, ...]
    older: str
    newest: str
    numbers: tuple[tuple[int, datetime], ...]
    today: date
    merges: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What one subject of an entry said; `name` is empty for the entry itself."""

    name: Text
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Restoring:
    """The form that brings a version back: where it goes, and the change that was looked at.

    `why_not` says in words why this reader may not.
    """

    path: str
    begun: int
    why_not: str


@dataclass(frozen=True, slots=True)
class VersionPage:
    """An entry as it stood after one change; `cut` says how many of its parts are not shown.

    `restoring` is None where it stands so now, and for a reader who has not signed in.
    """

    head: Head
    number: int
    when: datetime
    who: str
    reason: str
    parts: tuple[Part, ...]
    cut: int
    before: str
    after: str
    restoring: Restoring | None


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """How an entry differed between two of its versions, `changes` after `earlier`."""

    head: Head
    earlier: int
    later: int
    changes: tuple[Difference, ...]
    numbers: tuple[tuple[int, datetime], ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which change gave a value its present form; `first` where it came with the entry itself."""

    label: str
    value: Text
    number: int
    when: datetime
    who: str
    href: str
    first: bool


@dataclass(frozen=True, slots=True)
class OriginPart:
    """The origins of one subject's values; `name` is empty for the entry itself.

    Of a part, the `others` values that are as the part came are told by `rest` together.
    """

    name: Text
    rows: tuple[Origin, ...]
    rest: Origin | None = None
    others: int = 0


@dataclass(frozen=True, slots=True)
class OriginsPage:
    """For each value of an entry: which change, when and by whom."""

    head: Head
    parts: tuple[OriginPart, ...]
    cut: int
