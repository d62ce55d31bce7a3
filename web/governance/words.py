"""The inventory and the overview in words: names of systems and departments, coverage, loads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from flask_babel import gettext as _

from graph.ledger.ledger import Recorded
from graph.past.history import Happened
from ontology.freshness import State
from web.catalogue.names import Names, names_of
from web.catalogue.searching import Desk
from web.catalogue.story import counted
from web.governance.freshness import Counts
from web.governance.inventory import System, Wish, figures, notation
from web.governance.pages import Choice, Coverage, Freshness, Load, Option, SystemRow
from web.governance.reckoning import catalogued
from web.page import Link, Text, address

SYSTEMS = "/governance/systems"


def names_in(desk: Desk, iris: Iterable[str]) -> Names:
    """Ask once for the names of all that a page will name."""
    return names_of(desk.view, iris, base=desk.base, language=desk.language)


def coverage(found: Iterable[System], department: Link, owner: str) -> Coverage:
    """Tell how much of some systems is catalogued."""
    counts = figures(found)
    wish = Wish(owner=owner, catalogued="missing")
    return Coverage(
        department, counts.systems, counts.covered, counts.missing, address(SYSTEMS, wish.pairs())
    )


def by_owner(found: Iterable[System], names: Names) -> tuple[Coverage, ...]:
    """Tell the coverage of each department, those that owe most first."""
    owned: dict[str, list[System]] = defaultdict(list)
    for each in found:
        owned[each.owner].append(each)
    told = (
        coverage(systems, department_link(owner, names), notation(owner))
        for owner, systems in owned.items()
    )
    return tuple(
        sorted(told, key=lambda each: (-each.missing, each.share, str(each.department.text)))
    )


def department_link(iri: str, names: Names) -> Link:
    """Name a department; systems without an owner are told together."""
    return names.link(iri) if iri else Link(Text(_("No department stated")), "")


def system_row(system: System, names: Names, today: date, report: str) -> SystemRow:
    """Tell one system; `report` is the address of the form, "" where the reader may not."""
    pairs = [("iri", system.iri)]
    return SystemRow(
        name=names.link(system.iri),
        code=system.code,
        owner=names.link(system.owner) if system.owner else None,
        funding=names.text(system.funding).value if system.funding else "",
        year=str(system.year or ""),
        status=names.text(system.status).value if system.status else "",
        datasets=system.datasets - system.layers,
        layers=system.layers,
        standing=catalogued(system, today),
        report=address(report, pairs) if report else "",
    )


def choices(found: tuple[System, ...], wish: Wish, names: Names) -> tuple[Choice, ...]:
    """Give the filters of the inventory with the values that occur."""
    return (
        named("owner", _("Department"), {each.owner for each in found}, wish.owner, names),
        named("funding", _("Funding"), {each.funding for each in found}, wish.funding, names),
        Choice(
            "year",
            _("Budget year"),
            tuple(
                Option(str(year), str(year), str(year) == wish.year)
                for year in sorted({each.year for each in found if each.year}, reverse=True)
            ),
        ),
        named("status", _("Status"), {each.status for each in found}, wish.status, names),
        Choice(
            "catalogued",
            _("What is catalogued"),
            tuple(
                Option(value, words, value == wish.catalogued)
                for value, words in (
                    ("some", _("Something catalogued")),
                    ("none", _("Nothing catalogued")),
                    ("missing", _("Funded, with nothing catalogued")),
                )
            ),
        ),
    )


def named(name: str, label: str, iris: set[str], chosen: str, names: Names) -> Choice:
    """Give a filter whose values are things with names."""
    options = (
        Option(notation(iri), names.text(iri).value, notation(iri) == chosen) for iri in iris if iri
    )
    return Choice(name, label, tuple(sorted(options, key=lambda each: each.label)))


def freshness(counts: Counts, names: Names) -> tuple[Freshness, ...]:
    """Tell how each department's datasets stand, those with most overdue first."""
    told = (fresh(department_link(iri, names), [states]) for iri, states in counts.items())
    return tuple(sorted(told, key=lambda each: (-each.overdue, -each.datasets)))


def fresh(department: Link, states: Iterable[Mapping[State, int]]) -> Freshness:
    """Add up how datasets stand."""
    tally: dict[State, int] = defaultdict(int)
    for each in states:
        for state, count in each.items():
            tally[state] += count
    known = tally[State.ON_TIME] + tally[State.DUE_SOON] + tally[State.OVERDUE]
    total = sum(tally.values())
    return Freshness(
        department,
        total,
        tally[State.ON_TIME],
        tally[State.DUE_SOON],
        tally[State.OVERDUE],
        total - known,
    )


def reported_load(row: Recorded, names: Names) -> Load:
    """Tell one load with its whole report, as staff may read it."""
    note = row.note
    return Load(
        number=row.seq,
        when=row.at,
        source=names.link(source_iri(row.source, names)),
        who=row.actor,
        reason=row.reason,
        touched="",
        read=note.get("read", 0),
        new=note.get("new", 0),
        changed=note.get("changed", 0),
        removed=note.get("removed", 0),
        repaired=sum(note.get("repaired", {}).values()),
        quarantined=sum(note.get("quarantined", {}).values()),
    )


def seen_load(change: Happened, names: Names) -> Load:
    """Tell one load by what it did to the entries that everybody sees."""
    source = names.link(source_iri(change.source, names))
    touched = " · ".join(counted(change.touched))
    return Load(change.seq, change.at, source, change.actor, change.reason, touched)


def source_iri(source: str, names: Names) -> str:
    """Give the name of a source."""
    return f"{names.base}/id/source/{source}"
