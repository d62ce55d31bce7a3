"""The application as the server's loop calls it: in threads, and not for clients who have gone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, cast

from a2wsgi import WSGIMiddleware
from werkzeug.wsgi import FileWrapper

from web.query.listening import connection_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

FILES = "wsgi.file_wrapper"
PIECE = 256 * 1024  # bytes of a file that are handed on at once
WAITING = 4  # pieces of an answer that wait to be sent, before its thread waits too

Environment = dict[str, Any]


def threaded(application: WSGIApplication, threads: int) -> WSGIMiddleware:
    """Give an application for the loop, which runs in so many threads."""
    return WSGIMiddleware(cast("Any", Heard(application)), workers=threads, send_queue_size=WAITING)


@dataclass(frozen=True, slots=True)
class Heard:
    """An application whose answers end when nobody hears them any more."""

    inside: WSGIApplication

    def __call__(self, environment: Environment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        environment[FILES] = pieces
        body = self.inside(environment, start)
        connection = connection_of(environment)
        return body if connection is None else Answer(body, connection.cut_off)


@dataclass(slots=True)
class Answer:
    """A body on its way to a client who may go."""

    body: Iterable[bytes]
    cut_off: Callable[[], bool]

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes, as long as they are heard."""
        for piece in self.body:
            if self.cut_off():
                return
            if piece:
                yield piece

    def close(self) -> None:
        """End what is still under way."""
        if (close := getattr(self.body, "close", None)) is not None:
            close()


def pieces(file: IO[bytes], _size: int = PIECE) -> FileWrapper:
    """Give a file in pieces of our own size."""
    return FileWrapper(file, PIECE)
