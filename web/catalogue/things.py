"""A thing's page, put together: the same anatomy for every kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _

from ontology.terms import (
    ADMS,
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    GOV,
    ORG,
    SKOS,
)
from web.catalogue import facts, sections
from web.catalogue.documents import in_script, schema_org
from web.catalogue.kinds import THING
from web.catalogue.names import OTHER, Said, best, name_in, thing_path
from web.catalogue.pages import Download, Hits, Identity, Numbers, Row, Section, ThingPage
from web.catalogue.reading import Thing
from web.catalogue.statements import everything, row
from web.catalogue.story import story
from web.negotiate import DATA, Form
from web.page import Link, PageUrl, Text, address

# Properties worth reading in full before the sections, in this order, unless a fact says them.
ABOUT = tuple(
    term.value
    for term in (
        SKOS.altLabel,
        GOV.abbreviation,
        SKOS.definition,
        DCAT.theme,
        DCT.type,
        GOV.baseLibrary,
        GOV.keyElement,
        GOV.sourceSystem,
        GOV.layerOf,
        DCAT.inSeries,
        DCT.isReplacedBy,
        DCT.replaces,
        DCT.spatial,
        DCT.temporal,
        DCAT.spatialResolutionInMeters,
        GOV.sharingCondition,
        GOV.sharingWay,
        GOV.sharingFrequency,
        GOV.opennessCondition,
        GOV.opennessWay,
        GOV.opennessFrequency,
        GOV.refusalClass,
        GOV.legalBasis,
        DCATAP.applicableLegislation,
        GOV.valueRule,
        GOV.sensitivity,
        GOV.provider,
        GOV.district,
        ORG.subOrganizationOf,
        ORG.classification,
        GOV.fundingKind,
        GOV.budgetYear,
        GOV.systemStatus,
        GOV.internalAddress,
        GOV.riskNote,
        DCT.accrualPeriodicity,
        DCT.issued,
        DCT.language,
        DCT.license,
        DCAT.landingPage,
        FOAF.homepage,
        FOAF.page,
    )
)
# What the strip of facts already says, by kind.
SAID: dict[str, set[str]] = {
    "dataset": {GOV.provider.value},
    "layer": {GOV.provider.value},
    "department": {
        GOV.district.value,
        ORG.classification.value,
        ORG.subOrganizationOf.value,
        FOAF.homepage.value,
    },
    "system": {GOV.fundingKind.value, GOV.budgetYear.value, GOV.systemStatus.value},
    "library": {GOV.keyElement.value},
    "element": {GOV.baseLibrary.value, GOV.sensitivity.value},
}
SENTENCE = re.compile(r".+?(?:[。！？；]|[.!?](?=\s|$))", re.DOTALL)
LONGEST_SENTENCE = 240
KEYWORDS = 24
NAMES = {
    "ttl": "Turtle",
    "rdf": "RDF/XML",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "json": "JSON",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a page knows beside its thing: the day, the house's name and address, its datasets.

    `total` is how many datasets the thing has and `found` the parts that show them (both from the
    search index, whose cost does not grow).
    """

    today: date
    house: str
    base: str
    total: int | None = None
    found: tuple[Hits | Numbers, ...] = ()


def thing_page(thing: Thing, setting: Setting) -> ThingPage:
    """Put a thing into words."""
    title = name_in(thing.said, thing.names.language) or thing.names.text(thing.iri)
    other = other_name(thing, title)
    sentence, description = abstract(thing)
    page = ThingPage(
        kind=thing.kind.name,
        kind_name=str(thing.kind.one),
        code=thing.code,
        path=path_of(thing),
        title=title,
        other=other,
        sentence=sentence,
        description=description,
        facts=facts.facts(thing, setting.today, setting.total),
        about=about(thing),
        keywords=keywords(thing),
        sections=parts(thing, setting.found),
        identity=identity(thing, title, setting),
        crumbs=crumbs(thing, title),
        json_ld="",
        indexable=thing.kind is not THING and thing.place == type(thing.place)(),
    )
    told = schema_org(thing, page, setting.base + page.path)
    return replace(page, json_ld=in_script(told)) if told else page


def path_of(thing: Thing) -> str:
    """Give the address of a thing's page."""
    return thing.names.url(thing.iri) if thing.kind is not THING else thing_path(thing.iri)


def other_name(thing: Thing, title: Text) -> Text | None:
    """Give the thing's name in the other language, where it has one."""
    other = name_in(thing.said, OTHER[thing.names.language])
    return other if other and other.value != title.value else None


def abstract(thing: Thing) -> tuple[Text | None, Text | None]:
    """Give the first sentence of what is said of a thing, and all of it where there is more."""
    values = thing.values(DCT.description) or thing.values(SKOS.definition)
    whole = best(values, thing.names.language)
    if whole is None or not whole.value.strip():
        return None, None
    text = whole.value.strip()
    match = SENTENCE.match(text)
    first = match[0].strip() if match else text
    if len(first) > LONGEST_SENTENCE:
        first = text[:LONGEST_SENTENCE].rstrip() + "…"
    return Text(first, whole.lang), None if first == text else Text(text, whole.lang)


def about(thing: Thing) -> tuple[Row, ...]:
    """Give the properties worth reading in full."""
    left_out = SAID.get(thing.kind.name, set())
    if not thing.values(DCT.description):
        left_out = left_out | {SKOS.definition.value}
    return tuple(
        row(name, thing.said[name], thing.names)
        for name in ABOUT
        if name in thing.said and name not in left_out
    )


def keywords(thing: Thing) -> tuple[Link, ...]:
    """Give the keywords in the reader's language, or all where none is in it."""
    values = thing.values(DCAT.keyword)
    wanted = [value for value in values if language_of(value) in {thing.names.language, ""}]
    return tuple(
        Link(Text(value.value, language_of(value)), address("/search", [("q", value.value)]))
        for value in (wanted or values)[:KEYWORDS]
    )


def language_of(value: object) -> str:
    """Give the language a literal states, "" for none."""
    return (getattr(value, "language", None) or "").partition("-")[0]


Maker = Callable[[Thing, sections.Url], Section | None]


def parts(thing: Thing, found: Sequence[Hits | Numbers]) -> tuple[Section, ...]:
    """Give the parts of the page in their order, without those that would be empty."""
    own: dict[str, tuple[Maker, ...]] = {
        "dataset": (sections.items, files, flow, related),
        "layer": (sections.items, files, flow, related),
        "item": (flow, related),
        "system": (flow, related),
        "element": (carriers,),
    }
    url = page_url(thing)
    made = [make(thing, url) for make in own.get(thing.kind.name, (related,))]
    shown = [section for section in made if section is not None]
    own_first = thing.kind.name in {"dataset", "layer"}
    ordered = [*shown, *found] if own_first else [*found, *shown]
    return (*ordered, story(thing), everything(thing, url))


def files(thing: Thing, _url: sections.Url) -> Section:
    """Give the files of a dataset."""
    return sections.files(thing)


def flow(thing: Thing, _url: sections.Url) -> Section:
    """Give what flows into and out of a thing."""
    return sections.flow(thing)


def related(thing: Thing, _url: sections.Url) -> Section | None:
    """Give the things beside a thing."""
    return sections.related(thing)


def carriers(thing: Thing, _url: sections.Url) -> Section | None:
    """Give the items of an element."""
    return sections.carriers(thing)


def page_url(thing: Thing) -> sections.Url:
    """Give how other pages of this thing's lists are addressed."""
    place = thing.place
    path, _mark, query = path_of(thing).partition("?")
    own = [("iri", thing.iri)] if query else []
    pairs = [
        *own,
        *([("find", place.words)] if place.words else []),
        *((name, str(number)) for name, number in numbered(thing) if number > 1),
    ]
    return lambda parameter, anchor: PageUrl(path, tuple(pairs), parameter, anchor)


def numbered(thing: Thing) -> tuple[tuple[str, int], ...]:
    """Give the page numbers in a thing's address."""
    place = thing.place
    return (
        ("items", place.items),
        ("statements", place.statements),
        ("incoming", place.incoming),
    )


def crumbs(thing: Thing, title: Text) -> tuple[Link, ...]:
    """Give the way to a thing: the catalogue, its kind, itself."""
    steps = [Link(Text(_("Catalogue")), "/search")]
    if thing.kind is not THING and not thing.kind.plain and thing.kind.name != "item":
        kind = address("/search", [("kind", thing.kind.name)])
        steps.append(Link(Text(str(thing.kind.many)), kind))
    if thing.kind.name == "item":
        steps += [thing.names.link(value.value) for value in thing.values(DCT.isPartOf)[:1]]
    return (*steps, Link(title, ""))


def identity(thing: Thing, title: Text, setting: Setting) -> Identity:
    """Give what a thing is called for good."""
    identifiers = [value.value for value in thing.values(DCT.identifier)]
    record = next(iter(thing.parts.get(FOAF.primaryTopic.value, {}).values()), {})
    return Identity(
        iri=thing.iri,
        code="" if thing.kind is THING else thing.code,
        identifiers=tuple(each for each in identifiers if each != thing.code),
        downloads=tuple(download(thing, form) for form in DATA),
        cite=cite(thing, title, setting),
        sources=tuple(thing.names.link(iri) for iri in thing.sources),
        status=status(thing, record),
        catalogued=sections.first(record, DCT.issued),
        changed=sections.first(record, DCT.modified),
        origin=sections.web(sections.first(record, DCT.source)),
        qr=f"{path_of(thing)}.svg" if thing.kind is not THING else "",
    )


def status(thing: Thing, record: Said) -> str:
    """Say how the catalogue record stands, where it says so."""
    iri = sections.first(record, ADMS.status)
    return thing.names.text(iri).value if iri else ""


def download(thing: Thing, form: Form) -> Download:
    """Name one form of a thing and where it is."""
    path = path_of(thing)
    where = f"{path}&as={form.suffix}" if "?" in path else f"{path}.{form.suffix}"
    return Download(NAMES[form.suffix], form.media_type, where)


def cite(thing: Thing, title: Text, setting: Setting) -> str:
    """Give how to name a thing in a text: keeper, year, title, house, address."""
    keeper = thing.one(DCT.publisher) or thing.one(GOV.owner)
    by = thing.names.text(keeper).value if keeper else ""
    when = (thing.one(DCT.modified) or thing.one(DCT.issued))[:10]
    if thing.names.language == "zh":
        told = [f"{by}：" if by else "", f"《{title.value}》", f"，{setting.house}"]
        return "".join([*told, f"，{when}" if when else "", f"，{thing.iri}"])
    told = [f"{by}. " if by else "", f"{title.value}. ", f"{setting.house}"]
    return "".join([*told, f", {when}" if when else "", f". {thing.iri}"])
