"""How deliveries cross the pipe from the reading child to its parent: one JSON text per frame.

JSON and not pickle: what a stranger's file can make the child write must never be code here.
A frame is four bytes of length (big-endian) and that many bytes of UTF-8.
"""

from __future__ import annotations

import contextlib
import fcntl
import struct
import sys
from collections.abc import Callable
from typing import Any

from graph import plain
from graph.ledger.entries import Delivery, Entry, Finding, Quarantined, Repair
from ontology.clearance import Clearance

LENGTH = struct.Struct(">I")
WIDE = 1 << 20  # bytes that a pipe may hold; usually they hold a sixteenth of it
LARGEST = 1 << 30  # a frame longer than this is not one of ours


def framed(message: object) -> bytes:
    """Give one message as the bytes of a frame."""
    body = plain.written(message)
    return LENGTH.pack(len(body)) + body


def widened(pipe: int) -> None:
    """Let a pipe hold more, so that who writes and who reads seldom wait for one another."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, WIDE)


def read_frame(read: Callable[[int], bytes]) -> Any | None:  # noqa: ANN401 - JSON is anything
    """Read one message through `read(n)`; None where the pipe has ended (even inside a frame)."""
    head = read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = read(length) if length <= LARGEST else b""
    return plain.read(body) if len(body) == length else None


def delivery_to_json(delivery: Delivery) -> list[object]:
    """Give a delivery as plain lists: lines and subjects joined, which halves the work."""
    return [
        _entry_to_json(delivery.entry) if delivery.entry else None,
        _quarantined_to_json(delivery.quarantined) if delivery.quarantined else None,
        [[r.rule, r.property, r.was, r.now, *r.why] for r in delivery.repairs],
        [[f.rule, f.property, f.value, *f.why] for f in delivery.findings],
        delivery.rows,
    ]


def delivery_from_json(parts: list[Any]) -> Delivery:
    """Give back the delivery that `delivery_to_json` wrote."""
    entry, quarantined, repairs, findings, rows = parts
    return Delivery(
        _entry_from_json(entry) if entry else None,
        _quarantined_from_json(quarantined) if quarantined else None,
        tuple(Repair(r[0], r[1], r[2], r[3], (r[4], r[5])) for r in repairs),
        tuple(Finding(f[0], f[1], f[2], (f[3], f[4])) for f in findings),
        rows,
    )


def _entry_to_json(entry: Entry) -> list[object]:
    # N-Triples lines and IRIs hold no line feed, so a line feed can part them.
    lines = {clearance.value: "\n".join(lines) for clearance, lines in entry.lines.items()}
    subjects = "\n".join(entry.subjects)
    return [entry.kind, entry.key, entry.iri, entry.code, entry.title, subjects, lines]


def _entry_from_json(parts: list[Any]) -> Entry:
    kind, key, iri, code, title, subjects, lines = parts
    by_clearance = {Clearance(name): tuple(text.split("\n")) for name, text in lines.items()}
    return Entry(kind, key, iri, code, title, tuple(subjects.split("\n")), by_clearance)


def _quarantined_to_json(one: Quarantined) -> list[str]:
    return [one.where, one.title, one.rule, *one.why, one.original, one.format]


def _quarantined_from_json(parts: list[str]) -> Quarantined:
    where, title, rule, english, chinese, original, suffix = parts
    return Quarantined(where, title, rule, (english, chinese), original, suffix)
