"""Publishing an index: its files are never changed once written, so a copy is a handful of links.

Only `meta.json` says which files make the index; it is copied, the files are linked. A writer that
merges meanwhile may drop a file between the reading of `meta.json` and its link: then the newer
`meta.json` is taken and the linking done again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ontology.errors import Unavailable

META = "meta.json"
MANAGED = ".managed.json"
TRIES = 50


def snapshot(source: Path, target: Path) -> None:
    """Lay out in `target` (made anew) the index that was last committed in `source`.

    It stays whole whatever the writer of `source` does next. Raise Unavailable where no whole
    index could be had.
    """
    for _ in range(TRIES):
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        try:
            _link(source, target)
        except FileNotFoundError:
            continue
        return
    raise Unavailable(
        f"The search index in {source} could not be copied: its files are missing. "
        "Rebuild it: govgraph rebuild",
        f"无法复制 {source} 中的搜索索引：文件缺失。请重建：govgraph rebuild",
    )


def _link(source: Path, target: Path) -> None:
    """Link the files that `meta.json` names, and copy it last."""
    meta = (source / META).read_bytes()
    names = [name for stem in _stems(meta) for name in _files(source, stem)]
    for name in names:
        os.link(source / name, target / name)
    (target / MANAGED).write_text(json.dumps([META, *names]))
    (target / META).write_bytes(meta)


def _stems(meta: bytes) -> Iterator[tuple[str, str]]:
    """Give of each segment its files' stem and the stem of its deletions, empty where none."""
    try:
        segments = json.loads(meta)["segments"]
    except (ValueError, KeyError) as error:
        raise Unavailable(
            "The search index is damaged. Rebuild it: govgraph rebuild",
            "搜索索引已损坏。请重建：govgraph rebuild",
        ) from error
    for segment in segments:
        stem = segment["segment_id"].replace("-", "")
        deletes = segment.get("deletes")
        yield stem, f"{stem}.{deletes['opstamp']}.del" if deletes else ""


def _files(source: Path, segment: tuple[str, str]) -> list[str]:
    """Give the files of a segment; raise FileNotFoundError where it is no longer whole."""
    stem, deletions = segment
    names = [each.name for each in source.glob(f"{stem}.*") if each.suffix != ".del"]
    if not any(name.endswith(".store") for name in names):
        raise FileNotFoundError(stem)
    return [*names, deletions] if deletions else names
