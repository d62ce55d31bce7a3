"""Hits as people read them: from the index's rows alone, without a look at the store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import quote

from graph.search.question import Hit as Found
from graph.search.question import Runs
from graph.search.rows import Row, best
from ontology.freshness import freshness
from web.catalogue.facts import notation
from web.catalogue.kinds import KINDS
from web.catalogue.names import format_name, local_path
from web.catalogue.pages import Hit
from web.wording import when


def hits(found: Iterable[Found], *, base: str, language: str, today: date) -> tuple[Hit, ...]:
    """Put hits into words."""
    return tuple(hit(each, base=base, language=language, today=today) for each in found)


def hit(found: Found, *, base: str, language: str, today: date) -> Hit:
    """Put one hit into words."""
    row = found.row
    return Hit(
        iri=row.iri,
        kind=row.kind,
        kind_name=str(KINDS[row.kind].one),
        code=row.code,
        url=row_path(row, base),
        title=found.title or ((row.code, False),),
        lang=best(row.titles, language)[0],
        other=found.other,
        excerpt=found.abstract,
        excerpt_lang=best(row.abstract, language)[0],
        keeper=found.provider,
        keeper_url=local_path(row.providers[0][0], base) if row.providers else "",
        modified=(row.modified or row.issued)[:10],
        freshness=row_freshness(row, today),
        openness=notation(row.openness) if row.openness else "",
        sharing=notation(row.sharing) if row.sharing else "",
        formats=tuple(format_name(iri, language) for iri in row.formats),
        items=found.items,
    )


def row_path(row: Row, base: str) -> str:
    """Give the address of the page of a row's thing."""
    return local_path(row.iri, base) or f"/{row.kind}/{quote(row.code, safe='')}"


def row_freshness(row: Row, today: date) -> str:
    """Give how a dataset stands to its promise, "" for what has no promise to keep."""
    if row.kind not in {"dataset", "layer"}:
        return ""
    read = when(row.modified or row.issued)
    modified = date(read.year, read.month, read.day) if read else None
    return freshness(modified, row.frequency, today).state.value


def plain(runs: Runs) -> str:
    """Give a text in parts as one."""
    return "".join(text for text, _hit in runs)
