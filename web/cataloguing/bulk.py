"""A department's catalogue taken out as a workbook and sent back: where each upload begins."""

from __future__ import annotations

from flask import Response, current_app, flash, make_response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from graph.bulk.bulks import Bulks, Sent
from graph.bulk.catalogue import Owner
from graph.bulk.content import of_catalogue
from graph.bulk.keeping import UNDER_WAY, Bulk
from graph.bulk.sending import MOST_BYTES
from graph.bulk.sheets import About
from graph.bulk.workbook import workbook
from ontology.actions import Action
from ontology.errors import GovgraphError, Invalid
from ontology.people import Person
from ontology.permissions import can
from ontology.workflows import steps
from web.accounts.holders import Body, bodies
from web.accounts.people import Denied, words
from web.cataloguing.bulk_pages import BulkDesk, BulkLine
from web.cataloguing.bulk_sheets import GUIDE, columns, sheets
from web.cataloguing.choices import Choice
from web.cataloguing.desk import blueprint, owner_named
from web.cataloguing.here import (
    cases,
    departments_for,
    done,
    holders_of,
    now,
    serves_city,
    thing_of,
    who,
)
from web.cataloguing.waiting import DECIDING
from web.errors import status_of
from web.language import language
from web.site import site

KEPT = "govgraph.bulks"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROOM = 1 << 20  # bytes of a form beside its file
SHOWN = 50


def bulks() -> Bulks:
    """Give the uploads of this house; raise Unavailable in one that has no data."""
    held: Bulks | None = current_app.extensions.get(KEPT)
    if held is None:
        held = current_app.extensions[KEPT] = Bulks(cases().instance)
    return held


@blueprint.url_value_preprocessor
def bounded(endpoint: str | None, _values: dict[str, object] | None) -> None:
    """Refuse a file beyond all measure before anything of it is written down."""
    if endpoint == f"{blueprint.name}.send":
        request.max_content_length = MOST_BYTES + ROOM


@blueprint.get("/bulk")
def bulk_desk() -> str:
    """Show where a catalogue is taken out and sent back, and what was sent."""
    return render_template("cataloguing/bulk.html", page=desk_page(who()))


def desk_page(person: Person, fault: str = "") -> BulkDesk:
    """Put the page together."""
    reads = departments_for(person, Action.READ_DRAFT)
    writes = departments_for(person, Action.UPLOAD)
    return BulkDesk(
        owners=named(reads),
        writes=named(writes),
        owner=request.values.get("owner", "")[:100],
        lines=tuple(line_of(each, person) for each in seen_by(person)),
        fault=fault,
    )


def named(found: list[Body]) -> tuple[Choice, ...]:
    """Give departments to choose from, by name."""
    choices = (Choice(each.code, words(each.name)) for each in found)
    return tuple(sorted(choices, key=lambda each: each.words))


def seen_by(person: Person) -> list[Bulk]:
    """Give the uploads that the person may see, newest first."""
    mine = None if serves_city(person) else holders_of(person)
    found = bulks().keeping.find(mine, limit=SHOWN)
    return [each for each in found if can(person, Action.READ_DRAFT, each.thing)]


def line_of(bulk: Bulk, person: Person) -> BulkLine:
    """Give an upload as a list shows it to the person."""
    return BulkLine(
        bulk=bulk,
        owner=owner_named(bulk.owner.code),
        state=words(bulk.state.words),
        entries=bulks().keeping.counts(bulk.id).all,
        takes=takes(bulk, person),
    )


def takes(bulk: Bulk, person: Person) -> bool:
    """Say whether the person may decide on an upload now."""
    found = steps(bulk.state, person, bulk.thing)
    return any(step.action in DECIDING and verdict for step, verdict in found)


def bulks_waiting(person: Person | None = None) -> list[BulkLine]:
    """Give the uploads that wait for the reader's decision."""
    asking = person or who()
    mine = None if serves_city(asking) else holders_of(asking)
    found = bulks().keeping.find(mine, UNDER_WAY)
    return [line_of(each, asking) for each in found if takes(each, asking)]


blueprint.add_app_template_global(bulks_waiting)


@blueprint.get("/bulk/workbook.xlsx")
def take_out() -> Response:
    """Give a department's whole catalogue as a workbook."""
    person = who()
    body = body_of(request.args.get("owner", ""))
    verdict = can(person, Action.READ_DRAFT, thing_of(body))
    if not verdict:
        raise Denied(verdict)
    catalogue = bulks().catalogue(Owner(body.code, body.district))
    made = now().isoformat(timespec="seconds")
    about = About(body.code, language(), catalogue.seq, catalogue.base, made)
    data = workbook(about, of_catalogue(catalogue, sheets(), language()), GUIDE)
    return attached(data, f"{body.code}-{now().astimezone(site().zone):%Y%m%d}.xlsx")


def attached(data: bytes, name: str) -> Response:
    """Give a workbook as a file to save."""
    answer = make_response(data)
    answer.headers["Content-Type"] = XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.post("/bulk")
def send() -> Response | Answer:
    """Take an edited workbook in and show every difference; nothing changes yet."""
    person = who()
    body = body_of(request.form.get("owner", ""))
    verdict = can(person, Action.UPLOAD, thing_of(body))
    if not verdict:
        raise Denied(verdict)
    try:
        held = bulks().receive(sent(body), columns(), person)
    except GovgraphError as error:
        page = desk_page(person, error.sentence(language()))
        return make_response(render_template("cataloguing/bulk.html", page=page), status_of(error))
    done(person, Action.UPLOAD, address_of(held), held.name)
    counts = bulks().keeping.counts(held.id)
    said = _("Rows read: %(rows)s. Entries that differ: %(n)s.", rows=held.rows, n=counts.all)
    flash(said, "good")
    return redirect(f"/cataloguing/bulk/{held.id}", 303)


def sent(body: Body) -> Sent:
    """Give the file that was sent; raise Invalid where there is none."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid("Choose the workbook that you edited.", "请选择编辑好的工作簿。")
    with file.stream:
        data = file.stream.read(MOST_BYTES + 1)
    name = file.filename.replace("\\", "/").rpartition("/")[2][-200:]
    return Sent(name, data, Owner(body.code, body.district), now())


def body_of(code: str) -> Body:
    """Give a department; raise Invalid where there is none of that code."""
    body = bodies().get(code)
    if body is None or body.code == body.district:
        raise Invalid("Choose a department.", "请选择部门。")
    return body


def address_of(bulk: Bulk) -> str:
    """Give the address of an upload, as the audit names it."""
    return f"{site().base}/cataloguing/bulk/{bulk.id}"
