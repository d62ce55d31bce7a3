"""Whatever happens to the file of parts, or to its writer, no page is wrong and none is missing."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from graph.home import Home, Settings
from graph.views import keeper
from graph.views.snapshots import View
from ontology.clearance import Clearance
from ontology.errors import Conflict
from sparql import feed_writer
from sparql.feed_writer import FeedWriter
from sparql.proof import prove
from tests.catalogue import BASE
from tests.followed import Followed, assert_same, department, of, with_more


def filled(followed: Followed) -> Path:
    followed.load("lamps", *(with_more(f"n{n}", f"灯 {n}", of("a")) for n in range(150)))
    followed.follow()
    file = followed.parts.file()
    assert file is not None
    assert followed.held() == 150
    return file


def test_a_reader_of_another_clearance_is_given_no_parts(followed: Followed) -> None:
    filled(followed)

    assert followed.held(followed.instance.snapshots.view(Clearance.SHARED)) == 0


def test_a_view_of_the_past_is_given_no_parts(followed: Followed) -> None:
    """What became stricter since is hidden in it, so it is not the view that was published."""
    filled(followed)
    view = followed.view
    assert followed.held(view) == 150
    elsewhere = followed.instance.home.path / "past" / view.path.parent.name / "open"

    assert followed.held(View(view.seq, view.at, view.clearance, elsewhere)) == 0


def test_parts_of_another_form_are_given_to_nobody_and_made_anew(followed: Followed) -> None:
    file = filled(followed)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE state SET form = 'older'")
    connection.close()

    assert followed.held() == 0
    followed.follow()
    assert followed.parts.file() != file
    assert followed.held() == 150


def test_another_ledger_of_the_same_length_is_noticed(followed: Followed) -> None:
    """The state as of a number is right for the history that led to it alone."""
    file = filled(followed)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE state SET at = '2001-01-01T00:00:00+00:00'")
    connection.close()
    followed.follow()

    assert followed.parts.file() != file
    assert followed.held() == 150


@pytest.mark.parametrize("harm", ["missing", "empty", "other", "cut", "folder"])
def test_without_a_whole_file_pages_come_from_the_store(
    followed: Followed, harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_writer, "REST", 0.1)
    file = filled(followed)
    followed.writer.close()  # so that all stands in the file itself
    if harm == "missing":
        shutil.rmtree(file.parent)
    elif harm == "empty":
        file.write_bytes(b"")
    elif harm == "other":
        file.write_bytes(b"this is no database" * 500)
    elif harm == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    else:
        file.unlink()
        file.mkdir()

    assert assert_same(followed)
    followed.writer = FeedWriter(followed.instance.home, followed.instance.ledger)
    turns = iter([False] * 30)
    followed.writer.run(lambda: next(turns, True))
    assert assert_same(followed)
    assert followed.held() == (0 if harm == "folder" else 150)
    assert len(list(followed.instance.home.feed.glob("parts-*.sqlite"))) <= 2


def test_a_damaged_part_is_made_from_the_store_and_found_by_the_proof(followed: Followed) -> None:
    file = filled(followed)
    name = f"{BASE}/id/dataset/n7"
    with sqlite3.connect(file) as connection:
        (text,) = connection.execute("SELECT text FROM part WHERE dataset = ?", (name,)).fetchone()
        harmed = text[:-9] + bytes([text[-9] ^ 1]) + text[-8:]
        connection.execute("UPDATE part SET text = ? WHERE dataset = ?", (harmed, name))
    connection.close()

    assert assert_same(followed)
    proof = prove(followed.parts, followed.view)
    assert (proof.kept, proof.compared, proof.wrong) == (150, 150, (name,))
    assert "govgraph rebuild" in proof.faults[0][0]


def test_a_proof_takes_an_even_sample_of_many(followed: Followed) -> None:
    filled(followed)

    assert prove(followed.parts, followed.view, most=40).compared == 38
    assert prove(followed.parts, followed.view, most=40).faults == ()


def test_a_locked_file_keeps_nobody_waiting(followed: Followed) -> None:
    file = filled(followed)
    followed.writer.close()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("UPDATE state SET known = known")
        began = time.monotonic()
        assert assert_same(followed)
        assert time.monotonic() - began < 22 * 2  # a page waits 0.05 s at most; it is made then
        assert followed.held() == 0
    connection.close()


def test_the_writer_gives_way_to_a_load(followed: Followed) -> None:
    followed.load("lamps", *(with_more(f"n{n}", "灯") for n in range(5)))
    partial = followed.instance.home.files / "partial-1-1"
    partial.write_text("a load is writing")

    followed.follow()
    assert followed.held() == 0
    partial.unlink()
    followed.follow()
    assert followed.held() == 5


def test_the_writer_leaves_the_disk_to_others(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_writer, "FREE", 1 << 62)
    followed.load("lamps", with_more("x", "x"))
    followed.follow()

    assert followed.held() == 0


def test_what_was_touched_last_is_made_first(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_writer, "BATCH", 1)
    followed.load("lamps", *(with_more(f"n{n}", "灯") for n in range(9)))
    followed.writer.step()
    followed.load("lamps", *(with_more(f"n{n}", "灯" if n != 4 else "新") for n in range(9)))
    for _ in range(3):
        followed.writer.step()

    assert f"{BASE}/id/dataset/n4" in followed.parts.names(followed.view)
    assert followed.held() < 5


def test_parts_go_with_the_snapshots_they_were_for(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "KEPT_BEHIND", 1)
    followed.close()
    home = followed.instance.home
    short = Home(home.path, Settings(base=BASE, snapshot_seconds=-1e9))
    hasty = Followed(short)
    for turn in range(6):
        hasty.load("lamps", with_more("x", f"第 {turn} 版"))
        hasty.follow()
    file = hasty.parts.file()
    assert file is not None
    with sqlite3.connect(file) as connection:
        (count,) = connection.execute("SELECT count(*) FROM part").fetchone()
        (used,) = connection.execute("SELECT count(*) FROM used").fetchone()
    connection.close()
    hasty.close()

    assert count <= 2
    assert 0 < used < 10


def test_a_full_disk_is_waited_for_and_nothing_wrong_is_kept(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit of a file's pages makes SQLite say what it says of a full disk."""
    monkeypatch.setattr(feed_writer, "REST", 0.1)
    followed.load("lamps", *(with_more(f"n{n}", f"灯 {n}", of("a")) for n in range(150)))
    followed.writer.step()
    file = followed.writer._file
    assert file is not None
    pages = file._connection.execute("PRAGMA page_count").fetchone()[0]
    file._connection.execute(f"PRAGMA max_page_count = {pages}")
    turns = iter([False] * 8)
    followed.writer.run(lambda: next(turns, True))
    assert followed.held() == 0
    assert assert_same(followed)
    file._connection.execute("PRAGMA max_page_count = 1000000")
    followed.follow()

    assert followed.held() == 150


def test_there_is_one_writer(followed: Followed) -> None:
    with pytest.raises(Conflict):
        FeedWriter(followed.instance.home, followed.instance.ledger)


WRITING = """
import sys, time
from pathlib import Path
from graph.instance import Instance
from sparql import feed_writer
feed_writer.BATCH = 20
instance = Instance.open(Path(sys.argv[1]))
feed_writer.FeedWriter(instance.home, instance.ledger).run(lambda: time.sleep(0.03))
"""


def wait_for_change(folder: Path) -> None:
    """Wait until something is written in a folder, for a while."""
    before = sorted(each.stat().st_mtime_ns for each in folder.iterdir())
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if sorted(each.stat().st_mtime_ns for each in folder.iterdir()) != before:
            return
        time.sleep(0.01)


@pytest.mark.slow
def test_a_writer_killed_at_any_moment_leaves_nothing_wrong(followed: Followed) -> None:
    """Ten times at random, while departments are renamed: kept parts are the store's."""
    followed.writer.close()
    dice = random.Random(5)
    lamps = [with_more(f"n{n}", f"灯 {n}", of("a"), of("b")) for n in range(300)]
    followed.load("register", department("a", "甲局"), department("b", "乙局"))
    followed.load("lamps", *lamps)
    home = str(followed.instance.home.path)
    unfinished = 0
    for turn in range(10):
        with subprocess.Popen([sys.executable, "-c", WRITING, home]) as process:
            if turn % 4:  # else it is killed while it begins
                wait_for_change(followed.instance.home.feed)
            followed.load("register", department("a", f"甲局 {turn}"), department("b", "乙局"))
            time.sleep(dice.uniform(0.0, 0.8))
            process.send_signal(signal.SIGKILL)
        for view in followed.views[-2:]:
            proof = prove(followed.parts, view)
            unfinished += 0 < proof.kept < len(lamps)
            assert proof.wrong == ()
    followed.writer = FeedWriter(followed.instance.home, followed.instance.ledger)
    followed.follow()

    assert prove(followed.parts, followed.view).compared == 300
    assert unfinished
