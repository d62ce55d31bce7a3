"""The past of a thing in words: who changed what, with the difference property by property."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import quote

from flask_babel import gettext as _
from flask_babel import ngettext
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from graph.ledger.ledger import Touched
from graph.past.history import Happened
from ontology.clearance import Clearance
from ontology.terms import XSD
from web.catalogue.kinds import KINDS, THING
from web.catalogue.names import STEP, Names, local_kind, local_path, name_in, tail
from web.catalogue.pages import Difference, Event, Story
from web.catalogue.reading import EVENTS, Thing
from web.catalogue.words import property_name, reading_order
from web.page import Link, Text
from web.wording import day

DIFFERENCES = 12  # shown of one change
LONGEST = 300  # characters of one value
DATES = {XSD.date, XSD.dateTime}
RECORD = KINDS["record"]  # a record's own dates are the change's
Lines = Iterable[tuple[Clearance, str]]
Sides = tuple[list[Text], list[Text]]  # what went, what came


def story(thing: Thing) -> Story:
    """Tell the past of a thing, the latest first."""
    events = tuple(event(each, thing.names) for each in thing.history)
    none = _("The ledger holds no change of this by itself: it came as part of something else.")
    return Story(
        "history", _("History"), events, none, cut=len(events) >= EVENTS, url=versions(thing)
    )


def versions(thing: Thing) -> str:
    """Give the address of every version of a thing, "" where it is no entry by itself."""
    last = thing.history[0] if thing.history else None
    if last is None or last.entry_kind not in KINDS:
        return ""
    return f"/{last.entry_kind}/{quote(last.code, safe='')}/history"


def event(touched: Touched, names: Names) -> Event:
    """Tell one change of one entry."""
    differences = tuple(differ(touched, names))
    return Event(
        number=touched.seq,
        when=touched.at,
        title=action(touched),
        who=names.called(touched.actor),
        reason=touched.reason,
        changes=differences[:DIFFERENCES],
        more=max(0, len(differences) - DIFFERENCES),
    )


def action(touched: Touched) -> str:
    """Say what a change did to an entry."""
    said = {
        "new": _("Entered in the catalogue"),
        "changed": _("Changed in the catalogue"),
        "removed": _("Taken out of the catalogue"),
    }
    words = said.get(touched.action, touched.action)
    undone = touched.kind == "undo"
    return str(_("%(what)s by taking back a load", what=words) if undone else words)


def differ(touched: Touched, names: Names) -> Iterable[Difference]:
    """Give what a change made different, in reading order, the entry's own statements first."""
    if touched.diff is None:
        return
    sides: dict[tuple[str, str], Sides] = defaultdict(lambda: ([], []))
    for side, lines in enumerate((touched.diff.removed, touched.diff.added)):
        for subject, name, text in read(lines, names):
            sides[subject, name][side].append(text)
    root = touched.iri
    for subject, name in sorted(
        sides, key=lambda key: (key[0] != root, key[0], reading_order(key[1]))
    ):
        removed, added = sides[subject, name]
        label = property_name(name)
        within = label if subject == root else f"{part_name(subject, names)} · {label}"
        yield Difference(within, tuple(removed), tuple(added))


def part_name(iri: str, names: Names) -> str:
    """Name a part of an entry: what kind of thing it is, and the end of its name."""
    whole, step, _digest = iri.partition(STEP)
    if step:
        return f"{_('A step of lineage')} · {names.text(whole).value}"
    kind = local_kind(iri, names.base)
    return f"{kind.one} {tail(iri)}" if kind else tail(iri)


def read(lines: Lines, names: Names) -> Iterable[tuple[str, str, Text]]:
    """Give subject, property and readable value of each line of N-Triples."""
    text = "\n".join(line for _clearance, line in lines)
    for quad in parse(text, format=RdfFormat.N_TRIPLES):
        subject, name, term = quad.subject, quad.predicate.value, quad.object
        if not isinstance(subject, NamedNode) or local_kind(subject.value, names.base) is RECORD:
            continue
        if isinstance(term, NamedNode | Literal):
            yield subject.value, name, value(term, names)


def value(term: NamedNode | Literal, names: Names) -> Text:
    """Give a value as people read it, cut where it is very long."""
    if isinstance(term, NamedNode):
        return names.text(term.value)
    if term.datatype in DATES:
        return Text(day(term.value))
    cut = term.value if len(term.value) <= LONGEST else term.value[:LONGEST] + "…"
    return Text(cut, term.language or "")


def happening(change: Happened, names: Names) -> Event:
    """Tell one change of the whole catalogue: what it did to how many, and a few of them."""
    return Event(
        number=change.seq,
        when=change.at,
        title=" · ".join(counted(change.touched)),
        who=names.called(change.actor),
        reason=change.reason,
        things=tuple(entry_link(each, names) for each in change.examples),
        cut=sum(change.touched.values()) > len(change.examples),
    )


def counted(touched: dict[str, int]) -> Iterable[str]:
    """Say what a change did to how many entries."""
    if new := touched.get("new"):
        yield ngettext("%(num)s entry came", "%(num)s entries came", new)
    if changed := touched.get("changed"):
        yield ngettext("%(num)s entry changed", "%(num)s entries changed", changed)
    if removed := touched.get("removed"):
        yield ngettext("%(num)s entry went", "%(num)s entries went", removed)


def entry_link(touched: Touched, names: Names) -> Link:
    """Name an entry as it is called now, else as its title stood, with the address of its page."""
    kind = KINDS.get(touched.entry_kind, THING)
    path = local_path(touched.iri, names.base) or f"/{kind.name}/{touched.code}"
    text = name_in(names.said.get(touched.iri, {}), names.language) or Text(touched.title)
    return Link(text, path, kind.name, str(kind.one))
