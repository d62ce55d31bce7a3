"""How many questions a page asks of the store: no more in a catalogue ten times as large."""

from __future__ import annotations

from collections.abc import Iterator

from sparql.query import counting
from tests.bench.figures import Figure
from tests.bench.town import Town
from web.app import create_app
from web.house import site_of


def store_queries(small: Town, large: Town) -> Iterator[Figure]:
    """Count the store queries of the same pages of two catalogues."""
    few, many = counted(small), counted(large)
    for name, count in many.items():
        yield Figure(
            f"store queries of {name}, {large.datasets:,} datasets",
            "no more than with a tenth",
            str(count),
            f"{few[name]} with {small.datasets:,}",
            met=count <= few[name],
        )


def counted(town: Town) -> dict[str, int]:
    """Count the store queries of each kind of page, by its name."""
    dataset, office = town.named("dataset", 2)[1][0], town.named("department", 2)[1][0]
    paths = {
        "home": "/",
        "search": "/search?q=停车",
        "a dataset": f"/dataset/{dataset}",
        "a department": f"/department/{office}",
        "a feed page": "/catalog.ttl",
    }
    with town.opened() as instance:
        house = site_of(instance)
        try:
            client = create_app(site=house).test_client()
            return {name: queries(client, path) for name, path in paths.items()}
        finally:
            house.pool.close()


def queries(client: object, path: str) -> int:
    """Ask for a page and count what it asks of the store."""
    with counting() as tally:
        answer = client.get(path, headers={"Accept": "text/html"})  # type: ignore[attr-defined]
    assert answer.status_code == 200, (path, answer.status)
    return tally.total()
