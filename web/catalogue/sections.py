"""The parts of a thing's page, one function each; the anatomy is the same for all kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import quote

from flask_babel import gettext as _
from pyoxigraph import NamedNode

from ontology.terms import CSVW, DCAT, DCT, FOAF, GOV, VCARD
from web.catalogue.facts import notation
from web.catalogue.names import Names, Said, Term, best, format_name, name_in
from web.catalogue.pages import (
    FileRow,
    Files,
    Flow,
    Group,
    ItemRow,
    ItemTable,
    Links,
    Row,
)
from web.catalogue.picture import picture
from web.catalogue.reading import ITEMS, Item, Neighbour, Thing
from web.catalogue.statements import row
from web.page import Link, PageUrl, Text, pager

Url = Callable[[str, str], PageUrl]
CONTACT = (VCARD.fn, VCARD.hasEmail, VCARD.hasTelephone, VCARD.hasURL)


def items(thing: Thing, url: Url) -> ItemTable | None:
    """Give the data items of a dataset; nothing for one that has none."""
    if not thing.items:
        return None
    return ItemTable(
        id="items",
        title=_("Data items"),
        total=len(thing.items),
        found=thing.found,
        rows=tuple(item_row(each, thing.names) for each in thing.shown),
        words=thing.place.words,
        action=f"/{thing.kind.name}/{quote(thing.code)}#items",
        pager=pager(
            number=thing.place.items, size=ITEMS, total=thing.found, url=url("items", "items")
        ),
    )


def item_row(item: Item, names: Names) -> ItemRow:
    """Put one data item into a row of the table."""
    said = item.said
    openness = first(said, GOV.opennessType)
    sharing = first(said, GOV.sharingType)
    element = first(said, GOV.element)
    return ItemRow(
        url=names.link(item.iri).url,
        position=first(said, GOV.position),
        title=name_in(said, names.language) or names.text(item.iri),
        name=first(said, CSVW.name),
        type=names.text(kind).value if (kind := first(said, GOV.dataType)) else "",
        length=first(said, GOV.length),
        description=best(said.get(DCT.description.value, []), names.language),
        element=names.link(element) if element else None,
        sharing=notation(sharing) if sharing else "",
        openness=notation(openness) if openness else "",
    )


def first(said: Said, term: NamedNode) -> str:
    """Give the first value of a property as text, "" for none."""
    values = said.get(term.value) or []
    return values[0].value if values else ""


def files(thing: Thing) -> Files:
    """Give the files and interfaces of a dataset, and whom to ask."""
    distributions = thing.parts.get(DCAT.distribution.value, {})
    services = thing.parts.get(DCAT.servesDataset.value, {})
    rows = [file_row(iri, said, thing.names) for iri, said in sorted(distributions.items())]
    rows += [service_row(iri, said, thing.names) for iri, said in sorted(services.items())]
    return Files(
        id="files",
        title=_("Files and interfaces"),
        rows=tuple(rows),
        none=_("No file or interface has been published for this data. Ask its keeper for it."),
        contact=tuple(contact(thing)),
    )


def file_row(iri: str, said: Said, names: Names) -> FileRow:
    """Put one distribution into a row."""
    form = first(said, DCT["format"]) or first(said, DCAT.mediaType)
    size = first(said, DCAT.byteSize)
    licence = first(said, DCT.license)
    return FileRow(
        title=name_in(said, names.language) or Text(""),
        format=format_name(form, names.language) if form else "",
        url=web(first(said, DCAT.downloadURL)),
        access=web(first(said, DCAT.accessURL)),
        licence=names.link(licence) if licence else None,
        size=int(float(size)) if size.replace(".", "", 1).isdigit() else None,
        modified=first(said, DCT.modified),
        page=names.link(iri).url,
        service=bool(said.get(DCAT.accessService.value)),
        documentation=web(first(said, FOAF.page)),
    )


def service_row(iri: str, said: Said, names: Names) -> FileRow:
    """Put one interface into a row."""
    licence = first(said, DCT.license)
    return FileRow(
        title=name_in(said, names.language) or names.text(iri),
        format=_("Interface"),
        url="",
        access=web(first(said, DCAT.endpointURL)),
        licence=names.link(licence) if licence else None,
        size=None,
        modified=first(said, DCT.modified),
        page=names.link(iri).url,
        service=True,
        documentation=web(first(said, DCAT.endpointDescription) or first(said, FOAF.page)),
    )


def web(address: str) -> str:
    """Give an address that is safe to follow, "" for any other: data may say javascript:."""
    return address if address.startswith(("http://", "https://", "ftp://")) else ""


def contact(thing: Thing) -> Iterable[Row]:
    """Whom to ask, as far as the reader's view tells."""
    for said in thing.parts.get(DCAT.contactPoint.value, {}).values():
        for term in CONTACT:
            if values := said.get(term.value):
                yield row(term.value, spoken(values, thing.names.language), thing.names)


def spoken(values: list[Term], language: str) -> list[Term]:
    """Give the values in the reader's language, or all where none is."""
    wanted = [
        value for value in values if (getattr(value, "language", None) or language) == language
    ]
    return wanted or values


def flow(thing: Thing) -> Flow:
    """Where data come from and go to: datasets, and the system they are kept in."""
    systems = [value.value for value in thing.values(GOV.sourceSystem)]
    upstream = [thing.names.link(iri) for iri in systems]
    upstream += [linked(each, thing.names) for each in thing.beside("upstream")]
    downstream = [linked(each, thing.names) for each in thing.beside("downstream")]
    if thing.kind.name == "system":
        downstream += [linked(each, thing.names) for each in thing.beside("dataset")]
    here = Link(thing.names.text(thing.iri), "", thing.kind.name)
    here = Link(name_in(thing.said, thing.names.language) or here.text, "", thing.kind.name)
    return Flow(
        id="flow",
        title=_("Where it comes from and goes to"),
        upstream=tuple(upstream),
        downstream=tuple(downstream),
        picture=picture(here, upstream, downstream),
        none=_("Nothing is recorded of where this comes from or what is made of it."),
        cut=any(len(thing.beside(each)) > CUT for each in ("upstream", "downstream")),
    )


CUT = 50  # neighbours of one relation that a page shows; the queries give one more
MOST = {"dataset": 100, "system": 200, "library": 200, "body": 200, "government": 200,
        "element": 500, "holds": 500, "item": 200}  # fmt: skip


def linked(neighbour: Neighbour, names: Names, known: str = "") -> Link:
    """Name a neighbour; an item by the dataset that it stands in, with its own name as an aside.

    The aside is left out where it would only say again what is `known` from the page's title.
    """
    own = names.link(neighbour.iri)
    if not neighbour.within:
        return own
    note = "" if own.text.value == known else own.text.value
    return Link(names.text(neighbour.within), own.url, own.kind, note)


def beside(thing: Thing, headings: Iterable[tuple[str, str]]) -> list[Group]:
    """Give the neighbours in groups: (relation, heading) in the order of the page."""
    return [
        Group(
            heading,
            tuple(linked(each, thing.names, title_of(thing)) for each in found[:most]),
            cut=len(found) > most,
        )
        for relation, heading in headings
        if (found := thing.beside(relation))
        for most in [MOST.get(relation, CUT)]
    ]


def title_of(thing: Thing) -> str:
    """Give what the page calls its thing."""
    title = name_in(thing.said, thing.names.language)
    return title.value if title else ""


def related(thing: Thing) -> Links | None:
    """Other things in groups, by kind; nothing where there is none."""
    headings = {
        "dataset": (("layer", _("Its map layers")), ("related", _("Related datasets"))),
        "layer": (("related", _("Related datasets")), ("layer", _("Its map layers"))),
        "item": (("same-element", _("Other items of the same standard element")),),
        "department": (
            ("system", _("Information systems")),
            ("library", _("Base libraries")),
            ("body", _("Bodies under it")),
        ),
        "library": (("key", _("Keys")), ("element", _("Standard data elements"))),
        "theme": (
            ("broader", _("Broader")),
            ("narrower", _("Narrower")),
            ("match", _("In other lists")),
        ),
        "district": (
            ("within", _("Within")),
            ("government", _("Public bodies")),
            ("holds", _("Divisions within it")),
        ),
    }
    groups = beside(thing, headings.get(thing.kind.name, ()))
    return Links("related", _("Related"), tuple(groups)) if groups else None


def carriers(thing: Thing) -> Links | None:
    """Give the data items that carry a standard element, by the department that keeps them."""
    by: dict[str, list[Link]] = {}
    found, known = thing.beside("item"), title_of(thing)
    for each in found[: MOST["item"]]:
        by.setdefault(each.by, []).append(linked(each, thing.names, known))
    cut = len(found) > MOST["item"]
    groups = [
        Group(thing.names.text(iri).value if iri else _("Keeper not stated"), tuple(links), cut)
        for iri, links in sorted(by.items(), key=lambda pair: -len(pair[1]))
    ]
    return Links("items", _("Data items that carry it"), tuple(groups)) if groups else None
