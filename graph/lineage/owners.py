"""Whose things are, as a view tells it: who must be told of a change."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Store

from ontology.terms import DCAT, DCT, GOV, ODRL

MERGE = DefaultGraph()
KEEPERS = (ODRL.assignee, DCT.publisher, GOV.owner, DCT.creator)  # the first that is said


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose a thing is: IRIs of its keeper, the dataset it belongs to, its system; "" for none.

    `district` is the division of a keeper that is a district's body.
    """

    keeper: str = ""
    whole: str = ""
    system: str = ""
    district: str = ""


def whose_is(store: Store, iri: str) -> Whose:
    """Give whose a thing is; an item or file is its dataset's keeper's."""
    node = NamedNode(iri)
    whole = one(store, node, DCT.isPartOf) or holder(store, node)
    keeper = keeper_of(store, node) or (keeper_of(store, NamedNode(whole)) if whole else "")
    system = one(store, NamedNode(whole) if whole else node, GOV.sourceSystem)
    district = one(store, NamedNode(keeper), GOV.district) if keeper else ""
    return Whose(keeper, whole, system, district)


def holder(store: Store, node: NamedNode) -> str:
    """Give the dataset that hands a file out."""
    quads = store.quads_for_pattern(None, DCAT.distribution, node, MERGE)
    return next((q.subject.value for q in quads if isinstance(q.subject, NamedNode)), "")


def keeper_of(store: Store, node: NamedNode) -> str:
    """Give who holds, keeps or made a thing."""
    return next(filter(None, (one(store, node, term) for term in KEEPERS)), "")


def one(store: Store, node: NamedNode, term: NamedNode) -> str:
    """Give the first IRI of a property, "" for none."""
    quads = store.quads_for_pattern(node, term, None, MERGE)
    return next((q.object.value for q in quads if isinstance(q.object, NamedNode)), "")
