"""RDF files as deliveries: parsed, mended and split in a child process that may die at any moment.

Whatever the file does to the child (crash, endless loop, all memory), here it becomes one
`Unreadable` with its sentence. Frames are read as they are wanted: a slow reader holds the child
back by the pipe, and memory stays as it is.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from graph import plain
from graph.harvest.rdf.formats import detect_format, format_named
from graph.harvest.rdf.frames import LARGEST, LENGTH, delivery_from_json, widened
from graph.harvest.rdf.intake import Limits
from graph.harvest.rdf.split import Tally
from graph.ledger.entries import Context, Delivery
from ontology.errors import Unreadable

__all__ = ["Deliveries", "Limits", "Tally", "deliveries", "detect_format"]

PIPE = 1 << 15
ROOT = Path(__file__).parents[3]


def deliveries(
    path: Path,
    *,
    format: str | None,  # noqa: A002 - the word of the contract
    context: Context,
    base_iri: str | None = None,
    limits: Limits | None = None,
) -> Deliveries:
    """Read an RDF file record by record, as `Delivery` after `Delivery`.

    `format` is a name, suffix or media type, or None to find it out. `base_iri` completes relative
    IRIs; without it the document's own base, then the catalogue's IRI, then the source's.
    Iterating raises Unreadable, with nothing given before, where the file cannot be read; and
    after some deliveries only where the child is killed from outside. Close it (or use `with`)
    to end the child early. After the last delivery `.tally` says where all statements went.
    """
    known = format_named(format) if format else (_is_file(path) and detect_format(path))
    if not known:
        raise _other_kind(path) if _is_file(path) else _no_file(path)
    return Deliveries(path, known, context, base_iri, limits or Limits())


def _is_file(path: Path) -> bool:
    return path.is_file()


class Deliveries(Iterator[Delivery]):
    """The deliveries of one file, and the child that makes them."""

    def __init__(
        self, path: Path, suffix: str, context: Context, base_iri: str | None, limits: Limits
    ) -> None:
        """Start the child; nothing of the file is held here."""
        self.tally: Tally | None = None
        self.limits = limits
        self._buffer = bytearray()
        task = {
            "path": str(path.resolve()),
            "format": suffix,
            "base": base_iri,
            "context": asdict(context),
            "limits": asdict(limits),
            "parent": os.getpid(),
        }
        self._child = subprocess.Popen(
            [sys.executable, "-m", "graph.harvest.rdf.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        widened(self._child.stdout.fileno())
        with self._child.stdin as pipe:
            pipe.write(json.dumps(task).encode())

    def __iter__(self) -> Self:
        """Give itself: a file is read once."""
        return self

    def __next__(self) -> Delivery:
        """Give the next delivery; raises Unreadable as `deliveries` says."""
        if self._child.stdout is None or self._child.stdout.closed:
            raise StopIteration
        message = self._message()
        if "delivery" in message:
            return delivery_from_json(message["delivery"])
        self.close()
        if "end" in message:
            self.tally = Tally(**message["end"])
            raise StopIteration
        raise _refusal(message)

    def __enter__(self) -> Self:
        """Stand as its own guard."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self.close()

    def __del__(self) -> None:
        """End a child that was forgotten."""
        if hasattr(self, "_child"):
            self.close()

    def close(self) -> None:
        """End the child, whatever it is doing, and leave nothing of it behind."""
        if self._child.poll() is None:
            self._child.kill()
        self._child.wait()
        if self._child.stdout is not None:
            self._child.stdout.close()

    def _message(self) -> dict[str, Any]:
        (length,) = LENGTH.unpack(self._bytes(LENGTH.size))
        if length > LARGEST:
            self.close()
            raise _overrun()
        message: dict[str, Any] = plain.read(self._bytes(length))
        return message

    def _bytes(self, size: int) -> bytes:
        """Give the next `size` bytes of the child's; ends it when it is silent for too long."""
        if len(self._buffer) < size:
            self._wait_for(size)
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _wait_for(self, size: int) -> None:
        """Wait until so many bytes are there; ends the child when it is silent for too long."""
        deadline = time.monotonic() + self.limits.silence
        pipe: IO[bytes] = self._child.stdout  # type: ignore[assignment]
        said = select.poll()  # not select(), which knows no file numbered above 1,023
        said.register(pipe, select.POLLIN)
        while len(self._buffer) < size:
            if not said.poll(max(0.0, deadline - time.monotonic()) * 1000):
                self.close()
                raise _too_slow(self.limits.silence)
            piece = os.read(pipe.fileno(), max(PIPE, size - len(self._buffer)))
            if not piece:
                self._child.wait()
                self.close()
                raise _died(self._child.returncode)
            self._buffer += piece


def _refusal(message: dict[str, Any]) -> Unreadable:
    if "unreadable" in message:
        return Unreadable(*message["unreadable"])
    return _overrun()


def _died(status: int) -> Unreadable:
    """Give the sentence for a child that ended without its last frame."""
    if status == -signal.SIGSEGV:
        return Unreadable(
            "The file is nested too deeply (or made to break the parser); nothing was loaded.",
            "文件嵌套过深（或为破坏解析器而制），未载入任何内容。",
        )
    if status in {-signal.SIGABRT, -signal.SIGXCPU}:
        return _overrun()
    return Unreadable(
        "The process reading this file ended before it was done; please load it again.",
        "读取该文件的进程中途结束，请重新载入。",
    )


def _overrun() -> Unreadable:
    return Unreadable(
        "Reading this file takes more memory or time than this instance gives to one file.",
        "读取该文件所需的内存或时间超过本平台对单个文件的限额。",
    )


def _too_slow(seconds: float) -> Unreadable:
    return Unreadable(
        f"Reading was ended: no record was ready in {seconds:g} seconds.",
        f"已中止读取：{seconds:g} 秒内没有读出任何记录。",
    )


def _other_kind(path: Path) -> Unreadable:
    if path.stat().st_size == 0:
        return Unreadable("The file is empty.", "文件是空的。")
    return Unreadable(
        f"“{path.name}” is not RDF: neither its name nor its beginning says so.",
        f"“{path.name}”不是 RDF 文件：文件名与开头内容都不符合。",
    )


def _no_file(path: Path) -> Unreadable:
    return Unreadable(f"There is no file “{path.name}”.", f"没有文件“{path.name}”。")
