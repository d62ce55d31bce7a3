"""The queue: what waits for the reader's decision, one by one or many at once."""

from __future__ import annotations

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from graph.cataloguing.cases import Decision, thing_of
from graph.cataloguing.drafts import UNDER_WAY, Draft
from ontology.actions import Action
from ontology.errors import GovgraphError
from ontology.people import Person
from ontology.permissions import can
from ontology.workflows import steps
from web.accounts.people import Denied, words
from web.cataloguing.choices import Choice
from web.cataloguing.desk import blueprint, lines_of, owner_named, readable
from web.cataloguing.here import cases, done, now, who
from web.cataloguing.pages import Queue
from web.cataloguing.waiting import DECIDING, decided_by, in_order, page_number, piles, seen
from web.language import language
from web.page import PageUrl, pager

MOST = 100  # drafts that one decision is taken on
SIZE = 50  # drafts of one page
BAD = 400


@blueprint.get("/queue")
def queue() -> str:
    """Show what waits for the reader."""
    return render_template("cataloguing/queue.html", page=queue_page(who()))


def queue_page(
    person: Person, outcome: tuple[tuple[str, str], ...] = (), reason: str = ""
) -> Queue:
    """Give a page of the queue of one department, or of all that the reader decides for."""
    found, owner = decided_by(person, seen(person, UNDER_WAY)), request.args.get("owner", "")[:100]
    marks = in_order(person, (each for each in found if not owner or each.owner == owner))
    number = page_number("page", SIZE, len(marks))
    shown = [each.id for each in marks[(number - 1) * SIZE : number * SIZE]]
    owners = {each.owner: owner_named(each.owner) for each in found}
    return Queue(
        lines=lines_of(piles().these(shown), person),
        pager=pager(
            number=number,
            size=SIZE,
            total=len(marks),
            url=PageUrl("/cataloguing/queue", (("owner", owner),) if owner else ()),
        ),
        outcome=outcome,
        reason=reason,
        owner=owner,
        owners=tuple(Choice(code, name) for code, name in sorted(owners.items())),
    )


@blueprint.post("/queue")
def decide_many() -> Response | Answer:
    """Approve or return the drafts that were chosen, each as it was looked at."""
    person = who()
    reason = request.form.get("reason", "").strip()
    outcome = [decided(each, person, reason) for each in request.form.getlist("draft")[:MOST]]
    if not outcome:
        return redirect("/cataloguing/queue", 303)
    page = queue_page(person, tuple(outcome), reason)
    refused = any(kind == "fault" for kind, _sentence in outcome)
    return make_response(
        render_template("cataloguing/queue.html", page=page), BAD if refused else 200
    )


def decided(chosen: str, person: Person, reason: str) -> tuple[str, str]:
    """Decide on one draft, named as "number.revision"; give what became of it, in words."""
    number, _, revision = chosen.partition(".")
    if not (number.isdigit() and revision.isdigit()):
        return "fault", words(("A draft was not named rightly.", "未正确指明草稿。"))
    try:
        draft = readable(int(number), person)
        action = wished(draft, person)
        decision = Decision(action, now(), int(revision), reason)
        after = cases().take(draft, person, decision)
    except GovgraphError as error:
        title = draft.title if "draft" in locals() else number
        return "fault", f"{title}: {error.sentence(language())}"
    done(person, action, draft.subject.iri, reason)
    return "good", f"{draft.title}: {words(after.state.words)}"


def wished(draft: Draft, person: Person) -> Action:
    """Give the step that is wished: returning, or the one that leads on from where the draft is."""
    if request.form.get("do") == "return":
        return Action.RETURN
    found = [
        (step.action, verdict)
        for step, verdict in steps(draft.state, person, thing_of(draft))
        if step.action in DECIDING
    ]
    action, verdict = (
        found[0] if found else (Action.APPROVE, can(person, Action.APPROVE, thing_of(draft)))
    )
    if not verdict:
        raise Denied(verdict)
    return action
