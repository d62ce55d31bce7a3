"""What was read of a view, kept by each worker; of a newer snapshot only what was touched is read.

Holdings, matching and the like are each kept so, by the folder of the view they were read from.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from flask import current_app
from pyoxigraph import Store

from graph.ledger.ledger import Ledger
from graph.views.snapshots import View
from ontology.clearance import Clearance
from web.site import ledger

KEPT = 6  # views: three clearances of the present, and some of the past
MOST = 200  # changes after which all is read again
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Reading(Generic[Read]):
    """How something is read of a view: whole, or from what moved since an older one.

    After a change of one of the kinds in `whole` all is read again.
    """

    name: str
    read: Callable[[Store], Read]
    renew: Callable[[Read, Store, Mapping[str, str]], Read]
    whole: frozenset[str] = frozenset()


@dataclass
class Keeping(Generic[Read]):
    """What a worker has read: by the folder of a view, the newest last."""

    read: OrderedDict[Path, tuple[int, Clearance, Read]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def kept_of(view: View, reading: Reading[Read]) -> Read:
    """Give what was read of a view, read now where it was not."""
    keeping: Keeping[Read] = current_app.extensions.setdefault(
        f"govgraph.{reading.name}", Keeping()
    )
    with keeping.lock:
        if view.path not in keeping.read:
            keeping.read[view.path] = (view.seq, view.clearance, _read(view, keeping, reading))
            while len(keeping.read) > KEPT:
                keeping.read.popitem(last=False)
        keeping.read.move_to_end(view.path)
        return keeping.read[view.path][2]


def _read(view: View, keeping: Keeping[Read], reading: Reading[Read]) -> Read:
    """Read a view: what moved since an older one where there is one, else all."""
    for path, (seq, clearance, before) in reversed(keeping.read.items()):
        beside = path.parent.parent == view.path.parent.parent
        if clearance is view.clearance and beside and seq <= view.seq <= seq + MOST:
            touched = touched_between(ledger(), seq, view.seq)
            if not reading.whole & set(touched.values()):
                return reading.renew(before, view.store, touched)
            break
    return reading.read(view.store)


def touched_between(told: Ledger, after: int, up_to: int) -> dict[str, str]:
    """Give the entries touched by the changes after a number up to another, with their kinds."""
    found: dict[str, str] = {}
    for seq in range(after + 1, up_to + 1):
        found.update(told.touched_by(seq))
    return found
