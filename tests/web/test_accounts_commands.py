"""`govgraph user`: accounts from the command line, with a token that works and no more."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graph.home import open_home
from graph.instance import Instance
from graph.ledger.audit import Audit
from ontology.people import Grant, Role
from tests import town
from web.accounts import first
from web.accounts.store import accounts_of
from web.commands.door import main


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(town.instance().home.path, tmp_path / "home", symlinks=True)
    return tmp_path / "home"


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["user", *words, "--home", str(home)])


def test_an_account_is_made_with_a_role_and_a_token(home: Path) -> None:
    made = run(
        home, "add", "robot", "--role", "steward", "--department", "jtw",
        "--token", "query", "--token", "read:shared",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    text = re.search(r"gov_[a-z0-9]{8}_[\w-]{43}", made.stdout)
    assert text
    instance = Instance.of(open_home(home))
    accounts = accounts_of(instance)
    token = accounts.tokens.verify(text[0], town.NOON)

    assert token.owner == "robot"
    assert set(token.scopes) == {"query", "read:shared"}
    assert accounts.person("robot").grants == (Grant(Role.STEWARD, "jtw"),)
    actions = [each.event.action for each in Audit(instance.ledger).all()]
    assert actions == ["make account", "give role", "make token"]
    assert (home / "keys.json").stat().st_mode & 0o077 == 0
    instance.close()


def test_a_token_is_not_made_beyond_its_owner(home: Path) -> None:
    made = run(
        home,
        "add",
        "robot",
        "--role",
        "cataloguer",
        "--department",
        "jtw",
        "--token",
        "read:governance",
    )

    assert made.exit_code == 1


def test_a_department_that_is_not_there_is_refused(home: Path) -> None:
    assert run(home, "add", "robot", "--role", "steward", "--department", "nowhere").exit_code == 1
    assert run(home, "add", "robot", "--role", "steward").exit_code == 1


def test_roles_are_given_and_taken_and_accounts_disabled(home: Path) -> None:
    run(home, "add", "robot", "--role", "auditor")
    assert run(home, "role", "robot", "--role", "reviewer").exit_code == 0
    assert run(home, "role", "robot", "--role", "auditor", "--take").exit_code == 0
    assert run(home, "role", "robot", "--role", "auditor", "--take").exit_code == 1
    assert run(home, "disable", "robot").exit_code == 0
    instance = Instance.of(open_home(home))
    person = accounts_of(instance).person("robot")
    instance.close()

    assert person.grants == (Grant(Role.REVIEWER),)
    assert not person.active


def test_every_command_is_explained() -> None:
    for words in ([], ["add"], ["role"], ["disable"]):
        assert CliRunner().invoke(main, ["user", *words, "--help"]).exit_code == 0


def test_loads_from_the_command_line_are_in_the_trail(home: Path, tmp_path: Path) -> None:
    """Also those that were refused, with the reason."""
    broken = tmp_path / "broken.ttl"
    broken.write_text("<a> <b>", "utf-8")
    for words in (["load", str(broken)], ["load", "--undo", "999999"]):
        CliRunner().invoke(main, [*words, "--home", str(home), "--actor", "lin"])
    instance = Instance.of(open_home(home))
    rows = [each.event for each in Audit(instance.ledger).all()]
    instance.close()

    assert [(each.actor, each.action) for each in rows] == [("lin", "load"), ("lin", "undo-load")]
    assert (rows[1].outcome, rows[1].why) == ("refused", "There is no change number 999999.")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("bad~name --role auditor", "is no account name"),
        ("x1 --role steward", "is held for a department or a district: say which"),
        ("x1 --role steward --department nowhere", "no department or district of the code"),
        ("x1 --role auditor --department jtw", "for the whole city or for a district"),
        ("x1 --role developer --department jtw", "is not held for “jtw”"),
        ("x1 --role auditor --email nowhere", "is no e-mail address"),
        ("x1 --role auditor --email lin@example.org", "Another account has that address"),
        ("lin --role auditor --email other@example.org", "with another address"),
        ("x1 --role developer --token read:governance", "never exceeds its owner"),
    ],
)
def test_what_is_refused_leaves_nothing_behind_but_a_line_in_the_trail(
    home: Path, words: str, sentence: str
) -> None:
    run(home, "add", "lin", "--role", "reviewer", "--email", "lin@example.org")
    refused = run(home, "add", *words.split())
    instance = Instance.of(open_home(home))
    accounts = accounts_of(instance)
    names = [each.name for each in accounts.search()]
    last = list(accounts.audit.all())[-1].event
    instance.close()

    assert refused.exit_code == 1
    assert sentence in " ".join(refused.output.split())
    assert names == ["lin"]
    assert (last.action, last.outcome, last.actor) == ("make account", "refused", "command line")
    assert sentence in last.why


def test_who_is_there_already_is_told_and_keeps_the_password(home: Path) -> None:
    first = run(home, "add", "lin", "--role", "steward", "--department", "jtw")
    again = run(home, "add", "lin", "--role", "approver", "--department", "jtw")

    assert "first password" in first.output
    assert "lapses after 7 days" in first.output
    assert "password" not in again.output
    assert "lin: steward@jtw, approver@jtw" in again.output


def test_a_reviewer_of_a_district_is_one(home: Path) -> None:
    assert run(home, "add", "lin", "--role", "reviewer", "--department", "310104").exit_code == 0


def test_a_forgotten_password_is_made_anew_and_has_to_be_replaced(home: Path) -> None:
    run(home, "add", "lin", "--role", "auditor")
    anew = run(home, "password", "lin")
    nobody = run(home, "password", "nobody")
    instance = Instance.of(open_home(home))
    given = first.given(accounts_of(instance), "lin")
    actions = [each.event.action for each in Audit(instance.ledger).all()]
    instance.close()

    assert "first password again" in anew.output
    assert given is not None
    assert actions[-2:] == ["make first password", "make first password"]
    assert nobody.exit_code == 1
