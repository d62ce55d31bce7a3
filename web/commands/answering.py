"""The process of a serving instance that answers requests: a hidden command that its supervisor starts."""

from __future__ import annotations

import socket
from pathlib import Path

import click

from graph.home import open_home
from web.commands.shared import home_option
from web.front.sharing import Shares
from web.front.worker import serve
from web.supervisor import die_with_parent


@click.command("web", hidden=True)
@home_option
@click.option("--socket", "listening", type=int, required=True, help="Descriptor to listen at.")
@click.option("--shares", type=int, required=True, help="Descriptor of all workers' shares.")
@click.option("--number", type=int, required=True, help="Which of the workers this is.")
def web(home_path: Path, listening: int, shares: int, number: int) -> None:
    """Answer requests in a few threads, until told to stop (a part of `serve`)."""
    home = open_home(home_path)
    die_with_parent()
    serve(home, socket.socket(fileno=listening), Shares.of(shares, number))
