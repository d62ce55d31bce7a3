"""The form of a draft: shown, saved as one types, checked, handed in. No script is needed for any of it."""

from __future__ import annotations

from flask import Response as Answer
from flask import flash, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.association.sampled import Seen, recognised, suggester_of
from graph.cataloguing.cases import Decision, thing_of
from graph.cataloguing.drafts import Draft, Moved, Saving
from graph.cataloguing.numbers import proposed
from graph.cataloguing.sampling import joined, shown_in
from graph.cataloguing.typed import Typed, tidy
from ontology.actions import Action
from ontology.axes import as_strict
from ontology.clearance import Clearance
from ontology.errors import GovgraphError, Invalid
from ontology.people import Person
from ontology.permissions import can
from ontology.states import OPEN_TO_WRITING
from ontology.terms import code_iri
from web.accounts.people import Denied, words
from web.cataloguing.checking import axes_of, complete, told_of
from web.cataloguing.composing import Wish, elements, form_page, label_of
from web.cataloguing.desk import blueprint, readable
from web.cataloguing.here import cases, done, now, who
from web.cataloguing.pages import Sample
from web.cataloguing.posted import typed_from
from web.language import language
from web.wording import stamp

MORE = 10  # blank rows that one asks for
TOLD = 5  # items of a sample whose elements are told of one by one
BAD = 400
CONFLICT = 409
STEPS = {each.value for each in (Action.SUBMIT, Action.CORRECT, Action.DISCARD)}


@blueprint.get("/drafts/<int:number>")
def draft(number: int) -> Response | str:
    """Show the form of a draft to who may write in it, its review to everyone else."""
    person = who()
    held = readable(number, person)
    if held.state not in OPEN_TO_WRITING or not can(person, Action.EDIT, thing_of(held)):
        return redirect(f"/cataloguing/drafts/{number}/review", 303)
    typed = cases().drafts.typed(number, held.revision)
    blank = MORE if request.args.get("rows") == "more" else Wish().blank
    wish = Wish(
        blank=blank,
        suggest=request.args.get("suggest") == "elements",
        checked=request.args.get("check") == "yes",
    )
    return render_template("cataloguing/form.html", page=form_page(held, typed, person, wish))


@blueprint.post("/drafts/<int:number>")
def save(number: int) -> Response:
    """Save what was typed, and do what the button that was pressed says."""
    person = who()
    held = writable(number, person)
    typed = typed_from(held.subject.kind, request.form)
    do = request.form.get("do", "save")
    try:
        typed = adjusted(held, typed, do)
        saved = cases().drafts.save(number, typed, Saving(person.name, now(), revision()))
    except Moved as moved:
        return told_of_other(held, typed, person, moved)
    if as_program():
        return saved_answer(saved, typed)
    if do in STEPS:
        return step(saved, typed, person, Action(do))
    return redirect(after(saved, do), 303)


def step(saved: Draft, typed: Typed, person: Person, action: Action) -> Response:
    """Take a step from the form; what keeps it from being handed in is shown beside the fields."""
    try:
        if action is not Action.DISCARD:
            complete(cases(), saved.subject, typed)
        after_it = cases().take(saved, person, Decision(action, now(), saved.revision))
    except Invalid as error:
        flash(error.sentence(language()), "fault")
        page = form_page(saved, typed, person, Wish(checked=True))
        return make_response(render_template("cataloguing/form.html", page=page), BAD)
    done(person, action, saved.subject.iri)
    flash(handed_in(after_it), "good")
    return redirect("/cataloguing/", 303)


def handed_in(draft: Draft) -> str:
    """Say what became of a draft."""
    title = draft.title or _("Untitled")
    return str(_("“%(title)s” is now: %(state)s.", title=title, state=words(draft.state.words)))


def adjusted(held: Draft, typed: Typed, do: str) -> Typed:
    """Give what was typed with what a button adds to it: a proposed code, stricter axes."""
    if do == "propose":
        return with_number(typed)
    if do == "strict":
        return as_strict_as_items(held, typed)
    return typed


def with_number(typed: Typed) -> Typed:
    """Give what was typed with the next resource code of the classification that was chosen."""
    group = request.form.get("class", "")
    tail = request.form.get("subgroup", "").strip() or "001"
    view = cases().instance.snapshots.view(Clearance.GOVERNANCE)
    try:
        code = proposed(f"{group}{tail}", view.store, cases().drafts.numbers())
    except GovgraphError as error:
        flash(error.sentence(language()), "fault")
        return typed
    others = [each for each in typed.fields.get("dct:identifier", ()) if "/" not in each]
    fields = {**typed.fields, "dct:identifier": (str(code), *others)}
    return Typed(fields, typed.items, typed.files)


def as_strict_as_items(held: Draft, typed: Typed) -> Typed:
    """Give what was typed with the entry's axes as strict as its strictest item's."""
    stricter = as_strict(axes_of(typed), map(axes_of, typed.items))
    fields = {name: list(texts) for name, texts in typed.fields.items()}
    for name, listed, value in (
        ("gov:sharingType", "sharing", stricter.sharing),
        ("gov:opennessType", "openness", stricter.openness),
    ):
        if value:
            fields[name] = [code_iri(listed, value).value]
    return tidy(held.subject.kind, fields, typed.items, typed.files)


def after(saved: Draft, do: str) -> str:
    """Say which page comes after saving."""
    home = f"/cataloguing/drafts/{saved.id}"
    return {
        "rows": f"{home}?rows=more#items",
        "suggest": f"{home}?suggest=elements#items",
        "sample": f"{home}/items",
        "check": f"{home}?check=yes",
        "propose": f"{home}#f-dct-identifier",
        "strict": f"{home}#group-sharing",
        "review": f"{home}/review",
    }.get(do, f"{home}?check=saved")


def told_of_other(held: Draft, typed: Typed, person: Person, moved: Moved) -> Response:
    """Show both: what this person typed stands in the fields, what was saved stands beside them."""
    if as_program():
        answer = jsonify(said=moved.sentence(language()), revision=moved.now.revision)
        answer.status_code = CONFLICT
        return answer
    wish = Wish(theirs=moved.typed, conflict=moved.sentence(language()))
    page = form_page(moved.now if moved.now.id == held.id else held, typed, person, wish)
    return make_response(render_template("cataloguing/form.html", page=page), CONFLICT)


def saved_answer(saved: Draft, typed: Typed) -> Answer:
    """Tell the form's script what was kept and what is wrong with it."""
    found = told_of(cases(), saved.subject, typed)
    kind = saved.subject.kind
    return jsonify(
        revision=saved.revision,
        at=stamp(saved.changed),
        told=[
            {
                "field": each.field,
                "label": label_of(kind, each.field),
                "words": each.words,
                "advice": each.advice,
                "owed": each.owed,
            }
            for each in found
        ],
    )


def writable(number: int, person: Person) -> Draft:
    """Give a draft that the person may write in; raise Denied where they may not."""
    held = readable(number, person)
    verdict = can(person, Action.EDIT, thing_of(held))
    if not verdict:
        raise Denied(verdict)
    return held


def revision() -> int:
    """Give the revision that the form was made from."""
    said = request.form.get("revision", "")
    if not said.isdigit():
        raise Invalid("The form does not say which revision it was made from.", "表单未注明稿次。")
    return int(said)


def as_program() -> bool:
    """Say whether the form's script asks, and not a browser that will show a page."""
    best = request.accept_mimetypes.best_match(("text/html", "application/json"))
    return best == "application/json"


# Items from a sample ----------------------------------------------------------------------------


@blueprint.get("/drafts/<int:number>/items")
def sample(number: int) -> str:
    """Show where items are read from a sample of the data, or from a table of items."""
    held = writable(number, who())
    return render_template("cataloguing/sample.html", page=Sample(held, held.title))


@blueprint.post("/drafts/<int:number>/items")
def read_sample(number: int) -> Response:
    """Add the items that a sample shows to the draft; what was typed already stays."""
    person = who()
    held = writable(number, person)
    try:
        shown = shown_in(*sent())
    except GovgraphError as error:
        page = Sample(held, held.title, error.sentence(language()))
        return make_response(render_template("cataloguing/sample.html", page=page), BAD)
    view = cases().instance.snapshots.view(Clearance.OPEN)
    shown, told = recognised(suggester_of(view.store), shown)
    found = [each.row for each in shown]
    typed = cases().drafts.typed(number, held.revision)
    more = tidy(held.subject.kind, typed.fields, joined(typed.items, found), typed.files)
    saved = cases().drafts.save(number, more, Saving(person.name, now(), revision()))
    flash(_("%(n)s items were read. Look at the types: they are guesses.", n=len(found)), "good")
    tell(told)
    return redirect(f"/cataloguing/drafts/{saved.id}#items", 303)


def tell(seen: list[Seen]) -> None:
    """Say which elements the sample showed, and why: in shares of its values, never by a value."""
    for each in sorted(seen, key=lambda one: -one.suggestion.score)[:TOLD]:
        why = [reason[language() == "zh"] for reason in each.suggestion.reasons]
        named = {
            "name": each.name,
            "element": each.suggestion.element.title,
            "why": _("; ").join(why),
        }
        flash(
            _("“%(name)s” was taken for the element “%(element)s”: %(why)s.", **named)
            if each.taken
            else _("“%(name)s” may be the element “%(element)s”: %(why)s.", **named),
            "good" if each.taken else "note",
        )
    if len(seen) > TOLD:
        more = len(seen) - TOLD
        flash(_("Elements were found for %(n)s more items: see the form.", n=more), "good")


def sent() -> tuple[bytes, str]:
    """Give the file that was sent, or the table that was pasted, with a name that tells its form."""
    file = request.files.get("file")
    if file and file.filename:
        return file.read(), file.filename
    text = request.form.get("table", "").strip()
    if not text:
        raise Invalid("Choose a file, or paste a table.", "请选择文件，或粘贴表格。")
    return text.encode(), "pasted.tsv" if "\t" in text else "pasted.csv"


@blueprint.get("/elements")
def suggest_elements() -> Answer:
    """Give the standard elements whose names are nearest to an item's, as JSON."""
    who()
    text = request.args.get("q", "")[:100]
    return jsonify(elements=[{"code": each.value, "title": each.words} for each in elements(text)])
