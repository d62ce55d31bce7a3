"""An instance whose feed is followed by a feed writer that works when a test tells it to."""

from __future__ import annotations

from datetime import timedelta

from graph.home import Home
from graph.instance import Instance
from graph.ledger.entries import Delivery, Entry
from graph.views.snapshots import View
from ontology.clearance import Clearance
from sparql.feed_writer import FeedWriter
from sparql.feeds import Frame, Place, page
from sparql.parts import Parts
from tests import town
from tests.catalogue import BASE, NOON, dataset

FRAME = Frame(BASE, f"{BASE}/catalog.ttl", "目录", "Catalogue")
DCT, DCAT, FOAF = (
    "http://purl.org/dc/terms/",
    "http://www.w3.org/ns/dcat#",
    "http://xmlns.com/foaf/0.1/",
)
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class Followed:
    """An instance with a feed writer that works when it is told to, and every view there was."""

    def __init__(self, home: Home) -> None:
        self.instance = Instance.of(home)
        self.writer = FeedWriter(home, self.instance.ledger)
        self.parts = Parts(home)
        self.turn = 0
        self.views: list[View] = []

    def load(self, source: str, *deliveries: Delivery) -> None:
        """Have a source hold these entries and no others."""
        self.turn += 1
        town.load(self.instance, source, deliveries, NOON + timedelta(seconds=self.turn))
        self.publish()

    def publish(self) -> None:
        self.instance.settle(NOON + timedelta(seconds=self.turn))
        view = self.view
        if not self.views or self.views[-1].seq != view.seq:
            self.views.append(view)

    @property
    def view(self) -> View:
        return self.instance.snapshots.view(Clearance.OPEN)

    def follow(self) -> None:
        while self.writer.step():
            pass

    def held(self, view: View | None = None) -> int:
        """Count the parts that a reader of a view is given."""
        return len(self.parts.names(view or self.view))

    def close(self) -> None:
        self.writer.close()
        self.instance.close()


def assert_same(followed: Followed, view: View | None = None) -> int:
    """Walk every page of a view both ways; count the pages."""
    seen = view or followed.view
    place: Place | None = Place(seen.seq)
    count = 0
    while place:
        with_parts, pages = page(seen, place, FRAME, followed.parts.kept)
        assert with_parts == page(seen, place, FRAME)[0]
        place, count = pages.next, count + 1
    return count


def said(subject: str, name: str, value: str) -> str:
    return f"<{subject}> <{name}> {value} ."


def department(code: str, name: str) -> Delivery:
    iri = f"{BASE}/id/department/{code}"
    lines = (
        said(iri, TYPE, f"<{FOAF}Agent>"),
        said(iri, f"{FOAF}name", f'"{name}"@zh'),
        said(iri, "https://w3id.org/govgraph/ns#code", f'"{code}"'),
    )
    return Delivery(
        entry=Entry("department", code, iri, code, name, (iri,), {Clearance.OPEN: lines})
    )


def with_more(code: str, title: str, *more: tuple[str, str], private: bool = False) -> Delivery:
    """Give a dataset with more statements: (property, value as N-Triples)."""
    iri = f"{BASE}/id/dataset/{code}"
    lines = tuple(said(iri, name, value) for name, value in more)
    clearance = Clearance.SHARED if private else Clearance.OPEN
    return dataset(code, title, extra=lines, clearance=clearance)


def of(code: str) -> tuple[str, str]:
    return (f"{DCT}publisher", f"<{BASE}/id/department/{code}>")
