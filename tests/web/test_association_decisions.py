"""Decisions on association are taken by who may, kept in the ledger, and taken back."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator

import pytest
from jinja2 import StrictUndefined

from graph.association.holdings import holdings
from graph.association.systems import system_map
from graph.lineage.flows import flows_of
from ontology.clearance import Clearance
from ontology.people import Grant, Role
from tests.access import SECRET, Access, Hand, access_to
from tests.town import BASE, town
from web.app import create_app
from web.association import reminding

ELEMENTS, DUPLICATES, SYSTEMS = (
    f"/associate/{each}?lang=en" for each in ("elements", "duplicates", "systems")
)
VALUE = re.compile(r'name="match" value="([^"]+)"')


@pytest.fixture(scope="module")
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("decisions"))
    made.app.jinja_env.undefined = StrictUndefined
    made.add("police", Grant(Role.STEWARD, "gaj"))
    made.accounts.set_password("police", SECRET)
    for name, grant in (("office", Grant(Role.REVIEWER)), ("speaker", Grant(Role.STEWARD, "jtw"))):
        made.accounts.add(name, now=made.clock(), email=f"{name}@example.org", confirmed=True)
        made.accounts.grant(name, grant, by="test", now=made.clock())
    yield made
    made.accounts.close()
    made.instance.close()


def values(hand: Hand) -> list[str]:
    return [html.unescape(each) for each in VALUE.findall(hand.get(ELEMENTS).text)]


def sent(hand: Hand, do: str, *chosen: str) -> str:
    answer = hand.post("/associate/elements", {"match": list(chosen), "do": do})
    assert answer.status_code in {200, 303}, answer.text
    return hand.get(ELEMENTS).text if answer.status_code == 303 else answer.text


def test_a_steward_is_shown_the_items_of_their_own_department(access: Access) -> None:
    steward, police = access.signed_in("steward"), access.signed_in("police")

    assert {each.split("/id/item/")[1][:3] for each in values(steward)} == {"jtw"}
    assert {each.split("/id/item/")[1][:3] for each in values(police)} == {"gaj"}
    assert len(values(access.signed_in("reviewer"))) > len(values(steward)) + len(values(police))
    assert access.signed_in("cataloguer").get(ELEMENTS).status_code == 403
    assert access.client().get(ELEMENTS).status_code in {302, 303}


def test_what_is_accepted_is_an_element_and_can_be_taken_back(access: Access) -> None:
    steward = access.signed_in("steward")
    one = values(steward)[0]
    item, element = (each.removeprefix(f"{BASE}/id") for each in one.split(" "))

    page = sent(steward, "accept", one)
    assert "1 data item is matched." in page
    assert f'href="{element}"' in steward.get(f"{item}?lang=en").text
    assert one in values(steward)  # among what was decided, to be taken back
    assert access.audited("match-elements")[0] == ("steward", "done")

    assert "1 decision is taken back." in sent(steward, "reopen", one)
    assert one in values(steward)
    assert "1 suggestion is rejected." in sent(steward, "reject", one)
    sent(steward, "reopen", one)


def test_an_item_of_another_department_is_refused(access: Access) -> None:
    theirs, mine = values(access.signed_in("police"))[0], values(access.signed_in("steward"))[0]
    steward, last = access.signed_in("steward"), access.instance.ledger.last()

    answer = steward.post("/associate/elements", {"match": [mine, theirs], "do": "accept"})

    assert answer.status_code == 403
    assert access.instance.ledger.last() == last


@pytest.mark.parametrize(
    "match", ["", "x", f"{BASE}/id/item/none {BASE}/id/element/DE02001", "<> <>"]
)
def test_what_is_not_there_is_told_and_changes_nothing(access: Access, match: str) -> None:
    steward, last = access.signed_in("steward"), access.instance.ledger.last()

    answer = steward.post("/associate/elements", {"match": match, "do": "accept"})

    assert answer.status_code in {400, 409, 422}
    assert access.instance.ledger.last() == last


def test_filters_narrow_what_is_shown(access: Access) -> None:
    reviewer = access.signed_in("reviewer")
    every = reviewer.get(ELEMENTS).text.count('class="pick"')

    for query in ("&least=95", "&library=geography&q=街", f"&department={BASE}/id/department/gaj"):
        shown = reviewer.get(ELEMENTS + query).text.count('class="pick"')
        assert 0 < shown < every
    assert "Nothing waits for you here" in reviewer.get(f"{ELEMENTS}&q=none").text


def pair(hand: Hand, one: str, other: str, do: str) -> int:
    named = {"kept": f"{BASE}/id/dataset/{one}", "merged": f"{BASE}/id/dataset/{other}", "do": do}
    return hand.post("/associate/duplicates", named).status_code


def history(access: Access) -> str:
    """Give what a stranger reads of the past of the entry that is merged in these tests."""
    return access.client().get("/dataset/gaj-0005/history?lang=en").text


def test_entries_are_merged_by_who_may_for_both(access: Access) -> None:
    """A steward those of the own department; of two departments only the city's office."""
    steward, reviewer = access.signed_in("steward"), access.signed_in("reviewer")

    assert pair(steward, "jtw-0001", "gaj-0005", "merge") == 403
    assert pair(access.signed_in("cataloguer"), "jtw-0001", "jtw-0002", "merge") == 403
    assert pair(reviewer, "jtw-0001", "gaj-0005", "merge") == 303
    merged = access.client().get("/dataset/gaj-0005?lang=en").text
    assert "was merged into it" in merged
    assert 'href="/dataset/jtw-0001"' in merged
    assert "Merged into this entry" in access.client().get("/dataset/jtw-0001?lang=en").text
    assert "Merged into another entry" in history(access)
    assert "Parted again" not in history(access)
    assert "leads to" in reviewer.get(DUPLICATES).text
    assert "Take back" not in access.client().get(DUPLICATES).text

    assert pair(reviewer, "jtw-0001", "gaj-0005", "undo") == 303
    assert "was merged into it" not in access.client().get("/dataset/gaj-0005?lang=en").text
    assert "Merged into this entry" not in access.client().get("/dataset/jtw-0001?lang=en").text
    assert history(access).index("Parted again") < history(access).index("Merged into another")
    assert pair(steward, "jtw-0001", "jtw-0002", "part") == 303
    assert pair(steward, "jtw-0001", "jtw-0002", "undo") == 303
    assert pair(reviewer, "jtw-0001", "none", "merge") == 409


def test_a_merged_entry_is_no_hit_of_its_own_in_any_answer(access: Access) -> None:
    """Its page answers and leads to the kept one; search, suggestions and the feed do not list it."""
    reviewer, reader = access.signed_in("reviewer"), access.client()
    asked = (
        "/search?q=gaj-0005",
        "/search.json?q=gaj-0005",
        "/api/suggest?q=gaj-0005",
        "/catalog.ttl",
    )
    merged = "dataset/gaj-0005"
    before = [reader.get(each).text for each in asked]
    total = reader.get("/search.json").json["total"]
    assert merged in before[0]
    assert merged in before[3]

    assert pair(reviewer, "jtw-0001", "gaj-0005", "merge") == 303
    after = [reader.get(each).text for each in asked]
    assert not [at for at, text in zip(asked, after, strict=True) if f'{merged}"' in text]
    assert "dataset/jtw-0001" in after[0]  # it is found by the merged one's number
    assert f"{merged}>" not in after[3]
    assert reader.get("/search.json").json["total"] == total - 1
    assert "isReplacedBy" in reader.get(f"/{merged}.ttl").text

    assert pair(reviewer, "jtw-0001", "gaj-0005", "undo") == 303
    assert reader.get(asked[0]).text.count(merged) == before[0].count(merged)


def test_the_map_of_systems_is_what_departments_say_and_lineage_shows(access: Access) -> None:
    store = town().store
    told = system_map(store, flows_of(store))
    table = list(csv.reader(io.StringIO(access.client().get("/associate/systems.csv").text)))

    assert len(table) - 1 == len(told.feeds) > 0
    assert told.stated
    assert all({each.source, each.target} <= told.owners.keys() for each in told.feeds)
    for query in (
        "",
        "&by=system",
        "&by=department",
        "&by=district",
        f"&of={BASE}/id/department/gaj",
    ):
        assert access.client().get(SYSTEMS + query).status_code == 200
    assert "Only of one department" in access.client().get(SYSTEMS).text


def test_who_may_not_see_a_system_s_dataset_is_told_of_no_flow_by_it(access: Access) -> None:
    told = {
        each: system_map(store := access.instance.snapshots.view(each).store, flows_of(store))
        for each in Clearance
    }
    for wide, narrow in (
        (Clearance.GOVERNANCE, Clearance.SHARED),
        (Clearance.SHARED, Clearance.OPEN),
    ):
        less = told[narrow].flowing
        assert all(told[wide].flowing[each] >= count for each, count in less.items())
        held = holdings(access.instance.snapshots.view(narrow).store).held
        made = {one for each in told[narrow].made.values() for one in each}
        assert made <= {one for each in told[wide].made.values() for one in each}
        assert set(held) <= set(holdings(access.instance.snapshots.view(wide).store).held)


ELEMENT = "/associate/element/DE02001"


def test_the_source_of_an_element_is_decided_by_the_city_s_office(access: Access) -> None:
    office, lead = access.signed_in("reviewer"), f"{BASE}/id/department/scjgj"
    chosen = {"do": "decide", "lead": lead, "seen": "", "reason": "登记机关"}

    assert access.signed_in("steward").post(ELEMENT, chosen).status_code == 403
    assert "Say why" in office.post(f"{ELEMENT}?lang=en", {**chosen, "reason": " "}).text
    assert "Choose one" in office.post(f"{ELEMENT}?lang=en", {**chosen, "lead": "x"}).text
    assert office.post(ELEMENT, chosen).status_code == 303
    page, public = (each.get(f"{ELEMENT}?lang=en").text for each in (office, access.client()))
    assert "The source is decided" in public
    assert "登记机关" in public
    assert ">reviewer</td>" in page
    assert ">reviewer</td>" not in public
    assert "Somebody else decided" in office.post(f"{ELEMENT}?lang=en", chosen).text
    assert office.post(ELEMENT, {**chosen, "do": "reopen"}).status_code == 303
    assert "taken back" in access.client().get(f"{ELEMENT}?lang=en").text
    assert (
        access.client().get("/associate/libraries?lang=en").text.count("/associate/libraries/") >= 3
    )


OURS, THEIRS = (f"{BASE}/id/department/{each}" for each in ("jtw", "scjgj"))
CHOSEN = {"do": "decide", "lead": THEIRS, "seen": "", "reason": "登记机关"}
SAID = {"department": OURS, "reason": "本委先采集"}
TOLD: list[str] = []  # the letters that a decision and an objection brought
OBJECTION = re.compile(r'name="objection" value="([^"]+)"')


def test_a_department_objects_in_time_and_the_office_answers(access: Access) -> None:
    office, steward = access.signed_in("reviewer"), access.signed_in("steward")
    assert "Nothing is decided" in steward.post(f"{ELEMENT}/object?lang=en", SAID).text
    office.post(ELEMENT, CHOSEN)
    assert office.post(f"{ELEMENT}/object", SAID).status_code == 403
    other = {**SAID, "department": THEIRS}
    assert steward.post(f"{ELEMENT}/object", other).status_code == 403
    assert steward.post(f"{ELEMENT}/object", SAID).status_code == 303
    assert (
        "objected to this decision already" in steward.post(f"{ELEMENT}/object?lang=en", SAID).text
    )

    page = office.get(f"{ELEMENT}?lang=en").text
    assert "本委先采集" in page
    assert "10 working days left" in page
    assert "本委先采集" not in access.client().get(ELEMENT).text
    (iri,) = OBJECTION.findall(page)
    answer = {"objection": iri, "do": "uphold", "reason": "理由充分"}
    assert steward.post(f"{ELEMENT}/answer", answer).status_code == 403
    assert office.post(f"{ELEMENT}/answer", answer).status_code == 303
    page = steward.get(f"{ELEMENT}?lang=en").text
    assert "the decision was taken back" in page
    assert "理由充分" in page
    assert "The source is decided" not in page
    late = office.post(f"{ELEMENT}/answer?lang=en", {**answer, "do": "dismiss"})
    assert "answered already" in late.text


@pytest.fixture
def objected(access: Access) -> Iterator[str]:
    """Have an objection wait; gives its name."""
    access.clock.pass_by(hours=1)
    office, steward = access.signed_in("reviewer"), access.signed_in("steward")
    before = access.letters()
    assert office.post(ELEMENT, CHOSEN).status_code == 303
    assert steward.post(f"{ELEMENT}/object", SAID).status_code == 303
    TOLD[:] = written_since(access, before)
    yield OBJECTION.findall(office.get(ELEMENT).text)[0]
    office.post(ELEMENT, {**CHOSEN, "do": "reopen"})


def written_since(access: Access, before: list[str]) -> list[str]:
    """Give the letters that were written since, by address."""
    return sorted(access.letters()[len(before) :])


def test_an_objection_that_is_dismissed_leaves_the_decision_and_is_told_the_department(
    access: Access, objected: str
) -> None:
    office, before = access.signed_in("reviewer"), access.letters()
    answer = {"objection": objected, "do": "dismiss"}
    assert "Say why" in office.post(f"{ELEMENT}/answer?lang=en", answer).text
    assert office.post(f"{ELEMENT}/answer", {**answer, "reason": "职责分工已定"}).status_code == 303

    page = access.signed_in("steward").get(f"{ELEMENT}?lang=en").text
    assert "dismissed: the decision stands" in page
    assert "职责分工已定" in page
    assert "The source is decided" in page
    (letter,) = written_since(access, before)
    assert letter.startswith("To: speaker@example.org")
    assert "dismissed: the decision stands" in letter
    assert "异议不成立" in letter
    assert "职责分工已定" not in letter


def test_an_objection_stands_in_the_queue_of_those_who_answer_and_letters_tell_them(
    access: Access, objected: str
) -> None:
    decided, raised = sorted(TOLD, reverse=True)
    assert decided.startswith("To: speaker@example.org")
    assert "may object until" in decided
    assert raised.startswith("To: office@example.org")
    assert f"{BASE}{ELEMENT}" in raised
    assert "本委先采集" not in raised, "the reason is read on the page"

    office = access.signed_in("reviewer")
    assert f"{ELEMENT}#objections" in office.get("/cataloguing/queue").text
    assert "/cataloguing/queue#objections-waiting" in office.get("/cataloguing/").text
    steward = access.signed_in("steward")
    assert f"{ELEMENT}#objections" not in steward.get("/cataloguing/queue").text
    assert f"{ELEMENT}#objections" in steward.get("/governance").text
    assert f"{ELEMENT}#objections" in steward.get("/associate/libraries").text
    assert f"{ELEMENT}#objections" not in access.client().get("/governance").text
    assert objected


def no_room(*_: object) -> None:
    raise OSError(28, "No space left on device")


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_answer_that_is_overdue_is_marked_and_told_once(
    access: Access, objected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, steward = access.signed_in("reviewer"), access.signed_in("steward")
    before, at = access.letters(), access.clock.at
    with access.app.app_context():
        assert reminding.remind() == 0
        access.clock.pass_by(days=30)
        with monkeypatch.context() as full:
            full.setattr(access.accounts.post, "send", no_room)
            assert reminding.remind() == 0, "what cannot be written is not done"
        with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
            killed.setattr(access.accounts.post, "send", interrupted)
            reminding.remind()
        assert access.letters() == before
        assert reminding.remind() == 1
        for days in (0, 1, 30):  # nor again on a later day
            access.clock.pass_by(days=days)
            assert reminding.remind() == 0
    with create_app(site=access.app.extensions["govgraph"]).app_context():
        assert reminding.remind() == 0, "nor by a process that begins afterwards"
    page = access.signed_in("reviewer").get("/cataloguing/queue?lang=en").text
    late = written_since(access, before)
    assert [each.partition("\n")[0] for each in late] == [
        "To: office@example.org",
        "To: speaker@example.org",
    ]
    assert "Overdue" in late[0]
    assert "working days over" in page
    access.clock.at = at
    assert (
        office.post(
            f"{ELEMENT}/answer", {"objection": objected, "do": "dismiss", "reason": "补答"}
        ).status_code
        == 303
    )
    assert f"{ELEMENT}#objections" not in steward.get("/governance").text


def test_an_objection_to_an_earlier_decision_takes_no_later_one_back(
    access: Access, objected: str
) -> None:
    office = access.signed_in("reviewer")
    office.post(ELEMENT, {**CHOSEN, "do": "reopen"})
    access.clock.pass_by(minutes=5)
    office.post(ELEMENT, CHOSEN)
    answer = {"objection": objected, "do": "uphold", "reason": "x"}

    assert "of an earlier decision" in office.post(f"{ELEMENT}/answer?lang=en", answer).text
    page = office.get(f"{ELEMENT}?lang=en").text
    assert "The source is decided" in page
    assert f"{ELEMENT}#objections" not in office.get("/cataloguing/queue").text


@pytest.mark.parametrize("library", ["population", "legal-person", "geography"])
def test_a_library_shows_its_elements_and_who_supplies_them(access: Access, library: str) -> None:
    page = access.client().get(f"/associate/libraries/{library}?lang=en").text
    urls = re.findall(r'<th role="rowheader" scope="row"><a href="(/associate/element/\w+)"', page)

    assert len(urls) > 5
    assert access.client().get(urls[0]).status_code == 200
    assert access.client().get("/associate/libraries/none").status_code == 404


def test_a_legal_person_s_page_shows_every_dataset_with_one_of_its_keys(access: Access) -> None:
    client = access.client()
    page = client.get("/associate/legal-person/91310101000010014L?lang=en").text
    held = holdings(access.instance.snapshots.view(Clearance.OPEN).store)
    names = {"统一社会信用代码", "组织机构代码", "注册号", "纳税人识别号", "法人名称"}
    keys = [each.iri for each in held.elements.values() if each.title in names]
    datasets = {dataset for key in keys for dataset in held.of(key)}

    shown = page + client.get("/associate/legal-person/91310101000010014L?lang=en&page=2").text
    assert all(each.removeprefix(f"{BASE}/id") in shown for each in datasets)
    assert (
        "上海申浦钟表有限公司"
        in client.get("/associate/legal-person/91310101000010014L?lang=zh").text
    )
    assert "no library that you may see lists it" not in page


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("11310000MB2F30661Y", 200),
        ("11310000MB2F056267", 200),
        ("11310000MB1JG0001X", 404),
        ("11310000MB2A12345X", 404),
        ("360426199101010071", 404),
        ("..", 404),
    ],
)
def test_only_a_code_with_the_right_check_character_has_a_page(
    access: Access, code: str, status: int
) -> None:
    """The two right and two wrong codes are those of public samples; a citizen number is none."""
    answer = access.client().get(f"/associate/legal-person?code={code}", follow_redirects=True)

    assert answer.status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "district/310101",
        "street/310101002",
        "address/3101010021001",
        "legal-person/91310101000010014L",
    ],
)
def test_no_page_of_a_thing_leads_by_a_key_of_persons(access: Access, path: str) -> None:
    page = access.client().get(f"/associate/{path}?lang=zh").text

    assert not re.search(r'<small class="faint">(公民身份号码|姓名|证件号码)</small>', page)
    assert access.client().get("/associate/person/310199199001010018").status_code == 404
