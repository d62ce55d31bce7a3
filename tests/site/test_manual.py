"""The manual and the README say what is so: every command, option, setting and file they name is there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest

from graph.home import Settings
from web.commands.door import main

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
MANUAL = {
    lang: [*sorted((ROOT / "web" / "help").glob(f"*.{lang}.md")), readme]
    for lang, readme in zip(("en", "zh"), READMES, strict=True)
}
OTHERS = {"--no-dev", "--group", "--data-urlencode"}  # options of uv and curl
CALL = re.compile(r"\bgovgraph((?: [a-z]+)+)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
SPAN = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"\]\((?!http)([^)#\s]+)\)")


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command that help shows, by its words."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        yield f"{before}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


COMMANDS = dict(commands(main))
OPTIONS = {
    option
    for command in COMMANDS.values()
    for parameter in command.params
    for option in parameter.opts
    if option.startswith("--")
}


def text_in(lang: str) -> str:
    """Give all that is written for readers of a language."""
    return "\n".join(path.read_text("utf-8") for path in MANUAL[lang])


def unknown_commands(text: str) -> set[str]:
    """Give the calls of govgraph in a text that no command answers."""
    calls = {call.split()[0] for call in CALL.findall(code_of(text))}
    return calls - {name.split()[0] for name in COMMANDS}


def code_of(text: str) -> str:
    """Give what a text shows as code: its blocks and spans."""
    blocks = re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    return "\n".join([*blocks, *SPAN.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL))])


def unknown_options(text: str) -> set[str]:
    """Give the options in a text that no command takes."""
    return set(OPTION.findall(code_of(text))) - OPTIONS - OTHERS


@pytest.mark.parametrize("lang", MANUAL)
def test_what_is_written_of_commands_is_so(lang: str) -> None:
    assert unknown_commands(f"{text_in(lang)} `govgraph fly`") == {"fly"}
    assert unknown_options(f"{text_in(lang)} `--fly`") == {"--fly"}


@pytest.mark.parametrize("lang", MANUAL)
def test_every_command_and_option_is_written_of(lang: str) -> None:
    code = code_of(text_in(lang))

    assert [name for name in COMMANDS if f"govgraph {name}" not in code] == []
    assert OPTIONS - set(OPTION.findall(code)) == set()


@pytest.mark.parametrize("lang", MANUAL)
def test_every_setting_is_written_of(lang: str) -> None:
    named = set(re.findall(r"\w+", " ".join(SPAN.findall(text_in(lang)))))

    assert {each.name for each in fields(Settings)} - named == set()


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_the_readme_s_two_commands_stand_first_and_are_there(readme: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)\n```", readme.read_text("utf-8"), re.DOTALL)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    assert blocks[:2] == ["pip install uv && uv run --no-dev govgraph demo", "uv run pytest"]
    assert "govgraph" in project["project"]["scripts"]
    assert "demo" in COMMANDS
    assert any(need.startswith("pytest>") for need in project["dependency-groups"]["dev"])
    assert project["tool"]["uv"]["default-groups"] == ["dev"]


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_every_file_that_the_readme_names_is_there(readme: Path) -> None:
    text = readme.read_text("utf-8")
    spans = {span for span in SPAN.findall(text) if re.fullmatch(r"[.\w-]+/[\w./-]*", span)}

    named = {*FILE.findall(text), *spans}
    assert named
    assert {name for name in (*named, "no/file") if not (ROOT / name).exists()} == {"no/file"}
