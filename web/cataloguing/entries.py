"""Published entries as their department keeps them: found, drafted anew, withdrawn with a reason."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from graph.cataloguing.cases import Cases, Decision, subject_of
from graph.cataloguing.drafts import UNDER_WAY
from graph.cataloguing.typed import FIELDS, Typed
from graph.cataloguing.writing import keeper_in
from graph.editing import graph_of
from graph.ledger.ledger import Kept
from graph.loading.load import statements_of
from graph.search.question import WINDOW, Question
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import Conflict, NotFound
from ontology.people import Person
from ontology.permissions import Thing, can
from ontology.sentences import Sentence
from ontology.workflows import steps
from web.accounts.holders import Body, bodies
from web.accounts.people import Denied, words
from web.catalogue.asking import page_of
from web.catalogue.kinds import KINDS
from web.cataloguing.choices import Choice
from web.cataloguing.composing import button
from web.cataloguing.desk import blueprint, owner_named
from web.cataloguing.here import cases, departments_for, done, now, refusal, who
from web.cataloguing.pages import Button, Entries, EntryPage, Found, Version
from web.cataloguing.review import past
from web.language import language
from web.page import PageUrl, pager
from web.site import site

SHOWN = 50
LONGEST = 2000  # characters of a reason
STEPS = {
    Action.WITHDRAW: Cases.withdraw,
    Action.ARCHIVE: Cases.archive,
    Action.RESTORE: Cases.bring_back,
}
SAID: dict[Action, Sentence] = {
    Action.WITHDRAW: (
        "“{title}” is withdrawn. Its address says when and why.",
        "“{title}”已撤销发布，其网址说明时间与原因。",
    ),
    Action.ARCHIVE: (
        "“{title}” is archived. Its address says when and why.",
        "“{title}”已归档，其网址说明时间与原因。",
    ),
    Action.RESTORE: (
        "“{title}” stands again as it stood.",
        "“{title}”已恢复发布，内容与撤销前一致。",
    ),
}
OFFERED = (Action.REVISE, Action.WITHDRAW, Action.RESTORE, Action.ARCHIVE)


@blueprint.get("/entries")
def entries() -> str:
    """Show the published entries of the reader's departments."""
    person = who()
    owners = departments_for(person, Action.READ_DRAFT)
    asked, owner = request.args.get("q", "").strip()[:100], request.args.get("owner", "")
    chosen = [each for each in owners if not owner or each.code == owner]
    number = page_of(request.args.get("page", ""), "page", WINDOW // SHOWN)
    found, total = published(asked, chosen, number)
    named = (Choice(each.code, words(each.name)) for each in owners)
    query = (("q", asked), ("owner", owner))
    where = PageUrl("/cataloguing/entries", tuple(pair for pair in query if pair[1]))
    page = Entries(
        asked,
        owner,
        tuple(sorted(named, key=lambda each: each.words)),
        found,
        pager(number=number, size=SHOWN, total=total, url=where, reachable=min(total, WINDOW)),
    )
    return render_template("cataloguing/entries.html", page=page)


def published(asked: str, owners: list[Body], number: int) -> tuple[tuple[Found, ...], int]:
    """Give a page of the published entries of some departments that fit some words."""
    if not owners:
        return (), 0
    base = site().base
    providers = frozenset(f"{base}/id/department/{each.code}" for each in owners)
    question = Question(
        text=asked,
        kinds=frozenset(FIELDS),
        filters={"provider": providers},
        page=number,
        size=SHOWN,
        facets=(),
        language=language(),
        sort="relevance" if asked else "modified",
    )
    answer = cases().instance.snapshots.view(Clearance.GOVERNANCE).index.search(question)
    rows = tuple(
        Found(
            hit.row.kind,
            hit.row.code,
            hit.row.title(language()),
            hit.row.provider(language()),
        )
        for hit in answer.hits
    )
    return rows, answer.total


@blueprint.get("/entries/<kind>/<path:code>")
def entry(kind: str, code: str) -> str:
    """Show a published entry with its versions and what may be done with it."""
    person = who()
    kept, owner = owned(kind, code)
    thing = kept_thing(kept, owner, person)
    versions = cases().drafts.of(kept.iri)
    page = EntryPage(
        kind=kind,
        kind_word=str(KINDS[kind].one),
        code=code,
        title=kept.title,
        owner=owner_named(owner),
        state=words(thing.state.words) if thing.state else "",
        live=kept.live,
        seq=kept.seq,
        at=versions[0].since if versions else None,
        versions=tuple(Version(each, words(each.state.words), past(each)) for each in versions),
        buttons=buttons(thing, person),
        under_way=next((each for each in versions if each.state in UNDER_WAY), None),
    )
    return render_template("cataloguing/entry.html", page=page)


@blueprint.post("/entries/<kind>/<path:code>/revise")
def revise(kind: str, code: str) -> Response:
    """Begin a new version of an entry, from what is published."""
    person = who()
    kept, owner = owned(kind, code)
    thing = kept_thing(kept, owner, person)
    verdict = can(person, Action.REVISE, thing)
    if not verdict:
        raise Denied(verdict)
    subject = subject_of(kept, owner, thing.district)
    typed = cases().published(subject) if kept.live else last_typed(kept)
    draft = cases().begin(subject, typed, person, now())
    done(person, Action.REVISE, kept.iri)
    return redirect(f"/cataloguing/drafts/{draft.id}", 303)


@blueprint.post("/entries/<kind>/<path:code>/<any(withdraw,archive,restore):action>")
def after_publication(kind: str, code: str, action: str) -> Response:
    """Withdraw an entry, archive a withdrawn one, or bring it back, each with its reason."""
    person = who()
    kept, owner = owned(kind, code)
    thing = kept_thing(kept, owner, person)
    reason = request.form.get("reason", "").strip()[:LONGEST]
    decision = Decision(Action(action), now(), 0, reason)
    unmoved(kept.seq)
    STEPS[decision.action](cases(), kept, thing, person, decision)
    done(person, decision.action, kept.iri, reason)
    flash(words(SAID[decision.action]).format(title=kept.title), "good")
    return redirect(f"/cataloguing/entries/{kind}/{code}", 303)


def unmoved(seq: int) -> None:
    """See that the entry is as the reader saw it; raise Conflict where it moved since."""
    seen = request.form.get("seq", "")
    if seen.isdigit() and int(seen) != seq:
        raise Conflict(
            "This entry was changed since you looked at it: look again before you decide.",
            "您查看之后此条目又有变动，请重新查看后再决定。",
        )


def owned(kind: str, code: str) -> tuple[Kept, str]:
    """Give what the ledger knows of an entry, and the code of the department that keeps it."""
    found = cases().instance.ledger.entries_coded(kind, code) if kind in FIELDS else []
    kept = next(iter(sorted(found, key=lambda each: not each.live)), None)
    if kept is None:
        raise NotFound("There is no such entry.", "没有这个目录条目。")
    return kept, owner_of(kept)


def owner_of(kept: Kept) -> str:
    """Give the code of the department that keeps an entry, "" where none of ours does."""
    drafts = cases().drafts.of(kept.iri)
    if drafts:
        return drafts[0].subject.owner
    instance = cases().instance
    graph = graph_of(instance, kept.source)
    iri = keeper_in(statements_of(instance.snapshots, graph, (kept.iri,)), kept.kind)
    head = f"{site().base}/id/department/"
    return iri.removeprefix(head) if iri.startswith(head) else ""


def kept_thing(kept: Kept, owner: str, person: Person) -> Thing:
    """Give an entry as the law asks about it; raise Denied where the person may not look here."""
    body = bodies().get(owner)
    state = cases().state_of(kept)
    thing = Thing("entry", owner or None, state, district=body.district if body else None)
    verdict = can(person, Action.READ_DRAFT, thing)
    if not verdict:
        raise Denied(verdict)
    return thing


def buttons(thing: Thing, person: Person) -> tuple[Button, ...]:
    """Give what may be done with an entry, each with why it may not."""
    found = steps(thing.state, person, thing)
    return tuple(
        button(step, refusal(verdict)) for step, verdict in found if step.action in OFFERED
    )


def last_typed(kept: Kept) -> Typed:
    """Give what the last version of a withdrawn entry said; nothing where it had none here."""
    drafts = cases().drafts.of(kept.iri)
    if not drafts:
        return Typed({"dct:title@zh": (kept.title,)})
    return cases().drafts.typed(drafts[0].id, drafts[0].revision)
