"""Proves that what is kept is what the ledger says: views and index made again, and compared.

The audit's chain is walked up to where the newest snapshot remembers it.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, Store

from graph.home import Home
from graph.instance import Instance
from graph.ledger.audit import Audit
from graph.views.keeper import Keeper, Progress, silent
from graph.views.snapshots import View
from ontology.clearance import Clearance

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Census:
    """What is in one view: counts, and digests that do not depend on order."""

    clearance: Clearance
    quads: int
    statements: int
    documents: int
    store_digest: str
    index_digest: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: the census of each view, and every fault as (en, zh)."""

    seq: int
    views: tuple[Census, ...]
    faults: tuple[tuple[str, str], ...]


def check(instance: Instance, now: datetime, progress: Progress = silent) -> Verdict:
    """Verify the ledger's files, and compare the newest snapshot with one made from the ledger.

    Where a file is missing or altered nothing can be rebuilt, and that is said alone.
    """
    instance.settle(now, progress)
    seq = instance.published()
    audit = Audit(instance.ledger).faults(instance.snapshots.current().anchor)
    faults = file_faults(instance)
    kept = tuple(census(instance.snapshots.view(each)) for each in Clearance)
    if faults:
        return Verdict(seq, kept, (*faults, *audit))
    with tempfile.TemporaryDirectory(dir=instance.home.path, prefix="check-") as folder:
        made = census_of_rebuilt(instance, Path(folder), seq, now, progress)
    faults += [
        fault
        for before, after in zip(kept, made, strict=True)
        for fault in differences(before, after)
    ]
    return Verdict(seq, kept, (*faults, *audit))


def census_of_rebuilt(
    instance: Instance, folder: Path, seq: int, now: datetime, progress: Progress
) -> tuple[Census, ...]:
    """Give the census of views made again from the ledger, in a folder of their own."""
    settings = replace(instance.home.settings, database=instance.home.database)
    home = Home(folder, settings)
    home.files.symlink_to(instance.home.files)
    keeper = Keeper(home, instance.ledger, progress=progress)
    try:
        keeper.start(afresh=True)
        while keeper.applied < seq and keeper.step(now, up_to=seq):
            pass
        if seq == 0:
            keeper.publish(now)
        return tuple(census(keeper.snapshots.view(each)) for each in Clearance)
    finally:
        keeper.close()
        shutil.rmtree(home.live, ignore_errors=True)


def census(view: View) -> Census:
    """Count and digest one view."""
    quads, statements, digest = digest_of(view.store)
    _, index_digest = digest_of_lines(view.index.contents())
    documents = view.index.count(frozenset())
    return Census(view.clearance, quads, statements, documents, digest, index_digest)


def digest_of(store: Store) -> tuple[int, int, str]:
    """Give the number of quads, of statements in the merge, and a digest of all quads."""
    with tempfile.TemporaryFile() as file:
        store.dump(file, RdfFormat.N_QUADS)
        file.seek(0)
        quads, digest = digest_of_lines(file)
    default = DefaultGraph()
    with tempfile.TemporaryFile() as file:
        store.dump(file, RdfFormat.N_TRIPLES, from_graph=default)
        file.seek(0)
        statements = sum(1 for _ in file)
    return quads, statements, digest


def digest_of_lines(lines: Iterable[bytes]) -> tuple[int, str]:
    """Count lines and add up their digests, so that their order does not matter."""
    count = total = 0
    for line in lines:
        count += 1
        total += int.from_bytes(hashlib.blake2b(line, digest_size=16).digest())
    return count, f"{total % (1 << 128):032x}"


def differences(kept: Census, made: Census) -> list[tuple[str, str]]:
    """Say how a kept view differs from the rebuilt one."""
    pairs = (
        ("store", kept.store_digest, made.store_digest),
        ("index", kept.index_digest, made.index_digest),
    )
    return [difference(name, kept, made) for name, before, after in pairs if before != after]


def difference(name: str, kept: Census, made: Census) -> tuple[str, str]:
    """Say that a kept part is not the rebuilt one."""
    en = (
        f"View {kept.clearance}: the {name} kept is not the {name} rebuilt "
        f"({kept.quads} against {made.quads} quads, "
        f"{kept.documents} against {made.documents} documents). Run: govgraph rebuild"
    )
    zh = (
        f"视图 {kept.clearance}：现有 {name} 与重建结果不一致"
        f"（四元组 {kept.quads} 对 {made.quads}，文档 {kept.documents} 对 {made.documents}）。"
        "请运行：govgraph rebuild"
    )
    return en, zh


def file_faults(instance: Instance) -> list[tuple[str, str]]:
    """Say which files of the ledger are missing or altered."""
    faults = []
    for name in sorted(instance.ledger.files()):
        if not instance.files.path(name).exists():
            faults.append((f"File {name} of the ledger is missing.", f"账本文件 {name} 缺失。"))
        elif digest_of_file(instance, name) != name:
            faults.append((f"File {name} of the ledger was altered.", f"账本文件 {name} 被改动。"))
    return faults


def digest_of_file(instance: Instance, name: str) -> str:
    """Give the digest of a file's uncompressed text."""
    state = hashlib.sha256()
    with instance.files.open(name) as stream:
        while chunk := stream.read(CHUNK):
            state.update(chunk)
    return state.hexdigest()
