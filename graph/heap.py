"""What is done about Python's collector of cycles where millions of small values are made.

They hold no cycles, and what is looked through for some is everything that lives: a tenth of the
time of a large load.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = (200_000, 20, 20)  # new values, and younger collections, between two collections


def spare_long_lived() -> None:
    """Begin the work of a process that makes many values and then ends."""
    gc.freeze()  # what was imported stays
    gc.set_threshold(*SELDOM)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cycles seldom inside the block."""
    before = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
