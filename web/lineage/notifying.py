"""`POST /lineage/impact/…/notice`: word of a change, by letter, to those whom it touches.

A letter names no more than departments may see, whoever sends it: what is touched is reckoned in their
view. What the sender says stands in the letter and in the audit.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from graph.lineage.owners import whose_is
from graph.views.snapshots import View
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import Conflict, Invalid
from ontology.permissions import Thing
from web.accounts import people, trail
from web.accounts.holders import district_of
from web.accounts.letters import Letter, speakers, write
from web.accounts.views import NotSignedIn
from web.catalogue.names import names_of
from web.lineage.asking import asked
from web.lineage.impacting import ROOT, Touching, touching
from web.lineage.views import blueprint, thing, view
from web.site import site

LONGEST = 1_000  # characters of what is said
NAMED = 10  # things that a letter names


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a notice: letters to so many departments, and how many nobody could be written to."""

    letters: int
    departments: int
    silent: int


def owned(here: View, iri: str) -> Thing:
    """Give what law asks of a thing of which word is sent."""
    owner = whose_is(here.store, iri).keeper.rpartition("/")[2]
    return Thing("entry", owner or None, district=district_of(owner) if owner else None)


def may_send(iri: str) -> bool:
    """Say whether the reader may send word of a change of a thing."""
    if not people.person().name:
        return False
    return bool(people.allowed(Action.NOTIFY_CHANGE, owned(view(), iri)))


blueprint.add_app_template_global(may_send, "may_send_notice")


@blueprint.post(f"{ROOT}/notice")
def send(kind: str, code: str) -> Response:
    """Send word of a change to who speaks for the departments that it touches."""
    if not people.person().name:
        raise NotSignedIn
    ask = asked(kind, code)
    iri = thing(view(), ask)
    who = people.required(Action.NOTIFY_CHANGE, owned(view(), iri))
    said = " ".join(request.form.get("said", "").split())
    if not said or len(said) > LONGEST:
        raise Invalid(
            f"Say what changes and when, in at most {LONGEST} characters: it stands in the letters.",
            f"请写明何时发生何种变更，不超过 {LONGEST} 字：内容将写入信件。",
        )
    shared = site().snapshots.view(Clearance.SHARED)
    sent = sent_to(touching(shared, told_in(shared, iri)), said, who.name, f"{ask.path}")
    trail.done(
        who.name, Action.NOTIFY_CHANGE, thing=iri, why=said, letters=str(sent.letters),
        departments=str(sent.departments),
    )  # fmt: skip
    flash(words(sent), "good" if sent.letters else "note")
    return redirect(f"/lineage/impact/{ask.kind}/{ask.code}#notice", 303)


def told_in(shared: View, iri: str) -> str:
    """Give what word is sent of; raise Conflict where departments may not see it."""
    if not next(iter(names_of(shared, [iri], base=site().settings.base, language="zh").said), None):
        raise Conflict(
            "Departments may not see this entry, so no letter can name it.",
            "各部门无权查看该条目，信件中不能提及。",
        )
    return iri


def sent_to(found: Touching, said: str, sender: str, path: str) -> Sent:
    """Write to who speaks for each department, of what is theirs."""
    page = path.replace("/lineage/", "/lineage/impact/", 1)
    letters = [
        write(letter(found, keeper, said, page), speakers([keeper]), but=sender)
        for keeper in found.groups
        if keeper
    ]
    return Sent(sum(letters), sum(map(bool, letters)), letters.count(0))


def letter(found: Touching, keeper: str, said: str, page: str) -> Letter:
    """Write to one department: what changes, what the sender says, what of its own is touched."""
    hits = found.groups[keeper]
    iris = [found.iri, *(each.iri for each in hits[:NAMED])]
    (zh, *zhs), (en, *ens) = (
        [names.text(each).value for each in iris]
        for names in (
            names_of(found.view, iris, base=site().settings.base, language=language)
            for language in ("zh", "en")
        )
    )
    more = len(hits) - NAMED
    lines_zh = [f"  - {each}" for each in zhs] + ([f"  ……另有 {more} 项"] if more > 0 else [])
    lines_en = [f"  - {each}" for each in ens] + ([f"  … and {more} more"] if more > 0 else [])
    told_zh = "\n".join((f"“{zh}”将发生变更：{said}", f"涉及贵单位 {len(hits)} 项：", *lines_zh))
    told_en = "\n".join(
        (f"“{en}” changes: {said}", f"Of your department it touches {len(hits)}:", *lines_en)
    )
    return Letter((f"Notice of a change: {en}", f"变更告知：{zh}"), (told_en, told_zh), page)


def words(sent: Sent) -> str:
    """Say what became of it."""
    told = str(
        _(
            "Letters that were written: %(letters)s; departments that they go to: %(departments)s.",
            letters=sent.letters,
            departments=sent.departments,
        )
    )
    if sent.silent:
        told += " " + str(
            _(
                "Departments for which nobody with a confirmed address speaks: %(n)s. Tell them otherwise.",
                n=sent.silent,
            )
        )
    return told
