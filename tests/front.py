"""An application behind our own front, in this process: one worker in a thread, at a free port."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from uvicorn.config import Config

from web.front.bodies import Gathering
from web.front.connections import Connection, Door
from web.front.sharing import Shares, listen
from web.front.threads import threaded
from web.front.worker import Worker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATIENCE = 20.0


class NoDoor:
    """A door that leaves everything to the application."""

    def at_once(
        self, address: bytes, headers: Iterable[tuple[bytes, bytes]], place: str
    ) -> bytes | None:
        """Answer nothing."""
        del address, headers, place


@contextmanager
def answering(
    application: WSGIApplication, door: Door | None = None, shares: Shares | None = None
) -> Iterator[int]:
    """Serve an application for a while; gives the port."""
    listening = listen("127.0.0.1", 0)
    made: Any = partial(Connection, door or NoDoor())
    config = Config(
        Gathering(threaded(application, 4)),
        interface="asgi3",
        http=made,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    worker = Worker(config, listening, shares or Shares.of(Shares.made(1), 0))
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        worker.should_exit = True
        thread.join(PATIENCE)
        listening.close()
        assert not thread.is_alive()
