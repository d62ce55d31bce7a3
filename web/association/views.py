"""`/associate`: departments and keys, who holds a key, what joins with a dataset and how."""

from __future__ import annotations

import csv
import io

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from graph.association.holdings import Holdings
from graph.association.joining import partners, paths
from graph.association.suggesting import Element
from ontology.errors import NotFound
from web.association.held import held_in
from web.association.pages import JoinPage, KeyPage, MatrixPage
from web.association.words import (
    START,
    code_of,
    holder,
    joins_path,
    key_of,
    key_path,
    matrix,
    named_in,
    named_on,
    partner_row,
    path_row,
)
from web.catalogue.asking import page_of
from web.catalogue.desk import desk
from web.catalogue.kinds import KINDS
from web.catalogue.names import Names
from web.catalogue.reading import find
from web.catalogue.searching import Desk
from web.governance.words import names_in
from web.page import PageUrl, pager

blueprint = Blueprint("association", __name__)
SIZE = 50  # datasets on a page
LONGEST = 500  # characters of what names another dataset
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would reckon


@blueprint.get(START)
def start() -> str:
    """Show which department holds which key."""
    return render_template("association/matrix.html", page=whole(desk()))


@blueprint.get(f"{START}.csv")
def matrix_csv() -> Response:
    """Give the matrix as a table for a spreadsheet."""
    page = whole(desk())
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([_("Department"), *(plain(each.name.text.value) for each in page.keys)])
    for row in page.rows:
        writer.writerow([plain(row.department.text.value), *(each.count for each in row.cells)])
    answer = Response("\ufeff" + file.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="keys-by-department.csv"'
    return answer


def whole(here: Desk) -> MatrixPage:
    """Give the whole matrix of the reader's view."""
    held = held_in(here.view)
    keys = tuple(each for each in held.keys if held.of(each.iri))
    names = names_in(here, [*(each.iri for each in keys), *(each for each in held.matrix if each)])
    return matrix(held, keys, names)


def plain(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


@blueprint.get(f"{START}/key/<code>")
def by_key(code: str) -> str:
    """Show the datasets that hold a key, of one department or of all."""
    here = desk()
    held = held_in(here.view)
    key = key_coded(held, code)
    department = request.args.get("department", "")[:LONGEST]
    found = [each for each in held.of(key.iri) if department in {"", held.owners.get(each, "")}]
    number = page_of(request.args.get("page", ""), "page")
    shown = found[(number - 1) * SIZE : number * SIZE]
    items = [held.held[each][key.iri] for each in shown]
    owners = [held.owners.get(each, "") for each in shown]
    names = names_in(here, filter(None, [key.iri, *shown, *items, *owners, department]))
    url = PageUrl(
        key_path(key).partition("?")[0], (("department", department),) if department else ()
    )
    page = KeyPage(
        key=key_of(key, held, names),
        department=names.link(department) if department else None,
        rows=tuple(holder(each, key, held, names) for each in shown),
        pager=pager(number=number, size=SIZE, total=len(found), url=url),
    )
    return render_template("association/key.html", page=page)


def key_coded(held: Holdings, code: str) -> Element:
    """Give the element of a code; raise NotFound where the view has none that is held."""
    found = next((each for each in held.elements.values() if each.code == code), None)
    if found is None:
        raise NotFound(f"No data element has the code {code}.", f"没有代码为{code}的数据元。")
    return found


@blueprint.get(f"{START}/<any(dataset, layer):kind>/<code>")
def joins(kind: str, code: str) -> str:
    """Show what joins with a dataset, and the ways to another one where `with` names it."""
    here = desk()
    dataset = find(here.view, KINDS[kind], code, here.base)
    if dataset is None:
        raise NotFound(f"There is no {kind} {code} here.", f"此处没有{code}。")
    held = held_in(here.view)
    wanted = request.args.get("with", "").strip()[:LONGEST]
    return render_template("association/joins.html", page=join_page(here, held, dataset, wanted))


def join_page(here: Desk, held: Holdings, dataset: str, wanted: str) -> JoinPage:
    """Tell what joins with a dataset, and how with the one that is wanted."""
    other = dataset_named(here, wanted) if wanted else None
    found = partners(held, dataset)
    ways = paths(held, dataset, other) if other else []
    iris = [*named_in(found, held, dataset), *named_on(ways), *([other] if other else [])]
    names: Names = names_in(here, dict.fromkeys(iris))
    link = names.link(dataset)
    return JoinPage(
        dataset=link,
        partners=tuple(partner_row(each, dataset, held, names) for each in found),
        address=joins_path(link),
        wanted=wanted,
        other=names.link(other) if other else None,
        fault="" if other or not wanted else _("Nothing here is called %(name)s.", name=wanted),
        paths=tuple(path_row(each, held, names) for each in ways),
    )


def dataset_named(here: Desk, wanted: str) -> str | None:
    """Give the dataset that an IRI, an address or a code names; None for none that is here."""
    code = code_of(wanted.rstrip("/"))
    kinds = (KINDS["dataset"], KINDS["layer"])
    return next((iri for each in kinds if (iri := find(here.view, each, code, here.base))), None)
