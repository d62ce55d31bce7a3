"""Forms and queues on a large catalogue: opened, saved as one types, checked, reviewed, decided.

Somebody who signed in asks over HTTP, as a browser does, while many versions wait for a decision.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import requests

from graph.cataloguing.cases import Cases, Decision
from graph.cataloguing.drafts import Draft, Saving, Subject
from graph.cataloguing.typed import Typed
from graph.editing import Edit, put
from graph.instance import Instance
from graph.ledger.entries import Entry
from ontology.actions import Action
from ontology.clearance import Clearance
from ontology.people import Grant, Person, Role
from ontology.terms import GOV, RDF, SKOS, code_iri
from tests.bench.figures import Figure, at_most
from tests.bench.town import Town
from web.accounts.passwords import hashed
from web.accounts.store import Accounts, accounts_of

LIMIT = 200.0  # milliseconds
ROUNDS, WAITING = 40, 1_000  # answers behind each figure; versions that wait meanwhile
ITEMS = 30
OWNER = f"desk{datetime.now(UTC):%d%H%M%S}"  # of this run alone: a catalogue may be kept
PASSWORD = "govgraph bench 2017"
SEAL = re.compile(r'name="csrf_token" value="([^"]+)"')
JSON, HTML = {"Accept": "application/json"}, {"Accept": "text/html"}
OPEN = (
    ("gov:sharingType", "sharing", "unconditional"),
    ("gov:opennessType", "openness", "unconditional"),
)
Told = Callable[[str], None]


def forms(town: Town, tell: Told, rounds: int = ROUNDS, waiting: int = WAITING) -> Iterator[Figure]:
    """Measure what a cataloguer and a reviewer wait for."""
    with town.opened() as instance, town.served() as port:
        office(instance)
        made = queued(Cases(instance), waiting)
        tell(f"{waiting:,} versions wait for {OWNER}")
        writer, approver = Browser(port, "writer"), Browser(port, "approver")
        form = f"/cataloguing/drafts/{begun(Cases(instance), 'form').id}"
        for name, work in {
            "the desk": partial(writer.get, "/cataloguing/"),
            "a new entry begun": partial(
                writer.post, "/cataloguing/drafts", kind="dataset", owner=OWNER
            ),
            f"a form of {ITEMS} items, opened": partial(writer.get, form),
            f"a form of {ITEMS} items, saved as one types": partial(typing, writer, form),
            f"a form of {ITEMS} items, checked": partial(writer.get, f"{form}?check=yes"),
            "a standard element, proposed": partial(
                writer.get, "/cataloguing/elements?q=统一社会信用代码"
            ),
            f"the queue, {waiting:,} waiting": partial(approver.get, "/cataloguing/queue"),
            "a version beside what is published": partial(
                approver.get, f"/cataloguing/drafts/{made[0].id}/review"
            ),
            "a decision": Deciding(approver, made),
        }.items():
            work()  # what a worker remembers for a snapshot is read once
            yield at_most(name, [timed(work) for _ in range(rounds)], LIMIT)


def timed(work: Callable[[], object]) -> float:
    """Give the milliseconds that something takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e3


class Browser:
    """Somebody signed in, with the hidden field of their forms."""

    def __init__(self, port: int, name: str) -> None:
        """Sign in."""
        self.root, self.session = f"http://127.0.0.1:{port}", requests.Session()
        self.seal = seal_in(self.get("/sign-in"))
        self.post("/sign-in", identity=f"{OWNER}-{name}", password=PASSWORD)
        self.seal = seal_in(self.get("/account"))

    def get(self, path: str) -> str:
        """Read a page."""
        return right(self.session.get(self.root + path, headers=HTML, timeout=60)).text

    def post(self, path: str, **fields: str) -> requests.Response:
        """Send a form, and follow it nowhere."""
        accept = JSON if "revision" in fields and "action" not in fields else HTML
        answer = self.session.post(
            self.root + path,
            data={"csrf_token": self.seal, **fields},
            headers=accept,
            allow_redirects=False,
            timeout=60,
        )
        return right(answer)


def right(answer: requests.Response) -> requests.Response:
    """Give an answer that is none of a fault."""
    assert answer.status_code < 400, f"{answer.url}: {answer.status_code}"
    return answer


def seal_in(page: str) -> str:
    """Give the hidden field of a page's form."""
    found = SEAL.search(page)
    assert found
    return found[1]


def typing(writer: Browser, form: str) -> None:
    """Save a form as its script does, each time with another title."""
    fields = posted(typed(f"打字 {time.time_ns()}"))
    fields["revision"] = typing.__dict__.setdefault(form, "1")
    typing.__dict__[form] = str(writer.post(form, **fields).json()["revision"])


@dataclass
class Deciding:
    """Approves one version after the other."""

    approver: Browser
    made: list[Draft]
    at: int = field(default=1)

    def __call__(self) -> None:
        """Approve the next."""
        draft = self.made[self.at]
        self.at += 1
        path = f"/cataloguing/drafts/{draft.id}/steps"
        self.approver.post(path, action="approve", revision=str(draft.revision))


def office(instance: Instance) -> None:
    """Put a department with a cataloguer and an approver into the instance."""
    iri = f"{instance.home.settings.base}/id/department/{OWNER}"
    lines = (
        f"<{iri}> {RDF.type} {GOV.Department} .",
        f'<{iri}> {GOV.code} "{OWNER}" .',
        f'<{iri}> {SKOS.prefLabel} "测量处"@zh .',
        f'<{iri}> {SKOS.prefLabel} "Bench office"@en .',
    )
    entry = Entry("department", OWNER, iri, OWNER, "测量处", (iri,), {Clearance.OPEN: lines})
    put(instance, entry, Edit(OWNER, "bench", datetime.now(UTC), "bench", 0))
    accounts = accounts_of(instance)
    for name, role in (("writer", Role.CATALOGUER), ("approver", Role.APPROVER)):
        account(accounts, f"{OWNER}-{name}", Grant(role, OWNER))


def account(accounts: Accounts, name: str, grant: Grant) -> None:
    """Make an account with a role."""
    now = datetime.now(UTC)
    accounts.add(name, now=now, password_hash=hashed(PASSWORD), confirmed=True)
    accounts.grant(name, grant, by="bench", now=now)


def queued(cases: Cases, count: int) -> list[Draft]:
    """Hand in so many new datasets."""
    return [handed_in(cases, begun(cases, f"q{at}")) for at in range(count)]


def begun(cases: Cases, name: str) -> Draft:
    """Begin a dataset of thirty items."""
    code = f"{OWNER}-{name}"
    iri = f"{cases.instance.home.settings.base}/id/dataset/{code}"
    person = Person(f"{OWNER}-writer", (Grant(Role.CATALOGUER, OWNER),), verified=True)
    subject = Subject("dataset", code, iri, OWNER, code, OWNER)
    draft = cases.begin(subject, Typed(), person, datetime.now(UTC))
    saving = Saving(person.name, datetime.now(UTC), draft.revision)
    return draft if name == "form" else cases.drafts.save(draft.id, typed(name), saving)


def handed_in(cases: Cases, draft: Draft) -> Draft:
    """Hand a draft in."""
    person = Person(f"{OWNER}-writer", (Grant(Role.CATALOGUER, OWNER),), verified=True)
    return cases.take(draft, person, Decision(Action.SUBMIT, datetime.now(UTC), draft.revision))


def typed(title: str) -> Typed:
    """Give what is typed of a dataset of thirty items."""
    axes = {name: (code_iri(listed, value).value,) for name, listed, value in OPEN}
    items = tuple(
        {"csvw:title@zh": f"数据项{at}", "csvw:name": f"field_{at}", "gov:length": "50"}
        for at in range(ITEMS)
    )
    return Typed({"dct:title@zh": (title,), **axes}, items)


def posted(what: Typed) -> dict[str, str]:
    """Give what was typed as a form sends it."""
    rows = {
        f"items.{at}.{name}": text
        for at, row in enumerate(what.items)
        for name, text in row.items()
    }
    return {**{name: texts[0] for name, texts in what.fields.items()}, **rows}
