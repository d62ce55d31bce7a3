"""What is asked of an index, and what it answers. Data only: nothing here holds HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graph.search.document import DATASETS
from graph.search.rows import Row

Sort = Literal["relevance", "modified", "issued", "title", "key"]
Runs = tuple[tuple[str, bool], ...]  # a text in parts: (part, whether it is a hit)

WINDOW = 10_000  # hits that pages are numbered over
LARGEST = 1_000  # hits of one page
LONGEST_TEXT = 256  # characters of a question that are read
MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class Question:
    """One question: words, filters, an order, a page.

    Several values of one facet widen (or), several facets narrow (and). `kinds` is the scope:
    datasets and layers unless said otherwise, everything when empty. Pages count from 1 and reach
    over the first `WINDOW` hits; `sort="key"` walks on without end, each page `after` the walk
    number of the last hit of the page before. `facets` names those to count.
    """

    text: str = ""
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kinds: frozenset[str] = DATASETS
    sort: Sort = "relevance"
    page: int = 1
    size: int = 20
    language: str = "zh"
    after: int | None = None
    facets: tuple[str, ...] = (
        "provider",
        "theme",
        "format",
        "frequency",
        "sharing",
        "openness",
        "district",
        "library",
        "items",
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit: its row, where the words were found, and its place in the walk.

    `title`, `abstract` (a part of it around the first hit) and `provider` are in the reader's
    language where there is one; `other` is a title in another language or an alias that was hit
    while `title` was not; `items` are the data items whose names were hit.
    """

    score: float
    row: Row
    walk: int
    title: Runs
    abstract: Runs
    provider: Runs
    other: Runs = ()
    items: tuple[Runs, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    `total` and `facets` (value and count, the most frequent first) are exact. `dropped` are words
    that had to be left out to find anything and `instead` the spelling that was searched in place
    of what was typed: never silently. `reachable` hits can be paged by number. `clipped` says that
    the question was too long to be read to its end. `took` is seconds.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, list[tuple[str, int]]]
    reachable: int = 0
    dropped: tuple[str, ...] = ()
    instead: str | None = None
    clipped: bool = False
    took: float = 0.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One suggestion under a search box; `hint` tells it from others of the same title."""

    kind: str
    iri: str
    code: str
    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What is in an index: things by kind; datasets (with layers) by theme, provider, openness."""

    kinds: dict[str, int]
    datasets: int
    themes: dict[str, int]
    providers: dict[str, int]
    openness: dict[str, int]
