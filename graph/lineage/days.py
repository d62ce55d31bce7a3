"""When steps held, so that lineage as of a day is made from that of now and reads no step anew.

Of each thing that something told is made of: from what, and from when to when each time. What is told
of no day held always, and stands in the flows of now. Made once for a view, brought up by what a
change touched, and kept in the file beside the flows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Store

from graph.lineage.flows import MERGE, Flows, is_described, objects
from ontology.lineage import CARRYING
from ontology.terms import GOV, PROV

Span = tuple[str, str]  # since and until, each a day or a moment, "" where nobody said
DAY = len("2026-09-30")


@dataclass(frozen=True, slots=True)
class Times:
    """When one step held; `otherwise` is the place of a flow that states it beside, 0 for none."""

    otherwise: int
    spans: tuple[Span, ...]

    def holds(self, day: str) -> bool:
        """Say whether it held at the end of a day."""
        return any(
            since[:DAY] <= day and not (until and until[:DAY] <= day) for since, until in self.spans
        )


Days = dict[str, dict[str, Times]]  # what is made of something, of what, and when it was


def days_of(store: Store) -> Days:
    """Give when the steps of a store held."""
    targets = objects(store, PROV.qualifiedDerivation, turned=True)
    since, until = objects(store, GOV.heldFrom), objects(store, GOV.heldTo)
    found: dict[str, dict[str, list[Span]]] = {}
    for node, source in objects(store, PROV.entity).items():
        if (target := targets.get(node)) and target != source:
            span = since.get(node, ""), until.get(node, "")
            found.setdefault(target, {}).setdefault(source, []).append(span)
    return {target: timed(store, target, of) for target, of in found.items()}


def renewed_days(old: Days, store: Store, touched: Iterable[str]) -> Days:
    """Give it with what is told of some things read anew; the old one stays as it is."""
    days, moved = dict(old), set(touched)
    again = {target for iri in moved for target in (iri, *derived_by(store, iri))}
    again |= {target for target, of in old.items() if not moved.isdisjoint(of)}
    for target in again:
        if told := days_into(store, target):
            days[target] = told
        else:
            days.pop(target, None)
    return days


def derived_by(store: Store, node: str) -> Iterator[str]:
    """Give what a derivation is of."""
    quads = store.quads_for_pattern(None, PROV.qualifiedDerivation, NamedNode(node), MERGE)
    return (str(quad.subject)[1:-1] for quad in quads)


def days_into(store: Store, target: str) -> dict[str, Times]:
    """Give when the steps into one thing held."""
    found: dict[str, list[Span]] = {}
    for quad in store.quads_for_pattern(NamedNode(target), PROV.qualifiedDerivation, None, MERGE):
        node = quad.object
        source = value(store, node, PROV.entity) if isinstance(node, NamedNode) else ""
        if isinstance(node, NamedNode) and source not in {"", target}:
            span = value(store, node, GOV.heldFrom), value(store, node, GOV.heldTo)
            found.setdefault(source, []).append(span)
    return timed(store, target, found)


def value(store: Store, node: NamedNode, term: NamedNode) -> str:
    """Give the value of a property, "" where there is none."""
    quads = store.quads_for_pattern(node, term, None, MERGE)
    said = (quad.object.value for quad in quads if isinstance(quad.object, NamedNode | Literal))
    return next(said, "")


def timed(store: Store, target: str, told: Mapping[str, list[Span]]) -> dict[str, Times]:
    """Give the times of the steps into one thing, and what else states them."""
    return {
        source: Times(otherwise(store, source, target), tuple(spans))
        for source, spans in told.items()
    }


def otherwise(store: Store, source: str, target: str) -> int:
    """Give the place of the first flow that is no derivation and states a step, 0 for none."""
    for place, flow in enumerate(CARRYING[1:], start=1):
        one, other = (source, target) if flow.forward else (target, source)
        quads = store.quads_for_pattern(NamedNode(one), flow.term, NamedNode(other), MERGE)
        if next(quads, None) is not None:
            return place
    return 0


def flows_on(now: Flows, days: Days, store: Store, day: str) -> Flows:
    """Give the flows as they held at the end of a day; those of now stay as they are."""
    then = Flows(
        list(now.iris), dict(now.numbers), list(now.after), list(now.before), dict(now.kinds)
    )
    gone: set[tuple[int, int]] = set()
    came: list[tuple[int, int]] = []
    for target, sources in days.items():
        other = now.numbers.get(target, -1)
        before = frozenset(now.before[other]) if other >= 0 else frozenset()
        for source, times in sources.items():
            one, holds = now.numbers.get(source, -1), times.holds(day)
            if one in before and (one, other) not in now.kinds and not holds:
                if times.otherwise:
                    then.kinds[one, other] = times.otherwise
                else:
                    gone.add((one, other))
            elif one in before and holds:
                then.kinds.pop((one, other), None)
            elif holds and here(now, store, source) and here(now, store, target):
                came.append((then.take(source), then.take(target)))
    part(then, gone)
    for one, other in came:  # its own lists: those of now are shared
        then.after[one] = [*then.after[one], other]
        then.before[other] = [*then.before[other], one]
    return then


def here(flows: Flows, store: Store, iri: str) -> bool:
    """Say whether a view describes a thing: what stands in a step is."""
    return flows.number(iri) is not None or is_described(store, iri)


def part(flows: Flows, gone: set[tuple[int, int]]) -> None:
    """Take steps away; each list is made anew once, however many go from it."""
    for one in {one for one, _ in gone}:
        flows.after[one] = [each for each in flows.after[one] if (one, each) not in gone]
    for other in {other for _, other in gone}:
        flows.before[other] = [each for each in flows.before[other] if (each, other) not in gone]
