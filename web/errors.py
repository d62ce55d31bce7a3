"""Each refusal gets its status here, once, and is told as a page, as JSON or as text.

NotFound 404 · NotAcceptable 406 · Gone 410 · Forbidden 403 · Conflict and Braked 409 · Invalid, Unreadable and
QueryRefused 400, one too large 413, one past the quota 429 with Retry-After · QueryStopped and
Unavailable 503 with Retry-After · Upstream 502.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import lazy_gettext
from werkzeug.exceptions import HTTPException, InternalServerError

from ontology import errors
from sparql.formats import negotiate
from sparql.guard import TooLarge
from sparql.metering import Exhausted
from web.language import language

STATUS: dict[type[errors.GovgraphError], int] = {
    errors.NotFound: 404,
    errors.NotAcceptable: 406,
    errors.Gone: 410,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Braked: 409,
    TooLarge: 413,
    Exhausted: 429,
    errors.QueryStopped: 503,
    errors.QueryRefused: 400,
    errors.Unreadable: 400,
    errors.Invalid: 400,
    errors.Upstream: 502,
    errors.Unavailable: 503,
}
RETRY_AFTER = 10
WORST_REDIRECT = 400
OWN_HEADERS = frozenset({"Content-Type", "Content-Length"})
SERVER_FAULT = 500

# status: what happened (title, sentence), what was kept, what to do
WORDS = {
    400: (
        lazy_gettext("This request cannot be understood"),
        lazy_gettext("Something in the address or in what was sent breaks a rule."),
        lazy_gettext("Nothing was changed."),
        lazy_gettext("Correct it and send it again."),
    ),
    403: (
        lazy_gettext("This is not open to you"),
        lazy_gettext("What you asked for is kept for readers with another clearance."),
        lazy_gettext("Nothing was changed."),
        lazy_gettext("Ask the department that keeps it; its page says whom to reach."),
    ),
    404: (
        lazy_gettext("There is nothing at this address"),
        lazy_gettext("The address may be mistyped, or the thing is not in what you may see."),
        lazy_gettext("Addresses of catalogued things are permanent: one that worked still works."),
        lazy_gettext("Search by name, or by the code at the end of the address."),
    ),
    405: (
        lazy_gettext("This address does not take that kind of request"),
        lazy_gettext("It can be read, but not written to in this way."),
        lazy_gettext("Nothing was changed."),
        lazy_gettext("Open it as a page, or read the manual for the addresses that take data."),
    ),
    406: (
        lazy_gettext("This cannot be had in that form"),
        lazy_gettext("None of the forms that were asked for is offered here."),
        lazy_gettext("Nothing was changed."),
        lazy_gettext("Ask for one of the forms that are offered, or open the page itself."),
    ),
    409: (
        lazy_gettext("Something stood in the way"),
        lazy_gettext("Another change came first, or a safety brake held."),
        lazy_gettext("Nothing was overwritten and nothing was removed."),
        lazy_gettext("Read the thing again as it now stands, then decide."),
    ),
    410: (
        lazy_gettext("This was removed"),
        lazy_gettext("It was in the catalogue and has been taken out."),
        lazy_gettext("Its address stays taken, and its history is kept."),
        lazy_gettext("Search for what took its place."),
    ),
    413: (
        lazy_gettext("That is too large to take"),
        lazy_gettext("What was sent is larger than this server accepts in one piece."),
        lazy_gettext("Nothing of it was kept and nothing was changed."),
        lazy_gettext("Send it in smaller parts, or load it on the server with govgraph load."),
    ),
    429: (
        lazy_gettext("Too many requests at once"),
        lazy_gettext("You have asked more often than one reader may, so that others can ask too."),
        lazy_gettext("Your earlier answers are not affected."),
        lazy_gettext("Wait a minute and ask again; for whole copies use the feed."),
    ),
    500: (
        lazy_gettext("Something broke on our side"),
        lazy_gettext("The fault is ours, not yours; it has been written to the log."),
        lazy_gettext("Whatever was confirmed to you before is safe in the ledger."),
        lazy_gettext("Try once more. If it happens again, tell the keepers of this site when."),
    ),
    502: (
        lazy_gettext("Another server did not answer"),
        lazy_gettext("This page needs an answer from a server that is not ours."),
        lazy_gettext("Nothing was changed."),
        lazy_gettext("Try again in a few minutes."),
    ),
    503: (
        lazy_gettext("Not ready just now"),
        lazy_gettext("The catalogue is being prepared, or your question took too long."),
        lazy_gettext("Nothing was lost."),
        lazy_gettext("Try again in a few seconds."),
    ),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the error page says: `title` and `what` happened, what was `kept`, what `todo`."""

    status: int
    title: str
    what: str
    kept: str
    todo: str


def refusal(status: int, sentence: str = "") -> Refusal:
    """Put a status, and the sentence of the error if it has one, into words for a person."""
    title, what, kept, todo = WORDS.get(status) or WORDS[500 if status >= SERVER_FAULT else 400]
    return Refusal(status, str(title), sentence or str(what), str(kept), str(todo))


def status_of(error: errors.GovgraphError) -> int:
    """Give the HTTP status of an error by its class or the nearest class above it."""
    return next((STATUS[each] for each in type(error).__mro__ if each in STATUS), SERVER_FAULT)


def refused(error: errors.GovgraphError) -> Response:
    """Answer one of our own errors."""
    g.why, g.why_zh = error.en, error.zh
    answer = told(refusal(status_of(error), error.sentence(language())))
    if isinstance(error, Exhausted):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def failed(error: HTTPException) -> Response:
    """Answer an error of HTTP itself; one that carries its own answer gives it."""
    if error.response is not None or error.code is None or error.code < WORST_REDIRECT:
        return make_response(error)
    answer = told(refusal(error.code))
    for name, value in error.get_headers():
        if name not in OWN_HEADERS:
            answer.headers[name] = value
    return answer


def broke(error: Exception) -> Response:
    """Answer what nobody foresaw: the outer door of every request. The trace goes to the log."""
    current_app.logger.error("unforeseen at %s", request.path, exc_info=error)
    return told(refusal(InternalServerError.code))


def told(why: Refusal) -> Response:
    """Tell a refusal in the form the client reads: a page, JSON or plain text."""
    answer = make_response(WRITERS[form()](why))
    answer.status_code = why.status
    answer.headers["Cache-Control"] = "no-store"
    if why.status in {429, 503}:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer


def form() -> str:
    """Choose the form of a refusal by Accept; addresses of the interface default to JSON."""
    usual = "application/json" if request.path.startswith("/api/") else "text/plain"
    return negotiate(request.headers.get("Accept"), (usual, *WRITERS)) or usual


def as_page(why: Refusal) -> Response:
    """Write a refusal as a page in the frame."""
    return make_response(render_template("errors/error.html", page=why))


def as_json(why: Refusal) -> Response:
    """Write a refusal as JSON after RFC 9457 (problem details)."""
    answer = jsonify(status=why.status, title=why.title, detail=why.what, advice=why.todo)
    answer.mimetype = "application/problem+json"
    return answer


def as_text(why: Refusal) -> Response:
    """Write a refusal as lines of plain text."""
    lines = (f"{why.status} {why.title}", why.what, why.kept, why.todo)
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


WRITERS = {"text/html": as_page, "application/json": as_json, "text/plain": as_text}


def register(app: Flask) -> None:
    """Catch every error of the application at its edge."""
    app.register_error_handler(errors.GovgraphError, refused)
    app.register_error_handler(HTTPException, failed)
    if not app.debug:
        app.register_error_handler(Exception, broke)


__all__ = ["Refusal", "refusal", "refused", "register", "status_of"]
