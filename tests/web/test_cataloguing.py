"""Cataloguing without a script: drafted, saved, handed in, returned, mended, published, withdrawn."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from jinja2 import StrictUndefined

from ontology.people import Grant, Role
from ontology.terms import code_iri
from sparql.query import counting
from tests.access import Access, Hand, access_to
from web.cataloguing import desk, queue, review

OPEN = {
    "gov:sharingType": code_iri("sharing", "unconditional").value,
    "gov:opennessType": code_iri("openness", "unconditional").value,
}
SHUT = {**OPEN, "gov:opennessType": code_iri("openness", "none").value,
        "gov:refusalClass": code_iri("refusal-class", "A").value, "gov:legalBasis@zh": "某法第一条"}  # fmt: skip
JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("cataloguing"))
    made.app.jinja_env.undefined = StrictUndefined
    made.app.testing = True
    made.add("other", Grant(Role.CATALOGUER, "ghw"), Grant(Role.APPROVER, "ghw"))
    made.add("both", Grant(Role.CATALOGUER, "jtw"), Grant(Role.APPROVER, "jtw"))
    yield made
    made.accounts.close()
    made.instance.close()


@pytest.fixture
def writer(access: Access) -> Hand:
    return access.signed_in("cataloguer")


def begun(hand: Hand, kind: str = "dataset", owner: str = "jtw") -> str:
    answer = hand.post("/cataloguing/drafts", {"kind": kind, "owner": owner})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def revision(hand: Hand, path: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', hand.get(path).text)
    assert found
    return found[1]


def saved(hand: Hand, path: str, typed: dict[str, object], do: str = "save"):
    return hand.post(path, {"revision": revision(hand, path), "do": do, **typed})


def decided(hand: Hand, path: str, action: str, **more: str):
    at = revision(hand, f"{path}/review")
    return hand.post(f"{path}/steps", {"revision": at, "action": action, **more})


def handed_in(hand: Hand, title: str, axes: dict[str, str] = OPEN, **more: str) -> str:
    path = begun(hand)
    answer = saved(hand, path, {"dct:title@zh": title, **axes, **more}, "submit")
    assert answer.status_code == 303, unescape(answer.text)
    return path


def published(access: Access, path: str) -> None:
    for name, action in (("approver", "approve"), ("reviewer", "review"), ("reviewer", "publish")):
        answer = decided(access.signed_in(name), path, action)
        assert answer.status_code == 303, unescape(answer.text)


def code_of(hand: Hand, path: str) -> str:
    found = re.search(r"jtw-(?:\w+-)?\d{4}", hand.get(f"{path}/review").text + hand.get(path).text)
    assert found
    return found[0]


# The way of an entry --------------------------------------------------------------------------------


def test_an_entry_goes_from_a_form_to_everyone(access: Access, writer: Hand) -> None:
    path = begun(writer)
    saved(writer, path, {"dct:title@zh": "夜宵线路", "dct:description@zh": "夜间公交线路", **OPEN})
    code = re.search(r"jtw-\d+", writer.get(path).text)[0]  # type: ignore[index]
    assert saved(writer, path, {"dct:title@zh": "夜宵线路", **OPEN}, "submit").status_code == 303
    assert access.client().get(f"/dataset/{code}").status_code == 404
    published(access, path)

    visitor = access.client()
    assert "夜宵线路" in visitor.get(f"/dataset/{code}").text
    assert "夜宵线路" in re.sub(r"</?mark>", "", visitor.get("/search?q=夜宵线路").text)


def test_what_is_not_open_is_seen_by_departments_and_not_by_visitors(
    access: Access, writer: Hand
) -> None:
    path = handed_in(writer, "夜班司机", SHUT)
    published(access, path)
    code = re.search(r"/dataset/(jtw-\d+)", writer.get(f"{path}/review").text)[1]  # type: ignore[index]

    assert access.client().get(f"/dataset/{code}").status_code == 404
    assert "夜班司机" in writer.get(f"/dataset/{code}").text


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("system", {"dct:title@zh": "夜班调度系统", "gov:budgetYear": "2017"}),
        ("service", {"dct:title@zh": "夜班接口", "dcat:servesDataset": "jtw-0001"}),
        ("layer", {"dct:title@zh": "夜班站点", **OPEN}),
    ],
)
def test_every_kind_has_a_form_and_a_way_to_publication(
    access: Access, writer: Hand, kind: str, typed: dict[str, object]
) -> None:
    path = begun(writer, kind)
    answer = saved(writer, path, typed, "submit")
    assert answer.status_code == 303, unescape(answer.text)
    published(access, path)

    page = writer.get(f"{path}/review").text
    code = re.search(rf'href="/{kind}/([\w.-]+)"', page)[1]  # type: ignore[index]
    assert str(typed["dct:title@zh"]) in access.client().get(f"/{kind}/{code}").text


def test_a_return_with_a_remark_stands_beside_the_field(access: Access, writer: Hand) -> None:
    path = handed_in(writer, "待改线路")
    head = access.signed_in("approver")
    assert decided(head, path, "return").status_code == 400  # a reason is owed
    decided(
        head, path, "return", reason="请改", **{"remark.dct:title@zh": "名称太泛", "remark.x": "?"}
    )

    page = writer.get(path).text
    assert "名称太泛" in page
    assert "请改" in page
    assert saved(writer, path, {"dct:title@zh": "夜间线路", **OPEN}, "submit").status_code == 303


def test_a_new_version_shows_what_changes_and_a_small_one_goes_the_short_way(
    access: Access, writer: Hand
) -> None:
    published(access, first := handed_in(writer, "短途线路"))
    code = re.search(r"/dataset/(jtw-\d+)", writer.get(f"{first}/review").text)[1]  # type: ignore[index]
    answer = writer.post(f"/cataloguing/entries/dataset/{code}/revise")
    path = answer.headers["Location"]
    large = saved(writer, path, {"dct:title@zh": "改名线路", **OPEN}, "correct")
    assert large.status_code == 409
    saved(
        writer, path, {"dct:title@zh": "短途线路", "dct:title@en": "Short lines", **OPEN}, "correct"
    )
    review = access.signed_in("approver").get(f"{path}/review").text

    assert "<ins>Short lines</ins>" in review
    assert decided(access.signed_in("approver"), path, "approve").status_code == 303
    assert "Short lines" in access.client().get(f"/dataset/{code}?lang=en").text


def test_an_entry_is_withdrawn_with_a_reason_that_its_address_says(
    access: Access, writer: Hand
) -> None:
    published(access, path := handed_in(writer, "停运线路"))
    code = re.search(r"/dataset/(jtw-\d+)", writer.get(f"{path}/review").text)[1]  # type: ignore[index]
    home = f"/cataloguing/entries/dataset/{code}"
    assert writer.post(f"{home}/withdraw", {"reason": "过时"}).status_code == 403
    assert access.signed_in("approver").post(f"{home}/withdraw", {"reason": ""}).status_code == 400
    answer = access.signed_in("approver").post(f"{home}/withdraw", {"reason": "线路已停运"})

    assert answer.status_code == 303
    gone = access.client().get(f"/dataset/{code}")
    assert gone.status_code == 410
    assert "线路已停运" in gone.text


# Faults beside their fields -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "不予共享的数据不能向社会开放"), ("en", "cannot be open to society")]
)
def test_a_broken_law_of_the_axes_stands_beside_its_field_and_keeps_it_back(
    writer: Hand, lang: str, words: str
) -> None:
    path = begun(writer)
    axes = {**OPEN, "gov:sharingType": code_iri("sharing", "none").value}
    answer = saved(writer, f"{path}", {"dct:title@zh": "矛盾", **axes}, "submit")
    assert answer.status_code == 400
    page = writer.get(f"{path}?lang={lang}").text
    field = re.search(r'id="f-gov-opennessType-said".*?</div>', page, re.DOTALL)

    assert field
    assert words in unescape(field[0])
    assert 'aria-invalid="true"' in page


def test_an_item_s_fault_stands_in_its_row_and_nothing_typed_is_lost(writer: Hand) -> None:
    path = begun(writer)
    typed = {"dct:title@zh": "行", **OPEN, "items.0.csvw:title@zh": "站名", "items.0.gov:length": "很长",
             "items.4.csvw:title@zh": "站号", "items.4.@order": "0"}  # fmt: skip
    assert saved(writer, path, typed, "submit").status_code == 400
    page = writer.get(path).text

    assert re.search(r'name="items.1.gov:length" value="很长"', page)
    assert re.search(r'name="items.0.csvw:title@zh" value="站号"', page)
    assert "不是数值" in page


def test_fields_that_are_not_asked_for_are_not_read(access: Access, writer: Hand) -> None:
    path = handed_in(
        writer, "多写", **{"gov:code": "stolen", "dct:publisher": "http://x", "state": "published"}
    )

    assert (
        "已提交" in writer.get(f"{path}/review").text
        or "待部门" in writer.get(f"{path}/review").text
    )
    published(access, path)
    assert access.client().get("/dataset/stolen").status_code == 404


# Drafts ---------------------------------------------------------------------------------------------


def test_a_draft_is_seen_by_its_department_and_the_reviewers_alone(
    access: Access, writer: Hand
) -> None:
    path = begun(writer)
    saved(writer, path, {"dct:title@zh": "内部草稿", **OPEN})

    assert access.client().get(path).status_code == 302
    assert access.signed_in_or_anyone("other").get(path).status_code == 403
    assert access.signed_in("sharing-officer").get(f"{path}/review").status_code == 403
    assert "内部草稿" in access.signed_in("reviewer").get(f"{path}/review").text
    assert "内部草稿" not in access.signed_in_or_anyone("other").get("/cataloguing/").text


def test_another_department_can_neither_save_nor_decide(access: Access, writer: Hand) -> None:
    path = begun(writer)
    saved(writer, path, {"dct:title@zh": "别人的", **OPEN})
    stranger = access.signed_in_or_anyone("other")

    assert stranger.post(path, {"revision": "2", "dct:title@zh": "x"}).status_code == 403
    assert stranger.post(f"{path}/steps", {"revision": "2", "action": "submit"}).status_code == 403
    assert (
        stranger.post("/cataloguing/drafts", {"kind": "dataset", "owner": "jtw"}).status_code == 403
    )
    assert stranger.post("/cataloguing/entries/dataset/jtw-0001/revise").status_code == 403
    assert "别人的" in writer.get(path).text


def test_no_form_is_taken_without_its_seal(writer: Hand) -> None:
    path = begun(writer)
    for address in (
        path,
        f"{path}/steps",
        f"{path}/items",
        "/cataloguing/drafts",
        "/cataloguing/queue",
    ):
        assert writer.browser.post(address, data={"revision": "1"}).status_code in {400, 403}, (
            address
        )


def test_the_form_s_script_is_told_the_revision_and_what_is_wrong(writer: Hand) -> None:
    path = begun(writer)
    data = {"csrf_token": writer.seal(path), "revision": "1", "dct:title@zh": "边写边存"}
    answer = writer.browser.post(path, data=data, headers=JSON)

    assert answer.json["revision"] == 2  # type: ignore[index]
    assert "gov:sharingType" in {
        each["field"] for each in answer.json["told"] if not each["advice"]
    }  # type: ignore[index]


def test_the_second_of_two_editors_is_told_and_both_texts_are_on_the_page(
    access: Access, writer: Hand
) -> None:
    path = begun(writer)
    second = access.signed_in_or_anyone("both")
    at = revision(second, path)
    saved(writer, path, {"dct:title@zh": "甲的名称", **OPEN})
    answer = second.post(path, {"revision": at, "dct:title@zh": "乙的名称", **OPEN})

    assert answer.status_code == 409
    assert 'value="乙的名称"' in answer.text
    assert "甲的名称" in answer.text
    told = re.search(r'name="revision" value="(\d+)"', answer.text)[1]  # type: ignore[index]
    assert (
        second.post(path, {"revision": told, "dct:title@zh": "乙的名称", **OPEN}).status_code == 303
    )
    assert 'value="乙的名称"' in writer.get(path).text


# The queue ------------------------------------------------------------------------------------------------


def test_many_are_decided_at_once_and_own_ones_never(access: Access, writer: Hand) -> None:
    paths = [handed_in(writer, f"成批{n}") for n in (1, 2)]
    both = access.signed_in_or_anyone("both")
    own = handed_in(both, "自己的")
    page = both.get("/cataloguing/queue").text
    assert "您参与了此条目的编制" in page
    chosen = [f"{each.rsplit('/', 1)[1]}.2" for each in (*paths, own)]
    answer = both.post("/cataloguing/queue", {"draft": chosen, "do": "approve"})

    assert answer.status_code == 400
    assert answer.text.count('class="notice good"') == 2
    assert "自己的: 您参与了" in answer.text
    back = access.signed_in("reviewer").post(
        "/cataloguing/queue", {"draft": chosen[:2], "do": "return", "reason": "统一退回"}
    )
    assert back.status_code == 200
    assert "统一退回" in writer.get(paths[0]).text


def test_a_queue_says_how_many_working_days_are_left_and_by_which_rule(
    access: Access, writer: Hand
) -> None:
    path = handed_in(writer, "待审线路")
    head = access.signed_in("approver")

    assert "还剩 2 个工作日" in head.get("/cataloguing/queue").text
    assert "H1" in head.get(f"{path}/review").text


def test_a_long_queue_is_paged_and_nothing_is_left_out(
    access: Access, writer: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (desk, queue):
        monkeypatch.setattr(module, "SIZE", 2)
    monkeypatch.setattr(review, "NEXT", 3)
    paths = [handed_in(writer, f"长队{n}") for n in range(5)]
    head = access.signed_in("approver")
    number, seen, total = 1, [], 0
    while True:
        page = head.get(f"/cataloguing/queue?page={number}").text
        seen += re.findall(r'name="draft" value="(\d+)\.', page)
        total = int(re.search(r"共 (\d+) 条", page)[1])  # type: ignore[index]
        if f"page={number + 1}" not in page:
            break
        number += 1

    assert len(seen) == len(set(seen)) == total
    assert {each.rsplit("/", 1)[1] for each in paths} <= set(seen)
    last = head.get("/cataloguing/queue?page=99").text
    assert last.count('name="draft"') == (total % 2 or 2)
    assert head.get("/cataloguing/queue?page=x").status_code == 400
    beside = head.get(f"{paths[-1]}/review").text.partition('class="queue-list"')[2]
    assert beside.partition("</nav>")[0].count("/review") == 3
    assert f'{paths[-1]}/review" aria-current' in beside
    own = writer.get("/cataloguing/?elsewhere=2").text
    assert 'href="/cataloguing/#elsewhere"' in own


def test_a_form_asks_how_and_how_often_for_both_axes(writer: Hand) -> None:
    page = writer.get(begun(writer)).text

    for name in ("sharingWay", "sharingFrequency", "opennessWay", "opennessFrequency"):
        assert f'name="gov:{name}"' in page
    assert "代码表 frequency" not in page, "help is for people"


# Items, codes, elements -------------------------------------------------------------------------------------


def test_items_are_read_from_a_sample_and_typed_ones_stay(writer: Hand) -> None:
    path = begun(writer)
    saved(
        writer,
        path,
        {"dct:title@zh": "样本", "items.0.csvw:title@zh": "站名", "items.0.gov:length": "7"},
    )
    sample = BytesIO("站名,开通日期,票价\n人民广场,1995-04-10,3\n".encode())
    answer = writer.post(
        f"{path}/items", {"revision": revision(writer, path), "file": (sample, "a.csv")}, page=path
    )
    page = writer.get(path).text

    assert answer.status_code == 303
    assert 'value="开通日期"' in page
    assert re.search(r'name="items.0.gov:length" value="7"', page)
    assert page.count('item-type/D" selected') == 1


def test_the_values_of_a_sample_say_which_elements_its_items_are_and_are_kept_nowhere(
    writer: Hand,
) -> None:
    path = begun(writer)
    saved(writer, path, {"dct:title@zh": "样本"})
    codes = ("91110000600037341L", "12310000425004000E", "11310000002420045X")
    rows = "".join(f"{code},男,x{at}\n" for at, code in enumerate(codes))
    sample = BytesIO(f"主体,甲列,备注\n{rows}".encode())
    writer.post(
        f"{path}/items", {"revision": revision(writer, path), "file": (sample, "a.csv")}, page=path
    )
    page = writer.get(path).text

    assert re.search(r'name="items.0.gov:element"[^>]*value="DE02001"', page)
    assert "“主体”已识别为数据元“统一社会信用代码”：3个样例值中100%符合编码规则与校验位" in page
    assert "“甲列”已识别为数据元“性别代码”：3个样例值中100%符合其格式或代码表" in page
    for code in codes:
        assert code not in page
        assert code not in "".join(each.read_bytes().decode("latin-1") for each in held(writer))


def held(hand: Hand) -> list[Path]:
    """Give the files in which anything of this house is kept."""
    return [each for each in hand.access.instance.home.path.rglob("*sqlite*") if each.is_file()]


def test_a_resource_code_is_proposed_that_nobody_has(writer: Hand) -> None:
    path = begun(writer)
    answer = saved(
        writer, path, {"dct:title@zh": "编号", "class": "307", "subgroup": "001"}, "propose"
    )
    first = re.search(r"307001/\d{6}", writer.get(path).text)[0]  # type: ignore[index]
    other = begun(writer)
    saved(writer, other, {"dct:title@zh": "编号二", "class": "307", "subgroup": "001"}, "propose")

    assert answer.status_code == 303
    assert int(re.search(r"307001/(\d{6})", writer.get(other).text)[1]) == int(first[-6:]) + 1  # type: ignore[index]


def test_a_standard_element_is_suggested_by_the_item_s_name(writer: Hand) -> None:
    path = begun(writer)
    saved(writer, path, {"dct:title@zh": "人口", "items.0.csvw:title@zh": "公民身份号码"})

    assert 'data-take="DE01' in writer.get(f"{path}?suggest=elements").text
    found = writer.browser.get("/cataloguing/elements?q=公民身份号码").json
    assert found["elements"][0]["code"].startswith("DE01")  # type: ignore[index]


# Cost ---------------------------------------------------------------------------------------------------------


def test_a_form_costs_the_same_queries_whatever_it_holds(writer: Hand) -> None:
    small, large = begun(writer), begun(writer)
    rows = {f"items.{n}.csvw:title@zh": f"列{n}" for n in range(60)}
    saved(writer, large, {"dct:title@zh": "大", **rows})

    def cost(path: str) -> dict[str, int]:
        with counting() as counted:
            writer.get(path)
        return dict(counted)

    assert cost(small) == cost(large)


def test_its_author_finds_what_was_published_within_a_moment(access: Access, writer: Hand) -> None:
    """Without a keeper of its own this process lays the change itself: slower, and still soon."""
    path = handed_in(writer, "即时线路")
    for name, action in (("approver", "approve"), ("reviewer", "review")):
        decided(access.signed_in(name), path, action)
    city = access.signed_in("reviewer")
    at = revision(city, f"{path}/review")
    began = time.monotonic()
    city.post(f"{path}/steps", {"revision": at, "action": "publish"})

    assert time.monotonic() - began < 10
    assert "即时线路" in re.sub(r"</?mark>", "", city.get("/search?q=即时线路").text)
