"""What the engine asks us of a literal whose type it does not know: its number, its type.

Values are compared and added as numbers; a term stays what it is where it is only passed on. A number
that is none of its type (300 as a byte) has no value, as SPARQL has it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.views.exact import Exact, typed
from ontology.exact import NAMES, XSD, is_folded, is_of

Term = NamedNode | BlankNode | Literal | Triple
Function = Callable[..., Term | None]

INTEGER: Final = XSD + "integer"
STRING: Final = XSD + "string"
NOTHING: Final = Literal("")  # no number: what it is added to or compared with is in error
VALUE, REST, KIND, TYPED, FITTING = "value", "rest", "kind", "typed", "fitting"
LEAST, MOST, SUM = "least", "most", "sum"


def number_of(exact: Exact, term: Term) -> int | None:
    """Give the number of a literal that was laid under its type; None for every other term."""
    if not isinstance(term, Literal) or not (local := exact.local(term)):
        return None
    number = int(term.value)
    return number if is_of(number, local) else None


def functions(exact: Exact) -> dict[NamedNode, Function]:
    """Give the functions that a rewritten text calls."""

    def value(term: Term) -> Term:
        number = number_of(exact, term)
        return term if number is None else typed(str(number), INTEGER)

    def rest(term: Term) -> Term:
        return typed("0", INTEGER) if isinstance(term, Literal) and exact.local(term) else term

    def kind(term: Term) -> Term | None:
        if not isinstance(term, Literal):
            return None
        local = exact.local(term)
        return NamedNode(XSD + local) if local else term.datatype

    def given(text: Term, datatype: Term) -> Term | None:
        if not isinstance(text, Literal) or not isinstance(datatype, NamedNode):
            return None
        if text.datatype.value != STRING:
            return None
        return exact.laid(Literal(text.value, datatype=datatype))

    def fitting(found: Term, own: Term) -> Term:
        return own if number_of(exact, own) is not None and value(own) == found else found

    every: dict[str, Function] = {
        VALUE: value,
        REST: rest,
        KIND: kind,
        TYPED: given,
        FITTING: fitting,
    }
    return {NamedNode(exact.head + name): each for name, each in every.items()}


@dataclass(slots=True)
class Outermost:
    """Finds the least or the greatest of the literals that were laid under their types."""

    exact: Exact
    sign: int
    found: Literal | None = None
    number: int = 0

    def accumulate(self, term: Term) -> None:
        """Look at one more term."""
        number = number_of(self.exact, term)
        if number is None or not isinstance(term, Literal):
            return
        if self.found is None or self.sign * number > self.sign * self.number:
            self.found, self.number = term, number

    def finish(self) -> Term:
        """Give it."""
        return self.found or NOTHING


@dataclass(slots=True)
class Total:
    """Adds up the different literals that were laid under their types: each once."""

    exact: Exact
    terms: set[Term] = field(default_factory=set)

    def accumulate(self, term: Term) -> None:
        """Look at one more term."""
        if isinstance(term, Literal) and self.exact.local(term):
            self.terms.add(term)

    def finish(self) -> Term:
        """Give the sum."""
        numbers = [number_of(self.exact, each) for each in self.terms]
        whole = [each for each in numbers if each is not None]
        return (
            Literal(str(sum(whole)), datatype=NamedNode(INTEGER))
            if len(whole) == len(numbers)
            else NOTHING
        )


Aggregate = Callable[[], Outermost | Total]


def aggregates(exact: Exact) -> dict[NamedNode, Aggregate]:
    """Give the aggregates that a rewritten text calls."""
    every: dict[str, Aggregate] = {
        LEAST: lambda: Outermost(exact, -1),
        MOST: lambda: Outermost(exact, 1),
        SUM: lambda: Total(exact),
    }
    return {NamedNode(exact.head + name): each for name, each in every.items()}


def is_laid(text: str, datatype: str) -> bool:
    """Say whether a literal that a text names is laid under its type."""
    return datatype in NAMES and is_folded(text, NAMES[datatype])
