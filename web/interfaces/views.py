"""`/api/openapi.json` for programs, `/api/` for people: the same description."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from graph.asking.saved import Saved
from sparql.offered import of_file
from sparql.shipped import shipped
from web.interfaces.document import Part, document
from web.language import language
from web.saved.here import queries
from web.site import site

blueprint = Blueprint("interfaces", __name__)


@dataclass(frozen=True, slots=True)
class Door:
    """One operation, as the page shows it: a template has a page of its own."""

    method: str
    path: str
    summary: str
    takes: tuple[tuple[str, str, bool], ...]
    forms: tuple[str, ...]
    page: str


@dataclass(frozen=True, slots=True)
class Group:
    """The operations of one tag."""

    name: str
    words: str
    doors: tuple[Door, ...]


def described() -> Part:
    """Give the document in the language of the request."""
    kept: list[Saved] = [] if site().history is None else queries().public()
    templates = [*(of_file(each) for each in shipped().values()), *kept]
    settings = site().settings
    return document(site().base, (settings.title_en, settings.title_zh), language(), templates)


@blueprint.get("/api/openapi.json")
def openapi() -> Response:
    """Give the description as OpenAPI 3.1."""
    text = json.dumps(described(), ensure_ascii=False, indent=1)
    answer = Response(text, mimetype="application/json")
    answer.set_etag(hashlib.sha256(text.encode()).hexdigest()[:20])
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cache-Control"] = "no-cache"
    answer.vary.update(("Accept-Language", "Cookie"))
    answer.make_conditional(request)
    return answer


@blueprint.get("/api/")
def page() -> str:
    """Show the description to people."""
    told = described()
    groups = tuple(
        Group(each["name"], each["description"], tuple(doors_of(told, each["name"])))
        for each in told["tags"]
    )
    return render_template("interfaces/interfaces.html", groups=groups)


def doors_of(told: Part, tag: str) -> list[Door]:
    """Give the operations of a tag, in the order of the document."""
    return [
        door_of(told, method, path, operation)
        for path, methods in told["paths"].items()
        for method, operation in methods.items()
        if tag in operation["tags"]
    ]


def door_of(told: Part, method: str, path: str, operation: Part) -> Door:
    """Put one operation into words."""
    takes = [resolved(told, each) for each in operation.get("parameters", ())]
    forms = operation["responses"].get("200", {}).get("content", {})
    return Door(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        takes=tuple(
            (each["name"], each["description"], each.get("required", False)) for each in takes
        ),
        forms=tuple(forms),
        page=operation.get("externalDocs", {}).get("url", ""),
    )


def resolved(told: Part, part: Part) -> Part:
    """Give what a part refers to, or the part itself."""
    if "$ref" not in part:
        return part
    found = told
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found
