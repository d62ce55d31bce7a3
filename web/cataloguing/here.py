"""The cases of the running house, its clock, and who is asking, for every page of this task."""

from __future__ import annotations

from datetime import date, datetime

from flask import current_app

from graph.cataloguing.cases import Cases
from graph.home import Home
from graph.instance import Instance
from graph.ledger.patch import Files
from ontology.actions import Action
from ontology.errors import Forbidden, Unavailable
from ontology.people import HOLDERS, Holder, Person, grants_in_force
from ontology.permissions import Thing, Verdict, can
from web.accounts import people, trail
from web.accounts.holders import Body, bodies
from web.accounts.views import NotSignedIn
from web.site import site

KEPT = "govgraph.cases"


def cases() -> Cases:
    """Give the cases of this house; raise Unavailable in one that has no data."""
    held: Cases | None = current_app.extensions.get(KEPT)
    if held is None:
        held = current_app.extensions[KEPT] = Cases(instance())
        held.settle(now())  # what a crash cut off is put right before anybody looks
    return held


def instance() -> Instance:
    """Give the instance that this house stands on."""
    house = site()
    if house.snapshots is None or house.history is None:
        raise Unavailable("This instance has no data yet.", "本实例尚无数据。")
    home = Home(house.snapshots.folder.parent, house.settings)
    return Instance(home, house.history.ledger, Files(home.files), house.snapshots)


def now() -> datetime:
    """Give the present moment."""
    return site().now()


def today() -> date:
    """Give the day in the time zone of the site."""
    return now().astimezone(site().zone).date()


def who() -> Person:
    """Give who is asking; raise NotSignedIn for nobody, Forbidden for a program's token."""
    asking = people.person()
    if not asking.name:
        raise NotSignedIn
    if asking.scopes is not None:
        raise Forbidden("Forms are filled in by people: sign in.", "表单须由本人登录填写。")
    return asking


def departments_for(person: Person, action: Action) -> list[Body]:
    """Give the departments for which the person may do something, by code."""
    found = (each for each in bodies().values() if each.code != each.district)
    return [each for each in found if can(person, action, thing_of(each))]


def thing_of(body: Body, kind: str = "entry") -> Thing:
    """Give a thing of a department as the law asks about it."""
    return Thing(kind, owner=body.code, district=body.district)


def holders_of(person: Person) -> frozenset[str]:
    """Give the codes of departments and districts that the person serves."""
    return frozenset(
        each.holder
        for each in grants_in_force(person)
        if each.holder and HOLDERS[each.role] is not Holder.ONESELF
    )


def serves_city(person: Person) -> bool:
    """Say whether the person holds a role for the whole city."""
    return any(
        each.holder is None and HOLDERS[each.role] is Holder.CITY
        for each in grants_in_force(person)
    )


def refusal(verdict: Verdict) -> str:
    """Give why not, and whom to ask, in the language of the page; "" for what is allowed."""
    return "" if verdict else f"{people.words(verdict.why)} {people.words(verdict.ask)}".strip()


def done(person: Person, action: Action, thing: str, why: str = "") -> None:
    """Write a step into the audit, where the house keeps one."""
    if site().accounts is not None:
        trail.done(person.name, action.value, thing=thing, why=why)
