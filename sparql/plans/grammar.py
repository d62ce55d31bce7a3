"""The part of SPARQL that columns can count: patterns, OPTIONAL, EXISTS and plain filters, grouped.

All or nothing: a text that holds anything else is not read. What is read means the same in rows of
numbers as it does in the algebra (SPARQL 1.1, 18): a variable is the same in two places where the
terms are the same (`sameTerm`), which numbers of terms tell; a filter is true, false or in error, as
SQL's is true, false or NULL. Where a variable may be unbound, nothing else may hang on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from sparql.plans.tokens import Token

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
BOOLEAN = "<http://www.w3.org/2001/XMLSchema#boolean>"
TESTS = {"ISIRI": "iri", "ISURI": "iri", "ISLITERAL": "literal", "ISBLANK": "blank"}


class Unread(Exception):
    """The text is not in this part of SPARQL."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, without its mark."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A term as N-Triples write it."""

    text: str


Node = Variable | Constant


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple pattern."""

    subject: Node
    predicate: Node
    object: Node

    @property
    def variables(self) -> frozenset[str]:
        """Give the names of its variables."""
        nodes = (self.subject, self.predicate, self.object)
        return frozenset(each.name for each in nodes if isinstance(each, Variable))


@dataclass(frozen=True, slots=True)
class Test:
    """A condition on one variable: what is asked of it, and the terms or the text it is held to."""

    what: str  # iri, literal, blank, bound, same, language
    variable: str
    against: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Logic:
    """Conditions put together by "and", "or", "not"."""

    how: str
    parts: tuple[Condition, ...]


Condition = Test | Logic


def tested(condition: Condition) -> frozenset[str]:
    """Give the variables that a condition is about."""
    if isinstance(condition, Test):
        return frozenset((condition.variable,))
    return frozenset[str]().union(*(tested(each) for each in condition.parts))


@dataclass(slots=True)
class Group:
    """A group: patterns, filters, and what may or must (not) be there besides."""

    patterns: list[Pattern] = field(default_factory=list)
    filters: list[Condition] = field(default_factory=list)
    optional: list[Group] = field(default_factory=list)
    exists: list[tuple[bool, Group]] = field(default_factory=list)
    fresh: list[str] = field(
        default_factory=list
    )  # variables that an OPTIONAL was the first to name

    @property
    def certain(self) -> frozenset[str]:
        """Give the variables that every solution binds."""
        return frozenset[str]().union(*(each.variables for each in self.patterns))

    @property
    def possible(self) -> frozenset[str]:
        """Give the variables that only some solutions bind."""
        return frozenset(self.fresh)

    @property
    def variables(self) -> frozenset[str]:
        """Give all that can be bound."""
        return self.certain | self.possible

    @property
    def sound(self) -> bool:
        """Say whether it means the same in whatever order its parts are put together.

        What only an OPTIONAL binds may stand in no other part; filters see only what is there.
        """
        shared = len(set(self.fresh)) < len(self.fresh) or not self.certain.isdisjoint(self.fresh)
        inner = [each for _, each in self.exists]
        return (
            bool(self.patterns)
            and not shared
            and all(tested(each) <= self.variables for each in self.filters)
            and all(each.certain.isdisjoint(self.possible) for each in inner)
            and all(tested(test) <= each.certain for each in inner for test in each.filters)
        )


class Reader:
    """Reads tokens one after the other; raises Unread at the first that it does not know."""

    def __init__(self, tokens: Sequence[Token], prefixes: dict[str, str], at: int) -> None:
        """Begin at a place among the tokens."""
        self.tokens = tokens
        self.prefixes = prefixes
        self.at = at

    @property
    def token(self) -> Token:
        """Give the token at hand; an empty one at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else Token("end", "", -1, -1)

    def next(self) -> Token:
        """Take the token at hand."""
        found = self.token
        if found.kind == "end":
            raise Unread
        self.at += 1
        return found

    def has(self, *said: str) -> bool:
        """Take some words or marks where they are next."""
        ahead = self.tokens[self.at : self.at + len(said)]
        if [each.said for each in ahead if each.kind in {"word", "mark"}] != list(said):
            return False
        self.at += len(said)
        return True

    def must(self, *said: str) -> None:
        """Take some words or marks that have to be next."""
        if not self.has(*said):
            raise Unread

    def variable(self) -> str:
        """Take a variable."""
        found = self.next()
        if found.kind != "variable":
            raise Unread
        return found.said[1:]

    # Terms -----------------------------------------------------------------------------------

    def iri(self) -> str:
        """Take an IRI, in full or with a prefix."""
        found = self.next()
        if found.kind == "iri":
            return written(found.said[1:-1])
        if found.kind != "name":
            raise Unread
        prefix, colon, local = found.said.partition(":")
        if prefix + colon not in self.prefixes:
            raise Unread
        return written(self.prefixes[prefix + colon] + local)

    def node(self) -> Node:
        """Take a variable, an IRI or a plain literal."""
        if self.token.kind == "variable":
            return Variable(self.variable())
        if self.token.kind == "string":
            return Constant(self.literal())
        if self.token.said in {"TRUE", "FALSE"} and self.token.kind == "word":
            return Constant(f'"{self.next().said.lower()}"^^{BOOLEAN}')
        return Constant(self.iri())

    def literal(self) -> str:
        """Take a string, with or without a language; one with a type is not read."""
        text = self.plain()
        if self.token.said == "^^":
            raise Unread
        if self.token.kind == "language":
            return str(Literal(text, language=self.next().said[1:].lower()))
        return str(Literal(text))

    def plain(self) -> str:
        """Take a short string that needs no escapes."""
        said = self.next().said
        text = said[1:-1]
        if said[:1] not in {'"', "'"} or "\\" in text or said[:3] in {'"""', "'''"}:
            raise Unread
        if not text.isprintable():
            raise Unread
        return text

    # Patterns --------------------------------------------------------------------------------

    def group(self, *, inner: bool = False) -> Group:
        """Take a group in its brackets; an inner one holds patterns and filters alone."""
        self.must("{")
        found = Group()
        while not self.has("}"):
            if self.has("FILTER"):
                self.filter(found, inner=inner)
            elif not inner and self.has("OPTIONAL"):
                found.optional.append(self.beside(found))
            else:
                self.block(found)
            self.has(".")
        if not (found.patterns if inner else found.sound):
            raise Unread
        return found

    def beside(self, group: Group) -> Group:
        """Take what is optional: it hangs on what stands before it, its filters on itself alone."""
        found = self.group(inner=True)
        held = all(tested(each) <= found.certain for each in found.filters)
        if not held or not found.certain & group.certain:
            raise Unread
        group.fresh += found.certain - group.certain
        return found

    def block(self, group: Group) -> None:
        """Take a subject with all that is said of it."""
        subject = self.node()
        if isinstance(subject, Constant) and subject.text[0] == '"':
            raise Unread
        while True:
            verb = self.verb()
            group.patterns.append(Pattern(subject, verb, self.node()))
            while self.has(","):
                group.patterns.append(Pattern(subject, verb, self.node()))
            if not self.has(";"):
                return
            if self.token.said in {".", "}"}:
                return

    def verb(self) -> Node:
        """Take a predicate; a path is none."""
        if self.token.said == "A" and self.token.kind == "word":
            self.next()
            return Constant(TYPE)
        found = Variable(self.variable()) if self.token.kind == "variable" else Constant(self.iri())
        if self.token.said in {"/", "|", "*", "+", "^"} and self.token.kind == "mark":
            raise Unread
        return found

    # Filters ---------------------------------------------------------------------------------

    def filter(self, group: Group, *, inner: bool) -> None:
        """Take what follows the word FILTER."""
        if self.token.said in {"NOT", "EXISTS"} and not inner:
            wanted = not self.has("NOT")
            self.must("EXISTS")
            group.exists.append((wanted, self.group(inner=True)))
        elif self.token.said == "(":
            self.must("(")
            group.filters.append(self.either())
            self.must(")")
        else:
            group.filters.append(self.test())

    def either(self) -> Condition:
        """Take conditions joined by `||`."""
        parts = [self.both()]
        while self.has("||"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Logic("or", tuple(parts))

    def both(self) -> Condition:
        """Take conditions joined by `&&`."""
        parts = [self.single()]
        while self.has("&&"):
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else Logic("and", tuple(parts))

    def single(self) -> Condition:
        """Take one condition, a denied one, or one in brackets."""
        if self.has("!"):
            return Logic("not", (self.single(),))
        if self.has("("):
            found = self.either()
            self.must(")")
            return found
        return self.test()

    def test(self) -> Condition:
        """Take a condition on one variable."""
        if self.token.kind == "variable":
            return self.compared(self.variable())
        word = self.next().said
        self.must("(")
        name = self.variable()
        self.must(")")
        if word == "LANG":
            return self.spoken(name)
        if word == "BOUND":
            return Test("bound", name)
        if word not in TESTS:
            raise Unread
        return Test(TESTS[word], name)

    def compared(self, name: str) -> Condition:
        """Take what a variable is compared with: IRIs, by `=`, `!=`, `IN`, `NOT IN`."""
        if self.has("="):
            return Test("same", name, (self.iri(),))
        if self.has("!="):
            return Logic("not", (Test("same", name, (self.iri(),)),))
        denied = self.has("NOT")
        self.must("IN", "(")
        listed = [self.iri()]
        while self.has(","):
            listed.append(self.iri())
        self.must(")")
        found = Test("same", name, tuple(listed))
        return Logic("not", (found,)) if denied else found

    def spoken(self, name: str) -> Condition:
        """Take what a language is compared with."""
        denied = self.has("!=")
        if not denied:
            self.must("=")
        found = Test("language", name, (self.plain(),))
        if self.token.kind == "language" or self.token.said == "^^":
            raise Unread
        return Logic("not", (found,)) if denied else found


def written(iri: str) -> str:
    """Give an IRI as N-Triples write it."""
    try:
        return str(NamedNode(iri))
    except ValueError:
        raise Unread from None
