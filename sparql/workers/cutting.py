"""An answer is cut between two rows, in the bytes of its own format, and closed as it should be.

The engine serialises by itself, twice as fast as row by row from Python, so rows are counted in
what it writes: each format has one mark that can stand only between two rows. In JSON it is
`},{"` before anything but `}` or `,`: inside a string a quote is escaped, so `},{"` can only end
one, and then `}` or `,` follows. In XML `<` is escaped, in TSV the line feed; CSV has its quotes
counted. Rows that bind nothing (`{}`) leave no sure mark in JSON: they are not counted, and an
answer of nothing else ends at the hard limit of its size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HARD = 4 * 1024 * 1024  # bytes past the limit of size without a place to cut


class TooWide(ValueError):
    """The answer passed its limit of size and has no place to be cut at."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark between two rows of one format; a row ends where group 0 of it ends."""

    between: re.Pattern[bytes]
    width: int  # bytes from the mark's first to the last it looks ahead at
    closing: bytes
    none: bytes = b"never"  # how an answer without rows ends
    headings: int = 0  # lines before the first row


MARKS = {
    "json": Mark(re.compile(rb'\}(?=,\{"[^},])'), 5, b"]}}", b"[]}}"),
    "xml": Mark(
        re.compile(rb"</result>(?=<result>)"),
        17,
        b"</results></sparql>",
        b"<results></results></sparql>",
    ),
    "tsv": Mark(re.compile(rb"\n(?=.)", re.DOTALL), 2, b"", headings=1),
    "csv": Mark(re.compile(rb"\n(?=.)", re.DOTALL), 2, b"", headings=1),
}


TAIL = 32  # bytes: more than any `none`


@dataclass(slots=True)
class RowCutter:
    """Cuts the answer of a SELECT after `limit` rows, or at the first row past `size` bytes."""

    mark: Mark
    limit: int
    size: int
    quoted: bool = False  # the format puts line feeds into quotes: only marks outside count
    full: str = ""
    _marks: int = 0
    _bytes: int = 0
    _held: bytes = b""
    _tail: bytes = b""
    _inside: bool = False

    @property
    def rows(self) -> int:
        """The rows that have gone by: one more than the marks between them."""
        if self._tail.endswith(self.mark.none):
            return 0
        return self._marks + 1 - self.mark.headings

    def passed(self, chunk: bytes) -> bytes:
        """Take a chunk; give what may go out now. The tail that may hold half a mark is kept."""
        text = self._held + chunk
        whole = max(len(text) - self.mark.width + 1, 0)
        ends = self._ends(text, whole)
        wanted = self._wanted(ends)
        if wanted is not None:
            self._marks += wanted
            return text[: ends[wanted]] + self.mark.closing
        self._marks += len(ends)
        self._held, self._tail = text[whole:], (self._tail + chunk[-TAIL:])[-TAIL:]
        self._toggle(text[:whole])
        self._bytes += whole
        if self._bytes > self.size + HARD:
            raise TooWide
        return text[:whole]

    def rest(self) -> bytes:
        """Give what was held back."""
        return self._held

    def _ends(self, text: bytes, whole: int) -> list[int]:
        """Say where rows end within text[:whole]; marks may look ahead past it."""
        found = [each.end() for each in self.mark.between.finditer(text) if each.start() < whole]
        return [*self._outside(text, found)] if self.quoted else found

    def _outside(self, text: bytes, ends: list[int]) -> Iterator[int]:
        """Pass the ends that stand outside quotes."""
        at, inside = 0, self._inside
        for end in ends:
            inside ^= bool(text.count(b'"', at, end) & 1)
            at = end
            if not inside:
                yield end

    def _toggle(self, text: bytes) -> None:
        if self.quoted:
            self._inside ^= bool(text.count(b'"') & 1)

    def _wanted(self, ends: list[int]) -> int | None:
        """Say at which of `ends` to cut, or None to go on."""
        allowed = self.limit + self.mark.headings - 1 - self._marks
        if len(ends) > allowed:
            self.full = "rows"
            return max(allowed, 0)
        past = self.size - self._bytes
        if ends and ends[-1] > past:
            self.full = "size"
            return next(at for at, end in enumerate(ends) if end > past)
        return None


def cutter_for(format_name: str, limit: int, size: int) -> RowCutter:
    """Give the cutter of a format of rows."""
    return RowCutter(MARKS[format_name], limit, size, quoted=format_name == "csv")
