"""What all commands share: the folder of the instance, the terminal, the time, and how they fail."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.markup import escape

CONSOLE = Console(stderr=True, highlight=False)

home_option = click.option(
    "--home",
    "home_path",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("govgraph-home"),
    envvar="GOVGRAPH_HOME",
    show_default=True,
    help="The folder of the instance.",
)


def fail(en: str, zh: str) -> NoReturn:
    """Say in both languages what went wrong, and end with status 1."""
    CONSOLE.print(f"[bold red]✗[/] {escape(en)}", soft_wrap=True)
    CONSOLE.print(f"  {escape(zh)}", soft_wrap=True)
    sys.exit(1)


def now() -> datetime:
    """Give the time of this command, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
