"""Strangers' questions to `/sparql` are answered at the door; people's go on into the house.

A request that carries nothing of a person (no cookie, no token), asks for data and says nothing but
what the protocol knows needs none of the application's pages, sessions and languages: it is
handed to `sparql.protocol` as it is, and its answer gets the same headers that the application
gives. Whatever is in doubt goes on into the application; a test asks both the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph.views.snapshots import Snapshots, View
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.errors import GovgraphError
from ontology.people import ANYONE
from ontology.permissions import can, clearance_of
from sparql import at_once, protocol
from sparql.at_once import Found
from sparql.leaving import heard_by
from sparql.metering import asking
from sparql.protocol import Endpoint, Request, Response
from web import security
from web.accounts import people
from web.accounts.people import stranger
from web.query.listening import ear_of
from web.query.views import endpoint, wants_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication
    from flask import Flask

    from web.site import Site

DOOR = "govgraph.door"
PATH = "/sparql"
LOOK_UP = b"/sparql?query="
NOT_PLAIN = frozenset({b"cookie", b"authorization", b"if-none-match"})
FORWARDED = b"x-forwarded-for"
OF_ONE = frozenset({"ETag", "Content-Length", "X-Govgraph-Rows"})  # headers of one answer alone
MOMENT = 0.05  # seconds in which a look-up may not know of a newer snapshot
HEADS = 32  # that are kept
NAMES = frozenset({"query", "format", "default-graph-uri", "named-graph-uri", "timeout"})
UPDATE = b"update="  # a form that holds it may be an update
TOLD_INSIDE = frozenset({401, 403})  # refusals of the law, which the house writes down
ON_EVERY_ANSWER = {**security.HEADERS, "Cache-Control": security.ASK_AGAIN}
STATUSES = {each.value: f"{each.value} {each.phrase.upper()}" for each in HTTPStatus}

Environment = dict[str, Any]


@dataclass(slots=True)
class Newest:
    """The view that look-ups are answered from: whether there is a newer one is asked now and then."""

    seen: View | None = None
    until: float = 0.0

    def view(self, snapshots: Snapshots, clearance: Clearance) -> View | None:
        """Give the newest view, or one that was the newest a moment ago; None where there is none."""
        now = time.monotonic()
        if now > self.until:
            try:
                self.seen = snapshots.view(clearance)
            except (GovgraphError, OSError):
                self.seen = None  # whatever it is, the house tells it
            self.until = now + MOMENT
        return self.seen


@dataclass(frozen=True, slots=True)
class Door:
    """The application, with a door before it."""

    inside: WSGIApplication
    house: Site
    endpoint: Endpoint
    clearance: Clearance
    vary: str
    heads: dict[tuple[Path, str], bytes] = field(default_factory=dict)
    newest: Newest = field(default_factory=Newest)

    def __call__(self, environment: Environment, start: StartResponse) -> Iterable[bytes]:
        """Answer at the door, or let the request in."""
        if environment["PATH_INFO"] != PATH or not self.answers(environment):
            return self.inside(environment, start)
        response = self.asked(environment)
        if response is None:
            return self.inside(environment, start)
        start(STATUSES[response.status], self.headers(response))
        return sent(response)

    def at_once(
        self, address: bytes, headers: Iterable[tuple[bytes, bytes]], place: str
    ) -> bytes | None:
        """Answer a GET of a look-up with all that follows the status (200); None for all else."""
        if not address.startswith(LOOK_UP) or b"&" in address:
            return None
        accept = forwarded = ""
        for name, value in headers:
            if name == b"accept":
                accept = joined(accept, value)
            elif name == FORWARDED:
                forwarded = joined(forwarded, value)
            elif name in NOT_PLAIN:
                return None
        if wants_page(accept):
            return None
        view = self.newest.view(self.house.snapshots, self.clearance)
        if view is None:
            return None
        fields = address[len(PATH) + 1 :].decode("latin-1")
        who = stranger(behind(self.house.settings.proxies, forwarded) or place)
        found = at_once.found(fields, accept, view, self.endpoint, who)
        return None if found is None else self.dressed(found, view)

    def dressed(self, found: Found, view: View) -> bytes:
        """Give an answer with its headers: those that it has in common with others are made once."""
        key = (view.path, found.form)
        head = self.heads.get(key)
        if head is None:
            if len(self.heads) >= HEADS:
                self.heads.clear()
            response = at_once.response(found, view, self.endpoint)
            told = [each for each in self.headers(response) if each[0] not in OF_ONE]
            head = "".join(f"{name}: {value}\r\n" for name, value in told).encode("latin-1")
            self.heads[key] = head
        name = at_once.etag(found, view, self.endpoint).encode()
        size, rows = len(found.body), found.rows
        return b"%bETag: %b\r\nContent-Length: %d\r\nX-Govgraph-Rows: %d\r\n\r\n%b" % (
            head,
            name,
            size,
            rows,
            found.body,
        )

    def answers(self, environment: Environment) -> bool:
        """Say whether a request is a stranger's, for data, and plain."""
        if "HTTP_COOKIE" in environment or "HTTP_AUTHORIZATION" in environment:  # of a person
            return False
        if environment["REQUEST_METHOD"] == "GET":
            if wants_page(environment.get("HTTP_ACCEPT")):
                return False
        elif environment["REQUEST_METHOD"] != "POST" or not self.is_short(environment):
            return False
        fields: str = environment["QUERY_STRING"]
        if fields.startswith(protocol.ALONE) and "&" not in fields:
            return True
        return not fields or all(each.partition("=")[0] in NAMES for each in fields.split("&"))

    def is_short(self, environment: Environment) -> bool:
        """Say whether a body may be a query, says how long it is, and is worth reading."""
        if not environment.get("CONTENT_TYPE", "").startswith((protocol.FORM, protocol.DIRECT)):
            return False
        length = environment.get("CONTENT_LENGTH", "")
        return length.isdecimal() and int(length) < self.endpoint.largest_body

    def asked(self, environment: Environment) -> Response | None:
        """Ask as the protocol says; None where the house has to answer."""
        request = request_of(environment)
        if UPDATE in request.body:
            return None
        try:
            view = self.house.snapshots.view(self.clearance)
        except (GovgraphError, OSError):
            return None  # whatever it is, the house tells it
        with (
            asking(stranger(environment.get("REMOTE_ADDR", ""))),
            heard_by(ear_of(environment)),
        ):
            response = protocol.respond(request, view, self.endpoint)
        return None if response.status in TOLD_INSIDE else response

    def headers(self, response: Response) -> list[tuple[str, str]]:
        """Give the headers of an answer, with those that the house puts on every one."""
        told = {**ON_EVERY_ANSWER, **response.headers}
        told["Vary"] += self.vary
        return list(told.items())


def joined(told: str, more: bytes) -> str:
    """Join what a header told before with what it tells in another line."""
    return f"{told},{more.decode('latin-1')}" if told else more.decode("latin-1")


def behind(proxies: int, forwarded: str) -> str:
    """Give where a request came from, as so many servers in front tell it; "" where they do not.

    It is what `werkzeug.middleware.proxy_fix` takes for the application.
    """
    places = [each.strip() for each in forwarded.split(",")]
    return places[-proxies] if len(places) >= proxies > 0 else ""


def request_of(environment: Environment) -> Request:
    """Read a request; its body can be read again, should the house have to answer."""
    body = b""
    if environment["REQUEST_METHOD"] == "POST":
        body = environment["wsgi.input"].read(int(environment["CONTENT_LENGTH"]))
        environment["wsgi.input"] = BytesIO(body)
    return Request(
        method=environment["REQUEST_METHOD"],
        query_string=environment["QUERY_STRING"],
        content_type=environment.get("CONTENT_TYPE", ""),
        body=body,
        accept=environment.get("HTTP_ACCEPT"),
        if_none_match=environment.get("HTTP_IF_NONE_MATCH", ""),
    )


@dataclass(slots=True)
class Streamed:
    """A body on its way, which ends its query when it is given up."""

    body: Iterable[bytes]
    close: Callable[[], None]

    def __iter__(self) -> Iterator[bytes]:
        """Give the bytes."""
        return iter(self.body)


def sent(response: Response) -> Iterable[bytes]:
    """Give the body of an answer as the server takes it."""
    if isinstance(response.body, tuple):
        response.close()
        return response.body
    return Streamed(response.body, response.close)


def register(app: Flask) -> None:
    """Put the door before the application, where its house lets strangers ask."""
    house: Site = app.extensions["govgraph"]
    if house.pool is None or house.snapshots is None or not can(ANYONE, Action.QUERY):
        return
    with app.app_context():
        asked = endpoint()
    vary = "" if house.accounts is None else "".join(f", {each}" for each in people.VARY)
    inside: WSGIApplication = app.wsgi_app
    door = Door(inside, house, asked, clearance_of(ANYONE), vary)
    app.extensions[DOOR] = door
    app.wsgi_app = door  # type: ignore[method-assign,assignment]


def door_of(app: Flask) -> Door | None:
    """Give the door of an application, whatever stands before it; None where strangers may not ask."""
    found: Door | None = app.extensions.get(DOOR)
    return found
