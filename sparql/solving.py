"""The solutions of a small query, found along the index, and written as the engine writes them.

The engine parses, plans and serialises each text anew, and a join asks for a store of its own. What it
would say of a planned text (`sparql.shapes`) is plain: a row for each way in which quads fit all
patterns at once. Tests hold both to the same bytes.

No step reads more than `TOUCHED` quads, and each row that a step finds is one of them: so the work is
bounded whatever the store holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from json.encoder import encode_basestring as quoted
from typing import IO, Final, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Store,
)

from sparql.lookups import MERGE, NAME_OF_IT, ROOM, TOUCHED, NotSmall, Sheet
from sparql.query import ask
from sparql.shapes import Row, Shape, Shaped, Step, Term

TEXT: Final = "http://www.w3.org/2001/XMLSchema#string"
TRUTH: Final = {True: b'{"head":{},"boolean":true}', False: b'{"head":{},"boolean":false}'}
END: Final = "]}}"


class Unwritten(NotSmall):
    """A term that is left to the engine to write."""


def solved(store: Store, asked: Shaped, most: int) -> tuple[bytes, int]:
    """Give an answer in JSON and the number of its rows; raises NotSmall where it is not small."""
    shape, constants = asked.shape, asked.terms()
    if shape.wide and shape.form == "SELECT":
        return by_engine(store, asked, most)
    rows = alone(store, shape, constants) if shape.alone else joined(store, shape.steps, constants)
    if shape.form == "ASK":
        return TRUTH[any(True for _ in rows)], 1
    return written(rows, shape, most)


def by_engine(store: Store, asked: Shaped, most: int) -> tuple[bytes, int]:
    """Have the engine read and write the rows of one pattern: of two terms each it is the quicker.

    Every row is whole, so each begins in one way, which stands nowhere else: a quotation mark within a text
    is written with a backslash before it.
    """
    sheet = Sheet()
    result = ask(store, asked.text, name=NAME_OF_IT)
    assert isinstance(result, QuerySolutions)
    result.serialize(cast("IO[bytes]", sheet), format=QueryResultsFormat.JSON)
    text = b"".join(sheet.parts)
    rows = text.count(asked.shape.begin)
    if rows > most:
        raise NotSmall
    return text, rows


def alone(store: Store, shape: Shape, constants: Sequence[NamedNode]) -> Iterator[Row]:
    """Give the rows of one pattern as they are read."""
    (step,) = shape.steps
    first, verb, last = [None if each is None else constants[each] for each in step.known]
    quads = fitting(store, first, verb, last)
    return map(step.taken, islice(quads, shape.start, shape.stop))


def joined(store: Store, steps: Iterable[Step], constants: Sequence[NamedNode]) -> list[Row]:
    """Give every way in which quads fit all patterns at once; raises NotSmall past the bounds."""
    rows: list[Row] = [()]
    touched = weight = 0
    for step in steps:
        found: list[Row] = []
        for row in rows:
            for quad in quads_of(store, step, constants, row):
                touched += 1
                weight += len(quad.object.value) if isinstance(quad.object, Literal) else 0
                if touched > TOUCHED or weight > ROOM:
                    raise NotSmall
                if not step.same or all(one(quad) == other(quad) for one, other in step.same):
                    found.append(row + step.taken(quad))
        rows = found
    return rows


def quads_of(store: Store, step: Step, constants: Sequence[NamedNode], row: Row) -> Iterable[Quad]:
    """Read the quads that fit a pattern where a row holds; a literal says nothing, nor relates."""
    first, verb, last = [
        None if each is None else constants[each] if each >= 0 else row[-1 - each]
        for each in step.known
    ]
    if not (first is None or isinstance(first, NamedNode | BlankNode)):
        return ()
    if not (verb is None or isinstance(verb, NamedNode)):
        return ()
    return fitting(store, first, verb, last)


def fitting(
    store: Store, first: NamedNode | BlankNode | None, verb: NamedNode | None, last: Term | None
) -> Iterable[Quad]:
    """Read the quads of the merge that fit; whether a whole one is there takes a third of the time."""
    if first is None or verb is None or last is None:
        return store.quads_for_pattern(first, verb, last, MERGE)
    quad = Quad(first, verb, last, MERGE)
    return (quad,) if quad in store else ()


def written(rows: Iterable[Row], shape: Shape, most: int) -> tuple[bytes, int]:
    """Write rows in JSON and count them; raises NotSmall where they are many or long."""
    parts, size = list[str](), 0
    form, shown = shape.row, shape.shown
    for row in rows:
        part = form % tuple(map(in_json, shown(row)))
        parts.append(part)
        size += len(part)
        if len(parts) > most or size > ROOM:
            raise NotSmall
    text = (shape.head + ",".join(parts) + END).encode()
    if len(text) > ROOM:
        raise NotSmall
    return text, len(parts)


def in_json(term: Term) -> str:
    """Write one term; raises Unwritten."""
    if isinstance(term, NamedNode):
        return f'{{"type":"uri","value":{quoted(term.value)}}}'
    if not isinstance(term, Literal) or term.direction:
        raise Unwritten
    value = quoted(term.value)
    if term.language:
        return f'{{"type":"literal","value":{value},"xml:lang":{quoted(term.language)}}}'
    kind = term.datatype.value
    if kind == TEXT:
        return f'{{"type":"literal","value":{value}}}'
    return f'{{"type":"literal","value":{value},"datatype":{quoted(kind)}}}'
