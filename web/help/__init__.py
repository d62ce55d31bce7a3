"""The manual, the decisions, and the page that shows every component: /help.

A page of the manual is `web/help/<name>.<language>.md`; its first line is its title. A decision is
`web/help/decisions/<number>-<name>.md`, dated in its second line. Both are read from the package
and nowhere else: a name from the address is only ever looked up in the list of what is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, current_app, render_template
from flask_babel import lazy_gettext
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ontology.errors import NotFound
from web.help.specimens import SPECIMENS
from web.language import language

blueprint = Blueprint("help", __name__, url_prefix="/help")
HERE = Path(__file__).parent
# The order in which a newcomer reads; "" parts the use of the catalogue from the keeping of it.
READING = (
    (
        lazy_gettext("Using the catalogue"),
        (
            "start",
            "finding",
            "dates",
            "history",
            "lineage",
            "explore",
            "association",
            "accounts",
            "keyboard",
        ),
    ),
    (lazy_gettext("For programs"), ("sparql", "saved", "harvesting")),
    (lazy_gettext("Keeping a catalogue"), ("cataloguing", "governance", "loading", "running")),
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the manual or one decision: its `name` in addresses, title and text as HTML.

    `opening` is the first sentence, for lists. `lang` is the language it is written in.
    """

    name: str
    title: str
    html: Markup
    opening: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Some pages of the manual under one heading."""

    title: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class ManualPage:
    """What the manual's template shows: the table of contents and the page that is open."""

    chapters: tuple[Chapter, ...]
    leaf: Leaf


@dataclass(frozen=True, slots=True)
class DecisionsPage:
    """All decisions, newest last, and the one that is open, if one is."""

    decisions: tuple[Leaf, ...]
    leaf: Leaf | None = None


def fence(_renderer: object, tokens: Sequence[Token], at: int, *_rest: object) -> str:
    """Write a block of code with the component that pages use, so that it can be copied."""
    component = current_app.jinja_env.get_template("components/code.html").module
    return str(component.code(tokens[at].content, tokens[at].info))  # type: ignore[attr-defined]


@cache
def markdown() -> MarkdownIt:
    """Give the reader of Markdown; what looks like HTML in it stays text."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("fence", fence)
    return reader


def leaf(path: Path, lang: str) -> Leaf:
    """Give one page that is written in `lang`, for a reader of this request's language."""
    return leaf_for(path, lang, language())


@cache
def leaf_for(path: Path, lang: str, _reader: str) -> Leaf:
    """Read one page: `# Title`, then the text."""
    title, _, text = path.read_text(encoding="utf-8").partition("\n")
    opening = next((line for line in text.splitlines() if line and not line.startswith("#")), "")
    name = path.name.split(".")[0]
    html = Markup(markdown().render(text))  # noqa: S704  (our own files, HTML switched off)
    return Leaf(name, title.removeprefix("# ").strip(), html, opening, lang)


def page_of(name: str, lang: str) -> Leaf:
    """Give a page of the manual in a language.

    Raises:
        NotFound: the manual has no page of that name.

    """
    if name not in {each for _, names in READING for each in names}:
        raise NotFound("The manual has no such page.", "手册里没有这一页。")
    return leaf(HERE / f"{name}.{lang}.md", lang)


def chapters() -> tuple[Chapter, ...]:
    """Give the table of contents in the language of the page."""
    return tuple(
        Chapter(str(title), tuple(page_of(name, language()) for name in names))
        for title, names in READING
    )


def decisions() -> tuple[Leaf, ...]:
    """Give all decisions in the order of their numbers."""
    return tuple(leaf(path, "en") for path in sorted((HERE / "decisions").glob("*.md")))


@blueprint.get("")
def start() -> str:
    """Show the manual's first page."""
    return read("start")


@blueprint.get("/<name>")
def read(name: str) -> str:
    """Show one page of the manual."""
    page = ManualPage(chapters(), page_of(name, language()))
    return render_template("help/manual.html", page=page)


@blueprint.get("/decisions")
def list_decisions() -> str:
    """Show which decisions were taken."""
    return render_template("help/decisions.html", page=DecisionsPage(decisions()))


@blueprint.get("/decisions/<name>")
def read_decision(name: str) -> str:
    """Show one decision.

    Raises:
        NotFound: there is no decision of that name.

    """
    found = next((each for each in decisions() if each.name == name), None)
    if found is None:
        raise NotFound("There is no such decision.", "没有这项决定。")
    return render_template("help/decisions.html", page=DecisionsPage(decisions(), found))


@blueprint.get("/design")
def design() -> str:
    """Show every component in all its states."""
    return render_template("help/design.html", page=SPECIMENS)
