"""A snapshot is published as soon as it can be read, and settles on the disk a moment later.

Readers need no disk to see it: it is in the memory of the machine, which outlives any process. A
power cut may take what has not settled, so a keeper begins from the newest snapshot that has, and
lays the ledger's rows after it again: what was acknowledged stands in the ledger, on the disk.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MANIFEST, MARK = "manifest.json", "settled"
LINKED = ".sst"  # written durably by the engine, then only linked


def is_settled(snapshot: Path) -> bool:
    """Say whether a snapshot would outlive a power cut; those of older releases did from the start."""
    try:
        return bool(json.loads((snapshot / MANIFEST).read_text()).get(MARK, True))
    except (OSError, ValueError):
        return False


def settle(snapshot: Path) -> None:
    """See a snapshot onto the disk, then say so in its manifest, which keeps its time."""
    for each in sorted(parts(snapshot), key=Path.is_dir):
        sync(each)
    manifest = snapshot / MANIFEST
    asked = manifest.stat()
    told: dict[str, Any] = json.loads(manifest.read_text())
    write_durably(manifest, json.dumps({**told, MARK: True}))
    os.utime(manifest, ns=(asked.st_atime_ns, asked.st_mtime_ns))


def parts(snapshot: Path) -> Iterator[Path]:
    """Give what has to be seen onto the disk: the files that were copied, and all folders."""
    for each in snapshot.rglob("*"):
        linked = each.suffix == LINKED or (each.is_file() and each.stat().st_nlink > 1)
        if not linked:
            yield each
    yield snapshot


def sync(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def write(path: Path, text: str) -> None:
    """Write a file so that readers see either the old text or the new."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text)
    partial.rename(path)


def write_durably(path: Path, text: str) -> None:
    """Write a file so that a power cut too leaves either the old text or the new."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    sync(path.parent)
