"""`/query/builder`: a query from choices, without SPARQL. The address holds every choice.

It is a form that any browser can send; what it writes is shown, and leads to the workbench.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from graph.harvest.tables.properties import PROPERTIES
from ontology.code_lists import code_list
from ontology.errors import Invalid
from ontology.terms import PREFIXES
from sparql.building import Condition, How, Sort, Wish, beyond, built, fields, sort_of
from web.catalogue.words import property_name
from web.language import language
from web.page import address
from web.query.terms import classes
from web.query.views import blueprint

FIRST = "dcat:Dataset"
USUAL = ("dct:title", "foaf:name", "skos:prefLabel", "csvw:title")


@dataclass(frozen=True, slots=True)
class Field:
    """One property on the form: its name, what its values are, those of its list, what is beyond."""

    name: str
    words: str
    sort: Sort
    listed: tuple[tuple[str, str], ...] = ()
    beyond: tuple[tuple[str, str], ...] = ()


def words_of(name: str) -> str:
    """Give what a property is called, from its short name."""
    prefix, _, local = name.partition(":")
    return property_name(PREFIXES[prefix] + local)


def field(name: str) -> Field:
    """Give a property as the form shows it."""
    steps = tuple((f"{name}/{each}", words_of(each)) for each in beyond(name))
    return Field(name, words_of(name), sort_of(name), tuple(_listed(name)), steps)


def _listed(name: str) -> list[tuple[str, str]]:
    reading = PROPERTIES.get(name)
    if sort_of(name) is not Sort.LISTED or reading is None:
        return []
    tongue = language()
    concepts = code_list(reading.code_list or "division")
    return [(each.iri, each.zh if tongue == "zh" else each.en) for each in concepts]


def wished(sent: MultiDict[str, str]) -> Wish:
    """Read the choices of an address; raises Invalid for a number that is none."""
    kind = sent.get("class", FIRST)
    own = fields().get(kind, ())
    columns = tuple(
        dict.fromkeys(sent.getlist("show"))
    )  # an address that names a class alone has none
    limit = sent.get("limit", "100").strip()
    if not limit.isascii() or not limit.isdigit():
        raise Invalid("Write how many rows as a number.", "行数请填写数字。")
    return Wish(
        kind=kind,
        columns=columns if "limit" in sent else tuple(each for each in USUAL if each in own),
        conditions=tuple(
            Condition(name, how, value)
            for name in own
            for how in How
            if (value := sent.get(f"{how}.{name}", "").strip())
        ),
        order=sent.get("order", ""),
        falling=sent.get("way") == "falling",
        count=sent.get("count", ""),
        apart="apart" in sent,
        limit=int(limit[:6] or "0"),
    )


@blueprint.get("/query/builder")
def builder() -> tuple[str, int]:
    """Show the form with the choices of the address, and the query that they make."""
    text, fault, wish = "", "", Wish(FIRST)
    try:
        wish = wished(request.args)
        text = built(wish, language())
    except Invalid as error:
        fault = error.sentence(language())
    kind = wish.kind if wish.kind in fields() else FIRST
    named = {each["text"]: each["zh" if language() == "zh" else "en"] for each in classes()}
    page = render_template(
        "query/builder.html",
        wish=wish,
        kind=kind,
        kinds=[(each, named.get(each, each)) for each in fields()],
        fields=[field(each) for each in fields()[kind]],
        sent=request.args,
        text=text,
        fault=fault,
        run=address("/query", [("query", text)]) if text else "",
    )
    return page, 400 if fault else 200
