"""Which data items of a view are no element yet, and what stewards decided of items before.

A view is read once, property by property; of a newer snapshot only what was touched is read again.
What is suggested for an item follows from its name, field, type and length, so items that are
written alike are judged once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Store

from graph.association.holdings import MERGE, elements_of, texts_of, value_of
from graph.association.suggesting import (
    Element,
    Item,
    Learned,
    Suggester,
    Suggestion,
    plain_name,
)
from ontology.terms import CSVW, DCT, GOV

ACCEPTED, REJECTED = "accepted", "rejected"


@dataclass(frozen=True, slots=True)
class Match:
    """One decision: that an item (called `name` then) is an element, or that it is not."""

    iri: str
    item: str
    element: str
    name: str
    outcome: str
    at: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item that is no element yet, its dataset with its owner, and what it may be."""

    item: str
    dataset: str
    owner: str
    name: str
    suggestions: tuple[Suggestion, ...]

    @property
    def best(self) -> Suggestion:
        """Give the surest suggestion."""
        return self.suggestions[0]


@dataclass(frozen=True, slots=True)
class Open:
    """What a suggestion asks of an item, and which dataset it is of."""

    dataset: str
    item: Item


@dataclass(frozen=True)
class Matching:
    """The items of a view that are no element, by IRI, and the decisions, by IRI.

    `judged` keeps what was suggested for items that are written alike; what a decision teaches
    concerns the items of its name alone, so the rest is taken over by the next state.
    """

    elements: Mapping[str, Element] = field(default_factory=dict)
    items: Mapping[str, Open] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    matches: Mapping[str, Match] = field(default_factory=dict)
    judged: dict[Item, tuple[Suggestion, ...]] = field(default_factory=dict, compare=False)

    @cached_property
    def learned(self) -> Learned:
        """Give what the decisions teach."""
        counts: dict[str, defaultdict[tuple[str, str], int]] = {
            ACCEPTED: defaultdict(int),
            REJECTED: defaultdict(int),
        }
        for each in self.matches.values():
            if each.outcome in counts:
                counts[each.outcome][plain_name(each.name), each.element] += 1
        return Learned(counts[ACCEPTED], counts[REJECTED])

    @cached_property
    def refused(self) -> frozenset[tuple[str, str]]:
        """Give the items and elements of which it was decided that the one is not the other."""
        return frozenset(
            (each.item, each.element) for each in self.matches.values() if each.outcome == REJECTED
        )

    @cached_property
    def proposals(self) -> tuple[Proposal, ...]:
        """Give every item for which anything is suggested, the surest first."""
        suggester = Suggester(self.elements.values(), self.learned)
        judged = self.judged
        found: list[Proposal] = []
        for iri, each in self.items.items():
            if each.item not in judged:
                judged[each.item] = tuple(suggester.suggest(each.item))
            fitting = tuple(
                one for one in judged[each.item] if (iri, one.element.iri) not in self.refused
            )
            if fitting:
                owner = self.owners.get(each.dataset, "")
                found.append(Proposal(iri, each.dataset, owner, each.item.name, fitting))
        return tuple(sorted(found, key=lambda one: (-one.best.score, one.name, one.item)))

    @cached_property
    def decided(self) -> tuple[Match, ...]:
        """Give the decisions, the latest first."""
        return tuple(sorted(self.matches.values(), key=lambda one: (one.at, one.iri), reverse=True))


def matching(store: Store) -> Matching:
    """Read a view: each property of its items once, from one end to the other."""
    mapped = set(_values(store, GOV.element))
    fields, types = _values(store, CSVW.name), _values(store, GOV.dataType)
    lengths, names = _values(store, GOV.length), titles_of_items(store)
    items = {
        item: Open(
            dataset,
            Item(
                names[item],
                fields.get(item, ""),
                types.get(item, "").rpartition("/")[2],
                _number(lengths.get(item, "")),
            ),
        )
        for item, dataset in _values(store, DCT.isPartOf).items()
        if item in names and item not in mapped
    }
    owners = {
        each: value_of(store, each, DCT.publisher)
        for each in dict.fromkeys(one.dataset for one in items.values())
    }
    elements = {each.iri: each for each in elements_of(store)}
    return Matching(elements, items, owners, matches_of(store))


def renewed(before: Matching, store: Store, datasets: Iterable[str]) -> Matching:
    """Read again the items of some datasets, and the decisions, in a newer state of the view."""
    again = set(datasets)
    items = {iri: each for iri, each in before.items.items() if each.dataset not in again}
    owners = {iri: each for iri, each in before.owners.items() if iri not in again}
    for dataset in again:
        for quad in store.quads_for_pattern(None, DCT.isPartOf, NamedNode(dataset), MERGE):
            iri = str(quad.subject)[1:-1]
            if (found := open_item(store, iri)) is not None:
                items[iri] = Open(dataset, found)
                owners[dataset] = value_of(store, dataset, DCT.publisher)
    after = Matching(before.elements, items, owners, matches_of(store))
    after.judged.update(still_judged(before, after))
    return after


def still_judged(before: Matching, after: Matching) -> dict[Item, tuple[Suggestion, ...]]:
    """Give what was suggested and is not concerned by what was decided since."""
    names = {
        name
        for was, now in (
            (before.learned.accepted, after.learned.accepted),
            (before.learned.rejected, after.learned.rejected),
        )
        for (name, element) in was.keys() | now.keys()
        if was.get((name, element)) != now.get((name, element))
    }
    return {
        item: found
        for item, found in list(before.judged.items())
        if plain_name(item.name) not in names
    }


def open_item(store: Store, iri: str) -> Item | None:
    """Read an item; None for one that is an element already, or has no name."""
    titles = texts_of(store, iri, CSVW.title)
    if not titles or value_of(store, iri, GOV.element):
        return None
    return Item(
        _chinese(titles),
        value_of(store, iri, CSVW.name),
        value_of(store, iri, GOV.dataType).rpartition("/")[2],
        _number(value_of(store, iri, GOV.length)),
    )


def matches_of(store: Store) -> dict[str, Match]:
    """Give every decision of a view."""
    found: dict[str, Match] = {}
    for quad in store.quads_for_pattern(None, GOV.matchedItem, None, MERGE):
        iri, item = str(quad.subject)[1:-1], str(quad.object)[1:-1]
        found[iri] = Match(
            iri,
            item,
            value_of(store, iri, GOV.matchedElement),
            value_of(store, iri, DCT.title),
            value_of(store, iri, GOV.outcome),
            value_of(store, iri, DCT.issued),
        )
    return found


def _values(store: Store, name: NamedNode) -> dict[str, str]:
    """Give one value of a property by subject."""
    return {
        str(quad.subject)[1:-1]: quad.object.value
        for quad in store.quads_for_pattern(None, name, None, MERGE)
        if isinstance(quad.object, NamedNode | Literal)
    }


def titles_of_items(store: Store) -> dict[str, str]:
    """Give the shown name of each item, in Chinese where it has one."""
    found: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, CSVW.title, None, MERGE):
        iri = str(quad.subject)[1:-1]
        if isinstance(quad.object, Literal) and (quad.object.language == "zh" or iri not in found):
            found[iri] = quad.object.value
    return found


def _chinese(titles: list[Literal]) -> str:
    return next((each.value for each in titles if each.language == "zh"), titles[0].value)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
