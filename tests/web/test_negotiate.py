"""Every address that has forms refuses a form it has not with 406, and a suffix it has not with 404."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.town import house
from web.app import create_app
from web.negotiate import BY_SUFFIX, HTML, JSON, TURTLE, accepted

FORMED = (
    "/dataset/jtw-0001",
    "/id/dataset/jtw-0001",
    "/thing?iri=http://127.0.0.1:8000/id/dataset/jtw-0001",
    "/search?q=x",
    "/catalog",
    "/ns",
    "/ns/shapes",
    "/ns/theme",
)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(site=house()).test_client()


@pytest.mark.parametrize("path", FORMED)
@pytest.mark.parametrize(("lang", "said"), [("en", "these are: "), ("zh", "可用的格式有：")])
def test_a_form_that_is_not_offered_is_refused_with_those_that_are(
    client: FlaskClient, path: str, lang: str, said: str
) -> None:
    wanted = {"Accept": "image/png", "Accept-Language": lang}

    answer = client.get(path, headers=wanted)

    assert answer.status_code == 406
    listed = answer.text.partition(said)[2].splitlines()[0]
    assert "text/html" in listed


@pytest.mark.parametrize(
    "path", ["/catalog.xyz", "/search.xyz", "/search.ttl", "/ns.xyz", "/ns/theme.xyz"]
)
def test_an_unknown_suffix_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_unknown_suffix_of_a_thing_is_part_of_a_code_that_is_not_there(
    client: FlaskClient,
) -> None:
    answer = client.get("/dataset/jtw-0001.xyz", headers={"Accept": "*/*"})

    assert answer.status_code == 404


def test_search_as_turtle_is_refused_since_hits_are_no_statements(client: FlaskClient) -> None:
    assert client.get("/search", headers={"Accept": "text/turtle"}).status_code == 406


def test_a_client_that_says_nothing_gets_the_page() -> None:
    assert accepted(None) is HTML
    assert accepted("*/*") is HTML
    assert accepted("text/*;q=0.5, application/json") is JSON
    assert accepted("text/n3") is TURTLE
    assert "html" not in BY_SUFFIX
