"""A few things of a city in a store, and the index made from them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph.search.document import documents, roots
from graph.search.index import SearchIndex
from ontology.terms import PREFIXES

BASE = "http://city.example"
SOURCE = f"{BASE}/id/source/city"
HEAD = "\n".join(f"@prefix {name}: <{iri}> ." for name, iri in PREFIXES.items())
CITY = """
@base <http://city.example/id/> .
@prefix div: <https://w3id.org/govgraph/division/> .
@prefix theme: <https://w3id.org/govgraph/theme/> .
@prefix open: <https://w3id.org/govgraph/openness/> .
@prefix share: <https://w3id.org/govgraph/sharing/> .
@prefix file: <http://publications.europa.eu/resource/authority/file-type/> .
@prefix often: <http://publications.europa.eu/resource/authority/frequency/> .

theme:transport a skos:Concept ; skos:notation "transport" ;
  skos:prefLabel "道路交通"@zh, "Transport"@en .
div:310106 a skos:Concept, dct:Location ; skos:notation "310106" ;
  skos:prefLabel "静安区"@zh, "Jing'an"@en .
div:310108 a skos:Concept, dct:Location ; skos:notation "310108" ;
  skos:prefLabel "闸北区"@zh ; owl:deprecated true .
div:310000 a skos:Concept, dct:Location ; skos:notation "310000" ; skos:prefLabel "上海市"@zh .

<department/jtw> a gov:Department, foaf:Agent ; gov:code "jtw" ;
  foaf:name "上海市交通委员会"@zh, "Shanghai Municipal Transport Commission"@en ;
  gov:abbreviation "市交通委" .
<department/zjw> a gov:Department, foaf:Agent ; gov:code "zjw" ;
  foaf:name "上海市住房和城乡建设管理委员会"@zh ; gov:abbreviation "市住建委" .
<department/ja> a gov:Department, foaf:Agent ; gov:code "ja" ;
  foaf:name "上海市静安区人民政府"@zh ; gov:district div:310106 .

<dataset/d1> a dcat:Dataset ; gov:code "d1" ; dct:identifier "AB-2023/17" ;
  dct:title "公共停车场（库）信息"@zh, "Public car parks"@en ;
  dct:description "本市公共停车场的名称、地址与泊位数量。"@zh ; dcat:keyword "停车"@zh, "SODA2022" ;
  dct:publisher <department/jtw> ; dcat:theme theme:transport ; dct:issued "2020-01-02"^^xsd:date ;
  dct:modified "2023-05-06"^^xsd:date ; gov:opennessType open:unconditional ;
  gov:sharingType share:unconditional ; dct:accrualPeriodicity often:DAILY ;
  dcat:distribution <distribution/d1.1>, <distribution/d1.2> .
<distribution/d1.1> a dcat:Distribution ; dct:format file:CSV .
<distribution/d1.2> a dcat:Distribution ; dct:format file:XLSX .
<item/d1.1> a gov:DataItem ; dct:isPartOf <dataset/d1> ; csvw:title "泊位数量"@zh ; csvw:name "BWSL" .
<item/d1.2> a gov:DataItem ; dct:isPartOf <dataset/d1> ; csvw:title "统一社会信用代码"@zh .

<dataset/d2> a dcat:Dataset ; gov:code "d2" ; dct:title "房屋建筑工程施工许可"@zh ;
  dct:description "施工许可证信息，含建设单位人口情况。"@zh ; dct:publisher <department/zjw> ;
  dct:modified "2022-01-01T08:00:00"^^xsd:dateTime ; gov:opennessType open:conditional ;
  gov:sharingType share:conditional ; dcat:distribution <distribution/d2.1> .
<distribution/d2.1> a dcat:Distribution ; dct:format file:CSV .

<dataset/d3> a dcat:Dataset ; gov:code "d3" ; dct:title "常住人口普查汇总"@zh ;
  dct:description "按街道汇总。"@zh ; dct:publisher <department/ja> ; dct:issued "2021-03-04"^^xsd:date ;
  gov:opennessType open:unconditional ; dct:spatial div:310106 .

<layer/l1> a dcat:Dataset, gov:MapLayer ; gov:code "l1" ; dct:title "公交线路图层"@zh ;
  dct:publisher <department/jtw> ; dcat:theme theme:transport .

<element/e1> a gov:DataElement ; gov:code "e1" ; skos:prefLabel "公民身份号码"@zh ;
  skos:altLabel "身份证号"@zh .
<http://elsewhere.example/stub> dct:title "没有类型的东西"@zh .
<department/nocode> a foaf:Agent ; foaf:name "无代码"@zh .
"""


def filled(turtle: str, *, source: str = SOURCE) -> Store:
    """Lay statements into a new store as a view holds them: in their graph and in the merge."""
    store = Store()
    lay(store, turtle, source=source)
    return store


def lay(store: Store, turtle: str, *, source: str = SOURCE) -> None:
    """Add statements to a store."""
    for triple in parse(f"{HEAD}\n{turtle}".encode(), RdfFormat.TURTLE):
        for graph in (NamedNode(source), DefaultGraph()):
            store.add(Quad(triple.subject, triple.predicate, triple.object, graph))


def indexed(store: Store, path: Path) -> SearchIndex:
    """Make the index of a store."""
    index = SearchIndex.create(path)
    index.write(documents(store, roots(store)))
    return index


@pytest.fixture
def city() -> Store:
    """Give a store with the city."""
    return filled(CITY)


@pytest.fixture
def index(city: Store, tmp_path: Path) -> SearchIndex:
    """Give the city's index."""
    return indexed(city, tmp_path / "index")
