"""A stranger's file as bytes and lines: what kind it is, how it is packed, how it is written.

The whole file is looked at once before its first row is handed on, so that a file cut short or
written in an unknown encoding is refused as a whole and nothing half-read lands. Nothing here
holds more of a file in memory than a chunk and a line.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ontology.errors import Unreadable

CHUNK = 1 << 20
LONGEST_LINE = 1 << 24  # bytes: no row of a catalogue is longer
MOST_UNPACKED = 1 << 32  # bytes: what a .gz may become, against bombs
GZIP = b"\x1f\x8b"
SAMPLE = 1 << 16
FEW_CONTROLS = 8  # stray control characters that do not make a file binary

# Files that are something else by their first bytes (signatures as their formats publish them).
XML = "an XML document"
OTHERS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF document", "PDF 文档"),
    (b"\x89PNG", "a PNG image", "PNG 图片"),
    (b"\xff\xd8\xff", "a JPEG image", "JPEG 图片"),
    (b"GIF8", "a GIF image", "GIF 图片"),
    (b"II*\x00", "a TIFF image", "TIFF 图片"),
    (b"Rar!", "a RAR archive", "RAR 压缩包"),
    (b"7z\xbc\xaf", "a 7z archive", "7z 压缩包"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive", "Zstandard 压缩文件"),
    (b"BZh", "a bzip2 archive", "bzip2 压缩文件"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)", "旧版 Excel 或 Word 文件"),
    (b"SQLite format 3", "an SQLite database", "SQLite 数据库"),
    (b"PAR1", "a Parquet file", "Parquet 文件"),
    (b"{\\rtf", "an RTF document", "RTF 文档"),
    (b"<?xml", XML, "XML 文档"),
    (b"<!DOCTYPE", "a web page", "网页"),
    (b"<html", "a web page", "网页"),
)
ZIP = b"PK\x03\x04"
BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One physical line without its end; `whole` is false where bytes did not decode."""

    text: str
    whole: bool = True


def unreadable(path: Path, en: str, zh: str) -> Unreadable:
    """Give the refusal of a file: its name and the reason."""
    return Unreadable(f"{path.name}: {en}", f"{path.name}：{zh}")


def is_packed(path: Path) -> bool:
    """Say whether the file is gzip, by its first bytes."""
    with path.open("rb") as file:
        return file.read(2) == GZIP


def chunks(path: Path) -> Iterator[bytes]:
    """Yield the file's bytes, unpacked where it is gzip.

    Raises Unreadable where the packing is broken, cut short or too large unpacked.
    """
    with path.open("rb") as file:
        yield from _unpacked(path, file) if is_packed(path) else _plain(file)


def _plain(file: BinaryIO) -> Iterator[bytes]:
    """Yield an open file in chunks."""
    while chunk := file.read(CHUNK):
        yield chunk


def _unpacked(path: Path, file: BinaryIO) -> Iterator[bytes]:
    """Yield the content of an open gzip file (also of several members, one after another)."""
    total = 0
    engine = zlib.decompressobj(wbits=31)
    waiting = b""
    while (chunk := waiting or file.read(CHUNK)) != b"":
        try:
            piece = engine.decompress(chunk, CHUNK)
        except zlib.error as error:
            raise unreadable(
                path, f"its gzip packing is broken ({error})", "gzip 压缩内容已损坏"
            ) from error
        total += len(piece)
        if total > MOST_UNPACKED:
            raise unreadable(path, "unpacked it passes 4 GiB", "解压后超过 4 GiB")
        if piece:
            yield piece
        waiting = engine.unconsumed_tail
        if engine.eof:
            waiting = engine.unused_data.lstrip(b"\0")
            waiting = waiting or file.read(CHUNK).lstrip(b"\0")
            if not waiting:
                return
            engine = zlib.decompressobj(wbits=31)
    if rest := engine.flush():
        yield rest
    if engine.eof:
        return
    raise unreadable(
        path,
        "the gzip file was cut short; nothing of it was read. Fetch it again",
        "gzip 文件不完整（被截断），未读取任何内容，请重新获取",
    )


def head(path: Path) -> bytes:
    """Give the first bytes, unpacked."""
    found = b""
    for chunk in chunks(path):
        found += chunk
        if len(found) >= SAMPLE:
            break
    return found[:SAMPLE]


def refuse_others(path: Path, first: bytes) -> None:
    """Raise Unreadable for an empty file, a file of another known kind, or binary garbage."""
    if not first.strip():
        raise unreadable(path, "the file is empty", "文件是空的")
    if known := other_kind(first):
        raise unreadable(
            path,
            f"this is {known[0]}, not a table; save it as XLSX or CSV",
            f"这是{known[1]}，不是表格；请另存为 XLSX 或 CSV",
        )
    if _is_binary(first):
        raise unreadable(path, "this is not text but binary data", "这不是文本，而是二进制数据")


def refuse_for_rdf(path: Path, first: bytes) -> None:
    """Raise Unreadable for a file of another known kind, whatever its name promises."""
    known = other_kind(first)
    if known and known[0] != XML:
        raise unreadable(path, f"this is {known[0]}, not RDF", f"这是{known[1]}，不是 RDF")


def other_kind(first: bytes) -> tuple[str, str] | None:
    """Say what a file is by its first bytes, in both languages; None for what may be a table."""
    bare = first.lstrip()[:99].lower()
    for magic, en, zh in OTHERS:
        if first.startswith(magic) or (magic[:1] == b"<" and bare.startswith(magic.lower())):
            return en, f" {zh}" if zh[0].isascii() else zh
    return None


def _is_binary(first: bytes) -> bool:
    """Say whether bytes hold what no text in a supported encoding holds."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    control = sum(first.count(bytes([code])) for code in (*range(1, 9), *range(14, 32), 127))
    return b"\0" in first or control > max(FEW_CONTROLS, len(first) // 50)


def encoding_of(path: Path) -> str:
    """Give the encoding: utf-8, utf-16-le, utf-16-be or gb18030; the whole file is looked at.

    A file that is UTF-8 but for some lines is UTF-8 with broken lines. GB18030 accepts almost any
    bytes, so it is believed only where nearly all lines decode to the characters of everyday
    writing (those of GB 2312); anything else is refused rather than misread.
    """
    first = head(path)
    for bom, name in BOMS:
        if first.startswith(bom):
            _read_through(path)
            return name
    if _is_utf8(path):
        return "utf-8"
    tally = _Tally()
    for line in byte_lines(path, "utf-8"):
        tally.count(line)
    if tally.utf8 * 2 >= tally.lines:
        return "utf-8"
    if tally.is_gb18030():
        return "gb18030"
    raise unreadable(
        path,
        "its text is neither UTF-8 nor GB18030; save it as UTF-8",
        "文字编码既不是 UTF-8 也不是 GB18030；请另存为 UTF-8",
    )


def _read_through(path: Path) -> None:
    """Read to the end, so that a broken packing is found before the first row."""
    for _ in chunks(path):
        pass


def _is_utf8(path: Path) -> bool:
    """Say whether the whole file is UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    fine = True
    for chunk in chunks(path):  # to the end also when it is not: a cut packing must be found
        if fine:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                fine = False
    return fine and not decoder.getstate()[0]


class _Tally:
    """How the lines with characters beyond ASCII decode."""

    ENOUGH = 2000  # lines whose characters are looked at
    SURE = 0.9

    def __init__(self) -> None:
        self.lines = self.utf8 = self.gb = self.characters = self.common = 0

    def count(self, line: bytes) -> None:
        """Look at one line."""
        if line.isascii():
            return
        self.lines += 1
        self.utf8 += _decodes(line, "utf-8")
        if _decodes(line, "gb18030"):
            self.gb += 1
            if self.gb <= self.ENOUGH:
                self._weigh(line.decode("gb18030"))

    def _weigh(self, text: str) -> None:
        """Count characters beyond ASCII, and those of them in GB 2312."""
        beyond = [character for character in text if ord(character) > 127]  # noqa: PLR2004 - ASCII
        self.characters += len(beyond)
        self.common += len("".join(beyond).encode("gb2312", "ignore")) // 2

    def is_gb18030(self) -> bool:
        """Say whether it is Chinese text in GB18030 beyond reasonable doubt."""
        return self.gb >= self.SURE * self.lines and self.common >= self.SURE * self.characters


def _decodes(line: bytes, encoding: str) -> bool:
    """Say whether the bytes are text in that encoding."""
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def byte_lines(path: Path, encoding: str) -> Iterator[bytes]:
    """Yield physical lines as bytes (UTF-16 turned to UTF-8), with their ends."""
    source = _as_utf8(path, encoding) if encoding.startswith("utf-16") else chunks(path)
    carry, end = b"", b""
    for chunk in source:
        carry += chunk
        end = end or _line_end(carry)
        *lines, carry = carry.split(end)
        for line in lines:
            yield line + end
        if len(carry) > LONGEST_LINE:
            raise unreadable(path, "a line is longer than 16 MiB", "有一行超过 16 MiB")
    if carry:
        yield carry


def _line_end(text: bytes) -> bytes:
    """Give the line end in use: an old Macintosh's bare return only where no newline stands."""
    return b"\r" if b"\r" in text[:-1] and b"\n" not in text else b"\n"


def _as_utf8(path: Path, encoding: str) -> Iterator[bytes]:
    """Yield a UTF-16 file's chunks as UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks(path):
        yield decoder.decode(chunk).encode("utf-8", "replace")


def lines(path: Path, encoding: str) -> Iterator[Line]:
    """Yield the physical lines with their ends; the byte order mark is gone."""
    kind = "gb18030" if encoding == "gb18030" else "utf-8"
    for number, line in enumerate(byte_lines(path, encoding)):
        bare = line.removeprefix(codecs.BOM_UTF8) if number == 0 else line
        try:
            yield Line(bare.decode(kind))
        except UnicodeDecodeError:
            yield Line(bare.decode(kind, "backslashreplace"), whole=False)


def text_pieces(path: Path, encoding: str, size: int = 1 << 16) -> Iterator[str]:
    r"""Yield the whole text in pieces, lines or not; a byte that is no text stands as `\xNN`."""
    decoder = codecs.getincrementaldecoder(encoding)("backslashreplace")
    for number, chunk in enumerate(chunks(path)):
        text = decoder.decode(chunk)
        text = text.removeprefix("\ufeff") if number == 0 else text
        for at in range(0, len(text), size):
            yield text[at : at + size]
    if last := decoder.decode(b"", final=True):
        yield last
