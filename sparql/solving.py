"""The solutions of a small query, found from its quads here, and written as the engine writes them.

The engine parses, plans and serialises each text anew, and a join asks for a store of its own. For a
few patterns without literals, of which all variables that are shown are bound, what it would say is
plain: a row for each way in which quads fit all patterns at once. Tests hold both to the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from json.encoder import encode_basestring as quoted
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

Term = NamedNode | BlankNode | Literal | Triple
Row = dict[str, Term]
Pattern = tuple[str | Term, str | Term, str | Term]  # a variable by its name, or a term

TEXT: Final = "http://www.w3.org/2001/XMLSchema#string"
TRUTH: Final = {True: b'{"head":{},"boolean":true}', False: b'{"head":{},"boolean":false}'}


class Unwritten(Exception):
    """A term that is left to the engine to write."""


def joined(patterns: Iterable[Pattern], quads: Sequence[Quad]) -> list[Row]:
    """Give every way in which quads fit all patterns at once."""
    rows: list[Row] = [{}]
    for pattern in patterns:
        places = [(at, each) for at, each in enumerate(pattern) if isinstance(each, str)]
        wanted = [(at, each) for at, each in enumerate(pattern) if not isinstance(each, str)]
        fitting = [terms for terms in map(terms_of, quads) if fits(terms, wanted)]
        ways = (bound(row, places, terms) for row in rows for terms in fitting)
        rows = [each for each in ways if each is not None]
    return rows


def terms_of(quad: Quad) -> tuple[Term, ...]:
    """Give what a quad says."""
    return quad.subject, quad.predicate, quad.object


def fits(terms: Sequence[Term], wanted: Iterable[tuple[int, Term]]) -> bool:
    """Say whether terms have what is wanted in its places."""
    return all(terms[at] == each for at, each in wanted)


def bound(row: Row, places: Iterable[tuple[int, str]], terms: Sequence[Term]) -> Row | None:
    """Give a row with the variables of one more pattern bound; None where that contradicts it."""
    found = dict(row)
    for at, name in places:
        if found.setdefault(name, terms[at]) != terms[at]:
            return None
    return found


def alone(pattern: Pattern, quads: Iterable[Quad], start: int, stop: int | None) -> Iterator[Row]:
    """Give the rows of one pattern, no variable of it twice, as they are read."""
    places = [(at, each) for at, each in enumerate(pattern) if isinstance(each, str)]
    for quad in islice(quads, start, stop):
        terms = quad.subject, quad.predicate, quad.object
        yield {name: terms[at] for at, name in places}


def head(names: Sequence[str]) -> str:
    """Give how an answer in JSON begins."""
    return f'{{"head":{{"vars":[{",".join(map(quoted, names))}]}},"results":{{"bindings":['


END: Final = b"]}}"


def row_in_json(row: Mapping[str, Term], names: Iterable[str]) -> str:
    """Write one row; raises Unwritten."""
    return "{" + ",".join([f'"{name}":{in_json(row[name])}' for name in names]) + "}"


def in_json(term: Term) -> str:
    """Write one term; raises Unwritten."""
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{quoted(term.value)}}}'
    if not isinstance(term, Literal):
        raise Unwritten
    value = quoted(term.value)
    if term.direction:
        raise Unwritten
    if term.language:
        return f'{{"type":"literal","value":{value},"xml:lang":{quoted(term.language)}}}'
    if term.datatype.value == TEXT:
        return f'{{"type":"literal","value":{value}}}'
    return f'{{"type":"literal","value":{value},"datatype":{quoted(term.datatype.value)}}}'
