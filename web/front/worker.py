"""A worker: one process that takes its share of the connections that come to the instance's socket."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from uvicorn.config import Config

from graph.home import Home
from graph.instance import Instance
from web.app import create_app
from web.association.reminding import Reminder
from web.front.bodies import Gathering
from web.front.connections import Connection, Door
from web.front.sharing import Shares
from web.front.threads import threaded
from web.house import site_of
from web.query.door import door_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

IDLE: Final = 75  # seconds that a connection may be silent between requests
STOPPING: Final = 5  # seconds that requests under way have to end
AFTER_YOU: Final = 0.002  # seconds in which a worker with fewer connections may take the next
SELDOM: Final = (10_000, 20, 20)  # new values between two looks for cycles: a page makes thousands
TURN: Final = 0.0005  # seconds after which a thread that computes lets another have its turn


class Worker(uvicorn.Server):
    """Serves the connections that it takes from a socket which others take from too."""

    def __init__(self, config: Config, listening: socket.socket, shares: Shares) -> None:
        """Prepare to serve."""
        super().__init__(config)
        self.listening = listening
        self.shares = shares
        self.loop: asyncio.AbstractEventLoop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:  # noqa: ARG002 - it has its own
        """Begin to take connections."""
        self.loop = asyncio.get_running_loop()
        self.servers = []
        self.listening.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        self.loop.add_reader(self.listening, self.offered)
        self.started = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, and let what is under way end."""
        self.loop.remove_reader(self.listening)
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """Tell the others how many connections there are, now and then for certain."""
        self.shares.tell(len(self.server_state.connections))
        return await super().on_tick(counter)

    def offered(self) -> None:
        """Take a connection, or leave it for a moment to a worker who has fewer."""
        if self.shares.more_than_others(len(self.server_state.connections)):
            self.loop.remove_reader(self.listening)
            self.loop.call_later(AFTER_YOU, self.take_again)
        else:
            self.take()

    def take_again(self) -> None:
        """Take what nobody else took."""
        if not self.should_exit:
            self.take()
            self.loop.add_reader(self.listening, self.offered)

    def take(self) -> None:
        """Take one connection, if there is one."""
        try:
            taken, _ = self.listening.accept()
        except OSError:  # another worker was quicker, or the client did not wait
            return
        taken.setblocking(False)  # noqa: FBT003 - the standard library's own signature
        self.shares.tell(len(self.server_state.connections) + 1)
        task = self.loop.create_task(self.connect(taken))
        self.server_state.tasks.add(task)
        task.add_done_callback(self.server_state.tasks.discard)

    async def connect(self, taken: socket.socket) -> None:
        """Hear a client."""
        one: Any = self.config.http_protocol_class
        state = {"config": self.config, "server_state": self.server_state, "app_state": {}}
        made = partial(one, **state, _loop=self.loop)
        await self.loop.connect_accepted_socket(made, taken)


def config_of(application: WSGIApplication, door: Door | None, threads: int) -> Config:
    """Say how requests to a door, where there is one, and to the application behind it are served."""
    return Config(
        Gathering(threaded(application, threads)),
        interface="asgi3",
        http=partial(Connection, door),  # type: ignore[arg-type]
        ws="none",
        loop="uvloop",
        lifespan="off",
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=STOPPING,
    )


def serve(home: Home, listening: socket.socket, shares: Shares) -> None:
    """Answer what comes to a socket, until SIGTERM."""
    app = create_app(site=site_of(Instance.of(home)))
    Reminder(app).start()
    sys.setswitchinterval(TURN)
    gc.set_threshold(*SELDOM)
    gc.collect()
    gc.freeze()  # what stays for good is not looked through again: a third of a slow page's time
    config = config_of(app.wsgi_app, door_of(app), home.settings.web_threads)
    Worker(config, listening, shares).run()
