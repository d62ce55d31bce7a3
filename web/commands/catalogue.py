"""Commands on a catalogue: begin one, load into it, make it again, prove it, keep a copy."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table

from graph import backup as backups
from graph.check import Verdict, check
from graph.home import Settings, create_home, open_home, refuse_other_base
from graph.instance import Instance
from graph.ledger.audit import DONE, REFUSED, Audit, Event
from graph.ledger.ledger import undo
from graph.views.keeper import Keeper
from ontology.clearance import Clearance
from ontology.errors import GovgraphError
from ontology.people import COMMAND_LINE
from sparql.parts import Parts
from sparql.proof import prove
from web.commands import loading
from web.commands.progress import bar
from web.commands.shared import CONSOLE, home_option, now

DEFAULTS = Settings()
PLACE = "local"  # where a command was called, for the audit


@click.command()
@home_option
@click.option("--base", help=f"Permanent base of all IRIs.  [default: {DEFAULTS.base}]")
def init(home_path: Path, base: str | None) -> None:
    """Begin an empty instance with the vocabulary, code lists and the register of departments."""
    if base:
        refuse_other_base(home_path, base)
    instance = Instance.of(create_home(home_path, Settings(base=base or DEFAULTS.base)))
    with bar(CONSOLE, "Preparing") as progress:
        loading.load_reference(instance, now(), progress)
        instance.settle(now())
    CONSOLE.print(f"[bold]✓[/] An instance is ready in {instance.home.path}.")
    CONSOLE.print("  Next: govgraph load FILE…, then govgraph serve")


@click.command()
@home_option
@click.argument("files", nargs=-1, metavar="FILE|URL…")
@click.option("--source", help="Name of the source (letters, digits, hyphens).")
@click.option(
    "--mapping",
    type=click.Path(path_type=Path),
    help="How to read a spreadsheet: a TOML file, or the name of a shipped one.",
)
@click.option(
    "--clearance",
    type=click.Choice([each.value for each in Clearance]),
    default="open",
    show_default=True,
    help="The least clearance of everything read.",
)
@click.option("--replace", is_flag=True, help="Remove what the source no longer has.")
@click.option("--insist", is_flag=True, help="Remove it even if that is more than a fifth.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
@click.option(
    "--guess", is_flag=True, help="Write a first mapping for a spreadsheet, load nothing."
)
@click.option("--undo", "undone", type=int, metavar="N", help="Take change number N back.")
@click.option("--actor", default=COMMAND_LINE, help="Who is loading, for the history.")
def load(home_path: Path, files: tuple[str, ...], undone: int | None, **options: object) -> None:
    """Load catalogues: spreadsheets (CSV, TSV, XLSX, JSON) and DCAT in RDF; or take a load back."""
    if options["guess"]:
        loading.guess_mappings(files, CONSOLE)
        return
    instance = Instance.open(home_path)
    wishes = loading.Wishes.of(options)
    if undone is not None:
        undo_change(instance, undone, wishes.actor)
        return
    if not files:
        raise click.UsageError("Name at least one file or URL, or a change to --undo.")
    for file in files:
        with trailed(instance, "load", file, wishes.actor, now()):
            loading.load_file(instance, file, wishes, now(), CONSOLE)
    with bar(CONSOLE, "Publishing") as progress:
        instance.settle(now(), progress)


@contextmanager
def trailed(
    instance: Instance, action: str, thing: str, actor: str, now: datetime
) -> Iterator[None]:
    """Write to the audit what is done inside the block, or that it was refused and why."""
    audit = Audit(instance.ledger)
    told = {"at": now, "actor": actor, "action": action, "thing": thing, "place": PLACE}
    try:
        yield
    except GovgraphError as error:
        audit.add(Event(outcome=REFUSED, why=error.en, **told))  # type: ignore[arg-type]
        raise
    audit.add(Event(outcome=DONE, **told))  # type: ignore[arg-type]


def undo_change(instance: Instance, seq: int, actor: str) -> None:
    """Take a change back and say so."""
    with trailed(instance, "undo-load", str(seq), actor, now()):
        number = undo(instance.ledger, seq, at=now(), actor=actor, reason=f"undo {seq}")
    instance.settle(now())
    CONSOLE.print(f"[bold]✓[/] Change {seq} was taken back by change {number}.")


@click.command()
@home_option
def rebuild(home_path: Path) -> None:
    """Make all views and the search index again from the ledger."""
    instance = Instance.open(home_path)
    with bar(CONSOLE, "Rebuilding") as progress:
        keeper = Keeper(instance.home, instance.ledger, progress=progress)
        try:
            shutil.rmtree(instance.home.feed, ignore_errors=True)
            keeper.start(afresh=True)
            keeper.catch_up(now())
        finally:
            keeper.close()
    CONSOLE.print(f"[bold]✓[/] Rebuilt up to change {instance.published()}.")


@click.command("check")
@home_option
def check_command(home_path: Path) -> None:
    """Prove that the views kept are the views rebuilt, and print what is in each."""
    instance = Instance.open(home_path)
    with bar(CONSOLE, "Checking") as progress:
        verdict = check(instance, now(), progress)
    CONSOLE.print(census_table(verdict))
    parts = Parts(instance.home)
    proof = prove(parts, instance.snapshots.view(Clearance.OPEN))
    faults = (*verdict.faults, *proof.faults)
    for en, zh in faults:
        CONSOLE.print(f"[bold red]✗[/] {en}\n  {zh}", soft_wrap=True)
    if faults:
        sys.exit(1)
    CONSOLE.print(
        f"[bold]✓[/] Feed: {proof.compared:,} of {proof.kept:,} kept parts compared with the store."
    )
    CONSOLE.print(f"[bold]✓[/] Kept equals rebuilt, up to change {verdict.seq}.")


def census_table(verdict: Verdict) -> Table:
    """Draw what is in each view."""
    table = Table("view", "statements", "quads", "documents")
    for each in verdict.views:
        table.add_row(
            each.clearance, f"{each.statements:,}", f"{each.quads:,}", f"{each.documents:,}"
        )
    return table


@click.command("backup")
@home_option
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(home_path: Path, target: Path) -> None:
    """Write the ledger, its files and the settings into one archive."""
    size = backups.backup(open_home(home_path), target)
    CONSOLE.print(f"[bold]✓[/] {target}: {size:,} bytes.")


@click.command("restore")
@home_option
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore_command(home_path: Path, archive: Path) -> None:
    """Make an instance from a backup, in a folder that has none."""
    instance = backups.restore(archive, home_path, now())
    CONSOLE.print(f"[bold]✓[/] Restored up to change {instance.published()}.")
