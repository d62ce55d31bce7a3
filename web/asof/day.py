"""The day that a request asks for: `?at=2017-10-31` is the catalogue as of the end of that day.

The day is one of the site's time zone. Which view that is follows from the ledger, and what of it
the reader may see from the person, as for the present.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import current_app, g, has_request_context, request

from graph.home import Home
from graph.past.asof import HistoryThen, Pasts
from graph.views.snapshots import View
from ontology.clearance import Clearance
from ontology.errors import Invalid, NotFound, Unavailable
from web.asof.making import Maker
from web.site import site
from web.wording import said

PARAMETER = "at"
HELD = "govgraph.pasts"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Making(Unavailable):
    """The catalogue of that day is being laid out; it will be there in a while."""


class BeforeFirst(NotFound):
    """There was no catalogue yet on that day."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a web worker keeps for the past: the views that are there, and what makes others."""

    pasts: Pasts
    maker: Maker


def asked() -> date | None:
    """Give the day that this request asks for, None for the present.

    Raises Invalid for what is no day, or one that has not come yet.
    """
    given = request.args.get(PARAMETER, "") if has_request_context() else ""
    return read(given) if given else None


def read(given: str) -> date:
    """Read a day that has come."""
    try:
        day = date.fromisoformat(given) if DAY.fullmatch(given) else None
    except ValueError:
        day = None
    if day is None:
        raise Invalid(
            f"“at” should be a day like 2017-10-31, not “{given[:40]}”.",
            f"参数“at”应当是形如 2017-10-31 的日期，而不是“{given[:40]}”。",
        )
    if day > today():
        raise Invalid(
            f"{given} has not come yet: the catalogue can be read as of a day up to today.",
            f"{given} 尚未到来：只能查看截至今天的目录。",
        )
    return day


def today() -> date:
    """Give the present day in the time zone of the site."""
    return site().now().astimezone(site().zone).date()


def over() -> bool:
    """Say whether the day that is asked for is over, so that nothing of it can change."""
    day = asked()
    return day is not None and day < today()


def holding() -> Holding:
    """Give what this worker keeps for the past; raise Unavailable in a house without data."""
    house = site()
    if house.snapshots is None or house.history is None:
        raise Unavailable(
            "This instance has no past: it has no data.", "本实例尚无数据，没有历史。"
        )
    held: Holding | None = current_app.extensions.get(HELD)
    if held is None:
        home = Home(house.snapshots.folder.parent, house.settings)
        held = Holding(Pasts(home, house.history.ledger), Maker(home.path))
        current_app.extensions[HELD] = held
    return held


def number() -> int:
    """Give the ledger's number at the end of the day that is asked for.

    Raises BeforeFirst where the catalogue begins later.
    """
    day = asked()
    assert day is not None
    if "past_number" not in g:
        end = datetime.combine(day + timedelta(days=1), time(), site().zone)
        g.past_number = holding().pasts.times.number(end)
    if g.past_number == 0:
        raise not_yet(day)
    found: int = g.past_number
    return found


def not_yet(day: date) -> BeforeFirst:
    """Say that the catalogue begins later."""
    first = holding().pasts.times.first()
    begins = first.astimezone(site().zone).date().isoformat() if first else ""
    return BeforeFirst(
        f"There was no catalogue yet on {day}: its first change was on {begins}.",
        f"{day} 时尚无目录：第一次变更发生于 {begins}。",
    )


def view(clearance: Clearance) -> View | None:
    """Give the view of the day that is asked for; None where that is the present.

    Raises Making while it is being laid out.
    """
    if asked() is None:
        return None
    seq, held = number(), holding()
    present: View = site().snapshots.view(clearance)
    if seq >= present.seq:
        return present
    if not held.pasts.ready(seq):
        held.maker.begin(seq)
        raise Making(
            "The catalogue of that day is being laid out from the ledger. "
            "This page asks again by itself.",
            "正在根据账本还原该日的目录。本页会自动刷新。",
        )
    return held.pasts.view(seq, clearance)


def history() -> HistoryThen | None:
    """Give the history as it was on the day that is asked for; None for the present."""
    if not asked():
        return None
    told = site().history
    return HistoryThen(told.ledger, number(), told.instance)


def in_words(day: date) -> str:
    """Say a day in the language of the page."""
    return said(day)
