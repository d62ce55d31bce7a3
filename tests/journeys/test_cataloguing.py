"""Cataloguing at a real browser: six people take an entry from nothing to the open view and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from ontology.people import Grant, Role
from ontology.terms import code_iri
from tests.access import PASSWORD, SECRET, Access, access_to
from tests.browser import Reader, complaints

pytestmark = pytest.mark.browser
OPEN = code_iri("openness", "unconditional").value
SHARED = code_iri("sharing", "unconditional").value


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("journeys"))
    made.add("colleague", Grant(Role.CATALOGUER, "jtw"))
    made.accounts.set_password("colleague", SECRET)
    yield made
    made.accounts.close()
    made.instance.close()


@pytest.fixture(scope="module")
def house(access: Access) -> Flask:
    return access.app


def signed_in(reader: Reader, name: str, path: str = "/cataloguing/", **look: object) -> Page:
    page = reader.open(f"/sign-in?next={path}", **look)  # type: ignore[arg-type]
    page.set_default_timeout(10_000)
    page.fill("#f-identity", name)
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url(f"**{path}*")
    return page


def begun(page: Page, kind: str = "dataset") -> str:
    page.goto("/cataloguing/")
    page.click(f"button[name=kind][value={kind}]")
    page.wait_for_url(re.compile(r"/cataloguing/drafts/\d+"))
    return page.url.partition("?")[0]


def status(page: Page) -> str:
    return page.locator("output[name=status]").inner_text()


def titled(page: Page, title: str) -> None:
    page.fill("#f-dct-title-zh", title)
    page.select_option("#f-gov-sharingType", SHARED)
    page.select_option("#f-gov-opennessType", OPEN)


def stepped(page: Page, draft: str, action: str, reason: str = "") -> None:
    page.goto(f"{draft}/review")
    page.once("dialog", lambda dialog: dialog.accept())
    if reason:
        page.fill("#reason", reason)
    page.click(f"button[name=action][value={action}]")
    page.wait_for_load_state()


def test_six_people_take_an_entry_to_the_open_view(
    reader: Reader, photograph: Callable[[Page, str], Path]
) -> None:
    writer = signed_in(reader, "cataloguer")
    draft = begun(writer)
    titled(writer, "水上巴士航线")
    writer.fill("#f-dct-description-zh", "黄浦江水上巴士的航线、码头与班次。")
    cell = writer.locator('[name="items.0.csvw:title@zh"]')
    cell.focus()
    table = "\n".join(f"列{n}\tcol{n}\t字符型\t20" for n in range(1, 31))
    writer.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text)
        document.activeElement.dispatchEvent(new ClipboardEvent("paste",
            {clipboardData: data, bubbles: true, cancelable: true})) }""",
        table,
    )
    expect(writer.locator('[name="items.29.csvw:name"]')).to_have_value("col30")
    expect(writer.locator("output[name=status]")).to_contain_text("已保存", timeout=10_000)
    photograph(writer, "form-filled-zh-1440")
    writer.click("button[name=do][value=submit]")
    writer.wait_for_url("**/cataloguing/")

    head = signed_in(reader, "approver", "/cataloguing/queue")
    photograph(head, "queue-zh-1440")
    head.goto(f"{draft}/review")
    head.click("tr[id='f-dct-title-zh'] summary")
    head.fill("textarea[name='remark.dct:title@zh']", "请写明运营单位")
    photograph(head, "review-remark-zh-1440")
    head.once("dialog", lambda dialog: dialog.accept())
    head.fill("#reason", "名称不完整")
    head.click("button[name=action][value=return]")
    head.wait_for_load_state()

    writer.goto(draft)
    assert "请写明运营单位" in writer.inner_text("main")
    photograph(writer, "form-returned-zh-1440")
    writer.fill("#f-dct-title-zh", "水上巴士航线（轮渡公司）")
    writer.click("button[name=do][value=submit]")
    writer.wait_for_url("**/cataloguing/")
    stepped(head, draft, "approve")
    city = signed_in(reader, "reviewer", "/cataloguing/queue", lang="en")
    stepped(city, draft, "review")
    stepped(city, draft, "publish")
    photograph(city, "review-published-en-1440")

    visitor = reader.open("/search?q=水上巴士航线")
    assert "轮渡公司" in visitor.inner_text("main")


def test_what_could_not_be_sent_is_kept_and_offered_back(reader: Reader) -> None:
    page = signed_in(reader, "cataloguer")
    draft = begun(page)
    page.context.set_offline(True)
    page.fill("#f-dct-title-zh", "断线时写的")
    expect(page.locator("output[name=status]")).to_contain_text("未能发送", timeout=10_000)
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    other.set_default_timeout(10_000)
    other.goto(draft)
    other.click(".draft-found button.first")

    expect(other.locator("#f-dct-title-zh")).to_have_value("断线时写的")
    expect(other.locator("output[name=status]")).not_to_contain_text("稿", timeout=10_000)
    expect(other.locator("output[name=status]")).to_contain_text("已保存", timeout=10_000)
    other.reload()
    expect(other.locator("#f-dct-title-zh")).to_have_value("断线时写的")
    assert other.locator(".draft-found").count() == 0


def test_it_is_sent_by_itself_when_the_connection_is_back(reader: Reader) -> None:
    page = signed_in(reader, "cataloguer")
    begun(page)
    page.context.set_offline(True)
    page.fill("#f-dct-title-zh", "回线后自存")
    expect(page.locator("output[name=status]")).to_contain_text("未能发送", timeout=10_000)
    page.context.set_offline(False)

    expect(page.locator("output[name=status]")).to_contain_text("已保存", timeout=15_000)


def test_the_second_of_two_editors_is_told_while_typing_and_loses_nothing(
    reader: Reader, photograph: Callable[[Page, str], Path]
) -> None:
    first, second = signed_in(reader, "cataloguer"), signed_in(reader, "colleague")
    draft = begun(first)
    second.goto(draft)
    first.fill("#f-dct-title-zh", "甲写的")
    expect(first.locator("output[name=status]")).to_contain_text("已保存", timeout=10_000)
    first.wait_for_timeout(1500)
    second.fill("#f-dct-title-zh", "乙写的")
    expect(second.locator("output[name=status]")).to_contain_text("他人", timeout=10_000)
    second.click("button[name=do][value=save]:not(.unseen)")
    second.wait_for_load_state()
    photograph(second, "form-conflict-zh-1440")

    expect(second.locator("#f-dct-title-zh")).to_have_value("乙写的")
    assert "甲写的" in second.inner_text("#f-dct-title-zh-said")


def test_a_fault_appears_beside_its_field_while_typing(reader: Reader) -> None:
    page = signed_in(reader, "cataloguer", lang="en")
    begun(page)
    page.select_option("#f-gov-sharingType", code_iri("sharing", "none").value)
    page.select_option("#f-gov-opennessType", OPEN)

    expect(page.locator("#f-gov-opennessType-said")).to_contain_text(
        "cannot be open", timeout=10_000
    )
    expect(page.locator("#f-gov-opennessType")).to_have_attribute("aria-invalid", "true")


def test_a_queue_is_worked_through_by_keys(reader: Reader) -> None:
    writer = signed_in(reader, "cataloguer")
    for title in ("键盘一", "键盘二"):
        begun(writer)
        titled(writer, title)
        writer.click("button[name=do][value=submit]")
        writer.wait_for_url("**/cataloguing/")
    head = signed_in(reader, "approver", "/cataloguing/queue")
    wide = head.viewport_size or {}
    head.set_viewport_size({"width": 360, "height": 800})
    hidden = head.locator(".scroll").evaluate("each => each.scrollWidth - each.clientWidth")
    assert hidden == 0, "the table folds where it is narrow"
    head.set_viewport_size(wide)
    head.once("dialog", lambda dialog: dialog.accept())
    for key in ("j", "x", "j", "x", "a"):
        head.keyboard.press(key)
    head.wait_for_load_state()
    head.wait_for_selector(".notice.good")

    assert head.locator(".notice.good").count() == 2


@pytest.mark.parametrize("look", [("zh", "dark", 1440), ("en", "light", 360)], ids=str)
def test_every_page_can_be_used_by_everyone_and_fits(
    reader: Reader, photograph: Callable[[Page, str], Path], look: tuple[str, str, int]
) -> None:
    lang, scheme, width = look
    page = signed_in(reader, "steward", lang=lang, scheme=scheme, width=width)
    draft = begun(page)
    titled(page, "无障碍")
    page.click("button[name=do][value=check]")
    page.wait_for_load_state()
    pages = {
        "form": f"{draft}?check=yes",
        "desk": "/cataloguing/",
        "sample": f"{draft}/items",
        "review": f"{draft}/review",
        "entries": "/cataloguing/entries",
        "entry": "/cataloguing/entries/dataset/jtw-0001",
        "queue": "/cataloguing/queue",
    }
    found = {}
    for name, path in pages.items():
        page.goto(path)
        photograph(page, f"cataloguing-{name}-{lang}-{scheme}-{width}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        found[name] = complaints(page) + ([f"{wide} px wide"] if wide > width else [])

    assert {name: each for name, each in found.items() if each} == {}


def test_the_whole_way_works_without_a_script(reader: Reader) -> None:
    page = signed_in(reader, "cataloguer", script=False)
    draft = begun(page)
    titled(page, "无脚本")
    page.fill('[name="items.0.csvw:title@zh"]', "唯一一列")
    page.click("button[name=do][value=rows] >> nth=0")
    assert page.locator('[name="items.10.csvw:title@zh"]').count() == 1
    page.goto(draft)
    page.click("button[name=do][value=submit]")
    head = signed_in(reader, "approver", "/cataloguing/queue", script=False)
    head.check(f'input[name=draft][value^="{draft.rsplit("/", 1)[1]}."]')
    head.click("button[name=do][value=approve]")

    assert head.locator(".notice.good").count() == 1
