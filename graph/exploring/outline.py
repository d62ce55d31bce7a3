"""What kinds of things a view holds and how they lead to one another, seen on a few of each.

Classes and their counts are known (`graph.views.counts`); which properties lead from one class to another
is looked at on the first `SAMPLED` things of each class: a sketch, and told to be one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import NamedNode, Store

from graph.exploring.links import MERGE, types
from ontology.edges import DETAILS
from ontology.terms import CSVW, OWL, PROV, RDF, RDFS, SH, SKOS

SAMPLED = 24  # things of a class that are looked at
STATEMENTS = 100  # of each
CLASSES = 24
# What words and lists are made of: told in the vocabulary's own pages.
WORDS = frozenset(
    term.value
    for term in (
        SKOS.Concept,
        SKOS.ConceptScheme,
        RDF.Property,
        OWL.Class,
        OWL.ObjectProperty,
        OWL.DatatypeProperty,
        OWL.Ontology,
        PROV.Derivation,
        PROV.Entity,
        RDFS.Class,
        SH.NodeShape,
        SH.PropertyShape,
        CSVW.TableSchema,
    )
)


@dataclass(frozen=True, slots=True)
class Leads:
    """That things of one class lead to things of another, and over which property."""

    source: str
    term: str
    target: str


def classes(counts: Mapping[str, int]) -> list[str]:
    """Give the classes worth drawing, the most frequent first."""
    fitting = (each for each in counts if each not in WORDS and counts[each] > 0)
    return sorted(fitting, key=lambda each: (-counts[each], each))[:CLASSES]


def counted(store: Store, most: int) -> dict[str, int]:
    """Count things by class among the first `most` that are typed: where nobody has counted."""
    quads = islice(store.quads_for_pattern(None, RDF.type, None, MERGE), most)
    return dict(Counter(each.object.value for each in quads if isinstance(each.object, NamedNode)))


def leads(store: Store, of_classes: Iterable[str]) -> list[Leads]:
    """Give how the things of some classes lead to one another."""
    within = set(of_classes)
    found: dict[Leads, None] = {}
    for each in sorted(within):
        for member in sampled(store, each):
            found.update(dict.fromkeys(leads_of(store, each, member, within)))
    return list(found)


def sampled(store: Store, of_class: str) -> list[NamedNode]:
    """Give the first things of a class."""
    quads = store.quads_for_pattern(None, RDF.type, NamedNode(of_class), MERGE)
    return [each.subject for each in islice(quads, SAMPLED) if isinstance(each.subject, NamedNode)]


def leads_of(store: Store, of_class: str, member: NamedNode, within: set[str]) -> Iterable[Leads]:
    """Yield how one thing leads to things of some classes."""
    for quad in islice(store.quads_for_pattern(member, None, None, MERGE), STATEMENTS):
        end, term = quad.object, quad.predicate.value
        if isinstance(end, NamedNode) and term not in DETAILS:
            for target in within.intersection(types(store, end.value)):
                yield Leads(of_class, term, target)
