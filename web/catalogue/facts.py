"""The facts that decide whether a thing is the right one: five for a dataset, as few for others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext
from pyoxigraph import NamedNode

from ontology.code_lists import concept
from ontology.freshness import Freshness, State, freshness
from ontology.terms import (
    ADMS,
    CSVW,
    DCAT,
    DCT,
    FOAF,
    GOV,
    ORG,
    SKOS,
    VCARD,
)
from web.catalogue.names import best, format_name, tail
from web.catalogue.pages import Fact
from web.catalogue.reading import Thing
from web.page import Link, Text
from web.wording import day, number, when


def facts(thing: Thing, today: date, total: int | None) -> tuple[Fact, ...]:
    """Give the facts of a thing; `total` is how many datasets it has, where that is known."""
    make = BY_KIND.get(thing.kind.name, plain_facts)
    made = tuple(make(thing, today, total))
    whole = thing.kind.name in {"dataset", "layer"}
    return made if whole else tuple(fact for fact in made if fact.values)


def dataset_facts(thing: Thing, today: date, _total: int | None) -> Iterable[Fact]:
    """Keeper, openness, sharing, freshness against promise, formats: always all five."""
    yield linked(thing, "keeper", _("Keeper"), GOV.provider, DCT.publisher)
    yield axis(thing, "openness", _("Openness"), GOV.opennessType, GOV.opennessCondition)
    yield axis(thing, "sharing", _("Sharing"), GOV.sharingType, GOV.sharingCondition)
    yield fresh(thing, today)
    yield Fact("formats", _("Formats"), tuple(formats(thing)))


def item_facts(thing: Thing, _today: date, _total: int | None) -> Iterable[Fact]:
    """Which table it stands in, what it holds, and its own two axes."""
    yield linked(thing, "dataset", _("Dataset"), DCT.isPartOf)
    yield Fact("type", _("Data type"), (Link(Text(data_type(thing)), ""),))
    yield axis(thing, "openness", _("Openness"), GOV.opennessType)
    yield axis(thing, "sharing", _("Sharing"), GOV.sharingType)
    yield linked(thing, "element", _("Standard data element"), GOV.element)


def department_facts(thing: Thing, _today: date, total: int | None) -> Iterable[Fact]:
    """Where it stands, what it keeps, and where to find it."""
    yield linked(thing, "level", _("Level"), ORG.classification)
    yield linked(thing, "district", _("District"), GOV.district)
    yield linked(thing, "under", _("Under"), ORG.subOrganizationOf)
    yield counted("datasets", _("Datasets"), total)
    yield linked(thing, "page", _("Home page"), FOAF.homepage)


def system_facts(thing: Thing, _today: date, _total: int | None) -> Iterable[Fact]:
    """Whose it is, whether it runs, and who paid for it when."""
    yield linked(thing, "keeper", _("Owner"), GOV.owner)
    yield linked(thing, "status", _("Status"), GOV.systemStatus)
    yield linked(thing, "funding", _("Funding"), GOV.fundingKind)
    yield told(thing, "year", _("Budget year"), GOV.budgetYear)
    yield counted("made", _("Datasets from it"), many(thing, "dataset", 100))


def library_facts(thing: Thing, _today: date, total: int | None) -> Iterable[Fact]:
    """Who keeps it, by what keys, and what it holds together."""
    yield linked(thing, "keeper", _("Owner"), GOV.owner)
    yield linked(thing, "keys", _("Keys"), GOV.keyElement)
    yield counted("elements", _("Standard data elements"), many(thing, "element", 500))
    yield counted("datasets", _("Datasets"), total)


def element_facts(thing: Thing, _today: date, _total: int | None) -> Iterable[Fact]:
    """Say what its values are, whose words it belongs to, and how many items carry it."""
    yield Fact("type", _("Data type"), (Link(Text(data_type(thing)), ""),))
    yield linked(thing, "library", _("Base library"), GOV.baseLibrary)
    yield linked(thing, "sensitivity", _("Sensitivity"), GOV.sensitivity)
    yield counted("items", _("Data items that carry it"), many(thing, "item", 200))


def theme_facts(thing: Thing, _today: date, total: int | None) -> Iterable[Fact]:
    """Which list it stands in and how much there is."""
    yield linked(thing, "list", _("In the list"), SKOS.inScheme)
    yield linked(thing, "broader", _("Broader"), SKOS.broader)
    yield counted("datasets", _("Datasets"), total)


def district_facts(thing: Thing, _today: date, total: int | None) -> Iterable[Fact]:
    """Its government, its code and how much there is."""
    bodies = [thing.names.link(each.iri) for each in thing.beside("government")]
    whole = [link for link in bodies if link.text.value.endswith(("人民政府", "Government"))]
    yield Fact("government", _("Government"), tuple((whole or bodies)[:1]))
    yield told(thing, "notation", _("Division code"), SKOS.notation)
    yield linked(thing, "within", _("Within"), SKOS.broader)
    yield counted("bodies", _("Public bodies"), many(thing, "government", 200))
    yield counted("datasets", _("Datasets"), total)


def plain_facts(thing: Thing, _today: date, _total: int | None) -> Iterable[Fact]:
    """For all other things: what is stated of a few, nothing of what is not."""
    possible = (
        linked(thing, "keeper", _("Keeper"), DCT.publisher),
        linked(thing, "kind", _("Kind"), DCT.type),
        linked(thing, "status", _("Status"), ADMS.status),
        linked(thing, "address", _("Interface address"), DCAT.endpointURL, DCAT.accessURL),
        linked(thing, "format", _("Format"), DCT["format"]),
        told(thing, "changed", _("Last updated"), DCT.modified),
        linked(thing, "topic", _("Tells of"), FOAF.primaryTopic),
        linked(thing, "mail", _("E-mail"), VCARD.hasEmail),
        linked(thing, "phone", _("Telephone"), VCARD.hasTelephone),
    )
    return [fact for fact in possible if fact.values][:5]


# The part of the page that shows what a number counts.
WHERE = {
    "datasets": "datasets",
    "made": "flow",
    "elements": "related",
    "items": "items",
    "bodies": "related",
}
BY_KIND: dict[str, Callable[[Thing, date, int | None], Iterable[Fact]]] = {
    "dataset": dataset_facts,
    "layer": dataset_facts,
    "item": item_facts,
    "department": department_facts,
    "system": system_facts,
    "library": library_facts,
    "element": element_facts,
    "theme": theme_facts,
    "district": district_facts,
}


def linked(thing: Thing, key: str, name: str, *terms: NamedNode) -> Fact:
    """Make a fact of what the first stated of some properties points at."""
    values = next((found for term in terms if (found := thing.values(term))), [])
    links = tuple(
        thing.names.link(value.value)
        if isinstance(value, NamedNode)
        else Link(Text(value.value), "")
        for value in values
    )
    return Fact(key, name, links[:5])


def told(thing: Thing, key: str, name: str, term: NamedNode) -> Fact:
    """Make a fact of a text in the reader's language."""
    text = best(thing.values(term), thing.names.language)
    shown = Text(day(text.value), text.lang) if text and when(text.value) else text
    return Fact(key, name, (Link(shown, ""),) if shown else ())


def counted(key: str, name: str, total: int | str | None) -> Fact:
    """Make a fact of a number; none where it is not known."""
    if total is None:
        return Fact(key, name, ())
    shown = total if isinstance(total, str) else number(total)
    anchor = f"#{WHERE[key]}" if shown != "0" else ""
    return Fact(key, name, (Link(Text(shown), anchor),))


def many(thing: Thing, relation: str, shown: int) -> str:
    """Say how many neighbours there are, or more than how many where the list was cut."""
    found = len(thing.beside(relation))
    return f"> {number(shown)}" if found > shown else number(found)


def axis(
    thing: Thing, key: str, name: str, term: NamedNode, condition: NamedNode | None = None
) -> Fact:
    """Make a fact of one of the two axes, with its condition as an aside."""
    values = thing.values(term)
    if not values:
        return Fact(key, name, ())
    iri = values[0].value
    note = best(thing.values(condition), thing.names.language) if condition else None
    return Fact(
        key,
        name,
        (Link(thing.names.text(iri), ""),),
        mark=notation(iri),
        note=note.value if note else "",
    )


def notation(iri: str) -> str:
    """Give the notation of a concept, or the end of an IRI that is none."""
    known = concept(iri)
    return known.notation if known else tail(iri)


def data_type(thing: Thing) -> str:
    """Say the data type with its length: 字符型 (18)."""
    types = [thing.names.text(value.value).value for value in thing.values(GOV.dataType)]
    types += [tail(value.value) for value in thing.values(CSVW.datatype)] if not types else []
    length = thing.one(GOV.length)
    if not types:
        return str(_("not stated"))
    return f"{types[0]} ({length})" if length else types[0]


def formats(thing: Thing) -> Iterable[Link]:
    """Give the formats of a dataset's files, each once."""
    files = thing.parts.get(DCAT.distribution.value, {}).values()
    found = [value for said in files for value in said.get(DCT["format"].value, [])]
    found += thing.values(DCT["format"])
    seen = dict.fromkeys(value.value for value in found)
    shown = sorted({format_name(iri, thing.names.language) for iri in seen})
    return (Link(Text(name), "#files") for name in shown)


def promise(thing: Thing, today: date) -> Freshness:
    """Weigh a dataset's last update against its promised frequency."""
    read = when(thing.one(DCT.modified) or thing.one(DCT.issued))
    modified = date(read.year, read.month, read.day) if read else None
    return freshness(modified, thing.one(DCT.accrualPeriodicity), today)


def fresh(thing: Thing, today: date) -> Fact:
    """Make the fact of freshness against promise."""
    stands = promise(thing, today)
    frequency = thing.one(DCT.accrualPeriodicity)
    modified = thing.one(DCT.modified)
    updated = _("Updated %(day)s", day=day(modified)) if modified else ""
    said = [updated] if modified else []
    said += [thing.names.text(frequency).value] if frequency else []
    return Fact(
        "freshness",
        _("Freshness"),
        (Link(Text(updated), ""),) if modified else (),
        mark=stands.state.value,
        note=" · ".join([*said, *standing(stands)]),
        detail=reckoning(stands),
    )


def standing(stands: Freshness) -> list[str]:
    """Say how a promise stands in a few words; nothing where nothing is promised."""
    if stands.due is None:
        return []
    if stands.state == State.OVERDUE:
        late = -stands.days
        return [ngettext("%(num)s day late", "%(num)s days late", late)]
    return [_("due %(day)s", day=day(stands.due))]


def reckoning(stands: Freshness) -> str:
    """Say how the verdict on a promise was reached."""
    if stands.due is None or stands.latest is None:
        return ""
    words = _(
        "Promised for %(due)s, with two working days of grace until %(latest)s.",
        due=day(stands.due),
        latest=day(stands.latest),
    )
    if stands.provisional:
        words += " " + _("Provisional: the holidays of that year are not published yet.")
    return str(words)
