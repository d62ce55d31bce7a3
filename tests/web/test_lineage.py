"""Lineage as people and programs meet it: told, seen, asked as of a day, handed out."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.lineage.naming import digest
from graph.lineage.writing import FlowWriter
from ontology.clearance import Clearance
from ontology.people import Grant, Role
from ontology.terms import DCAT, RDF
from tests.access import SECRET, Access, access_to

RUN = "41fb5137-f0fd-4ee5-ba5c-56f8571d1bd7"
BASE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("lineage"))
    yield made
    made.accounts.close()
    made.instance.close()


def event(
    *inputs: str, out: str, at: str = "2026-09-01T10:00:00+08:00", run: str = RUN
) -> dict[str, Any]:
    def named(name: str) -> dict[str, str]:
        ours = name.startswith("dataset/")
        return {"namespace": BASE if ours else "db", "name": name}

    return {
        "eventType": "COMPLETE", "eventTime": at, "producer": "https://example.org", "schemaURL": "x",
        "run": {"runId": run}, "job": {"namespace": "etl", "name": f"make {out}"},
        "inputs": [named(each) for each in inputs], "outputs": [named(out)],
    }  # fmt: skip


def post(access: Access, body: object, **more: Any) -> Any:
    header = access.token("cataloguer", "write:catalogue", "read:shared")
    data = body if isinstance(body, str) else json.dumps(body)
    return access.app.test_client().post("/api/lineage", data=data, headers={**header, **more})


def test_an_event_is_taken_and_the_answer_names_what_was_not_known(access: Access):
    answer = post(access, event("dataset/jtw-0001", out="traffic.daily"))

    assert answer.status_code == 201, answer.text
    assert [each["name"] for each in answer.json["stubs"]] == ["traffic.daily"]
    assert answer.json["opened"] == 1
    again = post(access, event("dataset/jtw-0001", out="traffic.daily"))
    assert (again.status_code, again.json["change"]) == (200, None)


def test_a_bad_event_refuses_all_with_the_field_and_the_reason(access: Access):
    before = access.instance.ledger.last()
    bad = event("a", out="b")
    del bad["run"]["runId"]

    answer = post(access, [event("c", out="d"), bad], **{"Accept-Language": "en"})

    assert (answer.status_code, answer.json["field"]) == (422, "[1].run.runId")
    assert "required" in answer.json["error"]
    assert access.instance.ledger.last() == before


@pytest.mark.parametrize("body", ["{", "", "[" * 100_000])
def test_what_is_no_json_is_refused(access: Access, body: str):
    assert post(access, body).status_code == 400


def test_who_has_no_token_or_one_for_reading_tells_nothing(access: Access):
    client = access.app.test_client()
    reading = access.token("cataloguer", "read:shared")

    assert client.post("/api/lineage", json=event("a", out="b")).status_code == 401
    assert client.post("/api/lineage", json=event("a", out="b"), headers=reading).status_code == 403
    other = access.token("cataloguer", "write:catalogue")
    path = "/api/lineage?owner=gaj"
    assert client.post(path, json=event("a", out="b"), headers=other).status_code == 403


def test_what_was_told_to_departments_is_nowhere_for_a_visitor(access: Access):
    post(
        access,
        event("dataset/jtw-0001", out="secret.table", run="1d8f4596-b3f2-4ebb-9e75-8ecc955b834a"),
    )
    paths = ("/lineage/dataset/jtw-0001?down=5", "/lineage/impact/dataset/jtw-0001", "/lineage",
             "/lineage/dataset/jtw-0001/view.json", "/lineage/dataset/jtw-0001/view.csv")  # fmt: skip
    visitor, member = access.client(), access.signed_in("cataloguer")

    assert not [path for path in paths if "secret.table" in visitor.get(path).text]
    assert "secret.table" in member.get(paths[0]).text
    stub = access.instance.ledger.entry("stubs", _stub(access, "secret.table"))
    assert stub
    assert visitor.get(f"/lineage/dataset/{stub.code}").status_code == 404


def _stub(access: Access, title: str) -> str:
    answer = post(
        access, event(title, out="dataset/jtw-0001", run="3f5e83fa-3480-44ff-99c5-ff943904e5e8")
    )
    assert answer.status_code in {200, 201}
    return f"{BASE}/id/dataset/stub-{digest(f'db {title}')}"


def test_the_page_of_a_day_shows_what_held_then_and_the_difference(access: Access):
    first = event(
        "dataset/jtw-0001", "old.table", out="day.table", run="5d79ed5b-7fe9-4124-b70a-bfa01d9fba83"
    )
    second = event("dataset/jtw-0001", "new.table", out="day.table", at="2026-09-10T10:00:00+08:00",
                   run="6d79ed5b-7fe9-4124-b70a-bfa01d9fba83")  # fmt: skip
    post(access, first)
    stub = post(access, second).json
    assert stub["ended"] == 1
    hand, path = access.signed_in("cataloguer"), f"/lineage/dataset/stub-{digest('db day.table')}"
    now, then = hand.get(path).text, hand.get(f"{path}?at=2026-09-05").text
    both = hand.get(f"{path}?at=2026-09-20&since=2026-09-05").text

    assert "new.table" in now
    assert "old.table" not in now
    assert "old.table" in then
    assert "new.table" not in then
    assert "old.table" in both
    assert "new.table" in both


def test_lineage_is_handed_out_and_taken_in_again(access: Access):
    hand = access.signed_in("cataloguer")
    told = json.loads(hand.get("/lineage/dataset/jtw-0001/view.json").text)
    turtle = hand.get("/lineage/dataset/jtw-0001/view.ttl").text
    table = hand.get("/lineage/dataset/jtw-0001/view.csv").text

    assert told
    assert "prov:wasDerivedFrom" in turtle
    assert table.startswith("\ufeffsource,target")
    assert hand.get("/lineage/dataset/jtw-0001/view.svg").text.startswith("<svg")
    assert post(access, told).status_code in {200, 201}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_of_steps_that_was_handed_out_is_taken_in_again(access: Access, form: str):
    hand = access.signed_in("cataloguer")
    typed = {"source": "dataset/scjgj-0001", "target": "dataset/jtw-0001", "masking": "yes",
             "transformation": "direct-transformation", "since": "2026-08-01"}  # fmt: skip
    hand.post("/lineage/tell", typed, page="/lineage/tell")
    data = hand.get(f"/lineage/dataset/jtw-0001/view.{form}?up=1&down=0").data
    sent = {"file": (io.BytesIO(data), f"lineage.{form}")}
    answer = hand.post("/lineage/tell?lang=en", sent, page="/lineage/tell")

    assert answer.status_code == 303, answer.text
    page = hand.get("/lineage/tell?lang=en").text
    assert "0 names became stubs" in page or "Nothing differs" in page
    assert hand.get(f"/lineage/dataset/jtw-0001/view.{form}?up=1&down=0").data[:2] == data[:2]


def test_the_first_page_tells_of_circles_and_of_datasets_in_no_step(access: Access):
    post(access, event("dataset/jtw-0001", out="round.a"))
    post(access, event("round.a", out="round.b"))
    post(access, event("round.b", out="round.a"))
    home, ledger = access.instance.home, access.instance.ledger
    FlowWriter(home, ledger).step(access.clock())

    page = access.signed_in("cataloguer").get("/lineage").text

    assert "round.a" in page.partition('id="circles"')[2]
    assert 'id="alone"' in page
    assert "/dataset/" in page.partition('id="alone"')[2]


def test_the_impact_is_a_page_a_sheet_and_a_notice(access: Access):
    hand = access.client()
    page = hand.get("/lineage/impact/dataset/scjgj-0001")
    sheet = hand.get("/lineage/impact/dataset/scjgj-0001.xlsx")
    notice = hand.get("/lineage/impact/dataset/scjgj-0001.txt")

    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.data)).active.values)
    assert page.status_code == 200
    assert len(rows) > 1
    assert rows[1][1] in notice.text


def test_a_step_is_told_by_the_form_and_a_file(access: Access):
    hand = access.signed_in("cataloguer")
    typed = {"source": "dataset/scjgj-0001", "target": "dataset/jtw-0001", "transformation": "direct-identity",
             "since": "2026-08-01"}  # fmt: skip
    answer = hand.post("/lineage/tell", typed, page="/lineage/tell")
    table = "来源,目标,脱敏,始于\ndataset/jtw-0001,report of the day,是,2026-08-02\n".encode()
    sent = hand.post(
        "/lineage/tell", {"file": (io.BytesIO(table), "steps.csv")}, page="/lineage/tell"
    )
    wrong = hand.post("/lineage/tell", {**typed, "since": "soon"}, page="/lineage/tell")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/lineage/dataset/jtw-0001")
    assert sent.status_code == 303
    assert "soon" in wrong.text
    page = hand.get("/lineage/dataset/jtw-0001?down=2").text
    assert "report of the day" in page or "of the day" in page


def test_what_two_sources_say_of_one_step_is_told_of_each(access: Access):
    if access.accounts.find("harbour") is None:
        access.add("harbour", Grant(Role.CATALOGUER, "gaj"))
        access.accounts.set_password("harbour", SECRET)
    typed = {"source": "dataset/scjgj-0002", "target": "dataset/jtw-0003", "since": "2026-02-02"}
    for name in ("cataloguer", "harbour"):
        access.signed_in(name).post("/lineage/tell", typed, page="/lineage/tell")
    hand = access.signed_in("cataloguer")
    page = hand.get("/lineage/dataset/jtw-0003?up=1&down=0&lang=en").text
    table = hand.get("/lineage/dataset/jtw-0003/view.csv?up=1&down=0").text

    row = (
        page.partition('id="upstream-tree"')[2]
        .partition("/dataset/scjgj-0002")[2]
        .partition("</tr>")[0]
    )
    said = re.findall(r"stated by (\w+) · <a[^>]*>([^<]*)", row)
    assert sorted(said) == [
        ("cataloguer", "Lineage told by Shanghai Municipal Transportation Commission"),
        ("harbour", "Lineage told by Shanghai Municipal Public Security Bureau"),
    ]
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert sum(each["source"].endswith("/scjgj-0002") for each in rows) == len(said)


def test_the_form_finds_an_entry_by_its_whole_title_and_keeps_the_job_s_name(access: Access):
    hand = access.signed_in("cataloguer")
    typed = {"source": "企业登记基本信息", "target": "dataset/jtw-0002", "job": "夜间汇总"}
    answer = hand.post("/lineage/tell?lang=en", typed, page="/lineage/tell")
    page = hand.get("/lineage/dataset/jtw-0002?lang=en").text

    assert answer.status_code == 303
    assert "1 steps were opened, 0 ended, 0 names became stubs." in page
    assert "/dataset/scjgj-0001" in page
    assert "夜间汇总" in page
    plain = {"source": "企业登记基本信息", "target": "dataset/jtw-0003"}
    for step, said in (
        ({**plain, "masking": "yes"}, "1 steps were opened"),
        ({**plain, "masking": "yes"}, "Nothing differs"),
        (plain, "What was known of these steps was changed."),
    ):
        access.clock.pass_by(minutes=1)
        hand.post("/lineage/tell?lang=en", step, page="/lineage/tell")
        assert said in hand.get("/lineage/dataset/jtw-0003?lang=en").text
    unknown = {"source": "企业登记基本信息", "target": "没有的数据集"}
    hand.post("/lineage/tell?lang=en", unknown, page="/lineage/tell")
    assert "Not known so far: 没有的数据集" in hand.get("/lineage/tell?lang=en").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"source": ""}, "a name is required here"),
        ({"source": "dataset/jtw-0002"}, "nothing is made of itself"),
        ({"since": "2026-09-02", "until": "2026-09-01"}, "it ends before it begins"),
        ({"since": "soon"}, "is no day like"),
    ],
    ids=str,
)
def test_the_form_marks_the_field_that_is_at_fault(
    access: Access, typed: dict[str, str], said: str
):
    hand = access.signed_in("cataloguer")
    whole = {"source": "dataset/scjgj-0001", "target": "dataset/jtw-0002", **typed}
    page = hand.post("/lineage/tell?lang=en", whole, page="/lineage/tell").text

    assert "Nothing was taken in" in page
    assert said in page.partition('<strong class="wrong">')[2][:80]
    assert page.count('aria-invalid="true"') == 1
    assert "step." not in page.partition("<main")[2]


def test_a_manifest_of_dbt_is_taken_with_its_models(access: Access):
    path = Path(__file__).parents[3] / "shared/data/lineage/jaffle_v12_manifest.json.gz"
    if not path.exists():
        pytest.skip("the folder of real events (../shared/data) is not here")
    hand = access.signed_in("cataloguer")
    for name in (path.name, "jaffle_catalog_v1.json.gz"):  # as they come: whole, and packed
        file = (io.BytesIO(path.with_name(name).read_bytes()), name)
        answer = hand.post("/lineage/tell", {"file": file}, page="/lineage/tell")
        assert answer.status_code == 303, answer.text

    assert "stg_products" in hand.get("/search?q=stg_products").text


def test_a_packed_file_that_is_none_or_too_large_is_refused(access: Access):
    hand = access.signed_in("cataloguer")
    packed = gzip.compress("来源,目标\n".encode() * 9)
    for data, reason in (
        (b"no gzip", "not packed by gzip"),
        (packed[:-9], "ends too early"),
        (gzip.compress(bytes(33 << 20)), "larger than 32 MB"),
    ):
        file = (io.BytesIO(data), "steps.csv.gz")
        answer = hand.post("/lineage/tell?lang=en", {"file": file}, page="/lineage/tell")
        assert reason in answer.text


@pytest.fixture(scope="module")
def telling(access: Access) -> Access:
    """Who speaks for the transport commission, and who writes for the market administration."""
    accounts, now = access.accounts, access.clock()
    accounts.add("speaker", now=now, email="speaker@example.org", confirmed=True)
    accounts.grant("speaker", Grant(Role.STEWARD, "jtw"), by="test", now=now)
    access.add("market", Grant(Role.CATALOGUER, "scjgj"))
    accounts.set_password("market", SECRET)
    return access


WORD = "/lineage/impact/dataset/scjgj-0001"


def test_word_of_a_change_goes_by_letter_to_those_whom_it_touches(telling: Access) -> None:
    """In both languages, with what of their own is touched; who may not send is shown no form."""
    sender, before = telling.signed_in("market"), set(telling.letters())
    assert 'name="said"' in sender.get(WORD).text
    assert 'name="said"' not in telling.client().get(WORD).text
    assert 'name="said"' not in telling.signed_in("cataloguer").get(WORD).text

    assert sender.post(f"{WORD}/notice", {"said": " "}).status_code == 400
    assert telling.signed_in("cataloguer").post(f"{WORD}/notice", {"said": "x"}).status_code == 403
    answer = sender.post(f"{WORD}/notice", {"said": "2026年12月起停止提供注册资本"})

    assert answer.headers["Location"] == f"{WORD}#notice"
    (letter,) = set(telling.letters()) - before
    assert letter.startswith("To: speaker@example.org")
    for told in ("Notice of a change: Registered companies", "变更告知：企业登记基本信息",
                 "2026年12月起停止提供注册资本", "Licensed taxi operators", f"{BASE}{WORD}"):  # fmt: skip
        assert told in letter
    assert "Food" not in letter, "what is touched of another department is not theirs to be told"
    page = sender.get(WORD).text
    assert "已向 1 个部门发出 1 封信。" in page
    assert ("market", "done") in telling.audited("notify-change")


def test_what_departments_may_not_see_is_named_in_no_letter(telling: Access) -> None:
    secret = next(iter(sorted(kept_from_departments(telling))), "")
    assert secret
    answer = telling.signed_in("reviewer").post(
        f"/lineage/impact/dataset/{secret}/notice", {"said": "x"}
    )
    assert answer.status_code in {404, 409}
    assert not [each for each in telling.letters() if secret in each]


def kept_from_departments(telling: Access) -> set[str]:
    """Give the codes of datasets that the city's office alone may see."""
    views = {each: telling.instance.snapshots.view(each).store for each in Clearance}
    seen = {
        level: {
            str(quad.subject)[1:-1].rpartition("/")[2]
            for quad in store.quads_for_pattern(None, RDF.type, DCAT.Dataset, None)
        }
        for level, store in views.items()
    }
    return seen[Clearance.GOVERNANCE] - seen[Clearance.SHARED]
