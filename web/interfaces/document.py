"""The OpenAPI 3.1 document: the doors of the house by hand, every public template from its header.

It speaks the reader's language and is the same for everyone: nothing private stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from graph.asking.saved import Saved
from sparql.calling import LARGEST, USUAL
from sparql.formats import EVERY, KIND_OF_FORM, SOLUTIONS, TABLES, Kind
from sparql.offered import template
from sparql.templates import Parameter, Template, choices
from web.interfaces.doors import JSON, PROBLEM, doors, given, refers
from web.negotiate import DATA

Part = dict[str, Any]

VERSION = "1"
TYPES: dict[str, Part] = {
    "iri": {"type": "string", "format": "iri"},
    "string": {"type": "string", "maxLength": 2000},
    "date": {"type": "string", "format": "date"},
    "integer": {"type": "integer"},
}
FORM_NAMES = {kind: [each.name for each in forms] for kind, forms in EVERY.items()}


def document(base: str, titles: tuple[str, str], language: str, templates: Iterable[Saved]) -> Part:
    """Give the whole document."""
    paths = doors(DATA)
    for saved in templates:
        read = template(saved)
        if read is not None and read.parameters:
            paths[f"/api/queries/{saved.slug}"] = {"get": called(saved, read, language)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": titles[1] if language == "zh" else titles[0],
            "version": VERSION,
            "summary": _("Interfaces of the catalogue and knowledge graph"),
            "description": _(
                "Everything open may be read without an account. Answers follow the caller's view: "
                "what one may not see is not there. Limits are told in headers, never silent."
            ),
        },
        "servers": [{"url": base}],
        "tags": [{"name": name, "description": words} for name, words in tags()],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": components(),
    }


def tags() -> list[tuple[str, str]]:
    """Give the groups that paths stand in."""
    return [
        ("catalogue", _("Catalogue entries, search and feeds")),
        ("queries", _("Saved queries, and templates called with values")),
        ("sparql", _("Questions and changes in SPARQL")),
        ("lineage", _("Where data come from and go to")),
        ("governance", _("Tables of keys and systems")),
        ("words", _("Vocabulary, code lists and shapes")),
        ("writing", _("What helps to write a query")),
        ("watch", _("How the instance is")),
    ]


# Templates ----------------------------------------------------------------------------------------


def called(saved: Saved, read: Template, language: str) -> Part:
    """Describe the call of one template."""
    kind = KIND_OF_FORM[read.form]
    about = saved.said.description(language)
    return {
        "tags": ["queries"],
        "operationId": "query_" + saved.slug.replace("-", "_"),
        "summary": saved.said.title(language),
        **({"description": about} if about else {}),
        "parameters": [
            *(taken(each, language) for each in read.parameters),
            {
                "name": "format",
                "in": "query",
                "description": _("The form of the answer; else by Accept"),
                "schema": {"type": "string", "enum": FORM_NAMES[kind]},
            },
            *(refers("parameters", name) for name in ("page", "page_size", "version", "timeout")),
        ],
        "responses": answers(kind),
        "externalDocs": {"url": f"/queries/{saved.slug}"},
    }


def taken(parameter: Parameter, language: str) -> Part:
    """Describe one parameter."""
    schema = dict(TYPES.get(parameter.kind, {"type": "string"}))
    if parameter.listed:
        schema["enum"] = [value for value, _zh, _en in choices(parameter)]
    examples = list(parameter.examples)
    if parameter.kind == "integer":
        told: list[Any] = [int(each) for each in examples]
    else:
        told = [] if parameter.listed else examples
    if parameter.many:
        schema = {"type": "array", "items": schema}
        told = [told] if told else []
    if told:
        schema["examples"] = told
    return {
        "name": parameter.name,
        "in": "query",
        "required": not parameter.optional,
        "description": parameter.words(language),
        "schema": schema,
        **({"style": "form", "explode": True} if parameter.many else {}),
    }


def answers(kind: Kind) -> Part:
    """Describe what a call may answer."""
    forms = {
        each.media_type: {
            "schema": refers("schemas", "Rows")
            if each in SOLUTIONS and "json" in each.media_type
            else {"type": "string"}
        }
        for each in EVERY[kind]
        if each not in TABLES
    } | {each.media_type: {} for each in EVERY[kind] if each in TABLES}
    return {
        "200": {
            "description": _("One page of the answer"),
            "headers": {name: refers("headers", name) for name in HEADERS},
            "content": forms,
        },
        "304": {"description": _("Nothing has changed since")},
        "400": refers("responses", "WrongValues"),
        **{code: refers("responses", "Refused") for code in ("404", "406", "410", "429", "503")},
    }


HEADERS = (
    "ETag",
    "Link",
    "X-Govgraph-Snapshot",
    "X-Govgraph-Rows",
    "X-Govgraph-Truncated",
    "X-Govgraph-Engine",
)


def components() -> Part:
    """Give what several paths refer to."""
    return {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": _("A token made at /account/tokens")},
        },
        "parameters": parameters(),
        "headers": headers(),
        "schemas": schemas(),
        "responses": {
            "WrongValues": {
                "description": _("Values that are wrong, with a sentence for each"),
                "content": {JSON: {"schema": refers("schemas", "WrongValues")}},
            },
            "Refused": {
                "description": _("Why there is no answer, in both languages or the reader's"),
                "content": {
                    JSON: {"schema": refers("schemas", "Refusal")},
                    PROBLEM: {"schema": refers("schemas", "Problem")},
                },
            },
        },
    }  # fmt: skip


def parameters() -> Part:
    """Give the parameters that several paths take."""
    return {
        "page": given("page", _("Which page, from 1"), {"type": "integer", "minimum": 1, "default": 1}),
        "page_size": given(
            "page_size",
            _("Rows of a page"),
            {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": USUAL},
        ),
        "version": given("version", _("Which version; else the newest"), {"type": "integer", "minimum": 1}),
        "timeout": given("timeout", _("Seconds, below the limit"), {"type": "number", "exclusiveMinimum": 0}),
        "at": given("at", _("As it was at the end of this day"), {"type": "string", "format": "date"}),
    }  # fmt: skip


def headers() -> Part:
    """Give the headers of answers."""
    said = {
        "ETag": _("Names this answer; send it back as If-None-Match"),
        "Link": _("Where the next page is (rel=next)"),
        "X-Govgraph-Snapshot": _("The number of the snapshot that was asked"),
        "X-Govgraph-Rows": _("The rows of this answer"),
        "X-Govgraph-Truncated": _("Which limit cut the answer, if one did"),
        "X-Govgraph-Engine": _("What worked it out: store, or columns that counted a part"),
    }
    return {
        name: {"description": words, "schema": {"type": "string"}} for name, words in said.items()
    }


def schemas() -> Part:
    """Give the shapes of bodies."""
    text = {"type": "string"}
    both = {"type": "object", "properties": {"zh": text, "en": text}}
    return {
        "Sentence": both,
        "Refusal": {
            "type": "object",
            "properties": {"error": text, "sentence": refers("schemas", "Sentence")},
        },
        "Problem": {
            "type": "object",
            "description": "RFC 9457",
            "properties": {"status": {"type": "integer"}, "title": text, "detail": text},
        },
        "WrongValues": {
            "type": "object",
            "properties": {
                "error": {"const": "WrongValues"},
                "sentence": refers("schemas", "Sentence"),
                "parameters": {
                    "type": "object",
                    "additionalProperties": refers("schemas", "Sentence"),
                },
            },
        },
        "Rows": {
            "type": "object",
            "description": "SPARQL 1.1 Query Results JSON",
            "properties": {
                "head": {"type": "object"},
                "boolean": {"type": "boolean"},
                "results": {
                    "type": "object",
                    "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
                },
                "truncated": {"type": "object"},
            },
        },
    }
