"""What is in view, handed out: GraphML, JSON-LD, and tables of the things and of the links."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

import networkx as nx
from flask import Response, request
from pyoxigraph import Literal, NamedNode, Triple

from ontology.terms import RDF, RDFS, shortened
from web.accounts import people
from web.catalogue.documents import written
from web.exploring import presenting
from web.exploring.sight import Sight
from web.exploring.state import PATH, state
from web.exploring.views import blueprint, seen
from web.governance.views import plain
from web.negotiate import JSON_LD
from web.site import site

THINGS = ("name", "kind", "kept by", "updated", "linked in view", "note", "address")
LINKS = ("from", "link", "to", "stated by", "from address", "property", "to address")
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # in XML


def in_view() -> Sight:
    """Bring the state of this address to sight."""
    return seen(state(request.args, site().settings.base), people.view())


@blueprint.get(f"{PATH}/view.graphml")
def as_graphml() -> Response:
    """Give it as GraphML, with names, kinds and properties as attributes."""
    found = in_view()
    told: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for iri in found.reached:
        told.add_node(iri, **about(found, iri))
    for each in found.arcs:
        named = "; ".join(found.text(graph).value for graph in each.graphs)
        told.add_edge(
            each.source,
            each.target,
            label=found.caption(each.term),
            property=shortened(each.term),
            stated_by=clean(named),
            sources=" ".join(each.graphs),
        )
    text = "\n".join(nx.generate_graphml(told))
    return file(text, "application/graphml+xml", "explore.graphml")


def about(found: Sight, iri: str) -> dict[str, str]:
    """Give what is known of a thing, as attributes that programs of graphs draw and filter by."""
    told, url = found.facts[iri], found.link(iri).url
    said = {
        "label": found.text(iri).value,
        "kind": found.kind_name(iri),
        "classes": " ".join(map(shortened, told.classes)),
        "kept_by": found.text(told.keeper).value if told.keeper else "",
        "updated": told.day,
        "page": site().base + url if url.startswith("/") else url,
        "note": note(found, iri),
    }
    return {name: clean(text) for name, text in said.items()}


@blueprint.get(f"{PATH}/view.jsonld")
def as_json_ld() -> Response:
    """Give its statements as JSON-LD, with the names of the things."""
    found = in_view()
    return file(written(list(statements(found)), JSON_LD), JSON_LD.media_type, "explore.jsonld")


def statements(found: Sight) -> Iterator[Triple]:
    """Yield the links in view, and what the things are and are called."""
    for iri in found.reached:
        text = found.text(iri)
        name = Literal(text.value, language=text.lang) if text.lang else Literal(text.value)
        yield Triple(NamedNode(iri), RDFS.label, name)
        for each in found.facts[iri].classes:
            yield Triple(NamedNode(iri), RDF.type, NamedNode(each))
    for arc in found.arcs:
        yield Triple(NamedNode(arc.source), NamedNode(arc.term), NamedNode(arc.target))


@blueprint.get(f"{PATH}/view.csv")
def as_things() -> Response:
    """Give its things as a table."""
    found = in_view()
    rows = (
        (
            row.link.text.value,
            row.kind,
            row.keeper.text.value if row.keeper else "",
            row.day,
            row.links,
            row.note,
            found.naming.whole(row.name),
        )
        for row in presenting.table(found)
    )
    return table(THINGS, rows, "explore-things.csv")


@blueprint.get(f"{PATH}/links.csv")
def as_links() -> Response:
    """Give its links as a table."""
    found = in_view()
    rows = (
        (
            found.text(each.source).value,
            found.caption(each.term),
            found.text(each.target).value,
            " ".join(found.text(graph).value for graph in each.graphs),
            each.source,
            shortened(each.term),
            each.target,
        )
        for each in found.arcs
    )
    return table(LINKS, rows, "explore-links.csv")


def table(head: Iterable[str], rows: Iterable[Iterable[object]], name: str) -> Response:
    """Give rows as a file that spreadsheets open."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([plain(str(cell)) for cell in row] for row in rows)
    return file("\ufeff" + text.getvalue(), "text/csv", name)


def file(body: str | bytes, media_type: str, name: str) -> Response:
    """Give a file to keep."""
    answer = Response(body, mimetype=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def note(found: Sight, iri: str) -> str:
    """Give the note at a thing."""
    return found.notes.get(iri, "")


def clean(text: str) -> str:
    """Give a text without what XML cannot hold."""
    return UNWRITABLE.sub("", text)
