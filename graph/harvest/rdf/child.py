"""The killable process that parses a stranger's file: reads, mends, splits, and writes frames.

Run as `python -m graph.harvest.rdf.child`; its task comes as one JSON text on standard input, frames
of deliveries leave by standard output. It confines itself before it opens the file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from graph import heap
from graph.confine import confine
from graph.harvest.rdf.frames import framed
from graph.harvest.rdf.heads import Heads, adopt, name_blank_heads
from graph.harvest.rdf.intake import Limits
from graph.harvest.rdf.owners import owners_of
from graph.harvest.rdf.pair import frame, send_in_two, worth_two
from graph.harvest.rdf.split import Splitter
from graph.harvest.rdf.statements import Reading, read
from graph.ledger.entries import Context, Delivery
from ontology.clearance import Clearance
from ontology.code_lists import code_lists
from ontology.errors import Unreadable

ENOUGH_TO_SEND = 1 << 16


def harvest(task: dict[str, Any], send: Callable[[bytes], None]) -> dict[str, int]:
    """Do one task: `send` gets the frame of each delivery, or of several; gives the tally."""
    context = Context(**{**task["context"], "clearance": Clearance(task["context"]["clearance"])})
    reading = read(Path(task["path"]), task["format"], Limits(**task["limits"]))
    with closing(reading.gathered):
        return _split(reading, context, task["base"], send)


def _split(
    reading: Reading, context: Context, base_iri: str | None, send: Callable[[bytes], None]
) -> dict[str, int]:
    gathered = reading.gathered
    base = base_iri or gathered.catalogue or f"{context.base}/id/source/{context.source}/"
    gathered.settle(base, named=bool(base_iri))
    owners, adopted = adopt(gathered, owners_of(gathered), base)
    names = name_blank_heads(gathered, owners, context)
    splitter = Splitter(gathered, owners, context, Heads(base, names, adopted))
    for broken in reading.broken:
        send(frame(Delivery(quarantined=broken)))
    if worth_two(splitter):
        send_in_two(splitter, send)
    else:
        for delivery in splitter.deliveries():
            send(frame(delivery))
    splitter.tally.broken = len(reading.broken)
    return asdict(splitter.tally)


class Outlet:
    """Frames on their way out, gathered to pieces that are worth a system call."""

    def __init__(self, descriptor: int) -> None:
        """Write to this descriptor."""
        self.file = os.fdopen(descriptor, "wb", ENOUGH_TO_SEND)

    def send(self, frames: bytes) -> None:
        """Write one frame or several; blocks while the parent is behind."""
        self.file.write(frames)

    def tell(self, message: object) -> None:
        """Write one message."""
        self.send(framed(message))


def main() -> None:
    """Read the task, confine this process, do it; every end has its frame."""
    task = json.load(sys.stdin)
    outlet = Outlet(os.dup(1))
    os.dup2(2, 1)  # whatever else is printed is no frame
    code_lists()  # our own files, before the limits
    limits = Limits(**task["limits"])
    heap.spare_long_lived()
    confine(memory=limits.memory, seconds=limits.cpu_seconds, parent=task["parent"])
    try:
        tally = harvest(task, outlet.send)
        outlet.tell({"end": tally})
    except Unreadable as error:
        outlet.tell({"unreadable": [error.en, error.zh]})
    except (MemoryError, RecursionError) as error:
        outlet.tell({"overrun": type(error).__name__})
    outlet.file.flush()


if __name__ == "__main__":
    main()
