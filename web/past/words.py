"""The past of an entry in words: its versions, one of them whole, two compared, each value's origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote

from flask_babel import gettext as _
from pyoxigraph import NamedNode

from graph.association.merges import told_of
from graph.ledger.ledger import Kept, Touched
from graph.loading.load import Statement
from web.catalogue.desk import desk
from web.catalogue.kinds import KINDS, THING
from web.catalogue.names import Names, local_kind, name_in, names_of
from web.catalogue.pages import Difference, Event
from web.catalogue.reading import grouped, named_in
from web.catalogue.statements import rows
from web.catalogue.story import RECORD, differ, event, part_name, value
from web.catalogue.words import property_name, reading_order
from web.page import Link, Text, address
from web.past.pages import Head, Origin, OriginPart, Part
from web.past.versions import Past, Said, by_subject

PARTS = 150  # subjects of an entry shown on a page


def path_of(kept: Kept, step: str = "") -> str:
    """Give the address of a page of an entry's past."""
    return f"/{kept.kind}/{quote(kept.code, safe='')}/history{step}"


def head(kept: Kept, others: Iterable[Kept]) -> Head:
    """Give what every page of the past begins with."""
    kind = KINDS.get(kept.kind, THING)
    path = path_of(kept)
    return Head(
        title=names_in([kept.iri]).text(kept.iri) if kept.live else Text(kept.title),
        kind_name=str(kind.one),
        code=kept.code,
        path=path,
        thing=path.removesuffix("/history"),
        live=kept.live,
        sources=tuple(
            Link(Text(each.source), address(path, [("source", each.source)]))
            for each in others
            if each.source != kept.source
        ),
    )


def names_in(iris: Iterable[str]) -> Names:
    """Ask once for the names of all that a page will name."""
    here = desk()
    return names_of(here.view, iris, base=here.base, language=here.language)


def events(past: Past, touched: list[Touched]) -> tuple[Event, ...]:
    """Tell changes of an entry, each leading to the entry as it stood then."""
    names = names_in(iri for each in touched for iri in named_in(each))
    return tuple(replace(event(each, names), href=stated(past.kept, each.seq)) for each in touched)


def merges(past: Past) -> tuple[Event, ...]:
    """Tell when an entry was merged into another, and parted again: a decision beside the entry."""
    told = told_of(past.instance, past.kept.iri, past.clearance)
    names = names_in(())
    parted, merged = str(_("Parted again")), str(_("Merged into another entry"))
    return tuple(
        Event(
            number=0,
            when=each.at,
            title=parted if each.action == "removed" else merged,
            who=names.called(each.actor),
            reason=each.reason,
        )
        for each in told
    )


def stated(kept: Kept, seq: int) -> str:
    """Give the address of an entry as it stood after a change."""
    return path_of(kept, f"/{seq}")


def parts(past: Past, statements: Iterable[Statement]) -> tuple[tuple[Part, ...], int]:
    """Tell what an entry said, part by part, and how many parts are left out."""
    told, names = subjects(past, statements)
    shown = tuple(
        Part(name, rows(((name, value) for _subject, name, value in said), names))
        for name, said in named(past, told, names)
    )
    return shown, max(0, len(told) - PARTS)


def origins(past: Past) -> tuple[tuple[OriginPart, ...], int]:
    """Tell for each value which change gave it its present form, and what is left out."""
    givers = dict(past.origins())
    told, names = subjects(past, givers)
    by_line = {said: givers[line] for line in givers for said in said_of(past, line)}
    shown = tuple(
        gathered(name, [origin(past, each, by_line[each], names) for each in sorted_(said)])
        for name, said in named(past, told, names)
    )
    return shown, max(0, len(told) - PARTS)


def gathered(name: Text, rows: list[Origin]) -> OriginPart:
    """Tell the values of a part that are as it came together; those of the entry one by one."""
    came = [each for each in rows if each.first and each.number == min(row.number for row in rows)]
    if not name.value or not came:
        return OriginPart(name, tuple(rows))
    others = tuple(each for each in rows if each not in came)
    return OriginPart(name, others, came[0], len(came))


def said_of(past: Past, line: Statement) -> list[Said]:
    """Read one statement."""
    return [each for said in by_subject([line], past.kept.iri).values() for each in said]


def origin(past: Past, said: Said, touched: Touched, names: Names) -> Origin:
    """Tell where one value came from."""
    return Origin(
        label=property_name(said[1]),
        value=value(said[2], names),
        number=touched.seq,
        when=touched.at,
        who=names.called(touched.actor),
        href=stated(past.kept, touched.seq),
        first=touched.action == "new",
    )


def sorted_(said: Iterable[Said]) -> list[Said]:
    """Put what a subject says into the order people want to read it."""
    return sorted(said, key=lambda each: (reading_order(each[1]), str(each[2])))


def subjects(past: Past, statements: Iterable[Statement]) -> tuple[dict[str, list[Said]], Names]:
    """Give what each subject of an entry says, without its catalogue record, and all names."""
    found = {
        subject: said
        for subject, said in by_subject(statements, past.kept.iri).items()
        if local_kind(subject, past.instance.home.settings.base) is not RECORD
    }
    terms = (value for said in found.values() for *_, value in said)
    return found, names_in(term.value for term in terms if isinstance(term, NamedNode))


def named(
    past: Past, told: dict[str, list[Said]], names: Names
) -> Iterable[tuple[Text, list[Said]]]:
    """Name the subjects of an entry: what kind of part each is, and what it is called."""
    for subject, said in list(told.items())[:PARTS]:
        if subject == past.kept.iri:
            yield Text(""), said
            continue
        own = name_in(grouped((name, term) for _subject, name, term in said), names.language)
        kind = local_kind(subject, names.base)
        label = f"{kind.one} · {own}" if kind and own else part_name(subject, names)
        yield Text(label), said


def compared(past: Past, earlier: int, later: int) -> tuple[Difference, ...]:
    """Tell how an entry differed after two changes."""
    touched = replace(past.version(later), diff=past.difference(earlier, later))
    return tuple(differ(touched, names_in(named_in(touched))))
