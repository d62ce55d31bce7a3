"""What breaks if something changes: everything downstream, how it is reached, and how surely.

A change of one item goes along steps between items. Where two datasets are joined and nobody said
by which items, what follows may be touched: it is told, as not certain. Sensitivity goes the same
way and stops where a step masks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.lineage.days import value
from graph.lineage.flows import Flows, handed_out
from graph.lineage.walking import circles, reach
from ontology.code_lists import code_list
from ontology.terms import CSVW, DCT, GOV, PROV, RDF

MERGE = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that is touched: `way` are IRIs from what changes to it, both included.

    `flow` names the step that reached it: "derived", "system", "feeds", "layer", "part", "file",
    "service" or "agreement". `certain` is False where only datasets are known to be joined.
    """

    iri: str
    way: tuple[str, ...]
    flow: str
    certain: bool = True

    @property
    def distance(self) -> int:
        """Count the steps."""
        return len(self.way) - 1


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything a change touches, nearest first; circles among it; where sensitivity flows.

    `grade` is the IRI of the sensitivity of what changes, "" for none known; `sensitive` are the
    things that it reaches and `masked` the steps at which it stops.
    """

    hits: tuple[Hit, ...]
    circles: tuple[tuple[str, ...], ...]
    grade: str
    sensitive: tuple[str, ...]
    masked: tuple[tuple[str, str], ...]


def impact_of(store: Store, flows: Flows, iri: str) -> Impact:
    """Give what a change of a thing touches, to any depth."""
    walk = Walk(store, flows)
    walk.go(iri)
    hits = [*walk.hits.values()]
    out = [
        Hit(end, (*hit.way, end), flow.name, hit.certain)
        for hit in (Hit(iri, (iri,), "derived"), *hits)
        for flow, end in handed_out(store, hit.iri)
    ]
    numbers = [n for each in (iri, *walk.hits) if (n := flows.number(each)) is not None]
    grade = grade_of(store, iri)
    sensitive, masked = spread(store, flows, iri) if grade else ([], [])
    return Impact(
        hits=tuple(sorted({each.iri: each for each in (*out, *hits)}.values(),
                          key=lambda each: (each.distance, each.iri))),
        circles=tuple(tuple(flows.iris[n] for n in ring) for ring in circles(flows, numbers)),
        grade=grade,
        sensitive=tuple(sensitive),
        masked=tuple(masked),
    )  # fmt: skip


@dataclass(slots=True)
class Walk:
    """A walk that knows items from datasets."""

    store: Store
    flows: Flows
    hits: dict[str, Hit] = field(default_factory=dict)

    def go(self, iri: str) -> None:
        """Walk from what changes."""
        whole = owner(self.store, iri)
        if whole is None:
            self.onward([Hit(iri, (iri,), "derived")])
            return
        start = Hit(iri, (iri,), "derived")
        self.onward([start])
        items = [start, *(each for each in self.hits.values())]
        holders: dict[str, Hit] = {}
        for hit in items:
            if dataset := owner(self.store, hit.iri):
                way = (*hit.way, dataset)
                holders.setdefault(dataset, Hit(dataset, way, "part", hit.certain))
        for dataset, hit in holders.items():
            self.hits.setdefault(dataset, hit)
        maybe = [each for dataset, hit in holders.items() for each in self.unsure(dataset, hit)]
        fresh = [each for each in maybe if each.iri not in self.hits]
        self.hits |= {each.iri: each for each in fresh}
        self.onward(fresh)

    def unsure(self, dataset: str, hit: Hit) -> Iterable[Hit]:
        """Give what is made of a dataset without a word of which items."""
        number = self.flows.number(dataset)
        if number is None:
            return
        joined = {
            owner(self.store, self.flows.iris[after]) or self.flows.iris[after]
            for item in items_of(self.store, dataset)
            if (n := self.flows.number(item)) is not None
            for after in self.flows.after[n]
        }
        for after in self.flows.after[number]:
            iri = self.flows.iris[after]
            if iri not in joined:
                name = self.flows.flow(number, after).name
                yield Hit(iri, (*hit.way, iri), name, certain=False)

    def onward(self, starts: list[Hit]) -> None:
        """Walk on from some things, to any depth."""
        by_number = {n: each for each in starts if (n := self.flows.number(each.iri)) is not None}
        found = reach(self.flows, by_number, downstream=True)
        for level in found.levels[1:]:
            for number in level:
                way = found.way(number)
                start = by_number[way[0]]
                iris = (*start.way, *(self.flows.iris[n] for n in way[1:]))
                flow = self.flows.flow(way[-2], number).name
                self.hits.setdefault(iris[-1], Hit(iris[-1], iris, flow, start.certain))


def owner(store: Store, iri: str) -> str | None:
    """Give the dataset of an item; None for what is no item."""
    node = NamedNode(iri)
    if next(store.quads_for_pattern(node, RDF.type, CSVW["Column"], MERGE), None) is None:
        return None
    quads = store.quads_for_pattern(node, DCT.isPartOf, None, MERGE)
    return next((q.object.value for q in quads if isinstance(q.object, NamedNode)), None)


def items_of(store: Store, dataset: str) -> list[str]:
    """Give the items of a dataset."""
    quads = store.quads_for_pattern(None, DCT.isPartOf, NamedNode(dataset), MERGE)
    return [q.subject.value for q in quads if isinstance(q.subject, NamedNode)]


def grade_of(store: Store, iri: str) -> str:
    """Give the sensitivity of an item, by itself or its standard element; "" where not known.

    Of a dataset it is the highest of its items.
    """
    found = {iri: stated_grade(store, iri)} | {
        item: stated_grade(store, item) for item in items_of(store, iri)
    }
    listed = [each.iri for each in code_list("sensitivity").concepts]
    known = [each for each in found.values() if each in listed[1:]]
    return max(known, key=listed.index, default="")


def stated_grade(store: Store, iri: str) -> str:
    """Give the sensitivity that is said of an item or of its element."""
    node = NamedNode(iri)
    elements = store.quads_for_pattern(node, GOV.element, None, MERGE)
    subjects = [node, *(q.object for q in elements if isinstance(q.object, NamedNode))]
    for subject in subjects:
        for quad in store.quads_for_pattern(subject, GOV.sensitivity, None, MERGE):
            if isinstance(quad.object, NamedNode):
                return quad.object.value
    return ""


def spread(store: Store, flows: Flows, iri: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Give the items and datasets that a sensitivity reaches, and the steps that stop it."""
    walk = Spread(store, flows)
    own = [each for each in items_of(store, iri) if is_graded(store, each)]
    if owner(store, iri) is not None or not own or is_graded(store, iri):
        walk.come(iri)
    for item in own:
        walk.come(item)
    walk.go()
    began = {iri, *own}
    return [each for each in walk.reached if each not in began], list(walk.stopped)


@dataclass(slots=True)
class Spread:
    """A sensitivity on its way: along items where they are told, else along what holds them.

    Of two datasets that are joined, and nobody said by which items, the second may hold it in any of
    its own; `reached` are things as they were come to, `held` datasets that hold it in an item.
    """

    store: Store
    flows: Flows
    reached: dict[str, None] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    stopped: dict[tuple[str, str], None] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    masked: dict[str, set[str]] = field(default_factory=dict)

    def come(self, iri: str) -> None:
        """Come to a thing, once."""
        if iri not in self.reached:
            self.reached[iri] = None
            self.waiting.append(iri)

    def go(self) -> None:
        """Walk on until there is nowhere to go."""
        while self.waiting:
            iri = self.waiting.pop()
            whole = owner(self.store, iri)
            if whole is None:
                self.onward(iri, self.joined(iri))
                for item in items_of(self.store, iri):
                    self.onward(item, set())
            else:
                self.onward(iri, set())
                if whole not in self.held:
                    self.held.add(whole)
                    self.onward(whole, self.joined(whole))

    def onward(self, iri: str, told: set[str]) -> None:
        """Go from a thing to what is made of it, but not to what its items tell of, nor past a mask."""
        number = self.flows.number(iri)
        for after in self.flows.after[number] if number is not None else ():
            target = self.flows.iris[after]
            if target in told:
                continue
            if target not in self.masked:
                self.masked[target] = masked_from(self.store, target)
            if iri in self.masked[target]:
                self.stopped[iri, target] = None
            else:
                self.come(target)

    def joined(self, dataset: str) -> set[str]:
        """Give the datasets to which items of a dataset lead."""
        numbers = (self.flows.number(item) for item in items_of(self.store, dataset))
        ends = (
            self.flows.iris[n]
            for each in numbers
            if each is not None
            for n in self.flows.after[each]
        )
        return {whole for end in ends if (whole := owner(self.store, end))}


def is_graded(store: Store, iri: str) -> bool:
    """Say whether a thing is said to be sensitive."""
    listed = [each.iri for each in code_list("sensitivity").concepts]
    return stated_grade(store, iri) in listed[1:]


def masked_from(store: Store, target: str) -> set[str]:
    """Give what flows into a thing by steps that all mask: one that holds and does not lets all through."""
    shut: dict[str, bool] = {}
    for quad in store.quads_for_pattern(NamedNode(target), PROV.qualifiedDerivation, None, MERGE):
        node = quad.object
        if isinstance(node, NamedNode) and not value(store, node, GOV.heldTo):
            source = value(store, node, PROV.entity)
            shut[source] = shut.get(source, True) and value(store, node, GOV.masking) == "true"
    return {source for source, masks in shut.items() if masks}
