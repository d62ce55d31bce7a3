"""Public templates told in the graph: each is a `dcat:DataService` of the source `queries`.

They land through the ledger like any entry: with a record, a history, a place in the feed, and a
tombstone when one is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pyoxigraph import Literal, NamedNode

from graph.editing import Edit, graph_of, put, remove
from graph.instance import Instance
from graph.ledger.entries import Entry
from graph.ledger.ledger import OWN
from graph.loading.load import Order, source_entry
from ontology.clearance import Clearance
from ontology.errors import Conflict
from ontology.terms import AUTHORITY, DCAT, DCT, GOV, RDF

SOURCE = "queries"
TITLES = ("Questions as interfaces", "查询接口")
KIND = "service"
SERVED = ("dataset", "layer")  # kinds of what a service gives out


@dataclass(frozen=True, slots=True)
class Service:
    """One template as the catalogue tells it: its name in addresses, words, keeper and version."""

    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    tags: tuple[str, ...]
    department: str
    version: int
    names: tuple[str, ...] = ()  # IRIs that its text names; the open datasets among them it serves


def code_of(slug: str) -> str:
    """Give the code of a template's entry in the catalogue."""
    return f"query-{slug}"


def served(instance: Instance, service: Service) -> tuple[str, ...]:
    """Give the datasets that a template asks: those it names, if everyone may know of them."""
    known = instance.ledger.entries_named(list(service.names))
    open_to_all = (each for each in known if each.live and each.clearance is Clearance.OPEN)
    return tuple(sorted({each.iri for each in open_to_all if each.kind in SERVED}))


def entry_of(service: Service, base: str, datasets: Iterable[str] = ()) -> Entry:
    """Put a template into RDF."""
    code = code_of(service.slug)
    root = NamedNode(f"{base}/id/{KIND}/{code}")
    address = f"{base}/api/queries/{service.slug}"
    facts: list[tuple[NamedNode, NamedNode | Literal]] = [
        (RDF.type, DCAT.DataService),
        (GOV.code, Literal(code)),
        (DCAT.endpointURL, NamedNode(address)),
        (DCAT.endpointDescription, NamedNode(f"{base}/api/openapi.json")),
        (DCAT.landingPage, NamedNode(f"{base}/queries/{service.slug}")),
        (DCAT.version, Literal(str(service.version))),
        (DCT.accessRights, NamedNode(f"{AUTHORITY}access-right/PUBLIC")),
    ]
    for name, zh, en in (
        (DCT.title, service.zh or service.en, service.en or service.zh),
        (DCT.description, service.about_zh, service.about_en),
    ):
        facts += [(name, Literal(t, language=tag)) for t, tag in ((zh, "zh"), (en, "en")) if t]
    facts += [(DCAT.keyword, Literal(each)) for each in service.tags]
    facts += [(DCAT.servesDataset, NamedNode(each)) for each in datasets]
    if service.department:
        facts.append((DCT.publisher, NamedNode(f"{base}/id/department/{service.department}")))
    lines = tuple(f"{root} {name} {value} ." for name, value in facts)
    title = service.zh or service.en
    return Entry(
        KIND, service.slug, root.value, code, title, (root.value,), {Clearance.OPEN: lines}
    )


def offer(instance: Instance, service: Service, actor: str, at: datetime) -> int | None:
    """Tell of a template as it stands; give the change, None where nothing differs."""
    _describe_source(instance, actor, at)
    entry = entry_of(service, instance.home.settings.base, served(instance, service))
    known = instance.ledger.entry(SOURCE, entry.key)
    why = f"公开查询第 {service.version} 版 / public query, version {service.version}"
    edit = Edit(SOURCE, actor, at, why, known.seq if known else 0)
    return put(instance, entry, edit)


def take_back(instance: Instance, slug: str, actor: str, at: datetime, reason: str) -> int | None:
    """Take a template out of the catalogue; its address there answers 410 from then on."""
    known = instance.ledger.entry(SOURCE, slug)
    if known is None or not known.live:
        return None
    return remove(instance, slug, Edit(SOURCE, actor, at, reason, known.seq))


def align(instance: Instance, wanted: Iterable[Service], actor: str, at: datetime) -> int:
    """See that the catalogue tells of these templates and no others; give how many moved.

    Of two processes that do so at once one does.
    """
    services = {each.slug: each for each in wanted}
    known = {
        key: kept
        for key, kept in instance.ledger.entries_of(SOURCE).items()
        if kept.live and key != OWN
    }
    base, moved = instance.home.settings.base, 0
    try:
        for slug, service in services.items():
            digest = entry_of(service, base, served(instance, service)).digest()
            if slug not in known or known[slug].digest != digest:
                moved += offer(instance, service, actor, at) is not None
        for slug in known.keys() - services.keys():
            moved += take_back(instance, slug, actor, at, "不再公开 / no longer public") is not None
    except Conflict:
        return moved
    return moved


def _describe_source(instance: Instance, actor: str, at: datetime) -> None:
    """Describe the source itself, before its first entry."""
    own = instance.ledger.entry(SOURCE, OWN)
    if own and own.live:
        return
    order = Order(SOURCE, actor, at, instance.home.settings.base, "", "reference", TITLES)
    entry = source_entry(order, graph_of(instance, SOURCE))
    put(instance, entry, Edit(SOURCE, actor, at, TITLES[0], own.seq if own else 0))
