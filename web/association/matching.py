"""`/associate/elements`: which data element each data item may be; a steward decides in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response

from graph.association.deciding import ACCEPTED, OPEN, REJECTED, Decider, Wish, decide
from graph.association.holdings import value_of
from graph.association.matching import Match, Matching, Proposal
from graph.association.suggesting import LEAST, SURE
from ontology.actions import Action
from ontology.errors import Conflict, GovgraphError, Invalid
from ontology.permissions import Thing, Verdict
from ontology.terms import DCT
from web.accounts import people, trail
from web.accounts.here import now
from web.accounts.holders import bodies, district_of
from web.accounts.views import NotSignedIn
from web.association.held import matching_in
from web.association.pages import Decided, MatchingPage, ProposalRow, Suggested
from web.association.views import LONGEST, blueprint
from web.association.words import START
from web.catalogue.asking import page_of
from web.catalogue.desk import desk
from web.catalogue.names import Names
from web.catalogue.searching import Desk
from web.governance.words import names_in
from web.language import language
from web.page import PageUrl, address, pager
from web.site import instance, site

PATH = f"{START}/elements"
SIZE = 50  # items on a page
MOST = 200  # decisions taken at once
SHOWN = 20  # decisions shown, the latest
SCORES = (LEAST, 0.7, 0.8, SURE, 0.95)
OUTCOMES = {"accept": ACCEPTED, "reject": REJECTED, "reopen": OPEN}


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters: a department's IRI, a library's code, the least score in per cent."""

    department: str = ""
    library: str = ""
    least: int = round(100 * LEAST)
    words: str = ""

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Give the filters as an address has them."""
        said = (
            ("department", self.department),
            ("library", self.library),
            ("least", str(self.least) if self.least != round(100 * LEAST) else ""),
            ("q", self.words),
        )
        return tuple((name, value) for name, value in said if value)

    def fits(self, each: Proposal) -> bool:
        """Say whether a proposal is among what is asked for."""
        return (
            self.department in {"", each.owner}
            and self.library in {"", each.best.element.library}
            and each.best.score * 100 >= self.least
            and self.words.casefold() in each.name.casefold()
        )


def asked(values: dict[str, str]) -> Asked:
    """Read the filters; what is none is left out."""
    least = values.get("least", "")
    return Asked(
        values.get("department", "")[:LONGEST],
        values.get("library", "")[:LONGEST],
        min(100, int(least)) if least.isdecimal() else round(100 * LEAST),
        values.get("q", "").strip()[:LONGEST],
    )


@blueprint.get(PATH)
def elements() -> str:
    """Show what items may be, of the departments for which the reader decides."""
    found = matching_in(people.present())
    return shown(found, deciding_for(found), asked(request.args.to_dict()))


def deciding_for(found: Matching) -> frozenset[str]:
    """Give the owners of items, by IRI, for which the reader decides; raise Denied for none."""
    if not people.person().name:
        raise NotSignedIn
    owners = {each.owner for each in found.proposals}
    owners |= {f"{site().base}/id/department/{code}" for code in bodies()}
    mine = frozenset(each for each in owners if may(each))
    if not mine:
        raise people.Denied(may(""))
    return mine


def may(owner: str) -> Verdict:
    """Say whether the reader decides on items of an owner."""
    return people.allowed(Action.MATCH_ELEMENTS, thing_of(owner))


def thing_of(owner: str) -> Thing:
    """Give an item of an owner as the law asks about it."""
    head = f"{site().base}/id/department/"
    code = owner.removeprefix(head) if owner.startswith(head) else None
    return Thing("item", code, district=district_of(code))


def shown(found: Matching, mine: frozenset[str], wish: Asked, fault: str = "") -> str:
    """Show a page of what is asked for."""
    here = desk()
    own = [each for each in found.proposals if each.owner in mine]
    fitting = [each for each in own if wish.fits(each)]
    number = page_of(request.args.get("page", ""), "page")
    rows = fitting[(number - 1) * SIZE : number * SIZE]
    owners = {each.owner for each in own}
    decided = [each for each in found.decided if decider_of(here, each, mine)][:SHOWN]
    names = names_in(here, dict.fromkeys(named(rows, decided, owners, here, found)))
    libraries = dict.fromkeys(sorted({each.best.element.library for each in own} - {""}))
    page = MatchingPage(
        rows=tuple(row_of(each, names) for each in rows),
        found=len(fitting),
        whole=len(own),
        sure=sum(each.best.score >= SURE for each in own),
        departments=tuple(sorted((names.text(each).value, each) for each in owners if each)),
        libraries=tuple((names.text(library(here, each)).value, each) for each in libraries),
        scores=tuple(round(100 * each) for each in SCORES),
        asked=wish,
        decided=tuple(decided_row(each, names) for each in decided),
        pager=pager(number=number, size=SIZE, total=len(fitting), url=PageUrl(PATH, wish.pairs())),
        fault=fault,
    )
    return render_template("association/elements.html", page=page)


def library(here: Desk, code: str) -> str:
    """Give the IRI of a base library."""
    return f"{here.base}/id/library/{code}"


def named(
    rows: Iterable[Proposal],
    decided: Iterable[Match],
    owners: Iterable[str],
    here: Desk,
    found: Matching,
) -> Iterable[str]:
    """Give every IRI that the page names."""
    for each in rows:
        yield from (each.item, each.dataset, *(one.element.iri for one in each.suggestions))
    for match in decided:
        yield from (match.item, match.element)
    yield from filter(None, owners)
    for code in {each.library for each in found.elements.values()}:
        yield library(here, code)


def decider_of(here: Desk, match: Match, mine: frozenset[str]) -> bool:
    """Say whether the reader decides on the item of a decision, which is in their view."""
    dataset = value_of(here.view.store, match.item, DCT.isPartOf)
    return bool(dataset) and value_of(here.view.store, dataset, DCT.publisher) in mine


def row_of(each: Proposal, names: Names) -> ProposalRow:
    """Tell one item and what it may be."""
    found = tuple(
        Suggested(
            names.link(one.element.iri),
            round(100 * one.score),
            tuple(people.words(reason) for reason in one.reasons),
            f"{each.item} {one.element.iri}",
            sure=one.score >= SURE,
        )
        for one in each.suggestions
    )
    return ProposalRow(
        names.link(each.item),
        names.link(each.dataset),
        names.link(each.owner),
        found[0],
        found[1:],
    )


def decided_row(each: Match, names: Names) -> Decided:
    """Tell one decision."""
    return Decided(
        names.link(each.item),
        names.link(each.element),
        each.name,
        accepted=each.outcome == ACCEPTED,
        at=datetime.fromisoformat(each.at),
        value=f"{each.item} {each.element}",
    )


@blueprint.post(PATH)
def decide_elements() -> str | Response:
    """Take decisions on what was chosen, as one change: all of them or none."""
    form = request.form
    found = matching_in(people.present())
    mine = deciding_for(found)
    chosen = [pair(each) for each in form.getlist("match")]
    outcome = OUTCOMES.get(form.get("do", ""), "")
    wish = asked(form.to_dict())
    if not chosen or not outcome:
        return redirect(address(PATH, wish.pairs()), 303)
    wishes = [wished(item, element, outcome, found) for item, element in chosen[:MOST]]
    try:
        if len(chosen) > MOST:
            raise TOO_MANY
        seq = decide(instance(), wishes, Decider(people.person().name, now(), words_of(wishes)))
    except GovgraphError as error:
        return shown(found, mine, wish, error.sentence(language()))
    trail.done(
        people.person().name, Action.MATCH_ELEMENTS, thing=wishes[0].dataset, many=str(len(wishes))
    )
    flash(told(wishes) if seq else _("Nothing differs from what was known."), "good")
    return redirect(address(PATH, wish.pairs()), 303)


TOO_MANY = Invalid(f"Decide on at most {MOST} at a time.", f"每次最多决定 {MOST} 项。")


def pair(text: str) -> tuple[str, str]:
    """Read an item and an element; raise Invalid for anything else."""
    item, _space, element = text.partition(" ")
    if not element or " " in element:
        raise Invalid("Choose data items and their elements.", "请选择数据项及其数据元。")
    return item, element


def wished(item: str, element: str, outcome: str, found: Matching) -> Wish:
    """Give what is decided on one item; raise Denied, or Conflict where it is not there."""
    store = people.present().store
    dataset = value_of(store, item, DCT.isPartOf) if is_iri(item) else ""
    if not dataset or element not in found.elements:
        raise GONE
    people.required(Action.MATCH_ELEMENTS, thing_of(value_of(store, dataset, DCT.publisher)))
    known = found.items.get(item)
    match = next((each for each in found.matches.values() if each.item == item), None)
    if outcome == OPEN and match is not None:
        return Wish(item, dataset, element, match.name, outcome)
    if known is None:
        raise GONE
    return Wish(item, dataset, element, known.item.name, outcome)


GONE = Conflict(
    "A data item that you chose is not there any more, or is an element by now. Look again.",
    "所选数据项已不存在，或已对应数据元，请重新查看。",
)


def is_iri(text: str) -> bool:
    """Say whether a text can name a thing."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def words_of(wishes: Sequence[Wish]) -> str:
    """Give the reason that the ledger keeps."""
    said = {ACCEPTED: "采纳", REJECTED: "否决", OPEN: "撤回"}[wishes[0].outcome]
    return f"数据元对照：{said} {len(wishes)} 项"


def told(wishes: Sequence[Wish]) -> str:
    """Say what became of the decisions."""
    count = len(wishes)
    if wishes[0].outcome == ACCEPTED:
        said = ngettext("%(num)d data item is matched.", "%(num)d data items are matched.", count)
    elif wishes[0].outcome == REJECTED:
        said = ngettext(
            "%(num)d suggestion is rejected.", "%(num)d suggestions are rejected.", count
        )
    else:
        said = ngettext(
            "%(num)d decision is taken back.", "%(num)d decisions are taken back.", count
        )
    return str(said)
