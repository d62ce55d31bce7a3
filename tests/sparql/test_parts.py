"""A page is the same to the byte whether its parts were kept or are made from the store."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from graph.home import open_home
from graph.ledger.entries import Delivery, Entry
from graph.ledger.ledger import undo
from ontology.clearance import Clearance
from sparql import feeds
from sparql.feed_writer import thing, touched
from sparql.feeds import Place, page
from sparql.parts import FOREVER
from tests import town
from tests.catalogue import BASE, NOON, dataset
from tests.followed import DCAT, DCT, FRAME, Followed, assert_same, department, of, said, with_more


@pytest.fixture
def followed_town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    """Give the sample city, in a copy that may be written to."""
    monkeypatch.setattr(feeds, "SIZE", 7)
    shutil.copytree(town.instance().home.path, tmp_path / "home")
    made = Followed(open_home(tmp_path / "home"))
    made.publish()
    yield made
    made.close()


def language(name: str) -> Delivery:
    iri = f"{BASE}/id/term/zh"
    lines = (said(iri, "http://www.w3.org/2004/02/skos/core#prefLabel", f'"{name}"@zh'),)
    return Delivery(entry=Entry("term", "zh", iri, "zh", name, (iri,), {Clearance.OPEN: lines}))


def spoken() -> tuple[str, str]:
    return (f"{DCT}language", f"<{BASE}/id/term/zh>")


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
