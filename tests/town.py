"""The tests' town: an instance with a small city in it, loaded as people load, twice, published.

`town()` is its open view, `house()` what the application is made with. Both are made once for all
tests of a run, which read them and never write.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from graph.harvest.tables import providers
from graph.home import Settings, create_home
from graph.instance import Instance
from graph.ledger.entries import Delivery, Entry
from graph.loading import reference
from graph.loading.load import Order
from graph.past.history import History
from graph.sample import TOWN, city
from graph.views.snapshots import View
from ontology.clearance import Clearance
from tests.catalogue import dataset
from web.site import Edition, Site

BASE = "http://127.0.0.1:8000"
NOON = datetime(2026, 9, 23, 4, tzinfo=UTC)
BEFORE = NOON - timedelta(days=45)
SEED = 2017
WITHDRAWN = "jtw-9999"  # was in the first load and is not in the second


@cache
def instance() -> Instance:
    """Give the town's instance, in a folder that goes when the tests end."""
    return settled(copies=1)


@cache
def large_instance() -> Instance:
    """Give the town with ten of every dataset: its pages must cost no more queries."""
    return settled(copies=10)


def town(clearance: Clearance = Clearance.OPEN) -> View:
    """Give the town's view of a clearance."""
    return instance().snapshots.view(clearance)


def house(of: Instance | None = None) -> Site:
    """Give what the application is made with, at noon of the town's day."""
    held = of or instance()
    published = held.snapshots.current()
    return Site(
        settings=held.home.settings,
        snapshots=held.snapshots,
        history=History(held.ledger, held),
        edition=lambda: Edition(published.seq, published.at),
        now=lambda: NOON,
    )


def settled(copies: int) -> Instance:
    """Make an instance of so many copies of the town and publish it."""
    folder = Path(tempfile.mkdtemp(prefix="town-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Instance.of(create_home(folder / "home", Settings(base=BASE)))
    atexit.register(made.close)
    load(made, reference.SOURCE, register(), BEFORE)
    for at in (BEFORE, NOON):
        for source, deliveries in sources(at.date()).items():
            if at is BEFORE and source == "jtw":
                deliveries.append(withdrawn())
            more = (each for number in range(1, copies) for each in copied(deliveries, number))
            load(made, source, [*deliveries, *more], at)
    made.settle(NOON)
    return made


def load(made: Instance, source: str, deliveries: Iterable[Delivery], at: datetime) -> None:
    """Load deliveries as one change, as the demo does."""
    order = Order(
        source=source,
        actor="govgraph demo",
        at=at,
        base=BASE,
        origin="sample city",
        source_kind="sample",
        titles=(source, source),
        replace=True,
        insist=True,
    )
    made.load(deliveries, order)


def withdrawn() -> Delivery:
    """Give a dataset that was there before and is not any more; its title could do harm."""
    return dataset(WITHDRAWN, "公交卡<b>代售点</b>")


def register() -> Iterator[Delivery]:
    """Give the vocabulary, the code lists and the city's departments."""
    yield from reference.deliveries()
    for entry in providers.register(BASE)[0]:
        yield Delivery(entry=entry)


def sources(today: date) -> dict[str, list[Delivery]]:
    """Give the town's deliveries of a day by source."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    for source, delivery in city(seed=SEED, today=today, base=BASE, size=TOWN):
        found[source].append(delivery)
    return found


def copied(deliveries: Iterable[Delivery], number: int) -> Iterator[Delivery]:
    """Give a copy of every dataset and layer under other names."""
    for delivery in deliveries:
        if delivery.entry and delivery.entry.kind in {"dataset", "layer"}:
            yield Delivery(entry=renamed(delivery.entry, f"x{number}-"))


def renamed(entry: Entry, mark: str) -> Entry:
    """Give an entry whose own subjects have other names; what it points at stays."""
    subjects = set(entry.subjects)

    def other(iri: str) -> str:
        head, _, last = iri.rpartition("/")
        return f"{head}/{mark}{last}" if iri in subjects else iri

    names = {f"<{iri}>": f"<{other(iri)}>" for iri in subjects}

    def line(text: str) -> str:
        subject, name, value = text.removesuffix(" .").split(" ", 2)
        value = f'"{mark}{entry.code}"' if value == f'"{entry.code}"' else value
        return f"{names.get(subject, subject)} {name} {names.get(value, value)} ."

    return Entry(
        kind=entry.kind,
        key=mark + entry.key,
        iri=other(entry.iri),
        code=mark + entry.code,
        title=entry.title,
        subjects=tuple(other(iri) for iri in entry.subjects),
        lines={each: tuple(map(line, lines)) for each, lines in entry.lines.items()},
    )
