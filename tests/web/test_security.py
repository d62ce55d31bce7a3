"""What a browser may do with our pages is written on every answer, and pages ask for no more."""

from __future__ import annotations

import gc
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from graph.home import Settings
from web import assets
from web.app import create_app
from web.site import Site

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
STYLES = Path(__file__).parents[2] / "web" / "ui" / "src"


@pytest.fixture
def client() -> FlaskClient:
    return create_app().test_client()


@pytest.mark.parametrize("path", ["/help", "/nowhere", "/static/mark.svg"])
def test_every_answer_carries_the_law(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["Permissions-Policy"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_browsers_are_told_to_come_by_https_alone_where_that_is_the_address(scheme: str) -> None:
    house = Site(settings=Settings(base=f"{scheme}://data.example.cn"))
    headers = create_app(site=house).test_client().get("/help").headers

    assert ("Strict-Transport-Security" in headers) is (scheme == "https")


def test_built_files_are_kept_for_ever_and_pages_are_asked_for_again(client: FlaskClient) -> None:
    if not assets.built():
        pytest.skip("the front end is not built")
    name = assets.manifest()["style.css"]

    assert "immutable" in kept(client, f"/static/dist/{name}")
    assert "immutable" not in kept(client, "/static/mark.svg")
    assert kept(client, "/help") == "no-cache"


def kept(client: FlaskClient, path: str) -> str:
    """Give how long an answer may be kept."""
    with client.get(path) as answer:
        return answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_a_style_or_a_script_of_its_own(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\sstyle=|<style|\son\w+=\"|javascript:", text)
    assert not re.search(r"<script(?![^>]*(src=|application/(ld\+)?json))", text)


@pytest.mark.parametrize("path", sorted(STYLES.rglob("*.css")), ids=lambda path: path.name)
def test_no_rule_shouts(path: Path) -> None:
    assert "!important" not in path.read_text(encoding="utf-8")


def test_a_file_that_did_not_change_is_closed_though_it_is_not_sent(client: FlaskClient) -> None:
    first = client.get("/static/mark.svg")
    again = client.get("/static/mark.svg", headers={"If-None-Match": first.headers["ETag"]})
    first.close()

    assert again.status_code == 304
    del again
    gc.collect()  # a file left open is told of here, and warnings are errors
