"""A page is the same to the byte whether its parts were kept or are made from the store."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graph import keeper
from graph.entries import Delivery, Entry
from graph.home import Home, Settings, create_home, open_home
from graph.instance import Instance
from graph.ledger import undo
from graph.snapshots import View
from ontology.clearance import Clearance
from ontology.errors import Conflict
from sparql import feed_writer, feeds
from sparql.feed_writer import FeedWriter, thing, touched
from sparql.feeds import Frame, Place, page
from sparql.parts import FOREVER, Parts
from sparql.proof import prove
from tests import town
from tests.catalogue import BASE, NOON, dataset

FRAME = Frame(BASE, f"{BASE}/catalog.ttl", "目录", "Catalogue")
DCT, DCAT, FOAF = (
    "http://purl.org/dc/terms/",
    "http://www.w3.org/ns/dcat#",
    "http://xmlns.com/foaf/0.1/",
)
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Followed:
    """An instance with a feed writer that works when it is told to, and every view there was."""

    def __init__(self, home: Home) -> None:
        self.instance = Instance.of(home)
        self.writer = FeedWriter(home, self.instance.ledger)
        self.parts = Parts(home)
        self.turn = 0
        self.views: list[View] = []

    def load(self, source: str, *deliveries: Delivery) -> None:
        """Have a source hold these entries and no others."""
        self.turn += 1
        town.load(self.instance, source, deliveries, NOON + timedelta(seconds=self.turn))
        self.publish()

    def publish(self) -> None:
        self.instance.settle(NOON + timedelta(seconds=self.turn))
        view = self.view
        if not self.views or self.views[-1].seq != view.seq:
            self.views.append(view)

    @property
    def view(self) -> View:
        return self.instance.snapshots.view(Clearance.OPEN)

    def follow(self) -> None:
        while self.writer.step():
            pass

    def held(self, view: View | None = None) -> int:
        """Count the parts that a reader of a view is given."""
        return len(self.parts.names(view or self.view))

    def close(self) -> None:
        self.writer.close()
        self.instance.close()


def assert_same(followed: Followed, view: View | None = None) -> int:
    """Walk every page of a view both ways; count the pages."""
    seen = view or followed.view
    place: Place | None = Place(seen.seq)
    count = 0
    while place:
        with_parts, pages = page(seen, place, FRAME, followed.parts.kept)
        assert with_parts == page(seen, place, FRAME)[0]
        place, count = pages.next, count + 1
    return count


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    monkeypatch.setattr(feeds, "SIZE", 7)
    monkeypatch.setattr(keeper, "KEPT_BEHIND", 99)
    made = Followed(create_home(tmp_path / "home", Settings(base=BASE)))
    yield made
    made.close()


@pytest.fixture
def followed_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    """Give the sample city, in a copy that may be written to."""
    monkeypatch.setattr(feeds, "SIZE", 7)
    shutil.copytree(town.instance().home.path, tmp_path / "home")
    made = Followed(open_home(tmp_path / "home"))
    made.publish()
    yield made
    made.close()


def said(subject: str, name: str, value: str) -> str:
    return f"<{subject}> <{name}> {value} ."


def department(code: str, name: str) -> Delivery:
    iri = f"{BASE}/id/department/{code}"
    lines = (
        said(iri, TYPE, f"<{FOAF}Agent>"),
        said(iri, f"{FOAF}name", f'"{name}"@zh'),
        said(iri, "https://w3id.org/govgraph/ns#code", f'"{code}"'),
    )
    return Delivery(
        entry=Entry("department", code, iri, code, name, (iri,), {Clearance.OPEN: lines})
    )


def language(name: str) -> Delivery:
    iri = f"{BASE}/id/term/zh"
    lines = (said(iri, "http://www.w3.org/2004/02/skos/core#prefLabel", f'"{name}"@zh'),)
    return Delivery(entry=Entry("term", "zh", iri, "zh", name, (iri,), {Clearance.OPEN: lines}))


def spoken() -> tuple[str, str]:
    return (f"{DCT}language", f"<{BASE}/id/term/zh>")


def with_more(code: str, title: str, *more: tuple[str, str], private: bool = False) -> Delivery:
    """Give a dataset with more statements: (property, value as N-Triples)."""
    iri = f"{BASE}/id/dataset/{code}"
    lines = tuple(said(iri, name, value) for name, value in more)
    clearance = Clearance.SHARED if private else Clearance.OPEN
    return dataset(code, title, extra=lines, clearance=clearance)


def of(code: str) -> tuple[str, str]:
    return (f"{DCT}publisher", f"<{BASE}/id/department/{code}>")


def test_every_page_of_the_sample_city_is_the_same(followed_town: Followed) -> None:
    followed_town.follow()

    assert followed_town.held() == followed_town.view.index.count(feeds.KINDS) > 20
    assert assert_same(followed_town) > 3


def test_the_sample_city_stays_the_same_when_a_source_goes_and_comes_back(
    followed_town: Followed,
) -> None:
    followed_town.follow()
    before = followed_town.view
    gone = max(
        town.sources(town.NOON.date()), key=lambda each: len(town.sources(town.NOON.date())[each])
    )
    followed_town.load(gone)
    unknown = followed_town.view
    assert followed_town.held(unknown) == 0  # what it does not know of it says nothing of
    assert assert_same(followed_town, unknown)
    followed_town.follow()
    undo(
        followed_town.instance.ledger,
        unknown.seq,
        at=NOON + timedelta(hours=1),
        actor="a test",
        reason="a test",
    )
    followed_town.publish()
    followed_town.follow()

    assert len(followed_town.views) == 3
    for view in followed_town.views:
        assert assert_same(followed_town, view)
    assert 0 < followed_town.held(unknown) < followed_town.held(before)
    assert followed_town.held() == followed_town.view.index.count(feeds.KINDS)


CHANGES: dict[str, tuple[tuple[str, tuple[Delivery, ...]], ...]] = {
    "a department is renamed": (
        ("register", (department("a", "甲局"), department("b", "乙局"))),
        ("lamps", (with_more("x", "x", of("a")), with_more("y", "y", of("b")))),
        ("register", (department("a", "甲局（新）"), department("b", "乙局"))),
    ),
    "a department is described later": (
        ("lamps", (with_more("x", "x", of("a")), with_more("y", "y"))),
        ("register", (department("a", "甲局"),)),
    ),
    "a language is named otherwise": (
        ("words", (language("汉语"),)),
        ("lamps", (with_more("x", "x", spoken()), with_more("y", "y"))),
        ("words", (language("中文"),)),
    ),
    "a dataset gains a file": (
        ("lamps", (with_more("x", "x"), with_more("y", "y"))),
        (
            "lamps",
            (
                with_more("x", "x", (f"{DCAT}distribution", "<http://x.example/f>")),
                with_more("y", "y"),
            ),
        ),
    ),
    "another source describes the file": (
        (
            "lamps",
            (
                with_more("x", "x", (f"{DCAT}distribution", f"<{BASE}/id/department/f>")),
                with_more("y", "y"),
            ),
        ),
        ("register", (department("f", "a file, of all things"),)),
    ),
    "a service begins to serve": (
        ("lamps", (with_more("x", "x"), with_more("y", "y"))),
        (
            "services",
            (
                dataset(
                    "z",
                    "z",
                    extra=(
                        said(
                            "http://x.example/api", f"{DCAT}servesDataset", f"<{BASE}/id/dataset/x>"
                        ),
                        said("http://x.example/api", f"{DCT}title", '"接口"@zh'),
                    ),
                ),
            ),
        ),
    ),
    "a dataset is taken from public view": (
        ("lamps", (with_more("x", "x"), with_more("y", "y"))),
        ("lamps", (with_more("x", "x", private=True), with_more("y", "y"))),
    ),
    "a dataset goes": (
        ("lamps", (with_more("x", "x"), with_more("y", "y"))),
        ("lamps", (with_more("y", "y"),)),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_change_touched_is_made_anew_and_nothing_else(followed: Followed, name: str) -> None:
    """Of two datasets one is touched: the part of the other is the one that was there before."""
    *before, last = CHANGES[name]
    for source, deliveries in before:
        followed.load(source, *deliveries)
    followed.follow()
    texts = {view.seq: page(view, Place(view.seq), FRAME)[0] for view in followed.views}
    followed.load(last[0], *last[1])
    followed.follow()
    file = followed.parts.file()
    assert file is not None
    with sqlite3.connect(file) as connection:
        ended = connection.execute("SELECT dataset FROM part WHERE ends < ?", (FOREVER,)).fetchall()
    connection.close()

    assert page(followed.view, Place(1), FRAME)[0] not in texts.values()
    assert ended == [(f"{BASE}/id/dataset/x",)]
    for view in followed.views:
        assert assert_same(followed, view)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_changed_pages_of_all_snapshots_stay_the_same(
    followed: Followed, seed: int
) -> None:
    dice = random.Random(seed)
    used = 0
    for _ in range(12):
        source = dice.choice(("lamps", "lamps", "register", "services"))
        if dice.random() < 0.15 and len(followed.views) > 1:
            undo_last(followed)
        else:
            followed.load(source, *drawn(dice, source))
        if dice.random() < 0.7:
            followed.follow()
        elif dice.random() < 0.5:
            followed.writer.step()
        view = dice.choice(followed.views)
        used += followed.held(view)
        assert_same(followed, view)
    followed.follow()
    for view in followed.views:
        assert_same(followed, view)

    assert used > 10
    assert followed.held() == followed.view.index.count(feeds.KINDS)


def undo_last(followed: Followed) -> None:
    """Take the last change back."""
    followed.turn += 1
    last = followed.instance.ledger.last()
    at = NOON + timedelta(seconds=followed.turn)
    undo(followed.instance.ledger, last, at=at, actor="a test", reason="a test")
    followed.publish()


def drawn(dice: random.Random, source: str) -> Iterator[Delivery]:
    """Draw what a source holds: things that use one another, and names that change."""
    if source == "register":
        for code in dice.sample("abc", dice.randrange(4)):
            yield department(code, f"{code}{dice.randrange(3)}局")
        return
    for number in range(18):
        code = f"{source}-{number}"
        if dice.random() < 0.8:
            more = [of(dice.choice("abcd"))]
            if dice.random() < 0.4:
                file = f"http://x.example/{dice.randrange(4)}"
                more.append((f"{DCAT}distribution", f"<{file}>"))
            if dice.random() < 0.4:
                more.append((f"{DCT}source", f"<{BASE}/id/dataset/lamps-{dice.randrange(18)}>"))
            if dice.random() < 0.3:
                more.append((f"{DCT}conformsTo", f"<{BASE}/id/department/{dice.choice('abcd')}>"))
            private = dice.random() < 0.1
            given = with_more(code, f"灯 {dice.randrange(3)}", *more, private=private)
            yield serving(dice, given, number) if source == "services" else given


def serving(dice: random.Random, given: Delivery, number: int) -> Delivery:
    """Give an entry with a service that serves one dataset or another."""
    entry = given.entry
    assert entry is not None
    api = f"http://x.example/api/{number}"
    ((clearance, lines),) = entry.lines.items()
    more = (
        said(api, f"{DCAT}servesDataset", f"<{BASE}/id/dataset/lamps-{dice.randrange(18)}>"),
        said(api, f"{DCT}title", f'"接口 {dice.randrange(2)}"@zh'),
    )
    subjects = (*entry.subjects, api)
    held = {clearance: (*lines, *more)}
    return Delivery(
        entry=Entry(entry.kind, entry.key, entry.iri, entry.code, entry.title, subjects, held)
    )


def test_a_thing_is_touched_as_a_subject_and_as_what_is_served() -> None:
    lines = [
        f'<http://x.example/a> <{DCT}title> "> <http://x.example/no> "@zh .',
        f"<http://x.example/a> <{DCT}relation> <http://x.example/other> .",
        f"<http://x.example/b\\u0063> <{DCAT}servesDataset> <http://x.example/d> .",
    ]

    found = set(touched(lines))
    assert {thing(f"http://x.example/{each}") for each in ("a", "bc", "d")} <= found
    assert not found & {thing(f"http://x.example/{each}") for each in ("no", "other")}


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
def test_without_a_whole_file_pages_come_from_the_store(followed: Followed, harm: str) -> None:
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
    if harm != "folder":
        assert followed.held() == 150


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
