"""What is taken from the text of a patch is what the store would have said."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store, parse

from graph.ledger.patch import Files, Section, Spool
from graph.search import hands, told
from graph.search.document import documents, statements
from graph.search.fields import filled
from graph.search.told import Before, Said, Told, said_in
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT, GOV, ORG, RDF

BASE = "http://city.example/id"
GRAPH = f"{BASE}/source/register"
DEFAULT = DefaultGraph()
ODD = r"""
<urn:a> <urn:p> "05"^^<http://www.w3.org/2001/XMLSchema#integer> .
<urn:a> <urn:p> "5"^^<http://www.w3.org/2001/XMLSchema#integer> .
<urn:a> <urn:p> "2025-05-01T00:00:00.000Z"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
<urn:a> <urn:p> "not a day"^^<http://www.w3.org/2001/XMLSchema#date> .
<urn:a> <urn:p> "quote \" and \\ and \n and . \"@zh" .
<urn:a> <urn:p> "灯"@zh-Hans-CN .
<urn:a> <urn:p> "灯"@ZH .
<urn:a> <urn:p> "ضوء"@ar--rtl .
<urn:a> <urn:p> "a <b> \u706F" .
<urn:a> <urn:p> "" .
<urn:a> <urn:p> <urn:\u706F> .
<urn:a> <urn:q> "<p>灯</p>"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML> .
""".lstrip()


def test_values_are_read_as_a_store_gives_them_back() -> None:
    store = Store()
    store.load(ODD, RdfFormat.N_TRIPLES, lenient=True)
    kept = statements(store, NamedNode("urn:a"))

    (said,) = said_in(ODD.encode()).values()

    assert set(said) == set(kept)
    assert len(said) == len(kept)
    for key, values in kept.items():
        assert set(said[key]) == set(said.get(key)) == set(values)
    assert said.get("urn:none", ()) == ()


@pytest.fixture(name="section")
def _section(tmp_path: Path) -> Section:
    """Write a patch of three offices and a thousand datasets."""
    spool = Spool(Files(tmp_path), Section(True, Clearance.OPEN, GRAPH, 0))  # noqa: FBT003
    for number in range(3):
        spool.add(office(number))
    spool.add(())
    for number in range(1_000):
        spool.add(dataset(number))
    return spool.finish()


def office(number: int) -> list[str]:
    """Give the statements of an office."""
    node = NamedNode(f"{BASE}/department/{number}")
    return [
        f"{node} {RDF.type} {ORG.FormalOrganization} .",
        f'{node} {GOV.code} "{number}" .',
        f'{node} {DCT.title} "第{number}办公室"@zh .',
    ]


def dataset(number: int) -> list[str]:
    """Give the statements of a dataset with a file; its root is spoken of twice."""
    node, file = (NamedNode(f"{BASE}/{kind}/{number}") for kind in ("dataset", "distribution"))
    return [
        f"{node} {RDF.type} {DCAT.Dataset} .",
        f'{node} {DCT.title} "公共停车场信息{number}"@zh .',
        f"{node} {DCT.publisher} <{BASE}/department/{number % 3}> .",
        f"{node} {DCAT.distribution} {file} .",
        f"{file} {DCT['format']} <urn:csv> .",
        f'{node} {GOV.code} "{number}" .',
    ]


def test_a_text_is_parted_entry_by_entry_wherever_its_pieces_end(
    section: Section, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Files(tmp_path)
    assert section.entries == 1_003
    assert sum(1 for _ in files.lines(section.file)) == section.count == 6_009

    with files.unpacked(section.file, tmp_path) as text:
        large = Told(str(text), "", GRAPH)
        entries = text.read_bytes().strip(b"\n").split(b"\n\n")
        assert len(entries) == 1_003
        for size in (61, 1000, 1 << 20):
            monkeypatch.setattr(told, "PART", size)
            parts = [large.part(number) for number in range(large.parts())]
            assert b"\n\n".join(filter(None, parts)).split(b"\n\n") == entries
            assert len(parts) == -(-text.stat().st_size // size)
            assert size > 61 or b"" in parts
    assert not text.exists()


def test_documents_from_a_text_are_those_from_the_store(section: Section, tmp_path: Path) -> None:
    """Also of a dataset of which the view knew something before, whose text does not say all."""
    files = Files(tmp_path)
    before, after = Store(str(tmp_path / "before")), Store(str(tmp_path / "after"))
    known = NamedNode(f"{BASE}/dataset/7")
    other = Quad(known, DCT.title, NamedNode("urn:x"), NamedNode("urn:other"))
    for store in (before, after):
        store.add(other)
        store.add(Quad(known, DCAT.theme, NamedNode("urn:theme"), DEFAULT))
    before.flush()
    for line in files.lines(section.file):
        (quad,) = parse(line, RdfFormat.N_TRIPLES)
        for graph in (DEFAULT, NamedNode(GRAPH)):
            after.add(Quad(quad.subject, quad.predicate, quad.object, graph))
    assert not Before(before).unknown({known.value: Said()})
    fresh = [f"{BASE}/department/{n}" for n in range(3)]
    fresh += [f"{BASE}/dataset/{n}" for n in range(1_000)]
    whole = {each["iri"]: each for each in map(filled, documents(after, fresh))}
    before.backup(str(tmp_path / "frozen"))

    with files.unpacked(section.file, tmp_path) as text:
        large = hands.Large(Told(str(text), str(tmp_path / "frozen"), GRAPH), frozenset(fresh))
        with hands.filled_by_hands(after, tmp_path / "view", [known.value], 2, large) as made:
            found = list(made)

    unsourced = [each for each in found if "source" not in each]
    assert [each["iri"] for each in unsourced] == [known.value, known.value]
    for each in found:
        assert each.items() <= whole[each["iri"]].items()
    assert {each["iri"] for each in found} == whole.keys()


@pytest.mark.parametrize("little", [0, 3, 50_000])
def test_what_was_known_before_is_known_whether_it_was_little_or_much(
    monkeypatch: pytest.MonkeyPatch, little: int
) -> None:
    monkeypatch.setattr(told, "LITTLE", little)
    store = Store()
    for number in range(4):
        store.add(Quad(NamedNode(f"urn:{number}"), DCAT.theme, NamedNode("urn:theme"), DEFAULT))
    store.add(
        Quad(NamedNode("urn:elsewhere"), DCAT.theme, NamedNode("urn:theme"), NamedNode(GRAPH))
    )
    before = Before(store)

    asked = {f"urn:{each}": Said() for each in (*range(5), "theme", "elsewhere")}
    assert list(before.unknown(asked)) == ["urn:4", "urn:theme", "urn:elsewhere"]
    assert len(asked) == 7
