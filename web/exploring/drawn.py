"""What a query makes, as something to draw: the statements of its answer between things.

The query runs where all strangers' queries run: in a child that can be killed.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode, RdfFormat, parse

from graph.exploring.scene import Arc
from graph.views.snapshots import View
from ontology.errors import Invalid
from sparql.answers import Question
from sparql.formats import JSON, N_TRIPLES, Kind
from sparql.guard import measured
from sparql.protocol import Endpoint

STATEMENTS = 2_000  # of an answer that are drawn


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a query made: things, links, how many statements were no links; whether it was cut."""

    things: tuple[str, ...] = ()
    arcs: tuple[Arc, ...] = ()
    others: int = 0
    cut: bool = False


NOTHING = Drawn()


def drawn_of(text: str, view: View, endpoint: Endpoint) -> Drawn:
    """Ask a CONSTRUCT or DESCRIBE; raise Invalid for another form."""
    known = measured(text, endpoint.limits)
    forms = {Kind.ROWS: JSON, Kind.TRUTH: JSON, Kind.TRIPLES: N_TRIPLES}
    question = Question(text, forms, rows=STATEMENTS, repeatable=known.repeatable)
    answer = endpoint.answers.answer(view, question)
    try:
        body = b"".join(answer.body)
    finally:
        answer.close()
    if answer.kind is not Kind.TRIPLES:
        raise Invalid(
            "What is drawn is what a CONSTRUCT or DESCRIBE gives; this query gives rows.",
            "只有 CONSTRUCT 或 DESCRIBE 的结果才能绘成图；该查询给出的是行。",
        )
    outcome = answer.outcome or (answer.running and answer.running.outcome)
    return read(body, cut=bool(outcome and outcome.cut))


def read(body: bytes, *, cut: bool) -> Drawn:
    """Read what a query made."""
    arcs: dict[Arc, None] = {}
    others = 0
    for quad in parse(body, format=RdfFormat.N_TRIPLES):
        one, other = quad.subject, quad.object
        if isinstance(one, NamedNode) and isinstance(other, NamedNode):
            arcs[Arc(one.value, quad.predicate.value, other.value)] = None
        else:
            others += 1
    things = dict.fromkeys(iri for each in arcs for iri in (each.source, each.target))
    return Drawn(tuple(things), tuple(arcs), others, cut)
