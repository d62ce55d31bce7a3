"""Texts that differ in nothing but the IRIs between pointed brackets have one shape.

Programs ask the same of one thing after another. A shape is read by the grammar of look-ups and
planned once; from the next text of that shape only its IRIs are taken. What is planned is what
`sparql.solving` can solve: no literal, every variable that is shown bound, and each pattern hanging on
a constant or on what patterns before it found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import Any, Final, NamedTuple

from pyoxigraph import NamedNode

from sparql.lookups import (
    KEYWORD_OF_TYPE,
    LONGEST,
    TYPE,
    Lookup,
    NotSmall,
    Pattern,
    footing,
    is_variable,
    node,
    read,
)

Said = Sequence[Any]  # subject, verb and object, in that order, in whatever form a source has them
Row = tuple[Any, ...]  # the terms of variables, in the order in which they are bound

KEPT: Final = 512  # shapes that are kept
SLOT = re.compile(r'<([A-Za-z][A-Za-z0-9+.\-]*+:[^<>"{}|^`\\\x00-\x20]*+)>', re.ASCII)
STAND_IN: Final = "slot:"  # an IRI of this scheme stands for one that each text names itself


class Constant(NamedTuple):
    """An IRI of a shape: what a text names at `slot`, with `local` after it; `a` where `slot` is None."""

    slot: int | None
    local: str


@dataclass(frozen=True, slots=True)
class Step:
    """One pattern: what is known of its places before, and what the triples that fit it bind.

    `known` has for each place the number of a constant (0, 1, …), of a variable that is bound by
    then (-1, -2, …), or None. `taken` gives what a triple binds; `same` the places that hold the same.
    """

    known: tuple[int | None, int | None, int | None]
    taken: Callable[[Said], Row]
    same: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """How texts of one shape are solved.

    `row` has a place for each term that is shown, `begin` is how every row begins, and `shown`
    gives those terms from a row.
    `alone` says that one pattern is all and each triple that fits is a row, of which `start` are
    passed over and none is read from `stop` on. `wide` says that such a row has two terms or more, and the
    engine writes them in the order in which they are shown.
    """

    form: str
    constants: tuple[Constant, ...]
    steps: tuple[Step, ...]
    head: bytes
    row: bytes
    begin: bytes
    shown: Callable[[Row], Row]
    alone: bool
    wide: bool
    start: int
    stop: int | None


@dataclass(frozen=True, slots=True)
class Shaped:
    """A text: its shape, and the IRIs that it names."""

    text: str
    shape: Shape
    iris: tuple[str, ...]

    def named(self) -> tuple[str, ...]:
        """Give the IRIs that the patterns name; `a` names none."""
        iris = self.iris
        return tuple([iris[slot] + more for slot, more in self.shape.constants if slot is not None])

    def terms(self) -> list[NamedNode]:
        """Give the constants of the patterns; raises NotSmall for what is no IRI."""
        iris = self.iris
        constants = self.shape.constants
        return [TYPE if slot is None else node(iris[slot] + more) for slot, more in constants]


def shaped(text: str) -> Shaped | None:
    """Read a text as one that can be solved; None for every other one."""
    if len(text) > LONGEST:
        return None
    pieces = SLOT.split(text)
    shape = shape_of(tuple(pieces[::2]))
    return None if shape is None else Shaped(text, shape, tuple(pieces[1::2]))


@lru_cache(KEPT)
def shape_of(pieces: tuple[str, ...]) -> Shape | None:
    """Read what stands around the IRIs of a text; None where what it asks cannot be solved."""
    slots = [f"<{STAND_IN}{number}>" for number in range(len(pieces) - 1)]
    pairs = zip(pieces, [*slots, ""], strict=True)
    lookup = read("".join(each for pair in pairs for each in pair))
    if lookup is None or not lookup.plain:
        return None
    try:
        return Plan(lookup.prefixes).shape(lookup)
    except NotSmall:
        return None


@dataclass(slots=True)
class Plan:
    """Puts the patterns of a look-up in order, and numbers what they name."""

    prefixes: dict[str, str]
    constants: dict[Constant, int] = field(default_factory=dict)
    bound: dict[str, int] = field(default_factory=dict)

    def shape(self, lookup: Lookup) -> Shape:
        """Plan a look-up; raises NotSmall where a pattern hangs on nothing."""
        steps = tuple(self.step(each) for each in self.ordered(lookup))
        stop = None if lookup.limit is None else lookup.offset + lookup.limit
        return Shape(
            form=lookup.form,
            constants=tuple(self.constants),
            steps=steps,
            head=head(lookup.shown),
            row=("{" + ",".join(f'"{name}":%b' for name in lookup.shown) + "}").encode(),
            begin=f'{{"{lookup.shown[0]}":{{"type":'.encode() if lookup.shown else b"",
            shown=showing([self.bound[name] for name in lookup.shown]),
            alone=lookup.alone,
            wide=lookup.alone and len(self.bound) > 1 and not lookup.star,
            start=lookup.offset,
            stop=stop,
        )

    def ordered(self, lookup: Lookup) -> Iterable[Pattern]:
        """Give the patterns, each after those that it hangs on; raises NotSmall where there are none."""
        waiting = list(lookup.patterns)
        while waiting:
            pattern = max(waiting, key=self.footing)
            if not self.footing(pattern) and not lookup.alone:
                raise NotSmall
            waiting.remove(pattern)
            yield pattern

    def footing(self, pattern: Pattern) -> int:
        """Say how firmly a pattern hangs on what is bound."""
        return footing(pattern, self.bound)

    def step(self, pattern: Pattern) -> Step:
        """Plan one pattern, and note what it binds."""
        known = [self.number(each) for each in pattern]
        new, same = dict[str, int](), list[tuple[int, int]]()
        for place, (token, number) in enumerate(zip(pattern, known, strict=True)):
            if number is None and (first := new.setdefault(token[1:], place)) != place:
                same.append((first, place))
        for name in new:
            self.bound[name] = len(self.bound)
        return Step((known[0], known[1], known[2]), showing(tuple(new.values())), tuple(same))

    def number(self, token: str) -> int | None:
        """Give the number of a constant or of a variable that is bound, None for another variable."""
        if is_variable(token):
            return -1 - self.bound[token[1:]] if token[1:] in self.bound else None
        return self.constants.setdefault(self.constant(token), len(self.constants))

    def constant(self, token: str) -> Constant:
        """Read a constant; raises NotSmall for a prefix that is not declared."""
        if token == KEYWORD_OF_TYPE:
            return Constant(None, "")
        if token[0] == "<":
            return Constant(int(token[1:-1].removeprefix(STAND_IN)), "")
        prefix, colon, local = token.partition(":")
        if prefix + colon not in self.prefixes:
            raise NotSmall
        return Constant(int(self.prefixes[prefix + colon].removeprefix(STAND_IN)), local)


def showing(numbers: Sequence[int]) -> Callable[[Sequence[Any]], Row]:
    """Give what takes the terms of some places from a row or a triple."""
    if len(numbers) == 1:
        (only,) = numbers
        return lambda row: (row[only],)
    return itemgetter(*numbers) if numbers else lambda _: ()


def head(names: Sequence[str]) -> bytes:
    """Give how an answer in JSON begins."""
    told = ",".join(map(quoted, names))
    return f'{{"head":{{"vars":[{told}]}},"results":{{"bindings":['.encode()
