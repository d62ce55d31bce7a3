"""The catalogue as a DCAT-AP 3 feed: complete pages, walked by key on a pinned snapshot.

A page is its head and the parts of its datasets, each made without regard to the others. A part
that is kept is not made again; a page is the same to the byte whether its parts were kept or not.

A page's place is the walk key after which it begins, never an offset: what is edited during a
harvest can neither be skipped nor come twice, and page 900 costs what page 1 costs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from graph.search.index import SearchIndex
from graph.views.snapshots import View
from ontology.errors import Invalid
from ontology.terms import AUTHORITY, CODES, DCAT, DCT, FOAF, HYDRA, RDF, XSD
from sparql.completing import About
from sparql.describing import SERVICE, Describing, Reading
from sparql.writing import joined

SIZE = 100
KINDS = frozenset({"dataset", "layer"})
FORM = 2  # of the pages: raised when the same snapshot would be written otherwise
TOKEN = re.compile(r"(\d{1,18})(?:\.([0-9a-f]{1,16}))?")
LANGUAGES = tuple(NamedNode(f"{AUTHORITY}language/{code}") for code in ("ZHO", "ENG"))
THEMES = NamedNode(f"{CODES}theme")


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
        place = match and Place(int(match[1]), int(match[2], 16) if match[2] else None)
        if not place or place.token != token:
            raise no_such_page(token)
        return place


def no_such_page(token: str) -> Invalid:
    """Give the refusal of a page token that is none of ours."""
    return Invalid(
        f"“{token[:40]}” is not a page of this feed. Begin at the first page, "
        "and follow hydra:next from there.",
        f"“{token[:40]}”不是本目录的有效分页。请从第一页开始，依 hydra:next 逐页获取。",
    )


@dataclass(frozen=True, slots=True)
class Pages:
    """The neighbours of a page: None where there is none; `total` datasets on all pages."""

    here: Place
    first: Place
    last: Place
    previous: Place | None
    next: Place | None
    total: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What the feed says of the whole catalogue; `address` is the feed's URL without a page.

    `licence` is the address of the terms under which the catalogue itself may be used, or "".
    """

    base: str
    address: str
    title_zh: str
    title_en: str
    licence: str = ""

    def at(self, place: Place) -> str:
        """Give the absolute address of a page."""
        mark = "&" if "?" in self.address else "?"
        return f"{self.address}{mark}page={place.token}"


Kept = Callable[[View, Sequence[NamedNode]], Mapping[NamedNode, bytes]]


def none_kept(_view: View, _datasets: Sequence[NamedNode]) -> Mapping[NamedNode, bytes]:
    """Give no parts: each is made from the store."""
    return {}


def page(view: View, place: Place, frame: Frame, kept: Kept = none_kept) -> tuple[bytes, Pages]:
    """Give one page of the feed as Turtle without blank nodes, and its neighbours.

    `kept` gives those parts of the datasets asked for that are kept and right for the view.
    """
    walked = view.index.walk(KINDS, place.after, SIZE + 1)
    pages = neighbours(view, place, [key for key, _ in walked])
    datasets = [NamedNode(iri) for _, iri in walked[:SIZE]]
    ready = kept(view, datasets)
    reading = Reading(view.store, frame.base)
    parts = (ready[each] if each in ready else part(reading, each) for each in datasets)
    return joined([head(reading, view, frame, pages), *parts]), pages


def head(reading: Reading, view: View, frame: Frame, pages: Pages) -> bytes:
    """Write what a page says beside its datasets: its place, the catalogue and who keeps it.

    The first one lists the services of the instance itself, which belong to no dataset.
    """
    described = Describing(reading, NamedNode(f"{frame.base}/catalog"))
    described.take(described.entry, catalogue(view, frame), DCAT.Catalog)
    described.take(publisher_of(frame), publisher(frame), FOAF.Agent)
    standing = reading.standing()
    for service in standing if pages.here.after is None else ():
        described.reach(service, SERVICE)
    return described.text(before=paging(frame, pages))


def part(reading: Reading, dataset: NamedNode) -> bytes:
    """Write one dataset's part of a page, with everything that belongs to the dataset."""
    described = Describing(reading, dataset)
    described.dataset()
    return described.text()


def neighbours(view: View, place: Place, keys: list[int]) -> Pages:
    """Give the pages around one whose walk keys (one more than it holds) are given."""
    more = len(keys) > SIZE
    return Pages(
        here=place,
        first=Place(place.seq),
        last=Place(place.seq, last_start(view.index)),
        previous=previous(view, place),
        next=Place(place.seq, keys[SIZE - 1]) if more else None,
        total=view.index.count(KINDS),
    )


@lru_cache(maxsize=4)
def last_start(index: SearchIndex) -> int | None:
    """Give the key after which the last page of an index begins: the same as long as it stands."""
    return index.last_page_start(SIZE, KINDS)


def previous(view: View, place: Place) -> Place | None:
    """Give the page before one, None where nothing comes before."""
    if place.after is None:
        return None
    back = view.index.walk_back(KINDS, place.after + 1, SIZE + 1)
    return Place(place.seq, back[0][0] if len(back) > SIZE else None) if back else None


def publisher_of(frame: Frame) -> NamedNode:
    """Give the name of who keeps the catalogue: this instance."""
    return NamedNode(f"{frame.base}/catalog#publisher")


def catalogue(view: View, frame: Frame) -> About:
    """Say what the whole catalogue is."""
    about: About = {
        DCT.title: both(frame.title_zh, frame.title_en),
        DCT.description: both(
            f"{frame.title_zh}中向社会公开的全部目录条目。",
            f"All entries of the {frame.title_en} that are open to everyone.",
        ),
        DCT.publisher: [publisher_of(frame)],
        DCT.modified: [Literal(view.at.isoformat(), datatype=XSD.dateTime)],
        DCT.language: list(LANGUAGES),
        FOAF.homepage: [NamedNode(f"{frame.base}/")],
        DCAT.themeTaxonomy: [THEMES],
    }
    return about | ({DCT.license: [NamedNode(frame.licence)]} if frame.licence else {})


def publisher(frame: Frame) -> About:
    """Say who keeps the catalogue."""
    return {
        FOAF.name: both(frame.title_zh, frame.title_en),
        FOAF.homepage: [NamedNode(f"{frame.base}/")],
    }


def both(zh: str, en: str) -> list[NamedNode | Literal]:
    """Give a text in both languages."""
    return [Literal(zh, language="zh"), Literal(en, language="en")]


def paging(frame: Frame, pages: Pages) -> Iterator[Triple]:
    """Say the page's place among the pages, in the words of both generations of hydra."""
    node = NamedNode(frame.at(pages.here))
    yield Triple(node, RDF.type, HYDRA.PagedCollection)
    yield Triple(node, RDF.type, HYDRA.PartialCollectionView)
    yield Triple(node, HYDRA.totalItems, Literal(str(pages.total), datatype=XSD.integer))
    yield Triple(node, HYDRA.itemsPerPage, Literal(str(SIZE), datatype=XSD.integer))
    for names, place in (
        ((HYDRA.first, HYDRA.firstPage), pages.first),
        ((HYDRA.last, HYDRA.lastPage), pages.last),
        ((HYDRA.previous, HYDRA.previousPage), pages.previous),
        ((HYDRA.next, HYDRA.nextPage), pages.next),
    ):
        for name in names if place else ():
            assert place is not None
            yield Triple(node, name, NamedNode(frame.at(place)))
