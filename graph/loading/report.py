"""The report of a load: what happened to every record, in short, as files in full, and as RDF.

A report is a folder: `summary.json` the counts, `items.jsonl` one line for each repair, finding,
quarantined record and each new, changed or removed entry, `report.nt` the same as RDF, and
`quarantine*` the originals of what did not land, to be mended and loaded again.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from pyoxigraph import Literal, NamedNode, Triple

from graph import plain
from graph.ledger.entries import Delivery, Finding, Quarantined, Repair
from ontology.terms import DCT, GOV, PROV, RDF, XSD

OUTCOMES = ("new", "changed", "unchanged", "removed")
EXAMPLES = 3  # shown on the terminal for each rule


@dataclass
class Report:
    """The counts of one load; `read` counts records of the input, the rest counts entries.

    `repaired` and `found` count single values by rule, `quarantined` records by rule.
    """

    source: str
    at: datetime
    read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    repaired: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    statements_added: int = 0
    statements_removed: int = 0
    dry_run: bool = False
    seq: int | None = None  # the change it became; None where nothing changed or nothing was kept
    folder: Path | None = None
    seconds: float = 0.0

    def summary(self) -> dict[str, Any]:
        """Give the counts as JSON."""
        return {
            "source": self.source,
            "at": self.at.isoformat(),
            "change": self.seq,
            "dry_run": self.dry_run,
            "read": self.read,
            **{each: self.outcomes[each] for each in OUTCOMES},
            "kinds": dict(self.kinds),
            "repaired": dict(self.repaired),
            "found": dict(self.found),
            "quarantined": dict(self.quarantined),
            "statements_added": self.statements_added,
            "statements_removed": self.statements_removed,
            "seconds": round(self.seconds, 2),
        }


class ReportWriter:
    """Writes a report's files while the load goes on, so that memory does not grow with it."""

    def __init__(self, folder: Path, report: Report) -> None:
        """Begin the report in `folder`, which must not exist yet."""
        folder.mkdir(parents=True)
        self.folder = folder
        self.report = report
        report.folder = folder
        self._items = (folder / "items.jsonl").open("w", encoding="utf-8")
        self._rdf = (folder / "report.nt").open("w", encoding="utf-8")
        self._originals: dict[str, IO[str]] = {}
        self._headers: dict[str, str] = {}
        self._load = f"urn:govgraph:load:{folder.name}"
        self._numbered = 0

    def delivery(self, delivery: Delivery) -> None:
        """Count and write what the reader says of one record."""
        self.report.read += delivery.rows
        entry = delivery.entry
        about = (entry.key, entry.title) if entry else ("", "")
        for repair in delivery.repairs:
            self.report.repaired[repair.rule] += 1
            self._item("repair", repair.rule, about, value_fields(repair))
        for finding in delivery.findings:
            self.report.found[finding.rule] += 1
            self._item("finding", finding.rule, about, value_fields(finding))
        if delivery.quarantined:
            self.quarantine(delivery.quarantined)

    def quarantine(self, record: Quarantined) -> None:
        """Count a record that did not land, and keep its original."""
        self.report.quarantined[record.rule] += 1
        where = {"where": record.where, "why": record.why}
        self._item("quarantined", record.rule, ("", record.title), where)
        self._keep(record)

    def outcome(self, what: str, kind: str, key: str, iri: str, title: str) -> None:
        """Count what became of an entry; unchanged ones are counted only."""
        self.report.outcomes[what] += 1
        self.report.kinds[kind] += 1
        if what != "unchanged":
            self._item(what, kind, (key, title), {"iri": iri})

    def _item(self, what: str, rule: str, about: tuple[str, str], fields: dict[str, Any]) -> None:
        """Write one line of the full report, and remember the first few for the terminal."""
        item = {"what": what, "rule": rule, "key": about[0], "title": about[1], **fields}
        self._items.write(plain.text(item) + "\n")
        examples = self.report.examples.setdefault(f"{what} {rule}", [])
        if len(examples) < EXAMPLES:
            examples.append(item)
        if what in {"repair", "finding", "quarantined"}:
            self._statements(item)

    def _statements(self, item: dict[str, Any]) -> None:
        """Write one line of the report as RDF."""
        self._numbered += 1
        node = NamedNode(f"{self._load}:{self._numbered}")
        kind = {"repair": GOV.Repair, "finding": GOV.Finding, "quarantined": GOV.Quarantined}
        facts: list[tuple[NamedNode, NamedNode | Literal]] = [
            (RDF.type, kind[item["what"]]),
            (PROV.wasGeneratedBy, NamedNode(self._load)),
            (GOV.rule, Literal(item["rule"])),
            (DCT.title, Literal(item["title"])),
            (DCT.description, Literal(item["why"][0], language="en")),
            (DCT.description, Literal(item["why"][1], language="zh")),
        ]
        names = {"was": GOV.was, "now": GOV.now, "value": GOV.was, "where": GOV.where}
        facts += [(term, Literal(item[name])) for name, term in names.items() if name in item]
        for term, value in facts:
            self._rdf.write(f"{Triple(node, term, value)} .\n")

    def _keep(self, record: Quarantined) -> None:
        """Keep the original: rows of one header in one file, everything else beside each other."""
        suffix = record.format
        if suffix == "csv":
            header, _, rest = record.original.partition("\n")
            name = f"quarantine-{len(self._headers) + 1}.csv"
            name = self._headers.setdefault(header, name)
            text = rest if name in self._originals else record.original
        elif suffix in {"nt", "nq"}:
            name, text = f"quarantine.{suffix}", record.original
        else:
            number = self.report.quarantined.total()
            name, text = f"quarantine-{number:05d}.{suffix}", record.original
        self._write(name, text, keep_open=suffix in {"csv", "nt", "nq"})

    def _write(self, name: str, text: str, *, keep_open: bool) -> None:
        """Write into one of the originals' files."""
        text = text if text.endswith("\n") else text + "\n"
        if not keep_open:
            (self.folder / name).write_text(text, "utf-8")
            return
        if name not in self._originals:
            self._originals[name] = (self.folder / name).open("w", encoding="utf-8")
        self._originals[name].write(text)

    def close(self) -> None:
        """Finish all files; the summary is written last. Closing twice is closing once."""
        if self._items.closed:
            return
        for line in load_statements(NamedNode(self._load), self.report):
            self._rdf.write(line + "\n")
        for file in (self._items, self._rdf, *self._originals.values()):
            file.close()
        summary = json.dumps(self.report.summary(), ensure_ascii=False, indent=1)
        (self.folder / "summary.json").write_text(summary + "\n", "utf-8")


def value_fields(value: Repair | Finding) -> dict[str, Any]:
    """Give what a repair or finding says, for the report."""
    if isinstance(value, Repair):
        return {"property": value.property, "was": value.was, "now": value.now, "why": value.why}
    return {"property": value.property, "value": value.value, "why": value.why}


def load_statements(load: NamedNode, report: Report) -> list[str]:
    """Give the counts of a load as N-Triples lines about `load`."""
    counts = {
        GOV.read: report.read,
        GOV.new: report.outcomes["new"],
        GOV.changed: report.outcomes["changed"],
        GOV.unchanged: report.outcomes["unchanged"],
        GOV.removed: report.outcomes["removed"],
        GOV.repaired: report.repaired.total(),
        GOV.found: report.found.total(),
        GOV.quarantined: report.quarantined.total(),
    }
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, GOV.Load),
        (RDF.type, PROV.Activity),
        (DCT.identifier, Literal(report.source)),
        (PROV.startedAtTime, Literal(report.at.isoformat(), datatype=XSD.dateTime)),
    ]
    facts += [(term, Literal(count)) for term, count in counts.items()]
    return [f"{Triple(load, term, value)} ." for term, value in facts]
