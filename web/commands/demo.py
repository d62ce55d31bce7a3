"""The command that makes a sample city and serves it."""

from __future__ import annotations

from pathlib import Path

import click

from graph.home import Settings, create_home
from graph.instance import Instance
from web import serving
from web.accounts.demo import make_people
from web.accounts.store import accounts_of
from web.cataloguing.demo import make_work
from web.commands import loading
from web.commands.shared import CONSOLE, home_option, now
from web.front import sharing

DEFAULTS = Settings()


@click.command()
@home_option
@click.option("--port", type=int, help="Port to listen at.  [default: 8000]")
@click.option("--seed", default=2017, show_default=True, help="The sample city's seed.")
def demo(home_path: Path, port: int | None, seed: int) -> None:
    """Make a sample city, serve it, and say what to try."""
    number = port or DEFAULTS.port
    settings = Settings(demo=True, port=number, base=f"http://127.0.0.1:{number}")
    sharing.refuse_taken_port(settings.host, settings.port)
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
