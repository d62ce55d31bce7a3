"""Public templates, those kept and those that ship, as the catalogue tells of them."""

from __future__ import annotations

from datetime import UTC, datetime

from graph.asking.offering import Service
from graph.asking.saved import Place, Said, Saved, Sharing
from ontology.errors import GovgraphError
from sparql.noting import iris
from sparql.shipped import Shipped, shipped
from sparql.templates import UNBOUND, Template, template_of
from sparql.texts import put_in

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)  # since when what ships is there


def of_file(found: Shipped, stars: tuple[int, bool] = (0, False)) -> Saved:
    """Give a question that ships as if it were saved; it has no owner and one version."""
    said = Said(found.text, found.zh, found.en, tags=found.tags)
    place = Place(Sharing.PUBLIC)
    return Saved(found.slug, "", place, 1, said, ALWAYS, ALWAYS, "", stars[0], stars[1])


def template(found: Saved) -> Template | None:
    """Give a query as a template, None for a text that is not read as one any more."""
    try:
        return template_of(found.said.text)
    except GovgraphError:
        return None


def is_template(found: Saved) -> bool:
    """Say whether a query takes parameters."""
    read = template(found)
    return read is not None and bool(read.parameters)


def service_of(found: Saved) -> Service:
    """Give a public template as the catalogue tells it."""
    said = found.said
    return Service(
        found.slug, said.title_zh, said.title_en, said.description_zh, said.description_en,
        said.tags, found.place.department, found.version, named_in(found),
    )  # fmt: skip


def named_in(found: Saved) -> tuple[str, ...]:
    """Give the IRIs of things that a template names, whatever values it is called with."""
    read = template(found)
    names = [each.name for each in read.parameters if each.kind == "iri"] if read else []
    return tuple(sorted(iris(put_in(found.said.text, dict.fromkeys(names, UNBOUND)))[0]))


def offered(kept: list[Saved]) -> list[Service]:
    """Give every public template: those kept, and those that ship."""
    both = [*kept, *(of_file(each) for each in shipped().values())]
    return [service_of(each) for each in both if is_template(each)]
