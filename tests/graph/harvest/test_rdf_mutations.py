"""Files broken at random: whatever lands is lawful, whole, and each statement is accounted for."""

from __future__ import annotations

import io
import random
import re
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from graph.harvest.rdf.child import harvest
from graph.harvest.rdf.frames import delivery_from_json, read_frame
from graph.harvest.rdf.intake import Limits
from graph.ledger.entries import Delivery
from ontology.errors import Unreadable
from tests.bench.stress import write

SAMPLE = """\
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix gov: <https://w3id.org/govgraph/ns#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix ex: <http://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://x.org/c> a dcat:Catalog ; dct:title "c" ; dcat:dataset ex:d, <rel> ; dct:publisher _:p .
_:p a foaf:Agent ; foaf:name "P" .
ex:d a dcat:Dataset ; dct:title "公交"@zh, "Bus"@en ; dct:publisher _:p ;
   dcat:distribution ex:f, [ a dcat:Distribution ; dct:format "csv" ] ;
   dct:issued "2023/5/1" ; dct:modified "2023-05-02"^^xsd:date ; dcat:contactPoint ex:k ;
   dct:temporal [ dcat:startDate "2020" ; dcat:endDate [] ] .
<rel> a dcat:Dataset ; dct:title '''long
text''' ; dct:publisher "Q" ; dcat:contactPoint ex:k ;
   dct:accrualPeriodicity <http://purl.org/cld/freq/daily> .
ex:f a dcat:Distribution ; dcat:accessURL "http://a b" ; dct:license ex:l .
ex:l a dct:LicenseDocument ; dct:title "L" .
ex:k a vcard:Kind ; vcard:fn "K" ; vcard:hasEmail "a@b.c" .
ex:lonely a dcat:Distribution . <http://example.org/d/9> a dcat:Distribution .
_:q ex:z _:r . _:r ex:z _:q . ex:it a gov:DataItem ; dct:isPartOf ex:d .
"""
NOISE = [
    b'"',
    b"'",
    b"<",
    b">",
    b".",
    b";",
    b"[",
    b"]",
    b"\n",
    b"_:",
    b"{",
    b"&",
    b"\\",
    b"<>",
    b"\xff",
]


def _documents() -> dict[str, bytes]:
    triples = [q.triple for q in parse(SAMPLE, format=RdfFormat.TURTLE, base_iri="http://x.org/r/")]
    formats = {"nt": RdfFormat.N_TRIPLES, "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD}
    others = {name: serialize(triples, format=format_) for name, format_ in formats.items()}
    return {"ttl": SAMPLE.encode(), **{name: data or b"" for name, data in others.items()}}


def _mutated(data: bytes, chance: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(broken))
        to = at + chance.choice((1, 3, 30))
        if chance.random() < 0.3:
            del broken[at:to]
        else:
            broken[at:at] = chance.choice([*NOISE, bytes(broken[at:to])])
    return bytes(broken)


def _read(path: Path, suffix: str) -> tuple[list[Delivery], dict[str, int]]:
    context = {
        "base": "http://h",
        "source": "s",
        "clearance": "open",
        "today": "",
        "departments": {},
    }
    task = {"path": str(path), "format": suffix, "base": None, "context": context}
    sent = io.BytesIO()
    tally = harvest({**task, "limits": asdict(Limits())}, sent.write)
    sent.seek(0)
    messages = iter(lambda: read_frame(sent.read), None)
    return [delivery_from_json(each["delivery"]) for each in messages], tally


def _faults(found: list[Delivery], tally: dict[str, int]) -> list[str]:
    entries = [each.entry for each in found if each.entry]
    lines = "\n".join(line for e in entries for ls in e.lines.values() for line in ls)
    subjects = Counter(subject for e in entries for subject in e.subjects)
    put = sum(tally[k] for k in ("landed", "dropped", "listed", "quarantined", "repeated"))
    faults = {
        "a statement is missing": put != tally["read"],
        "a subject stands in two entries": max(subjects.values(), default=1) > 1,
        "a code is given twice": len({e.code for e in entries}) != len(entries),
        "a base that is no one's": "relative.invalid" in lines,
        "a blank node": re.search(r"(^|\s)_:", re.sub(r'"(?:[^"\\]|\\.)*"', "", lines)) is not None,
    }
    list(parse(lines, format=RdfFormat.N_TRIPLES))  # strictly lawful
    return [fault for fault, there in faults.items() if there]


@pytest.mark.parametrize("suffix", ["ttl", "nt", "rdf", "jsonld"])
def test_no_breakage_gets_past_the_reader(tmp_path, suffix):
    chance, whole = random.Random(suffix), _documents()[suffix]
    read = 0
    for number in range(40):
        path = tmp_path / f"{number}.{suffix}"
        path.write_bytes(_mutated(whole, chance))
        try:
            found, tally = _read(path, suffix)
        except Unreadable:
            continue
        read += 1
        assert _faults(found, tally) == [], path.read_bytes()
    assert read > 20  # most breakages spare most of the file


def test_the_stress_catalogue_is_the_same_twice_and_read_whole(tmp_path):
    first, second = tmp_path / "a.nt", tmp_path / "b.nt"

    assert write(first, 60, seed=7) == write(second, 60, seed=7)

    assert first.read_bytes() == second.read_bytes()
    found, tally = _read(first, "nt")
    assert _faults(found, tally) == []
    assert Counter(d.entry.kind for d in found if d.entry) == {"dataset": 60, "department": 15}
