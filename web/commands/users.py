"""Commands on accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from graph.instance import Instance
from ontology.people import Role, Scope
from web.accounts import commands as people
from web.commands.shared import CONSOLE, home_option, now


@click.group()
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
