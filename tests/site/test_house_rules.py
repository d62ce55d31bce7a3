"""Laws of the house that no linter knows, each a few lines over the source; each is seen to fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("ontology", "graph", "sparql", "web")
CORE = ROOMS[:-1]
SPARQL = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE|WHERE|PREFIX)\b[^.]*(\{|: ?<)")
# Modules whose product is a query's text: what is chosen on a page, asked elsewhere, or set before an update.
WRITERS = {"sparql/building.py", "sparql/federating.py", "sparql/updating.py"}
FRAMES = {"flask", "werkzeug", "jinja2"}
OUTER_DOORS = {  # modules that may say `except Exception`: they write it down and let the house answer
    "web/front/connections.py"
}

Rule = Callable[[ast.Module], Iterator[int]]  # gives the lines that break it


@cache
def sources(*rooms: str) -> dict[str, ast.Module]:
    """Give every module of some rooms, read."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        if "node_modules" not in path.parts
    }


def text_of(node: ast.AST, hole: str = "*") -> str:
    """Give a string as it is written; what is put in where it runs is a hole."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(each, hole) for each in node.values)
    return hole if isinstance(node, ast.FormattedValue) else ""


def sentences(tree: ast.Module) -> set[ast.AST]:
    """Give the docstrings: expressions that stand alone."""
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def sparql_in_strings(tree: ast.Module) -> Iterator[int]:
    """A query is a file (.rq): no string of a module holds one."""
    told = sentences(tree)
    for node in ast.walk(tree):
        if node not in told and SPARQL.search(text_of(node)):
            yield node.lineno  # type: ignore[attr-defined]


def framework_in_core(tree: ast.Module) -> Iterator[int]:
    """Requests stay in the web room: the core imports no framework, not even in a function."""
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if {name.partition(".")[0] for name in names} & FRAMES:
            yield node.lineno  # type: ignore[attr-defined]


def broad_catches(tree: ast.Module) -> Iterator[int]:
    """Nothing swallows what it did not foresee; to tidy up and raise again is no swallowing."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        caught = (
            {each.id for each in ast.walk(node.type) if isinstance(each, ast.Name)}
            if (node.type)
            else {"BaseException"}
        )
        raises = any(isinstance(each, ast.Raise) for each in ast.walk(node))
        if "Exception" in caught or ("BaseException" in caught and not raises):
            yield node.lineno


def clocks(tree: ast.Module) -> Iterator[int]:
    """The core has no clock: `now` and `today` are handed in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}:
            held = node.value
            if isinstance(held, ast.Name) and held.id in {"datetime", "date"}:
                yield node.lineno


EXEMPT = {sparql_in_strings: WRITERS}
RULES: list[tuple[Rule, tuple[str, ...], str]] = [
    (sparql_in_strings, ROOMS, 'text = f"SELECT * {{ ?s {name} ?o }}"'),
    (framework_in_core, CORE, "def f():\n    from flask import request"),
    (broad_catches, ROOMS, "try:\n    f()\nexcept (OSError, Exception):\n    raise"),
    (broad_catches, ROOMS, "try:\n    f()\nexcept:\n    pass"),
    (clocks, CORE, "at = datetime.now(UTC)"),
]


@pytest.mark.parametrize(("rule", "rooms", "broken"), RULES)
def test_a_law_of_the_house_is_kept(rule: Rule, rooms: tuple[str, ...], broken: str) -> None:
    assert list(rule(ast.parse(broken))), "a guard that cannot fail guards nothing"

    found = {
        name: lines
        for name, tree in sources(*rooms).items()
        if name not in EXEMPT.get(rule, OUTER_DOORS) and (lines := list(rule(tree)))
    }

    assert found == {}


# --- nothing lies about unused ------------------------------------------------------------------

# What takes the name of a query, or of a folder of them.
ASKS = {"rows", "graph", "holds", "names", "text_of"}


def queries_named(trees: dict[str, ast.Module]) -> set[str]:
    """Give the names of queries that are asked for, with `*` where a part is put in."""
    calls = (
        node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.Call)
    )
    return {
        text_of(argument)
        for call in calls
        if (getattr(call.func, "attr", "") or getattr(call.func, "id", "")) in ASKS
        for argument in call.args[:2]
        if text_of(argument).strip("*/")
    }


def queries_unused(names: set[str], asked: set[str]) -> set[str]:
    """Give the queries that nobody asks for by their name or their folder's."""
    return {
        name
        for name in names
        if not any(fnmatch(name, each) or name.rpartition("/")[0] == each for each in asked)
    }


def test_every_query_is_asked_by_someone() -> None:
    folder = ROOT / "sparql" / "queries"
    names = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.rq")}
    asked = queries_named(sources(*ROOMS))

    assert queries_unused({*names, "dataset/nobody"}, asked) == {"dataset/nobody"}


TEMPLATES = ROOT / "web" / "templates"
NAMED = re.compile(r"""['"]([\w/]+\.(?:html|txt))['"]""")


def templates_named() -> set[str]:
    """Give every template that a module or another template names, or that overrides a library's."""
    import flask_security  # noqa: PLC0415 - only this rule needs it

    texts = [path.read_text("utf-8") for path in TEMPLATES.rglob("*.*")]
    texts += [path.read_text("utf-8") for path in (ROOT / "web").rglob("*.py")]
    library = Path(flask_security.__file__).parent / "templates"
    overriding = {path.relative_to(library).as_posix() for path in library.rglob("*.*")}
    return {name for text in texts for name in NAMED.findall(text)} | overriding


def test_every_template_is_shown_by_someone() -> None:
    kept = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.*")}

    assert {*kept, "catalogue/nobody.html"} - templates_named() == {"catalogue/nobody.html"}
