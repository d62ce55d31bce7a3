"""What is in view, put into words: rows of the table and the tree, links, ways, filters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from graph.exploring.links import Relation
from graph.exploring.scene import Arc
from graph.exploring.ways import Found
from ontology.terms import shortened
from web.exploring.pages import Branch, Choice, Named, Row, Statement, Step, Way, Ways
from web.exploring.sight import Sight
from web.exploring.state import BETWEEN, head
from web.page import Link


def degrees(arcs: Iterable[Arc]) -> Counter[str]:
    """Count the things that each thing is linked to."""
    pairs = {(each.source, each.target) for each in arcs}
    both = {(min(pair), max(pair)) for pair in pairs}
    return Counter(iri for pair in both for iri in pair)


def table(found: Sight) -> tuple[Row, ...]:
    """Give the things in view as rows."""
    links = degrees(found.arcs)
    pins = {found.naming.whole(head(each)) for each in found.state.pin}
    return tuple(row(found, iri, links[iri], pinned=iri in pins) for iri in found.reached)


def row(found: Sight, iri: str, links: int, *, pinned: bool) -> Row:
    """Put one thing into words."""
    told = found.facts[iri]
    return Row(
        name=found.naming.short(iri),
        link=found.link(iri),
        kind=found.kind_name(iri),
        keeper=found.link(told.keeper) if told.keeper else None,
        day=told.day,
        links=links,
        pinned=pinned,
        note=found.notes.get(iri, ""),
    )


def branches(found: Sight) -> tuple[Branch, ...]:
    """Give the things in view as trees: each under what it was reached from, by the relation.

    What was reached from something left out begins a tree of its own.
    """
    below: dict[str, dict[Relation | None, list[str]]] = {}
    for iri, how in found.reached.items():
        inside = how.parent in found.reached
        sorts = below.setdefault(how.parent if inside else "", {})
        sorts.setdefault(how.relation if inside else None, []).append(iri)
    made: dict[str, Branch] = {}
    for iri in reversed(list(found.reached)):  # what was reached from a thing stands after it
        made[iri] = branch(found, iri, below.get(iri, {}), made)
    return tuple(made[iri] for some in below.get("", {}).values() for iri in some)


def branch(
    found: Sight,
    iri: str,
    below: Mapping[Relation | None, list[str]],
    made: Mapping[str, Branch],
) -> Branch:
    """Give one thing with what was reached from it."""
    sorts = (
        (found.caption(sort.term, inward=sort.inward), tuple(made[each] for each in iris))
        for sort, iris in below.items()
        if sort
    )
    return Branch(named(found, iri), found.link(iri), tuple(sorts))


def statement(found: Sight, arc: Arc) -> Statement:
    """Put one link into words."""
    return Statement(
        source=found.link(arc.source),
        name=found.caption(arc.term),
        curie=shortened(arc.term),
        target=found.link(arc.target),
        graphs=tuple(map(found.link, arc.graphs)),
    )


def ways(found: Sight) -> tuple[Ways, ...]:
    """Put the ways that were asked for into words."""
    return tuple(
        Ways(
            one=found.link(one),
            other=found.link(other),
            found=tuple(way(found, each.things, each.steps, each.cost) for each in told.ways),
            hubs=tuple(map(found.link, told.hubs[:8])),
            cut=told.cut,
            act=f"leave {found.naming.short(one)}{BETWEEN}{found.naming.short(other)}",
        )
        for (one, other), told in found.ways
    )


def way(
    found: Sight, things: tuple[str, ...], steps: tuple[tuple[Arc, ...], ...], cost: float
) -> Way:
    """Put one way into words."""
    told = tuple(
        Step(found.link(to), tuple(statement(found, arc) for arc in arcs))
        for to, arcs in zip(things[1:], steps, strict=True)
    )
    return Way(found.link(things[0]), told, cost)


def on_ways(found: Iterable[tuple[tuple[str, str], Found]]) -> set[tuple[str, str]]:
    """Give the pairs of things between which a way leads."""
    return {
        pair
        for _, told in found
        for each in told.ways
        for arcs in each.steps
        for arc in arcs
        for pair in ((arc.source, arc.target), (arc.target, arc.source))
    }


# Filters ----------------------------------------------------------------------------------------


def kinds(found: Sight) -> tuple[Choice, ...]:
    """Give the kinds of what was asked into view, the most frequent first."""
    counts = Counter(found.all_kinds.values())
    names = {found.all_kinds[iri]: str(found.kind(iri).many) for iri in found.all_kinds}
    return choices(counts, names, found.state.kind)


def relations(found: Sight) -> tuple[Choice, ...]:
    """Give the properties of the links."""
    counts = Counter(shortened(each.term) for each in found.all_arcs)
    names = {shortened(each.term): found.caption(each.term) for each in found.all_arcs}
    return choices(counts, names, found.state.without)


def graphs(found: Sight) -> tuple[Choice, ...]:
    """Give the named graphs that things stand in, and state their links."""
    counts = Counter(graph for each in found.facts.values() for graph in each.graphs)
    counts.update({graph for each in found.all_arcs for graph in each.graphs} - counts.keys())
    names = {found.naming.short(iri): found.text(iri).value for iri in counts}
    short = Counter({found.naming.short(iri): number for iri, number in counts.items()})
    return choices(short, names, found.state.graph)


def choices(
    counts: Counter[str], names: Mapping[str, str], taken: tuple[str, ...]
) -> tuple[Choice, ...]:
    """Give the values of a filter; one that is taken stays, even where nothing has it."""
    for each in taken:
        counts.setdefault(each, 0)
    ordered = sorted(counts, key=lambda each: (-counts[each], each))
    return tuple(
        Choice(each, names.get(each, each), counts[each], each in taken) for each in ordered
    )


def named(found: Sight, iri: str) -> Named:
    """Give a thing that can be chosen."""
    link = found.link(iri)
    return Named(found.naming.short(iri), link.text, found.kind_name(iri))


def links_of(found: Sight) -> tuple[Link, ...]:
    """Give every thing in view as a link."""
    return tuple(map(found.link, found.reached))
