"""Keeping accounts: who may give which role to whom, real names under seal, and the trail of it all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from graph.check import check
from graph.ledger.audit import AUDIT, Search
from ontology.identifiers import CITIZEN_NUMBER, CREDIT_CODE, check_character
from ontology.people import Grant, Role
from tests.access import Access, Hand, access_to
from web.accounts.models import RegistrationRow
from web.accounts.registry import Registry
from web.app import create_app

CITIZEN = "11010119900307123"
CITIZEN += check_character(CITIZEN_NUMBER, CITIZEN)
CREDIT = "91310000MA1FL0001"
CREDIT += check_character(CREDIT_CODE, CREDIT)
PURPOSE = "为市民提供公交到站时刻查询服务。"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("keeping"))
    yield made
    made.instance.close()


def grants(access: Access, name: str) -> set[Grant]:
    return {each.grant for each in access.accounts.get(name).grants}


# Roles ---------------------------------------------------------------------------------------------


def test_an_administrator_gives_and_takes_a_role_and_it_is_kept_who_did(access: Access) -> None:
    access.add("chen")
    hand = access.signed_in("administrator")
    given = {"role": "cataloguer", "holder": "jtw", "why": "new in the team"}
    assert hand.post("/people/chen/grants", given, page="/people/chen").status_code == 302
    held = access.accounts.get("chen").grants[0]
    assert (held.grant, held.given_by, held.why) == (
        Grant(Role.CATALOGUER, "jtw"),
        "administrator",
        "new in the team",
    )
    hand.post(f"/people/chen/grants/{held.number}/take", page="/people/chen")

    assert grants(access, "chen") == set()
    assert access.accounts.past_grants("chen")[0].taken_by == "administrator"
    assert "new in the team" in hand.get("/audit?action=give+role").text


def test_a_steward_gives_roles_in_the_own_department_alone(access: Access) -> None:
    access.add("lin")
    hand = access.signed_in("steward")
    page = hand.get("/people/lin")
    assert page.status_code == 200
    own = hand.post("/people/lin/grants", {"role": "approver", "holder": "jtw"}, page="/people")
    other = hand.post("/people/lin/grants", {"role": "approver", "holder": "gaj"}, page="/people")
    office = hand.post("/people/lin/grants", {"role": "administrator"}, page="/people")

    assert (own.status_code, other.status_code, office.status_code) == (302, 403, 403)
    assert grants(access, "lin") == {Grant(Role.APPROVER, "jtw")}
    assert "您不能" in other.text
    assert "系统管理员" in other.text  # whom to ask


@pytest.mark.parametrize("name", ["steward", "administrator"])
def test_nobody_gives_a_role_to_themselves(access: Access, name: str) -> None:
    before = grants(access, name)
    hand = access.signed_in(name)
    answer = hand.post(
        f"/people/{name}/grants", {"role": "approver", "holder": "jtw"}, page="/account"
    )

    assert answer.status_code == 403
    assert grants(access, name) == before


@pytest.mark.parametrize("name", ["", "developer", "cataloguer", "reviewer", "auditor"])
@pytest.mark.parametrize(
    "path", ["/people", "/people/steward", "/registrations", "/audit", "/audit.csv", "/audit.json"]
)
def test_pages_of_keepers_are_shut_to_others(access: Access, name: str, path: str) -> None:
    if name == "auditor" and path.startswith("/audit"):
        pytest.skip("the auditor's own page")
    answer = access.signed_in_or_anyone(name).get(path)

    assert answer.status_code == (403 if name or path.startswith("/audit") else 302)


def test_a_refusal_says_why_and_whom_to_ask_in_the_reader_s_language(access: Access) -> None:
    page = access.signed_in("cataloguer").get("/audit?lang=en").text

    assert "You may not read the audit trail." in page
    assert "Ask another person who is" in page
    assert "auditor" in page.lower()
    chinese = access.signed_in("cataloguer").get("/audit?lang=zh").text
    assert "您不能查阅审计记录。" in chinese
    assert "审计员" in chinese


def test_a_disabled_account_is_out_at_once(access: Access) -> None:
    hand = access.signed_in("approver")
    keeper = access.signed_in("steward")
    assert (
        keeper.post("/people/approver/active", {"active": "no"}, page="/people").status_code == 302
    )
    assert hand.get("/account").status_code == 302
    assert access.client().sign_in("approver").status_code == 200
    keeper.post("/people/approver/active", {"active": "yes"}, page="/people")

    assert access.client().sign_in("approver").status_code == 302


def test_a_role_for_nobody_known_is_refused_beside_the_form(access: Access) -> None:
    hand = access.signed_in("administrator")
    given = {"role": "cataloguer", "holder": "no-such-department"}
    answer = hand.post("/people/lin/grants", given, page="/people")

    assert answer.status_code == 400
    assert "no-such-department" in answer.text


# One's own tokens ----------------------------------------------------------------------------------


def test_a_token_is_made_on_the_page_shown_once_and_revoked(access: Access) -> None:
    hand = access.signed_in("steward")
    wish = {"name": "nightly", "scope": ["query", "read:shared"], "days": "30"}
    shown = hand.post("/account/tokens", wish, page="/account/tokens").text
    text = re.search(r"gov_[a-z0-9]{8}_[\w-]{43}", shown)
    assert text
    assert text[0] not in hand.get("/account/tokens").text
    head = {"Authorization": f"Bearer {text[0]}"}
    assert access.client().browser.get("/", headers=head).status_code == 200
    prefix = text[0].split("_")[1]
    stranger = access.signed_in("cataloguer")
    theft = stranger.post(f"/account/tokens/{prefix}/revoke", page="/account")
    assert theft.status_code == 404, "nobody revokes a token of someone else"
    hand.post(f"/account/tokens/{prefix}/revoke", page="/account/tokens")

    assert access.client().browser.get("/", headers=head).status_code == 401
    kept = access.accounts.tokens.of("steward")[0]
    assert kept.expires - kept.created == timedelta(days=30)


def test_a_form_offers_no_scope_that_its_owner_has_no_use_for(access: Access) -> None:
    page = access.signed_in("developer").get("/account/tokens").text

    assert 'value="query"' in page
    assert 'value="read:governance"' not in page
    wish = {"name": "more", "scope": ["read:governance"], "days": "30"}
    access.signed_in("developer").post("/account/tokens", wish, page="/account/tokens")
    assert access.accounts.tokens.of("developer") == []


# Real names ----------------------------------------------------------------------------------------


def hand_in(access: Access, who: str, /, **given: str) -> str:
    form = {"kind": "person", "name": "王小明", "number": CITIZEN, "purpose": PURPOSE, **given}
    hand = access.signed_in_or_anyone(who)
    return hand.post("/account/registration", form, page="/account/registration").text


def test_a_real_name_is_sealed_masked_decided_on_and_nowhere_else(access: Access) -> None:
    access.add("xiaoming")
    hand_in(access, "xiaoming")
    page = access.signed_in("openness-officer").get("/registrations").text
    assert "王**" in page
    assert CITIZEN not in page
    number = Registry(access.accounts).latest("xiaoming")
    assert number
    officer = access.signed_in("openness-officer")
    officer.post(f"/registrations/{number.number}", {"decision": "admit"}, page="/registrations")

    assert grants(access, "xiaoming") == {Grant(Role.DEVELOPER)}
    assert "已通过" in access.signed_in_or_anyone("xiaoming").get("/account/registration").text
    database = b"".join(
        each.read_bytes() for each in access.instance.home.path.glob("ledger.sqlite*")
    )
    assert CITIZEN.encode() not in database
    assert "王小明".encode() not in database
    with access.instance.ledger.engine.connect() as connection:
        sealed = connection.execute(sa.select(RegistrationRow.sealed)).scalars().all()
    assert json.loads(Registry(access.accounts)._seal.decrypt(sealed[0]))[1] == CITIZEN


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"number": CITIZEN[:-1] + ("0" if CITIZEN[-1] != "0" else "1")}, "校验码"),
        ({"number": "123"}, "18位"),
        ({"kind": "enterprise", "number": CITIZEN}, "18"),
        ({"name": "王"}, "完整"),
        ({"purpose": "x"}, "用途"),
    ],
)
def test_a_wrong_registration_is_told_beside_its_field(
    access: Access, given: dict[str, str], sentence: str
) -> None:
    if access.accounts.find("careless") is None:
        access.add("careless")
    page = hand_in(access, "careless", **given)

    assert sentence in page
    assert 'aria-invalid="true"' in page or given.get("kind") == "enterprise"
    if "number" in given:
        assert f'value="{given["number"]}"' not in page
        assert Registry(access.accounts).latest("careless") is None


def test_an_enterprise_registers_with_its_credit_code_and_can_be_refused(access: Access) -> None:
    access.add("firm")
    hand_in(access, "firm", kind="enterprise", name="上海某某信息技术有限公司", number=CREDIT)
    waiting = Registry(access.accounts).latest("firm")
    assert waiting
    assert waiting.masked_number != CREDIT
    officer = access.signed_in("administrator")
    given = {"decision": "refuse", "remark": "purpose unclear"}
    officer.post(f"/registrations/{waiting.number}", given, page="/registrations")

    assert grants(access, "firm") == set()
    again = officer.post(f"/registrations/{waiting.number}", given, page="/registrations")
    assert again.status_code == 409


# Twice ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/people", "/people/steward", "/registrations", "/audit", "/audit.csv", "/query/log"]
)
def test_keepers_prove_twice_who_they_are(
    access: Access, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Outside a demo (OWASP ASVS 4.3.1); whoever may not at all is told that, and no more."""
    house = access.app.extensions["govgraph"]
    earnest = replace(house, settings=replace(house.settings, demo=False))
    monkeypatch.setitem(access.app.extensions, "govgraph", earnest)
    hand, other = access.signed_in("administrator"), access.signed_in("developer")
    answer = hand.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/codes")
    assert "第二重身份验证" in hand.get("/account/codes", follow_redirects=True).text
    assert other.get(path).status_code == 403
    lax = replace(earnest, settings=replace(earnest.settings, second_proof=False))
    monkeypatch.setitem(access.app.extensions, "govgraph", lax)
    assert hand.get(path).status_code in {200, 503}


def test_one_takes_along_what_is_kept_about_one_and_no_secret(access: Access) -> None:
    hand = access.signed_in("steward")
    token = access.token("steward", "query")["Authorization"].split()[1]
    answer = hand.browser.get("/account/data.json")
    told = json.loads(answer.text)

    assert told["account"]["name"] == "steward"
    assert [each["role"] for each in told["roles"]] == ["steward"]
    assert {each["actor"] for each in told["deeds"]} == {"steward"}
    assert told["sessions"]
    assert token.split("_")[1] in {each["prefix"] for each in told["tokens"]}
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert token not in answer.text
    assert not re.search(r"argon2|digest|secret|uniquifier", answer.text)


# The trail -----------------------------------------------------------------------------------------


def test_the_trail_tells_who_did_what_from_where(access: Access) -> None:
    access.client().sign_in("reviewer", "wrong")
    access.signed_in("cataloguer").get("/audit")
    rows = access.accounts.audit.all()
    told = {(each.event.actor, each.event.action, each.event.outcome) for each in rows}

    assert ("reviewer", "sign-in", "failed") in told
    assert ("cataloguer", "read-audit", "refused") in told
    assert ("cataloguer", "sign-in", "done") in told
    assert {each.event.place for each in access.accounts.audit.all()} == {"127.0.0.1"}
    everything = json.dumps([str(each) for each in access.accounts.audit.all()], ensure_ascii=False)
    assert CITIZEN not in everything
    assert "王小明" not in everything


@pytest.mark.parametrize(
    ("proxies", "place"), [(0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")]
)
def test_where_a_request_came_from_is_taken_from_one_s_own_servers_alone(
    access: Access, proxies: int, place: str
) -> None:
    """Each server in front adds one address at the end; whatever stands before may be invented."""
    house = access.app.extensions["govgraph"]
    app = create_app(site=replace(house, settings=replace(house.settings, proxies=proxies)))
    hand = Hand(app.test_client(), access)
    claimed = {"X-Forwarded-For": "192.0.2.1, 203.0.113.9, 198.51.100.7"}
    hand.browser.get("/audit", headers={"Authorization": "Bearer none", **claimed})

    assert access.accounts.audit.find(Search(action="request"), limit=1)[0].event.place == place


def test_an_auditor_searches_and_takes_the_trail_along(access: Access) -> None:
    hand = access.signed_in("auditor")
    page = hand.get("/audit?actor=administrator&outcome=done").text
    assert "administrator" in page
    assert "cataloguer</td>" not in page
    rows = json.loads(hand.browser.get("/audit.json").text)
    assert rows[0]["action"] == "export-audit"  # the export is in the trail itself
    assert [row["seq"] for row in rows] == sorted((row["seq"] for row in rows), reverse=True)
    lines = hand.browser.get("/audit.csv?action=give+role").text.splitlines()
    assert lines[0].startswith("seq,at,actor")
    assert all("give role" in line for line in lines[1:])
    assert hand.get("/audit?since=2030-01-01").text.count("<tr>") <= 1


def test_what_a_spreadsheet_would_reckon_stays_a_text(access: Access) -> None:
    access.client().sign_in("=HYPERLINK(1)", "wrong")
    hand = access.signed_in("auditor")

    assert "'=HYPERLINK(1)" in hand.browser.get("/audit.csv?action=sign-in").text


def test_an_altered_row_is_found_by_the_page_and_by_the_check(access: Access) -> None:
    """And one taken from the end, because the snapshot remembers how long the chain was."""
    hand, ledger = access.signed_in("auditor"), access.instance.ledger
    assert "审计链完好" in hand.get("/audit?chain=1").text
    with ledger.writing.begin() as connection:
        row = connection.execute(sa.select(AUDIT.c.seq, AUDIT.c.actor).limit(1)).one()
        connection.execute(AUDIT.update().where(AUDIT.c.seq == row.seq).values(actor="nobody"))

    assert f"审计记录 {row.seq} 被改动" in hand.get("/audit?chain=1").text
    faults = check(access.instance, access.clock()).faults
    assert any(f"Audit row {row.seq} was altered" in en for en, _zh in faults)
    with ledger.writing.begin() as connection:
        connection.execute(AUDIT.update().where(AUDIT.c.seq == row.seq).values(actor=row.actor))
    assert check(access.instance, access.clock()).faults == ()
