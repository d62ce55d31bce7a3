"""What the engine would do with a query: for programs as JSON, for the query page as records."""

from __future__ import annotations

from typing import Any

from flask import current_app

from graph.views.snapshots import View
from ontology.sentences import Sentence
from sparql.checking import Checker
from sparql.explaining import Explanation, explained
from sparql.metering import caller
from sparql.outline import outlined
from sparql.protocol import Endpoint
from sparql.workers.lanes import Lane
from web.query.page import Explained, Said

CHECKER = "govgraph.checker"
WAIT = 5.0  # seconds that one waits for a place
LANE = Lane(places=2, queue=8)  # readers of texts at once, in each web worker


def checker(where: Endpoint) -> Checker:
    """Give what reads a text as a query."""
    held: Checker | None = current_app.extensions.get(CHECKER)
    if held is None:
        held = current_app.extensions[CHECKER] = Checker(where.answers.pool, where.limits)
    return held


def explanation(text: str, seen: View, where: Endpoint) -> Explanation:
    """Explain a query; raises QueryRefused where it is none, or cannot be read here."""
    meter, who = where.answers.meter, caller()
    meter.admit(who)
    checker(where).check(text, services=where.federation is not None)
    LANE.enter(WAIT)
    try:
        outline = outlined(text)
    finally:
        LANE.leave()
    meter.spend(who, outline["seconds"])
    return explained(outline, where.counts(seen))


def plain(told: Explanation) -> dict[str, Any]:
    """Give an explanation as JSON says it."""
    return {
        "counted": told.seq,
        "steps": [
            {"part": each.part, "sentence": both(each.words), "reads": each.reads}
            for each in told.steps
        ],
        "findings": [
            {"kind": each.kind, "sentence": both(each.words), "hint": both(each.hint)}
            for each in told.findings
        ],
    }


def both(words: Sentence) -> dict[str, str]:
    """Give a sentence by language."""
    return {"en": words[0], "zh": words[1]}


def told_in(language: str, told: Explanation) -> Explained:
    """Give an explanation as the page tells it, in the reader's language."""
    at = 1 if language == "zh" else 0
    return Explained(
        tuple(Said(each.part, each.words[at]) for each in told.steps),
        tuple(Said("", each.words[at], each.hint[at]) for each in told.findings),
        told.seq is not None,
    )
