"""Pieces that pages of every task are made of: a text with its language, a link, a pager.

A page is a frozen record of such pieces (STYLE, habit 9); a template gets it as `page` and knows
nothing else. Pieces hold what is shown, in the page's language; they hold no markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Text:
    """A string and the language it is in: "zh", "en", another tag, or "" where nobody said."""

    value: str
    lang: str = ""

    @property
    def language(self) -> str:
        """Give the language as RDF literals name it, so that components take either."""
        return self.lang

    def __str__(self) -> str:
        """Give the string alone."""
        return self.value


@dataclass(frozen=True, slots=True)
class Link:
    """A name that leads somewhere: `kind` the page kind of what it leads to, `note` an aside.

    `url` is "" for a name that leads nowhere we know of.
    """

    text: Text
    url: str
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class PageUrl:
    """How the address of another page of the same list is made: one parameter changes."""

    path: str
    query: tuple[tuple[str, str], ...]
    parameter: str = "page"
    anchor: str = ""

    def __call__(self, number: int) -> str:
        """Give the address of page `number`; the first has no number."""
        query = [pair for pair in self.query if pair[0] != self.parameter]
        if number > 1:
            query.append((self.parameter, str(number)))
        return address(self.path, query) + (f"#{self.anchor}" if self.anchor else "")


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a reader stands in a long list, and how its other pages are addressed.

    `first` and `last` number the rows shown, from 1; `total` and `pages` are None where counting
    would cost too much; then `more` says whether there is a next page.
    """

    first: int
    last: int
    total: int | None
    number: int
    pages: int | None
    more: bool
    url: PageUrl

    @property
    def previous(self) -> str:
        """Give the address of the page before, "" for the first."""
        return self.url(self.number - 1) if self.number > 1 else ""

    @property
    def next(self) -> str:
        """Give the address of the page after, "" for the last."""
        return self.url(self.number + 1) if self.more else ""


def pager(
    *, number: int, size: int, total: int, url: PageUrl, reachable: int | None = None
) -> Pager:
    """Say where page `number` (from 1) of `total` rows stands.

    `reachable` rows can be paged to, all where it is None.
    """
    pages = max(1, -(-(total if reachable is None else reachable) // size))
    start = (number - 1) * size
    return Pager(
        first=min(start + 1, total),
        last=min(start + size, total),
        total=total,
        number=number,
        pages=pages,
        more=number < pages,
        url=url,
    )


def open_pager(*, number: int, size: int, shown: int, more: bool, url: PageUrl) -> Pager:
    """Say where page `number` stands in a list that is not counted."""
    start = (number - 1) * size
    return Pager(
        first=start + 1 if shown else 0,
        last=start + shown,
        total=None if more else start + shown,
        number=number,
        pages=None,
        more=more,
        url=url,
    )


def address(path: str, query: Iterable[tuple[str, str]] = ()) -> str:
    """Give a path with a query string, escaped as the wire needs and no more."""
    pairs = list(query)
    return f"{path}?{urlencode(pairs, safe='/:')}" if pairs else path
