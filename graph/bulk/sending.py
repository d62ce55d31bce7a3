"""An upload as it came: kept by the digest of its bytes, read by a child that cannot harm us."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from graph.bulk.sheets import (
    KINDS,
    MARK,
    OWN_COLUMNS,
    About,
    Cell,
    SentRow,
    SentSheet,
    Upload,
    letter,
    plain,
)
from ontology.errors import Unreadable

ROOT = Path(__file__).parents[2]
MOST_BYTES = 32 << 20
MEMORY = 1 << 30
SECONDS = 60  # of work
PATIENCE = 150.0  # seconds, where the machine has other work too
Columns = Mapping[str, frozenset[str]]  # kind -> the columns it has


def keep(folder: Path, data: bytes) -> str:
    """Keep an upload and give its name; raises Unreadable for what is larger than any workbook."""
    if len(data) > MOST_BYTES:
        raise Unreadable(
            f"The file is larger than {MOST_BYTES >> 20} MB: send it in parts.",
            f"文件超过 {MOST_BYTES >> 20} MB，请分批上传。",
        )
    name = hashlib.sha256(data).hexdigest()
    target = path_of(folder, name)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_suffix(f".partial-{os.getpid()}")
        partial.write_bytes(data)
        partial.rename(target)
    return name


def path_of(folder: Path, name: str) -> Path:
    """Give where an upload lies."""
    return folder / name[:2] / f"{name[2:]}.xlsx"


def read_upload(path: Path, columns: Columns) -> Upload:
    """Read a workbook; raises Unreadable with a sentence whatever is wrong with it."""
    task = {"path": str(path), "memory": MEMORY, "seconds": SECONDS, "parent": os.getpid()}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "graph.bulk.child"],
            cwd=ROOT,
            input=json.dumps(task).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise _overrun() from error
    if "unreadable" in answer:
        raise Unreadable(*answer["unreadable"])
    if "overrun" in answer:
        raise _overrun()
    return _upload(answer, columns)


def _overrun() -> Unreadable:
    return Unreadable(
        "Reading this workbook takes more memory or time than one file is given. Send it in parts.",
        "读取此工作簿所需的内存或时间超过限额，请分批上传。",
    )


def _upload(answer: dict[str, Any], columns: Columns) -> Upload:
    said = answer["about"]
    about = About(
        owner=said.get("owner", ""),
        language="en" if said.get("language") == "en" else "zh",
        seq=int(said["change"]) if said.get("change", "").isdigit() else 0,
        base=said.get("base", ""),
        made=said.get("made", ""),
    )
    sheets = [_sheet(each, columns) for each in answer["sheets"] if each["kind"] in KINDS]
    strange = [each["title"] for each in answer["sheets"] if each["kind"] not in KINDS]
    return Upload(about, tuple(sheets), (*answer["strange"], *strange))


def _sheet(said: dict[str, Any], columns: Columns) -> SentSheet:
    known = columns[said["kind"]] | OWN_COLUMNS
    heads: Sequence[str] = said["heads"]
    places: dict[str, int] = {}
    for at, name in enumerate(heads):
        if name in known:
            places.setdefault(name, at)
    labels = said["labels"]
    others = [at for at in range(max(len(heads), len(labels))) if at not in places.values()]
    unknown = [words for at in others if (words := _at(labels, at) or _at(heads, at))]
    letters = {name: letter(at + 1) for name, at in places.items()}
    rows = tuple(_row(number, cells, places, letters) for number, cells in said["rows"])
    return SentSheet(said["kind"], said["title"], tuple(places), rows, tuple(unknown), letters)


def _at(texts: Sequence[str], at: int) -> str:
    return texts[at] if at < len(texts) else ""


def _row(
    number: int, cells: Sequence[Any], places: Mapping[str, int], letters: Mapping[str, str]
) -> SentRow:
    found: dict[str, Cell] = {}
    for name, at in places.items():
        said = cells[at] if at < len(cells) else ""
        formula = isinstance(said, list)
        text = said[0] if formula else said
        found[name] = Cell(plain(text), f"{letters[name]}{number}", formula)
    mark = found.pop(MARK, None)
    return SentRow(number, found, mark.text if mark else "")
