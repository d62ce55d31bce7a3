"""Accounts: made, confirmed, signed in to and out of; nobody learns who is here, nobody gets in twice."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.access import PASSWORD, Access, Hand, access_to
from web.accounts import limiting
from web.accounts.agents import agent_in_words
from web.accounts.lockout import FAILURES

GOOD = "one fine long sentence"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/\S+)")


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("accounts"))
    yield made
    made.accounts.close()
    made.instance.close()


def sign_up(hand: Hand, name: str, address: str) -> TestResponse:
    given = {"username": name, "email": address, "password": GOOD, "password_confirm": GOOD}
    return hand.post("/sign-up", given, page="/sign-up")


def last_link(access: Access) -> str:
    return LINK.findall(access.letters()[-1])[-1]


# Making an account ---------------------------------------------------------------------------------


def test_an_account_is_made_confirmed_by_the_letter_and_signed_in_to(access: Access) -> None:
    hand = access.client()
    assert sign_up(hand, "wang-fang", "Wang@example.org").status_code == 302
    assert hand.sign_in("wang-fang", GOOD).status_code == 200  # not confirmed yet
    answer = hand.get(last_link(access), follow_redirects=True)

    assert "邮箱地址已确认" in answer.text
    assert hand.sign_in("wang-fang", GOOD).headers["Location"] == "/"
    assert "wang-fang" in hand.get("/account").text
    assert hand.post("/sign-out", page="/account").status_code == 302
    assert hand.get("/account").status_code == 302
    assert ("wang-fang", "done") in access.audited("sign-up")


def test_the_letters_lead_to_the_instance_s_own_address(access: Access) -> None:
    """A forged Host header must not send a link to someone else's machine."""
    hand = access.client()
    seal = hand.seal("/reset")
    hand.browser.post(
        "/reset",
        data={"csrf_token": seal, "email": "wang@example.org"},
        headers={"Host": "evil.example"},
    )

    assert "evil.example" not in "".join(access.letters())


def test_a_password_is_kept_as_argon2_and_never_as_it_was_typed(access: Access) -> None:
    database = stored(access)

    assert b"$argon2id$v=19$m=19456,t=2,p=1$" in database
    assert PASSWORD.encode() not in database
    assert GOOD.encode() not in database


def stored(access: Access) -> bytes:
    """Give every byte of the database, what is not yet in its main file too."""
    return b"".join(path.read_bytes() for path in access.instance.home.path.glob("ledger.sqlite*"))


@pytest.mark.parametrize("password", ["short", "elevenchars"])
def test_a_short_password_is_refused_beside_its_field(access: Access, password: str) -> None:
    hand = access.client()
    given = {"username": "li-na", "email": "li@example.org"}
    answer = hand.post(
        "/sign-up", given | {"password": password, "password_confirm": password}, page="/sign-up"
    )

    assert answer.status_code == 200
    assert "密码至少 12 个字符" in answer.text
    assert access.accounts.find("li-na") is None


def test_a_form_cannot_give_itself_what_it_does_not_ask_for(access: Access) -> None:
    """Mass assignment: fields of the account that the page has not."""
    hand = access.client()
    given = {
        "username": "mallory",
        "email": "m@example.org",
        "password": GOOD,
        "password_confirm": GOOD,
    }
    extra = {"confirmed_at": "2020-01-01", "active": "1", "roles": "administrator", "id": "1"}
    hand.post("/sign-up", given | extra, page="/sign-up")
    made = access.accounts.get("mallory")

    assert not made.confirmed
    assert made.grants == ()


# Who is here? --------------------------------------------------------------------------------------


def visible(answer: TestResponse) -> str:
    """Give what a stranger can compare, without what differs anyway."""
    text = re.sub(r'value="[^"]*"', "", answer.text)
    return f"{answer.status_code} {answer.headers.get('Location')} {text}"


def test_signing_in_tells_nobody_who_is_here(access: Access) -> None:
    known, unknown = (
        visible(access.client().sign_in(name, "wrong")) for name in ("reviewer", "nobody-here")
    )

    assert known == unknown
    assert "名称或密码有误" in known


@pytest.mark.parametrize("path", ["/reset", "/confirm"])
def test_asking_for_a_letter_tells_nobody_who_is_here(access: Access, path: str) -> None:
    access.accounts.add(
        f"known{path[1:]}", now=access.clock(), email=f"known{path[1:]}@example.org", confirmed=True
    )
    answers = {
        visible(access.client().post(path, {"email": address}, page=path)).replace(address, "x")
        for address in (f"known{path[1:]}@example.org", "unknown@example.org")
    }

    assert len(answers) == 1


def test_signing_up_with_an_address_that_is_here_looks_the_same(access: Access) -> None:
    access.accounts.add("zhao", now=access.clock(), email="zhao@example.org", confirmed=True)
    new = visible(sign_up(access.client(), "new-one", "new-one@example.org"))
    taken = visible(sign_up(access.client(), "new-two", "zhao@example.org"))

    assert new == taken
    assert access.accounts.find("new-two") is None
    assert "已有账号" in access.letters()[-1]


def test_it_takes_as_long_for_who_is_here_as_for_who_is_not(access: Access) -> None:
    """The steady time hides the rest; passwords are hashed in either case."""
    access.accounts.add("sun", now=access.clock(), email="sun@example.org", confirmed=True)

    for address in ("sun@example.org", "unknown@example.org"):
        hand = access.client()
        seal = hand.seal("/reset")
        began = time.monotonic()
        hand.browser.post("/reset", data={"csrf_token": seal, "email": address})
        assert time.monotonic() - began >= limiting.STEADY
    assert spent(access, "nobody-here") > spent(access, "sharing-officer") / 4


def spent(access: Access, name: str) -> float:
    """Give the least seconds that a wrong password took."""
    took = []
    for _turn in range(3):
        hand = access.client()
        seal = hand.seal("/sign-in")
        began = time.perf_counter()
        hand.browser.post(
            "/sign-in", data={"csrf_token": seal, "identity": name, "password": "wrong password"}
        )
        took.append(time.perf_counter() - began)
    return min(took)


# Keeping out ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["openness-officer", "nobody-at-all"])
def test_too_many_attempts_shut_a_name_for_a_while(access: Access, name: str) -> None:
    for _turn in range(FAILURES):
        access.client().sign_in(name, "wrong")
    shut = access.client().sign_in(name)
    assert shut.status_code == 200
    assert "名称或密码有误" in shut.text

    access.clock.pass_by(minutes=16)

    assert access.client().sign_in(name).status_code == (302 if name == "openness-officer" else 200)
    assert (name, "refused") in access.audited("sign-in")


def test_attempts_from_one_address_are_held_back(tmp_path: Path) -> None:
    access = access_to(tmp_path, sign_in_rate="3/minute")
    hand = access.client()

    statuses = [hand.sign_in(f"name-{turn}", "wrong").status_code for turn in range(4)]

    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize(
    "path",
    ["/sign-in", "/sign-up", "/reset", "/sign-out", "/account/tokens", "/people/steward/active"],
)
def test_a_form_without_its_hidden_field_is_not_taken(access: Access, path: str) -> None:
    hand = access.signed_in("administrator")
    answer = hand.browser.post(path, data={"identity": "reviewer", "password": PASSWORD})

    assert answer.status_code == 400
    assert access.accounts.get("steward").active
    assert hand.get("/account").status_code == 200  # still signed in


@pytest.mark.parametrize(
    "where",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "https:evil.example",
     "///evil.example", "javascript:alert(1)", "\t//evil.example", "http:///evil.example"],
)  # fmt: skip
def test_signing_in_never_leads_away_from_the_site(access: Access, where: str) -> None:
    answer = access.client().sign_in("reviewer", then=where)
    location = answer.headers.get("Location", "/")

    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))


def test_after_signing_in_one_is_where_one_wanted_to_be(access: Access) -> None:
    assert access.client().sign_in("reviewer", then="/people").headers["Location"] == "/people"


def test_a_cookie_from_before_the_sign_in_is_worth_nothing_after_it(access: Access) -> None:
    """Session fixation: what was planted before is neither kept nor signed in."""
    hand = access.client()
    hand.get("/sign-in")
    planted = hand.browser.get_cookie("govgraph")
    assert planted is not None
    hand.sign_in("reviewer")
    now = hand.browser.get_cookie("govgraph")
    assert now is not None
    assert now.value != planted.value
    other = access.client()
    other.browser.set_cookie("govgraph", planted.value)

    assert other.get("/account").status_code == 302


def test_a_copied_cookie_dies_with_its_session(access: Access) -> None:
    hand, thief = access.signed_in("reviewer"), access.client()
    cookie = hand.browser.get_cookie("govgraph")
    assert cookie is not None
    thief.browser.set_cookie("govgraph", cookie.value)
    assert thief.get("/account").status_code == 200
    hand.post("/sign-out", page="/account")

    assert thief.get("/account").status_code == 302


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(access: Access) -> None:
    cookie = access.client().get("/sign-in").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


# Sessions ------------------------------------------------------------------------------------------


def test_one_sees_one_s_sessions_and_ends_another(access: Access) -> None:
    here, there = access.signed_in("auditor"), access.signed_in("auditor")
    marks = re.findall(r'name="mark" value="(\w+)"', here.get("/account").text)
    assert marks
    for mark in marks:
        here.post("/account/sessions/end", {"mark": mark}, page="/account")

    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302


def test_a_session_that_is_not_used_lapses(access: Access) -> None:
    hand = access.signed_in("auditor")
    access.clock.pass_by(minutes=29)
    assert hand.get("/account").status_code == 200
    access.clock.pass_by(minutes=31)

    assert hand.get("/account").status_code == 302


def test_nobody_ends_another_s_session(access: Access) -> None:
    """Insecure direct reference: the mark of someone else's session."""
    victim, other = access.signed_in("steward"), access.signed_in("approver")
    mark = access.accounts.sessions.of("steward", access.clock())[0].mark
    answer = other.post("/account/sessions/end", {"mark": mark}, page="/account")

    assert answer.status_code == 404
    assert victim.get("/account").status_code == 200


def test_a_new_password_ends_the_other_sessions(access: Access) -> None:
    access.accounts.add("qian", now=access.clock(), email="qian@example.org", confirmed=True)
    hand = access.client()
    hand.post("/reset", {"email": "qian@example.org"}, page="/reset")
    link = last_link(access)
    given = {"password": GOOD, "password_confirm": GOOD}
    assert hand.post(link, given, page=link).status_code == 302
    first, second = access.signed_in("qian", GOOD), access.signed_in("qian", GOOD)
    change = {"password": GOOD, "new_password": GOOD + "!", "new_password_confirm": GOOD + "!"}
    assert first.post("/account/password", change, page="/account/password").status_code == 302

    assert first.get("/account").status_code == 200
    assert second.get("/account").status_code == 302
    again = hand.post(link, given, page=link)
    assert access.client().sign_in("qian", GOOD).status_code == 200, "a link is good once"
    assert again.status_code == 302


@pytest.mark.parametrize("path", ["/account/codes", "/account/recovery", "/account/passkeys"])
def test_what_changes_who_gets_in_asks_again_after_a_while(access: Access, path: str) -> None:
    hand = access.signed_in("auditor")
    assert hand.get(path).status_code == 200
    with hand.browser.session_transaction() as session:
        session["fs_paa"] = time.time() - 3600
        session.pop("fs_gexp", None)
    asked = hand.get(path)
    assert asked.headers["Location"].startswith("/verify")
    wrong = hand.post(asked.headers["Location"], {"password": "wrong"}, page="/verify")
    assert wrong.status_code == 200

    assert (
        hand.post(asked.headers["Location"], {"password": PASSWORD}, page="/verify").location
        == path
    )


# Second factor -------------------------------------------------------------------------------------


def test_one_time_codes_are_set_up_asked_for_and_good_once(access: Access) -> None:
    hand = access.signed_in("sharing-officer")
    page = hand.post("/account/codes", {"setup": "authenticator"}, page="/account")
    action = re.search(r'action="(/account/codes/[^"]+)"', page.text)
    key = re.search(r"密钥：([A-Z2-7 -]+)", page.text)
    assert action
    assert key
    secret = re.sub(r"[ -]", "", key[1])
    assert hand.post(action[1], {"code": code_of(secret)}, page="/account").status_code == 302
    assert access.accounts.get("sharing-officer").second_factor
    codes = hand.post("/account/recovery", {"generate_new_codes": "1"}, page="/account").text
    recovery = re.findall(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", codes)
    assert len(set(recovery)) == 8
    access.accounts.session.remove()

    other = access.client()
    assert other.sign_in("sharing-officer").headers["Location"].startswith("/sign-in/code")
    assert other.get("/account").status_code == 302  # the password alone is not enough
    later = code_of(secret, steps=1)
    assert other.post("/sign-in/code", {"code": "000000"}, page="/sign-in/code").status_code == 200
    assert other.post("/sign-in/code", {"code": later}, page="/sign-in/code").status_code == 302
    assert other.get("/account").status_code == 200

    third = access.client()
    third.sign_in("sharing-officer")
    assert third.post("/sign-in/code", {"code": later}, page="/sign-in/code").status_code == 200
    used = third.post("/sign-in/recovery", {"code": recovery[0]}, page="/sign-in/recovery")
    assert used.status_code == 302
    assert third.get("/account").status_code == 200
    fourth = access.client()
    fourth.sign_in("sharing-officer")
    fourth.post("/sign-in/recovery", {"code": recovery[0]}, page="/sign-in/recovery")
    assert fourth.get("/account").status_code == 302
    database = stored(access)
    assert secret.encode() not in database
    assert recovery[1].encode() not in database


def code_of(secret: str, steps: int = 0) -> str:
    """Give the code that an authenticator shows now, or so many half minutes from now."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = int(time.time()) // 30 + steps
    digest = hmac.new(key, struct.pack(">Q", counter), "sha1").digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 10**6:06d}"


def test_guessing_codes_shuts_the_name_too(access: Access) -> None:
    hand = access.client()
    access.clock.pass_by(minutes=20)
    hand.sign_in("sharing-officer")
    for _turn in range(FAILURES):
        hand.post("/sign-in/code", {"code": "000000"}, page="/sign-in/code")

    assert access.accounts.lockout.shut("sharing-officer", access.clock())
    access.clock.pass_by(minutes=20)


def test_no_answer_of_ours_hands_out_the_library_s_own_tokens(access: Access) -> None:
    hand = access.client()
    seal = hand.seal("/sign-in")
    answer = hand.browser.post(
        "/sign-in?include_auth_token",
        json={"identity": "reviewer", "password": PASSWORD, "csrf_token": seal},
        headers={"X-CSRFToken": seal},
    )

    assert "authentication_token" not in answer.text


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Edg/126.0",
            "Edge · Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            "Firefox · Linux",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
    ],
)
def test_a_session_is_told_by_browser_and_system(agent: str, words: str) -> None:
    assert agent_in_words(agent) == words
