"""A change of one entry: how soon its author sees it, and how soon everyone else does."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from graph.editing import Edit, put
from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.loading.load import statements_of
from ontology.clearance import Clearance
from ontology.terms import DCT
from tests.bench.figures import Figure, at_most
from tests.bench.town import SOURCE, Town

AUTHOR, OTHERS = 0.3, 2.0  # seconds
COUNT = 20
LOOK = 0.02  # seconds between two looks of another reader
GIVE_UP = 30.0


def changes(town: Town, count: int = COUNT) -> Iterator[Figure]:
    """Edit datasets of a served instance, one after the other."""
    own, others = [], []
    named = town.named("dataset", count)
    with town.opened() as instance, town.served() as port:
        seen_by_others(port, named[0][0], "")
        for turn, (code, iri) in enumerate(named):
            title = f"改动第{turn}次 {time.time_ns()}"
            began = time.perf_counter()
            edit(instance, iri, title)
            own.append(time.perf_counter() - began)
            seen_by_others(port, code, title)
            others.append(time.perf_counter() - began)
            time.sleep(0.2)
    yield at_most("a change, seen by its author", own, AUTHOR, "s")
    yield at_most("a change, seen by other readers", others, OTHERS, "s")


def edit(instance: Instance, iri: str, title: str) -> None:
    """Give a dataset another title, as a form does; returns when its author can see it."""
    kept = next(each for each in instance.ledger.entries_named([iri]) if each.source == SOURCE)
    entry = retitled(instance, kept.key, title)
    order = Edit(SOURCE, "bench", datetime.now(UTC), "bench", kept.seq)
    assert put(instance, entry, order) is not None


def retitled(instance: Instance, key: str, title: str) -> Entry:
    """Give an entry as it is, but for its Chinese title."""
    kept = instance.ledger.entry(SOURCE, key)
    assert kept is not None
    base = instance.home.settings.base
    record = f"<{base}/id/record/{kept.code}> "
    graph = f"{base}/id/source/{SOURCE}"
    found = statements_of(instance.snapshots, graph, kept.subjects)
    old = f"<{kept.iri}> {DCT.title} "
    lines = [line for _, line in found if not line.startswith(record)]
    lines = [line for line in lines if not (line.startswith(old) and line.endswith("@zh ."))]
    lines.append(f'{old}"{title}"@zh .')
    entry = Entry(kept.kind, kept.key, kept.iri, kept.code, title, kept.subjects, {})
    return replace(entry, lines={Clearance.OPEN: tuple(lines)})


def seen_by_others(port: int, code: str, title: str) -> None:
    """Wait until another client is shown a title."""
    until = time.monotonic() + GIVE_UP
    while title not in page(port, code):
        if time.monotonic() > until:
            raise SystemExit(f"{code} was not seen changed in {GIVE_UP:g} s")
        time.sleep(LOOK)


def page(port: int, code: str) -> str:
    """Read a dataset's page as JSON, over a connection of its own."""
    url = f"http://127.0.0.1:{port}/dataset/{code}.json"
    with urllib.request.urlopen(url, timeout=GIVE_UP) as answer:
        return json.dumps(json.load(answer), ensure_ascii=False)
