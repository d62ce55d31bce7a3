"""Who holds which standard element, and what joins with what by it: read from one view, once.

Joins are never stored: 20,000 datasets with a dozen keys are 150 million pairs. What is kept are
the datasets of each key; a join between two datasets goes through a key that both hold, or through
further datasets that hold two keys each. Only what the view holds exists here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from graph.association.suggesting import Element
from ontology.terms import CSVW, DCT, GOV, RDF, SKOS

MERGE = DefaultGraph()
ITEMS = "/id/item/"  # of the instance's own IRIs, whose stems name their datasets
PERSONAL = "population"  # the library whose elements, put together, tell who somebody is


@dataclass(frozen=True)
class Holdings:
    """Which dataset holds which elements, and who publishes it.

    `elements` by IRI; `held` the element IRIs of each dataset with the item that is it; `owners`
    the publisher of each of these datasets.
    """

    elements: Mapping[str, Element] = field(default_factory=dict)
    held: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def keys(self) -> tuple[Element, ...]:
        """Give the key elements, those held by most datasets first."""
        found = (each for each in self.elements.values() if each.key)
        return tuple(sorted(found, key=lambda each: (-len(self.of(each.iri)), each.code)))

    @cached_property
    def _datasets(self) -> Mapping[str, tuple[str, ...]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for dataset in sorted(self.held):
            for element in self.held[dataset]:
                found[element].append(dataset)
        return {element: tuple(datasets) for element, datasets in found.items()}

    def of(self, element: str) -> tuple[str, ...]:
        """Give the datasets that hold an element, in the order of their IRIs."""
        return self._datasets.get(element, ())

    def keys_of(self, dataset: str) -> tuple[Element, ...]:
        """Give the keys that a dataset holds."""
        held = self.held.get(dataset, {})
        return tuple(each for each in self.keys if each.iri in held)

    @cached_property
    def matrix(self) -> Mapping[str, Mapping[str, int]]:
        """Give the number of datasets by department and key element."""
        found: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for key in self.keys:
            for dataset in self.of(key.iri):
                found[self.owners.get(dataset, "")][key.iri] += 1
        return found

    @cached_property
    def bridges(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Give the datasets that hold two keys at once, by the two (both ways round)."""
        found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for dataset in self.held:
            keys = [each.iri for each in self.keys_of(dataset)]
            for one in keys:
                for other in keys:
                    if one != other:
                        found[one, other].append(dataset)
        return {pair: tuple(datasets) for pair, datasets in found.items()}


def holdings(store: Store) -> Holdings:
    """Read a view: one walk over the mapped items, one look-up for each dataset."""
    elements = {each.iri: each for each in elements_of(store)}
    held: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for dataset, item, element in holds(store, elements):
        held[dataset][element] = min(item, held[dataset].get(element, item))
    owners = {dataset: value_of(store, dataset, DCT.publisher) for dataset in held}
    return Holdings(elements, dict(held), owners)


def renewed(before: Holdings, store: Store, datasets: Iterable[str]) -> Holdings:
    """Read again what some datasets hold in a newer state of the same view."""
    elements = {each.iri: each for each in elements_of(store)}
    held, owners = dict(before.held), dict(before.owners)
    for dataset in datasets:
        held.pop(dataset, None)
        owners.pop(dataset, None)
        if now := held_by(store, dataset, elements):
            held[dataset] = now
            owners[dataset] = value_of(store, dataset, DCT.publisher)
    return Holdings(elements, held, owners)


def held_by(store: Store, dataset: str, elements: Mapping[str, Element]) -> dict[str, str]:
    """Give the elements that a dataset holds, each with its item."""
    found: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, DCT.isPartOf, NamedNode(dataset), MERGE):
        item = str(quad.subject)[1:-1]
        element = value_of(store, item, GOV.element)
        if element in elements:
            found[element] = min(item, found.get(element, item))
    return found


def holds(store: Store, elements: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Give every item of a view that is an element: the IRIs of dataset, item and element.

    The items of one dataset share the stem of their IRIs ({dataset}.{position}), so the dataset is
    looked up once for all of them.
    """
    within: dict[str, str] = {}
    for element in elements:
        for quad in store.quads_for_pattern(None, GOV.element, NamedNode(element), MERGE):
            item = str(quad.subject)[1:-1]
            stem, dot, _place = item.rpartition(".")
            known = stem if dot and ITEMS in stem else item
            dataset = within.get(known)
            if dataset is None:
                dataset = within[known] = value_of(store, item, DCT.isPartOf)
            if dataset:
                yield dataset, item, element


def elements_of(store: Store) -> Iterator[Element]:
    """Give the standard data elements of a view."""
    keys = {quad.object for quad in store.quads_for_pattern(None, GOV.keyElement, None, MERGE)}
    for quad in store.quads_for_pattern(None, RDF.type, GOV.DataElement, MERGE):
        if isinstance(quad.subject, NamedNode):
            yield element_of(store, quad.subject, key=quad.subject in keys)


def element_of(store: Store, node: NamedNode, *, key: bool) -> Element:
    """Read one element."""
    iri = node.value
    titles = {each.language: each.value for each in texts_of(store, iri, SKOS.prefLabel)}
    return Element(
        iri,
        value_of(store, iri, GOV.code) or iri.rpartition("/")[2],
        titles.get("zh") or next(iter(titles.values()), iri.rpartition("/")[2]),
        tuple(each.value for each in texts_of(store, iri, SKOS.altLabel)),
        value_of(store, iri, GOV.dataType).rpartition("/")[2],
        int(value_of(store, iri, GOV.length) or 0),
        value_of(store, iri, GOV.baseLibrary).rpartition("/")[2],
        key=key,
        sensitive=bool(value_of(store, iri, GOV.sensitivity)),
    )


def unmapped(store: Store, dataset: str) -> Iterator[str]:
    """Give the items of a dataset that are no element yet."""
    for quad in store.quads_for_pattern(None, DCT.isPartOf, NamedNode(dataset), MERGE):
        item = quad.subject
        if isinstance(item, NamedNode) and not value_of(store, item.value, GOV.element):
            yield item.value


def value_of(store: Store, subject: str, name: NamedNode) -> str:
    """Give one value of a property, "" for none."""
    found = next(store.quads_for_pattern(NamedNode(subject), name, None, MERGE), None)
    return found.object.value if found and isinstance(found.object, NamedNode | Literal) else ""


def texts_of(store: Store, subject: str, name: NamedNode) -> list[Literal]:
    """Give the texts of a property."""
    quads = store.quads_for_pattern(NamedNode(subject), name, None, MERGE)
    return [each.object for each in quads if isinstance(each.object, Literal)]


def name_of(store: Store, item: str) -> str:
    """Give the shown Chinese name of an item, or any."""
    texts = texts_of(store, item, CSVW.title)
    return next((each.value for each in texts if each.language == "zh"), "") or next(
        (each.value for each in texts), ""
    )


def risky(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Give the elements that, put together, tell who somebody is: none where it is but one.

    Sensitive elements of the population library are quasi-identifiers.
    """
    found = tuple(each for each in elements if each.library == PERSONAL and each.sensitive)
    return found if len(found) > 1 else ()
