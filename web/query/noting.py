"""Where the house's queries are noted, and which of the names in them are datasets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import islice

import sqlalchemy as sa

from graph.asking.asked import QueryLog
from graph.home import ASKED
from graph.ledger.changes import ENTRIES
from graph.ledger.ledger import Ledger
from graph.views.snapshots import Snapshots
from sparql.answers import Ended
from sparql.noting import Note, Notes
from web.site import Site

KINDS = ("dataset", "layer")
CHUNK = 500  # names looked for at once


def query_log(house: Site) -> QueryLog | None:
    """Give the log of a house that has data."""
    found = house.snapshots
    return QueryLog(found.folder.parent / ASKED) if isinstance(found, Snapshots) else None


def noted(house: Site) -> Callable[[Ended], None]:
    """Give what is told of every query that has ended."""
    log = query_log(house)
    if log is None or house.history is None:
        return lambda _: None
    ledger: Ledger = house.history.ledger
    notes = Notes(log.add, lambda iris: datasets_among(ledger, iris))

    def note(ended: Ended) -> None:
        notes.take(Note(house.now(), ended))

    return note


def datasets_among(ledger: Ledger, iris: set[str]) -> set[str]:
    """Give those of some IRIs that name datasets or layers of the catalogue."""
    found: set[str] = set()
    rest = iter(sorted(iris))
    with suppress(sa.exc.SQLAlchemyError), ledger.engine.connect() as connection:
        while some := tuple(islice(rest, CHUNK)):
            rows = connection.execute(kinds_of(some))
            found.update(row.iri for row in rows if row.kind in KINDS)
    return found


def kinds_of(iris: tuple[str, ...]) -> sa.Select[tuple[str, str]]:
    """Ask what some IRIs name.

    The kinds wanted are not asked for: where they stand in the question, SQLite reads every dataset
    of the catalogue instead of the few that are named, 141 ms instead of 2 among 100,000.
    """
    return sa.select(ENTRIES.c.iri, ENTRIES.c.kind).where(ENTRIES.c.iri.in_(iris))
