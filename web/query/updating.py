"""SPARQL Update over HTTP: who may, in which form it is sent, and what is told of it."""

from __future__ import annotations

import json

from graph.rewriting import Lines
from graph.views.snapshots import View
from ontology.actions import Action
from ontology.errors import GovgraphError
from sparql import protocol, updating
from sparql.resolving import resolved
from sparql.updating import Using
from web.accounts import people
from web.query.writing import may_write_any, write

SHOWN = 500  # characters of an update that its change keeps as the reason


def answer(asked: protocol.Request, where: protocol.Endpoint) -> protocol.Response:
    """Run an update for who may; raise Denied for who may not."""
    may_write_any(Action.UPDATE)
    try:
        return _done(protocol.update_of(asked, where), where)
    except people.Denied:
        raise
    except GovgraphError as error:
        return protocol.refusal(error, asked.accept)


def _done(update: protocol.Update, where: protocol.Endpoint) -> protocol.Response:
    updating.checked(update.text)
    using = Using(update.default, update.named)
    moved: dict[str, int] = {}

    def resolve(view: View) -> tuple[Lines, Lines]:
        found = resolved(view, update.text, using, where.own)
        moved["added"] = sum(map(len, found.added.values()))
        moved["removed"] = sum(map(len, found.removed.values()))
        return found.added, found.removed

    reason = " ".join(update.text.split())[:SHOWN]
    number = write(resolve, Action.UPDATE, "update", reason)
    return told(200, number, **moved)


def told(status: int, number: int | None, **more: int) -> protocol.Response:
    """Tell by which change something was written; null where nothing differed."""
    text = json.dumps({"change": number, **more}).encode()
    headers = {"Content-Type": "application/json", "Content-Length": str(len(text))}
    if number is not None:
        headers["X-Govgraph-Change"] = str(number)
    return protocol.Response(status, headers, (text,))
