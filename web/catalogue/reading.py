"""Reading one thing from a view: a fixed number of queries, however large the thing or the graph.

Lists are cut where a page ends; what is cut is said on the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from graph.ledger.ledger import Touched
from graph.views.snapshots import View
from ontology.terms import CSVW, GOV, RDF
from sparql.query import Row, rows
from web.catalogue.history import Past
from web.catalogue.kinds import Kind, kind_of
from web.catalogue.names import Names, Said, Term, listed, names_of

STATEMENTS = 500  # own statements on a page
INCOMING = 50  # statements pointing at it on a page
ITEMS = 100  # data items on a page
EVENTS = 20  # changes on a page
DEEPEST = 200  # no list is paged further: that is what queries are for

# The kinds whose neighbours have a question of their own: `<subject>/neighbours.rq`.
NEIGHBOURS = {
    "dataset": "dataset",
    "layer": "dataset",
    "item": "item",
    "department": "department",
    "system": "system",
    "library": "library",
    "element": "element",
    "theme": "theme",
    "district": "district",
}
WITH_ITEMS = {"dataset", "layer"}
WITH_PARTS = {"dataset", "layer", "service", "source", "department", "system"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in its long lists a reader stands: page numbers from 1, and words to find items by."""

    items: int = 1
    statements: int = 1
    incoming: int = 1
    words: str = ""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing beside another: in what relation, within what, and by whom."""

    relation: str
    iri: str
    within: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A data item by name and place; `order` sorts it in its dataset."""

    iri: str
    said: Said
    order: tuple[int, str]


@dataclass(frozen=True, slots=True)
class Thing:
    """Everything read of one thing, before it is put into words.

    `statements` and `incoming` are the stretch shown, with one row more if there is more;
    `parts` are its files, contacts, interfaces and record, by the property that ties them;
    `sources` the named graphs that hold it.
    """

    iri: str
    kind: Kind
    code: str
    said: Said
    statements: tuple[tuple[str, Term], ...]
    incoming: tuple[tuple[str, str], ...]
    parts: Mapping[str, Mapping[str, Said]]
    neighbours: tuple[Neighbour, ...]
    items: tuple[Item, ...]
    shown: tuple[Item, ...]
    found: int
    history: tuple[Touched, ...]
    sources: tuple[str, ...]
    names: Names = field(repr=False)
    place: Place = field(default_factory=Place)

    def values(self, term: NamedNode) -> list[Term]:
        """Give its values of a property."""
        return self.said.get(term.value, [])

    def one(self, term: NamedNode) -> str:
        """Give its first value of a property as text, "" for none."""
        values = self.values(term)
        return values[0].value if values else ""

    def beside(self, *relations: str) -> list[Neighbour]:
        """Give the neighbours in any of these relations."""
        return [each for each in self.neighbours if each.relation in relations]


def find(view: View, kind: Kind, code: str, base: str) -> str | None:
    """Give the IRI of the thing with that kind and code, or None."""
    if kind.lists:
        known = listed(kind.lists, code)
        return known.iri if known else None
    local = f"{base}/id/{kind.name}/{code}"
    if kind.plain:
        return local
    found = rows(view, "things/named", code=Literal(code), kind=list(kind.classes))
    named = [row.text("thing") for row in found]
    return local if local in named else next(iter(named), None)


def read(  # noqa: PLR0913 - who reads what, in which words, how far
    view: View, iri: str, *, base: str, language: str, past: Past, place: Place
) -> Thing | None:
    """Read one thing; None where the view says nothing of it and nothing points at it."""
    own = triples(view, iri, 1)
    incoming = links_to(view, iri, place.incoming)
    if not own and not incoming:
        return None
    said = grouped(own[:STATEMENTS])
    kind = kind_of(term.value for term in said.get(RDF.type.value, []))
    names = Names(base, language)
    kind = names.kind(iri) if kind.name == "thing" else kind
    parts = parts_of(view, iri) if kind.name in WITH_PARTS else {}
    neighbours = neighbours_of(view, iri, kind)
    items = items_of(view, iri) if kind.name in WITH_ITEMS else ()
    shown, found = stretch(items, place)
    shown = detailed(view, shown) if shown else ()
    history = tuple(past.of(iri, view.clearance, limit=EVENTS))
    statements = own if place.statements == 1 else triples(view, iri, place.statements)
    sources = sources_of(view, iri)
    linked = iris_in(said, statements, incoming, parts, neighbours, shown, history)
    return Thing(
        iri=iri,
        kind=kind,
        code=code_of(iri, said),
        said=said,
        statements=tuple(statements),
        incoming=tuple(incoming),
        parts=parts,
        neighbours=neighbours,
        items=items,
        shown=shown,
        found=found,
        history=history,
        sources=sources,
        names=names_of(view, (*linked, *sources), base=base, language=language),
        place=place,
    )


def triples(view: View, iri: str, page: int) -> list[tuple[str, Term]]:
    """Give one page of a thing's statements and one more if there is more."""
    found = rows(
        view,
        "things/statements",
        thing=NamedNode(iri),
        limit=STATEMENTS + 1,
        offset=(page - 1) * STATEMENTS,
    )
    return [(row.text("property") or "", value) for row in found if (value := term(row["value"]))]


def links_to(view: View, iri: str, page: int) -> list[tuple[str, str]]:
    """Give one page of what points at a thing and one more if there is more: (subject, property)."""
    found = rows(
        view,
        "things/incoming",
        thing=NamedNode(iri),
        limit=INCOMING + 1,
        offset=(page - 1) * INCOMING,
    )
    return [(row.text("subject") or "", row.text("property") or "") for row in found]


def parts_of(view: View, iri: str) -> Mapping[str, Mapping[str, Said]]:
    """Give the parts of a thing: property that ties them -> part IRI -> what it says."""
    parts: dict[str, dict[str, dict[str, list[Term]]]] = defaultdict(dict)
    for row in rows(view, "things/parts", thing=NamedNode(iri)):
        link, part, name = (row.text(each) or "" for each in ("link", "part", "property"))
        if value := term(row["value"]):
            parts[link].setdefault(part, defaultdict(list))[name].append(value)
    return parts


def neighbours_of(view: View, iri: str, kind: Kind) -> tuple[Neighbour, ...]:
    """Give the things beside a thing, each relation cut where its query says."""
    subject = NEIGHBOURS.get(kind.name)
    if subject is None:
        return ()
    return tuple(
        Neighbour(*(text_in(row, each) for each in ("relation", "other", "within", "by")))
        for row in rows(view, f"{subject}/neighbours", thing=NamedNode(iri))
        if isinstance(row["other"], NamedNode)
    )


def sources_of(view: View, iri: str) -> tuple[str, ...]:
    """Give the named graphs that hold a thing."""
    found = rows(view, "things/sources", thing=NamedNode(iri))
    return tuple(sorted(row.text("source") or "" for row in found))


def text_in(row: Row, name: str) -> str:
    """Give the text of a term, "" where a row leaves it open or does not have it."""
    return (row.text(name) or "") if name in row else ""


def term(value: object) -> Term | None:
    """Give a value that can be shown: an IRI or a literal; a view holds nothing else."""
    return value if isinstance(value, NamedNode | Literal) else None


def by_item(found: Iterable[Row]) -> dict[str, dict[str, list[Term]]]:
    """Give what is said of each item, by property."""
    said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for row in found:
        if value := term(row["value"]):
            said[row.text("item") or ""][row.text("property") or ""].append(value)
    return said


def items_of(view: View, iri: str) -> tuple[Item, ...]:
    """Give all data items of a dataset in their order, by name and place alone."""
    found = by_item(rows(view, "dataset/items", dataset=NamedNode(iri)))
    items = (Item(each, said, item_order(each, said)) for each, said in found.items())
    return tuple(sorted(items, key=lambda item: item.order))


def item_order(iri: str, said: Said) -> tuple[int, str]:
    """Give a key that sorts an item by its position, then by its IRI."""
    stated = said.get(GOV.position.value, [])
    return (int(stated[0].value) if stated and stated[0].value.isdigit() else 1_000_000, iri)


def stretch(items: tuple[Item, ...], place: Place) -> tuple[tuple[Item, ...], int]:
    """Give the items of one page that hold the words, and how many do in all."""
    words = place.words.casefold().split()
    found = [item for item in items if all(word in item_words(item) for word in words)]
    start = (place.items - 1) * ITEMS
    return tuple(found[start : start + ITEMS]), len(found)


def item_words(item: Item) -> str:
    """Give all names of an item, folded for finding."""
    names = item.said.get(CSVW.title.value, []) + item.said.get(CSVW.name.value, [])
    return " ".join(term.value for term in names).casefold()


def detailed(view: View, items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Give the items with everything that is said of them."""
    asked = [NamedNode(item.iri) for item in items]
    found = by_item(rows(view, "item/details", item=asked))
    return tuple(Item(item.iri, found[item.iri], item.order) for item in items)


def grouped(statements: Iterable[tuple[str, Term]]) -> Said:
    """Give statements by property."""
    said: dict[str, list[Term]] = defaultdict(list)
    for name, value in statements:
        said[name].append(value)
    return dict(said)


def code_of(iri: str, said: Said) -> str:
    """Give a thing's code: what it states, else the last part of its IRI."""
    stated = said.get(GOV.code.value) or []
    return stated[0].value if stated else iri.rstrip("/").rpartition("/")[2]


def iris_in(  # noqa: PLR0913, PLR0917 - the places where a thing names others
    said: Said,
    statements: Iterable[tuple[str, Term]],
    incoming: Iterable[tuple[str, str]],
    parts: Mapping[str, Mapping[str, Said]],
    neighbours: Iterable[Neighbour],
    items: Iterable[Item],
    history: Iterable[Touched],
) -> Iterator[str]:
    """Give every IRI that a thing's page will name."""
    yield from objects(said)
    yield from (value.value for _, value in statements if isinstance(value, NamedNode))
    yield from (subject for subject, _ in incoming)
    for part, told in ((part, told) for group in parts.values() for part, told in group.items()):
        yield part
        yield from objects(told)
    for each in neighbours:
        yield from filter(None, (each.iri, each.within, each.by))
    for item in items:
        yield from objects(item.said)
    yield from (iri for each in history for iri in named_in(each))


def objects(said: Said) -> Iterator[str]:
    """Give the IRIs among values, but not the classes."""
    for name, values in said.items():
        if name != RDF.type.value:
            yield from (value.value for value in values if isinstance(value, NamedNode))


def named_in(touched: Touched) -> Iterator[str]:
    """Give the IRIs at the ends of the lines that a change added or removed."""
    if touched.diff is None:
        return
    for _, line in (*touched.diff.added, *touched.diff.removed):
        last = line.removesuffix(".").rstrip()
        if last.endswith(">") and '"' not in last:
            yield last.rpartition("<")[2][:-1]
