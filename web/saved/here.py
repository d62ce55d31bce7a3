"""The saved queries of the running house, and what the reader may do with them, asked of the law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from flask import current_app

from graph.asking.offering import Service
from graph.asking.saved import Place, Reader, Said, Saved, SavedQueries, Sharing
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import Gone, GovgraphError, Invalid, NotFound, Unavailable
from ontology.permissions import Thing, Verdict
from sparql.noting import iris
from sparql.shipped import Shipped, shipped
from sparql.templates import UNBOUND, Template, template_of
from sparql.texts import put_in
from web import people
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


def of_file(found: Shipped, stars: tuple[int, bool] = (0, False)) -> Saved:
    """Give a question that ships as if it were saved; it has no owner and one version."""
    said = Said(found.text, found.zh, found.en, tags=found.tags)
    place = Place(Sharing.PUBLIC)
    return Saved(found.slug, "", place, 1, said, ALWAYS, ALWAYS, "", stars[0], stars[1])


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


def template(found: Saved) -> Template | None:
    """Give a query as a template, None for a text that is not read as one any more."""
    try:
        return template_of(found.said.text)
    except GovgraphError:
        return None


def is_template(found: Saved) -> bool:
    """Say whether a query takes parameters."""
    read = template(found)
    return read is not None and bool(read.parameters)


def service_of(found: Saved) -> Service:
    """Give a public template as the catalogue tells it."""
    said = found.said
    return Service(
        found.slug, said.title_zh, said.title_en, said.description_zh, said.description_en,
        said.tags, found.place.department, found.version, named_in(found),
    )  # fmt: skip


def named_in(found: Saved) -> tuple[str, ...]:
    """Give the IRIs of things that a template names, whatever values it is called with."""
    read = template(found)
    names = [each.name for each in read.parameters if each.kind == "iri"] if read else []
    return tuple(sorted(iris(put_in(found.said.text, dict.fromkeys(names, UNBOUND)))[0]))


def offered(kept: list[Saved]) -> list[Service]:
    """Give every public template: those kept, and those that ship."""
    both = [*kept, *(of_file(each) for each in shipped().values())]
    return [service_of(each) for each in both if is_template(each)]


def number_of(version: str) -> int | None:
    """Read the number of a version, None where none is named."""
    if not version:
        return None
    if not NUMBER.fullmatch(version):
        raise Invalid("A version is a whole number.", "版本号应为整数。")
    return int(version)
