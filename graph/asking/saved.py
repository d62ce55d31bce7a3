"""Saved queries: what people keep of their questions, in SQL beside accounts and drafts.

A query is its owner's alone, shared with a department, or public. Every saving is a version that
stays; who saves says which version they looked at, and where it moved since, Moved is raised with
nothing written. A name in an address is given once and for ever; it ends in four characters that
nobody can guess, so a name that is taken tells nothing of what others keep.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from graph.ledger.changes import METADATA
from graph.ledger.ledger import Ledger
from ontology.errors import Conflict, NotFound

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
MOST = 2_000  # of one list

QUERIES = sa.Table(
    "saved_query",
    METADATA,
    sa.Column("slug", sa.String(80), primary_key=True),
    sa.Column("owner", sa.String(200), nullable=False, index=True),
    sa.Column("department", sa.String(100), nullable=False),  # "" where it is nobody's
    sa.Column("district", sa.String(20)),
    sa.Column("sharing", sa.String(20), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("words", sa.Text, nullable=False),  # what it is found by, in small letters
    sa.Column("created", sa.String(40), nullable=False),
    sa.Column("changed", sa.String(40), nullable=False),
    sa.Column("gone", sa.Boolean, nullable=False),
)
VERSIONS = sa.Table(
    "saved_query_version",
    METADATA,
    sa.Column("slug", sa.String(80), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("sharing", sa.String(20), nullable=False),
    sa.Column("said", sa.JSON, nullable=False),  # titles, descriptions, tags
    sa.Column("text", sa.Text, nullable=False),
)
STARS = sa.Table(
    "saved_query_star",
    METADATA,
    sa.Column("slug", sa.String(80), primary_key=True),
    sa.Column("person", sa.String(200), primary_key=True),
)


class Sharing(StrEnum):
    """Who may read a saved query."""

    PRIVATE = "private"
    DEPARTMENT = "department"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Said:
    """What a version says: its titles, descriptions and tags, and the query."""

    text: str
    title_zh: str = ""
    title_en: str = ""
    description_zh: str = ""
    description_en: str = ""
    tags: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """Give the title in a language, else in the other."""
        first, other = self.title_zh, self.title_en
        return (first or other) if language == "zh" else (other or first)

    def description(self, language: str) -> str:
        """Give the description in a language, else in the other."""
        first, other = self.description_zh, self.description_en
        return (first or other) if language == "zh" else (other or first)

    def words(self) -> str:
        """Give all that it is found by."""
        parts = (self.title_zh, self.title_en, self.description_zh, self.description_en, self.text)
        return " ".join((*parts, *(f"#{each}" for each in self.tags))).lower()


@dataclass(frozen=True, slots=True)
class Place:
    """Whose it is and who may read it; `district` is that of the department."""

    sharing: Sharing = Sharing.PRIVATE
    department: str = ""
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """One saved query as it stands at a version."""

    slug: str
    owner: str
    place: Place
    version: int
    said: Said
    created: datetime
    changed: datetime
    changed_by: str
    stars: int = 0
    starred: bool = False  # by who is looking


@dataclass(frozen=True, slots=True)
class Version:
    """One saving: who, when, and what it said."""

    version: int
    at: datetime
    by: str
    sharing: Sharing
    said: Said


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose list it is: an account, and the departments and districts that it serves."""

    name: str = ""
    holders: frozenset[str] = field(default_factory=frozenset)


class Moved(Conflict):
    """Somebody saved it meanwhile: `now` is how it stands."""

    def __init__(self, now: Saved) -> None:
        """Say who, and that nothing is lost."""
        super().__init__(
            f"{now.changed_by} saved this query meanwhile (version {now.version}). "
            "Nothing of yours is lost: compare, and save again.",
            f"{now.changed_by} 在此期间保存了此查询（第 {now.version} 版）。"
            "您的内容没有丢失，请比较后再保存。",
        )
        self.now = now


class SavedQueries:
    """The saved queries of one instance, in the ledger's database."""

    def __init__(self, ledger: Ledger) -> None:
        """Keep them beside this ledger, and make their tables where they are not."""
        self.ledger = ledger
        METADATA.create_all(ledger.writing, tables=[QUERIES, VERSIONS, STARS], checkfirst=True)

    # Reading ----------------------------------------------------------------------------------------

    def get(self, slug: str, reader: str = "") -> Saved:
        """Give a query as it stands; raise NotFound where there is none."""
        query = self._asked(reader).where(QUERIES.c.slug == slug)
        with self.ledger.engine.connect() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise _absent()
        return _saved(row)

    def versions(self, slug: str) -> list[Version]:
        """Give every version, newest first."""
        query = (
            sa.select(VERSIONS).where(VERSIONS.c.slug == slug).order_by(VERSIONS.c.version.desc())
        )
        with self.ledger.engine.connect() as connection:
            return [_version(row) for row in connection.execute(query).mappings()]

    def find(self, reader: Reader) -> list[Saved]:
        """Give what the reader may read, the newest change first."""
        seen = (QUERIES.c.sharing == Sharing.PUBLIC) | (QUERIES.c.owner == reader.name)
        shared = QUERIES.c.sharing == Sharing.DEPARTMENT
        held = QUERIES.c.department.in_(reader.holders) | QUERIES.c.district.in_(reader.holders)
        query = self._asked(reader.name).where(seen | (shared & held))
        with self.ledger.engine.connect() as connection:
            rows = connection.execute(query.order_by(QUERIES.c.changed.desc()).limit(MOST))
            return [_saved(row) for row in rows.mappings()]

    def public(self) -> list[Saved]:
        """Give every public query."""
        query = self._asked("").where(QUERIES.c.sharing == Sharing.PUBLIC)
        with self.ledger.engine.connect() as connection:
            return [_saved(row) for row in connection.execute(query).mappings()]

    def was_public(self, slug: str) -> bool:
        """Say whether a query of that name was public when it was deleted."""
        query = sa.select(QUERIES.c.sharing).where((QUERIES.c.slug == slug) & QUERIES.c.gone)
        with self.ledger.engine.connect() as connection:
            return connection.execute(query).scalar() == Sharing.PUBLIC

    def stars(self, reader: str = "") -> dict[str, tuple[int, bool]]:
        """Give for every name how many have starred it, and whether the reader has."""
        mine = sa.func.max(sa.case((STARS.c.person == reader, 1), else_=0))
        query = sa.select(STARS.c.slug, sa.func.count(), mine).group_by(STARS.c.slug)
        with self.ledger.engine.connect() as connection:
            return {slug: (n, bool(own)) for slug, n, own in connection.execute(query)}

    def _asked(self, reader: str) -> sa.Select[Any]:
        """Ask for queries that are there, at their newest version, with their stars."""
        counted = sa.select(sa.func.count()).where(STARS.c.slug == QUERIES.c.slug)
        own = counted.where(STARS.c.person == reader)
        newest = (VERSIONS.c.slug == QUERIES.c.slug) & (VERSIONS.c.version == QUERIES.c.version)
        return (
            sa.select(
                QUERIES,
                VERSIONS.c.said,
                VERSIONS.c.text,
                VERSIONS.c.by,
                counted.scalar_subquery().label("stars"),
                own.scalar_subquery().label("own"),
            )
            .join(VERSIONS, newest)
            .where(~QUERIES.c.gone)
        )

    # Writing ----------------------------------------------------------------------------------------

    def add(self, stem: str, said: Said, place: Place, *, by: str, at: datetime) -> Saved:
        """Keep a new query under a name that begins as `stem` does."""
        slug = f"{stem}-{''.join(secrets.choice(LETTERS) for _ in range(4))}"
        with self.ledger.writing.begin() as connection:
            row = {
                "slug": slug,
                "owner": by,
                "version": 1,
                "words": said.words(),
                "created": at.isoformat(),
                "changed": at.isoformat(),
                "gone": False,
                **_placed(place),
            }
            connection.execute(QUERIES.insert().values(**row))
            connection.execute(
                VERSIONS.insert().values(**_kept(slug, 1, said, place, by=by, at=at))
            )
        return self.get(slug, by)

    def save(self, seen: Saved, said: Said, place: Place, *, by: str, at: datetime) -> Saved:
        """Keep the next version of what was looked at; raises Moved where it is not so any more.

        Saving again what stands there already moves nothing.
        """
        with self.ledger.writing.begin() as connection:
            now = self.get(seen.slug, by)
            if (now.said, now.place) == (said, place):
                return now
            if now.version != seen.version:
                raise Moved(now)
            number = now.version + 1
            values = {
                "version": number,
                "words": said.words(),
                "changed": at.isoformat(),
                **_placed(place),
            }
            where = (QUERIES.c.slug == seen.slug) & (QUERIES.c.version == seen.version)
            if connection.execute(QUERIES.update().where(where).values(**values)).rowcount != 1:
                raise Moved(now)
            kept = _kept(seen.slug, number, said, place, by=by, at=at)
            connection.execute(VERSIONS.insert().values(**kept))
        return self.get(seen.slug, by)

    def delete(self, slug: str) -> None:
        """Take a query away with its versions and stars; its name is never given again."""
        with self.ledger.writing.begin() as connection:
            change = QUERIES.update().where((QUERIES.c.slug == slug) & ~QUERIES.c.gone)
            if not connection.execute(change.values(gone=True, words="")).rowcount:
                raise _absent()
            connection.execute(VERSIONS.delete().where(VERSIONS.c.slug == slug))
            connection.execute(STARS.delete().where(STARS.c.slug == slug))

    def star(self, slug: str, person: str, *, on: bool) -> None:
        """Star a query, or take the star back; done twice it is done once."""
        mine = (STARS.c.slug == slug) & (STARS.c.person == person)
        with self.ledger.writing.begin() as connection:
            connection.execute(STARS.delete().where(mine))
            if on:
                connection.execute(STARS.insert().values(slug=slug, person=person))


def _absent() -> NotFound:
    return NotFound("There is no such query.", "没有这个查询。")


def _placed(place: Place) -> dict[str, Any]:
    return {
        "sharing": place.sharing.value,
        "department": place.department,
        "district": place.district,
    }


def _kept(  # noqa: PLR0913 - the columns of a version
    slug: str, number: int, said: Said, place: Place, *, by: str, at: datetime
) -> dict[str, Any]:
    names = ("title_zh", "title_en", "description_zh", "description_en", "tags")
    words = {name: getattr(said, name) for name in names}
    return {
        "slug": slug,
        "version": number,
        "at": at.isoformat(),
        "by": by,
        "sharing": place.sharing.value,
        "said": {**words, "tags": list(said.tags)},
        "text": said.text,
    }


def _said(row: Mapping[Any, Any]) -> Said:
    return Said(row["text"], **{**row["said"], "tags": tuple(row["said"]["tags"])})


def _saved(row: Mapping[Any, Any]) -> Saved:
    """Read a query as its tables keep it."""
    return Saved(
        slug=row["slug"],
        owner=row["owner"],
        place=Place(Sharing(row["sharing"]), row["department"], row["district"]),
        version=row["version"],
        said=_said(row),
        created=datetime.fromisoformat(row["created"]),
        changed=datetime.fromisoformat(row["changed"]),
        changed_by=row["by"],
        stars=row["stars"],
        starred=bool(row["own"]),
    )


def _version(row: Mapping[Any, Any]) -> Version:
    return Version(
        version=row["version"],
        at=datetime.fromisoformat(row["at"]),
        by=row["by"],
        sharing=Sharing(row["sharing"]),
        said=_said(row),
    )


def found(queries: Iterable[Saved], words: str, tag: str = "") -> list[Saved]:
    """Give those that hold every word, and bear the tag where one is named."""
    wanted = words.lower().split()
    return [
        each
        for each in queries
        if (not tag or tag in each.said.tags)
        and all(word in f"{each.slug} {each.said.words()}" for word in wanted)
    ]
