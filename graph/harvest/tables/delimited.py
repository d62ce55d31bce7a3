r"""Delimited text as records: quotes and line breaks in fields, and recovery where they are broken.

RFC 4180 says what a field is. A quote that is never closed would swallow the rest of a file: a
record that runs over too many lines, or ends with the wrong number of cells, gives up its first
line alone, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from graph.harvest.tables.files import Line

DELIMITERS = (",", "\t", ";", "|", "，")
MOST_LINES = 1000  # physical lines of one record: longer is an unclosed quote
MOST_CHARACTERS = 1 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its text, its cells, and how it reads.

    `state` is "whole", "mended" (a stray quote; the cells are still told apart), "unclosed"
    (a quote opens and does not close) or "bytes" (bytes that are no text in the encoding).
    """

    text: str
    cells: tuple[str, ...]
    state: str = "whole"


def stays_open(text: str, delimiter: str, *, is_open: bool) -> bool:
    """Say whether a quoted field is open at the end of `text`, given whether one was before."""
    if '"' not in text:
        return is_open
    at, size = 0, len(text)
    while at < size:
        if is_open:
            at = text.find('"', at)
            if at < 0:
                return True
            if text.startswith('""', at):
                at += 2
                continue
            is_open = False
        elif text[at] == '"':
            is_open = True
            at += 1
            continue
        at = text.find(delimiter, at)
        if at < 0:
            return False
        at += 1
    return is_open


def delimiter_of(start: Sequence[Line], most: int) -> str:
    """Give the delimiter that parts the first records most evenly, then into the most cells."""
    return max(DELIMITERS, key=lambda each: _evenness(start, each, most))


def _evenness(start: Sequence[Line], delimiter: str, most: int) -> tuple[float, int]:
    """Give the share of records of the commonest width, and that width; nothing for one cell."""
    widths = [len(each.cells) for each in islice(records(start, delimiter, None), most)]
    told = Counter(width for width in widths if width)
    width, count = told.most_common(1)[0] if told else (1, 0)
    return (count / told.total(), width) if width > 1 else (0.0, 1)


def cells_of(text: str, delimiter: str) -> tuple[tuple[str, ...], str]:
    """Part one record's text into cells, and say whether it was "whole" or "mended"."""
    bare = text.rstrip("\r\n")
    for strict, state in ((True, "whole"), (False, "mended")):
        reader = csv.reader(io.StringIO(bare, newline=""), delimiter=delimiter, strict=strict)
        try:
            rows = list(reader)
        except csv.Error:
            continue
        return (tuple(rows[0]) if rows else ()), state
    return (), "unclosed"


def records(source: Iterable[Line], delimiter: str, width: int | None) -> Iterator[Record]:
    """Part lines into records of `width` cells (None: any width).

    A record over several lines that has another width gives up its first line and the others are
    read again: what was told wrongly apart is one line, not a passage.
    """
    ahead = _Ahead(source)
    while (first := ahead.next()) is not None:
        taken = [first]
        closed = _complete(ahead, taken, delimiter)
        record = _record("".join(line.text for line in taken), delimiter, taken)
        fits = width is None or _fits(record.cells, width)
        if closed and (len(taken) == 1 or fits):
            yield record
            continue
        ahead.give_back(taken[1:])
        yield Record(first.text, (), "unclosed")


def _complete(ahead: _Ahead, taken: list[Line], delimiter: str) -> bool:
    """Take lines until no quote is open; say whether that came about."""
    is_open = stays_open(taken[0].text, delimiter, is_open=False)
    size = len(taken[0].text)
    while is_open:
        line = ahead.next() if len(taken) < MOST_LINES and size < MOST_CHARACTERS else None
        if line is None:
            return False
        taken.append(line)
        size += len(line.text)
        is_open = stays_open(line.text, delimiter, is_open=True)
    return True


def _record(text: str, delimiter: str, taken: list[Line]) -> Record:
    """Give the record of complete text."""
    cells, state = cells_of(text, delimiter)
    return Record(text, cells, state if all(line.whole for line in taken) else "bytes")


def _fits(cells: tuple[str, ...], width: int) -> bool:
    """Say whether a record has the header's width, empty cells at its end not counted."""
    return len(cells) >= width and not any(cells[width:])


class _Ahead:
    """Lines that can be given back."""

    def __init__(self, source: Iterable[Line]) -> None:
        self._source = iter(source)
        self._waiting: deque[Line] = deque()

    def next(self) -> Line | None:
        """Give the next line, None at the end."""
        return self._waiting.popleft() if self._waiting else next(self._source, None)

    def give_back(self, taken: list[Line]) -> None:
        """Put lines back to be read again."""
        self._waiting.extendleft(reversed(taken))
