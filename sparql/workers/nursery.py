"""One clean process with the engine loaded, which forks children from itself and ends them.

The pool writes messages of five bytes, a letter and a process id: `f` (with the child's end of a
pipe) forks, `k` kills, `s` stops, `c` continues, `w` asks how a child ended. It is the parent of
the children, so an id it knows is never another process's. When the pool is gone, so is it, and
with it, by the kernel's hand, its children.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import struct
from dataclasses import dataclass, field
from importlib import import_module

from sparql.workers.child import MADE_BY, live

MESSAGE = struct.Struct("!ci")
FORK, KILL, STOP, CONTINUE, ENDED = b"f", b"k", b"s", b"c", b"w"
SIGNALS = {KILL: signal.SIGKILL, STOP: signal.SIGSTOP, CONTINUE: signal.SIGCONT}
REMEMBERED = 256  # ends of children that are kept until they are asked for


@dataclass(slots=True)
class Nursery:
    """The children now alive, and how the last ones ended."""

    control: socket.socket
    memory: int
    alive: set[int] = field(default_factory=set)
    ended: dict[int, int] = field(default_factory=dict)

    def fork(self, pipe: int) -> None:
        """Make a child that lives on `pipe`, and tell its id."""
        parent = os.getpid()
        child = os.fork()
        if child == 0:
            self.control.close()
            live(socket.socket(fileno=pipe), parent=parent, memory=self.memory)
        os.close(pipe)
        self.alive.add(child)
        self.control.sendall(MESSAGE.pack(FORK, child))

    def send(self, letter: bytes, child: int) -> None:
        """Send a child a signal, if it is still there."""
        if child in self.alive:
            os.kill(child, SIGNALS[letter])

    def tell_end(self, child: int) -> None:
        """Tell how a child ended: the signal that killed it, or 0."""
        if child in self.alive:
            self.bury(*os.waitpid(child, 0))
        self.control.sendall(MESSAGE.pack(ENDED, self.ended.pop(child, 0)))

    def reap(self) -> None:
        """Bury every child that has ended since the last message."""
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                self.bury(*ended)

    def bury(self, child: int, status: int) -> None:
        """Remember how a child ended."""
        self.alive.discard(child)
        self.ended[child] = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if len(self.ended) > REMEMBERED:
            del self.ended[next(iter(self.ended))]

    def serve(self) -> None:
        """Do what the pool says until it is gone."""
        while True:
            message, pipes, _, _ = socket.recv_fds(self.control, MESSAGE.size, 1)
            if len(message) < MESSAGE.size:
                return
            self.reap()
            letter, child = MESSAGE.unpack(message)
            if letter == FORK:
                self.fork(pipes[0])
            elif letter == ENDED:
                self.tell_end(child)
            else:
                self.send(letter, child)


def main(control: int, memory: int) -> None:
    """Run the nursery on an inherited socket."""
    if MADE_BY:
        import_module("duckdb")  # once, for all children; it starts nothing
    nursery = Nursery(socket.socket(fileno=control), memory)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    nursery.serve()
