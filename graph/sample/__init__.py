"""The demo city: a small, invented Shanghai, made from tables and a seed, the same twice.

The tables in `content/` say what there is; chance (from the seed) and the day say only sizes, dates
and which of several usual phrases. Each department's and district's entries are a source of their
own, named by its code; the departments themselves are in the register (`ontology`), not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from graph.ledger.entries import Delivery, Entry
from graph.sample.datasets import entry_of
from graph.sample.derived import derived_entries
from graph.sample.holdings import element_entry, library_entry, service_entry, system_entry
from graph.sample.instances import instance_entries
from graph.sample.names import Town
from graph.sample.reading import content
from graph.sample.specs import Content, Dataset

__all__ = ["FULL", "TOWN", "Size", "city", "states"]


@dataclass(frozen=True, slots=True)
class Size:
    """How much of the city: all of it, or what is marked in the tables of some holders."""

    holders: frozenset[str] = frozenset()  # department and district codes; empty: all

    @property
    def whole(self) -> bool:
        """Say whether nothing is left out."""
        return not self.holders


FULL = Size()
TOWN = Size(frozenset({"jtw", "gaj", "scjgj", "huangpu", "xuhui"}))


def city(*, seed: int, today: date, base: str, size: Size = FULL) -> Iterator[tuple[str, Delivery]]:
    """Give (source, delivery) for every entry of the city, one source after another.

    `base` is the instance's base IRI without a trailing slash. The same arguments give the same
    deliveries, byte by byte and in the same order.
    """
    town = Town(kept(content(), size), seed, today, base)
    for source, entry, rows in sorted(entries(town), key=itemgetter(0)):
        yield source, Delivery(entry=entry, rows=rows)


def states(size: Size = FULL) -> dict[str, str]:
    """Give, for each state a page must survive, the code of the entry that shows it."""
    tables = kept(content(), size)
    marked = [(each.state, each.code) for each in tables.datasets.values()]
    marked += [(each.state, each.code) for each in tables.systems.values()]
    return {state: code for states, code in marked for state in states.split()}


def entries(town: Town) -> Iterator[tuple[str, Entry, int]]:
    """Give each entry with its source and the records that went into it."""
    tables = town.content
    for library in tables.libraries.values():
        yield library.owner, library_entry(town, library), 1
    for element in tables.elements.values():
        yield tables.libraries[element.library].owner, element_entry(town, element), 1
    for system in tables.systems.values():
        yield system.department, system_entry(town, system), 1
    for service in tables.services.values():
        yield service.department, service_entry(town, service), 1
    for dataset in tables.datasets.values():
        yield dataset.department, entry_of(town, dataset), 1 + len(dataset.items)
    yield from derived_entries(town)
    yield from instance_entries(town)


def kept(tables: Content, size: Size) -> Content:
    """Leave out what is not of this size, and every link to it."""
    datasets = {
        ref: each
        for ref, each in tables.datasets.items()
        if size.whole or (each.department in size.holders and (each.town or each.state))
    }
    systems = {
        ref: each
        for ref, each in tables.systems.items()
        if size.whole or each.town or each.state or used(ref, datasets)
    }
    services = {
        ref: each for ref, each in tables.services.items() if size.whole or used(ref, datasets)
    }
    return replace(
        tables,
        datasets={ref: pruned(each, datasets) for ref, each in datasets.items()},
        systems=systems,
        services=services,
    )


def used(reference: str, datasets: Mapping[str, Dataset]) -> bool:
    """Say whether a system or service stands behind one of the datasets."""
    return any(reference in {each.system, each.service} for each in datasets.values())


def pruned(spec: Dataset, known: Mapping[str, Dataset]) -> Dataset:
    """Leave out links to datasets that are not there."""
    layer = spec.layer
    return replace(
        spec,
        sources=tuple(each for each in spec.sources if each in known),
        related=tuple(each for each in spec.related if each in known),
        series=spec.series if spec.series in known else "",
        previous=spec.previous if spec.previous in known else "",
        replaced_by=spec.replaced_by if spec.replaced_by in known else "",
        layer=layer and replace(layer, parent=layer.parent if layer.parent in known else ""),
    )
