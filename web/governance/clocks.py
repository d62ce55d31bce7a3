"""Reported changes as pages need them: who may report what, which entries it names, its clock."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.cataloguing.reported import Named, Reported, ReportedChanges
from ontology.actions import Action
from ontology.errors import NotFound
from ontology.permissions import Thing, can
from sparql.query import rows
from web.accounts import people
from web.asof import day
from web.catalogue.desk import desk, today
from web.catalogue.kinds import Kind
from web.catalogue.names import Names
from web.governance.pages import Affected, Clock, ReportPage
from web.governance.reckoning import change
from web.governance.words import names_in
from web.page import Link, Text, address
from web.site import instance, site

REPORTABLE = ("system", "dataset", "layer")


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about: the thing, its department, and the entries it may affect."""

    iri: str
    kind: Kind
    department: str
    thing: Thing
    entries: tuple[str, ...]
    names: Names

    def named(self, iri: str) -> Named:
        """Give a thing as it is called now."""
        kind, url = self.names.kind(iri), self.names.url(iri)
        return Named(iri, kind.name, url.rpartition("/")[2], self.names.text(iri).value)


def about(iri: str) -> About:
    """Read what a report would be about; raise NotFound where it is none of the reader's.

    What changes is a system or the structure of a dataset's data.
    """
    here = desk()
    owner = next(iter(rows(here.view, "governance/owner", thing=NamedNode(iri))), None)
    fed = [
        row.text("dataset") or ""
        for row in rows(here.view, "governance/fed", system=NamedNode(iri))
    ]
    names = names_in(here, [iri, *fed])
    kind = names.kind(iri)
    if owner is None or kind.name not in REPORTABLE:
        raise NotFound(
            "A change is reported of an information system or a dataset that has a department.",
            "只能报告有主管部门的信息系统或数据集的变化。",
        )
    code = owner.text("code") or ""
    thing = Thing("entry", code, district=owner.text("district"))
    return About(
        iri, kind, code, thing, (*fed,) if kind.name == "system" and fed else (iri,), names
    )


def may_report(owner: str, district: str | None = None) -> bool:
    """Say whether the reader may report changes of a department's systems."""
    return bool(
        can(people.person(), Action.REPORT_CHANGE, Thing("entry", owner, district=district))
    )


def report_path(iri: str, kind: str) -> str:
    """Give the address of the form for a thing, "" where the reader may not report it changed."""
    if kind not in REPORTABLE or not people.person().name or day.asked() is not None:
        return ""
    owner = next(iter(rows(desk().view, "governance/owner", thing=NamedNode(iri))), None)
    if owner is None or not may_report(owner.text("code") or "", owner.text("district")):
        return ""
    return address("/governance/report", [("iri", iri)])


def report_page(
    of: About, *, what: str = "", chosen: set[str] | None = None, fault: str = ""
) -> ReportPage:
    """Give the form; all entries are chosen until the person chooses."""
    return ReportPage(
        about=of.names.link(of.iri),
        kind_name=str(of.kind.one),
        iri=of.iri,
        due=change(today(), today()),
        affected=tuple(
            Affected(each, of.names.link(each), chosen is None or each in chosen)
            for each in of.entries
        ),
        what=what,
        fault=fault,
    )


def reported(of: About, what: str, chosen: set[str]) -> Reported:
    """Give the report of a change that becomes known now."""
    due = change(today(), today()).due
    assert due is not None
    return Reported(
        number=0,
        at=site().now(),
        day=today(),
        by=people.person().name,
        department=of.department,
        about=of.named(of.iri),
        what=what,
        affected=tuple(of.named(each) for each in of.entries if each in chosen),
        seq=instance().ledger.last(),
        due=due,
        provisional=change(today(), today()).mark == "provisional",
    )


def running() -> tuple[Clock, ...]:
    """Give the clocks that run."""
    return clocks(kept().open())


def stopped() -> tuple[Clock, ...]:
    """Give the clocks that stopped lately."""
    return clocks(kept().closed())


def kept() -> ReportedChanges:
    """Give the reported changes of the house."""
    return ReportedChanges(instance().ledger)


def clocks(found: list[Reported]) -> tuple[Clock, ...]:
    """Put reports into words, with one question for all names."""
    here = desk()
    departments = [f"{here.base}/id/department/{each.department}" for each in found]
    names = names_in(here, departments)
    return tuple(clock(each, names.link(iri)) for each, iri in zip(found, departments, strict=True))


def clock(each: Reported, department: Link) -> Clock:
    """Put one report into words."""
    done = kept().updated(each, desk().view.seq)
    closed = each.closed.astimezone(site().zone).date() if each.closed else None
    return Clock(
        number=each.number,
        about=link(each.about),
        what=each.what,
        department=department,
        who=each.by,
        day=each.day,
        standing=change(each.day, today(), closed),
        done=len(done),
        of=len(each.affected),
        waiting=tuple(link(entry) for entry in each.affected if entry.iri not in done),
        closed=each.closed,
    )


def link(named: Named) -> Link:
    """Lead to a thing under the name it had."""
    return Link(Text(named.title), f"/{named.kind}/{named.code}", named.kind)
