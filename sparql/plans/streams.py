"""A CONSTRUCT that cannot give a triple twice is written as it is found, and nothing is remembered.

The engine keeps every triple it has given, so as to give none twice (`copies`). Two forms of text are
known to need no such memory, whatever the data:

- *One pattern and its filters.* The rows of one pattern differ in its variables, and a filter only
  takes rows away; so a triple of the template that has all of those variables differs from row to
  row. The engine finds the rows (`SELECT *`), LIMIT and OFFSET are its own.
- *A star*: patterns of one subject, among them one that names a class or a value, each with its own
  variables; more of them OPTIONAL. Subjects come off the index of that one, each once; the patterns
  of a subject are looked up by it. A triple of the template that has the variables of one of them is
  given once for each of its matches.

In both no two triples of the template may meet: in one of their places they have different names.
The grammar is that of look-ups, and reads a text to its last sign or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pyoxigraph import BlankNode, NamedNode, Quad, QuerySolutions, Store, Triple

from sparql import lookups
from sparql.lookups import (
    BODY,
    LONGEST,
    MERGE,
    PREFIX,
    PREFIXES,
    NotSmall,
    Walk,
)
from sparql.query import Term, ask

WORDS: Final = BODY.replace("(?P<body>", "(?:")
STRING: Final = r'"[^"\\\r\n]*+"|\'[^\'\\\r\n]*+\''
SIGN: Final = rf"{lookups.IRI}|{STRING}|<(?=[\s=?$0-9])|[^()<\"'{{}}#\\]"
INNER: Final = rf"\((?:{SIGN})*+\)"
INNER_TWO: Final = rf"\((?:{INNER}|{SIGN})*+\)"
INNER_THREE: Final = rf"\((?:{INNER_TWO}|{SIGN})*+\)"
END: Final = r"\s*+(?:\.\s*+)?"  # what stands behind a pattern: read once, never twice
OPEN, CLOSE = r"\{\s*+", r"\}\s*+"
FILTER: Final = rf"(?i:FILTER)\s*+(?:[A-Za-z]++\s*+)?{INNER_THREE}{END}"
MAYBE: Final = rf"(?i:OPTIONAL)\s*+{OPEN}{WORDS}{END}{CLOSE}(?:\.\s*+)?"
CUT: Final = r"(?:(?i:LIMIT)\s+\d{1,9}\s*+)?(?:(?i:OFFSET)\s+\d{1,9}\s*+)?"
STREAM = re.compile(
    rf"(?P<prologue>\s*+(?:{PREFIX})*)"
    rf"(?P<form>(?i:CONSTRUCT)\s*+(?:{OPEN}(?P<template>{WORDS}){END}{CLOSE})?)"
    rf"(?:(?i:WHERE)\s*+)?{OPEN}(?P<patterns>{WORDS}){END}(?P<filters>(?:{FILTER})*+)"
    rf"(?P<maybe>(?:{MAYBE})*+){CLOSE}"
    rf"(?P<cut>{CUT})(?:\#[^\r\n]*+\s*+)?",
    re.ASCII,
)
MAYBES = re.compile(MAYBE, re.ASCII)
EVERYTHING: Final = "SELECT *\n"

Said = tuple[NamedNode | str, ...]  # a triple as it is read: names, and variables by theirs
Place = NamedNode | int  # a name, or which term of a match


@dataclass(frozen=True, slots=True)
class Wish:
    """A CONSTRUCT that was read: its patterns, those that need not match, and its template."""

    patterns: tuple[Said, ...]
    maybe: tuple[Said, ...]
    template: tuple[Said, ...]
    rows: str  # the same text, asking for rows
    whole: bool  # whether it has neither filters nor LIMIT nor OFFSET


@dataclass(frozen=True, slots=True)
class Shape:
    """One triple of the template, filled from the matches of one pattern."""

    places: tuple[Place, ...]
    of: int  # the pattern's place; HEAD where only the subject of a star varies
    same: bool = False  # whether it is that pattern as it is


HEAD: Final = -1


def streamed(text: str, store: Store) -> Iterator[Triple] | None:
    """Give the triples of a text as they are found; None where one could come twice."""
    wish = read(text)
    if wish is None or meet(wish.template):
        return None
    if len(wish.patterns) == 1 and not wish.maybe:
        return _by_rows(wish, store)
    return _by_subjects(wish, store) if wish.whole else None


# Reading -------------------------------------------------------------------------------------------


def read(text: str) -> Wish | None:
    """Read a text; None where the grammar does not know it."""
    if len(text) > LONGEST or (found := STREAM.fullmatch(text)) is None:
        return None
    said = PREFIXES.findall(found["prologue"])
    prefixes = {name: iri[1:-1] for name, iri in said}
    parts = MAYBES.findall(found["maybe"])
    if len(prefixes) < len(said) or (found["template"] is None and (found["filters"] or parts)):
        return None
    start, end = found.span("form")
    with suppress(NotSmall):  # what is wrong with a name is the engine's to say
        patterns = _said(found["patterns"], prefixes)
        maybe = [_said(each[each.index("{") + 1 : each.rindex("}")], prefixes) for each in parts]
        template = _said(found["template"], prefixes) if found["template"] else patterns
        if all(len(each) == 1 for each in maybe):
            return Wish(
                patterns=patterns,
                maybe=tuple(each for (each,) in maybe),
                template=tuple(dict.fromkeys(template)),
                rows=f"{text[:start]}{EVERYTHING}{text[end:]}",
                whole=not found["cut"] and not found["filters"],
            )
    return None


def _said(body: str, prefixes: Mapping[str, str]) -> tuple[Said, ...]:
    """Read patterns; raises NotSmall for a name that is none, and a literal: those the engine compares."""
    walk = Walk(Store(), dict(prefixes))
    patterns = lookups.patterns_of(body)
    if any(token[0] == '"' for each in patterns for token in each):
        raise NotSmall
    named = [[_read(token, walk) for token in each] for each in patterns]
    return tuple(tuple(each) for each in named)


def _read(token: str, walk: Walk) -> NamedNode | str:
    return token[1:] if lookups.is_variable(token) else walk.named(token)


def meet(template: Sequence[Said]) -> bool:
    """Say whether two triples of a template could be the same one."""
    return any(
        not any(_differ(*places) for places in zip(one, other, strict=True))
        for at, one in enumerate(template)
        for other in template[:at]
    )


def _differ(one: NamedNode | str, other: NamedNode | str) -> bool:
    return isinstance(one, NamedNode) and isinstance(other, NamedNode) and one != other


def variables(said: Said) -> frozenset[str]:
    """Give the names of a triple's variables."""
    return frozenset(each for each in said if isinstance(each, str))


def _places(triple: Said, pattern: Said) -> tuple[Place, ...]:
    """Say which term of a pattern's match, or which name, stands in each place of a triple."""
    return tuple(pattern.index(each) if isinstance(each, str) else each for each in triple)


def _triple(places: Sequence[Place], match: Sequence[Term | None]) -> Triple | None:
    """Fill a triple; None where a term cannot stand in its place, as the standard has it."""
    subject, predicate, object_ = [
        match[each] if isinstance(each, int) else each for each in places
    ]
    if not isinstance(subject, NamedNode | BlankNode) or not isinstance(predicate, NamedNode):
        return None
    return None if object_ is None else Triple(subject, predicate, object_)


# One pattern ---------------------------------------------------------------------------------------


def _by_rows(wish: Wish, store: Store) -> Iterator[Triple] | None:
    """Give the template for each row that the engine finds."""
    (pattern,) = wish.patterns
    wanted = variables(pattern)
    if not wanted or any(variables(each) != wanted for each in wish.template):
        return None
    try:
        found = ask(store, wish.rows)
    except SyntaxError:
        return None  # a fault is told of the text as it was sent
    assert isinstance(found, QuerySolutions)
    columns = tuple(each.value for each in found.variables)
    return _of_rows(found, [_places(each, columns) for each in wish.template])


def _of_rows(rows: QuerySolutions, shapes: Sequence[tuple[Place, ...]]) -> Iterator[Triple]:
    for row in rows:
        terms = tuple(row)
        for places in shapes:
            if (triple := _triple(places, terms)) is not None:
                yield triple


# A star --------------------------------------------------------------------------------------------


def _by_subjects(wish: Wish, store: Store) -> Iterator[Triple] | None:
    """Give the template for each subject of a star."""
    every = (*wish.patterns, *wish.maybe)
    if not is_star(every):
        return None
    alone = frozenset(each for each in every[0][:1] if isinstance(each, str))
    heads = [at for at, each in enumerate(wish.patterns) if variables(each) == alone]
    shapes = [_shape(each, every, alone) for each in wish.template]
    if not heads or None in shapes:
        return None
    star = Star(store, every, len(wish.patterns), [each for each in shapes if each])
    return star.triples(star.shortest(heads))


def is_star(patterns: Sequence[Said]) -> bool:
    """Say whether all patterns have one subject, a variable, and no other variable twice."""
    subject = patterns[0][0]
    names = [each for _, *rest in patterns for each in rest if isinstance(each, str)]
    return (
        isinstance(subject, str)
        and all(each[0] == subject for each in patterns)
        and subject not in names
        and len(set(names)) == len(names)
    )


def _shape(triple: Said, patterns: Sequence[Said], alone: frozenset[str]) -> Shape | None:
    """Say which pattern has the variables of a triple; None where none has them all and no more."""
    wanted = variables(triple)
    if wanted == alone:
        return Shape(_places(triple, patterns[0]), HEAD)
    for at, each in enumerate(patterns):
        if variables(each) == wanted:
            return Shape(_places(triple, each), at, triple == each)
    return None


@dataclass(frozen=True, slots=True)
class Star:
    """Patterns of one subject, read subject by subject off the index; the first `must` have to match."""

    store: Store
    patterns: Sequence[Said]
    must: int
    shapes: Sequence[Shape]

    def line(self, at: int, subject: NamedNode | BlankNode | None = None) -> Iterator[Quad]:
        """Read what a pattern matches, of one subject or of all."""
        _, *names = self.patterns[at]
        predicate, object_ = [each if isinstance(each, NamedNode) else None for each in names]
        return self.store.quads_for_pattern(subject, predicate, object_, MERGE)

    def shortest(self, heads: Sequence[int]) -> int:
        """Give the head with the fewest subjects: the first whose line is at its end."""
        lines = {at: self.line(at) for at in heads}
        while len(lines) > 1:
            for at, line in lines.items():
                if next(line, None) is None:
                    return at
        return heads[0]

    def triples(self, head: int) -> Iterator[Triple]:
        """Give the triples of each subject of a head: none of them stands there twice."""
        for first in self.line(head):
            found = self.matches(first, head)
            if found is None:
                continue
            for shape in self.shapes:
                for quad in (first,) if shape.of == HEAD else found[shape.of]:
                    triple = quad.triple if shape.same else _triple(shape.places, tuple(quad))
                    if triple is not None:
                        yield triple

    def matches(self, first: Quad, head: int) -> list[list[Quad]] | None:
        """Give what each pattern matches of a subject; None where one that has to matches nothing."""
        shown = {each.of for each in self.shapes}
        found: list[list[Quad]] = []
        subject = first.subject
        assert isinstance(subject, NamedNode | BlankNode)
        for at in range(len(self.patterns)):
            line = self.line(at, subject)
            matched = [first] if at == head else list(line) if at in shown else [*islice(line, 1)]
            if not matched and at < self.must:
                return None
            found.append(matched)
        return found
