"""Sign-in by a provider that others run (Canaille): its metadata, its pages, its keys."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from werkzeug.test import TestResponse

from tests import canaille_provider
from tests.access import Access, Hand, access_to
from tests.canaille_provider import CLIENT, PASSWORD, PERSON, SECRET

# In an environment of its own, of what uv has at hand already: tests ask no registry.
ALONE = (
    "uv", "run", "--offline", "--isolated", "--no-project", "--quiet",
    "--with", "canaille[front,oidc]==0.3.6", "python", "-P",
)  # fmt: skip
SCRIPT = Path(canaille_provider.__file__)
RETURN = "http://127.0.0.1:8000/sign-in/service/return"
FIELD = re.compile(r'<(?:input|button)[^>]*\bname="([^"]+)"')
SEAL = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TYPED = {"login": PERSON, "password": PASSWORD, "answer": "accept"}
PAGES = 10  # of the provider's, on the way there and back


def at_hand() -> bool:
    """Say whether the provider can be run here."""
    if shutil.which("uv") is None:
        return False
    tried = subprocess.run([*ALONE, "-c", "import canaille"], capture_output=True, check=False)
    return tried.returncode == 0


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    if not at_hand():
        pytest.skip(
            "no Canaille at hand: uv run --isolated --no-project --with 'canaille[front,oidc]==0.3.6' true"
        )
    with subprocess.Popen(
        [*ALONE, str(SCRIPT), RETURN], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as provider:
        assert provider.stdout is not None
        port = provider.stdout.readline().strip()
        assert port, "the provider did not start"
        os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # on loopback it speaks plain HTTP
        made = access_to(
            tmp_path_factory.mktemp("canaille"),
            oidc_issuer=f"http://127.0.0.1:{port}",
            oidc_client_id=CLIENT,
            oidc_client_secret=SECRET,
        )
        yield made
        provider.kill()
        made.accounts.close()
        made.instance.close()
        del os.environ["AUTHLIB_INSECURE_TRANSPORT"]


def led_back(where: str, typed: dict[str, str]) -> str:
    """Go through the provider's pages as a person does; gives the address that it leads back to."""
    browser = requests.Session()
    answer = browser.get(where, allow_redirects=False, timeout=20)
    for _ in range(PAGES):
        leads = answer.headers.get("Location", "")
        if leads.startswith(RETURN):
            return leads
        if leads:
            answer = browser.get(urljoin(answer.url, leads), allow_redirects=False, timeout=20)
            continue
        sealed = SEAL.search(answer.text)
        assert sealed, answer.text[:500]
        asked = {name: typed[name] for name in FIELD.findall(answer.text) if name in typed}
        answer = browser.post(
            answer.url, {"csrf_token": sealed[1], **asked}, allow_redirects=False, timeout=20
        )
    return ""


def vouched(hand: Hand, then: str = "") -> TestResponse:
    begun = hand.get(f"/sign-in/service{f'?next={then}' if then else ''}").headers["Location"]
    back = urlsplit(led_back(begun, TYPED))
    return hand.get(f"{back.path}?{back.query}")


def test_a_person_signs_in_by_the_provider_s_own_pages(access: Access) -> None:
    hand = access.client()
    answer = vouched(hand, "/account")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/account")
    page = hand.get("/account").text
    assert "zhang" in page
    (made,) = [each for each in access.accounts.search("zhang") if each.name.startswith("zhang")]
    assert made.grants == ()
    assert ("sign-in" in {each.event.action for each in access.accounts.audit.all()}) is True
    vouched(access.client())
    assert len(access.accounts.search("zhang")) == 1, "the same person is the same account"


def test_who_does_not_consent_there_is_not_signed_in_here(access: Access) -> None:
    hand = access.client()
    begun = hand.get("/sign-in/service").headers["Location"]
    wrong = {**TYPED, "password": "another password altogether"}

    assert led_back(begun, wrong) == ""
    assert hand.get("/account").status_code == 302


def test_a_code_is_good_once(access: Access) -> None:
    hand = access.client()
    begun = hand.get("/sign-in/service").headers["Location"]
    back = urlsplit(led_back(begun, TYPED))
    first = hand.get(f"{back.path}?{back.query}")
    hand.post("/sign-out", page="/account")
    again = hand.get(f"{back.path}?{back.query}")

    assert first.headers["Location"] == "/"
    assert again.headers["Location"] == "/sign-in"
