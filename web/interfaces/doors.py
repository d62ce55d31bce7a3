"""The doors of the house that programs use, described by hand; a test holds them to the routes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from sparql.formats import EVERY, OFFERED, Kind
from web.catalogue.kinds import KINDS
from web.negotiate import Form

Part = dict[str, Any]

JSON, PROBLEM, TEXT = "application/json", "application/problem+json", "text/plain"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
STRING: Part = {"type": "string"}
RDF = ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples")
FEED = ("ttl", "rdf", "jsonld", "nt")
LINEAGE = ("dataset", "layer", "item", "system", "service", "reuse")


@dataclass(frozen=True, slots=True)
class Door:
    """One operation: a method at a path, what it takes, and what it answers."""

    method: str
    path: str
    tag: str
    name: str
    words: str
    answers: Part
    takes: tuple[Part, ...] = ()
    body: Part | None = None

    def described(self) -> Part:
        """Give the operation as OpenAPI 3.1 has it (Operation Object)."""
        return {
            "tags": [self.tag],
            "operationId": self.name,
            "summary": self.words,
            **({"parameters": list(self.takes)} if self.takes else {}),
            **({"requestBody": self.body} if self.body else {}),
            "responses": self.answers,
        }


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


def body(words: str, *forms: str) -> Part:
    """Describe a body."""
    return {"description": words, "required": True, "content": {form: {} for form in forms}}


def one_of(*values: str) -> Part:
    """Describe a value that is one of some."""
    return {"type": "string", "enum": list(values)}


def doors(data: Iterable[Form]) -> Part:
    """Give every path but the templates'; `data` are the forms in which things are told."""
    paths: Part = {}
    for each in (
        *asking(),
        *graphs(),
        *queries(),
        *catalogue(),
        *things(list(data)),
        *lineage(),
        *tables(),
        *vocabulary(),
        *writing(),
        *watch(),
    ):
        paths.setdefault(each.path, {})[each.method] = each.described()
    return paths


def asking() -> Iterable[Door]:
    """Give SPARQL."""
    answer = says(_("The answer"), *_every_form())
    takes = (
        given("query", _("The query; without it, the service is described"), STRING),
        given("format", _("The form of the answer; else by Accept"), STRING),
        given("default-graph-uri", _("A graph that the default graph is made of"), STRING),
        given("named-graph-uri", _("A named graph that may be asked"), STRING),
        refers("parameters", "timeout"),
        refers("parameters", "at"),
    )
    sent = body(_("A query or an update"), FORM, QUERY, "application/sparql-update")
    change = _("Ask in SPARQL, or change what you may")
    void = says("VoID", *_graph_forms())
    counted = _("What the caller's view holds, counted")
    yield Door("get", "/sparql", "sparql", "ask", _("Ask in SPARQL"), answer, takes)
    yield Door("post", "/sparql", "sparql", "ask_or_change", change, answer, body=sent)
    yield Door("get", "/.well-known/void", "sparql", "void", counted, void)


def graphs() -> Iterable[Door]:
    """Give the Graph Store Protocol."""
    takes = (
        given("graph", _("The IRI of a named graph"), {"type": "string", "format": "iri"}),
        given("default", _("The default graph"), {"type": "boolean"}),
    )
    wrote: Part = {
        "200": {"description": _("The number of the change"), "content": {JSON: {}}},
        "201": {"description": _("The graph was made"), "content": {JSON: {}}},
        "204": {"description": _("It is written; the header X-Govgraph-Change tells the number")},
        "default": refers("responses", "Refused"),
    }
    forms = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
    sent = body(_("Statements"), *forms)
    reads = says(_("Its statements"), *_graph_forms())
    puts = _("Put a graph in place of one")
    yield Door("get", "/store", "sparql", "read_graph", _("Read a whole graph"), reads, takes)
    yield Door("put", "/store", "sparql", "put_graph", puts, wrote, takes, sent)
    adds = _("Add to a graph; where none is named, begin one: Location says where")
    yield Door("post", "/store", "sparql", "add_to_graph", adds, wrote, takes, sent)
    yield Door("delete", "/store", "sparql", "delete_graph", _("Take a graph away"), wrote, takes)


def queries() -> Iterable[Door]:
    """Give the saved queries in general; the public templates stand by their own names."""
    path = "/api/queries"
    slug = given("slug", _("The name of the query"), STRING, where="path")
    version = given("version", _("Which version"), {"type": "integer", "minimum": 1}, where="path")
    paging = (refers("parameters", "page"), refers("parameters", "page_size"))
    answer = says(_("One page of the answer"), *_every_form())
    every = _("The queries you may call, with what they take")
    call = _("Call a saved query as it stands")
    then = _("Call a saved query as a version said it")
    takes = (slug, version, *paging)
    yield Door("get", path, "queries", "queries", every, says(_("A list"), JSON))
    yield Door("get", f"{path}/{{slug}}", "queries", "call", call, answer, (slug, *paging))
    name = f"{path}/{{slug}}/v/{{version}}"
    yield Door("get", name, "queries", "call_version", then, answer, takes)


def catalogue() -> Iterable[Door]:
    """Give search."""
    takes = (
        given("q", _("Words, pinyin or initials"), STRING),
        given("kind", _("What kind of thing"), STRING),
        given("sort", _("Order"), one_of("relevance", "modified", "issued", "title")),
        given("page", _("Which page, from 1"), {"type": "integer", "minimum": 1}),
    )
    found = says(_("One page of results, with facets"), JSON)
    typed = (given("q", _("What is typed"), STRING),)
    offers = says(_("Groups by kind"), JSON)
    means = _("What a beginning may mean")
    search = _("Search the catalogue")
    yield Door("get", "/search.json", "catalogue", "search", search, found, takes)
    yield Door("get", "/api/suggest", "catalogue", "suggest", means, offers, typed)


def things(data: list[Form]) -> Iterable[Door]:
    """Give entries one by one, and the feed of them all."""
    takes = (
        *_thing(*sorted(KINDS)),
        given("suffix", _("The form"), one_of(*(each.suffix for each in data)), where="path"),
        refers("parameters", "at"),
    )
    told = says(_("What is said of it"), *(each.media_type for each in data))
    walks = (
        given("suffix", _("The form"), one_of(*FEED), where="path"),
        given("page", _("A place that a Link header named"), STRING),
    )
    one = _("One thing in a form for machines")
    feed = _("The DCAT-AP 3 feed, page by page")
    page = says(_("One page; Link leads to the next"), *RDF)
    yield Door("get", "/{kind}/{code}.{suffix}", "catalogue", "thing", one, told, takes)
    yield Door("get", "/catalog.{suffix}", "catalogue", "feed", feed, page, walks)


def lineage() -> Iterable[Door]:
    """Give where data come from and go to."""
    of = _thing(*LINEAGE)
    suffix = given("suffix", _("The form"), one_of("ttl", "jsonld", "nt"), where="path")
    path = "/lineage/{kind}/{code}/view"
    events = says("OpenLineage", JSON)
    table = says("CSV", "text/csv")
    prov = says("PROV-O", "text/turtle", "application/ld+json", "application/n-triples")
    made = says(_("What was made of it"), JSON)
    sent = body("OpenLineage", JSON)
    names = ("lineage_openlineage", "lineage_table", "lineage_prov")
    yield Door("get", f"{path}.json", "lineage", names[0], _("Lineage as OpenLineage"), events, of)
    yield Door("get", f"{path}.csv", "lineage", names[1], _("Lineage as a table"), table, of)
    yield Door(
        "get",
        f"{path}.{{suffix}}",
        "lineage",
        names[2],
        _("Lineage as PROV-O"),
        prov,
        (*of, suffix),
    )
    tell = _("Tell an OpenLineage event")
    yield Door("post", "/api/lineage", "lineage", "tell_lineage", tell, made, body=sent)


def tables() -> Iterable[Door]:
    """Give the tables of governance."""
    table = says("CSV", "text/csv")
    keys = _("Which department holds which key")
    systems = _("The inventory of systems")
    yield Door("get", "/associate.csv", "governance", "keys", keys, table)
    yield Door("get", "/governance/systems.csv", "governance", "systems", systems, table)


def vocabulary() -> Iterable[Door]:
    """Give the words that everything is said in."""
    takes = (given("suffix", _("The form"), one_of(*FEED), where="path"),)
    shacl, rdf = says("SHACL", *RDF), says("RDF", *RDF)
    context = says("JSON-LD", "application/ld+json")
    shapes = _("The shapes of entries")
    yield Door("get", "/ns.{suffix}", "words", "vocabulary", _("The vocabulary"), rdf, takes)
    yield Door("get", "/ns/shapes.{suffix}", "words", "shapes", shapes, shacl, takes)
    words = _("The JSON-LD context")
    yield Door("get", "/ns/context.jsonld", "words", "context", words, context)


def writing() -> Iterable[Door]:
    """Give what helps to write a query."""
    path = "/api/query"
    terms = says(_("Prefixes, classes, properties and values"), JSON)
    things = _("Things of the caller's view by the beginning of their names")
    takes = (
        given("q", _("What is typed"), STRING),
        given("of", _("The property whose value is wanted"), STRING),
    )
    offers, names = says(_("Offers"), JSON), says(_("Names and pages"), JSON)
    iris, text = body(_("A list of IRIs"), JSON), body(_("The text"), TEXT)
    right = says(_("Whether it is right; where it is not, and why"), JSON)
    steps = says(_("Its steps, what may be mended, and how"), JSON)
    words = _("Words that a query can be written with")
    called = _("What IRIs are called")
    check = _("Whether a text is a query")
    explain = _("What the engine would do with a query")
    yield Door("get", f"{path}/terms", "writing", "terms", words, terms)
    yield Door("get", f"{path}/things", "writing", "things", things, offers, takes)
    yield Door("post", f"{path}/names", "writing", "names", called, names, body=iris)
    yield Door("post", f"{path}/check", "writing", "check", check, right, body=text)
    yield Door("post", f"{path}/explain", "writing", "explain", explain, steps, body=text)


def watch() -> Iterable[Door]:
    """Give how the instance is."""
    alive, openapi = says(_("It does"), JSON), says("OpenAPI 3.1", JSON)
    health = _("Whether the instance answers")
    figures = _("Figures of the instance")
    prometheus = says("Prometheus", TEXT)
    itself = _("This description")
    yield Door("get", "/healthz", "watch", "health", health, alive)
    yield Door("get", "/metrics", "watch", "metrics", figures, prometheus)
    yield Door("get", "/api/openapi.json", "watch", "openapi", itself, openapi)


def _thing(*kinds: str) -> tuple[Part, Part]:
    kind = given("kind", _("What kind of thing"), one_of(*kinds), where="path")
    return kind, given("code", _("Its code"), STRING, where="path")


def _every_form() -> list[str]:
    return sorted({each.media_type for forms in EVERY.values() for each in forms})


def _graph_forms() -> list[str]:
    return [each.media_type for each in OFFERED[Kind.TRIPLES]]
