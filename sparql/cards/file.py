"""The file of cards: how a term is packed in it, and how a card is found.

First stand the cards, one after another: an IRI, then for each statement of it a line, in the store's own
order. A line is the code of its predicate and the packed object. Then stand the terms that have codes,
in JSON; then slots, each the digest of an IRI and the place of its card; last where these begin.

A term is packed in one way only, so terms are the same where their bytes are. What is packed is the
JSON that the engine writes: it holds no control character, so a line ends where a line ends.

- `<` and an IRI;
- `"` and the rest of a literal, from its value on;
- two bytes from 0x80 on: the code of a term that is met often;
- `{` and the rest of any other term.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import weakref
from collections.abc import Iterable
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Final

NAME: Final = f"cards-1-{version('pyoxigraph')}"  # of the file, in the folder of a view
MOVED: Final = "cards-moved"  # names what was said otherwise since the cards were made
MAGIC: Final = b"govgraph cards 1\n"
SLOT: Final = struct.Struct("<QQ")
END: Final = struct.Struct(
    "<QQQ17s"
)  # where the codes begin and the slots, how many, and what it is
LENGTH: Final = 24  # bits of a place that say how long the card is
WIDE: Final = (1 << LENGTH) - 1

HELD: Final = 4  # views whose cards a process holds open

IRI: Final = b'{"type":"uri","value":"'
CLOSED: Final = b'"}'
LITERAL: Final = b'{"type":"literal","value":'
AN_IRI, A_LITERAL, CODED = ord("<"), ord('"'), 0x80
FIRST, SECOND = range(CODED, 0x100), range(0x20, 0x100)  # bytes of a code
CODES: Final = len(FIRST) * len(SECOND)


def code(number: int) -> bytes:
    """Give the code of that number."""
    first, second = divmod(number, len(SECOND))
    return bytes((FIRST[first], SECOND[second]))


def spelled(term: bytes) -> bytes:
    """Pack a term that has no code."""
    if term.startswith(IRI):
        return b"<" + term[len(IRI) : -len(CLOSED)]
    if term.startswith(LITERAL):
        return term[len(LITERAL) :]
    return term


def digest(iri: bytes) -> int:
    """Give the number by which the card of an IRI is found."""
    return int.from_bytes(blake2b(iri, digest_size=8).digest(), "little")


def terms_in(text: bytes) -> list[list[bytes]]:
    """Read the terms that have codes: predicates and objects, each in the order of their codes."""
    parts: list[list[str]] = json.loads(text)
    return [[each.encode() for each in part] for part in parts]


def moved_in(text: str) -> frozenset[bytes]:
    """Read what was said otherwise since the cards were made."""
    return frozenset(text.encode().split(b"\n")) - {b""}


class Cards:
    """The cards of one view, open for reading."""

    def __init__(self, folder: Path) -> None:
        """Open the cards of the view in a folder; raises OSError where there are none, or no whole ones."""
        file = os.open(folder / NAME, os.O_RDONLY)
        weakref.finalize(self, os.close, file)
        self.file = file
        size = os.fstat(file).st_size
        if size < END.size:
            raise OSError(f"{folder} has no whole cards.")
        self.map = mmap.mmap(file, 0, access=mmap.ACCESS_READ)
        self.map.madvise(mmap.MADV_RANDOM)
        codes, self.begin, self.slots, magic = END.unpack_from(self.map, size - END.size)
        if magic != MAGIC or self.begin + self.slots * SLOT.size + END.size != size:
            raise OSError(f"{folder} has cards of another form.")
        verbs, objects = terms_in(self.map[codes : self.begin])
        self.packed = {code(number): spelled(each) for number, each in enumerate(verbs)}
        self.verbs = {packed: each for each, packed in self.packed.items()}
        self.objects = {code(number): each for number, each in enumerate(objects)}
        self.codes = {spelled(each): coded for coded, each in self.objects.items()}
        self.moved = moved_in((folder / MOVED).read_text(encoding="utf-8"))

    def rows(self, iri: bytes) -> list[bytes] | None:
        """Give what is said of an IRI, line by line; None where only the store can say."""
        if iri in self.moved:
            return None
        sought = digest(iri)
        at = sought
        for _ in range(self.slots):
            at &= self.slots - 1
            found, place = SLOT.unpack_from(self.map, self.begin + at * SLOT.size)
            if not place:
                return []
            if found == sought:
                card = os.pread(self.file, place & WIDE, place >> LENGTH)
                named, told, rows = card.partition(b"\n")
                if named == iri:
                    return rows.split(b"\n") if told else None
            at += 1
        return None

    def named(self, iri: str) -> bytes:
        """Pack an IRI."""
        packed = b"<" + iri.encode()
        return self.codes.get(packed, packed)

    def iri(self, packed: bytes) -> bytes | None:
        """Give the IRI that is packed; None for another term."""
        whole = spelled(self.objects[packed]) if packed[0] >= CODED else packed
        return whole[1:] if whole[0] == AN_IRI else None

    def json(self, packed: bytes) -> bytes:
        """Give a term as the engine writes it."""
        kind = packed[0]
        if kind >= CODED:
            return self.objects[packed]
        if kind == AN_IRI:
            return b"%b%b%b" % (IRI, packed[1:], CLOSED)
        return LITERAL + packed if kind == A_LITERAL else packed


def codes_of(terms: Iterable[bytes]) -> dict[bytes, bytes]:
    """Give each of these terms its code."""
    return {term: code(number) for number, term in enumerate(terms)}


class Drawer:
    """Holds the cards of the views that were asked last: they may come while one is being asked."""

    def __init__(self) -> None:
        """Begin without any."""
        self.held: dict[Path, Cards] = {}
        self.broken: frozenset[Path] = frozenset()

    def of(self, folder: Path) -> Cards | None:
        """Give the cards of the view in a folder, None where there are none yet."""
        found = self.held.get(folder)
        if found is None and os.path.exists(f"{folder}/{NAME}"):  # noqa: PTH110 - asked with every look-up
            found = self._opened(folder)
        return found

    def _opened(self, folder: Path) -> Cards | None:
        """Open cards; what is not whole is left: the store tells all."""
        if folder in self.broken:
            return None
        try:
            found = Cards(folder)
        except (OSError, ValueError):
            self.broken = frozenset({folder})
            return None
        kept = [*self.held.items()][-HELD + 1 :]
        self.held = dict([*kept, (folder, found)])
        return found
