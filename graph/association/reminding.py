"""Which objections were reminded of, so that of several processes one writes, and writes once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from graph.ledger.ledger import METADATA, Ledger

REMINDED = sa.Table(
    "objection_reminded",
    METADATA,
    sa.Column("objection", sa.String(500), primary_key=True),
    sa.Column("at", sa.String(40), nullable=False),
)


def claimed(ledger: Ledger, objection: str, at: datetime) -> bool:
    """Take it on oneself to remind of an objection; False where somebody did."""
    METADATA.create_all(ledger.writing, tables=[REMINDED], checkfirst=True)
    try:
        with ledger.writing.begin() as connection:
            connection.execute(REMINDED.insert().values(objection=objection, at=at.isoformat()))
    except sa.exc.IntegrityError:
        return False
    return True
