"""One pass over all statements: a spool file of them, and in memory only who is what and who uses whom.

Statements come in any order; nothing about an entry is sure before the last one is read. The texts
go to a temporary file as they come; what stays in memory is a few numbers per subject and per link
between subjects, so that memory grows some ten times slower than the input.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from typing import IO, Any

from graph.harvest.rdf.kinds import (
    AUTHORITIES,
    BELONGS,
    CITES,
    KIND_OF_TYPE,
    MADE_BY,
    NOTHING,
    PAGING,
    ROLE_OF,
    SOURCE,
    THING,
    TYPE,
    UNKNOWN,
    USES,
)
from graph.harvest.rdf.terms import DOCUMENT, is_odd, mended_subject, plain_type
from graph.ledger.entries import Repair

Statement = tuple[
    str, str, str, str
]  # the N-Triples text without its full stop, and its three terms
PIECE = 1 << 18
NOTES = 100_000  # repairs told one by one; a file with more is told so by their count


class Spool:
    """The statements of a file on disk, in blocks of one subject each."""

    def __init__(self) -> None:
        """Open a temporary file that has no name: it goes when the process goes."""
        self.file = tempfile.TemporaryFile(buffering=PIECE, prefix="govgraph-")  # noqa: SIM115 - lives as long as we
        self.after: IO[bytes] | None = None  # the file of another spool, whose blocks follow
        self.before = 0  # bytes before those of the other
        self.size = 0
        self.subject, self.start, self.length = array("I"), array("Q"), array("I")

    def add(self, subject: int, texts: list[str]) -> None:
        """Append one block: the statements `texts` of one subject."""
        block = "\n".join(texts).encode("utf-8", "replace")
        self.subject.append(subject)
        self.start.append(self.size)
        self.length.append(len(block))
        self.size += len(block) + 1
        self.file.write(block)
        self.file.write(b"\n")

    def texts(self, blocks: Iterable[int]) -> list[str]:
        """Give all statements of these blocks; neighbours on disk are read at once."""
        parts: list[bytes] = []
        begin = end = 0
        for block in blocks:
            start, length = self.start[block], self.length[block]
            if start != end:
                parts.append(self._read(begin, end))
                begin = start
            end = start + length + 1
        parts.append(self._read(begin, end))
        return b"".join(parts).decode().split("\n")[:-1]

    def _read(self, begin: int, end: int) -> bytes:
        if end <= begin:
            return b""
        if self.after is not None and begin >= self.before:
            return os.pread(self.after.fileno(), end - begin, begin - self.before)
        return os.pread(self.file.fileno(), end - begin, begin)

    def follow(self, other: IO[bytes], subjects: array[int], lengths: array[int]) -> None:
        """Take the blocks of another spool, closed for writing, after our own."""
        self.after, self.before = os.fdopen(os.dup(other.fileno()), "rb"), self.size + 1
        start = self.before  # a byte of nothing between: blocks of two files are not read at once
        self.subject.extend(subjects)
        self.length.extend(lengths)
        for length in lengths:
            self.start.append(start)
            start += length + 1
        self.size = start

    def close(self) -> None:
        """Give the disk back."""
        self.file.close()
        if self.after is not None:
            self.after.close()

    def blocks(self) -> tuple[array[int], array[int]]:
        """Give the subject and the length of each block."""
        return self.subject, self.length

    def close_writing(self) -> None:
        """Put all blocks on disk, so that they can be read."""
        self.file.flush()


class Gathered:
    """All that one pass learned: subjects by number, their kinds, and the links between them.

    Subjects are known by a 64-bit hash (Python's, keyed anew in each process) and numbered densely
    in order of appearance.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self.spool = Spool()
        self.number: dict[int, int] = {}
        self.kind = bytearray()
        self.blank = bytearray()
        self.odd: list[tuple[int, str]] = []
        self.link_from, self.link_to, self.link_role = array("I"), array("q"), array("B")
        self.made_by: dict[int, int] = {}
        self.catalogue: str | None = None
        self.read = 0
        self.repairs: dict[int, list[Repair]] = {}
        self.in_graphs = 0  # statements that stood in named graphs of the file

    def close(self) -> None:
        """Give the disk back."""
        self.spool.close()

    def take(self, statements: Iterable[Statement]) -> None:
        """Spool all statements and note what they say of kinds and links."""
        number, kind, spool, last, current = self.number, self.kind, self.spool, "", 0
        texts: list[str] = []
        count = 0
        for text, subject, predicate, value in statements:
            if subject != last:
                if texts:
                    spool.add(current, texts)
                    texts = []
                last, key = subject, hash(subject)
                current = number.get(key, -1)
                if current < 0:
                    current = number[key] = len(kind)
                    kind.append(UNKNOWN)
                    self.blank.append(subject[0] == "_")
                    if subject[0] == "<" and is_odd(subject):
                        self.odd.append((current, subject))
            texts.append(text)
            count += 1
            if value[0] == '"':
                continue
            if predicate == TYPE:
                self._typed(current, subject, value)
            elif not value.startswith(AUTHORITIES):
                self._linked(current, predicate, value)
        if texts:
            spool.add(current, texts)
        self.read += count
        spool.close_writing()

    def learned(self) -> tuple[object, ...]:
        """Give what was learned of a file that was read strictly, as plain values, for `absorb`."""
        arrays = (self.link_from, self.link_to, self.link_role, *self.spool.blocks())
        return (
            self.number,
            bytes(self.kind),
            bytes(self.blank),
            self.odd,
            self.made_by,
            self.catalogue,
            self.read,
            self.in_graphs,
            *(each.tobytes() for each in arrays),
        )

    def absorb(self, other: Gathered, learned: Any) -> None:  # noqa: ANN401 - as `learned` gave it
        """Take what another process learned of what follows in the file, and spooled in `other`'s file."""
        numbers, kinds, blanks, odd, made_by, catalogue, read, in_graphs, *texts = learned
        place = array("I", [self._met(*each) for each in zip(numbers, kinds, blanks, strict=True)])
        self.odd += [(place[number], text) for number, text in odd]
        for key, kind in made_by.items():
            self.made_by.setdefault(key, kind)
        self.catalogue = self.catalogue or catalogue
        self.read += read
        self.in_graphs += in_graphs
        sources, targets, roles, subjects, lengths = (
            array(code, text) for code, text in zip("IqBII", texts, strict=True)
        )
        self.link_from.extend(array("I", map(place.__getitem__, sources)))
        self.link_to.extend(targets)
        self.link_role.extend(roles)
        moved = array("I", map(place.__getitem__, subjects))
        self.spool.follow(other.spool.file, moved, lengths)

    def _met(self, key: int, kind: int, blank: int) -> int:
        """Give the number of a subject that was met elsewhere, which learns what was learned there."""
        number = self.number.setdefault(key, len(self.kind))
        if number == len(self.kind):
            self.kind.append(kind)
            self.blank.append(blank)
        elif kind != UNKNOWN and (self.kind[number] == UNKNOWN or kind < self.kind[number]):
            self.kind[number] = kind
        return number

    def _typed(self, number: int, subject: str, value: str) -> None:
        kind = KIND_OF_TYPE.get(value)
        if kind is None:
            kind = KIND_OF_TYPE.get(plain_type(value), THING)
        known = self.kind[number]
        if known == UNKNOWN or kind < known:
            self.kind[number] = kind
        if kind == SOURCE and self.catalogue is None and subject[0] == "<" and not is_odd(subject):
            self.catalogue = subject[1:-1]

    def _linked(self, number: int, predicate: str, value: str) -> None:
        role = ROLE_OF.get(predicate, USES)
        if role == CITES and value[0] == "_":
            role = USES  # a blank node has no life of its own
        if predicate in MADE_BY:
            self.made_by.setdefault(hash(value), MADE_BY[predicate])
        self.link(number, value, role)

    def link(self, number: int, value: str, role: int) -> None:
        """Note that a subject names another thing in this role."""
        self.link_from.append(number)
        self.link_to.append(hash(value))
        self.link_role.append(role)

    def settle(self, base: str, *, named: bool) -> None:
        """Make one of subjects that mean the same; give untyped ones the kind links make.

        `named`: the document has an IRI of its own, which `<>` stands for. Otherwise `<>` is only
        ever the catalogue itself, and what else is said of it is said of nothing.
        """
        document = self.number.get(hash(DOCUMENT))
        if not named and document is not None and self.kind[document] not in {SOURCE, PAGING}:
            self.kind[document] = NOTHING
        self._merge_odd(base)
        for key, kind in self.made_by.items():
            number = self.number.get(key)
            if number is not None and self.kind[number] in {UNKNOWN, THING}:
                self.kind[number] = kind
        self.made_by.clear()

    def _merge_odd(self, base: str) -> None:
        """Make one of a subject written in two ways (relative and whole), under its first number."""
        same: dict[int, int] = {}
        for number, text in self.odd:
            if self.kind[number] == NOTHING:
                continue
            meant = mended_subject(text, base)
            other = self.number.setdefault(hash(meant), number)
            if other != number:
                same[number] = self.number[hash(text)] = other
                kinds = {self.kind[number], self.kind[other]} - {UNKNOWN}
                self.kind[other] = min(kinds, default=UNKNOWN)
                self.kind[number] = PAGING  # an empty shell from now on
        if same:
            for numbers in (self.spool.subject, self.link_from):
                for place, number in enumerate(numbers):
                    if number in same:
                        numbers[place] = same[number]

    def links(self, wanted: frozenset[int]) -> Iterator[tuple[int, int]]:
        """Give (user, part) for every link of these roles between two subjects of the file."""
        numbers = self.number
        for source, key, role in zip(self.link_from, self.link_to, self.link_role, strict=True):
            if role in wanted:
                target = numbers.get(key)
                if target is not None and target != source:
                    yield (target, source) if role == BELONGS else (source, target)
