"""Puts the running house together from an instance: what pages may ask for."""

from __future__ import annotations

from graph.instance import Instance
from graph.past.history import History
from ontology.errors import Unavailable
from sparql.workers.pool import create_pool
from web.accounts.store import accounts_of
from web.site import Edition, Site


def site_of(instance: Instance) -> Site:
    """Give the house of an instance, as one web worker keeps it."""
    settings = instance.home.settings
    return Site(
        settings=settings,
        snapshots=instance.snapshots,
        pool=create_pool(instance.snapshots, settings),
        history=History(instance.ledger, instance),
        accounts=accounts_of(instance),
        edition=lambda: edition(instance),
    )


def edition(instance: Instance) -> Edition | None:
    """Give the number and time of the newest snapshot, None before the first."""
    try:
        published = instance.snapshots.current()
    except Unavailable:
        return None
    return Edition(published.seq, published.at)
