"""How requests come in: over real sockets, to a worker with a door and an application of a few lines."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from ontology.errors import Conflict
from tests.front import PATIENCE, answering
from web.front import bodies as bodies_
from web.front import connections
from web.front.sharing import ONE, Shares, listen, refuse_taken_port
from web.query.listening import ear_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

AT_ONCE = b"/at-once"


@dataclass
class House:
    """A door and an application, and what was asked of each."""

    asked: list[bytes] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    def at_once(
        self, address: bytes, headers: Iterable[tuple[bytes, bytes]], place: str
    ) -> bytes | None:
        """Answer one path at once."""
        self.asked.append(address)
        if address == b"/broken":
            raise ValueError(address)
        if not address.startswith(AT_ONCE):
            return None
        told = b"%b %b %d" % (address, place.encode(), len(list(headers)))
        return b"Content-Length: %d\r\n\r\n%b" % (len(told), told)

    def __call__(self, environment: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Answer everything else, some of it for ever."""
        self.seen.append(environment)
        if environment["PATH_INFO"] == "/waits":
            return self.waits(environment, start)
        if environment["PATH_INFO"] == "/endless":
            start("200 OK", [("Content-Type", "text/plain")])
            return Endless(self.closed)
        body = environment["wsgi.input"].read() or environment["PATH_INFO"].encode("latin-1")
        start("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    def waits(self, environment: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Wait until the client has gone."""
        ear, until = ear_of(environment)(), time.monotonic() + PATIENCE
        while time.monotonic() < until and not ear.gone():
            time.sleep(0.01)
        if ear.gone():
            self.gone.set()
        start("204 NO CONTENT", [])
        return []


@dataclass
class Endless:
    """A body without an end."""

    closed: threading.Event

    def __iter__(self) -> Iterator[bytes]:
        """Give bytes."""
        while True:
            yield b"x" * 10_000

    def close(self) -> None:
        """Note that nobody wants more."""
        self.closed.set()


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def port(house: House) -> Iterator[int]:
    with answering(house, house) as found:
        yield found


@contextmanager
def client(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as made:
        yield made


def get(path: str, *lines: str) -> bytes:
    return "\r\n".join((f"GET {path} HTTP/1.1", "Host: x", *lines, "", "")).encode()


def until_closed(line: socket.socket) -> bytes:
    """Read all that comes until the other side closes."""
    parts = []
    with suppress(ConnectionResetError):
        while piece := line.recv(1 << 16):
            parts.append(piece)
    return b"".join(parts)


def bodies(port: int, *requests: bytes) -> list[bytes]:
    """Send requests together, and give what follows each head."""
    with client(port) as line:
        line.sendall(b"".join(requests[:-1]) + requests[-1])
        text = until_closed(line)
    found = text.split(b"HTTP/1.1 ")[1:]
    return [each.partition(b"\r\n\r\n")[2] for each in found]


LAST = "Connection: close"


def test_the_door_answers_before_the_application(house: House, port: int) -> None:
    assert bodies(port, get("/at-once?a=1", LAST)) == [b"/at-once?a=1 127.0.0.1 2"]
    assert house.seen == []


def test_what_the_door_leaves_the_application_answers(house: House, port: int) -> None:
    assert bodies(port, get("/page?a=%20", LAST)) == [b"/page"]
    assert house.asked == [b"/page?a=%20"]
    assert house.seen[0]["QUERY_STRING"] == "a=%20"
    assert house.seen[0]["REMOTE_ADDR"] == "127.0.0.1"


def test_a_door_that_fails_leaves_the_request_to_the_application(port: int) -> None:
    assert bodies(port, get("/broken", LAST)) == [b"/broken"]


def test_requests_that_come_together_are_answered_in_their_order(port: int) -> None:
    names = ["/at-once", "/page", "/at-once", "/other", "/at-once"]
    asked = [get(each) for each in names] + [get("/end", LAST)]

    found = bodies(port, *asked)

    assert [each.split()[0].decode() for each in found] == [*names, "/end"]


def test_many_that_come_together_do_not_keep_others_waiting(
    house: House, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After some the application has its turn, in which others have theirs; each is answered."""
    monkeypatch.setattr(connections, "IN_A_ROW", 2)

    found = bodies(port, *[get("/at-once")] * 5, get("/at-once", LAST))

    assert len(found) == 6
    assert 0 < len(house.seen) < 6


@pytest.mark.parametrize("cut", [None, 12, 18, 40])
def test_an_address_may_hold_chinese_as_it_is(house: House, port: int, cut: int | None) -> None:
    """Whole, and where it comes in two pieces, parted within a character too."""
    text = get("/页?q=停车 ".rstrip(), "X-Name: é", LAST)
    with client(port) as line:
        line.sendall(text[:cut])
        if cut:
            time.sleep(0.05)
            line.sendall(text[cut:])
        answer = until_closed(line)

    assert answer.endswith("/页".encode())
    assert house.seen[0]["QUERY_STRING"] == "q=%E5%81%9C%E8%BD%A6"
    assert house.asked == [b"/%E9%A1%B5?q=%E5%81%9C%E8%BD%A6"]


def test_a_body_that_is_no_ascii_is_left_as_it_is(port: int) -> None:
    text = "停车\r\n停车".encode()
    head = b"POST /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"
    with client(port) as line:
        for piece in (head % len(text), text[:5], text[5:]):
            line.sendall(piece)
            time.sleep(0.03)
        assert until_closed(line).endswith(text)


def test_a_body_comes_whole_to_the_application(house: House, port: int) -> None:
    text = b"x" * 300_000
    head = b"POST /at-once HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

    assert bodies(port, head + b"Content-Length: 300000\r\n\r\n" + text) == [text]
    chunked = b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    assert bodies(port, head + chunked) == [b"hello"]
    assert house.asked == []


@pytest.mark.parametrize("size", [0, 1, 300_000, 3 << 20, bodies_.FORMS + 1_000_000])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_any_size_is_read_to_the_letter(port: int, size: int, *, chunked: bool) -> None:
    """Held in memory, on disk, and beyond what is gathered first."""
    text = bytes(range(256)) * (size // 256 + 1)
    text = text[:size]
    head = b"POST /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    if chunked:
        parts = [text[at : at + 70_000] for at in range(0, size, 70_000)]
        sent = b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in parts) + b"0\r\n\r\n"
        request = head + b"Transfer-Encoding: chunked\r\n\r\n" + sent
    else:
        request = head + b"Content-Length: %d\r\n\r\n" % size + text

    assert bodies(port, request) == [text or b"/page"]


def test_who_sends_slowly_holds_up_nobody(house: House, port: int) -> None:
    """More of them than there are threads: others are answered, and so are they when they have sent."""
    head = b"POST /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n\r\n"
    with ExitStack() as stack:
        slow = [stack.enter_context(client(port)) for _ in range(12)]
        for each in slow:
            each.sendall(head + b"12345")
        assert bodies(port, get("/page", LAST)) == [b"/page"]
        assert len(house.seen) == 1
        for each in slow:
            each.sendall(b"67890")
        assert all(until_closed(each).endswith(b"1234567890") for each in slow)


@pytest.mark.parametrize("length", [10, bodies_.FORMS + 1])
def test_a_body_that_does_not_come_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(bodies_, "COMES", 0.2)
    with client(port) as line:
        line.sendall(b"POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n1" % length)
        answer = line.recv(1 << 16)
    assert answer.startswith(b"HTTP/1.1 408 " if length == 10 else b"HTTP/1.1 200 ")


def test_an_older_client_is_answered_and_let_go(port: int) -> None:
    assert bodies(port, b"GET /at-once HTTP/1.0\r\n\r\n") == [b"/at-once 127.0.0.1 0"]


def test_a_name_with_a_low_line_passes_for_no_other(house: House, port: int) -> None:
    """Else a client could say where it comes from, in a header that no server before us takes out."""
    bodies(port, get("/page", "X_Forwarded_For: 192.0.2.1", LAST))

    assert "HTTP_X_FORWARDED_FOR" not in house.seen[0]


@pytest.mark.parametrize(
    "text",
    [b"nonsense\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\xff\xff"],
)
def test_what_is_no_request_is_refused(port: int, text: bytes) -> None:
    with client(port) as line:
        line.sendall(text)
        assert until_closed(line).startswith(b"HTTP/1.1 400 ")


def test_a_head_without_an_end_is_refused(port: int) -> None:
    with client(port) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        with suppress(ConnectionError):
            for _ in range(100):
                line.sendall(b"X-More: " + b"x" * 4000 + b"\r\n")
                time.sleep(0.001)
        assert until_closed(line)[:13] in {b"HTTP/1.1 431 ", b""}  # nothing where it came too late


@pytest.mark.parametrize("sent", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX-"])
def test_a_head_that_does_not_come_is_not_waited_for(
    port: int, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connections, "HEAD_IN", 0.2)
    with client(port) as line:
        line.sendall(sent)
        assert until_closed(line)[:13] == (b"HTTP/1.1 408 " if sent else b"")


def test_a_head_that_comes_slowly_is_read(port: int) -> None:
    with client(port) as line:
        for piece in (b"GET /at-", b"once HTTP/1.1\r\nHo", b"st: x\r\nConnection: close\r\n\r\n"):
            line.sendall(piece)
            time.sleep(0.02)
        assert until_closed(line).endswith(b"/at-once 127.0.0.1 2")


def test_an_answer_ends_when_nobody_hears_it(house: House, port: int) -> None:
    with client(port) as line:
        line.sendall(get("/endless"))
        assert line.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert house.closed.wait(PATIENCE)


def test_whoever_works_can_know_that_the_client_has_gone(house: House, port: int) -> None:
    with client(port) as line:
        line.sendall(get("/waits"))
        time.sleep(0.1)
    assert house.gone.wait(PATIENCE)


def test_another_server_tells_nothing_of_its_clients() -> None:
    assert not ear_of({"REMOTE_ADDR": "127.0.0.1"})().gone()


def test_a_connection_that_is_silent_after_an_answer_of_the_door_is_closed(
    house: House, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while answers follow one another, nor while the application is at work."""
    real = connections.Connection.__init__

    def impatient(self: Any, *given: Any, **named: Any) -> None:
        real(self, *given, **named)
        self.timeout_keep_alive = 0.3

    monkeypatch.setattr(connections.Connection, "__init__", impatient)
    with client(port) as line:
        for path in ("/at-once", "/at-once", "/page", "/at-once", "/at-once"):
            line.sendall(get(path))
            time.sleep(0.15)  # so that head and body are both there
            assert line.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        began = time.monotonic()
        assert until_closed(line) == b""
        assert time.monotonic() - began < PATIENCE
    assert len(house.asked) == 5


# Workers together --------------------------------------------------------------------------------


def test_a_worker_with_more_connections_leaves_the_next_to_another(house: House) -> None:
    """It waits for a moment, and takes it all the same where nobody does."""
    descriptor = Shares.made(2)
    with (
        answering(house, house, Shares.of(descriptor, 0)) as port,
        client(port) as one,
        client(port) as two,
    ):
        for line in (one, two):
            line.sendall(get("/at-once"))
            assert line.recv(1000).endswith(b" 127.0.0.1 1")
        shares = Shares.of(descriptor, 1)
        assert eventually(lambda: ONE.unpack_from(shares.held, 0) == (2,))
        assert Shares.of(descriptor, 0).more_than_others(2)
        shares.tell(2)
        assert not Shares.of(descriptor, 0).more_than_others(2)


def test_workers_share_the_connections_that_come_together(house: House) -> None:
    descriptor = Shares.made(2)
    listening = listen("127.0.0.1", 0)
    with ExitStack() as stack:
        shares = [Shares.of(descriptor, number) for number in range(2)]
        for each in shares:
            stack.enter_context(answering(house, house, each, listening.dup()))
        port = listening.getsockname()[1]
        lines = [stack.enter_context(client(port)) for _ in range(8)]
        for line in lines:
            line.sendall(get("/at-once"))
        assert all(line.recv(1000).endswith(b" 127.0.0.1 1") for line in lines)
        assert eventually(lambda: sum(held(shares[0])) == 8)
        assert min(held(shares[0])) >= 3
    listening.close()


def held(shares: Shares) -> list[int]:
    """Give how many connections each worker has."""
    return [each for (each,) in ONE.iter_unpack(shares.held[:])]


def eventually(true: Callable[[], bool]) -> bool:
    """Wait for something to become true."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_a_port_that_is_taken_is_said_to_be() -> None:
    held = listen("127.0.0.1", 0)
    with held, pytest.raises(Conflict, match="taken by another program"):
        refuse_taken_port("127.0.0.1", held.getsockname()[1])
