"""Entries that say the same: candidates by blocks, judged field by field, never all against all.

Two entries are looked at where they share an identifier, a landing page, a title without its
ornaments, or a band of the MinHash of their items' names. A block that holds too many is no sign of
anything and is left out. What each entry brings is kept; of a newer snapshot only what was touched
is read again. The same of two districts is no duplicate: each is about its own place; nor are two
editions of one series.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from zlib import crc32

from pyoxigraph import NamedNode, Store

from graph.association.holdings import MERGE, name_of, texts_of, value_of
from graph.association.matching import ACCEPTED, titles_of_items
from graph.association.suggesting import plain_name
from ontology import item_names
from ontology.terms import ADMS, DCAT, DCT, GOV, RDF, SKOS

LEAST = 0.7  # score from which two entries may be one
CROWD = 40  # entries of a block that still say anything
HASHES, BAND = 16, 2  # of a MinHash; eight bands meet where half of the names are common
FEWEST = 4  # items from which the items of an entry say anything
MOST = 2_000  # pairs that are judged good and kept, the surest first
PRIME = (1 << 31) - 1
SEEDS = tuple((2_654_435_761 * (at + 1) % PRIME, 40_503 * (at + 7) % PRIME) for at in range(HASHES))
ORNAMENT = re.compile(
    r"^(上海市|上海|本市|全市|全区|市级|区级|[\u4e00-\u9fff]{2,3}新?区(?=[\u4e00-\u9fff]{2}))+"
    r"|(基本)?(信息|数据|目录|名录|名单|情况|一览表?|列表|清单|表|库)+$"
)
SAME_NUMBER, TITLE, ITEMS, PAGE = 0.97, 0.5, 0.35, 0.15
ELSEWHERE = 0.5  # what is left where two entries are about different places


@dataclass(frozen=True, slots=True)
class Sketch:
    """What an entry is known by. `names` are the plain names of its items."""

    iri: str
    title: str
    plain: str
    owner: str
    numbers: frozenset[str]
    page: str
    place: str
    series: str
    names: frozenset[str]
    minhash: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A decision on two entries: made one, or found to be two (`outcome`)."""

    iri: str
    kept: str
    merged: str
    outcome: str
    at: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries that may be one: how sure, and how alike each of their fields is (0 to 1).

    A field of which one of the two says nothing is None.
    """

    one: Sketch
    other: Sketch
    score: float
    fields: Mapping[str, float | None]


@dataclass(frozen=True)
class Duplicates:
    """The entries of a view by IRI, and what was decided of them."""

    sketches: Mapping[str, Sketch] = field(default_factory=dict)
    decisions: Mapping[str, Merged] = field(default_factory=dict)

    @cached_property
    def gone(self) -> Mapping[str, str]:
        """Give the entries that were merged, with the entry that each leads to."""
        return {
            each.merged: each.kept for each in self.decisions.values() if each.outcome == ACCEPTED
        }

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Give the pairs that may be one and of which nobody decided, the surest first."""
        decided = {frozenset((each.kept, each.merged)) for each in self.decisions.values()}
        found = [
            pair
            for one, other in candidates(self.sketches.values())
            if frozenset((one.iri, other.iri)) not in decided
            and not {one.iri, other.iri} & self.gone.keys()
            and (pair := judged(one, other)).score >= LEAST
        ]
        found.sort(key=lambda each: (-each.score, each.one.iri, each.other.iri))
        return tuple(found[:MOST])


def duplicates(store: Store) -> Duplicates:
    """Read a view: each property once, from one end to the other."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    titles = titles_of_items(store)
    for quad in store.quads_for_pattern(None, DCT.isPartOf, None, MERGE):
        item = str(quad.subject)[1:-1]
        if item in titles:
            names[str(quad.object)[1:-1]].add(plain_name(titles[item]))
    found = (
        str(quad.subject)[1:-1]
        for quad in store.quads_for_pattern(None, RDF.type, DCAT.Dataset, MERGE)
    )
    sketches = {iri: sketch(store, iri, frozenset(names.get(iri, ()))) for iri in found}
    return Duplicates(sketches, decisions_of(store))


def renewed(before: Duplicates, store: Store, touched: Iterable[str]) -> Duplicates:
    """Read some entries again, and the decisions, in a newer state of the view."""
    sketches = dict(before.sketches)
    for iri in touched:
        sketches.pop(iri, None)
        if next(store.quads_for_pattern(NamedNode(iri), RDF.type, DCAT.Dataset, MERGE), None):
            names = {
                plain_name(name)
                for quad in store.quads_for_pattern(None, DCT.isPartOf, NamedNode(iri), MERGE)
                if (name := name_of(store, str(quad.subject)[1:-1]))
            }
            sketches[iri] = sketch(store, iri, frozenset(names))
    return Duplicates(sketches, decisions_of(store))


def sketch(store: Store, iri: str, names: frozenset[str]) -> Sketch:
    """Give what an entry is known by."""
    titles = texts_of(store, iri, DCT.title)
    title = next((each.value for each in titles if each.language == "zh"), "")
    title = title or next((each.value for each in titles), "")
    numbers = {item_names.plain(each.value) for each in texts_of(store, iri, DCT.identifier)}
    for quad in store.quads_for_pattern(NamedNode(iri), ADMS.identifier, None, MERGE):
        numbers.add(item_names.plain(value_of(store, str(quad.object)[1:-1], SKOS.notation)))
    return Sketch(
        iri,
        title,
        unadorned(title),
        value_of(store, iri, DCT.publisher),
        frozenset(numbers - {""}),
        address(value_of(store, iri, DCAT.landingPage)),
        value_of(store, iri, DCT.spatial),
        value_of(store, iri, DCAT.inSeries),
        names,
        minhash(names),
    )


def unadorned(title: str) -> str:
    """Give a title without the place before it and the words that say that it is data."""
    plain = item_names.plain(title)
    while (less := ORNAMENT.sub("", plain)) and less != plain:
        plain = less
    return item_names.alike(plain)


def address(url: str) -> str:
    """Give a web address as far as it tells pages apart."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/").casefold()


@lru_cache(65_536)
def hashes(name: str) -> tuple[int, ...]:
    """Give the hashes of one name."""
    number = crc32(name.encode())
    return tuple((one * number + other) % PRIME for one, other in SEEDS)


def minhash(names: frozenset[str]) -> tuple[int, ...]:
    """Give the MinHash of some names, nothing for too few."""
    if len(names) < FEWEST:
        return ()
    return tuple(map(min, zip(*(hashes(each) for each in names), strict=True)))


def candidates(sketches: Iterable[Sketch]) -> Iterator[tuple[Sketch, Sketch]]:
    """Give the pairs that share a block, each once."""
    blocks: defaultdict[tuple[object, ...], list[Sketch]] = defaultdict(list)
    for each in sketches:
        for block in blocks_of(each):
            blocks[block].append(each)
    seen: set[tuple[str, str]] = set()
    for some in blocks.values():
        if not 1 < len(some) <= CROWD:
            continue
        for one, other in combinations(sorted(some, key=lambda each: each.iri), 2):
            within = one.series and one.series in {other.series, other.iri}
            if not within and other.series != one.iri and (one.iri, other.iri) not in seen:
                seen.add((one.iri, other.iri))
                yield one, other


def blocks_of(each: Sketch) -> Iterator[tuple[object, ...]]:
    """Give the blocks that an entry stands in."""
    yield from (("number", number) for number in each.numbers)
    if each.page:
        yield "page", each.page
    if each.plain:
        yield "title", each.plain
    for at in range(0, len(each.minhash), BAND):
        yield "items", at, each.minhash[at : at + BAND]


def judged(one: Sketch, other: Sketch) -> Pair:
    """Say how alike two entries are, field by field, and how sure it is that they are one."""
    fields: dict[str, float | None] = {
        "title": item_names.likeness(one.plain, other.plain) if one.plain and other.plain else None,
        "identifier": _overlap(one.numbers, other.numbers),
        "items": _overlap(one.names, other.names) if one.minhash and other.minhash else None,
        "page": float(one.page == other.page) if one.page and other.page else None,
        "place": float(one.place == other.place) if one.place and other.place else None,
        "owner": float(one.owner == other.owner) if one.owner and other.owner else None,
    }
    weights = {"title": TITLE, "items": ITEMS, "page": PAGE}
    said = {name: weight for name, weight in weights.items() if fields[name] is not None}
    # A page that differs says little: two portals may show one entry.
    if fields["page"] == 0:
        said.pop("page")
    total = sum(weight * (fields[name] or 0) for name, weight in said.items())
    score = total / sum(said.values()) if said else 0.0
    if "items" not in said:
        score *= 0.9  # by its title alone nothing is nearly certain
    if fields["identifier"]:
        score = max(score, SAME_NUMBER)
    if fields["place"] == 0:
        score *= ELSEWHERE
    return Pair(one, other, min(score, 1.0), fields)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float | None:
    """Give the common part of two sets (Jaccard), None where one is empty."""
    if not one or not other:
        return None
    return len(one & other) / len(one | other)


def decisions_of(store: Store) -> dict[str, Merged]:
    """Give every decision of a view."""
    found: dict[str, Merged] = {}
    for quad in store.quads_for_pattern(None, GOV.mergedEntry, None, MERGE):
        iri = str(quad.subject)[1:-1]
        found[iri] = Merged(
            iri,
            value_of(store, iri, GOV.keptEntry),
            str(quad.object)[1:-1],
            value_of(store, iri, GOV.outcome),
            value_of(store, iri, DCT.issued),
        )
    return found
