"""A question is written, saved, shared, starred, made a template, published and called by a program."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.access import PASSWORD, Access, access_to
from tests.browser import Reader, complaints

pytestmark = pytest.mark.browser
Camera = Callable[[Page, str], Path]

PLAIN = """PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX gov: <https://w3id.org/govgraph/ns#>
SELECT ?dataset WHERE { ?dataset a dcat:Dataset ; gov:code ?code }
ORDER BY ?dataset"""
TEMPLATE = """#+ code: string
#+ code.zh: 代码
#+ code.en: Code
PREFIX gov: <https://w3id.org/govgraph/ns#>
SELECT ?dataset WHERE {
  VALUES ?code { "jtw-0001" }
  ?dataset gov:code ?code .
}"""


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("journey"), pool=True)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.accounts.close()
    made.instance.close()


@pytest.fixture(scope="module")
def house(access: Access) -> Flask:
    return access.app


def signed_in(reader: Reader, name: str, *, lang: str, **more: object) -> Page:
    page = reader.open("/sign-in", lang=lang, **more)  # type: ignore[arg-type]
    page.locator("#f-identity").fill(name)
    page.locator("#f-password").fill(PASSWORD)
    page.locator("#f-password").press("Enter")
    page.wait_for_url("**/")
    return page


def test_a_question_becomes_an_interface(reader: Reader, photograph: Camera) -> None:
    page = signed_in(reader, "steward", lang="en")
    page.goto("/query")
    page.locator("gov-editor .cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text(PLAIN)
    page.get_by_role("button", name="Save …").click()

    page.wait_for_url("**/queries/new?*")
    assert page.locator("#f-query").input_value() == PLAIN
    page.get_by_label("Title in English").fill("Where a dataset is")
    page.get_by_label("Title in Chinese").fill("数据集在哪里")
    page.get_by_label("Tags").fill("dataset test")
    page.get_by_label("My department can read it").check()
    assert complaints(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".notice.good")).to_contain_text("Version 1 is saved")
    path = page.url.split("?")[0]

    page.get_by_role("link", name="Edit").click()
    page.locator("#f-query").fill(TEMPLATE)
    page.get_by_label("Everyone can read and call it").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("main .kind").first).to_contain_text("Interface")
    page.get_by_role("button", name="Star").click()
    expect(page.get_by_role("button", name="Take the star back")).to_be_visible()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".line-difference .added").first).to_contain_text("#+ code: string")
    assert complaints(page) == []

    stranger = reader.open(path, lang="zh", scheme="dark", width=360, script=False)
    stranger.get_by_label("代码").fill("jtw-0002")
    stranger.get_by_role("button", name="查询", exact=True).click()
    expect(stranger.locator("#answer")).to_contain_text("公交")
    call = stranger.locator(".call code").first.inner_text()
    answer = stranger.request.get(
        re.sub(r"^http://[^/]+", reader.address, call), headers={"Accept": "application/json"}
    )
    assert "jtw-0002" in json.dumps(answer.json())
    assert answer.headers["x-govgraph-rows"] == "1"
    photograph(stranger, "saved-template-zh-dark-360")

    seen = reader.open("/queries?sort=stars", lang="zh", scheme="dark")
    expect(seen.locator(".saved-list a").first).to_have_text("数据集在哪里")
    assert complaints(seen) == []
    photograph(seen, "saved-list-zh-dark")


@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("en", "dark")])
def test_pages_of_queries_and_interfaces_are_for_everyone(
    reader: Reader, lang: str, scheme: str
) -> None:
    for path in ("/queries", "/queries/new-since?run=1&since=2019-01-01", "/queries/hubs", "/api/"):
        page = reader.open(path, lang=lang, scheme=scheme)
        assert complaints(page) == [], path
        narrow = reader.open(path, lang=lang, scheme=scheme, width=360)
        assert narrow.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
