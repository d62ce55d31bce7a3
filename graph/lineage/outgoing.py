"""Lineage handed out: as events of OpenLineage, and as PROV; as a drawing by `drawing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import NamedNode, Triple

from graph.lineage.edges import Edge, triples_of
from ontology.lineage import openlineage
from ontology.terms import PROV

PRODUCER = "https://w3id.org/govgraph"
SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"
FACET = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json"


def events(
    edges: Iterable[Edge], wholes: Mapping[str, str], base: str, at: str
) -> list[dict[str, Any]]:
    """Give edges as job events, one for each job and dataset that it makes.

    `wholes` holds the dataset of each item; `at` is the time of the events (ISO date-time).
    """
    groups: dict[tuple[str, str], list[Edge]] = {}
    for edge in edges:
        groups.setdefault((edge.job, wholes.get(edge.target, edge.target)), []).append(edge)
    return [
        event(job, target, each, wholes, base, at)
        for (job, target), each in sorted(groups.items())
    ]  # fmt: skip


def event(  # noqa: PLR0913, PLR0917 - a job event with what its names mean
    job: str,
    target: str,
    edges: Sequence[Edge],
    wholes: Mapping[str, str],
    base: str,
    at: str,
) -> dict[str, Any]:
    """Give one job event."""
    inputs = dict.fromkeys(wholes.get(each.source, each.source) for each in edges)
    output: dict[str, Any] = named(target, base)
    fields: dict[str, dict[str, Any]] = {}
    for each in edges:
        if each.source in wholes and each.target in wholes:
            held = fields.setdefault(tail(each.target), {"inputFields": []})
            held["inputFields"].append(input_field(each, wholes, base))
    if fields:
        facet = {"_producer": PRODUCER, "_schemaURL": FACET, "fields": fields}
        output["facets"] = {"columnLineage": facet}
    return {
        "eventTime": at,
        "producer": PRODUCER,
        "schemaURL": SCHEMA,
        "job": named(job, base) if job else {"namespace": base, "name": f"into {tail(target)}"},
        "inputs": [named(each, base) for each in inputs if each != target],
        "outputs": [output],
    }


def input_field(edge: Edge, wholes: Mapping[str, str], base: str) -> dict[str, Any]:
    """Give one input of a field."""
    pairs = [openlineage(each) for each in edge.transformations]
    told = [
        {"type": kind, **({"subtype": subtype} if subtype else {}), "masking": edge.masking,
         **({"description": edge.note} if edge.note else {})}
        for kind, subtype in pairs or ([("DIRECT", "")] if edge.masking else [])
    ]  # fmt: skip
    found = {**named(wholes[edge.source], base), "field": tail(edge.source)}
    return {**found, "transformations": told} if told else found


def named(iri: str, base: str) -> dict[str, Any]:
    """Give the namespace and name by which this instance knows a thing again."""
    return {"namespace": base, "name": iri.removeprefix(f"{base}/id/")}


def tail(iri: str) -> str:
    """Give the end of a name."""
    return iri.rpartition("/")[2]


def prov(edges: Iterable[Edge], steps: Iterable[tuple[str, str]]) -> list[Triple]:
    """Give edges and plain steps as statements of PROV."""
    found = {triple: None for edge in edges for _, triple in triples_of(edge)}
    for source, target in steps:
        found[Triple(NamedNode(target), PROV.wasDerivedFrom, NamedNode(source))] = None
    return list(found)
