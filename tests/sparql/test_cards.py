"""A card says what the store says of a thing, in its words and order; what is not on one, the store says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
    Triple,
)

from graph.home import Settings, create_home
from graph.instance import Instance
from graph.ledger.ledger import Change
from graph.ledger.patch import Section
from ontology.clearance import Clearance
from sparql.cards import file, keeping, writing
from sparql.cards.file import MOVED, NAME, Cards, Drawer, digest
from sparql.cards.keeping import CardWriter
from sparql.cards.source import FromCards
from sparql.cards.writing import Stopped, write
from sparql.lookups import NotSmall
from sparql.query import ask
from sparql.shapes import shaped
from sparql.solving import solution
from tests import town
from tests.catalogue import BASE, NOON, dataset

EX = "http://example.org/"
STOOD = timedelta(minutes=1)
ODD = 'q"\\/\b\f\n\r\t\x01\x1f\x7f é 路   \U0001f3d9 },{"s": ,"p": ,"o": ]}}'


def node(name: str) -> NamedNode:
    return NamedNode(EX + name)


def terms() -> list[Any]:
    """Every kind of term that a store can hold."""
    return [
        node("a"), node("%20?q=人口#é"), Literal(ODD), Literal(""), Literal("道路", language="zh"),
        Literal("x", language="ar", direction=BaseDirection.RTL), Literal("5", datatype=node("int")),
        Literal("2026-11-29", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#date")),
        BlankNode("b"), Triple(node("a"), node("p"), Literal(ODD)),
    ]  # fmt: skip


def store_of(things: int, verbs: int = 12) -> Store:
    """A store of things that say of each other and of every kind of term, and in graphs beside the merge."""
    pick = random.Random(things)
    ends = terms()
    names: list[Any] = [node(f"thing/{number}") for number in range(things)]
    quads = [
        Quad(each, node(f"verb/{pick.randrange(verbs)}"), pick.choice(ends + names), DefaultGraph())
        for each in [*names, BlankNode("b"), node("a")]
        for _ in range(pick.randrange(1, 9))
    ]
    store = Store()
    store.extend(quads)
    store.add(Quad(node("thing/0"), node("verb/hidden"), Literal("elsewhere"), node("graph")))
    return store


def laid(store: Store, folder: Path, moved: str = "") -> Cards:
    assert write(store, folder / NAME)
    (folder / MOVED).write_text(moved)
    return Cards(folder)


def by_engine(store: Store, text: str) -> bytes:
    found = ask(store, text)
    assert isinstance(found, QuerySolutions)
    told = found.serialize(format=QueryResultsFormat.JSON)
    assert told is not None
    return told


def told(cards: Cards, text: str) -> bytes:
    asked = shaped(text)
    assert asked is not None
    return solution(FromCards(cards), asked.shape, asked.terms(), 1000)[0]


@pytest.mark.parametrize("sample", [0, 100_000, writing.SAMPLE], ids=["none", "some", "all"])
def test_a_card_tells_what_the_engine_tells_byte_for_byte(
    tmp_path: Path, sample: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the engine's text is parted, and whether terms have codes or not."""
    monkeypatch.setattr(writing, "SAMPLE", sample)
    monkeypatch.setattr(writing, "GATHERED", 500)
    store = store_of(200)
    cards = laid(store, tmp_path)

    assert bool(cards.objects) is bool(sample)
    for number in range(200):
        text = f"SELECT ?p ?o {{ <{EX}thing/{number}> ?p ?o }}"
        assert told(cards, text) == by_engine(store, text)
        text = f"SELECT ?o {{ <{EX}thing/{number}> <{EX}verb/3> ?o }}"
        assert told(cards, text) == by_engine(store, text)


def test_a_store_without_a_statement_has_cards_that_say_nothing(tmp_path: Path) -> None:
    cards = laid(Store(), tmp_path)

    assert cards.rows(b"http://example.org/a") == []
    assert told(cards, f"SELECT ?p ?o {{ <{EX}a> ?p ?o }}").endswith(b'"bindings":[]}}')


def test_two_things_of_one_digest_have_a_card_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And those at the end of the slots go on at their beginning."""
    for module in (file, writing):
        monkeypatch.setattr(module, "digest", lambda iri: (1 << 64) - 1 - digest(iri) % 3)
    store = store_of(40)
    cards = laid(store, tmp_path)

    for name in [*(f"thing/{number}" for number in range(40)), "thing/none"]:
        text = f"SELECT ?p ?o {{ <{EX}{name}> ?p ?o }}"
        assert told(cards, text) == by_engine(store, text)


@pytest.mark.parametrize(
    "text",
    [
        f"SELECT ?s {{ ?s <{EX}verb/1> <{EX}a> }}",
        f"SELECT ?p {{ <{EX}long> ?p <{EX}a> }}",
        f"SELECT ?p {{ <{EX}thing/7> ?p <{EX}a> }}",
        f"SELECT ?o {{ <{EX}over> <{EX}to> ?x . ?x <{EX}to> ?o }}",
    ],
    ids=["no subject", "a long card", "moved", "a blank node"],
)
def test_what_is_on_no_card_is_left_to_the_store(tmp_path: Path, text: str) -> None:
    store = store_of(10)
    many = [
        Quad(node("long"), node("to"), Literal(f"{n} " * 50), DefaultGraph()) for n in range(500)
    ]
    store.extend([*many, Quad(node("over"), node("to"), BlankNode("x"), DefaultGraph())])
    cards = laid(store, tmp_path, f"{EX}thing/7\n{EX}thing/8")

    with pytest.raises(NotSmall):
        told(cards, text)


def test_more_predicates_than_codes_have_no_cards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "CODES", 3)

    assert not write(store_of(50), tmp_path / NAME)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """`/dev/full` refuses every byte."""
    (tmp_path / f"{NAME}.partial").symlink_to("/dev/full")

    assert not write(store_of(50), tmp_path / NAME)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cut", [0, 10, 200, -1])
def test_a_file_that_is_not_whole_is_not_read(tmp_path: Path, cut: int) -> None:
    laid(store_of(10), tmp_path)
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole[:cut])

    with pytest.raises(OSError, match="cards"):
        Cards(tmp_path)
    drawer = Drawer()
    assert drawer.of(tmp_path) is None
    (tmp_path / NAME).write_bytes(whole)
    assert drawer.of(tmp_path) is None, "it is not looked at again and again"
    assert Drawer().of(tmp_path) is not None


def test_cards_that_come_later_are_found_and_few_are_held_open(tmp_path: Path) -> None:
    drawer, store = Drawer(), store_of(5)
    folders = [tmp_path / str(number) for number in range(10)]
    for each in folders:
        each.mkdir()
        assert drawer.of(each) is None
        laid(store, each)
        assert drawer.of(each) is drawer.of(each) is not None
    assert len(drawer.held) == file.HELD


# Kept beside snapshots -----------------------------------------------------------------------------


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    made = Instance.of(create_home(tmp_path / "home", Settings(base=BASE)))
    yield made
    made.close()


def load(instance: Instance, turn: int, *codes: str, title: str = "资源") -> None:
    moment = NOON + timedelta(seconds=turn)
    town.load(instance, "jtw", [dataset(code, f"{title}{code}") for code in codes], moment)
    instance.settle(moment)


def folder(instance: Instance) -> Path:
    return instance.snapshots.view(Clearance.OPEN).path


def agree(instance: Instance) -> Cards:
    """Hold the cards beside the newest view to its store."""
    view = instance.snapshots.view(Clearance.OPEN)
    cards = Cards(view.path)
    subjects = {each.subject for each in view.store.quads_for_pattern(None, None, None)}
    for subject in subjects:
        if isinstance(subject, NamedNode) and subject.value.encode() not in cards.moved:
            text = f"SELECT ?p ?o {{ {subject} ?p ?o }}"
            assert told(cards, text) == by_engine(view.store, text)
    return cards


def test_cards_are_made_of_what_stood_and_carried_with_the_names_of_what_moved(
    instance: Instance,
) -> None:
    writer = CardWriter(instance.home, instance.ledger)
    load(instance, 1, "a", "b")
    published = instance.snapshots.current()

    assert not writer.step(published.at), "it has just been published"
    assert writer.step(published.at + STOOD)
    assert not writer.step(published.at + STOOD)
    assert not agree(instance).moved
    made = (folder(instance) / NAME).stat().st_ino

    for turn, again in ((2, writer), (3, CardWriter(instance.home, instance.ledger))):
        load(instance, turn, "a", "b", title=f"改{turn}")
        assert again.step(instance.snapshots.current().at), "at once"
        cards = agree(instance)
        assert (folder(instance) / NAME).stat().st_ino == made
        assert f"{BASE}/id/dataset/a".encode() in cards.moved
        assert len(cards.moved) < len(cards.codes) + 20
    assert not any(
        (instance.snapshots.view(each).path / NAME).exists() for each in [*Clearance][1:]
    )


def test_cards_are_made_anew_where_much_moved(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = CardWriter(instance.home, instance.ledger)
    load(instance, 1, "a", "b")
    assert writer.step(instance.snapshots.current().at + STOOD)
    for turn, name, most in ((2, "MOST", 1), (3, "LARGE", 1)):
        monkeypatch.setattr(keeping, name, most)
        load(instance, turn, "a", "b", title=f"改{turn}")
        published = instance.snapshots.current()
        assert not writer.step(published.at)
        assert writer.step(published.at + STOOD)
        assert not agree(instance).moved
        assert len([*writer.shelf.iterdir()]) == 1


def test_what_moved_for_stricter_eyes_alone_is_named_nowhere(instance: Instance) -> None:
    writer = CardWriter(instance.home, instance.ledger)
    load(instance, 1, "a")
    assert writer.step(instance.snapshots.current().at + STOOD)
    secret = Section(
        added=True, clearance=Clearance.GOVERNANCE, graph=f"{BASE}/id/source/jtw", count=1,
        lines=(f"<{BASE}/id/x> <{BASE}/id/y> <{BASE}/id/z> .",),
    )  # fmt: skip
    moment = NOON + timedelta(seconds=2)
    instance.ledger.append(Change(moment, "test", "update", "jtw", "test"), [secret])
    instance.settle(moment)

    assert writer.step(instance.snapshots.current().at)
    assert not agree(instance).moved


def test_a_writer_that_is_stopped_or_has_no_room_leaves_nothing(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(instance, 1, "a")
    writer = CardWriter(instance.home, instance.ledger)

    assert not writer.step(NOON + STOOD, lambda: True)
    with pytest.raises(Stopped):
        write(instance.snapshots.view(Clearance.OPEN).store, writer.shelf / NAME, lambda: False)
    monkeypatch.setattr(keeping, "FREE", 1 << 60)
    assert not writer.step(NOON + STOOD)
    monkeypatch.undo()
    assert not writer.step(NOON + STOOD), "it is not tried again and again"
    assert [*writer.shelf.iterdir()] == []
    assert not (folder(instance) / NAME).exists()
