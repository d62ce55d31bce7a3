"""`/lineage/impact`: what breaks if something changes, grouped by who must be told."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import openpyxl
from flask import Response, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from graph.lineage.impact import Hit, Impact, impact_of
from graph.views.snapshots import View
from ontology.code_lists import concept
from web.catalogue.names import Names, names_of
from web.governance.views import plain
from web.language import language
from web.lineage.asking import PATH, Asked, asked
from web.lineage.details import NOBODY, Whose, whose
from web.lineage.views import KIND, blueprint, flows_now, thing, view
from web.page import Link
from web.site import site

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROOT = f"{PATH}/impact/<{KIND}>/<path:code>"
SHOWN = 200  # things of one keeper that a page lists; the sheet holds all
MOST = 1_000  # things that a page lists of all keepers, each of them having a few
FEWEST = 2
AFFECTED = {
    "derived": lazy_gettext("made of it"),
    "system": lazy_gettext("kept in it"),
    "feeds": lazy_gettext("fed by it"),
    "layer": lazy_gettext("map layer of it"),
    "part": lazy_gettext("holds an item that is touched"),
    "file": lazy_gettext("file that is handed out"),
    "service": lazy_gettext("interface that is handed out"),
    "agreement": lazy_gettext("agreement on it"),
}


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing that is touched: how, at what distance, by which way, and how surely."""

    link: Link
    kind: str
    how: str
    distance: int
    way: tuple[Link, ...]
    certain: bool
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Told:
    """Who must be told, and of what; `keeper` is None for what names nobody (an orphan).

    `district` says that it is a body of a district; `more` counts what the page does not list.
    """

    keeper: Link | None
    district: bool
    things: tuple[Touched, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ImpactPage:
    """The page: whom to tell of what, circles, orphans, and where sensitivity flows and stops."""

    title: Link
    kind: str
    question: str
    total: int
    certain: int
    told: tuple[Told, ...]
    orphans: int
    circles: tuple[tuple[Link, ...], ...]
    grade: str
    sensitive: int
    masked: tuple[tuple[Link, Link], ...]
    notice: str
    lineage_url: str
    sheet_url: str
    notice_url: str
    iri: str
    send_url: str


QUESTIONS = {
    "item": lazy_gettext("What if this item changes"),
    "system": lazy_gettext("What if this system stops"),
}


@dataclass(frozen=True, slots=True)
class Touching:
    """What a change touches in one view, by whom to tell: those with most first, nobody ("") last."""

    view: View
    iri: str
    impact: Impact
    whose: dict[str, Whose]
    groups: dict[str, list[Hit]]


def touching(here: View, iri: str) -> Touching:
    """Reckon what a change touches in a view."""
    impact = impact_of(here.store, flows_now(here), iri)
    owners = whose(here, [iri, *(each.iri for each in impact.hits)])
    return Touching(here, iri, impact, owners, grouped(impact.hits, owners))


@dataclass(frozen=True, slots=True)
class Found:
    """What was reckoned for one request; `groups` is what is touched by whom to tell, those with most first."""

    ask: Asked
    here: View
    iri: str
    impact: Impact
    whose: dict[str, Whose]
    groups: dict[str, list[Hit]]
    names: Names

    @property
    def shown(self) -> int:
        """Give how many things of one keeper a page lists."""
        return listed(len(self.groups))


def found(kind: str, code: str, *, whole: bool = False) -> Found:
    """Reckon what a change touches, in the reader's view; name what a page lists, or the `whole`."""
    ask, here = asked(kind, code), view()
    iri = thing(here, ask)
    touched = touching(here, iri)
    impact, owners, groups = touched.impact, touched.whose, touched.groups
    most = len(impact.hits) if whole else listed(len(groups))
    hits = [hit for each in groups.values() for hit in each[:most]]
    ends = (end for ring in impact.circles for end in ring)
    stops = (end for pair in impact.masked for end in pair)
    named = {iri, *ends, *stops, *groups, *(end for hit in hits for end in (hit.iri, *hit.way))}
    named |= {owners.get(each.iri, NOBODY).whole for each in hits}
    base = site().settings.base
    names = names_of(here, named - {""}, base=base, language=language())
    return Found(ask, here, iri, impact, owners, groups, names)


def grouped(hits: Iterable[Hit], owners: Mapping[str, Whose]) -> dict[str, list[Hit]]:
    """Group what is touched by who must be told, those with most first and nobody last."""
    groups: dict[str, list[Hit]] = {}
    for hit in hits:
        groups.setdefault(owners.get(hit.iri, NOBODY).keeper, []).append(hit)
    return dict(sorted(groups.items(), key=lambda pair: (not pair[0], -len(pair[1]), pair[0])))


def listed(groups: int) -> int:
    """Give how many things of one keeper a page lists, so that all have some and the page an end."""
    return min(SHOWN, max(FEWEST, MOST // max(groups, 1)))


@blueprint.get(ROOT)
def impact(kind: str, code: str) -> str:
    """Show who must be told."""
    return render_template("lineage/impact.html", page=page(found(kind, code)))


def page(of: Found) -> ImpactPage:
    """Put the page together."""
    names, impact = of.names, of.impact
    told_all = told(of)
    path = f"/lineage/impact/{of.ask.kind}/{of.ask.code}"
    known = concept(impact.grade) if impact.grade else None
    return ImpactPage(
        title=names.link(of.iri),
        kind=str(names.kind(of.iri).one),
        question=str(QUESTIONS.get(of.ask.kind, _("What if this entry changes or closes"))),
        total=len(impact.hits),
        certain=sum(each.certain for each in impact.hits),
        told=told_all,
        orphans=sum(len(each.things) + each.more for each in told_all if each.keeper is None),
        circles=tuple(tuple(names.link(iri) for iri in ring) for ring in impact.circles),
        grade=known.label(language()) if known else "",
        sensitive=len(impact.sensitive),
        masked=tuple((names.link(one), names.link(other)) for one, other in impact.masked),
        notice=notice_of(of, told_all),
        lineage_url=of.ask.path,
        sheet_url=f"{path}.xlsx",
        notice_url=f"{path}.txt",
        iri=of.iri,
        send_url=f"{path}/notice",
    )


def told(of: Found) -> tuple[Told, ...]:
    """Put into words what is touched, by who must be told."""
    sensitive = frozenset(of.impact.sensitive)
    return tuple(
        Told(
            keeper=of.names.link(keeper) if keeper else None,
            district=bool(keeper and of.whose[hits[0].iri].district),
            things=tuple(touched(of, hit, sensitive) for hit in hits[: of.shown]),
            more=max(0, len(hits) - of.shown),
        )
        for keeper, hits in of.groups.items()
    )


def touched(of: Found, hit: Hit, sensitive: frozenset[str]) -> Touched:
    """Put one thing into words."""
    names = of.names
    within = of.whose.get(hit.iri, NOBODY).whole
    own = names.link(hit.iri)
    note = names.text(within).value if within and own.kind in {"item", "distribution"} else ""
    return Touched(
        link=Link(own.text, own.url, own.kind, note),
        kind=str(names.kind(hit.iri).one),
        how=str(AFFECTED[hit.flow]),
        distance=hit.distance,
        way=tuple(names.link(iri) for iri in hit.way),
        certain=hit.certain,
        sensitive=hit.iri in sensitive,
    )


def notice_of(of: Found, groups: Iterable[Told]) -> str:
    """Write the notice to who must be told."""
    name = of.names.text(of.iri).value
    lines = [
        _("Notice of a change: %(name)s", name=name),
        _("%(n)s things are made of it or handed out from it.", n=len(of.impact.hits)),
        "",
    ]
    for group in groups:
        keeper = group.keeper.text.value if group.keeper else _("Keeper not stated")
        lines.append(f"{keeper} ({len(group.things) + group.more})")
        lines += [
            f"  - {each.link.text.value}: {each.how}" + ("" if each.certain else _(" (possibly)"))
            for each in group.things
        ]
        if group.more:
            lines.append("  " + _("… and %(n)s more", n=group.more))
    return "\n".join(lines) + "\n"


@blueprint.get(f"{ROOT}.txt")
def notice(kind: str, code: str) -> Response:
    """Give the notice as a text."""
    of = found(kind, code)
    return Response(notice_of(of, told(of)), mimetype="text/plain")


@blueprint.get(f"{ROOT}.xlsx")
def sheet(kind: str, code: str) -> Response:
    """Give everything as a spreadsheet."""
    of = found(kind, code, whole=True)
    book = openpyxl.Workbook(write_only=True)
    page_of = book.create_sheet(_("Who must be told"))
    page_of.append(
        [_("Department"), _("Thing"), _("Kind"), _("How"), _("Steps"), _("Sure"), _("Way"), "IRI"]
    )
    sensitive = frozenset(of.impact.sensitive)
    for hit in of.impact.hits:
        each, keeper = touched(of, hit, sensitive), of.whose.get(hit.iri, NOBODY).keeper
        page_of.append([
            plain(of.names.text(keeper).value) if keeper else "",
            plain(each.link.text.value), each.kind, each.how, each.distance,
            _("Yes") if each.certain else _("Possibly"),
            plain(" → ".join(link.text.value for link in each.way)), hit.iri,
        ])  # fmt: skip
    file = io.BytesIO()
    book.save(file)
    answer = Response(file.getvalue(), mimetype=SHEET)
    answer.headers["Content-Disposition"] = 'attachment; filename="impact.xlsx"'
    return answer
