"""What a page says where a source left out what the profile demands: the truth, never a guess.

A thing without a name is called what its IRI calls it; a file without an address is to be had where
its dataset's page says how; that an abstract is missing is said as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from ontology.terms import DCAT, DCT, FOAF, PREFIXES, RDFS, SKOS, VCARD

Term = NamedNode | Literal
About = dict[NamedNode, list[Term]]

NO_ABSTRACT = (
    Literal("（来源未提供摘要）", language="zh"),
    Literal("(The source gives no abstract.)", language="en"),
)
NAMES = (
    FOAF.name,
    SKOS.prefLabel,
    RDFS.label,
    DCT.title,
    VCARD.fn,
    VCARD["organization-name"],
    DCT.identifier,
)
RELATED = NamedNode("http://www.iana.org/assignments/relation/related")
NOTATION = (DCT.identifier, RDFS.label, DCT.title)


@dataclass(frozen=True, slots=True)
class Gap:
    """A property that a thing lacks: what is said of the thing, and where its entry is shown."""

    node: NamedNode
    about: About
    entry: NamedNode  # the dataset that the thing belongs to
    page: NamedNode  # where the dataset is shown to people


def texts(gap: Gap, properties: Iterable[NamedNode]) -> list[Term]:
    """Give the texts of the first property that has some."""
    for each in properties:
        found: list[Term] = [v for v in gap.about.get(each, ()) if isinstance(v, Literal)]
        if found:
            return found
    return []


def name(gap: Gap) -> list[Term]:
    """Give a thing's name in other words of the source, else the end of its IRI."""
    return texts(gap, NAMES) or [Literal(last_segment(gap.node.value))]


def last_segment(iri: str) -> str:
    """Give the last part of an IRI that says something."""
    parts = [part for part in iri.replace("#", "/").split("/") if part]
    return parts[-1] if parts else iri


def abstract(_gap: Gap) -> list[Term]:
    """Say that there is no abstract."""
    return list(NO_ABSTRACT)


def access(gap: Gap) -> list[Term]:
    """Give the address of the file itself, else of the page where one learns how to get it."""
    return addresses(gap.about, DCAT.downloadURL) or [gap.page]


def endpoint(gap: Gap) -> list[Term]:
    """Give the page or the description of a service, else its own name, which leads to both."""
    pages = addresses(gap.about, DCAT.landingPage)
    return pages or addresses(gap.about, DCAT.endpointDescription) or [gap.node]


def addresses(about: About, property_: NamedNode) -> list[Term]:
    """Give the IRIs that a property leads to."""
    return [value for value in about.get(property_, ()) if isinstance(value, NamedNode)]


def notation(gap: Gap) -> list[Term]:
    """Give what an identifier says in other words, else its IRI, which identifies too."""
    return texts(gap, NOTATION) or [Literal(gap.node.value)]


def catalogued(gap: Gap) -> list[Term]:
    """Give the day a record was made, for one that was never changed."""
    return list(gap.about.get(DCT.issued, ()))


def topic(gap: Gap) -> list[Term]:
    """Give the dataset whose record it is."""
    return [gap.entry]


def role(_gap: Gap) -> list[Term]:
    """Say that two resources are related, where it was not said how."""
    return [RELATED]


COMPLETED: dict[tuple[NamedNode, NamedNode], Callable[[Gap], list[Term]]] = {
    (DCAT.Dataset, DCT.title): name,
    (DCAT.Dataset, DCT.description): abstract,
    (DCAT.DatasetSeries, DCT.title): name,
    (DCAT.DatasetSeries, DCT.description): abstract,
    (DCAT.DataService, DCT.title): name,
    (DCAT.DataService, DCAT.endpointURL): endpoint,
    (DCAT.Distribution, DCAT.accessURL): access,
    (DCAT.CatalogRecord, FOAF.primaryTopic): topic,
    (DCAT.CatalogRecord, DCT.modified): catalogued,
    (DCAT.Relationship, DCAT.hadRole): role,
    (FOAF.Agent, FOAF.name): name,
    (SKOS.Concept, SKOS.prefLabel): name,
    (SKOS.ConceptScheme, DCT.title): name,
    (NamedNode(PREFIXES["adms"] + "Identifier"), SKOS.notation): notation,
}
