"""What a bare GET of the endpoint answers: the service description (SPARQL 1.1)."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ontology.terms import RDF, XSD
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


def triples(view: View, endpoint: str, limits: AnswerLimits) -> list[Triple]:
    """Describe the endpoint as this view's readers may see it."""
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
    return [Triple(*each) for each in stated] + _named(view, dataset)


def _named(view: View, dataset: NamedNode) -> list[Triple]:
    """Name the graphs of the view: unreadable ones are not in it."""
    found: list[Triple] = []
    for row in rows(view, "graphs/named", limit=GRAPHS_LISTED):
        name = row["graph"]
        assert isinstance(name, NamedNode)
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
    prefixes = {"sd": SD, "format": FORMATS}
    return serialize(described, format=chosen.engine, prefixes=prefixes) or b""
