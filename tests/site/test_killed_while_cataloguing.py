"""Kill -9 in the middle of saving, handing in and publishing through the web: nothing is lost or half."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from graph.cataloguing.cases import Cases
from graph.check import check
from graph.ledger.entries import Delivery, Entry
from graph.loading.load import Order
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.states import State
from ontology.terms import FOAF, GOV, RDF, SKOS, code_iri
from tests.site.test_serving import PATIENCE, Serving, until
from web.accounts.demo import DEMO_PASSWORD, make_people
from web.accounts.store import accounts_of

AXES = {
    "gov:sharingType": code_iri("sharing", "unconditional").value,
    "gov:opennessType": code_iri("openness", "unconditional").value,
}
HTML = {"Accept": "text/html"}
# Seconds after which a part is killed: before, amid and after the writing of a step.
MOMENTS = (0.0, 0.01, 0.02, 0.04, 0.06, 0.09, 0.12, 0.2)
STEPS = (("approver", "approve"), ("reviewer", "review"), ("reviewer", "publish"))


class Someone:
    """A person at a browser without scripts, whose connection may break at any moment."""

    def __init__(self, serving: Serving, name: str) -> None:
        """Sign in."""
        self.serving = serving
        self.browser = httpx.Client(base_url=serving.base, timeout=20, trust_env=False)
        self.post("/sign-in", {"identity": name, "password": DEMO_PASSWORD}, page="/sign-in")

    def page(self, path: str) -> str:
        """Read a page, again where the house was down."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = self.browser.get(path, headers=HTML, follow_redirects=True)
            except httpx.TransportError:
                time.sleep(0.05)
                continue
            if answer.status_code < 500:
                return answer.text
            time.sleep(0.05)
        pytest.fail(f"{path} never answered")

    def post(self, path: str, data: dict[str, str], *, page: str) -> httpx.Response | None:
        """Send the form of a page, once; None where the connection broke."""
        fields = dict(re.findall(r'name="(csrf_token|revision)" value="([^"]+)"', self.page(page)))
        try:
            return self.browser.post(path, data={**fields, **data}, headers=HTML)
        except httpx.TransportError:
            return None

    def amid(self, part: str, after: float, path: str, data: dict[str, str], page: str) -> bool:
        """Send a form while a part of the house is killed; say whether it was acknowledged."""
        killer = threading.Thread(target=kill, args=(self.serving, part, after))
        killer.start()
        answer = self.post(path, data, page=page)
        killer.join()
        return answer is not None and answer.status_code in {200, 303}


def kill(serving: Serving, part: str, after: float) -> None:
    time.sleep(after)
    for pid in serving.parts(part):
        os.kill(pid, signal.SIGKILL)


def department(base: str) -> Delivery:
    iri = f"{base}/id/department/jtw"
    lines = (
        f"<{iri}> {RDF.type} {GOV.Department} .",
        f'<{iri}> {FOAF.name} "市交通委"@zh .',
        f'<{iri}> {SKOS.prefLabel} "市交通委"@zh .',
        f'<{iri}> {GOV.code} "jtw" .',
    )
    held = {Clearance.OPEN: lines}
    return Delivery(entry=Entry("department", "jtw", iri, "jtw", "市交通委", (iri,), held))


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    if sys.platform != "linux":
        pytest.skip("processes are looked for in /proc")
    started = Serving(tmp_path)
    order = Order("reference-jtw", "a test", datetime.now(UTC), started.base, "a test")
    started.instance.load([department(started.base)], order)
    accounts = accounts_of(started.instance)
    make_people(accounts, datetime.now(UTC))
    accounts.close()
    try:
        assert until(started.answers)
        yield started
    finally:
        started.stop()
        for pid in started.everyone():
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def come(serving: Serving) -> Iterator[Callable[[str], Someone]]:
    """Give a way to let people sign in; their connections are closed at the end."""
    here: list[Someone] = []

    def come_in(name: str) -> Someone:
        here.append(Someone(serving, name))
        return here[-1]

    yield come_in
    for each in here:
        each.browser.close()


def begun(writer: Someone) -> str:
    answer = writer.post(
        "/cataloguing/drafts", {"kind": "dataset", "owner": "jtw"}, page="/cataloguing/"
    )
    assert answer is not None
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_no_saved_draft_is_lost_whenever_the_web_is_killed(
    serving: Serving, come: Callable[[str], Someone]
) -> None:
    """What was acknowledged is there after the next start, whole; what was not is there or not."""
    writer = come("cataloguer")
    draft = begun(writer)
    number = int(draft.rsplit("/", 1)[1])
    cases = Cases(serving.instance)
    sent = ["begun"]
    for turn, moment in enumerate(MOMENTS[1::2]):
        title = f"第{turn}稿"
        rows = {f"items.{at}.csvw:title@zh": f"{title}列{at}" for at in range(30)}
        data = {"dct:title@zh": title, "do": "save", **AXES, **rows}
        acknowledged = writer.amid("web", moment, draft, data, draft)
        sent.append(title)
        held = cases.drafts.get(number)
        typed = cases.drafts.typed(number, held.revision)
        found = typed.one("dct:title@zh")
        assert found == title if acknowledged else found in {"", *sent}
        if found:
            assert [row["csvw:title@zh"] for row in typed.items] == [
                f"{found}列{at}" for at in range(30)
            ]

    assert f'value="{found}"' in writer.page(draft)


def test_a_step_is_taken_once_or_not_at_all_whichever_part_is_killed(
    serving: Serving, come: Callable[[str], Someone]
) -> None:
    """Four people press again what was not acknowledged; each entry is published by one change."""
    people = {name: come(name) for name in ("cataloguer", "approver", "reviewer")}
    cases, killed = Cases(serving.instance), Counter[bool]()
    for turn, part in enumerate(("web", "keeper")):
        draft = begun(people["cataloguer"])
        number, form = int(draft.rsplit("/", 1)[1]), {"dct:title@zh": f"线路{turn}", **AXES}
        wishes = [("cataloguer", draft, {**form, "do": "submit"}, draft)]
        wishes += [
            (name, f"{draft}/steps", {"action": action}, f"{draft}/review")
            for name, action in STEPS
        ]
        for place, (name, path, data, page) in enumerate(wishes):
            before = cases.drafts.get(number).state
            moment = MOMENTS[(3 * turn + 2 * place) % len(MOMENTS)]
            done = people[name].amid(part, moment, path, data, page)
            people[name].page("/cataloguing/")  # the house is up again, and put right
            moved = cases.drafts.get(number).state is not before
            assert moved or not done
            killed[moved] += 1
            if not moved:
                answer = people[name].post(path, data, page=page)
                assert answer is not None
                assert answer.status_code == 303, answer.text
        once(serving, cases, number)
    assert sum(killed.values()) == 8

    serving.stop()
    serving.instance = type(serving.instance).of(serving.home)
    serving.instance.settle(datetime.now(UTC))
    assert check(serving.instance, datetime.now(UTC)).faults == ()


def once(serving: Serving, cases: Cases, number: int) -> None:
    """See that a draft went each way once, and that one change published it."""
    draft = cases.drafts.get(number)
    assert draft.state is State.PUBLISHED
    taken = Counter(each.action for each in cases.steps(number))
    wanted = (Action.CREATE, Action.SUBMIT, Action.APPROVE, Action.REVIEW, Action.PUBLISH)
    assert taken == Counter(wanted)
    touched = serving.instance.ledger.history(
        iri=draft.subject.iri, clearance=Clearance.OPEN, limit=9
    )
    assert [each.action for each in touched] == ["new"]
    assert until(lambda: serving.answers(f"/dataset/{draft.subject.code}"))
