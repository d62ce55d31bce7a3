"""The pages under /ns as records: the words of `ontology`, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass

from ontology.code_lists import CodeList, Concept, code_lists
from ontology.terms import CODES, PREFIXES, shortened
from ontology.vocabulary import Field, Shape, Term, groups, label_of, shapes, terms, vocabulary
from web.page import Link, Text

SUFFIXES = (("Turtle", "ttl"), ("RDF/XML", "rdf"), ("JSON-LD", "jsonld"), ("N-Triples", "nt"))
SHAPES = CODES + "shape/"


@dataclass(frozen=True, slots=True)
class TermRow:
    """A class or property. `other` is its name in the other language."""

    name: str
    curie: str
    iri: str
    label: Text
    other: Text
    comment: str
    above: tuple[Link, ...]
    domain: tuple[Link, ...]
    range: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    """A code list: its name, where it is shown, how many concepts it has."""

    link: Link
    name: str
    count: int
    description: str


@dataclass(frozen=True, slots=True)
class VocabularyPage:
    """The first page: every term, and the ways to lists, shapes and context."""

    title: str
    description: str
    iri: str
    version: str
    licence: str
    formats: tuple[tuple[str, str], ...]
    classes: tuple[TermRow, ...]
    properties: tuple[TermRow, ...]
    lists: tuple[ListRow, ...]


@dataclass(frozen=True, slots=True)
class ConceptRow:
    """A concept: both names, what else it is called, what stands above it or took its place.

    `address` leads to the authority whose concept it is; to its own row where it is ours.
    """

    notation: str
    iri: str
    address: str
    label: Text
    other: Text
    also: tuple[str, ...]
    definition: str
    above: Link | None
    successor: Link | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One code list."""

    name: str
    title: str
    description: str
    iri: str
    formats: tuple[tuple[str, str], ...]
    concepts: tuple[ConceptRow, ...]
    defined: bool
    layered: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """What is asked of one property. `grave` is True where the entry could not be shown."""

    label: str
    curie: str
    iri: str
    group: str
    help: str
    message: str
    grave: bool


@dataclass(frozen=True, slots=True)
class ShapeRow:
    """The shape of a kind of entry, or a rule across properties with its sentence."""

    name: str
    label: str
    targets: tuple[Link, ...]
    message: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class ShapesPage:
    """All shapes and rules."""

    iri: str
    formats: tuple[tuple[str, str], ...]
    shapes: tuple[ShapeRow, ...]
    rules: tuple[ShapeRow, ...]


def vocabulary_page(language: str) -> VocabularyPage:
    """Give the first page in `language`."""
    about = vocabulary()
    rows = [(each.is_class, term_row(each, language)) for each in terms()]
    return VocabularyPage(
        title=about.title.said(language),
        description=about.description.said(language),
        iri=about.iri,
        version=about.version,
        licence=about.licence,
        formats=formats("/ns"),
        classes=tuple(row for is_class, row in rows if is_class),
        properties=tuple(row for is_class, row in rows if not is_class),
        lists=tuple(list_row(each, language) for each in code_lists().values()),
    )


def list_page(held: CodeList, language: str) -> ListPage:
    """Give the page of one list in `language`."""
    rows = tuple(concept_row(each, held, language) for each in held)
    return ListPage(
        name=held.name,
        title=held.title(language),
        description=held.description(language),
        iri=held.iri,
        formats=formats(f"/ns/{held.name}"),
        concepts=rows,
        defined=any(row.definition for row in rows),
        layered=any(row.above or row.successor for row in rows),
    )


def shapes_page(language: str) -> ShapesPage:
    """Give the page of the shapes in `language`."""
    rows = [shape_row(each, language) for each in shapes()]
    return ShapesPage(
        iri=SHAPES,
        formats=formats("/ns/shapes"),
        shapes=tuple(row for row in rows if row.fields),
        rules=tuple(row for row in rows if not row.fields),
    )


def formats(path: str) -> tuple[tuple[str, str], ...]:
    """Give the addresses of a page's data, with their names."""
    return tuple((name, f"{path}.{suffix}") for name, suffix in SUFFIXES)


def other(language: str) -> str:
    """Give the language that the page is not in."""
    return "en" if language == "zh" else "zh"


def term_row(term: Term, language: str) -> TermRow:
    """Give a term as a row."""
    return TermRow(
        name=term.name,
        curie=term.curie,
        iri=term.iri,
        label=Text(term.label.said(language), language),
        other=Text(term.label.said(other(language)), other(language)),
        comment=term.comment.said(language),
        above=links(term.above, language),
        domain=links(term.domain, language),
        range=links(term.range, language),
    )


def list_row(held: CodeList, language: str) -> ListRow:
    """Give a list as a row of the first page."""
    link = Link(Text(held.title(language), language), f"/ns/{held.name}")
    return ListRow(link, held.name, len(held), held.description(language))


def concept_row(concept: Concept, held: CodeList, language: str) -> ConceptRow:
    """Give a concept as a row of its list."""
    return ConceptRow(
        notation=concept.notation,
        iri=concept.iri,
        address=f"#{concept.notation}" if concept.iri.startswith(CODES) else concept.iri,
        label=Text(concept.label(language), language),
        other=Text(concept.label(other(language)), other(language)),
        also=concept.synonyms,
        definition=concept.definition(language),
        above=concept_link(concept.broader, held, language),
        successor=concept_link(concept.replaced_by, held, language),
    )


def concept_link(iri: str | None, held: CodeList, language: str) -> Link | None:
    """Give the way to another concept of the same page."""
    found = held.by_iri(iri) if iri else None
    return Link(Text(found.label(language), language), f"#{found.notation}") if found else None


def shape_row(shape: Shape, language: str) -> ShapeRow:
    """Give a shape, its fields as rows."""
    return ShapeRow(
        name=shape.name,
        label=shape.label.said(language),
        targets=links(shape.targets, language),
        message=shape.message.said(language),
        fields=tuple(field_row(each, language) for each in shape.fields),
    )


def field_row(field: Field, language: str) -> FieldRow:
    """Give what is asked of one property as a row."""
    group = groups().get(field.group)
    return FieldRow(
        label=field.name.said(language),
        curie=shortened(field.path),
        iri=address_of(field.path),
        group=group.said(language) if group else "",
        help=field.description.said(language),
        message=field.message.said(language),
        grave=field.severity == "Violation",
    )


def links(iris: tuple[str, ...], language: str) -> tuple[Link, ...]:
    """Give the ways to terms: ours by their name on the first page, others by their short name."""
    return tuple(
        Link(Text(label.said(language), language), address_of(iri), note=shortened(iri))
        if (label := label_of(iri))
        else Link(Text(shortened(iri)), address_of(iri))
        for iri in iris
    )


def address_of(iri: str) -> str:
    """Give where a term is explained: ours on our own page."""
    own = iri.startswith(PREFIXES["gov"])
    return f"/ns#{iri.removeprefix(PREFIXES['gov'])}" if own else iri
