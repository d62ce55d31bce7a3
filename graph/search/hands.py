"""The documents of a large load, read and filled by several processes at once.

Each hand reads a frozen copy of the store (hard links) and writes the fields of its documents to a
file of its own, so that it never waits for the index's one writer, which takes them when it has
time. What a large section brought is read from its text (`graph.search.told`), all else from the
store. A hand that dies loses nothing: its part is done here.
"""

from __future__ import annotations

import marshal
import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

from pyoxigraph import Store

from graph import heap
from graph.search.document import Reading
from graph.search.fields import Filled, filled
from graph.search.told import Before, Told, said_in
from graph.views.exact import exact_of, opened

MANY = 4_000  # documents from which further processes are worth their start
MOST_HANDS = 4
PART = 250  # names of what is wanted that are answered together
LOOK = 0.005  # seconds between two looks at what a hand has written
LENGTH = struct.Struct(">I")
ROOT = Path(__file__).parents[2]
STORE, WANTED, FRESH, TOLD = "store", "wanted", "fresh", "told"


def hands_here() -> int:
    """Give the number of hands that this machine has processors for."""
    return min(len(os.sched_getaffinity(0)), MOST_HANDS)


@dataclass(frozen=True, slots=True)
class Hand:
    """One process, and the file that it writes to."""

    process: subprocess.Popen[bytes]
    file: IO[bytes]

    def part(self) -> list[Filled] | None:
        """Give the next part once it is there; None where the hand ended before that."""
        head = self._bytes(LENGTH.size)
        body = self._bytes(LENGTH.unpack(head)[0]) if head else None
        # From our own process, of our own interpreter: plain values, three times as fast as JSON.
        return cast("list[Filled]", marshal.loads(body)) if body else None  # noqa: S302

    def _bytes(self, size: int) -> bytes | None:
        """Give so many bytes; None where they will never come."""
        found = self.file.read(size)
        while len(found) < size:
            ended = self.process.poll() is not None
            more = self.file.read(size - len(found))
            if ended and not more:
                return None
            found += more
            if not more:
                time.sleep(LOOK)
        return found

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.file.close()


@dataclass(frozen=True, slots=True)
class Large:
    """A large section that was just laid in the merge, and the entries that it brought."""

    told: Told | None = None
    fresh: frozenset[str] = frozenset()


NONE = Large()


@contextmanager
def filled_by_hands(
    store: Store, folder: Path, iris: Iterable[str], hands: int, large: Large = NONE
) -> Iterator[Iterator[Filled]]:
    """Give the fields of the documents of many things, as the store has them now.

    Those that a large section brought come first, in its order, then those of `iris` in theirs.
    A folder of our own is made inside `folder`, on the file system of the store, and taken away.
    """
    place = folder / f"hands-{uuid4().hex}"
    place.mkdir(parents=True)
    store.backup(str(place / STORE))
    if exact := exact_of(store):
        exact.note(place)
    (place / WANTED).write_text("".join(f"{iri}\n" for iri in iris), "utf-8")
    if large.told:
        large.told.write(place / TOLD)
        (place / FRESH).write_text("".join(f"{iri}\n" for iri in large.fresh), "utf-8")
    crew = [start(place, turn, hands) for turn in range(hands)]
    try:
        yield gathered(place, crew)
    finally:
        for each in crew:
            each.end()
        shutil.rmtree(place, ignore_errors=True)


def start(place: Path, turn: int, hands: int) -> Hand:
    """Start one hand."""
    made = place / f"made-{turn}"
    command = [sys.executable, "-m", "graph.search.hands", str(place), str(turn), str(hands)]
    with made.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            start_new_session=True,  # Ctrl-C is for the keeper, who ends its hands
        )
    return Hand(process, made.open("rb"))


def gathered(place: Path, crew: Sequence[Hand]) -> Iterator[Filled]:
    """Take the parts from the hands in turn; do what a hand that died has left."""
    own: Filling | None = None
    told = Told.read(place / TOLD).parts() if (place / TOLD).exists() else 0
    for number in range(told + sum(1 for _ in parts(place))):
        made = crew[number % len(crew)].part()
        if made is None:
            own = own or Filling(place)
            made = own.part(number)
        yield from made


def parts(place: Path) -> Iterator[list[str]]:
    """Give the names of what is wanted, in parts that each hand cuts alike."""
    with (place / WANTED).open(encoding="utf-8", newline="\n") as file:
        while part := [line.rstrip("\n") for line in islice(file, PART)]:
            yield part


class Filling:
    """Fills documents part by part: of what a large section told, then of what is wanted beside it."""

    def __init__(self, place: Path) -> None:
        """Open what was laid out for the hands."""
        self.place = place
        self.told = Told.read(place / TOLD) if (place / TOLD).exists() else None
        graph = self.told.graph if self.told else ""
        self.reading = Reading(opened(str(place / STORE)), graph)
        if self.told:
            self.before = Before(opened(self.told.before))
            self.fresh = frozenset((place / FRESH).read_text("utf-8").split("\n"))

    def all(self, turn: int, hands: int) -> Iterator[list[Filled]]:
        """Fill every part whose turn it is."""
        told = (
            partial(self._of_part, each) for each in range(self.told.parts() if self.told else 0)
        )
        wanted = (partial(self._of_names, each) for each in parts(self.place))
        for fill in islice(chain(told, wanted), turn, None, hands):
            yield fill()

    def part(self, number: int) -> list[Filled]:
        """Fill one part."""
        return next(self.all(number, sys.maxsize))

    def _of_names(self, part: list[str]) -> list[Filled]:
        """Fill the documents of some things; what the view has not is left out."""
        self.reading.told = {}
        return self._filled(part)

    def _of_part(self, number: int) -> list[Filled]:
        """Fill the documents of the entries that a part of the text brings."""
        said = said_in(self.told.part(number)) if self.told else {}
        self.reading.told = self.before.unknown(said)
        return self._filled(filter(self.fresh.__contains__, said))

    def _filled(self, iris: Iterable[str]) -> list[Filled]:
        """Fill documents. Where a section is not laid whole, only what it told names its sources."""
        made = []
        for iri in iris:
            if document := self.reading.document(iri):
                made.append(filled(document))
                if self.told and iri not in self.reading.told:
                    del made[-1]["source"]
        return made


def main(place: Path, turn: int, hands: int, keeper: int) -> None:
    """Be one hand: fill every part whose turn is ours, as long as the keeper lives."""
    heap.spare_long_lived()
    out = sys.stdout.buffer
    for made in Filling(place).all(turn, hands):
        if os.getppid() != keeper:
            return
        body = marshal.dumps(made)
        out.write(LENGTH.pack(len(body)) + body)
        out.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), os.getppid())
