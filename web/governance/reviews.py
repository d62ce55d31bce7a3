"""How long reviews take: told by the cases in the graph, for who may read them."""

from __future__ import annotations

from ontology.code_lists import concept
from sparql.query import View, rows
from web.governance.pages import Waited
from web.language import language


def reviews(view: View) -> tuple[Waited, ...]:
    """Give how long versions waited in each state, those that waited longest first."""
    found = [
        Waited(
            state=named(row.text("state") or ""),
            steps=int(row.text("steps") or 0),
            mean=round(float(row.text("mean") or 0), 1),
            longest=int(row.text("longest") or 0),
            slow=int(row.text("slow") or 0),
        )
        for row in rows(view, "governance/reviews")
    ]
    return tuple(sorted(found, key=lambda each: -each.mean))


def named(iri: str) -> str:
    """Give what a state is called."""
    found = concept(iri)
    return found.label(language()) if found else iri
