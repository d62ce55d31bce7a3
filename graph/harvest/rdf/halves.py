"""A long file of lines, read by two processes at once: each half is gathered, and the second absorbed.

Only a strict reading goes this way. Statements of N-Triples and N-Quads stand on lines of their own,
so the file can be parted at any line; what a line means does not hang on those before it.
"""

from __future__ import annotations

import io
import marshal
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

from graph.harvest.rdf.formats import BYTE_ORDER_MARKS, GZIP_MAGIC
from graph.harvest.rdf.gather import Gathered
from graph.harvest.rdf.intake import PIECE, Bounded, Limits
from graph.harvest.rdf.twin import twin, two_here

LINED: Final = frozenset({"nt", "nq"})
FROM: Final = 32 << 20  # bytes of a file that is worth two processes

Gather = Callable[[io.BufferedReader, Gathered], None]


def middle_of(path: Path, suffix: str, limits: Limits) -> int | None:
    """Give where a line begins near the middle of a file; None for one that is read whole."""
    size = path.stat().st_size
    if (
        suffix not in LINED
        or not two_here()
        or not FROM <= size <= min(limits.file_bytes, limits.unpacked_bytes)
    ):
        return None
    with path.open("rb") as file:
        head = file.read(max(map(len, (*BYTE_ORDER_MARKS, GZIP_MAGIC))))
        if head.startswith((*BYTE_ORDER_MARKS, GZIP_MAGIC)):
            return None
        file.seek(size // 2)
        line = file.readline(PIECE)
        return file.tell() if line.endswith(b"\n") else None


def gathered_in_two(path: Path, middle: int, gather: Gather) -> Gathered:
    """Gather both halves of a file at once.

    Raises what `gather` raises, SyntaxError for a fault of the second half, and MemoryError where
    its reader went beyond what it may use.
    """
    first, second = Gathered(), Gathered()
    try:
        with twin(lambda pipe: tell_rest(pipe, path, middle, gather, second)) as pipe:
            with path.open("rb") as file:
                gather(io.BufferedReader(Bounded(bounded(file, middle), middle + 1), PIECE), first)
            told = answer_in(pipe.read())
        first.absorb(second, told)
    except BaseException:
        first.close()
        raise
    finally:
        second.close()
    return first


def bounded(file: io.BufferedReader, size: int) -> Callable[[int], bytes]:
    """Give what reads no more than `size` bytes of a file."""

    def read(wanted: int) -> bytes:
        nonlocal size
        piece = file.read(min(wanted, size))
        size -= len(piece)
        return piece

    return read


def tell_rest(pipe: IO[bytes], path: Path, start: int, gather: Gather, into: Gathered) -> None:
    """Gather a file from `start` on, and tell what was learned; what is spooled is in `into`'s file."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            size = path.stat().st_size
            gather(io.BufferedReader(Bounded(file.read, size), PIECE), into)
        told: tuple[Any, ...] = ("learned", *into.learned())
    except (SyntaxError, UnicodeDecodeError) as error:
        told = ("fault", str(error))
    except MemoryError:
        told = ("overrun",)
    pipe.write(marshal.dumps(told))


def answer_in(text: bytes) -> tuple[object, ...]:
    """Read what the reader of the second half told; raises as `gathered_in_two` says."""
    if not text:
        raise MemoryError
    how, *told = marshal.loads(text)  # noqa: S302 - from a process with no more rights than this
    if how == "fault":
        raise SyntaxError(*told)
    if how == "overrun":
        raise MemoryError
    return tuple(told)
