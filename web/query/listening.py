"""How to know that a caller hung up before the first byte of an answer: the server does not tell.

The server names the caller's address and not the port, so the connection is looked for among those
of this process. One that waits for an answer has received later than it has sent (the kernel keeps
both moments), or has never sent; of one where both moments are the same that is not known, and it
counts where it received just when the request began. Where exactly one such connection comes from
the caller's address, and no other request has claimed it, it is the caller's; where there are
several, none is watched until only one is left, so that nobody's query ends because somebody else
went away.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

DESCRIPTORS = Path("/proc/self/fd")
# Of tcp_info: milliseconds since data was sent, and since it was received; bytes sent, and received.
TIMES = struct.Struct("=44xI4xI64xQQ")
JUST = 0.05  # seconds between a connection's last bytes and the beginning of their request
SENT_OFF = 0x2000  # POLLRDHUP: the other side has closed its half
MAPPED = "::ffff:"

_claimed: set[int] = set()  # inodes of the connections that requests under way are sure of
_lock = threading.Lock()


def ear_of(environment: Mapping[str, Any], port: int) -> Callable[[], Ear]:
    """Give what listens for who sent a request to our `port` (the environment has the caller's word)."""
    address, spoken = (environment.get(name, "") for name in ("REMOTE_ADDR", "SERVER_PROTOCOL"))
    return partial(Ear, address, port, spoken)


class Ear:
    """Listens for one caller; `gone` looks for the connection until it is found."""

    def __init__(self, address: str, port: int, protocol: str = "") -> None:
        """Listen for a caller at `address` who came to our `port`."""
        self.address = address
        self.port = port
        self.deaf = sys.platform != "linux" or protocol.startswith("HTTP/2") or not address
        self.began = time.monotonic()
        self._held: socket.socket | None = None
        self._inode = 0

    def gone(self) -> bool:
        """Say whether the caller has hung up for certain."""
        if self.deaf:
            return False
        if self._held is None:
            self._find()
        if self._held is None:
            return False
        looked = select.poll()
        looked.register(self._held, SENT_OFF)
        return bool(looked.poll(0))

    def close(self) -> None:
        """Let the connection go."""
        held, self._held = self._held, None
        if held is not None:
            held.close()
        with _lock:
            _claimed.discard(self._inode)

    def _find(self) -> None:
        with _lock:
            waiting = list(self._waiting())
            if len(waiting) == 1:
                self._held, self._inode = waiting.pop()
                _claimed.add(self._inode)
        for each, _ in waiting:
            each.close()

    def _waiting(self) -> Iterator[tuple[socket.socket, int]]:
        """Give the connections from there that wait for an answer and that nobody has claimed."""
        seen = set(_claimed)  # a copy may get the number under which the folder was just read
        for entry in DESCRIPTORS.iterdir():
            with suppress(OSError, ValueError):
                if not os.readlink(entry).startswith("socket:"):  # noqa: PTH115 - no path to a file
                    continue
                copy = socket.socket(fileno=os.dup(int(entry.name)))
                inode = os.fstat(copy.fileno()).st_ino
                if inode not in seen and self._is_ours(copy):
                    seen.add(inode)
                    yield copy, inode
                else:
                    copy.close()

    def _is_ours(self, copy: socket.socket) -> bool:
        if copy.family not in {socket.AF_INET, socket.AF_INET6} or copy.type != socket.SOCK_STREAM:
            return False
        try:
            here, there = copy.getsockname(), copy.getpeername()
            known = copy.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TIMES.size)
        except OSError:
            return False  # listening, or another kind
        came = there[0].removeprefix(MAPPED) == self.address.removeprefix(MAPPED)
        return came and here[1] == self.port and self._waits(*TIMES.unpack(known))

    def _waits(self, sent: int, received: int, given: int, taken: int) -> bool:
        """Say whether a connection waits for an answer, by when it sent and received, and how much."""
        if not taken:
            return False  # opened beforehand, and nothing asked yet
        if sent == received and given:
            since = time.monotonic() - self.began
            return abs(since - received / 1000) < JUST
        return sent >= received
