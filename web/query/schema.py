"""`/query/schema`: the classes of the caller's view and what joins them, counted; a place to begin.

All figures are those that are kept as the catalogue changes (`graph.views.counts`), of the caller's own
view: the page asks nothing of the store but a few things of one class, by name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from flask import render_template, request
from flask_babel import gettext as _

from graph.views.counts import Counts
from graph.views.links import Link
from graph.views.snapshots import View
from ontology.errors import NotFound
from ontology.terms import GOV, OWL, PREFIXES, RDF, RDFS, SKOS, shortened
from sparql.building import begun
from sparql.query import rows
from web.catalogue.names import names_of
from web.catalogue.words import property_name
from web.language import language
from web.page import address
from web.query.terms import classes
from web.query.views import blueprint, endpoint, view
from web.site import site

PATH = "/query/schema"
EXAMPLES = 6
# Left out of the picture: what values are chosen from, joined to nearly everything, and the words
# of the vocabulary itself.
LISTS = frozenset({SKOS.Concept.value, SKOS.ConceptScheme.value})
WORDS = (OWL.iri, RDF.iri, RDFS.iri)


@dataclass(frozen=True, slots=True)
class Class:
    """One class: its words, how many things are of it, where it leads, and a query to begin from."""

    iri: str
    name: str
    words: str
    count: int
    out: int
    into: int
    url: str
    begin: str


@dataclass(frozen=True, slots=True)
class Connection:
    """One property from class to class (`target` None for text), and a query to begin from."""

    source: Class
    name: str
    words: str
    target: Class | None
    count: int
    begin: str


@dataclass(frozen=True, slots=True)
class Example:
    """One thing of a class."""

    name: str
    lang: str
    url: str


@dataclass(frozen=True, slots=True)
class SchemaPage:
    """The overview, or one class of it: `here`, with what it says and what names it."""

    counted: bool
    seq: int = 0
    statements: int = 0
    classes: tuple[Class, ...] = ()
    connections: tuple[Connection, ...] = ()
    picture: str = ""
    here: Class | None = None
    incoming: tuple[Connection, ...] = ()
    examples: tuple[Example, ...] = ()


@blueprint.get(PATH)
def schema() -> str:
    """Show the schema of the caller's view, or one class of it."""
    seen = view()
    counts = endpoint().counts(seen)
    if counts is None:
        page = SchemaPage(counted=False)
    elif named := request.args.get("class", ""):
        page = one(counts, expanded(named), seen)
    else:
        page = overview(counts)
    return render_template("query/schema.html", page=page)


def expanded(name: str) -> str:
    """Give the IRI of a name with a known prefix; an IRI stays as it is."""
    prefix, _colon, local = name.partition(":")
    return PREFIXES[prefix] + local if prefix in PREFIXES else name


def overview(counts: Counts) -> SchemaPage:
    """Give every class and what joins them, the most used first."""
    known = known_classes(counts)
    joined = {link: times for link, times in counts.links.items() if link[2]}
    connections = tuple(connections_of(joined, known))
    return SchemaPage(
        counted=True,
        seq=counts.seq,
        statements=counts.statements,
        classes=tuple(known.values()),
        connections=connections,
        picture=drawn(pictured(counts, known), connections),
    )


def one(counts: Counts, iri: str, seen: View) -> SchemaPage:
    """Give one class; raises NotFound where the view has nothing of it."""
    known = known_classes(counts)
    here = known.get(iri)
    if here is None:
        raise NotFound(
            "There is nothing of this class in what you may see.", "您可见的内容中没有此类事物。"
        )
    out = {link: times for link, times in counts.links.items() if link[0] == iri}
    into = {link: times for link, times in counts.links.items() if link[2] == iri}
    return SchemaPage(
        counted=True,
        seq=counts.seq,
        connections=tuple(connections_of(out, known)),
        here=here,
        incoming=tuple(connections_of(into, known)),
        examples=tuple(examples_of(iri, seen)),
    )


def known_classes(counts: Counts) -> dict[str, Class]:
    """Give the classes of a view by IRI, that of most things first."""
    named = {each["text"]: each["zh" if language() == "zh" else "en"] for each in classes()}
    made = {}
    for iri, count in sorted(counts.classes.items(), key=lambda each: (-each[1], each[0])):
        name = shortened(iri)
        made[iri] = Class(
            iri=iri,
            name=name,
            words=named.get(name, name.partition(":")[2] or name),
            count=count,
            out=len({link[1:] for link in counts.links if link[0] == iri and link[2]}),
            into=len({link[:2] for link in counts.links if link[2] == iri}),
            url=address(PATH, [("class", name)]),
            begin=asked(begun(iri)),
        )
    return made


def connections_of(links: Mapping[Link, int], known: Mapping[str, Class]) -> Iterable[Connection]:
    """Give links in words, the most frequent first."""
    for (subject, verb, object_), count in sorted(links.items(), key=lambda each: (-each[1], each)):
        if subject in known and (not object_ or object_ in known):
            name = shortened(verb)
            begin = asked(begun(subject, verb, object_))
            target = known.get(object_)
            yield Connection(known[subject], name, property_name(verb), target, count, begin)


def asked(text: str) -> str:
    """Give where the query page has a text in its editor, and its answer."""
    return address("/query", [("query", text)])


def examples_of(iri: str, seen: View) -> Iterable[Example]:
    """Give a few things of a class with their names."""
    told = rows(seen, "schema/examples", kind=iri, limit=EXAMPLES)
    found = [row.text("thing") or "" for row in told]
    names = names_of(seen, found, base=site().base, language=language())
    for each in found:
        text = names.text(each)
        yield Example(text.value, text.lang, names.url(each))


def pictured(counts: Counts, known: Mapping[str, Class]) -> Iterable[Class]:
    """Give the classes to draw: of those that say the same of as many things one, ours first."""
    said: dict[str, list[tuple[str, str, int]]] = {}
    for (subject, verb, object_), times in counts.links.items():
        said.setdefault(subject, []).append((verb, object_, times))
    drawn_: dict[tuple[object, ...], Class] = {}
    for each in sorted(known.values(), key=lambda one: (not one.iri.startswith(GOV.iri), one.name)):
        if each.iri not in LISTS and not each.iri.startswith(WORDS):
            drawn_.setdefault((each.count, *sorted(said.get(each.iri, ()))), each)
    return drawn_.values()


def drawn(shown: Iterable[Class], connections: Iterable[Connection]) -> str:
    """Write the picture as the drawing element reads it; properties between two classes are one line."""
    classes_ = {each.iri: each for each in shown}
    pairs = sorted(
        (
            (each.source.iri, each.target.iri, each.words)
            for each in connections
            if each.target and {each.source.iri, each.target.iri} <= classes_.keys()
        ),
        key=lambda pair: pair[:2],
    )
    edges = []
    for (source, target), group in groupby(pairs, key=lambda pair: pair[:2]):
        words = [each[2] for each in group]
        more = _(" and %(n)s more", n=len(words) - 1) if len(words) > 1 else ""
        edge = {"from": source, "to": target, "label": words[0] + more, "state": ""}
        edges.append({**edge, "quiet": True})
    joined = {each[end] for each in edges for end in ("from", "to")}
    nodes = [
        {
            "id": each.iri,
            "label": f"{each.words} {each.count:,}",
            "kind": each.name.partition(":")[0],
            "url": each.url,
            "page": each.begin,
            "note": each.name,
        }
        for each in classes_.values()
        if each.iri in joined
    ]
    return json.dumps({"nodes": nodes, "edges": edges}, ensure_ascii=False).replace("<", "\\u003c")
