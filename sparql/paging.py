"""Pages of an answer that was found before: its rows are kept, and a page is written again from them.

A query says nothing about where its thousandth page begins, so the engine works all of it out for
each: OFFSET passes over rows, and ORDER BY sorts them every time. So pages are found a block at a time,
as TSV, which keeps every term; the block is kept for the snapshot, and a child writes each page of it
in whatever form is wanted. Where rows are sorted or grouped all of them are found before the first is
known: the first page brings a block, at little more than the cost of its own finding. Where rows are
found one after the other the first pages are quick by themselves. Blocks grow. Rows of
very many bytes are not kept: their pages are found anew.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Final

FIRST: Final = (
    5_000  # rows of the first block of a sorted answer: to write more would keep its first page
)
ROWS: Final = 20_000  # of the largest block; each is four times the one before it
USUAL: Final = 1_000  # rows of a page; longer ones have blocks of their own
OVER: Final = 10_000  # rows of a long page, of which all but one may stand in the next block
LARGEST: Final = 12 << 20  # bytes of a block
MOST: Final = 36 << 20  # bytes of all blocks
KEPT: Final = 12  # blocks
FAR: Final = 2_000  # rows before a page that the engine passes over quickly, where it need not sort
SORTED = re.compile(r"\b(?:ORDER|GROUP)\s+BY\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that were found, from the `first` of the answer on; without a head where none are kept."""

    first: int
    head: bytes = b""
    text: bytes = b""
    ends: array[int] = field(default_factory=lambda: array("I"))  # of each line in the text
    engine: str = ""

    @property
    def size(self) -> int:
        """The bytes that it takes."""
        return len(self.text) + len(self.ends) * self.ends.itemsize + 200

    def page(self, skip: int, rows: int) -> str | None:
        """Give the rows of a page as TSV, and one more where there is one; None where none are kept."""
        if not self.head:
            return None
        count = len(self.ends) - 1
        first, last = (min(at - self.first, count) for at in (skip, skip + rows + 1))
        return (self.head + b"\n" + self.text[self.ends[first] : self.ends[last]]).decode()


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows of an answer a block has: from the first, so many, and those that a page may need besides."""

    first: int
    rows: int
    over: int


def is_far(text: str, skip: int) -> bool:
    """Say whether a page is dear to find: the engine sorts for it, or passes over many rows."""
    return skip >= FAR or SORTED.search(text) is not None


def span_of(text: str, skip: int, rows: int) -> Span:
    """Give the rows that are found together with those of a page."""
    over = USUAL if rows <= USUAL else OVER
    first, wide = (0, FIRST) if SORTED.search(text) else (FAR, FAR)
    while skip >= first + wide:
        first, wide = first + wide, min(4 * wide, ROWS)
    return Span(first, wide, over)


def block_of(first: int, text: bytes, engine: str, *, whole: bool) -> Block:
    """Read a block from TSV; one without lines where it cannot be written again."""
    head, _, body = text.partition(b"\n")
    if not whole or not head:
        return Block(first)
    ends = array("I", [0])
    while (at := body.find(b"\n", ends[-1])) >= 0:
        ends.append(at + 1)
    return Block(first, head, body, ends, engine)
