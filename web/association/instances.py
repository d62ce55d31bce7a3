"""`/associate/legal-person/{code}` and its like: every dataset in which a thing may appear."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import redirect, render_template, request
from flask_babel import gettext as _
from pyoxigraph import NamedNode
from werkzeug.wrappers import Response

from graph.association.holdings import MERGE, PERSONAL, Holdings, risky, value_of
from graph.association.libraries import districts
from graph.association.suggesting import Element
from graph.views.snapshots import View
from ontology.code_lists import code_list
from ontology.errors import NotFound
from ontology.identifiers import (
    body_of,
    fault,
    known_area,
    organisation_in,
    tidied,
)
from ontology.instances import KINDS, Instances
from ontology.terms import DCT
from web.accounts import people
from web.association.held import held_in
from web.association.pages import Appearance, Fact, InstancePage
from web.association.views import LONGEST, blueprint
from web.association.words import START
from web.catalogue.asking import page_of
from web.catalogue.desk import desk
from web.catalogue.names import Names
from web.governance.words import names_in
from web.page import Link, PageUrl, Text, pager
from web.site import site

SIZE = 50  # datasets on a page
AREA = slice(2, 8)  # where a credit code names a division
DISTRICT = 6  # characters of a street's code that name its district
AWAY = 0.5  # what is left of a certainty in the data of another district


@blueprint.get(f"{START}/legal-person")
def ask_legal_person() -> Response:
    """Lead to the legal person of a code that was typed."""
    return redirect(f"{START}/legal-person/{tidied(request.args.get('code', ''))[:40] or '-'}")


@blueprint.get(f"{START}/<any('legal-person', district, street, address):kind>/<code>")
def instance_page(kind: str, code: str) -> str:
    """Show a thing that is no person, and every dataset in which it may appear."""
    here, view = desk(), people.present()
    law, code = KINDS[kind], tidied(code)
    iri = known(view, law, code)
    held = held_in(view)
    keys = keys_of(held, law)
    department = request.args.get("department", "")[:LONGEST]
    every = appearances(view, held, keys, home_of(view, law, code, iri))
    found = [each for each in every if department in {"", held.owners.get(each.dataset, "")}]
    number = page_of(request.args.get("page", ""), "page")
    shown = found[(number - 1) * SIZE : number * SIZE]
    owners = {held.owners.get(each.dataset, "") for each in every} - {""}
    names = names_in(here, dict.fromkeys(named(shown, held, iri, view, owners)))
    query = (("department", department),) if department else ()
    page = InstancePage(
        kind=people.words(law.words),
        name=names.text(iri) if iri else Text(code),
        code=code,
        checked=law.scheme is not None,
        listed=bool(iri),
        facts=tuple(facts(view, law, code, iri, names)),
        rows=tuple(appearance(each, law, held, names) for each in shown),
        found=len(found),
        departments=tuple(sorted((names.text(each).value, each) for each in owners)),
        department=department,
        library=Link(names.text(library_of(law)), f"{START}/libraries/{law.library}", "library"),
        iri=iri,
        address=f"{START}/{kind}/{code}",
        pager=pager(
            number=number,
            size=SIZE,
            total=len(found),
            url=PageUrl(f"{START}/{kind}/{code}", query),
        ),
    )
    return render_template("association/instance.html", page=page)


def known(view: View, law: Instances, code: str) -> str:
    """Give the IRI of a thing, "" for a legal person that no library lists.

    Raises NotFound for what cannot be one: a code with a wrong check character, a place that nobody
    lists.
    """
    if law.scheme is not None and (wrong := fault(law.scheme, code)) is not None:
        en, zh = wrong.sentence
        raise NotFound(
            f"“{code[:40]}” is no {law.scheme.words[0]}. {en}",
            f"“{code[:40]}”不是{law.scheme.words[1]}。{zh}",
        )
    if law.name == "district":
        concept = code_list("division").by_notation(code)
        iri = concept.iri if concept else ""
    else:
        iri = f"{site().base}/id/{law.name}/{code}"
    node = NamedNode(iri) if iri and " " not in iri else None
    if node and next(view.store.quads_for_pattern(node, None, None, MERGE), None):
        return iri
    if law.scheme is None:
        raise NotFound(f"No library lists “{code[:40]}”.", f"没有基础库列出“{code[:40]}”。")
    return ""


def library_of(law: Instances) -> str:
    """Give the IRI of the library that keeps such things."""
    return f"{site().base}/id/library/{law.library}"


def keys_of(held: Holdings, law: Instances) -> tuple[Element, ...]:
    """Give the elements in which such a thing may stand, the surest first."""
    found = [each for each in held.elements.values() if each.title in law.keys]
    return tuple(sorted(found, key=lambda each: (-law.keys[each.title], each.code)))


@dataclass(frozen=True, slots=True)
class Found:
    """A dataset in which a thing may appear, by which keys; `away` in another district than it."""

    dataset: str
    keys: tuple[Element, ...]
    away: bool


def home_of(view: View, law: Instances, code: str, iri: str) -> frozenset[str]:
    """Give the districts in which a thing is: by its code, and by where it stands; none known."""
    codes = {"legal-person": code[AREA], "district": code, "street": code[:DISTRICT]}
    concept = code_list("division").by_notation(codes.get(law.name, ""))
    known = {*places(view, iri)} if iri else set()
    return frozenset(({concept.iri} if concept else set()) | known) & districts()


def appearances(
    view: View, held: Holdings, keys: tuple[Element, ...], home: frozenset[str]
) -> list[Found]:
    """Give the datasets that hold any of the keys: near ones first, of those the surest."""
    datasets = dict.fromkeys(dataset for key in keys for dataset in held.of(key.iri))
    found = []
    for dataset in datasets:
        place = value_of(view.store, dataset, DCT.spatial)
        away = bool(home) and place in districts() and place not in home
        own = tuple(key for key in keys if key.iri in held.held[dataset])
        found.append(Found(dataset, own, away))
    return sorted(found, key=lambda each: (each.away, keys.index(each.keys[0])))


def named(
    shown: Iterable[Found],
    held: Holdings,
    iri: str,
    view: View,
    owners: Iterable[str],
) -> Iterable[str]:
    """Give every IRI that the page names."""
    for each in shown:
        yield each.dataset
        yield from (held.held[each.dataset][key.iri] for key in each.keys)
        yield from (key.iri for key in each.keys)
    yield from owners
    yield from (library_of(law) for law in KINDS.values())
    if iri:
        yield iri
        yield from places(view, iri)
    for element in held.elements.values():
        if element.library == PERSONAL and element.sensitive:
            yield element.iri


def places(view: View, iri: str) -> list[str]:
    """Give where a thing is: its address, street and district, each within the next."""
    found: list[str] = []
    at = value_of(view.store, iri, DCT.spatial) or value_of(view.store, iri, DCT.isPartOf)
    while at and at not in found:
        found.append(at)
        at = value_of(view.store, at, DCT.isPartOf)
    return found


def facts(view: View, law: Instances, code: str, iri: str, names: Names) -> Iterable[Fact]:
    """Tell what is known of a thing: what its code says, and where it is."""
    if law.scheme is not None:
        yield from coded(code)
    for each in places(view, iri) if iri else ():
        kind = each.removeprefix(f"{site().base}/id/").partition("/")[0]
        place = KINDS.get(kind, KINDS["district"])
        last = each.rpartition("/")[2]
        yield Fact(
            people.words(place.words),
            (Link(names.text(each), f"{START}/{place.name}/{last}", place.name),),
        )


def coded(code: str) -> Iterable[Fact]:
    """Tell what a credit code says of the body."""
    area = code[AREA]
    body = body_of(code)
    if body:
        yield Fact(str(_("Kind of body")), (Link(Text(people.words(body)), ""),))
    concept = code_list("division").by_notation(area)
    place = names_of_division(area)
    yield Fact(
        str(_("Registered in")),
        (Link(place, f"{START}/district/{area}" if concept else ""),),
        "" if known_area(area) else str(_("not a known division")),
    )
    yield Fact(str(_("Organisation code")), (Link(Text(organisation_in(code)), ""),))


def names_of_division(area: str) -> Text:
    """Give the name of a division, its code where nobody knows it."""
    concept = code_list("division").by_notation(area)
    return Text(concept.label(desk().language), desk().language) if concept else Text(area)


def appearance(each: Found, law: Instances, held: Holdings, names: Names) -> Appearance:
    """Tell one dataset in which a thing may appear: by which items, how sure, what to beware of."""
    own = held.held[each.dataset]
    risks = risky(held.elements[iri] for iri in own)
    sure = law.keys[each.keys[0].title] * (AWAY if each.away else 1)
    return Appearance(
        dataset=names.link(each.dataset),
        department=names.link(held.owners.get(each.dataset, "")),
        keys=tuple((names.link(key.iri), names.link(own[key.iri])) for key in each.keys),
        sure=round(100 * sure),
        risky=tuple(names.text(risk.iri).value for risk in risks),
        away=each.away,
    )
