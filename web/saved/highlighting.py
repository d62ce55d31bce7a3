"""A query's text in its parts, so that a page can colour it without a script."""

from __future__ import annotations

from collections.abc import Iterator

from sparql.guard import TOKEN

KINDS = {
    "string": "string",
    "iri": "iri",
    "variable": "variable",
    "number": "number",
    "prefixed": "name",
    "word": "word",
}
Run = tuple[str, str]  # the kind of a part ("" for plain text), and the part


def runs(text: str) -> Iterator[Run]:
    """Give the parts of a text, in order; joined they are the text."""
    at = 0
    while at < len(text):
        token = TOKEN.match(text, at)
        part = token[0] if token else text[at]
        kind = token.lastgroup if token else ""
        at += len(part)
        if kind == "skip" and part.startswith("#"):
            yield ("header" if part.startswith("#+") else "comment"), part
        else:
            yield KINDS.get(kind or "", ""), part
