"""How workers share what comes to one socket: each can see how many connections the others have.

Whoever is quickest takes a connection; without this, one worker would take all that come together.
"""

from __future__ import annotations

import mmap
import os
import socket
import struct
from dataclasses import dataclass
from typing import Final

from ontology.errors import Conflict

QUEUE: Final = 1024  # connections that may wait to be taken
ONE = struct.Struct("=I")


@dataclass(slots=True)
class Shares:
    """How many connections each worker has, where all of them can see it."""

    held: mmap.mmap
    number: int

    @classmethod
    def made(cls, workers: int) -> int:
        """Make room for so many workers; gives its descriptor."""
        found = os.memfd_create("shares")
        os.ftruncate(found, ONE.size * workers)
        return found

    @classmethod
    def of(cls, descriptor: int, number: int) -> Shares:
        """See the shares as the worker of that number."""
        return cls(mmap.mmap(descriptor, 0), number)

    def tell(self, connections: int) -> None:
        """Say how many connections this worker has."""
        ONE.pack_into(self.held, ONE.size * self.number, connections)

    def more_than_others(self, connections: int) -> bool:
        """Say whether another worker has fewer."""
        held: list[int] = [each for (each,) in ONE.iter_unpack(self.held[:])]
        return connections > min(held)


def listen(host: str, port: int) -> socket.socket:
    """Listen at an address; raise Conflict where someone else does."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=QUEUE)
    except OSError as error:
        raise taken(host, port) from error


def refuse_taken_port(host: str, port: int) -> None:
    """Raise Conflict when someone listens at this address already."""
    listen(host, port).close()


def taken(host: str, port: int) -> Conflict:
    """Say that an address is not to be had."""
    return Conflict(
        f"Port {port} of {host} is taken by another program. Choose another: --port {port + 1}",
        f"{host} 的端口 {port} 已被其他程序占用，请换一个：--port {port + 1}",
    )
