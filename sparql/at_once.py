"""A stranger's look-up in JSON, answered while its request is being read, by whoever reads requests.

Nothing here waits: not for a child, not for another thread, and no longer than a few patterns take.
Whatever is not such a look-up, or is refused, is left to the protocol, which answers a look-up with
the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

from ontology.errors import GovgraphError
from sparql import protocol
from sparql.answers import Answer, Question
from sparql.formats import JSON, KIND_OF_FORM
from sparql.metering import Caller
from sparql.protocol import Endpoint, Response
from sparql.query import View
from sparql.shapes import shaped
from sparql.workers.wire import Outcome


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: what was asked, its bytes and how many rows they hold."""

    form: str
    question: Question
    body: bytes
    rows: int


def found(fields: str, accept: str, view: View, endpoint: Endpoint, who: Caller) -> Found | None:
    """Answer a GET whose address ends in `fields`, a query alone; None for what is left to others."""
    try:
        text = protocol.unquoted(fields[len(protocol.ALONE) :])
        if endpoint.own or (asked := shaped(text)) is None:
            return None
        form = asked.shape.form
        formats = protocol.formats_for(form, accept, None)
        if formats.get(KIND_OF_FORM[form]) is not JSON:
            return None
        answered = endpoint.answers.at_once(view, asked, who)
    except (GovgraphError, UnicodeDecodeError):
        return None
    return None if answered is None else Found(form, Question(text, formats), *answered)


def etag(answer: Found, view: View, endpoint: Endpoint) -> str:
    """Name an answer as the protocol names it."""
    return protocol.etag(view, answer.question, protocol.limits_of(answer.question, endpoint))


def response(answer: Found, view: View, endpoint: Endpoint) -> Response:
    """Give an answer as the protocol gives it."""
    body = (answer.body,)
    kind = KIND_OF_FORM[answer.form]
    known = Answer(kind, JSON, body, Outcome(answer.rows), len(answer.body))
    headers = protocol.headers_of(answer.question, view, endpoint) | protocol.headers_for(known)
    request = protocol.Request("GET")
    return protocol.finished(request, Response(200, headers, body), view)
