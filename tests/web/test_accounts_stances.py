"""Every address has a stance: who may come, and what is tried at it by who may not.

The walks go over the application's own map of addresses: one that is new fails here until somebody
says for whom it is. Then it is tried like the others: without a name, from another site, by a
person of another department, with fields that no form has, and with addresses that lead away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote, urlsplit

import openpyxl
import pytest
import sqlalchemy as sa
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from graph.ledger.audit import DONE
from ontology.people import Grant, Role
from tests.access import PASSWORD, SECRET, Access, Hand, access_to
from web.accounts.models import Account, GrantRow, Passkey, RegistrationRow
from web.accounts.registry import Registry

# For anyone, who then reads what their view holds (tests/web/test_clearance_doors.py).
ANYONE = {
    "static",
    *("catalogue." + name for name in (
        "home", "thing", "code_drawing", "name", "suggest", "search", "search_as_json", "robots",
        "sitemap_index", "sitemap_part", "any_thing",
    )),
    *("lineage." + name for name in (
        "start", "one", "impact", "sheet", "notice", "as_openlineage", "as_prov", "as_table", "as_sheet", "as_drawing",
    )),
    *("exploring." + name for name in (
        "start", "as_graphml", "as_json_ld", "as_things", "as_links", "one_kept", "embed",
    )),
    *("past." + name for name in ("history", "version", "comparison", "blame")),
    *("feeds.catalogue", "feeds.feed", "watch.health", "watch.metrics"),
    *("query.query", "query.sparql", "query.store", "query.void"),
    *("help." + name for name in ("start", "read", "list_decisions", "read_decision", "design")),
    *("vocabulary." + name for name in (
        "vocabulary", "vocabulary_data", "one_list", "context", "shapes", "shapes_data",
    )),
    *("query." + name for name in ("builder", "schema")),
    *("assisting." + name for name in ("terms", "named_things", "names", "check", "explain")),
    *("saved." + name for name in (
        "shelf", "show", "show_version", "compare", "run", "listed", "call", "call_version",
    )),
    *("interfaces.page", "interfaces.openapi"),
}  # fmt: skip
# The ways in: forms for who has not signed in.
WAYS_IN = {
    *("security." + name for name in (
        "login", "register", "send_confirmation", "confirm_email", "forgot_password", "reset_password",
        "two_factor_token_validation", "two_factor_rescue", "tf_select", "mf_recovery", "wan_signin",
        "wan_signin_response",
    )),
    *("accounts.oidc_start", "accounts.oidc_return"),
}  # fmt: skip
# For who has signed in, about themselves.
OWN = {
    *("security." + name for name in (
        "logout", "verify", "change_password", "two_factor_setup", "two_factor_setup_validate",
        "mf_recovery_codes", "wan_register", "wan_register_response", "wan_delete", "wan_verify",
        "wan_verify_response",
    )),
    *("accounts." + name for name in (
        "account", "own_data", "end_session", "tokens", "make_token", "revoke_token", "registration",
    )),
    *("saved." + name for name in ("new", "create", "edit", "save", "star", "delete")),
    *("exploring." + name for name in ("kept", "keep", "put_away")),
}  # fmt: skip
# For who may, by the law of `ontology.permissions`.
LAW = {
    *("accounts." + name for name in (
        "audit", "export", "people", "one_person", "give", "take", "set_active", "revoke_for",
        "registrations", "decide",
    )),
    "past.bring_back",
    "query.log",
    *("telling." + name for name in ("receive", "form", "state")),
    "lineage.send",
    *("association." + name for name in (
        "elements", "decide_elements", "decide_pair", "decide_on_source", "object_to_source",
        "answer_objection",
    )),
}  # fmt: skip
# Whole tasks of which every address asks the law, whatever is added to them.
TASKS = ("cataloguing.", "governance.")
# Pages of those tasks that anyone may read: what is shown follows from the view.
SHOWN = {
    "governance.start",
    "governance.inventory",
    "governance.inventory_csv",
    "association.start",
    "association.matrix_csv",
    "association.by_key",
    "association.joins",
    *(
        "association." + name
        for name in (
            "pairs",
            "libraries",
            "library",
            "supply",
            "ask_legal_person",
            "instance_page",
        )
    ),
    "association.systems",
    "association.systems_csv",
}
# Addresses that take no form and so no hidden field: there a session counts from our own pages only.
WITHOUT_FORM = {
    "query.sparql",
    "query.store",
    "assisting.check",
    "assisting.explain",
    "assisting.names",
    "telling.receive",
}  # posted for their length: they ask
HOLE = re.compile(r"<(?:any\((?P<any>[^)]*)\):|\w+:)?(?P<name>\w+)>")
AWAY = "//evil.example/x"
BOASTS = {
    "active": "1", "confirmed_at": "2020-01-01", "roles": "administrator", "role": "administrator", "holder": "",
    "id": "1", "account_id": "1", "username": "administrator", "owner": "jtw", "author": "steward",
    "state": "published", "by": "administrator", "given_by": "administrator", "fs_uniquifier": "x",
    "tf_primary_method": "", "password": "x", "clearance": "governance", "decision": "admit",
    "scope": "read:governance", "action": "approve", "do": "submit", "revision": "1", "number": "1",
    "reason": "because", "why": "because", "what": "because", "draft": "1", "days": "365", "name": "own",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class House:
    """An instance in which the transport commission keeps things that another must not touch."""

    access: Access
    values: dict[str, str]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    access = access_to(tmp_path_factory.mktemp("stances"), pool=True)
    access.add("other", Grant(Role.CATALOGUER, "ghw"), Grant(Role.APPROVER, "ghw"))
    access.accounts.set_password("other", SECRET)
    token = access.token("steward", "query")["Authorization"].split("_")[1]
    writer = access.signed_in("cataloguer")
    begun = writer.post("/cataloguing/drafts", {"kind": "dataset", "owner": "jtw"})
    upload = send_workbook(writer)
    assert upload.rsplit("/", 1)[-1] == begun.headers["Location"].rsplit("/", 1)[-1]
    kept = {"title_en": "Ours", "query": "ASK {}", "sharing": "private"}
    saved = writer.post("/queries", kept).headers["Location"].rpartition("/")[2]
    held = access.accounts.get("steward").grants[0].number
    versions = re.findall(r"jtw-0001/history/(\d+)", writer.get("/dataset/jtw-0001/history").text)
    yield House(
        access,
        {
            "kind": "dataset", "code": "jtw-0001", "name": "steward", "prefix": token, "seq": versions[0],
            "number": begun.headers["Location"].rsplit("/", 1)[-1], "grant": str(held), "token": "x",
            "slug": saved, "version": "1", "form": "csv", "suffix": "ttl", "part": "1", "filename": "mark.svg",
        },
    )  # fmt: skip
    access.app.extensions["govgraph"].pool.close()
    access.accounts.close()
    access.instance.close()


def send_workbook(hand: Hand) -> str:
    """Send the transport commission's catalogue back with one name changed."""
    book = openpyxl.load_workbook(
        BytesIO(hand.get("/cataloguing/bulk/workbook.xlsx?owner=jtw").data)
    )
    book.worksheets[1]["B3"] = "公交线路一览"
    out = BytesIO()
    book.save(out)
    file = (BytesIO(out.getvalue()), "jtw.xlsx")
    answer = hand.post("/cataloguing/bulk", {"owner": "jtw", "file": file})
    assert answer.status_code == 303
    return answer.headers["Location"]


def stance(rule: Rule) -> str:
    """Give for whom an address is; "" for one of which nobody has said it."""
    where = {"anyone": ANYONE | SHOWN, "way in": WAYS_IN, "own": OWN, "law": LAW}
    for name, endpoints in where.items():
        if rule.endpoint in endpoints:
            return name
    return "law" if rule.endpoint.startswith(TASKS) else ""


def rules(house: House, *stances: str) -> list[Rule]:
    return [each for each in house.access.app.url_map.iter_rules() if stance(each) in stances]


def writes(rule: Rule) -> bool:
    return bool({"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set()))


def address(house: House, rule: Rule) -> str:
    """Give the address with things of the transport commission and its steward put in."""
    values = dict(house.values)
    if "grants" in rule.rule:
        values["number"] = values["grant"]

    def put(hole: re.Match[str]) -> str:
        allowed = (hole["any"] or "").split(",")
        value = values.get(hole["name"], "1")
        return quote(value if value in allowed or not hole["any"] else allowed[0].strip())

    return HOLE.sub(put, rule.rule)


def send(hand: Hand, path: str, seal: str, **data: str) -> TestResponse:
    return hand.browser.post(
        path, data={"csrf_token": seal, **data}, headers={"Accept": "text/html"}
    )


# The table ------------------------------------------------------------------------------------------


def test_every_address_has_a_stance(house: House) -> None:
    lost = {each.endpoint for each in house.access.app.url_map.iter_rules() if not stance(each)}

    assert lost == set(), "say in this file for whom it is"
    assert stance(Rule("/new", endpoint="somewhere.new")) == ""


def test_no_stance_is_taken_for_an_address_that_is_gone(house: House) -> None:
    there = {each.endpoint for each in house.access.app.url_map.iter_rules()}

    assert (WAYS_IN | OWN | LAW | SHOWN | WITHOUT_FORM) - there == set()
    assert {each for each in ANYONE if not each.startswith("assisting.")} - there == set()


def test_what_anyone_may_do_changes_nothing(house: House) -> None:
    """Every address that takes changes is a way in, one's own, or under the law."""
    assert {each.endpoint for each in rules(house, "anyone") if writes(each)} == WITHOUT_FORM - LAW


# Without a name -------------------------------------------------------------------------------------


def test_who_has_not_signed_in_is_led_to_the_sign_in_or_refused(house: House) -> None:
    hand, found = house.access.client(), {}
    seal = hand.seal("/sign-in")
    for rule in rules(house, "own", "law"):
        path = address(house, rule)
        answers = [hand.get(path)] if "GET" in (rule.methods or ()) else []
        answers += [send(hand, path, seal, **BOASTS)] if writes(rule) else []
        for answer in answers:
            shut = answer.status_code in {401, 403} or leads_in(answer)
            if not shut:
                found[rule.endpoint] = (answer.status_code, answer.headers.get("Location"))

    assert found == {}


def leads_in(answer: TestResponse) -> bool:
    """Say whether an answer leads to the sign-in (or, from the sign-out, home)."""
    where = urlsplit(answer.headers.get("Location", "")).path
    return answer.status_code in {302, 303} and where in {"/sign-in", "/"}


# From another site ----------------------------------------------------------------------------------


def test_no_form_is_taken_without_its_hidden_field(house: House) -> None:
    """Neither without it nor with that of somebody else (OWASP ASVS 4.2.2)."""
    hand, other = house.access.signed_in("administrator"), house.access.signed_in("reviewer")
    foreign, before = other.seal("/account"), state(house)
    taken = {
        (rule.endpoint, answer.status_code)
        for rule in house.access.app.url_map.iter_rules()
        if writes(rule) and rule.endpoint not in WITHOUT_FORM
        for seal in ({}, {"csrf_token": foreign})
        for answer in (hand.browser.post(address(house, rule), data={**BOASTS, **seal}),)
        if answer.status_code != 400
    }

    assert taken == set()
    assert state(house) == before


def test_reading_changes_nothing_that_is_kept(house: House) -> None:
    """A link cannot do what a form does: no address changes accounts when it is only read."""
    hand, before = house.access.signed_in("administrator"), state(house)
    for rule in house.access.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            hand.get(address(house, rule))
            assert hand.get("/account").status_code == 200, rule.endpoint

    assert state(house) == before


# Another's things -----------------------------------------------------------------------------------


def state(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Give all that accounts keep and nobody changes by reading, and the drafts as they stand."""
    ledger = house.access.instance.ledger
    kept = {
        "accounts": sa.select(Account.username, Account.active, Account.password, Account.email,
                              Account.confirmed_at, Account.tf_primary_method),
        "grants": sa.select(GrantRow.id, GrantRow.account_id, GrantRow.role, GrantRow.taken),
        "passkeys": sa.select(Passkey.id),
        "registrations": sa.select(RegistrationRow.id, RegistrationRow.state),
        "tokens": sa.text("SELECT prefix, revoked FROM token"),
    }  # fmt: skip
    with ledger.engine.connect() as connection:
        return {name: [tuple(row) for row in connection.execute(q)] for name, q in kept.items()}


def test_nobody_gets_at_what_is_another_s_by_its_number_or_name(house: House) -> None:
    """Insecure direct references and mass assignment: real names and numbers, and fields of rank."""
    access = house.access
    hand, before = access.signed_in("other"), state(house)
    draft = access.signed_in("cataloguer").get(f"/cataloguing/drafts/{house.values['number']}").text
    since = access.accounts.audit.anchor().seq
    wrong = {}
    for rule in rules(house, "own", "law"):
        if rule.endpoint == "security.logout":
            continue
        path, seal = address(house, rule), hand.seal("/account")
        answers = [hand.get(path)] if "GET" in (rule.methods or ()) else []
        answers += [send(hand, path, seal, **BOASTS)] if writes(rule) else []
        for answer in answers:
            if answer.status_code >= 500 or (rule.arguments and answer.status_code == 200):
                wrong[rule.endpoint] = answer.status_code
    done = {
        (row.event.action, row.event.thing)
        for row in access.accounts.audit.all()
        if row.seq > since and row.event.outcome == DONE and row.event.actor == "other"
    }

    assert wrong == {}
    after = state(house)
    mine = {name: rows for name, rows in after.items() if rows != before[name]}
    assert set(mine) <= {"tokens"}, mine  # one of one's own may have been made
    assert {action for action, _thing in done} <= {"make token", "end session", "create"}
    assert not any(house.values["prefix"] in thing for _action, thing in done)
    again = access.signed_in("cataloguer").get(f"/cataloguing/drafts/{house.values['number']}").text
    assert visible(again) == visible(draft)


def visible(page: str) -> str:
    """Give a page without what differs from one reading to the next."""
    return re.sub(r'value="[\w.-]{60,}"', "", page)


def test_each_try_at_what_is_another_s_is_in_the_trail(house: House) -> None:
    access, prefix = house.access, house.values["prefix"]
    hand = access.signed_in("other")
    seal = hand.seal("/account")
    mark = access.accounts.sessions.of("cataloguer", access.clock())[0].mark
    tries = {
        f"/account/tokens/{prefix}/revoke": {},
        "/account/sessions/end": {"mark": mark},
        f"/people/steward/tokens/{prefix}/revoke": {},
        "/people/steward/active": {"active": "no"},
        "/registrations/1": {"decision": "admit"},
        f"/cataloguing/drafts/{house.values['number']}/steps": {"action": "approve"},
    }
    for path, data in tries.items():
        assert send(hand, path, seal, **data).status_code in {403, 404}, path
    rows = [each.event for each in access.accounts.audit.all()]
    told = {each.thing for each in rows if (each.actor, each.outcome) == ("other", "refused")}

    assert set(tries) <= told
    assert all(each.why and each.place for each in rows if each.outcome == "refused")


def test_one_s_own_registration_is_not_admitted_by_a_field(house: House) -> None:
    access = house.access
    access.add("eager")
    hand = access.signed_in_or_anyone("eager")
    given = {
        "kind": "person",
        "name": "王小明",
        "number": "11010119900307123X",
        "purpose": "x" * 20,
    }
    send(hand, "/account/registration", hand.seal("/account"), **{**BOASTS, **given})
    found = Registry(access.accounts).latest("eager")

    assert found is None or found.state == "waiting"
    assert access.accounts.get("eager").grants == ()


# Away from here -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "administrator"])
def test_no_address_leads_away_from_the_site(house: House, name: str) -> None:
    """Whatever stands in the parameters that name where to go (OWASP ASVS 5.1.5)."""
    hand = house.access.signed_in_or_anyone(name)
    names = ("next", "url", "return", "to", "back", "iri", "redirect", "then", "from")
    asked = "&".join(f"{each}={quote(AWAY)}" for each in names)
    led = {}
    for rule in house.access.app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        answer = hand.get(f"{address(house, rule)}?{asked}")
        if leads_away(answer):
            led[rule.endpoint] = answer.headers["Location"]

    assert led == {}


def test_no_way_in_leads_away_from_the_site(house: House) -> None:
    for rule in (each for each in rules(house, "way in", "own") if writes(each)):
        hand = house.access.client()
        seal = hand.seal("/sign-in")
        path = f"{address(house, rule)}?next={quote(AWAY)}"
        data = {"identity": "reviewer", "password": PASSWORD, "next": AWAY}
        assert not leads_away(send(hand, path, seal, **data)), rule.endpoint


def leads_away(answer: TestResponse) -> bool:
    """Say whether an answer sends the reader to another site."""
    where = answer.headers.get("Location", "")
    return bool(urlsplit(where).netloc) and urlsplit(where).hostname not in {
        "localhost", "127.0.0.1",
    }  # fmt: skip
