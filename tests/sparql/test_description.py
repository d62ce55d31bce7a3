"""The service description and VoID, property by property, held to what the endpoint does.

Service Description 2 (how it is had), 3 (its vocabulary) and the three tests of the W3C's suite for it; VoID 2
(what the dataset is), 3 (how it is had) and 4 (what it is made of).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from pyoxigraph import NamedNode, Quad, Store
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, VOID

from graph.views.counts import Counts, counted
from sparql import description
from sparql.description import EXTENSIONS, FUNCTIONS, GEOF
from sparql.formats import BY_NAME, GRAPHS, OFFERED, SOLUTIONS
from sparql.protocol import Endpoint, Request, respond
from sparql.query import ask
from sparql.workers.pool import AnswerLimits
from tests.sparql.conftest import FIRST_GRAPH, SECOND_GRAPH, DiskView

SD = Namespace(description.SD)
ADDRESS = "http://127.0.0.1:8000/sparql"
SERVICE, DATASET = URIRef(f"{ADDRESS}#service"), URIRef(f"{ADDRESS}#dataset")
DEFAULT = URIRef(f"{ADDRESS}#default-graph")


def described(endpoint: Endpoint, view: Any, form: str = "ttl") -> Graph:
    response = respond(Request("GET", accept=BY_NAME[form].media_type), view, endpoint)
    assert response.status == 200
    return Graph().parse(data=b"".join(response.body), format={"ttl": "turtle", "rdf": "xml"}[form])


@pytest.fixture
def told(endpoint: Endpoint, view: DiskView) -> Graph:
    titles = {"zh": "目录", "en": "Catalogue"}
    made = replace(endpoint, titles=titles, counts=lambda seen: counted(seen.store, seen.seq))
    return described(made, view)


# Service Description -------------------------------------------------------------------------------


def test_a_get_without_parameters_returns_rdf_in_the_form_asked_for(
    endpoint: Endpoint, view: DiskView
) -> None:
    """Section 2; `returns-rdf` of the suite."""
    assert set(described(endpoint, view, "rdf")) == set(described(endpoint, view))


def test_there_is_a_triple_that_names_the_endpoint(told: Graph) -> None:
    """`has-endpoint-triple` of the suite."""
    assert list(told.subjects(SD.endpoint, URIRef(ADDRESS))) == [SERVICE]
    assert (SERVICE, RDF.type, SD.Service) in told


# Properties of the vocabulary, with the class of what they begin from and of what they lead to.
SCHEMA = {
    "endpoint": ("Service", None),
    "feature": ("Service", None),
    "defaultEntailmentRegime": ("Service", None),
    "extensionFunction": ("Service", "Function"),
    "languageExtension": ("Service", "Feature"),
    "supportedLanguage": ("Service", None),
    "defaultDataset": ("Service", "Dataset"),
    "availableGraphs": ("Service", "Dataset"),  # which is an sd:GraphCollection
    "resultFormat": ("Service", None),
    "defaultGraph": ("Dataset", "Graph"),
    "namedGraph": ("Dataset", "NamedGraph"),
    "name": ("NamedGraph", None),
    "graph": ("NamedGraph", "Graph"),
}


def test_it_conforms_to_the_schema_of_its_vocabulary(told: Graph) -> None:
    """`conforms-to-schema` of the suite: no property that is not there, each between what it joins."""
    used = {p.removeprefix(str(SD)) for p in map(str, told.predicates()) if p.startswith(str(SD))}
    assert used == set(SCHEMA)
    for name, (begins, leads) in SCHEMA.items():
        for subject, _, object_ in told.triples((None, SD[name], None)):
            assert (subject, RDF.type, SD[begins]) in told
            assert leads is None or (object_, RDF.type, SD[leads]) in told
            assert isinstance(object_, URIRef)


def test_result_formats_are_those_that_are_given(told: Graph) -> None:
    """sd:resultFormat: the W3C's name of each."""
    formats = {
        str(each).removeprefix(description.FORMATS)
        for each in told.objects(SERVICE, SD.resultFormat)
    }
    assert formats == {description.FORMAT_NAMES[each.name] for each in SOLUTIONS + GRAPHS}
    assert {each.name for each in SOLUTIONS + GRAPHS} <= {
        f.name for own in OFFERED.values() for f in own
    }


def test_the_query_is_of_sparql_1_1_and_nothing_is_inferred(told: Graph) -> None:
    """sd:supportedLanguage, sd:defaultEntailmentRegime."""
    assert set(told.objects(SERVICE, SD.supportedLanguage)) == {SD.SPARQL11Query}
    regimes = set(told.objects(SERVICE, SD.defaultEntailmentRegime))
    assert regimes == {URIRef("http://www.w3.org/ns/entailment/Simple")}


def test_update_is_told_to_those_who_may(endpoint: Endpoint, view: DiskView) -> None:
    """sd:supportedLanguage sd:SPARQL11Update."""
    graph = described(replace(endpoint, updates=lambda: True), view)
    assert (SERVICE, SD.supportedLanguage, SD.SPARQL11Update) in graph


def test_features_are_the_default_graph_and_federation(endpoint: Endpoint, view: DiskView) -> None:
    """sd:feature: the union where it is one, sd:BasicFederatedQuery for who may."""
    merge, apart = described(endpoint, view), described(replace(endpoint, own="http://e/own"), view)
    federated = described(replace(endpoint, federation=lambda _: object()), view)  # type: ignore[arg-type,return-value]
    assert set(merge.objects(SERVICE, SD.feature)) == {SD.UnionDefaultGraph}
    assert not set(apart.objects(SERVICE, SD.feature))
    assert SD.BasicFederatedQuery in set(federated.objects(SERVICE, SD.feature))


SAYING = Store()
SAYING.update(
    "INSERT DATA { <urn:x> <http://example.org/says> 4, 1 . <urn:y> <http://example.org/says> 3, 2 }"
)


def asks(text: str) -> bytes:
    found = ask(SAYING, text).serialize(format=SOLUTIONS[3].engine)  # type: ignore[call-overload,union-attr]
    return bytes(found)


def test_every_function_that_is_told_of_is_known_to_the_engine(told: Graph) -> None:
    """sd:extensionFunction; one that is not there is a fault of the text."""
    listed = {str(each).removeprefix(GEOF) for each in told.objects(SERVICE, SD.extensionFunction)}
    assert listed == set(FUNCTIONS)
    for name in FUNCTIONS:
        asks(f"SELECT (<{GEOF}{name}>(1) AS ?x) {{}}")
    with pytest.raises((SyntaxError, ValueError, RuntimeError)):
        asks(f"SELECT (<{GEOF}none>(1) AS ?x) {{}}")
    wkt = "'POINT({})'^^<http://www.opengis.net/ont/geosparql#wktLiteral>"
    near = f"<{GEOF}sfWithin>({wkt.format('1 1')}, {wkt.format('1 1')})"
    assert asks(f"SELECT ({near} AS ?x) {{}}") == b"?x\ntrue\n"


def test_every_extension_of_the_language_is_understood(told: Graph) -> None:
    """sd:languageExtension: days and spans of time, LATERAL, triple terms."""
    assert set(map(str, told.objects(SERVICE, SD.languageExtension))) == set(EXTENSIONS)
    day, span = '"2026-11-29"^^xsd:date', '"P1D"^^xsd:dayTimeDuration'
    xsd = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
    assert b"2026-11-30" in asks(f"{xsd} SELECT ({day} + {span} AS ?x) {{}}")
    first = "SELECT * { ?s <http://example.org/says> ?b } ORDER BY ?b LIMIT 1"
    lateral = f"SELECT ?s ?b {{ VALUES ?s {{ <urn:x> <urn:y> }} LATERAL {{ {first} }} }}"
    assert asks(lateral) == b"?s\t?b\n<urn:x>\t1\n<urn:y>\t2\n"
    assert asks("SELECT (isTRIPLE(<<( <urn:a> <urn:b> 1 )>>) AS ?x) {}") == b"?x\ntrue\n"


def test_the_graphs_of_the_view_are_named_and_may_be_asked_for(
    told: Graph, endpoint: Endpoint, view: DiskView
) -> None:
    """sd:defaultDataset, sd:availableGraphs, sd:namedGraph, sd:name: each is one that a request may name."""
    assert list(told.objects(SERVICE, SD.defaultDataset)) == [DATASET]
    assert list(told.objects(SERVICE, SD.availableGraphs)) == [DATASET]
    names = sorted(
        str(name)
        for each in told.objects(DATASET, SD.namedGraph)
        for name in told.objects(each, SD.name)
    )
    assert names == [FIRST_GRAPH, SECOND_GRAPH]
    for name in names:
        fields = urlencode({"query": "ASK { ?s ?p ?o }", "default-graph-uri": name})
        assert b"true" in b"".join(respond(Request("GET", fields), view, endpoint).body)


def test_each_graph_says_how_much_it_holds(told: Graph, view: DiskView) -> None:
    """sd:graph with void:triples: as many statements as GRAPH finds there."""
    for each in told.objects(DATASET, SD.namedGraph):
        (name,), (graph,) = told.objects(each, SD.name), told.objects(each, SD.graph)
        held = view.store.quads_for_pattern(None, None, None, NamedNode(str(name)))
        assert told.value(graph, VOID.triples) == Literal(sum(1 for _ in held))


def test_graphs_beyond_those_that_are_listed_are_told_of(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, view: DiskView
) -> None:
    """Nothing is cut silently."""
    monkeypatch.setattr(description, "GRAPHS_LISTED", 1)
    graph = described(endpoint, view)
    assert len(list(graph.objects(DATASET, SD.namedGraph))) == 1
    assert (DATASET, URIRef(f"{ADDRESS}#graphs-listed"), Literal(1)) in graph


# VoID ----------------------------------------------------------------------------------------------


def test_void_says_what_the_dataset_is(told: Graph) -> None:
    """Section 2: its title in both languages, its home, the forms that it is had in; and its own document."""
    assert set(told.objects(DATASET, DCTERMS.title)) == {
        Literal("目录", lang="zh"),
        Literal("Catalogue", lang="en"),
    }
    assert list(told.objects(DATASET, FOAF.homepage)) == [URIRef("http://127.0.0.1:8000/")]
    assert len(set(told.objects(DATASET, VOID.feature))) == len(GRAPHS)
    document = URIRef("http://127.0.0.1:8000/.well-known/void")
    assert (document, RDF.type, VOID.DatasetDescription) in told
    assert (document, FOAF.primaryTopic, DATASET) in told


def test_void_says_where_it_is_had(told: Graph, endpoint: Endpoint, view: DiskView) -> None:
    """Section 3: endpoint, dump, root. Where the default graph stands apart there is no dump of the merge."""
    assert list(told.objects(DATASET, VOID.sparqlEndpoint)) == [URIRef(ADDRESS)]
    assert list(told.objects(DATASET, VOID.dataDump)) == [
        URIRef("http://127.0.0.1:8000/store?default")
    ]
    assert list(told.objects(DATASET, VOID.rootResource)) == [
        URIRef("http://127.0.0.1:8000/catalog")
    ]
    apart = described(replace(endpoint, own="http://e/own"), view)
    assert not list(apart.objects(DATASET, VOID.dataDump))


def test_void_says_what_it_is_made_of(told: Graph, view: DiskView) -> None:
    """Section 4: an example, the space of names, vocabularies in use, statistics and partitions that add up."""
    counts = counted(view.store, 7)
    (example,) = told.objects(DATASET, VOID.exampleResource)
    assert str(example) in {"http://example.org/roads", "http://example.org/parks"}
    assert list(told.objects(DATASET, VOID.uriSpace)) == [Literal("http://127.0.0.1:8000/id/")]
    assert set(map(str, told.objects(DATASET, VOID.vocabulary))) == {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/ns/dcat#",
        "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/", "http://example.org/",
    }  # fmt: skip
    assert list(told.objects(DATASET, VOID.triples)) == [Literal(counts.statements)]
    assert list(told.objects(DEFAULT, VOID.triples)) == [Literal(counts.statements)]
    parts = list(told.objects(DATASET, VOID.propertyPartition))
    assert sum(int(str(told.value(each, VOID.triples))) for each in parts) == counts.statements
    assert list(told.objects(DATASET, VOID.properties)) == [Literal(len(parts))]
    assert len(list(told.objects(DATASET, VOID.classPartition))) == len(counts.classes)


FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"


def test_void_says_what_leads_to_other_datasets() -> None:
    """Section 5: a linkset is a subset, with its two ends, its property and how many there are."""
    store, dct = Store(), "http://purl.org/dc/terms/"
    ends = (
        (f"{dct}accrualPeriodicity", f"{FREQUENCY}DAILY"),  # a concept of a list
        (f"{dct}spatial", "http://www.wikidata.org/entity/Q8686"),
        (f"{dct}relation", "http://example.org/other"),  # has a class here: leads nowhere
        (f"{dct}isPartOf", "http://127.0.0.1:8000/id/dataset/gone"),  # of no class, but ours
        ("http://www.w3.org/ns/dcat#landingPage", "http://elsewhere.example/page"),  # a document
    )
    for thing in ("http://example.org/one", "http://example.org/other"):
        said = [(NamedNode(verb), NamedNode(end)) for verb, end in ends]
        said.append((NamedNode(str(RDF.type)), NamedNode("http://www.w3.org/ns/dcat#Dataset")))
        store.extend([Quad(NamedNode(thing), verb, end) for verb, end in said])
    told = Graph()
    for each in description.leading(
        description.About(ADDRESS, AnswerLimits(), {}), counted(store, 1)
    ):
        told.add(
            tuple(URIRef(t.value) if isinstance(t, NamedNode) else Literal(t.value) for t in each)
        )  # type: ignore[arg-type]
    found = set()
    for links in told.subjects(RDF.type, VOID.Linkset):
        assert (DATASET, VOID.subset, links) in told
        assert (links, VOID.subjectsTarget, DATASET) in told
        (target,) = told.objects(links, VOID.objectsTarget)
        assert (target, RDF.type, VOID.Dataset) in told
        space, verb = told.value(target, VOID.uriSpace), told.value(links, VOID.linkPredicate)
        found.add((str(verb), str(space), str(told.value(links, VOID.triples))))
    assert found == {
        (f"{dct}accrualPeriodicity", FREQUENCY, "2"),
        (f"{dct}spatial", "http://www.wikidata.org/entity/", "2"),
    }


def test_every_word_of_void_is_one(told: Graph) -> None:
    """And every part of the description that has a class of it is named, not a blank node."""
    used = {each for line in told for each in line if str(each).startswith(str(VOID))}
    assert len(used) > 15
    assert all(each.removeprefix(str(VOID)) in VOID for each in map(str, used))


def test_where_nothing_is_counted_yet_nothing_is_said_of_it(
    endpoint: Endpoint, view: DiskView
) -> None:
    graph = described(endpoint, view)
    assert not list(graph.objects(DATASET, VOID.triples))
    assert list(map(str, graph.objects(DATASET, VOID.vocabulary))) == [
        "https://w3id.org/govgraph/ns#"
    ]
    assert description.vocabularies(Counts(1, 0, {"urn:a": 1})) == []
