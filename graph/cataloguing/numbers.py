"""Resource codes that are given out: which there are, and the next one of a classification.

Codes are asked of the strictest view and of all drafts, ended ones too: a number once given is
never given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from ontology.resource_codes import ResourceCode, next_code
from ontology.terms import DCT


def used(store: Store) -> Iterator[str]:
    """Give every identifier in a view."""
    for quad in store.quads_for_pattern(None, DCT.identifier, None, DefaultGraph()):
        if isinstance(quad.object, Literal):
            yield quad.object.value


def proposed(classification: str, store: Store, drafted: Iterable[str]) -> ResourceCode:
    """Give the code after the highest of a classification; raises Invalid for a malformed one."""
    return next_code(classification, (*used(store), *drafted))


def holder(store: Store, code: str, but: str) -> str:
    """Give the IRI of another entry that has that code, "" where none has."""
    found = store.quads_for_pattern(None, DCT.identifier, Literal(code), DefaultGraph())
    others = (quad.subject.value for quad in found if isinstance(quad.subject, NamedNode))
    return next((iri for iri in others if iri != but), "")
