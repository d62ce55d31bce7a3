"""The saved queries of the running house, and what the reader may do with them, asked of the law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import current_app

from graph.asking.saved import Place, Reader, Saved, SavedQueries, Sharing
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import Gone, Invalid, NotFound, Unavailable
from ontology.permissions import Thing, Verdict
from sparql.offered import of_file
from sparql.shipped import shipped
from web.accounts import people
from web.cataloguing.here import holders_of
from web.site import site

KEPT = "govgraph.saved"
NUMBER = re.compile(r"[1-9][0-9]{0,8}")
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)  # since when what ships is there
CLEARANCES = {
    Sharing.PUBLIC: Clearance.OPEN,
    Sharing.DEPARTMENT: Clearance.SHARED,
    Sharing.PRIVATE: Clearance.GOVERNANCE,
}
ABSENT = ("There is no such query.", "没有这个查询。")


def queries() -> SavedQueries:
    """Give the saved queries of this house; raise Unavailable in one that keeps none."""
    held: SavedQueries | None = current_app.extensions.get(KEPT)
    if held is None:
        if site().history is None:
            raise Unavailable("This instance has no data yet.", "本实例尚无数据。")
        held = current_app.extensions[KEPT] = SavedQueries(site().history.ledger)
    return held


def reader() -> Reader:
    """Give whose list it is."""
    person = people.person()
    return Reader(person.name, holders_of(person) if person.name else frozenset())


def every() -> Iterator[Saved]:
    """Give all that the reader may read: what is kept, the newest first, then what ships."""
    who = reader()
    kept = () if site().history is None else queries().find(who)
    stars = {} if site().history is None else queries().stars(who.name)
    yield from (each for each in kept if people.allowed(Action.READ_QUERY, thing_of(each)))
    yield from (of_file(each, stars.get(each.slug, (0, False))) for each in shipped().values())


def one(slug: str) -> Saved:
    """Give a query that the reader may read.

    Raises NotFound for what is not there and, the same, for what is not the reader's; Gone for a
    public one that was deleted.
    """
    if slug in shipped():
        stars = {} if site().history is None else queries().stars(people.person().name)
        return of_file(shipped()[slug], stars.get(slug, (0, False)))
    if site().history is None:
        raise NotFound(*ABSENT)
    if queries().was_public(slug):
        raise Gone("This query was deleted by who kept it.", "此查询已被其管理者删除。")
    found = queries().get(slug, people.person().name)
    if not people.allowed(Action.READ_QUERY, thing_of(found)):
        raise NotFound(*ABSENT)
    return found


def at_version(found: Saved, version: int | None) -> Saved:
    """Give a query as a version said it; raise NotFound where there is none of that number.

    A version from before it was shared so far is its owner's, as it was then.
    """
    if version is None or version == found.version:
        return found
    for each in () if not found.owner else queries().versions(found.slug):
        place = Place(each.sharing, found.place.department, found.place.district)
        was = Saved(
            found.slug, found.owner, place, each.version, each.said,
            found.created, each.at, each.by, found.stars, found.starred,
        )  # fmt: skip
        if each.version == version and people.allowed(Action.READ_QUERY, thing_of(was)):
            return was
    raise NotFound("There is no such version.", "没有这个版本。")


def thing_of(found: Saved) -> Thing:
    """Give a query as the law asks about it."""
    return thing_at(found.owner, found.place)


def thing_at(owner: str, place: Place) -> Thing:
    """Give a query of an owner, shared so far, as the law asks about it."""
    return Thing(
        "query",
        owner=place.department or None,
        author=owner,
        clearance=CLEARANCES[place.sharing],
        district=place.district,
    )


def may_edit(found: Saved) -> Verdict:
    """Say whether the reader may save a next version: of a public one, who may publish."""
    if found.place.sharing is Sharing.PUBLIC:
        return people.allowed(Action.PUBLISH_QUERY, thing_of(found))
    return people.allowed(Action.EDIT_QUERY, thing_of(found))


def may_delete(found: Saved) -> Verdict:
    """Say whether the reader may delete a query: its owner always, and who may edit it."""
    own = people.allowed(Action.EDIT_QUERY, thing_of(found))
    return own or may_edit(found)


def number_of(version: str) -> int | None:
    """Read the number of a version, None where none is named."""
    if not version:
        return None
    if not NUMBER.fullmatch(version):
        raise Invalid("A version is a whole number.", "版本号应为整数。")
    return int(version)
