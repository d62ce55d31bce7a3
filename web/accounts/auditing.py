"""`/audit` for those who may read it: search, filter, export, and whether the chain still holds."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from flask import Response, render_template, request

from graph.ledger.audit import Anchor, Audit, Audited, Search
from ontology.actions import Action
from ontology.permissions import can
from web.accounts import trail
from web.accounts.deeds import choices, told
from web.accounts.here import accounts
from web.accounts.pages import AuditPage, Choice
from web.accounts.people import person
from web.accounts.proving import required_twice
from web.accounts.views import blueprint
from web.language import language
from web.site import site

ROWS = 50
PART = 500  # rows read at a time for an export
FIELDS = ("actor", "action", "outcome", "thing", "since", "until")
COLUMNS = ("seq", "at", "actor", "action", "outcome", "thing", "place", "why", "details", "digest")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would reckon


@blueprint.get("/audit")
def audit() -> str:
    """Show the latest rows that fit."""
    required_twice(Action.READ_AUDIT)
    asked, before = searched(), request.args.get("before", type=int)
    rows = accounts().audit.find(in_days(asked), limit=ROWS + 1, before=before)
    query = [(name, getattr(asked, name)) for name in FIELDS if getattr(asked, name)]
    ending = f"?{urlencode(query)}" if query else ""
    page = AuditPage(
        rows=tuple(told(each) for each in rows[:ROWS]),
        actions=choices(accounts().audit.actions()),
        search=asked,
        older=f"/audit?{urlencode([*query, ('before', rows[ROWS - 1].seq)])}"
        if len(rows) > ROWS
        else "",
        exportable=bool(can(person(), Action.EXPORT_AUDIT)),
        exports=(Choice(f"/audit.csv{ending}", "CSV"), Choice(f"/audit.json{ending}", "JSON")),
        length=accounts().audit.anchor().seq,
        chain=walked() if "chain" in request.args else None,
    )
    return render_template("accounts/audit.html", page=page)


def searched() -> Search:
    """Read the search from the address."""
    return Search(**{name: request.args.get(name, "").strip()[:200] for name in FIELDS})


def in_days(asked: Search) -> Search:
    """Read “since” and “until” as whole days of the city; what is no day is left out."""
    since, until = midnight(asked.since), midnight(asked.until, after=1)
    return replace(asked, since=since, until=until)


def midnight(text: str, after: int = 0) -> str:
    """Give the moment at which a day begins, or the one so many days after it."""
    try:
        day = datetime.fromisoformat(text[:10]) + timedelta(days=after)
    except ValueError:
        return ""
    return day.replace(tzinfo=site().zone).astimezone(UTC).isoformat()


def walked() -> tuple[str, ...]:
    """Walk the chain and give every fault found in it."""
    anchor: Anchor | None = None
    if site().snapshots is not None:
        anchor = site().snapshots.current().anchor
    return tuple(zh if language() == "zh" else en for en, zh in accounts().audit.faults(anchor))


@blueprint.get("/audit.<any(csv,json):form>")
def export(form: str) -> Response:
    """Give every row that fits, as CSV or JSON; the export is itself in the trail."""
    who = required_twice(Action.EXPORT_AUDIT)
    trail.done(who.name, "export-audit", thing=request.full_path)
    writer = as_csv if form == "csv" else as_json
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/json"
    answer = Response(writer(every(accounts().audit, in_days(searched()))), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="audit.{form}"'
    return answer


def every(kept: Audit, search: Search) -> Iterator[Audited]:
    """Give all rows that fit, newest first, read part by part."""
    before = None
    while rows := kept.find(search, limit=PART, before=before):
        yield from rows
        before = rows[-1].seq


def flat(row: Audited) -> dict[str, object]:
    """Give a row as a record of its columns."""
    kept = asdict(row.event)
    return {"seq": row.seq, **kept, "at": row.event.at.isoformat(), "digest": row.digest}


def as_csv(rows: Iterator[Audited]) -> Iterator[str]:
    """Write rows as CSV; what a spreadsheet would take for a formula is kept a text."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        kept = flat(row) | {"details": json.dumps(row.event.details, ensure_ascii=False)}
        writer.writerow([harmless(kept[name]) for name in COLUMNS])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def harmless(value: object) -> object:
    """Keep a text that begins like a formula from being reckoned."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_json(rows: Iterator[Audited]) -> Iterator[str]:
    """Write rows as one JSON array."""
    yield "["
    for number, row in enumerate(rows):
        yield ("," if number else "") + "\n" + json.dumps(flat(row), ensure_ascii=False)
    yield "\n]\n"


__all__ = ["audit", "export"]
