"""What is under way, counted and put in order without being read: a pile is a department's drafts in a state.

Law asks of a draft its state and whose it is; so it is asked once for a pile, however high, and
a draft is read only where it is shown.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from graph.cataloguing.drafts import DRAFTS, Draft, from_row
from graph.ledger.ledger import Ledger
from ontology.permissions import Thing
from ontology.states import State

PLACE = (DRAFTS.c.state, DRAFTS.c.owner, sa.func.coalesce(DRAFTS.c.district, ""))
MARKED = (DRAFTS.c.id, DRAFTS.c.state, DRAFTS.c.since, DRAFTS.c.owner, DRAFTS.c.district)


@dataclass(frozen=True, slots=True)
class Pile:
    """The drafts of one department in one state, and how many there are."""

    state: State
    owner: str
    district: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A draft as a list puts it in order: since when it stands where it does, and what law asks of it.

    Who had a part in it is said only where the person whom it is marked for had one.
    """

    id: int
    since: datetime
    thing: Thing


class Piles:
    """The piles of one instance."""

    def __init__(self, ledger: Ledger) -> None:
        """Count the drafts beside this ledger."""
        self.ledger = ledger

    def counted(self, states: Collection[State]) -> list[Pile]:
        """Give every pile in these states."""
        wanted = DRAFTS.c.state.in_([each.value for each in states])
        place = (DRAFTS.c.state, DRAFTS.c.owner, DRAFTS.c.district)
        query = sa.select(*place, sa.func.count()).where(wanted).group_by(*place).order_by(*place)
        with self.ledger.engine.connect() as connection:
            return [Pile(State(row[0]), *row[1:]) for row in connection.execute(query)]

    def marks(self, piles: Iterable[Pile], name: str) -> list[Mark]:
        """Give the drafts of these piles as that person sees them, those that wait longest first."""
        where = _in(piles)
        query = sa.select(*MARKED).where(where).order_by(DRAFTS.c.since, DRAFTS.c.id)
        with self.ledger.engine.connect() as connection:
            own = {
                row.id: _thing(row)
                for row in connection.execute(sa.select(DRAFTS).where(where & _had_a_part(name)))
            }
            rows = connection.execute(query).all()
        places = {row[1:2] + row[3:]: _place(*row[1:2], *row[3:]) for row in rows}
        return [
            Mark(at, datetime.fromisoformat(since), own.get(at) or places[state, owner, district])
            for at, state, since, owner, district in rows
        ]

    def writers(self, piles: Iterable[Pile]) -> dict[tuple[str, str], int]:
        """Count the drafts of these piles by in whose hands they are, and of which department."""
        whose = (DRAFTS.c.author, DRAFTS.c.owner)
        query = sa.select(*whose, sa.func.count()).where(_in(piles)).group_by(*whose)
        with self.ledger.engine.connect() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query.order_by(*whose))}

    def latest(self, piles: Iterable[Pile], start: int, size: int, author: str = "") -> list[Draft]:
        """Give a page of the drafts of these piles (of one author), those saved last first."""
        where = _in(piles) & (DRAFTS.c.author == author) if author else _in(piles)
        query = sa.select(DRAFTS).where(where)
        query = query.order_by(DRAFTS.c.changed.desc(), DRAFTS.c.id.desc())
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query.offset(start).limit(size)).mappings()
            return [from_row(row) for row in rows]

    def these(self, numbers: Sequence[int]) -> list[Draft]:
        """Give the drafts of these numbers, in their order; one that is gone is left out."""
        query = sa.select(DRAFTS).where(DRAFTS.c.id.in_(numbers))
        with self.ledger.engine.connect() as connection:
            found = {row["id"]: from_row(row) for row in connection.execute(query).mappings()}
        return [found[each] for each in numbers if each in found]


def _in(piles: Iterable[Pile]) -> sa.ColumnElement[bool]:
    places = [(each.state.value, each.owner, each.district or "") for each in piles]
    return sa.tuple_(*PLACE).in_(places)


def _had_a_part(name: str) -> sa.ColumnElement[bool]:
    """Select what the person may have written in or decided on; one too many is of no account."""
    written = sa.cast(DRAFTS.c.hands, sa.Text).contains(json.dumps(name), autoescape=True)
    return (DRAFTS.c.author == name) | (DRAFTS.c.approver == name) | written


def _place(state: str, owner: str, district: str | None) -> Thing:
    return Thing("draft", owner=owner, district=district, state=State(state))


def _thing(row: Any) -> Thing:  # noqa: ANN401 - a row of drafts
    return Thing(
        "draft",
        owner=row.owner,
        district=row.district,
        state=State(row.state),
        author=row.author,
        hands=tuple(row.hands),
        approver=row.approver,
    )
