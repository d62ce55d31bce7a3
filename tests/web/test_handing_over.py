"""What a cataloguer leaves behind: its steward hands it to a colleague, or throws it away, and says why."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from jinja2 import StrictUndefined
from werkzeug.test import TestResponse

from ontology.people import Grant, Role
from tests.access import SECRET, Access, Hand, access_to

HANDS = "/cataloguing/hands"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("hands"))
    made.app.jinja_env.undefined = StrictUndefined
    made.app.testing = True
    for name in ("leaver", "colleague"):
        address = f"{name}@example.org"
        made.accounts.add(name, now=made.clock(), email=address, confirmed=True)
        made.accounts.grant(name, Grant(Role.CATALOGUER, "jtw"), by="test", now=made.clock())
        made.accounts.set_password(name, SECRET)
    made.add("elsewhere", Grant(Role.CATALOGUER, "ghw"))
    yield made
    made.accounts.close()
    made.instance.close()


@pytest.fixture
def left(access: Access) -> str:
    """Begin a draft as somebody who leaves; gives its address."""
    access.accounts.set_active("leaver", active=True, now=access.clock())
    answer = access.signed_in("leaver").post(
        "/cataloguing/drafts", {"kind": "dataset", "owner": "jtw"}
    )
    access.accounts.set_active("leaver", active=False, now=access.clock())
    return answer.headers["Location"]


def listed(steward: Hand, path: str, query: str = "") -> str:
    """Give what the list calls a draft, "" where it is not there."""
    number = path.rpartition("/")[2]
    found = re.search(rf'value="({number}\.\d+)"', steward.get(f"{HANDS}{query}").text)
    return found[1] if found else ""


def wished(steward: Hand, path: str, do: str, **more: str) -> TestResponse:
    return steward.post(HANDS, {"draft": listed(steward, path), "do": do, **more}, page=HANDS)


def test_a_draft_of_who_left_is_found_and_handed_to_a_colleague(access: Access, left: str) -> None:
    steward = access.signed_in("steward")
    assert 'href="/cataloguing/hands"' in steward.get("/cataloguing/").text
    person = steward.get("/people/leaver").text
    assert "/cataloguing/hands?by=leaver" in person
    page = steward.get(f"{HANDS}?by=leaver&lang=zh").text
    assert "账号已停用" in page
    assert 'value="elsewhere"' not in page, "who writes for another department takes nothing over"

    answer = wished(steward, left, "hand", to="colleague", reason="调离岗位")
    assert answer.status_code == 200
    (letter,) = access.letters()
    assert letter.startswith("To: colleague@example.org")
    assert "steward 将 1 份草稿转交给您" in letter
    assert "A draft was put into your hands by steward" in letter
    assert "调离岗位" not in letter
    past = access.signed_in("colleague").get(f"{left}/review").text
    assert "leaver → colleague：调离岗位" in past
    assert "已转交" in past
    read_out = access.signed_in("colleague").get(f"{left}/review?lang=en").text
    assert '<span lang="zh-Hans">leaver → colleague：调离岗位</span>' in read_out
    assert access.audited("manage-drafts")[0] == ("steward", "done")
    assert not listed(steward, left, "?by=leaver")


def test_who_had_a_part_in_it_still_decides_nothing_on_it(access: Access, left: str) -> None:
    steward = access.signed_in("steward")
    wished(steward, left, "hand", to="colleague", reason="调离岗位")
    draft = access.app.extensions["govgraph.cases"].drafts.get(int(left.rpartition("/")[2]))

    assert draft.author == "colleague"
    assert "leaver" in draft.hands
    again = wished(steward, left, "hand", to="colleague", reason="再次")
    assert again.status_code == 200
    assert access.app.extensions["govgraph.cases"].drafts.get(draft.id).author == "colleague"


def test_a_draft_is_thrown_away_with_its_reason(access: Access, left: str) -> None:
    steward = access.signed_in("steward")
    assert wished(steward, left, "discard").status_code == 400, "without a reason nothing is done"
    assert wished(steward, left, "discard", reason="重复").status_code == 200

    assert access.audited("discard")[0] == ("steward", "done")
    assert not listed(steward, left)


@pytest.mark.parametrize("to", ["", "elsewhere", "approver", "nobody"])
def test_nothing_is_handed_to_who_does_not_write_for_the_department(
    access: Access, left: str, to: str
) -> None:
    steward = access.signed_in("steward")
    answer = wished(steward, left, "hand", to=to, reason="调离岗位")

    assert answer.status_code == 400
    assert "leaver" in steward.get(f"{HANDS}?by=leaver").text


def test_what_was_written_in_meanwhile_is_not_handed_over(access: Access, left: str) -> None:
    number = left.rpartition("/")[2]
    steward = access.signed_in("steward")
    stale = {"draft": f"{number}.7", "do": "hand", "to": "colleague", "reason": "调离岗位"}

    assert steward.post(HANDS, stale, page=HANDS).status_code == 400


@pytest.mark.parametrize("name", ["cataloguer", "approver", "reviewer", "administrator", "auditor"])
def test_nobody_but_a_steward_hands_drafts_over(access: Access, left: str, name: str) -> None:
    hand = access.signed_in(name)
    number = left.rpartition("/")[2]

    assert hand.get(HANDS).status_code == 403
    taken = {"draft": f"{number}.1", "do": "hand", "to": "colleague", "reason": "我要"}
    assert hand.post(HANDS, taken, page="/account").status_code == 403
    assert "/cataloguing/hands" not in hand.get("/cataloguing/").text


def test_a_steward_of_another_department_neither_sees_nor_takes_it(
    access: Access, left: str
) -> None:
    if access.accounts.find("ghw-steward") is None:
        access.add("ghw-steward", Grant(Role.STEWARD, "ghw"))
        access.accounts.set_password("ghw-steward", SECRET)
    hand = access.signed_in("ghw-steward")
    number = left.rpartition("/")[2]
    assert "leaver" not in hand.get(HANDS).text
    taken = {"draft": f"{number}.1", "do": "hand", "to": "elsewhere", "reason": "我要"}

    assert hand.post(HANDS, taken, page=HANDS).status_code == 400
    assert access.app.extensions["govgraph.cases"].drafts.get(int(number)).author == "leaver"
