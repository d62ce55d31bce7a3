"""The instance of the running house, as the pages that write to it ask for it."""

from __future__ import annotations

from graph.home import Home
from graph.instance import Instance
from graph.ledger.ledger import Ledger
from graph.ledger.patch import Files
from ontology.errors import Unavailable
from web.site import site


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
