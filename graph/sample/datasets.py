"""A dataset or layer of the tables, turned into its catalogue entry."""

from __future__ import annotations

from random import Random

from pyoxigraph import Literal, NamedNode

from graph.ledger.entries import Entry
from graph.sample.axes import add_axes, wording_of
from graph.sample.days import Life, life_of
from graph.sample.derived import add_derivations
from graph.sample.names import HOST, Town
from graph.sample.parts import add_contacts, add_distributions, add_items
from graph.sample.specs import Dataset, Layer
from graph.sample.statements import Statements, day, decimal, text, texts
from ontology.terms import CODES, DCAT, DCT, GEO, GOV, PROV

ACCESS = {"unconditional": "PUBLIC", "conditional": "RESTRICTED", "none": "NON_PUBLIC"}
CRS = "http://www.opengis.net/def/crs/EPSG/0/"


def entry_of(town: Town, spec: Dataset) -> Entry:
    """Give the entry with everything it owns."""
    chance = Random(f"{town.seed} {spec.ref}")  # noqa: S311 - sizes and dates, no secrets
    root = town.dataset(spec.ref)
    said = Statements(root, spec.clearance)
    life = life_of(spec.every, spec.timeliness, town.today, chance)
    add_description(town, spec, root, said)
    add_life(town, spec, root, life, said)
    words = wording_of(town, spec, chance)
    add_axes(town, root, spec, words, said)
    add_access(town, spec, root, said)
    add_links(town, spec, root, said)
    add_derivations(town, spec, said)
    if spec.layer:
        add_layer(spec.layer, root, said)
    add_items(town, spec, words, said)
    add_distributions(town, spec, life, said, chance)
    add_contacts(town, spec, said, chance)
    return said.entry(spec.kind, spec.code, spec.zh or spec.en)


def add_description(town: Town, spec: Dataset, root: NamedNode, said: Statements) -> None:
    """Say what it is about."""
    said.type(root, DCAT.Dataset)
    if spec.is_series:
        said.type(root, DCAT.DatasetSeries)
    said.say(root, DCT.title, text(spec.zh, "zh"), text(spec.en, "en"))
    said.say(root, DCT.description, text(spec.about, "zh"), text(spec.about_en, "en"))
    said.say(root, DCAT.keyword, *texts(spec.words, "zh"), *texts(spec.words_en, "en"))
    said.say(root, DCAT.theme, *(town.concept("theme", each) for each in spec.themes))
    if spec.national:
        said.say(root, DCAT.theme, town.concept("national-theme", spec.national))
    said.say(root, GOV.code, Literal(spec.code))
    said.say(root, DCT.identifier, Literal(resource_code(town, spec)))
    said.say(root, DCT.publisher, town.id("department", spec.department))
    said.say(root, DCT.language, town.concept("language", "ZHO"))
    said.say(root, DCT.spatial, NamedNode(f"{CODES}division/{spec.division}"))


def resource_code(town: Town, spec: Dataset) -> str:
    """Give the national resource code: class, item and sub-class, then the number (DOMAIN §1.2)."""
    place = sorted(town.content.offices).index(spec.department) + 1
    classes = town.content.codes["resource-class"]
    return f"{classes.get(spec.library, classes['department'])}{place:03d}/{spec.code[-4:]:0>6}"


def add_life(town: Town, spec: Dataset, root: NamedNode, life: Life, said: Statements) -> None:
    """Say when it was published, updated, and how often it will be."""
    said.say(root, DCT.issued, day(life.issued))
    said.say(root, DCT.modified, day(life.modified))
    said.say(root, DCT.accrualPeriodicity, town.concept("frequency", spec.every))


def add_access(town: Town, spec: Dataset, root: NamedNode, said: Statements) -> None:
    """Say how it reaches departments and everyone."""
    said.say(root, DCT.accessRights, town.concept("access-right", ACCESS[spec.openness]))
    if spec.sharing != "none":
        said.say(root, GOV.sharingWay, town.concept("sharing-way", spec.way))
    if spec.openness != "none":
        said.say(root, DCAT.landingPage, NamedNode(f"{HOST}/view/{spec.code}"))


def add_links(town: Town, spec: Dataset, root: NamedNode, said: Statements) -> None:
    """Say what it comes from, belongs to, and goes with.

    A link to what fewer may see stands where they may see it: nobody follows it to nothing.
    """
    links = {
        PROV.wasDerivedFrom: spec.sources,
        DCT.relation: spec.related,
        DCAT.inSeries: (spec.series,),
        DCAT.prev: (spec.previous,),
        DCT.isReplacedBy: (spec.replaced_by,),
        GOV.layerOf: (spec.layer.parent,) if spec.layer else (),
    }
    for predicate, references in links.items():
        for reference in filter(None, references):
            other = town.content.datasets[reference]
            said.say(root, predicate, town.dataset(reference), least=other.clearance)
    if spec.library:
        said.say(root, GOV.baseLibrary, town.id("library", spec.library))
    if spec.system in town.content.systems:
        system = town.content.systems[spec.system]
        said.say(root, GOV.sourceSystem, town.id("system", system.code))


def add_layer(layer: Layer, root: NamedNode, said: Statements) -> None:
    """Say where it lies, in which reference system, and how fine it is."""
    said.type(root, GOV.MapLayer)
    said.say(root, DCT.conformsTo, NamedNode(f"{CRS}{layer.crs}"))
    said.say(root, DCAT.spatialResolutionInMeters, decimal(layer.resolution))
    west, south, east, north = (f"{each:.4f}" for each in layer.bounds)
    corners = f"{west} {south},{east} {south},{east} {north},{west} {north},{west} {south}"
    said.say(root, DCAT.bbox, Literal(f"POLYGON(({corners}))", datatype=GEO.wktLiteral))
