"""A department objects to the decision on a source: in time, with its reason; the city's office answers.

Deadlines are rules (`ontology.deadlines`, H5 and H6), defaults that an instance may correct. An
objection is of one decision: where the office decides anew, departments may object anew. One that is
upheld takes the decision back; one that is dismissed leaves it. Both stay, with their reasons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from pyoxigraph import Literal, NamedNode, Store

from graph.association.deciding import Decider
from graph.association.holdings import MERGE, value_of
from graph.association.libraries import Decision
from graph.association.sources import SOURCE, written
from graph.association.sourcing import iri_of, reopen
from graph.association.suggesting import Element
from graph.cataloguing.telling import OFFICE
from graph.instance import Instance
from graph.ledger.entries import Entry
from ontology.clearance import Clearance
from ontology.deadlines import Due, deadline, rule
from ontology.errors import Conflict, Invalid
from ontology.terms import DCT, GOV, RDF, XSD

KIND = "source-objection"
OBJECT, ANSWER = "H5", "H6"  # rules: until when one may object, and when the office answers
UPHELD, DISMISSED = "accepted", "rejected"


@dataclass(frozen=True, slots=True)
class Objection:
    """What a department said against a decision; `outcome` is "" until the office answered.

    `decided` is the moment of the decision that it is of, `due` the day an answer is due by.
    """

    iri: str
    department: str
    reason: str
    at: str
    due: str
    decided: str
    outcome: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """An objection that waits for the office: to which decision, on which element."""

    said: Objection
    decision: str
    element: str


def until(decision: Decision) -> Due:
    """Say until when departments may object to a decision."""
    return deadline(rule(OBJECT), day_of(datetime.fromisoformat(decision.at)))


def day_of(at: datetime) -> date:
    """Give the day of a moment where the office is: working days are counted there."""
    return at.astimezone(OFFICE).date()


def answer_due(said: Objection) -> Due:
    """Give when an answer to an objection is due, as it was reckoned when it was raised."""
    due = deadline(rule(ANSWER), day_of(datetime.fromisoformat(said.at)))
    return replace(due, day=date.fromisoformat(said.due))


def unanswered(store: Store) -> tuple[Unanswered, ...]:
    """Give the objections that wait, as a view tells them, the soonest due first.

    One of a decision that does not stand any more waits for nobody.
    """
    found = []
    for quad in store.quads_for_pattern(None, RDF.type, GOV.SourceObjection, MERGE):
        said = objection_of(store, str(quad.subject)[1:-1])
        decision = value_of(store, said.iri, GOV.objectsTo)
        if not said.outcome and said.decided == value_of(store, decision, DCT.issued):
            found.append(Unanswered(said, decision, value_of(store, decision, GOV.sourceOf)))
    return tuple(sorted(found, key=lambda each: (each.said.due, each.said.at)))


def objections(store: Store, element: Element, base: str) -> tuple[Objection, ...]:
    """Give what was said against decisions on an element, as a view tells it, the latest first."""
    node = NamedNode(iri_of(base, element))
    found = (
        objection_of(store, str(quad.subject)[1:-1])
        for quad in store.quads_for_pattern(None, GOV.objectsTo, node, MERGE)
    )
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def objection_of(store: Store, iri: str) -> Objection:
    """Read an objection."""
    return Objection(
        iri,
        *(
            value_of(store, iri, name)
            for name in (
                GOV.objector,
                DCT.description,
                DCT.issued,
                GOV.due,
                GOV.decidedAt,
                GOV.outcome,
                GOV.answer,
            )
        ),
    )


def object_to(
    instance: Instance, element: Element, decision: Decision, department: str, decider: Decider
) -> Objection:
    """Write down what a department says against a decision; raise Invalid without a reason or too late."""
    today = day_of(decider.at)
    if not decider.reason:
        raise Invalid("Say why: it is kept and shown.", "请说明理由：理由将保存并公示。")
    if today > (last := until(decision).day):
        raise Conflict(
            f"Objections to this decision could be raised until {last}.",
            f"对该决定提出异议的期限为 {last}，已经届满。",
        )
    due = deadline(rule(ANSWER), today).day
    code = f"{element.code}-{department.rpartition('/')[2]}-{date_code(decision)}"
    iri = f"{instance.home.settings.base}/id/{KIND}/{code}"
    if instance.ledger.entry(SOURCE, f"{KIND} {code}"):
        raise Conflict(
            "The department has objected to this decision already.",
            "本部门已对该决定提出过异议。",
        )
    made = Objection(
        iri, department, decider.reason, decider.at.isoformat(), due.isoformat(), decision.at
    )
    written(instance, entry_of(instance, element, made), decider)
    return made


def date_code(decision: Decision) -> str:
    """Give the moment of a decision as digits."""
    return "".join(each for each in decision.at[:19] if each.isdigit())


def entry_of(instance: Instance, element: Element, said: Objection) -> Entry:
    """Give an objection as an entry of the ledger, for departments to see."""
    root = NamedNode(said.iri)
    code = said.iri.rpartition("/")[2]
    title = f"{element.title}：数源异议"
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, GOV.SourceObjection),
        (GOV.code, Literal(code)),
        (DCT.title, Literal(title, language="zh")),
        (GOV.objectsTo, NamedNode(iri_of(instance.home.settings.base, element))),
        (GOV.objector, NamedNode(said.department)),
        (DCT.description, Literal(said.reason)),
        (DCT.issued, Literal(said.at, datatype=XSD.dateTime)),
        (GOV.due, Literal(said.due, datatype=XSD.date)),
        (GOV.decidedAt, Literal(said.decided, datatype=XSD.dateTime)),
    ]
    if said.outcome:
        facts += [(GOV.outcome, Literal(said.outcome)), (GOV.answer, Literal(said.answer))]
    lines = tuple(f"{root} {name} {value} ." for name, value in facts)
    return Entry(
        KIND, f"{KIND} {code}", said.iri, code, title, (said.iri,), {Clearance.SHARED: lines}
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the office answers: to which objection, of the decision that stands, and what becomes of it."""

    said: Objection
    decision: Decision | None
    outcome: str


def answered(instance: Instance, element: Element, answer: Answer, decider: Decider) -> int | None:
    """Answer an objection: upheld, which takes the decision back, or dismissed, which leaves it."""
    said, outcome = answer.said, answer.outcome
    if not decider.reason:
        raise Invalid("Say why: it is kept and shown.", "请说明理由：理由将保存并公示。")
    if said.outcome:
        raise Conflict("This objection is answered already.", "该异议已经答复。")
    if answer.decision is None or said.decided != answer.decision.at:
        raise Conflict(
            "This objection is of an earlier decision, which does not stand any more.",
            "该异议针对的是此前的决定，该决定已不再有效。",
        )
    told = replace(said, outcome=outcome, answer=decider.reason)
    done = written(instance, entry_of(instance, element, told), decider)
    return reopen(instance, element, decider) if outcome == UPHELD else done


__all__ = [
    "DISMISSED",
    "UPHELD",
    "Answer",
    "Objection",
    "Unanswered",
    "answer_due",
    "answered",
    "day_of",
    "object_to",
    "objections",
    "unanswered",
    "until",
]
