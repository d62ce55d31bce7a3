"""A thing for machines: its concise description in RDF, its page as plain JSON, schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from graph.views.snapshots import View
from ontology.code_lists import concept
from ontology.terms import CSVW, DCAT, DCT, FOAF, GOV, PREFIXES, RDF, SKOS
from sparql.query import graph, rows
from web.catalogue.names import Names, Said, format_name, name_in
from web.catalogue.pages import ThingPage
from web.catalogue.reading import Thing
from web.catalogue.sections import first, web
from web.negotiate import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Form

FORMATS = {
    TURTLE: RdfFormat.TURTLE,
    RDF_XML: RdfFormat.RDF_XML,
    JSON_LD: RdfFormat.JSON_LD,
    N_TRIPLES: RdfFormat.N_TRIPLES,
}
MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
SCHEMA_ITEMS = 100  # data items told to crawlers
WRITTEN_BESIDE = 1_000  # things whose names are written beside a description


def description(view: View, iri: str) -> list[Triple]:
    """Give the concise description of a thing, with the names of everything it points at."""
    told = graph(view, "things/description", thing=NamedNode(iri))
    subjects = {triple.subject.value for triple in told if isinstance(triple.subject, NamedNode)}
    linked = {
        triple.object.value
        for triple in told
        if isinstance(triple.object, NamedNode) and triple.predicate != RDF.type
    } - subjects
    return [*told, *labels(view, sorted(linked)[:WRITTEN_BESIDE])]


def labels(view: View, iris: list[str]) -> Iterator[Triple]:
    """Give the names of things as statements: concepts from their lists, others from the view."""
    others = []
    for iri in iris:
        if known := concept(iri):
            yield Triple(NamedNode(iri), SKOS.prefLabel, Literal(known.zh, language="zh"))
            yield Triple(NamedNode(iri), SKOS.prefLabel, Literal(known.en, language="en"))
        else:
            others.append(NamedNode(iri))
    for row in rows(view, "things/labels", thing=others) if others else ():
        thing, name, value = row["thing"], row["property"], row["value"]
        if isinstance(thing, NamedNode) and isinstance(name, NamedNode) and value is not None:
            yield Triple(thing, name, value)


def written(triples: Iterable[Triple], form: Form) -> bytes:
    """Write statements in a form of RDF, with the prefixes that its readers know."""
    told = list(triples)
    made = serialize(told, format=FORMATS[form], prefixes=used_prefixes(told))
    assert made is not None
    return made


def used_prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Give the prefixes that some properties, classes or datatypes of these statements need."""
    names = {triple.predicate.value for triple in triples}
    for triple in triples:
        if triple.predicate == RDF.type and isinstance(triple.object, NamedNode):
            names.add(triple.object.value)
        elif isinstance(triple.object, Literal):
            names.add(triple.object.datatype.value)
    spaces = {name[: max(name.rfind("#"), name.rfind("/")) + 1] for name in names}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


def page_json(page: Any) -> dict[str, Any]:  # noqa: ANN401 - any record of a page
    """Give the record of a page as plain JSON values; what only serves drawing is left out."""
    told: dict[str, Any] = plain(page)
    return told


LEFT_OUT = {"json_ld", "picture", "qr", "hidden", "crumbs"}


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever stands in a page
    """Turn records, tuples and dates into what JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {each.name: getattr(value, each.name) for each in fields(value)}
        form = getattr(type(value), "form", None)
        return ({"form": form} if isinstance(form, str) else {}) | {
            name: plain(each) for name, each in told.items() if name not in LEFT_OUT
        }
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def in_script(data: dict[str, Any]) -> str:
    """Write JSON so that nothing in it can end the script element that holds it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def schema_org(thing: Thing, page: ThingPage, address: str) -> dict[str, Any]:
    """Tell crawlers of a dataset or a department in schema.org's words; {} for other kinds."""
    if thing.kind.name in {"dataset", "layer"}:
        return compact(dataset_schema(thing, page, address))
    if thing.kind.name == "department":
        return compact(
            {
                "@context": "https://schema.org",
                "@type": "GovernmentOrganization",
                "@id": thing.iri,
                "name": page.title.value,
                "alternateName": page.other.value if page.other else "",
                "url": web(thing.one(FOAF.homepage)) or address,
                "identifier": list(page.identity.identifiers),
            }
        )
    return {}


def dataset_schema(thing: Thing, page: ThingPage, address: str) -> dict[str, Any]:
    """Tell of a dataset."""
    names = thing.names
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "@id": thing.iri,
        "url": address,
        "name": page.title.value,
        "alternateName": page.other.value if page.other else "",
        "description": (page.description or page.sentence or page.title).value,
        "identifier": list(page.identity.identifiers) or [page.code],
        "keywords": [link.text.value for link in page.keywords],
        "inLanguage": names.language,
        "datePublished": thing.one(DCT.issued),
        "dateModified": thing.one(DCT.modified),
        "publisher": organisation(thing.one(DCT.publisher), names),
        "license": next((web(licence) for licence in licences(thing)), ""),
        "isAccessibleForFree": thing.one(GOV.opennessType).endswith("/unconditional"),
        "spatialCoverage": [names.text(value.value).value for value in thing.values(DCT.spatial)],
        "variableMeasured": [item_schema(item.said, names) for item in thing.shown[:SCHEMA_ITEMS]],
        "distribution": [
            download(said, names) for said in thing.parts.get(DCAT.distribution.value, {}).values()
        ],
    }


def licences(thing: Thing) -> Iterator[str]:
    """Give the licences of a dataset's files."""
    for said in thing.parts.get(DCAT.distribution.value, {}).values():
        yield first(said, DCT.license)


def organisation(iri: str, names: Names) -> dict[str, Any]:
    """Tell of a keeper."""
    if not iri:
        return {}
    return {"@type": "GovernmentOrganization", "@id": iri, "name": names.text(iri).value}


def item_schema(said: Said, names: Names) -> dict[str, Any]:
    """Tell of a data item."""
    title = name_in(said, names.language)
    return compact(
        {
            "@type": "PropertyValue",
            "name": title.value if title else first(said, CSVW.name),
            "alternateName": first(said, CSVW.name),
        }
    )


def download(said: Said, names: Names) -> dict[str, Any]:
    """Tell of a file."""
    form = first(said, DCT["format"])
    return compact(
        {
            "@type": "DataDownload",
            "encodingFormat": first(said, DCAT.mediaType).removeprefix(MEDIA_TYPES)
            or (format_name(form, names.language) if form else ""),
            "contentUrl": web(first(said, DCAT.downloadURL) or first(said, DCAT.accessURL)),
        }
    )


def compact(data: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {name: value for name, value in data.items() if value not in ("", [], {}, None)}
