"""A copy of a store that is open and to which nobody writes at the moment: links, and its log.

`Store.backup` writes what memory holds to files of their own first and waits for the disk some
thirty times: 0.02-0.4 s, by how busy the disk is. The engine's log holds the same statements, so
the copy takes the log along (1.5 ms), and whoever opens the copy reads it: some 5 ms for each
million bytes, so a long log is written out first.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from pyoxigraph import Store

LOG = 2_000_000  # bytes of a log that a reader may be asked to read
TRIES = 5
TABLE, JOURNAL, STATE, NOW = ".sst", ".log", "MANIFEST-", "CURRENT"
UNNEEDED = ("LOCK", "LOG")  # names that begin with it: who writes, and what the engine tells


def freeze(store: Store, source: Path, target: Path) -> None:
    """Lay out in `target` what the store in `source` holds; nothing that comes later changes it.

    The engine may put its tables together meanwhile: where it did, it is done again.
    """
    if log_size(source) > LOG:
        store.flush()
    for _ in range(TRIES):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        before = state(source)
        lay_out(source, target)
        if state(source) == before:
            return
    shutil.rmtree(target, ignore_errors=True)
    store.backup(str(target))


def log_size(store: Path) -> int:
    """Give how many bytes of a store are in no table yet."""
    return sum(size(each) for each in store.glob(f"*{JOURNAL}"))


def size(file: Path) -> int:
    """Give the size of a file, 0 for one that was just removed."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def state(store: Path) -> tuple[str, int]:
    """Give which tables make the store: as long as this stays, none of them goes."""
    name = (store / NOW).read_text().strip()
    return name, size(store / name)


def lay_out(source: Path, target: Path) -> None:
    """Link the tables, copy the rest; the state last, so that it names nothing that is not there."""
    files = [each for each in source.iterdir() if not each.name.startswith(UNNEEDED)]
    for file in sorted(files, key=lambda each: each.name.startswith((STATE, NOW))):
        with suppress(FileNotFoundError):  # a table that made place for another, before this
            if file.suffix == TABLE:
                os.link(file, target / file.name)
            else:
                shutil.copyfile(file, target / file.name)
