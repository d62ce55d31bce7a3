"""What base libraries tell apart and that is no person: legal persons, addresses and streets."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from graph.ledger.entries import Entry
from graph.sample.names import Town
from graph.sample.specs import Thing
from graph.sample.statements import Statements, text
from ontology.clearance import Clearance
from ontology.terms import CODES, DCT, FOAF, GOV

DISTRICT = 6  # characters of a street's code that name its district
CLASSES = {
    "legal-person": GOV.LegalPerson,
    "address": GOV.StandardAddress,
    "street": DCT.Location,
}
LIBRARIES = {"legal-person": "legal-person", "address": "geography", "street": "geography"}


def instance_entries(town: Town) -> Iterator[tuple[str, Entry, int]]:
    """Give each thing with the source of the library that keeps it."""
    for each in town.content.things:
        owner = town.content.libraries[LIBRARIES[each.kind]].owner
        yield owner, instance_entry(town, each), 1


def instance_entry(town: Town, spec: Thing) -> Entry:
    """Give the entry of one thing: its names, its code, where it is."""
    root = town.id(spec.kind, spec.code)
    said = Statements(root, Clearance.OPEN)
    said.type(root, CLASSES[spec.kind])
    name = FOAF.name if spec.kind == "legal-person" else DCT.title
    said.say(root, name, text(spec.zh, "zh"), text(spec.en, "en"))
    said.say(root, GOV.code, Literal(spec.code))
    said.say(root, GOV.baseLibrary, town.id("library", LIBRARIES[spec.kind]))
    if spec.kind == "legal-person":
        said.say(root, GOV.creditCode, Literal(spec.code))
    if spec.address:
        said.say(root, DCT.spatial, town.id("address", spec.address))
    if spec.street:
        said.say(root, DCT.isPartOf, town.id("street", spec.street))
    if spec.kind == "street":
        division = NamedNode(f"{CODES}division/{spec.code[:DISTRICT]}")
        said.say(root, DCT.isPartOf, division)
    return said.entry(spec.kind, spec.code, spec.zh)
