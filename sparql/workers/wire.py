"""What passes over the pipe between pool and child: frames of one letter, a length, and bytes.

Job and answer are small JSON objects; what the store says travels as it is serialised. A small
answer is one write and one read.
"""

from __future__ import annotations

import json
import socket
import struct
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sparql.query import ANY, Graphs

FRAME = struct.Struct("!cI")
READ = 256 * 1024

OPEN, JOB = b"o", b"j"  # to the child
HEAD, DATA, END, ERROR = b"h", b"d", b"e", b"x"  # from the child
STORE, COLUMNS = "store", "columns"  # engines
NOTHING = ""  # the place of a store that holds nothing: each child has one in its memory

Frame = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Job:
    """One query to run. `formats` gives, for each kind of answer, the name of a format."""

    store: str  # folder of the store
    slot: str  # which view it is: a child holds one store open for each
    text: str
    formats: Mapping[str, str]
    graphs: Graphs = ANY
    base: str | None = None
    seconds: float = 30.0
    patience: float = 30.0  # how long a child waits, in all, for a slow reader
    rows: int = 100_000
    size: int = 256 * 1024 * 1024  # bytes of the answer
    skip: int = 0  # rows or triples that stand on earlier pages
    written: bool = False  # whether the text is no query but rows that were found, as TSV


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer is, said before its first byte."""

    kind: str
    format: str
    engine: str = STORE  # what worked it out: the store, or columns that counted a part of it


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an answer ended: its rows (or triples), and which limit cut it, if one did."""

    rows: int
    cut: str = ""  # "", "rows" or "size"


def frame(letter: bytes, payload: bytes) -> bytes:
    """Write one frame."""
    return FRAME.pack(letter, len(payload)) + payload


def record_frame(letter: bytes, record: Job | Head | Outcome | dict[str, str]) -> bytes:
    """Write a record as one frame."""
    plain = record if isinstance(record, dict) else plain_of(record)
    return frame(letter, json.dumps(plain, ensure_ascii=False, default=plain_of).encode())


def plain_of(record: object) -> dict[str, object]:
    """Give a record's fields by name; `dataclasses.asdict` copies deeply and takes ten times this."""
    return {each.name: getattr(record, each.name) for each in fields(record)}  # type: ignore[arg-type]


def job_of(payload: bytes) -> Job:
    """Read a job."""
    plain = json.loads(payload)
    graphs: dict[str, Any] = {
        name: tuple(said) if isinstance(said, list) else said
        for name, said in plain.pop("graphs").items()
    }
    return Job(**plain, graphs=Graphs(**graphs))


@dataclass(slots=True)
class Frames:
    """The frames that come in over one socket, in order."""

    socket: socket.socket
    _held: bytearray = field(default_factory=bytearray)
    _ready: deque[Frame] = field(default_factory=deque)

    def next(self) -> Frame:
        """Give the next frame; raises EOFError when the other side is gone, TimeoutError late."""
        while not self._ready:
            read = self.socket.recv(READ)
            if not read:
                raise EOFError
            self._held += read
            self._part()
        return self._ready.popleft()

    def _part(self) -> None:
        """Cut whole frames off what has come in."""
        at = 0
        while at + FRAME.size <= len(self._held):
            letter, length = FRAME.unpack_from(self._held, at)
            end = at + FRAME.size + length
            if end > len(self._held):
                break
            self._ready.append((letter, bytes(self._held[at + FRAME.size : end])))
            at = end
        del self._held[:at]
