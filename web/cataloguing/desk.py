"""The desk: what the reader has under way, what waits for them, and how an entry is begun."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

from flask import Blueprint, redirect, render_template, request
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from graph.cataloguing.cases import thing_of
from graph.cataloguing.drafts import UNDER_WAY, Draft, Subject
from graph.cataloguing.piles import Pile
from graph.cataloguing.typed import FIELDS, Typed
from ontology.actions import Action
from ontology.errors import Invalid
from ontology.people import Person
from ontology.permissions import Verdict, can
from web.accounts.holders import bodies
from web.accounts.people import Denied, words
from web.catalogue.kinds import KINDS
from web.cataloguing.choices import Choice
from web.cataloguing.clock import clock_of
from web.cataloguing.here import (
    cases,
    departments_for,
    done,
    now,
    refusal,
    serves_city,
    who,
)
from web.cataloguing.pages import Begin, Desk, Line, Lines
from web.cataloguing.waiting import (
    decided_by,
    decisions,
    for_the_person,
    in_order,
    page_number,
    pile_thing,
    piles,
    seen,
)
from web.page import PageUrl, pager
from web.site import site

blueprint = Blueprint("cataloguing", __name__, url_prefix="/cataloguing")
TITLE = lazy_gettext("Cataloguing")
LARGEST_FORM = 16 << 20  # bytes of a form: two thousand items with all that is said of them
LISTS = ("mine", "elsewhere")  # of the desk, each with pages of its own
SIZE = 25  # drafts of one page of them


@blueprint.url_value_preprocessor
def roomy(_endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Let a form be as large as a table of items is: this comes before anything reads it."""
    request.max_form_memory_size = LARGEST_FORM
    request.max_form_parts = 100_000


@blueprint.get("/")
def desk() -> str:
    """Show the reader's desk."""
    person = who()
    found = seen(person, UNDER_WAY)
    decides = decided_by(person, found)
    waiting = for_the_person(person, in_order(person, decides))
    written = [each for each in found if can(person, Action.EDIT, pile_thing(each))]
    elsewhere = [each for each in found if each not in written and each not in decides]
    page = Desk(
        mine=listed(person, written, "mine"),
        elsewhere=listed(person, elsewhere, "elsewhere"),
        begin=begin_for(person),
        waiting=len(waiting),
        decides=bool(decides) or serves_city(person),
        keeps=any(can(person, Action.MANAGE_DRAFTS, pile_thing(each)) for each in found),
    )
    return render_template("cataloguing/desk.html", page=page)


def listed(person: Person, found: Collection[Pile], name: str) -> Lines:
    """Give a page of a list of the desk, what was saved last first."""
    total = sum(each.count for each in found)
    number = page_number(name, SIZE, total)
    lines = piles().latest(found, (number - 1) * SIZE, SIZE)
    kept = tuple((key, text) for key, text in request.args.items() if key in LISTS)
    url = PageUrl("/cataloguing/", kept, name, name)
    return Lines(
        lines_of(lines, person),
        pager(number=number, size=SIZE, total=total, url=url),
    )


@blueprint.post("/drafts")
def begin() -> Response:
    """Begin an entry."""
    person = who()
    kind, owner = request.form.get("kind", ""), request.form.get("owner", "")
    body = bodies().get(owner)
    if kind not in FIELDS or body is None:
        raise Invalid("Choose what to catalogue and for which department.", "请选择类型与部门。")
    code = cases().drafts.next_code(kind, body.code)
    iri = f"{site().base}/id/{kind}/{code}"
    subject = Subject(kind, code, iri, body.code, code, body.code, body.district)
    draft = cases().begin(subject, Typed(), person, now())
    done(person, Action.CREATE, draft.subject.iri)
    return redirect(f"/cataloguing/drafts/{draft.id}", 303)


def begin_for(person: Person) -> Begin:
    """Give what the person may begin, and for whom."""
    owners = departments_for(person, Action.CREATE)
    named = (Choice(each.code, words(each.name)) for each in owners)
    kinds = (Choice(kind, str(KINDS[kind].one)) for kind in FIELDS)
    return Begin(tuple(kinds), tuple(sorted(named, key=lambda each: each.words)))


def lines_of(drafts: Iterable[Draft], person: Person) -> tuple[Line, ...]:
    """Give drafts as a list shows them to the person: law and names are asked once for all alike."""
    told, named = decisions(person), cache(owner_named)
    return tuple(line_of(each, told(each), named(each.subject.owner)) for each in drafts)


def line_of(draft: Draft, verdict: Verdict | None, owner: str) -> Line:
    """Give a draft as a list shows it, with whether the reader may decide on it."""
    return Line(
        draft=draft,
        kind=str(KINDS[draft.subject.kind].one),
        owner=owner,
        state=words(draft.state.words),
        clock=clock_of(draft),
        takes=bool(verdict),
        why_not=refusal(verdict) if verdict is not None else "",
    )


def owner_named(code: str) -> str:
    """Give the name of a department."""
    body = bodies().get(code)
    return words(body.name) if body else code


def readable(number: int, person: Person) -> Draft:
    """Give a draft that the person may see; raise Denied where they may not."""
    draft = cases().drafts.get(number)
    verdict = can(person, Action.READ_DRAFT, thing_of(draft))
    if not verdict:
        raise Denied(verdict)
    return draft
