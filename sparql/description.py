"""What a bare GET of the endpoint answers: the service description (SPARQL 1.1), and VoID.

Both tell of the caller's own view. Its counts are those that are kept (`graph.views.counts`): nothing is
counted for who asks. What a standard has a word for and is not said has no truth here: empty graphs, IRIs
that are read from elsewhere, entailment, an index of texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from graph.views.counts import Counts
from ontology.terms import DCAT, DCT, FOAF, GOV, ORG, RDF, VOID, XSD
from sparql.formats import GRAPHS, SOLUTIONS, Format
from sparql.query import View, rows
from sparql.workers.pool import AnswerLimits

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
SIMPLE: Final = "http://www.w3.org/ns/entailment/Simple"
GEOF: Final = "http://www.opengis.net/def/function/geosparql/"
# The W3C's names of formats (https://www.w3.org/ns/formats/).
FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}
# What the engine knows beyond SPARQL 1.1, as a test asks it: functions of GeoSPARQL, days and spans of
# time that are added (SEP 2), LATERAL (SEP 6), and triple terms.
FUNCTIONS: Final = (
    *("area", "asGeoJSON", "centroid", "convexHull", "coordinateDimension", "difference"),
    *("dimension", "distance", "ehContains", "ehCoveredBy", "ehCovers", "ehDisjoint"),
    *("ehEquals", "ehInside", "ehMeet", "ehOverlap", "envelope", "getSRID"),
    *("intersection", "isEmpty", "isSimple", "length", "perimeter", "rcc8dc"),
    *("rcc8ec", "rcc8eq", "rcc8ntpp", "rcc8ntppi", "rcc8po", "rcc8tpp"),
    *("rcc8tppi", "relate", "sfContains", "sfCrosses", "sfDisjoint", "sfEquals"),
    *("sfIntersects", "sfOverlaps", "sfTouches", "sfWithin", "spatialDimension", "symDifference"),
    *("union",),
)
EXTENSIONS: Final = (
    "https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0002/sep-0002.md",
    "https://github.com/w3c/sparql-dev/blob/main/SEP/SEP-0006/sep-0006.md",
    "https://www.w3.org/TR/sparql12-query/",
)
EXAMPLES: Final = (DCAT.Dataset, ORG.Organization)  # classes of which one thing is shown
GRAPHS_LISTED: Final = 20_000
SPACE: Final = re.compile(r".*[#/]", re.DOTALL)  # what the names of a vocabulary begin with
Node = NamedNode | BlankNode | Literal
Said = Iterator[tuple[NamedNode, NamedNode, Node]]


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)


@dataclass(frozen=True, slots=True)
class About:
    """What is told of a service beside its view: where it is, what it is called, whom it lets do what.

    `own` is the graph that stands for the default one where that is not the merge of all; `federated`
    says that the reader may have other endpoints asked along, `updated` that they may change graphs.
    """

    endpoint: str
    limits: AnswerLimits
    titles: Mapping[str, str]  # by language
    own: str = ""
    federated: bool = False
    updated: bool = False

    @property
    def base(self) -> str:
        """The address of the house."""
        return self.endpoint.removesuffix("/sparql")

    def part(self, name: str) -> NamedNode:
        """Name a part of the description."""
        return NamedNode(f"{self.endpoint}#{name}")


def triples(view: View, about: About, counts: Counts | None = None) -> list[Triple]:
    """Describe the endpoint, and what is in it, as this view's readers may see it."""
    stated = [*service(about), *data(view, about), *held(about, counts), *leading(about, counts)]
    graphs = counts.graphs if counts else {}
    return [Triple(*each) for each in stated] + _named(view, about, graphs)


def service(about: About) -> Said:
    """Say what the service is and does (Service Description, 3)."""
    this, dataset = about.part("service"), about.part("dataset")
    yield this, RDF.type, _sd("Service")
    yield this, _sd("endpoint"), NamedNode(about.endpoint)
    features = {"UnionDefaultGraph": not about.own, "BasicFederatedQuery": about.federated}
    for name in (name for name, has in features.items() if has):
        yield this, _sd("feature"), _sd(name)
    yield this, _sd("defaultEntailmentRegime"), NamedNode(SIMPLE)
    for name in FUNCTIONS:
        yield this, _sd("extensionFunction"), NamedNode(GEOF + name)
        yield NamedNode(GEOF + name), RDF.type, _sd("Function")
    for iri in EXTENSIONS:
        yield this, _sd("languageExtension"), NamedNode(iri)
        yield NamedNode(iri), RDF.type, _sd("Feature")
    yield this, _sd("supportedLanguage"), _sd("SPARQL11Query")
    if about.updated:
        yield this, _sd("supportedLanguage"), _sd("SPARQL11Update")
    yield this, _sd("defaultDataset"), dataset
    yield this, _sd("availableGraphs"), dataset  # a dataset is a collection of graphs
    for each in SOLUTIONS + GRAPHS:
        yield this, _sd("resultFormat"), NamedNode(FORMATS + FORMAT_NAMES[each.name])
    yield this, about.part("limit-rows"), Literal(about.limits.rows)
    seconds = Literal(f"{about.limits.seconds:g}", datatype=XSD.decimal)
    yield this, about.part("limit-seconds"), seconds
    yield this, about.part("limit-bytes"), Literal(about.limits.size)


def data(view: View, about: About) -> Said:
    """Say what is asked, in general: what it is called, where it is had, an example (VoID, 2 to 4)."""
    dataset, default = about.part("dataset"), about.part("default-graph")
    yield dataset, RDF.type, _sd("Dataset")
    yield dataset, _sd("defaultGraph"), default
    yield default, RDF.type, _sd("Graph")
    document = NamedNode(f"{about.base}/.well-known/void")
    yield document, RDF.type, VOID.DatasetDescription
    yield document, FOAF.primaryTopic, dataset
    yield dataset, RDF.type, VOID.Dataset
    yield dataset, FOAF.homepage, NamedNode(f"{about.base}/")
    for language, title in about.titles.items():
        yield dataset, DCT.title, Literal(title, language=language)
    for each in GRAPHS:
        yield dataset, VOID.feature, NamedNode(FORMATS + FORMAT_NAMES[each.name])
    yield dataset, VOID.sparqlEndpoint, NamedNode(about.endpoint)
    if not about.own:
        yield dataset, VOID.dataDump, NamedNode(f"{about.base}/store?default")
    yield dataset, VOID.rootResource, NamedNode(f"{about.base}/catalog")
    for kind in EXAMPLES:
        for row in rows(view, "graphs/examples", **{"class": kind}):
            yield dataset, VOID.exampleResource, row["thing"]
    yield dataset, VOID.uriSpace, Literal(f"{about.base}/id/")


def held(about: About, counts: Counts | None) -> Said:
    """Say how much a view holds of what, once counted (VoID, 4)."""
    dataset = about.part("dataset")
    for iri in vocabularies(counts):
        yield dataset, VOID.vocabulary, NamedNode(iri)
    if counts is None:
        return
    yield dataset, about.part("counted-at"), Literal(counts.seq)
    yield dataset, VOID.triples, Literal(counts.statements)
    yield dataset, VOID.classes, Literal(len(counts.classes))
    yield dataset, VOID.properties, Literal(len(counts.properties))
    if not about.own:
        yield about.part("default-graph"), VOID.triples, Literal(counts.statements)
    yield from parted(dataset, "class", counts.classes)
    yield from parted(dataset, "property", counts.properties)


def leading(about: About, counts: Counts | None) -> Said:
    """Say what leads to other datasets: a linkset for each property and what it leads to (VoID, 5)."""
    dataset, own = about.part("dataset"), f"{about.base}/"
    known = {} if counts is None else counts.outward
    ways = sorted(way for way in known if not way[1].startswith(own))  # ours, though of no class
    targets = {space: number for number, space in enumerate(sorted({space for _, space in ways}))}
    for space, number in targets.items():
        target = NamedNode(f"{dataset.value}/target/{number}")
        yield target, RDF.type, VOID.Dataset
        yield target, VOID.uriSpace, Literal(space)
    for number, (verb, space) in enumerate(ways):
        links = NamedNode(f"{dataset.value}/links/{number}")
        yield dataset, VOID.subset, links
        yield links, RDF.type, VOID.Linkset
        yield links, VOID.subjectsTarget, dataset
        yield links, VOID.objectsTarget, NamedNode(f"{dataset.value}/target/{targets[space]}")
        yield links, VOID.linkPredicate, NamedNode(verb)
        yield links, VOID.triples, Literal(known[verb, space])


def vocabularies(counts: Counts | None) -> list[str]:
    """Name the vocabularies that a view's classes and properties are of; ours where nothing is counted."""
    used = {GOV.iri} if counts is None else {*counts.classes, *counts.properties}
    return sorted({found[0] for iri in used if (found := SPACE.match(iri))})


def parted(dataset: NamedNode, by: str, counts: Mapping[str, int]) -> Said:
    """Give a partition for each class with its things, or each property with its statements."""
    measure = VOID.entities if by == "class" else VOID.triples
    for number, iri in enumerate(sorted(counts)):
        part = NamedNode(f"{dataset.value}/{by}/{number}")
        yield dataset, VOID[f"{by}Partition"], part
        yield part, VOID[by], NamedNode(iri)
        yield part, measure, Literal(counts[iri])


def _named(view: View, about: About, counts: Mapping[str, int]) -> list[Triple]:
    """Name the graphs of the view, with how much each holds once counted.

    Unreadable ones are not in it, nor is the default graph's own.
    """
    dataset, found = about.part("dataset"), list[Triple]()
    listed = rows(view, "graphs/named", limit=GRAPHS_LISTED + 1)
    names = (row["graph"] for row in listed[:GRAPHS_LISTED])
    told = (each for each in names if isinstance(each, NamedNode) and each.value != about.own)
    for number, name in enumerate(told):
        node, graph = (NamedNode(f"{dataset.value}/{kind}{number}") for kind in ("", "graph/"))
        found += [
            Triple(dataset, _sd("namedGraph"), node),
            Triple(node, RDF.type, _sd("NamedGraph")),
            Triple(node, _sd("name"), name),
            Triple(node, _sd("graph"), graph),
            Triple(graph, RDF.type, _sd("Graph")),
        ]
        if name.value in counts:
            found.append(Triple(graph, VOID.triples, Literal(counts[name.value])))
    if len(listed) > GRAPHS_LISTED:
        found.append(Triple(dataset, about.part("graphs-listed"), Literal(GRAPHS_LISTED)))
    return found


def written(described: list[Triple], chosen: Format) -> bytes:
    """Write a description in a format for graphs."""
    assert isinstance(chosen.engine, RdfFormat)
    prefixes = {
        "sd": SD,
        "format": FORMATS,
        "void": VOID.iri,
        "geof": GEOF,
        "dct": DCT.iri,
        "foaf": FOAF.iri,
    }
    return serialize(described, format=chosen.engine, prefixes=prefixes) or b""
