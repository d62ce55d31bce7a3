"""The command line: `govgraph demo | init | load | serve | rebuild | check | backup | restore | user`."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.exc import OperationalError

from graph import backup as backups
from graph.check import Verdict, check
from graph.home import Settings, create_home, open_home, refuse_other_base
from graph.instance import Instance
from graph.ledger.ledger import undo
from graph.views.keeper import Keeper
from ontology.clearance import Clearance
from ontology.errors import GovgraphError
from ontology.people import Role, Scope
from sparql.parts import Parts
from sparql.proof import prove
from web import loading, serving
from web.accounts import commands as people
from web.accounts.demo import make_people
from web.accounts.store import accounts_of
from web.cataloguing.demo import make_work
from web.progress import bar

CONSOLE = Console(stderr=True, highlight=False)
DEFAULTS = Settings()

home_option = click.option(
    "--home",
    "home_path",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("govgraph-home"),
    envvar="GOVGRAPH_HOME",
    show_default=True,
    help="The folder of the instance.",
)


class Commands(click.Group):
    """The outer door of the command line: errors become one clear line and exit status 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; say in both languages what went wrong."""
        try:
            return super().invoke(ctx)
        except GovgraphError as error:
            fail(error.en, error.zh)
        except (OSError, OperationalError) as error:
            fail(
                f"The machine would not: {error}. Nothing that was acknowledged is lost; "
                "free some space or mend the cause, and run the command again.",
                f"系统操作失败：{error}。已确认的内容不会丢失；请清理磁盘空间或排除故障后重新运行。",
            )


def fail(en: str, zh: str) -> NoReturn:
    """Say in both languages what went wrong, and end with status 1."""
    CONSOLE.print(f"[bold red]✗[/] {escape(en)}", soft_wrap=True)
    CONSOLE.print(f"  {escape(zh)}", soft_wrap=True)
    sys.exit(1)


def now() -> datetime:
    """Give the time of this command, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


@click.group(cls=Commands)
@click.version_option(package_name="govgraph")
def main() -> None:
    """Keep a linked-data knowledge graph of government data resources."""


@main.command()
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


@main.command()
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
@click.option("--actor", default="command line", help="Who is loading, for the history.")
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
        with people.trailed(instance, "load", file, wishes.actor, now()):
            loading.load_file(instance, file, wishes, now(), CONSOLE)
    with bar(CONSOLE, "Publishing") as progress:
        instance.settle(now(), progress)


def undo_change(instance: Instance, seq: int, actor: str) -> None:
    """Take a change back and say so."""
    with people.trailed(instance, "undo-load", str(seq), actor, now()):
        number = undo(instance.ledger, seq, at=now(), actor=actor, reason=f"undo {seq}")
    instance.settle(now())
    CONSOLE.print(f"[bold]✓[/] Change {seq} was taken back by change {number}.")


@main.command()
@home_option
@click.option("--port", type=int, help="Port to listen at, instead of the setting's.")
def serve(home_path: Path, port: int | None) -> None:
    """Serve an instance: web workers, keeper and query workers, restarted when they die."""
    home = open_home(home_path)
    loading.offer_queries(home, now())
    serving.serve(home, CONSOLE, port=port, demo=home.settings.demo)


@main.command()
@home_option
@click.option("--port", type=int, help="Port to listen at.  [default: 8000]")
@click.option("--seed", default=2017, show_default=True, help="The sample city's seed.")
def demo(home_path: Path, port: int | None, seed: int) -> None:
    """Make a sample city, serve it, and say what to try."""
    number = port or DEFAULTS.port
    settings = Settings(demo=True, port=number, base=f"http://127.0.0.1:{number}")
    serving.refuse_taken_port(settings.host, settings.port)
    home = create_home(home_path, settings)
    instance = Instance.of(home)
    fresh = instance.ledger.last() == 0
    if fresh:
        loading.load_city(instance, now(), seed, CONSOLE)
    make_people(accounts_of(instance), now())
    if fresh:
        make_work(instance, now())
    instance.close()
    serving.serve_afresh(home, port)


@main.command()
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


@main.command("check")
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


@main.command("backup")
@home_option
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(home_path: Path, target: Path) -> None:
    """Write the ledger, its files and the settings into one archive."""
    size = backups.backup(open_home(home_path), target)
    CONSOLE.print(f"[bold]✓[/] {target}: {size:,} bytes.")


@main.command("restore")
@home_option
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore_command(home_path: Path, archive: Path) -> None:
    """Make an instance from a backup, in a folder that has none."""
    instance = backups.restore(archive, home_path, now())
    CONSOLE.print(f"[bold]✓[/] Restored up to change {instance.published()}.")


@main.group()
def user() -> None:
    """Accounts: make them, give and take roles, disable them."""


role_option = click.option(
    "--role",
    required=True,
    type=click.Choice([each.value for each in Role if each is not Role.VISITOR]),
    help="The role to hold.",
)
department_option = click.option(
    "--department", metavar="CODE", help="For which department (or district) it is held."
)


@user.command("add")
@home_option
@click.argument("name")
@role_option
@department_option
@click.option("--email", help="Where letters to the person go.")
@click.option(
    "--token",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    type=click.Choice([each.value for each in Scope]),
    help="Make a token with this scope and print it; may be said more than once.",
)
def user_add(home_path: Path, name: str, **wish: Any) -> None:  # noqa: ANN401 - click's options
    """Make an account with a role, and a token for its programs."""
    people.add(Instance.open(home_path), name, people.Wish(**wish), now(), CONSOLE)


@user.command("role")
@home_option
@click.argument("name")
@role_option
@department_option
@click.option("--take", is_flag=True, help="Take the role back.")
def user_role(home_path: Path, name: str, *, take: bool, **wish: Any) -> None:  # noqa: ANN401
    """Give an account a role, or take it back."""
    people.role(Instance.open(home_path), name, people.Wish(**wish), now(), CONSOLE, take=take)


@user.command("password")
@home_option
@click.argument("name")
def user_password(home_path: Path, name: str) -> None:
    """Print a new first password of an account: the old one, and its sessions, open nothing more."""
    people.password(Instance.open(home_path), name, now(), CONSOLE)


@user.command("disable")
@home_option
@click.argument("name")
@click.option("--undo", is_flag=True, help="Let it in again.")
def user_disable(home_path: Path, name: str, *, undo: bool) -> None:
    """Disable an account: its sessions and tokens open nothing any more."""
    people.disable(Instance.open(home_path), name, now(), CONSOLE, undo=undo)


@main.command("keeper", hidden=True)
@home_option
def keeper_command(home_path: Path) -> None:
    """Apply the ledger and publish, until told to stop (a part of `serve`)."""
    serving.keep(open_home(home_path))


@main.command("web", hidden=True)
@home_option
def web_command(home_path: Path) -> None:
    """Answer requests, until told to stop (a part of `serve`)."""
    serving.answer(open_home(home_path))


@main.command("feed-writer", hidden=True)
@home_option
def feed_writer_command(home_path: Path) -> None:
    """Make parts of feed pages in idle time, until told to stop (a part of `serve`)."""
    serving.write_feed(open_home(home_path))


@main.command("counter", hidden=True)
@home_option
def counter_command(home_path: Path) -> None:
    """Keep how much each view holds, until told to stop (a part of `serve`)."""
    serving.count(open_home(home_path))


@main.command("column-writer", hidden=True)
@home_option
def column_writer_command(home_path: Path) -> None:
    """Make columns for counting in idle time, until told to stop (a part of `serve`)."""
    serving.write_columns(open_home(home_path))
