"""From a public page to where it is kept: led to only for who may go there, and never of the past."""

from __future__ import annotations

from urllib.parse import quote

from flask_babel import gettext as _
from pyoxigraph import NamedNode

from graph.cataloguing.typed import FIELDS
from ontology.actions import Action
from ontology.people import Person
from ontology.permissions import Thing, can
from sparql.query import rows
from web.accounts import people
from web.accounts.holders import bodies
from web.asof import day
from web.catalogue.desk import desk
from web.cataloguing.desk import blueprint
from web.page import address


def keeping(iri: str, kind: str, code: str) -> tuple[tuple[str, str], ...]:
    """Give the pages on which the reader keeps a thing: what each link says, and its address."""
    person = people.person()
    if not person.name or person.scopes is not None or day.asked() is not None:
        return ()
    if kind == "department":
        return of_department(code, person)
    if kind not in FIELDS or not keeps(owner_of(iri), person):
        return ()
    return ((str(_("Catalogue this entry")), f"/cataloguing/entries/{kind}/{quote(code)}"),)


def of_department(code: str, person: Person) -> tuple[tuple[str, str], ...]:
    """Give the entries, drafts and systems of a department."""
    if not keeps(code, person):
        return ()
    return (
        (str(_("Its entries")), address("/cataloguing/entries", [("owner", code)])),
        (str(_("Its queue")), address("/cataloguing/queue", [("owner", code)])),
        (str(_("Its systems")), address("/governance/systems", [("owner", code)])),
    )


def keeps(owner: str, person: Person) -> bool:
    """Say whether the reader sees the drafts of a department."""
    body = bodies().get(owner)
    thing = Thing("entry", owner, district=body.district if body else None)
    return body is not None and bool(can(person, Action.READ_DRAFT, thing))


def owner_of(iri: str) -> str:
    """Give the code of the department that a thing belongs to, "" for none of ours."""
    found = next(iter(rows(desk().view, "governance/owner", thing=NamedNode(iri))), None)
    return (found.text("code") or "") if found else ""


blueprint.add_app_template_global(keeping)
