"""The endpoints that one reader may have asked along, and the asking, held to places and a clock.

Which there are stands in the catalogue: the services of one source, which is nobody's department and
so is written by the administrator alone. A reader sees of it what their view holds.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace

from pyoxigraph import Literal

from ontology.errors import QueryRefused, Upstream
from sparql import remote
from sparql.answers import Answers, Question
from sparql.federating import SENT, federated
from sparql.formats import JSON, Kind
from sparql.leaving import listener
from sparql.query import View, rows
from sparql.remote import Term, Told
from sparql.workers.lanes import Lane

WAIT = 5.0  # seconds that one waits for a place
SECONDS = 20.0  # for all services of one query together
FIRST = 5.0  # seconds in which what is sent along must be found
LANE = Lane(places=2, queue=4)  # queries of this process that others are asked for at once


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint that may be asked: its address and its name."""

    address: str
    titles: tuple[Literal, ...] = ()


def endpoints(view: View, source: str) -> list[Endpoint]:
    """Give the endpoints that a view lists."""
    found: dict[str, list[Literal]] = {}
    for row in rows(view, "federation/endpoints", source=source):
        titles = found.setdefault(row.text("endpoint") or "", [])
        if isinstance(row["title"], Literal):
            titles.append(row["title"])
    return [Endpoint(address, tuple(titles)) for address, titles in found.items()]


@dataclass(frozen=True, slots=True)
class Federation:
    """What asks other endpoints for one reader; `source` is the graph that lists them."""

    view: View
    source: str

    def asked(self, question: Question, answers: Answers) -> tuple[Question, tuple[str, ...]]:
        """Give the question as the engine can answer it, and how each endpoint was heard."""
        allowed = frozenset(each.address for each in endpoints(self.view, self.source))
        asking = Asking(self.view, question, answers, allowed, time.monotonic() + SECONDS)
        LANE.enter(WAIT, listener().gone)
        try:
            found = federated(
                question.text, asking.remote, asking.local, own_dataset=question.own_dataset
            )
        finally:
            LANE.leave()
        return replace(question, text=found.text, services=False, repeatable=False), found.heard


@dataclass(frozen=True, slots=True)
class Asking:
    """One query's way to others and to its own view."""

    view: View
    question: Question
    answers: Answers
    allowed: frozenset[str]
    end: float

    def remote(self, endpoint: str, text: str) -> Told:
        """Ask an endpoint of the list; raises QueryRefused for another one."""
        if endpoint not in self.allowed:
            raise _not_listed(endpoint, self.allowed)
        left = min(remote.SECONDS, self.end - time.monotonic())
        if left <= 0:
            raise Upstream("The endpoints together took too long.", "各端点合计耗时过长。")
        return remote.asked(endpoint, text, self.allowed, left)

    def local(self, text: str) -> list[dict[str, Term]] | None:
        """Give the rows of a text from the own view; None for many, or where one has no name."""
        formats = {Kind.ROWS: JSON}
        asked = Question(text, formats, self.question.graphs, seconds=FIRST, rows=SENT + 1)
        answer = self.answers.answer(self.view, asked)
        try:
            bindings = json.loads(b"".join(answer.body))["results"]["bindings"]
        finally:
            answer.close()
        named = all(said["type"] in {"uri", "literal"} for row in bindings for said in row.values())
        if len(bindings) > SENT or not named:
            return None
        return [{name: remote.term(said) for name, said in row.items()} for row in bindings]


def _not_listed(endpoint: str, allowed: frozenset[str]) -> QueryRefused:
    listed = ", ".join(sorted(allowed))
    en, zh = (f" These may: {listed}.", f"可查询的有：{listed}。") if listed else ("", "")
    return QueryRefused(
        f"<{endpoint}> is not among the endpoints that may be asked from here.{en}",
        f"<{endpoint}> 不在可由此查询的端点名单中。{zh}",
    )
