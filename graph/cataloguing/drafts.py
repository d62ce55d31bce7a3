"""Drafts: versions of entries that are not published, kept in SQL exactly as they were typed.

A draft has a revision number that moves with every saving. Who saves says which revision they
looked at; where it moved since, Conflict is raised with nothing written, and both can be shown.
Every revision is kept until the draft ends. A draft is no RDF: nobody's view of the graph holds it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from graph.cataloguing.typed import Typed
from graph.ledger.changes import ENTRIES, METADATA, packed, unpacked
from graph.ledger.ledger import Ledger
from ontology.errors import Conflict, NotFound
from ontology.states import FINAL, State

DRAFTS = sa.Table(
    "draft",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("code", sa.String(300), nullable=False),
    sa.Column("iri", sa.Text, nullable=False, index=True),
    sa.Column("source", sa.String(100), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("owner", sa.String(100), nullable=False),
    sa.Column("district", sa.String(20)),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False, index=True),  # the resource code, as typed
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("since", sa.String(40), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("begun", sa.Integer, nullable=False),
    sa.Column("author", sa.String(200), nullable=False),
    sa.Column("hands", sa.JSON, nullable=False),
    sa.Column("approver", sa.String(200)),
    sa.Column("changed", sa.String(40), nullable=False),
    sa.Column("changed_by", sa.String(200), nullable=False),
    sa.Column("seq", sa.Integer),
    sa.Index("draft_queue", "state", "owner"),
    sqlite_autoincrement=True,
)
REVISIONS = sa.Table(
    "draft_revision",
    METADATA,
    sa.Column("draft", sa.Integer, primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("typed", sa.LargeBinary, nullable=False),
)
# Where a draft may be found under way; a published or withdrawn one is history.
UNDER_WAY = frozenset(State) - FINAL - {State.PUBLISHED, State.WITHDRAWN}


@dataclass(frozen=True, slots=True)
class Subject:
    """Which entry a draft is a version of, and whose: `begun` is the change that it starts from.

    `begun` 0 stands for an entry that is not there. `district` is the division code of the
    department's district, None for a department of the city.
    """

    kind: str
    code: str
    iri: str
    source: str
    key: str
    owner: str
    district: str | None = None
    begun: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft as it stands, without what was typed.

    `since` is when it came into its state; `hands` are those who wrote in it; `seq` is the change
    that published it.
    """

    id: int
    subject: Subject
    title: str
    state: State
    since: datetime
    revision: int
    author: str
    hands: tuple[str, ...]
    approver: str | None
    changed: datetime
    changed_by: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Saving:
    """Who saves, when, and the revision that they looked at."""

    by: str
    at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which drafts are looked for; empty fields look for anything."""

    states: frozenset[State] = UNDER_WAY
    owners: frozenset[str] | None = None
    districts: frozenset[str] = field(default_factory=frozenset)


class Moved(Conflict):
    """Somebody saved the draft meanwhile: `now` is how it stands, `typed` what it says."""

    def __init__(self, now: Draft, typed: Typed) -> None:
        """Say who, and that nothing is lost."""
        super().__init__(
            f"{now.changed_by} saved this draft meanwhile (revision {now.revision}). "
            "Nothing of yours is lost: compare, and save again.",
            f"{now.changed_by} 在此期间保存了此草稿（第 {now.revision} 稿）。"
            "您的内容没有丢失，请比较后再保存。",
        )
        self.now = now
        self.typed = typed


class Drafts:
    """The drafts of one instance, in the ledger's database."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep drafts beside this ledger, and make their tables where they are not."""
        self.ledger = ledger
        METADATA.create_all(ledger.writing, tables=[DRAFTS, REVISIONS], checkfirst=True)

    def begin(self, subject: Subject, typed: Typed, *, by: str, at: datetime) -> Draft:
        """Begin a draft; raise Conflict where a version of the same entry is under way."""
        with self.ledger.writing.begin() as connection:
            under_way = [each.value for each in UNDER_WAY]
            same = (DRAFTS.c.iri == subject.iri) & DRAFTS.c.state.in_(under_way)
            if connection.execute(sa.select(DRAFTS.c.id).where(same)).first():
                raise Conflict(
                    "A new version of this entry is being drafted already: go on with that one.",
                    "此条目的新版本已在编制中，请继续编制该版本。",
                )
            result = connection.execute(DRAFTS.insert().values(**_row(subject, typed, by, at)))
            key = result.inserted_primary_key
            assert key is not None
            _keep(connection, int(key[0]), Saving(by, at, 1), typed)
        return self.get(int(key[0]))

    def keep(self, subject: Subject, typed: Typed, state: State, saving: Saving) -> Draft:
        """Keep as a version what is in the catalogue already and never was drafted here."""
        with self.ledger.writing.begin() as connection:
            row = {**_row(subject, typed, saving.by, saving.at), "state": state.value}
            key = connection.execute(DRAFTS.insert().values(**row)).inserted_primary_key
            assert key is not None
            _keep(connection, int(key[0]), saving, typed)
        return self.get(int(key[0]))

    def get(self, number: int) -> Draft:
        """Give a draft; raise NotFound where there is none."""
        with self.ledger.engine.connect() as connection:
            return _draft(connection, number)

    def typed(self, number: int, revision: int) -> Typed:
        """Give what was typed at a revision; raise NotFound where it is not kept."""
        with self.ledger.engine.connect() as connection:
            return _typed(connection, number, revision)

    def save(self, number: int, typed: Typed, saving: Saving) -> Draft:
        """Keep what was typed as the next revision, and give the draft.

        Raises Moved where somebody saved since `saving.revision`, with nothing written. Saving
        again what stands there already moves nothing.
        """
        with self.ledger.writing.begin() as connection:
            now = _draft(connection, number)
            held = _typed(connection, number, now.revision)
            if held == typed:
                return now
            if now.revision != saving.revision:
                raise Moved(now, held)
            values = _saved(now, typed, saving)
            connection.execute(DRAFTS.update().where(DRAFTS.c.id == number).values(**values))
            _keep(connection, number, Saving(saving.by, saving.at, now.revision + 1), typed)
        return self.get(number)

    def find(self, wanted: Wanted, *, limit: int = 200) -> list[Draft]:
        """Give the drafts that are looked for, those that wait longest first."""
        query = sa.select(DRAFTS).where(DRAFTS.c.state.in_([each.value for each in wanted.states]))
        if wanted.owners is not None:
            query = query.where(
                DRAFTS.c.owner.in_(wanted.owners) | DRAFTS.c.district.in_(wanted.districts)
            )
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query.order_by(DRAFTS.c.since, DRAFTS.c.id).limit(limit))
            return [from_row(row) for row in rows.mappings()]

    def of(self, iri: str) -> list[Draft]:
        """Give every draft that an entry has had, newest first."""
        query = sa.select(DRAFTS).where(DRAFTS.c.iri == iri).order_by(DRAFTS.c.id.desc())
        with self.ledger.engine.connect() as connection:
            return [from_row(row) for row in connection.execute(query).mappings()]

    def numbers(self) -> list[str]:
        """Give every resource code that any draft has held: none is proposed again."""
        with self.ledger.engine.connect() as connection:
            query = sa.select(DRAFTS.c.number).where(DRAFTS.c.number != "")
            return list(connection.execute(query).scalars())

    def next_code(self, kind: str, owner: str) -> str:
        """Give a code for a new entry of a department that neither entry nor draft has had."""
        head = f"{owner}-" if kind == "dataset" else f"{owner}-{kind}-"
        with self.ledger.engine.connect() as connection:
            taken = [
                code
                for table in (ENTRIES, DRAFTS)
                for code in connection.execute(
                    sa.select(table.c.code).where(table.c.code.startswith(head, autoescape=True))
                ).scalars()
            ]
        numbers = [int(tail) for code in taken if (tail := code[len(head) :]).isdigit()]
        return f"{head}{max(numbers, default=0) + 1:04d}"


def _row(subject: Subject, typed: Typed, by: str, at: datetime) -> dict[str, Any]:
    """Give a new draft as its table keeps it."""
    names = ("kind", "code", "iri", "source", "key", "owner", "district", "begun")
    stamp = at.isoformat()
    return {
        **{name: getattr(subject, name) for name in names},
        "title": typed.title,
        "number": typed.one("dct:identifier"),
        "state": State.DRAFT.value,
        "since": stamp,
        "revision": 1,
        "author": by,
        "hands": [],
        "changed": stamp,
        "changed_by": by,
    }


def _saved(now: Draft, typed: Typed, saving: Saving) -> dict[str, Any]:
    """Give what a saving changes of a draft's row."""
    hands = dict.fromkeys((*now.hands, *([saving.by] if saving.by != now.author else [])))
    return {
        "title": typed.title,
        "number": typed.one("dct:identifier"),
        "revision": now.revision + 1,
        "hands": list(hands),
        "changed": saving.at.isoformat(),
        "changed_by": saving.by,
    }


def _keep(connection: sa.Connection, number: int, saving: Saving, typed: Typed) -> None:
    """Keep a revision."""
    connection.execute(
        REVISIONS.insert().values(
            draft=number,
            revision=saving.revision,
            at=saving.at.isoformat(),
            by=saving.by,
            typed=packed(typed.to_json()),
        )
    )


def _draft(connection: sa.Connection, number: int) -> Draft:
    """Read a draft."""
    row = connection.execute(sa.select(DRAFTS).where(DRAFTS.c.id == number)).mappings().first()
    if row is None:
        raise NotFound("There is no such draft.", "没有这份草稿。")
    return from_row(row)


def _typed(connection: sa.Connection, number: int, revision: int) -> Typed:
    """Read a revision."""
    where = (REVISIONS.c.draft == number) & (REVISIONS.c.revision == revision)
    found = connection.execute(sa.select(REVISIONS.c.typed).where(where)).scalar()
    if found is None:
        raise NotFound("This revision is not kept any more.", "该稿次已不再保留。")
    return Typed.from_json(unpacked(found))


def from_row(row: Any) -> Draft:  # noqa: ANN401 - a mapping of the draft table
    """Read a draft as its table keeps it."""
    names = ("kind", "code", "iri", "source", "key", "owner", "district", "begun")
    return Draft(
        id=row["id"],
        subject=Subject(**{name: row[name] for name in names}),
        title=row["title"],
        state=State(row["state"]),
        since=datetime.fromisoformat(row["since"]),
        revision=row["revision"],
        author=row["author"],
        hands=tuple(row["hands"]),
        approver=row["approver"],
        changed=datetime.fromisoformat(row["changed"]),
        changed_by=row["changed_by"],
        seq=row["seq"],
    )


def prune(connection: sa.Connection, number: int, kept: Iterable[int]) -> None:
    """Drop the revisions of a draft that ended, but those that a step was taken on."""
    where = (REVISIONS.c.draft == number) & REVISIONS.c.revision.not_in(list(kept))
    connection.execute(REVISIONS.delete().where(where))
