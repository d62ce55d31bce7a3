"""What a long file was gathered to, split into entries by two processes in turn.

Entries hang on nothing but what was gathered. A copy of this process makes every second part of them
ready to be sent, and this one sends them in their place: what leaves is the same to the letter.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from typing import IO, Any, Final

from graph.harvest.rdf.frames import LENGTH, delivery_to_json, framed
from graph.harvest.rdf.heads import by_owner
from graph.harvest.rdf.split import Splitter, Tally
from graph.harvest.rdf.twin import twin, two_here
from graph.ledger.entries import Delivery

FROM: Final = 100_000  # statements of a file that is worth two processes
PART: Final = 200  # blocks of a part


def worth_two(splitter: Splitter) -> bool:
    """Say whether a file is so long, and this machine such, that two are quicker."""
    return splitter.gathered.read >= FROM and two_here()


def send_in_two(splitter: Splitter, send: Callable[[bytes], None]) -> None:
    """Send every delivery as a frame; raises MemoryError where the other process ended too early."""
    parts = list(parted(splitter))
    with twin(lambda pipe: be_the_other(splitter, parts[1::2], pipe)) as pipe:
        made = received(pipe)
        for number, part in enumerate(parts):
            if number % 2:
                send(next(made))
            else:
                for delivery in splitter.of(part):
                    send(frame(delivery))
        tally, invented = marshal.loads(next(made))  # noqa: S302 - of a process with no more rights
    add_up(splitter.tally, tally)
    for name, iri in invented.items():
        splitter.invented.setdefault(name, iri)
    for delivery in splitter.inventions():
        send(frame(delivery))


def frame(delivery: Delivery) -> bytes:
    """Give a delivery as it leaves this process."""
    return framed({"delivery": delivery_to_json(delivery)})


def parted(splitter: Splitter) -> Iterator[list[int]]:
    """Give the blocks of all entries in parts, in none of which an entry is there in part."""
    owner, subject = splitter.owners.owner, splitter.gathered.spool.subject
    part, last = list[int](), -1
    for block in by_owner(splitter.gathered, splitter.owners):
        head = owner[subject[block]]
        if head != last and len(part) >= PART:
            yield part
            part = []
        last = head
        part.append(block)
    if part:
        yield part


def be_the_other(splitter: Splitter, parts: list[list[int]], pipe: IO[bytes]) -> None:
    """Split these parts, write their frames, and what was counted and invented on the way."""
    splitter.told = True  # the first process tells of the whole file
    splitter.tally = Tally()
    for part in parts:
        made = b"".join(map(frame, splitter.of(part)))
        pipe.write(LENGTH.pack(len(made)) + made)
        pipe.flush()
    ended = marshal.dumps((asdict(splitter.tally), splitter.invented))
    pipe.write(LENGTH.pack(len(ended)) + ended)


def received(pipe: IO[bytes]) -> Iterator[bytes]:
    """Give what the other process wrote, piece by piece; raises MemoryError where it ended early."""
    while True:
        head = pipe.read(LENGTH.size)
        size = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else -1
        piece = pipe.read(size) if size >= 0 else b""
        if len(piece) != size:
            raise MemoryError
        yield piece


def add_up(tally: Tally, other_: dict[str, Any]) -> None:
    """Add what the other process counted."""
    for each in fields(tally):
        setattr(tally, each.name, getattr(tally, each.name) + other_[each.name])
