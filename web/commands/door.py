"""The outer door of the command line; behind it each command is read when it is called.

Reading them all takes seconds, and every process of a serving instance begins here.
"""

from __future__ import annotations

from importlib import import_module

import click
from sqlalchemy.exc import OperationalError

from ontology.errors import GovgraphError
from web.commands.shared import fail

COMMANDS = {
    "demo": "demo:demo",
    "init": "catalogue:init",
    "load": "catalogue:load",
    "serve": "serving:serve",
    "rebuild": "catalogue:rebuild",
    "check": "catalogue:check_command",
    "backup": "catalogue:backup_command",
    "restore": "catalogue:restore_command",
    "user": "users:user",
    "keeper": "processes:keeper",
    "web": "answering:web",
    "feed-writer": "processes:feed_writer",
    "counter": "processes:counter",
    "shelf-writer": "processes:shelf_writer",
}


class Commands(click.Group):
    """Commands by their names; their errors become one clear line and exit status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """Give the names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Give a command by its name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        found: click.Command = getattr(import_module(f"web.commands.{module}"), name)
        return found

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


@click.group(cls=Commands)
@click.version_option(package_name="govgraph")
def main() -> None:
    """Keep a linked-data knowledge graph of government data resources."""
