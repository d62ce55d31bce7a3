"""Statements of one entry as they gather: N-Triples lines by clearance, subjects in order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pyoxigraph import Literal, NamedNode, Triple

from graph.ledger.entries import Entry
from ontology.clearance import Clearance
from ontology.terms import RDF, XSD

Term = NamedNode | Literal


class Statements:
    """A gathering of statements about one root and the things it owns."""

    def __init__(self, root: NamedNode, clearance: Clearance) -> None:
        """Begin with nothing said of `root`; what is added stands at `clearance` unless told."""
        self.root = root
        self.clearance = clearance
        self.lines: dict[Clearance, dict[str, None]] = {}
        self.subjects: dict[str, None] = {root.value: None}

    def say(
        self,
        subject: NamedNode,
        predicate: NamedNode,
        *objects: Term | None,
        least: Clearance = Clearance.OPEN,
    ) -> None:
        """Add a statement for each object that is not None, at the stricter of two clearances."""
        clearance = max(self.clearance, least, key=lambda each: each.rank)
        for each in objects:
            if each is not None:
                line = f"{Triple(subject, predicate, each)} ."
                self.lines.setdefault(clearance, {})[line] = None
                self.subjects[subject.value] = None

    def type(
        self, subject: NamedNode, *classes: NamedNode, least: Clearance = Clearance.OPEN
    ) -> None:
        """Say what a thing is."""
        self.say(subject, RDF.type, *classes, least=least)

    def entry(self, kind: str, code: str, title: str) -> Entry:
        """Close the gathering."""
        lines = {each: tuple(said) for each, said in self.lines.items()}
        root = self.root.value
        return Entry(kind, code, root, code, title, tuple(self.subjects), lines)


def text(value: str, language: str) -> Literal | None:
    """Give a literal in a language, or None for nothing."""
    return Literal(value, language=language) if value else None


def texts(values: Iterable[str], language: str) -> tuple[Literal, ...]:
    """Give a literal in a language for each value."""
    return tuple(Literal(value, language=language) for value in values)


def plain(value: str) -> Literal | None:
    """Give a string, or None for nothing."""
    return Literal(value) if value else None


def number(value: int) -> Literal:
    """Give an xsd:integer."""
    return Literal(str(value), datatype=XSD.integer)


def decimal(value: float) -> Literal:
    """Give an xsd:decimal."""
    return Literal(f"{value:g}", datatype=XSD.decimal)


def day(value: date) -> Literal:
    """Give an xsd:date, or an xsd:dateTime (Shanghai time) where the hour is known."""
    if isinstance(value, datetime):
        return Literal(f"{value.isoformat()}+08:00", datatype=XSD.dateTime)
    return Literal(value.isoformat(), datatype=XSD.date)


def year(value: int) -> Literal:
    """Give an xsd:gYear."""
    return Literal(str(value), datatype=XSD.gYear)
