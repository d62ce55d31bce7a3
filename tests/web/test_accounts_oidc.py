"""Sign-in by a service: a real provider on loopback vouches; a dishonest one is not believed."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from tests import provider
from tests.access import Access, Hand, access_to

RETURN = "http://127.0.0.1:8000/sign-in/service/return"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # the provider of the tests speaks plain HTTP
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    issuer = f"http://127.0.0.1:{server.server_port}"
    server.app = provider.provider(issuer, RETURN)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made = access_to(
        tmp_path_factory.mktemp("oidc"),
        oidc_issuer=issuer,
        oidc_client_id=provider.CLIENT,
        oidc_client_secret=provider.SECRET,
    )
    yield made
    made.instance.close()
    server.shutdown()
    thread.join()
    server.server_close()
    del os.environ["AUTHLIB_INSECURE_TRANSPORT"]


@pytest.fixture(autouse=True)
def honest() -> Iterator[None]:
    yield
    provider.LIES.update(nonce=False, key=False)


def vouched(hand: Hand, subject: str, then: str = "") -> TestResponse:
    """Go to the service as someone, and come back."""
    provider.NOW["user"] = subject
    begun = hand.get(f"/sign-in/service{f'?next={then}' if then else ''}")
    answer = requests.get(begun.headers["Location"], allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == RETURN
    return hand.get(f"{back.path}?{back.query}")


def test_a_person_is_known_by_who_vouches_and_what_they_are_called_there(access: Access) -> None:
    provider.PEOPLE["7f3"] = {"preferred_username": "zhang.wei", "email": "zhang@example.org"}
    hand = access.client()
    assert "统一身份认证" in hand.get("/sign-in").text
    answer = vouched(hand, "7f3", "/account")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account")
    assert "zhang-wei" in hand.get("/account").text
    made = access.accounts.get("zhang-wei")
    assert made.confirmed
    assert made.grants == ()
    provider.PEOPLE["7f3"] = {"preferred_username": "renamed"}

    vouched(access.client(), "7f3")
    assert access.accounts.find("renamed") is None, "the same subject is the same account"


def test_a_name_that_is_taken_here_is_not_taken_over(access: Access) -> None:
    """An account of the service named like ours, with its address, does not become ours."""
    provider.PEOPLE["evil"] = {"preferred_username": "administrator"}
    hand = access.client()
    vouched(hand, "evil")
    page = hand.get("/account").text

    assert "administrator-" in page
    assert hand.get("/people").status_code == 403


def test_the_request_carries_state_nonce_and_pkce(access: Access) -> None:
    asked = parse_qs(urlsplit(access.client().get("/sign-in/service").headers["Location"]).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["state"][0]) >= 20
    assert len(asked["nonce"][0]) >= 20
    assert asked["redirect_uri"] == [RETURN]


def test_an_answer_that_another_browser_asked_for_is_refused(access: Access) -> None:
    """Login CSRF: the state belongs to the browser that began."""
    provider.PEOPLE["7f3"] = {"preferred_username": "zhang.wei"}
    provider.NOW["user"] = "7f3"
    begun = access.client().get("/sign-in/service").headers["Location"]
    back = urlsplit(requests.get(begun, allow_redirects=False, timeout=5).headers["Location"])
    victim = access.client()
    answer = victim.get(f"{back.path}?{back.query}")

    assert answer.headers["Location"] == "/sign-in"
    assert victim.get("/account").status_code == 302


@pytest.mark.parametrize("lie", ["nonce", "key"])
def test_a_service_that_lies_is_not_believed(access: Access, lie: str) -> None:
    provider.PEOPLE["7f3"] = {"preferred_username": "zhang.wei"}
    provider.LIES[lie] = True
    hand = access.client()
    answer = vouched(hand, "7f3")

    assert answer.headers["Location"] == "/sign-in"
    assert "未让您登录" in hand.get("/sign-in").text
    assert hand.get("/account").status_code == 302


def test_a_disabled_account_is_not_let_in_by_the_service(access: Access) -> None:
    provider.PEOPLE["off"] = {"preferred_username": "off-duty"}
    vouched(access.client(), "off")
    access.accounts.set_active("off-duty", active=False, now=access.clock())
    hand = access.client()
    vouched(hand, "off")

    assert hand.get("/account").status_code == 302


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example/"])
def test_coming_back_never_leads_away_from_the_site(access: Access, where: str) -> None:
    provider.PEOPLE["7f3"] = {"preferred_username": "zhang.wei"}

    assert vouched(access.client(), "7f3", where).headers["Location"] == "/"


def test_where_no_service_is_set_there_is_no_such_door(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    plain = access_to(tmp_path_factory.mktemp("plain"))

    assert plain.client().get("/sign-in/service").status_code == 404
    assert "/sign-in/service" not in plain.client().get("/sign-in").text
    plain.instance.close()
