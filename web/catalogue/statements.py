"""Statements as rows: a property in people's words and its values in the reader's language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from flask_babel import gettext as _
from pyoxigraph import NamedNode

from ontology.terms import RDF, XSD, shortened
from web.catalogue.names import Names, Term
from web.catalogue.pages import Row, Statements, Value
from web.catalogue.reading import DEEPEST, INCOMING, STATEMENTS, Thing
from web.catalogue.words import property_name, reading_order
from web.page import PageUrl, open_pager

LONGEST = 2_000  # characters of one value
PLAIN = {XSD.string.value, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}


def everything(thing: Thing, url: Callable[[str, str], PageUrl]) -> Statements:
    """Give all that the graph says of a thing and all that points at it, a page of each."""
    own, incoming = thing.statements[:STATEMENTS], thing.incoming[:INCOMING]
    place = thing.place
    return Statements(
        id="statements",
        title=_("All statements"),
        rows=rows(own, thing.names),
        pager=open_pager(
            number=place.statements,
            size=STATEMENTS,
            shown=len(own),
            more=len(thing.statements) > STATEMENTS and place.statements < DEEPEST,
            url=url("statements", "statements"),
        ),
        incoming=rows(((name, NamedNode(subject)) for subject, name in incoming), thing.names),
        incoming_pager=open_pager(
            number=place.incoming,
            size=INCOMING,
            shown=len(incoming),
            more=len(thing.incoming) > INCOMING and place.incoming < DEEPEST,
            url=url("incoming", "incoming"),
        ),
    )


def rows(statements: Iterable[tuple[str, Term]], names: Names) -> tuple[Row, ...]:
    """Group statements by property, in the order people want to read them."""
    grouped: dict[str, list[Term]] = defaultdict(list)
    for name, value in statements:
        grouped[name].append(value)
    return tuple(row(name, grouped[name], names) for name in sorted(grouped, key=reading_order))


def row(name: str, terms: Iterable[Term], names: Names) -> Row:
    """Put one property and its values into words."""
    raw = name == RDF.type.value
    values = [value(term, names, raw=raw) for term in terms]
    spoken = {names.language: 0, "": 1}
    ordered = sorted(values, key=lambda each: (spoken.get(each.lang, 2), each.lang, each.text))
    return Row(property_name(name), name, shortened(name), tuple(ordered))


def value(term: Term, names: Names, *, raw: bool = False) -> Value:
    """Put one value into words; a class (`raw`) is shown by its short name."""
    if isinstance(term, NamedNode):
        if raw:
            return Value(shortened(term.value), href=term.value)
        link = names.link(term.value)
        lang = "" if link.text.lang == names.language else link.text.lang
        return Value(link.text.value, lang, link.url)
    text = term.value if len(term.value) <= LONGEST else term.value[:LONGEST] + "…"
    datatype = "" if term.datatype.value in PLAIN else shortened(term.datatype.value)
    return Value(text, term.language or "", "", datatype)
