"""The information systems of a view: owner, funding, year, status, and what is catalogued of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from graph.views.snapshots import View
from ontology.code_lists import concept
from sparql.query import rows


@dataclass(frozen=True, slots=True)
class System:
    """One information system; `funding` and `status` are concepts, "" where nobody stated them.

    `year` is 0 for none. `datasets` counts all that come from it, `layers` those that are maps.
    """

    iri: str
    code: str
    owner: str
    funding: str
    year: int
    status: str
    datasets: int
    layers: int

    @property
    def missing(self) -> bool:
        """Say whether it is paid for and has nothing catalogued."""
        return bool(self.funding) and not self.datasets


@dataclass(frozen=True, slots=True)
class Figures:
    """How many systems there are, how many have something catalogued, how many owe it."""

    systems: int
    covered: int
    missing: int


@lru_cache(4)  # few: what is remembered keeps its snapshot open
def systems(view: View) -> tuple[System, ...]:
    """Give every system of a view by code: two queries, once for each snapshot."""
    counts = {
        row.text("system"): (row.number("datasets"), row.number("layers"))
        for row in rows(view, "governance/catalogued")
    }
    found: dict[str, System] = {}
    for row in rows(view, "governance/systems"):
        iri = row.text("system") or ""
        datasets, layers = counts.get(iri, (0, 0))
        found.setdefault(
            iri,
            System(
                iri=iri,
                code=row.text("code") or "",
                owner=row.text("owner") or "",
                funding=row.text("funding") or "",
                year=year_of(row.text("year") or ""),
                status=row.text("status") or "",
                datasets=datasets,
                layers=layers,
            ),
        )
    return tuple(found.values())


def year_of(text: str) -> int:
    """Read a year, 0 for what is none."""
    return int(text[:4]) if text[:4].isdecimal() else 0


def notation(iri: str) -> str:
    """Give the short name of a concept, the end of any other name."""
    known = concept(iri)
    return known.notation if known else iri.rpartition("/")[2]


def figures(found: Iterable[System]) -> Figures:
    """Count systems."""
    tally: Counter[str] = Counter()
    for each in found:
        tally["systems"] += 1
        tally["covered"] += bool(each.datasets)
        tally["missing"] += each.missing
    return Figures(tally["systems"], tally["covered"], tally["missing"])


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader wants to see of the inventory; "" for everything."""

    owner: str = ""
    funding: str = ""
    year: str = ""
    status: str = ""
    catalogued: str = ""

    def fits(self, system: System) -> bool:
        """Say whether a system is among it."""
        asked = (
            (self.owner, notation(system.owner)),
            (self.funding, notation(system.funding)),
            (self.year, str(system.year or "")),
            (self.status, notation(system.status)),
        )
        if any(wish not in ("", value) for wish, value in asked):
            return False
        if self.catalogued == "missing":
            return system.missing
        return not self.catalogued or (self.catalogued == "some") == bool(system.datasets)

    def pairs(self) -> list[tuple[str, str]]:
        """Give it as an address says it."""
        return [(name, value) for name in self.__slots__ if (value := getattr(self, name))]
