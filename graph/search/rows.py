"""What a result list draws without touching the store: one row, kept beside its document.

Texts carry their language as the graph has it; the reader's own is chosen when a row is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph import plain

Texts = tuple[tuple[str, str], ...]  # (language tag, text), the tag empty where none was given


def best(texts: Texts, language: str) -> tuple[str, str]:
    """Give the text nearest to a reader of `language` (zh, en) with its tag; empty if none."""
    ranks = {"": 1, "zh": 2, "en": 3} | {language: 0}
    found = sorted(texts, key=lambda each: ranks.get(each[0].split("-")[0], 4))
    return found[0] if found else ("", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One searchable thing as it is shown in a list.

    Dates are ISO 8601 as the source has them, empty where unknown; `openness`, `sharing`,
    `frequency`, `formats` are IRIs; `providers` pairs of IRI and names; `names` are aliases, the short
    name first;
    `abstract` is the beginning of it (600 characters a language); `items` are the data
    items, each by its names, the shown one first.
    """

    iri: str
    kind: str
    code: str
    titles: Texts
    abstract: Texts = ()
    providers: tuple[tuple[str, Texts], ...] = ()
    names: tuple[str, ...] = ()
    openness: str = ""
    sharing: str = ""
    issued: str = ""
    modified: str = ""
    frequency: str = ""
    formats: tuple[str, ...] = ()
    items: tuple[tuple[str, ...], ...] = ()

    def title(self, language: str) -> str:
        """Give the title for a reader of that language; the code where there is none."""
        return best(self.titles, language)[1] or self.code

    def provider(self, language: str) -> str:
        """Give the first provider's name for a reader of that language; empty where none."""
        return best(self.providers[0][1], language)[1] if self.providers else ""

    def to_json(self) -> bytes:
        """Write the row as it is stored: a JSON list in the order of the fields."""
        values = [getattr(self, name) for name in self.__slots__]
        return plain.written(values)

    @staticmethod
    def from_json(stored: bytes) -> Row:
        """Read what `to_json` wrote."""
        said = dict(zip(Row.__slots__, plain.read(stored), strict=True))
        for name in ("names", "formats"):
            said[name] = tuple(said[name])
        said["items"] = tuple(map(tuple, said["items"]))
        for name in ("titles", "abstract"):
            said[name] = _texts(said[name])
        said["providers"] = tuple((iri, _texts(known)) for iri, known in said["providers"])
        return Row(**said)


def _texts(stored: Iterable[Iterable[str]]) -> Texts:
    """Read texts back from JSON."""
    return tuple((language, text) for language, text in stored)
