"""Clients that mean no good, all at once: slow, huge, broken and hostile ones, until told to stop."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
GREEDY = "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?all) { ?a ?b ?c . ?d ?e ?f }"
NESTED = "SELECT * " + "{ ?s ?p ?o " * 4_000 + "}" * 4_000
CHAINED = "SELECT * { ?s ?p ?o" + " FILTER(?s != ?o)" * 3_000 + "}"
HEAD = "Host: x\r\nAccept: application/sparql-results+json\r\n"
SIP = 1_000  # bytes that a slow reader takes at a time
ENDLESS = 10_000_000  # bytes that a liar says to send


def get(query: str, more: str = "") -> bytes:
    """Write a request for a query."""
    return f"GET /sparql?query={quote(query)}{more} HTTP/1.1\r\n{HEAD}\r\n".encode()


def post(body: str, length: int, kind: str = "application/sparql-query") -> bytes:
    """Write a request whose body is as long as it says, or not."""
    told = f"Content-Type: {kind}\r\nContent-Length: {length}\r\n"
    return f"POST /sparql HTTP/1.1\r\n{HEAD}{told}\r\n{body}".encode()


def waits(line: socket.socket) -> None:
    """Ask what takes long, and wait for it."""
    line.sendall(get(f"{SLOW} #{time.time_ns()}", "&timeout=2"))
    line.recv(SIP)


def sips(line: socket.socket) -> None:
    """Ask for more than there is room for, and read it a little at a time."""
    line.sendall(get(f"{HUGE} #{time.time_ns()}"))
    for _ in range(10):
        line.recv(SIP)
        time.sleep(0.1)


def leaves(line: socket.socket) -> None:
    """Ask for much and go away after the first bytes."""
    line.sendall(get(f"{HUGE} #{time.time_ns()}"))
    line.recv(SIP)


def devours(line: socket.socket) -> None:
    """Ask for what needs more memory than there is."""
    line.sendall(get(f"{GREEDY} #{time.time_ns()}", "&timeout=3"))
    line.recv(SIP)


def nests(line: socket.socket) -> None:
    """Send what would end a parser."""
    for text in (NESTED, CHAINED):
        line.sendall(post(text, len(text)))
        line.recv(SIP)


def babbles(line: socket.socket) -> None:
    """Send what is no HTTP at all."""
    line.sendall(b"\x16\x03\x01\x00\xa5" + b"\xff\x00" * 2_000)
    line.recv(SIP)


def stops_short(line: socket.socket) -> None:
    """Begin a request, and say no more."""
    line.sendall(post("SELECT", ENDLESS))
    time.sleep(1.0)


def overflows(line: socket.socket) -> None:
    """Send headers and parameters by the thousand."""
    many = "&".join(f"named-graph-uri=http%3A%2F%2Fx%2F{n}" for n in range(600))
    line.sendall(get("ASK {}", f"&{many}"))
    line.recv(SIP)
    line.sendall(f"GET / HTTP/1.1\r\nHost: x\r\nAccept: {'a/b;q=0.1,' * 5_000}\r\n\r\n".encode())
    line.recv(SIP)


CLIENTS: tuple[Callable[[socket.socket], None], ...] = (
    waits,
    waits,
    sips,
    leaves,
    devours,
    nests,
    babbles,
    stops_short,
    overflows,
)


def keeps_on(port: int, client: Callable[[socket.socket], None], over: threading.Event) -> None:
    """Be one client, again and again."""
    while not over.is_set():
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=5) as line,
        ):
            client(line)
        time.sleep(0.02)


@contextmanager
def besieged(port: int) -> Iterator[None]:
    """Have all of them at a server while the block runs."""
    over = threading.Event()
    threads = [
        threading.Thread(target=keeps_on, args=(port, each, over), daemon=True) for each in CLIENTS
    ]
    for each in threads:
        each.start()
    try:
        yield
    finally:
        over.set()
        for each in threads:
            each.join(8)
