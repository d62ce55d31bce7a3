"""A long file that two processes read and split gives what it gives to one, and fails as it fails for one."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from graph.harvest.rdf import child, halves, pair
from graph.harvest.rdf.frames import read_frame
from graph.harvest.rdf.gather import Gathered
from graph.harvest.rdf.intake import Limits
from graph.ledger.entries import Context
from tests.bench import stress

LINES = b"""\
<http://x/c> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Catalog> .
<http://x/c> <http://www.w3.org/ns/dcat#dataset> <http://x/1> .
<http://x/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .
<http://x/1> <http://purl.org/dc/terms/title> "\xe8\xb7\xaf\xe7\x81\xaf"@zh .
<http://x/1> <http://purl.org/dc/terms/publisher> _:b .
<http://x/1> <http://www.w3.org/ns/dcat#distribution> _:d .
_:b <http://xmlns.com/foaf/0.1/name> "Lamps office" .
_:d <http://www.w3.org/ns/dcat#accessURL> <http://x/1.csv> .
_:b <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Agent> .
<rel> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .
<http://x/1> <http://purl.org/dc/terms/description> "At night."@en .
"""


@pytest.fixture(autouse=True)
def however_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every file read in two, on machines with one processor too."""
    monkeypatch.setattr(halves, "FROM", 2)
    monkeypatch.setattr(pair, "FROM", 2)
    monkeypatch.setattr(pair, "PART", 3)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


def read(path: Path) -> tuple[list[str], dict[str, int]]:
    """Read a file as the child does; gives its deliveries and its tally."""
    context = Context(base="http://127.0.0.1:8000", source="demo", today="2026-11-29")
    found: list[str] = []
    task: dict[str, Any] = {
        "path": str(path),
        "format": path.suffix[1:],
        "base": None,
        "context": asdict(context),
        "limits": asdict(Limits()),
    }
    sent = io.BytesIO()
    tally = child.harvest(task, sent.write)
    sent.seek(0)
    while (message := read_frame(sent.read)) is not None:
        found.append(json.dumps(message))
    return found, tally


def by_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[str], dict[str, int]]:
    with monkeypatch.context() as patch:
        patch.setattr(halves, "FROM", 1 << 60)
        patch.setattr(pair, "FROM", 1 << 60)
        return read(path)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_stands_in_which_half_two_find_what_one_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    lines = LINES.replace(b"<rel>", b"<http://x/rel>").splitlines(keepends=True)
    random.Random(seed).shuffle(lines)
    path = tmp_path / "feed.nt"
    path.write_bytes(b"".join(lines))

    assert halves.middle_of(path, "nt", Limits()) is not None
    assert read(path) == by_one(path, monkeypatch)


def test_a_catalogue_of_many_is_the_same_to_the_letter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "stress.nt"
    stress.write(path, 300, 5)

    found, tally = read(path)

    assert len(found) > 300
    assert (found, tally) == by_one(path, monkeypatch)


def test_named_graphs_are_counted_in_both_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "feed.nq"
    text = LINES.replace(b"<rel>", b"<http://x/rel>").replace(b" .\n", b" <http://x/g> .\n")
    path.write_bytes(text)

    assert read(path) == by_one(path, monkeypatch)


@pytest.mark.parametrize("place", [0, -1])
def test_a_fault_in_either_half_is_read_leniently_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    lines = LINES.splitlines(keepends=True)
    lines.insert(place % len(lines), b'<http://x/2> <http://x/p> "no end .\n')
    path = tmp_path / "feed.nt"
    path.write_bytes(b"".join(lines))

    assert read(path) == by_one(path, monkeypatch)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("feed.ttl", LINES),
        ("feed.nt", gzip.compress(LINES)),
        ("feed.nt", b"\xef\xbb\xbf" + LINES),
        ("feed.nt", LINES.decode().encode("utf-16")),
        ("feed.nt", LINES.replace(b"\n", b"\r")),
        ("feed.nt", b""),
    ],
)
def test_what_cannot_be_parted_at_a_line_is_read_by_one(
    tmp_path: Path, name: str, text: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(text)

    assert halves.middle_of(path, path.suffix[1:], Limits()) is None


def slowly_or_not(how: str) -> halves.Gather:
    """Give a gathering that goes well in the first half and ill in the second."""

    def gather(file: io.BufferedReader, _: Gathered) -> None:
        if not file.read().startswith(b"first"):
            if how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            if how == "overrun":
                raise MemoryError
            time.sleep(60)
        elif how == "slow":
            raise SyntaxError("in the first half")

    return gather


@pytest.mark.parametrize(
    ("how", "error"), [("killed", MemoryError), ("overrun", MemoryError), ("slow", SyntaxError)]
)
def test_a_reader_that_ends_badly_is_waited_for_and_leaves_nothing(
    tmp_path: Path, how: str, error: type[Exception]
) -> None:
    path = tmp_path / "feed.nt"
    path.write_bytes(b"first\nsecond\n")
    opened = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - descriptors, no paths

    with pytest.raises(error):
        halves.gathered_in_two(path, 6, slowly_or_not(how))

    with suppress(ChildProcessError):
        assert os.waitpid(-1, os.WNOHANG) == (0, 0), "no child that nobody waited for"
    assert len(os.listdir("/proc/self/fd")) == opened  # noqa: PTH208


def test_departments_that_are_only_texts_are_invented_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever process met them; and they come last, as for one."""
    path = tmp_path / "feed.nt"
    text = [
        f"<http://x/{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n"
        f'<http://x/{n}> <http://purl.org/dc/terms/title> "title {n}" .\n'
        f'<http://x/{n}> <http://purl.org/dc/terms/publisher> "Office {n % 3}" .\n'
        for n in range(40)
    ]
    path.write_text("".join(text))

    found, tally = read(path)

    assert sum('"department"' in each for each in found) == 3
    assert (found, tally) == by_one(path, monkeypatch)


def test_a_partner_that_ends_early_is_no_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "feed.nt"
    stress.write(path, 50, 5)
    monkeypatch.setattr(pair, "be_the_other", lambda *_: os._exit(3))

    with pytest.raises(MemoryError):
        read(path)
