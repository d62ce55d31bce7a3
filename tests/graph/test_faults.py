"""A machine that fails: what was acknowledged is there afterwards, and the rest is not half there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph.check import check
from graph.home import Settings, create_home
from graph.instance import Instance
from graph.loading.load import Order
from ontology.clearance import Clearance
from tests.catalogue import BASE, NOON, dataset, titles


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a disk of 96 MB; skip where this process may not mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("may not mount a small disk here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


WRITER = """
import sys
from pathlib import Path
from graph.instance import Instance
from graph.loading.load import Order
from tests.catalogue import BASE, NOON, dataset

instance = Instance.open(Path(sys.argv[1]) / "home")
order = Order(source="lamps", actor="a test", at=NOON, base=BASE, origin="a test")
for turn in range(200):
    instance.load([dataset(f"d{turn}-{n}", f"灯 {turn} {n}") for n in range(500)], order)
    print(turn, flush=True)
    instance.settle(NOON)
    with (Path(sys.argv[1]) / "ballast").open("ab") as file:
        file.write(b"x" * (8 << 20))
"""


def test_a_full_disk_loses_nothing_that_was_acknowledged(small_disk: Path) -> None:
    create_home(small_disk / "home", Settings(base=BASE))
    writer = subprocess.run(
        [sys.executable, "-c", WRITER, str(small_disk)],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert writer.returncode != 0
    assert "No space left" in writer.stderr or "full" in writer.stderr
    subprocess.run(["mount", "-o", "remount,size=512m", str(small_disk)], check=True)
    turns = [int(line) for line in writer.stdout.split()]

    instance = Instance.open(small_disk / "home")
    instance.settle(NOON)
    assert turns
    expected = {f"灯 {turn} {n}" for turn in turns for n in range(500)}
    assert expected <= titles(instance, Clearance.OPEN)
    assert check(instance, NOON).faults == ()
    instance.close()


def test_an_altered_file_of_the_ledger_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.ledger.patch.INLINE_LINES", 10)
    instance = Instance.of(create_home(tmp_path / "home", Settings(base=BASE)))
    order = Order(source="lamps", actor="a test", at=NOON, base=BASE, origin="a test")
    instance.load([dataset(f"d{n}") for n in range(50)], order)
    instance.settle(NOON)
    assert check(instance, NOON).faults == ()

    name = next(iter(instance.ledger.files()))
    path = instance.files.path(name)
    path.rename(path.with_suffix(".away"))
    assert any("missing" in en for en, _ in check(instance, NOON).faults)
    instance.close()


def test_a_live_store_that_was_tampered_with_does_not_pass(tmp_path: Path) -> None:
    instance = Instance.of(create_home(tmp_path / "home", Settings(base=BASE)))
    order = Order(source="lamps", actor="a test", at=NOON, base=BASE, origin="a test")
    instance.load([dataset("a")], order)
    instance.settle(NOON)
    store = instance.snapshots.current().path / "open" / "store"
    tampered = Store(str(store))
    tampered.add(Quad(NamedNode(f"{BASE}/x"), NamedNode(f"{BASE}/y"), Literal("forged")))
    tampered.flush()
    del tampered

    faults = check(instance, NOON).faults
    assert any("the store kept is not the store rebuilt" in en for en, _ in faults)
    instance.close()
