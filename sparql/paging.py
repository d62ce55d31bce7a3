"""Pages of an answer that was found before: its rows are kept, and a page is written again from them.

A query says nothing about where its thousandth page begins, so the engine works all of it out for
each: OFFSET passes over rows, and ORDER BY sorts them every time. A page behind the first therefore
asks for a block of many pages at once, as TSV, whose cells are terms as SPARQL writes them. The block is
kept for the snapshot, and each page of it is asked of the engine as VALUES, in whatever form is
wanted. Rows with blank nodes cannot be written so, and rows of very many bytes are not kept: their
pages are found anew.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Final

ROWS: Final = 20_000  # after which another block begins
OVER: Final = 10_001  # rows of the next block that a page may take, and one that tells of more
LARGEST: Final = 12 << 20  # bytes of a block
MOST: Final = 36 << 20  # bytes of all blocks
KEPT: Final = 12  # blocks
FAR: Final = 2_000  # rows before a page that the engine passes over quickly, where it need not sort
SORTED = re.compile(r"\b(?:ORDER|GROUP)\s+BY\b|\bDISTINCT\b|\bREDUCED\b", re.IGNORECASE)
UNWRITTEN = re.compile(rb"(?:^|\t)(?:_:|<<)", re.MULTILINE)  # cells that VALUES cannot hold


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that were found, from the `first` of the answer on; without lines where none are kept."""

    first: int
    names: tuple[bytes, ...] = ()
    text: bytes = b""
    ends: array[int] = field(default_factory=lambda: array("I"))  # of each line in the text
    engine: str = ""

    @property
    def size(self) -> int:
        """The bytes that it takes."""
        return len(self.text) + len(self.ends) * self.ends.itemsize + 200

    def page(self, skip: int, rows: int) -> str | None:
        """Write a query that gives the rows of a page, and one more where there is one; None without."""
        if not self.names:
            return None
        at = skip - self.first
        lines = self._lines(at, at + rows + 1)
        names = b" ".join(self.names)
        said = b"\n".join(b"(%s)" % b" ".join(cells) for cells in map(_cells, lines))
        return (b"SELECT %s {} VALUES (%s) {\n%s\n}" % (names, names, said)).decode()

    def _lines(self, first: int, last: int) -> list[bytes]:
        last = min(last, len(self.ends) - 1)
        if first >= last:
            return []
        return self.text[self.ends[first] : self.ends[last]].removesuffix(b"\n").split(b"\n")


def _cells(line: bytes) -> list[bytes]:
    return [each or b"UNDEF" for each in line.split(b"\t")]


def is_far(text: str, skip: int) -> bool:
    """Say whether a page is dear to find: the engine sorts for it, or passes over many rows."""
    return skip > 0 and (skip >= FAR or SORTED.search(text) is not None)


def first_of(skip: int) -> int:
    """Give the row that begins the block of a page."""
    return skip - skip % ROWS


def block_of(first: int, text: bytes, engine: str, *, whole: bool) -> Block:
    """Read a block from TSV; one without lines where it cannot be written again."""
    head, _, body = text.partition(b"\n")
    names = tuple(head.split(b"\t"))
    if not whole or not head or UNWRITTEN.search(body):
        return Block(first)
    ends = array("I", [0])
    while (at := body.find(b"\n", ends[-1])) >= 0:
        ends.append(at + 1)
    return Block(first, names, body, ends, engine)
