"""Who holds which element, kept by each worker for the views it reads.

Of a newer snapshot only what was touched since is read again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

from flask import current_app

from graph.association.holdings import Holdings, holdings, renewed
from graph.ledger import Ledger
from graph.snapshots import View
from ontology.clearance import Clearance
from web.past.here import ledger

KEPT = 6  # views: three clearances of the present, and some of the past
MOST = 200  # changes after which all is read again
WHOLE = frozenset({"element", "library"})  # kinds after whose change all is read again


@dataclass
class Keeping:
    """What a worker has read: by the folder of a view, the newest last."""

    read: OrderedDict[Path, tuple[int, Clearance, Holdings]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def held_in(view: View) -> Holdings:
    """Give who holds what in a view."""
    keeping: Keeping = current_app.extensions.setdefault("govgraph.holdings", Keeping())
    with keeping.lock:
        if view.path not in keeping.read:
            keeping.read[view.path] = (view.seq, view.clearance, _read(view, keeping))
            while len(keeping.read) > KEPT:
                keeping.read.popitem(last=False)
        keeping.read.move_to_end(view.path)
        return keeping.read[view.path][2]


def _read(view: View, keeping: Keeping) -> Holdings:
    """Read a view: what moved since an older one where there is one, else all."""
    for path, (seq, clearance, held) in reversed(keeping.read.items()):
        beside = path.parent.parent == view.path.parent.parent
        if clearance is view.clearance and beside and seq <= view.seq <= seq + MOST:
            touched = touched_between(ledger(), seq, view.seq)
            if not WHOLE & set(touched.values()):
                return renewed(held, view.store, touched)
            break
    return holdings(view.store)


def touched_between(told: Ledger, after: int, up_to: int) -> dict[str, str]:
    """Give the entries touched by the changes after a number up to another, with their kinds."""
    found: dict[str, str] = {}
    for seq in range(after + 1, up_to + 1):
        found.update(told.touched_by(seq))
    return found
