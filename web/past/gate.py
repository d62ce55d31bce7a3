"""The past as the application takes it in: the day is read first, its banner shown, links kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, make_response, render_template, request

from ontology.errors import GovgraphError, Invalid
from web.asof import day, links
from web.errors import form, refused
from web.language import language
from web.past import only_now
from web.past.views import blueprint
from web.site import Edition, site

OK = 200
NO_OTHER_DAY = Invalid(
    "This address knows the present alone: leave “at” out.",
    "此地址只反映现状：请去掉参数“at”。",
)
WAIT = 3  # seconds until a page that is being made is asked for again


@dataclass(frozen=True, slots=True)
class Then:
    """What the banner of a page of the past says.

    `day` is the day asked for, `number` the last change the page knows (0: none yet), `back` the
    address of the same page now; `kept` what else its address asks, for the form that changes the
    day, which may be up to `today`. `why_not` says why the page knows the present alone, "" where
    it is of the day.
    """

    day: date
    number: int
    path: str
    back: str
    kept: tuple[tuple[str, str], ...]
    today: date
    why_not: str = ""


def then() -> Then | None:
    """Give what the banner says; None on a page of the present, or of no day."""
    try:
        asked = day.asked()
    except GovgraphError:
        return None
    if asked is None:
        return None
    try:
        seq = day.number()
    except GovgraphError:
        seq = 0
    kept = tuple((k, v) for k, v in request.args.items(multi=True) if k != day.PARAMETER)
    back = f"{request.path}?{urlencode(kept)}" if kept else request.path
    why_not = only_now.why_not()
    told = why_not[language() == "zh"] if why_not else ""
    return Then(asked, seq, request.path, back, kept, day.today(), told)


def looked() -> None:
    """Refuse a request for what is no day before anything else is done with it."""
    if request.endpoint != "static":
        day.asked()


def framed() -> dict[str, Any]:
    """Give the frame of every page its banner, and the number of the change it stands at."""
    found = then()
    if found is None:
        return {"then": None}
    if found.why_not:
        return {"then": found}
    edition: Edition | None = site().edition()
    if edition and 0 < found.number < edition.number:
        edition = Edition(found.number, day.holding().pasts.times.at(found.number))
    return {"then": found, "edition": edition}


def kept(response: Response) -> Response:
    """Keep the links of a page of the past in the past."""
    if request.endpoint == "static" or day.PARAMETER not in request.args:
        return response
    try:
        asked = day.asked()
    except GovgraphError:
        return response
    if asked and files_of_now(response):
        return refused(NO_OTHER_DAY)
    return links.kept(response, asked.isoformat(), site().base) if asked else response


def files_of_now(response: Response) -> bool:
    """Say whether this would be a file of the present under the address of another day."""
    page = response.mimetype == "text/html" or response.status_code != OK
    return request.method in {"GET", "HEAD"} and not page and only_now.why_not() is not None


def waiting(error: day.Making) -> Response:
    """Answer while the catalogue of a day is being laid out: the page asks again by itself."""
    if form() != "text/html":
        answer = refused(error)
    else:
        answer = make_response(render_template("past/making.html"), 503)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Refresh"] = str(WAIT)
    answer.headers["Retry-After"] = str(WAIT)
    return answer


def register(app: Flask) -> None:
    """Give the application its past."""
    app.register_blueprint(blueprint)
    app.before_request(looked)
    app.context_processor(framed)
    app.after_request(kept)
    app.register_error_handler(day.Making, waiting)
