"""An instance in a folder, and a way to load into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from graph.home import Settings, create_home
from graph.instance import Instance
from graph.ledger.entries import Delivery
from graph.loading.load import Order
from graph.loading.report import Report
from tests.catalogue import BASE, NOON, Load


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """Give an empty instance."""
    opened = Instance.of(create_home(tmp_path / "home", Settings(base=BASE)))
    yield opened
    opened.close()


@pytest.fixture
def load(instance: Instance) -> Load:
    """Give a function that loads deliveries into the instance and publishes them."""

    def loaded(*deliveries: Delivery, at: datetime = NOON, **wishes: object) -> Report:
        order = Order(
            **{  # type: ignore[arg-type]
                "source": "lamps",
                "actor": "a test",
                "at": at,
                "base": BASE,
                "origin": "a test",
                **wishes,
            }
        )
        report = instance.load(deliveries, order)
        instance.settle(at)
        return report

    return loaded
