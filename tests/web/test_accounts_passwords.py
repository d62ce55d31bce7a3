"""Passwords that many people use, or that others can work out, are not taken; the page says why."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ontology.people import Grant, Role
from tests.access import Access, access_to
from tests.web.test_accounts import GOOD, last_link
from web.accounts.passwords import EASY, KNOWN, LEAKED, LONGEST, PATTERN, weakness

WEAK = {
    "password1234": LEAKED,
    "unbelievable": EASY,
    "jordan232323": PATTERN,
    "123456789012": PATTERN,
    "qwertyuiop[]": PATTERN,
    "aaaaaaaaaaaaaa": PATTERN,
    "abcabcabcabcabc": PATTERN,
    "P@ssw0rd1234": EASY,
    "iloveyouforever": EASY,
    "woaini1314520": KNOWN,
    "GovGraph!2026": KNOWN,
    "zhangwei19800101": KNOWN,
    "我爱你我爱你我爱你我爱你": PATTERN,
}
STRONG = (
    GOOD,
    "correct horse battery staple",
    "春眠不觉晓处处闻啼鸟啊啊",
    "k7#pQ2vL9xWz",
    "茶壶 铁路 星期三 蓝鲸",
)


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("passwords"))
    yield made
    made.accounts.close()
    made.instance.close()


@pytest.mark.parametrize("password", WEAK)
def test_a_common_or_leaked_password_is_told_with_its_reason(password: str) -> None:
    told = weakness(password)

    assert told is not None
    assert told[0].startswith(WEAK[password][0])
    assert "three or four words" in told[0]
    assert "三四个互不相关" in told[1]


@pytest.mark.parametrize("password", STRONG)
def test_words_that_have_nothing_to_do_with_each_other_will_do(password: str) -> None:
    assert weakness(password) is None


@pytest.mark.parametrize(
    ("known", "password"),
    [
        ("xiaoming.wang@example.org", "xiaoming.wang"),
        ("jiading-bureau", "Jiading-Bureau1"),
        ("市交通委员会", "shijiaotongweiyuanhui1"),
        ("市交通委员会", "市交通委员会市交通委员会"),
    ],
)
def test_what_others_know_of_a_person_makes_no_password(known: str, password: str) -> None:
    """The same text might do for somebody else."""
    assert weakness(password, [known]) is not None


def test_a_very_long_one_is_looked_at_quickly() -> None:
    began = time.process_time()
    weakness("aB3$" * 30)

    assert time.process_time() - began < 0.5


def sign_up(access: Access, name: str, password: str, lang: str = "zh") -> str:
    hand = access.client()
    hand.get(f"/sign-up?lang={lang}")
    given = {"username": name, "email": f"{name}@example.org", "password": password}
    return hand.post("/sign-up", given | {"password_confirm": password}, page="/sign-up").text


@pytest.mark.parametrize("password", ["password1234", "liushan-govgraph", "liushan@example.org"])
def test_at_sign_up(access: Access, password: str) -> None:
    assert "三四个互不相关" in sign_up(access, "liushan", password)
    assert "three or four words" in sign_up(access, "liushan", password, "en")
    assert access.accounts.find("liushan") is None


@pytest.mark.parametrize("long", [64, LONGEST, LONGEST + 1])
def test_a_long_sentence_is_taken_up_to_a_hundred_and_twenty_eight_characters(
    access: Access, long: int
) -> None:
    page = sign_up(access, f"long-{long}", (GOOD * 8)[:long])

    assert ("密码最多 128 个字符" in page) is (long > LONGEST)
    assert (access.accounts.find(f"long-{long}") is None) is (long > LONGEST)


@pytest.mark.parametrize("password", ["password1234", "jiaotongweiyuanhui1"])
def test_at_a_change_with_the_department_known(access: Access, password: str) -> None:
    if access.accounts.find("chenli") is None:
        access.add("chenli", Grant(Role.CATALOGUER, "jtw"))
    hand = access.signed_in_or_anyone("chenli")
    change = {"password": "govgraph demo 2017", "new_password": password}
    page = hand.post(
        "/account/password", change | {"new_password_confirm": password}, page="/account/password"
    )

    assert page.status_code == 200
    assert "容易猜中" in page.text or "最常泄露" in page.text
    assert access.client().sign_in("chenli", password).status_code == 200


def test_at_a_reset_and_the_link_is_still_good(access: Access) -> None:
    access.accounts.add("sunli", now=access.clock(), email="sunli@example.org", confirmed=True)
    hand = access.client()
    hand.post("/reset", {"email": "sunli@example.org"}, page="/reset")
    link = last_link(access)
    weak = hand.post(
        link, {"password": "sunli2017sunli", "password_confirm": "sunli2017sunli"}, page=link
    )
    assert "容易猜中" in weak.text
    good = hand.post(link, {"password": GOOD, "password_confirm": GOOD}, page=link)

    assert good.status_code == 302
    assert access.client().sign_in("sunli", GOOD).status_code == 302
