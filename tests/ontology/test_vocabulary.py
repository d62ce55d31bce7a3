"""The vocabulary: every word we use is declared, in two languages, and read alike by two parsers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic

from ontology.errors import NotFound
from ontology.statements import HERE, by_subject, one
from ontology.terms import PREFIXES, RDF, RDFS, SH, shortened
from ontology.vocabulary import (
    VOCABULARY_FILE,
    Term,
    context_text,
    groups,
    label_of,
    list_quads,
    shape_quads,
    shapes,
    term,
    terms,
    vocabulary,
    vocabulary_quads,
)

ROOT = HERE.parent
ROOMS = ("ontology", "graph", "sparql", "web")
KINDS = {".py", ".rq", ".html", ".toml", ".ttl", ".jsonld", ".md"}
USES = (re.compile(r"\bgov:([A-Za-z]\w*)"), re.compile(r'\bGOV(?:\.|\[")([A-Za-z]\w*)'))
NOT_TERMS = {"iri"}  # GOV.iri is the namespace itself
TURTLE = sorted(HERE.rglob("*.ttl"))
BASE = "http://127.0.0.1:8000/"


def files() -> list[Path]:
    return [
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.suffix in KINDS and "node_modules" not in path.parts
    ]


def used_in(text: str) -> set[str]:
    return {name for use in USES for name in use.findall(text)} - NOT_TERMS


every_term = pytest.mark.parametrize("each", terms(), ids=lambda each: each.name)


def test_every_term_that_is_used_is_declared() -> None:
    declared = {each.name for each in terms()}
    undeclared = {
        f"{path.relative_to(ROOT)}: gov:{name}"
        for path in files()
        for name in used_in(path.read_text(encoding="utf-8")) - declared
    }

    assert sorted(undeclared) == []


def test_the_walk_sees_terms_in_code_queries_and_templates() -> None:
    seen = used_in('GOV.code GOV["new"] ?x gov:feeds <gov-table> GOV.iri')

    assert seen == {"code", "new", "feeds"}
    assert len(files()) > 50


@every_term
def test_a_term_is_explained_in_both_languages(each: Term) -> None:
    assert all((each.label.zh, each.label.en, each.comment.zh, each.comment.en))
    assert each.label.said("zh-CN") == each.label.zh
    assert each.comment.said("en") == each.comment.en
    assert each.status


@every_term
def test_what_a_term_stands_on_is_declared_or_somebody_elses(each: Term) -> None:
    ours = {declared.iri for declared in terms()}

    for iri in (*each.above, *each.domain, *each.range):
        assert iri in ours or not iri.startswith(PREFIXES["gov"])
        assert shortened(iri) != iri


def test_no_two_terms_have_one_label() -> None:
    for language in ("zh", "en"):
        classes = [each.label.said(language) for each in terms() if each.is_class]
        assert len(set(classes)) == len(classes)


def test_a_class_stands_under_a_standard_class() -> None:
    assert [each.name for each in terms() if each.is_class and not each.above] == []


def test_a_term_is_found_by_name_and_one_that_is_not_there_is_said_so() -> None:
    assert term("DataItem").curie == "gov:DataItem"
    assert label_of(PREFIXES["gov"] + "feeds") == term("feeds").label
    assert label_of("http://example.org/x") is None
    with pytest.raises(NotFound):
        term("Nothing")


def test_the_vocabulary_says_what_it_is() -> None:
    about = vocabulary()

    assert about.iri == PREFIXES["gov"]
    assert all((about.title.zh, about.title.en, about.version, about.licence))
    assert len(vocabulary_quads()) > len(terms())


def test_shapes_are_read_in_the_order_of_their_forms() -> None:
    named = {each.name: each for each in shapes()}
    dataset = named["dataset"]

    assert [field.order for field in dataset.fields] == list(range(1, len(dataset.fields) + 1))
    assert dataset.fields[0].severity == "Violation"
    assert all(field.group in groups() for each in shapes() for field in each.fields)
    assert named["not-shared-not-open"].message.zh.startswith("不予共享")
    assert named["not-shared-not-open"].fields == ()
    assert len(shape_quads()) > len(named)


def test_shapes_ask_only_for_declared_words() -> None:
    ours = {each.iri for each in terms()}
    asked = {field.path for each in shapes() for field in each.fields}
    targets = {iri for each in shapes() for iri in each.targets}

    assert {
        iri for iri in asked | targets if iri.startswith(PREFIXES["gov"]) and iri not in ours
    } == set()


def test_a_list_is_given_as_data() -> None:
    assert len(list_quads("theme")) > 100
    with pytest.raises(NotFound):
        list_quads("nothing")


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: str(path.relative_to(HERE)))
def test_two_parsers_read_a_file_alike(path: Path) -> None:
    theirs = Graph().parse(path, format="turtle", publicID=BASE)
    ours = "\n".join(f"{quad.triple} ." for quad in parse(path=path, base_iri=BASE))

    assert len(theirs) > 10
    assert isomorphic(theirs, Graph().parse(data=ours, format="nt"))


def test_every_term_has_a_name_in_the_context() -> None:
    context = json.loads(context_text())["@context"]
    named = {each["@id"] if isinstance(each, dict) else each for each in context.values()}

    assert [each.name for each in terms() if each.curie not in named] == []
    assert {name: context[name]["@id"] for name in PREFIXES} == PREFIXES


DOCUMENT = {
    "id": "http://e/dataset/1",
    "type": ["Dataset", "MapLayer"],
    "title": {"zh": "路网", "en": "Road network"},
    "theme": ["https://w3id.org/govgraph/theme/transport"],
    "code": "1",
    "sharingType": "https://w3id.org/govgraph/sharing/none",
    "legalBasis": "a law",
    "position": 3,
}
MEANT = f"""
@prefix dcat: <{PREFIXES["dcat"]}> . @prefix dct: <{PREFIXES["dct"]}> .
@prefix gov: <{PREFIXES["gov"]}> .
<http://e/dataset/1> a dcat:Dataset, gov:MapLayer ; dct:title "路网"@zh, "Road network"@en ;
    dcat:theme <https://w3id.org/govgraph/theme/transport> ; gov:code "1" ;
    gov:sharingType <https://w3id.org/govgraph/sharing/none> ; gov:legalBasis "a law" ;
    gov:position 3 .
"""


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
def test_the_context_gives_json_its_meaning_and_takes_it_back() -> None:
    context = json.loads(context_text())
    meant = Graph().parse(data=MEANT, format="turtle")
    text = json.dumps(context | DOCUMENT)
    read = Graph().parse(data=text, format="json-ld")
    ours = "\n".join(f"{quad.triple} ." for quad in parse(text, format=RdfFormat.JSON_LD))

    assert isomorphic(read, meant)
    assert isomorphic(Graph().parse(data=ours, format="nt"), meant)
    again = meant.serialize(format="json-ld", context=context["@context"])
    assert json.loads(again)["title"] == DOCUMENT["title"]
    assert isomorphic(Graph().parse(data=again, format="json-ld"), meant)


def test_the_glossary_names_only_what_is_declared() -> None:
    glossary = (HERE / "glossary.md").read_text(encoding="utf-8")

    assert used_in(glossary) <= {each.name for each in terms()}
    assert {each.name for each in terms() if each.is_class} <= used_in(glossary) | {
        "InternalContact"
    }


REGISTER = Graph().parse(HERE / "departments.ttl", format="turtle", publicID=BASE)
GOV_CODE = URIRef(PREFIXES["gov"] + "code")
NAMES = [URIRef(PREFIXES["skos"] + name) for name in ("prefLabel", "altLabel", "hiddenLabel")]


def test_a_department_has_a_code_that_is_its_address_and_a_name_in_both_languages() -> None:
    for body, code in REGISTER.subject_objects(GOV_CODE):
        assert str(body) == f"{BASE}id/department/{code}"
        assert re.fullmatch(r"[a-z]+", str(code))
        for word in (NAMES[0], URIRef(PREFIXES["foaf"] + "name")):
            told = [each for each in REGISTER.objects(body, word) if isinstance(each, Literal)]
            assert {each.language for each in told} == {"zh", "en"}


def test_no_two_departments_share_a_name() -> None:
    named: dict[str, set[str]] = {}
    for word in NAMES:
        for body, name in REGISTER.subject_objects(word):
            named.setdefault(str(name), set()).add(str(body))

    assert {name: bodies for name, bodies in named.items() if len(bodies) > 1} == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("市住建委", "zjw"),
        ("上海市住建委", "zjw"),
        ("静安区人民政府", "jingan"),
        ("上海市静安区政府", "jingan"),
        ("上海市徐汇区人民政府办公室", "xuhui"),
        ("市环保局", "hbj"),
    ],
)
def test_a_department_is_found_by_its_aliases(name: str, code: str) -> None:
    found = {
        str(body) for word in NAMES for body in REGISTER.subjects(word, Literal(name, lang="zh"))
    }

    assert found == {f"{BASE}id/department/{code}"}


def test_every_provider_of_the_real_catalogue_is_in_the_register(shared_data: Path) -> None:
    rows = (shared_data / "shanghai/providers.csv").read_text(encoding="utf-8-sig").splitlines()
    named = {str(name) for word in NAMES for name in REGISTER.objects(None, word)}

    assert len(rows) > 50
    assert {row.split(",")[0] for row in rows[1:]} - named == set()


def test_our_own_files_have_no_blank_subjects_but_in_shapes() -> None:
    """Everything of ours that enters the graph has a name."""
    for path in TURTLE:
        if path.parent.name != "shapes":
            subjects = by_subject([path]) if path.name != "departments.ttl" else {}
            assert all(hasattr(each, "value") and "//" in each.value for each in subjects)


def test_declared_words_say_where_they_are_declared() -> None:
    for iri, about in by_subject([VOCABULARY_FILE]).items():
        if RDF.type in about and RDFS.label in about:
            assert one(about, RDFS.isDefinedBy) == PREFIXES["gov"]
            assert SH.property not in about
            assert str(iri).startswith("<" + PREFIXES["gov"])
