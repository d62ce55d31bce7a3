"""Pictures that people kept: a name and an address, in SQL, for whoever is given the link.

What is kept is what was in view by name; what somebody sees of it follows from their own view.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from graph.ledger.ledger import METADATA, Ledger
from ontology.errors import Conflict, NotFound

MOST = 200  # pictures of one person

PICTURES = sa.Table(
    "explored",
    METADATA,
    sa.Column("token", sa.String(40), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture: whose it is, what they call it, the question of its address, when it was kept."""

    token: str
    owner: str
    name: str
    state: str
    at: str


class Pictures:
    """The pictures of one instance, in the ledger's database."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep pictures beside this ledger, and make their table where it is not."""
        self.ledger = ledger
        PICTURES.create(ledger.writing, checkfirst=True)

    def keep(self, owner: str, name: str, state: str, at: datetime) -> Picture:
        """Keep a picture under a name that nobody can guess; raise Conflict past the limit."""
        made = Picture(secrets.token_urlsafe(16), owner, name, state, at.isoformat())
        with self.ledger.writing.begin() as connection:
            mine = sa.select(sa.func.count()).where(PICTURES.c.owner == owner)
            if (connection.execute(mine).scalar() or 0) >= MOST:
                raise Conflict(
                    f"You have kept {MOST} pictures: put one away first.",
                    f"您已保存 {MOST} 幅图，请先删除一幅。",
                )
            connection.execute(PICTURES.insert().values(**_row(made)))
        return made

    def of(self, owner: str) -> list[Picture]:
        """Give the pictures of a person, the newest first."""
        query = sa.select(PICTURES).where(PICTURES.c.owner == owner).order_by(PICTURES.c.at.desc())
        with self.ledger.engine.connect() as connection:
            return [Picture(**row) for row in connection.execute(query).mappings()]

    def get(self, token: str) -> Picture:
        """Give a picture; raise NotFound where there is none."""
        with self.ledger.engine.connect() as connection:
            query = sa.select(PICTURES).where(PICTURES.c.token == token)
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound("There is no such picture.", "没有这幅图。")
        return Picture(**row)

    def drop(self, owner: str, token: str) -> None:
        """Put a picture of a person away; raise NotFound where they have none of that name."""
        mine = (PICTURES.c.token == token) & (PICTURES.c.owner == owner)
        with self.ledger.writing.begin() as connection:
            if not connection.execute(PICTURES.delete().where(mine)).rowcount:
                raise NotFound("There is no such picture.", "没有这幅图。")


def _row(made: Picture) -> dict[str, str]:
    return {name: getattr(made, name) for name in Picture.__slots__}
