"""What a query can be written with: prefixes, classes, properties and the values of code lists.

All of it is the vocabulary's and the same for everyone; what only some may see (departments,
elements, datasets) is asked of the caller's own view (`web.query.completing`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pyoxigraph import NamedNode

from graph.harvest.tables.properties import PROPERTIES as READINGS
from graph.search import sound
from ontology.code_lists import code_list
from ontology.terms import (
    CSVW,
    DCAT,
    DCT,
    FOAF,
    ODRL,
    ORG,
    OWL,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SKOS,
    VCARD,
    shortened,
)
from ontology.vocabulary import shapes, terms
from web.catalogue.words import PROPERTIES, property_name
from web.language import speaking

Term = dict[str, Any]

# Classes of others that entries are made of; our own come from the vocabulary, kinds from shapes.
OTHERS: dict[NamedNode, tuple[str, str]] = {
    DCAT.Catalog: ("目录", "Catalogue"),
    DCAT.CatalogRecord: ("目录记录", "Catalogue record"),
    DCAT.DatasetSeries: ("数据集系列", "Dataset series"),
    DCT.Location: ("地点", "Location"),
    FOAF.Agent: ("主体", "Agent"),
    ORG.FormalOrganization: ("机构", "Organisation"),
    SKOS.Concept: ("概念", "Concept"),
    SKOS.ConceptScheme: ("概念表", "Concept scheme"),
    VCARD.Individual: ("个人", "Individual"),
    VCARD.Kind: ("联系方式", "Contact"),
    VCARD.Organization: ("联系单位", "Contact organisation"),
    CSVW.Column: ("列", "Column"),
    CSVW.TableSchema: ("表结构", "Table schema"),
    ODRL.Agreement: ("协议", "Agreement"),
    PROV.Activity: ("活动", "Activity"),
    PROV.Derivation: ("加工步骤", "Derivation"),
    PROV.Plan: ("计划", "Plan"),
    OWL.Ontology: ("本体", "Ontology"),
    OWL.ObjectProperty: ("对象属性", "Object property"),
    OWL.DatatypeProperty: ("数据属性", "Data property"),
    RDF.Property: ("属性", "Property"),
    RDFS.Class: ("类", "Class"),
    OWL.Class: ("类", "Class"),
}


@cache
def written() -> Term:
    """Give everything, ready to be sent: `prefixes`, `terms`, `fields` by class, `values`."""
    return {
        "prefixes": PREFIXES,
        "terms": [*classes(), *properties()],
        "fields": fields(),
        "values": {name: list(values(each.code_list)) for name, each in listed()},
    }


def classes() -> Iterator[Term]:
    """Give every class once: those that shapes are for, ours, and those of others."""
    given: dict[str, tuple[str, str]] = {
        target: (shape.label.zh, shape.label.en)
        for shape in shapes()
        if shape.fields
        for target in shape.targets
    }
    ours = {each.iri: (each.label.zh, each.label.en) for each in terms() if each.is_class}
    others = {each.value: label for each, label in OTHERS.items()}
    for iri, (zh, en) in {**others, **given, **ours}.items():
        yield term("class", shortened(iri), zh, en)


def properties() -> Iterator[Term]:
    """Give every property once, in the order in which people want to read them."""
    ours = [each.iri for each in terms() if not each.is_class]
    for iri in dict.fromkeys((*PROPERTIES, *ours)):
        yield term("property", shortened(iri), named(iri, "zh"), named(iri, "en"))


def named(iri: str, language: str) -> str:
    """Give what a property is called in one language."""
    with speaking(language):
        return property_name(iri)


def fields() -> dict[str, list[str]]:
    """Give the properties that the shape of each class asks for, in the order of its form."""
    return {
        shortened(target): list(dict.fromkeys(shortened(each.path) for each in shape.fields))
        for shape in shapes()
        for target in shape.targets
        if shape.fields
    }


def listed() -> Iterator[tuple[str, Any]]:
    """Give the properties whose values are concepts of a list of ours."""
    return ((name, each) for name, each in READINGS.items() if each.code_list)


def values(name: str) -> Iterator[Term]:
    """Give the concepts of a code list."""
    for each in code_list(name):
        yield term("value", f"<{each.iri}>", each.zh, each.en)


def term(kind: str, text: str, zh: str, en: str) -> Term:
    """Give one word to choose: what is written, its names, and how the Chinese one sounds."""
    heard = " ".join(each.strip(sound.INITIALS) for each in sound.sounds(zh, everywhere=True))
    return {"kind": kind, "text": text, "zh": zh, "en": en, "sound": heard}
