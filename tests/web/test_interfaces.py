"""The description of the interfaces is right: as OpenAPI has it, and as the house answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from sparql.shipped import shipped
from sparql.templates import template_of
from tests.town import house
from web.app import create_app

# Addresses under /api/ that are for people, or that stand in the document by other names.
PAGES = {"/api/"}


@cache
def client() -> FlaskClient:
    return create_app(site=house()).test_client()


@cache
def document(lang: str = "en") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(client().get(f"/api/openapi.json?lang={lang}").data)
    return found


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and description of every operation."""
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_document_is_valid_openapi(lang: str) -> None:
    faults = [each.message for each in OpenAPIV31SpecValidator(document(lang)).iter_errors()]

    assert faults == []
    assert document(lang)["openapi"].startswith("3.1")


def test_a_document_that_is_not_valid_would_be_found() -> None:
    broken = {name: part for name, part in document().items() if name != "info"}

    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


def test_every_path_that_is_described_is_answered_by_the_method_that_is_named() -> None:
    routes = create_app().url_map.bind("localhost")
    values = {"kind": "dataset", "code": "a", "suffix": "ttl", "slug": "hubs", "version": "1"}
    lost = [
        (path, method)
        for path, method, _ in operations()
        if not routes.test(re.sub(r"\{(\w+)\}", lambda m: values[m[1]], path), method.upper())
    ]

    assert lost == []


def test_every_interface_of_the_house_is_described() -> None:
    ours = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in create_app().url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }

    assert ours - PAGES - document()["paths"].keys() == set()


def test_a_template_is_described_by_its_parameters() -> None:
    call = document()["paths"]["/api/queries/new-since"]["get"]
    taken = {each["name"]: each for each in call["parameters"] if "name" in each}

    assert taken["since"]["required"]
    assert taken["since"]["schema"]["format"] == "date"
    assert not taken["theme"]["required"]
    assert "transport" in taken["theme"]["schema"]["enum"]
    assert "xlsx" in taken["format"]["schema"]["enum"]
    templates = {
        f"/api/queries/{e.slug}" for e in shipped().values() if template_of(e.text).parameters
    }
    assert templates <= document()["paths"].keys()


def test_the_page_for_people_shows_every_operation() -> None:
    page = client().get("/api/?lang=en", headers={"Accept": "text/html"}).text

    assert page.count('class="method"') == len(list(operations()))
    assert "Its page, with a form" in page


def test_the_document_is_not_sent_again_while_it_stands() -> None:
    first = client().get("/api/openapi.json")
    again = client().get("/api/openapi.json", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
