"""What is searched: one document for each thing that has a page of its own, read from a view.

Data items have no document: they are found through their dataset, which holds their names. A
document holds only what stands in the view it was read from, so an index leaks nothing that its
view does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from graph.search.folding import folds
from graph.search.rows import Row, Texts
from ontology.terms import CODES, CSVW, DCAT, DCT, FOAF, GOV, ORG, OWL, RDF, RDFS, SKOS

MERGE = DefaultGraph()
DATASETS = frozenset({"dataset", "layer"})

# The kind of a thing by its type; the first that fits wins.
KINDS: tuple[tuple[NamedNode, str], ...] = (
    (GOV.MapLayer, "layer"),
    (DCAT.Dataset, "dataset"),
    (DCAT.DatasetSeries, "dataset"),
    (GOV.Department, "department"),
    (GOV.InformationSystem, "system"),
    (GOV.BaseLibrary, "library"),
    (GOV.DataElement, "element"),
    (DCAT.DataService, "service"),
    (ORG.FormalOrganization, "department"),
    (FOAF.Agent, "department"),
    (SKOS.Concept, "concept"),
)
KIND_OF = {kind.value: name for kind, name in reversed(KINDS)}
THEMES = f"{CODES}theme/"
DIVISION = re.compile(re.escape(f"{CODES}division/") + r"(\d{6})(\d{3}|\d{6})?")

TITLES = (DCT.title, SKOS.prefLabel, FOAF.name, RDFS.label)
NAMES = (GOV.abbreviation, SKOS.altLabel)
NUMBERS = (DCT.identifier, GOV.code, SKOS.notation)
ABSTRACTS = (DCT.description, SKOS.definition)
KEEPERS = (GOV.provider, DCT.publisher, GOV.owner)  # the first stands in the provider facet
SHOWN_BY = (*KEEPERS, DCAT.theme)  # a document shows the names of what these lead to

ABSTRACT = 600  # characters of an abstract kept in the row
ABSTRACT_READ = 20_000  # characters of an abstract that are searched
ITEMS = 2_000  # names of data items kept for one dataset
TITLES_KEPT = 6

Statements = Mapping[str, list[NamedNode | Literal]]


@dataclass(frozen=True, slots=True)
class Document:
    """One thing as the index takes it.

    `agents` are all names of who keeps it (of a department, its own), `context` names of its
    themes and of entries merged into it, whose `identifiers` it has too, `facets` the values (IRIs
    or words) it counts under; its row holds the names of its data items.
    """

    row: Row
    abstracts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    facets: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def iri(self) -> str:
        """Give the IRI of the thing."""
        return self.row.iri

    @property
    def kind(self) -> str:
        """Give the kind of the thing, as in its page's address."""
        return self.row.kind


@dataclass(frozen=True, slots=True)
class Named:
    """What documents show of another thing: its titles, all its names, its district."""

    iri: str
    titles: Texts
    names: tuple[str, ...]
    district: str


def statements(store: Store, subject: NamedNode) -> Statements:
    """Give what the view says of a subject: property to values, in no order."""
    found: dict[str, list[NamedNode | Literal]] = {}
    for quad in store.quads_for_pattern(subject, None, None, MERGE):
        value = quad.object
        if isinstance(value, NamedNode | Literal):
            found.setdefault(quad.predicate.value, []).append(value)
    return found


def sources_of(store: Store, node: NamedNode) -> tuple[str, ...]:
    """Give the named graphs that type a thing: the sources it comes from."""
    graphs = {quad.graph_name for quad in store.quads_for_pattern(node, RDF.type, None, None)}
    return tuple(sorted(each.value for each in graphs if isinstance(each, NamedNode)))


def texts(said: Statements, properties: Iterable[NamedNode]) -> Texts:
    """Give the literals of the first of these properties that has any, sorted."""
    for each in properties:
        literals = [value for value in said.get(each.value, ()) if isinstance(value, Literal)]
        pairs = {(value.language or "", " ".join(value.value.split())) for value in literals}
        if found := tuple(sorted(pair for pair in pairs if pair[1])):
            return found
    return ()


def values(said: Statements, *properties: NamedNode) -> tuple[str, ...]:
    """Give the values of these properties, IRIs and texts alike, sorted, each once."""
    if len(properties) == 1:  # what most questions are, and most answers
        found = said.get(properties[0].value)
        if not found:
            return ()
        if len(found) == 1:
            return (found[0].value,)
    return tuple(sorted({v.value for each in properties for v in said.get(each.value, ())}))


def first(said: Statements, *properties: NamedNode) -> str:
    """Give one value of the first property that has any (the same whenever it is read)."""
    return next((found[0] for each in properties if (found := values(said, each))), "")


def kind_of(said: Statements, iri: str) -> str | None:
    """Give the kind of a thing, None where it has no page of its own."""
    types = values(said, RDF.type)
    kind = next((name for each, name in KINDS if each.value in types), None)
    if kind == "concept":
        return None if OWL.deprecated.value in said else _kind_of_concept(iri)
    return kind if kind and GOV.code.value in said else None


def _kind_of_concept(iri: str) -> str | None:
    """Give the kind of a concept: a theme, a district, or None."""
    if iri.startswith(THEMES):
        return "theme"
    division = DIVISION.fullmatch(iri)
    return "district" if division and _is_district(division) else None


def _is_district(division: re.Match[str]) -> bool:
    """Say whether a division is a district: neither a province, a city, nor a street."""
    return not division[2] and not division[1].endswith("00")


def district_of(iri: str) -> str:
    """Give the district that a division is or lies in; empty where it is larger."""
    division = DIVISION.fullmatch(iri)
    if division is None or division[1].endswith("00"):
        return ""
    return f"{CODES}division/{division[1]}"


@dataclass(frozen=True, slots=True)
class Gathered:
    """What was read of one thing before its document is made."""

    node: NamedNode
    kind: str
    said: Statements
    keepers: list[Named]
    formats: tuple[str, ...]
    items: tuple[tuple[str, ...], ...]


class Reading:
    """One reading of a view, which remembers the names that many documents show.

    `told` holds all that the view says of some things that came with its last section, and `graph`
    is the source of that: they need not be looked up.
    """

    def __init__(self, store: Store, graph: str = "") -> None:
        """Begin to read a view."""
        self.store, self.graph = store, graph
        self.told: Mapping[str, Statements] = {}
        self.named = lru_cache(20_000)(self._named)
        self.folds = folds(store)

    def _said(self, node: NamedNode) -> Statements:
        """Give what the view says of a thing."""
        told = self.told.get(node.value)
        return statements(self.store, node) if told is None else told

    def _named(self, iri: str) -> Named:
        """Read what documents show of another thing."""
        said = statements(self.store, NamedNode(iri))
        titles = texts(said, TITLES)
        names = tuple(dict.fromkeys((*(text for _, text in titles), *values(said, *NAMES))))
        return Named(iri, titles, names, district_of(first(said, GOV.district)))

    def document(self, iri: str) -> Document | None:
        """Read one document; None where the view has no such thing, no page of it, or it is merged."""
        if iri in self.folds.kept_of:
            return None
        node = NamedNode(iri)
        said = self._said(node)
        kind = kind_of(said, iri)
        return self._document(self._gathered(node, said, kind)) if kind else None

    def _gathered(self, node: NamedNode, said: Statements, kind: str) -> Gathered:
        """Read what lies around a thing: its keepers, formats and items."""
        keepers = [self.named(each) for each in self._keepers(said)]
        items = self._items(node) if kind in DATASETS else ()
        return Gathered(node, kind, said, keepers, self._formats(said), items)

    def _document(self, of: Gathered) -> Document:
        """Make the document of a thing."""
        themes = values(of.said, DCAT.theme)
        keepers = [*of.keepers, *([self.named(of.node.value)] if of.kind == "department" else [])]
        agents = (name for each in keepers for name in spoken_names(each))
        folded = [
            self._said(NamedNode(each)) for each in self.folds.merged_of.get(of.node.value, ())
        ]
        numbers = {each for said in (of.said, *folded) for each in values(said, *NUMBERS)}
        return Document(
            row=row(of),
            abstracts=tuple(text[:ABSTRACT_READ] for _, text in texts(of.said, ABSTRACTS)),
            keywords=values(of.said, DCAT.keyword),
            identifiers=tuple(sorted(numbers)),
            agents=tuple(dict.fromkeys(agents)),
            context=(
                *(name for each in themes for name in self.named(each).names),
                *(title for said in folded for _, title in texts(said, TITLES)),
            ),
            facets={**facets(of), "source": self._sources(of.node)},
        )

    @staticmethod
    def _keepers(said: Statements) -> list[str]:
        """Give the IRIs of who keeps a thing, the one for the facet first."""
        found = (value for key in KEEPERS for value in sorted(said.get(key.value, ()), key=str))
        return list(dict.fromkeys(each.value for each in found if isinstance(each, NamedNode)))

    def _formats(self, said: Statements) -> tuple[str, ...]:
        """Give the formats of a thing's distributions; the media type where no format is said."""
        found: set[str] = set()
        for each in said.get(DCAT.distribution.value, ()):
            if isinstance(each, NamedNode):
                formats = self._objects(each, DCT["format"]) or self._objects(each, DCAT.mediaType)
                found.update(formats)
        return tuple(sorted(found))

    def _sources(self, node: NamedNode) -> tuple[str, ...]:
        """Give the sources that a thing comes from."""
        return (self.graph,) if node.value in self.told else sources_of(self.store, node)

    def _objects(self, node: NamedNode, key: NamedNode) -> list[str]:
        """Give the values of one property of a subject."""
        if (told := self.told.get(node.value)) is not None:
            return [each.value for each in told.get(key.value, ())]
        found = self.store.quads_for_pattern(node, key, None, MERGE)
        return [each.object.value for each in found if isinstance(each.object, NamedNode | Literal)]

    def _items(self, dataset: NamedNode) -> tuple[tuple[str, ...], ...]:
        """Give a dataset's data items in the order of their IRIs, each by its names."""
        found = self.store.quads_for_pattern(None, DCT.isPartOf, dataset, MERGE)
        items = [each.subject for each in found if isinstance(each.subject, NamedNode)]
        items.sort(key=lambda each: (len(each.value), each.value))
        names = (self._item_names(each) for each in items[:ITEMS])
        return tuple(each for each in names if each)

    def _item_names(self, item: NamedNode) -> tuple[str, ...]:
        """Give the names of a data item: shown names, the Chinese first, then its field name."""
        if (told := self.told.get(item.value)) is not None:
            values: Iterable[object] = told.get(CSVW.title.value, ())
        else:
            found = self.store.quads_for_pattern(item, CSVW.title, None, MERGE)
            values = (each.object for each in found)
        titles = [each for each in values if isinstance(each, Literal)]
        titles.sort(key=lambda each: (each.language != "zh", each.language or "", each.value))
        fields = self._objects(item, CSVW.name)
        return tuple(dict.fromkeys((*(each.value for each in titles), *fields)))


def row(of: Gathered) -> Row:
    """Make what a result list draws."""
    return Row(
        iri=of.node.value,
        kind=of.kind,
        code=first(of.said, GOV.code, SKOS.notation),
        titles=texts(of.said, TITLES)[:TITLES_KEPT],
        abstract=tuple((tag, text[:ABSTRACT]) for tag, text in texts(of.said, ABSTRACTS)),
        providers=tuple((each.iri, each.titles) for each in of.keepers),
        names=tuple(dict.fromkeys(name for key in NAMES for name in values(of.said, key))),
        openness=first(of.said, GOV.opennessType),
        sharing=first(of.said, GOV.sharingType),
        issued=first(of.said, DCT.issued),
        modified=last(of.said, DCT.modified),
        frequency=first(of.said, DCT.accrualPeriodicity),
        formats=of.formats,
        items=of.items,
    )


def facets(of: Gathered) -> dict[str, tuple[str, ...]]:
    """Give the values that a thing is counted under, but for its sources."""
    said = of.said
    places = (*values(said, DCT.spatial, GOV.district), *(each.district for each in of.keepers))
    return {
        "kind": (of.kind,),
        "provider": tuple(each.iri for each in of.keepers[:1]),
        "theme": values(said, DCAT.theme),
        "format": of.formats,
        "frequency": values(said, DCT.accrualPeriodicity)[:1],
        "sharing": values(said, GOV.sharingType)[:1],
        "openness": values(said, GOV.opennessType)[:1],
        "district": tuple(sorted({district_of(each) for each in places} - {""})),
        "library": values(said, GOV.baseLibrary),
        "items": (("with" if of.items else "without"),) if of.kind in DATASETS else (),
    }


def last(said: Statements, key: NamedNode) -> str:
    """Give the greatest value of a property: of several dates the newest."""
    return max(values(said, key), default="")


def spoken_names(agent: Named) -> Iterator[str]:
    """Give all names of a department, also those people make of its short name.

    市住建委 of 上海市住房和城乡建设管理委员会 is spoken of as 上海市住建委 and 上海住建委.
    """
    yield from agent.names
    city = next((found[1] for n in agent.names if (found := re.match("(.{2,3})市.{3,}", n))), None)
    if city is None:
        return
    for name in agent.names:
        rest = name.removeprefix(f"{city}市") if name.startswith(city) else name.removeprefix("市")
        if rest != name and len(rest) > 1:
            yield from (f"{city}市{rest}", f"{city}{rest}")


def document(store: Store, iri: str) -> Document | None:
    """Read the document of one thing; None where the view has no such thing, or it has no page."""
    return Reading(store).document(iri)


def documents(store: Store, iris: Iterable[str]) -> Iterator[Document]:
    """Read the documents of many things; those that the view has not are left out."""
    reading = Reading(store)
    for iri in iris:
        found = reading.document(iri)
        if found:
            yield found


def roots(store: Store) -> Iterator[str]:
    """Give everything in a view that may have a document, each once."""
    seen: set[str] = set()
    for kind, _ in KINDS:
        for quad in store.quads_for_pattern(None, RDF.type, kind, MERGE):
            subject = quad.subject
            if isinstance(subject, NamedNode) and subject.value not in seen:
                seen.add(subject.value)
                yield subject.value


def dependents(store: Store, iri: str, known: Store | None = None) -> Iterator[str]:
    """Give what shows the names of a thing, so that it must be read again when the thing changes.

    A department's and a theme's datasets; the dataset of a data item or of a distribution. Where
    all that a load brought is read again anyway, the others stand in `known`: the view before it.
    """
    node = NamedNode(iri)
    for key in (*SHOWN_BY, DCAT.distribution):
        for quad in (known or store).quads_for_pattern(None, key, node, MERGE):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value
    for quad in store.quads_for_pattern(node, DCT.isPartOf, None, MERGE):
        if isinstance(quad.object, NamedNode):
            yield quad.object.value
