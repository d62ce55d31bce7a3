"""Who has hung up leaves no work behind, in whatever state it is; who only says no more is answered."""

from __future__ import annotations

import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import quote

import pytest

from graph.home import Settings
from sparql.answers import Answers, Ended, Question
from sparql.formats import CSV, JSON, Format, Kind
from sparql.leaving import Left, heard_by
from sparql.metering import Caller, Meter, asking
from sparql.workers.lanes import Places
from sparql.workers.pool import AnswerLimits, Pool, PoolSettings
from tests.front import answering
from tests.sparql.conftest import DiskView
from web.app import frame
from web.query import blueprint
from web.site import Site

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ROWS = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
FEW = "SELECT ?s { ?s ?p ?o FILTER(STRLEN(STR(?o)) > 0) } LIMIT 3"
SOON = 4.0  # seconds in which it ends on a busy machine too: limits and waits are many times that
ONE = Caller("one", "")


@dataclass
class Ear:
    """Who waits, and may go."""

    left: threading.Event = field(default_factory=threading.Event)

    def gone(self) -> bool:
        return self.left.is_set()

    def close(self) -> None:
        """Nothing."""


@dataclass
class House:
    """A pool with few places, what answers through it, and what was noted and charged."""

    pool: Pool
    meter: Meter
    ended: list[Ended] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = Answers(
            self.pool, limits_page="http://x/", meter=self.meter, ended=self.ended.append
        )

    def idle(self) -> bool:
        return not (self.pool.quick.taken or self.pool.long.taken or self.pool.long.waiting)

    def charged(self) -> float:
        return self.meter._own.get("one", 0.0) + self.meter._told.get("one", 0.0)


@pytest.fixture
def house() -> Iterator[House]:
    places = Places(quick=1, long=1, stopped=1, queue=4, brief=0.1, wait=20.0)
    limits = AnswerLimits(seconds=30.0, rows=10_000_000)
    pool = Pool(PoolSettings(1 << 30, places, limits))
    pool.warm()
    yield House(pool, Meter(None, 1000.0))
    pool.close()


@contextmanager
def going(house: House, view: DiskView, text: str, form: Format = JSON) -> Iterator[Ear]:
    """Ask in a thread, have the caller go at the block's end, and see it end soon, with a note."""
    ear, before = Ear(), len(house.ended)

    def ask() -> None:
        with asking(ONE), heard_by(lambda: ear), suppress(Left):
            house.answers.answer(view, Question(text, {Kind.ROWS: form}, repeatable=False))

    thread = threading.Thread(target=ask)
    thread.start()
    yield ear
    ear.left.set()
    began = time.monotonic()
    thread.join(30)
    assert time.monotonic() - began < SOON
    assert "left" in {each.how for each in house.ended[before:]}


def until(true: Callable[[], bool], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not true():
        time.sleep(0.01)
    return true()


def test_one_that_computes_ends_and_is_charged(house: House, large: DiskView) -> None:
    with going(house, large, CROSS):
        assert until(lambda: house.pool.long.taken == 1)
    assert house.idle()
    assert house.charged() > 0.05


def test_one_that_was_stopped_and_one_that_waits_for_a_place_end(
    house: House, large: DiskView
) -> None:
    """The first has the only long place, the second is stopped, the third has the quick place, the fourth waits."""
    with going(house, large, CROSS):
        assert until(lambda: house.pool.long.taken == 1)
        with going(house, large, CROSS):
            assert until(lambda: house.pool.long.waiting == 1)
            house.pool.quick.enter(1.0)
            with going(house, large, FEW):
                assert until(lambda: house.pool.quick.waiting == 1)
            house.pool.quick.leave()
        assert house.pool.long.waiting == 0
    assert house.idle()


def test_one_whose_answer_is_gathered_before_it_goes_out_ends(
    house: House, large: DiskView
) -> None:
    """CSV has no place to say that it was cut: it is read to its end first."""
    with going(house, large, ROWS, CSV):
        assert until(lambda: house.pool.long.taken == 1)
        time.sleep(0.2)
    assert house.idle()


# Over real connections -----------------------------------------------------------------------------


@pytest.fixture
def port(house: House, large: DiskView) -> Iterator[int]:
    app = frame(Site(settings=Settings(), snapshots=OneSnapshot(large), pool=house.pool))
    app.register_blueprint(blueprint)
    with answering(app) as found:
        yield found


@dataclass(frozen=True)
class OneSnapshot:
    """Snapshots with one view, for every clearance that is asked for."""

    only: DiskView

    def view(self, _clearance: object, _seq: object = None) -> DiskView:
        return self.only


def get(text: str, version: str = "1.1") -> bytes:
    head = "Host: x\r\nAccept: application/sparql-results+json\r\n"
    address = f"/sparql?query={quote(f'{text} # {time.time_ns()}')}"
    return f"GET {address} HTTP/{version}\r\n{head}\r\n".encode()


def connected(port: int) -> socket.socket:
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(20)
    line.connect(("127.0.0.1", port))
    return line


def reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def close(line: socket.socket) -> None:
    line.close()


def half_then_whole(line: socket.socket) -> None:
    line.shutdown(socket.SHUT_WR)
    time.sleep(0.2)
    line.close()


WAITING = {
    "computing": get(CROSS),
    "computing, by HTTP 1.0": get(CROSS, "1.0"),
    "writing what nobody reads": get(ROWS),
    "with others behind it on the line": get(CROSS) + get(FEW) + get(CROSS),
}


@pytest.mark.parametrize("leaves", [reset, close, half_then_whole])
@pytest.mark.parametrize("asked", WAITING.values(), ids=WAITING)
def test_a_closed_connection_ends_what_was_asked_on_it(
    house: House, port: int, asked: bytes, leaves: Callable[[socket.socket], None]
) -> None:
    line = connected(port)
    line.sendall(asked)
    assert until(lambda: house.pool.long.taken == 1)
    leaves(line)
    assert until(house.idle, SOON)


def read(line: socket.socket) -> bytes:
    parts = []
    while piece := line.recv(1 << 16):
        parts.append(piece)
    return b"".join(parts)


def test_who_says_no_more_but_reads_has_the_answers(house: House, port: int) -> None:
    """A long one, and the one behind it; what is said meanwhile stands before the first and in none."""
    with connected(port) as line:
        line.sendall(get("SELECT * { ?s ?p ?o } LIMIT 20000") + get(FEW))
        line.shutdown(socket.SHUT_WR)
        text = re.sub(rb"\r\n[0-9a-f]+\r\n", b"", read(line))  # where chunks meet
    first, _, second = text.rpartition(b"HTTP/1.1 200 ")
    assert first.count(b"HTTP/1.1 200 ") == 1
    assert b"102 Processing" not in first.partition(b"HTTP/1.1 200 ")[2].rpartition(b"}")[0]
    assert first.count(b'"s":{') == 20_000
    assert second.count(b'"s":{') == 3
    assert house.idle()
