"""What DCAT-AP 3.0 asks of a description, as tables: how many, and of which class.

Source: DCAT-AP 3.0.0, the application profile's usage notes and SHACL shapes. `ONCE` are the
properties that may stand once; `CLASSES` the class that the value of a property must be said to
have; `ON_PAGE` the properties that may only lead to a resource described on the same page.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from ontology.terms import (
    ADMS,
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    ODRL,
    PREFIXES,
    PROV,
    SKOS,
    VCARD,
)

ELI_LEGAL_RESOURCE = NamedNode("http://data.europa.eu/eli/ontology#LegalResource")
SPDX_CHECKSUM = NamedNode(PREFIXES["spdx"] + "checksum")
SPDX_CHECKSUM_CLASS = NamedNode(PREFIXES["spdx"] + "Checksum")

ONCE: dict[NamedNode, frozenset[NamedNode]] = {
    DCAT.Dataset: frozenset(
        {
            DCT.accessRights,
            DCT.accrualPeriodicity,
            DCT.issued,
            DCT.modified,
            DCT.publisher,
            DCAT.temporalResolution,
            DCAT.version,
        }
    ),
    DCAT.Distribution: frozenset(
        {
            DCATAP.availability,
            DCAT.byteSize,
            DCAT.compressFormat,
            DCAT.mediaType,
            DCAT.packageFormat,
            DCAT.temporalResolution,
            DCAT.spatialResolutionInMeters,
            DCT.format,
            DCT.issued,
            DCT.license,
            DCT.modified,
            DCT.rights,
            ADMS.status,
            ODRL.hasPolicy,
            SPDX_CHECKSUM,
        }
    ),
    DCAT.DataService: frozenset(
        {DCT.accessRights, DCT.license, DCT.publisher, DCATAP.availability}
    ),
    DCAT.DatasetSeries: frozenset(
        {DCT.accrualPeriodicity, DCT.issued, DCT.modified, DCT.publisher}
    ),
    DCAT.CatalogRecord: frozenset({DCT.issued, DCT.modified, DCT.source, ADMS.status}),
    FOAF.Agent: frozenset({DCT.type}),
    VCARD.Kind: frozenset(),
}

CLASSES: dict[NamedNode, NamedNode] = {
    DCT.accessRights: DCT.RightsStatement,
    DCT.accrualPeriodicity: DCT.Frequency,
    DCT.conformsTo: DCT.Standard,
    DCT.creator: FOAF.Agent,
    DCT.format: DCT.MediaTypeOrExtent,
    DCT.language: DCT.LinguisticSystem,
    DCT.license: DCT.LicenseDocument,
    DCT.provenance: DCT.ProvenanceStatement,
    DCT.publisher: FOAF.Agent,
    DCT.rights: DCT.RightsStatement,
    DCT.spatial: DCT.Location,
    DCT.temporal: DCT.PeriodOfTime,
    DCT.type: SKOS.Concept,
    DCAT.theme: SKOS.Concept,
    DCAT.mediaType: DCT.MediaType,
    DCAT.compressFormat: DCT.MediaType,
    DCAT.packageFormat: DCT.MediaType,
    DCAT.contactPoint: VCARD.Kind,
    DCAT.landingPage: FOAF.Document,
    DCAT.qualifiedRelation: DCAT.Relationship,
    DCAT.themeTaxonomy: SKOS.ConceptScheme,
    DCATAP.applicableLegislation: ELI_LEGAL_RESOURCE,
    DCATAP.availability: SKOS.Concept,
    DCATAP.hvdCategory: SKOS.Concept,
    FOAF.homepage: FOAF.Document,
    FOAF.page: FOAF.Document,
    ADMS.identifier: ADMS.Identifier,
    ADMS.status: SKOS.Concept,
    PROV.qualifiedAttribution: PROV.Attribution,
    PROV.wasGeneratedBy: PROV.Activity,
    ODRL.hasPolicy: ODRL.Policy,
    SPDX_CHECKSUM: SPDX_CHECKSUM_CLASS,
}

ON_PAGE = frozenset(
    {
        DCT.source,
        DCT.hasVersion,
        DCT.isVersionOf,
        DCAT.hasVersion,
        DCAT.isVersionOf,
        DCAT.previousVersion,
        DCAT.hasCurrentVersion,
        DCAT.servesDataset,
        DCAT.prev,
        DCAT.first,
        DCAT.last,
        ADMS.sample,
    }
)

# What a dataset's description on a page goes on to describe, and as what.
DESCRIBED: dict[NamedNode, NamedNode] = {
    DCAT.distribution: DCAT.Distribution,
    ADMS.sample: DCAT.Distribution,
    DCAT.accessService: DCAT.DataService,
    DCAT.inSeries: DCAT.DatasetSeries,
    DCAT.contactPoint: VCARD.Kind,
    DCT.publisher: FOAF.Agent,
    DCT.creator: FOAF.Agent,
    DCT.temporal: DCT.PeriodOfTime,
    DCT.provenance: DCT.ProvenanceStatement,
    ADMS.identifier: ADMS.Identifier,
    PROV.qualifiedAttribution: PROV.Attribution,
    SPDX_CHECKSUM: SPDX_CHECKSUM_CLASS,
}
