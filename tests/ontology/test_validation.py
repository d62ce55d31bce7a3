"""The shapes: what a cataloguer is told, and that another engine would tell the same."""

from __future__ import annotations

import pyshacl
import pytest
from pyoxigraph import NamedNode
from rdflib import Graph
from rdflib.namespace import SH as RDFLIB_SH

from ontology.code_lists import code_list
from ontology.errors import Unreadable
from ontology.statements import by_subject
from ontology.terms import RDF, SH
from ontology.validation import SHAPES_FOLDER, Verdict, check, messages, shapes_text

PREFIXES = """
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix frequency: <http://publications.europa.eu/resource/authority/frequency/> .
@prefix gov: <https://w3id.org/govgraph/ns#> .
@prefix openness: <https://w3id.org/govgraph/openness/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix sharing: <https://w3id.org/govgraph/sharing/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix type: <https://w3id.org/govgraph/item-type/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@base <http://example.org/id/> .
"""
GOOD = (
    PREFIXES
    + """
<dataset/1> a dcat:Dataset ;
    dct:title "道路"@zh, "Roads"@en ; dct:description "路网"@zh ; gov:code "1" ;
    dct:publisher <department/jtw> ; dcat:theme <https://w3id.org/govgraph/theme/transport> ;
    dct:accrualPeriodicity frequency:DAILY ; dct:issued "2017-08-15"^^xsd:date ;
    dcat:contactPoint <contact/1> ; dcat:distribution <distribution/1.csv> ;
    gov:sharingType sharing:unconditional ; gov:opennessType openness:unconditional .
<item/1.1> a gov:DataItem, csvw:Column ; gov:code "1.1" ; csvw:title "路名"@zh ;
    dct:isPartOf <dataset/1> ; gov:dataType type:C ; gov:length 50 ; gov:position 1 .
<department/jtw> a gov:Department ; gov:code "jtw" ; foaf:name "上海市交通委员会"@zh ;
    org:classification <https://w3id.org/govgraph/level/municipal> .
"""
)
BAD = (
    PREFIXES
    + """
<dataset/1> a dcat:Dataset, gov:MapLayer ; gov:code "1", "2" ; dct:title "a"@zh, "b"@zh, "" ;
    dct:publisher "somebody" ; dcat:theme "text" ; dct:accrualPeriodicity <often> ;
    dct:issued "soon", "2017-08-15"^^xsd:date ; dcat:spatialResolutionInMeters -1.0 ;
    gov:sharingType sharing:none ; gov:opennessType openness:conditional .
<dataset/2> a dcat:Dataset ; gov:sharingType sharing:conditional, sharing:none, <own> ;
    gov:opennessType openness:unconditional ; gov:refusalClass "A" .
<item/1> a gov:DataItem ; gov:length 0, "x" ; gov:position "1" ; gov:sharingType sharing:none ;
    gov:opennessType openness:unconditional ; gov:legalBasis "a law" ; csvw:name "a", "b" .
<distribution/1> a dcat:Distribution ; dcat:accessURL "here" ; dcat:byteSize -1 .
<service/1> a dcat:DataService ; dcat:endpointURL "there" .
<department/1> a gov:Department ; dct:identifier "11310000MB2F3O661Y" ; org:classification <high> .
<system/1> a gov:InformationSystem ; gov:budgetYear "2017" ; gov:fundingKind <free> ;
    gov:feeds "that" .
<library/1> a gov:BaseLibrary ; dct:title "人口库"@zh .
<element/1> a gov:DataElement ; skos:prefLabel "姓名"@zh, "名字"@zh ; gov:length 1.5 .
"""
)


def said(data: str) -> set[str]:
    return {verdict.shape.rsplit("/", 1)[-1] for verdict in check(PREFIXES + data)}


def oracle(data: str) -> set[tuple[str, str, str, str]]:
    _, report, _ = pyshacl.validate(
        Graph().parse(data=data, format="turtle"),
        shacl_graph=Graph().parse(data=shapes_text(), format="turtle"),
    )
    assert isinstance(report, Graph)
    results = report.subjects(RDFLIB_SH.resultSeverity)
    return {
        (
            str(report.value(each, RDFLIB_SH.focusNode)),
            str(report.value(each, RDFLIB_SH.resultPath) or ""),
            str(report.value(each, RDFLIB_SH.resultSeverity)).rpartition("#")[2],
            str(report.value(each, RDFLIB_SH.sourceShape)),
        )
        for each in results
    }


def test_a_good_entry_is_told_nothing() -> None:
    assert check(GOOD) == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_another_engine_tells_the_same_of_bad_entries() -> None:
    ours = {(each.focus, each.property, each.severity, each.shape) for each in check(BAD)}

    assert len(ours) > 40
    assert ours == oracle(BAD)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_another_engine_tells_nothing_of_good_ones_either() -> None:
    assert oracle(GOOD) == set()


def test_the_worst_of_an_entry_comes_first_and_speaks_both_languages() -> None:
    first = check(PREFIXES + "<dataset/1> a dcat:Dataset ; dct:title '路'@zh .")[0]

    assert first == Verdict(
        focus="http://example.org/id/dataset/1",
        property="https://w3id.org/govgraph/ns#code",
        severity="Violation",
        zh="须有且只有一个代码，没有代码就没有网址。",
        en="It needs exactly one code: without it, it has no address.",
        shape="https://w3id.org/govgraph/shape/dataset-code",
        value="",
    )


def test_what_is_not_shared_is_not_open() -> None:
    shut = "<d> a dcat:Dataset ; gov:sharingType sharing:none ; gov:opennessType openness:"

    assert "not-shared-not-open" in said(shut + "conditional .")
    assert "not-shared-not-open" in said(shut + "unconditional .")
    assert "not-shared-not-open" not in said(shut + "none .")


@pytest.mark.parametrize("kind", ["dcat:Dataset", "gov:DataItem"])
def test_conditional_sharing_needs_its_condition(kind: str) -> None:
    half = f"<d> a {kind} ; gov:sharingType sharing:conditional "

    assert "conditional-sharing-states-condition" in said(half + ".")
    assert "conditional-sharing-states-condition" not in said(
        half + "; gov:sharingCondition '用于核查'@zh ."
    )


def test_a_refusal_names_its_class_and_its_basis() -> None:
    refused = "<d> a dcat:Dataset ; gov:sharingType sharing:none "
    both = {"refusal-names-class", "refusal-names-basis"}
    named = "; gov:refusalClass <https://w3id.org/govgraph/refusal-class/A> ; gov:legalBasis 'x' ."

    assert both <= said(refused + ".")
    assert not both & said(refused + named)


@pytest.mark.parametrize(
    "way",
    [
        "<d> dcat:distribution <f> .",
        "<d> dcat:landingPage <http://example.org/> .",
        "<s> dcat:servesDataset <d> .",
    ],
)
def test_what_is_open_can_be_had_as_file_page_or_service(way: str) -> None:
    opened = "<d> a dcat:Dataset ; gov:opennessType openness:unconditional . "

    assert "open-can-be-had" in said(opened)
    assert "open-can-be-had" not in said(opened + way)


def test_text_that_is_not_turtle_is_refused_with_a_sentence() -> None:
    with pytest.raises(Unreadable) as refusal:
        check("<a> <b>")

    assert "Turtle" in refusal.value.zh


def test_every_shape_speaks_both_languages() -> None:
    named = {
        iri.value: about
        for iri, about in by_subject(SHAPES_FOLDER.glob("*.ttl")).items()
        if isinstance(iri, NamedNode)
    }
    speaking = {iri for iri, about in named.items() if SH.severity in about}

    assert speaking == set(messages())
    assert [iri for iri, (zh, en) in messages().items() if not (zh and en)] == []
    for about in named.values():
        for word in (SH.name, SH.description):
            assert len(about[word]) in {0, 2}


def test_only_what_cannot_be_shown_is_a_violation() -> None:
    grave = {each.shape.rpartition("-")[2] for each in check(BAD) if each.severity == "Violation"}

    assert grave == {"code", "title", "name", "prefLabel"} & grave
    assert grave


def test_lists_of_values_in_shapes_are_the_code_lists() -> None:
    graph = Graph().parse(data=shapes_text(), format="turtle")
    lists = {
        frozenset(map(str, graph.items(head))) for head in graph.objects(None, RDFLIB_SH["in"])
    }
    names = (
        "frequency", "sharing", "openness", "sharing-way", "refusal-class", "item-type",
        "funding-kind", "system-status", "level",
    )  # fmt: skip

    assert lists == {frozenset(each.iri for each in code_list(name)) for name in names}


def test_every_field_of_a_form_has_its_place() -> None:
    subjects = by_subject(SHAPES_FOLDER.glob("*.ttl"))
    groups = {iri for iri, about in subjects.items() if SH.PropertyGroup in about[RDF.type]}
    fields = [about for about in subjects.values() if SH.PropertyShape in about[RDF.type]]

    assert len(fields) > 70
    for about in fields:
        assert about[SH.order]
        assert about[SH.group][0] in groups
