"""Mappings as data: what may stand in one, and how a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import parse

from graph.harvest.tables.mapping import SHIPPED, detect, mapping_from_toml, read_mapping, shipped
from graph.harvest.tables.properties import KINDS, PROPERTIES
from graph.harvest.tables.rows import read_rows
from graph.harvest.tables.values import READERS
from ontology.code_lists import code_lists
from ontology.errors import Invalid
from ontology.terms import GOV, PREFIXES, RDF

VOCABULARY = Path(__file__).parents[3] / "ontology" / "govgraph.ttl"
GOOD = """
name = "x"
kind = "dataset"
source = "x"
key = ["t"]
[[columns]]
name = "t"
property = "dct:title"
"""


def test_the_shipped_mappings_are_sound() -> None:
    assert len(shipped()) == len(list(SHIPPED.glob("*.toml"))) >= 7
    assert len({each.source for each in shipped()}) == len(shipped())
    assert len({each.detect for each in shipped()}) == len(shipped())
    for each in shipped():
        assert set(each.title) == {"zh", "en"}


def test_every_property_has_a_vocabulary_a_reader_and_its_list() -> None:
    for name, about in PROPERTIES.items():
        assert name.split(":")[0] in PREFIXES
        assert about.reads in READERS
        assert not about.code_list or about.code_list in code_lists()
        assert (about.reads == "concept") <= bool(about.code_list)


def test_every_word_of_our_own_that_a_mapping_may_use_is_declared() -> None:
    declared = {quad.subject for quad in parse(path=VOCABULARY) if quad.predicate == RDF.type}
    words = [*PROPERTIES, *(kind for each in KINDS.values() for kind in each.types)]
    own = {GOV[name.removeprefix("gov:")] for name in words if name.startswith("gov:")}
    assert own <= declared


WRONG = {
    "no TOML": ("name = ", "no TOML"),
    "an unknown key": (GOOD.replace("source", "sauce"), "“sauce” is not allowed.*source"),
    "an unknown kind": (GOOD.replace('"dataset"', '"data"'), "kind: “data”.*dataset"),
    "an unknown property": (
        GOOD.replace("dct:title", "dct:titel"),
        "property: “dct:titel”.*dct:title",
    ),
    "an unknown list": (GOOD + 'list = "themes"', "list: “themes”.*theme"),
    "an unknown reader": (GOOD + 'reads = "dates"', "reads: “dates”.*date"),
    "an unknown part": (GOOD + 'on = "file"', "on: “file”.*distribution"),
    "an unknown column key": (GOOD + 'colour = "red"', "“colour” is not allowed"),
    "a number for a text": (GOOD.replace('source = "x"', "source = 3"), "source: must be a text"),
    "a text for a flag": (GOOD + 'required = "yes"', "required: must be true or false"),
    "a text for a number": (GOOD + 'pad = "6"', "pad: must be a whole number"),
    "a date form without a part": (GOOD + 'dates = "YYYY-MM-DD"', "write forms like"),
    "no key": (GOOD.replace('key = ["t"]', ""), "key: is needed"),
    "no title": (GOOD.replace("dct:title", "dct:description"), "one must say dct:title"),
    "items of a department": (
        GOOD.replace('"dataset"', '"department"\nrow = "item"').replace("dct:title", "foaf:name"),
        "row: items belong",
    ),
    "a code that is not the key": (
        GOOD + '[[columns]]\nname = "c"\nproperty = "gov:code"',
        "must be the code column c",
    ),
    "a constant without a value": (
        GOOD + '[[constants]]\nproperty = "dct:spatial"',
        "needs a value",
    ),
    "a body without a code": (
        GOOD + '[[provider.departments]]\nname = "a"\nzh = "b"',
        "needs code",
    ),
    "columns as a table": (GOOD.replace("[[columns]]", "[columns]"), r"\[\[columns\]\]"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_mapping_names_the_file_the_key_and_what_is_allowed(case: str) -> None:
    text, message = WRONG[case]
    with pytest.raises(Invalid, match=message) as wrong:
        mapping_from_toml(text, "town.toml")
    assert "town.toml" in wrong.value.en
    assert "town.toml" in wrong.value.zh


def test_a_good_mapping_reads(tmp_path: Path) -> None:
    path = tmp_path / "town.toml"
    path.write_text(GOOD, "utf-8-sig")
    mapping = read_mapping(path)
    assert mapping.detect == ("t",)
    assert mapping.columns[0].says == "dct:title"


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"none\.toml"):
        read_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("code,name", "divisions-provinces"),
        ("code,name,provinceCode", "divisions-cities"),
        ("code,name,cityCode,provinceCode", "divisions-areas"),
        ("code,label", None),
    ],
)
def test_the_most_particular_mapping_wins(tmp_path: Path, header: str, name: str | None) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{header}\n{','.join('1' for _ in header.split(','))}\n")
    found = detect(read_rows(path))
    assert (found.name if found else None) == name
