"""Measure feed pages at every depth: `python tests/bench/feed_bench.py HOME [--pages 30]`.

Each page is written as Turtle twice: made from the store, then with what parts of it are kept
(`govgraph serve` makes them). Beside the time on the clock stands the processor's: on a busy
machine only the second says what a page costs.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from graph.instance import Instance
from graph.views.snapshots import View
from ontology.clearance import Clearance
from sparql.feeds import SIZE, Frame, Kept, Place, none_kept, page
from sparql.parts import Parts

KEYS = 1 << 64


def places(view: View, count: int) -> Iterator[tuple[int, Place]]:
    """Give so many places from the first page to the last, each with its depth in percent."""
    yield 0, Place(view.seq)
    for step in range(1, count - 1):
        yield 100 * step // count, Place(view.seq, KEYS * step // count)
    yield 100, Place(view.seq, view.index.last_page_start(SIZE))


def measured(view: View, place: Place, frame: Frame, kept: Kept) -> tuple[float, float]:
    """Give the milliseconds of one page: on the clock, and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    page(view, place, frame, kept)
    return (time.perf_counter() - clock) * 1e3, (time.process_time() - processor) * 1e3


def p95(values: list[float]) -> float:
    """Give the value that 95 of 100 stay below."""
    return sorted(values)[int(len(values) * 0.95) - 1]


def main() -> None:
    """Print a table of pages made from the store, and one of pages whose parts are kept."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("home", type=Path)
    arguments.add_argument("--pages", type=int, default=30)
    wish = arguments.parse_args()
    instance = Instance.open(wish.home)
    base = instance.home.settings.base
    view = instance.snapshots.view(Clearance.OPEN)
    frame = Frame(base, f"{base}/catalog.ttl", "目录", "Catalogue")
    parts = Parts(instance.home)
    table("made from the store", view, frame, none_kept, wish.pages)
    table(f"{len(parts.names(view)):,} parts kept", view, frame, parts.kept, wish.pages)
    instance.close()


def table(title: str, view: View, frame: Frame, kept: Kept, count: int) -> None:
    """Print a row for each third of the catalogue and one for all."""
    measured(view, Place(view.seq), frame, kept)
    taken = [(depth, *measured(view, place, frame, kept)) for depth, place in places(view, count)]
    write = sys.stdout.write
    write(f"feed pages of {SIZE}, {view.index.count():,} datasets, {len(taken)} pages, {title}\n")
    write(
        f"{'depth':<12}{'clock ms, median':>18}{'p95':>8}{'processor ms, median':>24}{'p95':>8}\n"
    )
    for name, low, high in (
        ("first third", 0, 33),
        ("second", 34, 66),
        ("last", 67, 100),
        ("all", 0, 100),
    ):
        part = [each for each in taken if low <= each[0] <= high]
        clock, processor = [each[1] for each in part], [each[2] for each in part]
        write(f"{name:<12}{statistics.median(clock):>18.1f}{p95(clock):>8.1f}")
        write(f"{statistics.median(processor):>24.1f}{p95(processor):>8.1f}\n")


if __name__ == "__main__":
    main()
