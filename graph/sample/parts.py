"""What a dataset owns: its data items, its files and interface, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode

from graph.sample.axes import Wording, add_axes
from graph.sample.days import Life
from graph.sample.derived import add_item_derivation
from graph.sample.names import EXCHANGE, HOST, Town
from graph.sample.specs import Dataset, Item
from graph.sample.statements import Statements, day, number, plain, text
from ontology.clearance import Clearance
from ontology.terms import CSVW, DCAT, DCT, GOV, PROV, RDFS, VCARD, XSD

# Columns that each dataset fills for itself and takes from no other.
OWN = {"id", "remark", "status", "time", "updated"}
SERVED = {"API", "WMS", "WFS"}  # formats that are interfaces, not files
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志伟文婷雪梅佳琪思远嘉怡晓东一帆"


def add_items(town: Town, spec: Dataset, words: Wording, said: Statements) -> None:
    """Add the schema and each item of a structured dataset."""
    if not spec.items:
        return
    schema = town.id("schema", spec.code)
    said.say(said.root, DCT.conformsTo, schema)
    said.type(schema, CSVW.TableSchema)
    for position, item in enumerate(spec.items, start=1):
        column = town.id("item", f"{spec.code}.{position}")
        said.say(schema, CSVW.column, column)
        add_item(town, item, column, said)
        add_axes(town, column, item, words, said)
        said.say(column, GOV.position, number(position))
        said.say(column, GOV.code, Literal(f"{spec.code}.{position}"))
        said.say(column, DCT.isPartOf, said.root)
        for source, place in item_sources(town, spec, item):
            inside = source.clearance
            origin = town.id("item", f"{source.code}.{place}")
            said.say(column, PROV.wasDerivedFrom, origin, least=inside)
            add_item_derivation(town, source, place, spec, column, said)


def add_item(town: Town, item: Item, column: NamedNode, said: Statements) -> None:
    """Say what one item is."""
    said.type(column, GOV.DataItem, CSVW.Column)
    said.say(column, CSVW.name, Literal(item.name))
    for label in (text(item.zh, "zh"), text(item.en, "en")):
        said.say(column, CSVW.title, label)
        said.say(column, RDFS.label, label)
    said.say(column, GOV.dataType, town.concept("item-type", item.type))
    said.say(column, GOV.length, number(item.length) if item.length else None)
    said.say(column, DCT.description, text(item.about, "zh"), text(item.about_en, "en"))
    if item.element:
        said.say(column, GOV.element, town.id("element", item.element))


def item_sources(town: Town, spec: Dataset, item: Item) -> Iterator[tuple[Dataset, int]]:
    """Give the items that an item was derived from: same column, or same data element."""
    if item.name in OWN:
        return
    for reference in spec.sources:
        source = town.content.datasets[reference]
        for position, other in enumerate(source.items, start=1):
            if other.name == item.name or (item.element and other.element == item.element):
                yield source, position
                break


def add_distributions(
    town: Town, spec: Dataset, life: Life, said: Statements, chance: Random
) -> None:
    """Add a distribution for each format, and the interface behind those that are served."""
    for form in spec.formats:
        distribution = town.id("distribution", f"{spec.code}.{form.lower()}")
        said.say(said.root, DCAT.distribution, distribution)
        said.type(distribution, DCAT.Distribution)
        said.say(distribution, DCT.title, *distribution_titles(spec, form))
        said.say(distribution, DCT.format, town.concept("file-type", form))
        media = town.content.codes["media-type"].get(form)
        said.say(distribution, DCAT.mediaType, NamedNode(media) if media else None)
        said.say(distribution, DCT.modified, day(life.modified))
        if spec.openness != "none":
            said.say(distribution, DCT.license, town.concept("licence", spec.openness))
        if form in SERVED:
            add_interface(town, spec, form, distribution, said)
        else:
            add_file(spec, form, distribution, said, chance)


def distribution_titles(spec: Dataset, form: str) -> tuple[Literal | None, Literal | None]:
    """Name a distribution after its dataset and form."""
    kind = ("接口", "interface") if form in SERVED else ("文件", "file")
    en = f"{spec.en} ({form} {kind[1]})" if spec.en else ""
    zh = f"{spec.zh}（{form} {kind[0]}）" if spec.zh else ""
    return text(zh, "zh"), text(en, "en")


def add_file(
    spec: Dataset, form: str, distribution: NamedNode, said: Statements, chance: Random
) -> None:
    """Say where a file is fetched, or where it is asked for."""
    said.say(distribution, DCAT.accessURL, NamedNode(page_of(spec)))
    size = chance.randrange(4_000, 60_000) * (len(spec.items) or 40) // chance.choice([1, 4, 20])
    said.say(distribution, DCAT.byteSize, Literal(str(size), datatype=XSD.nonNegativeInteger))
    if spec.openness == "unconditional":
        name = quote(f"{spec.slug}.{form.lower()}")
        address = f"{HOST}/download/{spec.department}/{spec.code}/{name}"
        said.say(distribution, DCAT.downloadURL, NamedNode(address))


def page_of(spec: Dataset) -> str:
    """Give where a person begins: the open platform, or the exchange."""
    host = EXCHANGE if spec.openness == "none" else HOST
    return f"{host}/view/{spec.code}"


def add_interface(
    town: Town, spec: Dataset, form: str, distribution: NamedNode, said: Statements
) -> None:
    """Say which service answers; one that serves this dataset alone is described here."""
    host = EXCHANGE if spec.openness == "none" else HOST
    endpoint = NamedNode(f"{host}/interface/{spec.department}/{spec.code}/{form.lower()}")
    said.say(distribution, DCAT.accessURL, endpoint)
    common = town.content.services.get(spec.service)
    if common and common.form == form:
        said.say(distribution, DCAT.accessService, town.id("service", common.code))
        return
    service_code = f"{spec.code}.{form.lower()}"
    own = town.id("service", service_code)
    said.say(distribution, DCAT.accessService, own)
    said.type(own, DCAT.DataService)
    said.say(own, GOV.code, Literal(service_code))
    said.say(own, DCT.title, *distribution_titles(spec, form))
    said.say(own, DCAT.endpointURL, endpoint)
    said.say(own, DCAT.endpointDescription, NamedNode(f"{endpoint.value}/openapi.json"))
    said.say(own, DCAT.servesDataset, said.root)
    said.say(own, DCT.publisher, town.id("department", spec.department))


def add_contacts(town: Town, spec: Dataset, said: Statements, chance: Random) -> None:
    """Add the office that answers everyone, and the person who answers departments."""
    office = town.content.offices[spec.department]
    public = town.id("contact", spec.code)
    said.say(said.root, DCAT.contactPoint, public)
    said.type(public, VCARD.Organization, VCARD.Kind)
    said.say(public, VCARD.fn, text(office.zh, "zh"), text(office.en, "en"))
    said.say(public, VCARD.hasEmail, NamedNode(f"mailto:data.{office.code}@example.sh.cn"))
    said.say(public, VCARD.hasTelephone, NamedNode(f"tel:+86-21-{office.phone}"))
    said.say(public, VCARD.hasURL, NamedNode(f"{HOST}/department/{office.code}"))
    add_person(town.id("contact", f"{spec.code}.internal"), said, chance)


def add_person(person: NamedNode, said: Statements, chance: Random) -> None:
    """Add the internal contact: an invented person, for departments only."""
    inside = Clearance.SHARED
    name = chance.choice(SURNAMES) + "".join(chance.sample(GIVEN, chance.choice([1, 2, 2])))
    line = f"{chance.randrange(2000, 9000)}{chance.randrange(1000, 9999)}"
    said.say(said.root, DCAT.contactPoint, person, least=inside)
    said.type(person, GOV.InternalContact, VCARD.Individual, VCARD.Kind, least=inside)
    said.say(person, VCARD.fn, plain(name), least=inside)
    said.say(person, VCARD.hasTelephone, NamedNode(f"tel:+86-21-{line}"), least=inside)
