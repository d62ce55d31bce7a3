"""What is in view, handed out: OpenLineage, PROV, a table, a drawing."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

import openpyxl
from flask import Response, jsonify
from flask_babel import gettext as _

from graph.lineage.drawing import drawing
from graph.lineage.edges import Edge
from graph.lineage.outgoing import events, prov
from graph.lineage.part import Part, part_of
from web.catalogue.documents import written
from web.governance.views import plain
from web.language import language
from web.lineage.asking import PATH, asked
from web.lineage.impacting import SHEET
from web.lineage.presenting import Sight, grouping, sight
from web.lineage.views import KIND, blueprint, flows_at, thing, view
from web.negotiate import BY_SUFFIX
from web.site import site

ROOT = f"{PATH}/<{KIND}>/<path:code>/view"
COLUMNS = ("source", "target", "job", "transformation", "masking", "from", "to", "author",
           "source name", "target name")  # fmt: skip
WIDTHS = (48, 48, 32, 20, 10, 12, 12, 16, 32, 32)  # of the columns of a sheet


def seen(kind: str, code: str) -> tuple[Sight, Part]:
    """Give what is in view at this address."""
    ask, here = asked(kind, code), view()
    base = site().settings.base
    part = part_of(flows_at(here, ask), thing(here, ask), ask.wish(base))
    return sight(ask, here, part, base, language()), part


def edges(found: Sight, part: Part) -> list[Edge]:
    """Give the steps in view: as they were stated, or as plain ones; what two sources say alike once."""
    told = (
        edge
        for source, target in part.steps
        for edge in [each.edge for each in found.steps.get((source, target), ())]
        or [Edge(source, target)]
    )
    return list(dict.fromkeys(told))


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


def rows(found: Sight, part: Part) -> Iterator[list[str]]:
    """Give the steps as rows that can be told again, their columns first."""
    yield list(COLUMNS)
    for each in edges(found, part):
        kinds = " ".join(iri.rpartition("/")[2] for iri in each.transformations)
        names = (found.names.text(iri).value for iri in (each.source, each.target))
        facts = (each.source, each.target, each.job, kinds, "yes" if each.masking else "",
                 each.held_from, each.held_to, each.author, *names)  # fmt: skip
        yield [plain(cell) for cell in facts]


@blueprint.get(f"{ROOT}.csv")
def as_table(kind: str, code: str) -> Response:
    """Give it as a table, which can be told again."""
    file = io.StringIO()
    csv.writer(file).writerows(rows(*seen(kind, code)))
    answer = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="lineage.csv"'
    return answer


@blueprint.get(f"{ROOT}.xlsx")
def as_sheet(kind: str, code: str) -> Response:
    """Give it as a spreadsheet, which can be told again."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(_("Lineage"))
    for width, letter in zip(WIDTHS, "ABCDEFGHIJ", strict=True):
        sheet.column_dimensions[letter].width = width
    for row in rows(*seen(kind, code)):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    answer = Response(file.getvalue(), mimetype=SHEET)
    answer.headers["Content-Disposition"] = 'attachment; filename="lineage.xlsx"'
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
