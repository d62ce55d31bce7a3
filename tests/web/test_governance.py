"""Governance: what is catalogued of what is paid for, how fresh it is, and which clocks run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import StrictUndefined
from pyoxigraph import Literal, NamedNode

from graph.cataloguing.reported import Named, Reported, ReportedChanges, report, settle
from graph.editing import Edit, put
from graph.ledger.entries import Entry
from ontology.clearance import Clearance
from ontology.terms import DCT, GOV, PROV, RDF
from sparql.query import counting
from tests.access import Access, access_to
from tests.catalogue import dataset
from tests.pages import application
from tests.town import BASE, NOON, house, large_instance, town
from web.app import create_app
from web.governance import reckoning
from web.governance.freshness import by_department
from web.governance.inventory import Wish, figures, systems

HTML = {"Accept": "text/html"}
BUS = f"{BASE}/id/system/jtw-bus"


@pytest.fixture
def access(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Access]:
    made = access_to(tmp_path_factory.mktemp("governance"))
    made.app.jinja_env.undefined = StrictUndefined
    yield made
    made.accounts.close()
    made.instance.close()


# The inventory -----------------------------------------------------------------------------------


def test_every_system_is_counted_with_what_comes_from_it() -> None:
    """Counted here by walking the store, there by two queries."""
    store = town().store
    every = {
        q.subject.value for q in store.quads_for_pattern(None, RDF.type, GOV.InformationSystem)
    }
    found = {each.iri: each for each in systems(town())}

    assert found.keys() == every
    for iri, system in found.items():
        fed = {q.subject for q in store.quads_for_pattern(None, GOV.sourceSystem, NamedNode(iri))}
        assert system.datasets == len(fed)
    assert figures(found.values()).systems == len(every)
    assert 0 < figures(found.values()).covered < len(every)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("owner=jtw", lambda each: each.owner.endswith("/jtw")),
        ("funding=maintenance", lambda each: each.funding.endswith("/maintenance")),
        ("catalogued=missing", lambda each: each.missing),
        ("catalogued=none", lambda each: not each.datasets),
        ("catalogued=some&owner=jtw", lambda each: each.datasets and each.owner.endswith("/jtw")),
        ("year=1999", lambda _each: False),
        ("owner=nobody", lambda _each: False),
    ],
)
def test_a_filter_leaves_what_it_says_in_page_and_table(
    client: FlaskClient, query: str, expected: object
) -> None:
    assert callable(expected)
    codes = [each.code for each in systems(town()) if expected(each)]
    page = client.get(f"/governance/systems?{query}", headers=HTML)
    text = client.get(f"/governance/systems.csv?{query}").get_data(as_text=True)
    table = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))

    assert page.status_code == 200
    assert [row[0] for row in table[1:]] == codes
    assert re.findall(r'<code translate="no">([^<]+)</code>', page.text) == codes


def test_a_number_of_missing_systems_leads_to_them(client: FlaskClient) -> None:
    page = client.get("/governance/systems?lang=en", headers=HTML).text
    table = page.partition('id="by-department"')[2]
    links = re.findall(r'href="(/governance/systems\?[^"]*missing)">(\d+)<', table)

    assert links
    for where, count in links:
        text = client.get(where.replace("&amp;", "&").replace("systems?", "systems.csv?")).text
        assert len(text.strip().splitlines()) - 1 == int(count)


def test_the_inventory_costs_a_fixed_number_of_queries() -> None:
    def cost(app: Flask) -> dict[str, int]:
        systems.cache_clear()
        with counting() as counted:
            assert app.test_client().get("/governance/systems", headers=HTML).status_code == 200
        return dict(counted)

    small = cost(application())
    assert cost(create_app(site=house(large_instance()))) == small
    assert sum(small.values()) <= 4


def test_a_formula_is_no_formula_in_the_table(access: Access) -> None:
    iri = f"{BASE}/id/system/evil"
    lines = (
        f"<{iri}> {RDF.type} {GOV.InformationSystem} .",
        f'<{iri}> {DCT.title} "=HYPERLINK(1)"@zh .',
        f'<{iri}> {GOV.code} "evil" .',
    )
    entry = Entry("system", "evil", iri, "evil", "evil", (iri,), {Clearance.OPEN: lines})
    put(access.instance, entry, Edit("jtw", "li", NOON, "a test", 0))

    assert "'=HYPERLINK(1)" in access.client().get("/governance/systems.csv").text


# Deadlines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "mark", "words"),
    [
        (date(2017, 8, 20), "on-time", "72 days left"),
        (date(2017, 10, 9), "due-soon", "22 days left"),
        (date(2017, 10, 31), "due-soon", "0 days left"),
        (date(2017, 11, 1), "overdue", "1 day over"),
        (date(2026, 9, 23), "on-time", "38 days left"),
    ],
)
def test_the_plan_s_day_is_the_end_of_october(today: date, mark: str, words: str) -> None:
    with application().test_request_context("/?lang=en"):
        plan = reckoning.plan(today)

    assert (plan.standing.mark, plan.standing.words) == (mark, words)
    assert plan.standing.due == date(today.year, 10, 31)


def test_a_day_that_the_plan_did_not_set_is_told_as_the_instance_s() -> None:
    with application().test_request_context("/?lang=en"):
        assert "this instance" in reckoning.october(2026)[1]
        assert "this instance" not in reckoning.october(2017)[1]


@pytest.mark.parametrize(
    ("reported", "today", "due", "mark", "words"),
    [
        (date(2017, 9, 29), date(2017, 9, 30), date(2017, 10, 9), "due-soon", "1 working day left"),
        (date(2017, 9, 29), date(2017, 10, 9), date(2017, 10, 9), "due-soon", "Due today"),
        (
            date(2017, 9, 29),
            date(2017, 10, 11),
            date(2017, 10, 9),
            "overdue",
            "2 working days over",
        ),
    ],
)
def test_a_clock_runs_over_working_days_with_its_reckoning(
    reported: date, today: date, due: date, mark: str, words: str
) -> None:
    """The National Day week of 2017; 30 September was a working Saturday."""
    with application().test_request_context("/?lang=en"):
        standing = reckoning.change(reported, today)

    assert standing.due == due
    assert (standing.mark, standing.words) == (mark, words)
    assert "which does not count" in standing.reckoning
    assert "9 October 2017 is working day 2" in standing.reckoning


# Freshness ---------------------------------------------------------------------------------------


def test_freshness_counts_every_dataset_once() -> None:
    counts = by_department(town(), NOON.date())

    assert sum(sum(each.values()) for each in counts.values()) == town().index.count()


def test_freshness_of_another_day_is_another() -> None:
    now, later = (by_department(town(), day) for day in (NOON.date(), date(2030, 1, 1)))

    assert sum(each["overdue"] for each in later.values()) > sum(
        each["overdue"] for each in now.values()
    )


# The start page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everyone_reads_what_is_open_of_the_overview(client: FlaskClient, language: str) -> None:
    page = client.get(f"/governance?lang={language}", headers=HTML)

    assert page.status_code == 200
    for part in ("coverage", "freshness", "loads"):
        assert f'id="{part}"' in page.text
    assert 'id="changes"' not in page.text


def test_staff_see_clocks_and_the_reports_of_loads(access: Access) -> None:
    page = access.signed_in("reviewer").get("/governance?lang=en").text

    assert 'id="changes"' in page
    assert "Quarantined" in page
    assert 'id="changes"' not in access.signed_in("developer").get("/governance").text


def test_the_place_stands_in_the_frame(client: FlaskClient) -> None:
    assert '<a href="/governance"' in client.get("/", headers=HTML).text


# Reported changes --------------------------------------------------------------------------------


def test_a_reported_change_runs_until_its_entries_are_updated(access: Access) -> None:
    hand = access.signed_in("cataloguer")
    form = f"/governance/report?iri={BUS}"
    assert form in hand.get("/system/jtw-bus").text
    shown = hand.get(form)
    entries = re.findall(r'name="entry" value="([^"]+)" checked', shown.text)
    assert len(entries) > 1
    chosen = entries[:2]

    sent = hand.post(form, {"iri": BUS, "what": "票价表增加一列", "entry": chosen}, page=form)
    assert sent.status_code == 303
    page = hand.get("/governance?lang=en").text
    assert "票价表增加一列" in page
    assert "0 of 2 entries updated" in page
    assert "2 working days left" in page
    assert access.audited("report-change")[0] == ("cataloguer", "done")
    assert told(access, Clearance.SHARED)
    assert not told(access, Clearance.OPEN)

    touch(access, chosen[0])
    assert "1 of 2 entries updated" in hand.get("/governance?lang=en").text
    touch(access, chosen[1])
    page = hand.get("/governance?lang=en").text
    assert "2 of 2 entries updated" in page
    assert "Updated in time" in page
    ended = access.instance.snapshots.view(Clearance.SHARED).store.quads_for_pattern(
        None, PROV.endedAtTime, None, None
    )
    assert next(iter(ended), None) is not None
    assert settle(access.instance) == []


def told(access: Access, clearance: Clearance) -> bool:
    """Say whether a view tells of a reported change."""
    store = access.instance.snapshots.view(clearance).store
    return next(iter(store.quads_for_pattern(None, RDF.type, GOV.ReportedChange)), None) is not None


def touch(access: Access, iri: str) -> None:
    """Publish a change of an entry of the transport commission."""
    kept = access.instance.ledger.entries_named([iri])[0]
    entry = dataset(kept.code, f"新的{kept.title}").entry
    assert entry
    changed = Entry(kept.kind, kept.key, iri, kept.code, kept.title, kept.subjects, entry.lines)
    put(access.instance, changed, Edit(kept.source, "li", NOON, "a test", kept.seq))


def test_a_report_without_words_or_entries_is_sent_back_with_what_was_written(
    access: Access,
) -> None:
    hand = access.signed_in("steward")
    form = f"/governance/report?iri={BUS}"

    answer = hand.post(form, {"iri": BUS, "what": "改了", "entry": []}, page=form)

    assert answer.status_code == 200
    assert ">改了</textarea>" in answer.text
    assert 'role="alert"' in answer.text
    assert ReportedChanges(access.instance.ledger).open() == []


@pytest.mark.parametrize("entry", [f"{BASE}/id/dataset/jtw-0012", "urn:none"])
def test_a_report_names_only_entries_of_its_system(access: Access, entry: str) -> None:
    """What the form did not offer is not taken, whatever is sent."""
    hand = access.signed_in("steward")
    form = f"/governance/report?iri={BUS}"
    fed = {
        q.subject.value
        for q in town().store.quads_for_pattern(None, GOV.sourceSystem, NamedNode(BUS))
    }
    assert entry not in fed

    hand.post(form, {"iri": BUS, "what": "改了", "entry": [entry]}, page=form)

    assert ReportedChanges(access.instance.ledger).open() == []


@pytest.mark.parametrize("name", ["developer", "auditor", "openness-officer"])
def test_nobody_else_reports_a_change(access: Access, name: str) -> None:
    hand = access.signed_in(name)
    form = f"/governance/report?iri={BUS}"

    assert hand.get(form).status_code == 403
    assert hand.post(form, {"iri": BUS, "what": "x", "entry": [BUS]}).status_code == 403
    assert form not in hand.get("/system/jtw-bus").text


def test_a_department_reports_only_its_own(access: Access) -> None:
    hand = access.signed_in("cataloguer")

    assert hand.get(f"/governance/report?iri={BASE}/id/system/gaj-population").status_code == 403
    assert hand.get(f"/governance/report?iri={BASE}/id/department/jtw").status_code == 404
    assert hand.get("/governance/report?iri=nonsense").status_code == 404


def test_who_has_not_signed_in_is_led_to_the_door(access: Access) -> None:
    answer = access.client().get(f"/governance/report?iri={BUS}")

    assert answer.status_code == 302
    assert "/sign-in" in answer.headers["Location"]


def test_the_rows_are_kept_as_they_were_given(access: Access) -> None:
    kept = ReportedChanges(access.instance.ledger)
    named = Named(BUS, "system", "jtw-bus", "公交")
    given = Reported(
        number=0,
        at=datetime(2026, 9, 23, 1, tzinfo=UTC),
        day=NOON.date(),
        by="li",
        department="jtw",
        about=named,
        what="改了",
        affected=(named,),
        seq=access.instance.ledger.last(),
        due=date(2026, 9, 25),
        provisional=False,
    )

    made = report(access.instance, given)

    assert kept.open() == [made]
    assert made.number > 0
    assert kept.close(made.number, NOON)
    assert not kept.close(made.number, NOON)
    assert kept.closed()[0].closed == NOON
    graph = access.instance.snapshots.view(Clearance.SHARED).store
    root = NamedNode(f"{BASE}/id/reported-change/{made.number}")
    said = {q.object for q in graph.quads_for_pattern(root, DCT.description, None)}
    assert said == {Literal("改了")}


def test_a_wish_says_itself_in_an_address() -> None:
    assert Wish(owner="jtw", year="2025").pairs() == [("owner", "jtw"), ("year", "2025")]
    assert Wish().pairs() == []
