"""The documents of a large load, read and filled by several processes at once.

Each hand reads a frozen copy of the store (hard links) and sends back the fields of its documents;
the index has one writer, which takes them. A hand that dies loses nothing: its part is done here.
"""

from __future__ import annotations

import marshal
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
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
LENGTH = struct.Struct(">I")
ROOT = Path(__file__).parents[2]
STORE, WANTED = "store", "wanted"


def hands_here() -> int:
    """Give the number of hands that this machine has processors for."""
    return min(len(os.sched_getaffinity(0)), MOST_HANDS)


@contextmanager
def filled_by_hands(
    store: Store, folder: Path, iris: Iterable[str], hands: int
) -> Iterator[Iterator[Filled]]:
    """Give the fields of the documents of many things, in parts as they were named.

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
            each.kill()
            each.communicate()
        shutil.rmtree(place, ignore_errors=True)


def start(place: Path, turn: int, hands: int) -> subprocess.Popen[bytes]:
    """Start one hand; it ends when nobody reads what it writes."""
    command = [sys.executable, "-m", "graph.search.hands", str(place), str(turn), str(hands)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the keeper, who ends its hands
    )


def gathered(place: Path, crew: Sequence[subprocess.Popen[bytes]]) -> Iterator[Filled]:
    """Take the parts from the hands in turn; do what a hand that died has left."""
    own: Reading | None = None
    for number, part in enumerate(parts(place)):
        pipe = crew[number % len(crew)].stdout
        assert pipe is not None
        made = received(pipe)
        if made is None:
            own = own or Reading(Store.read_only(str(place / STORE)))
            made = filled_part(own, part)
        yield from made


def received(pipe: IO[bytes]) -> list[Filled] | None:
    """Read one part from a hand; None where the hand has ended."""
    head = pipe.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = pipe.read(length)
    # From our own process, of our own interpreter: plain values, three times as fast as JSON.
    return cast("list[Filled]", marshal.loads(body)) if len(body) == length else None  # noqa: S302


def parts(place: Path) -> Iterator[list[str]]:
    """Give the names of what is wanted, in parts that each hand cuts alike."""
    with (place / WANTED).open(encoding="utf-8", newline="\n") as file:
        while part := [line.rstrip("\n") for line in islice(file, PART)]:
            yield part


def filled_part(reading: Reading, part: Iterable[str]) -> list[Filled]:
    """Fill the documents of one part; what the view has not is left out."""
    return [filled(found) for iri in part if (found := reading.document(iri))]


def main(place: Path, turn: int, hands: int) -> None:
    """Be one hand: fill every part whose turn is ours."""
    reading = Reading(Store.read_only(str(place / STORE)))
    out = sys.stdout.buffer
    for number, part in enumerate(parts(place)):
        if number % hands == turn:
            body = marshal.dumps(filled_part(reading, part))
            out.write(LENGTH.pack(len(body)) + body)
            out.flush()


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    except BrokenPipeError:
        os._exit(0)  # the writer has gone
