"""Which information systems feed which: as departments say, and as the lineage of datasets shows.

And what they have in common with the base libraries: the elements that their datasets hold. The
three platforms on which departments work together are named by the work plan (二(一)3).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, Store

from graph.association.holdings import ITEMS, MERGE, Holdings, value_of
from graph.lineage.flows import Flows
from ontology.terms import DCT, GOV, RDF

PLATFORMS = ("网上政务大厅", "事中事后综合监管平台", "社区综合管理平台")
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Feed:
    """One system feeds another: whether a department says so, and by how many datasets."""

    source: str
    target: str
    stated: bool
    datasets: int


@dataclass(frozen=True)
class SystemMap:
    """The systems of a view with their owners, what is made from each, and who feeds whom.

    `districts` are the divisions of owners that are bodies of a district; `platforms` in the order
    of the plan; `flowing` counts the datasets of one system that are made of another's.
    """

    owners: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    made: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stated: frozenset[Pair] = frozenset()
    flowing: Mapping[Pair, int] = field(default_factory=dict)

    @cached_property
    def feeds(self) -> tuple[Feed, ...]:
        """Give every connection between two systems."""
        pairs = sorted(self.stated | self.flowing.keys())
        return tuple(
            Feed(one, other, (one, other) in self.stated, self.flowing.get((one, other), 0))
            for one, other in pairs
        )

    def feeding(self, system: str) -> tuple[str, ...]:
        """Give the systems that feed a system."""
        return tuple(each.source for each in self.feeds if each.target == system)


def system_map(store: Store, flows: Flows) -> SystemMap:
    """Read the systems of a view; the steps between datasets are those of its lineage."""
    systems = {
        str(quad.subject)[1:-1]
        for quad in store.quads_for_pattern(None, RDF.type, GOV.InformationSystem, MERGE)
    }
    owners = {each: value_of(store, each, GOV.owner) for each in systems}
    made: defaultdict[str, list[str]] = defaultdict(list)
    within: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, GOV.sourceSystem, None, MERGE):
        system, dataset = str(quad.object)[1:-1], str(quad.subject)[1:-1]
        if system in systems:
            made[system].append(dataset)
            within[dataset] = system
    stated = {
        (str(quad.subject)[1:-1], str(quad.object)[1:-1])
        for quad in store.quads_for_pattern(None, GOV.feeds, None, MERGE)
    }
    return SystemMap(
        owners=owners,
        districts={
            each: division
            for each in {*owners.values()} - {""}
            if (division := value_of(store, each, GOV.district))
        },
        platforms=tuple(filter(None, (titled(store, each, systems) for each in PLATFORMS))),
        made={system: tuple(sorted(each)) for system, each in made.items()},
        stated=frozenset(pair for pair in stated if pair[0] != pair[1] and {*pair} <= systems),
        flowing=flowing(flows, within, _wholes(store)),
    )


def titled(store: Store, title: str, systems: Iterable[str]) -> str:
    """Give the system of that title, "" for none."""
    literal = Literal(title, language="zh")
    found = sorted(
        str(quad.subject)[1:-1]
        for quad in store.quads_for_pattern(None, DCT.title, literal, MERGE)
        if str(quad.subject)[1:-1] in set(systems)
    )
    return next(iter(found), "")


def flowing(
    flows: Flows, within: Mapping[str, str], whole: Callable[[str], str]
) -> dict[Pair, int]:
    """Count the datasets of each system that are made of datasets of another, a step away."""
    found: defaultdict[Pair, set[str]] = defaultdict(set)
    for number, iri in enumerate(flows.iris):
        system = within.get(iri) or within.get(whole(iri), "")
        for after in flows.after[number] if system else ():
            target = flows.iris[after]
            dataset = target if target in within else whole(target)
            other = within.get(dataset, "")
            if other and other != system:
                found[system, other].add(dataset)
    return {pair: len(datasets) for pair, datasets in found.items()}


def _wholes(store: Store) -> Callable[[str], str]:
    """Give what finds the dataset of an item; the items of one share the stem of their IRIs."""
    known: dict[str, str] = {}

    def whole(iri: str) -> str:
        stem, dot, _place = iri.rpartition(".")
        stem = stem if dot and ITEMS in stem else iri
        if stem not in known:
            known[stem] = value_of(store, iri, DCT.isPartOf)
        return known[stem]

    return whole


@dataclass(frozen=True, slots=True)
class Shared:
    """What a body's systems have in common with a library: their data items that are its elements."""

    items: int
    elements: tuple[str, ...]
    datasets: int


def shared(
    systems: SystemMap, held: Holdings, platform: str, body: Callable[[str], str]
) -> dict[str, dict[str, Shared]]:
    """Give what reaches a platform, by body and base library.

    What reaches it are the datasets of the systems that feed it, and its own. `body` names the body
    of a system's owner: itself, or its district.
    """
    found: defaultdict[Pair, Counter[str]] = defaultdict(Counter)
    datasets: defaultdict[Pair, set[str]] = defaultdict(set)
    for system in dict.fromkeys((platform, *systems.feeding(platform))):
        owner = body(systems.owners.get(system, ""))
        for dataset in systems.made.get(system, ()):
            for iri in held.held.get(dataset, ()):
                library = held.elements[iri].library
                found[owner, library][iri] += 1
                datasets[owner, library].add(dataset)
    result: defaultdict[str, dict[str, Shared]] = defaultdict(dict)
    for (owner, library), counts in found.items():
        ranked = tuple(iri for iri, _n in counts.most_common())
        result[owner][library] = Shared(counts.total(), ranked, len(datasets[owner, library]))
    return result


def common(held: Holdings, systems: SystemMap, one: str, other: str) -> tuple[str, ...]:
    """Give the elements that datasets of both systems hold."""
    sets = [
        {iri for dataset in systems.made.get(each, ()) for iri in held.held.get(dataset, ())}
        for each in (one, other)
    ]
    return tuple(sorted(sets[0] & sets[1]))


def collapsed(feeds: Iterable[Feed], group: Callable[[str], str]) -> tuple[Feed, ...]:
    """Give the connections between groups of systems, none within a group."""
    found: dict[Pair, Feed] = {}
    for each in feeds:
        pair = (group(each.source), group(each.target))
        if pair[0] == pair[1] or not all(pair):
            continue
        known = found.get(pair)
        found[pair] = Feed(
            *pair,
            each.stated or bool(known and known.stated),
            each.datasets + (known.datasets if known else 0),
        )
    return tuple(found[pair] for pair in sorted(found))
