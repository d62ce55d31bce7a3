"""The documents of a large load, read and filled by several processes at once.

Each hand reads a frozen copy of the store (hard links) and writes the fields of its documents to a
file of its own, so that it never waits for the index's one writer, which takes them when it has
time. A hand that dies loses nothing: its part is done here.
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
from itertools import islice
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

from pyoxigraph import Store

from graph.search.document import Reading
from graph.search.fields import Filled, filled

MANY = 4_000  # documents from which further processes are worth their start
MOST_HANDS = 4
PART = 250  # documents that one message holds
LOOK = 0.005  # seconds between two looks at what a hand has written
LENGTH = struct.Struct(">I")
ROOT = Path(__file__).parents[2]
STORE, WANTED = "store", "wanted"


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


@contextmanager
def filled_by_hands(
    store: Store, folder: Path, iris: Iterable[str], hands: int
) -> Iterator[Iterator[Filled]]:
    """Give the fields of the documents of many things, as the store has them now, in their order.

    A folder of our own is made inside `folder`, on the file system of the store, and taken away.
    """
    place = folder / f"hands-{uuid4().hex}"
    place.mkdir(parents=True)
    store.backup(str(place / STORE))
    (place / WANTED).write_text("".join(f"{iri}\n" for iri in iris), "utf-8")
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
    own: Reading | None = None
    for number, part in enumerate(parts(place)):
        made = crew[number % len(crew)].part()
        if made is None:
            own = own or Reading(Store.read_only(str(place / STORE)))
            made = filled_part(own, part)
        yield from made


def parts(place: Path) -> Iterator[list[str]]:
    """Give the names of what is wanted, in parts that each hand cuts alike."""
    with (place / WANTED).open(encoding="utf-8", newline="\n") as file:
        while part := [line.rstrip("\n") for line in islice(file, PART)]:
            yield part


def filled_part(reading: Reading, part: Iterable[str]) -> list[Filled]:
    """Fill the documents of one part; what the view has not is left out."""
    return [filled(found) for iri in part if (found := reading.document(iri))]


def main(place: Path, turn: int, hands: int, keeper: int) -> None:
    """Be one hand: fill every part whose turn is ours, as long as the keeper lives."""
    reading = Reading(Store.read_only(str(place / STORE)))
    out = sys.stdout.buffer
    for number, part in enumerate(parts(place)):
        if os.getppid() != keeper:
            return
        if number % hands == turn:
            body = marshal.dumps(filled_part(reading, part))
            out.write(LENGTH.pack(len(body)) + body)
            out.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), os.getppid())
