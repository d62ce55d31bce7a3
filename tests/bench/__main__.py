"""The figures that govgraph is held to: `uv run --group bench python -m tests.bench`.

Everything runs as people run it: the command line loads, `govgraph serve` answers over HTTP. What
is compared runs beside it on the same machine, in turn. `--quick` does it all on a small catalogue,
to see that it works; its figures mean little.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench import (
    analytics,
    association,
    bulk,
    changes,
    dragging,
    exploring,
    forms,
    lineage,
    loading,
    lookups,
    pages,
    store_queries,
    streaming,
)
from tests.bench.figures import Figure, table, write
from tests.bench.machine import about
from tests.bench.town import Town

DATASETS, QUICK = 100_000, 2_000
ROWS: dict[str, Callable[[Town, argparse.Namespace], Iterator[Figure]]] = {
    "loading": lambda town, wish: loading.loading(town, wish.rounds, tell),
    "pages": lambda town, wish: pages.pages(town.loaded(), wish.answers),
    "serialiser": lambda town, _: pages.serialiser(town.loaded(), tell),
    "lookups": lambda town, wish: lookups.lookups(town.loaded(), wish.rounds, wish.seconds, tell),
    "streaming": lambda town, wish: streaming.streaming(town.loaded(), wish.rounds, tell),
    "analytics": lambda town, _: analytics.analytics(town.loaded(), tell),
    "under-load": lambda town, wish: pages.under_load(town.loaded(), wish.answers),
    "queries": lambda town, _: store_queries.store_queries(
        Town(town.folder, town.datasets // 10).loaded(), town.loaded()
    ),
    "lineage": lambda town, _: lineage.lineage(town, tell),
    "association": lambda town, _: association.association(town, tell),
    "exploring": lambda town, _: exploring.exploring(town.loaded()),
    "dragging": lambda town, _: dragging.dragging(town.loaded()),
    "bulk": lambda town, _: bulk.bulk(town.loaded(), tell),
    "forms": lambda town, wish: forms.forms(town.loaded(), tell, *wish.forms),
    "changes": lambda town, _: changes.changes(town.loaded()),  # last: it alters the catalogue
}


def tell(line: str) -> None:
    """Say how far it is."""
    sys.stderr.write(f"  {line}\n")


def wishes() -> argparse.Namespace:
    """Read the command line."""
    reader = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    reader.add_argument("--datasets", type=int, help=f"size of the catalogue ({DATASETS:,})")
    reader.add_argument("--quick", action="store_true", help=f"a catalogue of {QUICK:,}, one round")
    reader.add_argument(
        "--keep", type=Path, metavar="DIR", help="work there, and use what is there"
    )
    reader.add_argument(
        "--only", choices=ROWS, nargs="+", default=list(ROWS), help="some rows only"
    )
    reader.add_argument("--write", type=Path, metavar="DIR", help="for figures.md and figures.json")
    wish = reader.parse_args()
    wish.datasets = wish.datasets or (QUICK if wish.quick else DATASETS)
    wish.rounds, wish.answers, wish.seconds = (1, 40, 2.0) if wish.quick else (2, 200, 10.0)
    wish.forms = (5, 50) if wish.quick else (forms.ROUNDS, forms.WAITING)
    return wish


@contextmanager
def workplace(keep: Path | None) -> Iterator[Path]:
    """Give a folder to work in: one that stays, or one that goes."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="govgraph-bench-") as folder:
        yield Path(folder)


def main() -> int:
    """Measure, print the table, write it; end with 1 where a target is missed."""
    wish = wishes()
    figures: list[Figure] = []
    said = [f"{wish.datasets:,} datasets", *about()]
    with workplace(wish.keep) as folder:
        town = Town(folder, wish.datasets)
        for name in wish.only:
            tell(f"{name} …")
            for figure in ROWS[name](town, wish):
                figures.append(figure)
                tell(" · ".join(filter(None, figure.cells)))
        write(wish.write or folder, figures, said)
    sys.stdout.write("\n".join([*said, "", table(figures), ""]))
    return 1 if any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
