"""People come in: sign up, confirm, sign in, add a code and a passkey; and see what is theirs to see."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from flask import Flask
from playwright.sync_api import Page, expect

from ontology.clearance import Clearance
from tests.access import PASSWORD, SECRET, Access, access_to
from tests.browser import Reader, complaints
from tests.web.test_accounts_keeping import CITIZEN, PURPOSE

pytestmark = pytest.mark.browser
SENTENCE = "one fine long sentence"
Camera = Callable[[Page, str], Path]


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("journey"), pool=True)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


@pytest.fixture(scope="module")
def house(access: Access) -> Flask:
    """The application over the town, with people."""
    return access.app


def code_of(secret: str, steps: int = 0) -> str:
    """Give what an authenticator shows now, or so many half minutes from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + steps), "sha1").digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**6:06d}"


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.locator("#f-identity").fill(name)
    page.locator("#f-password").fill(password)
    page.locator("form.stack [type=submit]").first.click()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_from_the_letter_in_the_outbox_to_the_second_proof(
    reader: Reader, access: Access, photograph: Camera, lang: str
) -> None:
    """Sign up, follow the letter, sign in, set up one-time codes, sign in with one."""
    name = f"wang-{lang}"
    page = reader.open("/sign-up", lang=lang)
    assert complaints(page) == []
    photograph(page, f"accounts-sign-up-{lang}")
    page.locator("#f-username").fill(name)
    page.locator("#f-email").fill(f"{name}@example.org")
    page.locator("#f-password").fill(SENTENCE)
    page.locator("#f-password_confirm").fill(SENTENCE)
    page.locator("form.stack [type=submit]").click()
    expect(page.locator(".notice.good")).to_contain_text(f"{name}@example.org")
    assert complaints(page) == []
    link = re.findall(r"http://127\.0\.0\.1:8000(/confirm/\S+)", access.letters()[-1])[-1]
    page.goto(link)
    expect(page.locator(".notice.good")).to_be_visible()
    sign_in(page, name, SENTENCE)
    expect(page.locator(".bar .person[href='/account']")).to_have_text(name)
    page.locator(".bar .person[href='/account']").click()
    assert complaints(page) == []
    photograph(page, f"accounts-account-{lang}")

    page.goto("/account/codes")
    page.locator("main form.act button").first.click()
    expect(page.locator(".code-drawing")).to_be_visible()
    assert complaints(page) == []
    photograph(page, f"accounts-codes-{lang}")
    shown = page.locator(".steps .hint").first.inner_text()
    secret = re.sub(r"[ -]", "", re.findall(r"(?:[A-Z2-7]{4}[ -]?){6,}", shown)[0])
    page.locator("#f-code").fill(code_of(secret))
    page.locator(".steps button.first").click()
    expect(page.locator(".notice.good")).to_be_visible()
    page.goto("/account/recovery")
    page.locator("main form.act button").first.click()
    expect(page.locator("pre code")).to_contain_text(re.compile(r"[0-9a-f]{4}-[0-9a-f]{4}"))

    page.goto("/account")
    page.locator("main form.act button").first.click()
    expect(page.locator(".bar .person")).to_have_attribute("href", "/sign-in")
    sign_in(page, name, SENTENCE)
    expect(page).to_have_url(re.compile("/sign-in/code"))
    assert complaints(page) == []
    photograph(page, f"accounts-code-{lang}")
    page.locator("#f-code").fill(code_of(secret, steps=1))
    page.locator("form.stack [type=submit]").click()
    expect(page.locator(".bar .person[href='/account']")).to_have_text(name)


def test_a_visitor_does_not_see_what_a_department_sees(reader: Reader, access: Access) -> None:
    """The same address, before and after the cataloguer has signed in."""
    kept = next(
        each
        for each in access.instance.ledger.entries_of("jtw").values()
        if each.kind == "dataset" and each.live and each.clearance is Clearance.SHARED
    )
    address = f"/dataset/{kept.code}"
    page = reader.open(address)
    expect(page.locator("body")).not_to_contain_text(kept.title)
    page.goto(f"/search?q={quote(kept.title)}")
    expect(page.locator(".result", has_text=kept.title)).to_have_count(0)
    sign_in(page, "cataloguer")
    page.goto(address)
    expect(page.locator("h1")).to_contain_text(kept.title)
    page.goto(f"/search?q={quote(kept.title)}")
    expect(page.locator(".result", has_text=kept.title)).not_to_have_count(0)


def test_a_person_of_the_demo_is_one_click_away(reader: Reader, photograph: Camera) -> None:
    page = reader.open("/sign-in", lang="en")
    assert complaints(page) == []
    photograph(page, "accounts-sign-in-en")
    page.get_by_role("button", name="auditor").click()
    expect(page.locator(".bar .person[href='/account']")).to_have_text("auditor")
    page.goto("/audit?chain=1")
    expect(page.locator(".notice.good")).to_be_visible()
    assert complaints(page) == []
    photograph(page, "accounts-audit-en")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("administrator", "/people"),
        ("administrator", "/people/steward"),
        ("administrator", "/registrations"),
        ("steward", "/account/tokens"),
        ("steward", "/account/registration"),
        ("cataloguer", "/audit"),
        ("steward", "/account/password"),
        ("steward", "/account/passkeys"),
        ("", "/reset"),
        ("", "/sign-in/passkey"),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_accounts_is_usable_by_everyone(
    reader: Reader, photograph: Camera, name: str, path: str, scheme: str
) -> None:
    page = reader.open(
        "/sign-in", lang="zh", scheme=scheme, width=360 if scheme == "dark" else 1440
    )
    if name:
        sign_in(page, name)
    page.goto(path)

    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    photograph(page, f"accounts{path.replace('/', '-')}-{scheme}")


def test_a_password_can_be_looked_at_while_it_is_typed(reader: Reader) -> None:
    page = reader.open("/sign-in", lang="en")
    field, button = page.locator("#f-password"), page.locator("gov-reveal button")
    field.fill(SENTENCE)
    button.click()
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()

    expect(field).to_have_attribute("type", "password")
    assert complaints(page) == []


def test_on_a_narrow_screen_the_way_in_is_in_the_menu(reader: Reader) -> None:
    page = reader.open("/", width=360, lang="en")
    page.locator(".menu").click()
    page.locator(".places .person").click()

    expect(page).to_have_url(re.compile("/sign-in$"))


def test_a_passkey_is_added_and_signs_in_without_a_password(
    reader: Reader, access: Access, address: str, photograph: Camera
) -> None:
    """With the browser's own authenticator; a passkey needs a name, not a number, for its site."""
    page = reader.open("/help", lang="en")
    site = address.replace("127.0.0.1", "localhost")
    device: Any = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.goto(f"{site}/sign-in")
    page.locator("#f-identity").fill("developer")
    page.locator("#f-password").fill(PASSWORD)
    page.locator("form.stack [type=submit]").first.click()
    page.goto(f"{site}/account/passkeys")
    page.locator("#f-name").fill("Laptop")
    page.locator("form.stack [type=submit]").click()
    expect(page).to_have_url(f"{site}/account")
    page.goto(f"{site}/account/passkeys")
    expect(page.locator("#passkeys")).to_contain_text("Laptop")
    assert complaints(page) == []
    photograph(page, "accounts-passkeys-en")
    page.goto(f"{site}/account")
    page.locator("main form.act button").first.click()
    expect(page.locator(".bar .person")).to_have_attribute("href", "/sign-in")
    page.goto(f"{site}/sign-in/passkey")
    page.locator("main form.act button").first.click()

    expect(page.locator(".bar .person[href='/account']")).to_have_text("developer")
    assert ("developer", "done") in access.audited("add passkey")


SAID = {
    "zh": ("授予角色", "新到岗", "角色：部门编目员", "拒绝", "您不能查阅审计记录。", "打开页面", "审计链完好"),
    "en": ("give a role", "新到岗", "role: Department cataloguer", "refused",
           "You may not read the audit trail.", "open a page", "The chain holds"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_administrator_finds_out_who_did_what(
    reader: Reader, access: Access, photograph: Camera, lang: str
) -> None:
    """Who gave that role, and who was refused what: by the form of the page, in words, without a key."""
    deed, reason, role, refused, why, _opened, holds = SAID[lang]
    access.add(f"newcomer-{lang}")
    steward = access.signed_in("steward")
    given = {"role": "cataloguer", "holder": "jtw", "why": reason}
    steward.post(f"/people/newcomer-{lang}/grants", given, page="/people")
    access.signed_in("cataloguer").get("/audit")
    page = reader.open("/sign-in", lang=lang)
    sign_in(page, "administrator")
    page.locator(".bar .person[href='/account']").click()
    page.locator("main a[href='/audit']").click()
    page.locator("#a-action").select_option(label=deed)
    page.locator("#a-thing").fill(f"newcomer-{lang}")
    page.locator("form.filters button").click()
    row = page.locator("#audit tbody tr")
    expect(row).to_have_count(1)
    for words in ("steward", deed, f"newcomer-{lang}", reason, role, "127.0.0.1"):
        expect(row).to_contain_text(words)
    assert complaints(page) == []
    photograph(page, f"accounts-audit-who-{lang}")

    page.goto("/audit")
    page.locator("#a-actor").fill("cataloguer")
    page.locator("#a-outcome").select_option("refused")
    page.locator("form.filters button").click()
    expect(page.locator("#audit tbody tr").first).to_contain_text(why)
    expect(page.locator("#audit tbody tr").first).to_contain_text(refused)
    with page.expect_download() as taken:
        page.locator("a[href^='/audit.csv']").click()
    lines = Path(taken.value.path()).read_text("utf-8").splitlines()
    assert all(",cataloguer," in line and ",refused," in line for line in lines[1:])
    page.goto("/audit?chain=1")
    expect(page.locator(".notice.good")).to_contain_text(holds)
    page.goto("/audit?actor=nobody-of-that-name")
    expect(page.locator(".state.empty a")).to_have_attribute("href", "/audit")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_developer_registers_is_admitted_gets_a_token_and_uses_it(
    reader: Reader, access: Access, address: str, photograph: Camera, lang: str
) -> None:
    """By real name; decided by the officer of openness and by nobody else; then a program asks."""
    name = f"dev-{lang}"
    access.add(name)
    access.accounts.set_password(name, SECRET)
    page = reader.open("/sign-in", lang=lang)
    sign_in(page, name)
    page.goto("/account/registration")
    page.locator("#f-name").fill("王小明")
    page.locator("#f-number").fill(CITIZEN[:-1] + ("0" if CITIZEN[-1] != "0" else "1"))
    page.locator("#purpose").fill(PURPOSE)
    page.locator("form.stack [type=submit]").click()
    expect(page.locator("#h-number .wrong")).to_be_visible()
    expect(page.locator("#f-number")).to_have_value("")
    assert complaints(page) == []
    page.locator("#f-number").fill(CITIZEN)
    page.locator("form.stack [type=submit]").click()
    expect(page.locator(".notice.good")).to_be_visible()
    expect(page.locator("main")).to_contain_text("王**")
    expect(page.locator("main")).not_to_contain_text(CITIZEN)

    assert access.signed_in("steward").get("/registrations").status_code == 403
    office = reader.open("/sign-in", lang=lang)
    sign_in(office, "openness-officer")
    office.goto("/registrations")
    section = office.locator("section", has=office.get_by_role("heading", name=name, exact=True))
    expect(section).to_contain_text("王**")
    photograph(office, f"accounts-registrations-{lang}")
    section.locator("button[value='admit']").click()
    expect(office.locator(".notice.good")).to_be_visible()
    expect(office.locator("#decided-on")).to_contain_text(name)

    page.goto("/account/tokens")
    page.locator("#f-name").fill("notebook")
    page.locator("input[value='query']").check()
    page.locator("form.stack [type=submit]").click()
    token = page.locator(".secret").inner_text()
    asked = requests.get(
        f"{address}/sparql",
        params={"query": "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"},
        headers={"Authorization": f"Bearer {token}", "Accept": "text/csv"},
        timeout=30,
    )
    assert asked.status_code == 200, asked.text
    assert int(asked.text.split()[1]) > 100
    page.goto("/account/tokens")
    page.locator("#tokens button").click()
    again = requests.get(
        f"{address}/sparql", headers={"Authorization": f"Bearer {token}"}, timeout=30
    )
    assert again.status_code == 401
    store = access.instance.snapshots.view(Clearance.GOVERNANCE).store
    assert not any(
        "王小明" in str(q.object) for q in store.quads_for_pattern(None, None, None, None)
    )
