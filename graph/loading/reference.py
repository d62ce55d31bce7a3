"""The reference source: our vocabulary and the code lists, as entries like any others.

They come from `ontology/`, so an instance that is started with a newer release takes the newer
words in by the same load that everything else goes through.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import ontology
from graph.ledger.entries import Delivery, Entry
from ontology.clearance import Clearance
from ontology.terms import CODES, DCT, RDFS, SKOS

SOURCE = "reference"
TITLES = ("Vocabulary and code lists", "词汇与代码表")
KINDS = {"theme": "theme", "division": "district"}  # lists whose concepts have pages of a kind


def deliveries() -> Iterator[Delivery]:
    """Give the vocabulary's terms and the concepts of all code lists."""
    folder = Path(ontology.__file__).parent
    for path in (folder / "govgraph.ttl", *sorted((folder / "codes").glob("*.ttl"))):
        yield from deliveries_of(path)


def deliveries_of(path: Path) -> Iterator[Delivery]:
    """Give an entry for each subject of a Turtle file of ours, which has no blank nodes."""
    about: dict[str, list[Triple]] = {}
    for quad in parse(path=str(path), format=RdfFormat.TURTLE):
        assert isinstance(quad.subject, NamedNode), f"{path}: a blank node as a subject"
        about.setdefault(quad.subject.value, []).append(quad.triple)
    for iri, statements in about.items():
        yield Delivery(entry=entry_of(iri, statements))


def entry_of(iri: str, statements: list[Triple]) -> Entry:
    """Give the entry of one term or concept."""
    return Entry(
        kind=kind_of(iri, statements),
        key=iri,
        iri=iri,
        code=code_of(iri),
        title=title_of(statements) or iri,
        subjects=(iri,),
        lines={Clearance.OPEN: tuple(sorted(f"{each} ." for each in statements))},
    )


def code_of(iri: str) -> str:
    """Give a code that is unique within a kind: a concept's with the name of its list."""
    name = iri.rstrip("#/").rsplit("#", 1)[-1]
    parts = [part for part in name.split("/") if part]
    code_list = parts[-2] if len(parts) > 1 else ""
    return parts[-1] if code_list in {"", *KINDS} else f"{code_list}.{parts[-1]}"


def kind_of(iri: str, statements: list[Triple]) -> str:
    """Say what page a concept has: themes and divisions have their own, the rest are concepts."""
    in_list = any(each.predicate == SKOS.inScheme for each in statements)
    if not in_list:
        return "term"
    name = iri.removeprefix(CODES).split("/", 1)[0]
    return KINDS.get(name, "concept")


def title_of(statements: list[Triple]) -> str:
    """Give the Chinese name."""
    names = (SKOS.prefLabel, DCT.title, RDFS.label)
    for each in statements:
        value = each.object
        if each.predicate in names and isinstance(value, Literal) and value.language == "zh":
            return value.value
    return ""
