"""Writing a query from wishes: what is chosen comes from tables, what is typed stays a value.

Classes and properties are looked up in the shapes, so no text of a stranger is ever written as a
word of the language; every value is written by the engine's own rule for terms, so it can be no
more than a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from pyoxigraph import Literal, NamedNode

from graph.harvest.tables.properties import PROPERTIES
from ontology.errors import Invalid
from ontology.terms import PREFIXES, XSD, shortened
from ontology.vocabulary import shapes

MOST = 10_000  # rows one may ask for
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>\s]*>')
NAMES = "skos:prefLabel|foaf:name|dct:title|csvw:title"
# What the values of a property are things of, for a step further.
LEADS = {
    "department": "gov:Department",
    "library": "gov:BaseLibrary",
    "system": "gov:InformationSystem",
}
STEPS = {
    "dcat:distribution": "dcat:Distribution",
    "dct:isPartOf": "dcat:Dataset",
    "dcat:servesDataset": "dcat:Dataset",
    "gov:element": "gov:DataElement",
    "gov:keyElement": "gov:DataElement",
    "gov:layerOf": "dcat:Dataset",
    "gov:feeds": "gov:InformationSystem",
}


class Sort(StrEnum):
    """What the values of a property are, as far as one can wish of them."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    LISTED = "listed"
    THING = "thing"


class How(StrEnum):
    """How a value is wished for."""

    HOLDS = "holds"
    EQUALS = "equals"
    LEAST = "least"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Condition:
    """One wish of a property's value; the value as it was typed."""

    property: str
    how: How
    value: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be found: things of a class, their columns (a path of one or two), conditions."""

    kind: str
    columns: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    order: str = ""
    falling: bool = False
    count: str = ""
    apart: bool = False
    limit: int = 100


@cache
def fields() -> dict[str, tuple[str, ...]]:
    """Give the properties one may wish of, by class, as their shapes name them."""
    return {
        shortened(target): tuple(dict.fromkeys(shortened(each.path) for each in shape.fields))
        for shape in shapes()
        for target in shape.targets
        if shape.fields
    }


def sort_of(name: str) -> Sort:
    """Say what the values of a property are."""
    reading = PROPERTIES.get(name)
    if name in STEPS or (reading and reading.reads in LEADS):
        return Sort.THING
    if reading and (reading.reads == "division" or reading.code_list):
        return Sort.LISTED
    by_reading = {"integer": Sort.NUMBER, "decimal": Sort.NUMBER, "date": Sort.DATE}
    return by_reading.get(reading.reads if reading else "", Sort.TEXT)


def beyond(name: str) -> tuple[str, ...]:
    """Give the properties of the things that a property leads to."""
    reading = PROPERTIES.get(name)
    target = STEPS.get(name) or LEADS.get(reading.reads if reading else "", "")
    return fields().get(target, ())


def built(wish: Wish, language: str) -> str:
    """Write the query; raises Invalid for what the shapes do not know or no value can be."""
    _known(wish)
    variables = _variables(wish)
    body = "\n".join(f"  {line}" for line in _body(wish, variables, language))
    return _declared(f"{_head(wish, variables)}\nWHERE {{\n{body}\n}}\n{_tail(wish, variables)}")


def begun(kind: str, verb: str = "", other: str = "") -> str:
    """Write a query to begin from: things of a class, what a property of theirs leads to, of which class.

    All three are IRIs of the reader's own view.
    """
    lines = [f"?thing a {_named(kind)} ."]
    lines += [f"?thing {_named(verb)} ?value ."] if verb else []
    lines += [f"?value a {_named(other)} ."] if other else []
    body = "\n".join(f"  {line}" for line in lines)
    head = "SELECT ?thing ?value" if verb else "SELECT ?thing"
    return _declared(f"{head}\nWHERE {{\n{body}\n}}\nLIMIT 100\n")


def _named(iri: str) -> str:
    name = shortened(iri)
    return name if re.fullmatch(r"[a-z][\w-]*:[A-Za-z][\w-]*", name) else str(NamedNode(iri))


def _declared(text: str) -> str:
    """Give a text with the prefixes that it uses: what stands in a string or an IRI uses none."""
    names = QUOTED.sub(" ", text)
    used = [name for name in PREFIXES if re.search(rf"(?<!\w){name}:\w", names)]
    return "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in used) + text


def _known(wish: Wish) -> None:
    own = fields().get(wish.kind)
    if own is None:
        raise Invalid("There is no such class.", "没有这个类。")
    asked = (*wish.columns, *(each.property for each in wish.conditions), wish.order, wish.count)
    for path in filter(None, asked):
        first, _, second = path.partition("/")
        if first not in own or (second and second not in beyond(first)):
            raise Invalid("The class has no such property.", "该类没有这个属性。")
    if not 1 <= wish.limit <= MOST:
        raise Invalid(f"Ask for 1 to {MOST} rows.", f"行数应为 1 至 {MOST}。")


def _variables(wish: Wish) -> dict[str, str]:
    """Give each path its variable; two of one name are told apart by number."""
    given: dict[str, str] = {}
    wished = (wish.order, wish.count, *(each.property for each in wish.conditions))
    for path in dict.fromkeys(filter(None, (*wish.columns, *wished))):
        name = re.sub(r"\W+", "_", path.rpartition(":")[2])
        given[path] = f"?{name}" if f"?{name}" not in given.values() else f"?{name}{len(given)}"
    return given


def _head(wish: Wish, variables: dict[str, str]) -> str:
    if wish.count:
        return f"SELECT {variables[wish.count]} (COUNT(DISTINCT ?thing) AS ?how_many)"
    shown = " ".join(variables[path] for path in wish.columns)
    return f"SELECT DISTINCT {shown}" if wish.apart and shown else f"SELECT ?thing {shown}".rstrip()


def _body(wish: Wish, variables: dict[str, str], language: str) -> Iterator[str]:
    yield f"?thing a {wish.kind} ."
    needed = {each.property for each in wish.conditions} | {wish.count} - {""}
    for path, variable in variables.items():
        if path in needed:
            yield _stated(path, variable, language if path in wish.columns else "")
    for at, condition in enumerate(wish.conditions):
        yield from _kept(condition, variables[condition.property], at)
    for path, variable in variables.items():
        if path not in needed:
            yield f"OPTIONAL {{ {_stated(path, variable, language)} }}"


def _stated(path: str, variable: str, language: str) -> str:
    stated = f"?thing {path} {variable} ."
    textual = sort_of(path.rpartition("/")[2]) is Sort.TEXT
    tongue = f' FILTER(LANG({variable}) IN ("", "{"zh" if language == "zh" else "en"}"))'
    return stated + (tongue if textual and language else "")


def _kept(condition: Condition, variable: str, at: int) -> Iterator[str]:
    """Write what a condition asks, by what the values are."""
    sort, value = sort_of(condition.property), condition.value
    if sort is Sort.LISTED:
        yield f"VALUES {variable} {{ {_iri(value)} }}"
    elif sort is Sort.THING:
        yield f"{variable} {NAMES} ?name{at} ."
        yield _holds(f"?name{at}", value)
    elif sort is Sort.TEXT and condition.how is How.EQUALS:
        yield f"FILTER(STR({variable}) = {Literal(value)})"
    elif sort is Sort.TEXT:
        yield _holds(variable, value)
    else:
        sign = {How.LEAST: ">=", How.MOST: "<="}.get(condition.how, "=")
        left = f"SUBSTR(STR({variable}), 1, 10)" if sort is Sort.DATE else variable
        yield f"FILTER({left} {sign} {_day(value) if sort is Sort.DATE else _number(value)})"


def _holds(variable: str, value: str) -> str:
    return f"FILTER(CONTAINS(LCASE(STR({variable})), LCASE({Literal(value)})))"


def _iri(value: str) -> str:
    try:
        return str(NamedNode(value))
    except ValueError:
        raise Invalid("That is no value of the list.", "该值不在代码表中。") from None


def _day(value: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise Invalid("Write a date as 2026-11-23.", "日期请写作 2026-11-23。")
    return str(Literal(value))


def _number(value: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,9})?", value):
        raise Invalid("Write a number.", "请填写数字。")
    return str(Literal(value, datatype=XSD.decimal))


def _tail(wish: Wish, variables: dict[str, str]) -> str:
    grouped = f"GROUP BY {variables[wish.count]}\nORDER BY DESC(?how_many)\n" if wish.count else ""
    by = variables.get(wish.order, "")
    listed = by and not wish.count and not (wish.apart and wish.order not in wish.columns)
    order = f"ORDER BY {'DESC' if wish.falling else 'ASC'}({by})\n" if listed else ""
    return f"{grouped}{order}LIMIT {wish.limit}\n"
