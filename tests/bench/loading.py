"""Loading, from a file to published views, beside what `oxigraph load` takes for the same file."""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.figures import Figure, at_least
from tests.bench.machine import Run, oxigraph, run
from tests.bench.town import Town

Tell = Callable[[str], None]
SLOWEST = 0.15  # of the native loader's statements in a second
AGAIN = 3.0  # times as fast as the first load


def loading(town: Town, rounds: int, tell: Tell) -> Iterator[Figure]:
    """Load the catalogue and load it natively, in turn; then load it again."""
    ours, native = [], []
    for number in range(rounds):
        warm(town.file)
        native.append(load_natively(town.file, town.folder / "native"))
        warm(town.file)
        ours.append(town.load())
        tell(f"load {number + 1}: {ours[-1].seconds:.1f} s, native {native[-1].seconds:.1f} s")
    first, beside = middle(ours), middle(native)
    yield at_least(
        f"load {town.datasets:,} datasets, {town.triples:,} statements, to published",
        beside / first,
        SLOWEST,
        measured=rate(town, first),
        against=f"oxigraph load {rate(town, beside)}",
    )
    yield by_processor(ours, native)
    again = [town.load_again() for _ in range(rounds)]
    yield at_least(
        "load the same file again",
        first / middle(again),
        AGAIN,
        measured=f"{middle(again):.1f} s",
        against=f"first load {first:.1f} s",
    )
    small = Town(town.folder, max(town.datasets * 3 // 10, 1))
    less, beside_memory = small.load(), max(each.memory for each in native)
    tell(f"load {small.datasets:,}: {less.seconds:.1f} s, {less.memory >> 20:,} MB")
    yield memory(town, max(each.memory for each in ours), small, less.memory)
    yield Figure(
        "memory beside oxigraph load, same file",
        "",
        f"{max(each.memory for each in ours) >> 20:,} MB",
        f"{beside_memory >> 20:,} MB",
        f"{max(each.memory for each in ours) / beside_memory:.2f}",
    )


def by_processor(ours: list[Run], native: list[Run]) -> Figure:
    """Tell what both cost whatever else the machine does: the time of all their processes."""
    cost, beside = (statistics.median(each.processor for each in runs) for runs in (ours, native))
    return Figure(
        "the same in processor time, all processes",
        "",
        f"{cost:.1f} s",
        f"oxigraph load {beside:.1f} s",
        f"{beside / cost:.2f}",
    )


def memory(town: Town, more: int, small: Town, less: int) -> Figure:
    """See that the memory of all processes grows slower than the input."""
    grown, input_grown = more / less, town.datasets / small.datasets
    return Figure(
        f"memory of loading {town.datasets:,} beside {small.datasets:,} datasets",
        f"< {input_grown:.2f}× (as the input)",
        f"{more >> 20:,} MB",
        f"{less >> 20:,} MB",
        f"{grown:.2f}",
        grown < input_grown,
    )


def load_natively(file: Path, folder: Path) -> Run:
    """Load a file with the native program into an empty store."""
    shutil.rmtree(folder, ignore_errors=True)
    return run([oxigraph(), "load", "--location", str(folder), "--file", str(file)])


def warm(file: Path) -> None:
    """Read a file, so that both find it in the machine's memory."""
    with file.open("rb") as stream:
        while stream.read(1 << 20):
            pass


def middle(runs: list[Run]) -> float:
    """Give the median of the seconds."""
    return statistics.median(each.seconds for each in runs)


def rate(town: Town, seconds: float) -> str:
    """Tell seconds as statements a second too."""
    return f"{seconds:.1f} s ({town.triples / seconds:,.0f}/s)"
