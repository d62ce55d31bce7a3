"""`/query/log` for those who may read the audit: what was asked lately, of what, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from flask import render_template, request
from flask_babel import gettext as _

from graph.asking.asked import DATASET, PREDICATE, Asked, QueryLog, by_keeper
from ontology.actions import Action
from ontology.errors import Unavailable
from ontology.terms import shortened
from web.accounts import people
from web.accounts.proving import required_twice
from web.catalogue.names import Names, names_of
from web.language import language
from web.page import address
from web.query.noting import query_log
from web.query.views import blueprint
from web.site import site

ROWS = 50
DAYS = 30
LISTED = 15  # datasets, departments and predicates that are asked most
THINGS = 5  # datasets of one query that are named
COUNTED = 5_000  # datasets whose departments are looked up


@dataclass(frozen=True, slots=True)
class Used:
    """One dataset, department or predicate, and how many queries used it."""

    name: str
    url: str
    times: int


@dataclass(frozen=True, slots=True)
class Row:
    """One query: when, who, what it named, gave and used, and how it ended; `more` things are left out."""

    at: datetime
    who: str
    view: str
    things: tuple[Used, ...]
    more: int
    predicates: str
    asked: Asked
    outcome: str


@dataclass(frozen=True, slots=True)
class LogPage:
    """The page: sums of the last days, what was asked most, and the latest queries.

    `counted` says of how many datasets departments are told, where that is not of all.
    """

    days: int
    ends: tuple[tuple[str, int], ...]
    datasets: tuple[Used, ...]
    departments: tuple[Used, ...]
    predicates: tuple[Used, ...]
    rows: tuple[Row, ...]
    older: str
    counted: int = 0


def outcomes() -> dict[str, str]:
    """Give the words for how a query may end."""
    return {
        "done": _("done"),
        "cut": _("cut at a limit"),
        "refused": _("refused"),
        "stopped": _("stopped at a limit"),
        "busy": _("too many at once"),
        "left": _("left by who asked"),
    }


def views() -> dict[str, str]:
    """Give the words for whose view was asked."""
    return {"open": _("open view"), "shared": _("shared view"), "governance": _("office view")}


@blueprint.get("/query/log")
def log() -> str:
    """Show what was asked, to who may read the audit."""
    required_twice(Action.READ_AUDIT)
    kept = query_log(site())
    if kept is None:
        raise Unavailable("This instance has no data yet.", "本实例尚无数据。")
    return render_template("query/log.html", page=page(kept, request.args.get("before", type=int)))


def page(kept: QueryLog, before: int | None) -> LogPage:
    """Put the page together."""
    since = (site().now() - timedelta(days=DAYS)).isoformat(timespec="seconds")
    view = people.view()
    datasets, predicates = kept.used(DATASET, since), kept.used(PREDICATE, since)
    keepers = by_keeper(view.store, dict(islice(datasets.items(), COUNTED)))
    found = kept.latest(ROWS + 1, before=before)
    shown = found[:ROWS]
    iris = {*islice(datasets, LISTED), *islice(keepers, LISTED)}
    iris |= {iri for each in shown for iri in each.datasets[:THINGS]}
    names = names_of(view, iris, base=site().base, language=language())
    words = outcomes()
    return LogPage(
        days=DAYS,
        ends=tuple((words.get(how, how), times) for how, times in kept.ends(since).items()),
        datasets=used(datasets, names),
        departments=used(keepers, names),
        predicates=tuple(
            Used(shortened(iri), "", n) for iri, n in islice(predicates.items(), LISTED)
        ),
        rows=tuple(row(each, names, words) for each in shown),
        older=address("/query/log", [("before", str(shown[-1].seq))]) if len(found) > ROWS else "",
        counted=COUNTED if len(datasets) > COUNTED else 0,
    )


def used(counts: dict[str, int], names: Names) -> tuple[Used, ...]:
    """Name what was asked most."""
    return tuple(
        Used(names.text(iri).value, names.url(iri), times)
        for iri, times in islice(counts.items(), LISTED)
    )


def row(asked: Asked, names: Names, words: dict[str, str]) -> Row:
    """Give one query as the page tells it."""
    return Row(
        at=datetime.fromisoformat(asked.at),
        who=asked.who,
        view=views().get(asked.clearance, asked.clearance),
        things=tuple(
            Used(names.text(iri).value, names.url(iri), 1) for iri in asked.datasets[:THINGS]
        ),
        more=max(len(asked.datasets) - THINGS, 0),
        predicates=", ".join(shortened(each) for each in asked.predicates),
        asked=asked,
        outcome=words.get(asked.outcome, asked.outcome),
    )
