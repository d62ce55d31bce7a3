"""Makes the cards of a view: the engine writes all rows, in its own order, and they are parted by thing."""

from __future__ import annotations

import json
import os
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from sparql.cards.file import (
    CLOSED,
    CODES,
    END,
    IRI,
    LENGTH,
    MAGIC,
    SLOT,
    code,
    codes_of,
    digest,
    spelled,
)
from sparql.exact.reading import Solutions
from sparql.query import ask
from sparql.texts import text_of

GATHERED: Final = 1 << 20  # bytes of rows that are looked at together
SAMPLE: Final = 8 << 20  # bytes of rows from which is learnt what is met often
OFTEN: Final = 8  # times that it is met among them
LONGEST: Final = 32 << 10  # bytes of a card: the store tells longer ones
BEGIN, BETWEEN, END_OF_ROWS = b'"bindings":[', b'},{"s":', b"}]}}"
VERB, OBJECT = b',"p":', b',"o":'


class Stopped(Exception):
    """The view is no longer the newest: its cards are not worth the work."""


class Beyond(Exception):
    """There are more predicates than codes."""


def write(store: Store, path: Path, still: Callable[[], bool] = lambda: True) -> bool:
    """Write the cards of a store, whole and on the disk, or not at all; say whether they could be.

    Raises Stopped once `still` denies. Where the disk is full they could not be: then the store is asked.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as out:
            written = Written(out, still)
            written.say(MAGIC)  # so that no card begins at 0, which is a free slot
            result = ask(store, text_of("cards/everything").text)
            assert isinstance(result, QuerySolutions | Solutions)
            result.serialize(cast("IO[bytes]", written), format=QueryResultsFormat.JSON)
            written.finish()
            os.fsync(out.fileno())
        partial.rename(path)
    except (OSError, Beyond):
        return False
    finally:
        partial.unlink(missing_ok=True)
    return True


@dataclass(slots=True)
class Written:
    """What the engine writes its rows into, and what comes of them."""

    out: IO[bytes]
    still: Callable[[], bool]
    verbs: dict[bytes, bytes] = field(default_factory=dict)  # each with its code
    objects: dict[bytes, bytes] | None = None  # those that are met often, once that is known
    digests: array[int] = field(default_factory=lambda: array("Q"))
    places: array[int] = field(default_factory=lambda: array("Q"))
    at: int = 0  # bytes written
    _held: list[bytes] = field(default_factory=list)
    _size: int = 0
    _begun: bool = False
    _subject: bytes = b""
    _rows: list[bytes] = field(default_factory=list)

    def write(self, chunk: bytes) -> int:
        """Take what the engine wrote."""
        self._held.append(bytes(chunk))
        self._size += len(chunk)
        if self._size > (SAMPLE if self.objects is None else GATHERED):
            self._look(last=False)
        return len(chunk)

    def flush(self) -> None:
        """Nothing: the engine asks for it at its end, where `finish` follows."""

    def finish(self) -> None:
        """Take the rest of the rows, and write what leads to the cards."""
        self._look(last=True)
        self._put()
        codes = self.at
        terms = [[each.decode() for each in part] for part in (self.verbs, self.objects or ())]
        self.say(json.dumps(terms, ensure_ascii=False).encode())
        begin, slots = self.at, self._slots()
        self.out.write(slots.tobytes())
        self.out.write(END.pack(codes, begin, len(slots) // 2, MAGIC))
        self.out.flush()

    def _slots(self) -> array[int]:
        """Give the slots: the number of those is a power of two, and half of them at least are free."""
        count = 1 << (2 * len(self.digests)).bit_length()
        slots = array("Q", bytes(count * SLOT.size))
        for number, place in zip(self.digests, self.places, strict=True):
            at = number & (count - 1)
            while slots[2 * at + 1]:
                at = (at + 1) & (count - 1)
            slots[2 * at], slots[2 * at + 1] = number, place
        return slots

    def _look(self, *, last: bool) -> None:
        """Part what is held into rows; the last of them may not be whole yet."""
        if not self.still():
            raise Stopped
        text = b"".join(self._held)
        if not self._begun:
            text = text.partition(BEGIN)[2].removeprefix(BETWEEN[2:])
            self._begun = True
        rows = text.removesuffix(END_OF_ROWS).split(BETWEEN) if last else text.split(BETWEEN)
        self._held = [] if last else [rows.pop()]
        self._size = sum(map(len, self._held))
        if last and rows[-1] in {b"", END_OF_ROWS[1:]}:  # there was none
            rows.pop()
        parted = [self._parted(each) for each in rows]
        if self.objects is None:
            seen = Counter(last for _, _, last in parted)
            often = (term for term, times in seen.most_common(CODES) if times >= OFTEN)
            self.objects = codes_of(often)
        self._take(parted)

    @staticmethod
    def _parted(row: bytes) -> tuple[bytes, bytes, bytes]:
        """Part a row into its terms: an IRI holds no quotation mark, so the first marks are the row's own."""
        subject, _, rest = row.partition(VERB)
        verb, _, last = rest.partition(OBJECT)
        return subject, verb, last

    def _take(self, parted: list[tuple[bytes, bytes, bytes]]) -> None:
        """Pack rows, and put down each card once the next begins."""
        verbs, objects = self.verbs, self.objects or {}
        for subject, verb, last in parted:
            if subject != self._subject:
                self._put()
                self._subject = subject
            coded = verbs.get(verb)
            if coded is None:
                if len(verbs) == CODES:
                    raise Beyond
                coded = verbs[verb] = code(len(verbs))
            self._rows.append(coded + (objects.get(last) or spelled(last)))

    def _put(self) -> None:
        """Put down the card at hand; of blank nodes there are none, for they cannot be asked for."""
        rows, self._rows = self._rows, []
        if not self._subject.startswith(IRI):
            return
        iri = self._subject[len(IRI) : -len(CLOSED)]
        card = b"\n".join(cut(iri, rows))
        self.digests.append(digest(iri))
        self.places.append(self.at << LENGTH | len(card))
        self.say(card)

    def say(self, text: bytes) -> None:
        """Write, and keep count."""
        self.out.write(text)
        self.at += len(text)


def cut(iri: bytes, rows: list[bytes]) -> Iterator[bytes]:
    """Give the lines of a card; of a long one only its IRI, which says that the store has to be asked."""
    yield iri
    if len(iri) + len(rows) + sum(map(len, rows)) <= LONGEST:
        yield from rows
