"""Every refusal has its status, and is told as a page, as JSON or as text."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from ontology import errors
from sparql.guard import TooLarge
from sparql.metering import Exhausted
from web.app import create_app
from web.errors import STATUS, status_of

EXPECTED = {
    errors.NotFound: 404,
    errors.Gone: 410,
    errors.NotAcceptable: 406,
    errors.Forbidden: 403,
    errors.Conflict: 409,
    errors.Invalid: 400,
    errors.Unreadable: 400,
    errors.QueryRefused: 400,
    errors.QueryStopped: 503,
    TooLarge: 413,
    Exhausted: 429,
    errors.Braked: 409,
    errors.Upstream: 502,
    errors.Unavailable: 503,
}


@pytest.fixture(scope="module")
def app() -> Flask:
    """An application that fails in every way there is."""
    app = create_app()

    def fail(name: str) -> str:
        kind = next(each for each in EXPECTED if each.__name__ == name)
        error = kind("It failed.", "失败了。") if kind is not Exhausted else Exhausted(60.0, 7)
        error.en, error.zh = "It failed.", "失败了。"
        raise error

    def large() -> str:
        raise RequestEntityTooLarge

    def many() -> str:
        raise TooManyRequests

    def broken() -> str:
        return str(1 // 0)

    app.add_url_rule("/fail/<name>", view_func=fail)
    for view in (large, many, broken):
        app.add_url_rule(f"/{view.__name__}", view_func=view)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("kind", EXPECTED, ids=lambda kind: kind.__name__)
def test_an_error_has_its_status_and_its_sentence(client: FlaskClient, kind: type) -> None:
    answer = client.get(f"/fail/{kind.__name__}?lang=en", headers={"Accept": "text/html"})

    assert answer.status_code == EXPECTED[kind]
    assert "It failed." in answer.text
    assert "What to do" in answer.text
    assert ("Retry-After" in answer.headers) == (EXPECTED[kind] in {429, 503})


def test_every_class_of_error_has_a_status() -> None:
    assert set(STATUS) == set(EXPECTED)
    assert status_of(errors.GovgraphError("", "")) == 500


def test_an_error_is_told_as_the_client_reads(client: FlaskClient) -> None:
    page = client.get("/fail/Gone", headers={"Accept": "text/html,*/*;q=0.8"})
    data = client.get("/fail/Gone", headers={"Accept": "application/json"})
    text = client.get("/fail/Gone", headers={"Accept": "text/css,*/*;q=0.1"})

    assert page.mimetype == "text/html"
    assert data.mimetype == "application/problem+json"
    assert data.get_json()["detail"] == "失败了。"
    assert text.mimetype == "text/plain"
    assert text.text.startswith("410 ")


@pytest.mark.parametrize(
    ("path", "status"), [("/large", 413), ("/many", 429), ("/broken", 500), ("/nowhere", 404)]
)
def test_errors_of_http_are_told_in_our_words(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})

    assert answer.status_code == status
    assert "发生了什么" in answer.text
    assert "保留了什么" in answer.text


def test_a_wrong_method_is_told_too(client: FlaskClient) -> None:
    answer = client.post("/help", headers={"Accept": "text/html"})

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_what_broke_is_not_shown_to_strangers(client: FlaskClient) -> None:
    assert "ZeroDivision" not in client.get("/broken").text


def test_a_refusal_is_never_kept_by_a_cache(client: FlaskClient) -> None:
    assert client.get("/nowhere").headers["Cache-Control"] == "no-store"
