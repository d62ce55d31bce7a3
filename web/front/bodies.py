"""What a request brings is waited for by the loop, not by a thread: who sends slowly holds up nobody.

Up to the size of a form it is gathered first. What says that it is larger goes on as it comes, since
the application refuses most of that unread; then each piece has to come in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

from web.bodies import FORMS

IN_MEMORY: Final = 1 << 20  # bytes of a body; a larger one is gathered on disk
PIECE: Final = 256 * 1024
COMES: Final = 30.0  # seconds in which the next piece has to come

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Any], Awaitable[None]]

GONE: Final[Message] = {"type": "http.disconnect"}
LATE: Final[tuple[Message, Message]] = (
    {
        "type": "http.response.start",
        "status": HTTPStatus.REQUEST_TIMEOUT,
        "headers": [(b"content-length", b"0"), (b"connection", b"close")],
    },
    {"type": "http.response.body", "body": b""},
)


@dataclass(frozen=True, slots=True)
class Gathering:
    """An application that is asked when a request is there."""

    inside: Application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Gather what a request brings, then have it answered."""
        length = declared(scope) if scope["type"] == "http" else 0
        if length == 0:
            await self.inside(scope, receive, send)
        elif length > FORMS:
            await self.inside(scope, in_time(receive), send)
        else:
            with SpooledTemporaryFile(IN_MEMORY) as file:
                await self.gathered(file, scope, in_time(receive), send)

    async def gathered(self, file: IO[bytes], scope: Message, receive: Receive, send: Send) -> None:
        """Gather a body in a file; one that does not come to its end in time is refused."""
        more, size = True, 0
        while more and size <= FORMS:
            message = await receive()
            if message["type"] != "http.request":
                for each in LATE:
                    await send(each)
                return
            size += file.write(message.get("body", b""))
            more = message.get("more_body", False)
        file.seek(0)
        await self.inside(scope, again(file, size, receive if more else None), send)


def declared(scope: Message) -> int:
    """Give the bytes that a request says it brings; 1 where it brings some and does not say."""
    headers = dict(scope["headers"])
    length = headers.get(b"content-length", b"")
    return int(length) if length.isdigit() else int(b"transfer-encoding" in headers)


def in_time(receive: Receive) -> Receive:
    """Give what receives, and takes a client for gone who sends nothing for too long."""

    async def received() -> Message:
        try:
            return await asyncio.wait_for(receive(), COMES)
        except TimeoutError:
            return GONE

    return received


def again(file: IO[bytes], size: int, rest: Receive | None) -> Receive:
    """Give what receives a gathered body, and then the rest of it where that is still to come."""
    left = size

    async def received() -> Message:
        nonlocal left
        if left <= 0 and rest is not None:
            return await rest()
        piece = file.read(PIECE)
        left -= len(piece)
        more = left > 0 or rest is not None
        return {"type": "http.request", "body": piece, "more_body": more}

    return received
