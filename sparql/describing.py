"""Datasets described whole, with everything that belongs to them, as DCAT-AP 3.0.0 wants it.

Each thing described has one or more kinds, by the properties that lead to it: for each kind its
values are made to fit, what is missing is completed, and what they lead to is described in turn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from ontology.terms import CSVW, DCAT, DCT, FOAF, GOV, OWL, PREFIXES, RDF, RDFS
from sparql.completing import COMPLETED, About, Gap
from sparql.fitting import Term, address_in, kept, part_name, things, typed
from sparql.portable import Portable, portable_iri, portable_property
from sparql.profile import (
    BESIDE_NAMES,
    INSTEAD,
    NAMED,
    POINTED,
    PROFILE,
    REQUIRED,
    TEXTUAL,
    Rule,
)
from sparql.writing import written

MERGE = DefaultGraph()
PART = re.compile(r"#.*-[a-z2-7]{10}")  # how a thing without a name of its own was named
# Items have pages of their own; the members of a page are said by its catalogue alone.
HIDDEN = frozenset(
    {
        DCT.hasPart,
        CSVW.column,
        DCAT.dataset,
        DCAT.record,
        DCAT.service,
        DCAT.catalog,
        DCAT.seriesMember,
    }
)
TYPE, SERVES, SERVICE = RDF.type, DCAT.servesDataset, DCAT.DataService
# Kinds of entries: what is one is listed as one, so nothing is called one in passing.
LISTED = frozenset({DCAT.Dataset, DCAT.Catalog, DCAT.CatalogRecord})


@lru_cache(maxsize=1024)
def told(name: NamedNode) -> bool:
    """Say whether a page tells a property: not what is hidden, and nothing of paging."""
    return (
        name not in HIDDEN
        and not name.value.startswith(PREFIXES["hydra"])
        and portable_property(name)
    )


@lru_cache(maxsize=1024)
def own_type(kind: Term) -> bool:
    """Say whether a type is told as the source has it: the profile's kinds follow from links."""
    return (
        isinstance(kind, NamedNode)
        and kind not in PROFILE
        and not kind.value.startswith(PREFIXES["hydra"])
    )


def gathered(quads: Iterable[Quad]) -> About:
    """Give what quads of one subject say, by property."""
    found: About = {}
    for quad in quads:
        value = quad.object
        if isinstance(value, NamedNode | Literal):
            found.setdefault(quad.predicate, []).append(value)
    return found


class Reading:
    """What was read of one store: each thing once, however many datasets lead to it.

    `used` are the things that were asked for since it was last emptied, found or not: what is said
    of a dataset stays the same as long as the store says the same of these.
    """

    def __init__(self, store: Store, base: str) -> None:
        """Begin to read; `base` is the address of the instance."""
        self.store = store
        self.base = base
        self.portable = Portable(base)
        self.used: set[NamedNode] = set()
        self._whole: dict[NamedNode, About] = {}
        self._names: dict[tuple[NamedNode, NamedNode], About] = {}
        self._blocks: dict[tuple[NamedNode, tuple[NamedNode, ...]], bytes] = {}

    def about(self, node: NamedNode) -> About:
        """Give all that a page may tell of a thing. Not to be altered."""
        self.used.add(node)
        if node not in self._whole:
            found = gathered(self.store.quads_for_pattern(node, None, None, MERGE))
            self._whole[node] = {name: values for name, values in found.items() if told(name)}
        return self._whole[node]

    def named(self, node: NamedNode, kind: NamedNode) -> About:
        """Give a thing's names, in the first words that have some, and what goes with them."""
        self.used.add(node)
        if (node, kind) not in self._names:
            self._names[node, kind] = self._read_names(node, kind)
        return self._names[node, kind]

    def _read_names(self, node: NamedNode, kind: NamedNode) -> About:
        """Read what `named` gives."""
        found: About = {}
        for name in NAMED[kind]:
            found = gathered(self.store.quads_for_pattern(node, name, None, MERGE))
            if found:
                break
        for name in BESIDE_NAMES.get(kind, ()):
            found |= gathered(self.store.quads_for_pattern(node, name, None, MERGE))
        return found

    def serving(self, dataset: NamedNode) -> Iterator[NamedNode]:
        """Give the services that say that they serve a dataset; this touches the dataset."""
        for quad in self.store.quads_for_pattern(None, SERVES, dataset, MERGE):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject

    def standing(self) -> list[NamedNode]:
        """Give the services of the instance itself: they serve no dataset, and name its document."""
        document = NamedNode(f"{self.base}/api/openapi.json")
        quads = self.store.quads_for_pattern(None, DCAT.endpointDescription, document, MERGE)
        found = [quad.subject for quad in quads if isinstance(quad.subject, NamedNode)]
        return sorted(found, key=lambda each: each.value)

    def block(
        self,
        node: NamedNode,
        kinds: tuple[NamedNode, ...],
        told_of: Callable[[NamedNode], list[Triple]],
    ) -> bytes:
        """Write a thing of which only names are told: the same whoever leads to it."""
        if (node, kinds) not in self._blocks:
            self._blocks[node, kinds] = written(told_of(node))
        return self._blocks[node, kinds]

    def other_topics(self, record: NamedNode, dataset: NamedNode) -> bool:
        """Say whether a record is that of another dataset: of several it is the first one's."""
        topics = self.about(record).get(FOAF.primaryTopic, ())
        return any(
            isinstance(each, NamedNode)
            and each.value < dataset.value
            and DCAT.Dataset in self.about(each).get(TYPE, ())
            for each in topics
        )


class Describing:
    """One dataset (or the catalogue) being described: what is known of each thing, and its kinds.

    What is said does not depend on the other datasets of a page, so that it can be kept.
    """

    def __init__(self, reading: Reading, entry: NamedNode) -> None:
        """Begin to describe an entry."""
        self.reading = reading
        self.base = reading.base
        self.portable = reading.portable
        self.entry = self.page = entry
        self.facts: dict[NamedNode, About] = {}
        self.roles: dict[NamedNode, dict[NamedNode, None]] = {}
        self.whole: set[NamedNode] = set()  # things of which all is known
        self.lists: About = {}  # what the catalogue says of the entry

    def take(self, node: NamedNode, about: About, kind: NamedNode) -> None:
        """Describe a thing that is not in the store."""
        self.facts[node] = about
        self.whole.add(node)
        self.reach(node, kind)

    def dataset(self) -> None:
        """Describe the entry as a dataset with its record and services, and list it."""
        about = self.known(self.entry, DCAT.Dataset)
        code = next((v.value for v in about.get(GOV.code, ()) if isinstance(v, Literal)), "")
        self.page = self.page_of(about, code)
        self.lists[DCAT.dataset] = [self.entry]
        self.reach(self.entry, DCAT.Dataset)
        self.record(code)
        for service in self.reading.serving(self.entry):
            self.reach(service, SERVICE)

    def page_of(self, about: About, code: str) -> NamedNode:
        """Give the page on which people see the dataset: its own landing page, else ours."""
        for page in about.get(DCAT.landingPage, ()):
            if isinstance(page, NamedNode):
                return page
        kind = "layer" if GOV.MapLayer in about.get(RDF.type, ()) else "dataset"
        return NamedNode(f"{self.base}/{kind}/{quote(code)}") if code else self.entry

    def record(self, code: str) -> None:
        """Describe the dataset's catalogue record, where it has one: of this dataset alone."""
        node = NamedNode(f"{self.base}/id/record/{quote(code)}")
        if not code or node in self.roles or self.reading.other_topics(node, self.entry):
            return
        if self.known(node, DCAT.CatalogRecord):
            self.facts[node][FOAF.primaryTopic] = [self.entry]
            if self.reach(node, DCAT.CatalogRecord):
                self.lists[DCAT.record] = [node]

    def reach(self, node: NamedNode, kind: NamedNode) -> bool:
        """Describe a thing as one of a kind; False where it cannot be one."""
        roles = self.roles.setdefault(node, {})
        if kind in roles:
            return True
        roles[kind] = None
        about = self.known(node, kind)
        if kind in POINTED:
            return True
        rules = PROFILE.get(kind, {})
        for name in [each for each in about if each in rules]:
            about[name] = self.fitted(node, kind, name, rules[name])
        if not self.complete(node, kind, about):
            del roles[kind]
            if not roles:
                del self.roles[node]
            return False
        if kind == SERVICE:
            self.lists.setdefault(DCAT.service, []).append(node)
        if node in self.whole:
            self.follow_parts(node)
        return True

    def complete(self, node: NamedNode, kind: NamedNode, about: About) -> bool:
        """Complete what a kind demands; say whether nothing is missing then."""
        for name in REQUIRED.get(kind, ()):
            completion = COMPLETED.get((kind, name))
            if not about.get(name) and completion:
                about[name] = completion(Gap(node, about, self.entry, self.page))
                about[name] = self.fitted(node, kind, name, PROFILE[kind][name])
            if not about.get(name):
                return False
        return True

    def fitted(self, node: NamedNode, kind: NamedNode, name: NamedNode, rule: Rule) -> list[Term]:
        """Give the values that a property may have, and describe what they lead to."""
        values = self.facts[node].get(name, [])
        if rule.datatype:
            fitting = (typed(value, rule.datatype) for value in values)
            return kept(name, rule, [*dict.fromkeys(value for value in fitting if value)])
        if rule.kind is None:
            return kept(name, rule, values)
        if rule.kind in LISTED:
            return self.listed(node, kind, name, values)
        if len(values) == 1 and isinstance(value := values[0], NamedNode):
            return values if self.reach(value, rule.kind) else []
        found = dict.fromkeys(self.nodes(node, name, rule.kind, values))
        return [v for v in kept(name, rule, [*found]) if self.reached(v, rule.kind)]

    def reached(self, value: Term, kind: NamedNode) -> bool:
        """Describe a value as one of a kind; False where it cannot be one."""
        return isinstance(value, NamedNode) and self.reach(value, kind)

    def listed(
        self, node: NamedNode, kind: NamedNode, name: NamedNode, values: list[Term]
    ) -> list[Term]:
        """Give the link to the dataset itself; say those to others in wider words."""
        wider = INSTEAD.get((kind, name))
        for value in values if wider else ():
            assert wider is not None
            if value != self.entry and self.reached(value, RDFS.Resource):
                about = self.facts[node]
                about[wider] = [*about.get(wider, ()), value]
        here = self.entry in values and kind != DCAT.CatalogRecord
        return [self.entry] if here else []

    def nodes(
        self, node: NamedNode, name: NamedNode, kind: NamedNode, values: list[Term]
    ) -> Iterator[NamedNode]:
        """Give the things that values are, or that the texts among them stand for."""
        plain: list[Literal] = []
        for value in values:
            thing = value if isinstance(value, NamedNode) else address_in(value)
            if thing:
                yield thing
            elif isinstance(value, Literal):
                plain.append(value)
        owner = portable_iri(node, self.base)
        if plain and owner and kind in TEXTUAL:
            yield from (self.made(owner, name, kind, texts) for texts in things(plain))

    def made(
        self, owner: NamedNode, name: NamedNode, kind: NamedNode, texts: list[Literal]
    ) -> NamedNode:
        """Make the thing that a text stands for."""
        part = part_name(owner, name, texts)
        self.facts.setdefault(part, {TEXTUAL[kind]: [*texts]})
        self.whole.add(part)
        return part

    def known(self, node: NamedNode, kind: NamedNode) -> About:
        """Give what is known of a thing, as much as its kind calls for."""
        if kind in POINTED or node in self.whole:
            return self.facts.setdefault(node, {})
        if kind in NAMED and not PART.search(node.value):
            if not self.facts.get(node):
                self.facts[node] = dict(self.reading.named(node, kind))
            return self.facts[node]
        self.whole.add(node)
        about = self.facts[node] = self.reading.about(node) | self.facts.get(node, {})
        return about

    def follow_parts(self, node: NamedNode) -> None:
        """Describe the nameless things within a thing, which nobody could look up elsewhere."""
        waiting = [node]
        while waiting:
            for part in parts_of(each := waiting.pop(), self.facts[each]):
                if part not in self.roles:
                    self.roles[part] = {}
                    self.known(part, OWL.Thing)
                    waiting.append(part)

    def text(self, before: Iterable[Triple] = ()) -> bytes:
        """Write what is said, each once, in terms that every format can carry.

        First what comes before, then what the catalogue says of the dataset, then one thing after
        the other; things of which only names are told, and which others share, come last.
        """
        said = [*before, *said_of(NamedNode(f"{self.base}/catalog"), self.lists, self.portable)]
        shared: list[bytes] = []
        for node, roles in self.roles.items():
            if node in self.whole:
                said += self.told_of(node)
            else:
                shared.append(self.reading.block(node, tuple(roles), self.told_of))
        return written(said) + b"".join(shared)

    def told_of(self, node: NamedNode) -> list[Triple]:
        """Give what is said of one thing, with its kinds."""
        about = self.facts[node]
        own = (kind for kind in about.get(TYPE, ()) if own_type(kind))
        return said_of(node, about | {TYPE: [*self.roles[node], *own]}, self.portable)


def said_of(node: NamedNode, about: About, portable: Portable) -> list[Triple]:
    """Give what is said of one thing, each once, in terms that every format can carry."""
    subject = portable.iri(node)
    said: list[Triple] = []
    if subject is None:
        return said
    for name, values in about.items():
        spoken = [portable(value) for value in values]
        once = spoken if len(spoken) == 1 else dict.fromkeys(spoken)
        said += [Triple(subject, name, term) for term in once if term is not None]
    return said


def parts_of(node: NamedNode, about: About) -> Iterator[NamedNode]:
    """Give the nameless things that a thing leads to and that are within it."""
    stem = node.value.split("#", 1)[0] + "#"
    for values in about.values():
        for value in values:
            if isinstance(value, NamedNode) and value.value.startswith(stem):
                yield from [value] if PART.fullmatch(value.value, len(stem) - 1) else ()
