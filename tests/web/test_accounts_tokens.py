"""Every door for programs takes a token, and says in words what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from graph.ledger.audit import REFUSED, Event, Search
from tests.access import Access, access_to
from web.accounts import people

ASKING = urlencode({"query": "ASK { ?s ?p ?o }"})
DOORS = (
    f"/sparql?{ASKING}",
    f"/query?{ASKING}",
    "/catalog.ttl",
    "/catalog.jsonld",
    "/search.json?q=公交",
    "/api/suggest?q=公交",
    "/dataset/jtw-0001.ttl",
    "/dataset/jtw-0001",
    "/audit.json",
)
SCOPED = {f"/sparql?{ASKING}": "query", f"/query?{ASKING}": "query", "/audit.json": "read:audit"}


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("tokens"), pool=True)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.instance.close()


def asked(access: Access, path: str, head: dict[str, str], **more: str) -> TestResponse:
    return access.client().browser.get(path, headers={**head, **more})


def prefix_in(head: dict[str, str]) -> str:
    return head["Authorization"].split("_")[1]


def last_refusal(access: Access) -> Event:
    return access.accounts.audit.find(Search(outcome=REFUSED), limit=1)[0].event


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    "text", ["", "nonsense", "gov_aaaaaaaa_" + "x" * 43, "gov_aaaaaaaa_" + "x" * 5000, "gov__", "é"]
)
def test_a_token_that_is_none_is_refused_at_every_door(
    access: Access, path: str, text: str
) -> None:
    head = {"Authorization": f"Bearer {text}".encode().decode("latin-1")}
    answer = asked(access, path, head)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="govgraph", error="invalid_token"'
    told = answer.get_json()["detail"] if answer.is_json else answer.text
    assert "令牌" in told


@pytest.mark.parametrize("path", DOORS)
def test_a_token_opens_every_door_that_its_scopes_name(access: Access, path: str) -> None:
    head = access.token("auditor", SCOPED.get(path, "read:open"))

    assert asked(access, path, head).status_code == 200


@pytest.mark.parametrize(("path", "scope"), SCOPED.items())
def test_a_token_without_the_scope_is_told_which_one(access: Access, path: str, scope: str) -> None:
    head = access.token("auditor", "read:open")
    answer = asked(access, path, head, **{"Accept-Language": "en"})

    assert answer.status_code == 403
    assert f'error="insufficient_scope", scope="{scope}"' in answer.headers["WWW-Authenticate"]
    assert f"Use a token with the scope {scope}." in answer.text
    refused = last_refusal(access)
    assert (refused.actor, refused.details["token"]) == ("auditor", f"gov_{prefix_in(head)}")


def test_a_scope_that_its_owner_may_not_use_is_a_matter_of_roles(access: Access) -> None:
    """The scope is there: another one would not help, and the answer does not say so."""
    answer = asked(access, "/audit.json", access.token("reviewer", "read:audit"))

    assert answer.status_code == 403
    assert "WWW-Authenticate" not in answer.headers
    assert "审计员" in answer.text


@pytest.mark.parametrize("path", DOORS)
def test_what_ends_a_token_ends_it_at_every_door(access: Access, path: str) -> None:
    """Revoked, out of time, or its owner disabled: and the trail names token and owner."""
    name = f"robot-{DOORS.index(path)}"
    access.add(name)
    revoked, late, disabled = (access.token(name, "query") for _each in range(3))
    access.accounts.tokens.revoke(prefix_in(revoked), by="test", now=access.clock())
    assert asked(access, path, revoked).status_code == 401
    assert last_refusal(access).actor == name
    assert last_refusal(access).details["token"] == f"gov_{prefix_in(revoked)}"
    access.accounts.set_active(name, active=False, now=access.clock())
    told = asked(access, path, disabled, **{"Accept-Language": "en", "Accept": "text/plain"})
    assert told.status_code == 401
    assert "The account of this token is disabled." in told.text
    access.accounts.set_active(name, active=True, now=access.clock())
    assert asked(access, path, disabled).status_code != 401
    access.clock.pass_by(days=366)
    told = asked(access, path, late, **{"Accept-Language": "en", "Accept": "text/plain"})
    access.clock.pass_by(days=-366)

    assert told.status_code == 401
    assert "This token ended on" in told.text


def test_who_guesses_at_a_token_is_not_taken_for_its_owner(access: Access) -> None:
    head = access.token("steward", "query")
    false = {"Authorization": f"Bearer gov_{prefix_in(head)}_{'x' * 43}"}
    asked(access, "/catalog.ttl", false)
    refused = last_refusal(access)

    assert refused.actor == "anyone"
    assert refused.details["token"] == f"gov_{prefix_in(head)}"
    assert head["Authorization"][7:] not in str(list(access.accounts.audit.all()))


def test_the_last_use_is_noted_and_shown(access: Access) -> None:
    head = access.token("approver", "query")
    held = {each.prefix: each for each in access.accounts.tokens.of("approver")}
    assert held[prefix_in(head)].used is None
    asked(access, "/catalog.ttl", head)
    held = {each.prefix: each for each in access.accounts.tokens.of("approver")}

    assert held[prefix_in(head)].used == access.clock()
    assert "2026" in access.signed_in("approver").get("/account/tokens").text


@pytest.mark.parametrize(
    "path", ["/account/tokens", "/people/steward/active", "/sign-in", "/cataloguing/drafts"]
)
def test_a_form_is_not_filled_in_by_a_token(access: Access, path: str) -> None:
    head = access.token("administrator", "query", "read:governance")
    answer = access.client().browser.post(path, data={"active": "no"}, headers=head)

    assert answer.status_code == 403
    assert "表单须由本人登录填写" in answer.text
    assert access.accounts.get("steward").active


def test_a_token_in_an_address_is_no_token(access: Access) -> None:
    """Addresses are written to logs (RFC 6750 §2.3)."""
    text = access.token("reviewer", "query", "read:governance")["Authorization"][7:]
    path = f"/search.json?access_token={text}"

    assert asked(access, path, {}).text == asked(access, "/search.json", {}).text


def test_the_doors_of_this_test_are_those_that_programs_write_to() -> None:
    """`web.accounts.people.FOR_PROGRAMS` names them; whoever adds one adds it here."""
    assert people.FOR_PROGRAMS == ("/sparql", "/store", "/api/")
