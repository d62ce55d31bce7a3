"""What a reader asks the search, read from an address: words, filters, order, page.

What is malformed is refused with a sentence; a filter value that nobody knows is left out, and the
page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from graph.search.document import DATASETS
from graph.search.question import Question, Sort
from ontology.errors import Invalid
from web.catalogue.filters import COUNTED, FILTERS, value
from web.catalogue.kinds import KINDS
from web.page import PageUrl, address

SIZE = 20
LARGEST_PAGE = 500
SORTS: tuple[Sort, ...] = ("relevance", "modified", "issued", "title")
SCOPES = ("department", "system", "library", "element", "theme", "district", "service")
PATH = "/search"
Named = Literal["q", "sort", "page", "kind"]
NAMED = frozenset(get_args(Named))


@dataclass(frozen=True, slots=True)
class Asked:
    """One reader's question: `filters` holds tokens as they stand in the address, in its order.

    `kinds` are page kinds, empty for datasets and layers; `sort` is "" where nobody chose.
    """

    words: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    sort: Sort | None = None
    page: int = 1
    notices: tuple[str, ...] = field(default=(), compare=False)

    @property
    def order(self) -> Sort:
        """Give the order: as chosen, else by fit where there are words, else the newest first."""
        return self.sort or ("relevance" if self.words else "modified")

    def pairs(self, *, filters: Iterable[tuple[str, str]] | None = None) -> list[tuple[str, str]]:
        """Give the query string of this question without its page; with other filters if given."""
        return [
            *([("q", self.words)] if self.words else []),
            *(("kind", kind) for kind in self.kinds),
            *(self.filters if filters is None else filters),
            *([("sort", self.sort)] if self.sort else []),
        ]

    def url(self, **changed: object) -> str:
        """Give the address of this question with some parts changed, from its first page."""
        return address(PATH, Asked(**{**self._parts(), **changed}).pairs())  # type: ignore[arg-type]

    def _parts(self) -> dict[str, object]:
        """Give the parts by name."""
        return {
            "words": self.words,
            "filters": self.filters,
            "kinds": self.kinds,
            "sort": self.sort,
        }

    def toggled(self, name: str, given: str) -> str:
        """Give the address with one filter added, or without it where it is active."""
        pair = (name, given)
        kept = tuple(each for each in self.filters if each != pair)
        return self.url(filters=kept if pair in self.filters else (*self.filters, pair))

    def pages(self) -> PageUrl:
        """Give how the pages of this question are addressed."""
        return PageUrl(PATH, tuple(self.pairs()))

    def question(self, base: str, language: str, *, facets: tuple[str, ...] = COUNTED) -> Question:
        """Give the question as the index takes it."""
        return Question(
            text=self.words,
            filters=self.values(base),
            kinds=frozenset(self.kinds) or DATASETS,
            sort=self.order,
            page=self.page,
            size=SIZE,
            language=language,
            facets=facets,
        )

    def values(self, base: str) -> Mapping[str, frozenset[str]]:
        """Give the values of each filter as the index has them."""
        found: dict[str, set[str]] = {}
        for name, given in self.filters:
            if (known := value(FILTERS[name], given, base)) is not None:
                found.setdefault(name, set()).add(known)
        return {name: frozenset(values) for name, values in found.items()}


def asked(args: MultiDict[str, str], base: str) -> Asked:
    """Read a question from an address; raise Invalid where it is malformed."""
    filters, notices = known_filters(args, base)
    kinds, strange = known_kinds(args.getlist("kind"))
    return Asked(
        words=" ".join(args.get("q", "").split()),
        filters=filters,
        kinds=kinds,
        sort=sort_of(args.get("sort", "")),
        page=page_of(args.get("page", ""), "page"),
        notices=(*notices, *strange),
    )


def known_filters(
    args: MultiDict[str, str], base: str
) -> tuple[tuple[tuple[str, str], ...], list[str]]:
    """Give the filters that can be asked for, each once, and a sentence for each that cannot."""
    pairs = dict.fromkeys(
        (name, given) for name in args if name in FILTERS for given in args.getlist(name) if given
    )
    known = tuple(pair for pair in pairs if value(FILTERS[pair[0]], pair[1], base) is not None)
    return known, [left_out(name, given) for name, given in pairs if (name, given) not in known]


def left_out(name: str, given: str) -> str:
    """Say that a filter value is not known and was left out."""
    words = _(
        "“%(value)s” is not known as %(filter)s; the filter was left out.",
        value=given,
        filter=str(FILTERS[name].label),
    )
    return str(words)


def known_kinds(given: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Give the kinds that can be looked among, and a sentence for each that cannot."""
    possible = {*SCOPES, *DATASETS}
    known = tuple(dict.fromkeys(kind for kind in given if kind in possible))
    strange = [kind for kind in given if kind and kind not in possible]
    said = [_("There is no kind of thing called “%(kind)s”.", kind=kind) for kind in strange]
    return known, said


def sort_of(given: str) -> Sort | None:
    """Read an order; raise Invalid where there is none of that name."""
    if not given:
        return None
    for each in SORTS:
        if each == given:
            return each
    raise Invalid(
        f"There is no order called “{given}”. Choose one of: {', '.join(SORTS)}.",
        f"没有名为“{given}”的排序方式。可用：{'、'.join(SORTS)}。",
    )


def page_of(given: str, name: str, largest: int = LARGEST_PAGE) -> int:
    """Read a page number; raise Invalid where it is none."""
    if not given:
        return 1
    if not (given.isascii() and given.isdecimal()) or not 1 <= int(given[:9]) <= largest:
        raise Invalid(
            f"“{name}” should be a page number from 1 to {largest}, not “{given[:40]}”.",
            f"参数“{name}”应当是 1 到 {largest} 之间的页码，而不是“{given[:40]}”。",
        )
    return int(given)


def kind_many(kind: str) -> str:
    """Say what things of a kind are called together."""
    return str(KINDS[kind].many)
