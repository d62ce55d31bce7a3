"""Flows of the newest snapshot kept in a file beside the views, so that a fresh process begins with them.

Reading all steps of a large catalogue takes seconds, and each web worker would pay it with somebody's
first page. A writer in the background pays it once: it brings the file up by what the ledger says was
touched, when a snapshot has stood for a moment, and reads everything anew only after a bulk load.
Each clearance has a file of its own, and whoever reads it brings it up to the snapshot at hand.
"""

from __future__ import annotations

import json
from array import array
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Store

from graph.home import Home
from graph.ledger.ledger import Ledger
from graph.lineage.days import Days, Times
from graph.lineage.flows import Flows, flows_of, subject_of
from graph.lineage.holding import Kept, days_since, renewed, touched_by
from graph.views.settling import write
from graph.views.snapshots import Published, Snapshots
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT, RDF

QUIET = 3.0  # seconds that a snapshot has to stand before its flows are written
SHOWN = 200  # datasets without a step that are named
MERGE = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Alone:
    """Datasets that stand in no step: how many, how many by keeper, and the first of them."""

    total: int = 0
    keepers: Mapping[str, int] = field(default_factory=dict)
    some: tuple[str, ...] = ()


def alone_in(store: Store, flows: Flows) -> Alone:
    """Find the datasets of a view that stand in no step."""
    found: list[str] = []
    for quad in store.quads_for_pattern(None, RDF.type, DCAT.Dataset, MERGE):
        iri = subject_of(quad)
        if flows.number(iri) is None:
            found.append(iri)
    keepers = Counter(keeper for iri in found if (keeper := keeper_of(store, iri)))
    return Alone(len(found), dict(keepers.most_common()), tuple(sorted(found)[:SHOWN]))


def keeper_of(store: Store, iri: str) -> str:
    """Give who keeps a dataset, "" where nobody is said to."""
    quads = store.quads_for_pattern(NamedNode(iri), DCT.publisher, None, MERGE)
    return next((q.object.value for q in quads if isinstance(q.object, NamedNode)), "")


def text_of(published: Published, flows: Flows) -> str:
    """Write flows as text."""
    steps = array("I")
    for one, others in enumerate(flows.after):
        for other in others:
            steps.extend((one, other, flows.kinds.get((one, other), 0)))
    return json.dumps(
        {
            "seq": published.seq,
            "audit": published.anchor.digest,
            "iris": flows.iris,
            "steps": b64encode(steps.tobytes()).decode(),
        },
        ensure_ascii=False,
    )


def flows_in(told: Mapping[str, Any]) -> Flows:
    """Read flows that were written."""
    iris = told["iris"]
    numbers = {iri: number for number, iri in enumerate(iris)}
    flows = Flows(iris, numbers, [[] for _ in iris], [[] for _ in iris])
    steps = array("I", b64decode(told["steps"]))
    after, before, kinds = flows.after, flows.before, flows.kinds
    for one, other, kind in zip(steps[::3], steps[1::3], steps[2::3], strict=True):
        after[one].append(other)
        before[other].append(one)
        if kind:
            kinds[one, other] = kind
    return flows


def kept_in(folder: Path, clearance: Clearance) -> Kept | None:
    """Give the flows that were written of a clearance's view; None where there are none to read."""
    try:
        told = json.loads((folder / f"{clearance}.json").read_text())
        later = partial(days_kept, folder, clearance)
        return Kept(clearance, told["seq"], flows_in(told), later=later)
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def days_text(published: Published, days: Days) -> str:
    """Write as text when steps held."""
    told = {
        target: {source: (times.otherwise, times.spans) for source, times in of.items()}
        for target, of in days.items()
    }
    return json.dumps({"seq": published.seq, "days": told}, ensure_ascii=False)


def days_kept(folder: Path, clearance: Clearance) -> tuple[int, Days] | None:
    """Give when steps held as it was written of a view, and at which change; None for nothing."""
    try:
        told = json.loads((folder / f"{clearance}.days.json").read_text())
        return told["seq"], {
            target: {
                source: Times(place, tuple((one, other) for one, other in spans))
                for source, (place, spans) in of.items()
            }
            for target, of in told["days"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def alone_kept(folder: Path, clearance: Clearance, seq: int, regraded: int) -> Alone | None:
    """Give the datasets without a step as they were written, for a reader of change `seq`.

    None before the first, and from before anything became stricter: they would tell of what is
    hidden now.
    """
    try:
        told = json.loads((folder / f"{clearance}.alone.json").read_text())
        found = Alone(told["total"], told["keepers"], tuple(told["some"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if regraded <= told["seq"] <= seq else None


class FlowWriter:
    """Keeps the flows of an instance's three views written, up to a snapshot that stands still."""

    def __init__(self, home: Home, ledger: Ledger) -> None:
        """Begin with nothing written: what is there may be of another ledger."""
        self.ledger = ledger
        self.snapshots = Snapshots(home.snapshots)
        self.folder = home.flows
        self._written: dict[Clearance, Path] = {}

    def step(self, now: datetime, stopped: Callable[[], bool] = lambda: False) -> int:
        """Write the flows of the newest snapshot where they are behind; say of how many views."""
        published = self.snapshots.current()
        if not self._written:
            self._begin(published)
        elif (now - published.at).total_seconds() < QUIET:
            return 0
        late = [each for each in Clearance if self._written.get(each) != published.path]
        for done, clearance in enumerate(late):
            if stopped():
                return done
            self._write(clearance, published)
        return len(late)

    def _begin(self, published: Published) -> None:
        """Go on from what an earlier writer left of this very snapshot; take anything else away."""
        for clearance in Clearance:
            place = self.folder / f"{clearance}.json"
            try:
                told = json.loads(place.read_text())
                same = (told["seq"], told["audit"]) == (published.seq, published.anchor.digest)
            except (OSError, ValueError, KeyError, TypeError):
                same = False
            if same:
                self._written[clearance] = published.path
            else:
                place.unlink(missing_ok=True)
                place.with_suffix(".days.json").unlink(missing_ok=True)

    def _write(self, clearance: Clearance, published: Published) -> None:
        view = self.snapshots.view(clearance, published.seq)
        flows = self._brought_up(clearance, view.store, published.seq) or flows_of(view.store)
        days = self._days(clearance, view.store, published.seq)
        self.folder.mkdir(exist_ok=True)
        write(self.folder / f"{clearance}.days.json", days_text(published, days))
        write(self.folder / f"{clearance}.json", text_of(published, flows))
        alone = {"seq": published.seq, **asdict(alone_in(view.store, flows))}
        write(self.folder / f"{clearance}.alone.json", json.dumps(alone))
        self._written[clearance] = published.path

    def _brought_up(self, clearance: Clearance, store: Store, seq: int) -> Flows | None:
        """Give what was written with what changed since; None where everything is to be read."""
        known = kept_in(self.folder, clearance) if clearance in self._written else None
        if known is None or known.seq > seq:
            return None
        touched = touched_by(self.ledger, known.seq, seq)
        return None if touched is None else renewed(known.flows, store, touched)

    def _days(self, clearance: Clearance, store: Store, seq: int) -> Days:
        """Give when steps held: as it was written, with what changed since, else read."""
        known = days_kept(self.folder, clearance) if clearance in self._written else None
        return days_since(known, store, seq, partial(touched_by, self.ledger))
