"""The questions that ship: examples to begin from, and templates to call. Each is a file.

`#@zh`, `#@en` give its title, `#@tags` its tags; a template's `#+` lines its parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from sparql.texts import names, text_of

TAGS = re.compile(r"^#@tags\s+(.+?)\s*$", re.MULTILINE)
TITLES = re.compile(r"^#@.*\n?", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shipped:
    """One question that ships: its name in addresses, its titles, tags and text."""

    slug: str
    file: str  # as `sparql.texts` names it
    zh: str
    en: str
    tags: tuple[str, ...]
    text: str


@cache
def shipped() -> dict[str, Shipped]:
    """Give every question that ships, by its name in addresses; templates first."""
    files = [*names("templates"), *names("examples")]
    return {each.slug: each for each in map(_read, files)}


def _read(file: str) -> Shipped:
    text = text_of(file)
    tags = TAGS.search(text.text)
    head, _, body = text.text.partition("\n")
    assert head.startswith("# ")
    return Shipped(
        slug=re.sub(r"^\d+-", "", file.partition("/")[2]),
        file=file,
        zh=text.sentences["zh"],
        en=text.sentences["en"].rstrip("."),
        tags=tuple(tags[1].split()) if tags else (),
        text=TITLES.sub("", body),
    )
