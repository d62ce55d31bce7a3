"""`/associate/duplicates`: entries that say the same, side by side; merged by who may, and parted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response

from graph.association.deciding import Decider
from graph.association.duplicates import Duplicates, Merged, Pair, Sketch, duplicates, renewed
from graph.association.holdings import MERGE, texts_of, value_of
from graph.association.matching import ACCEPTED
from graph.association.merges import Two, merge, part, undo_merge
from graph.association.suggesting import plain_name
from ontology.actions import Action
from ontology.errors import Conflict, GovgraphError, Invalid
from ontology.terms import CSVW, DCAT, DCT, GOV
from web.accounts import people, trail
from web.accounts.here import now
from web.accounts.views import NotSignedIn
from web.association.kept import Reading, kept_of
from web.association.matching import is_iri, thing_of
from web.association.pages import Compared, DuplicatesPage, Field, MergedRow
from web.association.views import LONGEST, blueprint
from web.association.words import START
from web.catalogue.asking import page_of
from web.catalogue.desk import desk
from web.catalogue.names import Names
from web.governance.words import names_in
from web.language import language
from web.page import Link, PageUrl, Text, address, pager
from web.site import instance

PATH = f"{START}/duplicates"
SIZE = 10  # pairs on a page
SHOWN = 30  # decisions shown, the latest
SAME = 0.999
READING: Reading[Duplicates] = Reading("duplicates", duplicates, renewed)


def duplicates_now() -> Duplicates:
    """Give what the reader's newest view holds of duplicates."""
    return kept_of(people.present(), READING)


def merged_into(iri: str) -> str:
    """Give the entry that an entry was merged into, "" for none."""
    store = people.present().store
    merges = store.quads_for_pattern(None, GOV.mergedEntry, NamedNode(iri), MERGE)
    told = (str(quad.subject)[1:-1] for quad in merges)
    return next(
        (
            value_of(store, each, GOV.keptEntry)
            for each in told
            if value_of(store, each, GOV.outcome) == ACCEPTED
        ),
        "",
    )


def merged_link(iri: str) -> Link | None:
    """Give the entry that an entry was merged into, for the page of the merged one."""
    kept = merged_into(iri) if is_iri(iri) else ""
    return names_in(desk(), [kept]).link(kept) if kept else None


def merged_links(iri: str) -> tuple[Link, ...]:
    """Give the entries that were merged into an entry, for the page of the kept one."""
    if not is_iri(iri):
        return ()
    store = people.present().store
    told = [
        str(quad.subject)[1:-1]
        for quad in store.quads_for_pattern(None, GOV.keptEntry, NamedNode(iri), MERGE)
    ]
    merged = [
        value_of(store, each, GOV.mergedEntry)
        for each in told
        if value_of(store, each, GOV.outcome) == ACCEPTED
    ]
    names = names_in(desk(), merged) if merged else None
    return tuple(names.link(each) for each in merged) if names else ()


blueprint.add_app_template_global(merged_link)
blueprint.add_app_template_global(merged_links)


@blueprint.get(PATH)
def pairs() -> str:
    """Show the pairs that may be one entry."""
    return shown(duplicates_now())


def shown(found: Duplicates, fault: str = "") -> str:
    """Show a page of pairs, and what was decided."""
    here = desk()
    department = request.args.get("department", "")[:LONGEST]
    fitting = [each for each in found.pairs if department in {"", each.one.owner, each.other.owner}]
    number = page_of(request.args.get("page", ""), "page")
    rows = fitting[(number - 1) * SIZE : number * SIZE]
    decided = sorted(found.decisions.values(), key=lambda each: each.at, reverse=True)[:SHOWN]
    owners = {each.owner for pair in found.pairs for each in (pair.one, pair.other)} - {""}
    names = names_in(here, dict.fromkeys(named(rows, decided, owners)))
    query = (("department", department),) if department else ()
    page = DuplicatesPage(
        rows=tuple(compared(each, names) for each in rows),
        found=len(fitting),
        entries=len(found.sketches),
        departments=tuple(sorted((names.text(each).value, each) for each in owners)),
        department=department,
        decided=tuple(decision(each, found, names) for each in decided),
        pager=pager(number=number, size=SIZE, total=len(fitting), url=PageUrl(PATH, query)),
        fault=fault,
    )
    return render_template("association/duplicates.html", page=page)


def named(rows: Iterable[Pair], decided: Iterable[Merged], owners: Iterable[str]) -> Iterable[str]:
    """Give every IRI that the page names."""
    for each in rows:
        for one in (each.one, each.other):
            yield from filter(None, (one.iri, one.owner, one.place))
    for merged in decided:
        yield from (merged.kept, merged.merged)
    yield from owners


def may(*owners: str) -> bool:
    """Say whether the reader may merge entries of all these owners."""
    return all(people.allowed(Action.MERGE_ENTRIES, thing_of(each)) for each in owners)


def compared(each: Pair, names: Names) -> Compared:
    """Tell one pair, field by field."""
    return Compared(
        one=names.link(each.one.iri),
        other=names.link(each.other.iri),
        sure=round(100 * each.score),
        fields=tuple(fields(each, names)),
        common=item_titles(each.one.names & each.other.names, each.one),
        only_one=item_titles(each.one.names - each.other.names, each.one),
        only_other=item_titles(each.other.names - each.one.names, each.other),
        values=(each.one.iri, each.other.iri),
        may=may(each.one.owner, each.other.owner),
    )


def fields(each: Pair, names: Names) -> Iterable[Field]:
    """Give the fields of a pair side by side, each with how alike it is."""
    store = people.present().store
    one, other = each.one, each.other

    def texts(value: str) -> tuple[Link, ...]:
        return (Link(Text(value), ""),) if value else ()

    def told(value: str) -> tuple[Link, ...]:
        return (names.link(value),) if value else ()

    def numbers(of: Sketch) -> tuple[Link, ...]:
        return tuple(Link(Text(value), "") for value in sorted(of.numbers))

    def page(of: Sketch) -> tuple[Link, ...]:
        url = value_of(store, of.iri, DCAT.landingPage)
        return (Link(Text(of.page), url),) if url else ()

    def dated(of: Sketch) -> tuple[Link, ...]:
        return texts(value_of(store, of.iri, DCT.modified)[:10])

    alike = each.fields
    titled = likeness(alike["title"])
    if one.title != other.title and (alike["title"] or 0) >= SAME:
        titled = str(_("the same but for common words"))
    yield Field(str(_("Title")), texts(one.title), texts(other.title), titled)
    yield Field(str(_("Department")), told(one.owner), told(other.owner), likeness(alike["owner"]))
    yield Field(str(_("Place")), told(one.place), told(other.place), likeness(alike["place"]))
    yield Field(str(_("Identifiers")), numbers(one), numbers(other), likeness(alike["identifier"]))
    yield Field(str(_("Landing page")), page(one), page(other), likeness(alike["page"]))
    yield Field(str(_("Updated")), dated(one), dated(other), "")


def likeness(value: float | None) -> str:
    """Say how alike a field is; "" where one of the two says nothing."""
    if value is None:
        return ""
    if value >= SAME:
        return str(_("the same"))
    return (
        str(_("%(likeness)s%% alike", likeness=round(100 * value))) if value else str(_("differs"))
    )


def item_titles(plain: frozenset[str], of: Sketch) -> tuple[str, ...]:
    """Give the names of items as they are written, in a stable order."""
    found: dict[str, str] = {}
    view = people.present().store
    for quad in view.quads_for_pattern(None, DCT.isPartOf, NamedNode(of.iri), MERGE):
        for each in texts_of(view, str(quad.subject)[1:-1], CSVW.title):
            found.setdefault(plain_name(each.value), each.value)
    return tuple(sorted(found.get(each, each) for each in plain))


def decision(each: Merged, found: Duplicates, names: Names) -> MergedRow:
    """Tell one decision."""
    owners = [
        found.sketches[iri].owner for iri in (each.kept, each.merged) if iri in found.sketches
    ]
    return MergedRow(
        kept=names.link(each.kept),
        merged=names.link(each.merged),
        one=each.outcome == ACCEPTED,
        at=datetime.fromisoformat(each.at),
        values=(each.kept, each.merged),
        may=len(owners) > 1 and may(*owners),
    )


@blueprint.post(PATH)
def decide_pair() -> str | Response:
    """Merge two entries, find that they are two, or take either back."""
    if not people.person().name:
        raise NotSignedIn
    found, form = duplicates_now(), request.form
    two = chosen(found, form.get("kept", ""), form.get("merged", ""))
    decider = Decider(people.person().name, now(), reason_of(form.get("do", ""), two))
    acts = {
        "merge": lambda: merge(instance(), found, two, decider),
        "part": lambda: part(instance(), two, decider),
        "undo": lambda: undo_merge(instance(), two.kept, two.merged, decider),
    }
    act = acts.get(form.get("do", ""))
    if act is None:
        raise Invalid("Choose what to do with the two.", "请选择如何处理这两条。")
    try:
        act()
    except GovgraphError as error:
        return shown(found, error.sentence(language()))
    trail.done(people.person().name, Action.MERGE_ENTRIES, thing=two.merged, why=decider.reason)
    flash(told(form.get("do", ""), named_as_read(two)), "good")
    department = form.get("department", "")[:LONGEST]
    return redirect(address(PATH, [("department", department)] if department else []), 303)


def chosen(found: Duplicates, kept: str, merged: str) -> Two:
    """Give the two entries that are meant, which the reader may merge; raise Denied otherwise."""
    for each in (kept, merged):
        if not is_iri(each) or each not in found.sketches:
            people.required(Action.MERGE_ENTRIES, thing_of(""))
            raise Conflict(
                "One of the two entries is not there any more.", "两条目录中有一条已不存在。"
            )
        people.required(Action.MERGE_ENTRIES, thing_of(found.sketches[each].owner))
    return Two(kept, merged, (found.sketches[kept].title, found.sketches[merged].title))


def reason_of(act: str, two: Two) -> str:
    """Give the reason that the ledger keeps."""
    said = {"merge": "归并", "part": "认定为两条", "undo": "撤回归并决定"}.get(act, "")
    return f"{said}：{two.titles[1]} → {two.titles[0]}"


def named_as_read(two: Two) -> Two:
    """Give the two under the names that the reader knows them by."""
    names = names_in(desk(), [two.kept, two.merged])
    return replace(two, titles=(names.text(two.kept).value, names.text(two.merged).value))


def told(act: str, two: Two) -> str:
    """Say what became of it."""
    if act == "merge":
        said = _("“%(merged)s” leads to “%(kept)s” now.", merged=two.titles[1], kept=two.titles[0])
    elif act == "part":
        said = _("The two stay two entries and are not shown here again.")
    else:
        said = _("The decision is taken back.")
    return str(said)
