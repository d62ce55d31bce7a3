"""The form of a query: save a new one, a copy, or the next version; publish who may."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.asking.saved import Moved, Place, Said, Saved, Sharing
from ontology.actions import Action
from ontology.people import Person
from ontology.permissions import Thing, can
from web.accounts import people, trail
from web.accounts.views import mine
from web.cataloguing.here import departments_for, now, thing_of
from web.saved import differing
from web.saved.forms import Wish, stem_of, wish_of
from web.saved.here import at_version, may_edit, number_of, one, queries, thing_at
from web.saved.pages import Choice, FormPage
from web.saved.views import blueprint, told_in_catalogue

CONFLICT, WRONG = 409, 400


@blueprint.get("/queries/new")
def new() -> str:
    """Show an empty form, or one filled with a query's text or with a copy."""
    name = mine()
    people.required(Action.SAVE_QUERY, Thing("query", author=name))
    said = Said(request.args.get("query", ""))
    if copied := request.args.get("copy"):
        said = at_version(one(copied), number_of(request.args.get("version", ""))).said
    return form(Wish(said, Place()), None)


@blueprint.post("/queries")
def create() -> Response | tuple[str, int]:
    """Save a new query."""
    name = mine()
    people.required(Action.SAVE_QUERY, Thing("query", author=name))
    wish = wish_of(request.form, name)
    if wish.faults:
        return form(wish, None), WRONG
    saved = queries().add(stem_of(wish.said), wish.said, wish.place, by=name, at=now())
    return kept(saved, None, name)


@blueprint.get("/queries/<slug>/edit")
def edit(slug: str) -> str:
    """Show the form of a query as it stands."""
    mine()
    saved = editable(slug)
    return form(Wish(saved.said, saved.place), saved)


@blueprint.post("/queries/<slug>/edit")
def save(slug: str) -> Response | tuple[str, int]:
    """Save the next version, unless somebody saved one meanwhile."""
    name = mine()
    saved = editable(slug)
    wish = wish_of(request.form, saved.owner, saved)
    looked_at = at_version(saved, number_of(request.form.get("version", "")))
    if wish.faults:
        return form(wish, looked_at), WRONG
    try:
        made = queries().save(looked_at, wish.said, wish.place, by=name, at=now())
    except Moved as error:
        return form(wish, error.now, theirs=error.now), CONFLICT
    return kept(made, saved, name)


def editable(slug: str) -> Saved:
    """Give a query that the reader may save a next version of; raise Denied where they may not."""
    saved = one(slug)
    verdict = may_edit(saved)
    if not saved.owner or not verdict:
        raise people.Denied(verdict)
    return saved


def kept(saved: Saved, before: Saved | None, name: str) -> Response:
    """Write down what was saved, tell the catalogue, and show it."""
    public = Sharing.PUBLIC in {saved.place.sharing, before.place.sharing if before else None}
    trail.done(name, "save query", thing=saved.slug, sharing=saved.place.sharing.value)
    if public:
        told_in_catalogue(name)
    flash(_("Version %(n)s is saved.", n=saved.version), "good")
    return redirect(f"/queries/{saved.slug}", 303)


# The form -----------------------------------------------------------------------------------------


def form(wish: Wish, saved: Saved | None, theirs: Saved | None = None) -> str:
    """Show the form with what is typed."""
    said, who = wish.said, people.person()
    names = ("title_zh", "title_en", "description_zh", "description_en")
    values = {name: getattr(said, name) for name in names}
    owner = saved.owner if saved else who.name
    page = FormPage(
        values={**values, "query": said.text, "tags": " ".join(said.tags)},
        faults=wish.faults,
        sharings=sharings(wish.place, owner),
        departments=departments(who, wish.place),
        saved=saved,
        theirs=theirs,
        theirs_lines=differing.lines(theirs.said.text, said.text) if theirs else (),
    )
    return render_template("saved/form.html", page=page)


def departments(who: Person, place: Place) -> tuple[Choice, ...]:
    """Give the departments that the person may share with or speak for, and the one it is in."""
    found = {
        each.code: people.words(each.name)
        for action in (Action.SHARE_QUERY, Action.PUBLISH_QUERY)
        for each in departments_for(who, action)
    }
    if place.department and place.department not in found:
        found[place.department] = place.department
    chosen = place.department or (next(iter(found)) if len(found) == 1 else "")
    return tuple(Choice(words, code, code == chosen) for code, words in sorted(found.items()))


def sharings(place: Place, owner: str) -> tuple[Choice, ...]:
    """Give how far the person may share, and how far it is shared."""
    who = people.person()
    words = {
        Sharing.PRIVATE: _("Only I can read it"),
        Sharing.DEPARTMENT: _("My department can read it"),
        Sharing.PUBLIC: _("Everyone can read and call it"),
    }
    own = [thing_of(each) for each in departments_for(who, Action.SHARE_QUERY)]
    may = {
        Sharing.PRIVATE: True,
        Sharing.DEPARTMENT: bool(own),
        Sharing.PUBLIC: bool(can(who, Action.PUBLISH_QUERY, thing_at(owner, Place())))
        or bool(departments_for(who, Action.PUBLISH_QUERY)),
    }
    return tuple(
        Choice(said, sharing.value, sharing is place.sharing)
        for sharing, said in words.items()
        if may[sharing] or sharing is place.sharing
    )
