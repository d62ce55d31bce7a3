"""What properties are called on a page, and in which order people want to read them."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_babel.speaklater import LazyString

from ontology.terms import (
    ADMS,
    CSVW,
    DCAT,
    DCATAP,
    DCT,
    FOAF,
    GEO,
    GOV,
    LOCN,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SKOS,
    VCARD,
    shortened,
)
from ontology.vocabulary import label_of
from web.language import language

# In reading order: the statements of a thing are shown in the order of this table.
PROPERTIES: dict[str, LazyString] = {
    term.value: name
    for term, name in (
        (RDF.type, lazy_gettext("Type")),
        (DCT.title, lazy_gettext("Title")),
        (FOAF.name, lazy_gettext("Name")),
        (SKOS.prefLabel, lazy_gettext("Label")),
        (RDFS.label, lazy_gettext("Label")),
        (CSVW.title, lazy_gettext("Title")),
        (CSVW.name, lazy_gettext("Field name")),
        (SKOS.altLabel, lazy_gettext("Also called")),
        (SKOS.hiddenLabel, lazy_gettext("Also found as")),
        (GOV.abbreviation, lazy_gettext("Abbreviation")),
        (DCT.description, lazy_gettext("Description")),
        (SKOS.definition, lazy_gettext("Definition")),
        (RDFS.comment, lazy_gettext("Comment")),
        (GOV.code, lazy_gettext("Code")),
        (SKOS.notation, lazy_gettext("Notation")),
        (DCT.identifier, lazy_gettext("Identifier")),
        (ADMS.identifier, lazy_gettext("Other identifier")),
        (DCT.publisher, lazy_gettext("Keeper")),
        (GOV.provider, lazy_gettext("Provider")),
        (GOV.owner, lazy_gettext("Owner")),
        (DCT.creator, lazy_gettext("Made by")),
        (DCT.type, lazy_gettext("Kind")),
        (DCAT.theme, lazy_gettext("Theme")),
        (DCAT.keyword, lazy_gettext("Keywords")),
        (DCT.subject, lazy_gettext("Subject")),
        (GOV.baseLibrary, lazy_gettext("Base library")),
        (GOV.element, lazy_gettext("Standard data element")),
        (GOV.keyElement, lazy_gettext("Key")),
        (GOV.sourceSystem, lazy_gettext("From the system")),
        (GOV.feeds, lazy_gettext("Feeds")),
        (GOV.layerOf, lazy_gettext("Layer of")),
        (GOV.dataType, lazy_gettext("Data type")),
        (GOV.length, lazy_gettext("Length")),
        (GOV.position, lazy_gettext("Position")),
        (GOV.valueRule, lazy_gettext("Rule for values")),
        (GOV.sensitivity, lazy_gettext("Sensitivity")),
        (GOV.sharingType, lazy_gettext("Sharing")),
        (GOV.sharingCondition, lazy_gettext("Condition of sharing")),
        (GOV.sharingWay, lazy_gettext("Way of sharing")),
        (GOV.sharingFrequency, lazy_gettext("Frequency of sharing")),
        (GOV.opennessType, lazy_gettext("Openness")),
        (GOV.opennessCondition, lazy_gettext("Condition of opening")),
        (GOV.opennessWay, lazy_gettext("Way of opening")),
        (GOV.opennessFrequency, lazy_gettext("Frequency of opening")),
        (GOV.refusalClass, lazy_gettext("Ground of refusal")),
        (GOV.legalBasis, lazy_gettext("Legal basis")),
        (DCT.accessRights, lazy_gettext("Access rights")),
        (DCATAP.applicableLegislation, lazy_gettext("Legislation")),
        (DCT.accrualPeriodicity, lazy_gettext("Update frequency")),
        (DCT.issued, lazy_gettext("First published")),
        (DCT.modified, lazy_gettext("Last updated")),
        (DCT.temporal, lazy_gettext("Period covered")),
        (DCT.spatial, lazy_gettext("Area covered")),
        (DCAT.bbox, lazy_gettext("Bounds")),
        (DCAT.spatialResolutionInMeters, lazy_gettext("Resolution in metres")),
        (LOCN.geometry, lazy_gettext("Geometry")),
        (GEO.asWKT, lazy_gettext("Geometry")),
        (DCT.language, lazy_gettext("Language")),
        (DCAT.contactPoint, lazy_gettext("Contact")),
        (VCARD.fn, lazy_gettext("Name")),
        (VCARD.hasEmail, lazy_gettext("E-mail")),
        (VCARD.hasTelephone, lazy_gettext("Telephone")),
        (VCARD.hasURL, lazy_gettext("Web page")),
        (DCAT.landingPage, lazy_gettext("Web page")),
        (FOAF.page, lazy_gettext("Documentation")),
        (FOAF.homepage, lazy_gettext("Home page")),
        (DCAT.distribution, lazy_gettext("Files")),
        (DCT["format"], lazy_gettext("Format")),
        (DCAT.mediaType, lazy_gettext("Media type")),
        (DCAT.accessURL, lazy_gettext("Access address")),
        (DCAT.downloadURL, lazy_gettext("Download address")),
        (DCAT.byteSize, lazy_gettext("Size in bytes")),
        (DCT.license, lazy_gettext("Licence")),
        (DCT.rights, lazy_gettext("Rights")),
        (DCAT.accessService, lazy_gettext("Through the interface")),
        (DCAT.endpointURL, lazy_gettext("Interface address")),
        (DCAT.endpointDescription, lazy_gettext("Interface description")),
        (DCAT.servesDataset, lazy_gettext("Serves")),
        (DCT.conformsTo, lazy_gettext("Conforms to")),
        (CSVW.column, lazy_gettext("Data items")),
        (DCT.isPartOf, lazy_gettext("Part of")),
        (DCT.relation, lazy_gettext("Related to")),
        (DCAT.inSeries, lazy_gettext("In the series")),
        (DCAT.prev, lazy_gettext("Previous in the series")),
        (DCT.isReplacedBy, lazy_gettext("Replaced by")),
        (DCT.replaces, lazy_gettext("Replaces")),
        (PROV.wasDerivedFrom, lazy_gettext("Made from")),
        (PROV.qualifiedDerivation, lazy_gettext("Made from, step by step")),
        (PROV.entity, lazy_gettext("What the step comes from")),
        (DCT.source, lazy_gettext("Source")),
        (GOV.district, lazy_gettext("District")),
        (ORG.subOrganizationOf, lazy_gettext("Under")),
        (ORG.classification, lazy_gettext("Level")),
        (GOV.fundingKind, lazy_gettext("Funding")),
        (GOV.budgetYear, lazy_gettext("Budget year")),
        (GOV.systemStatus, lazy_gettext("Status")),
        (GOV.internalAddress, lazy_gettext("Internal address")),
        (GOV.riskNote, lazy_gettext("Risk note")),
        (GOV.sourceKind, lazy_gettext("Kind of source")),
        (SKOS.broader, lazy_gettext("Broader")),
        (SKOS.narrower, lazy_gettext("Narrower")),
        (SKOS.inScheme, lazy_gettext("In the list")),
        (SKOS.topConceptOf, lazy_gettext("At the top of")),
        (SKOS.exactMatch, lazy_gettext("Same as")),
        (SKOS.closeMatch, lazy_gettext("Close to")),
        (SKOS.broadMatch, lazy_gettext("Within")),
        (SKOS.relatedMatch, lazy_gettext("Related to")),
        (OWL.sameAs, lazy_gettext("Same as")),
        (ADMS.status, lazy_gettext("Status")),
        (FOAF.primaryTopic, lazy_gettext("Tells of")),
    )
}
ORDER = {iri: place for place, iri in enumerate(PROPERTIES)}
LAST = len(ORDER)


def property_name(iri: str) -> str:
    """Give what a property is called in the language of the page; its short name if unknown."""
    known = PROPERTIES.get(iri)
    if known is not None:
        return str(known)
    ours = label_of(iri)
    return ours.said(language()) if ours else shortened(iri)


def reading_order(iri: str) -> tuple[int, str]:
    """Give a key that sorts properties as people want to read them."""
    return ORDER.get(iri, LAST), iri
