"""`/governance`: the overview, the inventory of systems, and the form that reports a change."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from graph.cataloguing.reported import report, settle
from graph.ledger.ledger import Recorded
from ontology.actions import Action
from ontology.permissions import can
from web.accounts import people, trail
from web.accounts.holders import district_of
from web.accounts.views import NotSignedIn
from web.asof import day
from web.catalogue.asking import page_of
from web.catalogue.desk import desk, past
from web.governance import clocks
from web.governance.freshness import by_department
from web.governance.inventory import System, Wish, systems
from web.governance.pages import GovernancePage, Load, SystemRow, SystemsPage
from web.governance.reckoning import plan
from web.governance.reviews import reviews
from web.governance.words import (
    SYSTEMS,
    by_owner,
    choices,
    coverage,
    fresh,
    freshness,
    names_in,
    reported_load,
    seen_load,
    source_iri,
    system_row,
)
from web.page import Link, PageUrl, Text, address, pager
from web.site import instance, ledger

blueprint = Blueprint("governance", __name__)
SIZE = 50  # systems on a page
LOADS = 12
LOOKED_AT = 300  # changes among which loads are looked for
WORST = 8  # departments with most to catalogue
LONGEST = 2000  # characters of what changed
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would reckon
REPORT = "/governance/report"
blueprint.add_app_template_global(clocks.report_path)


@blueprint.get("/governance")
def start() -> str:
    """Show the overview: for everyone what is open, for staff clocks and reports as well."""
    here = desk()
    staff = bool(can(people.person(), Action.READ_SHARED)) and day.asked() is None
    if staff:
        settle(instance())
    found, counts = systems(here.view), by_department(here.view, here.today)
    loads = whole_loads() if staff else []
    seen = [] if staff else past().recent(here.view.clearance, LOADS)
    sources = {each.source for each in loads} | {each.source for each in seen}
    iris = [source_iri(each, names_in(here, ())) for each in sources]
    names = names_in(here, [*iris, *(each.owner for each in found), *counts])
    told: list[Load] = [reported_load(each, names) for each in loads]
    everyone = Link(Text(_("All departments")), "")
    page = GovernancePage(
        staff=staff,
        whole=coverage(found, everyone, ""),
        plan=plan(here.today),
        worst=tuple(each for each in by_owner(found, names) if each.missing)[:WORST],
        total=fresh(everyone, counts.values()),
        freshness=freshness(counts, names),
        clocks=clocks.running() if staff else (),
        closed=clocks.stopped() if staff else (),
        loads=(*told, *(seen_load(each, names) for each in seen)),
        reviews=reviews(here.view) if staff and may_read_cases() else None,
    )
    return render_template("governance/governance.html", page=page)


def may_read_cases() -> bool:
    """Say whether the reader's own view holds the cases of review."""
    return bool(can(people.person(), Action.READ_GOVERNANCE))


def whole_loads() -> list[Recorded]:
    """Give the last loads as the ledger noted them."""
    return [each for each in ledger().heads(LOOKED_AT) if each.kind == "load"][:LOADS]


@blueprint.get(SYSTEMS)
def inventory() -> str:
    """Show the information systems that fit, and the coverage of each department."""
    here, wish = desk(), wished()
    found = systems(here.view)
    fitting = [each for each in found if wish.fits(each)]
    number = page_of(request.args.get("page", ""), "page")
    shown = fitting[(number - 1) * SIZE : number * SIZE]
    names = names_in(here, [iri for each in found for iri in (each.iri, each.owner) if iri])
    everyone = Link(Text(_("All departments")), "")
    page = SystemsPage(
        whole=coverage(found, everyone, ""),
        plan=plan(here.today),
        choices=choices(found, wish, names),
        chosen=bool(wish.pairs()),
        rows=tuple(system_row(each, names, here.today, reporting(each)) for each in shown),
        found=len(fitting),
        pager=pager(
            number=number,
            size=SIZE,
            total=len(fitting),
            url=PageUrl(SYSTEMS, tuple(wish.pairs())),
        ),
        coverage=by_owner(found, names),
        query=address("", wish.pairs()),
    )
    return render_template("governance/systems.html", page=page)


def wished() -> Wish:
    """Read the filters from the address."""
    return Wish(**{name: request.args.get(name, "")[:100] for name in Wish.__slots__})


def reporting(system: System) -> str:
    """Give the address of the form for a system, "" where the reader may not report."""
    if not people.person().name or not system.owner:
        return ""
    owner = system.owner.rpartition("/")[2]
    return REPORT if clocks.may_report(owner, district_of(owner)) else ""


@blueprint.get(f"{SYSTEMS}.csv")
def inventory_csv() -> Response:
    """Give the systems that fit as a table for a spreadsheet."""
    here, wish = desk(), wished()
    fitting = [each for each in systems(here.view) if wish.fits(each)]
    names = names_in(here, [iri for each in fitting for iri in (each.iri, each.owner) if iri])
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(
        (
            _("Code"),
            _("Information system"),
            _("Department"),
            _("Funding"),
            _("Budget year"),
            _("Status"),
            _("Datasets"),
            _("Map layers"),
            _("Standing"),
            _("Due"),
        )
    )
    for each in fitting:
        writer.writerow(cells(system_row(each, names, here.today, "")))
    answer = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="systems.csv"'
    return answer


def cells(row: SystemRow) -> tuple[str | int, ...]:
    """Give one system as the cells of a table."""
    due = row.standing.due
    return (
        plain(row.code),
        plain(row.name.text.value),
        plain(row.owner.text.value) if row.owner else "",
        row.funding,
        row.year,
        row.status,
        row.datasets,
        row.layers,
        row.standing.words,
        due.isoformat() if due else "",
    )


def plain(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


@blueprint.get(REPORT)
def report_form() -> str:
    """Show the form that reports a change of a system or of data."""
    of = reportable(request.args.get("iri", ""))
    return render_template("governance/report.html", page=clocks.report_page(of))


def reportable(iri: str) -> clocks.About:
    """Give what a report is about; raise Denied where the reader may not report it."""
    if not people.person().name:
        raise NotSignedIn
    of = clocks.about(iri if iri.startswith(("http://", "https://")) else "urn:none")
    people.required(Action.REPORT_CHANGE, of.thing)
    return of


@blueprint.post(REPORT)
def report_change() -> str | Answer:
    """Start the clock of two working days."""
    of = reportable(request.form.get("iri", ""))
    what = request.form.get("what", "").strip()[:LONGEST]
    chosen = set(request.form.getlist("entry")) & set(of.entries)
    if not what or not chosen:
        fault = _("Say what changed, and choose at least one entry that has to be updated.")
        page = clocks.report_page(of, what=what, chosen=chosen, fault=fault)
        return render_template("governance/report.html", page=page)
    made = report(instance(), clocks.reported(of, what, chosen))
    trail.done(made.by, Action.REPORT_CHANGE, thing=of.iri, why=what, due=made.due.isoformat())
    flash(_("The change is reported. The clock runs until every entry is updated."), "good")
    return redirect(f"{url_for('governance.start')}#change-{made.number}", 303)
