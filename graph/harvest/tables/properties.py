"""What may be said of what: the properties a mapping can name, and what their values are.

A table, so that a mapping says only which column is which property; how a value of it is read
(as text, date, concept of a list, department, ...) follows from here unless the mapping says more.
The shape is the catalogue model of DOMAIN §1.8.
"""

from __future__ import annotations

from dataclasses import dataclass

from ontology.terms import CODES

PARTS = ("entry", "item", "distribution", "contact")


@dataclass(frozen=True, slots=True)
class Property:
    """How values of a property are read.

    `reads` names the reader (values.READERS); `code_list` its list where it is a concept; `also`
    further properties that say the same; `many` whether several values are usual.
    """

    reads: str
    code_list: str = ""
    also: tuple[str, ...] = ()
    many: bool = False


def _concept(code_list: str, *, many: bool = False) -> Property:
    return Property("concept", code_list, many=many)


TEXT, TEXTS, STRING = Property("text"), Property("text", many=True), Property("string")
STRINGS = Property("string", many=True)
DATE, URL, URLS = Property("date"), Property("url"), Property("url", many=True)
INTEGER, DECIMAL, YEAR = Property("integer"), Property("decimal"), Property("year")
DEPARTMENT, DIVISION = Property("department"), Property("division")

PROPERTIES: dict[str, Property] = {
    "csvw:name": STRING,
    "csvw:title": Property("text", also=("rdfs:label",)),
    "dcat:accessURL": URLS,
    "dcat:byteSize": INTEGER,
    "dcat:downloadURL": URLS,
    "dcat:endpointDescription": URLS,
    "dcat:endpointURL": URLS,
    "dcat:keyword": TEXTS,
    "dcat:landingPage": URLS,
    "dcat:mediaType": URLS,
    "dcat:spatialResolutionInMeters": DECIMAL,
    "dcat:theme": Property("concept", "theme", many=True),
    "dcat:version": STRING,
    "dct:accrualPeriodicity": _concept("frequency"),
    "dct:alternative": TEXTS,
    "dct:conformsTo": URLS,
    "dct:description": TEXT,
    "dct:format": _concept("format", many=True),
    "dct:identifier": STRINGS,
    "dct:issued": DATE,
    "dct:language": _concept("language", many=True),
    "dct:license": _concept("licence"),
    "dct:modified": DATE,
    "dct:publisher": DEPARTMENT,
    "dct:relation": URLS,
    "dct:spatial": Property("division", many=True),
    "dct:title": TEXT,
    "foaf:homepage": URLS,
    "foaf:name": Property("text", also=("skos:prefLabel",)),
    "foaf:page": URLS,
    "gov:abbreviation": TEXT,
    "gov:baseLibrary": Property("library", "library-kind", many=True),
    "gov:budgetYear": YEAR,
    "gov:code": Property("code"),
    "gov:dataType": _concept("item-type"),
    "gov:district": DIVISION,
    "gov:fundingKind": _concept("funding-kind"),
    "gov:internalAddress": STRING,
    "gov:legalBasis": TEXT,
    "gov:length": INTEGER,
    "gov:opennessCondition": TEXT,
    "gov:opennessType": _concept("openness"),
    "gov:owner": DEPARTMENT,
    "gov:position": INTEGER,
    "gov:provider": DEPARTMENT,
    "gov:refusalClass": _concept("refusal-class"),
    "gov:riskNote": TEXT,
    "gov:sensitivity": _concept("sensitivity"),
    "gov:sharingCondition": TEXT,
    "gov:sharingType": _concept("sharing"),
    "gov:sharingWay": _concept("sharing-way", many=True),
    "gov:sharingFrequency": _concept("frequency"),
    "gov:opennessWay": _concept("openness-way", many=True),
    "gov:opennessFrequency": _concept("frequency"),
    "gov:sourceSystem": Property("system", many=True),
    "gov:systemStatus": _concept("system-status"),
    "gov:valueRule": TEXT,
    "org:classification": _concept("level"),
    "org:subOrganizationOf": DEPARTMENT,
    "skos:altLabel": TEXTS,
    "skos:broader": DIVISION,
    "skos:definition": TEXT,
    "skos:prefLabel": TEXT,
    "vcard:fn": TEXT,
    "vcard:hasEmail": Property("email", many=True),
    "vcard:hasTelephone": Property("phone", many=True),
}

# A value here that is not understood would open what may be closed: the record is set aside.
GUARDED = frozenset({"gov:opennessType", "gov:sharingType"})
# Never in the open view, whatever the entry (ontology/clearance.py).
INTERNAL = frozenset({"gov:internalAddress", "gov:riskNote"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry: its classes, the property that names it, where its names begin."""

    types: tuple[str, ...]
    title: str
    namespace: str = ""  # empty: {base}/id/{kind}/


KINDS: dict[str, Kind] = {
    "dataset": Kind(("dcat:Dataset",), "dct:title"),
    "layer": Kind(("dcat:Dataset", "gov:MapLayer"), "dct:title"),
    "department": Kind(("gov:Department", "org:FormalOrganization", "foaf:Agent"), "foaf:name"),
    "system": Kind(("gov:InformationSystem",), "dct:title"),
    "library": Kind(("gov:BaseLibrary",), "dct:title"),
    "element": Kind(("gov:DataElement",), "skos:prefLabel"),
    "service": Kind(("dcat:DataService",), "dct:title"),
    "portal": Kind(("dcat:Catalog",), "dct:title"),
    "division": Kind(("skos:Concept", "dct:Location"), "skos:prefLabel", f"{CODES}division/"),
}
CATALOGUED = frozenset({"dataset", "layer"})  # the kinds with distributions and items
