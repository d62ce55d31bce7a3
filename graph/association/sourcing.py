"""Who is the source of an element, decided: an entry of the ledger with its reason and its history."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.association.deciding import Decider
from graph.association.sources import SOURCE, written
from graph.association.suggesting import Element
from graph.instance import Instance
from graph.ledger.entries import Entry
from ontology.clearance import Clearance
from ontology.errors import Conflict, Invalid, NotFound
from ontology.terms import DCT, GOV, RDF, XSD

KIND = "source-decision"


@dataclass(frozen=True, slots=True)
class Choice:
    """The department that shall be the source of an element; `seen` what was looked at before.

    `seen` is the source as it was decided when the form was shown, "" for none.
    """

    element: Element
    lead: str
    seen: str = ""


def iri_of(base: str, element: Element) -> str:
    """Give the IRI of the decision on an element."""
    return f"{base}/id/{KIND}/{element.code}"


def decide_source(instance: Instance, choice: Choice, decided: str, decider: Decider) -> int | None:
    """Write down who is the source; raise Invalid without a reason, Conflict for an old form."""
    if not decider.reason:
        raise Invalid("Say why: it is kept and shown.", "请说明理由：理由将保存并公示。")
    if decided != choice.seen:
        raise Conflict(
            "Somebody else decided on this element meanwhile. Look again before you decide.",
            "他人已就此数据元作出决定，请重新查看后再决定。",
        )
    base = instance.home.settings.base
    code = choice.element.code
    root = NamedNode(iri_of(base, choice.element))
    title = f"{choice.element.title}：数源决定"
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, GOV.SourceDecision),
        (GOV.code, Literal(code)),
        (DCT.title, Literal(title, language="zh")),
        (GOV.sourceOf, NamedNode(choice.element.iri)),
        (GOV.leadSource, NamedNode(choice.lead)),
        (DCT.description, Literal(decider.reason)),
        (DCT.issued, Literal(decider.at.isoformat(), datatype=XSD.dateTime)),
    ]
    lines = tuple(f"{root} {name} {value} ." for name, value in facts)
    key = f"{KIND} {code}"
    entry = Entry(KIND, key, root.value, code, title, (root.value,), {Clearance.OPEN: lines})
    return written(instance, entry, decider)


def reopen(instance: Instance, element: Element, decider: Decider) -> int | None:
    """Take a decision back, with the reason; raise NotFound where there is none."""
    if not decider.reason:
        raise Invalid("Say why: it is kept and shown.", "请说明理由：理由将保存并公示。")
    before = instance.ledger.entry(SOURCE, f"{KIND} {element.code}")
    if before is None or not before.live:
        raise NotFound("Nothing was decided on this element.", "尚未就此数据元作出决定。")
    return written(instance, None, decider, gone=before)
