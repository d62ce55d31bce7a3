"""Sessions that a person can see and end: a row for each sign-in, found by a hash of its cookie's key.

The cookie alone is not enough: a session whose row has ended, or was not used for long, is over.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from graph.ledger.ledger import Ledger
from ontology.errors import NotFound
from web.accounts.models import Account, SessionRow

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
NOTED = timedelta(minutes=1)  # the last use is written down at most that often
MARK = 16  # characters of a hash
KEPT = timedelta(days=90)  # ended sessions are shown for that long


@dataclass(frozen=True, slots=True)
class Sitting:
    """One session as its owner sees it: `mark` is the beginning of its hash."""

    mark: str
    begun: datetime
    seen: datetime
    place: str
    agent: str
    ended: datetime | None


class Sessions:
    """The sessions of all accounts."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep sessions beside the ledger."""
        self.ledger = ledger

    def begin(self, name: str, *, place: str, agent: str, now: datetime) -> str:
        """Begin a session and give the key that its cookie is to hold."""
        key = secrets.token_urlsafe(24)
        with Session(self.ledger.writing) as session, session.begin():
            owner = session.scalar(sa.select(Account.id).where(Account.username == name))
            assert owner is not None
            row = SessionRow(key=hashed(key), account_id=owner, place=place[:100])
            row.begun = row.seen = now.isoformat()
            row.agent = agent[:300]
            session.add(row)
        return key

    def is_open(self, key: str, name: str, now: datetime) -> bool:
        """Say whether a key opens a session of that account, and note that it was used."""
        query = (
            sa.select(SessionRow)
            .join(Account, Account.id == SessionRow.account_id)
            .where((SessionRow.key == hashed(key)) & (Account.username == name))
        )
        with Session(self.ledger.engine) as session:
            row = session.scalar(query)
        if row is None or not in_time(row, now):
            return False
        if now - datetime.fromisoformat(row.seen) > NOTED:
            self._set(SessionRow.key == row.key, seen=now.isoformat())
        return True

    def of(self, name: str, now: datetime) -> list[Sitting]:
        """Give the sessions of an account, the latest first, those that ended lately too."""
        query = (
            sa.select(SessionRow)
            .join(Account, Account.id == SessionRow.account_id)
            .where((Account.username == name) & (SessionRow.begun > (now - KEPT).isoformat()))
            .order_by(SessionRow.seen.desc())
            .limit(50)
        )
        with Session(self.ledger.engine) as session:
            return [sitting_of(row, now) for row in session.scalars(query)]

    @staticmethod
    def mark(key: str) -> str:
        """Give the mark under which the session of a key is shown."""
        return hashed(key)[:MARK]

    def end(self, key: str, now: datetime) -> None:
        """End the session of a key."""
        self._set(
            (SessionRow.key == hashed(key)) & SessionRow.ended.is_(None), ended=now.isoformat()
        )

    def end_marked(self, name: str, mark: str, now: datetime) -> None:
        """End one of an account's sessions by its mark; raise NotFound where it has none such."""
        if mark not in {each.mark for each in self.of(name, now) if each.ended is None}:
            raise NotFound("There is no such session.", "没有这个会话。")
        where = SessionRow.key.startswith(mark, autoescape=True) & self._owned(name)
        self._set(where & SessionRow.ended.is_(None), ended=now.isoformat())

    def end_all(self, name: str, *, now: datetime, but: str = "") -> None:
        """End all sessions of an account but the one of key `but`."""
        where = self._owned(name) & SessionRow.ended.is_(None)
        self._set(where & (SessionRow.key != (hashed(but) if but else "")), ended=now.isoformat())

    @staticmethod
    def _owned(name: str) -> sa.ColumnElement[bool]:
        owner = sa.select(Account.id).where(Account.username == name).scalar_subquery()
        return SessionRow.account_id == owner

    def _set(self, where: sa.ColumnElement[bool], **values: str) -> None:
        with self.ledger.writing.begin() as connection:
            connection.execute(sa.update(SessionRow).where(where).values(**values))


def hashed(key: str) -> str:
    """Give the hash of a key: it has 192 random bits, so a fast hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def in_time(row: SessionRow, now: datetime) -> bool:
    """Say whether a session has neither ended nor lapsed."""
    begun, seen = datetime.fromisoformat(row.begun), datetime.fromisoformat(row.seen)
    return row.ended is None and now - seen <= IDLE and now - begun <= LONGEST


def sitting_of(row: SessionRow, now: datetime) -> Sitting:
    """Read a session as its table keeps it; one that lapsed ended when it was last used."""
    ended = datetime.fromisoformat(row.ended) if row.ended else None
    seen = datetime.fromisoformat(row.seen)
    if ended is None and not in_time(row, now):
        ended = seen
    return Sitting(
        mark=row.key[:MARK],
        begun=datetime.fromisoformat(row.begun),
        seen=seen,
        place=row.place,
        agent=row.agent,
        ended=ended,
    )
