"""A person looks for data: finds it, narrows, reads its items, in another language, in the dark."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests import town
from tests.browser import Reader, complaints
from web.app import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def house() -> Flask:
    """The application over the tests' town."""
    return create_app(site=town.house())


def test_from_the_question_to_the_data_item(reader: Reader) -> None:
    """Search, narrow by a facet, take it away, open, find an item, open it."""
    page = reader.open("/", lang="zh")
    page.locator("#home-q").fill("公交")
    page.locator("#home-q").press("Enter")
    expect(page.locator("h1")).to_contain_text("公交")
    everything = page.locator(".result").count()
    page.locator(".facet a", has_text="有条件开放").click()
    expect(page.locator(".chip")).to_have_count(1)
    assert page.locator(".result").count() < everything
    page.locator(".chip").click()
    expect(page.locator(".result")).to_have_count(everything)
    page.get_by_role("link", name="公交线路基本信息").first.click()
    expect(page.locator("h1")).to_have_text("公交线路基本信息")
    page.locator(".tabs a", has_text="数据项").click()
    page.locator("#find").fill("信用代码")
    page.locator("#find").press("Enter")
    expect(page.locator("#items-table tbody tr")).to_have_count(1)
    page.locator("#items-table tbody th a").click()
    expect(page.locator("h1")).to_have_text("统一社会信用代码")
    assert complaints(page) == []


def test_the_language_changes_and_the_page_stays(reader: Reader) -> None:
    """Filters and the place in the list stay too."""
    page = reader.open("/search?theme=transport&sort=title", lang="zh")
    before = page.locator(".result").count()
    page.locator(".languages a").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "theme=transport" in page.url
    assert page.locator(".result").count() == before
    expect(page.locator(".chip")).to_contain_text("Roads and transport")


def test_suggestions_lead_straight_to_a_department(reader: Reader) -> None:
    """By its initials, with the keyboard alone."""
    page = reader.open("/", lang="zh")
    page.locator("#home-q").press_sequentially("jtw", delay=20)
    option = page.get_by_role("option").filter(has_text="上海市交通委员会").first
    expect(option).to_be_visible()
    option.click()

    expect(page).to_have_url(re.compile("/department/jtw$"))


def test_on_a_narrow_screen_the_filters_open_as_a_sheet(reader: Reader) -> None:
    page = reader.open("/search?q=信息", lang="en", width=360, scheme="dark")
    expect(page.locator(".facets")).to_be_hidden()
    page.get_by_role("button", name="Filters").click()
    expect(page.locator(".facets")).to_be_visible()
    page.locator(".facet a").first.click()

    expect(page.locator(".chip")).to_have_count(1)
    assert complaints(page) == []


def test_a_wide_dataset_is_read_page_by_page_without_a_script(reader: Reader) -> None:
    page = reader.open("/dataset/jtw-0009", lang="zh", script=False)
    expect(page.locator("#items-table tbody tr")).to_have_count(100)
    page.locator("#items .pager a[rel=next]").click()

    assert 0 < page.locator("#items-table tbody tr").count() < 100
    assert page.url.endswith("items=2#items")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_gone_says_so_to_everyone(reader: Reader, scheme: str) -> None:
    page = reader.open(f"/dataset/{town.WITHDRAWN}", lang="en", scheme=scheme)

    expect(page.locator("h1")).to_have_text("公交卡<b>代售点</b>")
    assert complaints(page) == []


def test_print_keeps_the_address_and_drops_the_chrome(reader: Reader) -> None:
    page = reader.open("/dataset/jtw-0001", lang="zh")
    page.emulate_media(media="print")

    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".identity .iri")).to_be_visible()
    expect(page.locator(".qr")).to_be_visible()
