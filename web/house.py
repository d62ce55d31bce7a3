"""Puts the running house together from an instance: what pages may ask for."""

from __future__ import annotations

from graph.history import History
from graph.instance import Instance
from ontology.errors import Unavailable
from web.site import Edition, Settings, Site


def site_of(instance: Instance) -> Site:
    """Give the house of an instance, as one web worker keeps it."""
    chosen = instance.home.settings
    return Site(
        settings=Settings(base=chosen.base, name_zh=chosen.title_zh, name_en=chosen.title_en),
        snapshots=instance.snapshots,
        history=History(instance.ledger),
        edition=lambda: edition(instance),
    )


def edition(instance: Instance) -> Edition | None:
    """Give the number and time of the newest snapshot, None before the first."""
    try:
        published = instance.snapshots.current()
    except Unavailable:
        return None
    return Edition(published.seq, published.at)
