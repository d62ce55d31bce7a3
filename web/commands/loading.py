"""What the command line does around a load: find the reader, show progress, tell what happened."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.table import Table

from graph.asking.offering import align
from graph.asking.saved import SavedQueries
from graph.harvest.choice import choice_of
from graph.harvest.fetch import fetch
from graph.harvest.tables import providers
from graph.harvest.tables.guess import guess
from graph.harvest.tables.rows import read_rows
from graph.home import Home
from graph.instance import Instance
from graph.ledger.entries import Context, Delivery
from graph.loading import reference
from graph.loading.load import Order
from graph.loading.report import Report
from graph.sample import FULL, city
from graph.sample.past import as_it_was
from graph.views.keeper import Progress, silent
from ontology.clearance import Clearance
from ontology.errors import Invalid
from ontology.people import COMMAND_LINE
from sparql.offered import offered
from web.commands.progress import bar

SOURCE_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
APART = timedelta(minutes=37)  # between the changes of two departments of the sample city
BEFORE = timedelta(days=45)  # the demo city's first state is that much older than today


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line was asked for."""

    source: str | None = None
    mapping: Path | None = None
    clearance: Clearance = Clearance.OPEN
    replace: bool = False
    insist: bool = False
    dry_run: bool = False
    actor: str = COMMAND_LINE

    @staticmethod
    def of(options: dict[str, Any]) -> Wishes:
        """Read the wishes from the command's options; raise Invalid for a bad source name."""
        source = options["source"]
        if source is not None and not SOURCE_NAME.fullmatch(source):
            raise Invalid(
                f"{source!r} cannot name a source: use small letters, digits and hyphens.",
                f"{source!r} 不能作为来源名称：请使用小写字母、数字和连字符。",
            )
        return Wishes(
            source=source,
            mapping=options["mapping"],
            clearance=Clearance(options["clearance"]),
            replace=options["replace"],
            insist=options["insist"],
            dry_run=options["dry_run"],
            actor=options["actor"],
        )


def load_reference(instance: Instance, at: datetime, progress: Progress = silent) -> None:
    """Load the vocabulary, the code lists and the city's register of departments."""
    order = Order(
        source=reference.SOURCE,
        actor="govgraph",
        at=at,
        base=instance.home.settings.base,
        origin="govgraph",
        source_kind="reference",
        titles=reference.TITLES,
        replace=True,
        insist=True,
        reason="vocabulary, code lists and register of departments",
    )
    instance.load(register(order.base), order, lambda read: progress("reading", read, 0))


def register(base: str) -> Iterator[Delivery]:
    """Give the words, and the city's departments."""
    yield from reference.deliveries()
    for entry in providers.register(base)[0]:
        yield Delivery(entry=entry)


def offer_queries(home: Home, at: datetime) -> None:
    """See that the catalogue tells of every public template, those that ship among them."""
    instance = Instance.of(home)
    try:
        if instance.ledger.last():
            kept = SavedQueries(instance.ledger).public()
            align(instance, offered(kept), "govgraph", at)
    finally:
        instance.close()


def load_city(instance: Instance, at: datetime, seed: int, console: Console) -> None:
    """Load the sample city twice, as it was and as it is, so that it has a history."""
    with bar(console, "Making a sample city") as progress:
        load_reference(instance, at - BEFORE, progress)
        sources = city_sources(instance, at, seed)
        was = {name: list(as_it_was(found, seed)) for name, found in sources.items()}
        load_sources(instance, was, at - BEFORE, "目录编制", progress)
        instance.settle(at - BEFORE, progress)
        load_sources(instance, sources, at, "季度目录更新", progress)
        instance.settle(at, progress)


def load_sources(
    instance: Instance,
    sources: dict[str, list[Delivery]],
    at: datetime,
    reason: str,
    progress: Progress,
) -> None:
    """Load one state of the city, a change for each of its sources, some time apart."""
    titles = providers.titles(instance.home.settings.base)
    for number, (source, deliveries) in enumerate(sources.items()):
        progress(source, number, len(sources))
        name = titles.get(source, (source, source))
        order = Order(
            source=source,
            actor=name[1],
            at=at - APART * (len(sources) - 1 - number),
            base=instance.home.settings.base,
            origin="sample city",
            source_kind="sample",
            titles=name,
            replace=True,
            insist=True,
            reason=reason,
        )
        instance.load(deliveries, order)


def city_sources(instance: Instance, at: datetime, seed: int) -> dict[str, list[Delivery]]:
    """Give the sample city's deliveries by source."""
    by_source: dict[str, list[Delivery]] = {}
    base = instance.home.settings.base
    for source, delivery in city(seed=seed, today=at.date(), base=base, size=FULL):
        by_source.setdefault(source, []).append(delivery)
    return by_source


def load_file(
    instance: Instance, place: str, wishes: Wishes, at: datetime, console: Console
) -> Report:
    """Load one file or URL and tell on the terminal what happened."""
    with local_copy(place, console) as path:
        name = name_of(place)
        choice = choice_of(path, name=name, mapping=wishes.mapping)
        source = wishes.source or choice.source
        order = Order(
            source=source,
            actor=wishes.actor,
            at=at,
            base=instance.home.settings.base,
            origin=place if is_url(place) else name,
            titles=choice.titles if source == choice.source else (source, source),
            replace=wishes.replace,
            insist=wishes.insist,
            dry_run=wishes.dry_run,
        )
        context = Context(
            base=order.base,
            source=source,
            clearance=wishes.clearance,
            today=at.date().isoformat(),
            departments=departments(order.base),
        )
        with bar(console, name) as progress:
            report = instance.load(
                choice.deliveries(context), order, lambda read: progress("reading", read, 0)
            )
    tell(report, choice.how, name, console)
    return report


def departments(base: str) -> dict[str, str]:
    """Give the city's register: every name and alias of a department to its IRI."""
    return providers.register(base)[1]


def is_url(place: str) -> bool:
    """Say whether a place is on the web."""
    return place.startswith(("http://", "https://"))


def name_of(place: str) -> str:
    """Give the file's own name of a place; raises Invalid for an address that is none."""
    try:
        return Path(urlsplit(place).path if is_url(place) else place).name or "catalogue"
    except ValueError as error:
        raise Invalid(
            f"{place} is not a valid address: {error}.", f"{place} 不是有效的地址：{error}。"
        ) from error


def no_file(place: str, path: Path) -> Invalid:
    """Say why a place is no file that can be read."""
    if path.is_dir():
        return Invalid(
            f"{place} is a folder: name the files in it.", f"{place} 是文件夹：请指明其中的文件。"
        )
    if "://" in place:
        return Invalid(
            f"{place} cannot be fetched: only http and https addresses can.",
            f"{place} 无法获取：只支持 http 与 https 地址。",
        )
    return Invalid(f"There is no file {place}.", f"没有文件 {place}。")


@contextmanager
def local_copy(place: str, console: Console) -> Iterator[Path]:
    """Give a place as a local file: as it is, or fetched for the time being."""
    if not is_url(place):
        path = Path(place)
        if not path.is_file():
            raise no_file(place, path)
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / name_of(place)
        with bar(console, place) as progress:
            fetch(place, target, lambda come, due: progress("fetching", come, due))
        yield target


def guess_mappings(files: tuple[str, ...], console: Console) -> None:
    """Write a first mapping beside each spreadsheet."""
    for place in files:
        with local_copy(place, console) as path:
            text = guess(read_rows(path))
        target = Path(name_of(place)).with_suffix(".toml")
        if target.exists():
            raise Invalid(f"{target} is there already.", f"{target} 已存在。")
        target.write_text(text, "utf-8")
        console.print(f"[bold]✓[/] {target}: look it over, then load with --mapping {target}")


def tell(report: Report, how: str, name: str, console: Console) -> None:
    """Tell in short what a load did."""
    moved = any(report.outcomes[each] for each in ("new", "changed", "removed"))
    title = f"change {report.seq}" if report.seq is not None else "nothing changed"
    if report.dry_run:
        title = "would change the catalogue" if moved else "would change nothing"
    console.print(f"[bold]✓ {name}[/] ({how}) → {report.source}: {title}, {report.seconds:.1f} s")
    table = Table(show_header=False, box=None, pad_edge=False)
    summary = report.summary()
    for what in ("read", "new", "changed", "unchanged", "removed"):
        table.add_row(f"  {what}", f"{summary[what]:,}")
    for what, counter in (
        ("repaired", report.repaired),
        ("to look at", report.found),
        ("quarantined", report.quarantined),
    ):
        rules = ", ".join(f"{rule} {count:,}" for rule, count in counter.most_common())
        table.add_row(f"  {what}", f"{counter.total():,}" + (f"  ({rules})" if rules else ""))
    console.print(table)
    console.print(f"  in full: {report.folder}", soft_wrap=True)
