"""A page of the feed is whole, valid, portable, and the same whatever lies around it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, RdfFormat, Store, Triple
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS

from graph.search.document import documents, roots
from graph.search.index import SearchIndex
from graph.views.snapshots import View
from ontology.clearance import Clearance
from ontology.errors import Invalid
from sparql import feeds
from sparql.feeds import SIZE, Frame, Place, page
from sparql.writing import in_form, read
from tests.dcat_ap import HYDRA, conforms_for_both, datasets, faults
from tests.town import town

BASE = "http://127.0.0.1:8000"
FRAME = Frame(BASE, f"{BASE}/catalog.ttl", "目录", "Catalogue")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORMS = {
    RdfFormat.TURTLE: "turtle",
    RdfFormat.RDF_XML: "xml",
    RdfFormat.JSON_LD: "json-ld",
    RdfFormat.N_TRIPLES: "nt",
}
# The second opinion's own JSON-LD reader still uses a class that its authors call outdated.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")

HEAD = """
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix gov: <https://w3id.org/govgraph/ns#> . @prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix d: <http://127.0.0.1:8000/id/dataset/> . @prefix ex: <http://example.org/> .
"""


@dataclass
class Counted:
    """A real store that counts how often it is asked."""

    store: Store
    asked: int = 0

    def quads_for_pattern(self, *pattern: object) -> Iterator[object]:
        self.asked += 1
        return self.store.quads_for_pattern(*pattern)  # type: ignore[arg-type]


def view_of(folder: Path, text: str, form: RdfFormat = RdfFormat.TURTLE) -> View:
    """Give a view of statements, laid on disk as the keeper lays them."""
    live = Store(str(folder / "live"))
    live.load(text.encode(), form, lenient=True)
    index = SearchIndex.create(folder / "open" / "index")
    index.write(documents(live, roots(live)))
    live.flush()
    live.backup(str(folder / "open" / "store"))
    return View(7, NOON, Clearance.OPEN, folder / "open")


def graph_of(view: View, place: Place | None = None) -> rdflib.Graph:
    return rdflib.Graph().parse(data=turtle(view, place), format="turtle")


def turtle(view: View, place: Place | None = None) -> str:
    return page(view, place or Place(view.seq), FRAME)[0].decode()


@cache
def town_page() -> bytes:
    view = town()
    return page(view, Place(view.seq), FRAME)[0]


def test_the_town_is_valid_for_both_engines() -> None:
    assert conforms_for_both(town_page().decode()) == (True, True)


def test_no_node_is_without_a_name_and_no_statement_comes_twice() -> None:
    triples = read(town_page())

    assert not any(isinstance(term, BlankNode) for each in triples for term in each)
    assert len(set(triples)) == len(triples)


@pytest.mark.parametrize("form", FORMS, ids=FORMS.get)
def test_every_form_says_the_same(form: RdfFormat) -> None:
    ours = rdflib.Graph().parse(data=in_form(town_page(), RdfFormat.N_TRIPLES), format="nt")
    theirs = rdflib.Graph().parse(data=in_form(town_page(), form), format=FORMS[form])

    assert isomorphic(ours, theirs)


def test_everything_that_belongs_to_a_dataset_is_on_its_page() -> None:
    graph = graph_of(town())
    catalogue = rdflib.URIRef(f"{BASE}/catalog")
    assert len(datasets(graph)) == len(set(graph.objects(catalogue, DCAT["dataset"]))) > 20
    for dataset in graph.objects(catalogue, DCAT["dataset"]):
        assert graph.value(graph.value(dataset, DCTERMS.publisher), FOAF.name)
        for theme in graph.objects(dataset, DCAT.theme):
            assert graph.value(theme, SKOS.prefLabel)
        for part in graph.objects(dataset, DCAT.distribution):
            assert graph.value(part, DCAT.accessURL)
    records = set(graph.objects(catalogue, DCAT.record))
    assert {graph.value(each, FOAF.primaryTopic) for each in records} == set(
        graph.objects(catalogue, DCAT["dataset"])
    )
    services = set(graph.objects(catalogue, DCAT.service))
    assert services == set(graph.subjects(RDF.type, DCAT.DataService)) != set()


def test_there_is_one_paging_node() -> None:
    graph = graph_of(town())
    (node,) = graph.subjects(RDF.type, HYDRA.PagedCollection)
    (same,) = graph.subjects(RDF.type, HYDRA.PartialCollectionView)
    total = graph.value(node, HYDRA.totalItems)

    assert node == same
    assert total.datatype == rdflib.XSD.integer
    assert int(total) == len(datasets(graph))
    assert graph.value(node, HYDRA.first) == graph.value(node, HYDRA.last) == node
    assert graph.value(node, HYDRA.next) is graph.value(node, HYDRA.previous) is None


POOR = (
    HEAD
    + """
d:bare a dcat:Dataset ; gov:code "bare" ; dcat:distribution ex:file , ex:page ;
  dct:publisher ex:office ; dcat:theme ex:theme ; adms:identifier ex:id .
ex:file dcat:downloadURL <http://example.org/file.csv> .
ex:page dct:title "Only a page" .
ex:office dct:title "The office" .
d:series a dcat:Dataset ; gov:code "series" ; dct:title "member" ; dcat:inSeries ex:row ;
  dct:hasPart ex:item .
ex:row a dcat:DatasetSeries, dcat:Dataset .
ex:api dcat:servesDataset d:series ; dcat:servesDataset ex:elsewhere .
"""
)


def test_what_a_source_left_out_is_completed_truthfully(tmp_path: Path) -> None:
    view = view_of(tmp_path, POOR)
    graph = graph_of(view)
    ex, d = rdflib.Namespace("http://example.org/"), rdflib.Namespace(f"{BASE}/id/dataset/")

    assert conforms_for_both(turtle(view)) == (True, True)
    assert str(graph.value(d.bare, DCTERMS.title)) == "bare"
    assert "来源未提供" in " ".join(graph.objects(d.bare, DCTERMS.description))
    assert graph.value(ex.file, DCAT.accessURL) == rdflib.URIRef("http://example.org/file.csv")
    assert graph.value(ex.page, DCAT.accessURL) == rdflib.URIRef(f"{BASE}/dataset/bare")
    assert str(graph.value(ex.office, FOAF.name)) == "The office"
    assert str(graph.value(ex.theme, SKOS.prefLabel)) == "theme"
    assert str(graph.value(ex.id, SKOS.notation)) == "http://example.org/id"
    assert graph.value(ex.api, DCAT.endpointURL) == ex.api


def test_only_this_pages_datasets_are_called_datasets(tmp_path: Path) -> None:
    """A harvester would take a stub for a dataset, and overwrite the real one."""
    graph = graph_of(view_of(tmp_path, POOR))
    ex = rdflib.Namespace("http://example.org/")

    assert datasets(graph) == [f"{BASE}/id/dataset/bare", f"{BASE}/id/dataset/series"]
    assert set(graph.objects(ex.row, RDF.type)) == {rdflib.URIRef(f"{DCAT}DatasetSeries")}
    assert ex.elsewhere not in set(graph.objects())
    assert ex.item not in set(graph.objects())


RICH = (
    HEAD
    + """
d:one a dcat:Dataset ; gov:code "one" ; dct:title "t" ; dct:description "d" ;
  dct:issued "2024-01-02"^^xsd:date , "2023-05-01"^^xsd:date ;
  dct:modified "2024-01-02"^^xsd:date , "2025-05-01"^^xsd:date ;
  dct:publisher ex:a , ex:b , "a text" ;
  dct:spatial "Gent"@nl , "Gand"@fr ; dct:license "CC BY" ; dct:language "http://example.org/nl" ;
  dct:source d:two , ex:far ; dcat:hasVersion ex:far2 ;
  dcat:spatialResolutionInMeters "1.5E1"^^xsd:double , "fine" ; dcat:temporalResolution "P1D" ;
  dcat:qualifiedRelation ex:rel , ex:relation-to-nothing ;
  dcat:distribution ex:file ; hydra:next ex:trap ; dcat:contactPoint <{base}/id/dataset/one#contactPoint-abcdefghij> .
<{base}/id/dataset/one#contactPoint-abcdefghij> a vcard:Organization , hydra:PagedCollection ;
  vcard:fn "desk" ; vcard:hasAddress <{base}/id/dataset/one#hasAddress-jihgfedcba> .
<{base}/id/dataset/one#hasAddress-jihgfedcba> vcard:locality "Gent" .
ex:rel dct:relation ex:other .
ex:file dcat:accessURL ex:f ; dcat:byteSize "1024.0"^^xsd:decimal ; dct:format ex:csv , ex:xls ;
  dct:license "CC BY" ; spdx:checksum ex:sum , ex:bad .
ex:sum spdx:algorithm ex:sha ; spdx:checksumValue "00ff" .
ex:bad spdx:algorithm ex:sha .
d:two a dcat:Dataset ; gov:code "two" ; dct:title "t2" .
"""
).replace("{base}", BASE)


def test_values_are_made_to_fit_or_chosen_the_same_way_each_time(tmp_path: Path) -> None:
    view = view_of(tmp_path, RICH)
    graph = graph_of(view)
    ex, one = rdflib.Namespace("http://example.org/"), rdflib.URIRef(f"{BASE}/id/dataset/one")

    def values(node: rdflib.term.Node, name: rdflib.URIRef) -> list[str]:
        return sorted(map(str, graph.objects(node, name)))

    assert conforms_for_both(turtle(view)) == (True, True)
    assert values(one, DCTERMS.issued) == ["2023-05-01"]
    assert values(one, DCTERMS.modified) == ["2025-05-01"]
    assert values(one, DCTERMS.publisher) == ["http://example.org/b"]
    far = ["http://example.org/far", "http://example.org/far2"]
    assert values(one, DCTERMS.source) == []  # what one page says does not depend on its others
    assert values(one, DCTERMS.relation) == [f"{BASE}/id/dataset/two", *far]
    assert values(one, DCAT.spatialResolutionInMeters) == ["15"]
    assert values(one, DCAT.temporalResolution) == ["P1D"]
    assert values(one, DCAT.qualifiedRelation) == ["http://example.org/rel"]
    assert values(one, DCTERMS.language) == ["http://example.org/nl"]
    (place,) = graph.objects(one, DCTERMS.spatial)
    assert {label.language for label in graph.objects(place, rdflib.RDFS.label)} == {"nl", "fr"}
    assert values(ex.file, DCAT.byteSize) == ["1024"]
    assert values(ex.file, DCTERMS["format"]) == ["http://example.org/xls"]


def test_the_nameless_parts_of_a_dataset_come_with_it_and_cannot_fake_a_page(
    tmp_path: Path,
) -> None:
    graph = graph_of(view_of(tmp_path, RICH))

    assert "Gent" in {str(each) for each in graph.objects(None, rdflib.URIRef(VCARD_LOCALITY))}
    assert len(set(graph.subjects(RDF.type, HYDRA.PagedCollection))) == 1
    assert rdflib.URIRef("http://example.org/trap") not in set(graph.objects())


VCARD_LOCALITY = "http://www.w3.org/2006/vcard/ns#locality"

HOSTILE = """
<http://x.example/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .
<http://x.example/a> <https://w3id.org/govgraph/ns#code> "hostile" .
<http://x.example/a> <http://purl.org/dc/terms/title> "bell\\u0007 and \\uFFFF and line\\r\\nend"@zh .
<http://x.example/a> <http://www.w3.org/ns/dcat#distribution> <http://x.example/a b> .
<http://x.example/a b> <http://purl.org/dc/terms/license> "in a text" .
<http://x.example/a b> <http://purl.org/dc/terms/title> "file" .
<http://x.example/a> <http://www.w3.org/ns/dcat#landingPage> <http://x.example/|{}^`"> .
<http://x.example/a> <http://www.w3.org/ns/dcat#landingPage> <relative/page> .
<http://x.example/a> <http://purl.org/dc/terms/relation> <http://x.example/100%> .
<http://x.example/a> <http://purl.org/dc/terms/relation> <http://[not/an/address> .
<http://x.example/a> <http://x.example/property/1> "ends in no XML name" .
<http://x.example/a> <http://x.example/bad property> "has a blank" .
<http://x.example/a> <http://x.example/typed> "x"^^<http://x.example/no type> .
"""


@pytest.mark.parametrize("form", FORMS, ids=FORMS.get)
def test_no_illegal_name_or_sign_reaches_an_export(tmp_path: Path, form: RdfFormat) -> None:
    """The store was loaded leniently; strict readers of every format must read the page."""
    view = view_of(tmp_path, HOSTILE, RdfFormat.N_TRIPLES)
    turtle, _ = page(view, Place(view.seq), FRAME)
    body = in_form(turtle, form)
    strict = Store()
    strict.load(body, form)
    graph = rdflib.Graph().parse(data=body, format=FORMS[form])

    assert len(graph) == len(strict) == len(read(turtle))
    assert datasets(graph) == ["http://x.example/a"]
    assert graph.value(rdflib.URIRef("http://x.example/a%20b"), DCTERMS.title)
    assert not faults(turtle.decode())
    assert "bell and  and line\nend" in {str(each) for each in graph.objects()}
    assert rdflib.URIRef(f"{BASE}/relative/page") in set(graph.objects())
    assert rdflib.URIRef("http://x.example/100%25") in set(graph.objects())


def many(count: int) -> str:
    """Give so many datasets of one shape."""
    return HEAD + "\n".join(
        f'd:n{n} a dcat:Dataset ; gov:code "n{n}" ; dct:title "{n}" ; dct:description "d" ; '
        f"dct:publisher ex:office ; dcat:distribution ex:f{n} . ex:f{n} dcat:accessURL ex:u{n} ."
        for n in range(count)
    )


@pytest.fixture(scope="module")
def deep(tmp_path_factory: pytest.TempPathFactory) -> View:
    return view_of(tmp_path_factory.mktemp("deep"), many(1150))


def walked(view: View) -> Iterator[tuple[Place, list[Triple], feeds.Pages]]:
    place: Place | None = Place(view.seq)
    while place:
        turtle, pages = page(view, place, FRAME)
        yield place, read(turtle), pages
        place = pages.next


def test_pages_hold_everything_once_and_know_their_neighbours(deep: View) -> None:
    walk = list(walked(deep))
    found = [each for _, t, _ in walk for each in datasets_in(t)]

    assert len(walk) == 12
    assert len(found) == len(set(found)) == 1150
    for (before, _, _), (here, _, pages) in pairwise(walk):
        assert pages.previous == before
        assert (pages.first, pages.last) == (walk[0][0], walk[-1][0])
        assert here.after is not None
    assert walk[0][2].previous is walk[-1][2].next is None


def datasets_in(triples: list[Triple]) -> list[str]:
    dataset = str(DCAT.Dataset)
    return [t.subject.value for t in triples if getattr(t.object, "value", "") == dataset]


def test_a_page_costs_the_same_at_any_depth(deep: View) -> None:
    """Page 11 of 12 asks the store as often as page 1 does."""
    counted = Counted(deep.store)
    counts = []
    for place, _, pages in walked(deep):
        if pages.next:
            counted.asked = 0
            seen = View(deep.seq, deep.at, deep.clearance, deep.path)
            seen.__dict__.update(store=counted, index=deep.index)
            assert len(datasets_in(read(page(seen, place, FRAME)[0]))) == SIZE
            counts.append(counted.asked)

    assert len(set(counts)) == 1
    assert counts[0] < 10 * SIZE


def test_an_empty_catalogue_is_a_valid_page(tmp_path: Path) -> None:
    view = view_of(tmp_path, HEAD)

    assert conforms_for_both(turtle(view)) == (True, True)
    assert datasets(graph_of(view)) == []


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "-1",
        "1.",
        "1.g",
        "1.2.3",
        "01",
        "1.00a",
        "٣",
        "1" * 19,
        "1.11111111111111111",
        "1\n",
    ],
)
def test_a_token_we_never_wrote_is_refused_in_words(token: str) -> None:
    with pytest.raises(Invalid) as refused:
        Place.parse(token)

    assert "hydra:next" in refused.value.sentence("zh")


@pytest.mark.parametrize("place", [Place(0), Place(12, 0), Place(12, (1 << 64) - 1)])
def test_a_token_is_read_as_it_was_written(place: Place) -> None:
    assert Place.parse(place.token) == place


@pytest.mark.parametrize("after", [0, 1, (1 << 64) - 1])
def test_a_walk_may_begin_anywhere(deep: View, after: int) -> None:
    _, pages = page(deep, Place(7, after), FRAME)

    assert pages.total == 1150
    assert (pages.next is None) == (after > 1)
