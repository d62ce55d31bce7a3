"""A first password, made by who keeps the machine, opens one page for a week and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from ontology.people import Grant, Role
from tests.access import PASSWORD as FIRST
from tests.access import SECRET, Access, Hand, access_to
from web.accounts import first

OWN = "seven herons walk by the river"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("first"))
    yield made
    made.instance.close()


def begun(access: Access, name: str) -> None:
    access.add(name, Grant(Role.CATALOGUER, "jtw"))
    first.give(access.accounts, name, SECRET, access.clock())


def chosen(hand: Hand, password: str = OWN) -> TestResponse:
    fields = {"password": FIRST, "new_password": password, "new_password_confirm": password}
    return hand.post("/account/password", fields, page="/account/password")


def test_who_comes_in_with_a_first_password_chooses_another_before_anything_opens(
    access: Access,
) -> None:
    begun(access, "newcomer")
    hand = access.signed_in("newcomer")
    for path in ("/", "/cataloguing/", "/account", "/account/tokens", "/dataset/jtw-0001"):
        answer = hand.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/account/password"), path
    page = hand.get("/account/password").text
    assert "他人代为生成的初始密码" in page
    assert 'href="/account"' not in page.partition("<form")[2].partition("</form>")[0]
    assert hand.post("/account/tokens", page="/account/password").status_code == 403
    program = hand.browser.get("/sparql?query=ASK{}", headers={"Accept": "application/json"})
    assert program.status_code == 403

    assert chosen(hand, FIRST).status_code == 200, "the same password is no choice"
    assert chosen(hand).headers["Location"] == "/account"
    assert hand.get("/cataloguing/").status_code == 200
    assert access.client().sign_in("newcomer").status_code == 200, "it opens nothing any more"
    again = access.signed_in("newcomer", OWN)
    assert again.get("/account").status_code == 200


def test_signing_out_and_in_again_does_not_get_round_it(access: Access) -> None:
    begun(access, "hurried")
    hand = access.signed_in("hurried")
    hand.post("/sign-out", page="/account/password")
    assert hand.get("/").status_code == 200, "a visitor reads what is open"

    assert access.signed_in("hurried").get("/").status_code == 303


def test_a_first_password_lapses_and_the_reason_is_told_to_who_knows_it_alone(
    access: Access,
) -> None:
    begun(access, "late")
    access.clock.pass_by(days=6, hours=23)
    assert access.signed_in("late").get("/").status_code == 303
    access.clock.pass_by(hours=1)
    told = access.client().sign_in("late").text
    unknowing = access.client().sign_in("late", "another password here").text

    assert "现已过期" in told
    assert "现已过期" not in unknowing
    assert ("late", "refused") in access.audited("sign-in")
    first.give(access.accounts, "late", SECRET, access.clock())
    assert access.signed_in("late").get("/").status_code == 303, "a new one opens again"


def test_a_house_may_let_first_passwords_live(access: Access) -> None:

    held = access.app.extensions["govgraph"]
    lasting = replace(held, settings=replace(held.settings, first_password_days=0))
    begun(access, "patient")
    access.clock.pass_by(days=400)
    access.app.extensions["govgraph"] = lasting
    try:
        assert access.signed_in("patient").get("/").status_code == 303
    finally:
        access.app.extensions["govgraph"] = held


def test_a_new_first_password_ends_the_sessions_there_are(access: Access) -> None:
    begun(access, "returning")
    hand = access.signed_in("returning")
    chosen(hand)
    first.give(access.accounts, "returning", SECRET, access.clock() + timedelta(minutes=1))

    assert hand.get("/account").status_code == 302
    assert access.signed_in("returning").get("/").status_code == 303
