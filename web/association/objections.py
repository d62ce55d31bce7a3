"""Objections to decisions on sources as pages show them: on the element's page, in queues, on overviews."""

from __future__ import annotations

from datetime import date, datetime

from graph.association.libraries import Supply
from graph.association.objecting import (
    Objection,
    Unanswered,
    answer_due,
    day_of,
    objections,
    unanswered,
    until,
)
from ontology.actions import Action
from ontology.permissions import Thing, can
from web.accounts import people
from web.accounts.holders import district_of
from web.asof import day
from web.association.pages import Objecting, Said, Waiting
from web.association.views import blueprint
from web.association.words import START
from web.catalogue.desk import desk
from web.catalogue.names import Names
from web.cataloguing.clock import Clock, clock
from web.governance.words import names_in
from web.page import Link
from web.site import site


def objecting(found: Supply, names: Names, today: date) -> Objecting:
    """Tell what was said against the decisions, and for whom the reader may say something now."""
    said = objections(people.present().store, found.element, site().base)
    decision = found.decision
    now_said = {each.department for each in said if decision and each.decided == decision.at}
    last = until(decision).day if decision else None
    free = [each for each in found.by if each and each not in now_said] if last else []
    may = [each for each in free if people.allowed(Action.OBJECT_TO_SOURCE, of_department(each))]
    return Objecting(
        tuple(told(each, names, decided=decision.at if decision else "") for each in said),
        tuple((names.text(each).value, each) for each in may) if last and today <= last else (),
        last.isoformat() if last else "",
    )


def told(said: Objection, names: Names, *, decided: str) -> Said:
    """Tell one objection; its clock runs while it is open, of the decision that stands."""
    waits = not said.outcome and said.decided == decided
    return Said(
        said.iri,
        names.link(said.department),
        said.reason,
        datetime.fromisoformat(said.at),
        clock_of(said) if waits else None,
        said.outcome,
        said.answer,
    )


def clock_of(said: Objection) -> Clock:
    """Give the clock of an objection that waits for its answer."""
    return clock(answer_due(said), day_of(datetime.fromisoformat(said.at)))


def of_department(iri: str) -> Thing:
    """Give an element as a department supplies it, for what law asks."""
    code = iri.rpartition("/")[2]
    return Thing("element", code, district=district_of(code))


def objections_open() -> tuple[Waiting, ...]:
    """Give the objections that wait for an answer, the soonest due first, to who may know of them."""
    if day.asked() is not None or not can(people.person(), Action.READ_SHARED):
        return ()
    found = unanswered(people.present().store)
    if not found:
        return ()
    iris = (iri for each in found for iri in (each.element, each.said.department))
    names = names_in(desk(), dict.fromkeys(iris))
    return tuple(waiting(each, names) for each in found)


def waiting(each: Unanswered, names: Names) -> Waiting:
    """Tell one objection that waits."""
    url = f"{START}/element/{each.decision.rpartition('/')[2]}#objections"
    return Waiting(
        Link(names.text(each.element), url),
        names.link(each.said.department),
        clock_of(each.said),
    )


def objections_waiting() -> tuple[Waiting, ...]:
    """Give the objections that wait for the reader's own answer."""
    return objections_open() if people.allowed(Action.DECIDE_SOURCE) else ()


blueprint.add_app_template_global(objections_open)
blueprint.add_app_template_global(objections_waiting)
