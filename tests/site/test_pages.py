"""The whole catalogue as it stands: no link leads nowhere, no page holds what its template drops."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import pytest
from flask.testing import FlaskClient

import web
from tests.town import WITHDRAWN, house
from web.app import create_app
from web.catalogue import pages

TEMPLATES = Path(web.__file__).parent / "templates" / "catalogue"
HTML = {"Accept": "text/html"}
LOOKED_AT = (
    "/",
    "/search",
    "/search?q=信息&theme=transport",
    "/search?q=㍿",
    "/dataset/jtw-0001",
    "/layer/jtw-0012",
    "/item/jtw-0001.11",
    "/department/jtw",
    "/system/jtw-bus",
    "/library/legal-person",
    "/element/DE01001",
    "/theme/transport",
    "/district/310104",
    "/source/jtw",
    "/dataset/bus-lines",
    f"/dataset/{WITHDRAWN}",
)
# Fields that serve machines alone: the JSON form, HTTP headers, data for crawlers.
FOR_MACHINES = {"iri", "code", "kind", "path", "took", "key", "value"}


@cache
def client() -> FlaskClient:
    return create_app(site=house()).test_client()


class Anchors(HTMLParser):
    """The links of a page and the places in it that links may lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag in {"a", "link"} and held.get("href"):
            self.links.add(held["href"] or "")
        if held.get("id"):
            self.ids.add(held["id"] or "")


@cache
def status(path: str) -> int:
    return client().get(path, headers=HTML, follow_redirects=True).status_code


@pytest.mark.slow
@pytest.mark.parametrize("path", LOOKED_AT)
def test_no_link_of_a_page_leads_nowhere(path: str) -> None:
    page = Anchors(client().get(path, headers=HTML).text)
    inner = {link for link in page.links if link.startswith("/") and not link.startswith("/static")}
    dead = {link for link in inner if status(urldefrag(link).url) >= 400}
    lost = {link for link in page.links if link.startswith("#") and link[1:] not in page.ids}

    own = {path, f"{path}?lang=zh", f"{path}?lang=en"}  # a page of something missing names itself
    assert (dead - own, lost) == (set(), set())


def test_no_page_follows_what_data_should_not_say() -> None:
    """Links go to pages, the web, a mail program or a telephone: nothing runs."""
    schemes = {
        urlsplit(link).scheme
        for path in LOOKED_AT
        for link in Anchors(client().get(path, headers=HTML).text).links
    }

    assert schemes <= {"", "http", "https", "mailto", "tel"}


@pytest.mark.parametrize(
    "record",
    [
        each
        for each in vars(pages).values()
        if isinstance(each, type) and each.__module__ == pages.__name__
    ],
    ids=lambda each: each.__name__,
)
def test_every_field_of_a_page_is_shown(record: type) -> None:
    """A field that no template names is work for nothing."""
    text = "".join(path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.html")))
    components = TEMPLATES.parent / "components"
    text += "".join(path.read_text("utf-8") for path in sorted(components.glob("*.html")))
    unused = {
        field.name
        for field in fields(record)
        if not re.search(rf"""\.{field.name}\b|\["{field.name}"\]""", text)
    }

    assert unused <= FOR_MACHINES
