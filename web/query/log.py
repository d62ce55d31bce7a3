"""`/query/log` for those who may read the audit: what was asked lately, of what, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from flask import render_template, request
from flask_babel import gettext as _

from graph.asking.asked import DATASET, PREDICATE, Asked, Asker, QueryLog, by_keeper
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
SPANS = (7, 30, 90, 365)  # days that are added up
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
class End:
    """How queries ended: the kind, its words, how often, and where those queries are."""

    kind: str
    words: str
    times: int
    url: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who asked, and where their queries are."""

    asker: Asker
    url: str


@dataclass(frozen=True, slots=True)
class Most:
    """What was used most, and how many there are of it in all."""

    rows: tuple[Used, ...]
    all: int


@dataclass(frozen=True, slots=True)
class LogPage:
    """The page: sums of the last days, who asked, what was asked most, and the latest queries.

    `spans` are the days that can be added up and where, `chosen` says in words which queries alone
    are shown, `counted` of how many datasets departments are told, where that is not of all.
    """

    days: int
    spans: tuple[tuple[int, str], ...]
    total: int
    strangers: int
    strangers_url: str
    ends: tuple[End, ...]
    people: tuple[Person, ...]
    datasets: Most
    departments: Most
    predicates: Most
    rows: tuple[Row, ...]
    older: str
    whole: str
    chosen: str = ""
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked at: how many days, and of the latest queries those of one person or one end."""

    days: int = DAYS
    before: int | None = None
    who: str | None = None
    outcome: str = ""

    @classmethod
    def read(cls) -> Wish:
        """Read the address; what it says amiss is as if it said nothing."""
        days = request.args.get("days", DAYS, type=int)
        outcome = request.args.get("outcome", "")
        return cls(
            days if days in SPANS else DAYS,
            request.args.get("before", type=int),
            request.args.get("who"),
            outcome if outcome in outcomes() else "",
        )

    def url(self, **changed: object) -> str:
        """Give the address of this with something changed; what is left out is not in it."""
        wish = replace(self, **{"before": None, **changed})  # type: ignore[arg-type]
        fields = [("days", str(wish.days))] if wish.days != DAYS else []
        fields += [("who", wish.who)] if wish.who is not None else []
        fields += [("outcome", wish.outcome)] if wish.outcome else []
        fields += [("before", str(wish.before))] if wish.before else []
        return address("/query/log", fields)


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
    return render_template("query/log.html", page=page(kept, Wish.read()))


def page(kept: QueryLog, wish: Wish) -> LogPage:
    """Put the page together."""
    since = (site().now() - timedelta(days=wish.days)).isoformat(timespec="seconds")
    view = people.view()
    datasets, predicates = kept.used(DATASET, since), kept.used(PREDICATE, since)
    keepers = by_keeper(view.store, dict(islice(datasets.items(), COUNTED)))
    found = kept.latest(ROWS + 1, before=wish.before, who=wish.who, outcome=wish.outcome)
    shown, ends, askers = found[:ROWS], kept.ends(since), kept.askers(since)
    iris = {*islice(datasets, LISTED), *islice(keepers, LISTED)}
    iris |= {iri for each in shown for iri in each.datasets[:THINGS]}
    names = names_of(view, iris, base=site().base, language=language())
    words = outcomes()
    listed = tuple(Used(shortened(iri), "", n) for iri, n in islice(predicates.items(), LISTED))
    return LogPage(
        days=wish.days,
        spans=tuple((days, wish.url(days=days)) for days in SPANS),
        total=sum(ends.values()),
        strangers=sum(each.times for each in askers if not each.who),
        strangers_url=f"{wish.url(who='')}#latest",
        ends=tuple(
            End(kind, words.get(kind, kind), times, f"{wish.url(outcome=kind)}#latest")
            for kind, times in ends.items()
        ),
        people=tuple(Person(each, f"{wish.url(who=each.who)}#latest") for each in askers[:LISTED]),
        datasets=Most(used(datasets, names), len(datasets)),
        departments=Most(used(keepers, names), len(keepers)),
        predicates=Most(listed, len(predicates)),
        rows=tuple(row(each, names, words) for each in shown),
        older=f"{wish.url(before=shown[-1].seq)}#latest" if len(found) > ROWS else "",
        whole=f"{wish.url(who=None, outcome='')}#latest",
        chosen=chosen(wish, words),
        counted=COUNTED if len(datasets) > COUNTED else 0,
    )


def chosen(wish: Wish, words: dict[str, str]) -> str:
    """Say which queries alone are shown; "" for all."""
    who = "" if wish.who is None else wish.who or _("anyone")
    told: str = _("; ").join(filter(None, (who, words.get(wish.outcome, ""))))
    return told


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
