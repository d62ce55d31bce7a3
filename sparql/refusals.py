"""How the protocol says no: a status for each error, and its sentences as JSON or as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType

from ontology.errors import (
    Conflict,
    Forbidden,
    GovgraphError,
    NotAcceptable,
    NotFound,
    QueryRefused,
    QueryStopped,
    Unavailable,
    Upstream,
)
from sparql.formats import negotiate
from sparql.guard import Malformed, TooLarge
from sparql.metering import Exhausted
from sparql.workers.faults import Refused
from sparql.workers.lanes import Busy

RETRY_AFTER = 5


class WrongMethod(QueryRefused):
    """The method is none of the protocol's (HTTP 405)."""


class WrongMedia(QueryRefused):
    """The body is of a type that is not read here (HTTP 415)."""


STATUS: tuple[tuple[type[GovgraphError], int], ...] = (
    (Exhausted, 429),
    (NotFound, 404),
    (Conflict, 409),
    (WrongMethod, 405),
    (WrongMedia, 415),
    (NotAcceptable, 406),
    (Refused, 406),
    (TooLarge, 413),
    (QueryStopped, 503),
    (Unavailable, 503),
    (Upstream, 502),
    (Forbidden, 403),
    (GovgraphError, 400),
)


def status_of(error: GovgraphError) -> int:
    """Give the HTTP status of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def wait_of(error: GovgraphError) -> int:
    """Give the seconds after which to ask again, 0 where that would not help."""
    if isinstance(error, Exhausted | Busy):
        return error.retry_after
    return RETRY_AFTER if status_of(error) == 503 else 0  # noqa: PLR2004 - the number is the name


def refused(
    error: GovgraphError, accept: str | None, allow: str
) -> tuple[int, dict[str, str], bytes]:
    """Give status, headers and body that tell an error: JSON, or text for those who ask for that.

    `allow` are the methods that there are, told with a 405.
    """
    status = status_of(error)
    headers = {"Cache-Control": "no-store"}
    if status == 405:  # noqa: PLR2004 - the number is the name
        headers["Allow"] = allow
    if wait := wait_of(error):
        headers["Retry-After"] = str(wait)
    media = negotiate(accept, ("application/json", "text/plain")) or "application/json"
    text = WRITERS[media](error).encode()
    headers |= {"Content-Type": f"{media}; charset=utf-8", "Content-Length": str(len(text))}
    return status, headers, text


def _as_json(error: GovgraphError) -> str:
    told: dict[str, object] = {
        "error": type(error).__name__,
        "sentence": {"zh": error.zh, "en": error.en},
    }
    if isinstance(error, Malformed):
        told |= {"line": error.line, "column": error.column}
    return json.dumps(told, ensure_ascii=False)


def _as_text(error: GovgraphError) -> str:
    return f"{error.en}\n{error.zh}\n"


WRITERS: Mapping[str, Callable[[GovgraphError], str]] = MappingProxyType(
    {"application/json": _as_json, "text/plain": _as_text}
)
