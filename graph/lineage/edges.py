"""An edge of lineage as a record, and as statements: PROV's plain word and its qualified one.

`target prov:wasDerivedFrom source` stands as long as the edge holds; the derivation beside it
(`prov:qualifiedDerivation`) stays and says what it did, for which job, by whose word, and from when
to when it held. Its name follows from what it joins and when it began, so that saying the same
twice says nothing new.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from graph.loading.load import Statement
from ontology.clearance import Clearance, strictest
from ontology.terms import DCT, GOV, PROV, RDF, XSD

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """One step: `target` comes from `source`, both IRIs of datasets, items or systems.

    `job` is the IRI of what carries it out, "" where nobody said. `transformations` are IRIs of the
    list `transformation`. `held_from` and `held_to` are dates or date-times of XSD, "" for always
    and for still. `author` is who stated it, `origin` the address of the program that told.
    """

    source: str
    target: str
    job: str = ""
    transformations: tuple[str, ...] = ()
    masking: bool = False
    note: str = ""
    held_from: str = ""
    held_to: str = ""
    author: str = ""
    origin: str = ""

    @property
    def key(self) -> Key:
        """Give what tells the edge from others that hold at the same time."""
        return (self.target, self.source, self.job)

    @property
    def iri(self) -> str:
        """Give the name of its derivation."""
        digest = hashlib.sha1("\x1f".join((*self.key, self.held_from)).encode()).digest()  # noqa: S324
        return f"{self.target}#derived-{base64.b32encode(digest).decode().lower()[:16]}"

    def holds(self, day: str) -> bool:
        """Say whether it held at the end of a day (ISO date)."""
        return self.held_from[:10] <= day and not (self.held_to and self.held_to[:10] <= day)


def moment(value: str) -> Literal:
    """Give a date or date-time as a literal."""
    return Literal(value, datatype=XSD.dateTime if "T" in value else XSD.date)


def lines_of(
    edges: Iterable[Edge], levels: Mapping[str, Clearance]
) -> dict[Clearance, tuple[str, ...]]:
    """Give the statements of edges by clearance: each as strict as its stricter end.

    `levels` are the clearances of ends and jobs; what is not there counts as for the office alone.
    """
    found: dict[Clearance, dict[str, None]] = {}
    for edge in edges:
        level = strictest(*(levels.get(each, Clearance.GOVERNANCE) for each in edge.key[:2]))
        for least, triple in triples_of(edge):
            job = levels.get(edge.job, Clearance.GOVERNANCE) if least else Clearance.OPEN
            found.setdefault(strictest(level, job), {})[f"{triple} ."] = None
    return {level: tuple(lines) for level, lines in found.items()}


def triples_of(edge: Edge) -> Iterator[tuple[bool, Triple]]:
    """Give the statements of an edge; True with those that name its job."""
    node, target = NamedNode(edge.iri), NamedNode(edge.target)
    source = NamedNode(edge.source)
    if not edge.held_to:
        yield False, Triple(target, PROV.wasDerivedFrom, source)
    yield False, Triple(target, PROV.qualifiedDerivation, node)
    yield False, Triple(node, RDF.type, PROV.Derivation)
    yield False, Triple(node, PROV.entity, source)
    for each in edge.transformations:
        yield False, Triple(node, GOV.transformation, NamedNode(each))
    if edge.masking:
        yield False, Triple(node, GOV.masking, Literal("true", datatype=XSD.boolean))
    for term, value in ((GOV.heldFrom, edge.held_from), (GOV.heldTo, edge.held_to)):
        if value:
            yield False, Triple(node, term, moment(value))
    if edge.job:
        yield True, Triple(node, PROV.hadActivity, NamedNode(edge.job))
    for term, value in (
        (DCT.description, edge.note),
        (GOV.statedBy, edge.author),
        (DCT.source, edge.origin),
    ):
        if value:
            yield False, Triple(node, term, Literal(value))


def edges_of(lines: Iterable[Statement]) -> list[Edge]:
    """Read edges back from statements, in a stable order."""
    said: dict[str, dict[str, list[str]]] = {}
    text = "\n".join(line for _, line in lines)
    for quad in parse(text, RdfFormat.N_TRIPLES):
        assert isinstance(quad.subject, NamedNode)
        value = quad.object
        assert isinstance(value, NamedNode | Literal)
        about = said.setdefault(quad.subject.value, {})
        about.setdefault(quad.predicate.value, []).append(value.value)
    pairs = (
        (target, node)
        for target, about in said.items()
        for node in about.get(PROV.qualifiedDerivation.value, ())
    )
    return sorted(
        (edge_of(target, said.get(node, {})) for target, node in pairs),
        key=lambda each: (each.key, each.held_from),
    )


def edge_of(target: str, about: Mapping[str, list[str]]) -> Edge:
    """Give the edge that a derivation's statements tell."""

    def one(term: NamedNode) -> str:
        return next(iter(about.get(term.value, ())), "")

    return Edge(
        source=one(PROV.entity),
        target=target,
        job=one(PROV.hadActivity),
        transformations=tuple(sorted(about.get(GOV.transformation.value, ()))),
        masking=one(GOV.masking) == "true",
        note=one(DCT.description),
        held_from=one(GOV.heldFrom),
        held_to=one(GOV.heldTo),
        author=one(GOV.statedBy),
        origin=one(DCT.source),
    )
