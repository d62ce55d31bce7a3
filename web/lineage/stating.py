"""`/lineage/tell`: lineage told by hand or as a file, by who may."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.lineage.files import Step, step_of, take_file, take_steps
from graph.lineage.openlineage import BadEvent
from graph.lineage.taking import Taken, Teller
from ontology.actions import Action
from ontology.code_lists import code_list
from ontology.errors import GovgraphError
from ontology.permissions import Thing
from ontology.rights import WRITERS
from web.accounts import people, trail
from web.accounts.holders import district_of
from web.accounts.people import words
from web.language import language
from web.lineage.telling import blueprint, told_by
from web.page import Link, Text
from web.site import instance, site

TELL = "/lineage/tell"
TYPED = ("owner", "source", "target", "job", "transformation", "masking", "since", "until")


NAMED = 8  # stubs that are named in the answer
FORM = "step"  # the place of what is typed
FIELDS = {  # places in it, and the fields that say so
    f"{FORM}.{place}": name
    for place, name in (
        ("source", "source"), ("target", "target"), ("transformation", "transformation"),
        ("from", "since"), ("to", "until"),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TellPage:
    """The form: what was typed, what may be chosen, and what is wrong with it.

    `owner` is the source in which it will stand, in words; `wrong` says of a field what is wrong.
    """

    typed: dict[str, str]
    owner: str
    wrong: dict[str, str]
    transformations: tuple[Link, ...]
    fault: str
    back: str


@blueprint.get(TELL)
def form() -> str:
    """Show the form, where the reader may tell lineage."""
    teller = told_by(request.args.get("owner", ""))
    typed = {"target": request.args.get("target", "")[:400]}
    return shown(typed, teller)


def shown(
    typed: dict[str, str], teller: Teller, fault: str = "", wrong: dict[str, str] | None = None
) -> str:
    """Show the form as it was typed."""
    listed = code_list("transformation")
    target = typed.get("target", "")
    page = TellPage(
        typed={name: typed.get(name, "") for name in TYPED},
        owner=words(teller.titles),
        wrong=wrong or {},
        transformations=tuple(
            Link(Text(each.label(language()), language()), each.notation) for each in listed
        ),
        fault=fault,
        back=f"/lineage/{target}" if "/" in target and "://" not in target else "/lineage",
    )
    return render_template("lineage/tell.html", page=page)


@blueprint.post(TELL)
def state() -> str | Response:
    """Take what was typed or uploaded in; show the form again where it cannot be read."""
    typed = {name: request.form.get(name, "").strip()[:400] for name in TYPED}
    teller = told_by(typed["owner"])
    file = request.files.get("file")
    try:
        if file is not None and file.filename:
            with file.stream as stream:
                data = stream.read()
            taken = take_file(instance(), file.filename, data, teller, site().zone)
        else:
            taken = take_steps(instance(), [step(typed)], teller)
    except BadEvent as error:
        if name := FIELDS.get(error.field):
            return shown(typed, teller, wrong={name: words(error.reason)})
        return shown(typed, teller, error.sentence(language()))
    except GovgraphError as error:
        return shown(typed, teller, error.sentence(language()))
    trail.done(teller.actor, Action.TELL_LINEAGE, thing=teller.source, why=typed["target"])
    flash(outcome(taken), "good")
    target = typed["target"]
    there = "/" in target and "://" not in target and not target.startswith("/")
    return redirect(f"/lineage/{target}" if there and not file else TELL, 303)


def step(typed: dict[str, str]) -> Step:
    """Read the step that was typed."""
    cells = {**typed, "from": typed["since"], "to": typed["until"]}
    return step_of(cells, FORM)


def outcome(taken: Taken) -> str:
    """Say what became of it."""
    if taken.seq is None:
        return str(_("Nothing differs from what was known."))
    if not (taken.opened or taken.ended or taken.stubs):
        return str(_("What was known of these steps was changed."))
    told = str(
        _(
            "%(opened)s steps were opened, %(ended)s ended, %(stubs)s names became stubs.",
            opened=taken.opened,
            ended=taken.ended,
            stubs=len(taken.stubs),
        )
    )
    if taken.stubs:
        names = str(_(", ")).join(name for _iri, name in taken.stubs[:NAMED])
        told += " " + str(_("Not known so far: %(names)s", names=names))
        told += "…" if len(taken.stubs) > NAMED else ""
    return told


def tell_url(kind: str, code: str) -> str:
    """Give the address of the form for a thing, "" for who may not tell lineage."""
    person = people.person()
    if not person.name:
        return ""
    holders = [each.holder for each in person.grants if each.role in WRITERS] or [None]
    may = any(
        people.allowed(Action.TELL_LINEAGE, Thing("lineage", each, district=district_of(each)))
        for each in holders
    )
    return f"{TELL}?target={kind}/{code}" if may else ""
