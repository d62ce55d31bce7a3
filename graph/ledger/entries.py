"""What a reader of any file hands on, record by record: entries, and what happened to them.

A reader (spreadsheet, RDF, the sample city) yields one `Delivery` per record of its input, in any
order. Nothing in a delivery knows of the ledger; `graph.loading.load` decides what is new and what changed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ontology.clearance import Clearance


@dataclass(frozen=True, slots=True)
class Entry:
    """One catalogue entry: everything that lands, changes and goes together.

    `kind` is the page kind (dataset, layer, department, system, library, element, service, ...).
    `key` is the source's own identity for it: unique within the source, stable between loads.
    `iri` is the root subject; `subjects` are all subjects of its statements, the root first.
    `lines` holds its statements as N-Triples lines without the final newline ("<s> <p> <o> ."),
    by clearance. No two entries of a source share a subject. No blank nodes.
    `title` is for reports: the Chinese title if there is one.
    """

    kind: str
    key: str
    iri: str
    code: str
    title: str
    subjects: tuple[str, ...]
    lines: dict[Clearance, tuple[str, ...]]

    def digest(self) -> str:
        """Give a digest of all statements and their clearances, whatever their order."""
        said = self.lines
        parts = [each.value + "\n" + "\n".join(sorted(said.get(each, ()))) for each in Clearance]
        return hashlib.sha256("".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Repair:
    """One value mended because its meaning was certain: what it was, what it is, and why.

    `rule` is a stable word for counting ("date", "frequency", "iri", "relative-iri", "language",
    "trimmed", ...); `property` the column or the CURIE; `why` a sentence (en, zh).
    """

    rule: str
    property: str
    was: str
    now: str
    why: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong that was left as it is: the entry lands, a person should look."""

    rule: str
    property: str
    value: str
    why: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that did not land: why, and the whole original so that it can be mended.

    `where` says where it stood ("row 17", an IRI, "line 3 column 9"); `original` is its text in
    the input's own form (a CSV row with header, N-Triples), `format` its suffix (csv, nt, ttl, ...).
    """

    where: str
    title: str
    rule: str
    why: tuple[str, str]
    original: str
    format: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one record of the input gave: an entry or a quarantined original.

    One with neither and no rows only tells of the whole input (a column that nobody reads).
    """

    entry: Entry | None = None
    quarantined: Quarantined | None = None
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    rows: int = 1  # records of the input that went into it (a dataset's 30 item rows: 30)


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader needs to know of the instance: never the stores, only names.

    `base` is the instance's base IRI without a trailing slash; `source` the source's name
    (a slug: [a-z0-9-]+); `clearance` the least clearance of everything read; `today` the day
    of the load (ISO date) for rules that reckon with it.
    """

    base: str
    source: str
    clearance: Clearance = Clearance.OPEN
    today: str = "1970-01-01"
    departments: dict[str, str] = field(default_factory=dict)  # name or alias -> department IRI
