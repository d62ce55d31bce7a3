"""The bytes of a stranger's file, made safe to parse: unpacked, bounded, UTF-8, no DOCTYPE.

What the parser is handed has no byte order mark and is UTF-8, whatever the file's own encoding.
Everything here streams: a file of a gigabyte passes in pieces.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from graph.harvest.rdf.formats import BYTE_ORDER_MARKS, GZIP_MAGIC
from ontology.errors import Unreadable

PIECE = 1 << 18
TAIL = 4096
PROLOG = 1 << 20  # the root element of an XML document begins within its first megabyte

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*\?>")
_ROOT = re.compile(rb"<([A-Za-z_][\w.:-]*)")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_DOCTYPE = re.compile(rb"<!DOCTYPE|<!ENTITY", re.IGNORECASE)
UTF8_NAMES = frozenset({"utf-8", "ascii"})


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a stranger's file may cost.

    `file_bytes`: of the file as it came; `unpacked_bytes`: when unpacked; `memory`: address space
    of the reading child in bytes; `silence`: seconds that the parent waits for the next record;
    `cpu_seconds`: processor time of the child in all.
    """

    file_bytes: int = 4 << 30
    unpacked_bytes: int = 16 << 30
    memory: int = 4 << 30
    silence: float = 900.0
    cpu_seconds: int = 3600


class Bounded(io.RawIOBase):
    """A readable stream over `read(n)` that refuses to give more than `limit` bytes."""

    def __init__(self, read: Callable[[int], bytes], limit: int, first: bytes = b"") -> None:
        """Give `first`, then what `read` gives."""
        self._read, self._left, self._first = read, limit, first
        self.tail, self.root = b"", b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill the buffer as io.RawIOBase asks."""
        piece = self._first[: len(buffer)] or _unpacked(self._read, len(buffer))
        self._first = self._first[len(piece) :]
        self._left -= len(piece)
        if self._left < 0:
            raise too_large()
        buffer[: len(piece)] = piece
        self.tail = (self.tail + piece)[-TAIL:]
        return len(piece)


@contextmanager
def opened(path: Path, suffix: str, limits: Limits) -> Iterator[io.BufferedReader]:
    """Open a file for the parser of `suffix`, safe as this module promises.

    Raises Unreadable for an empty, oversized, wrongly encoded or truncated file and for any
    document type declaration in XML (an entity bomb needs one; DESIGN §5).
    """
    if path.stat().st_size > limits.file_bytes:
        raise too_large()
    with path.open("rb") as file:
        packed = file.read(2) == GZIP_MAGIC
        file.seek(0)
        # Closing the file below is enough: the unpacker holds nothing else.
        source = cast("IO[bytes]", gzip.GzipFile(fileobj=file) if packed else file)
        yield _decoded(source, suffix, limits.unpacked_bytes)


def _decoded(source: IO[bytes], suffix: str, limit: int) -> io.BufferedReader:
    encoding, head = _encoding(_unpacked(source.read, PROLOG), suffix)
    if not head.strip():
        raise Unreadable("The file is empty.", "文件是空的。")
    if encoding in UTF8_NAMES:
        bounded = Bounded(source.read, limit, head)
    else:
        decode = _decoder(encoding)
        bounded = Bounded(lambda size: decode(source.read(size // 4 or 1)), limit, decode(head))
    if suffix == "rdf":
        bounded.root = refuse_doctype(head)
    return io.BufferedReader(bounded, PIECE)


def _encoding(head: bytes, suffix: str) -> tuple[str, bytes]:
    """Give the encoding the head declares, and the head without mark and declaration."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return encoding, head[len(mark) :]
    declared = _DECLARATION.match(head) if suffix == "rdf" else None
    encoding = _text_encoding(declared[1].decode()) if declared else "utf-8"
    if declared and encoding not in UTF8_NAMES:
        # The declaration goes: what follows it will be UTF-8.
        return encoding, head[declared.end() :]
    return "utf-8", head


def _decoder(encoding: str) -> Callable[[bytes], bytes]:
    state = codecs.getincrementaldecoder(encoding)("strict")

    def decode(piece: bytes) -> bytes:
        try:
            text = state.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise Unreadable(
                f"The file is not written in the encoding it declares ({encoding}).",
                f"文件内容与其声明的编码（{encoding}）不符。",
            ) from error
        return _redeclared(text).encode()

    return decode


def _text_encoding(name: str) -> str:
    """Give the registered name of an encoding of text; raises Unreadable for any other."""
    try:
        "".encode(name)  # refuses zlib, base64 and their like, which are codecs too
    except LookupError as error:
        raise Unreadable(
            f"The file says it is written in “{name}”, an encoding unknown here.",
            f"文件声明的编码“{name}”无法识别。",
        ) from error
    return codecs.lookup(name).name


def _redeclared(text: str) -> str:
    return re.sub(r"^(<\?xml[^>]*?)\s+encoding\s*=\s*[\"'][\w.-]+[\"']", r"\1", text, count=1)


def refuse_doctype(head: bytes) -> bytes:
    """Give the name of an XML document's root element.

    Raises Unreadable where a document type is declared before it.
    """
    plain = _COMMENT.sub(b"", head)
    root = _ROOT.search(plain)
    if not root or _DOCTYPE.search(plain, 0, root.start()):
        raise Unreadable(
            "The XML document has a DOCTYPE, which can hide an entity bomb: not read. "
            "Remove the DOCTYPE and write the namespaces out.",
            "XML 文件含有 DOCTYPE 声明（可能是实体炸弹），不予读取。请删去 DOCTYPE 并写全命名空间。",
        )
    return root[1]


def refuse_unended(file: io.BufferedReader, suffix: str) -> None:
    """Raise SyntaxError for an XML document that stops before its root element is closed.

    The RDF parser takes such a document for whole, and what was cut off would be lost unseen.
    """
    raw = file.raw
    assert isinstance(raw, Bounded)
    ending = _COMMENT.sub(b"", raw.tail).rstrip()
    ended = re.search(rb"</" + re.escape(raw.root) + rb"\s*>$|/>$", ending)
    if suffix == "rdf" and not ended:
        raise SyntaxError("the document ends before its root element is closed")


def _unpacked(read: Callable[[int], bytes], size: int) -> bytes:
    try:
        return read(size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Unreadable(
            "The gzip file is broken or ends too early; nothing was loaded from it.",
            "gzip 文件已损坏或不完整，未从中载入任何内容。",
        ) from error


def too_large() -> Unreadable:
    """Give the sentence for a file beyond the limit."""
    return Unreadable(
        "The file is larger than this instance accepts (unpacked).",
        "文件（解压后）超过本平台允许的大小。",
    )
