"""What DCAT-AP 3.0.0 asks of a description, as a table: how many values, and of which kind.

Source: DCAT-AP 3.0.0, its validation rules. A test holds this table against an independent
statement of them. Kinds that the table does not head have no rule of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyoxigraph import NamedNode

from ontology.terms import ADMS, DCAT, DCT, FOAF, PREFIXES, RDFS, SKOS, VCARD

NAMESPACES = {
    **PREFIXES,
    "eli": "http://data.europa.eu/eli/ontology#",
    "time": "http://www.w3.org/2006/time#",
}

# A kind, then its properties: least..most (n: any number) and the kind or datatype of the values.
TABLE = """
dcat:Catalog
  dct:title 1..n
  dct:description 1..n
  dct:publisher 1..1 foaf:Agent
  dct:creator 0..1 foaf:Agent
  dct:issued 0..1
  dct:modified 0..1
  dct:license 0..1 dct:LicenseDocument
  dct:rights 0..1 dct:RightsStatement
  foaf:homepage 0..1 foaf:Document
  dct:language 0..n dct:LinguisticSystem
  dct:spatial 0..n dct:Location
  dct:temporal 0..n dct:PeriodOfTime
  dct:hasPart 0..n dcat:Catalog
  dcat:catalog 0..n dcat:Catalog
  dcat:dataset 0..n dcat:Dataset
  dcat:record 0..n dcat:CatalogRecord
  dcat:service 0..n dcat:DataService
  dcat:themeTaxonomy 0..n skos:ConceptScheme
  dcatap:applicableLegislation 0..n eli:LegalResource
dcat:CatalogRecord
  foaf:primaryTopic 1..1 dcat:Resource
  dct:modified 1..1
  dct:issued 0..1
  dct:source 0..1 dcat:CatalogRecord
  dct:conformsTo 0..n dct:Standard
  dct:language 0..n dct:LinguisticSystem
  adms:status 0..1 skos:Concept
dcat:Dataset
  dct:title 1..n
  dct:description 1..n
  dct:publisher 0..1 foaf:Agent
  dct:creator 0..n foaf:Agent
  dct:issued 0..1
  dct:modified 0..1
  dct:accessRights 0..1 dct:RightsStatement
  dct:accrualPeriodicity 0..1 dct:Frequency
  dct:type 0..1 skos:Concept
  dct:conformsTo 0..n dct:Standard
  dct:isReferencedBy 0..n rdfs:Resource
  dct:language 0..n dct:LinguisticSystem
  dct:provenance 0..n dct:ProvenanceStatement
  dct:relation 0..n rdfs:Resource
  dct:source 0..n dcat:Dataset
  dct:spatial 0..n dct:Location
  dct:temporal 0..n dct:PeriodOfTime
  dcat:contactPoint 0..n vcard:Kind
  dcat:distribution 0..n dcat:Distribution
  dcat:hasVersion 0..n dcat:Dataset
  dcat:inSeries 0..n dcat:DatasetSeries
  dcat:landingPage 0..n foaf:Document
  dcat:qualifiedRelation 0..n dcat:Relationship
  dcat:spatialResolutionInMeters 0..n xsd:decimal
  dcat:temporalResolution 0..n xsd:duration
  dcat:theme 0..n skos:Concept
  dcatap:applicableLegislation 0..n eli:LegalResource
  foaf:page 0..n foaf:Document
  adms:identifier 0..n adms:Identifier
  adms:sample 0..n dcat:Distribution
  prov:qualifiedAttribution 0..n prov:Attribution
  prov:wasGeneratedBy 0..n prov:Activity
dcat:DatasetSeries
  dct:title 1..n
  dct:description 1..n
  dct:publisher 0..1 foaf:Agent
  dct:issued 0..1
  dct:modified 0..1
  dct:accrualPeriodicity 0..1 dct:Frequency
  dct:spatial 0..n dct:Location
  dct:temporal 0..n dct:PeriodOfTime
  dcat:contactPoint 0..n vcard:Kind
  dcatap:applicableLegislation 0..n eli:LegalResource
dcat:Distribution
  dcat:accessURL 1..n rdfs:Resource
  dcat:downloadURL 0..n rdfs:Resource
  dcat:accessService 0..n dcat:DataService
  dcat:byteSize 0..1 xsd:nonNegativeInteger
  dcat:compressFormat 0..1 dct:MediaType
  dcat:mediaType 0..1 dct:MediaType
  dcat:packageFormat 0..1 dct:MediaType
  dcat:spatialResolutionInMeters 0..n xsd:decimal
  dcat:temporalResolution 0..n xsd:duration
  dct:format 0..1 dct:MediaTypeOrExtent
  dct:license 0..1 dct:LicenseDocument
  dct:rights 0..1 dct:RightsStatement
  dct:issued 0..1
  dct:modified 0..1
  dct:conformsTo 0..n dct:Standard
  dct:language 0..n dct:LinguisticSystem
  dcatap:applicableLegislation 0..n eli:LegalResource
  dcatap:availability 0..1 skos:Concept
  adms:status 0..1 skos:Concept
  foaf:page 0..n foaf:Document
  odrl:hasPolicy 0..1 odrl:Policy
  spdx:checksum 0..1 spdx:Checksum
dcat:DataService
  dct:title 1..n
  dcat:endpointURL 1..n rdfs:Resource
  dcat:endpointDescription 0..n rdfs:Resource
  dct:publisher 0..1 foaf:Agent
  dct:accessRights 0..1 dct:RightsStatement
  dct:license 0..1 dct:LicenseDocument
  dct:conformsTo 0..n dct:Standard
  dct:format 0..n dct:MediaTypeOrExtent
  dcat:contactPoint 0..n vcard:Kind
  dcat:landingPage 0..n foaf:Document
  dcat:servesDataset 0..n dcat:Dataset
  dcat:theme 0..n skos:Concept
  dcatap:applicableLegislation 0..n eli:LegalResource
foaf:Agent
  foaf:name 1..n
  dct:type 0..1 skos:Concept
skos:Concept
  skos:prefLabel 1..n
skos:ConceptScheme
  dct:title 1..n
dct:LicenseDocument
  dct:type 0..n skos:Concept
dct:Location
  dcat:bbox 0..1
  dcat:centroid 0..1
  locn:geometry 0..1 locn:Geometry
dct:PeriodOfTime
  dcat:startDate 0..1
  dcat:endDate 0..1
  time:hasBeginning 0..1 time:Instant
  time:hasEnd 0..1 time:Instant
dcat:Relationship
  dct:relation 1..n rdfs:Resource
  dcat:hadRole 1..n dcat:Role
adms:Identifier
  skos:notation 1..1
spdx:Checksum
  spdx:algorithm 1..1 spdx:ChecksumAlgorithm
  spdx:checksumValue 1..1 xsd:hexBinary
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """How a property may stand: `most` is None for any number; `kind` and `datatype` of values."""

    least: int
    most: int | None
    kind: NamedNode | None = None
    datatype: NamedNode | None = None


def term(name: str) -> NamedNode:
    """Give the term of a prefixed name."""
    prefix, _, local = name.partition(":")
    return NamedNode(NAMESPACES[prefix] + local)


def rule(least_most: str, of: str = "") -> Rule:
    """Read the right side of a row."""
    least, _, most = least_most.partition("..")
    value = term(of) if of else None
    literal = of.startswith("xsd:")
    return Rule(
        least=int(least),
        most=None if most == "n" else int(most),
        kind=None if literal else value,
        datatype=value if literal else None,
    )


def read(table: str) -> dict[NamedNode, dict[NamedNode, Rule]]:
    """Read the table."""
    found: dict[NamedNode, dict[NamedNode, Rule]] = {}
    rules: dict[NamedNode, Rule] = {}
    for line in filter(None, table.splitlines()):
        name, *rest = line.split()
        if line.startswith(" "):
            rules[term(name)] = rule(*rest)
        else:
            rules = found.setdefault(term(name), {})
    return found


PROFILE = read(TABLE)
REQUIRED = {
    kind: tuple(name for name, each in rules.items() if each.least)
    for kind, rules in PROFILE.items()
}

# Kinds of which a page says no more than that something is one: it is looked up at its own place.
POINTED = frozenset(
    {RDFS.Resource, FOAF.Document, DCAT.Resource, DCAT.Role, term("eli:LegalResource")}
)

# Kinds of which a page gives the names, looked for in this order, and what else belongs there.
TITLED = (DCT.title, RDFS.label, SKOS.prefLabel)
LABELLED = (SKOS.prefLabel, RDFS.label, DCT.title)
NAMED: dict[NamedNode, tuple[NamedNode, ...]] = {
    SKOS.Concept: LABELLED,
    SKOS.ConceptScheme: TITLED,
    DCT.Frequency: LABELLED,
    DCT.LicenseDocument: LABELLED,
    DCT.LinguisticSystem: LABELLED,
    DCT.Location: LABELLED,
    DCT.MediaType: LABELLED,
    DCT.MediaTypeOrExtent: LABELLED,
    DCT.RightsStatement: LABELLED,
    DCT.Standard: TITLED,
    term("spdx:ChecksumAlgorithm"): LABELLED,
}
BESIDE_NAMES: dict[NamedNode, tuple[NamedNode, ...]] = {
    DCT.LicenseDocument: (DCT.type,),
    DCT.Location: (DCAT.bbox, DCAT.centroid, term("locn:geometry")),
}

# Kinds that can be made of a text where a source wrote one in the place of a thing.
TEXTUAL: dict[NamedNode, NamedNode] = {
    FOAF.Agent: FOAF.name,
    VCARD.Kind: VCARD.fn,
    SKOS.Concept: SKOS.prefLabel,
    ADMS.Identifier: SKOS.notation,
    **dict.fromkeys(
        (
            DCT.Frequency,
            DCT.LicenseDocument,
            DCT.LinguisticSystem,
            DCT.Location,
            DCT.MediaType,
            DCT.MediaTypeOrExtent,
            DCT.PeriodOfTime,
            DCT.ProvenanceStatement,
            DCT.RightsStatement,
            DCT.Standard,
        ),
        RDFS.label,
    ),
}

# What a property is said as instead, where the thing it leads to is not described on the page: a
# wider property that is true of it too. None: nothing.
INSTEAD: dict[tuple[NamedNode, NamedNode], NamedNode | None] = {
    (DCAT.Dataset, DCT.source): DCT.relation,
    (DCAT.Dataset, DCAT.hasVersion): DCT.relation,
    (DCAT.DataService, DCAT.servesDataset): None,
    (DCAT.CatalogRecord, DCT.source): term("prov:wasDerivedFrom"),
}

LEXICAL: dict[NamedNode, re.Pattern[str]] = {
    term("xsd:decimal"): re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    term("xsd:nonNegativeInteger"): re.compile(r"\+?\d+"),
    term("xsd:hexBinary"): re.compile(r"([0-9a-fA-F]{2})+"),
    term("xsd:duration"): re.compile(
        r"-?P(?=[\dT])(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?"
    ),
}
