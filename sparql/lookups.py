"""Look-ups are answered where the page is; whatever is not provably one goes to a child.

A query is a look-up when it is written in the small grammar below (SELECT or ASK over a few plain
patterns: no FILTER, OPTIONAL, path, group, DISTINCT, ORDER) and its work is bounded in one of two
ways, whatever plan the engine chooses:

- *one pattern, no variable twice*: each order of the three positions is an index of the store, so
  every next row costs one step of a cursor. Rows are read lazily and given up past `ROOM` bytes.
- *several patterns*, each hanging on a constant or on a variable of another one: what the patterns
  can touch is collected first, step by step along the index, and given up past `TOUCHED` quads. The
  query is then asked of a store in memory that holds just those quads, and of that only when what
  each pattern *by itself* matches there multiplies to no more than `JOINED`: that product bounds
  every intermediate result of every order in which the patterns can be joined.

The text is never parsed by the engine unless the grammar has read all of it, and the grammar has
neither nesting nor anything else that the guard would refuse.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import IO, Final, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    Store,
)

from graph.views.exact import exact_of, exact_store
from sparql.exact.reading import Solutions
from sparql.formats import Format
from sparql.query import Term, ask
from sparql.workers.cutting import RowCutter, cutter_for

LONGEST: Final = 2048  # characters of a text that is looked at
LARGEST: Final = 4 * LONGEST  # bytes that it may have
PATTERNS: Final = 8
ROWS: Final = 500  # rows of an answer
ROOM: Final = 128 * 1024  # bytes of an answer
SKIPPED: Final = 500  # rows that OFFSET may pass over
TOUCHED: Final = 300  # quads that the patterns of a join may touch
JOINED: Final = 2_000  # the product of the patterns' matches
NAME_OF_IT: Final = "look-up"  # under which the store's queries are counted

IRI = r'<[A-Za-z][A-Za-z0-9+.\-]*+:[^<>"{}|^`\\\x00-\x20]*+>'
END = r"(?=[\s;,}]|\.(?:[\s}]|$)|$)"  # a name must end where the engine's own reading ends it
NAME = rf"(?:[A-Za-z][A-Za-z0-9_]*+)?+:[A-Za-z0-9_][A-Za-z0-9_\-]*+{END}"
VARIABLE = r"[?$][A-Za-z_][A-Za-z0-9_]*+"
BOUND = rf"{VARIABLE}{END}"
LITERAL = rf'"[^"\\\r\n]*+"(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+|\^\^(?:{IRI}|{NAME}))?+{END}'
SUBJECT = rf"(?:{IRI}|{NAME}|{BOUND})"
OBJECT = rf"(?:{IRI}|{NAME}|{BOUND}|{LITERAL})"
VERB = rf"(?:a(?=\s)|{IRI}|{NAME}|{BOUND})"
SAID = rf"{VERB}\s+{OBJECT}(?:\s*,\s*{OBJECT})*"
BLOCK = rf"{SUBJECT}\s+{SAID}(?:\s*;\s*{SAID})*"
PREFIX = rf"(?i:PREFIX)\s+((?:[A-Za-z][A-Za-z0-9_]*+)?+:)\s*({IRI})\s*"
SHOWN = rf"(?P<shown>\*|{VARIABLE}(?:\s+{VARIABLE})*+)"
FORM = rf"(?:(?P<ask>(?i:ASK))|(?i:SELECT)\s+{SHOWN})"
BODY = rf"(?P<body>{BLOCK}(?:\s*\.\s*{BLOCK})*)"
GROUP = rf"\{{\s*{BODY}\s*\.?\s*\}}"
CUT = r"(?:(?i:LIMIT)\s+(?P<limit>[0-9]{1,6})\s*)?(?:(?i:OFFSET)\s+(?P<offset>[0-9]{1,6})\s*)?"
QUERY = re.compile(
    rf"(?P<prologue>\s*(?:{PREFIX})*){FORM}\s*(?:(?<=\s)(?i:WHERE)\s*)?{GROUP}\s*{CUT}", re.ASCII
)
PREFIXES = re.compile(PREFIX, re.ASCII)
TOKENS = re.compile(rf"{IRI}|{LITERAL}|{VARIABLE}|{NAME}|a(?=\s)|[.;,]", re.ASCII)
SEPARATORS: Final = ".;,"  # after the first a subject follows, then a verb, then an object
KEYWORD_OF_TYPE: Final = "a"
TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
MERGE = DefaultGraph()

Pattern = tuple[str, str, str]  # subject, predicate and object as they are written


class NotSmall(Exception):
    """The query is not a look-up after all: a child has to answer it."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A text that the grammar has read: its form, its patterns, and what cuts its rows."""

    text: str
    form: str
    prefixes: dict[str, str]
    shown: tuple[str, ...]  # variables without their mark; none for ASK
    patterns: tuple[Pattern, ...]
    limit: int | None
    offset: int
    star: bool = False  # whether it showed whatever there is; `text` names it since

    @property
    def plain(self) -> bool:
        """Whether its patterns hold no literal, and each variable shown is one of theirs, and shown once."""
        tokens = {each for pattern in self.patterns for each in pattern}
        if any(each[0] == '"' for each in tokens):
            return False
        if self.form == "ASK":
            return self.limit is None and self.offset == 0
        names = {each[1:] for each in tokens if is_variable(each)}
        once = len(set(self.shown)) == len(self.shown) > 0
        return once and names.issuperset(self.shown)

    @property
    def alone(self) -> bool:
        """Whether one pattern is all, and every row it finds is a row of the answer."""
        return len(self.patterns) == 1 and unrepeated(self.patterns[0], self.shown)


def read(text: str) -> Lookup | None:
    """Read a text as a look-up; None where the grammar does not know it, or it could be large."""
    if len(text) > LONGEST or (found := QUERY.fullmatch(text)) is None:
        return None
    prologue, asks, shown, body, limit, offset = found.group(
        "prologue", "ask", "shown", "body", "limit", "offset"
    )
    said = PREFIXES.findall(prologue)
    prefixes = {name: iri[1:-1] for name, iri in said}
    if len(prefixes) < len(said):
        return None  # which of two holds is the engine's to say
    patterns = patterns_of(body)
    variables = shown.split() if shown else []
    if shown == "*":  # in the order in which they are met, not by the alphabet
        variables = [*dict.fromkeys(f"?{v[1:]}" for one in patterns for v in one if is_variable(v))]
        begin, end = found.span("shown")
        text = text[:begin] + (" ".join(variables) or "*") + text[end:]
    lookup = Lookup(
        text,
        "ASK" if asks else "SELECT",
        prefixes,
        tuple(each[1:] for each in variables),
        patterns,
        None if limit is None else int(limit),
        int(offset or 0),
        star=shown == "*",
    )
    return lookup if may_be_small(lookup) else None


def patterns_of(body: str) -> tuple[Pattern, ...]:
    """Give the patterns of a body that the grammar has read."""
    found: list[Pattern] = []
    place, subject, verb = 0, "", ""
    for each in TOKENS.findall(body):
        if each in SEPARATORS:
            place = SEPARATORS.index(each)
        elif place == 0:
            subject, place = each, 1
        elif place == 1:
            verb, place = each, 2
        else:
            found.append((subject, verb, each))
    return tuple(found)


def may_be_small(lookup: Lookup) -> bool:
    """Say whether it is worth a try: whether what it asks for hangs on something named."""
    if lookup.offset > SKIPPED or len(lookup.patterns) > PATTERNS:
        return False
    if not lookup.alone:
        return lookup.limit is None and lookup.offset == 0
    first, _, last = lookup.patterns[0]
    few = lookup.form == "ASK" or (lookup.limit is not None and lookup.limit <= ROWS)
    return few or not is_variable(first) or not is_variable(last)


def unrepeated(pattern: Pattern, shown: tuple[str, ...]) -> bool:
    """Say whether no row of the pattern is passed over, and none is empty."""
    variables = [each[1:] for each in pattern if is_variable(each)]
    return len(set(variables)) == len(variables) and set(shown) <= set(variables)


def footing(pattern: Pattern, known: Container[str]) -> int:
    """Say how firmly a pattern hangs on known variables: 0 not at all, 4 by a constant subject."""
    first, _, last = pattern
    if not is_variable(first):
        return 4
    if first[1:] in known:
        return 3
    if is_variable(last):
        return int(last[1:] in known)
    return 0 if last[0] == '"' else 2


def is_variable(token: str) -> bool:
    """Say whether a token is a variable."""
    return token[0] in "?$"


def is_open(token: str) -> bool:
    """Say whether a token names no IRI: a variable, or a literal."""
    return token[0] in '?$"'


# Answering -------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sheet:
    """What an answer is written on; it has room for a small one."""

    parts: list[bytes] = field(default_factory=list)
    size: int = 0

    def write(self, chunk: bytes) -> int:
        """Take what the engine wrote; raises NotSmall when there is no room."""
        self.size += len(chunk)
        if self.size > ROOM:
            raise NotSmall
        self.parts.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Nothing: it is all here."""


def answered(store: Store, lookup: Lookup, chosen: Format, rows: int) -> tuple[bytes, int]:
    """Answer a look-up with its bytes and the number of its rows; raises NotSmall.

    More than `rows` rows are not small either: an answer that has to be cut is cut by a child.
    """
    asked = store if lookup.alone else touched(store, lookup)
    try:
        result = ask(asked, lookup.text, name=NAME_OF_IT)
    except (SyntaxError, OSError, ValueError):
        raise NotSmall from None  # what is wrong is told where every fault is told
    engine = chosen.engine
    assert isinstance(engine, QueryResultsFormat)
    assert isinstance(result, QuerySolutions | Solutions | QueryBoolean)
    sheet = Sheet()
    result.serialize(cast("IO[bytes]", sheet), format=engine)
    text = b"".join(sheet.parts)
    if isinstance(result, QueryBoolean):
        return text, 1
    return text, counted(cutter_for(chosen.name, min(rows, ROWS), ROOM), text)


def counted(cutter: RowCutter, text: bytes) -> int:
    """Count the rows of an answer as a child counts them; raises NotSmall where they are many."""
    cutter.passed(text)
    if cutter.full:
        raise NotSmall
    return cutter.rows


def touched(store: Store, lookup: Lookup) -> Store:
    """Give a store of all that the patterns of a look-up can touch; raises NotSmall."""
    found = exact_store(Store(), exact_of(store))
    found.extend(Walk(store, lookup.prefixes).along(lookup.patterns))
    return found


@dataclass(slots=True)
class Walk:
    """A walk from the constants of a query along its patterns, bounded at every step.

    `reached` holds, for each variable, all terms that it can have in a solution: the terms in its
    place of every quad that one of its patterns can match. So every quad of a solution is found.
    """

    store: Store
    prefixes: dict[str, str]
    reached: dict[str, list[Term]] = field(default_factory=dict)
    quads: list[Quad] = field(default_factory=list)
    size: int = 0  # characters of literals among them

    def along(self, patterns: Sequence[Pattern]) -> list[Quad]:
        """Give every quad that can be part of a solution; raises NotSmall when they are many.

        Where a pattern matches nothing there is no solution, and no quad is part of one.
        """
        waiting = list(patterns)
        while waiting:
            pattern = max(waiting, key=self.footing)
            if not self.footing(pattern):
                raise NotSmall
            waiting.remove(pattern)
            if not self.matches(pattern):
                return []
        found = list(dict.fromkeys(self.quads))
        if prod(self.alone(each, found) for each in patterns) > JOINED:
            raise NotSmall
        return found

    def alone(self, pattern: Pattern, quads: Iterable[Quad]) -> int:
        """Count the quads that a pattern could match by itself; a literal counts as a variable."""
        wanted = [None if is_open(each) else self.named(each) for each in pattern]
        first, verb, last = wanted
        return sum(
            (first is None or quad.subject == first)
            and (verb is None or quad.predicate == verb)
            and (last is None or quad.object == last)
            for quad in quads
        )

    def footing(self, pattern: Pattern) -> int:
        """Say how firmly a pattern hangs on what was reached."""
        return footing(pattern, self.reached)

    def matches(self, pattern: Pattern) -> list[Quad]:
        """Find what a pattern can match; raises NotSmall past what may be touched."""
        before = len(self.quads)
        for quad in self.candidates(pattern):
            self.quads.append(quad)
            self.size += len(quad.object.value) if isinstance(quad.object, Literal) else 0
            if len(self.quads) > TOUCHED or self.size > ROOM:
                raise NotSmall
        found = self.quads[before:]
        first, _, last = pattern
        self.reach(first, (quad.subject for quad in found))
        self.reach(last, (quad.object for quad in found))
        return found

    def candidates(self, pattern: Pattern) -> Iterator[Quad]:
        """Read quads from the index: by each subject that is known, else by each object."""
        first, verb, last = pattern
        predicate = None if is_variable(verb) else self.named(verb)
        subjects, objects = self.terms(first), self.terms(last)
        if subjects is None:
            for each in objects or ():
                yield from self.store.quads_for_pattern(None, predicate, each, MERGE)
            return
        only = objects[0] if objects and not is_variable(last) else None
        for each in subjects:
            if isinstance(each, NamedNode | BlankNode):
                yield from self.store.quads_for_pattern(each, predicate, only, MERGE)

    def terms(self, token: str) -> list[Term] | None:
        """Give the terms that a place of a pattern can have; None where that is not known."""
        if is_variable(token):
            return self.reached.get(token[1:])
        return None if token[0] == '"' else [self.named(token)]

    def reach(self, token: str, terms: Iterable[Term]) -> None:
        """Note what a variable can be, the first time it is met."""
        if is_variable(token) and token[1:] not in self.reached:
            self.reached[token[1:]] = list(dict.fromkeys(terms))

    def named(self, token: str) -> NamedNode:
        """Give the IRI that is written in full, with a prefix, or as `a`; raises NotSmall."""
        if token == KEYWORD_OF_TYPE:
            return TYPE
        if token[0] == "<":
            return node(token[1:-1])
        prefix, colon, local = token.partition(":")
        if prefix + colon not in self.prefixes:
            raise NotSmall
        return node(self.prefixes[prefix + colon] + local)


def node(iri: str) -> NamedNode:
    """Give an IRI; raises NotSmall for what is none: the engine will say so."""
    try:
        return NamedNode(iri)
    except ValueError:
        raise NotSmall from None
