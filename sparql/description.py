"""What a bare GET of the endpoint answers: the service description (SPARQL 1.1), and VoID.

Both tell of the caller's own view. Its counts are those that are kept (`graph.views.counts`): nothing is
counted for who asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from graph.views.counts import Counts
from ontology.terms import GOV, RDF, VOID, XSD
from sparql.formats import GRAPHS, SOLUTIONS, Format
from sparql.query import View, rows
from sparql.workers.pool import AnswerLimits

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
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
GRAPHS_LISTED = 1000
Node = NamedNode | BlankNode | Literal


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)


def triples(  # noqa: PLR0913 - what a description tells, each by name
    view: View,
    endpoint: str,
    limits: AnswerLimits,
    counts: Counts | None = None,
    own: str = "",
    *,
    federated: bool = False,
) -> list[Triple]:
    """Describe the endpoint, and what is in it, as this view's readers may see it.

    `own` is the graph that stands for the default one where that is not the merge of all;
    `federated` says that the reader may have other endpoints asked along.
    """
    service, dataset = NamedNode(endpoint + "#service"), NamedNode(endpoint + "#dataset")
    default = NamedNode(endpoint + "#default-graph")
    seconds = Literal(f"{limits.seconds:g}", datatype=XSD.decimal)
    stated: list[tuple[NamedNode, NamedNode, Node]] = [
        (service, RDF.type, _sd("Service")),
        (service, _sd("endpoint"), NamedNode(endpoint)),
        (service, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        (service, _sd("defaultDataset"), dataset),
        (service, NamedNode(endpoint + "#limit-rows"), Literal(limits.rows)),
        (service, NamedNode(endpoint + "#limit-seconds"), seconds),
        (service, NamedNode(endpoint + "#limit-bytes"), Literal(limits.size)),
        (dataset, RDF.type, _sd("Dataset")),
        (dataset, _sd("defaultGraph"), default),
        (default, RDF.type, _sd("Graph")),
    ]
    stated += [
        (service, _sd("resultFormat"), NamedNode(FORMATS + FORMAT_NAMES[each.name]))
        for each in SOLUTIONS + GRAPHS
    ]
    features = {"UnionDefaultGraph": not own, "BasicFederatedQuery": federated}
    stated += [(service, _sd("feature"), _sd(name)) for name, has in features.items() if has]
    described = [Triple(*each) for each in stated] + _named(view, dataset, own)
    return described + [Triple(*each) for each in held(endpoint, dataset, counts)]


def held(
    endpoint: str, dataset: NamedNode, counts: Counts | None
) -> Iterator[tuple[NamedNode, NamedNode, Node]]:
    """Say what a view holds (VoID): where to ask, and how much there is of what, once counted."""
    base = endpoint.removesuffix("/sparql")
    yield dataset, RDF.type, VOID.Dataset
    yield dataset, VOID.sparqlEndpoint, NamedNode(endpoint)
    yield dataset, VOID.uriSpace, Literal(f"{base}/id/")
    yield dataset, VOID.vocabulary, NamedNode(GOV.iri)
    if counts is None:
        return
    yield dataset, NamedNode(endpoint + "#counted-at"), Literal(counts.seq)
    yield dataset, VOID.triples, Literal(counts.statements)
    yield dataset, VOID.classes, Literal(len(counts.classes))
    yield dataset, VOID.properties, Literal(len(counts.properties))
    yield from parted(dataset, "class", counts.classes)
    yield from parted(dataset, "property", counts.properties)


def parted(
    dataset: NamedNode, by: str, counts: Mapping[str, int]
) -> Iterator[tuple[NamedNode, NamedNode, Node]]:
    """Give a partition for each class with its things, or each property with its statements."""
    measure = VOID.entities if by == "class" else VOID.triples
    for number, iri in enumerate(sorted(counts)):
        part = NamedNode(f"{dataset.value}/{by}/{number}")
        yield dataset, VOID[f"{by}Partition"], part
        yield part, VOID[by], NamedNode(iri)
        yield part, measure, Literal(counts[iri])


def _named(view: View, dataset: NamedNode, own: str) -> list[Triple]:
    """Name the graphs of the view: unreadable ones are not in it, nor is the default graph's own."""
    found: list[Triple] = []
    for row in rows(view, "graphs/named", limit=GRAPHS_LISTED):
        name = row["graph"]
        assert isinstance(name, NamedNode)
        if name.value == own:
            continue
        node = NamedNode(f"{dataset.value}/{len(found)}")
        found += [
            Triple(dataset, _sd("namedGraph"), node),
            Triple(node, RDF.type, _sd("NamedGraph")),
            Triple(node, _sd("name"), name),
        ]
    return found


def written(described: list[Triple], chosen: Format) -> bytes:
    """Write a description in a format for graphs."""
    assert isinstance(chosen.engine, RdfFormat)
    prefixes = {"sd": SD, "format": FORMATS, "void": VOID.iri}
    return serialize(described, format=chosen.engine, prefixes=prefixes) or b""
