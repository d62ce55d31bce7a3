"""The whole way, by six people at real browsers, in both languages: what issue 3 calls done.

A cataloguer registers a system and a dataset of thirty items; the department approves; the openness
officer returns it with remarks on a field and on cells; mended, the city's reviewer publishes it;
a developer registers with a real name and asks with a token; the administrator finds who did what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect

from ontology.identifiers import CITIZEN_NUMBER, check_character
from ontology.terms import code_iri
from tests.access import PASSWORD, Access, access_to
from tests.browser import Reader

pytestmark = pytest.mark.browser
Camera = Callable[[Page, str], Path]
CITIZEN = "11010119900307123"
CITIZEN += check_character(CITIZEN_NUMBER, CITIZEN)
SECRET = "one fine long sentence"
REASON = "票价一列长度不足"
PURPOSE = "为市民提供公交到站时刻查询服务。"
FIELD_REMARK = "名称应写明运营单位"
CELL_REMARK = "票价可达三位数，长度应为5"
SAMPLE = FilePayload(
    name="sample.csv",
    mimeType="text/csv",
    buffer="开通日期,日客流,是否夜班\n1995-04-10,120,是\n2001-06-01,88,否\n".encode(),
)
# What each language's page says at the turns of the way.
WORDS = {
    "zh": {"saved": "已保存", "remark": "批注", "due": "工作日", "gone": "没有"},
    "en": {"saved": "Saved", "remark": "Review remark", "due": "working day", "gone": "no"},
}


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("six"), pool=True)
    yield made
    made.accounts.close()
    made.instance.close()


@pytest.fixture(scope="module")
def house(access: Access) -> Flask:
    return access.app


def axis(name: str, value: str) -> str:
    return code_iri(name, value).value


@dataclass
class City:
    """The six at their browsers, all in one language; each signs in once."""

    reader: Reader
    lang: str
    photograph: Camera

    def __post_init__(self) -> None:
        """Nobody has signed in yet."""
        self.pages: dict[str, Page] = {}

    def who(self, name: str, password: str = PASSWORD) -> Page:
        """Give the window of a person, signed in."""
        if name not in self.pages:
            page = self.reader.open("/sign-in?next=/account", lang=self.lang)
            page.set_default_timeout(15_000)
            page.fill("#f-identity", name)
            page.fill("#f-password", password)
            page.press("#f-password", "Enter")
            page.wait_for_url("**/account*")
            self.pages[name] = page
        return self.pages[name]

    def visitor(self, path: str) -> Page:
        """Open a page as nobody in particular."""
        if "" not in self.pages:
            self.pages[""] = self.reader.open("/", lang=self.lang)
        self.pages[""].goto(path)
        return self.pages[""]

    def begun(self, kind: str) -> str:
        """Begin an entry as the cataloguer, and give the address of its draft."""
        page = self.who("cataloguer")
        page.goto("/cataloguing/")
        page.click(f"button[name=kind][value={kind}]")
        page.wait_for_url(re.compile(r"/cataloguing/drafts/\d+"))
        return page.url.partition("?")[0]

    def handed_in(self, draft: str) -> None:
        """Hand a draft in by the button of its form."""
        page = self.who("cataloguer")
        if not page.url.startswith(draft):
            page.goto(draft)
        page.click("button[name=do][value=submit]")
        page.wait_for_url("**/cataloguing/")

    def decided(self, name: str, draft: str, action: str, reason: str = "") -> Page:
        """Decide on a draft from its review, as the person looked at it."""
        page = self.who(name)
        if not (reason and page.url.startswith(f"{draft}/review")):  # remarks are typed already
            page.goto(f"{draft}/review")
        page.once("dialog", lambda dialog: dialog.accept())
        if reason:
            page.fill("#reason", reason)
        with page.expect_navigation():
            page.click(f"button[name=action][value={action}]")
        assert page.locator(".notice.good").count() == 1, page.inner_text("main")
        return page

    def published(self, draft: str) -> None:
        """Let a draft that was handed in go the whole way."""
        self.decided("approver", draft, "approve")
        self.decided("reviewer", draft, "review")
        self.decided("reviewer", draft, "publish")

    def say(self, word: str) -> str:
        """Give what the pages say in this language."""
        return WORDS[self.lang][word]


@pytest.fixture(params=["zh", "en"])
def city(request: pytest.FixtureRequest, reader: Reader, photograph: Camera) -> City:
    return City(reader, request.param, photograph)


def pasted(page: Page, cell: str, table: str) -> None:
    """Paste cells as a spreadsheet copies them."""
    page.locator(f'[name="{cell}"]').focus()
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData("text/plain", text)
        document.activeElement.dispatchEvent(new ClipboardEvent("paste",
            {clipboardData: data, bubbles: true, cancelable: true})) }""",
        table,
    )


def open_to_all(page: Page, title: str) -> None:
    page.fill("#f-dct-title-zh", title)
    page.select_option("#f-gov-sharingType", axis("sharing", "unconditional"))
    page.select_option("#f-gov-opennessType", axis("openness", "unconditional"))


def asked(page: Page, query: str, **headers: str) -> bool:
    """Ask in SPARQL whether something is so."""
    wanted = {"Accept": "application/sparql-results+json", **headers}
    answer = page.request.get(f"/sparql?query={quote(query)}", headers=wanted)
    assert answer.status == 200, answer.text()
    return bool(answer.json()["boolean"])


def fed(page: Page, code: str) -> bool:
    """Say whether the feed tells of a dataset, following it page by page."""
    path = "/catalog.nt"
    while True:
        answer = page.request.get(path)
        assert answer.status == 200
        if f"/id/dataset/{code}>" in answer.text():
            return True
        onward = re.search(r'<([^>]+)>;\s*rel="next"', answer.headers.get("link", ""))
        if onward is None:
            return False
        path = re.sub(r"^https?://[^/]+", "", onward[1])


def code_in(page: Page, draft: str) -> str:
    page.goto(f"{draft}/review")
    found = re.search(r"/dataset/(jtw-\d+)", page.content())
    assert found
    return found[1]


def test_a_dataset_is_registered_returned_mended_published_and_found(city: City) -> None:
    """A system, then thirty items: pasted, guessed from a sample, one from a standard element."""
    writer = city.who("cataloguer")
    system = city.begun("system")
    writer.fill("#f-dct-title-zh", f"线网运营系统（{city.lang}）")
    city.handed_in(system)
    city.published(system)

    draft = city.begun("dataset")
    title = f"夜宵公交线路{city.lang}"
    thirty_items(city, draft, title)
    city.handed_in(draft)
    city.decided("approver", draft, "approve")
    returned(city, draft)
    mended(city, draft, title)
    city.published(draft)

    code = code_in(city.who("cataloguer"), draft)
    found = city.visitor(f"/search?q={quote(title)}")
    expect(found.locator(f'.result a[href="/dataset/{code}"]').first).to_be_visible()
    found.goto(f"/dataset/{code}")
    expect(found.locator("#items-table tbody tr")).to_have_count(30)
    expect(found.locator('a[href^="/cataloguing"]')).to_have_count(0)
    assert asked(found, f'ASK {{ ?s <https://w3id.org/govgraph/ns#code> "{code}" }}')
    assert fed(found, code)
    led_to_cataloguing(city, code)


def thirty_items(city: City, draft: str, title: str) -> None:
    """Fill in a dataset with thirty items, in the three ways that there are."""
    writer = city.who("cataloguer")
    open_to_all(writer, title)
    writer.fill("#f-dct-description-zh", "夜间运营的公交线路、站点与班次。")
    table = "\n".join(f"列{n}\tcol{n}\t字符型\t20" for n in range(1, 27))
    pasted(writer, "items.0.csvw:title@zh", table)
    expect(writer.locator('[name="items.25.csvw:name"]')).to_have_value("col26")
    writer.fill('[name="items.26.csvw:title@zh"]', "公民身份号码")
    writer.press('[name="items.26.csvw:title@zh"]', "Tab")
    offer = writer.locator('[data-kind=items] tbody[data-at="26"] [data-take]')
    expect(offer.first).to_contain_text("DE01")
    offer.first.click()
    expect(writer.locator("output[name=status]")).to_contain_text(city.say("saved"))

    writer.click("button[name=do][value=sample]")
    writer.set_input_files("#file", SAMPLE)
    writer.click("form.stack button.first")
    writer.wait_for_url(f"{draft}*")
    expect(writer.locator('[name="items.29.csvw:title@zh"]')).to_have_value("是否夜班")
    expect(writer.locator(".draft-found")).to_have_count(0)  # what was sent is not offered back
    chosen = writer.locator('[name="items.27.gov:dataType"]')
    assert chosen.input_value().endswith("/item-type/D")
    city.photograph(writer, f"six-form-{city.lang}")


def returned(city: City, draft: str) -> None:
    """The openness officer returns it, with remarks on a field and on a cell of the third item."""
    officer = city.who("openness-officer")
    officer.goto("/cataloguing/queue")
    expect(
        officer.locator(
            f'a[href="{draft.partition("/cat")[1]}{draft.partition("/cat")[2]}/review"]'
        )
    ).to_be_visible()
    expect(officer.locator(".queue")).to_contain_text(city.say("due"))
    officer.goto(f"{draft}/review")
    officer.locator('tr[id="f-dct-title-zh"] summary').click()
    officer.fill('[name="remark.dct:title@zh"]', FIELD_REMARK)
    officer.locator(".remark-cells summary").nth(2).click()
    officer.fill('[name="remark.items.2.gov:length"]', CELL_REMARK)
    city.photograph(officer, f"six-review-{city.lang}")
    city.decided("openness-officer", draft, "return", REASON)


def mended(city: City, draft: str, title: str) -> None:
    """The remarks stand beside the field and the cell, also after a row before it is taken out."""
    writer = city.who("cataloguer")
    writer.goto(draft)
    expect(writer.locator("#f-dct-title-zh-said")).to_contain_text(FIELD_REMARK)
    cell = writer.locator('td:has([name="items.2.gov:length"])')
    expect(cell).to_contain_text(CELL_REMARK)
    expect(cell).to_contain_text(city.say("remark"))
    expect(writer.locator(".notice.warning")).to_contain_text(REASON)
    city.photograph(writer, f"six-returned-{city.lang}")
    writer.fill("#f-dct-title-zh", f"{title}（公交公司）")
    writer.fill('[name="items.2.gov:length"]', "5")
    city.handed_in(draft)


def led_to_cataloguing(city: City, code: str) -> None:
    """From the public page its keeper goes to where it is kept, and back; from the department too."""
    writer = city.who("cataloguer")
    writer.goto(f"/dataset/{code}")
    writer.click(f'a[href="/cataloguing/entries/dataset/{code}"]')
    expect(writer.locator(f'main a[href="/dataset/{code}"]')).to_be_visible()
    writer.goto("/department/jtw")
    expect(writer.locator('a[href="/cataloguing/entries?owner=jtw"]')).to_be_visible()


def test_what_is_shared_on_condition_is_seen_by_departments_alone(city: City) -> None:
    """Page, search, SPARQL and feed of a visitor hold no trace of it; a department finds it."""
    writer = city.who("cataloguer")
    draft, title = city.begun("dataset"), f"夜班司机排班{city.lang}"
    writer.fill("#f-dct-title-zh", title)
    writer.select_option("#f-gov-sharingType", axis("sharing", "conditional"))
    writer.fill("#f-gov-sharingCondition-zh", "用于运力调度")
    writer.select_option("#f-gov-opennessType", axis("openness", "none"))
    writer.select_option("#f-gov-refusalClass", axis("refusal-class", "B"))
    writer.fill("#f-gov-legalBasis-zh", "《政府信息公开条例》第十四条")
    writer.fill('[name="items.0.csvw:title@zh"]', f"司机工号{city.lang}")
    writer.select_option('[name="items.0.gov:sharingType"]', axis("sharing", "conditional"))
    writer.select_option('[name="items.0.gov:opennessType"]', axis("openness", "none"))
    item = writer.locator('[data-kind=items] tbody[data-at="0"]')
    item.locator("summary").click()
    for name, text in (("sharingCondition", "用于运力调度"), ("legalBasis", "同上")):
        if item.locator(f'[name="items.0.gov:{name}@zh"]').count():
            item.locator(f'[name="items.0.gov:{name}@zh"]').fill(text)
    if item.locator('[name="items.0.gov:refusalClass"]').count():
        refusal = axis("refusal-class", "B")
        item.locator('[name="items.0.gov:refusalClass"]').select_option(refusal)
    city.handed_in(draft)
    city.published(draft)

    code = code_in(writer, draft)
    question = f'ASK {{ ?s ?p "{title}"@zh }}'
    question_of_item = f'ASK {{ ?s ?p "司机工号{city.lang}"@zh }}'
    for page, seen in ((city.visitor("/"), False), (writer, True)):
        answer = page.goto(f"/dataset/{code}")
        assert answer is not None
        assert answer.status == (200 if seen else 404)
        page.goto(f"/search?q={quote(title)}")
        assert page.locator(f'.result a[href="/dataset/{code}"]').count() == int(seen)
        assert asked(page, question) is seen
        assert asked(page, question_of_item) is seen
    assert not fed(city.visitor("/"), code)


def test_a_developer_registers_is_reviewed_and_asks_with_a_token(
    city: City, access: Access
) -> None:
    """From the letter in the outbox to an answer for a program."""
    name = f"dev-{city.lang}"
    page = city.reader.open("/sign-up", lang=city.lang)
    for field, text in (
        ("username", name), ("email", f"{name}@example.org"),
        ("password", SECRET), ("password_confirm", SECRET),
    ):  # fmt: skip
        page.fill(f"#f-{field}", text)
    page.click("form.stack [type=submit]")
    expect(page.locator(".notice.good")).to_contain_text(name)
    page.goto(confirmation(access, name, page))
    developer = city.who(name, SECRET)
    developer.goto("/account/registration")
    for field, text in (
        ("#f-name", "王小明"),
        ("#f-number", CITIZEN),
        ("#purpose", PURPOSE),
    ):
        developer.fill(field, text)
    with developer.expect_navigation():
        developer.click("form.stack button.first")
    officer = city.who("openness-officer")
    officer.goto("/registrations")
    expect(officer.locator("main")).to_contain_text("王**")
    assert CITIZEN not in officer.content()
    officer.locator(f'section:has(h2:has-text("{name}")) button[value=admit]').click()
    expect(officer.locator("#decided-on")).to_contain_text(name)
    developer.goto("/account/tokens")
    developer.fill("#f-name", "bus-app")
    developer.check("input[name=scope][value=query]")
    developer.click("form.stack button.first")
    token = developer.locator(".secret").inner_text()
    city.photograph(developer, f"six-token-{city.lang}")

    bearer = {"Authorization": f"Bearer {token}"}
    program = city.visitor("/")
    assert asked(program, "ASK { ?s a <http://www.w3.org/ns/dcat#Dataset> }", **bearer)
    spoiled = {**bearer, "Authorization": f"Bearer {token[:-1]}x"}
    answer = program.request.get("/sparql?query=ASK%7B%7D", headers=spoiled)
    assert answer.status == 401


def confirmation(access: Access, name: str, page: Page) -> str:
    """Give the link of the letter to a person, who waits for it a while."""
    for _ in range(100):
        for letter in reversed(access.letters()):
            found = re.search(r"http://127\.0\.0\.1:8000(/confirm/\S+)", letter)
            if found and f"{name}@example.org" in letter:
                return found[1]
        page.wait_for_timeout(100)
    pytest.fail("no letter came")


def test_an_administrator_finds_out_who_did_what(city: City) -> None:
    """On one entry: who wrote, who returned it and why, who published."""
    draft = city.begun("dataset")
    open_to_all(city.who("cataloguer"), f"谁做了什么{city.lang}")
    city.handed_in(draft)
    city.decided("approver", draft, "approve")
    city.decided("openness-officer", draft, "return", REASON)
    city.handed_in(draft)
    city.published(draft)
    code = code_in(city.who("cataloguer"), draft)
    administrator = city.who("administrator")
    administrator.goto(f"/audit?thing={code}")
    rows = [
        each.inner_text().split("\t") for each in administrator.locator("#audit tbody tr").all()
    ]
    city.photograph(administrator, f"six-audit-{city.lang}")

    done = [row[2].strip() for row in reversed(rows)]
    assert done == [
        "cataloguer", "cataloguer", "approver", "openness-officer",
        "cataloguer", "approver", "reviewer", "reviewer",
    ]  # fmt: skip
    assert len({row[3] for row in rows}) == 6  # begun, handed in, approved, returned, passed, out
    assert [row[2].strip() for row in rows if REASON in "".join(row)] == ["openness-officer"]
    administrator.goto("/audit?chain=1")
    expect(administrator.locator(".notice.good")).to_be_visible()
