"""Lineage handed out: as events of OpenLineage, as PROV, as a table and as a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from pyoxigraph import NamedNode, Triple

from graph.lineage.edges import Edge, triples_of
from ontology.lineage import openlineage
from ontology.terms import PROV

PRODUCER = "https://w3id.org/govgraph"
SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent"
FACET = "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json"
BOX, HEIGHT, GAP, COLUMN = 220, 30, 12, 300


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


def drawing(
    levels: Mapping[str, int], names: Mapping[str, str], steps: Iterable[tuple[str, str]]
) -> str:
    """Draw things in columns by level, as SVG with the names as text."""
    columns: dict[int, list[str]] = {}
    for iri, level in levels.items():
        columns.setdefault(level, []).append(iri)
    order = {level: place for place, level in enumerate(sorted(columns))}
    tallest = max(map(len, columns.values()), default=1)
    places: dict[str, tuple[int, int]] = {}
    for level, iris in columns.items():
        top = (tallest - len(iris)) * (HEIGHT + GAP) // 2
        for at, iri in enumerate(iris):
            places[iri] = (order[level] * COLUMN + 10, top + at * (HEIGHT + GAP) + 10)
    curves = "".join(curve(places[a], places[b]) for a, b in steps if a in places and b in places)
    boxes = "".join(box(place, names.get(iri, iri)) for iri, place in places.items())
    width, height = len(columns) * COLUMN, tallest * (HEIGHT + GAP) + 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="12">'
        f'<g fill="none" stroke="#777">{curves}</g>{boxes}</svg>'
    )


def curve(one: tuple[int, int], other: tuple[int, int]) -> str:
    """Draw a step."""
    x1, y1 = one[0] + BOX, one[1] + HEIGHT // 2
    x2, y2 = other[0], other[1] + HEIGHT // 2
    bend = (x1 + x2) // 2
    return f'<path d="M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}"/>'


def box(place: tuple[int, int], name: str) -> str:
    """Draw a thing; the whole of a name that does not fit stands in its title."""
    x, y = place
    fits = name if len(name.encode()) <= 45 else f"{name[:15]}…"  # noqa: PLR2004 - bytes of a box
    return (
        f'<rect x="{x}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="4" fill="#fff" stroke="#1f5f66"/>'
        f'<text x="{x + 8}" y="{y + 19}" fill="#111"><title>{escape(name)}</title>{escape(fits)}</text>'
    )
