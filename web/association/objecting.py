"""Objecting to the decision on a source, and answering: each is told to whom it concerns by letter."""

from __future__ import annotations

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.association.objecting import (
    DISMISSED,
    UPHELD,
    Answer,
    answer_due,
    answered,
    object_to,
    objections,
)
from ontology.actions import Action
from ontology.errors import GovgraphError, Invalid, NotFound
from web.accounts import people, trail
from web.accounts.views import NotSignedIn
from web.association import letters
from web.association.libraries import deciding, shown, supply_coded
from web.association.objections import of_department
from web.association.views import blueprint
from web.association.words import START
from web.language import language
from web.site import instance, site

NOTHING_DECIDED = Invalid(
    "Nothing is decided that this department could object to.", "没有本部门可以提出异议的决定。"
)


@blueprint.post(f"{START}/element/<code>/object")
def object_to_source(code: str) -> str | Response:
    """Say for a department what speaks against the decision on the source."""
    if not people.person().name:
        raise NotSignedIn
    found, form = supply_coded(code), request.form
    department = form.get("department", "")
    person = people.required(Action.OBJECT_TO_SOURCE, of_department(department))
    decider = deciding(person, form)
    try:
        if found.decision is None or department not in found.by:
            raise NOTHING_DECIDED
        said = object_to(instance(), found.element, found.decision, department, decider)
    except GovgraphError as error:
        return shown(found, error.sentence(language()))
    trail.done(person.name, Action.OBJECT_TO_SOURCE, thing=found.element.iri, why=decider.reason)
    letters.tell_of_objection(found.element, department, answer_due(said).day, person.name)
    flash(_("The objection is kept. The city's office answers it in time."), "good")
    return redirect(f"{START}/element/{found.element.code}", 303)


@blueprint.post(f"{START}/element/<code>/answer")
def answer_objection(code: str) -> str | Response:
    """Answer an objection: upheld takes the decision back, dismissed leaves it."""
    if not people.person().name:
        raise NotSignedIn
    person = people.required(Action.DECIDE_SOURCE)
    found, form = supply_coded(code), request.form
    decider = deciding(person, form)
    known = objections(people.present().store, found.element, site().base)
    said = next((each for each in known if each.iri == form.get("objection")), None)
    if said is None:
        raise NotFound("There is no such objection.", "没有该异议。")
    outcome = UPHELD if form.get("do") == "uphold" else DISMISSED
    try:
        answered(instance(), found.element, Answer(said, found.decision, outcome), decider)
    except GovgraphError as error:
        return shown(found, error.sentence(language()))
    trail.done(person.name, Action.DECIDE_SOURCE, thing=said.iri, why=decider.reason)
    letters.tell_of_answer(found.element, said, outcome, person.name)
    if outcome == UPHELD:
        others = [each for each in found.by if each and each != said.department]
        letters.tell_of_reopening(found.element, others, person.name)
    flash(_("The answer is kept, with its reason."), "good")
    return redirect(f"{START}/element/{found.element.code}", 303)
