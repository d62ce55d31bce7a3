"""In whose hands drafts are: the steward of a department hands over what somebody leaves behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Response, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from graph.cataloguing.cases import Decision
from graph.cataloguing.drafts import UNDER_WAY, Draft
from graph.cataloguing.piles import Pile
from ontology.actions import Action
from ontology.errors import GovgraphError, Invalid
from ontology.people import Person, Role
from ontology.permissions import NOTHING, Thing, can
from ontology.states import State
from web.accounts.here import accounts
from web.accounts.letters import Letter, write
from web.accounts.people import Denied, words
from web.accounts.store import Known
from web.cataloguing.choices import Choice
from web.cataloguing.desk import blueprint, lines_of, owner_named, readable
from web.cataloguing.here import cases, departments_for, done, holders_of, now, who
from web.cataloguing.pages import Hands, Holding
from web.cataloguing.waiting import page_number, pile_thing, piles, seen
from web.language import language
from web.page import PageUrl, pager

ADDRESS = "/cataloguing/hands"
MOST = 100  # drafts that one wish is for
SIZE = 50  # drafts of one page
LONGEST = 2_000  # characters of a reason
BAD = 400
WRITERS = (Role.CATALOGUER, Role.STEWARD)


@blueprint.get("/hands")
def hands() -> str:
    """Show the drafts of the reader's departments by who has them in hand."""
    return render_template("cataloguing/hands.html", page=hands_page(steward()))


@blueprint.post("/hands")
def hand_over() -> Response | Answer:
    """Hand the drafts that were chosen over to somebody, or throw them away, with the reason."""
    person = steward()
    chosen = request.form.getlist("draft")[:MOST]
    if not chosen:
        return redirect(ADDRESS, 303)
    reason = request.form.get("reason", "").strip()[:LONGEST]
    outcome = tuple(moved(each, person, reason) for each in chosen)
    if request.form.get("do") != "discard":
        tell(request.form.get("to", ""), person, sum(kind == "good" for kind, _words in outcome))
    page = hands_page(person, outcome, reason)
    refused = any(kind == "fault" for kind, _sentence in outcome)
    return make_response(
        render_template("cataloguing/hands.html", page=page), BAD if refused else 200
    )


def steward() -> Person:
    """Give who is asking, who keeps the drafts of a department; raise Denied for everyone else."""
    person = who()
    held = [Thing("draft", each, district=each) for each in sorted(holders_of(person))]
    verdicts = [can(person, Action.MANAGE_DRAFTS, thing) for thing in (NOTHING, *held)]
    if not any(verdicts):
        raise Denied(verdicts[0])
    return person


def kept(person: Person) -> tuple[Pile, ...]:
    """Give the piles that the person may hand over."""
    return tuple(
        each
        for each in seen(person, UNDER_WAY)
        if can(person, Action.MANAGE_DRAFTS, pile_thing(each))
    )


def hands_page(
    person: Person, outcome: tuple[tuple[str, str], ...] = (), reason: str = ""
) -> Hands:
    """Give a page of the drafts of one person, or of all."""
    found, by = kept(person), request.args.get("by", "")[:100]
    held = holdings(found)
    total = sum(each.count for each in held if by in {"", each.name})
    number = page_number("page", SIZE, total)
    return Hands(
        lines=lines_of(piles().latest(found, (number - 1) * SIZE, SIZE, by), person),
        pager=pager(
            number=number,
            size=SIZE,
            total=total,
            url=PageUrl(ADDRESS, (("by", by),) if by else ()),
        ),
        by=by,
        holders=held,
        takers=takers(person),
        gone={each.name: each.gone for each in held},
        outcome=outcome,
        reason=reason,
        to=request.form.get("to", ""),
    )


def holdings(found: Sequence[Pile]) -> tuple[Holding, ...]:
    """Give who has drafts of these piles in hand, by name, with how many."""
    districts = {each.owner: each.district for each in found}
    owners: dict[str, list[str]] = {}
    counts: Counter[str] = Counter()
    for (name, owner), count in piles().writers(found).items():
        owners.setdefault(name, []).append(owner)
        counts[name] += count
    there = accounts().named(owners)
    return tuple(
        Holding(
            name,
            counts[name],
            gone(there.get(name), [thing_in(each, districts[each]) for each in owners[name]]),
        )
        for name in sorted(owners)
    )


def thing_in(owner: str, district: str | None) -> Thing:
    """Give a draft of a department as one writes in it."""
    return Thing("draft", owner, State.DRAFT, district=district)


def gone(known: Known | None, drafts: Iterable[Thing]) -> str:
    """Say why somebody will not go on with their drafts; "" for who can."""
    if known is None or not known.active:
        return str(_("account disabled"))
    writes = all(can(known.person(), Action.EDIT, each) for each in drafts)
    return "" if writes else str(_("does not write for the department any more"))


def takers(person: Person) -> tuple[Choice, ...]:
    """Give who may take drafts over: those who write for a department that the reader keeps."""
    kept_for = departments_for(person, Action.MANAGE_DRAFTS)
    holders = {each.code for each in kept_for} | {each.district for each in kept_for}
    found = accounts().holding(WRITERS, [each for each in holders if each])
    return tuple(
        Choice(each.name, f"{each.name} · {roles_in_words(each)}")
        for each in found
        if each.confirmed
    )


def roles_in_words(known: Known) -> str:
    """Give the roles by which somebody writes, and for whom."""
    return str(_(", ")).join(
        f"{words(each.grant.role.words)} ({owner_named(each.grant.holder or '')})"
        for each in known.grants
        if each.grant.role in WRITERS
    )


def moved(chosen: str, person: Person, reason: str) -> tuple[str, str]:
    """Hand over, or throw away, one draft named as "number.revision"; give what became of it."""
    number, _dot, revision = chosen.partition(".")
    if not (number.isdigit() and revision.isdigit()):
        return "fault", words(("A draft was not named rightly.", "未正确指明草稿。"))
    title = number
    try:
        draft = readable(int(number), person)
        title = draft.title or str(_("Untitled"))
        if not reason:
            raise Invalid(
                "Say why: the reason is kept and shown.", "请写明原因：原因将留存并显示。"
            )
        what = told_to(draft, person, Wished(int(revision), reason))
    except GovgraphError as error:
        return "fault", f"{title}: {error.sentence(language())}"
    return "good", f"{title}: {what}"


def tell(to: str, person: Person, count: int) -> None:
    """Write to who took drafts over: how many, from whom, and where they are."""
    if not count:
        return
    english = "A draft was" if count == 1 else f"{count} drafts were"
    letter = Letter(
        (f"{english} put into your hands", f"有 {count} 份草稿转交给您"),
        (
            (
                f"{english} put into your hands by {person.name}. "
                "The reason stands with each draft; you find them on your desk."
            ),
            f"{person.name} 将 {count} 份草稿转交给您。原因见各草稿，请在工作台继续办理。",
        ),
        "/cataloguing/",
    )
    write(letter, [accounts().get(to)], but=person.name)


@dataclass(frozen=True, slots=True)
class Wished:
    """What is wished of a draft: the revision that was looked at, and why."""

    revision: int
    reason: str


def told_to(draft: Draft, person: Person, wished: Wished) -> str:
    """Do with a draft what the form's button says; give it in words."""
    discard = request.form.get("do") == "discard"
    action = Action.DISCARD if discard else Action.MANAGE_DRAFTS
    decision = Decision(action, now(), wished.revision, wished.reason)
    if discard:
        after = cases().take(draft, person, decision)
        done(person, action, draft.subject.iri, wished.reason)
        return words(after.state.words)
    to = request.form.get("to", "")
    if not to:
        raise Invalid("Choose who takes it over.", "请选择接手人员。")
    cases().hand_over(draft, accounts().get(to).person(), person, decision)
    done(person, action, draft.subject.iri, f"{draft.author} → {to}: {wished.reason}")
    return str(_("now in the hands of %(name)s", name=to))
