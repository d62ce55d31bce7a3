"""What was found of joins, told for the pages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from flask import url_for

from graph.association.holdings import Holdings
from graph.association.joining import Partner, Path, sql, steps
from graph.association.suggesting import Element
from sparql.sketching import joined
from web.association.pages import (
    Cell,
    Holder,
    Key,
    MatrixPage,
    MatrixRow,
    PartnerRow,
    PathRow,
    Step,
)
from web.catalogue.names import Names
from web.page import Link, address

START = "/associate"
LEVELS = 4
NAMED = 3  # departments named beside a key


def joins_path(link: Link) -> str:
    """Give the address of what joins with a dataset, "" for one without a page here."""
    place, _, code = link.url.removeprefix("/").partition("/")
    local = place in {"dataset", "layer"} and "/" not in code and "?" not in code
    return url_for("association.joins", kind=place, code=unquote(code)) if local else ""


def key_path(key: Element, department: str = "") -> str:
    """Give the address of the datasets that hold a key."""
    return url_for("association.by_key", code=key.code, department=department or None)


def code_of(iri: str) -> str:
    """Give the last part of an IRI."""
    return iri.rpartition("/")[2]


def key_of(key: Element, held: Holdings, names: Names) -> Key:
    """Tell of one key."""
    datasets = held.of(key.iri)
    owners = {held.owners.get(each, "") for each in datasets}
    return Key(names.link(key.iri), len(datasets), len(owners), key_path(key))


def matrix(held: Holdings, keys: tuple[Element, ...], names: Names) -> MatrixPage:
    """Tell the matrix: departments with most keys first."""
    found = held.matrix
    most = {
        key.iri: max((row.get(key.iri, 0) for row in found.values()), default=0) for key in keys
    }
    ranked = sorted(found, key=lambda each: (-len(found[each]), -sum(found[each].values()), each))
    rows = (
        MatrixRow(
            names.link(owner),
            tuple(_cell(found[owner].get(key.iri, 0), most[key.iri], key, owner) for key in keys),
        )
        for owner in ranked
        if owner
    )
    items = sum(len(each) for each in held.held.values())
    shown = tuple(key_of(each, held, names) for each in keys)
    return MatrixPage(shown, tuple(rows), len(held.held), items)


def _cell(count: int, most: int, key: Element, owner: str) -> Cell:
    """Tell one cell; the tint says how many it is beside the most of its column."""
    level = -(-LEVELS * count // most) if most else 0
    return Cell(count, key_path(key, owner) if count else "", level)


def holder(dataset: str, key: Element, held: Holdings, names: Names) -> Holder:
    """Tell one dataset that holds a key."""
    link = names.link(dataset)
    owner = names.link(held.owners.get(dataset, ""))
    return Holder(link, names.link(held.held[dataset][key.iri]), owner, joins_path(link))


def partner_row(found: Partner, dataset: str, held: Holdings, names: Names) -> PartnerRow:
    """Tell what joins by one key."""
    own = joins_path(names.link(dataset))
    owners = [each for each, _count in found.by_owner if each]
    links = [(names.link(each), each) for each in found.examples]
    return PartnerRow(
        key=names.link(found.key.iri),
        item=names.link(held.held[dataset][found.key.iri]),
        sure=round(100 * found.sure),
        count=found.count,
        departments=tuple(names.link(each) for each in owners[:NAMED]),
        more=max(0, len(owners) - NAMED),
        examples=tuple((link, address(own, [("with", link.url or iri)])) for link, iri in links),
        url=key_path(found.key),
    )


def named_in(found: Iterable[Partner], held: Holdings, dataset: str) -> list[str]:
    """Give every IRI that the partners of a dataset name."""
    named = [dataset, *held.held.get(dataset, {}).values()]
    for each in found:
        named += [each.key.iri, *each.examples, *(owner for owner, _ in each.by_owner[:NAMED])]
    return [each for each in named if each]


def named_on(found: Iterable[Path]) -> list[str]:
    """Give every IRI that paths name."""
    return [
        iri
        for path in found
        for iri in (*path.datasets, *(each.iri for each in (*path.keys, *path.risks)))
    ]


def path_row(path: Path, held: Holdings, names: Names) -> PathRow:
    """Tell one way to join two datasets, with its sketches."""
    keys, others = (*path.keys, None), (0, *path.others, 0)
    stations = (
        Step(names.link(dataset), names.link(key.iri) if key else None, more)
        for dataset, key, more in zip(path.datasets, keys, others, strict=True)
    )
    tables = {each: names.text(each).value for each in path.datasets}
    columns = {
        (dataset, key.iri): key.title
        for dataset in path.datasets
        for key in path.keys
        if key.iri in held.held.get(dataset, {})
    }
    text = joined(steps(path))
    return PathRow(
        steps=tuple(stations),
        joins=len(path.keys),
        sure=round(100 * path.sure),
        risks=tuple(names.link(each.iri) for each in path.risks),
        sparql=text,
        sql=sql(path, tables, columns),
        query=address("/query", [("query", text)]),
    )
