"""A serving instance: keeper, web workers and feed writer under one supervisor, and what is said at the start."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import FrameType
from typing import NoReturn

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from rich.console import Console

from graph.home import Home
from graph.instance import Instance
from graph.ledger.ledger import Ledger
from graph.views.column_writer import ColumnWriter
from graph.views.columns import release
from graph.views.counts import Counting
from graph.views.keeper import Keeper
from ontology.errors import Conflict
from sparql.feed_writer import FeedWriter
from web.supervisor import LATER, Part, Supervisor, die_with_parent, give_way

COUNT_AGAIN = 0.5  # seconds between two looks at the snapshots
FIRST_ANSWER = 60.0  # seconds to wait for the first answer before saying so


def serve(home: Home, console: Console, *, port: int | None, demo: bool = False) -> None:
    """Serve an instance until Ctrl-C or SIGTERM."""
    settings = replace(home.settings, port=port or home.settings.port)
    refuse_taken_port(settings.host, settings.port)
    environment = {"GOVGRAPH_HOME": str(home.path), "GOVGRAPH_PORT": str(settings.port)}
    command = [sys.executable, "-m", "web"]
    parts = [
        Part("keeper", [*command, "keeper"], environment),
        Part("web", [*command, "web"], environment),
    ]
    if settings.feed_parts:
        parts.append(Part("feed writer", [*command, "feed-writer"], environment))
    else:
        parts.append(Part("counter", [*command, "counter"], environment))
    if settings.columns and release():
        parts.append(Part("column writer", [*command, "column-writer"], environment))
    address = f"http://{settings.host}:{settings.port}"
    greeting = Greeting(address, console, demo=demo)
    Supervisor(parts, lambda line: console.print(f"[dim]{line}[/]")).run(greeting.look)
    console.print("[bold]✓[/] Stopped.")


def serve_afresh(home: Home, port: int | None) -> NoReturn:
    """Become the command that serves an instance: what was held to make it goes with this one."""
    command = [sys.executable, "-m", "web", "serve", "--home", str(home.path)]
    if port is not None:
        command += ["--port", str(port)]
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, command)  # noqa: S606 - our own command


class Greeting:
    """Says where the instance is, once it answers."""

    def __init__(self, address: str, console: Console, *, demo: bool) -> None:
        """Prepare to greet from `address`."""
        self.address = address
        self.console = console
        self.demo = demo
        self.said = False
        self.began = time.monotonic()

    def look(self) -> None:
        """See whether the instance answers, and say so the first time it does."""
        if self.said:
            return
        if answers(f"{self.address}/healthz"):
            self.said = True
            self.console.print(f"[bold]✓[/] Serving at [bold]{self.address}[/]  (Ctrl-C stops)")
            if self.demo:
                self.console.print(what_to_try(self.address), soft_wrap=True)
        elif time.monotonic() - self.began > FIRST_ANSWER:
            self.said = True
            self.console.print(f"[bold]![/] Nothing answers at {self.address} yet; still trying.")


def answers(url: str) -> bool:
    """Say whether a GET of our own address succeeds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http
            return bool(response.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, OSError):
        return False


def what_to_try(address: str) -> str:
    """Give a few addresses worth a look in a fresh demo."""
    return "\n".join(
        f"  {text:<44}{address}{path}"
        for text, path in (
            ("Look around 看一看", "/"),
            ("Find by pinyin initials 拼音首字母检索", "/search?q=shzjw"),
            ("A dataset down to its items 数据项", "/search?items=with"),
            ("Ask in SPARQL 查询", "/query"),
            ("Harvest as DCAT-AP 采集", "/catalog.ttl"),
            ("Read how 使用说明", "/help"),
        )
    )


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Conflict when someone listens at this address already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"Port {port} of {host} is taken by another program. "
                f"Choose another: --port {port + 1}",
                f"{host} 的端口 {port} 已被其他程序占用，请换一个：--port {port + 1}",
            ) from error


def keep(home: Home) -> None:
    """Be the keeper until SIGTERM."""
    die_with_parent()
    stop = Stop()
    instance = Instance.of(home)
    keeper = Keeper(home, instance.ledger)
    keeper.start()
    keeper.run(lambda: datetime.now(UTC), stop)
    keeper.close()


def write_feed(home: Home) -> None:
    """Make parts of feed pages in idle time, until SIGTERM."""
    die_with_parent()
    give_way()
    stop = Stop()
    instance = Instance.of(home)
    counting = threading.Thread(target=keep_counts, args=(home, stop), daemon=True)
    counting.start()
    writer = FeedWriter(home, instance.ledger)
    writer.run(stop)
    writer.close()
    counting.join(5)
    instance.close()


def keep_counts(home: Home, stop: Callable[[], bool]) -> None:
    """Keep how much each view holds, until told to stop."""
    ledger = Ledger(home.database)
    Counting(home, ledger).run(stop, lambda: time.sleep(COUNT_AGAIN))
    ledger.close()


def count(home: Home) -> None:
    """Keep how much each view holds, where no feed writer does it beside its work."""
    die_with_parent()
    give_way()
    keep_counts(home, Stop())


def write_columns(home: Home) -> None:
    """Make columns of snapshots that stand still, until SIGTERM.

    It is seconds of work that ends, and analysts wait for it: where it gave way to all, a machine
    that was busy for other reasons never came to it.
    """
    die_with_parent()
    give_way(LATER)
    ledger = Ledger(home.database)
    ColumnWriter(home, ledger).run(lambda: datetime.now(UTC), Stop())
    ledger.close()


class Stop:
    """True once the process was asked to stop."""

    def __init__(self) -> None:
        """Listen for SIGTERM and SIGINT."""
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        """Note that it is time to stop."""
        self.asked = True

    def __call__(self) -> bool:
        """Say whether it is time to stop."""
        return self.asked


def answer(home: Home) -> None:
    """Be the web server until SIGTERM: a few worker processes with a few threads each."""
    die_with_parent()
    settings = home.settings
    os.environ["GOVGRAPH_HOME"] = str(home.path)
    Granian(
        "web.wsgi:application",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=5,
        log_level=LogLevels.error,
    ).serve()
