"""Statements that a person adds and removes, whatever they are of, written down as ONE change.

A statement belongs to the entry that holds its subject; what no entry holds becomes part of the one
that names it, or an entry of its own. So history, differences, undo and the tombstone of what went
(410) are those of every other change. Law of the graph: a source's graph alone is written to; what
the catalogue itself keeps (its records, its sources, codes) is not; two sources never hold one
entry; a statement is as strict as its entry.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from pyoxigraph import NamedNode

from graph.editing import graph_of, sections_of
from graph.harvest.rdf.heads import page_kind
from graph.harvest.rdf.kinds import KIND_OF_TYPE, ROOTS, THING, TYPE
from graph.harvest.rdf.rules import (
    code_of,
    entry_statements,
    facts_of,
    lines_by_clearance,
    title_of,
)
from graph.harvest.rdf.skolem import named
from graph.home import APART, Settings
from graph.instance import Instance
from graph.ledger.entries import Context, Entry
from graph.ledger.ledger import OWN, Change, Diff, Kept, Touch, kept_of
from graph.ledger.patch import Section
from graph.loading.load import (
    RECORDED,
    Order,
    Statement,
    issued_line,
    record_lines,
    source_entry,
    statements_of,
)
from graph.past.levels import parted
from graph.views.stores import canonical
from ontology.clearance import Clearance, strictest
from ontology.errors import Conflict, Invalid

PATIENCE = 30.0  # seconds that a writer waits to see the own change
REFERENCE = "reference"
FEDERATION = "federation"  # the source of what endpoints may be asked along (SERVICE)
DEFAULT = "default"  # the source of what stands in a default graph of its own
GIVEN = re.compile(r"given-[a-z2-9]{12}")  # names of graphs that were sent without one
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
CODE = "<https://w3id.org/govgraph/ns#code>"
KEPT_HERE = ("record", "source", "load")  # kinds of things that the catalogue itself writes

Lines = Mapping[str, Iterable[str]]  # N-Triples lines by named graph; "" is the default graph
Part = tuple[str, str, str]


class Moved(Conflict):
    """The catalogue moved since the statements were resolved: resolve them again."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes, when and why; `seq` is the number of the snapshot that was looked at.

    `sees` is what the writer sees: of a graph that is emptied for them nothing is left to them.
    """

    actor: str
    at: datetime
    reason: str
    kind: str
    seq: int
    sees: Clearance = Clearance.GOVERNANCE


def source_of(instance: Instance, graph: str) -> str:
    """Give the source whose graph this is; raises Invalid for what may not be written to."""
    head = graph_of(instance, "")
    if graph and graph == own_graph(instance.home.settings):
        return DEFAULT
    if not graph:
        raise Invalid(
            "Here the default graph is the merge of all graphs, so nothing is written to it itself: "
            f"name a source's graph, as in GRAPH <{head}NAME> {{ … }} or WITH <{head}NAME>.",
            "本实例的默认图是各命名图的合并，不能直接写入：请指明来源图，"
            f"例如 GRAPH <{head}名称> {{ … }} 或 WITH <{head}名称>。",
        )
    source = graph.removeprefix(head)
    if source == REFERENCE:
        raise Invalid(
            "The reference graph (code lists, divisions, the register) is loaded, not updated.",
            "参考图（代码表、行政区划、部门名册）只能装载，不能更新。",
        )
    if source == graph or not _is_source(instance, source):
        raise Invalid(
            f"<{graph}> is not the graph of a source: those are named <{head}NAME>, where NAME is the code "
            "of a department or of a source that was loaded.",
            f"<{graph}> 不是来源图；来源图的形式为 <{head}名称>，其中名称为部门代码或已装载来源的代码。",
        )
    return source


def named_anew(instance: Instance) -> str:
    """Give a name that no graph has had, for one that comes without."""
    return graph_of(instance, f"given-{''.join(secrets.choice(LETTERS) for _ in range(12))}")


def own_graph(settings: Settings) -> str:
    """Give the graph that stands for the default one; "" where that is the merge of all."""
    return f"{settings.base}/id/source/{DEFAULT}" if settings.default_graph == APART else ""


def _is_source(instance: Instance, source: str) -> bool:
    if source == FEDERATION:
        return True  # nobody's department: the administrator's alone
    if GIVEN.fullmatch(source):
        return True  # the store named it; no department's either
    own = instance.ledger.entry(source, OWN)
    return bool(own and own.live) or is_department(instance, source)


def is_department(instance: Instance, source: str) -> bool:
    """Say whether a source bears a department's code: it is that department's own catalogue."""
    return any(each.live for each in instance.ledger.entries_coded("department", source))


def rewrite(instance: Instance, added: Lines, removed: Lines, writing: Writing) -> int | None:
    """Write the statements as one change, and give its number when it is published.

    None where nothing differs. Raises Moved, with nothing written, where the catalogue is not what
    it was at `writing.seq`; Invalid and Conflict where law forbids it.
    """
    graphs = sorted({*added, *removed})
    parts = [
        Rewriting(instance, source_of(instance, graph), writing).of(
            added.get(graph, ()), removed.get(graph, ())
        )
        for graph in graphs
    ]
    touches = [touch for part in parts for touch in part.touches]
    if not touches:
        return None
    sections = [section for part in parts for section in part.sections()]
    if instance.ledger.last() != writing.seq:
        raise Moved(
            "The catalogue was changed meanwhile; nothing was written. Send it again.",
            "目录在此期间有变更，未写入任何内容，请重试。",
        )
    source = parts[0].source if len(parts) == 1 else ""
    change = Change(writing.at, writing.actor, writing.kind, source, writing.reason)
    seq = instance.ledger.append(change, sections, touches)
    instance.wait_or_keep(seq, writing.at, PATIENCE)
    return seq


@dataclass(slots=True)
class Holding:
    """One entry in the making: how it stood, what is taken out and put in."""

    kept: Kept | None
    root: str
    added: list[Part] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Rewriting:
    """What moves in one source's graph."""

    instance: Instance
    source: str
    writing: Writing
    touches: list[Touch] = field(default_factory=list)
    diffs: list[Diff] = field(default_factory=list)
    known: dict[str, Kept] = field(default_factory=dict)
    holdings: dict[str, Holding] = field(default_factory=dict)
    holder: dict[str, str] = field(default_factory=dict)  # subject -> root of its entry

    def of(self, added: Iterable[str], removed: Iterable[str]) -> Rewriting:
        """Take statements in, entry by entry."""
        removed = tuple(removed)
        entries = self.instance.ledger.entries_of(self.source)
        self.known = {each.iri: each for each in entries.values() if each.key != OWN}
        for kept in self.known.values():
            if kept.live:
                self.holder.update(dict.fromkeys(kept.subjects, kept.iri))
        self._take_out(removed)
        self._put_in(
            named(
                [parted(line) for line in added],
                f"{self.instance.home.settings.base}/id/node/{self.source}",
                {},
            )
        )
        self._unheld_elsewhere()
        for holding in self.holdings.values():
            self._settle(holding)
        self._source_itself(entries.get(OWN), set(removed))
        return self

    def sections(self) -> Iterable[Section]:
        """Give the sections of the patch: what goes first, then what comes."""
        for came in (False, True):
            lines = [s for each in self.diffs for s in (each.added if came else each.removed)]
            yield from sections_of(lines, self._graph(), added=came)

    def _graph(self) -> str:
        return graph_of(self.instance, self.source)

    def _holding(self, root: str) -> Holding:
        if root not in self.holdings:
            self.holdings[root] = Holding(self.known.get(root), root)
        return self.holdings[root]

    def _take_out(self, removed: Iterable[str]) -> None:
        for line in removed:
            subject = parted(line)[0][1:-1]
            if self._is_kept_here(subject) and subject not in self.holder:
                continue  # what the catalogue itself says of loads and of the source stays
            if subject not in self.holder:
                raise Invalid(
                    f"<{subject}> belongs to no entry of {self.source}: it cannot be removed here.",
                    f"<{subject}> 不属于来源 {self.source} 的任何条目，不能在此删除。",
                )
            self._holding(self.holder[subject]).removed.add(line)

    def _put_in(self, added: list[Part]) -> None:
        roots = self._roots(added)
        for part in added:
            subject = part[0][1:-1]
            if self._is_kept_here(subject):
                raise Invalid(
                    f"<{subject}> is kept by the catalogue itself and follows from its changes.",
                    f"<{subject}> 由目录系统自动维护，不能直接写入。",
                )
            self._holding(roots[subject]).added.append(part)

    def _is_kept_here(self, subject: str) -> bool:
        head = f"{self.instance.home.settings.base}/id/"
        rest = subject.removeprefix(head)
        return rest != subject and rest.split("/")[0] in KEPT_HERE

    def _roots(self, added: list[Part]) -> dict[str, str]:
        """Say to which entry each subject belongs: its own, or that of what names it."""
        roots = {s[1:-1]: self.holder.get(s[1:-1], "") for s, _, _ in added}
        for s, p, o in added:
            if p == TYPE and KIND_OF_TYPE.get(o) in ROOTS:
                roots[s[1:-1]] = roots[s[1:-1]] or s[1:-1]
        naming = {o[1:-1]: s[1:-1] for s, _, o in added if o[1:-1] in roots and s != o}
        for subject, root in roots.items():
            if not root:
                roots[subject] = _followed(subject, naming, roots)
        return roots

    def _unheld_elsewhere(self) -> None:
        """Refuse what another source holds: two sources would fight."""
        for kept in self.instance.ledger.entries_named(list(self.holdings)):
            if kept.live and kept.source != self.source:
                raise Conflict(
                    f"Source {kept.source} holds <{kept.iri}>: write to its graph.",
                    f"<{kept.iri}> 属于来源 {kept.source}：请写入该来源的图。",
                )

    def _settle(self, holding: Holding) -> None:
        """Give what one entry comes to: new, changed or gone."""
        kept = holding.kept
        live = kept if kept and kept.live else None
        old = self._statements(live)
        record = self._record(live.code) if live else ""
        own = {line for _, line in old if line.startswith(f"{record} ")} if live else set()
        left = {line for _, line in old} - own - holding.removed
        came = canonical(f"{s} {p} {o} ." for s, p, o in holding.added)
        if left | came == {line for _, line in old} - own:
            return
        if not left | came:
            assert live
            self._write(Touch(replace(live, live=False, digest=""), "removed", live), set(), old)
            return
        entry = self._entry(holding, sorted(left | came), old)
        new = self._landing(entry, old)
        fit = kept_of(entry, self.source, entry.digest())
        now = replace(fit, subjects=_subjects(entry.iri, new))
        self._write(Touch(now, "changed" if live else "new", kept), new, old)

    def _statements(self, kept: Kept | None) -> set[Statement]:
        if kept is None:
            return set()
        return statements_of(self.instance.snapshots, self._graph(), kept.subjects)

    def _record(self, code: str) -> str:
        return f"<{self.instance.home.settings.base}/id/record/{code}>"

    def _entry(self, holding: Holding, lines: list[str], old: set[Statement]) -> Entry:
        kept, root = holding.kept, f"<{holding.root}>"
        triples = [parted(line) for line in lines]
        facts = facts_of(root, triples)
        context = Context(self.instance.home.settings.base, self.source)
        code = kept.code if kept else code_of(holding.root, context)
        if any(_lexical(value) != code for value in facts.get(CODE, ())):
            raise Invalid(
                f"The code of <{holding.root}> is {code} and stays so: addresses are permanent.",
                f"<{holding.root}> 的代码是 {code}，地址长期有效，不能更改。",
            )
        kind = kept.kind if kept else _kind(facts.get(TYPE, ()))
        triples += entry_statements(kind, holding.root, code, facts)
        graded = self._graded(root, triples, old if kept and kept.live else set())
        key = kept.key if kept else holding.root
        title = title_of(facts) or (kept.title if kept else code)
        subjects = tuple(dict.fromkeys((holding.root, *(s[1:-1] for s, _, _ in triples))))
        return Entry(kind, key, holding.root, code, title, subjects, graded)

    def _graded(
        self, root: str, triples: list[Part], old: set[Statement]
    ) -> dict[Clearance, tuple[str, ...]]:
        """Give the statements by clearance: by law, and never less strict than they stood."""
        floor = _floor(root, old)
        law = lines_by_clearance(root, triples, floor)
        before = {line: level for level, line in old}
        same = _axes(line for _, line in old) == _axes(" ".join((*t, ".")) for t in triples)
        least = _least(old) if same else {}
        found: dict[Clearance, list[str]] = {}
        for level, lines in law.items():
            for line in lines:
                held = before.get(line) or least.get(parted(line)[0], level)
                found.setdefault(strictest(level, held) if same else level, []).append(line)
        return {level: tuple(lines) for level, lines in found.items()}

    def _landing(self, entry: Entry, old: set[Statement]) -> set[Statement]:
        found = {(level, line) for level, lines in entry.lines.items() for line in canonical(lines)}
        if entry.kind in RECORDED:
            node = NamedNode(self._record(entry.code)[1:-1])
            lines = record_lines(node, entry, self._order(), issued_line(node, old))
            level = kept_of(entry, self.source, "").clearance
            found |= {(level, line) for line in canonical(lines)}
        return found

    def _order(self) -> Order:
        base = self.instance.home.settings.base
        own = "department" if is_department(self.instance, self.source) else "harvested"
        return Order(self.source, self.writing.actor, self.writing.at, base, "", source_kind=own)

    def _write(self, touch: Touch, new: set[Statement], old: set[Statement]) -> None:
        diff = Diff(tuple(sorted(new - old)), tuple(sorted(old - new)))
        self.diffs.append(diff)
        told = diff if touch.action == "changed" else None
        self.touches.append(replace(touch, diff=told))

    def _source_itself(self, own: Kept | None, removed: set[str]) -> None:
        """Describe the source before its first entry; what is told of it goes with its last."""
        if own and own.live:
            if self._is_taken_whole(own, removed):
                gone = Touch(replace(own, live=False, digest=""), "removed", own)
                self._write(gone, set(), self._statements(own))
        elif self.touches:
            entry = source_entry(self._order(), self._graph())
            lines = tuple((Clearance.OPEN, line) for line in entry.lines[Clearance.OPEN])
            self.diffs.append(Diff(lines, ()))
            self.touches.append(Touch(kept_of(entry, self.source, entry.digest()), "new", own))

    def _is_taken_whole(self, own: Kept, removed: set[str]) -> bool:
        """Say whether all that the writer sees of the graph goes; what loads left in it is never theirs."""
        described = {line for _, line in self._statements(own)}
        if not described <= removed or any(each.added for each in self.holdings.values()):
            return False
        others = {parted(line)[0][1:-1] for line in removed - described}
        gone = {touch.kept.key for touch in self.touches if touch.action == "removed"}
        seen = [k for k in self.known.values() if k.live and self.writing.sees.covers(k.clearance)]
        return others <= self.holder.keys() and all(each.key in gone for each in seen)


def _lexical(literal: str) -> str:
    return literal[1 : literal.rindex('"')] if literal.startswith('"') else literal


def _kind(types: Iterable[str]) -> str:
    return page_kind(
        min((KIND_OF_TYPE[each] for each in types if each in KIND_OF_TYPE), default=THING)
    )


def _followed(subject: str, naming: dict[str, str], roots: dict[str, str]) -> str:
    """Follow what names a subject up to an entry; what nothing names is one of its own."""
    at, seen = subject, {subject}
    while not roots.get(at) and naming.get(at, at) not in seen:
        at = naming[at]
        seen.add(at)
    return roots.get(at) or at


def _subjects(root: str, statements: Iterable[Statement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((root, *sorted({parted(line)[0][1:-1] for _, line in statements}))))


def _axes(lines: Iterable[str]) -> set[str]:
    return {
        line
        for line in lines
        if parted(line)[1].endswith(("#opennessType>", "#sharingType>", "#InternalContact>"))
    }


def _floor(root: str, old: set[Statement]) -> Clearance:
    """Give what the load kept an entry to, beyond what its own axes ask."""
    said = [level for level, line in old if line.startswith(f"{root} ")]
    if not said:
        return Clearance.OPEN
    now = min(said, key=lambda each: each.rank)
    law = lines_by_clearance(root, [parted(line) for _, line in old], Clearance.OPEN)
    return Clearance.OPEN if law.get(now) else now


def _least(old: set[Statement]) -> dict[str, Clearance]:
    """Give the least clearance that anything of each subject has."""
    found: dict[str, Clearance] = {}
    for level, line in old:
        subject = parted(line)[0]
        known = found.get(subject, level)
        found[subject] = known if level.covers(known) else level
    return found
