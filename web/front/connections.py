"""One client's connection: look-ups are answered as they are read, all else by the application's threads.

A look-up is less work than handing it to a thread. So a connection shows the door (`web/query/door.py`)
every GET as soon as its head is whole, and what the door answers goes out at once. Every other
request becomes a task: the server's own loop reads and writes, a thread of the application works.
"""

from __future__ import annotations

import asyncio
import select
from asyncio.events import TimerHandle
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from urllib.parse import quote_from_bytes

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from web.query.listening import CONNECTION

if TYPE_CHECKING:
    from uvicorn._types import ASGI3Application

LONGEST_HEAD: Final = 64 * 1024  # bytes of a request before its body
HEAD_IN: Final = 30.0  # seconds that a head may take to come
ASCII: Final = bytes(range(128))
STILL_AT_IT: Final = b"HTTP/1.1 102 Processing\r\n\r\n"  # clients pass over it: RFC 9110, 15.2
ANSWERED: Final = 0.1  # seconds that a client's machine has to refuse that word
REFUSED: Final = select.POLLERR | select.POLLHUP
NO_MORE: Final = getattr(select, "POLLRDHUP", 0)  # where the kernel tells it (Linux)
IN_A_ROW: Final = 16  # look-ups that came together and are answered before others have their turn
OK: Final = STATUS_LINE[HTTPStatus.OK]


class Door(Protocol):
    """What answers some requests at once."""

    def at_once(
        self, address: bytes, headers: Iterable[tuple[bytes, bytes]], place: str
    ) -> bytes | None:
        """Answer a GET of an address (path and query) from a place, waiting for nobody.

        Gives all that follows the status, which is 200: headers, an empty line and the body. None
        for what is left to the application.
        """


class Connection(HttpToolsProtocol):
    """A connection that knows the door before the application."""

    def __init__(
        self,
        door: Door | None,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        """Connect a client to the door, and to the application behind it."""
        super().__init__(config, server_state, app_state, _loop)
        self.door = door
        self.lost = False
        self.running: RequestResponseCycle | None = None  # the request that is being answered
        self.ended = False  # all that the client sent has been read
        self.silent = False  # it says no more
        self.leaving = False  # it says no more, and cannot be asked whether it still reads
        self.watched = False
        self.answer: bytes | None = None  # of the door, to the request that is being read
        self.in_a_row = 0
        self.heading = 0  # bytes that have come of a head that is not whole, 0 between requests
        self.in_line = True  # the next bytes are a request's first line, or what is missing of it
        self.late: TimerHandle | None = None
        self.answered = 0.0  # when somebody last answered, by the loop's clock
        self.silence: TimerHandle | None = None

    def gone(self) -> bool:
        """Say whether the client has hung up, as far as can be known; any thread may ask."""
        return self.lost or self.leaving

    def cut_off(self) -> bool:
        """Say whether nothing can be sent any more; any thread may ask."""
        return self.lost

    # What the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin: a head is waited for from now on."""
        super().connection_made(cast("asyncio.Transport", transport))
        self.late = self.loop.call_later(HEAD_IN, self.give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the client has gone."""
        self.lost = True
        self.wait_no_longer()
        if self.silence is not None:
            self.silence.cancel()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Let a client who says no more have the answers that are due; gives whether to stay connected."""
        running, newest = self.running, self.cycle
        if running is None or running.response_complete or newest is None or newest.more_body:
            return False
        self.ended = True
        self.says_no_more()
        self.watch()
        return True

    def says_no_more(self) -> None:
        """Find out whether a client who says no more still reads.

        One who has gone looks the same until something is sent, which its machine refuses. So a word is
        sent; where none may be, since an answer has begun or HTTP is 1.0, what is silent ends.
        """
        if self.silent or self.running is None:
            return
        self.silent = True
        begun, version = self.running.response_started, self.running.scope["http_version"]
        self.leaving = begun or version == "1.0"

    def watch(self) -> None:
        """Keep an eye on a client who is not read from: it says no more, or has sent several requests."""
        if not self.watched:
            self.watched = True
            self.look()

    def look(self) -> None:
        """Let go of a client whose machine refuses what is sent; send a word while nothing else is."""
        self.watched = not self.lost and not self.transport.is_closing()
        if not self.watched or not (self.silent or self.pipeline):
            self.watched = False
            return
        found = told_of(self.transport)
        if found & REFUSED:
            self.transport.abort()
            return
        if found & NO_MORE:
            self.says_no_more()
        waits = self.running is not None and not self.running.response_started
        if self.silent and waits and not self.leaving:
            self.transport.write(STILL_AT_IT)
        self.loop.call_later(ANSWERED, self.look)

    def data_received(self, data: bytes) -> None:
        """Take what has come."""
        self.in_a_row = 0
        if self.in_line and not data.isascii() and (self.heading or data[:1].isalpha()):
            data = with_percents(data)
        if self.heading:
            self.heading += len(data)
            if self.heading > LONGEST_HEAD:
                self.refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return
        super().data_received(data)
        if self.heading == 0:
            self.wait_no_longer()
        elif self.late is None:
            self.late = self.loop.call_later(HEAD_IN, self.give_up)

    def wait_no_longer(self) -> None:
        """Note that no head is waited for."""
        if self.late is not None:
            self.late.cancel()
            self.late = None

    def give_up(self) -> None:
        """Close a connection on which nothing whole came in time."""
        self.late = None
        if self.heading:
            self.refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif not self.transport.is_closing():
            self.transport.close()

    def refuse(self, status: HTTPStatus) -> None:
        """Answer what is not read to its end, and close the connection."""
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            lines = (STATUS_LINE[status], b"content-length: 0\r\nconnection: close\r\n\r\n")
            self.transport.write(b"".join(lines))
        self.transport.close()

    # What the parser calls

    def on_message_begin(self) -> None:
        """Begin a request: what the application needs to know of it is put together when it is asked."""
        self.url, self.headers, self.expect_100_continue = b"", [], False
        self.heading = max(self.heading, 1)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; one whose name has a low line could pass for another, and is none of ours."""
        self.in_line = False
        if b"_" in name:
            return
        name = name.lower()
        if name == b"expect" and value.lower() == b"100-continue":
            self.expect_100_continue = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Show the door a request; what it leaves becomes a task."""
        self.heading = 0
        self.in_line = False
        self.answer = self.at_once() if self.parser.get_method() == b"GET" else None
        if self.answer is None:
            self.ask_the_application()

    def ask_the_application(self) -> None:
        """Begin a task for a request."""
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)  # the very list that the application is shown
        self.scope["state"][CONNECTION] = self
        super().on_headers_complete()
        if self.pipeline:  # it is not read from until its turn comes
            self.watch()

    def at_once(self) -> bytes | None:
        """Ask the door, where all answers before have gone out and others are not kept waiting."""
        busy = self.cycle is not None and not self.cycle.response_complete
        if self.door is None or busy or self.flow.write_paused or self.in_a_row >= IN_A_ROW:
            return None
        if self.parser.should_upgrade():
            return None
        try:
            return self.door.at_once(self.url, self.headers, self.client[0] if self.client else "")
        except Exception:  # whatever it is, the application has a page for it
            self.logger.exception("The door failed at %r", self.url)
            return None

    def on_body(self, body: bytes) -> None:
        """Take a part of a body; the door has no use for one."""
        if self.answer is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Send what the door answered; the application has the rest."""
        self.in_line = True
        answer, self.answer = self.answer, None
        if answer is None:
            super().on_message_complete()
        else:
            self.in_a_row += 1
            self.send(answer)

    def send(self, answer: bytes) -> None:
        """Send an answer of the door, whole."""
        lines = [OK]
        for name, value in self.server_state.default_headers:
            lines += (name, b": ", value, b"\r\n")
        stays = self.parser.should_keep_alive()
        lines += (answer,) if stays else (b"connection: close\r\n", answer)
        self.transport.write(b"".join(lines))
        if not stays:
            self.transport.close()
            return
        self.answered = self.loop.time()
        if self.silence is None:
            self.silence = self.loop.call_later(self.timeout_keep_alive, self.was_silent)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Begin to answer a request; those that came with it wait."""
        self.running = cycle
        super()._start_asgi_task(cycle, app)

    def on_response_complete(self) -> None:
        """Note when the application answered; who says no more has had the last answer then."""
        self.answered = self.loop.time()
        super().on_response_complete()
        if self.ended and self.running is not None and self.running.response_complete:
            self.transport.close()

    def was_silent(self) -> None:
        """Close the connection if nothing came since the last answer; one timer is kept for many answers."""
        self.silence = None
        left = self.answered + self.timeout_keep_alive - self.loop.time()
        busy = self.heading or (self.cycle is not None and not self.cycle.response_complete)
        if left <= 0 and not busy and not self.transport.is_closing():
            self.transport.close()
        elif not self.lost:
            wait = left if left > 0 else self.timeout_keep_alive
            self.silence = self.loop.call_later(wait, self.was_silent)


def told_of(transport: asyncio.Transport) -> int:
    """Give what the kernel tells of a client who is not read from: it refuses what is sent, or says no more."""
    seen = select.poll()
    seen.register(transport.get_extra_info("socket").fileno(), NO_MORE)
    return next((told for _, told in seen.poll(0)), 0)


def with_percents(data: bytes) -> bytes:
    """Give what has come with the percents that its first line means.

    People and programs write Chinese into an address as it is, and the parser takes none.
    """
    line, end, rest = data.partition(b"\r\n")
    return quote_from_bytes(line, safe=ASCII).encode() + end + rest
