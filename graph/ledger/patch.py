"""A patch: the statements that one change adds and removes, by clearance and named graph.

Statements are N-Triples lines; the graph they stand in is said once a section. A small patch lies
in its ledger row; a large one in content-addressed files (`Files`), which the row names. In a file
an empty line stands before each entry's statements, so that they can be taken up entry by entry.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import zstandard

from graph.ledger.exact import holds
from ontology.clearance import Clearance

INLINE_LINES = 2_000  # more than that in one section goes to a file


@dataclass(frozen=True, slots=True)
class Section:
    """Statements added to or removed from one named graph at one clearance.

    Either `lines` holds them or `file` names where they lie (a SHA-256 in `Files`). `entries` counts
    the entries that the file is parted into; 0 where it is not, as older releases wrote it. `exact` says
    whether the file holds numbers whose type a view has to keep; None where nobody looked yet.
    """

    added: bool
    clearance: Clearance
    graph: str
    count: int
    lines: tuple[str, ...] = ()
    file: str = ""
    entries: int = 0
    exact: bool | None = None

    def inverse(self) -> Section:
        """Give the section that takes this one back."""
        return replace(self, added=not self.added)

    def to_json(self) -> dict[str, Any]:
        """Give the section as the ledger keeps it."""
        told = {
            "added": self.added,
            "clearance": self.clearance.value,
            "graph": self.graph,
            "count": self.count,
            "lines": list(self.lines),
            "file": self.file,
            "entries": self.entries,
        }
        return told if self.exact is None else {**told, "exact": self.exact}

    @staticmethod
    def from_json(value: dict[str, Any]) -> Section:
        """Read a section as the ledger keeps it."""
        return Section(
            added=value["added"],
            clearance=Clearance(value["clearance"]),
            graph=value["graph"],
            count=value["count"],
            lines=tuple(value["lines"]),
            file=value["file"],
            entries=value.get("entries", 0),
            exact=value.get("exact"),
        )


def inverse(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Give the patch that takes this patch back: last section first."""
    return tuple(section.inverse() for section in reversed(tuple(sections)))


PIECE = 1 << 20  # characters of a text that are looked at together


class Files:
    """Content-addressed files of statements, compressed; a name is the SHA-256 of the text."""

    def __init__(self, folder: Path) -> None:
        """Keep files in `folder`."""
        self.folder = folder

    def path(self, name: str) -> Path:
        """Give where the file of that name lies."""
        return self.folder / name[:2] / f"{name[2:]}.nt.zst"

    def open(self, name: str) -> IO[bytes]:
        """Open the uncompressed statements for reading."""
        raw = self.path(name).open("rb")
        return zstandard.ZstdDecompressor().stream_reader(raw, closefd=True)

    def lines(self, name: str) -> Iterator[str]:
        """Give the statements one by one."""
        with self.open(name) as stream:
            for line in io.TextIOWrapper(stream, encoding="utf-8", newline="\n"):
                if line != "\n":
                    yield line.rstrip("\n")

    @contextmanager
    def unpacked(self, name: str, folder: Path) -> Iterator[Path]:
        """Give the text as a file in `folder`, which goes again: engines read one faster so."""
        text = folder / f"{name}.nt"
        try:
            with self.open(name) as stream, text.open("wb") as out:
                shutil.copyfileobj(stream, out, PIECE)
            yield text
        finally:
            text.unlink(missing_ok=True)

    def hold_exact(self, name: str) -> bool:
        """Look through a file for numbers whose type a view has to keep."""
        with self.open(name) as stream:
            rest = b""
            while piece := stream.read(PIECE):
                whole, _, rest = (rest + piece).rpartition(b"\n")
                if holds(whole):
                    return True
            return holds(rest)

    def holding(self, name: str, head: str) -> Iterator[str]:
        """Give the statements that begin with a head, by looking at large pieces of the text.

        Where few do, that is many times as fast as looking at every statement.
        """
        sought = head.encode()
        with self.open(name) as stream:
            rest = b""
            while piece := stream.read(PIECE):
                whole, end, rest = (rest + piece).rpartition(b"\n")
                if sought in whole:
                    yield from (
                        each for each in whole.decode().split("\n") if each.startswith(head)
                    )
                rest = rest if end else whole + rest
            if rest.startswith(sought):
                yield rest.decode()


class Spool:
    """A section being written: in memory while small, then straight to a compressed file."""

    def __init__(self, files: Files, section: Section) -> None:
        """Begin an empty section with that clearance, graph and direction."""
        self.files = files
        self.section = section
        self.count = 0
        self.entries = 0
        self._exact = False
        self._lines: list[str] = []
        self._digest = hashlib.sha256()
        self._writer: zstandard.ZstdCompressionWriter | None = None
        self._file: IO[bytes]
        self._partial = files.folder / f"partial-{os.getpid()}-{id(self)}"

    def add(self, lines: Iterable[str]) -> None:
        """Add the statements of one entry."""
        before = len(self._lines)
        self._lines.append("")
        self._lines.extend(lines)
        said = len(self._lines) - before - 1
        if not said:
            self._lines.pop()
            return
        self.count += said
        self.entries += 1
        if len(self._lines) > INLINE_LINES:
            self._spill()

    def _spill(self) -> None:
        """Write what is in memory to the file."""
        if self._writer is None:
            self._partial.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._partial.open("wb")
            self._writer = zstandard.ZstdCompressor(level=1).stream_writer(
                self._file, closefd=False
            )
        data = ("\n".join(self._lines) + "\n").encode()
        self._exact = self._exact or holds(data)
        self._digest.update(data)
        self._writer.write(data)
        self._lines.clear()

    def finish(self) -> Section:
        """Give the finished section; its file, if it has one, is on disk for good."""
        if self._writer is None:
            return replace(self.section, count=self.count, lines=tuple(filter(None, self._lines)))
        if self._lines:
            self._spill()
        self._writer.flush(zstandard.FLUSH_FRAME)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        name = self._digest.hexdigest()
        target = self.files.path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        self._partial.rename(target)
        return replace(
            self.section, count=self.count, file=name, entries=self.entries, exact=self._exact
        )

    def discard(self) -> None:
        """Drop what was written, unless it was finished."""
        if self._writer is not None:
            self._file.close()
            self._partial.unlink(missing_ok=True)
