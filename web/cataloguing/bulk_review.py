"""An upload looked at: every difference beside its cell, what is chosen, and the decision on all."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from flask import Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from graph.bulk.bulks import Wish
from graph.bulk.content import of_upload
from graph.bulk.keeping import SHOWS, Bulk, Counts, Held, Step
from graph.bulk.plans import CellPlan, Fault, RowPlan
from graph.bulk.sheets import CODE, ENTRY, FILE, ITEM, OWN_COLUMNS, PARTS
from graph.bulk.workbook import workbook
from ontology.actions import Action
from ontology.errors import Invalid
from ontology.people import Person
from ontology.permissions import PERMISSIONS, can
from ontology.sentences import Sentence
from ontology.states import OPEN_TO_WRITING, State
from ontology.workflows import steps
from web.accounts.people import Denied, words
from web.catalogue.kinds import KINDS
from web.cataloguing.bulk import address_of, attached, bulks
from web.cataloguing.bulk_pages import (
    BulkReview,
    BulkStep,
    CellLine,
    EntryLine,
    FaultLine,
    RowLine,
)
from web.cataloguing.bulk_sheets import GUIDE, TITLES, columns, label_of, sheets
from web.cataloguing.choices import shown
from web.cataloguing.composing import button
from web.cataloguing.desk import blueprint, owner_named
from web.cataloguing.here import done, now, refusal, who
from web.cataloguing.pages import Button

PAGE = 50  # entries on one page
ROWS = 60  # rows of one entry that are shown
LONGEST = 2_000
OFFERED = frozenset(
    {Action.APPROVE, Action.REVIEW, Action.PUBLISH, Action.RETURN, Action.RECALL, Action.DISCARD,
     Action.SUBMIT, Action.CORRECT}
)  # fmt: skip
FILTERS: dict[str, Sentence] = {
    "all": ("All", "全部"),
    "changed": ("Changed", "修改"),
    "new": ("New", "新增"),
    "removed": ("Removed", "移除"),
    "faults": ("With errors", "有错误"),
    "conflicts": ("Changed by others too", "他人也已修改"),
    "chosen": ("Chosen", "已选"),
}
DO = frozenset({"choose", "all", "none", "again"})


@blueprint.get("/bulk/<int:number>")
def bulk(number: int) -> str:
    """Show an upload."""
    person = who()
    return render_template(
        "cataloguing/bulk_review.html", page=review_page(seen(number, person), person)
    )


def seen(number: int, person: Person) -> Bulk:
    """Give an upload that the person may see; raise Denied where they may not."""
    held = bulks().keeping.get(number)
    verdict = can(person, Action.READ_DRAFT, held.thing)
    if not verdict:
        raise Denied(verdict)
    return held


@blueprint.post("/bulk/<int:number>")
def choose(number: int) -> Answer:
    """Keep what is chosen on this page, choose all or nothing, or compare again."""
    person = who()
    held = seen(number, person)
    verdict = can(person, Action.EDIT, held.thing)
    if not verdict:
        raise Denied(verdict)
    do = request.form.get("do", "choose")
    if do not in DO:
        raise Invalid("Choose what is to be done.", "请选择要进行的操作。")
    if do == "again":
        bulks().compare_again(held, columns())
        flash(_("Compared again with the catalogue as it is now."), "good")
    elif do == "choose":
        bulks().keeping.choose(held, places("shown"), places("chosen"))
    else:
        bulks().keeping.choose_all(held, chosen=do == "all")
    done(person, Action.EDIT, address_of(held), do)
    return redirect(href(held, show(), offset()), 303)


def as_ticked(held: Bulk, person: Person, wish: Wish) -> tuple[Bulk, Wish]:
    """Keep what is ticked on the page from which it is handed in: that is what its sender means."""
    handing_in = wish.action in {Action.SUBMIT, Action.CORRECT}
    ticked, shown_here = places("chosen"), places("shown")
    if not (handing_in and shown_here and wish.revision == held.revision):
        return held, wish
    verdict = can(person, Action.EDIT, held.thing)
    if not verdict:
        raise Denied(verdict)
    kept = bulks().keeping.choose(held, shown_here, ticked)
    return kept, replace(wish, revision=kept.revision)


def places(name: str) -> list[int]:
    """Give the places of entries that a form names."""
    return [int(each) for each in request.form.getlist(name) if each.isdigit()]


@blueprint.post("/bulk/<int:number>/steps")
def bulk_step(number: int) -> Answer:
    """Take a step on a whole upload, as it was looked at."""
    person = who()
    held = seen(number, person)
    wished = request.form.get("action", "")
    if wished not in set(Action):
        raise Invalid("Choose what is to be done.", "请选择要进行的操作。")
    reason = request.form.get("reason", "")[:LONGEST]
    wish = Wish(Action(wished), now(), request.form.get("revision", -1, type=int), reason)
    held, wish = as_ticked(held, person, wish)
    if wish.action is Action.UNDO_LOAD:
        after = bulks().take_back(held, person, wish)
    else:
        after = bulks().take(held, person, wish)
    done(person, wish.action, address_of(held), reason)
    flash(_("The upload is now: %(state)s.", state=words(after.state.words)), "good")
    return redirect(f"/cataloguing/bulk/{held.id}", 303)


@blueprint.get("/bulk/<int:number>/errors.xlsx")
def marked(number: int) -> Response:
    """Give the upload as it was sent, what is wrong marked in its cells."""
    held = seen(number, who())
    upload = bulks().upload(held, columns())
    faults = [
        fault for each in bulks().keeping.entries(held.id, "faults") for fault in each.plan.faults
    ]
    contents, marks = of_upload(upload, sheets(), faults, held.language)
    data = workbook(upload.about, contents, GUIDE, marks)
    return attached(data, f"{held.owner.code}-{held.id}-errors.xlsx")


# The page ---------------------------------------------------------------------------------------------


def review_page(held: Bulk, person: Person) -> BulkReview:
    """Put the page of an upload together."""
    counts, at, sort = bulks().keeping.counts(held.id), offset(), show()
    total = getattr(counts, sort)
    found = bulks().keeping.entries(held.id, sort, offset=at, limit=PAGE)
    return BulkReview(
        bulk=held,
        owner=owner_named(held.owner.code),
        state=words(held.state.words),
        counts=counts,
        tabs=tabs(held, counts, sort),
        show=sort,
        lines=tuple(entry_line(each) for each in found),
        first=at + 1,
        total=total,
        before=href(held, sort, max(at - PAGE, 0)) if at else "",
        after=href(held, sort, at + PAGE) if at + PAGE < total else "",
        notices=tuple(fault_line("", each) for each in held.notices),
        buttons=buttons(held, person, counts),
        steps=tuple(map(step_line, bulks().keeping.steps(held.id))),
        writable=held.state in OPEN_TO_WRITING and bool(can(person, Action.EDIT, held.thing)),
        undo=undo_refusal(held, person),
    )


def show() -> str:
    """Give the sort of entries that is asked for."""
    asked = request.values.get("show", "all")
    return asked if asked in SHOWS and asked in FILTERS else "all"


def offset() -> int:
    """Give how many entries stand on the pages before."""
    return max(0, request.values.get("from", 0, type=int)) // PAGE * PAGE


def href(held: Bulk, sort: str, at: int) -> str:
    """Give the address of a page of an upload."""
    return f"/cataloguing/bulk/{held.id}?show={sort}&from={at}#rows"


def tabs(held: Bulk, counts: Counts, sort: str) -> tuple[tuple[str, str, int, bool], ...]:
    """Give the sorts of entries, those that there are."""
    return tuple(
        (words(told), href(held, name, 0), getattr(counts, name), name == sort)
        for name, told in FILTERS.items()
        if getattr(counts, name) or name in {"all", sort}
    )


def entry_line(held: Held) -> EntryLine:
    """Give an entry with its rows and faults in words."""
    plan = held.plan
    rows = tuple(map(row_line, plan.rows[:ROWS]))
    page = f"/cataloguing/entries/{plan.kind}/{quote(plan.code)}" if plan.begun else ""
    return EntryLine(
        place=held.place,
        title=plan.title or _("Untitled"),
        code=plan.code,
        kind=str(KINDS[plan.kind].one),
        action=plan.action.value,
        href=page,
        chosen=held.chosen,
        faulty=plan.faulty,
        conflict=plan.conflict,
        reason=plan.reason,
        rows=rows,
        more=len(plan.rows) - len(rows),
        faults=tuple(fault_line(plan.kind, each) for each in plan.faults),
    )


def row_line(row: RowPlan) -> RowLine:
    """Give a row in words."""
    return RowLine(
        where=_("%(sheet)s, row %(n)s", sheet=row.sheet, n=row.number),
        kind=words(TITLES[row.kind]) if row.kind in {ITEM, FILE} else "",
        title=row.title,
        change=row.action.value,
        cells=tuple(cell_line(row.kind, each) for each in row.cells),
    )


def cell_line(kind: str, cell: CellPlan) -> CellLine:
    """Give a cell in words."""
    return CellLine(
        address=cell.address,
        label=words(label_of(kind, cell.name)),
        before=said(cell.name, cell.before),
        after=said(cell.name, cell.after),
        theirs=None if cell.theirs is None else said(cell.name, cell.theirs),
    )


def said(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Say values in words."""
    return tuple(shown(name, each) for each in values)


def fault_line(kind: str, fault: Fault) -> FaultLine:
    """Give what is wrong in words, with the place of its cell."""
    where = f"{fault.sheet} {fault.address}".strip()
    return FaultLine(where, fault_label(kind, fault.name), words(fault.sentence), fault.advice)


def fault_label(kind: str, name: str) -> str:
    """Give what the column of a fault is called."""
    part, _dot, rest = name.partition(".")
    which = next((each for each, field in PARTS.items() if field == part), "")
    if which:
        return words(label_of(which, rest.partition(".")[2]))
    if name in OWN_COLUMNS:
        return words(label_of(ITEM if name == ENTRY else kind or "dataset", name))
    return words(label_of(kind, name)) if kind and name and name != CODE else ""


def step_line(step: Step) -> BulkStep:
    """Give a step in words."""
    told = words(PERMISSIONS[Action(step.action)].words)
    return BulkStep(step.at, step.actor, told, words(step.now.words), step.reason)


def buttons(held: Bulk, person: Person, counts: Counts) -> tuple[Button, ...]:
    """Give the steps that the person may take, and those refused only because it is their own."""
    found = []
    for step, verdict in steps(held.state, person, held.thing):
        if step.action is Action.CORRECT and (counts.large or not counts.chosen):
            continue
        if step.action in OFFERED and (verdict or verdict.ground == "own"):
            found.append(button(step, refusal(verdict)))
    return tuple(found)


def undo_refusal(held: Bulk, person: Person) -> str | None:
    """Say why the whole may not be taken back; "" where it may, None where nobody asks."""
    if held.state is not State.PUBLISHED or held.seq is None:
        return None
    verdict = can(person, Action.UNDO_LOAD, held.thing)
    return refusal(verdict)
