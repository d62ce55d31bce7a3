"""Small catalogue entries for tests, as a reader of a file would deliver them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from graph.instance import Instance
from graph.ledger.entries import Delivery, Entry
from graph.loading.report import Report
from ontology.clearance import Clearance

BASE = "http://127.0.0.1:8000"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def dataset(
    code: str,
    title: str = "路灯",
    *,
    clearance: Clearance = Clearance.OPEN,
    extra: tuple[str, ...] = (),
    private: tuple[str, ...] = (),
) -> Delivery:
    """Give a dataset as a reader would deliver it; `extra` are more N-Triples lines."""
    iri = f"{BASE}/id/dataset/{code}"
    lines = (
        f"<{iri}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .",
        f'<{iri}> <http://purl.org/dc/terms/title> "{title}"@zh .',
        f'<{iri}> <https://w3id.org/govgraph/ns#code> "{code}" .',
        *extra,
    )
    held = {clearance: lines}
    if private:
        held[Clearance.GOVERNANCE] = (*held.get(Clearance.GOVERNANCE, ()), *private)
    subjects = dict.fromkeys(line[1 : line.index(">")] for line in (*lines, *private))
    return Delivery(entry=Entry("dataset", code, iri, code, title, tuple(subjects), held))


Load = Callable[..., Report]


def titles(instance: Instance, clearance: Clearance) -> set[str]:
    """Give all titles of datasets that a view's store holds in its merge."""
    store = instance.snapshots.view(clearance).store
    found = store.quads_for_pattern(None, None, None, None)
    return {
        quad.object.value
        for quad in found
        if quad.predicate.value == "http://purl.org/dc/terms/title"
        and "/id/dataset/" in quad.subject.value
    }
