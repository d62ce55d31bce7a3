"""Pages and built files are compressed for who can read that, secrets never."""

from __future__ import annotations

import gzip
from functools import cache

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.town import house
from web import assets
from web.app import create_app

READS = {"Accept": "text/html", "Accept-Encoding": "gzip, br"}


@cache
def application() -> Flask:
    app = create_app(site=house())
    app.testing = True
    app.add_url_rule("/secret", "secret", tell)
    return app


def tell() -> str:
    from flask import g  # noqa: PLC0415 - as a form does that writes its token

    g.csrf_token = "x" * 40
    return "<p>words</p>" * 400


@pytest.fixture
def client() -> FlaskClient:
    return application().test_client()


def test_a_page_is_the_same_compressed_and_a_fraction_of_its_size(client: FlaskClient) -> None:
    plain = client.get("/help?lang=en", headers={"Accept": "text/html"})
    packed = client.get("/help?lang=en", headers=READS)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) == packed.content_length < len(plain.data) / 2
    assert "Accept-Encoding" in packed.vary
    assert "Accept-Encoding" in plain.vary


def test_a_built_file_is_compressed_once_and_its_tag_still_answers_304(client: FlaskClient) -> None:
    if not assets.built():
        pytest.skip("the front end is not built")
    path = f"/static/dist/{assets.manifest()['style.css']}"
    packed = client.get(path, headers=READS)
    with client.get(path) as plain:
        assert gzip.decompress(packed.data) == plain.data

    assert packed.headers["ETag"].startswith("W/")
    with client.get(path, headers=READS | {"If-None-Match": packed.headers["ETag"]}) as again:
        assert again.status_code == 304
        assert not again.data


@pytest.mark.parametrize("path", ["/secret", "/catalog.nt", "/static/mark.svg", "/robots.txt"])
def test_secrets_feeds_and_small_things_go_as_they_are(client: FlaskClient, path: str) -> None:
    with client.get(path, headers=READS) as answer:
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers


def test_a_part_of_a_file_that_is_asked_for_is_not_compressed(client: FlaskClient) -> None:
    if not assets.built():
        pytest.skip("the front end is not built")
    path = f"/static/dist/{assets.manifest()['style.css']}"
    with client.get(path, headers=READS | {"Range": "bytes=0-99"}) as answer:
        assert "Content-Encoding" not in answer.headers
        assert len(answer.data) == 100
