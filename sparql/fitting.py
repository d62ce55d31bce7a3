"""Values as the profile wants them: made to fit where the meaning is certain, else left out."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from pyoxigraph import Literal, NamedNode

from graph.ledger.digest import short_digest
from ontology.terms import DCT, XSD
from sparql.portable import legal
from sparql.profile import LEXICAL, Rule

Term = NamedNode | Literal
EARLIEST = frozenset({DCT.issued})  # of several dates the first; elsewhere the greatest value
NUMBERS = frozenset({XSD.decimal, XSD.nonNegativeInteger})
EXACT = 40  # digits of a number that is written out


def kept(name: NamedNode, rule: Rule, values: list[Term]) -> list[Term]:
    """Give no more values than the rule allows: the same ones every time."""
    if rule.most is None or len(values) <= rule.most:
        return values
    named = [value for value in values if isinstance(value, NamedNode)]
    ordered = sorted(named if rule.kind and named else values, key=str)
    return ordered[: rule.most] if name in EARLIEST else ordered[-rule.most :]


def typed(value: Term, datatype: NamedNode) -> Literal | None:
    """Give a value in a datatype, None where it says nothing in it."""
    if not isinstance(value, Literal):
        return None
    text = value.value.strip()
    if datatype in NUMBERS:
        text = plain_number(text, whole=datatype == XSD.nonNegativeInteger)
    if not LEXICAL[datatype].fullmatch(text):
        return None
    return (
        value
        if (text, datatype) == (value.value, value.datatype)
        else Literal(text, datatype=datatype)
    )


def plain_number(text: str, *, whole: bool) -> str:
    """Write a number without an exponent, a whole one without a fraction; else give it back."""
    if text.isascii() and text.isdigit():
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > EXACT:
        return ""
    if whole:
        return str(int(number)) if number == int(number) and number >= 0 else ""
    return format(number, "f")


def address_in(literal: Literal) -> NamedNode | None:
    """Give the IRI that was written as a text, None where the text is none."""
    text = literal.value.strip()
    return NamedNode(text) if "://" in text and legal(text) else None


def things(literals: list[Literal]) -> list[list[Literal]]:
    """Part texts into the things they stand for: one text in several languages is one thing."""
    languages = [each.language for each in literals]
    if None not in languages and len(set(languages)) == len(languages):
        return [literals] if literals else []
    return [[each] for each in literals]


def part_name(owner: NamedNode, name: NamedNode, values: Sequence[Literal]) -> NamedNode:
    """Give a name to the thing that a text stood for: the same for the same text."""
    word = name.value.replace("#", "/").rsplit("/", 1)[-1]
    joint = "-" if "#" in owner.value else "#"
    said = "\n".join(sorted(map(str, values)))
    return NamedNode(f"{owner.value}{joint}{word}-{short_digest(said)}")
