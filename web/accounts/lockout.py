"""Too many failed sign-ins shut a name for a while, whether it is known here or not.

A name is counted as it was typed, folded; a known account counts under its own name however it was
called. So who tries learns nothing of which accounts there are, and a second browser does not help.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from graph.ledger.ledger import Ledger
from web.accounts.models import AttemptRow

WINDOW = timedelta(minutes=15)
FAILURES = 8  # within the window; NIST SP 800-63B allows up to 100 in all
KEPT = timedelta(days=1)


class Lockout:
    """The failed attempts of one instance."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep the attempts beside the ledger."""
        self.ledger = ledger

    def failed(self, name: str, now: datetime) -> int:
        """Write down a failed attempt and give how many there were within the window."""
        table = attempts()
        with self.ledger.writing.begin() as connection:
            connection.execute(table.delete().where(table.c.at < (now - KEPT).isoformat()))
            connection.execute(table.insert().values(name=folded(name), at=now.isoformat()))
        return self.count(name, now)

    def count(self, name: str, now: datetime) -> int:
        """Give how many attempts at a name failed within the window."""
        table = attempts()
        since = (now - WINDOW).isoformat()
        query = sa.select(sa.func.count()).where(
            (table.c.name == folded(name)) & (table.c.at >= since)
        )
        with self.ledger.engine.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def shut(self, name: str, now: datetime) -> bool:
        """Say whether a name is shut now."""
        return self.count(name, now) >= FAILURES

    def succeeded(self, name: str) -> None:
        """Forget the failed attempts at a name."""
        table = attempts()
        with self.ledger.writing.begin() as connection:
            connection.execute(table.delete().where(table.c.name == folded(name)))


def attempts() -> sa.Table:
    """Give the table of attempts."""
    table = AttemptRow.__table__
    assert isinstance(table, sa.Table)
    return table


def folded(name: str) -> str:
    """Give a name as it is counted."""
    return name.strip().casefold()[:255]
