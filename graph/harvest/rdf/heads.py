"""The heads of entries before they are split: those without a name get one, the lost are adopted.

A blank node that heads an entry is named by what it is known by (a department by its name, a
dataset by its identifier or title), so that the next load finds the same one; two that are known
by the same are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graph.harvest.rdf.gather import Gathered
from graph.harvest.rdf.kinds import DATASET, KINDS, NUMBER, PART
from graph.harvest.rdf.owners import Owners, owners_of
from graph.harvest.rdf.repair import lexical
from graph.harvest.rdf.rules import IDENTIFIER, TITLE, facts_of, term
from graph.harvest.rdf.skolem import Triple, content_of
from graph.harvest.rdf.terms import mended_subject
from graph.ledger.digest import short_digest
from graph.ledger.entries import Context

NAME = term("foaf:name")
DISTRIBUTION, LAYER = NUMBER["distribution"], NUMBER["layer"]
STEPS = 4  # how many steps a distribution's IRI may be longer than its dataset's


@dataclass(slots=True)
class Names:
    """`iris`: blank node -> `<iri>`; `register`: those the register of departments knows."""

    iris: dict[str, str] = field(default_factory=dict)
    register: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Heads:
    """What is settled before the splitting.

    `base` completes relative IRIs; `names` are those of blank heads; `adopted` maps distributions
    that no dataset named to the datasets that now do.
    """

    base: str
    names: Names
    adopted: dict[str, str]


def parted(text: str) -> Triple:
    """Part a statement's text into its three terms."""
    subject, predicate, value = text.split(" ", 2)
    return subject, predicate, value


def page_kind(number: int) -> str:
    """Give the word for a kind in IRIs and pages."""
    kind = KINDS[number]
    return "resource" if kind in {"thing", "unknown", "record", "paging"} else kind


def groups(
    gathered: Gathered, owners: Owners, blocks: Iterable[int]
) -> Iterator[tuple[int, list[str]]]:
    """Give (head, texts of its statements) for blocks that are in the order of their owners."""
    owner, spool = owners.owner, gathered.spool
    current, mine = -1, list[int]()
    for block in blocks:
        head = owner[spool.subject[block]]
        if head != current and mine:
            yield current, spool.texts(mine)
            mine = []
        current = head
        mine.append(block)
    if mine:
        yield current, spool.texts(mine)


def by_owner(gathered: Gathered, owners: Owners) -> list[int]:
    """Give the numbers of all blocks, those of one entry together."""
    owner, subject = owners.owner, gathered.spool.subject
    return sorted(range(len(subject)), key=lambda block: owner[subject[block]])


def node_of(head: int, gathered: Gathered, texts: list[str]) -> str:
    """Give the subject that heads this group."""
    for text in texts:
        subject = text.partition(" ")[0]
        if gathered.number.get(hash(subject)) == head:
            return subject
    return texts[0].partition(" ")[0]


def name_blank_heads(gathered: Gathered, owners: Owners, context: Context) -> Names:
    """Name every entry headed by a blank node, and merge those that are one."""
    names, owner, subject = Names(), owners.owner, gathered.spool.subject
    heads = {number for number in set(owner) if number >= 0 and gathered.blank[number]}
    if not heads:
        return names
    firsts: dict[str, int] = {}
    merged: dict[int, int] = {}
    wanted = [each for each in by_owner(gathered, owners) if owner[subject[each]] in heads]
    for head, texts in groups(gathered, owners, wanted):
        iri = _named(head, gathered, texts, context, names)
        first = firsts.setdefault(iri, head)
        if first != head:
            merged[head] = first
    for number, whose in enumerate(owner):
        if whose in merged:
            owner[number] = merged[whose]
    return names


def _named(head: int, gathered: Gathered, texts: list[str], context: Context, names: Names) -> str:
    triples = [parted(text) for text in texts]
    node = node_of(head, gathered, texts)
    kind = page_kind(gathered.kind[head])
    identity = _identity(node, kind, triples)
    iri = f"{context.base}/id/{kind}/{context.source}-{short_digest(identity)}"
    if kind == "department" and identity in context.departments:
        iri = context.departments[identity]
        names.register.add(node)
    names.iris[node] = f"<{iri}>"
    return iri


def _identity(node: str, kind: str, triples: list[Triple]) -> str:
    """Give what a nameless thing is known by."""
    facts = facts_of(node, triples)
    for property_ in (NAME,) if kind == "department" else (IDENTIFIER, TITLE):
        if values := facts.get(property_):
            return min(lexical(value).strip() for value in values)
    return content_of(node, triples)


def adopt(gathered: Gathered, owners: Owners, base: str) -> tuple[Owners, dict[str, str]]:
    """Give loose distributions to the dataset whose IRI theirs continues.

    Gives the owners anew, and {`<distribution>`: `<dataset>`} of those adopted.
    """
    loose = {n for n in owners.loose if gathered.kind[n] == DISTRIBUTION and not gathered.blank[n]}
    if not loose:
        return owners, {}
    adopted: dict[str, str] = {}
    blocks = [
        n for n in by_owner(gathered, owners) if owners.owner[gathered.spool.subject[n]] in loose
    ]
    for head, texts in groups(gathered, owners, blocks):
        node = node_of(head, gathered, texts)
        if dataset := _dataset_before(node, gathered):
            adopted[mended_subject(node, base)] = mended_subject(dataset, base)
            gathered.link(gathered.number[hash(dataset)], node, PART)
    return (owners_of(gathered), adopted) if adopted else (owners, {})


def _dataset_before(node: str, gathered: Gathered) -> str | None:
    iri = node[1:-1]
    for _ in range(STEPS):
        cut = max(iri.rfind("/"), iri.rfind("#"))
        if cut < len("https://x"):
            return None
        iri = iri[:cut]
        for text in (f"<{iri}>", f"<{iri}/>"):
            number = gathered.number.get(hash(text))
            if number is not None and gathered.kind[number] in {DATASET, LAYER}:
                return text
    return None
