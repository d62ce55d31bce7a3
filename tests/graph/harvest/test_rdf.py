"""What becomes of an RDF file: entries, repairs, findings, quarantine, and nothing else."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from graph.harvest.rdf.parent import Tally, deliveries, detect_format
from graph.ledger.entries import Context, Delivery, Entry
from ontology.clearance import Clearance

CONTEXT = Context("http://127.0.0.1:8000", "demo", today="2026-01-01")
PREFIXES = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix gov: <https://w3id.org/govgraph/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <http://example.org/> .
"""


@dataclass
class Read:
    """All deliveries of a file, and the tally."""

    all: list[Delivery]
    tally: Tally

    @property
    def entries(self) -> list[Entry]:
        return [each.entry for each in self.all if each.entry]

    @property
    def kinds(self) -> dict[str, int]:
        return dict(Counter(each.kind for each in self.entries))

    @property
    def repairs(self) -> dict[str, int]:
        return dict(Counter(r.rule for each in self.all for r in each.repairs))

    @property
    def findings(self) -> dict[str, int]:
        return dict(Counter(f.rule for each in self.all for f in each.findings))

    @property
    def quarantined(self) -> dict[str, int]:
        return dict(Counter(d.quarantined.rule for d in self.all if d.quarantined))

    @property
    def text(self) -> str:
        return "\n".join(line for e in self.entries for ls in e.lines.values() for line in ls)

    def entry(self, iri: str) -> Entry:
        return next(each for each in self.entries if each.iri == iri)


def read(path: Path, context: Context = CONTEXT, *, base_iri: str | None = None) -> Read:
    found = deliveries(path, format=None, context=context, base_iri=base_iri)
    everything = list(found)
    assert found.tally is not None
    return Read(everything, found.tally)


@pytest.fixture
def turtle(tmp_path: Path) -> Callable[..., Read]:
    """Read Turtle whose prefixes are those above."""

    def turtle(text: str, context: Context = CONTEXT, **options: str) -> Read:
        path = tmp_path / "sample.ttl"
        path.write_text(PREFIXES + text)
        return read(path, context, **options)

    return turtle


def is_complete(found: Read) -> bool:
    """Say whether every statement of the file is in exactly one place."""
    tally = found.tally
    put = tally.landed + tally.dropped + tally.listed + tally.quarantined + tally.repeated
    return put == tally.read


def subjects_stand_alone(entries: Iterable[Entry]) -> bool:
    """Say whether no two entries share a subject."""
    return max(Counter(s for e in entries for s in e.subjects).values(), default=1) == 1


def has_blank_node(text: str) -> bool:
    return re.search(r"(^|\s)_:", re.sub(r'"(?:[^"\\]|\\.)*"', "", text)) is not None


# --- what an entry is -------------------------------------------------------------------------


def test_a_dataset_takes_along_what_only_it_uses(turtle):
    found = turtle("""
        ex:d a dcat:Dataset ; dct:title "公交"@zh ; dcat:distribution ex:f ;
            dcat:contactPoint [ a vcard:Kind ; vcard:fn "Office" ] ; dct:publisher ex:o .
        ex:f a dcat:Distribution ; dct:license ex:l . ex:l a dct:LicenseDocument .
        ex:o a foaf:Organization ; foaf:name "市交通委"@zh .
    """)

    dataset = found.entry("http://example.org/d")
    assert found.kinds == {"dataset": 1, "department": 1}
    assert dataset.title == "公交"
    assert dataset.subjects[0] == "http://example.org/d"
    assert {"http://example.org/f", "http://example.org/l"} < set(dataset.subjects)
    assert any(s.startswith("http://example.org/d#contactPoint-") for s in dataset.subjects)
    assert not has_blank_node(found.text)
    assert is_complete(found)


def test_a_part_that_several_use_is_an_entry_of_its_own_with_what_it_uses(turtle):
    found = turtle("""
        ex:a a dcat:Dataset ; dct:title "a" ; dcat:contactPoint ex:c .
        ex:b a dcat:Dataset ; dct:title "b" ; dcat:contactPoint ex:c .
        ex:c a vcard:Kind ; vcard:hasAddress [ vcard:locality "Shanghai" ] .
    """)

    contact = found.entry("http://example.org/c")
    assert found.kinds == {"dataset": 2, "contact": 1}
    assert len(contact.subjects) == 2
    assert subjects_stand_alone(found.entries)


def test_parts_that_use_each_other_in_a_circle_have_an_owner(turtle):
    found = turtle("""
        ex:a a dcat:Dataset ; dct:title "a" ; ex:p ex:x .
        ex:x ex:q ex:y . ex:y ex:q ex:x .
        ex:m ex:q ex:n . ex:n ex:q ex:m .
    """)

    assert set(found.entry("http://example.org/a").subjects) == {
        "http://example.org/a",
        "http://example.org/x",
        "http://example.org/y",
    }
    assert found.findings == {"unattached": 2}
    assert is_complete(found)


def test_a_record_and_an_item_belong_to_the_dataset_they_name(turtle):
    found = turtle("""
        ex:a a dcat:Dataset ; dct:title "a" .
        ex:r a dcat:CatalogRecord ; <http://xmlns.com/foaf/0.1/primaryTopic> ex:a .
        ex:i a gov:DataItem ; dct:isPartOf ex:a .
    """)

    assert found.kinds == {"dataset": 1}
    assert len(found.entries[0].subjects) == 3


def test_a_foreign_entry_keeps_its_iri_and_gets_a_code_and_openness(turtle):
    found = turtle("""ex:d a dcat:Dataset ; dct:title "d" ; dct:accessRights
        <http://publications.europa.eu/resource/authority/access-right/RESTRICTED> .""")

    entry = found.entries[0]
    assert re.fullmatch(r"demo-[a-z2-7]{10}", entry.code)
    assert (
        f'<http://example.org/d> <https://w3id.org/govgraph/ns#code> "{entry.code}" .' in found.text
    )
    assert "openness/conditional" in found.text
    assert 'terms/identifier> "http://example.org/d"' in found.text


def test_a_local_entry_keeps_the_code_in_its_iri(turtle):
    found = turtle('<http://127.0.0.1:8000/id/dataset/x-7> a dcat:Dataset ; dct:title "d" .')

    assert found.entries[0].code == "x-7"


def test_what_is_not_open_is_not_in_the_open_lines(turtle):
    found = turtle("""
        ex:d a dcat:Dataset ; dct:title "d" ; dct:accessRights
        <http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC> ;
        dcat:contactPoint ex:c . ex:c a gov:InternalContact ; vcard:fn "Li" .
        ex:e a dcat:Dataset ; dct:title "e" ; dcat:contactPoint [ a gov:InternalContact ; vcard:fn "Wu" ] .
        ex:s a gov:InformationSystem ; dct:title "s" ; gov:internalAddress "10.0.0.1" .
    """)

    levels = {e.iri[-1]: {c: len(ls) for c, ls in e.lines.items()} for e in found.entries}
    assert set(levels["d"]) == {Clearance.SHARED}
    assert levels["e"][Clearance.SHARED] == 2
    assert levels["s"][Clearance.GOVERNANCE] == 1


def test_two_nameless_publishers_of_one_name_are_one_department(turtle):
    found = turtle("""
        ex:a a dcat:Dataset ; dct:title "a" ; dct:publisher [ a foaf:Agent ; foaf:name "X 局" ] .
        ex:b a dcat:Dataset ; dct:title "b" ; dct:publisher [ a foaf:Agent ; foaf:name "X 局" ] .
        ex:c a dcat:Dataset ; dct:title "c" ; dct:publisher "X 局" .
    """)

    assert found.kinds == {"dataset": 3, "department": 1}
    department = next(e for e in found.entries if e.kind == "department")
    assert department.iri.startswith("http://127.0.0.1:8000/id/department/demo-")
    assert found.text.count(f"publisher> <{department.iri}>") == 3
    assert is_complete(found)


def test_a_publisher_the_register_knows_becomes_that_department(turtle):
    known = replace(CONTEXT, departments={"市交通委": "http://127.0.0.1:8000/id/department/jtw"})
    found = turtle(
        """
        ex:a a dcat:Dataset ; dct:title "a" ; dct:publisher [ a foaf:Agent ; foaf:name "市交通委" ] .
        ex:b a dcat:Dataset ; dct:title "b" ; dct:publisher "市交通委" .
    """,
        known,
    )

    assert found.kinds == {"dataset": 2}
    assert found.repairs == {"publisher": 2}
    assert found.text.count("publisher> <http://127.0.0.1:8000/id/department/jtw>") == 2
    assert is_complete(found)


def test_the_catalogues_listing_is_told_not_kept(turtle):
    found = turtle("""
        ex:c a dcat:Catalog ; dct:title "c" ; dcat:dataset ex:a, ex:b .
        ex:a a dcat:Dataset ; dct:title "a" . ex:b a dcat:Dataset ; dct:title "b" .
        ex:page a <http://www.w3.org/ns/hydra/core#PagedCollection> .
    """)

    assert found.kinds == {"source": 1, "dataset": 2}
    assert "dcat#dataset>" not in found.text
    assert found.findings == {"listing": 1}
    assert found.tally.listed == 3


def test_a_dataset_without_a_title_is_quarantined_whole(turtle):
    found = turtle(
        'ex:d a dcat:Dataset ; dct:title "" ; dct:identifier "7" ; dcat:distribution ex:f .'
    )

    assert found.quarantined == {"no-title": 1}
    assert found.entries == []
    original = found.all[0].quarantined
    assert original is not None
    assert original.original.count("\n") == found.tally.read == 4


def test_a_distribution_nobody_names_is_adopted_only_where_its_iri_says_whose_it_is(turtle):
    found = turtle("""
        ex:d a dcat:Dataset ; dct:title "d" .
        <http://example.org/d/resource/1> a dcat:Distribution .
        <http://elsewhere.org/f> a dcat:Distribution .
    """)

    assert (
        "<http://example.org/d> <http://www.w3.org/ns/dcat#distribution> <http://example.org/d/resource/1> ."
        in found.text
    )
    assert found.repairs == {"unattached": 1}
    assert found.quarantined == {"unattached": 1}
    assert is_complete(found)


def test_one_dataset_written_with_a_relative_and_a_whole_iri_is_one(turtle):
    found = turtle(
        '<d> a dcat:Dataset ; dct:title "d" . <http://x.org/c/d> dct:description "same" .',
        base_iri="http://x.org/c/",
    )

    assert found.kinds == {"dataset": 1}
    assert found.entries[0].subjects == ("http://x.org/c/d",)


def test_what_is_said_twice_but_differently_is_kept_and_told(turtle):
    found = turtle("""
        ex:d a dcat:Dataset ; dct:title "d" ; dct:issued "2020-01-01"^^xsd:date .
        ex:d dct:issued "2021-01-01"^^xsd:date .
    """)

    assert found.findings == {"several-values": 1}


def test_modified_before_issued_is_a_finding(turtle):
    found = turtle("""ex:d a dcat:Dataset ; dct:title "d" ;
        dct:issued "2020-01-01"^^xsd:date ; dct:modified "2019-12-31T10:00:00"^^xsd:dateTime .""")

    assert found.findings == {"modified-before-issued": 1}


def test_two_readings_give_the_same_digests(turtle):
    text = """
        ex:d a dcat:Dataset ; dct:title "d" ; dct:temporal [ dcat:startDate "2020-01-01"^^xsd:date ] ;
            ex:list ( ex:a [ ex:q "1" ] ) .
        [] a dcat:Dataset ; dct:title "nameless" ; dct:spatial [ a dct:Location ; ex:q [ ex:r "2" ] ] .
        ex:loop ex:q _:x . _:x ex:q _:y . _:y ex:q _:x .
    """

    first, second = (sorted(e.digest() for e in turtle(text).entries) for _ in range(2))

    assert first == second
    assert len(first) == 3


def test_statements_about_statements_are_quarantined_and_the_rest_lands(turtle):
    found = turtle('ex:d a dcat:Dataset ; dct:title "d" ; ex:says <<( ex:a ex:b _:c )>> .')

    assert found.quarantined == {"triple-term": 1}
    assert found.kinds == {"dataset": 1}
    assert is_complete(found)


def test_a_quarantined_original_can_be_mended_and_loaded_again(turtle, tmp_path):
    found = turtle("<d> a dcat:Dataset ; dct:publisher <o> .")
    original = found.all[0].quarantined
    assert original is not None
    again = tmp_path / f"again.{original.format}"
    again.write_text(original.original + '<d> <http://purl.org/dc/terms/title> "now" .')

    assert read(again).entries[0].title == "now"


# --- relative addresses -----------------------------------------------------------------------


def test_relative_iris_are_completed_with_the_catalogue_and_never_with_the_file(turtle):
    found = turtle("""
        <http://x.org/cat/> a dcat:Catalog ; dct:title "c" .
        <d1> a dcat:Dataset ; dct:title "d" ; dct:publisher <org> .
    """)

    assert "<http://x.org/cat/d1>" in found.text
    assert "<http://x.org/cat/org>" in found.text
    assert "invalid" not in found.text
    assert "file:" not in found.text
    assert found.repairs == {"relative-iri": 1}


def test_without_a_catalogue_relative_iris_are_the_sources(turtle):
    found = turtle('<d1> a dcat:Dataset ; dct:title "d" .')

    assert found.entries[0].iri == "http://127.0.0.1:8000/id/source/demo/d1"


def test_the_documents_own_base_wins(turtle):
    found = turtle('@base <http://own.org/> . <d1> a dcat:Dataset ; dct:title "d" .')

    assert found.entries[0].iri == "http://own.org/d1"


def test_what_is_said_of_an_empty_address_is_quarantined(turtle):
    found = turtle("""
        <http://x.org/cat> a dcat:Catalog ; dct:title "c" .
        <> a skos:Concept ; skos:prefLabel "theme" .
        ex:d a dcat:Dataset ; dct:title "d" ; dcat:theme <> .
    """)

    assert found.quarantined == {"empty-iri": 1}
    assert found.repairs == {"empty": 1}
    assert is_complete(found)


def test_an_empty_address_may_be_the_catalogue_itself(turtle):
    found = turtle(
        '<> a dcat:Catalog ; dct:title "c" . ex:d a dcat:Dataset ; dct:title "d" ; dct:isPartOf <> .'
    )

    assert found.kinds == {"source": 1, "dataset": 1}
    assert "<http://127.0.0.1:8000/id/source/demo/>" in found.text


# --- files that are broken in part --------------------------------------------------------------


def test_a_broken_line_of_n_triples_spares_the_others(tmp_path):
    path = tmp_path / "x.nt"
    path.write_bytes(
        b'<http://x/1> <http://purl.org/dc/terms/title> "a\xe9b" .\nrubbish\n'
        b"<http://x/1> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n"
        b'<http://x/1> <http://purl.org/dc/terms/title> "ok" .\n'
    )

    found = read(path)

    assert found.kinds == {"dataset": 1}
    assert found.quarantined == {"broken": 2}
    first = found.all[0].quarantined
    assert first is not None
    assert first.where == "line 1"
    assert "a\\xe9b" in first.original
    assert first.format == "nt"


def test_a_broken_statement_of_turtle_spares_the_others(turtle):
    found = turtle("""
ex:a a dcat:Dataset ; dct:title "a" .
ex:b a dcat:Dataset ; dct:title "never closed .
ex:c a dcat:Dataset ; dct:title "c"@zh_CN .
ex:d a nowhere:Dataset ; dct:title "d" .
ex:e a dcat:Dataset ; dct:title '''long . text
ex:z a dcat:Dataset .''' ; dct:description "1.5 . x" .
<http://x.org/f f> a dcat:Dataset ; dct:title "f" .
""")

    assert {e.title for e in found.entries} == {"a", "c", "f", "long . text\nex:z a dcat:Dataset ."}
    assert found.quarantined == {"broken": 2}
    assert "<http://x.org/f%20f>" in found.text
    assert '"c"@zh-cn' in found.text.lower()
    assert found.repairs == {"language": 1, "iri": 1}


def test_a_broken_block_of_trig_spares_the_others(tmp_path):
    path = tmp_path / "x.trig"
    path.write_text(
        PREFIXES
        + 'ex:g1 { ex:a a dcat:Dataset ; dct:title "a" . }\n'
        + 'ex:g2 { ex:b a dcat:Dataset ; dct:title "b }\n'
        + 'ex:g3 { ex:c a dcat:Dataset ; dct:title "c" . }\n'
    )

    found = read(path)

    assert {e.title for e in found.entries} == {"a", "c"}
    assert found.quarantined == {"broken": 1}


def test_names_of_graphs_are_told_and_statements_kept(tmp_path):
    path = tmp_path / "x.trig"
    path.write_text(PREFIXES + 'ex:g { ex:a a dcat:Dataset ; dct:title "a" . }')

    found = read(path)

    assert found.kinds == {"dataset": 1}
    assert found.findings == {"graph-names": 1}


RDF = (
    '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">'
)


def _record(number: int, more: str = "") -> str:
    return f'<dcat:Dataset rdf:about="http://x/{number}"><dct:title>t{number}</dct:title>{more}</dcat:Dataset>\n'


@pytest.mark.parametrize(
    "fault", ["<dct:description>a & b</dct:description>", "<dct:x>", "<no:such/>"]
)
def test_a_broken_record_of_rdf_xml_spares_the_others(tmp_path, fault):
    path = tmp_path / "x.rdf"
    path.write_text(RDF + _record(1) + _record(2, fault) + _record(3) + "</rdf:RDF>")

    found = read(path)

    assert {e.title for e in found.entries} == {"t1", "t3"}
    assert found.quarantined == {"broken": 1}


def test_datasets_inside_a_broken_catalogue_are_taken_out_one_by_one(tmp_path):
    path = tmp_path / "x.rdf"
    inside = "".join(
        f"<dcat:dataset>{_record(n, '&' if n == 2 else '')}</dcat:dataset>" for n in (1, 2, 3)
    )
    path.write_text(
        f'{RDF}<dcat:Catalog rdf:about="http://x/c"><dct:title>C</dct:title>{inside}</dcat:Catalog></rdf:RDF>'
    )

    found = read(path)

    assert found.kinds == {"dataset": 2, "source": 1}
    assert found.quarantined == {"broken": 1}


def test_a_document_that_ends_too_early_gives_what_came_before(tmp_path):
    path = tmp_path / "x.rdf"
    path.write_text(RDF + _record(1) + _record(2)[:50])

    found = read(path)

    assert {e.title for e in found.entries} == {"t1"}
    assert found.quarantined == {"broken": 1}


def test_json_ld_with_an_illegal_iri_lands_mended(tmp_path):
    """A strict parser would leave the first node out and say nothing."""
    path = tmp_path / "x.jsonld"
    path.write_text(
        '{"@context":{"dct":"http://purl.org/dc/terms/","@vocab":"http://www.w3.org/ns/dcat#"},'
        '"@graph":[{"@id":"http://x/a b|c","@type":"Dataset","dct:title":"a"},'
        '{"@id":"http://x/2","@type":"Dataset","dct:title":"b"}]}'
    )

    found = read(path)

    assert {e.iri for e in found.entries} == {"http://x/a%20b%7Cc", "http://x/2"}
    assert found.repairs == {"iri": 1}


def test_json_ld_with_our_own_context_needs_no_network(tmp_path):
    path = tmp_path / "x.jsonld"
    path.write_text(
        '{"@context":"http://city.example/ns/context.jsonld","id":"http://x/1",'
        '"type":"http://www.w3.org/ns/dcat#Dataset","http://purl.org/dc/terms/title":"a"}'
    )

    assert {e.title for e in read(path).entries} == {"a"}


# --- encodings and packing ----------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_no_obstacle(tmp_path, encoding):
    path = tmp_path / "x.ttl"
    path.write_bytes((PREFIXES + 'ex:d a dcat:Dataset ; dct:title "一" .').encode(encoding))

    assert read(path).entries[0].title == "一"


@pytest.mark.parametrize("encoding", ["GB18030", "ISO-8859-1"])
def test_rdf_xml_may_declare_its_encoding(tmp_path, encoding):
    path = tmp_path / "x.rdf"
    title = "é" if encoding == "ISO-8859-1" else "中文"
    text = (
        RDF.replace("?>", f' encoding="{encoding}"?>', 1)
        + _record(1).replace("t1", title)
        + "</rdf:RDF>"
    )
    path.write_bytes(text.encode(encoding))

    assert read(path).entries[0].title == title


def test_a_gzip_is_unpacked_whatever_its_name(tmp_path):
    path = tmp_path / "feed.ttl"
    path.write_bytes(gzip.compress((PREFIXES + 'ex:d a dcat:Dataset ; dct:title "d" .').encode()))

    assert read(path).kinds == {"dataset": 1}


@pytest.mark.parametrize(
    ("name", "text", "format_"),
    [
        ("x", "@prefix a: <b> . a:c a a:d .", "ttl"),
        ("x", "PREFIX a: <b>\nGRAPH a:g { a:c a a:d }", "trig"),
        ("x.ttl", "<http://a> <http://b> <http://c> .", "ttl"),
        ("x", "<http://a> <http://b> 'c'", None),
        ("x", '<http://a> <http://b> "c"@en .', "nt"),
        ("x", "<urn:a> <urn:b> <urn:c> <urn:g> .", "nq"),
        ("x.xml", RDF, "rdf"),
        ("x.ttl", RDF, "rdf"),
        ("x.xml", "<feed/>", None),
        ("x.json", '{"@context": {}, "@id": "a"}', "jsonld"),
        ("x.json", '[{"名称": "公交"}]', None),
        ("x.csv", "a,b\n1,2\n", None),
        ("x.html", "<!DOCTYPE html><html></html>", None),
        ("x.trig.gz", "", "trig"),
    ],
)
def test_the_format_is_told_by_content_and_name(tmp_path, name, text, format_):
    path = tmp_path / name
    path.write_text(text)

    assert detect_format(path) == format_


# --- the real feeds -----------------------------------------------------------------------------

FEEDS = {
    "demo-elia.nt.gz": ({"dataset": 96, "department": 1}, 13651),
    "demo-gent.nt.gz": ({"dataset": 260, "department": 1}, 10784),
    "demo-iweps.nt.gz": ({"dataset": 733, "department": 1}, 34893),
    "it-asrem.rdf": (
        {"source": 1, "department": 2, "concept": 3, "dataset": 3, "licence": 1, "contact": 1},
        178,
    ),
    "it-foggia.rdf": (
        {"source": 1, "department": 2, "concept": 5, "dataset": 7, "licence": 1, "contact": 1},
        378,
    ),
    "it-pcmdpc-ukr2022.rdf": (
        {"source": 1, "department": 1, "concept": 3, "dataset": 5, "licence": 1, "contact": 1},
        346,
    ),
}


@pytest.mark.parametrize("name", FEEDS)
def test_a_real_feed_is_accounted_for_to_the_last_statement(name):
    path = Path(__file__).parents[4] / "shared/data/feeds" / name
    if not path.exists():
        pytest.skip("the folder of real data is not beside the project")
    kinds, statements = FEEDS[name]

    found = read(path)

    assert found.kinds == kinds
    assert found.tally.read == statements
    assert is_complete(found)
    assert subjects_stand_alone(found.entries)
    assert not has_blank_node(found.text)
    assert "relative.invalid" not in found.text
    assert len({e.code for e in found.entries}) == len(found.entries)
    assert sorted(e.digest() for e in read(path).entries) == sorted(
        e.digest() for e in found.entries
    )
