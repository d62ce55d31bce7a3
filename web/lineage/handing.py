"""What is in view, handed out: OpenLineage, PROV, a table, a drawing."""

from __future__ import annotations

import csv
import io
from collections import Counter

from flask import Response, jsonify

from graph.lineage.drawing import drawing
from graph.lineage.edges import Edge
from graph.lineage.outgoing import events, prov
from graph.lineage.part import Part, part_of
from web.catalogue.documents import written
from web.governance.views import plain
from web.language import language
from web.lineage.asking import PATH, asked
from web.lineage.presenting import Sight, grouping, sight
from web.lineage.views import KIND, blueprint, flows_at, thing, view
from web.negotiate import BY_SUFFIX
from web.site import site

ROOT = f"{PATH}/<{KIND}>/<path:code>/view"
COLUMNS = ("source", "target", "job", "transformation", "masking", "from", "to", "author",
           "source name", "target name")  # fmt: skip


def seen(kind: str, code: str) -> tuple[Sight, Part]:
    """Give what is in view at this address."""
    ask, here = asked(kind, code), view()
    base = site().settings.base
    part = part_of(flows_at(here, ask), thing(here, ask), ask.wish(base))
    return sight(ask, here, part, base, language()), part


def edges(found: Sight, part: Part) -> list[Edge]:
    """Give the steps in view: as they were stated, or as plain ones."""
    return [
        edge
        for source, target in part.steps
        for edge in [each.edge for each in found.steps.get((source, target), ())]
        or [Edge(source, target)]
    ]


@blueprint.get(f"{ROOT}.json")
def as_openlineage(kind: str, code: str) -> Response:
    """Give it as events of OpenLineage."""
    found, part = seen(kind, code)
    wholes = {iri: of.whole for iri, of in found.whose.items() if of.whole}
    at = found.view.at.isoformat(timespec="seconds")
    return jsonify(events(edges(found, part), wholes, found.base, at))


@blueprint.get(f"{ROOT}.<any(ttl, jsonld, nt):suffix>")
def as_prov(kind: str, code: str, suffix: str) -> Response:
    """Give it as PROV."""
    found, part = seen(kind, code)
    stated = [each for each in edges(found, part) if each.held_from or each.job]
    form = BY_SUFFIX[suffix]
    return Response(written(prov(stated, part.steps), form), mimetype=form.media_type)


@blueprint.get(f"{ROOT}.csv")
def as_table(kind: str, code: str) -> Response:
    """Give it as a table, which can be told again."""
    found, part = seen(kind, code)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for each in edges(found, part):
        kinds = " ".join(iri.rpartition("/")[2] for iri in each.transformations)
        names = (found.names.text(iri).value for iri in (each.source, each.target))
        facts = (each.source, each.target, each.job, kinds, "yes" if each.masking else "",
                 each.held_from, each.held_to, each.author, *names)  # fmt: skip
        writer.writerow([plain(cell) for cell in facts])
    answer = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="lineage.csv"'
    return answer


@blueprint.get(f"{ROOT}.svg")
def as_drawing(kind: str, code: str) -> Response:
    """Give it as a drawing."""
    found, part = seen(kind, code)
    group = grouping(found, part)
    levels: dict[str, int] = {}
    for each in sorted(part.seen, key=lambda each: abs(each.level)):
        levels.setdefault(group[each.iri], each.level)
    counts = Counter(group.values())
    names = {
        iri: found.link(iri).text.value + (f" ({counts[iri]})" if counts[iri] > 1 else "")
        for iri in levels
    }
    steps = [(group[one], group[other]) for one, other in part.steps]
    return Response(drawing(levels, names, steps, part.centre), mimetype="image/svg+xml")
