"""The source in which decisions on association stand, and patches over several sources at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Protocol

from graph.editing import (
    PATIENCE,
    Edit,
    difference,
    graph_of,
    patched,
    statements_now,
)
from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.ledger.ledger import OWN, Change, Diff, Kept, Touch, kept_of
from graph.loading.load import Order, source_entry
from ontology.clearance import Clearance

SOURCE = "association"
TITLES = ("Decisions on association", "数据关联决定")


class Writer(Protocol):
    """Who writes, when, and in which words."""

    @property
    def actor(self) -> str:
        """Give the account's name."""

    @property
    def at(self) -> datetime:
        """Give the moment."""

    @property
    def reason(self) -> str:
        """Give the sentence that the ledger keeps."""


def described(
    instance: Instance, by: Writer, diffs: list[tuple[str, Diff]], touches: list[Touch]
) -> None:
    """Describe the source before its first decision."""
    own = instance.ledger.entry(SOURCE, OWN)
    if own and own.live:
        return
    base = instance.home.settings.base
    order = Order(SOURCE, by.actor, by.at, base, "", source_kind="department", titles=TITLES)
    entry = source_entry(order, graph_of(instance, SOURCE))
    lines = tuple((Clearance.OPEN, line) for line in entry.lines[Clearance.OPEN])
    diffs.append((SOURCE, Diff(lines, ())))
    touches.append(Touch(kept_of(entry, SOURCE, entry.digest()), "new", own))


def written(
    instance: Instance, entry: Entry | None, by: Writer, gone: Kept | None = None
) -> int | None:
    """Write one decision into the source, or take `gone` away; None where nothing differs."""
    diffs: list[tuple[str, Diff]] = []
    touches: list[Touch] = []
    if gone is not None:
        diffs.append((SOURCE, Diff((), tuple(sorted(statements_now(instance, gone))))))
        touches.append(Touch(replace(gone, live=False, digest=""), "removed", gone))
    if entry is not None and (found := moved(instance, entry, by)) is not None:
        diffs.append((SOURCE, found[0]))
        touches.append(found[1])
    if not touches:
        return None
    described(instance, by, diffs, touches)
    change = Change(by.at, by.actor, "edit", SOURCE, by.reason)
    seq = instance.ledger.append(change, patched(instance, diffs), touches)
    instance.wait_or_keep(seq, by.at, PATIENCE)
    return seq


def moved(instance: Instance, entry: Entry, by: Writer) -> tuple[Diff, Touch] | None:
    """Give how a decision differs from what is there; None where it does not."""
    before = instance.ledger.entry(SOURCE, entry.key)
    edit = Edit(SOURCE, by.actor, by.at, by.reason, before.seq if before else 0)
    return difference(instance, entry, edit, before)
