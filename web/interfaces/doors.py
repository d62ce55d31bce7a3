"""The doors of the house that programs use, described by hand; a test holds them to the routes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from sparql.formats import OFFERED, Kind
from web.catalogue.kinds import KINDS
from web.negotiate import Form

Part = dict[str, Any]

JSON, PROBLEM, TEXT = "application/json", "application/problem+json", "text/plain"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
STRING: Part = {"type": "string"}
LINEAGE = ("dataset", "layer", "item", "system", "service", "reuse")


def refers(kind: str, name: str) -> Part:
    """Refer to a component."""
    return {"$ref": f"#/components/{kind}/{name}"}


def given(name: str, words: str, schema: Part, *, where: str = "query") -> Part:
    """Describe a parameter."""
    required = {"required": True} if where == "path" else {}
    return {"name": name, "in": where, "description": words, "schema": schema, **required}


def says(words: str, *forms: str) -> Part:
    """Describe an answer in some forms, and the refusals that every door knows."""
    return {
        "200": {"description": words, "content": {form: {} for form in forms}},
        "default": refers("responses", "Refused"),
    }


def door(tag: str, name: str, words: str, responses: Part, *takes: Part) -> Part:
    """Describe one operation."""
    return {
        "tags": [tag],
        "operationId": name,
        "summary": words,
        **({"parameters": list(takes)} if takes else {}),
        "responses": responses,
    }


def body(words: str, *forms: str) -> Part:
    """Describe a body."""
    return {"description": words, "required": True, "content": {form: {} for form in forms}}


def doors(data: Iterable[Form]) -> Part:
    """Give every path but the templates'; `data` are the forms in which things are told."""
    forms = list(data)
    return {
        **asking(),
        **queries(),
        **catalogue(forms),
        **lineage(),
        **tables(),
        **helping(),
        **watch(),
    }


def asking() -> Part:
    """Give SPARQL and the Graph Store Protocol."""
    every = sorted({each.media_type for forms in OFFERED.values() for each in forms})
    graphs = [each.media_type for each in OFFERED[Kind.TRIPLES]]
    takes = (
        given("query", _("The query; without it, the service is described"), STRING),
        given("format", _("The form of the answer; else by Accept"), STRING),
        given("default-graph-uri", _("A graph that the default graph is made of"), STRING),
        given("named-graph-uri", _("A named graph that may be asked"), STRING),
        refers("parameters", "timeout"),
        refers("parameters", "at"),
    )
    graph = (
        given("graph", _("The IRI of a named graph"), {"type": "string", "format": "iri"}),
        given("default", _("The default graph"), {"type": "boolean"}),
    )
    wrote: Part = {
        "200": {"description": _("The number of the change"), "content": {JSON: {}}},
        "201": {"description": _("The graph was made"), "content": {JSON: {}}},
        "204": {"description": _("It is written; the header X-Govgraph-Change tells the number")},
        "default": refers("responses", "Refused"),
    }
    sent = body(
        _("Statements"),
        "text/turtle",
        "application/n-triples",
        "application/rdf+xml",
        "application/ld+json",
    )
    return {
        "/sparql": {
            "get": door("sparql", "ask", _("Ask in SPARQL"), says(_("The answer"), *every), *takes),
            "post": door(
                "sparql",
                "ask_or_change",
                _("Ask in SPARQL, or change what you may"),
                says(_("The answer"), *every),
            )
            | {
                "requestBody": body(
                    _("A query or an update"), FORM, QUERY, "application/sparql-update"
                )
            },
        },
        "/.well-known/void": {
            "get": door(
                "sparql", "void", _("What the caller's view holds, counted"), says("VoID", *graphs)
            )
        },
        "/store": {
            "get": door(
                "sparql",
                "read_graph",
                _("Read a whole graph"),
                says(_("Its statements"), *graphs),
                *graph,
            ),
            "put": door("sparql", "put_graph", _("Put a graph in place of one"), wrote, *graph)
            | {"requestBody": sent},
            "post": door("sparql", "add_to_graph", _("Add to a graph"), wrote, *graph)
            | {"requestBody": sent},
            "delete": door("sparql", "delete_graph", _("Take a graph away"), wrote, *graph),
        },
    }


def queries() -> Part:
    """Give the saved queries in general; the public templates stand by their own names."""
    slug = given("slug", _("The name of the query"), STRING, where="path")
    version = given("version", _("Which version"), {"type": "integer", "minimum": 1}, where="path")
    every = sorted({each.media_type for forms in OFFERED.values() for each in forms})
    paging = (refers("parameters", "page"), refers("parameters", "page_size"))
    answer = says(_("One page of the answer"), *every)
    return {
        "/api/queries": {
            "get": door(
                "queries",
                "queries",
                _("The queries you may call, with what they take"),
                says(_("A list"), JSON),
            )
        },
        "/api/queries/{slug}": {
            "get": door(
                "queries", "call", _("Call a saved query as it stands"), answer, slug, *paging
            )
        },
        "/api/queries/{slug}/v/{version}": {
            "get": door(
                "queries",
                "call_version",
                _("Call a saved query as a version said it"),
                answer,
                slug,
                version,
                *paging,
            )
        },
    }


def catalogue(data: list[Form]) -> Part:
    """Give entries, search and the feed."""
    kind = given(
        "kind", _("What kind of thing"), {"type": "string", "enum": sorted(KINDS)}, where="path"
    )
    code = given("code", _("Its code"), STRING, where="path")
    suffixes = [each.suffix for each in data]
    suffix = given("suffix", _("The form"), {"type": "string", "enum": suffixes}, where="path")
    feed = {"type": "string", "enum": ["ttl", "rdf", "jsonld", "nt"]}
    return {
        "/search.json": {
            "get": door(
                "catalogue",
                "search",
                _("Search the catalogue"),
                says(_("One page of results, with facets"), JSON),
                given("q", _("Words, pinyin or initials"), STRING),
                given("kind", _("What kind of thing"), STRING),
                given(
                    "sort",
                    _("Order"),
                    {"type": "string", "enum": ["relevance", "modified", "issued", "title"]},
                ),
                given("page", _("Which page, from 1"), {"type": "integer", "minimum": 1}),
            )
        },
        "/api/suggest": {
            "get": door(
                "catalogue",
                "suggest",
                _("What a beginning may mean"),
                says(_("Groups by kind"), JSON),
                given("q", _("What is typed"), STRING),
            )
        },
        "/{kind}/{code}.{suffix}": {
            "get": door(
                "catalogue",
                "thing",
                _("One thing in a form for machines"),
                says(_("What is said of it"), *(each.media_type for each in data)),
                kind,
                code,
                suffix,
                refers("parameters", "at"),
            )
        },
        "/catalog.{suffix}": {
            "get": door(
                "catalogue",
                "feed",
                _("The DCAT-AP 3 feed, page by page"),
                says(
                    _("One page; Link leads to the next"),
                    "text/turtle",
                    "application/rdf+xml",
                    "application/ld+json",
                    "application/n-triples",
                ),
                given("suffix", _("The form"), feed, where="path"),
                given("page", _("A place that a Link header named"), STRING),
            )
        },
    }


def lineage() -> Part:
    """Give where data come from and go to."""
    kind = given(
        "kind", _("What kind of thing"), {"type": "string", "enum": list(LINEAGE)}, where="path"
    )
    code = given("code", _("Its code"), STRING, where="path")
    suffix = given(
        "suffix", _("The form"), {"type": "string", "enum": ["ttl", "jsonld", "nt"]}, where="path"
    )
    path = "/lineage/{kind}/{code}/view"
    return {
        f"{path}.json": {
            "get": door(
                "lineage",
                "lineage_openlineage",
                _("Lineage as OpenLineage"),
                says("OpenLineage", JSON),
                kind,
                code,
            )
        },
        f"{path}.csv": {
            "get": door(
                "lineage",
                "lineage_table",
                _("Lineage as a table"),
                says("CSV", "text/csv"),
                kind,
                code,
            )
        },
        f"{path}.{{suffix}}": {
            "get": door(
                "lineage",
                "lineage_prov",
                _("Lineage as PROV-O"),
                says("PROV-O", "text/turtle", "application/ld+json", "application/n-triples"),
                kind,
                code,
                suffix,
            )
        },
        "/api/lineage": {
            "post": door(
                "lineage",
                "tell_lineage",
                _("Tell an OpenLineage event"),
                says(_("What was made of it"), JSON),
            )
            | {"requestBody": body("OpenLineage", JSON)}
        },
    }


def tables() -> Part:
    """Give the tables of governance."""
    return {
        "/associate.csv": {
            "get": door(
                "governance", "keys", _("Which department holds which key"), says("CSV", "text/csv")
            )
        },
        "/governance/systems.csv": {
            "get": door(
                "governance", "systems", _("The inventory of systems"), says("CSV", "text/csv")
            )
        },
    }


def helping() -> Part:
    """Give the vocabulary, and what helps to write a query."""
    ending = given(
        "suffix",
        _("The form"),
        {"type": "string", "enum": ["ttl", "rdf", "jsonld", "nt"]},
        where="path",
    )
    rdf = ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples")
    return {
        "/ns.{suffix}": {
            "get": door("words", "vocabulary", _("The vocabulary"), says("RDF", *rdf), ending)
        },
        "/ns/shapes.{suffix}": {
            "get": door("words", "shapes", _("The shapes of entries"), says("SHACL", *rdf), ending)
        },
        "/ns/context.jsonld": {
            "get": door(
                "words", "context", _("The JSON-LD context"), says("JSON-LD", "application/ld+json")
            )
        },
        "/api/query/terms": {
            "get": door(
                "writing",
                "terms",
                _("Words that a query can be written with"),
                says(_("Prefixes, classes, properties and values"), JSON),
            )
        },
        "/api/query/things": {
            "get": door(
                "writing",
                "things",
                _("Things of the caller's view by the beginning of their names"),
                says(_("Offers"), JSON),
                given("q", _("What is typed"), STRING),
                given("of", _("The property whose value is wanted"), STRING),
            )
        },
        "/api/query/names": {
            "post": door(
                "writing", "names", _("What IRIs are called"), says(_("Names and pages"), JSON)
            )
            | {"requestBody": body(_("A list of IRIs"), JSON)}
        },
        "/api/query/check": {
            "post": door(
                "writing",
                "check",
                _("Whether a text is a query"),
                says(_("Whether it is right; where it is not, and why"), JSON),
            )
            | {"requestBody": body(_("The text"), TEXT)}
        },
        "/api/query/explain": {
            "post": door(
                "writing",
                "explain",
                _("What the engine would do with a query"),
                says(_("Its steps, what may be mended, and how"), JSON),
            )
            | {"requestBody": body(_("The text"), TEXT)}
        },
    }


def watch() -> Part:
    """Give how the instance is."""
    return {
        "/healthz": {
            "get": door(
                "watch", "health", _("Whether the instance answers"), says(_("It does"), JSON)
            )
        },
        "/metrics": {
            "get": door("watch", "metrics", _("Figures of the instance"), says("Prometheus", TEXT))
        },
        "/api/openapi.json": {
            "get": door(
                "watch", "openapi", _("This description"), says("OpenAPI 3.1", "application/json")
            )
        },
    }
