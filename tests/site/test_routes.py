"""Every address of the house can be found: a page, a script or the manual leads to it, or it is listed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from werkzeug.routing import Rule

from web.app import create_app

WEB = Path(__file__).parents[2] / "web"
# Addresses that programs know by convention or by the Link header; no person follows them.
FOR_MACHINES = {
    "/.well-known/void",
    "/healthz",
    "/ns.<suffix>",
    "/ns/shapes.<suffix>",
    "/metrics",
    "/robots.txt",
    "/sitemap.xml",
    "/static/<path:filename>",
}
HOLES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\$?\{.*?\}|<[a-z-]+>|…")
JOINED = re.compile(r"""['"]\s*~\s*[\w.]+|[\w.]+\s*~\s*['"]""")
PART = re.compile(r"<[^>]*>")
HOLE = r"[\w*./-]+"
TAIL = re.compile(r"(?=([/.]\w.*))")  # what may stand behind an address that is put in whole


@cache
def said() -> str:
    """Give all that pages, scripts, modules and the manual say, `*` where a part is put in."""
    files = [
        path.read_text("utf-8")
        for pattern in ("templates/**/*.html", "help/*.md", "ui/src/**/*.ts")
        for path in WEB.glob(pattern)
    ]
    outside = [HOLES.sub("*", text) for text in files]
    inside = [JOINED.sub("*", hole) for text in files for hole in HOLES.findall(text)]
    return "\n".join([*outside, *inside, *strings()])


def strings() -> Iterator[str]:
    """Yield the strings of the web room, but those by which routes are made."""
    for path in WEB.rglob("*.py"):
        if "node_modules" in path.parts:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        routes = {
            each
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            for decorator in node.decorator_list
            for each in ast.walk(decorator)
        }
        for node in ast.walk(tree):
            if node not in routes:
                yield from written(node)


def written(node: ast.AST) -> Iterator[str]:
    """Yield a string as it is written, `*` where a part is put in, and a mark at its end."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield f"'{node.value}'"
    if isinstance(node, ast.JoinedStr):
        parts = (str(each.value) if isinstance(each, ast.Constant) else "*" for each in node.values)
        yield f"'{''.join(parts)}'"


def is_led_to(rule: Rule, text: str) -> bool:
    """Say whether a text holds an address that the rule answers, or names it for `url_for`."""
    parts = PART.split(rule.rule)
    tails = [rest for rest in TAIL.findall(parts[-1]) if len(parts) > 1]
    # A part and the stroke before it may be put in together.
    whole = HOLE.join(map(re.escape, parts)).replace(f"/{HOLE}", rf"(?:/{HOLE}|\*)")
    wanted = (
        rf"""["']{re.escape(rule.endpoint)}["']""",
        rf"(?<![\w/]){whole}(?![\w/-])",
        *(rf"\*{re.escape(rest)}(?![\w/-])" for rest in tails),
    )
    return any(re.search(each, text) for each in wanted)


def test_every_address_is_led_to_or_listed() -> None:
    rules = list(create_app().url_map.iter_rules())
    nowhere = Rule("/nowhere", endpoint="site.nowhere")

    lost = {rule.rule for rule in (*rules, nowhere) if not is_led_to(rule, said())}

    assert sorted(lost - FOR_MACHINES) == ["/nowhere"]
    assert {rule.rule for rule in rules} >= FOR_MACHINES
