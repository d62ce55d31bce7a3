"""The base libraries: which department supplies which element, and who is its source.

A department supplies an element by the datasets of the library that hold it. It claims to be the
source where such a dataset is made of no other that holds the element too: it collects it itself,
and not for its own district alone. Where several claim that, somebody has to decide (one datum, one
source).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from pyoxigraph import NamedNode, Store

from graph.association.holdings import MERGE, Holdings, value_of
from graph.association.suggesting import Element
from graph.lineage.flows import Flows
from ontology.code_lists import code_list
from ontology.terms import DCT, GOV, RDF

CITY = "31"  # the first digits of the divisions of the city
DEEPEST = 6  # steps up which another holder of the element is looked for


@dataclass(frozen=True, slots=True)
class Supplied:
    """One dataset of a library that holds an element: when it was updated, what it promises.

    `own` says that it is made of no other dataset that holds the element, `local` that it is about
    one district.
    """

    dataset: str
    modified: str
    frequency: str
    own: bool
    local: bool = False

    @property
    def claims(self) -> bool:
        """Say whether it makes its department a source for the whole city."""
        return self.own and not self.local


@dataclass(frozen=True, slots=True)
class Decision:
    """Who was decided to be the source of an element, when, and why."""

    element: str
    lead: str
    at: str
    reason: str


@dataclass(frozen=True, slots=True)
class Supply:
    """Who supplies one element: datasets by department, and what was decided."""

    element: Element
    by: Mapping[str, tuple[Supplied, ...]] = field(default_factory=dict)
    decision: Decision | None = None

    @property
    def claiming(self) -> tuple[str, ...]:
        """Give the departments that collect the element themselves for the whole city."""
        return tuple(
            owner for owner, some in self.by.items() if owner and any(each.claims for each in some)
        )

    @property
    def contested(self) -> bool:
        """Say whether several claim to be the source and nobody decided."""
        return len(self.claiming) > 1 and self.decision is None

    @property
    def source(self) -> str:
        """Give the department that is the source: as decided, or the only one that collects it."""
        if self.decision is not None:
            return self.decision.lead
        return self.claiming[0] if len(self.claiming) == 1 else ""


def supplies(store: Store, held: Holdings, flows: Flows) -> dict[str, Supply]:
    """Give who supplies each element, by its IRI: the datasets of its own library."""
    within: defaultdict[str, list[str]] = defaultdict(list)
    for quad in store.quads_for_pattern(None, GOV.baseLibrary, None, MERGE):
        dataset = str(quad.subject)[1:-1]
        if dataset in held.held:
            within[str(quad.object)[1:-1].rpartition("/")[2]].append(dataset)
    decided = decisions(store)
    return {
        element.iri: Supply(
            element,
            supply(store, held, flows, element, within[element.library]),
            decided.get(element.iri),
        )
        for element in held.elements.values()
    }


def supply(
    store: Store, held: Holdings, flows: Flows, element: Element, datasets: Iterable[str]
) -> dict[str, tuple[Supplied, ...]]:
    """Give the datasets that supply an element, by department; those of the most first."""
    holders = frozenset(held.of(element.iri))
    found: defaultdict[str, list[Supplied]] = defaultdict(list)
    for dataset in sorted(set(datasets) & holders):
        found[held.owners.get(dataset, "")].append(
            Supplied(
                dataset,
                value_of(store, dataset, DCT.modified),
                value_of(store, dataset, DCT.accrualPeriodicity),
                own=not derived(flows, dataset, holders),
                local=value_of(store, dataset, DCT.spatial) in districts(),
            )
        )
    ranked = sorted(found, key=lambda each: (-len(found[each]), each))
    return {each: tuple(found[each]) for each in ranked}


@cache
def districts() -> frozenset[str]:
    """Give the IRIs of the districts of the city, the city itself not among them."""
    return frozenset(
        each.iri
        for each in code_list("division")
        if each.notation.startswith(CITY) and not each.notation.endswith("00")
    )


def derived(flows: Flows, dataset: str, holders: frozenset[str]) -> bool:
    """Say whether a dataset is made, over whatever steps, of another that holds the element."""
    start = flows.number(dataset)
    if start is None:
        return False
    seen, level = {start}, [start]
    for _ in range(DEEPEST):
        level = [each for one in level for each in flows.before[one] if each not in seen]
        seen.update(level)
        if any(flows.iris[each] in holders for each in level):
            return True
        if not level:
            return False
    return False


def decisions(store: Store) -> dict[str, Decision]:
    """Give what was decided, by element."""
    found: dict[str, Decision] = {}
    for quad in store.quads_for_pattern(None, GOV.sourceOf, None, MERGE):
        iri, element = str(quad.subject)[1:-1], str(quad.object)[1:-1]
        found[element] = Decision(
            element,
            value_of(store, iri, GOV.leadSource),
            value_of(store, iri, DCT.issued),
            value_of(store, iri, DCT.description),
        )
    return found


def things_of(store: Store, kind: NamedNode) -> tuple[str, ...]:
    """Give the instances of a class, in the order of their IRIs."""
    quads = store.quads_for_pattern(None, RDF.type, kind, MERGE)
    return tuple(sorted(str(quad.subject)[1:-1] for quad in quads))
