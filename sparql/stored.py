"""A store as a source of triples, and its terms in the JSON that the engine writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from json.encoder import encode_basestring as quoted
from typing import Final, cast

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from sparql.lookups import MERGE, NotSmall
from sparql.query import Term
from sparql.shapes import Said

TEXT: Final = "http://www.w3.org/2001/XMLSchema#string"


class Unwritten(NotSmall):
    """A term that is left to the engine to write."""


@dataclass(frozen=True, slots=True)
class FromStore:
    """What the merge of a store says."""

    store: Store

    def term(self, node: NamedNode) -> Term:
        """Give an IRI: the terms are the store's own."""
        return node

    def fitting(self, first: Term | None, verb: Term | None, last: Term | None) -> Iterable[Said]:
        """Read the quads of the merge that fit; a literal says nothing, nor relates.

        Their places are read by number, as `Quad` allows. Whether a whole one is there takes a third of
        the time.
        """
        if not (first is None or isinstance(first, NamedNode | BlankNode)):
            return ()
        if not (verb is None or isinstance(verb, NamedNode)):
            return ()
        if first is None or verb is None or last is None:
            return cast("Iterator[Said]", self.store.quads_for_pattern(first, verb, last, MERGE))
        quad = Quad(first, verb, last, MERGE)
        return ((first, verb, last),) if quad in self.store else ()

    def weight(self, term: Term) -> int:
        """Count the characters of a literal."""
        return len(term.value) if isinstance(term, Literal) else 0

    def in_json(self, term: Term) -> bytes:
        """Write one term; raises Unwritten."""
        if isinstance(term, NamedNode):
            return f'{{"type":"uri","value":{quoted(term.value)}}}'.encode()
        if not isinstance(term, Literal) or term.direction:
            raise Unwritten
        value, kind = quoted(term.value), term.datatype.value
        if term.language:
            more = f',"xml:lang":{quoted(term.language)}'
        else:
            more = "" if kind == TEXT else f',"datatype":{quoted(kind)}'
        return f'{{"type":"literal","value":{value}{more}}}'.encode()
