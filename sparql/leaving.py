"""Whether who asked is still there: a query that is silent yet must not outlive its caller.

The web room says how that is known; where nothing does, callers stay. `gone` is asked about twenty
times a second while a child has said nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar, Token
from dataclasses import dataclass
from typing import Protocol

from ontology.errors import QueryStopped

LOOK = 0.05  # seconds between two looks


class Listener(Protocol):
    """Who waits for an answer."""

    def gone(self) -> bool:
        """Say whether they have hung up for certain."""

    def close(self) -> None:
        """Let go of whatever it takes to know."""


@dataclass(frozen=True, slots=True)
class Staying:
    """A caller of whom nothing is known: taken to be there."""

    def gone(self) -> bool:
        """Say no."""
        return False

    def close(self) -> None:
        """Nothing."""


_listener: ContextVar[Callable[[], Listener]] = ContextVar("listener", default=Staying)


class Left(QueryStopped):
    """Who asked has hung up: nobody reads this sentence."""


def left() -> Left:
    """Say that the caller has gone."""
    return Left("Who asked has hung up.", "提问者已断开连接。")


def listener() -> Listener:
    """Give who waits for the answer of this context."""
    return _listener.get()()


@dataclass(slots=True)
class heard_by:  # noqa: N801 - read as a statement; a generator would cost a look-up five times that
    """Say how to know of the caller inside the block; made only for a query that takes a child."""

    made: Callable[[], Listener]
    _token: Token[Callable[[], Listener]] | None = None

    def __enter__(self) -> None:
        """Say it."""
        self._token = _listener.set(self.made)

    def __exit__(self, *_: object) -> None:
        """Say what was said before."""
        assert self._token is not None
        _listener.reset(self._token)
