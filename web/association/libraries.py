"""`/associate/libraries`: who supplies which element of the base libraries, and who is its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response

from graph.association.deciding import Decider
from graph.association.libraries import Decision, Supplied, Supply, supplies, things_of
from graph.association.objecting import objections
from graph.association.sourcing import Choice, decide_source, iri_of, reopen
from graph.association.suggesting import Element
from graph.ledger.ledger import Touched
from graph.views.snapshots import View
from ontology.actions import Action
from ontology.errors import GovgraphError, Invalid, NotFound
from ontology.freshness import State, freshness
from ontology.people import Person
from ontology.permissions import can
from ontology.terms import GOV
from web.accounts import people, trail
from web.accounts.here import now
from web.accounts.views import NotSignedIn
from web.association import letters
from web.association.held import held_in
from web.association.objections import objecting
from web.association.pages import (
    ElementRow,
    LibrariesPage,
    LibraryCard,
    LibraryPage,
    Past,
    SupplierRow,
    SupplyPage,
)
from web.association.views import blueprint, key_coded
from web.association.words import START, key_path
from web.catalogue.desk import desk
from web.catalogue.names import Names
from web.governance.freshness import day_of
from web.governance.words import names_in
from web.language import language
from web.lineage.views import flows_now
from web.page import Link
from web.site import instance, ledger, site

PATH = f"{START}/libraries"
INSTANCES = {"legal-person": GOV.LegalPerson, "geography": GOV.StandardAddress}
LONGEST_REASON = 2000
EVENTS = 50


@lru_cache(4)  # few: what is remembered keeps its snapshot open
def supplies_in(view: View) -> dict[str, Supply]:
    """Give who supplies what in a view, read once for each snapshot."""
    return supplies(view.store, held_in(view), flows_now(view))


def library_iri(code: str) -> str:
    """Give the IRI of a base library."""
    return f"{site().base}/id/library/{code}"


@blueprint.get(PATH)
def libraries() -> str:
    """Show the base libraries: elements, who supplies them, what is contested."""
    found = supplies_in(people.present())
    codes = sorted({each.element.library for each in found.values()} - {""})
    names = names_in(desk(), map(library_iri, codes))
    cards = tuple(
        card(code, [each for each in found.values() if each.element.library == code], names)
        for code in codes
    )
    return render_template("association/libraries.html", page=LibrariesPage(cards))


def card(code: str, some: list[Supply], names: Names) -> LibraryCard:
    """Tell one library in numbers."""
    return LibraryCard(
        name=names.link(library_iri(code)),
        url=f"{PATH}/{code}",
        elements=len(some),
        supplied=sum(bool(each.by) for each in some),
        departments=len({owner for each in some for owner in each.by}),
        contested=sum(each.contested for each in some),
    )


@blueprint.get(f"{PATH}/<code>")
def library(code: str) -> str:
    """Show one library element by element."""
    here = desk()
    view = people.present()
    found = [each for each in supplies_in(view).values() if each.element.library == code]
    if not found:
        raise NotFound(f"There is no base library {code} here.", f"此处没有基础库{code}。")
    found.sort(key=lambda each: (not each.element.key, not each.contested, each.element.code))
    things = things_of(view.store, INSTANCES[code]) if code in INSTANCES else ()
    iris = [library_iri(code), *things, *(each.element.iri for each in found)]
    names = names_in(here, dict.fromkeys([*iris, *filter(None, (each.source for each in found))]))
    page = LibraryPage(
        card=card(code, found, names),
        rows=tuple(element_row(each, names, here.today) for each in found),
        things=tuple(thing_link(each, names) for each in things),
        asks_code=code == "legal-person",
    )
    return render_template("association/library.html", page=page)


def thing_link(iri: str, names: Names) -> Link:
    """Lead to where a thing of a library may appear."""
    kind, _slash, code = iri.removeprefix(f"{site().base}/id/").partition("/")
    return Link(names.text(iri), f"{START}/{kind}/{code}", kind, code)


def element_row(each: Supply, names: Names, today: date) -> ElementRow:
    """Tell one element: who supplies it, how fresh, and who is its source."""
    element = each.element
    stands = states(each, today)
    return ElementRow(
        name=names.link(element.iri),
        key=element.key,
        sensitive=element.sensitive,
        departments=len([owner for owner in each.by if owner]),
        datasets=sum(map(len, each.by.values())),
        overdue=stands.count(State.OVERDUE),
        newest=newest(one for some in each.by.values() for one in some),
        source=names.link(each.source) if each.source else None,
        decided=each.decision is not None,
        contested=len(each.claiming) if each.contested else 0,
        url=url_for("association.supply", code=element.code),
    )


def states(each: Supply, today: date) -> list[State]:
    """Give how each dataset that supplies an element stands to its promise."""
    return [
        freshness(day_of(one.modified), one.frequency, today).state
        for some in each.by.values()
        for one in some
    ]


def newest(some: Iterable[Supplied]) -> str:
    """Give the day of the newest update, "" for none."""
    return max((each.modified[:10] for each in some), default="")


@blueprint.get(f"{START}/element/<code>")
def supply(code: str) -> str:
    """Show who supplies one element, and who was decided to be its source."""
    return shown(supply_coded(code))


def supply_coded(code: str) -> Supply:
    """Give who supplies the element of a code; raise NotFound for none."""
    view = people.present()
    return supplies_in(view)[key_coded(held_in(view), code).iri]


def shown(found: Supply, fault: str = "", reason: str = "") -> str:
    """Show who supplies an element; the form again where it was wrong."""
    here = desk()
    element = found.element
    past = happened(element)
    datasets = [one.dataset for some in found.by.values() for one in some]
    led = [lead for each in past if (lead := lead_in(each))]
    iris = [element.iri, library_iri(element.library), *found.by, *datasets, *led]
    iris += [found.decision.lead] if found.decision else []
    iris += [each.department for each in objections(people.present().store, element, site().base)]
    names = names_in(here, dict.fromkeys(filter(None, iris)))
    staff = bool(can(people.person(), Action.READ_SHARED))
    page = SupplyPage(
        name=names.link(element.iri),
        library=Link(names.text(library_iri(element.library)), f"{PATH}/{element.library}"),
        rows=tuple(rows(found, names, here.today)),
        claiming=len(found.claiming),
        contested=found.contested,
        source=names.link(found.source) if found.source else None,
        seen=found.decision.lead if found.decision else "",
        why=found.decision.reason if found.decision else "",
        at=datetime.fromisoformat(found.decision.at) if found.decision else None,
        choices=tuple((names.text(each).value, each) for each in found.by if each),
        may=bool(people.allowed(Action.DECIDE_SOURCE)),
        past=tuple(told(each, names, staff=staff) for each in past),
        address=url_for("association.decide_on_source", code=element.code),
        holders=key_path(element),
        fault=fault,
        reason=reason,
        objecting=objecting(found, names, here.today),
    )
    return render_template("association/supply.html", page=page)


def rows(found: Supply, names: Names, today: date) -> Iterable[SupplierRow]:
    """Tell each dataset that supplies an element."""
    for owner, some in found.by.items():
        for each in some:
            stands = freshness(day_of(each.modified), each.frequency, today)
            yield SupplierRow(
                department=names.link(owner),
                dataset=names.link(each.dataset),
                own=each.own,
                local=each.local,
                lead=owner == found.source,
                modified=each.modified[:10],
                mark=stands.state.value,
            )


def happened(element: Element) -> list[Touched]:
    """Give what was decided on an element, the latest first, as far as the reader may know it."""
    view = people.present()
    told_of = ledger().history(
        iri=iri_of(site().base, element), clearance=view.clearance, limit=EVENTS
    )
    return [each for each in told_of if each.seq <= view.seq]


def lead_in(each: Touched) -> str:
    """Give the department that a change made the source, "" for none."""
    head = f" {GOV.leadSource} <"
    lines = [line for _level, line in each.diff.added] if each.diff else added_by(each)
    return next((line.partition(head)[2].partition(">")[0] for line in lines if head in line), "")


def added_by(each: Touched) -> list[str]:
    """Give the statements of a decision that came whole."""
    if each.action != "new":
        return []
    sections = ledger().change(each.seq).sections
    return [line for section in sections if section.added for line in section.lines]


def told(each: Touched, names: Names, *, staff: bool) -> Past:
    """Tell one decision of the past; by whom only to staff."""
    lead = lead_in(each)
    return Past(
        each.at,
        names.link(lead) if lead else None,
        each.reason,
        each.actor if staff else "",
        gone=each.action == "removed",
    )


@blueprint.post(f"{START}/element/<code>")
def decide_on_source(code: str) -> str | Response:
    """Decide who is the source of an element, or take the decision back."""
    if not people.person().name:
        raise NotSignedIn
    person = people.required(Action.DECIDE_SOURCE)
    found, form = supply_coded(code), request.form
    decider = deciding(person, form)
    lead = form.get("lead", "")
    try:
        if form.get("do") == "reopen":
            reopen(instance(), found.element, decider)
        elif lead not in found.by or not lead:
            raise NONE_CHOSEN
        else:
            choice = Choice(found.element, NamedNode(lead).value, form.get("seen", ""))
            decided = found.decision.lead if found.decision else ""
            decide_source(instance(), choice, decided, decider)
    except GovgraphError as error:
        return shown(found, error.sentence(language()), decider.reason)
    trail.done(person.name, Action.DECIDE_SOURCE, thing=found.element.iri, why=decider.reason)
    told_to_departments(found, decider, "" if form.get("do") == "reopen" else lead)
    flash(_("The decision is kept, with its reason."), "good")
    return redirect(f"{START}/element/{found.element.code}", 303)


def told_to_departments(found: Supply, decider: Decider, lead: str) -> None:
    """Write to the departments that supply an element what was decided just now; "" is taken back."""
    element, departments = found.element, [each for each in found.by if each]
    if not lead:
        letters.tell_of_reopening(element, departments, decider.actor)
        return
    decision = Decision(element.iri, lead, decider.at.isoformat(), decider.reason)
    letters.tell_of_decision(element, decision, departments, decider.actor)


def deciding(person: Person, form: Mapping[str, str]) -> Decider:
    """Give who decides now, with the reason that was typed."""
    return Decider(person.name, now(), form.get("reason", "").strip()[:LONGEST_REASON])


NONE_CHOSEN = Invalid(
    "Choose one of the departments that supply it.", "请在供给该数据元的部门中选择一个。"
)
