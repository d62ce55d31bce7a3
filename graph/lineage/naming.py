"""Which thing of the catalogue a name in an event means; what nobody knows becomes a stub.

A name is looked for in the view of who tells it: what they may not see is not found, and no answer
says that it is there. A stub is named by what it is called, so that it is the same stub next time.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from graph.ledger.entries import Entry
from graph.lineage.openlineage import Field, Name
from graph.views.snapshots import Snapshots, View
from ontology.clearance import Clearance, strictest
from ontology.terms import CSVW, DCAT, DCT, GOV, RDF, RDFS

MERGE = DefaultGraph()
LANGUAGES = ("zh", "en")  # of the titles of entries
STUBS = "stubs"  # the source that holds what is only named
STUBS_TITLES = ("Named in lineage only", "血缘占位")
LEVEL = Clearance.SHARED  # names of tables, jobs and runs are for departments


def digest(text: str, length: int = 10) -> str:
    """Give a short name for a text, the same every time."""
    code = base64.b32encode(hashlib.sha1(text.encode()).digest()).decode()  # noqa: S324 - a name
    return code.lower()[:length]


def described(store: Store, iri: str) -> bool:
    """Say whether a view tells what a thing is."""
    try:
        node = NamedNode(iri)
    except ValueError:
        return False
    return next(store.quads_for_pattern(node, RDF.type, None, MERGE), None) is not None


@dataclass(slots=True)
class Names:
    """Finds what names mean; `stubs` are the entries of those that nobody knew."""

    base: str
    view: View
    snapshots: Snapshots
    stubs: dict[str, Entry] = field(default_factory=dict)
    found: dict[Name, str] = field(default_factory=dict)
    items: dict[str, dict[str, str]] = field(default_factory=dict)
    within: dict[str, str] = field(default_factory=dict)  # item -> its dataset
    levels: dict[str, Clearance] = field(default_factory=dict)

    def dataset(self, name: Name, note: str = "") -> str:
        """Give the IRI of a dataset."""
        iri = self.found.get(name)
        if iri is None:
            iri = self.found[name] = self.known(name) or self.stub(name, note)
        return iri

    def known(self, name: Name) -> str:
        """Give what the view knows by that name: an IRI, a code of ours, a physical name; or ""."""
        tries = [name.name] if "://" in name.name else []
        if name.namespace.rstrip("/") in {self.base, "govgraph"}:
            kind, _stroke, code = name.name.rpartition("/")
            kinds = [kind] if kind else ["dataset", "layer", "system"]
            tries += [f"{self.base}/id/{each}/{code}" for each in kinds]
        tries += [self.stub_iri(name)]
        if found := next((each for each in tries if described(self.view.store, each)), ""):
            return found
        called = Literal(str(name))
        quads = self.view.store.quads_for_pattern(None, GOV.physicalName, called, MERGE)
        subjects = sorted(q.subject.value for q in quads if isinstance(q.subject, NamedNode))
        return next(iter(subjects), "")

    def titled(self, text: str) -> list[str]:
        """Give the datasets, layers and systems that are called so in one of the languages."""
        found: dict[str, None] = {}
        for language in LANGUAGES:
            called = Literal(text, language=language)
            for quad in self.view.store.quads_for_pattern(None, DCT.title, called, MERGE):
                if isinstance(quad.subject, NamedNode) and self.holds(quad.subject):
                    found[quad.subject.value] = None
        return sorted(found)

    def holds(self, node: NamedNode) -> bool:
        """Say whether a thing holds data: an entry of the catalogue, or a system."""
        return any(
            next(self.view.store.quads_for_pattern(node, RDF.type, kind, MERGE), None)
            for kind in (DCAT.Dataset, GOV.InformationSystem)
        )

    def stub_iri(self, name: Name) -> str:
        """Give the name of the stub of a name."""
        return f"{self.base}/id/dataset/stub-{digest(str(name))}"

    def stub(self, name: Name, note: str) -> str:
        """Make a stub of a dataset."""
        iri = self.stub_iri(name)
        root = NamedNode(iri)
        said = [
            Triple(root, RDF.type, DCAT.Dataset),
            Triple(root, RDF.type, GOV.Stub),
            Triple(root, DCT.title, Literal(name.name)),
            Triple(root, GOV.code, Literal(code_of(iri))),
            Triple(root, GOV.physicalName, Literal(str(name))),
        ]
        if note:
            said.append(Triple(root, DCT.description, Literal(note)))
        self.keep("dataset", iri, name.name, said)
        return iri

    def item(self, dataset: str, of: Field) -> str:
        """Give the IRI of a field of a dataset: by its column's name or title, else a stub."""
        known = self.items.setdefault(dataset, {}) or self.items_of(dataset)
        self.items[dataset] = known
        iri = known.get(of.name.casefold())
        if iri is None:
            iri = known[of.name.casefold()] = self.item_stub(dataset, of)
        return iri

    def items_of(self, dataset: str) -> dict[str, str]:
        """Give the items of a dataset by what they are called."""
        found: dict[str, str] = {}
        store = self.view.store
        for quad in store.quads_for_pattern(None, DCT.isPartOf, NamedNode(dataset), MERGE):
            if not isinstance(quad.subject, NamedNode):
                continue
            self.within[quad.subject.value] = dataset
            for term in (CSVW.title, CSVW.name):
                for named in store.quads_for_pattern(quad.subject, term, None, MERGE):
                    if isinstance(named.object, Literal):
                        found[named.object.value.casefold()] = quad.subject.value
        return found

    def item_stub(self, dataset: str, of: Field) -> str:
        """Make a stub of an item."""
        code = f"{code_of(dataset)}.{digest(of.name, 8)}"
        iri = f"{self.base}/id/item/{code}"
        root = NamedNode(iri)
        said = [
            Triple(root, RDF.type, GOV.DataItem),
            Triple(root, RDF.type, CSVW.Column),
            Triple(root, RDF.type, GOV.Stub),
            Triple(root, CSVW.name, Literal(of.name)),
            Triple(root, RDFS.label, Literal(of.name)),
            Triple(root, GOV.code, Literal(code)),
            Triple(root, DCT.isPartOf, NamedNode(dataset)),
        ]
        if of.note:
            said.append(Triple(root, DCT.description, Literal(of.note)))
        self.within[iri] = dataset
        self.keep("item", iri, of.name, said, strictest(LEVEL, self.level(dataset)))
        return iri

    def keep(
        self, kind: str, iri: str, title: str, said: list[Triple], level: Clearance = LEVEL
    ) -> None:
        """Keep a stub's entry."""
        lines = {level: tuple(f"{each} ." for each in said)}
        self.levels[iri] = level
        self.stubs[iri] = Entry(kind, iri, iri, code_of(iri), title, (iri,), lines)

    def level(self, iri: str) -> Clearance:
        """Give the least clearance that is told what a thing is."""
        if iri not in self.levels:
            views = ((each, self.snapshots.view(each).store) for each in Clearance)
            seen = (each for each, store in views if described(store, iri))
            self.levels[iri] = next(seen, Clearance.GOVERNANCE)
        return self.levels[iri]

    def root(self, iri: str) -> str:
        """Give the dataset that an item belongs to; the thing itself for what is no item."""
        if iri not in self.within:
            store = self.snapshots.view(Clearance.GOVERNANCE).store
            quads = store.quads_for_pattern(NamedNode(iri), DCT.isPartOf, None, MERGE)
            wholes = (q.object.value for q in quads if isinstance(q.object, NamedNode))
            self.within[iri] = next(wholes, iri) if f"{self.base}/id/item/" in iri else iri
        return self.within[iri]


def code_of(iri: str) -> str:
    """Give the code of a local thing: the end of its name."""
    return iri.rstrip("/").rpartition("/")[2]


__all__ = ["LEVEL", "STUBS", "STUBS_TITLES", "Names", "code_of", "described", "digest"]
