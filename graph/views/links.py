"""How the classes of a view are joined, and what leads out of it: counted by property, and kept exact.

A link is a statement as the schema sees it: the class of its subject, its property, the class of its
object ("" for text, and for what has no class). Something of two classes counts for both. A statement
leads out where its object is a concept of a list, or a thing of which the view itself says no class:
it counts by its property and the space of names of its object. What a change may alter are the
statements it names and, where a class came or went, those that name its thing: each is counted as it
was and as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from ontology.terms import (
    AUTHORITY,
    CODES,
    DCAT,
    FOAF,
    GOV,
    OWL,
    RDF,
    RDFS,
    SKOS,
    VCARD,
)

MERGE = DefaultGraph()
HELD = 200_000  # things whose classes are remembered at once
MOST = 50_000  # statements beyond which counting anew is the better way
NONE = ("",)

# What leads to a document, a mailbox, a list or a word of a vocabulary leads to no thing of another dataset.
NO_THING: Final = frozenset(
    each.value
    for each in (
        *(DCAT.accessURL, DCAT.downloadURL, DCAT.landingPage),
        *(DCAT.endpointURL, DCAT.endpointDescription),
        *(FOAF.page, FOAF.homepage, FOAF.mbox, FOAF.phone),
        *(VCARD.hasEmail, VCARD.hasTelephone, VCARD.hasURL),
        *(SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept, GOV.xsdType),
    )
)
SCHEMA: Final = (RDF.iri, RDFS.iri, OWL.iri)
# A list of concepts, or a site and the first part of its path: the names of one dataset begin alike.
SPACE: Final = re.compile(
    rf"(?:{re.escape(CODES)}|{re.escape(AUTHORITY)})[^/#]+/|\w+://[^/]+/(?:[^/]+/)?"
)
LISTS: Final = (CODES, AUTHORITY)

Link = tuple[str, str, str]
Outward = tuple[str, str]  # a property, and the space of names that it leads to
Node = NamedNode | BlankNode | Literal | Triple


class TooMany(Exception):
    """A change touches more than is worth following."""


@dataclass(slots=True)
class Classes:
    """The classes of things, as a store has them."""

    store: Store
    _held: dict[NamedNode, tuple[str, ...]] = field(default_factory=dict)

    def of(self, node: Node) -> tuple[str, ...]:
        """Give the classes of a thing; none for text."""
        if not isinstance(node, NamedNode):
            return ()
        found = self._held.get(node)
        if found is None:
            typed = self.store.quads_for_pattern(node, RDF.type, None, MERGE)
            found = tuple(each.object.value for each in typed if isinstance(each.object, NamedNode))
            if len(self._held) >= HELD:
                self._held.clear()
            self._held[node] = found
        return found

    def links(self, statement: Quad | Triple) -> Iterator[Link]:
        """Give the links that a statement stands for."""
        if statement.predicate == RDF.type:
            return
        verb = statement.predicate.value
        objects = self.of(statement.object) or NONE
        for subject in self.of(statement.subject):
            for object_ in objects:
                yield subject, verb, object_

    def outward(self, statement: Quad | Triple) -> Outward | None:
        """Give the way on which a statement leads out of the view; None where it does not."""
        object_, verb = statement.object, statement.predicate.value
        if not isinstance(object_, NamedNode) or verb in NO_THING or verb.startswith(SCHEMA):
            return None
        found = SPACE.match(object_.value)
        if found is None:
            return None
        listed = found[0].startswith(
            LISTS
        )  # though the view tells of concepts, their lists are others'
        within = _named(statement.subject).startswith(found[0])
        return None if within or (not listed and self.of(object_)) else (verb, found[0])


def _named(node: Node) -> str:
    return node.value if isinstance(node, NamedNode) else ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Statements by the classes of their ends, and those that lead out by the space they lead to."""

    links: dict[Link, int]
    outward: dict[Outward, int]


def shifted(known: Joined, before: Store, after: Store, touched: Iterable[Triple]) -> Joined:
    """Give the links after a change that touched these statements and no others; raises TooMany."""
    links, outward = Counter(known.links), Counter(known.outward)
    concerned = affected(before, after, touched)
    for store, sign in ((before, -1), (after, 1)):
        classes = Classes(store)
        for each in held(store, concerned):
            for link in classes.links(each):
                links[link] += sign
            if way := classes.outward(each):
                outward[way] += sign
    return Joined(dict(+links), dict(+outward))


def held(store: Store, statements: Iterable[Triple]) -> set[Quad]:
    """Give those of some statements that a store holds, as it writes them: each once."""
    return {
        quad
        for each in statements
        for quad in store.quads_for_pattern(each.subject, each.predicate, each.object, MERGE)
    }


def affected(before: Store, after: Store, touched: Iterable[Triple]) -> set[Triple]:
    """Give the statements whose links a change may have altered."""
    found = set(touched)
    things = {each.subject for each in found if each.predicate == RDF.type}
    for thing in things:
        for store in (before, after):
            for quads in (
                store.quads_for_pattern(thing, None, None, MERGE),
                store.quads_for_pattern(None, None, thing, MERGE),
            ):
                for quad in quads:
                    found.add(quad.triple)
                    if len(found) > MOST:
                        raise TooMany
    return found
