"""The review of a draft: what changed since it was last published, remarks, and the decision."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.cataloguing.cases import Decision, thing_of
from graph.cataloguing.drafts import Draft
from graph.cataloguing.telling import Step
from graph.cataloguing.typed import WITH_ROWS, Typed
from ontology.actions import Action
from ontology.errors import Invalid
from ontology.people import Person
from ontology.permissions import PERMISSIONS, can
from ontology.states import OPEN_TO_WRITING, State
from ontology.workflows import not_small, steps
from web.accounts.people import words
from web.catalogue.kinds import KINDS
from web.cataloguing.asks import ask
from web.cataloguing.checking import complete, faults_only, told_of
from web.cataloguing.clock import clock_of
from web.cataloguing.composing import button, by_field, label_of, named
from web.cataloguing.desk import blueprint, lines_of, owner_named, readable
from web.cataloguing.differences import STAYED, fields_of, rows_of
from web.cataloguing.drafting import handed_in
from web.cataloguing.here import cases, done, now, refusal, who
from web.cataloguing.pages import Button, Line, Past, Review, RowDifference
from web.cataloguing.remarks import last_return, remarks_now
from web.cataloguing.waiting import piles, waiting_for

REMARK = "remark."
LONGEST = 2_000  # characters of a reason or a remark
NEXT = 40  # drafts of the queue that stand beside the one that is looked at, at most
OFFERED = frozenset(
    {Action.APPROVE, Action.REVIEW, Action.PUBLISH, Action.RETURN, Action.RECALL, Action.DISCARD,
     Action.SUBMIT, Action.CORRECT}
)  # fmt: skip


@blueprint.get("/drafts/<int:number>/review")
def review(number: int) -> str:
    """Show a draft beside what is published."""
    person = who()
    held = readable(number, person)
    return render_template("cataloguing/review.html", page=review_page(held, person))


@blueprint.post("/drafts/<int:number>/steps")
def decide(number: int) -> Response:
    """Take a step on a draft, as it was looked at."""
    person = who()
    held = readable(number, person)
    wished = request.form.get("action", "")
    if wished not in set(Action):
        raise Invalid("Choose what is to be done.", "请选择要进行的操作。")
    action = Action(wished)
    if action in {Action.SUBMIT, Action.CORRECT}:
        complete(cases(), held.subject, cases().drafts.typed(number, held.revision))
    decision = Decision(
        action=action,
        at=now(),
        revision=request.form.get("revision", -1, type=int),
        reason=request.form.get("reason", "")[:LONGEST],
        remarks=remarks_in(held),
    )
    after = cases().take(held, person, decision)
    done(person, action, held.subject.iri, decision.reason)
    flash(handed_in(after), "good")
    return redirect(onward(after, person), 303)


def remarks_in(held: Draft) -> dict[str, str]:
    """Give the remarks of the form, those on fields that there are."""
    found = {}
    for name, text in request.form.items():
        place = name.removeprefix(REMARK)
        if name.startswith(REMARK) and text.strip() and known(held.subject.kind, place):
            found[place] = text.strip()[:LONGEST]
    return found


def known(kind: str, name: str) -> bool:
    """Say whether there is such a field."""
    try:
        ask(kind, name)
    except StopIteration:
        return False
    return True


def onward(after: Draft, person: Person) -> str:
    """Give where a decision leads: the next draft that waits for the person, else what was decided.

    Who sees a draft only while it waits for them is led to the queue.
    """
    waiting = waiting_for(person) if request.form.get("then") == "next" else []
    if waiting:
        return f"/cataloguing/drafts/{waiting[0].id}/review"
    seen = can(person, Action.READ_DRAFT, thing_of(after))
    return f"/cataloguing/drafts/{after.id}/review" if seen else "/cataloguing/queue"


def review_page(draft: Draft, person: Person) -> Review:
    """Put a review together."""
    kind, typed = draft.subject.kind, cases().drafts.typed(draft.id, draft.revision)
    new = not draft.subject.begun
    over = draft.state is State.PUBLISHED
    before = Typed() if new or over else cases().published(draft.subject)
    found = () if over else told_of(cases(), draft.subject, typed)
    told = by_field(found)
    remarks = remarks_now(cases(), draft, last_return(cases(), draft), typed)
    rows = kind in WITH_ROWS
    fields = fields_of(kind, before, typed, told, remarks)
    items = rows_of("items", before.items, typed.items, told, remarks) if rows else ()
    files = rows_of("files", before.files, typed.files, told, remarks) if rows else ()
    whole = new or over or request.args.get("whole") == "yes"
    return Review(
        draft=draft,
        kind=str(KINDS[kind].one),
        owner=owner_named(draft.subject.owner),
        state=words(draft.state.words),
        title=typed.title or _("Untitled"),
        new=new,
        fields=fields if whole else tuple(each for each in fields if moved(each)),
        items=items if whole else tuple(filter(stirred, items)),
        files=files if whole else tuple(filter(stirred, files)),
        untouched=sum(not moved(each) for each in fields)
        + sum(each.change == STAYED for each in (*items, *files)),
        faults=named(kind, faults_only(found)),
        advice=named(kind, (each for each in found if each.advice)),
        buttons=buttons_of(draft, person),
        steps=past(draft),
        clock=clock_of(draft),
        queue=beside(draft, person),
        editable=draft.state in OPEN_TO_WRITING and bool(can(person, Action.EDIT, thing_of(draft))),
        whole=whole,
        small=small_words(draft),
        published=f"/{kind}/{draft.subject.code}" if not new or over else "",
    )


def moved(each: object) -> bool:
    """Say whether a field differs, or something is said of it."""
    return not getattr(each, "same", True) or bool(getattr(each, "remark", ""))


def stirred(row: RowDifference) -> bool:
    """Say whether a row differs, or something is remarked on it."""
    return row.change != STAYED or any(each.remark for each in row.fields)


def small_words(draft: Draft) -> str:
    """Say of a small correction that it is one, "" of all else."""
    if draft.state is not State.CORRECTING:
        return ""
    large = not_small(cases().changed(draft))
    return words(large) if large else words(("It is a small correction.", "属于小改。"))


def buttons_of(draft: Draft, person: Person) -> tuple[Button, ...]:
    """Give the steps that the person may take, and those refused only because it is their own."""
    found = []
    for step, verdict in steps(draft.state, person, thing_of(draft)):
        small = step.small and not draft.subject.begun
        if step.action in OFFERED and not small and (verdict or verdict.ground == "own"):
            found.append(button(step, refusal(verdict)))
    return tuple(found)


def beside(draft: Draft, person: Person) -> tuple[Line, ...]:
    """Give what else waits for the person before and after this draft, which is among it."""
    waiting = [each.id for each in waiting_for(person)]
    at = waiting.index(draft.id) if draft.id in waiting else 0
    start = max(0, min(at - NEXT // 2, len(waiting) - NEXT))
    near = waiting[start : start + NEXT]
    shown = near if draft.id in near else [draft.id, *near]
    if len(shown) == 1:
        return ()
    return lines_of(piles().these(shown), person)


def past(draft: Draft) -> tuple[Past, ...]:
    """Give the steps of a draft in words, newest first."""
    kind = draft.subject.kind
    return tuple(in_words(kind, each) for each in reversed(cases().steps(draft.id)))


def in_words(kind: str, step: Step) -> Past:
    """Give a step in words."""
    label = PERMISSIONS[step.action].words
    remarks = tuple((label_of(kind, name), text) for name, text in step.remarks.items())
    state = _("Handed over") if step.action is Action.MANAGE_DRAFTS else words(step.now.words)
    return Past(step, words(label), state, remarks)
