"""Proves that kept parts of feed pages are what would be made from the store now."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import NamedNode

from graph.views.snapshots import View
from sparql.describing import Reading
from sparql.feeds import SIZE, part
from sparql.parts import Parts

MOST = 5_000  # parts compared of a large catalogue, evenly spread


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found: parts kept for the view, how many were compared, and which are wrong."""

    kept: int
    compared: int
    wrong: tuple[str, ...]

    @property
    def faults(self) -> tuple[tuple[str, str], ...]:
        """Say each fault in both languages."""
        return tuple(
            (
                f"Feed: the part kept for {each} is not what the store says. Run: govgraph rebuild",
                f"目录分发：为 {each} 保留的片段与存储不一致。请运行：govgraph rebuild",
            )
            for each in self.wrong
        )


def prove(parts: Parts, view: View, most: int = MOST) -> Proof:
    """Compare kept parts with what is made from the view's store."""
    names = parts.names(view)
    chosen = names[:: max(1, -(-len(names) // most))]
    wrong: list[str] = []
    compared = 0
    for start in range(0, len(chosen), SIZE):
        reading = Reading(view.store, parts.base)
        some = [NamedNode(each) for each in chosen[start : start + SIZE]]
        kept = parts.kept(view, some)
        wrong += [each.value for each in some if kept.get(each) != part(reading, each)]
        compared += len(some)
    return Proof(len(names), compared, tuple(wrong))
