"""Saved queries: who reads, changes and publishes them; templates called; what is absent stays so."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlsplit

import openpyxl
import pytest
from werkzeug.test import TestResponse

from graph.asking.offering import SOURCE
from ontology.clearance import Clearance
from ontology.people import Grant, Role
from sparql.leaving import Staying
from sparql.metering import Exhausted, Meter
from sparql.shipped import shipped
from tests.access import SECRET, Access, Hand, access_to

TEXT = """#+ department: string
#+ department.zh: 部门
#+ department.en: Department
PREFIX dct: <http://purl.org/dc/terms/>
PREFIX gov: <https://w3id.org/govgraph/ns#>
SELECT ?dataset WHERE {
  VALUES ?department { "jtw" }
  ?dataset dct:publisher/gov:code ?department .
} ORDER BY ?dataset"""
CALL = "/api/queries/datasets-of-a-department"


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("saved"), pool=True)
    made.add("other", Grant(Role.CATALOGUER, "ghw"))
    made.accounts.set_password("other", SECRET)
    yield made
    made.app.extensions["govgraph"].pool.close()
    made.accounts.close()
    made.instance.close()


@pytest.fixture(scope="module")
def cataloguer(access: Access) -> Hand:
    return access.signed_in("cataloguer")


@pytest.fixture(scope="module")
def steward(access: Access) -> Hand:
    return access.signed_in("steward")


@pytest.fixture(scope="module")
def other(access: Access) -> Hand:
    return access.signed_in("other")


@pytest.fixture(scope="module")
def anyone(access: Access) -> Hand:
    return access.client()


def sent(hand: Hand, **fields: str) -> TestResponse:
    given = {"title_en": "Bus data", "query": TEXT, "sharing": "private", "department": "jtw"}
    return hand.post("/queries", {**given, **fields})


def save(hand: Hand, **fields: str) -> str:
    """Save a query and give its address."""
    answer = sent(hand, **fields)
    assert answer.status_code == 303, re.findall(r'class="wrong">([^<]*)', answer.text)
    return str(answer.headers["Location"])


def call(hand: Hand, path: str, **headers: str) -> TestResponse:
    """Ask as a program does."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return hand.browser.get(path, headers=named)


def visible(text: str, name: str) -> str:
    """Give what a page says, without the name that was asked for and what every page has anew."""
    text = re.sub(r'value="[\w.-]{60,}"', "", text)
    return text.replace(name, "NAME")


# The list --------------------------------------------------------------------------------------------


def test_what_ships_stands_in_the_list_in_both_languages(anyone: Hand) -> None:
    found = dict.fromkeys(("zh", "en"), "")
    for lang in found:
        for page in (1, 2):
            found[lang] += anyone.get(f"/queries?whose=shipped&page={page}&lang={lang}").text

    assert len(shipped()) >= 35
    assert all(each.zh in found["zh"] for each in shipped().values())
    assert all(each.en.replace("'", "&#39;") in found["en"] for each in shipped().values())


def test_a_list_is_narrowed_by_words_tag_and_kind(anyone: Hand) -> None:
    tagged = anyone.get("/queries?tag=lineage&lang=en").text
    worded = anyone.get("/queries?q=credit+CODE&lang=en").text
    callable_ = anyone.get("/queries?kind=template&lang=en").text

    assert 'href="/queries/lineage-graph"' in tagged
    assert 'href="/queries/items-of-an-element"' not in tagged
    assert "/queries/who-holds-the-credit-code" in worded
    assert "/queries/overdue-by-department" in callable_
    assert 'href="/queries/overdue"' not in callable_


def test_every_question_that_ships_has_a_page_and_opens_in_the_workbench(anyone: Hand) -> None:
    for slug in shipped():
        assert anyone.get(f"/queries/{slug}").status_code == 200
    assert "SELECT" in anyone.get("/queries/overdue/run").text


# Who may read ----------------------------------------------------------------------------------------


def test_a_private_query_is_its_owner_s_and_to_all_others_as_if_it_were_not(
    cataloguer: Hand, steward: Hand, other: Hand, anyone: Hand
) -> None:
    path = save(cataloguer, title_en="Secret plans")
    name = path.rpartition("/")[2]

    assert "Secret plans" in cataloguer.get("/queries?whose=mine").text
    for hand in (steward, other, anyone):
        assert "Secret plans" not in hand.get("/queries?q=secret").text
        for address in (path, f"{path}/v/1", f"{path}/run", f"{path}/compare", f"/api{path}"):
            there = hand.get(address)
            absent = hand.get(address.replace(name, "never-was-abcd"))
            assert (there.status_code, absent.status_code) == (404, 404), address
            assert visible(there.text, name) == visible(absent.text, "never-was-abcd")
    for step in ("edit", "delete", "star"):
        page = steward.post(f"{path}/{step}", {"sure": "yes", "on": "1"})
        assert page.status_code == 404
    assert cataloguer.get(path).status_code == 200


def test_what_is_shared_with_a_department_is_read_there_and_nowhere_else(
    access: Access, cataloguer: Hand, other: Hand, anyone: Hand
) -> None:
    path = save(cataloguer, title_en="For the house", sharing="department")

    assert access.signed_in("approver").get(path).status_code == 200
    assert other.get(path).status_code == 404
    assert anyone.get(f"/api{path}?department=jtw").status_code == 404
    assert sent(other, sharing="department").status_code == 400  # not one's own department


def test_a_cataloguer_cannot_publish_and_is_told_whom_to_ask(
    cataloguer: Hand, steward: Hand
) -> None:
    refused = sent(cataloguer, sharing="public")
    published = save(steward, title_en="Open to all", sharing="public")

    assert refused.status_code == 400
    assert 'class="wrong"' in refused.text
    assert cataloguer.get(f"{published}/edit").status_code == 403
    assert cataloguer.post(f"{published}/delete", {"sure": "yes"}).status_code == 403


# Versions --------------------------------------------------------------------------------------------


def test_two_who_edit_at_once_lose_nothing(cataloguer: Hand, steward: Hand) -> None:
    path = save(cataloguer, title_en="Ours", sharing="department")
    first = {"title_en": "Ours, better", "sharing": "department", "department": "jtw"}
    done = steward.post(f"{path}/edit", {**first, "query": TEXT, "version": "1"})
    late = cataloguer.post(
        f"{path}/edit", {**first, "query": TEXT.replace("ORDER", "# mine\nORDER"), "version": "1"}
    )

    assert (done.status_code, late.status_code) == (303, 409)
    assert "# mine" in late.text
    assert 'name="version" value="2"' in late.text
    assert "# mine" not in cataloguer.get(path).text
    again = cataloguer.post(
        f"{path}/edit", {**first, "query": TEXT.replace("ORDER", "# mine\nORDER"), "version": "2"}
    )
    assert again.status_code == 303
    compared = cataloguer.get(f"{path}/compare?from=2&to=3&lang=en").text
    assert re.search(
        r'class="added"[^>]*><span class="unseen">added </span><ins>} # mine', compared
    )


def test_an_old_version_stays_callable_and_one_from_before_it_was_public_stays_private(
    steward: Hand, anyone: Hand
) -> None:
    path = save(
        steward,
        title_en="Grown",
        query="#+ x: string\nASK { VALUES ?x { 'no' } }".replace("'", '"'),
    )
    second = {"title_en": "Grown", "query": TEXT, "sharing": "public", "department": "jtw"}
    assert steward.post(f"{path}/edit", {**second, "version": "1"}).status_code == 303
    third = {
        **second,
        "query": TEXT.replace("?dataset WHERE", "(COUNT(?dataset) AS ?n) WHERE").replace(
            " ORDER BY ?dataset", ""
        ),
    }
    assert steward.post(f"{path}/edit", {**third, "version": "2"}).status_code == 303

    assert "n" in call(anyone, f"/api{path}?department=jtw&format=csv").text.splitlines()[0]
    assert call(anyone, f"/api{path}/v/2?department=jtw&format=csv").text.startswith("dataset")
    assert call(anyone, f"/api{path}?version=2&department=jtw&format=csv").text.startswith(
        "dataset"
    )
    assert call(anyone, f"/api{path}/v/1?x=a").status_code == 404
    assert anyone.get(f"{path}/v/1").status_code == 404
    assert steward.get(f"{path}/v/1").status_code == 200
    assert call(anyone, f"/api{path}?version=two").status_code == 400


def test_a_star_is_given_once_and_taken_back(cataloguer: Hand, steward: Hand) -> None:
    path = "/queries/hubs"
    for _ in range(2):
        assert cataloguer.post(f"{path}/star", {"on": "1"}).status_code == 303
    assert steward.post(f"{path}/star", {"on": "1"}).status_code == 303

    first = re.findall(r'<h2><a href="([^"]+)', cataloguer.get("/queries?sort=stars").text)[0]
    assert first == path
    assert "</span>2</span>" in cataloguer.get(path).text
    assert cataloguer.post(f"{path}/star", {"on": ""}).status_code == 303
    assert "</span>1</span>" in cataloguer.get(path).text


def test_a_copy_begins_from_the_version_that_was_looked_at(cataloguer: Hand) -> None:
    page = cataloguer.get("/queries/new?copy=overdue-by-department").text

    assert "#+ department: string optional" in page
    assert "超过承诺更新周期" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [("title_en", ""), ("query", ""), ("query", "DROP ALL"), ("query", "#+ a: b\nASK {}"),
     ("query", "hello"), ("tags", " ".join(map(str, range(40)))), ("description_en", "x" * 3000)],
)  # fmt: skip
def test_a_form_that_is_wrong_is_shown_again_with_what_was_typed(
    cataloguer: Hand, field: str, value: str
) -> None:
    answer = sent(cataloguer, **{field: value})

    assert answer.status_code == 400
    assert 'class="wrong"' in answer.text


# Calling ---------------------------------------------------------------------------------------------


def test_a_template_answers_in_every_form(anyone: Hand) -> None:
    rows = {}
    for form in ("json", "csv", "tsv", "xml", "xlsx", "parquet", "ttl"):
        answer = call(anyone, f"{CALL}?department=jtw&format={form}")
        assert answer.status_code == 200
        rows[form] = answer.headers["X-Govgraph-Rows"]
    book = call(anyone, f"{CALL}?department=jtw&format=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(book.data)).active
    drawn = "/api/queries/lineage-graph?dataset=scjgj-0001"
    graph = call(anyone, drawn, Accept="text/turtle")

    assert len(set(rows.values())) == 1
    assert sheet is not None
    assert sheet.max_row == int(rows["json"]) + 1
    assert graph.mimetype == "text/turtle"
    assert b"wasDerivedFrom" in graph.data
    for form in ("json", "csv", "xlsx", "parquet"):
        assert call(anyone, f"{drawn}&format={form}").status_code == 200
    assert call(anyone, f"{CALL}?department=jtw&format=trig").status_code == 406


def test_a_call_ends_when_its_caller_has_gone(
    anyone: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(Staying):
        def gone(self) -> bool:
            return True

    monkeypatch.setattr("sparql.workers.pool.LOOK", 0.0)
    monkeypatch.setattr("web.saved.calling.ear_of", lambda _: Gone)
    answer = call(anyone, f"{CALL}?department=jtw&format=csv&page_size=7")
    assert answer.status_code != 200
    assert "hung up" in answer.text


def test_pages_follow_one_another_and_make_the_whole(anyone: Hand) -> None:
    whole = list(csv.reader(io.StringIO(call(anyone, f"{CALL}?department=jtw&format=csv").text)))[
        1:
    ]
    address, found = f"{CALL}?department=jtw&format=csv&page_size=5", []
    for _ in range(10):
        answer = call(anyone, address)
        found += list(csv.reader(io.StringIO(answer.text)))[1:]
        following = re.search(r'<[^>]*(/api/[^>]*)>; rel="next"', answer.headers.get("Link", ""))
        if following is None:
            break
        assert answer.headers["X-Govgraph-Truncated"] == "rows=5"
        assert "-page-" in answer.headers["Content-Disposition"]
        address = following[1]

    assert found == whole
    assert len(whole) > 10


def test_a_browser_is_led_from_a_call_to_its_page(anyone: Hand) -> None:
    answer = anyone.get(f"{CALL}?department=jtw")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{CALL.removeprefix('/api')}?department=jtw&run=1"


def test_a_cut_page_says_so_in_itself(anyone: Hand) -> None:
    told = json.loads(call(anyone, f"{CALL}?department=jtw&page_size=2").data)

    assert told["truncated"]["rows"] == 2


def test_an_answer_that_stands_is_not_sent_again(anyone: Hand) -> None:
    first = call(anyone, f"{CALL}?department=jtw")
    again = call(anyone, f"{CALL}?department=jtw", If_None_Match=first.headers["ETag"])
    others = [
        f"{CALL}?department=gaj",
        f"{CALL}?department=jtw&page=2",
        f"{CALL}?department=jtw&format=csv",
    ]

    assert again.status_code == 304
    assert {call(anyone, each).headers["ETag"] for each in others}.isdisjoint(
        {first.headers["ETag"]}
    )


def test_every_wrong_value_is_told_with_its_sentence(anyone: Hand) -> None:
    answer = call(anyone, "/api/queries/new-since?since=x&theme=weather&colour=red&page=0")
    told = json.loads(answer.data)

    assert answer.status_code == 400
    assert set(told["parameters"]) == {"page"}
    told = json.loads(call(anyone, "/api/queries/new-since?since=x&theme=weather&colour=red").data)
    assert set(told["parameters"]) == {"since", "theme", "colour"}
    assert all(each["zh"] and each["en"] for each in told["parameters"].values())


def test_the_page_of_a_template_asks_without_a_script(anyone: Hand) -> None:
    right = anyone.get("/queries/new-since?run=1&since=2019-01-01&theme=&lang=en")
    wrong = anyone.get("/queries/new-since?run=1&since=x&lang=en")

    assert right.status_code == 200
    assert 'id="answer"' in right.text
    assert "/api/queries/new-since?since=2019-01-01&amp;format=xlsx" in right.text
    assert wrong.status_code == 400
    assert "It is not a day" in wrong.text


def test_a_call_reads_what_its_caller_may_see(access: Access, steward: Hand, anyone: Hand) -> None:
    path = save(steward, title_en="How much", sharing="public",
                query="SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")  # fmt: skip

    counts = [
        int(call(hand, f"/api{path}?format=csv").text.split()[1])
        for hand in (anyone, steward, access.signed_in("administrator"))
    ]
    assert counts[0] < counts[1] < counts[2]


def test_a_call_is_held_to_the_caller_s_quota(
    anyone: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spent(_meter: Meter, _who: object) -> None:
        raise Exhausted(60.0, 7)

    monkeypatch.setattr(Meter, "admit", spent)
    answer = call(anyone, f"{CALL}?department=gaj&page_size=7")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "7"


@pytest.mark.parametrize("path", ["/api/queries", CALL, f"{CALL}/v/1", "/api/queries/not-there"])
def test_a_page_from_elsewhere_may_call(anyone: Hand, path: str) -> None:
    """It asks first, with OPTIONS, and learns nothing of what is there."""
    told = anyone.browser.open(path, method="OPTIONS", headers={"Origin": "https://elsewhere.test"})

    assert (told.status_code, told.data) == (204, b"")
    assert told.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in told.headers["Access-Control-Allow-Headers"]


def test_a_query_of_a_token_without_the_scope_is_refused(access: Access, anyone: Hand) -> None:
    answer = call(anyone, f"{CALL}?department=jtw", **access.token("steward", "read:open"))

    assert answer.status_code == 403


# In the catalogue ------------------------------------------------------------------------------------


def test_a_public_template_is_a_service_of_the_catalogue_until_it_is_deleted(
    access: Access, steward: Hand, anyone: Hand
) -> None:
    path = save(steward, title_en="Called by all", title_zh="供人调用", sharing="public")
    slug = path.rpartition("/")[2]

    told = anyone.get(f"/service/query-{slug}.ttl").text
    assert "dcat:DataService" in told
    assert f"/api/queries/{slug}" in told
    assert f"/service/query-{slug}" in anyone.get(path).text
    assert f"/id/service/query-{slug}>" in feed(anyone)
    assert f"/api/queries/{slug}" in call(anyone, "/api/openapi.json").text
    plain = save(steward, title_en="No parameters", sharing="public", query="ASK {}")
    assert access.instance.ledger.entry(SOURCE, plain.rpartition("/")[2]) is None

    assert steward.post(f"{path}/delete", {}).status_code == 303
    assert steward.get(path).status_code == 200, "nothing is deleted without the tick"
    assert steward.post(f"{path}/delete", {"sure": "yes"}).status_code == 303
    gone = (path, f"/api{path}", f"/service/query-{slug}")
    assert [anyone.get(each).status_code for each in gone] == [410, 410, 410]
    assert f"/api/queries/{slug}" not in call(anyone, "/api/openapi.json").text


def test_a_template_serves_the_open_datasets_that_it_names(
    access: Access, steward: Hand, anyone: Hand
) -> None:
    """And none of its examples, and none that not everyone may know of."""
    named = {each.iri: each for each in access.instance.ledger.entries_of("jtw").values()}
    datasets = [each for each in named.values() if each.kind == "dataset" and each.live]
    opened = [each.iri for each in datasets if each.clearance is Clearance.OPEN]
    hidden = next(each.iri for each in datasets if each.clearance is not Clearance.OPEN)
    text = (
        f"#+ other: iri\nSELECT ?p {{ VALUES ?other {{ <{opened[1]}> }} "
        f"<{opened[0]}> ?p ?other . <{hidden}> ?p ?other . }}"
    )
    slug = save(steward, title_en="Of two", sharing="public", query=text).rpartition("/")[2]

    told = call(anyone, f"/service/query-{slug}.nt").text
    served = re.findall(r"servesDataset> <([^>]*)>", told)
    assert served == [opened[0]]
    assert f"/service/query-{slug}" in anyone.get(urlsplit(opened[0]).path.replace("/id", "")).text


def feed(hand: Hand) -> str:
    """Give the whole feed."""
    address, text = "/catalog.nt", ""
    for _ in range(40):
        answer = hand.browser.get(address)
        text += answer.text
        following = re.search(
            r'<https?://[^/]*(/[^>]*)>; rel="next"', answer.headers.get("Link", "")
        )
        if following is None:
            return text
        address = following[1]
    return text


def test_what_ships_is_told_in_the_catalogue_with_the_first_that_is_published(
    access: Access, steward: Hand
) -> None:
    save(steward, title_en="Any", sharing="public")
    entries = access.instance.ledger.entries_of(SOURCE)

    assert {"overdue-by-department", "new-since"} <= entries.keys()
