"""Every page as of a day, and the versions of an entry: read, compared, traced, brought back."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import StrictUndefined

from graph.editing import Edit, put, remove
from graph.past.asof import FOLDER
from graph.past.historian import Wanted, make
from ontology.clearance import Clearance
from tests.access import Access, access_to
from tests.catalogue import dataset
from tests.town import BASE, NOON, WITHDRAWN, house
from web.app import create_app
from web.asof import day
from web.asof.links import data, dated, page
from web.past import only_now

HTML = {"Accept": "text/html"}
BETWEEN = "2026-08-20"  # after the town's first load and before its second
LINK = re.compile(r'<a [^>]*href="(/[^"]*)"')


@cache
def application() -> Flask:
    """Give the town's application, with the view of the day between its loads made."""
    app = create_app(site=house())
    app.testing = True
    app.jinja_env.undefined = StrictUndefined
    first = app.test_client().get(f"/?at={BETWEEN}", headers=HTML)
    assert first.status_code in {200, 503}
    with app.app_context():
        day.holding().maker.wait(120)
    return app


@pytest.fixture
def client() -> FlaskClient:
    return application().test_client()


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("past"))
    shutil.rmtree(made.instance.home.path / FOLDER, ignore_errors=True)
    yield made
    made.accounts.close()
    made.instance.close()


# As of a day -------------------------------------------------------------------------------------


def test_a_page_of_the_past_shows_what_stood_then(client: FlaskClient) -> None:
    then, now = (
        client.get(f"/dataset/{WITHDRAWN}{at}", headers=HTML) for at in (f"?at={BETWEEN}", "")
    )

    assert (then.status_code, now.status_code) == (200, 410)
    assert "2026年8月20日" in then.text
    assert f'href="/dataset/{WITHDRAWN}" data-present' in then.text


def test_the_explorer_shows_a_thing_on_a_day_on_which_it_stood(client: FlaskClient) -> None:
    asked = f"/explore?n=dataset/{WITHDRAWN}&of=dataset/{WITHDRAWN}"
    then, now = (client.get(f"{asked}{at}", headers=HTML).text for at in (f"&at={BETWEEN}", ""))

    assert f'data-name="dataset/{WITHDRAWN}"' in then
    assert f'data-name="dataset/{WITHDRAWN}"' not in now


@pytest.mark.parametrize(
    "path", ["/", "/search", "/search?q=公交", "/system/jtw-bus", "/theme/transport"]
)
def test_links_of_the_past_stay_in_the_past(client: FlaskClient, path: str) -> None:
    mark = "&" if "?" in path else "?"
    answer = client.get(f"{path}{mark}at={BETWEEN}", headers=HTML)
    present = {each for each in LINK.findall(answer.text) if f"at={BETWEEN}" not in each}

    assert answer.status_code == 200
    about = ("/help", "/ns", f"{path}/history")  # manual, vocabulary and history are of the present
    assert {each for each in present if not each.startswith(about)} <= {
        path.replace("公交", "%E5%85%AC%E4%BA%A4"),
        path,
    }
    assert f'<input type="hidden" name="at" value="{BETWEEN}">' in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_no_change_after_the_day_is_told_of(client: FlaskClient) -> None:
    def changes(query: str) -> list[str]:
        page = client.get(f"/dataset/jtw-0001{query}", headers=HTML).text
        return re.findall(r'id="change-(\d+)"', page)

    assert changes(f"?at={BETWEEN}") == changes("")[1:]
    assert len(changes("")) == 2


def test_search_and_its_other_pages_are_of_that_day(client: FlaskClient) -> None:
    found = client.get(f"/search.json?q={WITHDRAWN}&at={BETWEEN}").get_json()

    assert [each["code"] for each in found["hits"]] == [WITHDRAWN]
    assert found["hits"][0]["url"] == f"{BASE}/dataset/{WITHDRAWN}?at={BETWEEN}"
    assert found["hits"][0]["iri"] == f"{BASE}/id/dataset/{WITHDRAWN}"
    now = client.get(f"/search.json?q={WITHDRAWN}").get_json()["hits"]
    assert WITHDRAWN not in [each["code"] for each in now]
    assert f"at={BETWEEN}" in client.get(f"/search.json?at={BETWEEN}").get_json()["next"]


def test_the_feed_is_pinned_to_the_day(client: FlaskClient) -> None:
    first = client.get(f"/catalog.nt?at={BETWEEN}")
    linked = re.findall(r"<([^>]*)>", first.headers["Link"])

    assert f"/id/dataset/{WITHDRAWN}>" in first.text
    assert f"/id/dataset/{WITHDRAWN}>" not in client.get("/catalog.nt").text
    assert linked
    assert all(f"at={BETWEEN}" in each and "page=" in each for each in linked)
    last = client.get(linked[-1].removeprefix("http://localhost"))
    assert last.headers["X-Govgraph-Snapshot"] == first.headers["X-Govgraph-Snapshot"]
    # Nobody may keep it without asking: what is made stricter tomorrow is gone from it then.
    assert last.headers["Cache-Control"] == "no-cache"


def test_a_name_leads_to_the_page_of_that_day(client: FlaskClient) -> None:
    answer = client.get(f"/id/dataset/{WITHDRAWN}?at={BETWEEN}", headers=HTML)

    assert answer.headers["Location"] == f"/dataset/{WITHDRAWN}?at={BETWEEN}"
    forms = client.get(f"/dataset/{WITHDRAWN}?at={BETWEEN}", headers=HTML).headers["Link"]
    assert f"</dataset/{WITHDRAWN}.ttl?at={BETWEEN}>" in forms
    assert f"<{BASE}/id/dataset/{WITHDRAWN}>" in forms


def test_freshness_is_reckoned_on_that_day(client: FlaskClient) -> None:
    page = client.get(f"/dataset/jtw-0001?at={BETWEEN}&lang=en", headers=HTML).text

    assert "4 days late" in page.partition('class="facts"')[2].partition("</dl>")[0]


@pytest.mark.parametrize(
    "given", ["2017-13-01", "20171031", "yesterday", "2017-10-31T00:00", "2999-01-01"]
)
@pytest.mark.parametrize("path", ["/", "/search", "/help", "/catalog.ttl", "/dataset/jtw-0001"])
def test_what_is_no_day_that_has_come_is_refused(
    client: FlaskClient, path: str, given: str
) -> None:
    answer = client.get(f"{path}?at={given}")

    assert answer.status_code == 400
    assert "Traceback" not in answer.text


def test_a_day_before_the_first_change_says_when_it_was(client: FlaskClient) -> None:
    answer = client.get("/search?at=2000-01-01&lang=en", headers=HTML)

    assert answer.status_code == 404
    assert "its first change was on 2026-08-09" in answer.text


def test_today_is_the_present(client: FlaskClient) -> None:
    answer = client.get(f"/dataset/{WITHDRAWN}?at={NOON.date()}", headers=HTML)

    assert answer.status_code == 410


def test_a_page_says_that_its_day_is_being_laid_out(access: Access) -> None:
    shown = access.client().get(f"/search?at={BETWEEN}")
    machine = access.client().browser.get(f"/catalog.ttl?at={BETWEEN}")

    for answer in (shown, machine):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert int(shown.headers["Refresh"]) > 0
    assert f'href="/search?at={BETWEEN}"' in shown.text
    with access.app.app_context():
        day.holding().maker.wait(120)
    assert access.client().get(f"/search?at={BETWEEN}").status_code == 200


def test_a_reader_of_the_past_sees_no_more_than_of_the_present(access: Access) -> None:
    """Clearance goes with the person, whatever the day."""
    hidden = hidden_code(access)
    path = f"/dataset/{hidden}?at={BETWEEN}"

    assert access.client().get(path).status_code in {404, 503}
    with access.app.app_context():
        day.holding().maker.wait(120)
    assert access.client().get(path).status_code == 404
    assert access.signed_in("administrator").get(path).status_code == 200


def hidden_code(access: Access) -> str:
    """Give the code of a dataset that visitors do not see."""
    known = access.instance.ledger.entries_of("jtw").values()
    return next(
        each.code
        for each in known
        if each.kind == "dataset" and each.live and each.clearance is Clearance.GOVERNANCE
    )


def test_sparql_asks_the_graph_of_that_day(tmp_path: Path) -> None:
    made = access_to(tmp_path, pool=True)
    make(Wanted(made.instance.home, made.instance.ledger, 9, NOON))
    ask = f"ASK {{ <{BASE}/id/dataset/{WITHDRAWN}> ?p ?o }}"

    def answer(**more: str) -> bool:
        found = made.client().browser.get("/sparql", query_string={"query": ask, **more})
        assert found.status_code == 200, found.text
        return bool(found.get_json(force=True)["boolean"])

    assert answer(at=BETWEEN)
    assert not answer()
    description = made.client().browser.get(
        f"/sparql?at={BETWEEN}", headers={"Accept": "text/turtle"}
    )
    assert description.status_code == 200
    made.app.extensions["govgraph"].pool.close()
    made.accounts.close()
    made.instance.close()


def test_the_folder_of_the_past_is_beside_the_snapshots(access: Access) -> None:
    assert (Path(access.instance.home.path) / FOLDER).is_dir()


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("/search", "/search?at=D"),
        ("/search?q=x", "/search?q=x&at=D"),
        ("/dataset/a#items", "/dataset/a?at=D#items"),
        ("/dataset/a?at=E", "/dataset/a?at=E"),
        ("/account", "/account"),
        ("/dataset/a/history", "/dataset/a/history"),
        ("//evil.example", "//evil.example"),
    ],
)
def test_an_address_is_dated_once_and_where_it_should_be(where: str, expected: str) -> None:
    assert dated(where, "D") == expected


def test_every_address_answers_for_the_day_or_says_why_not() -> None:
    rules = [each for each in application().url_map.iter_rules() if "GET" in (each.methods or ())]
    rooms = {each.endpoint.rpartition(".")[0] or each.endpoint for each in rules}
    placed = {name for name in only_now.ONLY_NOW if "." not in name}

    assert rooms <= placed | only_now.OF_THE_DAY | only_now.ALWAYS
    assert not placed & only_now.OF_THE_DAY
    single = {name for name in only_now.ONLY_NOW if "." in name}
    assert single <= {each.endpoint for each in rules} | {"telling.form"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/ns", "comes with the software"),
        ("/help", "comes with the software"),
        ("/associate/libraries", "reckoned from the catalogue of the present"),
    ],
)
def test_a_page_of_the_present_says_that_it_knows_no_other_day(
    client: FlaskClient, path: str, words: str
) -> None:
    page = client.get(f"{path}?at={BETWEEN}&lang=en", headers=HTML)

    assert page.status_code == 200
    assert "This page is of the present, not of" in page.text
    assert words in page.text
    assert "The catalogue as of the end of" not in page.text


@pytest.mark.parametrize("path", ["/ns.ttl", "/api/openapi.json", "/associate/systems.csv"])
def test_a_file_of_the_present_is_not_given_under_another_day(
    client: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 200
    refused = client.get(f"{path}?at={BETWEEN}", headers={"Accept-Language": "en"})

    assert refused.status_code == 400
    assert "knows the present alone" in refused.text


def test_what_looks_like_a_link_in_a_text_is_left_alone() -> None:
    text = '<p>&lt;a href=&quot;/x&quot;&gt;</p><a title="b" href="/x?a=1&amp;b=2">y</a>'

    assert page(text, "D") == text.replace("b=2", "b=2&amp;at=D")
    assert data({"url": "http://b/x", "iri": "http://b/id/x"}, "D", "http://b") == {
        "url": "http://b/x?at=D",
        "iri": "http://b/id/x",
    }


# Versions ----------------------------------------------------------------------------------------


def numbers(client: FlaskClient, code: str) -> list[int]:
    text = client.get(f"/dataset/{code}/history", headers=HTML).text
    return [int(each) for each in re.findall(rf'href="/dataset/{code}/history/(\d+)"', text)]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_entry_tells_its_versions_newest_first(client: FlaskClient, language: str) -> None:
    answer = client.get(f"/dataset/jtw-0001/history?lang={language}", headers=HTML)

    assert answer.status_code == 200
    assert 'class="difference"' in answer.text
    found = numbers(client, "jtw-0001")
    assert found == sorted(found, reverse=True)
    assert len(found) == 2


def test_each_version_shows_what_the_entry_said_then(client: FlaskClient) -> None:
    later, earlier = numbers(client, "jtw-0001")
    pages = [
        client.get(f"/dataset/jtw-0001/history/{seq}", headers=HTML).text
        for seq in (earlier, later)
    ]

    assert "2026-07-16" in pages[0]
    assert "2026-07-16" not in pages[1]
    compared = client.get(
        f"/dataset/jtw-0001/history/compare?from={later}&to={earlier}", headers=HTML
    )
    assert "<del>2026年7月16日</del>" in compared.text


def test_each_value_tells_the_change_that_gave_it(client: FlaskClient) -> None:
    later, earlier = numbers(client, "jtw-0001")
    text = client.get("/dataset/jtw-0001/history/origins?lang=en", headers=HTML).text
    rows = re.findall(r"<th[^>]* scope=\"row\">(.*?)</th>.*?/history/(\d+)\">", text, re.DOTALL)
    given = {name: int(seq) for name, seq in rows}

    assert given["Last updated"] == later
    assert given["Title"] == earlier


def test_a_removed_entry_has_its_history_and_its_page_leads_there(client: FlaskClient) -> None:
    gone = client.get(f"/dataset/{WITHDRAWN}", headers=HTML)
    history = client.get(f"/dataset/{WITHDRAWN}/history", headers=HTML)

    assert f'href="/dataset/{WITHDRAWN}/history"' in gone.text
    assert history.status_code == 200
    assert "公交卡&lt;b&gt;" in history.text
    removed, entered = numbers(client, WITHDRAWN)
    assert "公交卡" in client.get(f"/dataset/{WITHDRAWN}/history/{entered}", headers=HTML).text
    assert client.get(f"/dataset/{WITHDRAWN}/history/{removed}", headers=HTML).status_code == 200


def test_a_thing_s_page_leads_to_its_versions(client: FlaskClient) -> None:
    page = client.get("/dataset/jtw-0001", headers=HTML).text

    assert 'href="/dataset/jtw-0001/history"' in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dataset/none/history", 404),
        ("/item/jtw-0001.1/history", 404),
        ("/dataset/jtw-0001/history/1", 404),
        ("/dataset/jtw-0001/history/compare", 400),
        ("/dataset/jtw-0001/history/compare?from=1&to=x", 400),
        ("/dataset/jtw-0001/history?before=x", 400),
        ("/dataset/jtw-0001/history?before=1", 200),
        ("/dataset/jtw-0001/history?source=none", 404),
    ],
)
def test_what_is_not_there_is_said_to_be_so(client: FlaskClient, path: str, status: int) -> None:
    assert client.get(path, headers=HTML).status_code == status


def edited(access: Access, code: str, *titles: str) -> list[int]:
    """Put an entry of the transport commission once for each title; give the changes' numbers."""
    publisher = f"<{BASE}/id/dataset/{code}> <http://purl.org/dc/terms/publisher> <{BASE}/id/department/jtw> ."
    begun, made = 0, []
    for title in titles:
        entry = dataset(code, title, extra=(publisher,)).entry
        assert entry
        begun = put(access.instance, entry, Edit("jtw", "li", NOON, "a test", begun)) or 0
        made.append(begun)
    return made


def test_the_older_changes_are_paged_to(access: Access) -> None:
    made = edited(access, "paged", *(f"第{number}版" for number in range(23)))
    hand = access.client()
    first = hand.get("/dataset/paged/history").text
    older = re.search(r'href="(/dataset/paged/history\?before=\d+)"', first)
    assert older

    rest = hand.get(older[1]).text
    seen = [re.findall(r'href="/dataset/paged/history/(\d+)"', text) for text in (first, rest)]
    assert [int(each) for part in seen for each in part] == made[::-1]


def test_a_steward_brings_a_version_back_and_it_is_written_down(access: Access) -> None:
    first, _second = edited(access, "lost", "好的", "坏的")
    hand = access.signed_in("steward")
    page = f"/dataset/lost/history/{first}"
    begun = re.search(r'name="begun" value="(\d+)"', hand.get(page).text)
    assert begun

    sent = {"begun": begun[1], "reason": "改错了"}
    answer = hand.post(f"{page}/restore", sent, page=page)

    assert answer.status_code == 303
    assert "好的" in hand.get("/dataset/lost").text
    assert access.audited("restore")[0] == ("steward", "done")
    again = hand.post(f"{page}/restore", sent, page=page)
    assert again.status_code == 409
    assert "no such" not in again.text


def test_who_took_it_out_is_named_in_the_reader_s_language(access: Access) -> None:
    department = "上海市交通委员会"
    first = edited(access, "named", "还在")[0]
    gone = remove(access.instance, "named", Edit("jtw", department, NOON, "a test", first))
    hand = access.client()
    pages = (f"/dataset/named/history/{gone}?lang=en", "/dataset/named?lang=en")
    for address in pages:
        told = hand.get(address).text
        assert "by Shanghai Municipal Transportation Commission" in told, address
        assert department not in told, address
    assert department in hand.get("/dataset/named?lang=zh").text


def test_a_removed_entry_is_brought_back(access: Access) -> None:
    first = edited(access, "gone", "还在")[0]
    gone = remove(access.instance, "gone", Edit("jtw", "li", NOON, "a test", first))
    hand = access.signed_in("steward")
    page = f"/dataset/gone/history/{first}"

    answer = hand.post(f"{page}/restore", {"begun": str(gone), "reason": "误删"}, page=page)

    assert answer.status_code == 303
    assert hand.get("/dataset/gone").status_code == 200


@pytest.mark.parametrize("name", ["", "developer", "cataloguer", "auditor"])
def test_nobody_else_brings_a_version_back(access: Access, name: str) -> None:
    first = edited(access, f"kept-{name or 'anyone'}", "一", "二")[0]
    hand = access.signed_in(name) if name else access.client()
    page = f"/dataset/kept-{name or 'anyone'}/history/{first}"

    answer = hand.post(f"{page}/restore", {"begun": str(first + 1), "reason": "试"})

    assert answer.status_code == 403
    assert 'name="begun"' not in hand.get(page).text


def test_what_a_reader_may_not_see_has_no_history_either(access: Access) -> None:
    code = hidden_code(access)

    assert access.client().get(f"/dataset/{code}/history").status_code == 404
    assert access.signed_in("administrator").get(f"/dataset/{code}/history").status_code == 200


def test_json_of_the_past_is_still_json(client: FlaskClient) -> None:
    answer = client.get(f"/dataset/jtw-0001.json?at={BETWEEN}")

    assert json.loads(answer.data)


def test_the_parts_of_an_entry_are_named_without_digests(client: FlaskClient) -> None:
    page = client.get("/dataset/jtw-0009/history/origins?lang=zh", headers=HTML).text

    assert "一步加工 · " in page
    assert "derived-" not in re.sub(r"<[^>]+>", " ", page)
