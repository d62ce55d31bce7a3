"""A backup is the ledger, its files, settings and keys in one archive; all else is made again.

The archive opens what the keys seal: keep it as safe as the instance.
"""

from __future__ import annotations

import sqlite3
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path

import zstandard

from graph.home import KEYS_FILE, SETTINGS_FILE, Home, open_home
from graph.instance import Instance
from ontology.errors import Conflict, Invalid, Unreadable


def backup(home: Home, target: Path) -> int:
    """Write a backup of a running or stopped instance to `target`; give its size in bytes."""
    if not home.database.startswith("sqlite"):
        raise Invalid(
            "This instance keeps its ledger in another database: back that up with its own tools, "
            f"and copy {home.files} and {SETTINGS_FILE}.",
            f"此实例的账本存放在其他数据库中：请用该数据库自己的工具备份，并复制 {home.files} 和 {SETTINGS_FILE}。",
        )
    partial = target.with_name(target.name + ".partial")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "ledger.sqlite"
        copy_database(home.path / "ledger.sqlite", copy)
        with (
            partial.open("wb") as file,
            zstandard.ZstdCompressor(level=3).stream_writer(file) as packed,
            tarfile.open(fileobj=packed, mode="w|") as archive,
        ):
            archive.add(home.path / SETTINGS_FILE, SETTINGS_FILE)
            if (home.path / KEYS_FILE).exists():
                archive.add(home.path / KEYS_FILE, KEYS_FILE)
            archive.add(copy, "ledger.sqlite")
            archive.add(home.files, "files")
    partial.rename(target)
    return target.stat().st_size


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database that others may be writing to."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()


def restore(archive: Path, path: Path, now: datetime) -> Instance:
    """Make an instance from a backup in an empty folder, and publish it.

    Raises Conflict where there is an instance already, Unreadable where it is no backup.
    """
    if (path / SETTINGS_FILE).exists():
        raise Conflict(
            f"There is an instance in {path} already; nothing was restored.",
            f"{path} 中已有实例，未进行恢复。",
        )
    path.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path, prefix="restoring-") as folder:
        unpack(archive, Path(folder))
        # The settings come last: before them the folder is no instance.
        for part in sorted(Path(folder).iterdir(), key=lambda each: each.name == SETTINGS_FILE):
            part.replace(path / part.name)
    instance = Instance.of(open_home(path))
    instance.settle(now)
    return instance


def unpack(archive: Path, folder: Path) -> None:
    """Unpack a whole backup; raises Unreadable where it is none, or not whole."""
    try:
        with (
            archive.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as unpacked,
            tarfile.open(fileobj=unpacked, mode="r|") as members,
        ):
            members.extractall(folder, filter="data")
    except (zstandard.ZstdError, tarfile.TarError, EOFError) as error:
        raise Unreadable(
            f"{archive} is not a complete govgraph backup: {error}",
            f"{archive} 不是完整的 govgraph 备份：{error}",
        ) from error
