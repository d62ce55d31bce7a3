"""A serving instance: keeper, web workers and feed writer under one supervisor, and what is said at the start."""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

from rich.console import Console

from graph.home import Home
from graph.views.columns import release
from web.front.sharing import Shares, listen
from web.supervisor import Part, Supervisor

COUNT_AGAIN = 0.5  # seconds between two looks at the snapshots
FIRST_ANSWER = 60.0  # seconds to wait for the first answer before saying so


def serve(home: Home, console: Console, *, port: int | None, demo: bool = False) -> None:
    """Serve an instance until Ctrl-C or SIGTERM."""
    settings = replace(home.settings, port=port or home.settings.port)
    listening = listen(settings.host, settings.port)
    environment = {"GOVGRAPH_HOME": str(home.path), "GOVGRAPH_PORT": str(settings.port)}
    command = [sys.executable, "-m", "web"]
    parts = [
        Part("keeper", [*command, "keeper"], environment),
        *web_workers(command, environment, listening, settings.web_workers),
    ]
    if settings.feed_parts:
        parts.append(Part("feed writer", [*command, "feed-writer"], environment))
    else:
        parts.append(Part("counter", [*command, "counter"], environment))
    if settings.cards or (settings.columns and release()):
        parts.append(Part("shelf writer", [*command, "shelf-writer"], environment))
    address = f"http://{settings.host}:{settings.port}"
    greeting = Greeting(address, console, demo=demo)
    Supervisor(parts, lambda line: console.print(f"[dim]{line}[/]")).run(greeting.look)
    console.print("[bold]✓[/] Stopped.")


def web_workers(
    command: list[str], environment: dict[str, str], listening: socket.socket, workers: int
) -> Iterator[Part]:
    """Give the processes that answer what comes to a socket: it stays open when one of them dies."""
    held = (listening.fileno(), Shares.made(workers))
    for number in range(workers):
        told = ["--socket", str(held[0]), "--shares", str(held[1]), "--number", str(number)]
        yield Part(f"web {number + 1}", [*command, "web", *told], environment, held)


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
