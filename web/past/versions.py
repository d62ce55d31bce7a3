"""The versions of an entry, read from the ledger as far as the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graph.editing import as_it_was, statements_now
from graph.instance import Instance
from graph.ledger.ledger import Diff, Kept, Touched
from graph.loading.load import Statement
from graph.past.history import told
from graph.past.levels import EVER, Levels, levels_of, seen
from ontology.clearance import Clearance
from ontology.errors import NotFound
from ontology.permissions import Thing
from ontology.terms import DCT, GOV

ALL = 1_000_000  # every change of an entry
OWNERS = (DCT.publisher.value, GOV.owner.value, GOV.provider.value)
Said = tuple[str, str, NamedNode | Literal]  # subject, property, value


@dataclass(frozen=True)
class Past:
    """One entry of one source and its reader.

    What was visible then is told unless it is stricter today.
    """

    instance: Instance
    kept: Kept
    clearance: Clearance

    def versions(self, limit: int = ALL, before: int | None = None) -> list[Touched]:
        """Give its changes that the reader may know of, newest first."""
        found = self._touched(self.clearance, limit, before)
        if self.clearance is Clearance.GOVERNANCE:
            return found
        return [told(each, self.clearance, self._levels) for each in found]

    def _touched(
        self, clearance: Clearance, limit: int = EVER, before: int | None = None
    ) -> list[Touched]:
        """Give its changes as the ledger tells them to a clearance."""
        return self.instance.ledger.history(
            iri=self.kept.iri,
            source=self.kept.source,
            clearance=clearance,
            limit=limit,
            before=before,
        )

    @cached_property
    def _levels(self) -> Levels:
        """Give what clearance its statements have today."""
        return levels_of(self.instance, self.kept, self._touched(Clearance.GOVERNANCE))

    def version(self, seq: int) -> Touched:
        """Give one of its changes; raise NotFound where that change did not touch it."""
        found = self.versions(1, seq + 1)
        if not found or found[0].seq != seq:
            raise NotFound(
                f"Change {seq} did not touch this entry.", f"变更 {seq} 没有涉及此条目。"
            )
        return found[0]

    def state(self, seq: int) -> set[Statement]:
        """Give what it said after a change, as far as the reader sees; nothing where removed."""
        kept = self.kept
        return self._seen(as_it_was(self.instance, kept.source, kept.key, seq) or set())

    def now(self) -> set[Statement]:
        """Give what it says now, as far as the reader sees."""
        return self._seen(statements_now(self.instance, self.kept) if self.kept.live else set())

    def difference(self, earlier: int, later: int) -> Diff:
        """Give how it differed after two changes."""
        before, after = self.state(earlier), self.state(later)
        return Diff(tuple(sorted(after - before)), tuple(sorted(before - after)))

    def origins(self) -> Iterator[tuple[Statement, Touched]]:
        """Give for each statement the change that gave it its present form."""
        left = self.now()
        for touched in self.versions():
            if not left:
                return
            whole = touched.action == "new" or touched.diff is None
            given = left if whole else left & set(touched.diff.added if touched.diff else ())
            for statement in sorted(given):
                yield statement, touched
            left = left - given

    def _seen(self, statements: set[Statement]) -> set[Statement]:
        if self.clearance is Clearance.GOVERNANCE:
            return statements
        return set(seen(statements, self.clearance, self._levels))


def entries(instance: Instance, kind: str, code: str, clearance: Clearance) -> list[Kept]:
    """Give the entries of that kind and code that the reader may know of, the living first."""
    found = [
        kept
        for kept in instance.ledger.entries_coded(kind, code)
        if clearance.covers(kept.clearance)
        and instance.ledger.history(iri=kept.iri, source=kept.source, clearance=clearance, limit=1)
    ]
    return sorted(found, key=lambda kept: (not kept.live, -kept.seq))


def read(statements: Iterable[Statement]) -> Iterator[Said]:
    """Read statements into subject, property and value."""
    text = "\n".join(line for _clearance, line in statements)
    for quad in parse(text, format=RdfFormat.N_TRIPLES, lenient=True):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            yield quad.subject.value, quad.predicate.value, quad.object


def by_subject(statements: Iterable[Statement], root: str) -> dict[str, list[Said]]:
    """Group statements by subject, the entry itself first, its parts in their order."""
    found: dict[str, list[Said]] = defaultdict(list)
    for each in read(statements):
        found[each[0]].append(each)
    places = {
        subject: int(value.value)
        for subject, said in found.items()
        for _, name, value in said
        if name == GOV.position.value and value.value.isdigit()
    }
    order = sorted(found, key=lambda each: (each != root, places.get(each, ALL), each))
    return {subject: found[subject] for subject in order}


def thing_of(kept: Kept, statements: Iterable[Statement], district: str | None) -> Thing:
    """Give what law asks of an entry; `district` is that of its owner."""
    owner = owner_of(kept, statements)
    return Thing("entry", owner, clearance=kept.clearance, district=district)


def owner_of(kept: Kept, statements: Iterable[Statement]) -> str | None:
    """Give the code of the department that an entry belongs to, None where it says none."""
    said = [(name, value) for subject, name, value in read(statements) if subject == kept.iri]
    for owner in OWNERS:
        for name, value in said:
            if name == owner and isinstance(value, NamedNode):
                return value.value.rpartition("/")[2]
    return None
