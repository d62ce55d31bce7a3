"""An application behind our own front, in this process: one worker in a thread, at a free port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from web.front.connections import Door
from web.front.sharing import Shares, listen
from web.front.worker import Worker, config_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PATIENCE = 20.0


@contextmanager
def answering(
    application: WSGIApplication,
    door: Door | None = None,
    shares: Shares | None = None,
    listening: socket.socket | None = None,
) -> Iterator[int]:
    """Serve an application for a while, at a socket or a free port; gives the port."""
    listening = listening or listen("127.0.0.1", 0)
    config = config_of(application, door, 4)
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
