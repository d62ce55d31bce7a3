"""How to know that a caller hung up: the server's connection knows, and goes along with the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from sparql.leaving import Listener, Staying

SCOPE = "asgi.scope"  # where the environment of a request has what the server tells of it
CONNECTION = "connection"  # under which its state has the connection


class Connection(Protocol):
    """A client's connection."""

    def gone(self) -> bool:
        """Say whether the client has hung up, as far as can be known; any thread may ask."""

    def cut_off(self) -> bool:
        """Say whether nothing can be sent any more; any thread may ask."""


@dataclass(frozen=True, slots=True)
class Ear:
    """Listens on one connection."""

    connection: Connection

    def gone(self) -> bool:
        """Say whether the caller has hung up for certain."""
        return self.connection.gone()

    def close(self) -> None:
        """Nothing: the connection is the server's."""


def connection_of(environment: Mapping[str, Any]) -> Connection | None:
    """Give the connection that a request came on, None where another server took it."""
    found: Connection | None = environment.get(SCOPE, {}).get("state", {}).get(CONNECTION)
    return found


def ear_of(environment: Mapping[str, Any]) -> Callable[[], Listener]:
    """Give what listens for who sent a request."""
    found = connection_of(environment)
    return Staying if found is None else partial(Ear, found)
