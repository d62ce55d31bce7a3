"""The addresses of an entry's past: its versions, one whole, two compared, origins, restoring."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.editing import Edit, restore
from ontology.actions import Action
from ontology.errors import Invalid, NotFound
from ontology.permissions import Thing, can
from web.accounts import people, trail
from web.accounts.holders import called, district_of
from web.catalogue.desk import today
from web.catalogue.kinds import ANY
from web.page import address
from web.past.pages import (
    ComparisonPage,
    Head,
    OriginsPage,
    Restoring,
    VersionPage,
    VersionsPage,
)
from web.past.versions import Past, entries, owner_of, thing_of
from web.past.words import compared, events, head, merges, origins, parts, path_of, stated
from web.site import instance, site

blueprint = Blueprint("past", __name__)
HISTORY = f"/<{ANY}:kind>/<path:code>/history"
SIZE = 20  # versions on a page
CHOICE = 200  # versions that can be chosen to compare
LONGEST = 500  # characters of a reason


def found(kind: str, code: str) -> tuple[Past, Head]:
    """Give an entry's past; raise NotFound where the reader knows of no such entry."""
    clearance = people.clearance()
    known = entries(instance(), kind, code, clearance)
    source = request.values.get("source", "")
    chosen = next((kept for kept in known if not source or kept.source == source), None)
    if chosen is None:
        raise NotFound(
            "The ledger knows of no entry at this address in what you may see. "
            "A data item or a file has its history with its dataset.",
            "在您可见的范围内，账本中没有该地址的条目。数据项和文件的历史记在所属数据集之下。",
        )
    return Past(instance(), chosen, clearance), head(chosen, known)


def number(name: str) -> int | None:
    """Read the number of a change from the address, None where it is not there."""
    given = request.values.get(name, "")
    if given and not (given.isascii() and given.isdecimal() and len(given) < 12):  # noqa: PLR2004
        raise Invalid(
            f"“{name}” should be the number of a change, not “{given[:40]}”.",
            f"参数“{name}”应当是变更编号，而不是“{given[:40]}”。",
        )
    return int(given) if given else None


@blueprint.get(HISTORY)
def history(kind: str, code: str) -> str:
    """Show the versions of an entry, newest first."""
    past, top = found(kind, code)
    before = number("before")
    touched = past.versions(SIZE + 1, before)
    page = VersionsPage(
        head=top,
        events=events(past, touched[:SIZE]),
        older=older(past, touched[SIZE - 1].seq) if len(touched) > SIZE else "",
        newest=top.path if before else "",
        numbers=tuple((each.seq, each.at) for each in past.versions(CHOICE)),
        today=today(),
        merges=merges(past) if not before else (),
    )
    return render_template("past/history.html", page=page)


def older(past: Past, seq: int) -> str:
    """Give the address of the versions before a change, of the source that was chosen."""
    chosen = [("source", past.kept.source)] if request.values.get("source") else []
    return address(path_of(past.kept), [*chosen, ("before", str(seq))])


@blueprint.get(f"{HISTORY}/<int:seq>")
def version(kind: str, code: str, seq: int) -> str:
    """Show an entry as it stood after one change."""
    past, top = found(kind, code)
    touched = past.version(seq)
    statements = past.state(seq)
    told, cut = parts(past, statements)
    numbers = [each.seq for each in past.versions()]
    at = numbers.index(seq)
    page = VersionPage(
        head=top,
        number=seq,
        when=touched.at,
        who=people.words(called(touched.actor)),
        reason=touched.reason,
        parts=told,
        cut=cut,
        before=stated(past.kept, numbers[at + 1]) if at + 1 < len(numbers) else "",
        after=stated(past.kept, numbers[at - 1]) if at else "",
        restoring=restoring(past, seq) if told and (at or not top.live) else None,
    )
    return render_template("past/version.html", page=page)


def restoring(past: Past, seq: int) -> Restoring | None:
    """Give the form that brings a version back, or why this reader may not."""
    if not people.person().name:
        return None
    verdict = can(people.person(), Action.RESTORE, owned(past, seq))
    why = "" if verdict else " ".join(map(people.words, (verdict.why, verdict.ask)))
    return Restoring(path_of(past.kept, f"/{seq}/restore"), past.kept.seq, why)


def owned(past: Past, seq: int) -> Thing:
    """Give what law asks of an entry: whose it is now, or was at that version."""
    statements = past.now() or past.state(seq)
    district = district_of(owner_of(past.kept, statements))
    return thing_of(past.kept, statements, district)


@blueprint.post(f"{HISTORY}/<int:seq>/restore")
def bring_back(kind: str, code: str, seq: int) -> Response:
    """Put an entry back as it was; the person is told where somebody was faster (409)."""
    past, top = found(kind, code)
    past.version(seq)
    who = people.required(Action.RESTORE, owned(past, seq))
    reason = request.form.get("reason", "").strip()[:LONGEST]
    if not reason:
        raise Invalid("Say why: the reason is kept and shown.", "请写明原因：原因将留存并显示。")
    edit = Edit(past.kept.source, who.name, site().now(), reason, number("begun") or 0)
    made = restore(past.instance, past.kept.key, seq, edit)
    trail.done(who.name, Action.RESTORE, thing=past.kept.iri, why=reason, version=str(seq))
    if made is None:
        flash(_("Nothing differs: the entry stands as it stood then."), "note")
    else:
        flash(_("The entry stands again as it stood after change %(number)s.", number=seq), "good")
    return redirect(top.path, 303)


@blueprint.get(f"{HISTORY}/compare")
def comparison(kind: str, code: str) -> str:
    """Show how an entry differed between two of its versions."""
    past, top = found(kind, code)
    chosen = sorted(each for each in (number("from"), number("to")) if each is not None)
    if len(chosen) != 2:  # noqa: PLR2004 - from one to another
        raise Invalid("Choose two versions to compare.", "请选择要比较的两个版本。")
    earlier, later = chosen
    past.version(earlier)
    page = ComparisonPage(
        head=top,
        earlier=earlier,
        later=later,
        changes=compared(past, earlier, later),
        numbers=tuple((each.seq, each.at) for each in past.versions(CHOICE)),
    )
    return render_template("past/compare.html", page=page)


@blueprint.get(f"{HISTORY}/origins")
def blame(kind: str, code: str) -> str:
    """Show which change gave each value of an entry its present form."""
    past, top = found(kind, code)
    told, cut = origins(past)
    return render_template("past/origins.html", page=OriginsPage(top, told, cut))
