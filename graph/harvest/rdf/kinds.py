"""What stands in a DCAT file: which types make an entry, which links make a thing part of one.

All law of the splitting is in these tables. A node is the root of an entry of its own if its kind
is in `ROOTS`; all others belong to the one entry that uses them.
"""

from __future__ import annotations

from ontology.terms import PREFIXES

# In order of strength: a node of several types is of the first kind named here.
KINDS = (
    "unknown",
    "paging",
    "layer",
    "item",
    "source",
    "dataset",
    "record",
    "distribution",
    "service",
    "system",
    "library",
    "element",
    "contact",
    "department",
    "concept",
    "schema",
    "licence",
    "thing",
    "nothing",  # what is said of <> in a document that is nowhere
)
NUMBER = {kind: number for number, kind in enumerate(KINDS)}
UNKNOWN, PAGING, THING = NUMBER["unknown"], NUMBER["paging"], NUMBER["thing"]
NOTHING = NUMBER["nothing"]
SOURCE, RECORD, DATASET = NUMBER["source"], NUMBER["record"], NUMBER["dataset"]
ROOTS = frozenset(
    NUMBER[kind]
    for kind in (
        "layer", "dataset", "source", "service", "department", "system", "library", "element",
        "concept", "nothing",
    )
)  # fmt: skip
# Kinds that may stand as entries of their own where nobody, or more than one, uses them.
STANDS_ALONE = frozenset(NUMBER[kind] for kind in ("contact", "licence", "schema", "thing"))

DCATAPIT = "http://dati.gov.it/onto/dcatapit#"
EXTRA_PREFIXES = {
    **PREFIXES,
    "dcatapit": DCATAPIT,
    "dcterms": PREFIXES["dct"],
    "dc": "http://purl.org/dc/elements/1.1/",
    "time": "http://www.w3.org/2006/time#",
    "oa": "http://www.w3.org/ns/oa#",
    "gsp": PREFIXES["geo"],
}

_TYPES = {
    "dataset": "dcat:Dataset dcat:DatasetSeries dcatapit:Dataset",
    "layer": "gov:MapLayer",
    "source": "dcat:Catalog dcatapit:Catalog",
    "service": "dcat:DataService",
    "department": "foaf:Agent foaf:Organization foaf:Person foaf:Group org:Organization "
    "org:FormalOrganization org:OrganizationalUnit gov:Department dcatapit:Agent",
    "system": "gov:InformationSystem",
    "library": "gov:BaseLibrary",
    "element": "gov:DataElement",
    "item": "gov:DataItem csvw:Column",
    "schema": "csvw:TableSchema csvw:Schema",
    "concept": "skos:Concept skos:ConceptScheme skos:Collection",
    "distribution": "dcat:Distribution dcatapit:Distribution",
    "record": "dcat:CatalogRecord",
    "contact": "vcard:Kind vcard:Organization vcard:Individual vcard:Group vcard:VCard "
    "dcatapit:Organization gov:InternalContact",
    "licence": "dct:LicenseDocument dct:RightsStatement dcatapit:LicenseDocument odrl:Policy "
    "odrl:Offer odrl:Agreement",
    "paging": "hydra:PagedCollection hydra:PartialCollectionView hydra:Collection",
}


def expanded(curie: str) -> str:
    """Give the IRI that a CURIE of our tables stands for."""
    prefix, _, name = curie.partition(":")
    return EXTRA_PREFIXES[prefix] + name


def _by_iri(table: dict[str, str]) -> dict[str, str]:
    return {expanded(curie): word for word, curies in table.items() for curie in curies.split()}


KIND_OF_TYPE = {f"<{iri}>": NUMBER[kind] for iri, kind in _by_iri(_TYPES).items()}

# What a link says of its two ends. USES: the object is part of the subject's entry. CITES: it is
# a thing of its own that is merely named. BELONGS: the subject is part of the object's entry.
USES, CITES, BELONGS, LISTS, AGENT, PART = range(6)

_ROLES = {
    LISTS: "dcat:dataset dcat:service dcat:record dcat:catalog dcat:resource hydra:member "
    "hydra:view hydra:next hydra:previous hydra:first hydra:last hydra:nextPage "
    "hydra:previousPage hydra:firstPage hydra:lastPage",
    BELONGS: "foaf:primaryTopic dqv:computedOn dct:isPartOf oa:hasTarget dcat:isDistributionOf",
    AGENT: "dct:publisher dct:creator dct:rightsHolder dct:contributor gov:provider gov:owner "
    "prov:wasAttributedTo",
    PART: "dcat:distribution adms:sample",
    CITES: "dct:relation dct:source dct:references dct:isReferencedBy dct:hasPart dct:replaces "
    "dct:isReplacedBy dct:requires dct:isRequiredBy dct:hasVersion dct:isVersionOf "
    "dcat:hasVersion dcat:isVersionOf dcat:hasCurrentVersion dcat:previousVersion dcat:prev "
    "dcat:next dcat:first dcat:last dcat:inSeries dcat:seriesMember dcat:servesDataset "
    "dcat:accessService gov:layerOf gov:element gov:sourceSystem gov:baseLibrary gov:feeds "
    "gov:keyElement prov:wasDerivedFrom prov:used prov:wasGeneratedBy owl:sameAs rdfs:seeAlso "
    "skos:broader skos:narrower skos:related skos:inScheme skos:topConceptOf skos:exactMatch "
    "skos:closeMatch skos:hasTopConcept rdfs:subClassOf",
}
ROLE_OF = {
    f"<{expanded(curie)}>": role for role, curies in _ROLES.items() for curie in curies.split()
}
# The kind that a link makes of an untyped object.
MADE_BY = {
    f"<{expanded(curie)}>": NUMBER[kind]
    for curie, kind in {
        "dcat:dataset": "dataset",
        "dcat:distribution": "distribution",
        "dcat:contactPoint": "contact",
        "dct:publisher": "department",
        "dct:creator": "department",
        "dct:rightsHolder": "department",
        "dcat:service": "service",
        "dcat:accessService": "service",
        "dcat:record": "record",
        "dcat:theme": "concept",
        "dct:license": "licence",
        "csvw:column": "item",
    }.items()
}
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

# Names under these hold shared lists: they are never parts of an entry by being used.
AUTHORITIES = (
    "<http://publications.europa.eu/",
    "<https://www.iana.org/",
    "<http://www.iana.org/",
    "<https://w3id.org/govgraph/",
)
