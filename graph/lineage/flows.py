"""What flows into what, as one view tells it: numbers in memory, made once for each snapshot.

A thing that the view does not describe does not exist: no step leads to it or from it, so that no
count, path or hint tells of it. Files, interfaces and agreements are not held here: nothing flows
on from them, and they are asked for where they are shown (`handed_out`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from ontology.lineage import CARRYING, LEAVES, Flow
from ontology.terms import DCAT, GOV, PROV, RDF

MERGE = DefaultGraph()
MANY = 5_000  # ends of steps from which datasets are read in one scan


Step = tuple[str, str, int]  # from, to, the place of its flow in CARRYING


@dataclass(slots=True)
class Flows:
    """The steps of one view: things by number, and who follows and precedes each."""

    iris: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    after: list[list[int]] = field(default_factory=list)
    before: list[list[int]] = field(default_factory=list)
    kinds: dict[tuple[int, int], int] = field(default_factory=dict)  # steps other than derivations

    def number(self, iri: str) -> int | None:
        """Give the number of a thing, None for one that stands in no step."""
        number = self.numbers.get(iri)
        stands = number is not None and (self.after[number] or self.before[number])
        return number if stands else None

    def take(self, iri: str) -> int:
        """Give the number of a thing, a new one if need be."""
        number = self.numbers.get(iri)
        if number is None:
            number = self.numbers[iri] = len(self.iris)
            self.iris.append(iri)
            self.after.append([])
            self.before.append([])
        return number

    def add(self, step: Step) -> None:
        """Add a step; a second of the same ends says nothing new."""
        one, other = self.take(step[0]), self.take(step[1])
        if step[2]:
            self.kinds[one, other] = step[2]
        self.after[one].append(other)
        self.before[other].append(one)

    def beside(self, number: int, *, downstream: bool) -> list[int]:
        """Give what follows a thing, or what precedes it."""
        return self.after[number] if downstream else self.before[number]

    def flow(self, one: int, other: int) -> Flow:
        """Say by what a step was stated."""
        return CARRYING[self.kinds.get((one, other), 0)]


def flows_of(store: Store, day: str | None = None) -> Flows:
    """Give the steps that a store tells, as they hold now or held at the end of a day."""
    steps = dict.fromkeys((one, other) for one, other in derived(store, day) if one != other)
    found = [(one, other, 0) for one, other in steps]
    for place, flow in enumerate(CARRYING[1:], start=1):
        for one, other in stated(store, flow):
            if one != other and (one, other) not in steps:
                steps[one, other] = None
                found.append((one, other, place))
    here = described_among(store, {end for one, other, _ in found for end in (one, other)})
    flows = Flows()
    for step in found:
        if step[0] in here and step[1] in here:
            flows.add(step)
    return flows


def described_among(store: Store, ends: set[str]) -> set[str]:
    """Give those of some things that the view describes: many of them by one scan of datasets."""
    here: set[str] = set()
    if len(ends) > MANY:
        scan = store.quads_for_pattern(None, RDF.type, DCAT.Dataset, MERGE)
        here = ends.intersection({subject_of(quad) for quad in scan})
    return here.union(end for end in ends - here if is_described(store, end))


def subject_of(quad: Quad) -> str:
    """Give the subject of a statement; a view has no blank nodes."""
    return str(quad.subject)[1:-1]


def is_described(store: Store, iri: str) -> bool:
    """Say whether the view tells what a thing is."""
    found = store.quads_for_pattern(NamedNode(iri), RDF.type, None, MERGE)
    return next(found, None) is not None


def stated(store: Store, flow: Flow) -> Iterator[tuple[str, str]]:
    """Give the ends of every step that one property states, in its direction."""
    for quad in store.quads_for_pattern(None, flow.term, None, MERGE):
        one, other = quad.subject, quad.object
        if type(one) is NamedNode and type(other) is NamedNode:
            yield (one.value, other.value) if flow.forward else (other.value, one.value)


def derived(store: Store, day: str | None) -> Iterable[tuple[str, str]]:
    """Give derivations: those that hold, or those that held at the end of a day.

    One of which nobody said since when it holds, held always.
    """
    plain = stated(store, CARRYING[0])
    if day is None:
        return plain
    told, then = held(store, day)
    return [*(pair for pair in plain if pair not in told), *then]


def held(store: Store, day: str) -> tuple[set[tuple[str, str]], list[tuple[str, str]]]:
    """Give all pairs of which a derivation tells, and those that held at the end of a day."""
    targets = objects(store, PROV.qualifiedDerivation, turned=True)
    since, until = objects(store, GOV.heldFrom), objects(store, GOV.heldTo)
    told: set[tuple[str, str]] = set()
    then: dict[tuple[str, str], None] = {}
    for node, source in objects(store, PROV.entity).items():
        if (target := targets.get(node)) is None:
            continue
        told.add((source, target))
        if since.get(node, "")[:10] <= day and not (node in until and until[node][:10] <= day):
            then[source, target] = None
    return told, list(then)


def objects(store: Store, term: NamedNode, *, turned: bool = False) -> dict[str, str]:
    """Give the value of a property by its subject (or the subject by its value)."""
    found: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, term, None, MERGE):
        one, other = quad.subject, quad.object
        if isinstance(one, NamedNode) and isinstance(other, NamedNode | Literal):
            pair = (other.value, one.value) if turned else (one.value, other.value)
            found[pair[0]] = pair[1]
    return found


def handed_out(store: Store, iri: str) -> Iterator[tuple[Flow, str]]:
    """Give the files, interfaces and agreements by which a dataset leaves its keeper."""
    node = NamedNode(iri)
    for flow in LEAVES:
        one, other = (node, None) if flow.forward else (None, node)
        for quad in store.quads_for_pattern(one, flow.term, other, MERGE):
            end = quad.object if flow.forward else quad.subject
            if isinstance(end, NamedNode) and is_described(store, end.value):
                yield flow, end.value
