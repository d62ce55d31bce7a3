"""Which objections were reminded of, so that of several processes one writes, and writes once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from graph.ledger.ledger import METADATA, Ledger

REMINDED = sa.Table(
    "objection_reminded",
    METADATA,
    sa.Column("objection", sa.String(500), primary_key=True),
    sa.Column("at", sa.String(40), nullable=False),
)


def once(ledger: Ledger, objection: str, at: datetime, remind: Callable[[], object]) -> bool:
    """Remind of an objection, unless somebody did; False where somebody had.

    That it is done stands for others only once it is: of a process that died over it, or could not
    write, nothing stays, and whoever looks next reminds.
    """
    METADATA.create_all(ledger.writing, tables=[REMINDED], checkfirst=True)
    row = REMINDED.insert().values(objection=objection, at=at.isoformat())
    try:
        with ledger.writing.begin() as connection:
            connection.execute(row)
            remind()
    except sa.exc.IntegrityError:
        return False
    return True
