"""Which built file a page asks for: the front end's names carry a digest and never change.

`npm run build` (the packaging hook runs it) writes `web/static/dist/manifest.json`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from flask import Flask, url_for

from ontology.errors import Unavailable

DIST = Path(__file__).parent / "static" / "dist"
MISSING = (
    "The front end is not built: {path} is missing. Run uv sync, or npm run build in web/ui.",
    "前端尚未构建：缺少 {path}。请运行 uv sync，或在 web/ui 中运行 npm run build。",
)


def manifest(dist: Path | None = None) -> dict[str, str]:
    """Give the built name of every source name, as last built.

    Raises:
        Unavailable: the front end was never built.

    """
    path = (dist or DIST) / "manifest.json"
    if not path.exists():
        raise Unavailable(*(sentence.format(path=path.name) for sentence in MISSING))
    return names_in(path, path.stat().st_mtime_ns)


@cache
def names_in(path: Path, _written: int) -> dict[str, str]:
    """Read a manifest once for each time that it was written."""
    names: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return names


def asset(name: str) -> str:
    """Give the address of a built file by its source name (`main.ts`, `style.css`)."""
    return url_for("static", filename=f"dist/{manifest()[name]}")


def built() -> bool:
    """Say whether there is a front end to link to."""
    return (DIST / "manifest.json").exists()


def register(app: Flask) -> None:
    """Let templates ask for built files; without any, pages are still readable."""
    app.jinja_env.globals.update(asset=asset, built=built)
    if not built():
        app.logger.warning(MISSING[0].format(path="manifest.json"))
