"""Systems, base libraries, data elements and common services, turned into their entries."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from graph.ledger.entries import Entry
from graph.sample.names import HOST, Town
from graph.sample.specs import Element, Library, Service, System
from graph.sample.statements import Statements, number, text, texts, year
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT, GOV, RDF, SKOS


def system_entry(town: Town, spec: System) -> Entry:
    """Give a system's entry; where it is reached inside is for the city's office alone."""
    root = town.id("system", spec.code)
    said = Statements(root, Clearance.OPEN)
    said.say(root, RDF.type, GOV.InformationSystem)
    said.say(root, DCT.title, text(spec.zh, "zh"), text(spec.en, "en"))
    said.say(root, DCT.description, text(spec.about, "zh"), text(spec.about_en, "en"))
    said.say(root, GOV.code, Literal(spec.code))
    said.say(root, GOV.owner, town.id("department", spec.department))
    if spec.funding:
        said.say(root, GOV.fundingKind, town.concept("funding-kind", spec.funding))
    if spec.year:
        said.say(root, GOV.budgetYear, year(town.today.year - spec.year))
    said.say(root, GOV.systemStatus, town.concept("system-status", spec.status))
    address = spec.address or f"http://{spec.slug}.{spec.department}.gov.internal.example/"
    said.say(root, GOV.internalAddress, Literal(address), least=Clearance.GOVERNANCE)
    for reference in spec.feeds:
        if reference in town.content.systems:
            fed = town.content.systems[reference]
            said.say(root, GOV.feeds, town.id("system", fed.code))
    return said.entry("system", spec.code, spec.zh)


def service_entry(town: Town, spec: Service) -> Entry:
    """Give the entry of a service of several datasets."""
    root = town.id("service", spec.code)
    said = Statements(root, Clearance.OPEN)
    said.type(root, DCAT.DataService)
    said.say(root, DCT.title, text(spec.zh, "zh"), text(spec.en, "en"))
    said.say(root, DCT.description, text(spec.about, "zh"))
    said.say(root, GOV.code, Literal(spec.code))
    said.say(root, DCT.publisher, town.id("department", spec.department))
    endpoint = f"{HOST}/service/{spec.department}/{spec.slug}"
    said.say(root, DCAT.endpointURL, NamedNode(endpoint))
    said.say(root, DCAT.endpointDescription, NamedNode(f"{endpoint}?request=GetCapabilities"))
    for each in town.content.datasets.values():
        if each.service == spec.ref and each.openness != "none":
            said.say(root, DCAT.servesDataset, town.dataset(each.ref))
    return said.entry("service", spec.code, spec.zh)


def library_entry(town: Town, spec: Library) -> Entry:
    """Give a base library's entry."""
    root = town.id("library", spec.code)
    said = Statements(root, Clearance.OPEN)
    said.say(root, RDF.type, GOV.BaseLibrary)
    said.say(root, DCT.title, text(spec.zh, "zh"), text(spec.en, "en"))
    said.say(root, DCT.description, text(spec.about, "zh"), text(spec.about_en, "en"))
    said.say(root, GOV.code, Literal(spec.code))
    said.say(root, GOV.owner, town.id("department", spec.owner))
    for element in town.content.elements.values():
        if element.library == spec.code and element.key:
            said.say(root, GOV.keyElement, town.id("element", element.code))
    return said.entry("library", spec.code, spec.zh)


def element_entry(town: Town, spec: Element) -> Entry:
    """Give a standard data element's entry."""
    root = town.id("element", spec.code)
    said = Statements(root, Clearance.OPEN)
    said.type(root, GOV.DataElement)
    said.say(root, SKOS.prefLabel, text(spec.zh, "zh"), text(spec.en, "en"))
    said.say(root, SKOS.altLabel, *texts(spec.synonyms, "zh"))
    said.say(root, SKOS.definition, text(spec.definition, "zh"), text(spec.definition_en, "en"))
    said.say(root, GOV.dataType, town.concept("item-type", spec.type))
    said.say(root, GOV.length, number(spec.length))
    said.say(root, GOV.valueRule, text(spec.rule, "zh"))
    said.say(root, GOV.baseLibrary, town.id("library", spec.library))
    said.say(root, GOV.code, Literal(spec.code))
    if spec.sensitivity:
        said.say(root, GOV.sensitivity, town.concept("sensitivity", spec.sensitivity))
    return said.entry("element", spec.code, spec.zh)
