"""The catalogue as a DCAT-AP 3 feed: complete pages, walked by key on a pinned snapshot.

A page's place is the walk key after which it begins, never an offset: what is edited during a
harvest can neither be skipped nor come twice, and page 900 costs what page 1 costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Triple

from graph.snapshots import View
from ontology.errors import Invalid
from ontology.terms import CODES, DCAT, DCT, FOAF, GOV, HYDRA, PREFIXES, RDF, VCARD, XSD
from sparql.profile import CLASSES, DESCRIBED, ON_PAGE, ONCE

SIZE = 100
KINDS = frozenset({"dataset", "layer"})
TOKEN = re.compile(r"(\d{1,18})(?:\.([0-9a-f]{1,16}))?")
MERGE = DefaultGraph()
HIDDEN = frozenset({DCT.hasPart})  # items have pages of their own: they are not in a DCAT feed

Term = NamedNode | Literal
About = dict[NamedNode, list[Term]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the feed a page begins: after walk key `after`, in snapshot `seq`."""

    seq: int
    after: int | None = None

    @property
    def token(self) -> str:
        """Give the place as it stands in an address."""
        return f"{self.seq}" if self.after is None else f"{self.seq}.{self.after:x}"

    @staticmethod
    def parse(token: str) -> Place:
        """Read a place from an address; raise Invalid for anything that we never wrote."""
        match = TOKEN.fullmatch(token)
        if not match:
            raise Invalid(
                f"“{token[:40]}” is not a page of this feed. Begin at the first page, "
                "and follow hydra:next from there.",
                f"“{token[:40]}”不是本目录的有效分页。请从第一页开始，依 hydra:next 逐页获取。",
            )
        return Place(int(match[1]), int(match[2], 16) if match[2] else None)


@dataclass(frozen=True, slots=True)
class Pages:
    """The neighbours of a page: None where there is none."""

    here: Place
    first: Place
    last: Place
    previous: Place | None
    next: Place | None
    total: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What the feed says of the whole catalogue; `address` is the feed's URL without a query."""

    base: str
    address: str
    title_zh: str
    title_en: str
    publisher: str = ""


def page(view: View, place: Place, frame: Frame) -> list[Triple]:
    """Give one page of the feed as a graph without blank nodes."""
    walked = view.index.walk(KINDS, place.after, SIZE + 1)
    datasets = [NamedNode(iri) for _, iri in walked[:SIZE]]
    pages = neighbours(view, place, [key for key, _ in walked])
    feed = Feed(view, frame, frozenset(datasets))
    feed.catalogue(datasets)
    for dataset in datasets:
        feed.dataset(dataset)
    feed.paging(pages)
    return list(dict.fromkeys(feed.triples))


def neighbours(view: View, place: Place, keys: list[int]) -> Pages:
    """Give the pages around one whose walk keys (one more than it holds) are given."""
    total = view.index.count(KINDS)
    first = Place(place.seq)
    last = Place(place.seq, view.index.last_page_start(SIZE, KINDS))
    more = len(keys) > SIZE
    return Pages(
        here=place,
        first=first,
        last=last,
        previous=None if place.after is None else previous(view, place),
        next=Place(place.seq, keys[SIZE - 1]) if more else None,
        total=total,
    )


def previous(view: View, place: Place) -> Place:
    """Give the page before one that is not the first."""
    assert place.after is not None
    back = view.index.walk_back(KINDS, place.after + 1, SIZE + 1)
    return Place(place.seq, back[0][0] if len(back) > SIZE else None)


class Feed:
    """One page being written."""

    def __init__(self, view: View, frame: Frame, on_page: frozenset[NamedNode]) -> None:
        """Begin an empty page that will hold these datasets."""
        self.view = view
        self.frame = frame
        self.on_page = on_page
        self.triples: list[Triple] = []
        self.done: set[NamedNode] = set()
        self.without_address: set[NamedNode] = set()  # distributions that say no accessURL

    def say(self, subject: NamedNode, property_: NamedNode, value: Term) -> None:
        """Add one statement."""
        self.triples.append(Triple(subject, property_, value))

    def about(self, subject: NamedNode) -> About:
        """Give what the view says of a subject."""
        found: About = {}
        for quad in self.view.store.quads_for_pattern(subject, None, None, MERGE):
            if isinstance(quad.object, NamedNode | Literal):
                found.setdefault(quad.predicate, []).append(quad.object)
        return found

    def catalogue(self, datasets: Iterable[NamedNode]) -> None:
        """Describe the catalogue, with this page's datasets and their records."""
        node = NamedNode(f"{self.frame.base}/catalog")
        publisher = NamedNode(self.frame.publisher or f"{self.frame.base}/id/department/govgraph")
        self.say(node, RDF.type, DCAT.Catalog)
        for language, title in (("zh", self.frame.title_zh), ("en", self.frame.title_en)):
            self.say(node, DCT.title, Literal(title, language=language))
            self.say(node, DCT.description, Literal(title, language=language))
        modified = Literal(self.view.at.isoformat(), datatype=XSD.dateTime)
        self.say(node, DCT.modified, modified)
        self.link(node, FOAF.homepage, NamedNode(f"{self.frame.base}/"))
        self.link(node, DCAT.themeTaxonomy, NamedNode(f"{CODES}theme"))
        self.say(NamedNode(f"{CODES}theme"), DCT.title, Literal("数据领域", language="zh"))
        self.say(NamedNode(f"{CODES}theme"), DCT.title, Literal("Data fields", language="en"))
        self.say(node, DCT.publisher, publisher)
        self.say(publisher, RDF.type, FOAF.Agent)
        self.say(publisher, FOAF.name, Literal(self.frame.title_zh, language="zh"))
        self.say(publisher, FOAF.name, Literal(self.frame.title_en, language="en"))
        self.done.add(publisher)
        for dataset in datasets:
            self.say(node, DCAT.dataset, dataset)

    def dataset(self, node: NamedNode) -> None:
        """Describe one dataset whole, with everything that belongs to it."""
        about = self.about(node)
        self.titled(node, about)
        self.described(node, about, DCAT.Dataset)
        code = next((value.value for value in about.get(GOV.code, ())), None)
        if code:
            self.record(NamedNode(f"{self.frame.base}/id/record/{code}"), node)
        self.reachable(about, code)

    def record(self, node: NamedNode, dataset: NamedNode) -> None:
        """Describe a dataset's catalogue record, where it has one."""
        about = self.about(node)
        if about:
            self.described(node, about, DCAT.CatalogRecord)
            self.say(NamedNode(f"{self.frame.base}/catalog"), DCAT.record, node)
            self.say(dataset, RDF.type, DCAT.Resource)  # the range of foaf:primaryTopic

    def titled(self, node: NamedNode, about: About) -> None:
        """Say honestly that a text which the profile asks for is not there."""
        if DCT.title not in about:
            self.say(node, DCT.title, Literal(node.value.rsplit("/", 1)[-1]))
        if DCT.description not in about:
            self.say(node, DCT.description, Literal("（来源未提供摘要）", language="zh"))
            self.say(
                node, DCT.description, Literal("(The source gives no abstract.)", language="en")
            )

    def reachable(self, about: About, code: str | None) -> None:
        """Give a distribution without an address the page where one learns how to get it."""
        page_ = NamedNode(f"{self.frame.base}/dataset/{code}") if code else None
        for node in about.get(DCAT.distribution, ()):
            if isinstance(node, NamedNode) and page_ and node in self.without_address:
                self.say(node, DCAT.accessURL, page_)

    def described(self, node: NamedNode, about: About, kind: NamedNode) -> None:
        """Describe a resource as the profile has it, and what belongs to it."""
        self.done.add(node)
        self.say(node, RDF.type, kind)
        if kind == DCAT.Distribution and DCAT.accessURL not in about:
            self.without_address.add(node)
        once = ONCE.get(kind, frozenset())
        for property_, values in about.items():
            if property_ in HIDDEN or property_ == DCAT.servesDataset:
                continue
            for value in best(values) if property_ in once else values:
                self.value(node, property_, value)
        if kind == FOAF.Agent and FOAF.name not in about:
            self.say(node, FOAF.name, name_of(node, about))

    def value(self, node: NamedNode, property_: NamedNode, value: Term) -> None:
        """Say one value, and go on to describe what it names where the profile wants that."""
        if property_ in ON_PAGE and value not in self.on_page:
            return
        self.link(node, property_, value)
        kind = DESCRIBED.get(property_)
        if kind and isinstance(value, NamedNode) and value not in self.done:
            about = self.about(value)
            if kind in {DCAT.DataService, DCAT.DatasetSeries}:
                self.titled(value, about)
            self.described(value, about, kind)
            if kind == DCAT.DataService and DCAT.endpointURL not in about:
                self.say(value, DCAT.endpointURL, value)

    def link(self, node: NamedNode, property_: NamedNode, value: Term) -> None:
        """Say a value with the class that its property's range is."""
        self.say(node, property_, value)
        kind = CLASSES.get(property_)
        if kind and isinstance(value, NamedNode):
            self.say(value, RDF.type, kind)

    def paging(self, pages: Pages) -> None:
        """Write the one paging node, in the words of both generations of hydra."""
        node = self.address(pages.here)
        self.say(node, RDF.type, HYDRA.PagedCollection)
        self.say(node, RDF.type, HYDRA.PartialCollectionView)
        self.say(node, HYDRA.totalItems, Literal(str(pages.total), datatype=XSD.integer))
        self.say(node, HYDRA.itemsPerPage, Literal(str(SIZE), datatype=XSD.integer))
        for names, place in (
            ((HYDRA.first, HYDRA.firstPage), pages.first),
            ((HYDRA.last, HYDRA.lastPage), pages.last),
            ((HYDRA.previous, HYDRA.previousPage), pages.previous),
            ((HYDRA.next, HYDRA.nextPage), pages.next),
        ):
            for name in names if place else ():
                self.say(node, name, self.address(place))

    def address(self, place: Place | None) -> NamedNode:
        """Give the absolute address of a page."""
        assert place is not None
        return NamedNode(f"{self.frame.address}?page={place.token}")


def best(values: list[Term]) -> list[Term]:
    """Give the one value that stands where only one may: the greatest, so the latest date."""
    return [max(values, key=lambda value: value.value)]


def name_of(node: NamedNode, about: About) -> Literal:
    """Give a name to an agent that its source left without one."""
    for property_ in (VCARD.fn, DCT.title):
        for value in about.get(property_, ()):
            if isinstance(value, Literal):
                return value
    return Literal(node.value.rstrip("/").rsplit("/", 1)[-1])


def prefixes() -> dict[str, str]:
    """Give the prefixes that a serialised page uses."""
    wanted = ("adms", "dcat", "dct", "foaf", "gov", "hydra", "prov", "skos", "vcard", "xsd")
    return {prefix: PREFIXES[prefix] for prefix in wanted}


def walk_pages(view: View) -> Iterator[Place]:
    """Give all pages of a snapshot's feed in order."""
    place = Place(view.seq)
    while True:
        yield place
        keys = [key for key, _ in view.index.walk(KINDS, place.after, SIZE + 1)]
        if len(keys) <= SIZE:
            return
        place = Place(view.seq, keys[SIZE - 1])
