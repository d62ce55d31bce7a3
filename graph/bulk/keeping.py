"""What is kept of each upload: the file's name, whose it is, what it would do, what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from graph.bulk.catalogue import Owner
from graph.bulk.plans import EntryPlan, Fault, Plan, fault_from
from graph.ledger.changes import METADATA, packed, unpacked
from graph.ledger.ledger import Ledger
from ontology.actions import Action
from ontology.errors import Conflict, NotFound
from ontology.permissions import Thing
from ontology.states import FINAL, State

BULKS = sa.Table(
    "bulk",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("owner", sa.String(100), nullable=False, index=True),
    sa.Column("district", sa.String(20)),
    sa.Column("file", sa.String(64), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.String(5), nullable=False),
    sa.Column("made_from", sa.Integer, nullable=False),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("since", sa.String(40), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("hands", sa.JSON, nullable=False),
    sa.Column("approver", sa.String(200)),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("notices", sa.LargeBinary, nullable=False),
    sa.Column("seq", sa.Integer),
    sa.Column("undone", sa.Integer),
    sqlite_autoincrement=True,
)
ENTRIES = sa.Table(
    "bulk_entry",
    METADATA,
    sa.Column("bulk", sa.Integer, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("code", sa.String(300), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("action", sa.String(10), nullable=False),
    sa.Column("faulty", sa.Boolean, nullable=False),
    sa.Column("conflict", sa.Boolean, nullable=False),
    sa.Column("small", sa.Boolean, nullable=False),  # a small correction, as the law has it
    sa.Column("chosen", sa.Boolean, nullable=False),
    sa.Column("plan", sa.LargeBinary, nullable=False),
)
STEPS = sa.Table(
    "bulk_step",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("bulk", sa.Integer, nullable=False, index=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("actor", sa.String(200), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("now", sa.String(20), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
TABLES = [BULKS, ENTRIES, STEPS]
UNDER_WAY = frozenset(State) - FINAL - {State.PUBLISHED, State.WITHDRAWN}
SHOWS = ("all", "changed", "new", "removed", "faults", "conflicts", "chosen", "large")


@dataclass(frozen=True, slots=True)
class Bulk:
    """One upload as it stands. `seq` is the change by which it landed, `undone` the one back."""

    id: int
    owner: Owner
    file: str
    name: str
    language: str
    made_from: int
    author: str
    at: datetime
    state: State
    since: datetime
    revision: int
    hands: tuple[str, ...]
    approver: str | None
    rows: int
    unchanged: int
    notices: tuple[Fault, ...]
    seq: int | None
    undone: int | None

    @property
    def thing(self) -> Thing:
        """Give it as the law asks about it."""
        return Thing(
            "bulk",
            owner=self.owner.code,
            district=self.owner.district,
            state=self.state,
            author=self.author,
            hands=self.hands,
            approver=self.approver,
        )


@dataclass(frozen=True, slots=True)
class Held:
    """One entry of an upload: its place, whether it was chosen to land, its plan."""

    place: int
    chosen: bool
    plan: EntryPlan


@dataclass(frozen=True, slots=True)
class Counts:
    """How many entries of an upload there are of each sort.

    `large` are those that are chosen and are no small corrections.
    """

    all: int = 0
    changed: int = 0
    new: int = 0
    removed: int = 0
    faults: int = 0
    conflicts: int = 0
    chosen: int = 0
    large: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step that was taken on an upload."""

    at: datetime
    actor: str
    action: str
    now: State
    reason: str


@dataclass(frozen=True, slots=True)
class Received:
    """What is known of an upload before it is compared."""

    owner: Owner
    file: str
    name: str
    language: str
    made_from: int
    author: str
    at: datetime


class Keeping:
    """The uploads of one instance, in the ledger's database."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep uploads beside this ledger, and make their tables where they are not."""
        self.ledger = ledger
        METADATA.create_all(ledger.writing, tables=TABLES, checkfirst=True)

    def add(self, received: Received, plan: Plan) -> Bulk:
        """Keep an upload with its plan; what has no fault and no conflict is chosen."""
        row = asdict(received)
        row.pop("owner")
        stamp = received.at.isoformat()
        row |= {
            "owner": received.owner.code,
            "district": received.owner.district,
            "at": stamp,
            "state": State.DRAFT.value,
            "since": stamp,
            "revision": 1,
            "hands": [],
            **_measures(plan),
        }
        with self.ledger.writing.begin() as connection:
            key = connection.execute(BULKS.insert().values(**row)).inserted_primary_key
            assert key is not None
            number = int(key[0])
            _insert(connection, number, plan.entries)
            step = Step(received.at, received.author, Action.UPLOAD.value, State.DRAFT, "")
            _write_step(connection, number, step)
        return self.get(number)

    def replace(self, bulk: Bulk, plan: Plan) -> Bulk:
        """Keep another plan of the same upload, where nobody decided meanwhile.

        What was left out by hand stays left out.
        """
        with self.ledger.writing.begin() as connection:
            left = _left_out(connection, bulk.id)
            _touch(connection, bulk, **_measures(plan))
            connection.execute(ENTRIES.delete().where(ENTRIES.c.bulk == bulk.id))
            _insert(connection, bulk.id, plan.entries, left)
        return self.get(bulk.id)

    def get(self, number: int) -> Bulk:
        """Give an upload; raise NotFound where there is none."""
        with self.ledger.engine.connect() as connection:
            query = sa.select(BULKS).where(BULKS.c.id == number)
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound("There is no such upload.", "没有这次上传。")
        return _bulk(row)

    def find(
        self, owners: frozenset[str] | None, states: Iterable[State] = State, limit: int = 50
    ) -> list[Bulk]:
        """Give the uploads of departments and districts (None: of all), newest first."""
        query = sa.select(BULKS).where(BULKS.c.state.in_([each.value for each in states]))
        if owners is not None:
            query = query.where(BULKS.c.owner.in_(owners) | BULKS.c.district.in_(owners))
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query.order_by(BULKS.c.id.desc()).limit(limit)).mappings()
            return [_bulk(row) for row in rows]

    def counts(self, number: int) -> Counts:
        """Count the entries of an upload."""
        one = sa.func.coalesce
        query = sa.select(
            sa.func.count(),
            *(one(sa.func.sum(sa.cast(_is(show), sa.Integer)), 0) for show in SHOWS[1:]),
        ).where(ENTRIES.c.bulk == number)
        with self.ledger.engine.connect() as connection:
            return Counts(*map(int, connection.execute(query).one()))

    def entries(
        self, number: int, show: str = "all", *, offset: int = 0, limit: int | None = None
    ) -> list[Held]:
        """Give the entries of an upload that are of a sort, in order."""
        query = sa.select(ENTRIES.c.place, ENTRIES.c.chosen, ENTRIES.c.plan).where(
            (ENTRIES.c.bulk == number) & _is(show)
        )
        query = query.order_by(ENTRIES.c.place).offset(offset).limit(limit)
        with self.ledger.engine.connect() as connection:
            return [
                Held(row.place, bool(row.chosen), EntryPlan.from_json(unpacked(row.plan)))
                for row in connection.execute(query)
            ]

    def choose(self, bulk: Bulk, shown: Iterable[int], chosen: Iterable[int]) -> Bulk:
        """Of the entries that were shown, choose some and no others; faulty ones never."""
        wished = set(chosen)
        rows = [{"p": place, "c": place in wished} for place in shown]
        same = (ENTRIES.c.bulk == bulk.id) & (ENTRIES.c.place == sa.bindparam("p"))
        update = ENTRIES.update().where(same & ~ENTRIES.c.faulty).values(chosen=sa.bindparam("c"))
        with self.ledger.writing.begin() as connection:
            _touch(connection, bulk)
            if rows:
                connection.execute(update, rows)
        return self.get(bulk.id)

    def choose_all(self, bulk: Bulk, *, chosen: bool) -> Bulk:
        """Choose everything that has neither fault nor conflict, or nothing."""
        where = (ENTRIES.c.bulk == bulk.id) & ~ENTRIES.c.faulty
        if chosen:
            where &= ~ENTRIES.c.conflict
        with self.ledger.writing.begin() as connection:
            _touch(connection, bulk)
            connection.execute(ENTRIES.update().where(where).values(chosen=chosen))
        return self.get(bulk.id)

    def move(self, bulk: Bulk, step: Step, **values: Any) -> Bulk:  # noqa: ANN401 - columns
        """Write a step down; raise Conflict where somebody took one first."""
        with self.ledger.writing.begin() as connection:
            stamp = step.at.isoformat()
            _touch(connection, bulk, state=step.now.value, since=stamp, **values)
            _write_step(connection, bulk.id, step)
        return self.get(bulk.id)

    def steps(self, number: int) -> list[Step]:
        """Give the steps of an upload, newest first."""
        query = sa.select(STEPS).where(STEPS.c.bulk == number).order_by(STEPS.c.id.desc())
        with self.ledger.engine.connect() as connection:
            return [
                Step(
                    datetime.fromisoformat(row.at),
                    row.actor,
                    row.action,
                    State(row.now),
                    row.reason,
                )
                for row in connection.execute(query)
            ]


def _is(show: str) -> sa.ColumnElement[bool]:
    """Give the condition of a sort of entries."""
    return {
        "all": sa.true(),
        "changed": ENTRIES.c.action == "changed",
        "new": ENTRIES.c.action == "new",
        "removed": ENTRIES.c.action == "removed",
        "faults": ENTRIES.c.faulty,
        "conflicts": ENTRIES.c.conflict,
        "chosen": ENTRIES.c.chosen,
        "large": ENTRIES.c.chosen & ~ENTRIES.c.small,
    }[show]


def _measures(plan: Plan) -> dict[str, Any]:
    notices = packed([asdict(each) for each in plan.notices])
    return {"rows": plan.rows, "unchanged": plan.unchanged, "notices": notices}


def _left_out(connection: sa.Connection, number: int) -> frozenset[tuple[str, str, str]]:
    """Give the entries that could have been chosen and were not."""
    could = ~ENTRIES.c.chosen & ~ENTRIES.c.faulty & ~ENTRIES.c.conflict
    query = sa.select(ENTRIES.c.kind, ENTRIES.c.code, ENTRIES.c.title)
    rows = connection.execute(query.where((ENTRIES.c.bulk == number) & could))
    return frozenset(map(_identity, rows))


def _identity(entry: Any) -> tuple[str, str, str]:  # noqa: ANN401 - a plan or a row of its table
    """Give by what an entry of an upload is known again: a new one has its title alone."""
    return entry.kind, entry.code, "" if entry.code else entry.title


def _insert(
    connection: sa.Connection,
    number: int,
    plans: Sequence[EntryPlan],
    left: frozenset[tuple[str, str, str]] = frozenset(),
) -> None:
    rows = [
        {
            "bulk": number,
            "place": place,
            "kind": each.kind,
            "code": each.code,
            "title": each.title,
            "action": each.action.value,
            "faulty": each.faulty,
            "conflict": each.conflict,
            "small": each.small,
            "chosen": not each.faulty and not each.conflict and _identity(each) not in left,
            "plan": packed(each.to_json()),
        }
        for place, each in enumerate(plans)
    ]
    if rows:
        connection.execute(ENTRIES.insert(), rows)


def _touch(connection: sa.Connection, bulk: Bulk, **values: Any) -> None:  # noqa: ANN401
    """Move an upload's revision; raise Conflict where it moved since it was looked at."""
    same = (
        (BULKS.c.id == bulk.id)
        & (BULKS.c.revision == bulk.revision)
        & (BULKS.c.state == bulk.state.value)
    )
    update = BULKS.update().where(same).values(revision=bulk.revision + 1, **values)
    if connection.execute(update).rowcount != 1:
        raise Conflict(
            "Somebody else decided on this upload meanwhile: look again.",
            "在此期间他人已处理此次上传，请刷新查看。",
        )


def _write_step(connection: sa.Connection, number: int, step: Step) -> None:
    connection.execute(
        STEPS.insert().values(
            bulk=number,
            at=step.at.isoformat(),
            actor=step.actor,
            action=step.action,
            now=step.now.value,
            reason=step.reason,
        )
    )


def _bulk(row: Any) -> Bulk:  # noqa: ANN401 - a mapping of the table
    return Bulk(
        id=row["id"],
        owner=Owner(row["owner"], row["district"]),
        file=row["file"],
        name=row["name"],
        language=row["language"],
        made_from=row["made_from"],
        author=row["author"],
        at=datetime.fromisoformat(row["at"]),
        state=State(row["state"]),
        since=datetime.fromisoformat(row["since"]),
        revision=row["revision"],
        hands=tuple(row["hands"]),
        approver=row["approver"],
        rows=row["rows"],
        unchanged=row["unchanged"],
        notices=tuple(fault_from(each) for each in unpacked(row["notices"])),
        seq=row["seq"],
        undone=row["undone"],
    )
