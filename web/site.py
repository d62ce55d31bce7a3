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

from graph.home import Home, Settings
from graph.instance import Instance
from graph.ledger.ledger import Ledger
from graph.ledger.patch import Files
from ontology.errors import Unavailable

SHANGHAI = ZoneInfo("Asia/Shanghai")


def right_now() -> datetime:
    """Give the present moment: the only clock of the web room."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Edition:
    """Which published snapshot a page was made from: its number and when it was published."""

    number: int
    published: datetime


@dataclass(frozen=True, slots=True)
class Licence:
    """Under what terms the catalogue itself may be used: its address and its name."""

    url: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that outlives a request.

    `snapshots` opens the published views, `pool` runs strangers' queries, `history` tells the
    past, `accounts` knows who there is; all are None in a house that has no data yet (tests of the
    frame, the help pages).
    `edition` names the snapshot that pages are made from now; `zone` is the time zone in which moments are told.
    """

    settings: Settings = field(default_factory=Settings)
    snapshots: Any = None
    pool: Any = None
    history: Any = None
    accounts: Any = None
    edition: Callable[[], Edition | None] = lambda: None
    now: Callable[[], datetime] = right_now
    zone: ZoneInfo = SHANGHAI
    licence: Licence | None = None
    debug: bool = False

    @property
    def base(self) -> str:
        """Give the instance's own root address, without a final slash."""
        return self.settings.base


def site() -> Site:
    """Give the house that the current application was made with."""
    held: Site = current_app.extensions["govgraph"]
    return held


def instance() -> Instance:
    """Give the instance; raise Unavailable in a house that has no data."""
    house = site()
    if house.snapshots is None or house.history is None:
        raise Unavailable("This instance has no data yet.", "本实例尚无数据。")
    home = Home(house.snapshots.folder.parent, house.settings)
    return Instance(home, ledger(), Files(home.files), house.snapshots)


def ledger() -> Ledger:
    """Give the ledger of the house."""
    held: Ledger = site().history.ledger
    return held
