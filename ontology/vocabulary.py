"""The vocabulary, its lists, its shapes and its context, read as pages and data need them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode, Quad

from ontology.code_lists import code_list
from ontology.errors import NotFound
from ontology.statements import HERE, About, Subject, by_subject, one, quads, text, values
from ontology.terms import DCT, OWL, PREFIXES, RDF, RDFS, SH, shortened
from ontology.validation import SHAPES_FOLDER

VOCABULARY_FILE = HERE / "govgraph.ttl"
CONTEXT_FILE = HERE / "context" / "govgraph.jsonld"
STATUS = NamedNode("http://www.w3.org/2003/06/sw-vocab-status/ns#term_status")


@dataclass(frozen=True, slots=True)
class Wording:
    """The same words in both languages."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        """Give the words in `language`; English for all but Chinese."""
        return self.zh if language.lower().startswith("zh") else self.en


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The vocabulary as a whole: what it is called, what it is for, its version and licence."""

    iri: str
    title: Wording
    description: Wording
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property of our own. `domain`, `range` and `above` are IRIs."""

    iri: str
    name: str
    is_class: bool
    label: Wording
    comment: Wording
    domain: tuple[str, ...]
    range: tuple[str, ...]
    above: tuple[str, ...]
    status: str

    @property
    def curie(self) -> str:
        """Give the short name, "gov:DataItem"."""
        return shortened(self.iri)


@dataclass(frozen=True, slots=True)
class Field:
    """What a shape asks of one property: its name and help on a form, and what is said if it fails.

    `severity` is "Violation" or "Warning"; `group` the IRI of the part of the form it stands in.
    """

    iri: str
    path: str
    name: Wording
    description: Wording
    message: Wording
    severity: str
    group: str
    order: int


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of a kind of entry, or (with no fields) a rule across properties."""

    iri: str
    name: str
    targets: tuple[str, ...]
    label: Wording
    message: Wording
    fields: tuple[Field, ...]


@cache
def vocabulary() -> Vocabulary:
    """Give what the vocabulary says of itself."""
    about = by_subject([VOCABULARY_FILE])[NamedNode(PREFIXES["gov"])]
    return Vocabulary(
        iri=PREFIXES["gov"],
        title=_wording(about, DCT.title),
        description=_wording(about, DCT.description),
        version=one(about, OWL.versionInfo),
        licence=one(about, DCT.license),
    )


@cache
def terms() -> tuple[Term, ...]:
    """Give every term, classes first, then properties, each in the order of the file."""
    subjects = by_subject([VOCABULARY_FILE]).items()
    found = [_term(iri, about) for iri, about in subjects if RDFS.isDefinedBy in about]
    return tuple(sorted(found, key=lambda each: not each.is_class))


def term(name: str) -> Term:
    """Give the term of that local name; raises NotFound when the vocabulary has none."""
    for each in terms():
        if each.name == name:
            return each
    message = f"The vocabulary has no term “{name}”.", f"词汇中没有“{name}”。"
    raise NotFound(*message)


@cache
def shapes() -> tuple[Shape, ...]:
    """Give the shapes of all kinds of entry, then the rules across properties."""
    subjects = by_subject(SHAPES_FOLDER.glob("*.ttl"))
    found = [
        _shape(iri, about, subjects)
        for iri, about in subjects.items()
        if SH.NodeShape in about[RDF.type]
    ]
    return tuple(sorted(found, key=lambda each: not each.fields))


@cache
def groups() -> dict[str, Wording]:
    """Give the parts of a form by IRI, in order."""
    subjects = by_subject([SHAPES_FOLDER / "groups.ttl"])
    ordered = sorted(subjects.items(), key=lambda each: int(one(each[1], SH.order)))
    return {_name(iri): _wording(about, RDFS.label) for iri, about in ordered}


@cache
def label_of(iri: str) -> Wording | None:
    """Give the words for a term of our own; None for the terms of others."""
    found = next((each for each in terms() if each.iri == iri), None)
    return found.label if found else None


def vocabulary_quads() -> list[Quad]:
    """Give the vocabulary as data."""
    return quads([VOCABULARY_FILE])


def shape_quads() -> list[Quad]:
    """Give all shapes as data."""
    return quads(SHAPES_FOLDER.glob("*.ttl"))


def list_quads(name: str) -> list[Quad]:
    """Give one code list as data; raises NotFound when there is no such list."""
    return quads([code_list(name).path])


def context_text() -> str:
    """Give the JSON-LD context as it stands in its file."""
    return CONTEXT_FILE.read_text(encoding="utf-8")


def _term(iri: Subject, about: About) -> Term:
    return Term(
        iri=_name(iri),
        name=_name(iri).rpartition("#")[2],
        is_class=OWL.Class in about[RDF.type],
        label=_wording(about, RDFS.label),
        comment=_wording(about, RDFS.comment),
        domain=values(about, RDFS.domain),
        range=values(about, RDFS.range),
        above=values(about, RDFS.subClassOf) + values(about, RDFS.subPropertyOf),
        status=one(about, STATUS),
    )


def _shape(iri: Subject, about: About, subjects: dict[Subject, About]) -> Shape:
    fields = [
        _field(each, subjects[each]) for each in about[SH.property] if isinstance(each, NamedNode)
    ]
    return Shape(
        iri=_name(iri),
        name=_name(iri).rpartition("/")[2],
        targets=values(about, SH.targetClass),
        label=_wording(about, RDFS.label),
        message=_wording(about, SH.message),
        fields=tuple(sorted(fields, key=lambda each: each.order)),
    )


def _field(iri: Subject, about: About) -> Field:
    return Field(
        iri=_name(iri),
        path=one(about, SH.path),
        name=_wording(about, SH.name),
        description=_wording(about, SH.description),
        message=_wording(about, SH.message),
        severity=one(about, SH.severity).rpartition("#")[2],
        group=one(about, SH.group),
        order=int(one(about, SH.order)),
    )


def _wording(about: About, word: NamedNode) -> Wording:
    return Wording(zh=text(about, word, "zh"), en=text(about, word, "en"))


def _name(node: Subject) -> str:
    return node.value if isinstance(node, NamedNode) else ""
