"""The command that serves an instance."""

from __future__ import annotations

from pathlib import Path

import click

from graph.home import open_home
from web import serving
from web.commands import loading
from web.commands.shared import CONSOLE, home_option, now


@click.command()
@home_option
@click.option("--port", type=int, help="Port to listen at, instead of the setting's.")
def serve(home_path: Path, port: int | None) -> None:
    """Serve an instance: web workers, keeper and query workers, restarted when they die."""
    home = open_home(home_path)
    loading.offer_queries(home, now())
    serving.serve(home, CONSOLE, port=port, demo=home.settings.demo)
