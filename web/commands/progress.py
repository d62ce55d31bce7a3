"""Progress on the terminal: a bar on anything that takes longer than a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from graph.views.keeper import Progress as Tell

PATIENCE = 1.0  # seconds before a bar is drawn


@contextmanager
def bar(console: Console, title: str) -> Iterator[Tell]:
    """Give a function to tell progress to; what is told is drawn after a second, then cleared."""
    began = time.monotonic()
    drawn = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = drawn.add_task(title, total=None)

    def tell(what: str, done: int, total: int) -> None:
        if time.monotonic() - began > PATIENCE:
            drawn.start()
        drawn.update(task, description=f"{title} · {what}", completed=done, total=total or None)

    try:
        yield tell
    finally:
        drawn.stop()
