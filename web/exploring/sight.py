"""What the reader's view tells of a state: the things in view, their links, and how they are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.exploring.scene import Arc, Facts, Gathered, Reached, arcs, facts, gather
from graph.exploring.ways import Found, ways
from graph.views.snapshots import View
from ontology.classes import class_name
from ontology.edges import said
from ontology.terms import RDFS
from web.catalogue.kinds import KINDS, THING, Kind, kind_of
from web.catalogue.names import Names, names_of
from web.catalogue.words import property_name
from web.exploring.drawn import NOTHING, Drawn
from web.exploring.state import BETWEEN, Naming, State
from web.page import Link, Text

# The classes of things that have pages, by the kind of those things.
CLASSES = {term.value: kind for kind in reversed([*KINDS.values()]) for term in kind.classes}


@dataclass(frozen=True, slots=True)
class Left:
    """What is left out: kinds, properties and sources by IRI or name, and days outside."""

    kinds: frozenset[str]
    terms: frozenset[str]
    graphs: frozenset[str]
    since: str
    until: str

    def thing(self, kind: str, told: Facts) -> bool:
        """Say whether a thing is left out; one without a day never is for its day."""
        dated = bool(told.day) and (
            told.day < self.since or (bool(self.until) and told.day > self.until)
        )
        return kind in self.kinds or dated or self.stated(told.graphs)

    def stated(self, graphs: Iterable[str]) -> bool:
        """Say whether every source that states something is left out."""
        stating = set(graphs)
        return bool(stating) and stating <= self.graphs

    def arc(self, each: Arc) -> bool:
        """Say whether a link is left out."""
        return each.term in self.terms or self.stated(each.graphs)


@dataclass(frozen=True, slots=True)
class Sight:
    """All that is known of what is in view. `all_*` is before anything was left out.

    `ways` holds what was found for each pair that was asked for; `drawn` what a query made.
    """

    state: State
    view: View
    naming: Naming
    names: Names
    reached: Mapping[str, Reached]
    facts: Mapping[str, Facts]
    arcs: tuple[Arc, ...]
    all_arcs: tuple[Arc, ...]
    all_kinds: Mapping[str, str]
    missing: int
    cut: bool
    ways: tuple[tuple[tuple[str, str], Found], ...] = ()
    drawn: Drawn = NOTHING
    notes: Mapping[str, str] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)  # as they were named once

    def kind(self, iri: str) -> Kind:
        """Give the kind of a thing; a class has the kind of its things."""
        return kind_in(self.names, iri, self.facts.get(iri))

    def kind_name(self, iri: str) -> str:
        """Give what one of its kind is called; of what has no pages, by its class."""
        kind, told = self.kind(iri), self.facts.get(iri)
        if kind is not THING:
            return str(kind.one)
        held = told.classes if told else ()
        if not held and (iri in CLASSES or class_name(iri, "en", many=False)):
            held = (RDFS.Class.value,)
        named = (class_name(each, self.names.language, many=False) for each in held)
        return next(filter(None, named), str(kind.one))

    def text(self, iri: str) -> Text:
        """Give what a thing is called."""
        return self.links[iri].text if iri in self.links else text_in(self.names, iri)

    def link(self, iri: str) -> Link:
        """Name a thing and lead to its page."""
        if iri not in self.links:
            self.links[iri] = Link(self.text(iri), self.names.url(iri), self.kind(iri).name)
        return self.links[iri]

    def caption(self, term: str, *, inward: bool = False) -> str:
        """Say a property from one of its ends."""
        return caption(term, self.names.language, inward=inward)


def kind_in(names: Names, iri: str, told: Facts | None) -> Kind:
    """Give the kind of a thing."""
    found = names.kind(iri)
    return kind_of(told.classes) if found is THING and told else found


def text_in(names: Names, iri: str) -> Text:
    """Give what a thing is called; a class by the word for its things."""
    kind = CLASSES.get(iri)
    told = str(kind.many) if kind else class_name(iri, names.language, many=True)
    return Text(told, names.language) if told else names.text(iri)


def caption(term: str, language: str, *, inward: bool) -> str:
    """Say a property in words; from its end where it has no words of its own, by an arrow."""
    told = said(term, language, inward=inward)
    return told or (f"← {property_name(term)}" if inward else property_name(term))


def sight(view: View, state: State, naming: Naming, language: str, drawn: Drawn) -> Sight:
    """Bring a state to sight."""
    left = left_out(state, naming)
    found = tuple(
        (pair, ways(view.store, *pair, without=left.terms)) for pair in map(naming.pair, state.way)
    )
    gathered = gathered_of(view, state, naming, found, drawn)
    told = {iri: facts(view.store, iri) for iri in gathered.parents}
    links = joined(arcs(view.store, gathered.parents), drawn.arcs)
    about = {each for one in told.values() for each in (one.keeper, one.system, *one.graphs)}
    graphs = {graph for each in links for graph in each.graphs}
    ends = {iri for pair, _ in found for iri in pair}
    hidden = map(naming.whole, (*state.hide, *filter(None, [state.of])))
    named = (*gathered.parents, *about, *graphs, *ends, *hidden)
    names = names_of(view, filter(None, named), base=naming.base, language=language)
    kinds = {iri: kind_in(names, iri, told.get(iri)).name for iri in gathered.parents}
    shown = {
        iri: how for iri, how in gathered.parents.items() if not left.thing(kinds[iri], told[iri])
    }
    return Sight(
        state=state,
        view=view,
        naming=naming,
        names=names,
        reached=shown,
        facts=told,
        arcs=tuple(
            each
            for each in links
            if each.source in shown and each.target in shown and not left.arc(each)
        ),
        all_arcs=links,
        all_kinds=kinds,
        missing=len(gathered.missing),
        cut=gathered.cut or drawn.cut,
        ways=found,
        drawn=drawn,
        notes=dict(note_of(each, naming) for each in state.note),
    )


def joined(held: Iterable[Arc], made: Iterable[Arc]) -> tuple[Arc, ...]:
    """Give links of the graph and those that a query made, each once."""
    found = {(each.source, each.term, each.target): each for each in made}
    found.update({(each.source, each.term, each.target): each for each in held})
    return tuple(found.values())


def gathered_of(
    view: View,
    state: State,
    naming: Naming,
    found: Iterable[tuple[tuple[str, str], Found]],
    drawn: Drawn,
) -> Gathered:
    """Bring together all that the state asks to be in view."""
    named = [naming.whole(each) for each in state.n]
    named += [naming.whole(each.partition(BETWEEN)[0]) for each in state.pin]
    on_ways = [iri for _, one in found for way in one.ways for iri in way.things]
    return gather(
        view.store,
        [*named, *on_ways],
        [naming.opening(each) for each in state.x],
        [naming.whole(each) for each in state.hide],
        drawn.things,
    )


def left_out(state: State, naming: Naming) -> Left:
    """Give what a state leaves out."""
    return Left(
        frozenset(state.kind),
        frozenset(naming.property(each) for each in state.without),
        frozenset(map(naming.whole, state.graph)),
        state.since,
        state.until,
    )


def note_of(name: str, naming: Naming) -> tuple[str, str]:
    """Read a note: the thing that it is written at, and what it says."""
    thing, _, text = name.partition(BETWEEN)
    return naming.whole(thing), text
