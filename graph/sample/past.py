"""The sample city as it was: the same entries before a few edits, so that a demo has a history.

Works on the finished statements of today's city: some entries are not there yet, some say a little
less or otherwise, and a few that are gone today were still there.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from graph.ledger.entries import Delivery, Entry
from ontology.clearance import Clearance
from ontology.terms import DCAT, DCT

LATER_BORN = 0.05  # the share of datasets that were not catalogued yet
EDITED = 0.15  # the share that was edited since
WITHDRAWN = frozenset({"jtw-0002", "gaj-0003", "scjgj-0004", "huangpu-0002"})  # had a forerunner
FORERUNNER = "-2016"
DAYS_BEFORE = 31  # how much older the data of an edited entry were

Lines = dict[Clearance, tuple[str, ...]]


def as_it_was(deliveries: Iterable[Delivery], seed: int) -> Iterator[Delivery]:
    """Give the earlier state of one source of the city, whose later state is `deliveries`."""
    for delivery in deliveries:
        entry = delivery.entry
        if entry is None or entry.kind != "dataset":
            yield delivery
            continue
        chance = random.Random(f"{seed}/{entry.code}")  # noqa: S311 - a sample, not a secret
        if entry.code in WITHDRAWN:
            yield replace(delivery, entry=forerunner(entry))
        lot = chance.random()
        if lot < LATER_BORN and entry.code not in WITHDRAWN:
            continue
        if lot < LATER_BORN + EDITED:
            yield replace(delivery, entry=before_edit(entry, chance))
        else:
            yield delivery


def forerunner(entry: Entry) -> Entry:
    """Give an older edition of an entry, under a code of its own."""
    code = entry.code + FORERUNNER
    owned = re.compile(re.escape(entry.code) + r"(?![0-9])")
    lines: Lines = {
        clearance: tuple(retitled(owned.sub(code, line)) for line in each)
        for clearance, each in entry.lines.items()
    }
    return Entry(
        kind=entry.kind,
        key=owned.sub(code, entry.key) if entry.code in entry.key else entry.key + FORERUNNER,
        iri=owned.sub(code, entry.iri),
        code=code,
        title=entry.title + "（2016年版）",
        subjects=tuple(owned.sub(code, each) for each in entry.subjects),
        lines=lines,
    )


def retitled(line: str) -> str:
    """Mark a title as that of the older edition."""
    if f" {DCT.title} " not in line or "/id/dataset/" not in line.split(" ", 1)[0]:
        return line
    return line.replace('"@zh .', '（2016年版）"@zh .').replace('"@en .', ' (2016 edition)"@en .')


def before_edit(entry: Entry, chance: random.Random) -> Entry:
    """Give an entry as it stood before its last edit."""
    edit = chance.choice((without_a_keyword, with_older_data, with_older_data))
    lines = {clearance: edit(entry.iri, each) for clearance, each in entry.lines.items()}
    return replace(entry, lines=lines)


def without_a_keyword(_iri: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Leave one keyword out."""
    keywords = [line for line in lines if f" {DCAT.keyword} " in line]
    return tuple(line for line in lines if line != keywords[-1]) if keywords else lines


def with_older_data(iri: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    """Let the data have been updated a month earlier."""
    head = f"<{iri}> {DCT.modified} "
    return tuple(DAY.sub(earlier, line) if line.startswith(head) else line for line in lines)


DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def earlier(match: re.Match[str]) -> str:
    """Give a day a month before the one found."""
    return (date.fromisoformat(match[0]) - timedelta(days=DAYS_BEFORE)).isoformat()
