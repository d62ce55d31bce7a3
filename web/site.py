"""The running house: what every page may ask for, held once by the application.

`site()` gives the one that the current application was made with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app


def right_now() -> datetime:
    """Give the present moment: the only clock of the web room."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Edition:
    """Which published snapshot a page was made from: its number and when it was published."""

    number: int
    published: datetime


@dataclass(frozen=True, slots=True)
class Settings:
    """What an instance's owner has chosen.

    `base` is the instance's own root address, without a final slash. `languages` stand in the
    order of preference when a reader asks for none.
    """

    base: str = "http://127.0.0.1:8000"
    name_zh: str = "govgraph"
    name_en: str = "govgraph"
    licence: str = ""
    licence_name: str = ""
    timezone: str = "Asia/Shanghai"
    debug: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that outlives a request.

    `snapshots` opens the published views, `pool` runs strangers' queries; both are None in a
    house that has no data yet (tests of the frame, the help pages). `edition` names the snapshot
    that pages are made from now.
    """

    settings: Settings = field(default_factory=Settings)
    snapshots: Any = None
    pool: Any = None
    edition: Callable[[], Edition | None] = lambda: None
    now: Callable[[], datetime] = right_now

    @property
    def zone(self) -> ZoneInfo:
        """Give the time zone in which dates are told."""
        return ZoneInfo(self.settings.timezone)


def site() -> Site:
    """Give the house that the current application was made with."""
    held: Site = current_app.extensions["govgraph"]
    return held
