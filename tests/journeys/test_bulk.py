"""A catalogue as a workbook, at a real browser: downloaded, edited, sent back, chosen from, landed, undone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from tests.access import PASSWORD, Access, access_to
from tests.browser import Reader, complaints

pytestmark = pytest.mark.browser
PATH = "/cataloguing/bulk"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("journeys"))
    yield made
    made.accounts.close()
    made.instance.close()


@pytest.fixture(scope="module")
def house(access: Access) -> Flask:
    return access.app


def signed_in(reader: Reader, name: str, path: str = PATH, **look: object) -> Page:
    page = reader.open(f"/sign-in?next={path}", **look)  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    page.fill("#f-identity", name)
    page.fill("#f-password", PASSWORD)
    page.press("#f-password", "Enter")
    page.wait_for_url(f"**{path}*")
    return page


def put(sheet: Worksheet, row: int, name: str, value: str) -> None:
    heads = [str(cell.value or "").rpartition(" ")[2] for cell in sheet[1]]
    sheet.cell(row, heads.index(name) + 1).value = value


def edited(path: Path) -> None:
    """Edit as a person does: a name, a keyword, a word that no list has, a new row, a removal."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[1]
    put(sheet, 3, "dct:title@zh", "公交线路一览")
    put(sheet, 4, "dcat:keyword@zh", "公交；站点；候车亭")
    put(sheet, 5, "gov:sharingType", "随便共享")
    put(sheet, 6, "@remove", "是")
    put(sheet, 6, "@reason", "并入公交线路")
    row = sheet.max_row + 1
    for name, value in (
        ("@code", "新1"),
        ("dct:title@zh", "慢行道养护记录"),
        ("gov:sharingType", "无条件共享"),
        ("gov:opennessType", "无条件开放"),
    ):
        put(sheet, row, name, value)
    book.save(path)


def stepped(page: Page, upload: str, action: str, reason: str = "") -> None:
    page.goto(upload)
    if reason:
        page.fill("#reason", reason)
    page.click(f"button[name=action][value={action}]")
    page.wait_for_load_state()


def looked_at(reader: Reader, upload: str, photograph: Callable[[Page, str], Path]) -> None:
    """Look at both pages in both languages, wide and narrow, light and dark."""
    for lang, scheme, width in (
        ("zh", "light", 1440),
        ("en", "dark", 1440),
        ("zh", "dark", 360),
        ("en", "light", 360),
    ):
        page = signed_in(reader, "cataloguer", lang=lang, scheme=scheme, width=width)
        for name, address in (("desk", PATH), ("review", upload)):
            page.goto(address)
            photograph(page, f"bulk-{name}-{lang}-{scheme}-{width}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} at {width} is {wide} wide"
        assert not complaints(page)


def test_a_catalogue_goes_out_as_a_workbook_and_comes_back_as_one_change(
    reader: Reader, access: Access, tmp_path: Path, photograph: Callable[[Page, str], Path]
) -> None:
    writer = signed_in(reader, "cataloguer")
    with writer.expect_download() as caught:
        writer.get_by_role("button", name="下载工作簿").click()
    path = tmp_path / "目录.xlsx"
    caught.value.save_as(path)
    edited(path)
    writer.set_input_files("#bulk-file", path)
    writer.get_by_role("button", name="显示差异").click()
    writer.wait_for_url("**/cataloguing/bulk/*")
    upload = writer.url.partition("#")[0]
    expect(writer.locator(".bulk-entry")).to_have_count(5)
    expect(writer.locator(".bulk-faults .wrong").first).to_contain_text("随便共享")
    expect(writer.locator("input[name=chosen]:checked")).to_have_count(4)
    expect(writer.locator("input[name=chosen]:disabled")).to_have_count(1)
    looked_at(reader, upload, photograph)

    keyword = writer.locator(".bulk-entry", has_text="候车亭").locator("input[name=chosen]")
    keyword.focus()
    keyword.press("Space")
    writer.get_by_role("button", name="保存本页勾选").click()
    expect(writer.locator("input[name=chosen]:checked")).to_have_count(3)

    before = access.instance.ledger.last()
    stepped(writer, upload, "submit")
    waiting = signed_in(reader, "approver", "/cataloguing/queue")
    expect(waiting.locator(".bulk-waiting")).to_contain_text("目录.xlsx")
    stepped(waiting, upload, "approve")
    office = signed_in(reader, "reviewer")
    stepped(office, upload, "review")
    stepped(office, upload, "publish")
    expect(office.locator("main")).to_contain_text("已落地")
    assert access.instance.ledger.last() == before + 1
    office.goto("/search?q=慢行道养护记录")
    expect(office.locator("main")).to_contain_text("慢行道养护记录")

    steward = signed_in(reader, "steward")
    stepped(steward, upload, "undo-load", "传错了文件")
    expect(steward.locator("main")).to_contain_text("已整体撤回")
    photograph(steward, "bulk-undone")
    steward.goto("/dataset/jtw-0001")
    expect(steward.locator("h1")).to_contain_text("公交线路基本信息")
    assert not complaints(steward)
